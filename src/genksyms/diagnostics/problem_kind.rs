//! The kinds of things that go wrong with an input, and what reports say of each.

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A token does not fit, and text around it is skipped or kept unparsed.
    Syntax,
    /// All that follows is ignored.
    EndOfInput,
    /// An export has no declaration before it.
    Undeclared,
    /// A type is defined after an export has used it.
    DefinedLate,
    /// A type is defined twice.
    Redefined,
}

impl ProblemKind {
    /// All of them.
    pub const ALL: [ProblemKind; 5] =
        [Self::Syntax, Self::EndOfInput, Self::Undeclared, Self::DefinedLate, Self::Redefined];

    /// What reports call it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Syntax => "syntax-error",
            Self::EndOfInput => "input-ends-early",
            Self::Undeclared => "export-undeclared",
            Self::DefinedLate => "type-defined-late",
            Self::Redefined => "type-redefined",
        }
    }

    /// What it is, in the plural.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Syntax => "declarations that genksyms cannot parse",
            Self::EndOfInput => "places after which genksyms reads nothing",
            Self::Undeclared => "exports without a declaration before them",
            Self::DefinedLate => "types that are defined after an export has used them",
            Self::Redefined => "types that are redefined differently",
        }
    }

    /// What it does.
    pub const fn does(self) -> &'static str {
        match self {
            Self::Syntax => {
                "genksyms skips the text, or keeps it unparsed: exports lose their CRC, or have one that does not \
                 cover their interface. The kernel's build does not report it."
            }
            Self::EndOfInput => {
                "genksyms ignores all that follows: the exports in it have no CRC. The kernel's build does not \
                 report it."
            }
            Self::Undeclared => "The export has no CRC.",
            Self::DefinedLate => {
                "The CRC of the export covers the name of the type, and not its members: a change to them is not \
                 seen."
            }
            Self::Redefined => "The CRC covers the first definition; the other one is ignored.",
        }
    }

    /// What to do about it.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Syntax => {
                "Write the declaration in a form that genksyms knows, or hide it with #ifndef __GENKSYMS__."
            }
            Self::EndOfInput => "Remove what ends the input, or hide it with #ifndef __GENKSYMS__.",
            Self::Undeclared => {
                "Include the header that declares it before the export (<asm/asm-prototypes.h> for assembly)."
            }
            Self::DefinedLate => "Include the header with the definition before the export.",
            Self::Redefined => {
                "Give one of the types another name, or let both have the same members."
            }
        }
    }
}
