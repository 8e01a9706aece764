//! What modpost until 5.18 writes into `<mod>.mod.c`, and how it reads sections, where releases differ.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel};

/// How C code is put into a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionAttribute {
    /// `__attribute__((section("NAME")))`, in a line of its own.
    Attribute,
    /// `__section(NAME)`.
    Unquoted,
    /// `__section("NAME")`.
    Quoted,
}

/// See [`SectionAttribute`].
pub(in crate::release) const SECTION_ATTRIBUTE: Timeline<SectionAttribute> = Timeline {
    name: "modpost.section-attribute",
    about: "How C code is put into a section.",
    values: &[
        Value {
            id: "modpost-section-attribute",
            is: SectionAttribute::Attribute,
            from: &[OLDEST],
            what: "`<mod>.mod.c` puts data into sections by `__attribute__((section(\"…\")))`.",
            evidence: "Programs built from the sources of 4.19.222 and 5.4.273 differ in this \
                       (run).",
        },
        Value {
            id: "modpost-section-unquoted",
            is: SectionAttribute::Unquoted,
            from: &[mainline(5, 4)],
            what: "`<mod>.mod.c` names sections without quotes.",
            evidence: "A program built from the source of 5.8.1 (run). The release: a program built from the source of 5.3.1 (run).",
        },
        Value {
            id: "modpost-section-quoted",
            is: SectionAttribute::Quoted,
            from: &[mainline(5, 10)],
            what: "`<mod>.mod.c` names sections in quotes.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of 5.8.1 \
                       (run) differ in this. The release: a program built from the source of 5.9.2 (run).",
        },
    ],
};

/// Whether modules below `tools/testing` are marked as tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestMarks {
    /// They are not.
    Absent,
    /// They are.
    Written,
}

/// See [`TestMarks`].
pub(in crate::release) const TEST_MARKS: Timeline<TestMarks> = Timeline {
    name: "modpost.test-marks",
    about: "Whether modules that are for tests are marked.",
    values: &[
        Value {
            id: "modpost-no-test-marks",
            is: TestMarks::Absent,
            from: &[OLDEST],
            what: "Modules below `tools/testing` are not marked.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-test-marks",
            is: TestMarks::Written,
            from: &[mainline(6, 0), rhel(9, 5)],
            what: "Modules below `tools/testing` are marked with `MODULE_INFO(test, \"Y\")`.",
            evidence: "Programs built from the sources of 5.19.0 and 6.0.1 differ in this (run).",
        },
    ],
};

/// Whether `.softirqentry.text` is a section of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoftirqText {
    /// It is not known.
    Unknown,
    /// It is one.
    Code,
}

/// See [`SoftirqText`].
pub(in crate::release) const SOFTIRQ_TEXT: Timeline<SoftirqText> = Timeline {
    name: "modpost.softirq-text",
    about: "Whether `.softirqentry.text` is a section of code.",
    values: &[
        Value {
            id: "modpost-softirq-text-unknown",
            is: SoftirqText::Unknown,
            from: &[OLDEST],
            what: "`.softirqentry.text` is no section that modpost knows.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-softirq-text",
            is: SoftirqText::Code,
            from: &[mainline(5, 15).after(5, 14)],
            what: "`.softirqentry.text` is a section of code.",
            evidence: "Programs built from the sources of 5.14.2 and 5.15.85 differ in this (run). \
                       One built from that of RHEL 9.6 does not know it (run).",
        },
    ],
};

/// Which sections must not refer to what is freed, as tables of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KsymtabRule {
    /// Those that objects have, `___ksymtab…`.
    Objects,
    /// Those that the linker makes, `__ksymtab…`, by mistake.
    Linked,
}

/// See [`KsymtabRule`].
pub(in crate::release) const KSYMTAB_RULE: Timeline<KsymtabRule> = Timeline {
    name: "modpost.ksymtab-rule",
    about: "Which sections must not refer to what is freed, as tables of exports.",
    values: &[
        Value {
            id: "modpost-ksymtab-rule-by-mistake",
            is: KsymtabRule::Linked,
            from: &[OLDEST],
            what: "Exports of what is freed after the start are not found.",
            evidence: "Programs built from the sources of 5.8.1, 5.14.2 and 5.17 (run).",
        },
        Value {
            id: "modpost-ksymtab-rule",
            is: KsymtabRule::Objects,
            from: &[
                mainline(5, 18),
                point(5, 15, 0),
                point(5, 4, 273).after_point(0),
                point(5, 10, 0),
                rhel(9, 5),
            ],
            what: "Exports of what is freed after the start are found.",
            evidence: "The programs of 5.10.223 and 5.10.262 (verified); programs built from the \
                       sources of 5.15.85, 5.17 and 5.19.0 (run). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// Which relocations of exception tables refer to nothing, on RISC-V.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiscvExceptions {
    /// None.
    None,
    /// The second halves of differences.
    Differences,
}

/// See [`RiscvExceptions`].
pub(in crate::release) const RISCV_EXCEPTIONS: Timeline<RiscvExceptions> = Timeline {
    name: "modpost.riscv-exceptions",
    about: "Which relocations of RISC-V's exception tables refer to nothing.",
    values: &[
        Value {
            id: "modpost-riscv-exceptions",
            is: RiscvExceptions::None,
            from: &[OLDEST],
            what: "All relocations of exception tables are references, on RISC-V, too.",
            evidence: "Programs built from the sources of 5.14.2, 5.15.85 and RHEL 9.6 (run).",
        },
        Value {
            id: "modpost-riscv-differences",
            is: RiscvExceptions::Differences,
            from: &[mainline(5, 17)],
            what: "On RISC-V, the second half of a difference in an exception table refers to \
                   nothing.",
            evidence: "Programs built from the sources of 5.15.85 and 5.17 differ in this (run). The release: a program built from the source of 5.16.10 (run).",
        },
    ],
};

/// Whether `.noinstr.text` is a section of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoinstrText {
    /// It is not known.
    Unknown,
    /// It is one.
    Code,
}

/// See [`NoinstrText`].
pub(in crate::release) const NOINSTR_TEXT: Timeline<NoinstrText> = Timeline {
    name: "modpost.noinstr-text",
    about: "Whether `.noinstr.text` is a section of code.",
    values: &[
        Value {
            id: "modpost-noinstr-text-unknown",
            is: NoinstrText::Unknown,
            from: &[OLDEST],
            what: "`.noinstr.text` is no section that modpost knows.",
            evidence: "Programs built from the sources of 4.19.1, RHEL 8.0 and 8.3 (run).",
        },
        Value {
            id: "modpost-noinstr-text",
            is: NoinstrText::Code,
            from: &[
                mainline(5, 8).after(5, 4),
                point(4, 19, 222).after_point(1),
                point(5, 4, 273).after_point(0),
                rhel(8, 4),
            ],
            what: "`.noinstr.text` is a section of code.",
            evidence: "Programs built from the sources of 4.19.1, 4.19.222, 5.4.273, RHEL 8.3 and \
                       8.4 (run).",
        },
    ],
};
