//! A type as it is compared: the same for every spelling of it. Typedefs are followed, qualifiers and
//! the names of parameters left out, sizes of arrays computed. Structs, unions and enums are their
//! tags; those without one that a typedef names are that name.

use std::fmt;

use crate::formats::symtypes::Kind;

/// A type by what a module passes or stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Described {
    /// `void`.
    Void,
    /// `_Bool`.
    Bool,
    /// An integer of C's own.
    Integer {
        /// Whether it has a sign.
        is_signed: bool,
        /// Its size.
        bits: u64,
    },
    /// A number with a fraction, by its size in bits.
    Float(u64),
    /// A vector, by its size in bits.
    Vector(u64),
    /// `va_list`.
    Arguments,
    /// A struct, union or enum by its tag.
    Tagged(Kind, String),
    /// A struct, union or enum without a tag; what is in it is compared by itself.
    Untagged,
    /// What a typedef names that has no tag, or that is not declared.
    Typedef(String),
    /// `typeof` of an expression.
    TypeOf(String),
    /// A pointer to this.
    Pointer(Box<Described>),
    /// An array of so many of these; none if it has no end.
    Array(Option<i128>, Box<Described>),
    /// A function.
    Function(Box<Signature>),
    /// What has no description.
    Other,
}

/// A function's result and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What it returns.
    pub result: Described,
    /// What it takes.
    pub parameters: Vec<Described>,
    /// Whether it takes more: `...`.
    pub has_more: bool,
}

impl Described {
    /// As a parameter: an array is passed as a pointer to its first element, and a function as one
    /// to it.
    pub(super) fn passed(self) -> Described {
        match self {
            Self::Array(_, element) => Self::Pointer(element),
            Self::Function(_) => Self::Pointer(Box::new(self)),
            other => other,
        }
    }

    /// What an array is of, at last; of anything else itself.
    pub(super) fn element(&self) -> &Described {
        match self {
            Self::Array(_, of) => of.element(),
            other => other,
        }
    }

    /// Whether it is, or leads at its end to, a type without a tag, whose parts are compared by
    /// themselves.
    pub(super) fn ends_untagged(&self) -> bool {
        match self {
            Self::Pointer(of) | Self::Array(_, of) => of.ends_untagged(),
            Self::Function(signature) => signature.result.ends_untagged(),
            Self::Untagged => true,
            _ => false,
        }
    }

    /// Whether a function is in it.
    pub(super) fn has_function(&self) -> bool {
        match self {
            Self::Function(_) => true,
            Self::Pointer(of) | Self::Array(_, of) => of.has_function(),
            _ => false,
        }
    }

    /// Whether a pointer to a function is in it.
    pub(super) fn has_function_pointer(&self) -> bool {
        match self {
            Self::Pointer(of) if matches!(**of, Self::Function(_)) => true,
            Self::Pointer(of) | Self::Array(_, of) => of.has_function_pointer(),
            Self::Function(of) => {
                of.result.has_function_pointer()
                    || of.parameters.iter().any(Self::has_function_pointer)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Void => f.write_str("void"),
            Self::Bool => f.write_str("bool"),
            Self::Integer { is_signed: true, bits } => write!(f, "s{bits}"),
            Self::Integer { is_signed: false, bits } => write!(f, "u{bits}"),
            Self::Float(bits) => write!(f, "float{bits}"),
            Self::Vector(bits) => write!(f, "vector{bits}"),
            Self::Arguments => f.write_str("va_list"),
            Self::Tagged(kind, tag) => write!(f, "{} {tag}", kind.word()),
            Self::Untagged => f.write_str("{}"),
            Self::Typedef(name) => f.write_str(name),
            Self::TypeOf(expression) => write!(f, "typeof({expression})"),
            Self::Pointer(of) => write!(f, "*{of}"),
            Self::Array(None, of) => write!(f, "[]{of}"),
            Self::Array(Some(count), of) => write!(f, "[{count}]{of}"),
            Self::Function(signature) => signature.fmt(f),
            Self::Other => f.write_str("?"),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fn(")?;
        for (number, parameter) in self.parameters.iter().enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            write!(f, "{comma}{parameter}")?;
        }
        let more = if self.has_more { ", ..." } else { "" };
        write!(f, "{more}) {}", self.result)
    }
}
