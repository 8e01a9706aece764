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
            from: &[mainline(6, 8).after(6, 6)],
            what: "A message that ends the run begins with `ERROR: modpost: ` instead of `FATAL: \
                   modpost: `.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.6.87 and 6.8.0 (run).",
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
