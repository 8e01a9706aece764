//! Kernel releases as data: what differs between them, as named fields.
//!
//! The only place where releases are compared. Everything else matches on the fields of
//! [`Behaviour`], which [`Behaviour::at`] makes by folding the ledger [`CHANGES`] over the oldest
//! behaviour. `docs/releases.md` and `modversions releases` are printed from the same ledger.

mod changes;
mod load;
mod modpost;

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

pub use changes::{CHANGES, Change};
pub use load::{
    ExtendedVersions, FileChecks, Load, ModuleNamespaces, Profile, TaintStep, ThisModule, Unlisted,
};
pub use modpost::{
    AcpiClass, ByteOrderCheck, CheckOrder, DescriptionCheck, DeviceTypes, ExpolineThunks,
    ExportEncoding, FatalPrefix, FileListDash, ModCTemplate, Modpost, ModpostOptions,
    ModpostStanding, SectionMismatch,
};

/// A kernel release: `6.12.117` is 6, 12 and 117; `6.1` is 6, 1 and 0.
///
/// A release candidate counts as its release, and what a distribution appends is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KernelRelease {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number, 0 if there is none. (2.4 and 2.6 count their releases here.)
    pub patch: u16,
}

impl KernelRelease {
    /// The oldest release whose declaration language is implemented.
    pub const OLDEST_CHECKED: Self = Self::new(5, 19, 0);
    /// The newest release whose own programs have been compared with.
    pub const NEWEST_KNOWN: Self = Self::new(7, 2, 0);

    /// The newest release whose modpost is known.
    pub const NEWEST_MODPOST: Self = Self::new(6, 12, 0);

    /// The release of these three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// How far our answers for this release can be relied on.
    pub fn standing(self) -> Standing {
        if self < Self::OLDEST_CHECKED {
            return Standing::Unchecked(format!(
                "kernel {self}: the declaration language of this release has not been checked \
                 against its own genksyms; treating it as {}'s",
                Self::OLDEST_CHECKED
            ));
        }
        let series = Self::new(self.major, self.minor, 0);
        if series > Self::NEWEST_KNOWN {
            return Standing::Unchecked(format!(
                "kernel {self}: this release is newer than the newest known one; treating it as \
                 {}",
                Self::NEWEST_KNOWN
            ));
        }
        Standing::Checked
    }
}

/// How far our answers for a release can be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A drop-in: the release lies between two whose programs have been compared with.
    Checked,
    /// Why not; a message for the user, without the program's name.
    Unchecked(String),
}

impl fmt::Display for KernelRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch != 0 {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

/// A text that is no kernel release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARelease(String);

impl fmt::Display for NotARelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a kernel release (expected X.Y or X.Y.Z, such as 6.12)", self.0)
    }
}

impl std::error::Error for NotARelease {}

impl FromStr for KernelRelease {
    type Err = NotARelease;

    /// Reads `6.1`, `6.12.117`, `2.6.32.71`, `6.1.0-56-amd64`, `7.2-rc3`, `5.14.0+`.
    fn from_str(text: &str) -> Result<Self, NotARelease> {
        parse_release(text).ok_or_else(|| NotARelease(text.to_owned()))
    }
}

fn parse_release(text: &str) -> Option<KernelRelease> {
    let (major, rest) = leading_number(text)?;
    let (minor, rest) = leading_number(rest.strip_prefix('.')?)?;
    let third = rest.strip_prefix('.').map(leading_number);
    let (patch, rest) = match third {
        Some(third) => third?,
        None => (0, rest),
    };
    let suffix_is_apart = rest.is_empty() || (rest.len() > 1 && rest.starts_with(['.', '-', '~']));
    (suffix_is_apart || rest.starts_with('+')).then_some(KernelRelease { major, minor, patch })
}

/// The number `text` begins with, and what follows it.
fn leading_number(text: &str) -> Option<(u16, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

/// How the programs of one kernel release behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// The behaviour of genksyms.
    pub genksyms: Genksyms,
    /// The behaviour of modpost.
    pub modpost: Modpost,
    /// The behaviour of the kernel when it loads a module.
    pub load: Load,
}

impl Behaviour {
    /// Before the first entry of the ledger.
    const OLDEST: Self = Self {
        genksyms: Genksyms {
            language: Language::Until613,
            keywords: KeywordEra::Since511,
            typedef_names: TypedefNames::Always,
            body_countdown: BodyCountdown::EveryToken,
            vector_ints: VectorInts::Identifiers,
            reference_enumerators: ReferenceEnumerators::MoveCounter,
            crc_line: CrcLine::VersionDefines,
            options: OptionSet::Architecture,
        },
        modpost: Modpost::OLDEST,
        load: Load::OLDEST,
    };

    /// The behaviour at `release`: every change up to it, applied to the oldest behaviour.
    pub fn at(release: KernelRelease) -> Self {
        let mut behaviour = Self::OLDEST;
        for change in CHANGES.iter().filter(|change| change.since <= release) {
            (change.apply)(&mut behaviour);
        }
        behaviour
    }
}

/// How genksyms of one kernel release behaves, wherever releases differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Genksyms {
    /// The declaration language: which parser tables are used (grammar/declarations.y).
    pub language: Language,
    /// Which words are keywords (grammar/keywords.tsv).
    pub keywords: KeywordEra,
    /// When the lexer takes a typedef's name for a type.
    pub typedef_names: TypedefNames,
    /// What lets the lexer forget that a `struct`, `union` or `enum` allows a body to follow.
    pub body_countdown: BodyCountdown,
    /// What `int32x4_t` and its like are.
    pub vector_ints: VectorInts,
    /// Whether enumerators read with `-r` move the counter of the source's enums.
    pub reference_enumerators: ReferenceEnumerators,
    /// The form of the lines that carry the CRCs.
    pub crc_line: CrcLine,
    /// Which options there are, and the usage text that lists them.
    pub options: OptionSet,
}

/// The declaration languages, in the order of releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Up to 6.13.
    Until613,
    /// From 6.14.
    Since614,
}

/// The keyword sets, in the order of releases; each contains the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeywordEra {
    /// From 5.11 (`_Static_assert`).
    Since511,
    /// From 6.15 (`typeof_unqual`, `__seg_gs`, `__seg_fs`).
    Since615,
}

/// When the lexer takes a typedef's name for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedefNames {
    /// Wherever it does not follow `struct`, `union` or `enum`.
    Always,
    /// Only while the parser has not yet seen a type specifier (6.14).
    UntilTypeSpecifier,
}

/// What counts down the tokens within which `{` opens a body after `struct`, `union`, `enum`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyCountdown {
    /// Every token.
    EveryToken,
    /// Every token but an attribute (6.14).
    NotAttributes,
}

/// What `int32x4_t`, `uint8x16_t` and their like are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorInts {
    /// Identifiers like any other.
    Identifiers,
    /// Words for built-in integers (6.14).
    BuiltinInts,
}

/// Whether enumerators read with `-r` move the counter of the source's enums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceEnumerators {
    /// They do: the first enum of the source may begin with their leftovers.
    MoveCounter,
    /// They do not (6.16).
    LeaveCounter,
}

/// The form of the lines that carry the CRCs (`formats::symver_line` writes them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrcLine {
    /// `#define __ver_X 01234567` and `#define X _set_ver(X)`, for the C preprocessor.
    VersionDefines,
    /// `__crc_X = 0x01234567 ;`, for the linker.
    SpacedAssignment,
    /// `__crc_X = 0x01234567;`, for the linker.
    Assignment,
    /// A linker section that holds the CRC: what `-R` asks for.
    RelativeSection,
    /// `#SYMVER X 0x01234567`, for modpost.
    SymverComment,
}

/// The sets of options (`cli::genksyms` has their tables and texts).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionSet {
    /// `-a ARCH` selects the architecture, some of which prefix their symbols.
    Architecture,
    /// `-s PREFIX` gives the prefix itself.
    SymbolPrefix,
    /// `-s PREFIX`, and `-R` for section-relative CRCs.
    SymbolPrefixAndRelativeCrcs,
    /// `-R`; `-s` is listed, and refused.
    RelativeCrcs,
    /// `-s` is listed, and refused.
    SymbolPrefixRefused,
    /// None of these.
    Plain,
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
    fn releases_are_read_in_every_form_the_kernel_and_distributions_write() {
        let cases = [
            ("6.1", (6, 1, 0)),
            ("6.12.117", (6, 12, 117)),
            ("6.1.0-56-amd64", (6, 1, 0)),
            ("7.2-rc3", (7, 2, 0)),
            ("7.2.0-rc3+", (7, 2, 0)),
            ("2.6.32.71", (2, 6, 32)),
            ("5.14.0-427.el9", (5, 14, 0)),
            ("6.6+", (6, 6, 0)),
            ("6.19~rc4", (6, 19, 0)),
        ];
        for (text, (major, minor, patch)) in cases {
            assert_eq!(release(text), KernelRelease { major, minor, patch }, "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_with_a_clear_message() {
        for text in
            ["", "6", "6.", "6.1.", "6.x", "v6.1", "6.1rc3", "6.1-", ".1", "6.99999", " 6.1"]
        {
            let error = text.parse::<KernelRelease>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{text}' is not a kernel release")), "{error}");
        }
    }

    #[test]
    fn releases_are_ordered_and_displayed_as_people_write_them() {
        assert!(release("6.9") < release("6.12"));
        assert!(release("6.12") < release("6.12.1"));
        assert_eq!(release("2.6.29").to_string(), "2.6.29");
        assert_eq!(release("7.2-rc1").to_string(), "7.2");
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
