//! The command line of modpost.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel};

/// The sets of options (`cli::modpost` has their tables); from 5.8 on, each has those of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModpostOptions {
    /// `-i -I -e -m -n -s -S -T -o -a -w -E`, and `-M` and `-K`, which end the run.
    Since419,
    /// The same without `-S`.
    WithoutSummary,
    /// Those of 4.19 without `-M` and `-K`.
    Since50,
    /// Also without `-S`.
    Since52,
    /// Also `-d`.
    Since54,
    /// `-e -i -m -n -T -o -a -w -E -N -d`.
    Since58,
    /// Also `-W`.
    Since61,
    /// Also `-t` and `-u`.
    Since65,
    /// Also `-M`.
    Since66,
    /// Also `-b` and `-x`.
    Since614,
}

/// See [`ModpostOptions`].
pub(in crate::release) const OPTIONS: Timeline<ModpostOptions> = Timeline {
    name: "modpost.options",
    about: "Which options there are.",
    values: &[
        Value {
            id: "modpost-options-4.19",
            is: ModpostOptions::Since419,
            from: &[OLDEST],
            what: "The options are `-i -I -e -m -n -s -S -T -o -a -w -E`; `-e` names a \
                   `Module.symvers` file.",
            evidence: "Programs built from the sources of 4.19.222 and RHEL 8.0 accept these \
                       (run); what `-s` and `-S` do has not been run.",
        },
        Value {
            id: "modpost-options-el8.3",
            is: ModpostOptions::WithoutSummary,
            from: &[rhel(8, 3)],
            what: "`-S`, which counts section mismatches instead of naming them, is an invalid \
                   option.",
            evidence: "Programs built from the sources of RHEL 8.0 and 8.10 accept other options.",
        },
        Value {
            id: "modpost-options-5.0",
            is: ModpostOptions::Since50,
            from: &[mainline(5, 0)],
            what: "`-M` and `-K`, which did nothing useful, are invalid options.",
            evidence: "Programs built from the sources of 4.20.0 and 5.0.1 accept other options \
                       (run).",
        },
        Value {
            id: "modpost-options-5.2",
            is: ModpostOptions::Since52,
            from: &[mainline(5, 2).after(5, 0)],
            what: "`-S`, which counts section mismatches instead of naming them, is an invalid \
                   option.",
            evidence: "Programs built from the sources of 5.0.1 and 5.2.1 accept other options \
                       (run).",
        },
        Value {
            id: "modpost-options-5.4",
            is: ModpostOptions::Since54,
            from: &[mainline(5, 4)],
            what: "The options are `-i -I -e -m -n -s -T -o -a -w -E -d`; `-e` names a \
                   `Module.symvers` file, and `-d` has no argument.",
            evidence: "Programs built from the sources of 5.3.1 and 5.4.273 accept other \
                       options (run).",
        },
        Value {
            id: "modpost-options",
            is: ModpostOptions::Since58,
            from: &[mainline(5, 8).after(5, 4)],
            what: "The options are `-e -i -m -n -T -o -a -w -E -N -d`.",
            evidence: "Programs built from the sources of 5.4.273, 5.8.1, 5.19.0, 6.0.1, 6.3.8 and \
                       6.4.6 (run).",
        },
        Value {
            id: "modpost-extra-warnings-option",
            is: ModpostOptions::Since61,
            from: &[point(6, 1, 0)],
            what: "New option: `-W` (more warnings).",
            evidence: "The program of 6.1.192 (verified); it is not known with which point \
                       release of 6.1 this came. 6.3 and 6.4 do not have it: programs built from \
                       the sources of 6.3.8 and 6.4.6 (run).",
        },
        Value {
            id: "modpost-trim-options",
            is: ModpostOptions::Since65,
            from: &[mainline(6, 5)],
            what: "New options: `-W` (more warnings), `-t` (trim unused exports) and `-u` (a list \
                   of exports to keep).",
            evidence: "Programs built from the sources of 6.4.6 and 6.5.0 differ in this (run).",
        },
        Value {
            id: "modpost-modules-option",
            is: ModpostOptions::Since66,
            from: &[mainline(6, 6)],
            what: "New option: `-M` (modules are enabled), without which no export is read.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.5.0 and 6.6.87 (run).",
        },
        Value {
            id: "modpost-version-options",
            is: ModpostOptions::Since614,
            from: &[mainline(6, 14)],
            what: "New options: `-b` and `-x` (write the versions of imports in their basic and \
                   extended form).",
            evidence: "Programs built from the sources of 6.13.2 and 6.14.0 differ in this (run). \
                       The program of 7.2.12 has them (verified).",
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
            from: &[mainline(6, 2)],
            what: "`-T -` reads a file called `-`, not standard input.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). A program \
                       built from the source of 6.3.8 does so (run). The release: a program built from the source of 6.2.1 (run).",
        },
    ],
};
