//! How genksyms of one kernel release behaves: the fields, and what each may be.

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

impl Genksyms {
    /// Before the first entry of the ledger.
    pub(super) const OLDEST: Self = Self {
        language: Language::Until613,
        keywords: KeywordEra::Since511,
        typedef_names: TypedefNames::Always,
        body_countdown: BodyCountdown::EveryToken,
        vector_ints: VectorInts::Identifiers,
        reference_enumerators: ReferenceEnumerators::MoveCounter,
        crc_line: CrcLine::VersionDefines,
        options: OptionSet::Architecture,
    };
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
