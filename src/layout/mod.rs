//! How types lie in memory: sizes, alignments and offsets.
//!
//! The shapes here say what is known of a struct or union, from whichever source. `data_model` is
//! the table of what C's types are on each architecture.

mod attributes;
pub mod btf;
pub mod data_model;
mod declared;
mod define;
pub mod definition;
mod describe;
mod described;
mod engine;
mod expression;
mod fate;
mod found;
mod idioms;
pub mod impact;
mod laid;
mod members;
mod place;
mod reason;
mod record;
mod side;
mod specifiers;
pub mod table;
pub mod text;
mod type_string;
mod types;

pub use btf::{BtfChange, BtfNames, BtfSide, btf_change};
pub use definition::Definition;
pub use described::{Described, Signature};
pub use engine::{Engine, Settled};
pub use laid::Laid;
pub use type_string::StringSide;

/// Which of the two an aggregate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its members lie one after the other.
    Struct,
    /// Its members lie on top of each other.
    Union,
}

/// How a struct or union lies in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Which it is.
    pub kind: Kind,
    /// Its size in bytes.
    pub size: u64,
    /// Its alignment in bytes; none where the source does not say, as in BTF.
    pub align: Option<u64>,
    /// Its members in the order of their declaration. Unnamed bit-fields are padding and not among
    /// them, as in BTF.
    pub members: Vec<Member>,
}

/// A member of a struct or union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name; none if it has none, as a struct within a struct may.
    pub name: Option<Vec<u8>>,
    /// Where it begins: in bits from the start of the outermost struct or union. Of a bit-field on
    /// a big endian machine, the first bit is the one of the highest value.
    pub bit_offset: u64,
    /// Its size in bits; 0 for arrays without an end.
    pub bit_size: u64,
    /// Whether it is a bit-field.
    pub is_bit_field: bool,
    /// Its type as C, for people.
    pub of_type: Vec<u8>,
    /// If its type is a struct or union without a tag: the members of that, with offsets from the
    /// outermost start as well. If it is an array of such: the members of the first element. The
    /// member itself may have a name.
    pub inner: Vec<Member>,
}

/// Why a size or an offset is unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// Nothing is known of this type but its name.
    Opaque(Vec<u8>),
    /// The source does not declare this name.
    Undeclared(Vec<u8>),
    /// The source has several types of this name, and they are not alike.
    Ambiguous(Vec<u8>),
    /// The declaration of this name cannot be parsed.
    Unreadable(Vec<u8>),
    /// The type contains itself.
    Cycle(Vec<u8>),
    /// This type has no size, or one that is not understood.
    Type(Vec<u8>),
    /// This attribute is not supported there.
    Attribute(Vec<u8>),
    /// This attribute may belong to a type whose declaration has lost it.
    Dropped(Vec<u8>),
    /// The value of this expression cannot be evaluated.
    Expression(Vec<u8>),
    /// So many types are in one another that this one is not looked at.
    TooDeep(Vec<u8>),
    /// A size or an offset of this type exceeds 64 bits.
    TooLarge(Vec<u8>),
    /// The source does not say where this member begins.
    NoPlace(Vec<u8>),
}

impl Unknown {
    /// The kind in a word or two, for counting.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opaque(_) => "opaque",
            Self::Undeclared(_) => "undeclared",
            Self::Ambiguous(_) => "ambiguous",
            Self::Unreadable(_) => "unreadable",
            Self::Cycle(_) => "cycle",
            Self::Type(_) => "type",
            Self::Attribute(_) => "attribute",
            Self::Dropped(_) => "dropped attribute",
            Self::Expression(_) => "expression",
            Self::TooDeep(_) => "too deep",
            Self::TooLarge(_) => "too large",
            Self::NoPlace(_) => "no place",
        }
    }

    /// The reason in words, without a full stop.
    pub fn message(&self) -> String {
        let (before, what, behind) = match self {
            Self::Opaque(what) => ("only the name of ", what, " is known"),
            Self::Undeclared(what) => ("no declaration of ", what, ""),
            Self::Ambiguous(what) => ("there are several types ", what, " that differ"),
            Self::Unreadable(what) => ("the declaration of ", what, " cannot be parsed"),
            Self::Cycle(what) => ("", what, " contains itself"),
            Self::Type(what) => ("the size of the type ", what, " is unknown"),
            Self::Attribute(what) => ("the attribute ", what, " is not supported there"),
            Self::Dropped(what) => {
                ("the attribute ", what, " may be that of a struct whose declaration has lost it")
            }
            Self::Expression(what) => ("the value of ", what, " cannot be evaluated"),
            Self::TooDeep(what) => ("", what, " is nested too deeply in other types"),
            Self::TooLarge(what) => ("the size of ", what, " exceeds 64 bits"),
            Self::NoPlace(what) => ("the place of ", what, " is not said"),
        };
        format!("{before}{}{behind}", String::from_utf8_lossy(what))
    }
}
