//! Where layouts come from.

/// Where layouts come from, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayoutsFrom {
    /// What the kernel's build recorded about its types.
    Btf,
    /// What the compiler recorded in debugging information.
    Dwarf,
    /// Type strings of gendwarfksyms, in which the compiler says where everything lies.
    TypeStrings,
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
            Self::Dwarf => "DWARF",
            Self::TypeStrings => ".symtypes of gendwarfksyms",
            Self::Records => "ABI records",
            Self::Symtypes => ".symtypes",
        }
    }

    /// Whether nothing is computed: a compiler has laid the types out.
    pub const fn is_exact(self) -> bool {
        match self {
            Self::Btf | Self::Dwarf | Self::TypeStrings => true,
            Self::Records | Self::Symtypes => false,
        }
    }

    /// Whether it is meant by an option's value: all `.symtypes` have one.
    pub fn is_meant_by(self, wanted: Self) -> bool {
        wanted == self || (wanted, self) == (Self::Symtypes, Self::TypeStrings)
    }

    /// The word for it in options and for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Btf => "btf",
            Self::Dwarf => "dwarf",
            Self::TypeStrings => "gendwarfksyms",
            Self::Records => "abi",
            Self::Symtypes => "symtypes",
        }
    }
}
