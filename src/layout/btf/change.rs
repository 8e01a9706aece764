//! What became of a type between two builds, by the BTF of both.

use super::alike::are_surely_alike;
use super::side::{BtfNames, BtfSide};
use crate::formats::symtypes::{Kind, TypeName};
use crate::layout::described::Described;
use crate::layout::impact::{Class, Impact, impact};
use crate::layout::side::Side;
use crate::layout::types::{Record, TypeKind};
use crate::layout::{Layout, Member};

/// A type that two builds have, each differently.
#[derive(Clone, Debug)]
pub struct BtfChange {
    /// What that does to modules.
    pub impact: Impact,
    /// Whether its declaration can be the same text on both sides, but for attributes: what is
    /// declared in it has the same names and types in the same order.
    pub is_same_text: bool,
    /// The types with names that lie in it, with their kinds' letters.
    holds: Vec<Vec<u8>>,
}

impl BtfChange {
    /// Whether a module that was built for one has the other wrong.
    pub fn is_break(&self) -> bool {
        self.impact.class.is_break()
    }

    /// Whether something that lies in it `is_changed`: then its own change may come from that.
    pub fn is_consequence(&self, is_changed: impl Fn(&[u8]) -> bool) -> bool {
        self.holds.iter().any(|name| is_changed(name))
    }
}

impl BtfNames<'_> {
    /// The names that are here of structs, unions, enums and typedefs, with their kinds' letters.
    pub fn type_names(&self) -> Vec<Vec<u8>> {
        let kinds = [Kind::Struct, Kind::Union, Kind::Enum, Kind::Typedef];
        let named = |(bare, id)| {
            let kind = kinds.into_iter().find(|&kind| self.is_of(kind, id))?;
            Some(TypeName { kind, bare }.written())
        };
        let mut names: Vec<Vec<u8>> = self.types().filter_map(named).collect();
        names.dedup();
        names
    }
}

/// What became of the type of this name, with its kind's letter. None if it is the same on both
/// sides, or if one side has none or several of this name.
pub fn btf_change(name: &[u8], old: &mut BtfSide<'_>, new: &mut BtfSide<'_>) -> Option<BtfChange> {
    let ids = (old.find(name).ok()?, new.find(name).ok()?);
    if are_surely_alike((old.btf(), ids.0), (new.btf(), ids.1)) {
        return None;
    }
    let is_same_text = match TypeName::of(name).kind {
        Kind::Struct | Kind::Union => {
            let (before, after) = (old.layout(ids.0)?, new.layout(ids.1)?);
            if before == after {
                return None;
            }
            is_same_text(&before, &after)
        }
        Kind::Typedef => {
            let are_unnamed = old.is_of_unnamed(ids.0) && new.is_of_unnamed(ids.1);
            match (old.resolved(name).ok()?.kind, new.resolved(name).ok()?.kind) {
                (TypeKind::Record(before), TypeKind::Record(after)) if are_unnamed => {
                    is_same_text(&before.layout, &after.layout)
                }
                // It is reported for the one that has a name of its own.
                (TypeKind::Record(_), _) | (_, TypeKind::Record(_)) => return None,
                _ => old.typedef(name) == new.typedef(name),
            }
        }
        Kind::Enum | Kind::EnumConstant | Kind::Normal => {
            old.enumerators(name) == new.enumerators(name)
        }
    };
    let impact = impact(name, old, new);
    let is_same = impact.class == Class::Cosmetic && impact.reasons.is_empty() && is_same_text;
    if is_same || impact.class == Class::Unknown {
        return None;
    }
    let mut held = Vec::new();
    if let TypeKind::Record(record) = &new.of(ids.1).ok()?.kind {
        holds(record, &mut held);
    }
    Some(BtfChange { impact, is_same_text, holds: held })
}

/// Whether the same is declared on both sides, wherever it lies.
fn is_same_text(old: &Layout, new: &Layout) -> bool {
    fn are_same(old: &[Member], new: &[Member]) -> bool {
        let width = |member: &Member| member.is_bit_field.then_some(member.bit_size);
        let is_same = |(old, new): (&Member, &Member)| {
            (&old.name, &old.of_type, width(old)) == (&new.name, &new.of_type, width(new))
                && are_same(&old.inner, &new.inner)
        };
        old.len() == new.len() && old.iter().zip(new).all(is_same)
    }
    old.kind == new.kind && are_same(&old.members, &new.members)
}

/// The types with names that lie in a record, also in what has none.
fn holds(record: &Record, held: &mut Vec<Vec<u8>>) {
    for (of_type, description) in record.types.iter().zip(&record.descriptions) {
        match (description.element(), &of_type.element().kind) {
            (Described::Tagged(kind, tag), _) => {
                held.push(TypeName { kind: *kind, bare: tag.as_bytes() }.written());
            }
            (Described::Untagged, TypeKind::Record(inner)) => holds(inner, held),
            (Described::Typedef(name), TypeKind::Record(_)) => {
                held.push(TypeName { kind: Kind::Typedef, bare: name.as_bytes() }.written());
            }
            _ => {}
        }
    }
}
