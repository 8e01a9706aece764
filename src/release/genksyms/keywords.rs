//! Which words are keywords of genksyms.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, point, rhel};

/// Words of `grammar/keywords.tsv` that a release has, or has not, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordGroup {
    /// Those of every release.
    Always,
    /// `__GENKSYMS_EXPORT_SYMBOL`.
    Export,
    /// `EXPORT_SYMBOL` and the words that begin with it, and `EXPORT_UNUSED_SYMBOL`.
    ExportFamily,
    /// `__int128`, `__int128_t` and `__uint128_t`.
    Int128,
    /// `_restrict`.
    OldRestrict,
    /// `__restrict`.
    Restrict,
    /// `_Static_assert`.
    StaticAssert,
    /// `typeof_unqual` and its spellings, `__seg_gs` and `__seg_fs`.
    UnqualifiedTypeof,
}

/// Which words export a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportWords {
    /// Those of all releases: what the older ones have is unchecked.
    All,
    /// `EXPORT_SYMBOL`, `EXPORT_SYMBOL_GPL`, `EXPORT_SYMBOL_GPL_FUTURE`, `EXPORT_UNUSED_SYMBOL`
    /// and `EXPORT_UNUSED_SYMBOL_GPL`.
    Family,
    /// `__GENKSYMS_EXPORT_SYMBOL`, which the kernel's headers make of all of these.
    Genksyms,
}

/// See [`ExportWords`].
pub(super) const EXPORT_WORDS: Timeline<ExportWords> = Timeline {
    name: "genksyms.export-words",
    about: "Which words export a symbol.",
    values: &[
        Value {
            id: "export-words-of-all",
            is: ExportWords::All,
            from: &[OLDEST],
            what: "`EXPORT_SYMBOL` and its like export a symbol, and so does \
                   `__GENKSYMS_EXPORT_SYMBOL`, which these releases do not have.",
            evidence: "Read in sources of 2.4 and 2.6; their programs have not been run.",
        },
        Value {
            id: "export-symbol-words",
            is: ExportWords::Family,
            from: &[mainline(4, 18)],
            what: "`EXPORT_SYMBOL`, `EXPORT_SYMBOL_GPL`, `EXPORT_SYMBOL_GPL_FUTURE`, \
                   `EXPORT_UNUSED_SYMBOL` and `EXPORT_UNUSED_SYMBOL_GPL` export a symbol.",
            evidence: "Programs built from the sources of 4.19.1, 4.19.222 and RHEL 8 (run).",
        },
        Value {
            id: "genksyms-export-symbol",
            is: ExportWords::Genksyms,
            from: &[mainline(5, 4)],
            what: "Only `__GENKSYMS_EXPORT_SYMBOL` exports a symbol; the kernel's headers make it of \
                   the others.",
            evidence: "The programs of 5.10.262 and later (verified), one built from the source of \
                       5.4.59 (run). The release: the pull request of Kbuild for 5.4 (read).",
        },
    ],
};

/// What `__int128`, `__int128_t` and `__uint128_t` are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Int128 {
    /// Identifiers like any other.
    Identifiers,
    /// Words for built-in integers.
    BuiltinInts,
}

/// See [`Int128`].
pub(super) const INT128: Timeline<Int128> = Timeline {
    name: "genksyms.int128",
    about: "What `__int128`, `__int128_t` and `__uint128_t` are.",
    values: &[
        Value {
            id: "int128-as-builtin-of-old",
            is: Int128::BuiltinInts,
            from: &[OLDEST],
            what: "`__int128` and its like are treated as built-in types.",
            evidence: "Unchecked: the programs of these releases have not been run.",
        },
        Value {
            id: "int128-as-names",
            is: Int128::Identifiers,
            from: &[mainline(4, 18)],
            what: "`__int128` and its like are unknown names.",
            evidence: "Programs built from the sources of 4.19.1 and RHEL 8.1 (run).",
        },
        Value {
            id: "int128",
            is: Int128::BuiltinInts,
            from: &[mainline(5, 3), point(4, 19, 63), point(5, 2, 5), rhel(8, 3)],
            what: "`__int128` and its like are built-in types.",
            evidence: "Programs built from the sources of 4.19.222, 5.4.59 and RHEL 8.3 (run). The \
                       releases: the pull request of Kbuild for 5.3, the announcement of 5.2.5 and \
                       the review of 4.19.63 (read).",
        },
    ],
};

/// How `restrict` may be spelled besides `restrict` and `__restrict__`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestrictSpelling {
    /// `_restrict`; `__restrict` is a name.
    OneUnderscore,
    /// `__restrict`; `_restrict` is a name.
    TwoUnderscores,
}

/// See [`RestrictSpelling`].
pub(super) const RESTRICT: Timeline<RestrictSpelling> = Timeline {
    name: "genksyms.restrict",
    about: "How `restrict` may be spelled besides `restrict` and `__restrict__`.",
    values: &[
        Value {
            id: "restrict-of-old",
            is: RestrictSpelling::TwoUnderscores,
            from: &[OLDEST],
            what: "`__restrict` is treated as a keyword.",
            evidence: "Unchecked: the programs of these releases have not been run.",
        },
        Value {
            id: "restrict-with-one-underscore",
            is: RestrictSpelling::OneUnderscore,
            from: &[mainline(4, 18)],
            what: "`_restrict` is a keyword, and `__restrict` is a name.",
            evidence: "Programs built from the sources of 4.19.1, 4.19.222, 5.8.1 and RHEL 8 (run).",
        },
        Value {
            id: "restrict-with-two-underscores",
            is: RestrictSpelling::TwoUnderscores,
            from: &[mainline(5, 9)],
            what: "`__restrict` is a keyword, and `_restrict` is a name.",
            evidence: "Debian's program of 5.10.262 (verified); one built from the source of 5.8.1 \
                       has the old word (run). The release: the announcement of 5.9-rc2 (read).",
        },
    ],
};

/// What `_Static_assert` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaticAssert {
    /// An identifier like any other.
    Identifier,
    /// A keyword; what it asserts is skipped at file scope.
    Keyword,
}

/// See [`StaticAssert`].
pub(super) const STATIC_ASSERT: Timeline<StaticAssert> = Timeline {
    name: "genksyms.static-assert",
    about: "What `_Static_assert` is.",
    values: &[
        Value {
            id: "static-assert-of-old",
            is: StaticAssert::Keyword,
            from: &[OLDEST],
            what: "`_Static_assert` is treated as a keyword.",
            evidence: "Unchecked: the programs of these releases have not been run.",
        },
        Value {
            id: "static-assert-as-name",
            is: StaticAssert::Identifier,
            from: &[mainline(4, 18)],
            what: "`_Static_assert` is an unknown name.",
            evidence: "Debian's program of 5.10.262 (verified), one built from the source of RHEL \
                       8.1 (run).",
        },
        Value {
            id: "static-assert",
            is: StaticAssert::Keyword,
            from: &[mainline(5, 11), rhel(8, 5)],
            what: "`_Static_assert` is a keyword, and skipped at file scope.",
            evidence: "Programs built from the sources of 5.14.2 and RHEL 8.5 (run), and that of \
                       6.1.192 (verified). The release: the kernel's changelog (read).",
        },
    ],
};

/// What `typeof_unqual`, `__seg_gs`, `__seg_fs` and their like are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnqualifiedTypeof {
    /// Identifiers like any other.
    Identifiers,
    /// Keywords.
    Keywords,
}

/// See [`UnqualifiedTypeof`].
pub(super) const UNQUALIFIED_TYPEOF: Timeline<UnqualifiedTypeof> = Timeline {
    name: "genksyms.unqualified-typeof",
    about: "What `typeof_unqual`, `__seg_gs`, `__seg_fs` and their like are.",
    values: &[
        Value {
            id: "typeof-unqual-as-name",
            is: UnqualifiedTypeof::Identifiers,
            from: &[OLDEST],
            what: "`typeof_unqual`, `__seg_gs` and `__seg_fs` are unknown names.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified), one built from the source of \
                       6.14.0 (run).",
        },
        Value {
            id: "typeof-unqual",
            is: UnqualifiedTypeof::Keywords,
            from: &[mainline(6, 15)],
            what: "`typeof_unqual` and its spellings, `__seg_gs` and `__seg_fs` are keywords.",
            evidence: "The programs of 6.12.117 and 7.2.13 differ in this (verified). The release: \
                       commit 1013f5636fd8 (read); programs built from the sources of 6.14.0 and \
                       6.17.0 (run).",
        },
    ],
};
