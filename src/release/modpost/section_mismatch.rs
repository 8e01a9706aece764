//! References between sections that are wrong.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel};

/// How the symbols at both ends of a reference are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolSearch {
    /// By the name of their section; the last symbol of a place is taken.
    BySectionName,
    /// By section and address: the nearest of all symbols, and the last of those that are equally
    /// near; the address is the addend alone.
    Nearest,
    /// By section and address; the first symbol of a place is taken.
    Sorted,
}

/// See [`SymbolSearch`].
pub(in crate::release) const SYMBOL_SEARCH: Timeline<SymbolSearch> = Timeline {
    name: "modpost.symbol-search",
    about: "How the symbols at both ends of a reference are found.",
    values: &[
        Value {
            id: "modpost-symbols-by-section-name",
            is: SymbolSearch::BySectionName,
            from: &[OLDEST],
            what: "The symbols that messages name are searched by the name of their section.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-symbols-nearest",
            is: SymbolSearch::Nearest,
            from: &[mainline(6, 5)],
            what: "The symbols that messages name are the nearest ones of their section.",
            evidence: "Programs built from the sources of 6.4.6 and 6.5.0 differ in this (run).",
        },
        Value {
            id: "modpost-symbols-sorted",
            is: SymbolSearch::Sorted,
            from: &[rhel(9, 5), mainline(6, 6)],
            what: "The symbols that messages name are searched by section and address, and the \
                   first of a place is taken.",
            evidence: "The program of 6.12.117 (verified). The release: programs built from the \
                       sources of 6.5.0 and 6.6.87 (run).",
        },
    ],
};

/// How the place is computed that a reference leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceTargets {
    /// It is the addend alone; a relocation of an unknown kind leads to 0, or is no reference.
    Addends,
    /// It is the addend alone; a relocation of an unknown kind leads to the last address.
    AddendsOfKnownKinds,
    /// It is the symbol's value and the addend; a relocation of an unknown kind leads to the last
    /// address.
    SymbolsAndAddends,
}

/// See [`ReferenceTargets`].
pub(in crate::release) const REFERENCE_TARGETS: Timeline<ReferenceTargets> = Timeline {
    name: "modpost.reference-targets",
    about: "How the place is computed that a reference leads to.",
    values: &[
        Value {
            id: "modpost-targets-by-addends",
            is: ReferenceTargets::Addends,
            from: &[OLDEST],
            what: "A reference leads to its addend, without the value of its symbol.",
            evidence: "The program of 6.1.192 (verified). Programs built from the sources of \
                       6.4.6 and RHEL 9.6 (run).",
        },
        Value {
            id: "modpost-targets-by-addends-of-known-kinds",
            is: ReferenceTargets::AddendsOfKnownKinds,
            from: &[mainline(6, 5)],
            what: "A relocation whose kind modpost does not know leads to no symbol.",
            evidence: "Programs built from the sources of 6.4.6 and 6.5.0 differ in this (run).",
        },
        Value {
            id: "modpost-targets-by-symbols",
            is: ReferenceTargets::SymbolsAndAddends,
            from: &[mainline(6, 6)],
            what: "A reference leads to the value of its symbol plus its addend.",
            evidence: "The program of 6.12.117 (verified). The release: programs built from the \
                       sources of 6.5.0 and 6.6.87 (run).",
        },
    ],
};

/// How a reference that is wrong is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MismatchText {
    /// The object and two symbols, and a paragraph of advice.
    Paragraphs,
    /// The object and two symbols.
    Names,
    /// The module and two symbols.
    NamesInModule,
    /// The module, the symbol and the offset from it; without a symbol upstream crashes, and ours
    /// ends with an error.
    OffsetsFromNames,
    /// The module, the symbol or `(unknown)`, and the offset from it.
    Offsets,
    /// As before, and an address where there is no symbol.
    Addresses,
}

/// See [`MismatchText`].
pub(in crate::release) const MISMATCH_TEXT: Timeline<MismatchText> = Timeline {
    name: "modpost.mismatch-text",
    about: "How a reference that is wrong is described.",
    values: &[
        Value {
            id: "modpost-mismatch-paragraphs",
            is: MismatchText::Paragraphs,
            from: &[OLDEST],
            what: "Messages about section mismatches have a paragraph of advice.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-mismatch-names",
            is: MismatchText::Names,
            from: &[mainline(6, 0)],
            what: "Messages about section mismatches name the object and two symbols.",
            evidence: "The program of 6.1.192 (verified). The release: programs built from the \
                       sources of 5.19.0 and 6.0.1 (run).",
        },
        Value {
            id: "modpost-mismatch-names-in-module",
            is: MismatchText::NamesInModule,
            from: &[rhel(9, 5)],
            what: "Messages about section mismatches name the module and two symbols; those about \
                   exception tables name only the symbol that is led to.",
            evidence: "A program built from the source of RHEL 9.6 (run).",
        },
        Value {
            id: "modpost-mismatch-offsets",
            is: MismatchText::OffsetsFromNames,
            from: &[mainline(6, 5)],
            what: "Messages about section mismatches name the module, and have offsets. Where a \
                   reference comes from no symbol, modpost ends (upstream crashes).",
            evidence: "Programs built from the sources of 6.5.0 and 6.8.0 (run).",
        },
        Value {
            id: "modpost-mismatch-unknown",
            is: MismatchText::Offsets,
            from: &[mainline(6, 9), point(6, 6, 87).after_point(0)],
            what: "A reference from no symbol is one from `(unknown)`.",
            evidence: "Programs built from the sources of 6.6.87, 6.8.0, 6.9.0 and 6.11.11 (run).",
        },
        Value {
            id: "modpost-mismatch-addresses",
            is: MismatchText::Addresses,
            from: &[mainline(6, 12)],
            what: "A reference from or to no symbol is described by its address.",
            evidence: "The program of 6.12.117 (verified). The release: programs built from the \
                       sources of 6.11.11 and 6.12.95 (run).",
        },
    ],
};

/// Which names of symbols messages do not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolNames {
    /// ARM's mapping symbols `$a`, `$d`, `$t` and `$x`.
    NotMapping,
    /// Also `.L…` and `L0…`.
    NotLocal,
    /// Also all others that begin with `$`.
    NotDollar,
}

/// See [`SymbolNames`].
pub(in crate::release) const SYMBOL_NAMES: Timeline<SymbolNames> = Timeline {
    name: "modpost.symbol-names",
    about: "Which names of symbols messages do not use.",
    values: &[
        Value {
            id: "modpost-names-mapping",
            is: SymbolNames::NotMapping,
            from: &[OLDEST],
            what: "Messages about section mismatches do not name mapping symbols such as `$d`.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-names-local",
            is: SymbolNames::NotLocal,
            from: &[mainline(6, 4)],
            what: "Messages about section mismatches do not name local labels, `.L…` and `L0…`, \
                   either.",
            evidence: "Programs built from the sources of 6.3.8 and 6.4.0 differ in this (run).",
        },
        Value {
            id: "modpost-names-dollar",
            is: SymbolNames::NotDollar,
            from: &[rhel(9, 5), mainline(6, 6)],
            what: "Messages about section mismatches name no symbol that begins with `$`.",
            evidence: "The program of 6.12.117 (verified), and one built from the source of \
                       6.6.87 (run).",
        },
    ],
};

/// Whether the sections for added and removed memory are freed ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemorySections {
    /// `.meminit.*` and `.memexit.*` are.
    InitAndExit,
    /// `.meminit.*` is.
    Init,
    /// Neither is.
    Ordinary,
}

/// See [`MemorySections`].
pub(in crate::release) const MEMORY_SECTIONS: Timeline<MemorySections> = Timeline {
    name: "modpost.memory-sections",
    about: "Whether the sections for added and removed memory are freed ones.",
    values: &[
        Value {
            id: "modpost-memory-sections",
            is: MemorySections::InitAndExit,
            from: &[OLDEST],
            what: "`.meminit.*` and `.memexit.*` are sections that are freed.",
            evidence: "Programs built from the sources of 5.19.0, 6.0.1, 6.3.8 and 6.4.6 (run).",
        },
        Value {
            id: "modpost-memory-init-section",
            is: MemorySections::Init,
            from: &[mainline(6, 7), point(6, 1, 0)],
            what: "`.meminit.*` is a section that is freed, `.memexit.*` is not.",
            evidence: "The program of 6.1.192 (verified); it is not known with which point \
                       release of 6.1 this came. Programs built from the sources of 6.4.6, 6.8.0 \
                       and 6.9.0 (run). The release: a program built from the source of 6.7.3 (run).",
        },
        Value {
            id: "modpost-memory-sections-ordinary",
            is: MemorySections::Ordinary,
            from: &[mainline(6, 11), point(6, 6, 87).after_point(0)],
            what: "`.meminit.*` and `.memexit.*` are ordinary sections.",
            evidence: "The program of 6.12.117 (verified). Programs built from the sources of \
                       6.6.87, 6.9.0 and 6.11.11 (run). The release: a program built from the source of 6.10.0 (run).",
        },
    ],
};

/// Which sections are ordinary code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSections {
    /// `.text`, `.text.unlikely` and some by name; other parts of `.text` may refer to anything.
    Unlikely,
    /// Also all `.text.*`.
    AllParts,
    /// Also `.ltext` and `.ltext.*`.
    Large,
}

/// See [`TextSections`].
pub(in crate::release) const TEXT_SECTIONS: Timeline<TextSections> = Timeline {
    name: "modpost.text-sections",
    about: "Which sections are ordinary code.",
    values: &[
        Value {
            id: "modpost-text-unlikely",
            is: TextSections::Unlikely,
            from: &[OLDEST],
            what: "Only `.text` and `.text.unlikely` are ordinary code; `.text.*` may refer to \
                   anything.",
            evidence: "Programs built from the sources of 5.19.0 and 6.0.1 (run).",
        },
        Value {
            id: "modpost-text-parts",
            is: TextSections::AllParts,
            from: &[mainline(6, 2).after(6, 0), rhel(9, 5)],
            what: "`.text.*` is ordinary code.",
            evidence: "Programs built from the sources of 6.0.1, 6.3.8, 6.4.6 and 6.5.0 (run). The release: a program built from the source of 6.2.1 (run).",
        },
        Value {
            id: "modpost-text-large",
            is: TextSections::Large,
            from: &[mainline(6, 6), point(6, 1, 0)],
            what: "`.ltext` and `.ltext.*` are ordinary code.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified); it is not known with \
                       which point release of 6.1 this came. Programs built from the sources of \
                       6.5.0 and 6.6.87 (run).",
        },
    ],
};

/// Whether `.irqentry.text` is a section of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterruptText {
    /// It is not known.
    Unknown,
    /// It is.
    Known,
}

/// See [`InterruptText`].
pub(in crate::release) const INTERRUPT_TEXT: Timeline<InterruptText> = Timeline {
    name: "modpost.interrupt-text",
    about: "Whether `.irqentry.text` is a section of code.",
    values: &[
        Value {
            id: "modpost-no-interrupt-text",
            is: InterruptText::Unknown,
            from: &[OLDEST, rhel(10, 0)],
            what: "An exception table that leads into `.irqentry.text` is warned about.",
            evidence: "Programs built from the sources of 6.0.1 to 6.5.0, and 6.8.0 to 6.11.11 \
                       (run).",
        },
        Value {
            id: "modpost-interrupt-text",
            is: InterruptText::Known,
            from: &[
                mainline(6, 12),
                point(5, 10, 262).after_point(223),
                point(6, 1, 0),
                point(6, 6, 87).after_point(0),
            ],
            what: "An exception table may lead into `.irqentry.text`.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified); it is not known with \
                       which point release of 6.1 this came. A program built from the source of \
                       6.6.87 (run).",
        },
    ],
};

/// Which sections of LLVM may refer to anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncheckedSections {
    /// None.
    NoneOfLlvm,
    /// The profile of the call graph.
    CallGraph,
    /// Also the tables of coverage, and the symbols of live patches.
    Coverage,
}

/// See [`UncheckedSections`].
pub(in crate::release) const UNCHECKED_SECTIONS: Timeline<UncheckedSections> = Timeline {
    name: "modpost.unchecked-sections",
    about: "Which sections of LLVM may refer to anything.",
    values: &[
        Value {
            id: "modpost-unchecked-none",
            is: UncheckedSections::NoneOfLlvm,
            from: &[OLDEST],
            what: "No section of LLVM is left out of the checks.",
            evidence: "The program of 6.1.192 (verified), and one built from the source of RHEL \
                       9.6 (run).",
        },
        Value {
            id: "modpost-unchecked-call-graph",
            is: UncheckedSections::CallGraph,
            from: &[mainline(6, 6)],
            what: "`.llvm.call-graph-profile` is not checked.",
            evidence: "The program of 6.12.117 (verified). The release: the sources of 6.5.0 and \
                       6.6.87 (read).",
        },
        Value {
            id: "modpost-unchecked-coverage",
            is: UncheckedSections::Coverage,
            from: &[mainline(7, 2)],
            what: "`__llvm_covfun`, `__llvm_covmap` and `.klp.symid` are not checked.",
            evidence: "The sources of 7.1.5 and 7.2.12 (read); the program of 7.2.12 (verified).",
        },
    ],
};

/// Whether local labels may refer to what is freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalLabels {
    /// They may.
    MayReferToAnything,
    /// They may not.
    Ordinary,
}

/// See [`LocalLabels`].
pub(in crate::release) const LOCAL_LABELS: Timeline<LocalLabels> = Timeline {
    name: "modpost.local-labels",
    about: "Whether local labels may refer to what is freed.",
    values: &[
        Value {
            id: "modpost-local-labels-ordinary",
            is: LocalLabels::Ordinary,
            from: &[OLDEST, mainline(6, 5), rhel(9, 5)],
            what: "What a symbol `.L…` refers to is checked.",
            evidence: "Programs built from the sources of 4.19.1, 4.19.222 and RHEL 8.10 (run). Programs built from the sources of 6.4.6 and 6.5.0 differ in this (run).",
        },
        Value {
            id: "modpost-local-labels",
            is: LocalLabels::MayReferToAnything,
            from: &[mainline(5, 0), point(4, 19, 222).after_point(1)],
            what: "What a symbol `.L…` refers to is not checked.",
            evidence: "The program of 6.1.192 (verified). The release: a program built from the source of 5.0.1 (run).",
        },
    ],
};

/// What drivers' structures, by their name `*driver`, may refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverTables {
    /// To `.meminit.*` and to what a module only needs when it goes.
    MemoryAndExit,
    /// With `-W` only to the first.
    MemoryAndExitUnlessStrict,
    /// To what a module only needs when it goes, unless with `-W`.
    ExitUnlessStrict,
    /// To nothing that is freed.
    Ordinary,
}

/// See [`DriverTables`].
pub(in crate::release) const DRIVER_TABLES: Timeline<DriverTables> = Timeline {
    name: "modpost.driver-tables",
    about: "What drivers' structures, by their name `*driver`, may refer to.",
    values: &[
        Value {
            id: "modpost-driver-tables",
            is: DriverTables::MemoryAndExit,
            from: &[OLDEST],
            what: "`*driver` may refer to `.meminit.*` and `.exit.*`.",
            evidence: "Programs built from the sources of 6.0.1, 6.3.8, 6.4.6 and 6.5.0 (run).",
        },
        Value {
            id: "modpost-driver-tables-strict",
            is: DriverTables::MemoryAndExitUnlessStrict,
            from: &[mainline(6, 6), point(6, 1, 0)],
            what: "With `-W`, `*driver` may not refer to `.exit.*`.",
            evidence: "The program of 6.1.192 (verified); it is not known with which point \
                       release of 6.1 this came. Programs built from the sources of 6.5.0 and \
                       6.6.87 (run).",
        },
        Value {
            id: "modpost-driver-tables-exit",
            is: DriverTables::ExitUnlessStrict,
            from: &[mainline(6, 7)],
            what: "`*driver` may not refer to `.meminit.*`.",
            evidence: "Programs built from the sources of 6.6.87, 6.8.0 and 6.9.0 (run). The release: a program built from the source of 6.7.3 (run).",
        },
        Value {
            id: "modpost-driver-tables-ordinary",
            is: DriverTables::Ordinary,
            from: &[mainline(6, 11)],
            what: "`*driver` may not refer to `.exit.*`.",
            evidence: "The program of 6.12.117 (verified). The release: programs built from the \
                       sources of 6.9.0 and 6.11.11 (run). The release: a program built from the source of 6.10.0 (run).",
        },
    ],
};

/// Which other names of data may refer to what is freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitTables {
    /// `*_template *_timer *_sht *_ops *_probe *_probe_one *_console`
    Many,
    /// `*_ops *_probe *_console`
    WithProbes,
    /// `*_ops *_console`
    WithoutProbes,
    /// Also `*_ops.llvm.*`.
    WithLlvmCopies,
}

/// See [`InitTables`].
pub(in crate::release) const INIT_TABLES: Timeline<InitTables> = Timeline {
    name: "modpost.init-tables",
    about: "Which other names of data may refer to what is freed.",
    values: &[
        Value {
            id: "modpost-init-tables",
            is: InitTables::Many,
            from: &[OLDEST],
            what: "`*_template`, `*_timer`, `*_sht`, `*_ops`, `*_probe`, `*_probe_one` and \
                   `*_console` may refer to what is freed.",
            evidence: "The program of 6.1.192 (verified), and one built from the source of 6.6.87 \
                       (run).",
        },
        Value {
            id: "modpost-init-tables-fewer",
            is: InitTables::WithProbes,
            from: &[mainline(6, 7)],
            what: "Only `*_ops`, `*_probe` and `*_console` may refer to what is freed.",
            evidence: "The program of 6.12.117 (verified). The release: programs built from the \
                       sources of 6.6.87 and 6.8.0 (run). The release: a program built from the source of 6.7.3 (run).",
        },
        Value {
            id: "modpost-init-tables-without-probes",
            is: InitTables::WithoutProbes,
            from: &[mainline(7, 0)],
            what: "`*_probe` may not refer to what is freed.",
            evidence: "Programs built from the sources of 6.19.9 and 7.0.0 differ in this (run).",
        },
        Value {
            id: "modpost-init-tables-llvm",
            is: InitTables::WithLlvmCopies,
            from: &[mainline(7, 2)],
            what: "`*_ops.llvm.*` may refer to what is freed.",
            evidence: "The sources of 7.1.5 and 7.2.12 (read); the program of 7.2.12 (verified).",
        },
    ],
};

/// Whether ARM's addends are decoded, where the code has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArmAddends {
    /// They are not: upstream computes with an address of its own.
    Unknown,
    /// Those of data and of branches in ARM's own code are; upstream computes with an address of its
    /// own in Thumb's.
    Decoded,
    /// All are, and so are those of wide moves.
    AllDecoded,
}

/// See [`ArmAddends`].
pub(in crate::release) const ARM_ADDENDS: Timeline<ArmAddends> = Timeline {
    name: "modpost.arm-addends",
    about: "Whether ARM's addends are decoded, where the code has them.",
    values: &[
        Value {
            id: "modpost-arm-addends-unknown",
            is: ArmAddends::Unknown,
            from: &[OLDEST],
            what: "What a reference of 32-bit ARM leads to is `(unknown)` unless its symbol has a \
                   name.",
            evidence: "Programs built from the sources of 5.19.0, 6.0.1, 6.3.8 and 6.4.0 (run).",
        },
        Value {
            id: "modpost-arm-addends",
            is: ArmAddends::Decoded,
            from: &[
                point(5, 4, 273).after_point(0),
                point(5, 10, 0),
                point(6, 1, 0),
                point(6, 4, 6).after_point(0),
            ],
            what: "The addends of 32-bit ARM are decoded, but those of Thumb's code are not.",
            evidence: "The program of 6.1.192 (verified); it is not known with which point \
                       release of 6.1 this came. Programs built from the sources of 6.4.0 and \
                       6.4.6 (run).",
        },
        Value {
            id: "modpost-arm-addends-of-thumb",
            is: ArmAddends::AllDecoded,
            from: &[rhel(9, 5), mainline(6, 5)],
            what: "The addends of 32-bit ARM are decoded, also in Thumb's code and in wide moves.",
            evidence: "Programs built from the sources of 6.4.6, 6.5.0, RHEL 9.4 and 9.6 (run).",
        },
    ],
};

/// Which relocations of LoongArch refer to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoongArchRelocations {
    /// None.
    Ordinary,
    /// Half of each difference in an exception table.
    Differences,
    /// Also marks for the linker.
    Relaxations,
}

/// See [`LoongArchRelocations`].
pub(in crate::release) const LOONGARCH_RELOCATIONS: Timeline<LoongArchRelocations> = Timeline {
    name: "modpost.loongarch-relocations",
    about: "Which relocations of LoongArch refer to nothing.",
    values: &[
        Value {
            id: "modpost-loongarch",
            is: LoongArchRelocations::Ordinary,
            from: &[OLDEST],
            what: "Each relocation of LoongArch refers to something.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-loongarch-differences",
            is: LoongArchRelocations::Differences,
            from: &[mainline(6, 2)],
            what: "The second half of a difference in an exception table of LoongArch refers to \
                   nothing.",
            evidence: "Programs built from the sources of 6.0.1 and 6.3.8 differ in this (run). The release: a program built from the source of 6.2.1 (run).",
        },
        Value {
            id: "modpost-loongarch-relaxations",
            is: LoongArchRelocations::Relaxations,
            from: &[mainline(6, 8)],
            what: "The marks for relaxation of LoongArch refer to nothing.",
            evidence: "The program of 6.12.117 (verified). The release: programs built from the \
                       sources of 6.6.87 and 6.8.0 (run). The release: a program built from the source of 6.7.3 (run).",
        },
    ],
};

/// What happens if an exception table leads into data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionTargets {
    /// The run ends.
    Fatal,
    /// It is an error.
    Errors,
}

/// See [`ExceptionTargets`].
pub(in crate::release) const EXCEPTION_TARGETS: Timeline<ExceptionTargets> = Timeline {
    name: "modpost.exception-targets",
    about: "What happens if an exception table leads into data.",
    values: &[
        Value {
            id: "modpost-exceptions-fatal",
            is: ExceptionTargets::Fatal,
            from: &[OLDEST],
            what: "An exception table that leads into data ends the run.",
            evidence: "Programs built from the sources of 5.19.0, 6.0.1, 6.3.8 and 6.4.0 (run).",
        },
        Value {
            id: "modpost-exceptions-errors",
            is: ExceptionTargets::Errors,
            from: &[rhel(9, 5), mainline(6, 5), point(6, 1, 0), point(6, 4, 6).after_point(0)],
            what: "An exception table that leads into data is an error, and the run goes on.",
            evidence: "The program of 6.1.192 (verified); it is not known with which point \
                       release of 6.1 this came. Programs built from the sources of 6.4.0, 6.4.6 \
                       and 6.5.0 (run).",
        },
    ],
};
