//! The kinds of reasons to refuse a module.

/// A kind of reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReasonId {
    /// The file is not an ELF file.
    NotElf,
    /// The file is not a relocatable object.
    NotRelocatable,
    /// It is for a different machine.
    Machine,
    /// It is truncated or damaged.
    Damaged,
    /// It has no symbol table.
    NoSymbols,
    /// It has no `struct module`.
    NoThisModule,
    /// Its `struct module` has a different size.
    StructModuleSize,
    /// Its signature has an unknown format.
    SignatureForm,
    /// It is not signed, and must be.
    NotSigned,
    /// The CRC of `module_layout` differs.
    ModuleLayout,
    /// Its versions do not list `module_layout`.
    ModuleLayoutUnlisted,
    /// It has no symbol versions.
    NoVersions,
    /// It has no vermagic.
    NoVermagic,
    /// Its vermagic differs.
    Vermagic,
    /// It is a livepatch, which the kernel does not support.
    NoLivepatch,
    /// It has a section that is both writable and executable.
    WritableCode,
    /// A module of the same name is loaded.
    Exists,
    /// Its exports have no CRCs.
    UnversionedExports,
    /// Its exports have no flags.
    NoExportFlags,
    /// It imports a namespace that lists modules.
    ModuleNamespace,
    /// Something else exports the same symbol.
    DuplicateExport,
    /// The CRC of an import differs.
    Version,
    /// Its versions do not list an import.
    Unlisted,
    /// An import has no CRC in the kernel.
    Unversioned,
    /// Nothing exports an import.
    Missing,
    /// An import is GPL-only.
    GplOnly,
    /// An import is in a namespace that it does not import.
    Namespace,
    /// An import is exported by a module that taints the kernel.
    ProprietaryProvider,
    /// It has a common symbol.
    Common,
    /// An import cannot be used.
    Import,
}

impl ReasonId {
    /// Its name in reports for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotElf => "not-elf",
            Self::NotRelocatable => "not-relocatable",
            Self::Machine => "machine",
            Self::Damaged => "damaged",
            Self::NoSymbols => "no-symbols",
            Self::NoThisModule => "no-this-module",
            Self::StructModuleSize => "struct-module-size",
            Self::SignatureForm => "signature-form",
            Self::NotSigned => "not-signed",
            Self::ModuleLayout => "module-layout",
            Self::ModuleLayoutUnlisted => "module-layout-unlisted",
            Self::NoVersions => "no-versions",
            Self::NoVermagic => "no-vermagic",
            Self::Vermagic => "vermagic",
            Self::NoLivepatch => "no-livepatch",
            Self::WritableCode => "writable-code",
            Self::Exists => "exists",
            Self::UnversionedExports => "unversioned-exports",
            Self::NoExportFlags => "no-export-flags",
            Self::ModuleNamespace => "module-namespace",
            Self::DuplicateExport => "duplicate-export",
            Self::Version => "version",
            Self::Unlisted => "unlisted",
            Self::Unversioned => "unversioned",
            Self::Missing => "missing",
            Self::GplOnly => "gpl-only",
            Self::Namespace => "namespace",
            Self::ProprietaryProvider => "proprietary-provider",
            Self::Common => "common",
            Self::Import => "import",
        }
    }

    /// All of them, in the order of reports.
    pub const ALL: &[ReasonId] = &[
        Self::NotElf,
        Self::NotRelocatable,
        Self::Machine,
        Self::Damaged,
        Self::NoSymbols,
        Self::NoThisModule,
        Self::StructModuleSize,
        Self::SignatureForm,
        Self::NotSigned,
        Self::ModuleLayout,
        Self::ModuleLayoutUnlisted,
        Self::NoVersions,
        Self::NoVermagic,
        Self::Vermagic,
        Self::NoLivepatch,
        Self::WritableCode,
        Self::Exists,
        Self::UnversionedExports,
        Self::NoExportFlags,
        Self::ModuleNamespace,
        Self::DuplicateExport,
        Self::Version,
        Self::Unlisted,
        Self::Unversioned,
        Self::Missing,
        Self::GplOnly,
        Self::Namespace,
        Self::ProprietaryProvider,
        Self::Common,
        Self::Import,
    ];

    /// What is refused for it, in the plural.
    pub const fn what(self) -> &'static str {
        match self {
            Self::NotElf => "files that are not ELF files",
            Self::NotRelocatable => "files that are not relocatable objects",
            Self::Machine => "modules for a different machine",
            Self::Damaged => "modules that are truncated or damaged",
            Self::NoSymbols => "modules without a symbol table",
            Self::NoThisModule => "modules without a struct module",
            Self::StructModuleSize => "modules whose struct module has a different size",
            Self::SignatureForm => "modules whose signature has an unknown format",
            Self::NotSigned => "modules that are not signed, and must be",
            Self::ModuleLayout => "modules for which the CRC of module_layout differs",
            Self::ModuleLayoutUnlisted => "modules whose versions do not list module_layout",
            Self::NoVersions => "modules without symbol versions",
            Self::NoVermagic => "modules without vermagic",
            Self::Vermagic => "modules whose vermagic differs",
            Self::NoLivepatch => "livepatches, which the kernel does not support",
            Self::WritableCode => "modules with a section that is writable and executable",
            Self::Exists => "modules of the name of a loaded one",
            Self::UnversionedExports => "modules whose exports have no CRCs",
            Self::NoExportFlags => "modules whose exports have no flags",
            Self::ModuleNamespace => "modules that import a namespace that lists modules",
            Self::DuplicateExport => "modules that export what something else exports",
            Self::Version => "modules for which the CRC of an import differs",
            Self::Unlisted => "modules whose versions do not list an import",
            Self::Unversioned => "modules with an import that has no CRC in the kernel",
            Self::Missing => "modules with an import that nothing exports",
            Self::GplOnly => "modules with an import that is GPL-only",
            Self::Namespace => "modules that do not import the namespace of an import",
            Self::ProprietaryProvider => {
                "modules with an import from a module that taints the kernel"
            }
            Self::Common => "modules with a common symbol",
            Self::Import => "modules with an import that cannot be used",
        }
    }
}
