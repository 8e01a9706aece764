//! Why bytes are no BTF, or why something about a type is unknown.

use std::fmt;

use super::type_id::TypeId;

/// Why bytes are no BTF, or why something about a type is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBtf {
    /// They do not begin with the magic number.
    NoHeader,
    /// The header is cut off, or says so itself.
    Header,
    /// Of a version that is not known.
    Version(u8),
    /// This part is not within the bytes, or not whole.
    Part(&'static str),
    /// A name is longer than any is.
    LongName,
    /// The BTF of a module, read without that of its kernel.
    NoBase,
    /// A type is broken, or not what was asked for.
    Type {
        /// Which.
        id: TypeId,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Of a kind that is not known.
    Kind(u32),
    /// It goes on after the end of all types.
    CutOff,
    /// It names a text that is not there.
    Name(u32),
    /// It names a type that is not there.
    Reference(u32),
    /// It contains itself, or more than any type does.
    Endless,
    /// It has no size, and something of it lies in a struct or an array.
    NoSize,
    /// Its size in bits is more than 64 bits can say.
    TooLarge,
    /// It is a pointer, and no type shows the size of pointers.
    PointerSize,
    /// No struct or union, and asked for its layout.
    NoRecord,
    /// Nothing that C can declare.
    NoDeclaration,
}

impl TypeId {
    /// The error that this type has this fault.
    pub(crate) fn is(self, fault: Fault) -> BadBtf {
        BadBtf::Type { id: self, fault }
    }
}

impl std::error::Error for BadBtf {}

impl fmt::Display for BadBtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader => write!(f, "this is not BTF: wrong magic number"),
            Self::Header => write!(f, "the header of the BTF is truncated"),
            Self::Version(version) => write!(f, "BTF version {version} is not supported"),
            Self::Part(part) => write!(f, "the {part} of the BTF are truncated"),
            Self::LongName => write!(f, "a name in the BTF is too long"),
            Self::NoBase => {
                write!(f, "this is the BTF of a module, which needs that of its kernel")
            }
            Self::Type { id, fault } => write!(f, "type {} of the BTF {fault}", id.number()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => write!(f, "is of the unknown kind {kind}"),
            Self::CutOff => write!(f, "is truncated"),
            Self::Name(offset) => write!(f, "has a name at {offset}, where there is none"),
            Self::Reference(id) => write!(f, "refers to type {id}, which does not exist"),
            Self::Endless => write!(f, "contains itself, or is nested too deeply"),
            Self::NoSize => write!(f, "has no size"),
            Self::TooLarge => write!(f, "is too large"),
            Self::PointerSize => write!(f, "is a pointer, and the size of pointers is unknown"),
            Self::NoRecord => write!(f, "is neither a struct nor a union"),
            Self::NoDeclaration => write!(f, "cannot be declared in C"),
        }
    }
}
