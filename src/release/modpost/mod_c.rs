//! The text of `<mod>.mod.c`.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel, ubuntu};

/// What `<mod>.mod.c` begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModCTemplate {
    /// Without the build salt.
    WithoutSalt,
    /// With the build salt before everything else.
    SaltFirst,
    /// vermagic and the build salt.
    WithoutLto,
    /// Also the note about link-time optimization.
    WithoutExports,
    /// Also the header for exports.
    WithVermagic,
    /// Also the header of the ORC unwinder.
    WithOrcHeader,
    /// Without what has moved to `scripts/module-common.c`.
    Short,
}

/// See [`ModCTemplate`].
pub(in crate::release) const MOD_C: Timeline<ModCTemplate> = Timeline {
    name: "modpost.mod-c",
    about: "What `<mod>.mod.c` begins with.",
    values: &[
        Value {
            id: "modpost-mod-c-without-salt",
            is: ModCTemplate::WithoutSalt,
            from: &[OLDEST],
            what: "`<mod>.mod.c` has vermagic, and no build salt.",
            evidence: "Programs built from the sources of RHEL 8.0 and 8.10 (run).",
        },
        Value {
            id: "modpost-mod-c-salt-first",
            is: ModCTemplate::SaltFirst,
            from: &[mainline(4, 19)],
            what: "`<mod>.mod.c` has the build salt, whose header is the first of all.",
            evidence: "Programs built from the sources of 4.19.1, 4.19.222 and 5.4.273 (run).",
        },
        Value {
            id: "modpost-mod-c-with-salt",
            is: ModCTemplate::WithoutLto,
            from: &[mainline(5, 8).after(5, 4)],
            what: "`<mod>.mod.c` has vermagic and the build salt.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-mod-c-with-lto-note",
            is: ModCTemplate::WithoutExports,
            from: &[mainline(5, 14).after(5, 12)],
            what: "`<mod>.mod.c` has the note about link-time optimization.",
            evidence: "The program of 5.10.262 (verified) and one built from the source of 5.14.2 \
                       (run) differ in this.",
        },
        Value {
            id: "modpost-mod-c-with-vermagic",
            is: ModCTemplate::WithVermagic,
            from: &[mainline(5, 19), rhel(9, 5)],
            what: "`<mod>.mod.c` includes `linux/export-internal.h`.",
            evidence: "The program of 6.1.192 (verified). The release: programs built from the \
                       sources of 5.17, 5.19.0, RHEL 9.4 and 9.6 (run). The release: a program built from the source of 5.18.12 (run).",
        },
        Value {
            id: "modpost-mod-c-orc-header",
            is: ModCTemplate::WithOrcHeader,
            from: &[mainline(6, 4)],
            what: "`<mod>.mod.c` also has `ORC_HEADER`, where the kernel has the ORC unwinder.",
            evidence: "Programs built from the sources of 6.3.8 and 6.4.0 differ in this (run).",
        },
        Value {
            id: "modpost-mod-c-without-vermagic",
            is: ModCTemplate::Short,
            from: &[mainline(6, 12)],
            what: "`<mod>.mod.c` is shorter: vermagic, the build salt and the like have moved to \
                   `scripts/module-common.c`.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.11.11 and 6.12.95 (run).",
        },
    ],
};

/// Which option of the configuration marks modules as safe from Spectre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retpoline {
    /// `RETPOLINE`, which a makefile defines.
    Defined,
    /// `CONFIG_RETPOLINE`
    Config,
    /// `CONFIG_MITIGATION_RETPOLINE`
    Mitigation,
    /// None: `scripts/module-common.c` does it.
    Absent,
}

/// See [`Retpoline`].
pub(in crate::release) const RETPOLINE: Timeline<Retpoline> = Timeline {
    name: "modpost.retpoline",
    about: "Which option of the configuration marks modules as safe from Spectre.",
    values: &[
        Value {
            id: "modpost-retpoline-defined",
            is: Retpoline::Defined,
            from: &[OLDEST],
            what: "`retpoline` is set with `RETPOLINE`, which a makefile defines.",
            evidence: "Programs built from the sources of 4.19.1, RHEL 8.0 and 8.10 (run).",
        },
        Value {
            id: "modpost-retpoline",
            is: Retpoline::Config,
            from: &[mainline(5, 0), point(4, 19, 222).after_point(1)],
            what: "`retpoline` is set with `CONFIG_RETPOLINE`.",
            evidence: "The program of 6.1.192 (verified). The release: a program built from the source of 5.0.1 (run).",
        },
        Value {
            id: "modpost-mitigation-retpoline",
            is: Retpoline::Mitigation,
            from: &[mainline(6, 9), rhel(9, 5)],
            what: "`retpoline` is set with `CONFIG_MITIGATION_RETPOLINE`.",
            evidence: "Programs built from the sources of 6.8.0, 6.9.0, RHEL 9.4 and 9.6 (run).",
        },
        Value {
            id: "modpost-no-retpoline",
            is: Retpoline::Absent,
            from: &[mainline(6, 12)],
            what: "`<mod>.mod.c` does not set `retpoline`.",
            evidence: "The program of 6.12.117 (verified). The release: programs built from the \
                       sources of 6.11.11 and 6.12.95 (run).",
        },
    ],
};

/// How the versions of imports are written, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionTables {
    /// With `-m`; a CRC is padded with blanks to eight characters.
    Padded,
    /// With `-m`, in Ubuntu's form, which has room for names of any length.
    Linked,
    /// With `-b` in the basic form, with `-x` in the extended one; a CRC has eight digits.
    ByOption,
}

/// See [`VersionTables`].
pub(in crate::release) const VERSION_TABLES: Timeline<VersionTables> = Timeline {
    name: "modpost.version-tables",
    about: "How the versions of imports are written, and when.",
    values: &[
        Value {
            id: "modpost-versions-padded",
            is: VersionTables::Padded,
            from: &[OLDEST],
            what: "`-m` writes the versions of imports, with CRCs such as `0xd7b3fd1`.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-versions-linked",
            is: VersionTables::Linked,
            from: &[ubuntu(6, 5), ubuntu(6, 8)],
            what: "`-m` writes the versions of imports in Ubuntu's form: for each the distance to \
                   the next, the CRC and the name.",
            evidence: "Programs built from the sources of Ubuntu's 6.5.3 and 6.8.0-31 (run).",
        },
        Value {
            id: "modpost-versions-by-option",
            is: VersionTables::ByOption,
            from: &[mainline(6, 14)],
            what: "`-b` writes the versions of imports in their basic form, `-x` in their \
                   extended form, whose names have no limit; CRCs have eight digits.",
            evidence: "Programs built from the sources of 6.13.2 and 6.14.0 differ in this (run). \
                       The program of 7.2.12 writes so (verified).",
        },
    ],
};

/// Whether the aliases of modules that are built in are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltinAliases {
    /// They are not.
    Absent,
    /// Into `.vmlinux.export.c`.
    Written,
}

/// See [`BuiltinAliases`].
pub(in crate::release) const BUILTIN_ALIASES: Timeline<BuiltinAliases> = Timeline {
    name: "modpost.builtin-aliases",
    about: "Whether the aliases of modules that are built in are written.",
    values: &[
        Value {
            id: "modpost-no-builtin-aliases",
            is: BuiltinAliases::Absent,
            from: &[OLDEST],
            what: "`.vmlinux.export.c` has exports alone.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-builtin-aliases",
            is: BuiltinAliases::Written,
            from: &[mainline(6, 18)],
            what: "`.vmlinux.export.c` ends with the aliases of modules that are built in.",
            evidence: "Programs built from the sources of 6.17.0 and 6.18.2 differ in this (run). \
                       The program of 7.2.12 writes so (verified).",
        },
    ],
};

/// How the lines of `.cmd` files are read for `srcversion`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandLines {
    /// As they are: the lines of dependencies begin with a blank, so that no header counts.
    AsTheyAre,
    /// Without the blanks that they begin with: headers in the folder of the source count.
    Trimmed,
}

/// See [`CommandLines`].
pub(in crate::release) const COMMAND_LINES: Timeline<CommandLines> = Timeline {
    name: "modpost.command-lines",
    about: "How the lines of `.cmd` files are read for `srcversion`.",
    values: &[
        Value {
            id: "modpost-srcversion-with-headers",
            is: CommandLines::Trimmed,
            from: &[
                OLDEST,
                mainline(6, 8),
                point(5, 10, 0),
                point(6, 1, 0),
                point(6, 6, 87).after_point(0),
            ],
            what: "`srcversion` also depends on the headers in the folder of a source.",
            evidence: "The programs of 6.1.192 and 6.12.117 do so (verified); it is not known \
                       with which point release of 6.1 this came. Programs built from the sources \
                       of 6.5.0, 6.6.87 and 6.8.0 (run). The release: a program built from the source of 6.7.3 (run).",
        },
        Value {
            id: "modpost-srcversion-without-headers",
            is: CommandLines::AsTheyAre,
            from: &[mainline(5, 8).after(5, 4)],
            what: "`srcversion` does not depend on headers.",
            evidence: "Programs built from the sources of 5.19.0, 6.0.1, 6.3.8, 6.4.6 and 6.5.0 \
                       (run).",
        },
    ],
};

/// How a module says which others it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DependsForm {
    /// By an array in `.modinfo`.
    Array,
    /// By `MODULE_INFO`.
    ModuleInfo,
}

/// See [`DependsForm`].
pub(in crate::release) const DEPENDS: Timeline<DependsForm> = Timeline {
    name: "modpost.depends",
    about: "How a module says which others it needs.",
    values: &[
        Value {
            id: "modpost-depends-array",
            is: DependsForm::Array,
            from: &[OLDEST],
            what: "`depends` is in an array `__module_depends`.",
            evidence: "Programs built from the sources of 4.19.222 and 5.4.273 differ in this \
                       (run).",
        },
        Value {
            id: "modpost-depends-info",
            is: DependsForm::ModuleInfo,
            from: &[mainline(5, 4)],
            what: "`depends` is in a line `MODULE_INFO(depends, \"…\")`.",
            evidence: "Programs built from the sources of 4.19.222 and 5.4.273 differ in this \
                       (run). The release: a program built from the source of 5.3.1 (run).",
        },
    ],
};
