//! Kernel releases as data: what differs between them, as named fields.
//!
//! The only place where releases are compared. Everything else matches on the fields of
//! [`Behaviour`], which [`Behaviour::at`] makes by folding the ledger [`CHANGES`] over the oldest
//! behaviour. `docs/releases.md` and `modversions releases` are printed from the same ledger.

mod behaviour;
mod changes;
mod genksyms;
mod load;
mod modpost;
mod number;

use std::fmt::Write as _;

pub use behaviour::Behaviour;
pub use changes::{CHANGES, Change};
pub use genksyms::{
    BodyCountdown, CrcLine, Genksyms, KeywordEra, Language, OptionSet, ReferenceEnumerators,
    TypedefNames, VectorInts,
};
pub use load::{
    ExportLicenses, ExtendedVersions, FileChecks, FileMessages, InheritedSymbol, Load,
    ModuleNamespaces, PreemptionWord, Profile, TaintStep, TestModules, ThisModule, Unlisted,
    VersionEntries,
};
pub use modpost::{
    AcpiClass, ByteOrderCheck, CheckOrder, DescriptionCheck, DeviceTypes, ExpolineThunks,
    ExportEncoding, FatalPrefix, FileListDash, ModCTemplate, Modpost, ModpostOptions,
    ModpostStanding, SectionMismatch,
};
pub use number::{KernelRelease, NotARelease, Standing};

impl Behaviour {
    /// The behaviour at `release`: every change up to it, applied to the oldest behaviour.
    pub fn at(release: KernelRelease) -> Self {
        let mut behaviour = Self::OLDEST;
        for change in CHANGES.iter().filter(|change| change.since <= release) {
            (change.apply)(&mut behaviour);
        }
        behaviour
    }
}

/// The text of `docs/releases.md`, which is also what `modversions releases` prints.
pub fn releases_document() -> String {
    let mut text = String::from(
        "# What differs between kernel releases\n\n\
         Printed from the ledger in `src/release/changes.rs`, oldest first; do not edit.\n\
         `modversions releases --explain ID` prints the evidence for a change.\n\n\
         | Since | Change | What differs |\n|---|---|---|\n",
    );
    for change in CHANGES {
        // Writing to a String does not fail.
        let _ = writeln!(text, "| {} | {} | {} |", change.since, change.id, change.what);
    }
    let _ = write!(
        text,
        "\ngenksyms is a drop-in from {} to {}. Other releases are treated as the nearest of these, \
         but with their own options and output, and a message says so. modpost is a drop-in where \
         the rows above say so, and refuses other releases.\n",
        KernelRelease::OLDEST_CHECKED,
        KernelRelease::NEWEST_KNOWN
    );
    text
}

/// All that is known about one change, for `modversions releases --explain ID`.
pub fn explain(id: &str) -> Option<String> {
    let change = CHANGES.iter().find(|change| change.id == id)?;
    Some(format!(
        "{} (since {})\n\n{}\n\nEvidence: {}\n",
        change.id, change.since, change.what, change.evidence
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> KernelRelease {
        text.parse().unwrap()
    }

    #[test]
    fn the_ledger_is_oldest_first_with_unique_ids_and_every_entry_changes_something() {
        assert!(CHANGES.is_sorted_by_key(|change| change.since));
        let mut behaviour = Behaviour::OLDEST;
        for (index, change) in CHANGES.iter().enumerate() {
            let is_kebab =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
            let kebab = change.id.bytes().all(is_kebab);
            assert!(kebab, "{}", change.id);
            assert!(CHANGES[..index].iter().all(|other| other.id != change.id), "{}", change.id);
            let before = behaviour;
            (change.apply)(&mut behaviour);
            assert_ne!(before, behaviour, "{}", change.id);
        }
        assert_eq!(behaviour, Behaviour::at(KernelRelease::NEWEST_KNOWN));
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
                language: Language::Since614,
                keywords: KeywordEra::Since615,
                typedef_names: TypedefNames::UntilTypeSpecifier,
                body_countdown: BodyCountdown::NotAttributes,
                vector_ints: VectorInts::BuiltinInts,
                reference_enumerators: ReferenceEnumerators::LeaveCounter,
                ..middle
            }
        );
        assert_eq!(old.crc_line, CrcLine::SymverComment);
    }

    #[test]
    fn only_the_releases_between_compared_programs_are_checked() {
        for text in ["5.19", "6.1", "6.12.117", "6.17", "7.2", "7.2.13-1"] {
            assert_eq!(release(text).standing(), Standing::Checked, "{text}");
        }
        for text in ["2.4.37", "4.19", "5.18.19", "7.3-rc1", "8.0"] {
            assert!(matches!(release(text).standing(), Standing::Unchecked(_)), "{text}");
        }
    }

    #[test]
    fn the_document_on_disk_is_the_ledgers() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/releases.md");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, releases_document()).unwrap();
        }
        let on_disk = std::fs::read_to_string(path).unwrap_or_default();
        assert!(on_disk == releases_document(), "{path} is stale: BLESS=1 cargo test rewrites it");
    }
}
