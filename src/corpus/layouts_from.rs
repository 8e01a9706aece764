//! Where layouts come from.

/// Where layouts come from, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayoutsFrom {
    /// What the kernel's build recorded about its types.
    Btf,
    /// Declarations, with all their attributes.
    Records,
    /// Declarations without the attributes after a closing brace.
    Symtypes,
}

impl LayoutsFrom {
    /// The word for it in sentences.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Btf => "BTF",
            Self::Records => "ABI records",
            Self::Symtypes => ".symtypes",
        }
    }

    /// The word for it in options and for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Btf => "btf",
            Self::Records => "abi",
            Self::Symtypes => "symtypes",
        }
    }
}
