//! What the name of a type stands for, from whichever source.

use std::sync::Arc;

use super::Layout;

/// What a tag or the name of a typedef stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// A struct or union, or the one that a typedef leads to.
    Record(Arc<Layout>),
    /// An enum, or the one that a typedef leads to.
    Enumeration(Enumeration),
    /// A typedef of anything else.
    Alias(Alias),
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enumeration {
    /// Its size in bytes.
    pub size: u64,
    /// Its alignment in bytes; none where the source does not say, as in BTF.
    pub align: Option<u64>,
    /// Whether it has a sign; none where the source does not say, as in BTF of older encoders.
    pub is_signed: Option<bool>,
    /// Its enumerators with their values, in the order of their declaration.
    pub enumerators: Vec<(Vec<u8>, i128)>,
}

/// A typedef that leads to no struct, union or enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Its size in bytes; none if it has none, as a function.
    pub size: Option<u64>,
    /// Its alignment in bytes; none where the source does not say, as in BTF.
    pub align: Option<u64>,
    /// What it is.
    pub sort: Sort,
    /// Its declaration in C, after those of the typedefs that it is made of.
    pub declarations: Vec<Vec<u8>>,
}

/// What a typedef is that leads to no struct, union or enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// `void`.
    Void,
    /// A function.
    Function,
    /// `bool`.
    Bool,
    /// An integer.
    Integer {
        /// Whether it has a sign.
        is_signed: bool,
    },
    /// A floating-point number.
    Float,
    /// A vector.
    Vector,
    /// A pointer.
    Pointer,
    /// An array.
    Array,
    /// `va_list`.
    Arguments,
}

impl Sort {
    /// It in a word or two.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Void => "void",
            Self::Function => "function",
            Self::Bool => "bool",
            Self::Integer { is_signed: true } => "signed integer",
            Self::Integer { is_signed: false } => "unsigned integer",
            Self::Float => "floating point",
            Self::Vector => "vector",
            Self::Pointer => "pointer",
            Self::Array => "array",
            Self::Arguments => "va_list",
        }
    }

    /// Whether an integer has a sign; none for what is none.
    pub const fn is_signed(self) -> Option<bool> {
        match self {
            Self::Integer { is_signed } => Some(is_signed),
            _ => None,
        }
    }
}

impl Definition {
    /// Its size in bytes; none if it has none, as a function.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Record(layout) => Some(layout.size),
            Self::Enumeration(of) => Some(of.size),
            Self::Alias(alias) => alias.size,
        }
    }

    /// Its alignment in bytes; none where the source does not say.
    pub fn align(&self) -> Option<u64> {
        match self {
            Self::Record(layout) => layout.align,
            Self::Enumeration(of) => of.align,
            Self::Alias(alias) => alias.align,
        }
    }

    /// The layout of a struct or union.
    pub fn layout(&self) -> Option<&Layout> {
        match self {
            Self::Record(layout) => Some(layout),
            Self::Enumeration(_) | Self::Alias(_) => None,
        }
    }
}
