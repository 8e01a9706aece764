//! What modpost checks of objects and modules.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel};

/// When a module without `MODULE_DESCRIPTION` is warned about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptionCheck {
    /// Never.
    Never,
    /// With `-W`, and also the kernel itself.
    WithExtraWarningsAndKernel,
    /// With `-W`.
    WithExtraWarnings,
    /// Always.
    Always,
}

/// See [`DescriptionCheck`].
pub(in crate::release) const DESCRIPTION: Timeline<DescriptionCheck> = Timeline {
    name: "modpost.description",
    about: "When a module without `MODULE_DESCRIPTION` is warned about.",
    values: &[
        Value {
            id: "modpost-no-description-warning",
            is: DescriptionCheck::Never,
            from: &[OLDEST],
            what: "Nothing is said of modules without `MODULE_DESCRIPTION`.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-description-warning",
            is: DescriptionCheck::WithExtraWarningsAndKernel,
            from: &[mainline(6, 5)],
            what: "`-W` warns about modules without `MODULE_DESCRIPTION`, and about the kernel \
                   itself.",
            evidence: "Programs built from the sources of 6.4.6 and 6.5.0 differ in this (run).",
        },
        Value {
            id: "modpost-description-warning-of-modules",
            is: DescriptionCheck::WithExtraWarnings,
            from: &[mainline(6, 10), point(6, 6, 87).after_point(0)],
            what: "`-W` warns about modules without `MODULE_DESCRIPTION`, but not about the \
                   kernel itself.",
            evidence: "The program of 6.12.117 (verified). Programs built from the sources of \
                       6.6.87, 6.9.0 and 6.11.11 (run). The release: a program built from the source of 6.10.0 (run).",
        },
        Value {
            id: "modpost-description-always",
            is: DescriptionCheck::Always,
            from: &[mainline(6, 17).after(6, 14)],
            what: "Modules without `MODULE_DESCRIPTION` are warned about in any case.",
            evidence: "Programs built from the sources of 6.14.0 and 6.17.0 differ in this (run). \
                       The program of 7.2.12 does so (verified).",
        },
    ],
};

/// Whether an object's byte order is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrderCheck {
    /// Each program reads objects of one order, and takes all for that; ours takes what is neither
    /// for little endian.
    Assumed,
    /// What is neither ends the run.
    Checked,
}

/// See [`ByteOrderCheck`].
pub(in crate::release) const BYTE_ORDER: Timeline<ByteOrderCheck> = Timeline {
    name: "modpost.byte-order",
    about: "Whether an object's byte order is checked.",
    values: &[
        Value {
            id: "modpost-byte-order-assumed",
            is: ByteOrderCheck::Assumed,
            from: &[OLDEST],
            what: "An object of unknown byte order is taken for one of little endian.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-byte-order",
            is: ByteOrderCheck::Checked,
            from: &[mainline(6, 12)],
            what: "An object of unknown byte order is refused.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.11.11 and 6.12.95 (run).",
        },
    ],
};

/// When it is checked that the name of an object ends in `.o`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectNames {
    /// After it has been read: a missing one is missing in any case.
    CheckedAfterReading,
    /// Before it is read.
    CheckedFirst,
}

/// See [`ObjectNames`].
pub(in crate::release) const OBJECT_NAMES: Timeline<ObjectNames> = Timeline {
    name: "modpost.object-names",
    about: "When it is checked that the name of an object ends in `.o`.",
    values: &[
        Value {
            id: "modpost-object-name-after-reading",
            is: ObjectNames::CheckedAfterReading,
            from: &[OLDEST],
            what: "That the name of an object ends in `.o` is checked after it has been read.",
            evidence: "Programs built from the sources of 6.0.1, 6.3.8 to 6.12.95, and 6.13.2 to \
                       7.1.5 (run).",
        },
        Value {
            id: "modpost-object-name-first",
            is: ObjectNames::CheckedFirst,
            from: &[mainline(7, 2), point(6, 1, 0), point(6, 12, 117)],
            what: "That the name of an object ends in `.o` is checked before it is read.",
            evidence: "The programs of 6.1.192, 6.12.117 and 7.2.12 (verified); 6.12.95 does not \
                       do so (built and run), and it is not known with which point releases of \
                       6.1 and 6.12 this came.",
        },
    ],
};

/// Which ELF files are taken for objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKinds {
    /// Executables, too.
    Any,
    /// Only relocatable files.
    OnlyRelocatable,
}

/// See [`ObjectKinds`].
pub(in crate::release) const OBJECT_KINDS: Timeline<ObjectKinds> = Timeline {
    name: "modpost.object-kinds",
    about: "Which ELF files are taken for objects.",
    values: &[
        Value {
            id: "modpost-object-any",
            is: ObjectKinds::Any,
            from: &[OLDEST],
            what: "Executables and shared objects are read like objects.",
            evidence: "A program built from the source of 5.19.0 (run).",
        },
        Value {
            id: "modpost-object-relocatable",
            is: ObjectKinds::OnlyRelocatable,
            from: &[mainline(6, 0), rhel(9, 5)],
            what: "Executables and shared objects are refused.",
            evidence: "The program of 6.1.192 (verified). The release: programs built from the \
                       sources of 5.19.0, 6.0.1, RHEL 9.4 and 9.6 (run).",
        },
    ],
};

/// When modules are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckOrder {
    /// Each just before its file is written: an error stops the files of those after it.
    EachBeforeItIsWritten,
    /// All before any file is written: an error stops all files.
    AllBeforeAnyIsWritten,
}

/// See [`CheckOrder`].
pub(in crate::release) const CHECKS: Timeline<CheckOrder> = Timeline {
    name: "modpost.checks",
    about: "When modules are checked.",
    values: &[
        Value {
            id: "modpost-checks-each",
            is: CheckOrder::EachBeforeItIsWritten,
            from: &[OLDEST],
            what: "Each module is checked just before its `.mod.c` is written.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-checks-first",
            is: CheckOrder::AllBeforeAnyIsWritten,
            from: &[mainline(6, 5)],
            what: "All modules are checked before any `.mod.c` is written.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.4.6 and 6.5.0 (run).",
        },
    ],
};

/// Whether references to the s390 thunks (`__s390_indirect_jump_r…`) are left to the final link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpolineThunks {
    /// They are.
    Ignored,
    /// They are references like any other.
    Ordinary,
}

/// See [`ExpolineThunks`].
pub(in crate::release) const EXPOLINE_THUNKS: Timeline<ExpolineThunks> = Timeline {
    name: "modpost.expoline-thunks",
    about: "Whether references to the s390 thunks are left to the final link.",
    values: &[
        Value {
            id: "modpost-expoline-thunks",
            is: ExpolineThunks::Ordinary,
            from: &[OLDEST, mainline(6, 10)],
            what: "On s390, references to `__s390_indirect_jump_r…` must be resolved like any \
                   others.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.9.0 and 6.11.11 (run). The release: a program built from the source of 6.10.0 (run).",
        },
        Value {
            id: "modpost-expoline-ignored",
            is: ExpolineThunks::Ignored,
            from: &[mainline(5, 18), rhel(9, 2)],
            what: "On s390, references to `__s390_indirect_jump_r…` are left to the final link.",
            evidence: "The program of 6.1.192 (verified). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// Which routines of the compiler on ppc64 are left to the final link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompilerRoutines {
    /// Those that save general and vector registers.
    Old,
    /// Also those for floating point, and the second kind for general registers.
    WithFloatingPoint,
}

/// See [`CompilerRoutines`].
pub(in crate::release) const COMPILER_ROUTINES: Timeline<CompilerRoutines> = Timeline {
    name: "modpost.compiler-routines",
    about: "Which routines of the compiler on ppc64 are left to the final link.",
    values: &[
        Value {
            id: "modpost-compiler-routines",
            is: CompilerRoutines::Old,
            from: &[OLDEST],
            what: "On ppc64, `_restgpr0_`, `_savegpr0_`, `_restvr_` and `_savevr_` are left to \
                   the final link.",
            evidence: "Programs built from the sources of 5.19.0 to 6.11.11, and 6.13.2 to 6.18.2 \
                       (run).",
        },
        Value {
            id: "modpost-compiler-routines-floating",
            is: CompilerRoutines::WithFloatingPoint,
            from: &[mainline(6, 19), point(5, 10, 0), point(6, 1, 0), point(6, 12, 0)],
            what: "On ppc64, `_restgpr1_`, `_savegpr1_`, `_restfpr_` and `_savefpr_` are left to \
                   the final link, too.",
            evidence: "The programs of 6.1.192, 6.12.117 and 7.2.12 (verified), and one built \
                       from the source of 6.12.95 (run); it is not known with which point \
                       releases of 6.1 and 6.12 this came.",
        },
    ],
};

/// Whether `__start_X` and `__stop_X` must be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionBounds {
    /// They are symbols like any other.
    Ordinary,
    /// The linker makes them.
    LeftToTheLinker,
}

/// See [`SectionBounds`].
pub(in crate::release) const SECTION_BOUNDS: Timeline<SectionBounds> = Timeline {
    name: "modpost.section-bounds",
    about: "Whether `__start_X` and `__stop_X` must be exported.",
    values: &[
        Value {
            id: "modpost-section-bounds",
            is: SectionBounds::Ordinary,
            from: &[OLDEST],
            what: "A reference to `__start_X` or `__stop_X` must be resolved like any other.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-section-bounds-ignored",
            is: SectionBounds::LeftToTheLinker,
            from: &[mainline(6, 19)],
            what: "References to `__start_X` and `__stop_X` are left to the linker.",
            evidence: "The sources of 6.18.2 and 6.19.9 (read); the program of 7.2.12 (verified).",
        },
    ],
};
