//! What differs between the gendwarfksyms of kernel releases: a field each, with its values and their
//! timeline. The program came with 6.14.

use super::timeline::{OLDEST, Timeline, Value, behaviour, mainline};

behaviour! {
    /// How gendwarfksyms of one kernel release behaves, wherever releases differ.
    Gendwarfksyms {
        /// Which of the things that a type stands in are part of its name.
        scopes: NamedScopes = SCOPES,
        /// Which kinds of rules of kABI there are.
        kabi_rules: KabiRules = KABI_RULES,
        /// In which order the lines of a `.symtypes` file are.
        symtypes_order: SymtypesOrder = SYMTYPES_ORDER,
        /// What happens if no symbol is asked for.
        empty_list: EmptyList = EMPTY_LIST,
    }
}

/// Which of the things that a type stands in are part of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedScopes {
    /// All that may have code in it, too: a type that is local to a function has the name of that.
    /// What has no name itself, such as a block, counts as `<anonymous>`.
    Blocks,
    /// Namespaces, classes and structures.
    Types,
}

/// See [`NamedScopes`].
const SCOPES: Timeline<NamedScopes> = Timeline {
    name: "gendwarfksyms.scopes",
    about: "Which of the things that a type stands in are part of its name.",
    values: &[
        Value {
            id: "type-names-with-blocks",
            is: NamedScopes::Blocks,
            from: &[OLDEST],
            what: "The name of a type that is local to a function begins with the function's, and \
                   with `<anonymous>` for each block: `s#f::<anonymous>::local`.",
            evidence: "A program built from the source of 6.14.0 (run).",
        },
        Value {
            id: "type-names-with-types",
            is: NamedScopes::Types,
            from: &[mainline(6, 15)],
            what: "The name of a type begins with namespaces, classes and structures only: `s#local`.",
            evidence: "Programs built from the sources of 6.14.0 and 6.18.2 (run). The release: \
                       names are found in a pass of their own since 6.15 (a report about its merge \
                       window).",
        },
    ],
};

/// Which kinds of rules of kABI there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KabiRules {
    /// `declonly`, `enumerator_ignore` and `enumerator_value`.
    OfDefinitions,
    /// `byte_size` and `type_string`, too.
    OfTexts,
}

/// See [`KabiRules`].
const KABI_RULES: Timeline<KabiRules> = Timeline {
    name: "gendwarfksyms.kabi-rules",
    about: "Which kinds of rules of kABI there are.",
    values: &[
        Value {
            id: "kabi-rules-of-definitions",
            is: KabiRules::OfDefinitions,
            from: &[OLDEST],
            what: "Rules are `declonly`, `enumerator_ignore` and `enumerator_value`; others end \
                   the run.",
            evidence: "A program built from the source of 6.14.0 (run).",
        },
        Value {
            id: "kabi-rules-of-texts",
            is: KabiRules::OfTexts,
            from: &[mainline(6, 16)],
            what: "There are rules `byte_size` and `type_string`, too.",
            evidence: "Programs built from the sources of 6.14.0 and 6.18.2 (run). The release \
                       has only been read about.",
        },
    ],
};

/// In which order the lines of a `.symtypes` file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymtypesOrder {
    /// By a hash of their names, and of one hash in one that differs from run to run.
    Hash,
    /// By their names.
    Name,
}

/// See [`SymtypesOrder`].
const SYMTYPES_ORDER: Timeline<SymtypesOrder> = Timeline {
    name: "gendwarfksyms.symtypes-order",
    about: "In which order the lines of a `.symtypes` file are.",
    values: &[
        Value {
            id: "symtypes-by-hash",
            is: SymtypesOrder::Hash,
            from: &[OLDEST],
            what: "The lines of a `.symtypes` file are in the order of a hash of their names. (Those \
                   of one hash differ from run to run; ours are in the order of their names.)",
            evidence: "A program built from the source of 6.14.0 (run several times).",
        },
        Value {
            id: "symtypes-by-name",
            is: SymtypesOrder::Name,
            from: &[mainline(6, 17)],
            what: "The lines of a `.symtypes` file are in the order of their names.",
            evidence: "Programs built from the sources of 6.14.0 and 6.18.2 (run). The release: \
                       the patch was discussed in June 2025, after the merge window of 6.16.",
        },
    ],
};

/// What happens if no symbol is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyList {
    /// The objects are read.
    ReadsObjects,
    /// The run ends well at once.
    Ends,
}

/// See [`EmptyList`].
const EMPTY_LIST: Timeline<EmptyList> = Timeline {
    name: "gendwarfksyms.empty-list",
    about: "What happens if no symbol is asked for.",
    values: &[
        Value {
            id: "empty-list-reads-objects",
            is: EmptyList::ReadsObjects,
            from: &[OLDEST],
            what: "If no symbol is asked for, the objects are read all the same, and an object \
                   without debugging information is an error.",
            evidence: "A program built from the source of 6.14.0 (run).",
        },
        Value {
            id: "empty-list-ends",
            is: EmptyList::Ends,
            from: &[mainline(6, 18)],
            what: "If no symbol is asked for, the run ends well at once.",
            evidence: "Programs built from the sources of 6.14.0 and 6.18.2 (run). The release: \
                       the patch was posted in November 2025, after 6.17 and before 6.18; whether a \
                       point release of 6.17 has it is not known.",
        },
    ],
};
