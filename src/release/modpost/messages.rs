//! How messages are worded.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline};

/// How a message that ends the run begins.
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
            from: &[mainline(6, 8)],
            what: "A message that ends the run begins with `ERROR: modpost: ` instead of `FATAL: \
                   modpost: `.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.6.87 and 6.8.0 (run). The release: a program built from the source of 6.7.3 (run).",
        },
    ],
};

/// How messages about a module are worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// `"x" [M.ko] undefined!`, `missing MODULE_LICENSE() in M.o`
    SymbolFirst,
    /// `M.ko: symbol 'x' undefined!`, `M.ko: missing MODULE_LICENSE()`
    ModuleFirst,
}

/// See [`Wording`].
pub(in crate::release) const WORDING: Timeline<Wording> = Timeline {
    name: "modpost.wording",
    about: "How messages about a module are worded.",
    values: &[
        Value {
            id: "modpost-wording",
            is: Wording::SymbolFirst,
            from: &[OLDEST],
            what: "Messages about a module are such as `\"x\" [M.ko] undefined!`.",
            evidence: "The programs of 6.1.192, 6.12.117 and 7.2.12 (verified).",
        },
        Value {
            id: "modpost-wording-module-first",
            is: Wording::ModuleFirst,
            from: &[mainline(7, 3)],
            what: "Messages about a module begin with its name: `M.ko: symbol 'x' undefined!`.",
            evidence: "The programs of 7.2.12 and 7.3.4 differ in this (verified).",
        },
    ],
};

/// Which messages name modpost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramName {
    /// Some: those whose text does.
    InSome,
    /// All.
    InAll,
}

/// See [`ProgramName`].
pub(in crate::release) const PROGRAM_NAME: Timeline<ProgramName> = Timeline {
    name: "modpost.program-name",
    about: "Which messages name modpost.",
    values: &[
        Value {
            id: "modpost-named-in-some",
            is: ProgramName::InSome,
            from: &[OLDEST],
            what: "Messages begin with `WARNING: `, and only some with `WARNING: modpost: `.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
        Value {
            id: "modpost-named-in-all",
            is: ProgramName::InAll,
            from: &[mainline(5, 8).after(5, 4)],
            what: "Messages begin with `WARNING: modpost: `.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
    ],
};

/// Whether the message about a missing license has advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenseAdvice {
    /// In a second line.
    Given,
    /// It has none.
    Absent,
}

/// See [`LicenseAdvice`].
pub(in crate::release) const LICENSE_ADVICE: Timeline<LicenseAdvice> = Timeline {
    name: "modpost.license-advice",
    about: "Whether the message about a missing license has advice.",
    values: &[
        Value {
            id: "modpost-license-advice",
            is: LicenseAdvice::Given,
            from: &[OLDEST],
            what: "The message about a missing license has a second line with advice.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
        Value {
            id: "modpost-no-license-advice",
            is: LicenseAdvice::Absent,
            from: &[mainline(5, 8).after(5, 4)],
            what: "The message about a missing license has one line.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
    ],
};
