//! What modpost checks, and what it says.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline};

/// When a module without `MODULE_DESCRIPTION` is warned of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptionCheck {
    /// Never.
    Never,
    /// With `-W`.
    WithExtraWarnings,
}

/// See [`DescriptionCheck`].
pub(in crate::release) const DESCRIPTION: Timeline<DescriptionCheck> = Timeline {
    name: "modpost.description",
    about: "When a module without `MODULE_DESCRIPTION` is warned about.",
    values: &[
        Value {
            id: "modpost-description-unchecked",
            is: DescriptionCheck::Never,
            from: &[OLDEST],
            what: "No description is asked for.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-description-warning",
            is: DescriptionCheck::WithExtraWarnings,
            from: &[mainline(6, 5)],
            what: "`-W` warns about modules without `MODULE_DESCRIPTION`.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.4.6 and 6.5.0 (run).",
        },
    ],
};

/// Whether an object's byte order is looked at.
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

/// What stands before a message that ends the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FatalPrefix {
    /// `FATAL: modpost: `
    Fatal,
    /// `ERROR: modpost: `
    Error,
}

/// See [`FatalPrefix`].
pub(in crate::release) const FATAL_PREFIX: Timeline<FatalPrefix> = Timeline {
    name: "modpost.fatal-prefix",
    about: "How a message that ends the run begins.",
    values: &[
        Value {
            id: "modpost-fatal",
            is: FatalPrefix::Fatal,
            from: &[OLDEST],
            what: "A message that ends the run begins with `FATAL: modpost: `.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-fatal-prefix",
            is: FatalPrefix::Error,
            from: &[mainline(6, 8).after(6, 6)],
            what: "A message that ends the run begins with `ERROR: modpost: ` instead of \
                   `FATAL: modpost: `.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.6.87 and 6.8.0 (run).",
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
            id: "modpost-expoline-ignored",
            is: ExpolineThunks::Ignored,
            from: &[OLDEST],
            what: "On s390, references to `__s390_indirect_jump_r…` are left to the final link.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-expoline-thunks",
            is: ExpolineThunks::Ordinary,
            from: &[mainline(6, 11).after(6, 9)],
            what: "On s390, references to `__s390_indirect_jump_r…` must be resolved like any \
                   others.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.9.0 and 6.11.11 (run).",
        },
    ],
};
