//! What differs between the genksyms of kernel releases: a field each, with its values and their
//! timeline.

mod keywords;

use super::timeline::{OLDEST, Timeline, Value, behaviour, mainline, mainline_2, point, rhel};
pub use keywords::{
    ExportWords, Int128, KeywordGroup, RestrictSpelling, StaticAssert, UnqualifiedTypeof,
};

behaviour! {
    /// How genksyms of one kernel release behaves, wherever releases differ.
    Genksyms {
        /// The declaration language: which parser tables are used (grammar/declarations.y).
        language: Language = LANGUAGE,
        /// Which words export a symbol.
        export_words: ExportWords = keywords::EXPORT_WORDS,
        /// What `__int128` and its like are.
        int128: Int128 = keywords::INT128,
        /// How `restrict` may be spelled besides `restrict` and `__restrict__`.
        restrict: RestrictSpelling = keywords::RESTRICT,
        /// What `_Static_assert` is.
        static_assert: StaticAssert = keywords::STATIC_ASSERT,
        /// What `typeof_unqual`, `__seg_gs` and their like are.
        unqualified_typeof: UnqualifiedTypeof = keywords::UNQUALIFIED_TYPEOF,
        /// When the lexer takes a typedef's name for a type.
        typedef_names: TypedefNames = TYPEDEF_NAMES,
        /// What lets the lexer forget that a `struct`, `union` or `enum` allows a body to follow.
        body_countdown: BodyCountdown = BODY_COUNTDOWN,
        /// What `int32x4_t` and its like are.
        vector_ints: VectorInts = VECTOR_INTS,
        /// Whether enumerators read with `-r` move the counter of the source's enums.
        reference_enumerators: ReferenceEnumerators = REFERENCE_ENUMERATORS,
        /// The form of the lines that carry the CRCs.
        crc_line: CrcLine = CRC_LINE,
        /// Which options there are, and the usage text that lists them.
        options: OptionSet = OPTIONS,
    }
}

impl Genksyms {
    /// Whether the words of this group are keywords.
    pub fn has_keywords(&self, group: KeywordGroup) -> bool {
        match group {
            KeywordGroup::Always => true,
            KeywordGroup::Export => self.export_words != ExportWords::Family,
            KeywordGroup::ExportFamily => self.export_words != ExportWords::Genksyms,
            KeywordGroup::Int128 => self.int128 == Int128::BuiltinInts,
            KeywordGroup::OldRestrict => self.restrict == RestrictSpelling::OneUnderscore,
            KeywordGroup::Restrict => self.restrict == RestrictSpelling::TwoUnderscores,
            KeywordGroup::StaticAssert => self.static_assert == StaticAssert::Keyword,
            KeywordGroup::UnqualifiedTypeof => {
                self.unqualified_typeof == UnqualifiedTypeof::Keywords
            }
        }
    }
}

/// The declaration languages, in the order of releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Up to 6.13.
    Until613,
    /// From 6.14.
    Since614,
    /// From 7.0.
    Since70,
}

/// See [`Language`].
const LANGUAGE: Timeline<Language> = Timeline {
    name: "genksyms.language",
    about: "The declaration language: which parser tables are used.",
    values: &[
        Value {
            id: "declaration-language-of-2.6",
            is: Language::Until613,
            from: &[OLDEST],
            what: "Attributes after a declarator are part of the text only where an initializer \
                   follows.",
            evidence: "Programs built from the sources of 4.18 (RHEL 8.1) to 6.13.2 (run), and those \
                       of 5.10.262, 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "declaration-language",
            is: Language::Since614,
            from: &[mainline(6, 14)],
            what: "Attributes after a declarator are always part of the text, and are accepted in \
                   more places (`struct __attribute__((packed)) x`); this changes most CRCs.",
            evidence: "Programs built from the sources of 6.13.2, 6.14.0, 6.17.0 and 6.19.9 (run). \
                       The release: the series of commit ccc11a195c69 (read).",
        },
        Value {
            id: "attributes-after-parenthesis",
            is: Language::Since70,
            from: &[mainline(7, 0)],
            what: "Attributes may follow the parenthesis of a declarator: `int (__attribute__((x)) \
                   *f)(int);` declares `f`.",
            evidence: "Programs built from the sources of 6.19.9 and 7.0.0 (run), and those of \
                       7.2.12 and 7.3.4 (verified).",
        },
    ],
};

/// When the lexer takes a typedef's name for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedefNames {
    /// Wherever it does not follow `struct`, `union` or `enum`.
    Always,
    /// Only while the parser has not yet seen a type specifier (6.14).
    UntilTypeSpecifier,
}

/// See [`TypedefNames`].
const TYPEDEF_NAMES: Timeline<TypedefNames> = Timeline {
    name: "genksyms.typedef-names",
    about: "When the lexer takes the name of a typedef for a type.",
    values: &[
        Value {
            id: "typedef-names-as-types",
            is: TypedefNames::Always,
            from: &[OLDEST],
            what: "A typedef's name after a type specifier is another type.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "typedef-names-as-names",
            is: TypedefNames::UntilTypeSpecifier,
            from: &[mainline(6, 14)],
            what: "A typedef's name after a type specifier is an ordinary name: `int T;` in a \
                   struct declares a member T.",
            evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The \
                       release: commits 3ccda63a3af5 and 668de2b9d48d (read).",
        },
    ],
};

/// What counts down the tokens within which `{` opens a body after `struct`, `union`, `enum`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyCountdown {
    /// Every token.
    EveryToken,
    /// Every token but an attribute (6.14).
    NotAttributes,
}

/// See [`BodyCountdown`].
const BODY_COUNTDOWN: Timeline<BodyCountdown> = Timeline {
    name: "genksyms.body-countdown",
    about: "Which tokens may stand between `struct`, `union` or `enum` and the body.",
    values: &[
        Value {
            id: "body-after-name",
            is: BodyCountdown::EveryToken,
            from: &[OLDEST],
            what: "An attribute between `struct` and its name leaves no room for the body.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "body-after-attributes",
            is: BodyCountdown::NotAttributes,
            from: &[mainline(6, 14)],
            what: "Any number of attributes may stand between `struct` and the body's brace.",
            evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The \
                       release: commits 82db1c29103e and 6494bd2d05f9 (read).",
        },
    ],
};

/// What `int32x4_t`, `uint8x16_t` and their like are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorInts {
    /// Identifiers like any other.
    Identifiers,
    /// Words for built-in integers (6.14).
    BuiltinInts,
}

/// See [`VectorInts`].
const VECTOR_INTS: Timeline<VectorInts> = Timeline {
    name: "genksyms.vector-ints",
    about: "What `int32x4_t` and its like are.",
    values: &[
        Value {
            id: "vector-ints-as-names",
            is: VectorInts::Identifiers,
            from: &[OLDEST],
            what: "`int32x4_t`, `uint8x16_t` and their like are unknown names.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "vector-ints",
            is: VectorInts::BuiltinInts,
            from: &[mainline(6, 14)],
            what: "`int32x4_t`, `uint8x16_t` and their like are built-in types, not unknown \
                   names.",
            evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The \
                       release: commit c82584052781 (read).",
        },
    ],
};

/// Whether enumerators read with `-r` move the counter of the source's enums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceEnumerators {
    /// They do: the first enum of the source may begin with their leftovers.
    MoveCounter,
    /// They do not (6.16).
    LeaveCounter,
}

/// See [`ReferenceEnumerators`].
const REFERENCE_ENUMERATORS: Timeline<ReferenceEnumerators> = Timeline {
    name: "genksyms.reference-enumerators",
    about: "Whether enumerators read with `-r` move the counter of the source's enums.",
    values: &[
        Value {
            id: "reference-enumerators-move",
            is: ReferenceEnumerators::MoveCounter,
            from: &[OLDEST],
            what: "Enumerators read with `-r` may affect the numbering of the first enum in \
                   the source.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "reference-enumerators",
            is: ReferenceEnumerators::LeaveCounter,
            from: &[mainline(6, 16), point(6, 15, 3)],
            what: "Enumerators read with `-r` no longer affect the numbering of the first \
                   enum in the source.",
            evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The \
                       releases: the pull request of Kbuild for 6.16, and the review of 6.15's \
                       point release of June 2025 (read); programs built from the sources of \
                       6.14.0 and 6.17.0 (run).",
        },
    ],
};

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

/// See [`CrcLine`].
const CRC_LINE: Timeline<CrcLine> = Timeline {
    name: "genksyms.crc-line",
    about: "The form of the lines that carry the CRCs.",
    values: &[
        Value {
            id: "crc-defines",
            is: CrcLine::VersionDefines,
            from: &[OLDEST],
            what: "The CRC of X is written as two `#define` lines for the preprocessor.",
            evidence: "Read in the sources of both releases; their programs have not been run.",
        },
        Value {
            id: "crc-assignments",
            is: CrcLine::SpacedAssignment,
            from: &[mainline_2(5, 60)],
            what: "The CRC of X is written as `__crc_X = 0x01234567 ;`, for the linker, \
                   instead of two `#define` lines for the preprocessor.",
            evidence: "Read in the sources of both releases; their programs have not been run.",
        },
        Value {
            id: "crc-assignment-without-blank",
            is: CrcLine::Assignment,
            from: &[mainline(4, 11)],
            what: "The CRC line is `__crc_X = 0x01234567;`, without a space before the semicolon.",
            evidence: "Debian's program of 5.10.262 (verified), programs built from the \
                       sources of 4.19.1 to 5.17 (run). The release: read in the sources.",
        },
        Value {
            id: "symver-lines",
            is: CrcLine::SymverComment,
            from: &[mainline(5, 19), rhel(9, 5)],
            what: "The CRC line is `#SYMVER X 0x01234567`, for modpost.",
            evidence: "The form: the programs of 6.1.192, 6.12.117 and 7.2.13 (verified). The \
                       release: commit 5ce2176b81f7 (read); programs built from the sources \
                       of 5.17, 5.19.0, RHEL 9.4 and 9.5 (run).",
        },
    ],
};

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

/// See [`OptionSet`].
const OPTIONS: Timeline<OptionSet> = Timeline {
    name: "genksyms.options",
    about: "Which options there are, and the usage text that lists them.",
    values: &[
        Value {
            id: "architecture-option",
            is: OptionSet::Architecture,
            from: &[OLDEST],
            what: "`-a ARCH` chooses the prefix of symbols by architecture.",
            evidence: "Read in the sources of both releases; their programs have not been \
                       run. The options before 2.6.29 are treated as 2.6.29's.",
        },
        Value {
            id: "symbol-prefix-option",
            is: OptionSet::SymbolPrefix,
            from: &[mainline(3, 9)],
            what: "`-s PREFIX` sets the prefix of symbols; `-a ARCH`, which chose it by \
                   architecture, is removed.",
            evidence: "Read in the option strings of both releases; the usage text is unverified.",
        },
        Value {
            id: "relative-crc-option",
            is: OptionSet::SymbolPrefixAndRelativeCrcs,
            from: &[mainline(4, 11)],
            what: "`-R` writes each CRC as a linker section of its own, for relative CRCs.",
            evidence: "Read in the sources of both releases; their programs have not been run.",
        },
        Value {
            id: "symbol-prefix-refused",
            is: OptionSet::RelativeCrcs,
            from: &[mainline(4, 18)],
            what: "`-s` is still listed in the usage text, but only prints that text and fails.",
            evidence: "Refused by Debian's programs of 5.10.262 and 6.1.192 (verified) and by \
                       programs built from the sources of 4.19.1 and RHEL 8.0 (run); accepted \
                       by 4.9's source (read). The exact release is from memory.",
        },
        Value {
            id: "relative-crc-option-removed",
            is: OptionSet::SymbolPrefixRefused,
            from: &[mainline(5, 19), rhel(9, 5)],
            what: "`-R` is an invalid option.",
            evidence: "The programs of 6.1.192, 6.12.117 and 7.2.13 (verified). The release: \
                       commit 7b4537199a4a (read); programs built from the sources of 5.17, \
                       5.19.0, RHEL 9.4 and 9.5 (run).",
        },
        Value {
            id: "symbol-prefix-removed",
            is: OptionSet::Plain,
            from: &[mainline(6, 8)],
            what: "`-s` is an invalid option, and the usage text no longer lists it.",
            evidence: "Still listed by 6.1.192's program, no longer by 6.12.117's (both \
                       verified). The release: programs built from the sources of 6.6.87 and \
                       6.8.0 (run), the pull request of Kbuild for 6.8 (read). No CRC depends \
                       on it.",
        },
    ],
};
