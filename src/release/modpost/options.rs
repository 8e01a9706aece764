//! The command line of modpost.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline};

/// The sets of options (`cli::modpost` has their tables).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModpostOptions {
    /// `-e -i -m -n -T -o -a -W -w -E -N -d`.
    Since519,
    /// Also `-M`, `-t` and `-u`.
    Since65,
}

/// See [`ModpostOptions`].
pub(in crate::release) const OPTIONS: Timeline<ModpostOptions> = Timeline {
    name: "modpost.options",
    about: "Which options there are.",
    values: &[
        Value {
            id: "modpost-options",
            is: ModpostOptions::Since519,
            from: &[OLDEST],
            what: "The options are `-e -i -m -n -T -o -a -W -w -E -N -d`.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-trim-options",
            is: ModpostOptions::Since65,
            from: &[mainline(6, 6)],
            what: "New options: `-M` (modules are enabled), `-t` (trim unused exports), and \
                   `-u` (a list of exports to keep).",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.5.0 and 6.6.87 (run). \
                       6.5 has all of them but `-M`.",
        },
    ],
};

/// What `-` as the argument of `-T` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileListDash {
    /// The list is read from standard input.
    StandardInput,
    /// A file of that name, like any other.
    OrdinaryName,
}

/// See [`FileListDash`].
pub(in crate::release) const FILE_LIST_DASH: Timeline<FileListDash> = Timeline {
    name: "modpost.file-list-dash",
    about: "What `-` as the argument of `-T` means.",
    values: &[
        Value {
            id: "modpost-file-list-stdin",
            is: FileListDash::StandardInput,
            from: &[OLDEST],
            what: "`-T -` reads the list from standard input.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-file-list-dash",
            is: FileListDash::OrdinaryName,
            from: &[mainline(6, 3).after(6, 1)],
            what: "`-T -` reads a file called `-`, not standard input.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). A \
                       program built from the source of 6.3.8 does so (run).",
        },
    ],
};
