//! What objects and dumps export, and how modpost reads and writes it.

use crate::release::timeline::{OLDEST, Timeline, Value, mainline, rhel};

/// How objects mark what they export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportEncoding {
    /// A symbol `__ksymtab_X` in a section `___ksymtab+…`, its namespace at `__kstrtabns_X`.
    KsymtabSymbols,
    /// A relocation from the section `.export_symbol`, where license and namespace stand.
    ExportSymbolSection,
}

/// See [`ExportEncoding`].
pub(in crate::release) const EXPORTS: Timeline<ExportEncoding> = Timeline {
    name: "modpost.exports",
    about: "How objects mark what they export.",
    values: &[
        Value {
            id: "modpost-ksymtab-symbols",
            is: ExportEncoding::KsymtabSymbols,
            from: &[OLDEST],
            what: "Exports are symbols `__ksymtab_X` in sections `___ksymtab+X`.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-export-symbol-section",
            is: ExportEncoding::ExportSymbolSection,
            from: &[mainline(6, 5), rhel(9, 5)],
            what: "Exports are read from the section `.export_symbol`.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.4.6, 6.5.0, RHEL 9.4 and 9.6 \
                       (run).",
        },
    ],
};

/// What is written for each export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportLines {
    /// None: objects have the tables of exports.
    None,
    /// With `-m`, a line `SYMBOL_CRC` with the CRC, if there is one, and the license.
    KnownCrcs,
    /// With `-m`, a line `SYMBOL_CRC` with the CRC and the license.
    Crcs,
    /// Also a line `KSYMTAB_FUNC` or `KSYMTAB_DATA` with the license and the namespace.
    Symbols,
    /// The license is a line `SYMBOL_FLAGS` of its own, and in no other.
    SymbolsWithFlags,
}

/// See [`ExportLines`].
pub(in crate::release) const EXPORT_LINES: Timeline<ExportLines> = Timeline {
    name: "modpost.export-lines",
    about: "What is written for each export.",
    values: &[
        Value {
            id: "modpost-no-export-lines",
            is: ExportLines::None,
            from: &[OLDEST],
            what: "Nothing is written for exports: objects have their tables.",
            evidence: "The program of 5.10.262 (verified).",
        },
        Value {
            id: "modpost-known-crc-lines",
            is: ExportLines::KnownCrcs,
            from: &[mainline(5, 19)],
            what: "With `-m` each export that has a CRC has a line `SYMBOL_CRC(X, 0x…, \"_gpl\")`.",
            evidence: "A program built from the source of 5.19.0 (run). The release: a program built from the source of 5.18.12 (run).",
        },
        Value {
            id: "modpost-crc-lines",
            is: ExportLines::Crcs,
            from: &[mainline(6, 0)],
            what: "With `-m` each export has a line `SYMBOL_CRC(X, 0x…, \"_gpl\")`.",
            evidence: "The program of 6.1.192 (verified).",
        },
        Value {
            id: "modpost-ksymtab-lines",
            is: ExportLines::Symbols,
            from: &[mainline(6, 5), rhel(9, 5)],
            what: "Each export has a line `KSYMTAB_FUNC(X, \"_gpl\", \"NS\")` or `KSYMTAB_DATA`; \
                   with `-m` also the line of its CRC.",
            evidence: "The programs of 6.1.192 and 6.12.117 differ in this (verified). The \
                       release: programs built from the sources of 6.4.6 and 6.5.0 (run).",
        },
        Value {
            id: "modpost-symbol-flags",
            is: ExportLines::SymbolsWithFlags,
            from: &[mainline(7, 1)],
            what: "The license of an export is in a line of its own, `SYMBOL_FLAGS(X, 0x01)`, and \
                   no longer in the others.",
            evidence: "Programs built from the sources of 7.0.0 and 7.1.5 differ in this (run). \
                       The program of 7.2.12 writes so (verified).",
        },
    ],
};

/// What the namespace of an export may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamespaceForm {
    /// There are none.
    None,
    /// A name; a module that does not import it gets a warning.
    Recommended,
    /// A name, which a module imports.
    Names,
    /// Also a list of the modules that may use it.
    ModuleLists,
}

/// See [`NamespaceForm`].
pub(in crate::release) const NAMESPACES: Timeline<NamespaceForm> = Timeline {
    name: "modpost.namespaces",
    about: "What the namespace of an export may be.",
    values: &[
        Value {
            id: "modpost-no-namespaces",
            is: NamespaceForm::None,
            from: &[OLDEST],
            what: "There are no namespaces, and `Module.symvers` has four columns.",
            evidence: "Programs built from the sources of 4.19.222 and 5.4.273 differ in this \
                       (run).",
        },
        Value {
            id: "modpost-namespaces-recommended",
            is: NamespaceForm::Recommended,
            from: &[mainline(5, 4)],
            what: "A module that does not import a namespace is warned about.",
            evidence: "Programs built from the sources of 5.4.273 and 5.8.1 differ in this (run). The release: a program built from the source of 5.3.1 (run).",
        },
        Value {
            id: "modpost-namespaces",
            is: NamespaceForm::Names,
            from: &[mainline(5, 8).after(5, 4)],
            what: "A namespace is a name, and a module must import it.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-module-namespaces",
            is: NamespaceForm::ModuleLists,
            from: &[mainline(6, 17).after(6, 14)],
            what: "A namespace `module:a,b-*` lists the modules that may use a symbol; a module \
                   that imports such a namespace is refused.",
            evidence: "Programs built from the sources of 6.14.0 and 6.17.0 differ in this (run). \
                       The program of 7.2.12 does so (verified).",
        },
    ],
};

/// Which lines of `Module.symvers` files are of one module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpedModules {
    /// Those with the same name.
    ByName,
    /// Those with the same name in one file.
    ByDump,
}

/// See [`DumpedModules`].
pub(in crate::release) const DUMPED_MODULES: Timeline<DumpedModules> = Timeline {
    name: "modpost.dumped-modules",
    about: "Which lines of `Module.symvers` files are of one module.",
    values: &[
        Value {
            id: "modpost-dumped-modules-by-name",
            is: DumpedModules::ByName,
            from: &[OLDEST],
            what: "A module of one name in two `Module.symvers` files is one module.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-dumped-modules-by-dump",
            is: DumpedModules::ByDump,
            from: &[mainline(6, 13)],
            what: "A module of one name in two `Module.symvers` files is two modules, and \
                   `depends` names it twice.",
            evidence: "Programs built from the sources of 6.12.95 and 6.13.2 differ in this \
                       (run).",
        },
    ],
};

/// What keeps an export that no module uses, with `-t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptExports {
    /// The list of `-u`.
    ByList,
    /// Also the section `.no_trim_symbol` of an object.
    AlsoByObjects,
}

/// See [`KeptExports`].
pub(in crate::release) const KEPT_EXPORTS: Timeline<KeptExports> = Timeline {
    name: "modpost.kept-exports",
    about: "What keeps an export that no module uses, with `-t`.",
    values: &[
        Value {
            id: "modpost-kept-by-list",
            is: KeptExports::ByList,
            from: &[OLDEST],
            what: "`-t` keeps the unused exports that `-u` lists.",
            evidence: "The program of 6.12.117 (verified).",
        },
        Value {
            id: "modpost-kept-by-objects",
            is: KeptExports::AlsoByObjects,
            from: &[mainline(6, 14)],
            what: "`-t` also keeps what an object lists in its section `.no_trim_symbol`, for \
                   `symbol_get()`.",
            evidence: "The sources of 6.13.2 and 6.14.0 (read); the program of 7.2.12 (verified).",
        },
    ],
};

/// In which file the CRCs of an object are that a link-time optimization made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LtoObjects {
    /// In the `.cmd` file of its own name.
    Ordinary,
    /// For `X.thinlto-native.o` in that of `X.o`.
    ThinNative,
}

/// See [`LtoObjects`].
pub(in crate::release) const LTO_OBJECTS: Timeline<LtoObjects> = Timeline {
    name: "modpost.lto-objects",
    about: "In which file the CRCs of an object are that a link-time optimization made.",
    values: &[
        Value {
            id: "modpost-lto-ordinary",
            is: LtoObjects::Ordinary,
            from: &[OLDEST],
            what: "The CRCs of an object are in the `.cmd` file of its own name.",
            evidence: "The programs of 6.1.192 and 6.12.117 (verified).",
        },
        Value {
            id: "modpost-thinlto-native",
            is: LtoObjects::ThinNative,
            from: &[mainline(7, 2)],
            what: "The CRCs of `X.thinlto-native.o` are in `.X.o.cmd`.",
            evidence: "A program built from the source of 7.1.5 (run) and that of 7.2.12 \
                       (verified) differ in this.",
        },
    ],
};

/// How the symbols of a `Module.symvers` file are found whose names begin with a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DottedNames {
    /// By their names without the dot, as where they are used: so their namespace may be lost.
    WithoutDot,
    /// By the lines that they are in.
    AsTheyAre,
}

/// See [`DottedNames`].
pub(in crate::release) const DOTTED_NAMES: Timeline<DottedNames> = Timeline {
    name: "modpost.dotted-names",
    about: "How the symbols of a `Module.symvers` file are found whose names begin with a dot.",
    values: &[
        Value {
            id: "modpost-dotted-names-without-dot",
            is: DottedNames::WithoutDot,
            from: &[OLDEST],
            what: "The namespace of a symbol `.X` in a `Module.symvers` file is given to X, and an \
                   error if there is none.",
            evidence: "The program of 6.1.192 (verified). Programs built from the sources of \
                       6.4.6 and RHEL 9.6 (run).",
        },
        Value {
            id: "modpost-dotted-names",
            is: DottedNames::AsTheyAre,
            from: &[mainline(6, 5)],
            what: "A symbol `.X` in a `Module.symvers` file has its own namespace.",
            evidence: "Programs built from the sources of 6.4.6 and 6.5.0 differ in this (run).",
        },
    ],
};

/// What the functions of PA-RISC's own library (`$$divI`) are exported as, in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Millicode {
    /// As data.
    Data,
    /// As functions.
    Functions,
}

/// See [`Millicode`].
pub(in crate::release) const MILLICODE: Timeline<Millicode> = Timeline {
    name: "modpost.millicode",
    about: "What the functions of PA-RISC's own library are exported as, in 64 bits.",
    values: &[
        Value {
            id: "modpost-millicode-as-data",
            is: Millicode::Data,
            from: &[OLDEST],
            what: "`$$divI` and its like are exported by `KSYMTAB_DATA`.",
            evidence: "A program built from the source of RHEL 9.6 (run). Mainline did not \
                       distinguish functions before 6.5.",
        },
        Value {
            id: "modpost-millicode-as-functions",
            is: Millicode::Functions,
            from: &[mainline(6, 5)],
            what: "`$$divI` and its like are exported by `KSYMTAB_FUNC`.",
            evidence: "The program of 6.12.117 (verified), and one built from the source of 6.5.0 \
                       (run).",
        },
    ],
};
