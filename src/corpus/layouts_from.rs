//! What layouts are known from.

/// What layouts are known from, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayoutsFrom {
    /// What the kernel's build has written down of its types.
    Btf,
    /// Declarations, with all their attributes.
    Records,
    /// Declarations, of which attributes behind a closing brace are lost.
    Symtypes,
}

impl LayoutsFrom {
    /// The word for it in sentences.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Btf => "BTF",
            Self::Records | Self::Symtypes => self.id(),
        }
    }

    /// The word for it in options and for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Btf => "btf",
            Self::Records => "records",
            Self::Symtypes => "symtypes",
        }
    }
}
