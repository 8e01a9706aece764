//! What became of the members of a struct or union, and where new ones come from.
//!
//! What is reserved, and what hides or takes over a former member, is recognized by its name and its
//! place.

use super::described::Described;
use super::found::Found;
use super::idioms::idiom;
use super::reason::{Class, Place, Reason, Room};
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
    /// What became of `member`, which is one of those `before`.
    fn of(member: &Flat<'_>, before: &[Flat<'_>], after: &'m [Flat<'m>]) -> Self {
        if let Some(kept) = named(&member.path, after) {
            return Self::Kept(kept);
        }
        let in_place = || after.iter().filter(|it| it.is_in_place_of(member));
        // What was taken over is often kept in a struct that hides its name.
        if let Some(hidden) = in_place().find(|it| it.name() == member.name()) {
            return Self::Hidden(hidden);
        }
        if let Some(renamed) = in_place().find(|it| named(&it.path, before).is_none()) {
            return Self::Renamed(renamed);
        }
        match idiom(member.name()) {
            Some(idiom) => {
                let mut users = after.iter().filter(|it| it.overlaps(member));
                Self::Used(idiom, users.all(|it| it.is_within(member) || it.is_open()))
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
                let class = compared_types(member, renamed).max(Class::Compatible);
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
    /// Where `member` comes from, which is one of those `after`.
    fn of(member: &Flat<'_>, before: &'m [Flat<'m>], after: &[Flat<'_>], old_end: u64) -> Self {
        let has_taken =
            |it: &Flat<'_>| it.is_in_place_of(member) && named(&it.path, after).is_none();
        if member.is_open() || before.iter().any(has_taken) {
            return Self::Told;
        }
        if member.offset >= old_end || member.end() > old_end {
            // That the size differs is said by itself; without that it has no end.
            return Self::AfterEnd;
        }
        let shared: Vec<&Flat<'_>> =
            before.iter().filter(|it| it.overlaps(member) && !it.is_open()).collect();
        let Some(first) = shared.first() else { return Self::Padding };
        if shared.iter().all(|it| idiom(it.name()).is_some() && member.is_within(it)) {
            return Self::Reserve(first);
        }
        match shared.iter().find(|it| named(&it.path, after).is_some()) {
            Some(other) => {
                let is_moved = |it: &Flat<'_>| it.path == other.path && !it.is_in_place_of(other);
                if after.iter().any(is_moved) { Self::Vacated } else { Self::Shared(other) }
            }
            None => Self::Vacated,
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
    let (mut before, mut after) = (Vec::new(), Vec::new());
    flat(old, "", 0, &mut before);
    flat(new, "", 0, &mut after);
    for member in &before {
        Fate::of(member, &before, &after).note(member, found);
    }
    let old_end = 8 * old.layout.size;
    for member in after.iter().filter(|it| named(&it.path, &before).is_none()) {
        Arrival::of(member, &before, &after, old_end).note(member, found);
    }
}

/// The first of some members that has this path.
fn named<'m>(path: &str, members: &'m [Flat<'m>]) -> Option<&'m Flat<'m>> {
    members.iter().find(|it| it.path == path)
}

/// A member by its path, with all that a module knows of it.
struct Flat<'r> {
    path: String,
    offset: u64,
    size: u64,
    of_type: &'r Type,
    description: &'r Described,
    is_bit_field: bool,
}

impl Flat<'_> {
    fn end(&self) -> u64 {
        self.offset + self.size
    }

    fn place(&self) -> Place {
        Place(self.offset)
    }

    fn overlaps(&self, other: &Flat<'_>) -> bool {
        self.offset < other.end() && other.offset < self.end()
    }

    fn is_within(&self, other: &Flat<'_>) -> bool {
        other.offset <= self.offset && self.end() <= other.end()
    }

    fn is_in_place_of(&self, other: &Flat<'_>) -> bool {
        (self.offset, self.size) == (other.offset, other.size)
    }

    /// Its own name.
    fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Whether what is in it is listed by itself.
    fn is_open(&self) -> bool {
        self.description.ends_untagged()
    }
}

/// All members, those of structs without a tag in it included.
fn flat<'r>(record: &'r Record, prefix: &str, base: u64, list: &mut Vec<Flat<'r>>) {
    let parts = record.layout.members.iter().zip(&record.types).zip(&record.descriptions);
    for ((member, of_type), description) in parts {
        let offset = base.saturating_add(member.bit_offset);
        let name = member.name.as_deref().map(String::from_utf8_lossy);
        let path = format!("{prefix}{}", name.as_deref().unwrap_or_default());
        let is_array = matches!(of_type.kind, TypeKind::Array(_));
        let inner = match (&name, is_array) {
            (None, _) => prefix.to_owned(),
            (Some(_), false) => format!("{path}."),
            (Some(_), true) => format!("{path}[]."),
        };
        if name.is_some() {
            let (size, is_bit_field) = (member.bit_size, member.is_bit_field);
            list.push(Flat { path, offset, size, of_type, description, is_bit_field });
        }
        let is_open = name.is_none() || description.ends_untagged();
        if let TypeKind::Record(record) = &of_type.element().kind
            && is_open
        {
            flat(record, &inner, offset, list);
        }
    }
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
        let class = compared_types(old, new);
        let (old, new) = (old.description.clone(), new.description.clone());
        found.add(class, Reason::MemberType { member, old, new });
    }
}

/// What it does that a member of the same size and place has another type.
fn compared_types(old: &Flat<'_>, new: &Flat<'_>) -> Class {
    if old.description == new.description {
        return Class::Compatible;
    }
    if old.description.has_function_pointer() && new.description.has_function_pointer() {
        return Class::Signature;
    }
    match old.is_open() || new.is_open() || is_same_class(old.of_type, new.of_type) {
        true => Class::Compatible,
        false => Class::Layout,
    }
}

/// What a struct or union is made of if it has one member, or several on top of each other that are
/// alike; any other type is made of itself.
fn only_part(of: &Type) -> &Type {
    let TypeKind::Record(record) = &of.kind else { return of };
    let members = record.layout.members.iter().zip(&record.types);
    let mut parts = members.filter(|(member, _)| !member.is_bit_field).map(|(_, it)| only_part(it));
    match parts.next() {
        Some(first) if first.size == of.size && parts.all(|it| is_same_class(first, it)) => first,
        _ => of,
    }
}

/// Whether two types hold the same kind of bits.
pub(super) fn is_same_class(old: &Type, new: &Type) -> bool {
    let (old, new) = match (&old.kind, &new.kind) {
        (TypeKind::Record(_), TypeKind::Record(_)) => (old, new),
        _ => (only_part(old), only_part(new)),
    };
    match (&old.kind, &new.kind) {
        (TypeKind::Array(old), TypeKind::Array(new)) => {
            old.size == new.size && is_same_class(old, new)
        }
        (TypeKind::Record(old), TypeKind::Record(new)) => {
            let mut found = Found::default();
            compare(old, new, &mut found);
            found.impact().class <= Class::Compatible
        }
        _ if old.is_integer() => new.is_integer() && old.size == new.size,
        (old_kind, new_kind) => {
            old.size == new.size
                && std::mem::discriminant(old_kind) == std::mem::discriminant(new_kind)
        }
    }
}
