//! Kernel releases as data: what differs between them, as named fields.
//!
//! The only place where releases are compared. Everything else matches on the fields of
//! [`Behaviour`], each of which [`Behaviour::at`] looks up in its own timeline.
//!
//! | File | What it is |
//! |---|---|
//! | `number` | releases, and how they are written |
//! | `timeline` | one field over all releases, and how it is looked up |
//! | `genksyms`, `gendwarfksyms`, `modpost` and its folder, `load` | the fields, with all their values |
//! | `standing` | how far our programs can be relied on for a release |
//! | `profile` | what distributions change in the loader |
//! | `document` | the ledger for people |

mod document;
mod gendwarfksyms;
mod genksyms;
mod load;
mod modpost;
mod number;
mod profile;
mod standing;
mod timeline;

pub use document::{
    Entry, STANDINGS, differences, entries, explain, releases_document, standing_word, standings,
};
pub use gendwarfksyms::{EmptyList, Gendwarfksyms, KabiRules, NamedScopes, SymtypesOrder};
pub use genksyms::{
    BodyCountdown, CrcLine, ExportWords, Genksyms, Int128, KeywordGroup, Language, OptionSet,
    ReferenceEnumerators, RestrictSpelling, StaticAssert, TypedefNames, UnqualifiedTypeof,
    VectorInts,
};
pub use load::{
    ExportLicenses, ExtendedVersions, FileChecks, FileMessages, InheritedSymbol, Load,
    ModuleNamespaces, PreemptionWord, TaintStep, TestModules, ThisModule, Unlisted, VersionEntries,
};
pub use modpost::{
    AcpiClass, AliasForm, ArmAddends, BadSourceList, BuiltinAliases, ByteOrderCheck, CheckOrder,
    CommandLines, CompilerRoutines, CrcSource, DependsForm, DescriptionCheck, DeviceTypes,
    DottedNames, DriverTables, DumpContents, DumpReading, DumpWriting, DumpedModules,
    ExceptionTargets, ExitStatus, ExpolineThunks, ExportEncoding, ExportKinds, ExportLines,
    FatalPrefix, FileListDash, FilesAfterErrors, InitTables, InputBits, InterruptText, KeptExports,
    KernelName, KsymtabRule, LaterDeviceTypes, LicenseAdvice, ListOrder, LocalLabels, LongPieces,
    LoongArchRelocations, LtoObjects, MappingMarks, MemorySections, Millicode, MismatchText,
    MissingCrcAdvice, ModCTemplate, Modpost, ModpostOptions, NamespaceForm, NoinstrText,
    NumberedNames, ObjectKinds, ObjectNames, ProgramName, ReferenceTargets, Retpoline,
    RiscvExceptions, SectionAttribute, SectionBounds, Severity, SoftirqText, SourceFiles,
    SourceList, StaticExports, SymbolNames, SymbolSearch, TableErrors, TableSymbols, TestMarks,
    TextSections, UncheckedSections, UndefinedCheck, UuidOrder, VersionTables, WmiIds, Wording,
};
pub use number::{Flavour, KernelRelease, NotARelease};
pub use profile::Profile;
pub use standing::{Program, Standing};

/// How the programs of one kernel release behave, and its loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// The behaviour of genksyms.
    pub genksyms: Genksyms,
    /// The behaviour of gendwarfksyms.
    pub gendwarfksyms: Gendwarfksyms,
    /// The behaviour of modpost.
    pub modpost: Modpost,
    /// The behaviour of the kernel when it loads a module.
    pub load: Load,
}

impl Behaviour {
    /// The behaviour at `release`: each field as its timeline has it there.
    pub fn at(release: KernelRelease) -> Self {
        Self {
            genksyms: Genksyms::at(release),
            gendwarfksyms: Gendwarfksyms::at(release),
            modpost: Modpost::at(release),
            load: Load::at(release),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> KernelRelease {
        text.parse().unwrap()
    }

    #[test]
    fn the_checked_releases_behave_as_their_programs() {
        let old = Behaviour::at(release("6.1")).genksyms;
        let middle = Behaviour::at(release("6.12.117")).genksyms;
        let new = Behaviour::at(release("7.2")).genksyms;
        assert_eq!(old.options, OptionSet::SymbolPrefixRefused);
        assert_eq!(middle, Genksyms { options: OptionSet::Plain, ..old });
        assert_eq!(
            new,
            Genksyms {
                language: Language::Since70,
                unqualified_typeof: UnqualifiedTypeof::Keywords,
                typedef_names: TypedefNames::UntilTypeSpecifier,
                body_countdown: BodyCountdown::NotAttributes,
                vector_ints: VectorInts::BuiltinInts,
                reference_enumerators: ReferenceEnumerators::LeaveCounter,
                ..middle
            }
        );
        assert_eq!(old.crc_line, CrcLine::SymverComment);
    }
}
