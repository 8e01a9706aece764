//! What differs between the modposts of kernel releases: a field each, in the files of this folder
//! with its values and their timelines.

mod checks;
mod device_tables;
mod dumps;
mod exports;
mod lists;
mod messages;
mod mod_c;
mod objects;
mod options;
mod section_mismatch;
mod severities;
mod texts;

use super::timeline::behaviour;
pub use checks::{
    ByteOrderCheck, CheckOrder, CompilerRoutines, DescriptionCheck, ExpolineThunks, ObjectKinds,
    ObjectNames, SectionBounds,
};
pub use device_tables::{
    AcpiClass, AliasForm, DeviceTypes, InputBits, LaterDeviceTypes, TableErrors, TableSymbols,
    UuidOrder, WmiIds,
};
pub use dumps::{DumpReading, DumpWriting, KernelName};
pub use exports::{
    DottedNames, DumpedModules, ExportEncoding, ExportLines, KeptExports, LtoObjects, Millicode,
    NamespaceForm,
};
pub use lists::{
    DumpContents, ExitStatus, FilesAfterErrors, ListOrder, LongPieces, UndefinedCheck,
};
pub use messages::{FatalPrefix, LicenseAdvice, ProgramName, Wording};
pub use mod_c::{
    BuiltinAliases, CommandLines, DependsForm, ModCTemplate, Retpoline, VersionTables,
};
pub use objects::{
    BadSourceList, CrcSource, ExportKinds, MappingMarks, MissingCrcAdvice, NumberedNames,
    SourceFiles, SourceList, StaticExports,
};
pub use options::{FileListDash, ModpostOptions};
pub use section_mismatch::{
    ArmAddends, DriverTables, ExceptionTargets, InitTables, InterruptText, LocalLabels,
    LoongArchRelocations, MemorySections, MismatchText, ReferenceTargets, SymbolNames,
    SymbolSearch, TextSections, UncheckedSections,
};
pub use severities::Severity;
pub use texts::{
    KsymtabRule, NoinstrText, RiscvExceptions, SectionAttribute, SoftirqText, TestMarks,
};

behaviour! {
    /// How modpost of one kernel release behaves, wherever releases differ.
    Modpost {
        /// Which options there are.
        options: ModpostOptions = options::OPTIONS,
        /// What `-` as the argument of `-T` means.
        file_list_dash: FileListDash = options::FILE_LIST_DASH,
        /// How objects mark what they export.
        exports: ExportEncoding = exports::EXPORTS,
        /// What is written for each export.
        export_lines: ExportLines = exports::EXPORT_LINES,
        /// What the namespace of an export may be.
        namespaces: NamespaceForm = exports::NAMESPACES,
        /// How the symbols of a `Module.symvers` file are found whose names begin with a dot.
        dotted_names: DottedNames = exports::DOTTED_NAMES,
        /// What the functions of PA-RISC's own library are exported as, in 64 bits.
        millicode: Millicode = exports::MILLICODE,
        /// Which lines of `Module.symvers` files are of one module.
        dumped_modules: DumpedModules = exports::DUMPED_MODULES,
        /// What keeps an export that no module uses, with `-t`.
        kept_exports: KeptExports = exports::KEPT_EXPORTS,
        /// In which file the CRCs of an object are that a link-time optimization made.
        lto_objects: LtoObjects = exports::LTO_OBJECTS,
        /// What `<mod>.mod.c` begins with.
        mod_c: ModCTemplate = mod_c::MOD_C,
        /// Which option of the configuration marks modules as safe from Spectre.
        retpoline: Retpoline = mod_c::RETPOLINE,
        /// How the versions of imports are written, and when.
        version_tables: VersionTables = mod_c::VERSION_TABLES,
        /// Whether the aliases of modules that are built in are written.
        builtin_aliases: BuiltinAliases = mod_c::BUILTIN_ALIASES,
        /// How a module says which others it needs.
        depends: DependsForm = mod_c::DEPENDS,
        /// How the lines of `.cmd` files are read for `srcversion`.
        command_lines: CommandLines = mod_c::COMMAND_LINES,
        /// When a module without `MODULE_DESCRIPTION` is warned about.
        description: DescriptionCheck = checks::DESCRIPTION,
        /// Whether an object's byte order is checked.
        byte_order: ByteOrderCheck = checks::BYTE_ORDER,
        /// When it is checked that the name of an object ends in `.o`.
        object_names: ObjectNames = checks::OBJECT_NAMES,
        /// Which ELF files are taken for objects.
        object_kinds: ObjectKinds = checks::OBJECT_KINDS,
        /// When modules are checked.
        checks: CheckOrder = checks::CHECKS,
        /// Whether references to the s390 thunks are left to the final link.
        expoline_thunks: ExpolineThunks = checks::EXPOLINE_THUNKS,
        /// Which routines of the compiler on ppc64 are left to the final link.
        compiler_routines: CompilerRoutines = checks::COMPILER_ROUTINES,
        /// Whether `__start_X` and `__stop_X` must be exported.
        section_bounds: SectionBounds = checks::SECTION_BOUNDS,
        /// How a message that ends the run begins.
        fatal_prefix: FatalPrefix = messages::FATAL_PREFIX,
        /// Which messages name modpost.
        program_name: ProgramName = messages::PROGRAM_NAME,
        /// Whether the message about a missing license has advice.
        license_advice: LicenseAdvice = messages::LICENSE_ADVICE,
        /// How messages about a module are worded.
        wording: Wording = messages::WORDING,
        /// How the symbols at both ends of a reference are found.
        symbol_search: SymbolSearch = section_mismatch::SYMBOL_SEARCH,
        /// How the place is computed that a reference leads to.
        reference_targets: ReferenceTargets = section_mismatch::REFERENCE_TARGETS,
        /// How a reference that is wrong is described.
        mismatch_text: MismatchText = section_mismatch::MISMATCH_TEXT,
        /// Which names of symbols messages do not use.
        symbol_names: SymbolNames = section_mismatch::SYMBOL_NAMES,
        /// Whether the sections for added and removed memory are freed ones.
        memory_sections: MemorySections = section_mismatch::MEMORY_SECTIONS,
        /// Which sections are ordinary code.
        text_sections: TextSections = section_mismatch::TEXT_SECTIONS,
        /// Whether `.irqentry.text` is a section of code.
        interrupt_text: InterruptText = section_mismatch::INTERRUPT_TEXT,
        /// Which sections of LLVM may refer to anything.
        unchecked_sections: UncheckedSections = section_mismatch::UNCHECKED_SECTIONS,
        /// Whether local labels may refer to what is freed.
        local_labels: LocalLabels = section_mismatch::LOCAL_LABELS,
        /// What drivers' structures, by their name `*driver`, may refer to.
        driver_tables: DriverTables = section_mismatch::DRIVER_TABLES,
        /// Which other names of data may refer to what is freed.
        init_tables: InitTables = section_mismatch::INIT_TABLES,
        /// Whether ARM's addends are decoded, where the code has them.
        arm_addends: ArmAddends = section_mismatch::ARM_ADDENDS,
        /// Which relocations of LoongArch refer to nothing.
        loongarch_relocations: LoongArchRelocations = section_mismatch::LOONGARCH_RELOCATIONS,
        /// What happens if an exception table leads into data.
        exception_targets: ExceptionTargets = section_mismatch::EXCEPTION_TARGETS,
        /// How the symbols that mark device tables are called.
        table_symbols: TableSymbols = device_tables::TABLE_SYMBOLS,
        /// What happens if a device table is malformed.
        table_errors: TableErrors = device_tables::TABLE_ERRORS,
        /// How aliases are collected.
        alias_list: AliasForm = device_tables::ALIAS_LIST,
        /// What is checked of the id of a WMI device.
        wmi_ids: WmiIds = device_tables::WMI_IDS,
        /// Whether the last event of each kind is examined, for input devices.
        input_bits: InputBits = device_tables::INPUT_BITS,
        /// How the ids of `tee` and `ishtp` are read.
        uuid_order: UuidOrder = device_tables::UUID_ORDER,
        /// How the class of an ACPI device is read.
        acpi_class: AcpiClass = device_tables::ACPI_CLASS,
        /// Which device tables are understood, and in which form.
        device_types: DeviceTypes = device_tables::DEVICE_TYPES,
        /// Which device tables of later releases are understood, too.
        later_device_types: LaterDeviceTypes = device_tables::LATER_DEVICE_TYPES,
        /// Where the CRCs of exports are.
        crcs: CrcSource = objects::CRCS,
        /// Which kinds of exports there are.
        export_kinds: ExportKinds = objects::EXPORT_KINDS,
        /// What becomes of a number at the end of a name.
        numbered_names: NumberedNames = objects::NUMBERED_NAMES,
        /// How the symbols are recognized that mark data in ARM's code.
        mapping_marks: MappingMarks = objects::MAPPING_MARKS,
        /// What is said of an export that the linker does not see.
        static_exports: StaticExports = objects::STATIC_EXPORTS,
        /// What is said of an export without a CRC.
        missing_crc: MissingCrcAdvice = objects::MISSING_CRC,
        /// How the list of a module's objects is written, for `srcversion`.
        source_list: SourceList = objects::SOURCE_LIST,
        /// What happens if a file is missing that `srcversion` needs.
        source_files: SourceFiles = objects::SOURCE_FILES,
        /// What a message about an empty list of objects names.
        bad_source_list: BadSourceList = objects::BAD_SOURCE_LIST,
        /// In which order exports are written, and modules and imports are gone through.
        lists: ListOrder = lists::LISTS,
        /// Whether files are written after an error.
        after_errors: FilesAfterErrors = lists::AFTER_ERRORS,
        /// Which errors make the run fail.
        status: ExitStatus = lists::STATUS,
        /// When undefined symbols are looked for.
        undefined: UndefinedCheck = lists::UNDEFINED,
        /// How `Module.symvers` files are read.
        dump_reading: DumpReading = dumps::DUMP_READING,
        /// When `Module.symvers` is written.
        dump_writing: DumpWriting = dumps::DUMP_WRITING,
        /// Which module is the kernel itself.
        kernel_name: KernelName = dumps::KERNEL_NAME,
        /// What is written to `Module.symvers` of what was read from others.
        dump_contents: DumpContents = lists::DUMP_CONTENTS,
        /// What becomes of a piece of generated text of 500 bytes or more.
        long_pieces: LongPieces = lists::LONG_PIECES,
        /// How serious it is that a module has no license.
        no_license: Severity = severities::NO_LICENSE,
        /// How serious it is that a module of another license uses a GPL-only symbol.
        gpl_only: Severity = severities::GPL_ONLY,
        /// How serious it is that two modules export one symbol.
        exported_twice: Severity = severities::EXPORTED_TWICE,
        /// How serious section mismatches are with `-E`.
        mismatches_forbidden: Severity = severities::MISMATCHES_FORBIDDEN,
        /// How C code is put into a section.
        section_attribute: SectionAttribute = texts::SECTION_ATTRIBUTE,
        /// Whether modules that are for tests are marked.
        test_marks: TestMarks = texts::TEST_MARKS,
        /// Whether `.softirqentry.text` is a section of code.
        softirq_text: SoftirqText = texts::SOFTIRQ_TEXT,
        /// Whether `.noinstr.text` is a section of code.
        noinstr_text: NoinstrText = texts::NOINSTR_TEXT,
        /// Which sections must not refer to what is freed, as tables of exports.
        ksymtab_rule: KsymtabRule = texts::KSYMTAB_RULE,
        /// Which relocations of RISC-V's exception tables refer to nothing.
        riscv_exceptions: RiscvExceptions = texts::RISCV_EXCEPTIONS,
    }
}
