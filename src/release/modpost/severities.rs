//! How serious modpost takes what it finds, where releases differ.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, rhel};

/// How serious modpost takes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// A warning; the run can still succeed.
    Warning,
    /// An error; the run goes on, and fails.
    Error,
    /// The run ends.
    Fatal,
}

/// How serious it is that a module has no license.
pub(in crate::release) const NO_LICENSE: Timeline<Severity> = Timeline {
    name: "modpost.no-license",
    about: "How serious it is that a module has no license.",
    values: &[
        Value {
            id: "modpost-no-license-warned",
            is: Severity::Warning,
            from: &[OLDEST],
            what: "A module without a license gets a warning.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-no-license-is-an-error",
            is: Severity::Error,
            from: &[mainline(5, 11)],
            what: "A module without a license is an error.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of \
                       5.14.2 (run) differ in this. The release: a program built from the source of 5.11.0 (run).",
        },
    ],
};

/// How serious it is that a module of another license uses a GPL-only symbol.
pub(in crate::release) const GPL_ONLY: Timeline<Severity> = Timeline {
    name: "modpost.gpl-only",
    about: "How serious it is that a module of another license uses a GPL-only symbol.",
    values: &[
        Value {
            id: "modpost-gpl-only-ends-the-run",
            is: Severity::Fatal,
            from: &[OLDEST],
            what: "A module of another license that uses a GPL-only symbol ends the run.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-gpl-only-is-an-error",
            is: Severity::Error,
            from: &[mainline(5, 11)],
            what: "A module of another license that uses a GPL-only symbol is an error.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of \
                       5.14.2 (run) differ in this. The release: a program built from the source of 5.11.0 (run).",
        },
    ],
};

/// How serious it is that two modules export one symbol.
pub(in crate::release) const EXPORTED_TWICE: Timeline<Severity> = Timeline {
    name: "modpost.exported-twice",
    about: "How serious it is that two modules export one symbol.",
    values: &[
        Value {
            id: "modpost-exported-twice-warned",
            is: Severity::Warning,
            from: &[OLDEST],
            what: "A symbol that is exported twice gets a warning.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-exported-twice-is-an-error",
            is: Severity::Error,
            from: &[mainline(5, 19), rhel(9, 5)],
            what: "A symbol that is exported twice is an error.",
            evidence: "Programs built from the sources of 5.17, 5.19.0, RHEL 9.4 and 9.6 differ \
                       in this (run). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// How serious section mismatches are with `-E`.
pub(in crate::release) const MISMATCHES_FORBIDDEN: Timeline<Severity> = Timeline {
    name: "modpost.mismatches-forbidden",
    about: "How serious section mismatches are with `-E`.",
    values: &[
        Value {
            id: "modpost-mismatches-end-the-run",
            is: Severity::Fatal,
            from: &[OLDEST],
            what: "With `-E`, section mismatches end the run.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-mismatches-are-an-error",
            is: Severity::Error,
            from: &[mainline(5, 11)],
            what: "With `-E`, section mismatches are an error.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of \
                       5.14.2 (run) differ in this. The release: a program built from the source of 5.11.0 (run).",
        },
    ],
};
