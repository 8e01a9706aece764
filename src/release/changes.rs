//! The ledger of behaviour changes: one row for each thing that differs between releases.

use super::{
    AcpiClass, Behaviour, BodyCountdown, ByteOrderCheck, CheckOrder, CrcLine, DescriptionCheck,
    DeviceTypes, ExpolineThunks, ExportEncoding, ExtendedVersions, FatalPrefix, FileChecks,
    FileListDash, KernelRelease, KeywordEra, Language, ModCTemplate, ModpostOptions,
    ModpostStanding, ModuleNamespaces, OptionSet, ReferenceEnumerators, SectionMismatch, TaintStep,
    ThisModule, TypedefNames, Unlisted, VectorInts,
};

/// One thing that began to differ with one release.
pub struct Change {
    /// Its name, in kebab-case; never reused.
    pub id: &'static str,
    /// The first mainline release with it.
    pub since: KernelRelease,
    /// What differs for a user, in one sentence.
    pub what: &'static str,
    /// How it is known: which program was run, or that it has only been read about.
    pub evidence: &'static str,
    /// Turns the behaviour before the change into the one after it.
    pub apply: fn(&mut Behaviour),
}

const fn release(major: u16, minor: u16, patch: u16) -> KernelRelease {
    KernelRelease::new(major, minor, patch)
}

/// Every change, oldest first. A new one is a new row, and a case in `testdata/genksyms` whose
/// expected bytes differ on its two sides.
pub const CHANGES: &[Change] = &[
    Change {
        id: "crc-assignments",
        since: release(2, 5, 60),
        what: "The CRC of X is written as `__crc_X = 0x01234567 ;` for the linker, no longer as two \
               `#define` lines for the preprocessor.",
        evidence: "Read in the sources of both; no program of these releases has been run. The \
                   options before 2.6.29 are treated as 2.6.29's.",
        apply: |behaviour| behaviour.genksyms.crc_line = CrcLine::SpacedAssignment,
    },
    Change {
        id: "symbol-prefix-option",
        since: release(3, 9, 0),
        what: "`-s PREFIX` gives the symbols' prefix; `-a ARCH`, which chose it by name, is gone.",
        evidence: "Read in the option strings of both sides; the usage text is unverified.",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::SymbolPrefix,
    },
    Change {
        id: "load-unlisted-symbol",
        since: release(4, 10, 0),
        what: "A module whose versions do not list a symbol that it uses is loaded, with a warning. \
               (Debian's kernels go on to refuse it.)",
        evidence: "Debian's 6.1.192 and 6.12.117 refuse such modules (booted). The release, and that \
                   others load them: read about.",
        apply: |behaviour| behaviour.load.unlisted = Unlisted::Passes,
    },
    Change {
        id: "crc-assignment-without-blank",
        since: release(4, 11, 0),
        what: "The CRC line is `__crc_X = 0x01234567;`, without a blank before the semicolon.",
        evidence: "Read in the sources of both; no program of these releases has been run.",
        apply: |behaviour| behaviour.genksyms.crc_line = CrcLine::Assignment,
    },
    Change {
        id: "relative-crc-option",
        since: release(4, 11, 0),
        what: "`-R` writes each CRC as a linker section of its own, for relative CRCs.",
        evidence: "Read in the sources of both; no program of these releases has been run.",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::SymbolPrefixAndRelativeCrcs,
    },
    Change {
        id: "symbol-prefix-refused",
        since: release(4, 18, 0),
        what: "`-s` is still listed by the usage text, but prints it and fails.",
        evidence: "Refused by 6.1's program (verified) and by 5.10's source (read); it worked in \
                   4.9's source (read). The release in between is from memory.",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::RelativeCrcs,
    },
    Change {
        id: "symver-lines",
        since: release(5, 19, 0),
        what: "The CRC line is `#SYMVER X 0x01234567`, for modpost.",
        evidence: "The form: the programs of 6.1.192, 6.12.117 and 7.2.13 (verified). The release: \
                   commit 5ce2176b81f7 (read).",
        apply: |behaviour| behaviour.genksyms.crc_line = CrcLine::SymverComment,
    },
    Change {
        id: "relative-crc-option-removed",
        since: release(5, 19, 0),
        what: "`-R` is an invalid option.",
        evidence: "The programs of 6.1.192, 6.12.117 and 7.2.13 (verified). The release: commit \
                   7b4537199a4a (read).",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::SymbolPrefixRefused,
    },
    Change {
        id: "modpost-6.1",
        since: release(6, 1, 0),
        what: "modpost is a drop-in for this release, as its point releases have become: `-W` is \
               known, and a generated piece of 500 bytes is refused.",
        evidence: "The program of 6.1.192 (verified).",
        apply: |behaviour| behaviour.modpost.standing = ModpostStanding::Checked,
    },
    Change {
        id: "modpost-between-6.1-and-6.12",
        since: release(6, 2, 0),
        what: "modpost of this release is not known well enough, and refuses to run.",
        evidence: "Its parts changed one by one up to 6.12; no program of these releases has been \
                   run.",
        apply: |behaviour| behaviour.modpost.standing = ModpostStanding::Unknown,
    },
    Change {
        id: "symbol-prefix-removed",
        since: release(6, 2, 0),
        what: "`-s` is an invalid option, and the usage text no longer lists it.",
        evidence: "Still listed by 6.1.192's program, gone from 6.12.117's (both verified). Which \
                   release between them did it is not known; no CRC depends on it.",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::Plain,
    },
    Change {
        id: "load-this-module",
        since: release(6, 4, 0),
        what: "A module is only loaded if its `struct module` is there once, and as large as the \
               kernel's own.",
        evidence: "The kernels of 6.1.192 and 6.12.117 differ so (booted). The release: read about.",
        apply: |behaviour| behaviour.load.this_module = ThisModule::OneOfSize,
    },
    Change {
        id: "load-taints",
        since: release(6, 4, 0),
        what: "A module that is refused for what is in `.modinfo` does not taint the kernel; one under \
               no free licence is told twice.",
        evidence: "The kernels of 6.1.192 and 6.12.117 differ so (booted). The release: read about.",
        apply: |behaviour| behaviour.load.taints = TaintStep::Together,
    },
    Change {
        id: "modpost-export-symbol-section",
        since: release(6, 5, 0),
        what: "Exports are read from the section `.export_symbol`, and modpost writes their \
               `KSYMTAB_` lines.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified). The release: the \
                   kernel's changelog (read).",
        apply: |behaviour| behaviour.modpost.exports = ExportEncoding::ExportSymbolSection,
    },
    Change {
        id: "modpost-description-warning",
        since: release(6, 5, 0),
        what: "With `-W`, a module without `MODULE_DESCRIPTION` is warned of.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified). The release: the \
                   source of 6.6 has it (read).",
        apply: |behaviour| behaviour.modpost.description = DescriptionCheck::WithExtraWarnings,
    },
    Change {
        id: "modpost-trim-options",
        since: release(6, 5, 0),
        what: "`-M` (modules are enabled), `-t` (trim unused exports) and `-u` (but not these) are \
               options.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified). The release: the \
                   source of 6.6 has them (read).",
        apply: |behaviour| behaviour.modpost.options = ModpostOptions::Since65,
    },
    Change {
        id: "modpost-checks-first",
        since: release(6, 5, 0),
        what: "All modules are checked before any `.mod.c` is written.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified). The release: the \
                   source of 6.6 does so (read).",
        apply: |behaviour| behaviour.modpost.checks = CheckOrder::AllBeforeAnyIsWritten,
    },
    Change {
        id: "modpost-section-search",
        since: release(6, 5, 0),
        what: "Messages about section mismatches name symbols by address, with offsets; `.meminit` \
               and `.memexit` are no classes of their own.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified). It came in steps \
                   between them.",
        apply: |behaviour| behaviour.modpost.section_mismatch = SectionMismatch::ByAddress,
    },
    Change {
        id: "modpost-file-list-dash",
        since: release(6, 6, 0),
        what: "`-T -` reads a file called `-`, no longer standard input.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified). The release: the \
                   source of 6.6 does so (read).",
        apply: |behaviour| behaviour.modpost.file_list_dash = FileListDash::OrdinaryName,
    },
    Change {
        id: "modpost-expoline-thunks",
        since: release(6, 7, 0),
        what: "On s390, references to `__s390_indirect_jump_r…` must be resolved like others.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified); 6.6 has the old \
                   behaviour (read).",
        apply: |behaviour| behaviour.modpost.expoline_thunks = ExpolineThunks::Ordinary,
    },
    Change {
        id: "modpost-mod-c-without-vermagic",
        since: release(6, 12, 0),
        what: "`<mod>.mod.c` is shorter: vermagic, the build salt and the like are in \
               `scripts/module-common.c`.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified); 6.6 has the old text \
                   (read).",
        apply: |behaviour| behaviour.modpost.mod_c = ModCTemplate::WithKsymtab,
    },
    Change {
        id: "modpost-fatal-prefix",
        since: release(6, 12, 0),
        what: "A message that ends the run begins with `ERROR: modpost: `, not `FATAL: modpost: `.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified); 6.6 has the old \
                   prefix (read).",
        apply: |behaviour| behaviour.modpost.fatal_prefix = FatalPrefix::Error,
    },
    Change {
        id: "modpost-byte-order",
        since: release(6, 12, 0),
        what: "An object whose byte order is neither of the two is refused.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified).",
        apply: |behaviour| behaviour.modpost.byte_order = ByteOrderCheck::Checked,
    },
    Change {
        id: "modpost-acpi-class",
        since: release(6, 12, 0),
        what: "The class of an ACPI device is read in the target's byte order.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified); 6.6 reads it in the \
                   host's (read).",
        apply: |behaviour| behaviour.modpost.acpi_class = AcpiClass::TargetOrder,
    },
    Change {
        id: "modpost-device-types-6.12",
        since: release(6, 12, 0),
        what: "The device tables `cdx`, `coreboot`, `slim` and `vchiq` are understood.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ so (verified). They came one by one.",
        apply: |behaviour| behaviour.modpost.device_types = DeviceTypes::Since612,
    },
    Change {
        id: "modpost-6.12",
        since: release(6, 12, 0),
        what: "modpost is a drop-in for this release, as its point releases have become.",
        evidence: "The program of 6.12.117 (verified).",
        apply: |behaviour| behaviour.modpost.standing = ModpostStanding::Checked,
    },
    Change {
        id: "load-file-checks",
        since: release(6, 12, 0),
        what: "The sections of a module's file are checked before their names, not after them.",
        evidence: "Read in the sources of 6.1.192 and 6.12.117; which release between them began is \
                   not known.",
        apply: |behaviour| behaviour.load.file_checks = FileChecks::SectionsFirst,
    },
    Change {
        id: "modpost-after-6.12",
        since: release(6, 13, 0),
        what: "modpost of this release is not known well enough, and refuses to run.",
        evidence: "Modules are told apart by dump file, extended versions and namespaces for \
                   modules came; not implemented.",
        apply: |behaviour| behaviour.modpost.standing = ModpostStanding::Unknown,
    },
    Change {
        id: "declaration-language",
        since: release(6, 14, 0),
        what: "Attributes after a declarator are always part of the text, and are understood in \
               more places (`struct __attribute__((packed)) x`); this changes most CRCs.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ so (verified). The release: commits \
                   ccc11a195c69 and its series (read).",
        apply: |behaviour| behaviour.genksyms.language = Language::Since614,
    },
    Change {
        id: "typedef-names-as-names",
        since: release(6, 14, 0),
        what: "A typedef's name after a type specifier is an ordinary name: `int T;` in a struct \
               declares a member T.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ so (verified). The release: commits \
                   3ccda63a3af5 and 668de2b9d48d (read).",
        apply: |behaviour| behaviour.genksyms.typedef_names = TypedefNames::UntilTypeSpecifier,
    },
    Change {
        id: "body-after-attributes",
        since: release(6, 14, 0),
        what: "Any number of attributes may stand between `struct` and the body's brace.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ so (verified). The release: commits \
                   82db1c29103e and 6494bd2d05f9 (read).",
        apply: |behaviour| behaviour.genksyms.body_countdown = BodyCountdown::NotAttributes,
    },
    Change {
        id: "vector-ints",
        since: release(6, 14, 0),
        what: "`int32x4_t`, `uint8x16_t` and their like are built-in types, not unknown names.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ so (verified). The release: commit \
                   c82584052781 (read).",
        apply: |behaviour| behaviour.genksyms.vector_ints = VectorInts::BuiltinInts,
    },
    Change {
        id: "load-extended-versions",
        since: release(6, 14, 0),
        what: "The loader reads `__version_ext_crcs` and `__version_ext_names` where a module has them, \
               and then `__versions` does not count.",
        evidence: "Read about; no kernel with it has been booted.",
        apply: |behaviour| behaviour.load.extended_versions = ExtendedVersions::Read,
    },
    Change {
        id: "typeof-unqual",
        since: release(6, 15, 0),
        what: "`typeof_unqual` and its spellings, `__seg_gs` and `__seg_fs` are keywords.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ so (verified). The release: commit \
                   1013f5636fd8 (read).",
        apply: |behaviour| behaviour.genksyms.keywords = KeywordEra::Since615,
    },
    Change {
        id: "reference-enumerators",
        since: release(6, 16, 0),
        what: "Enumerators read with `-r` no longer number the first enum of the source.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ so (verified). The release: the \
                   kernel's changelog (read).",
        apply: |behaviour| {
            behaviour.genksyms.reference_enumerators = ReferenceEnumerators::LeaveCounter;
        },
    },
    Change {
        id: "load-module-namespaces",
        since: release(6, 16, 0),
        what: "A namespace `module:a,b-*` lists the modules that may use a symbol; a module that imports \
               such a namespace is refused.",
        evidence: "Read about; no kernel with it has been booted.",
        apply: |behaviour| behaviour.load.module_namespaces = ModuleNamespaces::Lists,
    },
];
