//! What a change of a declaration does to a module that was built before it.
//!
//! The layouts of both sides decide, not the texts.

use std::collections::{BTreeMap, BTreeSet};

use super::Unknown;
use super::described::Described;
use super::fate::{compare, is_same_class};
use super::found::Found;
pub use super::reason::{Class, Impact, Place, Reason, Room};
use super::side::{Declared, Side};
use super::types::{Type, TypeKind};
use crate::formats::symtypes::{Kind, TypeName};

/// What the change of a declaration does: of a struct, union, enum, typedef or enumerator by its
/// name with its kind's letter, or of a function or variable by its name.
pub fn impact(name: &[u8], old: &mut impl Side, new: &mut impl Side) -> Impact {
    let mut found = Found::default();
    let ended = match TypeName::of(name).kind {
        Kind::EnumConstant => values(name, old, new, &mut found),
        Kind::Enum => enumerators(name, old, new, &mut found),
        Kind::Struct | Kind::Union | Kind::Typedef => types(name, old, new, &mut found),
        Kind::Normal => declared(name, old, new, &mut found),
    };
    match ended {
        Ok(()) => found.impact(),
        Err(unknown) => Impact {
            class: Class::Unknown,
            reasons: vec![Reason::Unknown(unknown)],
            consequence_of: Vec::new(),
        },
    }
}

/// An enumerator's value.
fn values(
    name: &[u8],
    old: &mut impl Side,
    new: &mut impl Side,
    found: &mut Found,
) -> Result<(), Unknown> {
    let (old, new) = (old.value(name)?, new.value(name)?);
    match old == new {
        true => found.add(Class::Cosmetic, Reason::SameValue(old)),
        false => found.add(Class::Enumerator, Reason::Value { old, new }),
    }
    Ok(())
}

/// Whether only one side knows more than the name: that says nothing of the type.
fn is_visibility(name: &[u8], old: &mut impl Side, new: &mut impl Side, found: &mut Found) -> bool {
    let reason = match (old.is_opaque(name), new.is_opaque(name)) {
        (true, false) => Reason::BecameVisible,
        (false, true) => Reason::BecameOpaque,
        _ => return false,
    };
    found.add(Class::Cosmetic, reason);
    true
}

fn enumerators(
    name: &[u8],
    old: &mut impl Side,
    new: &mut impl Side,
    found: &mut Found,
) -> Result<(), Unknown> {
    if is_visibility(name, old, new, found) {
        return Ok(());
    }
    size(&old.resolved(name)?, &new.resolved(name)?, found);
    let (before, after) = (old.enumerators(name)?, new.enumerators(name)?);
    let before: BTreeMap<&str, i128> = before.iter().map(|(name, it)| (&**name, *it)).collect();
    let after: Vec<(&str, i128)> = after.iter().map(|(name, it)| (&**name, *it)).collect();
    let kept: BTreeMap<&str, i128> = after.iter().copied().collect();
    // The first new name of each value.
    let mut new_names: BTreeMap<i128, &str> = BTreeMap::new();
    for &(name, value) in after.iter().filter(|(name, _)| !before.contains_key(name)) {
        new_names.entry(value).or_insert(name);
    }
    for (&name, &old) in &before {
        let (class, reason) = match kept.get(name) {
            Some(&new) if new == old => continue,
            Some(&new) => {
                (Class::Enumerator, Reason::EnumeratorValue { name: name.to_owned(), old, new })
            }
            None => {
                let (name, value) = (name.to_owned(), old);
                match new_names.get(&value) {
                    Some(new) => {
                        let new_name = (*new).to_owned();
                        (Class::Compatible, Reason::EnumeratorRenamed { name, value, new_name })
                    }
                    None => (Class::Enumerator, Reason::EnumeratorRemoved { name, value }),
                }
            }
        };
        found.add(class, reason);
    }
    let values: BTreeSet<i128> = before.values().copied().collect();
    for &(name, value) in after.iter().filter(|(name, _)| !before.contains_key(name)) {
        if !values.contains(&value) {
            let name = name.to_owned();
            found.add(Class::Compatible, Reason::EnumeratorAdded { name, value });
        }
    }
    Ok(())
}

/// A struct, a union, or a typedef.
fn types(
    name: &[u8],
    old: &mut impl Side,
    new: &mut impl Side,
    found: &mut Found,
) -> Result<(), Unknown> {
    if is_visibility(name, old, new, found) {
        return Ok(());
    }
    if TypeName::of(name).kind == Kind::Typedef {
        let (old, new) = (old.typedef(name)?, new.typedef(name)?);
        if old != new {
            let is_function = old.has_function() || new.has_function();
            let class = if is_function { Class::Signature } else { Class::Compatible };
            found.add(class, Reason::Type { old, new });
        }
    }
    let (before, after) = (old.resolved(name)?, new.resolved(name)?);
    whole(&before, &after, found);
    variants(&old.variants(name)?, &new.variants(name)?, found);
    match (&before.kind, &after.kind) {
        (TypeKind::Record(before), TypeKind::Record(after)) => compare(before, after, found),
        _ => {
            if !is_same_class(&before, &after, &mut found.steps) {
                found.add(Class::Layout, Reason::KindOfType);
            }
        }
    }
    Ok(())
}

fn size(old: &Type, new: &Type, found: &mut Found) {
    if old.size != new.size {
        found.add(Class::Layout, Reason::Size { old: old.size, new: new.size });
    }
}

/// Size and alignment. Where the source does not say an alignment, it is that of the type by itself, and
/// differs from one that an attribute set.
fn whole(old: &Type, new: &Type, found: &mut Found) {
    size(old, new, found);
    let is_known = [old, new].iter().all(|it| it.align > 0);
    let is_set = [old, new].iter().any(|it| it.is_user_aligned);
    if old.align != new.align && (is_known || is_set) {
        found.add(Class::Layout, Reason::Alignment { old: old.align, new: new.align });
    }
}

/// The variants of an enum of Rust: code that was built before has one case for each.
fn variants(old: &[(String, Option<u64>)], new: &[(String, Option<u64>)], found: &mut Found) {
    let after: BTreeMap<&str, Option<u64>> =
        new.iter().map(|(it, value)| (&**it, *value)).collect();
    let before: BTreeMap<&str, Option<u64>> =
        old.iter().map(|(it, value)| (&**it, *value)).collect();
    for (name, &value) in &before {
        let name = (*name).to_owned();
        match after.get(&*name) {
            None => found.add(Class::Enumerator, Reason::VariantRemoved { name, value }),
            Some(&kept) if kept != value => {
                found.add(Class::Enumerator, Reason::VariantValue { name, old: value, new: kept });
            }
            Some(_) => {}
        }
    }
    for (name, &value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        let name = (*name).to_owned();
        found.add(Class::Enumerator, Reason::VariantAdded { name, value });
    }
}

/// A function or variable.
fn declared(
    name: &[u8],
    old: &mut impl Side,
    new: &mut impl Side,
    found: &mut Found,
) -> Result<(), Unknown> {
    match (old.declared(name)?, new.declared(name)?) {
        (Declared::Function(before), Declared::Function(after)) => {
            if before.result != after.result {
                let class = passed(&before.result, &after.result);
                found.add(class, Reason::Result { old: before.result, new: after.result });
            }
            let counts = (before.parameters.len(), after.parameters.len());
            let pairs = before.parameters.into_iter().zip(after.parameters);
            for ((old, new), number) in pairs.zip(1..) {
                if old != new {
                    found.add(passed(&old, &new), Reason::Parameter { number, old, new });
                }
            }
            if counts.0 != counts.1 {
                let (old, new) = counts;
                found.add(Class::Signature, Reason::ParameterCount { old, new });
            }
            if before.has_more != after.has_more {
                found.add(Class::Signature, Reason::Variadic);
            }
        }
        (Declared::Variable(before, old), Declared::Variable(after, new)) => {
            whole(&before, &after, found);
            if old != new {
                let is_same = is_same_class(&before, &after, &mut found.steps);
                let class = if is_same { Class::Compatible } else { Class::Layout };
                found.add(class, Reason::Type { old, new });
            }
        }
        _ => found.add(Class::Signature, Reason::FunctionOrVariable),
    }
    Ok(())
}

/// What it does that a parameter or result has another type: an integer of the same size, or a
/// pointer to something else, is passed as before.
fn passed(old: &Described, new: &Described) -> Class {
    match (old, new) {
        (Described::Integer { bits: old, .. }, Described::Integer { bits: new, .. })
            if old == new =>
        {
            Class::Compatible
        }
        _ => Class::Signature,
    }
}
