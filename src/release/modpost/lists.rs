//! In which order modpost keeps and writes what it knows, and what it does after an error.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel};

/// In which order exports are written, and modules and imports are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrder {
    /// Exports by a hash of their names; modules and imports last to first. Of two exports of one name the first stays.
    Reversed,
    /// As they are met. Of two exports of one name the last counts.
    AsSeen,
}

/// See [`ListOrder`].
pub(in crate::release) const LISTS: Timeline<ListOrder> = Timeline {
    name: "modpost.lists",
    about: "In which order exports are written, and modules and imports are gone through.",
    values: &[
        Value {
            id: "modpost-lists-reversed",
            is: ListOrder::Reversed,
            from: &[OLDEST],
            what: "`Module.symvers` is ordered by a hash of the names; modules, `__versions` and \
                   `depends` are last to first.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-lists-as-seen",
            is: ListOrder::AsSeen,
            from: &[mainline(5, 19), rhel(9, 5)],
            what: "`Module.symvers`, modules, `__versions` and `depends` are in the order in \
                   which they are met.",
            evidence: "Programs built from the sources of 5.17, 5.19.0, RHEL 9.4 and 9.6 differ \
                       in this (run). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// Whether files are written after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilesAfterErrors {
    /// They are.
    Written,
    /// They are not.
    Withheld,
}

/// See [`FilesAfterErrors`].
pub(in crate::release) const AFTER_ERRORS: Timeline<FilesAfterErrors> = Timeline {
    name: "modpost.after-errors",
    about: "Whether files are written after an error.",
    values: &[
        Value {
            id: "modpost-files-after-errors",
            is: FilesAfterErrors::Written,
            from: &[OLDEST],
            what: "Files are written after an error, too.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-no-files-after-errors",
            is: FilesAfterErrors::Withheld,
            from: &[mainline(5, 19), rhel(9, 5)],
            what: "No file is written after an error.",
            evidence: "Programs built from the sources of 5.17, 5.19.0, RHEL 9.4 and 9.6 differ \
                       in this (run). The release: a program built from the source of 5.18.12 (run).",
        },
    ],
};

/// Which errors make the run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Those that are found when modules are checked and their files made.
    ByChecks,
    /// All.
    ByErrors,
}

/// See [`ExitStatus`].
pub(in crate::release) const STATUS: Timeline<ExitStatus> = Timeline {
    name: "modpost.status",
    about: "Which errors make the run fail.",
    values: &[
        Value {
            id: "modpost-status-by-checks",
            is: ExitStatus::ByChecks,
            from: &[OLDEST],
            what: "The exit status is 1 only if the checks of modules found an error.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-status-by-errors",
            is: ExitStatus::ByErrors,
            from: &[mainline(5, 11)],
            what: "The exit status is 1 after any error.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of \
                       5.14.2 (run) differ in this. The release: a program built from the source of 5.11.0 (run).",
        },
    ],
};

/// When undefined symbols are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndefinedCheck {
    /// If anything is known of the kernel itself; else nothing is said.
    WithKernelSilently,
    /// If anything is known of the kernel itself; else a warning says that the check is skipped.
    WithKernel,
    /// In any case, and only the first ones are named.
    Always,
}

/// See [`UndefinedCheck`].
pub(in crate::release) const UNDEFINED: Timeline<UndefinedCheck> = Timeline {
    name: "modpost.undefined",
    about: "When undefined symbols are looked for.",
    values: &[
        Value {
            id: "modpost-undefined-silently",
            is: UndefinedCheck::WithKernelSilently,
            from: &[OLDEST],
            what: "Undefined symbols are looked for only if `vmlinux` is among the objects or in \
                   a dump; else nothing is said.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
        Value {
            id: "modpost-undefined-with-kernel",
            is: UndefinedCheck::WithKernel,
            from: &[mainline(5, 8).after(5, 4)],
            what: "Undefined symbols are looked for only if `vmlinux` is among the objects or in \
                   a dump.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-undefined-always",
            is: UndefinedCheck::Always,
            from: &[mainline(5, 14).after(5, 12)],
            what: "Undefined symbols are looked for in any case, and at most 10 are named.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of \
                       5.14.2 (run) differ in this.",
        },
    ],
};

/// What is written to `Module.symvers` of what was read from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpContents {
    /// All of it; in a run for external modules, what the kernel itself does not export.
    AllOfModules,
    /// All of it, unless the modules are external.
    AlsoDumps,
    /// Nothing.
    ObjectsOnly,
}

/// See [`DumpContents`].
pub(in crate::release) const DUMP_CONTENTS: Timeline<DumpContents> = Timeline {
    name: "modpost.dump-contents",
    about: "What is written to `Module.symvers` of what was read from others.",
    values: &[
        Value {
            id: "modpost-dump-of-all-modules",
            is: DumpContents::AllOfModules,
            from: &[OLDEST],
            what: "`Module.symvers` has what dumps had, too; for external modules without what the \
                   kernel and its own dump (`-i`) have.",
            evidence: "A program built from the source of 5.4.273 (run).",
        },
        Value {
            id: "modpost-dump-of-dumps",
            is: DumpContents::AlsoDumps,
            from: &[mainline(5, 8).after(5, 4)],
            what: "In a run for the kernel's own modules, `Module.symvers` has what dumps had, \
                   too.",
            evidence: "A program built from the source of 5.8.1 (run).",
        },
        Value {
            id: "modpost-dump-of-objects",
            is: DumpContents::ObjectsOnly,
            from: &[mainline(5, 12), point(5, 10, 0)],
            what: "`Module.symvers` has what the objects export.",
            evidence: "Programs built from the sources of 5.11.0 and 5.12.9 differ in this (run). \
                       The programs of 5.10.223 and 5.10.262 have it (verified); it is not known \
                       with which point release of 5.10 this came.",
        },
    ],
};

/// What becomes of a piece of generated text of 500 bytes or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LongPieces {
    /// It is cut, and zero bytes fill it up.
    Cut,
    /// It ends the run.
    Refused,
}

/// See [`LongPieces`].
pub(in crate::release) const LONG_PIECES: Timeline<LongPieces> = Timeline {
    name: "modpost.long-pieces",
    about: "What becomes of a piece of generated text of 500 bytes or more.",
    values: &[
        Value {
            id: "modpost-long-pieces-cut",
            is: LongPieces::Cut,
            from: &[OLDEST],
            what: "A line of 500 bytes or more is cut, and filled up with zero bytes.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-long-pieces-refused",
            is: LongPieces::Refused,
            from: &[point(6, 1, 0), point(6, 12, 117).after_point(95), mainline(7, 2)],
            what: "A line of 500 bytes or more ends the run.",
            evidence: "The programs of 6.1.192, 6.12.117 and 7.2.12 do so (verified); the \
                       program of 6.12.95 (verified) and those built from the sources of 6.3.8 to \
                       7.1.5 do not (run).",
        },
    ],
};
