//! Whether two builds have laid out a type alike, seen without building its layout: most types of two
//! builds are.

use crate::btf::{Btf, Field, Record, Type, TypeId};

/// How many types may be compared for one member.
const MOST_STEPS: usize = 256;

/// How deep unnamed structs may nest.
const DEEPEST: usize = 16;

/// Whether it is certain that both types have the same layout, or the same enumerators. If it is not, they
/// may still have.
pub(super) fn are_surely_alike(
    (old, before): (&Btf<'_>, TypeId),
    (new, after): (&Btf<'_>, TypeId),
) -> bool {
    let pair = Pair { old, new };
    match (old.get(before), new.get(after)) {
        (Type::Record(before), Type::Record(after)) => {
            old.pointer_size() == new.pointer_size() && pair.records(&before, &after, DEEPEST)
        }
        (Type::Enumeration(before), Type::Enumeration(after)) => {
            before.size == after.size && before.enumerators().eq(after.enumerators())
        }
        _ => false,
    }
}

/// The BTF of two builds.
#[derive(Clone, Copy)]
struct Pair<'a, 'd> {
    old: &'a Btf<'d>,
    new: &'a Btf<'d>,
}

impl Pair<'_, '_> {
    fn records(self, old: &Record<'_>, new: &Record<'_>, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let is_alike = |(old, new): (Field<'_>, Field<'_>)| {
            (old.name, old.offset, old.width) == (new.name, new.offset, new.width)
                && self.types(old.of, new.of, old.name.is_empty(), depth, &mut { MOST_STEPS })
        };
        (old.is_union, old.size, old.field_count()) == (new.is_union, new.size, new.field_count())
            && old.fields().zip(new.fields()).all(is_alike)
    }

    /// Whether members of these types are spelled alike and take the same place. `shows` whether the
    /// members of a record with a tag belong to it, as they do to one without.
    fn types(
        self,
        mut old: TypeId,
        mut new: TypeId,
        shows: bool,
        depth: usize,
        left: &mut usize,
    ) -> bool {
        // What is pointed to counts by its name only.
        let mut is_pointed_to = false;
        while let Some(rest) = left.checked_sub(1) {
            *left = rest;
            (old, new) = match (self.old.get(old), self.new.get(new)) {
                (Type::Qualified { word, of }, Type::Qualified { word: other, of: to })
                    if word == other =>
                {
                    (of, to)
                }
                (Type::Tagged { tag, of }, Type::Tagged { tag: other, of: to }) if tag == other => {
                    (of, to)
                }
                (Type::Pointer(of), Type::Pointer(to)) => {
                    is_pointed_to = true;
                    (of, to)
                }
                (
                    Type::Array { element, count },
                    Type::Array { element: other, count: of_other },
                ) if count == of_other => (element, other),
                (Type::Typedef { name, of }, Type::Typedef { name: other, of: to })
                    if name == other =>
                {
                    if is_pointed_to {
                        return true;
                    }
                    (of, to)
                }
                (Type::Prototype(old), Type::Prototype(new)) => {
                    let parameters = || old.parameters().zip(new.parameters());
                    let is_alike = old.parameters().count() == new.parameters().count()
                        && old.is_variadic() == new.is_variadic()
                        && parameters().all(|(old, new)| self.named_alike(old.of, new.of, left));
                    if !is_alike {
                        return false;
                    }
                    is_pointed_to = true;
                    (old.returns, new.returns)
                }
                (Type::Record(old), Type::Record(new)) => {
                    return (old.is_union, old.name) == (new.is_union, new.name)
                        && (is_pointed_to || old.size == new.size)
                        && (is_pointed_to
                            || !(shows || old.name.is_empty())
                            || self.records(&old, &new, depth));
                }
                (old, new) => return are_same_ends(&old, &new),
            };
        }
        false
    }

    /// Whether parameters of these types are spelled alike.
    fn named_alike(self, old: TypeId, new: TypeId, left: &mut usize) -> bool {
        let is_name = |of: &Type<'_>| {
            matches!(of, Type::Typedef { .. } | Type::Record(_) | Type::Enumeration(_))
        };
        match (self.old.get(old), self.new.get(new)) {
            (Type::Record(old), Type::Record(new)) => {
                (old.is_union, old.name) == (new.is_union, new.name)
            }
            (before, after) if is_name(&before) && is_name(&after) => {
                std::mem::discriminant(&before) == std::mem::discriminant(&after)
                    && before.name() == after.name()
            }
            _ => self.types(old, new, false, 0, left),
        }
    }
}

/// Whether two types are the same that no others are in.
fn are_same_ends(old: &Type<'_>, new: &Type<'_>) -> bool {
    match (old, new) {
        (Type::Void, Type::Void) => true,
        (
            Type::Integer { name, size, first_bit, bits, .. },
            Type::Integer { name: other, size: of_size, first_bit: from, bits: of_bits, .. },
        ) => (name, size, first_bit, bits) == (other, of_size, from, of_bits),
        (Type::Float { name, size }, Type::Float { name: other, size: of_size }) => {
            (name, size) == (other, of_size)
        }
        (Type::Enumeration(old), Type::Enumeration(new)) => {
            (old.name, old.size) == (new.name, new.size)
        }
        (
            Type::Forward { name, is_union },
            Type::Forward { name: other, is_union: is_other_union },
        ) => (name, is_union) == (other, is_other_union),
        _ => false,
    }
}
