//! Reasons for programs: what each is in fields, beside its sentence.

use serde::Serialize;

use crate::canonical::spelled;
use crate::layout::impact::{Reason, Room};

/// A reason. Which fields there are depends on its kind.
#[derive(Default, Serialize)]
pub(super) struct ReasonPart {
    kind: &'static str,
    /// The member, by its path, or the enumerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    /// The number of a parameter, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Value>,
    /// What `from` and `to` count: `bytes` or `bits`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    /// The member that has to do with it: the new name, what was reserved, what shares the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    /// What the member was kept for, as its name says.
    #[serde(skip_serializing_if = "Option::is_none")]
    reserved_for: Option<&'static str>,
    /// What was where a new member is: `end`, `padding` or `member`.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<&'static str>,
    /// The struct or union, as C names it, to which this happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// The file whose definition differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Why it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<&'static str>,
    text: String,
}

/// A value before or after.
#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Number(i128),
    Text(String),
}

/// The fields of a reason.
pub(super) fn part(reason: &Reason) -> ReasonPart {
    ReasonPart { text: reason.to_string(), ..fields(reason) }
}

/// The same without its sentence.
fn fields(reason: &Reason) -> ReasonPart {
    let of = |kind| ReasonPart { kind, ..ReasonPart::default() };
    let of_member = |kind, member: &String| ReasonPart { member: Some(member.clone()), ..of(kind) };
    match reason {
        Reason::SameValue(value) => of("same-value").changed(*value, *value),
        Reason::Value { old, new } => of("value").changed(*old, *new),
        Reason::BecameVisible => of("became-visible"),
        Reason::BecameOpaque => of("became-opaque"),
        Reason::EnumeratorValue { name, old, new } => {
            of_member("enumerator-value", name).changed(*old, *new)
        }
        Reason::EnumeratorRenamed { name, value, new_name } => {
            let part = of_member("enumerator-renamed", name).changed(*value, *value);
            ReasonPart { other: Some(new_name.clone()), ..part }
        }
        Reason::EnumeratorRemoved { name, value } => {
            ReasonPart { from: number(*value), ..of_member("enumerator-removed", name) }
        }
        Reason::EnumeratorAdded { name, value } => {
            ReasonPart { to: number(*value), ..of_member("enumerator-added", name) }
        }
        Reason::VariantValue { name, old, new } => {
            let value = |it: Option<u64>| it.and_then(number);
            let part = of_member("variant-value", name);
            ReasonPart { from: value(*old), to: value(*new), ..part }
        }
        Reason::VariantRemoved { name, value } => {
            ReasonPart { from: value.and_then(number), ..of_member("variant-removed", name) }
        }
        Reason::VariantAdded { name, value } => {
            ReasonPart { to: value.and_then(number), ..of_member("variant-added", name) }
        }
        Reason::Type { old, new } => of("type").described(old, new),
        Reason::KindOfType => of("class"),
        Reason::Size { old, new } => {
            let size = |size: Option<u64>| size.and_then(number);
            ReasonPart { from: size(*old), to: size(*new), ..of("size") }.counted("bytes")
        }
        Reason::Alignment { old, new } => of("alignment").changed(*old, *new).counted("bytes"),
        Reason::Result { old, new } => of("result").described(old, new),
        Reason::Parameter { number, old, new } => {
            ReasonPart { parameter: Some(*number), ..of("parameter").described(old, new) }
        }
        Reason::ParameterCount { old, new } => {
            let count = |count: usize| i128::try_from(count).ok().and_then(number);
            ReasonPart { from: count(*old), to: count(*new), ..of("parameter-count") }
        }
        Reason::Variadic => of("variadic"),
        Reason::FunctionOrVariable => of("function-or-variable"),
        Reason::MemberHidden { member, new_name } => {
            ReasonPart { other: Some(new_name.clone()), ..of_member("member-hidden", member) }
        }
        Reason::MemberRenamed { member, idiom, new_name } => ReasonPart {
            other: Some(new_name.clone()),
            reserved_for: *idiom,
            ..of_member("member-renamed", member)
        },
        Reason::ReserveUsed { member, idiom } => {
            ReasonPart { reserved_for: Some(idiom), ..of_member("reserve-used", member) }
        }
        Reason::MemberRemoved { member, place } => {
            let part = ReasonPart { from: number(place.0), ..of_member("member-removed", member) };
            part.counted("bits")
        }
        Reason::MemberAdded { member, place, room } => {
            let (room, other) = match room {
                Room::AfterEnd => ("end", None),
                Room::Padding => ("padding", None),
                Room::Shared(other) => ("member", Some(other.clone())),
            };
            let part = of_member("member-added", member).counted("bits");
            ReasonPart { to: number(place.0), room: Some(room), other, ..part }
        }
        Reason::ReserveTaken { member, reserve, place } => {
            let part = of_member("reserve-taken", member).counted("bits");
            ReasonPart { to: number(place.0), other: Some(reserve.clone()), ..part }
        }
        Reason::ReserveShrunk { member, idiom, old, new } => {
            let part = of_member("reserve-shrunk", member).changed(*old, *new).counted("bytes");
            ReasonPart { reserved_for: Some(idiom), ..part }
        }
        Reason::MemberMoved { member, old, new } => {
            of_member("member-moved", member).changed(old.0, new.0).counted("bits")
        }
        Reason::MemberSize { member, in_bits, old, new } => {
            let unit = if *in_bits { "bits" } else { "bytes" };
            of_member("member-size", member).changed(*old, *new).counted(unit)
        }
        Reason::BitField { member } => of_member("bit-field", member),
        Reason::MemberType { member, old, new } => {
            of_member("member-type", member).described(old, new)
        }
        Reason::Unknown(unknown) => ReasonPart { unknown: Some(unknown.kind()), ..of("unknown") },
        Reason::OfUser { user, reason } => {
            let user = String::from_utf8_lossy(&spelled(user)).into_owned();
            ReasonPart { user: Some(user), ..fields(reason) }
        }
        Reason::OtherDefinition { file, here: _ } => {
            ReasonPart { file: Some(file.clone()), ..of("other-definition") }
        }
    }
}

impl ReasonPart {
    fn changed(self, old: impl Into<i128>, new: impl Into<i128>) -> Self {
        Self { from: number(old), to: number(new), ..self }
    }

    fn described(self, old: &impl ToString, new: &impl ToString) -> Self {
        let text = |it: String| Some(Value::Text(it));
        Self { from: text(old.to_string()), to: text(new.to_string()), ..self }
    }

    fn counted(self, unit: &'static str) -> Self {
        Self { unit: Some(unit), ..self }
    }
}

fn number(value: impl Into<i128>) -> Option<Value> {
    Some(Value::Number(value.into()))
}
