//! The ledger: one row for each thing that differs between kernel releases.

use super::behaviour::Behaviour;
use super::genksyms::{
    BodyCountdown, CrcLine, KeywordEra, Language, OptionSet, ReferenceEnumerators, TypedefNames,
    VectorInts,
};
use super::load::{
    ExportLicenses, ExtendedVersions, FileChecks, FileMessages, InheritedSymbol, ModuleNamespaces,
    PreemptionWord, TaintStep, TestModules, ThisModule, Unlisted,
};
use super::modpost::{
    AcpiClass, ByteOrderCheck, CheckOrder, DescriptionCheck, DeviceTypes, ExpolineThunks,
    ExportEncoding, FatalPrefix, FileListDash, ModCTemplate, ModpostOptions, ModpostStanding,
    SectionMismatch,
};
use super::number::KernelRelease;

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
        what: "The CRC of X is written as `__crc_X = 0x01234567 ;`, for the linker, instead of \
               two `#define` lines for the preprocessor.",
        evidence: "Read in the sources of both releases; their programs have not been run. The \
                   options before 2.6.29 are treated as 2.6.29's.",
        apply: |behaviour| behaviour.genksyms.crc_line = CrcLine::SpacedAssignment,
    },
    Change {
        id: "symbol-prefix-option",
        since: release(3, 9, 0),
        what: "`-s PREFIX` sets the prefix of symbols; `-a ARCH`, which chose it by \
               architecture, is removed.",
        evidence: "Read in the option strings of both releases; the usage text is unverified.",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::SymbolPrefix,
    },
    Change {
        id: "load-unlisted-symbol",
        since: release(4, 10, 0),
        what: "A module that uses a symbol missing from its symbol versions is loaded, with a \
               warning. (Debian's kernels still refuse it.)",
        evidence: "Debian's 6.1.192 and 6.12.117 refuse such modules (booted). The release, and \
                   that other kernels load them, has only been read about.",
        apply: |behaviour| behaviour.load.unlisted = Unlisted::Passes,
    },
    Change {
        id: "crc-assignment-without-blank",
        since: release(4, 11, 0),
        what: "The CRC line is `__crc_X = 0x01234567;`, without a space before the semicolon.",
        evidence: "Read in the sources of both releases; their programs have not been run.",
        apply: |behaviour| behaviour.genksyms.crc_line = CrcLine::Assignment,
    },
    Change {
        id: "relative-crc-option",
        since: release(4, 11, 0),
        what: "`-R` writes each CRC as a linker section of its own, for relative CRCs.",
        evidence: "Read in the sources of both releases; their programs have not been run.",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::SymbolPrefixAndRelativeCrcs,
    },
    Change {
        id: "symbol-prefix-refused",
        since: release(4, 18, 0),
        what: "`-s` is still listed in the usage text, but only prints that text and fails.",
        evidence: "Refused by 6.1's program (verified) and by 5.10's source (read); accepted by \
                   4.9's source (read). The exact release is from memory.",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::RelativeCrcs,
    },
    Change {
        id: "load-preempt-build",
        since: release(5, 16, 0),
        what: "`vermagic` has the word `preempt` by `CONFIG_PREEMPT_BUILD`, not by \
               `CONFIG_PREEMPT`.",
        evidence: "The headers of 5.10.262 and 6.1.176, and the modules that Debian has built of \
                   both (read). The release: commit a8b76910e465 (read).",
        apply: |behaviour| behaviour.load.preemption = PreemptionWord::PreemptBuild,
    },
    Change {
        id: "load-file-messages",
        since: release(5, 17, 0),
        what: "What is wrong with a damaged module file is logged; before, only that it has \
               invalid ELF structures.",
        evidence: "Read in the sources of 5.10.262, 6.1.192 and 7.3.4. The release has not been \
                   checked: the patch was posted in October 2021.",
        apply: |behaviour| behaviour.load.file_messages = FileMessages::Each,
    },
    Change {
        id: "load-inherited-symbol",
        since: release(5, 19, 0),
        what: "A message about the use of a proprietary module names the symbol.",
        evidence: "Read in the sources of 5.10.262 and 6.1.192. The release has not been checked: \
                   the patch was posted in April 2022.",
        apply: |behaviour| behaviour.load.inherited_symbol = InheritedSymbol::Named,
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
        id: "load-test-modules",
        since: release(6, 0, 0),
        what: "A module that says that it is for tests taints the kernel.",
        evidence: "Read in the sources of 5.10.262 (which does not look) and 6.1.192. The release: \
                   since then modpost marks such modules (verified by programs built from the \
                   sources of 5.19.0 and 6.0.1).",
        apply: |behaviour| behaviour.load.test_modules = TestModules::Taint,
    },
    Change {
        id: "modpost-6.1",
        since: release(6, 1, 0),
        what: "modpost is a drop-in for the latest point releases of this release: `-W` is \
               known, and a generated piece of 500 bytes is refused.",
        evidence: "The program of 6.1.192 (verified).",
        apply: |behaviour| behaviour.modpost.standing = ModpostStanding::Checked,
    },
    Change {
        id: "modpost-between-6.1-and-6.12",
        since: release(6, 2, 0),
        what: "modpost of this release is not implemented, and refuses to run.",
        evidence: "Its parts changed one by one up to 6.12; the programs of these releases have \
                   not been run.",
        apply: |behaviour| behaviour.modpost.standing = ModpostStanding::Unknown,
    },
    Change {
        id: "symbol-prefix-removed",
        since: release(6, 2, 0),
        what: "`-s` is an invalid option, and the usage text no longer lists it.",
        evidence: "Still listed by 6.1.192's program, no longer by 6.12.117's (both verified). \
                   The exact release between them is not known; no CRC depends on it.",
        apply: |behaviour| behaviour.genksyms.options = OptionSet::Plain,
    },
    Change {
        id: "load-this-module",
        since: release(6, 4, 0),
        what: "A module is loaded only if it has exactly one `struct module`, of the same size \
               as the kernel's own.",
        evidence: "The kernels of 6.1.192 and 6.12.117 differ in this (booted). The release has \
                   only been read about.",
        apply: |behaviour| behaviour.load.this_module = ThisModule::OneOfSize,
    },
    Change {
        id: "load-taints",
        since: release(6, 4, 0),
        what: "A module that is refused because of its `.modinfo` does not taint the kernel; \
               that a proprietary module taints it is logged twice.",
        evidence: "The kernels of 6.1.192 and 6.12.117 differ in this (booted). The release has \
                   only been read about.",
        apply: |behaviour| behaviour.load.taints = TaintStep::Together,
    },
    Change {
        id: "modpost-export-symbol-section",
        since: release(6, 5, 0),
        what: "Exports are read from the section `.export_symbol`, and modpost writes their \
               `KSYMTAB_` lines.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The release: \
                   the kernel's changelog (read).",
        apply: |behaviour| behaviour.modpost.exports = ExportEncoding::ExportSymbolSection,
    },
    Change {
        id: "modpost-description-warning",
        since: release(6, 5, 0),
        what: "`-W` warns about modules without `MODULE_DESCRIPTION`.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The release: \
                   the source of 6.6 has it (read).",
        apply: |behaviour| behaviour.modpost.description = DescriptionCheck::WithExtraWarnings,
    },
    Change {
        id: "modpost-trim-options",
        since: release(6, 5, 0),
        what: "New options: `-M` (modules are enabled), `-t` (trim unused exports), and `-u` (a \
               list of exports to keep).",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The release: \
                   the source of 6.6 has them (read).",
        apply: |behaviour| behaviour.modpost.options = ModpostOptions::Since65,
    },
    Change {
        id: "modpost-checks-first",
        since: release(6, 5, 0),
        what: "All modules are checked before any `.mod.c` is written.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The release: \
                   the source of 6.6 does so (read).",
        apply: |behaviour| behaviour.modpost.checks = CheckOrder::AllBeforeAnyIsWritten,
    },
    Change {
        id: "modpost-section-search",
        since: release(6, 5, 0),
        what: "Messages about section mismatches name symbols by address, with offsets; \
               `.meminit` and `.memexit` are no longer classes of their own.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). It changed in \
                   steps between them.",
        apply: |behaviour| behaviour.modpost.section_mismatch = SectionMismatch::ByAddress,
    },
    Change {
        id: "modpost-file-list-dash",
        since: release(6, 6, 0),
        what: "`-T -` reads a file called `-`, not standard input.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The release: \
                   the source of 6.6 does so (read).",
        apply: |behaviour| behaviour.modpost.file_list_dash = FileListDash::OrdinaryName,
    },
    Change {
        id: "modpost-expoline-thunks",
        since: release(6, 7, 0),
        what: "On s390, references to `__s390_indirect_jump_r…` must be resolved like any others.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified); 6.6 has the \
                   old behavior (read).",
        apply: |behaviour| behaviour.modpost.expoline_thunks = ExpolineThunks::Ordinary,
    },
    Change {
        id: "modpost-mod-c-without-vermagic",
        since: release(6, 12, 0),
        what: "`<mod>.mod.c` is shorter: vermagic, the build salt and the like have moved to \
               `scripts/module-common.c`.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified); 6.6 has the \
                   old text (read).",
        apply: |behaviour| behaviour.modpost.mod_c = ModCTemplate::WithKsymtab,
    },
    Change {
        id: "modpost-fatal-prefix",
        since: release(6, 12, 0),
        what: "A message that ends the run begins with `ERROR: modpost: ` instead of `FATAL: \
               modpost: `.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified); 6.6 has the \
                   old prefix (read).",
        apply: |behaviour| behaviour.modpost.fatal_prefix = FatalPrefix::Error,
    },
    Change {
        id: "modpost-byte-order",
        since: release(6, 12, 0),
        what: "An object of unknown byte order is refused.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified).",
        apply: |behaviour| behaviour.modpost.byte_order = ByteOrderCheck::Checked,
    },
    Change {
        id: "modpost-acpi-class",
        since: release(6, 12, 0),
        what: "The class of an ACPI device is read in the target's byte order, not the host's.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified); 6.6 reads it \
                   in the host's (read).",
        apply: |behaviour| behaviour.modpost.acpi_class = AcpiClass::TargetOrder,
    },
    Change {
        id: "modpost-device-types-6.12",
        since: release(6, 12, 0),
        what: "The device tables `cdx`, `coreboot`, `slim` and `vchiq` are supported.",
        evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). They were \
                   added one by one.",
        apply: |behaviour| behaviour.modpost.device_types = DeviceTypes::Since612,
    },
    Change {
        id: "modpost-6.12",
        since: release(6, 12, 0),
        what: "modpost is a drop-in for the latest point releases of this release.",
        evidence: "The program of 6.12.117 (verified).",
        apply: |behaviour| behaviour.modpost.standing = ModpostStanding::Checked,
    },
    Change {
        id: "load-file-checks",
        since: release(6, 12, 0),
        what: "The sections of a module file are checked before their names, not after.",
        evidence: "Read in the sources of 6.1.192 and 6.12.117; the exact release between them \
                   is not known.",
        apply: |behaviour| behaviour.load.file_checks = FileChecks::SectionsFirst,
    },
    Change {
        id: "load-preempt-rt-first",
        since: release(6, 13, 0),
        what: "`vermagic` has the word `preempt_rt` if both `CONFIG_PREEMPT_RT` and \
               `CONFIG_PREEMPT_BUILD` are set; before, it was `preempt`.",
        evidence: "Debian's modules for real-time kernels of 6.12.117 and 7.2.13, and the headers \
                   of both (read). The release: commit 0b7a66a2c864, which was merged between \
                   6.13-rc4 and 6.13-rc5 and fixes 35772d627b55 (read).",
        apply: |behaviour| behaviour.load.preemption = PreemptionWord::RealTimeFirst,
    },
    Change {
        id: "modpost-after-6.12",
        since: release(6, 13, 0),
        what: "modpost of this release is not implemented, and refuses to run.",
        evidence: "New since then and not implemented: modules are distinguished by dump file, \
                   extended version tables, namespaces for modules.",
        apply: |behaviour| behaviour.modpost.standing = ModpostStanding::Unknown,
    },
    Change {
        id: "declaration-language",
        since: release(6, 14, 0),
        what: "Attributes after a declarator are always part of the text, and are accepted in \
               more places (`struct __attribute__((packed)) x`); this changes most CRCs.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The release: \
                   the series of commit ccc11a195c69 (read).",
        apply: |behaviour| behaviour.genksyms.language = Language::Since614,
    },
    Change {
        id: "typedef-names-as-names",
        since: release(6, 14, 0),
        what: "A typedef's name after a type specifier is an ordinary name: `int T;` in a struct \
               declares a member T.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The release: \
                   commits 3ccda63a3af5 and 668de2b9d48d (read).",
        apply: |behaviour| behaviour.genksyms.typedef_names = TypedefNames::UntilTypeSpecifier,
    },
    Change {
        id: "body-after-attributes",
        since: release(6, 14, 0),
        what: "Any number of attributes may stand between `struct` and the body's brace.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The release: \
                   commits 82db1c29103e and 6494bd2d05f9 (read).",
        apply: |behaviour| behaviour.genksyms.body_countdown = BodyCountdown::NotAttributes,
    },
    Change {
        id: "vector-ints",
        since: release(6, 14, 0),
        what: "`int32x4_t`, `uint8x16_t` and their like are built-in types, not unknown names.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The release: \
                   commit c82584052781 (read).",
        apply: |behaviour| behaviour.genksyms.vector_ints = VectorInts::BuiltinInts,
    },
    Change {
        id: "load-extended-versions",
        since: release(6, 14, 0),
        what: "If a module has `__version_ext_crcs` and `__version_ext_names`, the loader reads \
               these and ignores `__versions`.",
        evidence: "Only read about; no kernel with it has been booted.",
        apply: |behaviour| behaviour.load.extended_versions = ExtendedVersions::Read,
    },
    Change {
        id: "typeof-unqual",
        since: release(6, 15, 0),
        what: "`typeof_unqual` and its spellings, `__seg_gs` and `__seg_fs` are keywords.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The release: \
                   commit 1013f5636fd8 (read).",
        apply: |behaviour| behaviour.genksyms.keywords = KeywordEra::Since615,
    },
    Change {
        id: "reference-enumerators",
        since: release(6, 16, 0),
        what: "Enumerators read with `-r` no longer affect the numbering of the first enum in \
               the source.",
        evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The release: \
                   the kernel's changelog (read).",
        apply: |behaviour| {
            behaviour.genksyms.reference_enumerators = ReferenceEnumerators::LeaveCounter;
        },
    },
    Change {
        id: "load-module-namespaces",
        since: release(6, 16, 0),
        what: "A namespace `module:a,b-*` lists the modules that may use a symbol; a module that \
               imports such a namespace is refused.",
        evidence: "Only read about; no kernel with it has been booted.",
        apply: |behaviour| behaviour.load.module_namespaces = ModuleNamespaces::Lists,
    },
    Change {
        id: "load-export-flags",
        since: release(7, 1, 0),
        what: "A module's exports are those of `__ksymtab`, and `__kflagstab` has a byte of flags \
               for each; without it, a module with exports is refused. `__ksymtab_gpl` is ignored.",
        evidence: "Read in the source of 7.3.4, and seen in modules built for 7.2.12. The release: \
                   the modpost built from the source of 7.1.5 writes the flags, that of 7.0.0 does \
                   not (verified).",
        apply: |behaviour| behaviour.load.export_licenses = ExportLicenses::Flags,
    },
];
