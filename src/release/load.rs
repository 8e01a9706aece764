//! What differs between the module loaders of kernel releases: a field each, with its values and their
//! timeline.

use super::timeline::{OLDEST, Timeline, Value, behaviour, mainline, ubuntu};

behaviour! {
    /// How the loader of one kernel behaves, wherever kernels differ.
    Load {
        /// What becomes of a symbol that the kernel has a CRC for, and the module's versions do not
        /// list.
        unlisted: Unlisted = UNLISTED,
        /// In which order an ELF file is checked.
        file_checks: FileChecks = FILE_CHECKS,
        /// What is asked of the section with `struct module`.
        this_module: ThisModule = THIS_MODULE,
        /// When a module taints the kernel.
        taints: TaintStep = TAINTS,
        /// Whether the extended version tables are read.
        extended_versions: ExtendedVersions = EXTENDED_VERSIONS,
        /// Whether namespaces `module:…` are lists of modules.
        module_namespaces: ModuleNamespaces = MODULE_NAMESPACES,
        /// Which word of `vermagic` shows how the kernel may be preempted.
        preemption: PreemptionWord = PREEMPTION,
        /// How the entries of `__versions` lie in it.
        version_entries: VersionEntries = VERSION_ENTRIES,
        /// What is logged of a file that is damaged.
        file_messages: FileMessages = FILE_MESSAGES,
        /// Whether modules that are for tests are marked.
        test_modules: TestModules = TEST_MODULES,
        /// Whether messages about a proprietary module name the symbol that is used of it.
        inherited_symbol: InheritedSymbol = INHERITED_SYMBOL,
        /// Where the kernel finds which exports are for modules under the GPL only.
        export_licenses: ExportLicenses = EXPORT_LICENSES,
    }
}

/// What becomes of a symbol that the kernel has a CRC for, and the module's versions do not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlisted {
    /// The module is refused.
    Refused,
    /// The kernel warns, once, and takes it.
    Passes,
}

/// See [`Unlisted`].
const UNLISTED: Timeline<Unlisted> = Timeline {
    name: "load.unlisted",
    about: "What becomes of a symbol that the kernel has a CRC for, and the module's versions \
            do not list.",
    values: &[
        Value {
            id: "load-unlisted-refused",
            is: Unlisted::Refused,
            from: &[OLDEST],
            what: "A module that uses a symbol missing from its symbol versions is refused.",
            evidence: "Only read about.",
        },
        Value {
            id: "load-unlisted-symbol",
            is: Unlisted::Passes,
            from: &[mainline(4, 10)],
            what: "A module that uses a symbol missing from its symbol versions is loaded, \
                   with a warning. (Debian's kernels still refuse it.)",
            evidence: "Debian's 6.1.192 and 6.12.117 refuse such modules (booted). The \
                       release, and that other kernels load them, has only been read about.",
        },
    ],
};

/// In which order an ELF file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChecks {
    /// The names of the sections, then the sections.
    NamesFirst,
    /// The sections, then their names.
    SectionsFirst,
}

/// See [`FileChecks`].
const FILE_CHECKS: Timeline<FileChecks> = Timeline {
    name: "load.file-checks",
    about: "In which order an ELF file is checked.",
    values: &[
        Value {
            id: "load-names-first",
            is: FileChecks::NamesFirst,
            from: &[OLDEST],
            what: "The names of the sections are checked before the sections.",
            evidence: "Read in the source of 6.1.192.",
        },
        Value {
            id: "load-file-checks",
            is: FileChecks::SectionsFirst,
            from: &[mainline(6, 12).after(6, 1)],
            what: "The sections of a module file are checked before their names, not after.",
            evidence: "Read in the sources of 6.1.192 and 6.12.117; the exact release between \
                       them is not known.",
        },
    ],
};

/// What is asked of the section with `struct module`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThisModule {
    /// That there is one.
    Found,
    /// That there is exactly one, of the kernel's own size.
    OneOfSize,
}

/// See [`ThisModule`].
const THIS_MODULE: Timeline<ThisModule> = Timeline {
    name: "load.this-module",
    about: "What is asked of the section with `struct module`.",
    values: &[
        Value {
            id: "load-any-this-module",
            is: ThisModule::Found,
            from: &[OLDEST],
            what: "A module is loaded if it has a `struct module`, of any size.",
            evidence: "The kernel of 6.1.192 (booted).",
        },
        Value {
            id: "load-this-module",
            is: ThisModule::OneOfSize,
            from: &[mainline(6, 4)],
            what: "A module is loaded only if it has exactly one `struct module`, of the same \
                   size as the kernel's own.",
            evidence: "The kernels of 6.1.192 and 6.12.117 differ in this (booted). The \
                       release has only been read about.",
        },
    ],
};

/// When a module taints the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaintStep {
    /// While `.modinfo` is read; a missing signature after that.
    WithModinfo,
    /// All at once, behind everything that `.modinfo` can be refused for.
    Together,
}

/// See [`TaintStep`].
const TAINTS: Timeline<TaintStep> = Timeline {
    name: "load.taints",
    about: "When a module taints the kernel.",
    values: &[
        Value {
            id: "load-taints-with-modinfo",
            is: TaintStep::WithModinfo,
            from: &[OLDEST],
            what: "A module taints the kernel while its `.modinfo` is read.",
            evidence: "The kernel of 6.1.192 (booted).",
        },
        Value {
            id: "load-taints",
            is: TaintStep::Together,
            from: &[mainline(6, 4)],
            what: "A module that is refused because of its `.modinfo` does not taint the \
                   kernel; that a proprietary module taints it is logged twice.",
            evidence: "The kernels of 6.1.192 and 6.12.117 differ in this (booted). The \
                       release has only been read about.",
        },
    ],
};

/// Whether the extended version tables are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtendedVersions {
    /// They are not; `__versions` counts.
    Unread,
    /// Where they are, they count and `__versions` does not.
    Read,
}

/// See [`ExtendedVersions`].
const EXTENDED_VERSIONS: Timeline<ExtendedVersions> = Timeline {
    name: "load.extended-versions",
    about: "Whether the extended version tables are read.",
    values: &[
        Value {
            id: "load-basic-versions",
            is: ExtendedVersions::Unread,
            from: &[OLDEST],
            what: "The loader reads `__versions`.",
            evidence: "The kernels of 6.1.192 and 6.12.117 (booted).",
        },
        Value {
            id: "load-extended-versions",
            is: ExtendedVersions::Read,
            from: &[mainline(6, 14)],
            what: "If a module has `__version_ext_crcs` and `__version_ext_names`, the loader \
                   reads these and ignores `__versions`.",
            evidence: "Only read about; no kernel with it has been booted.",
        },
    ],
};

/// Whether namespaces `module:…` are lists of modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleNamespaces {
    /// They are names like any other.
    Names,
    /// They list the modules that may use the symbol; no module may import them by name.
    Lists,
}

/// See [`ModuleNamespaces`].
const MODULE_NAMESPACES: Timeline<ModuleNamespaces> = Timeline {
    name: "load.module-namespaces",
    about: "Whether namespaces `module:…` are lists of modules.",
    values: &[
        Value {
            id: "load-namespaces-by-name",
            is: ModuleNamespaces::Names,
            from: &[OLDEST],
            what: "A namespace `module:…` is a name like any other.",
            evidence: "The kernels of 6.1.192 and 6.12.117 (booted).",
        },
        Value {
            id: "load-module-namespaces",
            is: ModuleNamespaces::Lists,
            from: &[mainline(6, 16)],
            what: "A namespace `module:a,b-*` lists the modules that may use a symbol; a \
                   module that imports such a namespace is refused.",
            evidence: "Only read about; no kernel with it has been booted.",
        },
    ],
};

/// Which word of `vermagic` tells how the kernel may be preempted. It is one word at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreemptionWord {
    /// `preempt` by `CONFIG_PREEMPT`, else `preempt_rt` by `CONFIG_PREEMPT_RT`.
    Preempt,
    /// `preempt` by `CONFIG_PREEMPT_BUILD`, else `preempt_rt` by `CONFIG_PREEMPT_RT`.
    PreemptBuild,
    /// `preempt_rt` by `CONFIG_PREEMPT_RT`, else `preempt` by `CONFIG_PREEMPT_BUILD`.
    RealTimeFirst,
}

/// See [`PreemptionWord`].
const PREEMPTION: Timeline<PreemptionWord> = Timeline {
    name: "load.preemption",
    about: "Which word of `vermagic` shows how the kernel may be preempted.",
    values: &[
        Value {
            id: "load-preempt",
            is: PreemptionWord::Preempt,
            from: &[OLDEST],
            what: "`vermagic` has the word `preempt` by `CONFIG_PREEMPT`.",
            evidence: "The headers of 5.10.262, and the modules that Debian has built of it \
                       (read).",
        },
        Value {
            id: "load-preempt-build",
            is: PreemptionWord::PreemptBuild,
            from: &[mainline(5, 16)],
            what: "`vermagic` has the word `preempt` by `CONFIG_PREEMPT_BUILD`, not by \
                   `CONFIG_PREEMPT`.",
            evidence: "The headers of 5.10.262 and 6.1.176, and the modules that Debian has \
                       built of both (read). The release: commit a8b76910e465 (read).",
        },
        Value {
            id: "load-preempt-rt-first",
            is: PreemptionWord::RealTimeFirst,
            from: &[mainline(6, 13)],
            what: "`vermagic` has the word `preempt_rt` if both `CONFIG_PREEMPT_RT` and \
                   `CONFIG_PREEMPT_BUILD` are set; before, it was `preempt`.",
            evidence: "Debian's modules for real-time kernels of 6.12.117 and 7.2.13, and the \
                       headers of both (read). The release: commit 0b7a66a2c864, which was \
                       merged between 6.13-rc4 and 6.13-rc5 and fixes 35772d627b55 (read).",
        },
    ],
};

/// How the entries of `__versions` lie in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VersionEntries {
    /// In 64 bytes each.
    #[default]
    Fixed,
    /// Each with the distance to the next: the form of Ubuntu's kernels before 6.14.
    Linked,
}

/// See [`VersionEntries`].
const VERSION_ENTRIES: Timeline<VersionEntries> = Timeline {
    name: "load.version-entries",
    about: "How the entries of `__versions` are stored.",
    values: &[
        Value {
            id: "load-version-entries-fixed",
            is: VersionEntries::Fixed,
            from: &[OLDEST],
            what: "Each entry of `__versions` has 64 bytes.",
            evidence: "The kernels of 6.1.192 and 6.12.117 (booted).",
        },
        Value {
            id: "load-version-entries-linked",
            is: VersionEntries::Linked,
            from: &[ubuntu(6, 5), ubuntu(6, 8)],
            what: "Each entry of `__versions` has the distance to the next one, and a name of any \
                   length.",
            evidence: "Read in the sources of Ubuntu's 6.5.3 and 6.8.0-31.",
        },
    ],
};

/// What is logged of a file that is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMessages {
    /// That it has invalid structures; before that the section, if one is out of bounds.
    Summary,
    /// What is wrong.
    Each,
}

/// See [`FileMessages`].
const FILE_MESSAGES: Timeline<FileMessages> = Timeline {
    name: "load.file-messages",
    about: "What is logged about a damaged module file.",
    values: &[
        Value {
            id: "load-file-summary",
            is: FileMessages::Summary,
            from: &[OLDEST],
            what: "Of a damaged module file only that it has invalid ELF structures is logged.",
            evidence: "Read in the source of 5.10.262.",
        },
        Value {
            id: "load-file-messages",
            is: FileMessages::Each,
            from: &[mainline(5, 17).after(5, 10)],
            what: "What is wrong with a damaged module file is logged; before, only that it has \
                   invalid ELF structures.",
            evidence: "Read in the sources of 5.10.262, 6.1.192 and 7.3.4. The release has not been \
                       checked: the patch was posted in October 2021.",
        },
    ],
};

/// Whether modules that are for tests are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestModules {
    /// They are not.
    LikeOthers,
    /// They taint the kernel.
    Taint,
}

/// See [`TestModules`].
const TEST_MODULES: Timeline<TestModules> = Timeline {
    name: "load.test-modules",
    about: "Whether modules that are for tests taint the kernel.",
    values: &[
        Value {
            id: "load-test-modules-unmarked",
            is: TestModules::LikeOthers,
            from: &[OLDEST],
            what: "A module for tests is loaded like any other.",
            evidence: "Read in the source of 5.10.262.",
        },
        Value {
            id: "load-test-modules",
            is: TestModules::Taint,
            from: &[mainline(6, 0)],
            what: "A module that says that it is for tests taints the kernel.",
            evidence: "Read in the sources of 5.10.262 (which does not look) and 6.1.192. The \
                       release: since then modpost marks such modules (verified by programs built \
                       from the sources of 5.19.0 and 6.0.1).",
        },
    ],
};

/// Whether messages about a proprietary module name the symbol that is used of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InheritedSymbol {
    /// They do not.
    Unnamed,
    /// They do.
    Named,
}

/// See [`InheritedSymbol`].
const INHERITED_SYMBOL: Timeline<InheritedSymbol> = Timeline {
    name: "load.inherited-symbol",
    about: "Whether messages about a proprietary module name the symbol that is used of it.",
    values: &[
        Value {
            id: "load-inherited-unnamed",
            is: InheritedSymbol::Unnamed,
            from: &[OLDEST],
            what: "A message about the use of a proprietary module does not name the symbol.",
            evidence: "Read in the source of 5.10.262.",
        },
        Value {
            id: "load-inherited-symbol",
            is: InheritedSymbol::Named,
            from: &[mainline(5, 19).after(5, 10)],
            what: "A message about the use of a proprietary module names the symbol.",
            evidence: "Read in the sources of 5.10.262 and 6.1.192. The release has not been \
                       checked: the patch was posted in April 2022.",
        },
    ],
};

/// Where the kernel finds which exports are for modules under the GPL only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportLicenses {
    /// In their tables: `__ksymtab` and `__ksymtab_gpl`.
    Tables,
    /// In `__kflagstab`, without which no exports are taken; of the tables only `__ksymtab` counts.
    Flags,
}

/// See [`ExportLicenses`].
const EXPORT_LICENSES: Timeline<ExportLicenses> = Timeline {
    name: "load.export-licenses",
    about: "Where the kernel finds which exports are for modules under the GPL only.",
    values: &[
        Value {
            id: "load-export-tables",
            is: ExportLicenses::Tables,
            from: &[OLDEST],
            what: "Exports for modules under the GPL only are those of `__ksymtab_gpl`.",
            evidence: "The kernels of 6.1.192 and 6.12.117 (booted).",
        },
        Value {
            id: "load-export-flags",
            is: ExportLicenses::Flags,
            from: &[mainline(7, 1)],
            what: "A module's exports are those of `__ksymtab`, and `__kflagstab` has a byte of flags \
                   for each; without it, a module with exports is refused. `__ksymtab_gpl` is \
                   ignored.",
            evidence: "Read in the source of 7.3.4, and seen in modules built for 7.2.12. The \
                       release: the modpost built from the source of 7.1.5 writes the flags, that \
                       of 7.0.0 does not (verified).",
        },
    ],
};
