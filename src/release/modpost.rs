//! What differs between the modposts of kernel releases.

/// How modpost of one kernel release behaves, wherever releases differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modpost {
    /// Whether all of the behaviour is known. Where it is not, nothing may be written: a build
    /// that fails is better than a module with wrong versions.
    pub standing: ModpostStanding,
    /// Which options there are.
    pub options: ModpostOptions,
    /// What `-` as the argument of `-T` means.
    pub file_list_dash: FileListDash,
    /// How objects mark what they export.
    pub exports: ExportEncoding,
    /// When a module that does not say what it is for is told so.
    pub description: DescriptionCheck,
    /// Whether an object's byte order is looked at.
    pub byte_order: ByteOrderCheck,
    /// When modules are checked.
    pub checks: CheckOrder,
    /// What stands before a message that ends the run.
    pub fatal_prefix: FatalPrefix,
    /// What `<mod>.mod.c` contains besides the module's own facts.
    pub mod_c: ModCTemplate,
    /// Which references between sections are wrong, and how that is said.
    pub section_mismatch: SectionMismatch,
    /// Whether references to the s390 thunks are left to the final link.
    pub expoline_thunks: ExpolineThunks,
    /// How the class of an ACPI device is read.
    pub acpi_class: AcpiClass,
    /// Which device tables are understood.
    pub device_types: DeviceTypes,
}

impl Modpost {
    /// Before the first entry of the ledger.
    pub(super) const OLDEST: Self = Self {
        standing: ModpostStanding::Unknown,
        options: ModpostOptions::Since519,
        file_list_dash: FileListDash::StandardInput,
        exports: ExportEncoding::KsymtabSymbols,
        description: DescriptionCheck::Never,
        byte_order: ByteOrderCheck::Assumed,
        checks: CheckOrder::EachBeforeItIsWritten,
        fatal_prefix: FatalPrefix::Fatal,
        mod_c: ModCTemplate::WithVermagic,
        section_mismatch: SectionMismatch::BySectionName,
        expoline_thunks: ExpolineThunks::Ignored,
        acpi_class: AcpiClass::HostOrder,
        device_types: DeviceTypes::Since61,
    };
}

/// Whether all of the behaviour is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModpostStanding {
    /// The release's own program has been compared with.
    Checked,
    /// Only parts of it are known.
    Unknown,
}

/// The sets of options (`cli::modpost` has their tables).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModpostOptions {
    /// `-e -i -m -n -T -o -a -W -w -E -N -d`.
    Since519,
    /// Also `-M`, `-t` and `-u`.
    Since65,
}

/// What `-` as the argument of `-T` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileListDash {
    /// The list is read from standard input.
    StandardInput,
    /// A file of that name, like any other.
    OrdinaryName,
}

/// How objects mark what they export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportEncoding {
    /// A symbol `__ksymtab_X` in a section `___ksymtab+…`, its namespace at `__kstrtabns_X`.
    KsymtabSymbols,
    /// A relocation from the section `.export_symbol`, where license and namespace stand.
    ExportSymbolSection,
}

/// When a module without `MODULE_DESCRIPTION` is warned of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptionCheck {
    /// Never.
    Never,
    /// With `-W`.
    WithExtraWarnings,
}

/// Whether an object's byte order is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrderCheck {
    /// Each program reads objects of one order, and takes all for that; ours takes what is neither
    /// for little endian.
    Assumed,
    /// What is neither ends the run.
    Checked,
}

/// When modules are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckOrder {
    /// Each just before its file is written: an error stops the files of those after it.
    EachBeforeItIsWritten,
    /// All before any file is written: an error stops all files.
    AllBeforeAnyIsWritten,
}

/// What stands before a message that ends the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FatalPrefix {
    /// `FATAL: modpost: `
    Fatal,
    /// `ERROR: modpost: `
    Error,
}

/// What `<mod>.mod.c` contains besides the module's own facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModCTemplate {
    /// vermagic, the build salt and the like; exports only as their CRCs.
    WithVermagic,
    /// Without what has moved to `scripts/module-common.c`; exports with their `KSYMTAB_` lines.
    WithKsymtab,
}

/// Which references between sections are wrong, and how that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionMismatch {
    /// `.meminit` is a class of its own; symbols are searched by the name of their section; a
    /// message names the object and two symbols.
    BySectionName,
    /// Symbols are searched by section and address; a message names the module, and has offsets.
    ByAddress,
}

/// Whether references to the s390 thunks (`__s390_indirect_jump_r…`) are left to the final link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpolineThunks {
    /// They are.
    Ignored,
    /// They are references like any other.
    Ordinary,
}

/// How the class of an ACPI device is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcpiClass {
    /// In the byte order of the host (always little endian here, as Debian's program for amd64).
    HostOrder,
    /// In the target's.
    TargetOrder,
}

/// Which device tables are understood, in the order of releases; each set contains the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceTypes {
    /// Those of 6.1.
    Since61,
    /// Also `cdx`, `coreboot`, `slim` and `vchiq`.
    Since612,
}
