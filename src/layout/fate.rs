//! What became of the members of a struct or union, and where new ones come from.
//!
//! What is reserved, and what hides or takes over a former member, is recognized by its name and its
//! place.

use super::found::{Found, Steps};

use super::idioms::idiom;
use super::members::{ByPlace, Flat, Members, all};
use super::reason::{Class, Reason, Room};
use super::types::{Record, Type, TypeKind};

/// What became of a member.
enum Fate<'m> {
    /// It is still there.
    Kept(&'m Flat<'m>),
    /// One of its own name is in its place, within another member that hides it.
    Hidden(&'m Flat<'m>),
    /// A new one is in its place.
    Renamed(&'m Flat<'m>),
    /// It was kept for later, and its place is used: whether by what fits into it.
    Used(&'static str, bool),
    /// It is gone.
    Gone,
}

impl<'m> Fate<'m> {
    /// What became of `member`, which is one of the old side.
    fn of(member: &Flat<'_>, sides: &Sides<'m>) -> Self {
        if let Some(kept) = sides.after.named(&member.path) {
            return Self::Kept(kept);
        }
        // What was taken over is often kept in a struct that hides its name.
        if let Some(hidden) = sides.after.in_place_of(member) {
            return Self::Hidden(hidden);
        }
        if let Some(renamed) = sides.come.get(&member.extent()) {
            return Self::Renamed(renamed);
        }
        match idiom(member.name()) {
            Some(idiom) => {
                let users = sides.after.overlapping(member);
                Self::Used(idiom, users.iter().all(|it| it.is_within(member) || it.is_open()))
            }
            None => Self::Gone,
        }
    }

    /// Notes it of a member of this path.
    fn note(self, member: &Flat<'_>, found: &mut Found) {
        let path = member.path.clone();
        match self {
            Self::Kept(new) => compare_member(member, new, found),
            Self::Hidden(hidden) => {
                let new_name = hidden.path.clone();
                found.add(Class::Compatible, Reason::MemberHidden { member: path, new_name });
            }
            Self::Renamed(renamed) => {
                let class =
                    compared_types(member, renamed, &mut found.steps).max(Class::Compatible);
                let (idiom, new_name) = (idiom(member.name()), renamed.path.clone());
                found.add(class, Reason::MemberRenamed { member: path, idiom, new_name });
            }
            Self::Used(idiom, fits) => {
                let class = if fits { Class::Compatible } else { Class::Layout };
                found.add(class, Reason::ReserveUsed { member: path, idiom });
            }
            Self::Gone => {
                let reason = Reason::MemberRemoved { member: path, place: member.place() };
                found.add(Class::Layout, reason);
            }
        }
    }
}

/// Where a new member comes from.
enum Arrival<'m> {
    /// From one that it has taken the place of, which is reported for that one; or it is reported for what is
    /// in it.
    Told,
    /// From after the former end.
    AfterEnd,
    /// From padding.
    Padding,
    /// From what was reserved, all of it.
    Reserve(&'m Flat<'m>),
    /// It shares its place with a member that is still there, as in a union.
    Shared(&'m Flat<'m>),
    /// From the place of one that has moved or is gone, which is reported for that one.
    Vacated,
}

impl<'m> Arrival<'m> {
    /// Where `member` comes from, which is one of the new side.
    fn of(member: &Flat<'_>, sides: &Sides<'m>, old_end: u64) -> Self {
        if member.is_open() || sides.gone.contains_key(&member.extent()) {
            return Self::Told;
        }
        if member.offset >= old_end || member.end() > old_end {
            // That the size differs is said by itself; without that it has no end.
            return Self::AfterEnd;
        }
        let mut shared = sides.before.overlapping(member);
        shared.retain(|it| !it.is_open());
        let Some(first) = shared.first() else { return Self::Padding };
        if shared.iter().all(|it| idiom(it.name()).is_some() && member.is_within(it)) {
            return Self::Reserve(first);
        }
        let kept = |it: &&'m Flat<'m>| Some((*it, sides.after.named(&it.path)?));
        match shared.iter().find_map(kept) {
            Some((other, kept)) if kept.is_in_place_of(other) => Self::Shared(other),
            Some(_) | None => Self::Vacated,
        }
    }

    /// Notes it of a member.
    fn note(self, member: &Flat<'_>, found: &mut Found) {
        let (path, place) = (member.path.clone(), member.place());
        let added = |room| Reason::MemberAdded { member: path.clone(), place, room };
        let reason = match self {
            Self::Told | Self::Vacated => return,
            Self::AfterEnd => added(Room::AfterEnd),
            Self::Padding => added(Room::Padding),
            Self::Shared(other) => added(Room::Shared(other.path.clone())),
            Self::Reserve(reserve) => {
                Reason::ReserveTaken { member: path, reserve: reserve.path.clone(), place }
            }
        };
        found.add(Class::Compatible, reason);
    }
}

/// What changed between the members of two structs or unions.
pub(super) fn compare(old: &Record, new: &Record, found: &mut Found) {
    let (before, after) = (all(old), all(new));
    let (before, after) = (Members::of(&before), Members::of(&after));
    let sides = Sides { gone: before.not_in(&after), come: after.not_in(&before), before, after };
    for member in sides.before.list {
        Fate::of(member, &sides).note(member, found);
    }
    let old_end = 8 * old.layout.size;
    for member in sides.after.list.iter().filter(|it| sides.before.named(&it.path).is_none()) {
        Arrival::of(member, &sides, old_end).note(member, found);
    }
}

/// The members of both sides.
struct Sides<'m> {
    before: Members<'m>,
    after: Members<'m>,
    /// Those of the old side that the new one has not, by their places.
    gone: ByPlace<'m>,
    /// Those of the new side that the old one has not, by their places.
    come: ByPlace<'m>,
}

/// A member that both sides have.
fn compare_member(old: &Flat<'_>, new: &Flat<'_>, found: &mut Found) {
    let member = old.path.clone();
    if let Some(idiom) = idiom(old.name())
        && !new.is_in_place_of(old)
        && new.is_within(old)
    {
        let (old, new) = (old.size / 8, new.size / 8);
        return found.add(Class::Compatible, Reason::ReserveShrunk { member, idiom, old, new });
    }
    if old.offset != new.offset {
        let (member, old, new) = (member.clone(), old.place(), new.place());
        found.add(Class::Layout, Reason::MemberMoved { member, old, new });
    }
    if old.size != new.size {
        let in_bits = old.is_bit_field || new.is_bit_field;
        let unit = if in_bits { 1 } else { 8 };
        let (old_size, new_size) = (old.size / unit, new.size / unit);
        let is_record = matches!(old.of_type.element().kind, TypeKind::Record(_));
        let is_consequence = is_record && old.description == new.description && !old.is_open();
        let reason = Reason::MemberSize { member, in_bits, old: old_size, new: new_size };
        found.add(Class::Layout, reason);
        if is_consequence {
            found.add_consequence(old.description.element().clone());
        }
        return;
    }
    if old.is_bit_field != new.is_bit_field {
        found.add(Class::Layout, Reason::BitField { member: member.clone() });
    }
    if old.description != new.description {
        let class = compared_types(old, new, &mut found.steps);
        let (old, new) = (old.description.clone(), new.description.clone());
        found.add(class, Reason::MemberType { member, old, new });
    }
}

/// What it does that a member of the same size and place has another type.
fn compared_types(old: &Flat<'_>, new: &Flat<'_>, steps: &mut Steps) -> Class {
    if old.description == new.description {
        return Class::Compatible;
    }
    if old.description.has_function_pointer() && new.description.has_function_pointer() {
        return Class::Signature;
    }
    match old.is_open() || new.is_open() || is_same_class(old.of_type, new.of_type, steps) {
        true => Class::Compatible,
        false => Class::Layout,
    }
}

/// What a struct or union is made of if it has one member, or several on top of each other that are
/// alike; any other type is made of itself.
fn only_part<'t>(of: &'t Type, steps: &mut Steps) -> &'t Type {
    let TypeKind::Record(record) = &of.kind else { return of };
    let members = record.layout.members.iter().zip(&record.types);
    let mut parts = members.filter(|(member, _)| !member.is_bit_field).map(|(_, it)| it);
    if !steps.take(record.types.len()) {
        return of;
    }
    let Some(first) = parts.next().map(|it| only_part(it, steps)) else { return of };
    let mut is_alike = |it| {
        let part = only_part(it, steps);
        is_same_class(first, part, steps)
    };
    if first.size == of.size && parts.all(&mut is_alike) { first } else { of }
}

/// Whether two types hold the same kind of bits, as far as there are steps to see it.
pub(super) fn is_same_class(old: &Type, new: &Type, steps: &mut Steps) -> bool {
    let (old, new) = match (&old.kind, &new.kind) {
        (TypeKind::Record(_), TypeKind::Record(_)) => (old, new),
        _ => (only_part(old, steps), only_part(new, steps)),
    };
    match (&old.kind, &new.kind) {
        (TypeKind::Array(old), TypeKind::Array(new)) => {
            old.size == new.size && is_same_class(old, new, steps)
        }
        (TypeKind::Record(old), TypeKind::Record(new)) => {
            if !steps.take(1 + old.types.len() + new.types.len()) {
                return false;
            }
            let mut found = Found::within(std::mem::take(steps));
            compare(old, new, &mut found);
            *steps = std::mem::take(&mut found.steps);
            found.impact().class <= Class::Compatible
        }
        _ if old.is_integer() => new.is_integer() && old.size == new.size,
        (old_kind, new_kind) => {
            old.size == new.size
                && std::mem::discriminant(old_kind) == std::mem::discriminant(new_kind)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::described::Described;
    use super::super::found::MOST_STEPS;
    use super::*;
    use crate::layout::{Kind, Layout, Member};

    /// A struct of two members of this type.
    fn twice(of: &Type, tag: &str) -> Type {
        let member = |name: &str| Member {
            name: Some(name.into()),
            bit_offset: 0,
            bit_size: 0,
            is_bit_field: false,
            of_type: Vec::new(),
            inner: Vec::new(),
        };
        let members = vec![member("one"), member("other")];
        let layout = Arc::new(Layout { kind: Kind::Struct, size: 0, align: None, members });
        let description = Described::Tagged(crate::formats::symtypes::Kind::Struct, tag.into());
        let (types, descriptions) = (vec![of.clone(); 2], vec![description; 2]);
        let record = Record { layout, types, descriptions };
        Type { size: Some(0), ..Type::incomplete(TypeKind::Record(Arc::new(record))) }
    }

    #[test]
    fn types_in_types_are_compared_in_a_bounded_number_of_steps() {
        // 60 levels: each type has two of the one before.
        let [old, new] = ["old", "new"].map(|tag| {
            (0..60).fold(Type::int(), |of, level| twice(&of, &format!("{tag}_{level}")))
        });
        let mut steps = Steps::default();
        assert!(!is_same_class(&old, &new, &mut steps));
        assert!(steps.taken() <= MOST_STEPS);
        let mut steps = Steps::default();
        assert!(!is_same_class(&old, &Type::int(), &mut steps));
        assert!(steps.taken() <= MOST_STEPS);
    }
}
