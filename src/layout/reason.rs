//! What a change does to a module that was built before it: how severe it is, and each reason as data,
//! from which reports make sentences or fields.

use std::fmt;

use super::Unknown;
use super::described::Described;
use crate::canonical::spelled;

/// How much of the interface a change touches. The later, the worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// No bit of the interface differs.
    Cosmetic,
    /// All that a module knows of is where it was; something new is where nothing was.
    Compatible,
    /// A value that modules contain changed.
    Enumerator,
    /// A function is called differently.
    Signature,
    /// A size, an offset or an alignment changed.
    Layout,
    /// It is unknown.
    #[default]
    Unknown,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 6] = [
        Class::Cosmetic,
        Class::Compatible,
        Class::Enumerator,
        Class::Signature,
        Class::Layout,
        Class::Unknown,
    ];

    /// Whether a module that was built before goes wrong.
    pub const fn is_break(self) -> bool {
        matches!(self, Self::Enumerator | Self::Signature | Self::Layout)
    }

    /// The word or words for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Compatible => "compatible layout",
            Self::Enumerator => "enumerator change",
            Self::Signature => "signature change",
            Self::Layout => "layout change",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a change does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// The most severe effect.
    pub class: Class,
    /// All effects, the most severe first.
    pub reasons: Vec<Reason>,
    /// The structs and unions in it whose own size changed: what they move is a consequence of
    /// that.
    pub consequence_of: Vec<Described>,
}

/// Where a member begins: in bits from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub u64);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 8 {
            0 => write!(f, "{}", self.0 / 8),
            rest => write!(f, "{} bit {rest}", self.0 / 8),
        }
    }
}

/// What was where a new member is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Room {
    /// Nothing: it is after the old end.
    AfterEnd,
    /// Padding.
    Padding,
    /// This member, which is still there.
    Shared(String),
}

/// One thing that a change does. Members are named by their paths.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are what their variant says")]
pub enum Reason {
    /// An enumerator's value is the same.
    SameValue(i128),
    /// An enumerator has a different value.
    Value { old: i128, new: i128 },
    /// Only the name was known.
    BecameVisible,
    /// Only the name is known any more.
    BecameOpaque,
    /// An enumerator of an enum has a different value.
    EnumeratorValue { name: String, old: i128, new: i128 },
    /// An enumerator has a different name.
    EnumeratorRenamed { name: String, value: i128, new_name: String },
    /// An enumerator is gone.
    EnumeratorRemoved { name: String, value: i128 },
    /// An enumerator is new.
    EnumeratorAdded { name: String, value: i128 },
    /// A variant of an enum of Rust is told by a different discriminant.
    VariantValue { name: String, old: Option<u64>, new: Option<u64> },
    /// A variant is gone.
    VariantRemoved { name: String, value: Option<u64> },
    /// A variant is new, for which code that was built before has no case.
    VariantAdded { name: String, value: Option<u64> },
    /// What a typedef or variable is has changed.
    Type { old: Described, new: Described },
    /// The type is of a different kind.
    KindOfType,
    /// The size of the whole, in bytes; none if it has none.
    Size { old: Option<u64>, new: Option<u64> },
    /// The alignment of the whole, in bytes; 0 if no attribute sets one and the source says no other.
    Alignment { old: u64, new: u64 },
    /// What a function returns.
    Result { old: Described, new: Described },
    /// The parameter of this number, from 1.
    Parameter { number: usize, old: Described, new: Described },
    /// How many parameters there are.
    ParameterCount { old: usize, new: usize },
    /// `...` was added or removed.
    Variadic,
    /// A function became a variable, or vice versa.
    FunctionOrVariable,
    /// A member is at the same place, but inside a new one.
    MemberHidden { member: String, new_name: String },
    /// A member has a different name; what it was kept for, if its name said so.
    MemberRenamed { member: String, idiom: Option<&'static str>, new_name: String },
    /// What was reserved is used.
    ReserveUsed { member: String, idiom: &'static str },
    /// A member is gone.
    MemberRemoved { member: String, place: Place },
    /// A member is new.
    MemberAdded { member: String, place: Place, room: Room },
    /// A member is new where something was reserved.
    ReserveTaken { member: String, reserve: String, place: Place },
    /// What is reserved has become smaller, in bytes.
    ReserveShrunk { member: String, idiom: &'static str, old: u64, new: u64 },
    /// A member is elsewhere.
    MemberMoved { member: String, old: Place, new: Place },
    /// The size of a member changed: in bits if it is a bit-field on one side, else in bytes.
    MemberSize { member: String, in_bits: bool, old: u64, new: u64 },
    /// A member is a bit-field on one side only.
    BitField { member: String },
    /// The type of a member changed.
    MemberType { member: String, old: Described, new: Described },
    /// It is unknown.
    Unknown(Unknown),
    /// What the change does to a struct or union that uses what changed, by its name with its kind's
    /// letter.
    OfUser { user: Vec<u8>, reason: Box<Reason> },
    /// The definition differs from the one in this file; what happened in the file at hand.
    OtherDefinition { here: Option<Box<Reason>>, file: String },
}

impl fmt::Display for Reason {
    /// The reason in words, without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameValue(value) => write!(f, "the value is still {value}"),
            Self::Value { old, new } => write!(f, "value {old} -> {new}"),
            Self::BecameVisible => f.write_str("its definition became visible"),
            Self::BecameOpaque => f.write_str("its definition is no longer visible"),
            Self::EnumeratorValue { name, old, new } => write!(f, "{name}: value {old} -> {new}"),
            Self::EnumeratorRenamed { name, value, new_name } => {
                write!(f, "{name} = {value} was renamed to {new_name}")
            }
            Self::EnumeratorRemoved { name, value } => write!(f, "{name} = {value} is gone"),
            Self::EnumeratorAdded { name, value } => write!(f, "{name} = {value} is new"),
            Self::VariantValue { name, old, new } => {
                let shown = |it: &Option<u64>| it.map_or("none".to_owned(), |it| it.to_string());
                write!(f, "discriminant of {name} {} -> {}", shown(old), shown(new))
            }
            Self::VariantRemoved { name, value: None } => write!(f, "variant {name} is gone"),
            Self::VariantRemoved { name, value: Some(value) } => {
                write!(f, "variant {name} = {value} is gone")
            }
            Self::VariantAdded { name, value: None } => write!(f, "variant {name} is new"),
            Self::VariantAdded { name, value: Some(value) } => {
                write!(f, "variant {name} = {value} is new")
            }
            Self::Type { old, new } => write!(f, "{old} -> {new}"),
            Self::KindOfType => f.write_str("it is a different kind of type"),
            Self::Size { old, new } => {
                let shown =
                    |size: &Option<u64>| size.map_or("none".to_owned(), |it| it.to_string());
                write!(f, "size {} -> {}", shown(old), shown(new))
            }
            Self::Alignment { old, new } => {
                let shown = |it: &u64| if *it == 0 { "default".to_owned() } else { it.to_string() };
                write!(f, "alignment {} -> {}", shown(old), shown(new))
            }
            Self::Result { old, new } => write!(f, "result {old} -> {new}"),
            Self::Parameter { number, old, new } => write!(f, "parameter {number} {old} -> {new}"),
            Self::ParameterCount { old, new } => write!(f, "{old} parameters -> {new}"),
            Self::Variadic => f.write_str("`...` was added or removed"),
            Self::FunctionOrVariable => f.write_str("a function became a variable, or vice versa"),
            Self::MemberHidden { member, new_name } => {
                write!(f, "{member} is now {new_name} at the same place")
            }
            Self::MemberRenamed { member, idiom: None, new_name } => {
                write!(f, "{member} is replaced by {new_name} at the same place")
            }
            Self::MemberRenamed { member, idiom: Some(idiom), new_name } => {
                write!(f, "{member} ({idiom}) is replaced by {new_name} at the same place")
            }
            Self::ReserveUsed { member, idiom } => {
                write!(f, "{member} ({idiom}) is used in a different way")
            }
            Self::MemberRemoved { member, place } => write!(f, "{member} at {place} is gone"),
            Self::MemberAdded { member, place, room } => {
                write!(f, "{member} is new at {place}, {room}")
            }
            Self::ReserveTaken { member, reserve, place } => {
                write!(f, "{member} uses {reserve} at {place}")
            }
            Self::ReserveShrunk { member, idiom, old, new } => {
                write!(f, "{member} ({idiom}) shrank to make room: {old} -> {new}")
            }
            Self::MemberMoved { member, old, new } => {
                write!(f, "offset of {member} {old} -> {new}")
            }
            Self::MemberSize { member, in_bits, old, new } => {
                let unit = if *in_bits { " in bits" } else { "" };
                write!(f, "size of {member}{unit} {old} -> {new}")
            }
            Self::BitField { member } => write!(f, "{member} is a bit-field on one side only"),
            Self::MemberType { member, old, new } => {
                write!(f, "type of {member} {old} -> {new}")
            }
            Self::Unknown(unknown) => f.write_str(&unknown.message()),
            Self::OfUser { user, reason } => {
                write!(f, "{}: {reason}", String::from_utf8_lossy(&spelled(user)))
            }
            Self::OtherDefinition { here, file } => {
                if let Some(here) = here {
                    here.fmt(f)?;
                }
                write!(f, ", and differs from the one in {file}")
            }
        }
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AfterEnd => f.write_str("after the old end"),
            Self::Padding => f.write_str("in padding"),
            Self::Shared(other) => write!(f, "over {other}"),
        }
    }
}
