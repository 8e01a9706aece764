//! How `Module.symvers` files are read and written, as far as releases before 5.8 differ.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline};

/// How `Module.symvers` files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpReading {
    /// A missing file has no lines; blanks before a line do not count, and neither do lines without a
    /// newline; what another file or an object exports replaces what a file has.
    Lenient,
    /// A missing file ends the run; lines are as they are; exports of files are exports like others.
    Strict,
}

/// See [`DumpReading`].
pub(in crate::release) const DUMP_READING: Timeline<DumpReading> = Timeline {
    name: "modpost.dump-reading",
    about: "How `Module.symvers` files are read.",
    values: &[
        Value {
            id: "modpost-dumps-lenient",
            is: DumpReading::Lenient,
            from: &[OLDEST],
            what: "A `Module.symvers` file may be missing; what it exports is replaced by what an \
                   object or another file exports.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
        Value {
            id: "modpost-dumps-strict",
            is: DumpReading::Strict,
            from: &[mainline(5, 8).after(5, 4)],
            what: "A missing `Module.symvers` file ends the run; what it exports must not be \
                   exported again.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
    ],
};

/// When `Module.symvers` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpWriting {
    /// If it is another one than before.
    IfChanged,
    /// In any case.
    Always,
}

/// See [`DumpWriting`].
pub(in crate::release) const DUMP_WRITING: Timeline<DumpWriting> = Timeline {
    name: "modpost.dump-writing",
    about: "When `Module.symvers` is written.",
    values: &[
        Value {
            id: "modpost-dump-if-changed",
            is: DumpWriting::IfChanged,
            from: &[OLDEST],
            what: "A `Module.symvers` file that would not change is left alone.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
        Value {
            id: "modpost-dump-always",
            is: DumpWriting::Always,
            from: &[mainline(5, 8).after(5, 4)],
            what: "`Module.symvers` is written in any case.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
    ],
};

/// Which module is the kernel itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelName {
    /// Every `vmlinux`, in whatever folder.
    BaseName,
    /// That of the path `vmlinux`.
    WholeName,
}

/// See [`KernelName`].
pub(in crate::release) const KERNEL_NAME: Timeline<KernelName> = Timeline {
    name: "modpost.kernel-name",
    about: "Which module is the kernel itself.",
    values: &[
        Value {
            id: "modpost-kernel-by-base-name",
            is: KernelName::BaseName,
            from: &[OLDEST],
            what: "Every module called `vmlinux` is the kernel itself, in whatever folder.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
        Value {
            id: "modpost-kernel-by-name",
            is: KernelName::WholeName,
            from: &[mainline(5, 8).after(5, 4)],
            what: "Only `vmlinux` is the kernel itself, and not `folder/vmlinux`.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run).",
        },
    ],
};
