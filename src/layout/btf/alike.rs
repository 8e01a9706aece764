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

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::btf_file::*;

    /// What a struct of the test has otherwise than usual.
    #[derive(Clone, Copy, Default)]
    struct Made {
        /// The one thing that is changed.
        change: &'static str,
        /// How many pointers stand before the type of the first member.
        pointers: usize,
        /// How many unnamed structs are in each other.
        nested: usize,
    }

    impl Made {
        /// The BTF, with other types before it, so that none has the same number on both sides, and the
        /// number of the struct.
        fn btf(self, others: usize) -> (Vec<u8>, u32) {
            let is = |change: &str| self.change == change;
            let pick =
                |change: &str, other: u32, usual: u32| if is(change) { other } else { usual };
            let mut to = Writer::new(false);
            (0..others).for_each(|number| _ = to.int(&format!("other{number}"), 1));
            let int = to.int("int", 4);
            let short = to.int("short", 2);
            let long = to.int("long", 8);
            let constant = to.add("", CONST, 0, int, &[]);
            let mut chain = pick("of the chain", short, int);
            for _ in 0..self.pointers {
                chain = to.add("", POINTER, 0, chain, &[]);
            }
            let array = to.add("", ARRAY, 0, 0, &[int, int, pick("of elements", 3, 2)]);
            let of_typedef = pick("behind a typedef", short, int);
            let typedef = to.add("number_t", TYPEDEF, 0, of_typedef, &[]);
            let values: &[(&str, &[u32])] = &[("SLOW", &[0]), ("FAST", &[1])];
            let mode =
                to.list("mode", ENUM, 4, &values[..if is("of enumerators") { 1 } else { 2 }]);
            let valve = if is("of the tag") { "vent" } else { "valve" };
            let valve =
                to.list(valve, STRUCT, pick("of the size inside", 16, 8), &[("it", &[long, 0])]);
            let to_valve = to.add("", POINTER, 0, valve, &[]);
            let ends: &[(&str, &[u32])] = &[("at", &[to_valve]), ("of", &[int])];
            let ends = &ends[..if is("of parameters") { 1 } else { 2 }];
            let call = to.list("", PROTOTYPE, pick("of what is returned", long, int), ends);
            let call = to.add("", POINTER, 0, call, &[]);
            let mut inner = pick("deep inside", short, int);
            for _ in 0..self.nested {
                inner = to.list("", STRUCT, 4, &[("", &[inner, 0])]);
            }
            let kind = if is("of the kind") { UNION } else { STRUCT };
            let name = if is("of a name") { "second" } else { "first" };
            let qualified = pick("of a qualifier", int, constant);
            let mut members: Vec<(&str, Vec<u32>)> = vec![
                (name, vec![chain, 0]),
                ("array", vec![array, 64]),
                ("number", vec![typedef, 128]),
                ("mode", vec![mode, 160]),
                ("valve", vec![valve, pick("of the offset", 256, 192)]),
                ("call", vec![call, 320]),
                ("constant", vec![qualified, 384]),
                ("", vec![inner, 416]),
                ("bits", vec![int, pick("of the width", 5, 4) << 24 | 448]),
            ];
            if is("of members") {
                members.pop();
            }
            let members: Vec<(&str, &[u32])> =
                members.iter().map(|(name, it)| (*name, &it[..])).collect();
            let size = pick("of the size", 72, 64);
            let record = to.list("pump", kind | FLAG, size, &members);
            (to.bytes(), record)
        }
    }

    fn are_alike(old: Made, new: Made) -> bool {
        let [(old, before), (new, after)] = [old.btf(0), new.btf(3)];
        let [old, new] = [&old, &new].map(|bytes| Btf::parse(bytes).unwrap());
        let find = |btf: &Btf<'_>, number: u32| {
            let mut ids = btf.ids();
            ids.find(|id| id.number() == number).unwrap()
        };
        let (before, after) = (find(&old, before), find(&new, after));
        let is_alike = are_surely_alike((&old, before), (&new, after));
        // Whatever is called alike has the same layout.
        let layouts = [old.definition(before).ok(), new.definition(after).ok()];
        assert!(!is_alike || layouts[0] == layouts[1]);
        is_alike
    }

    const USUAL: Made = Made { change: "", pointers: 1, nested: 2 };

    #[test]
    fn a_type_is_alike_until_anything_in_it_differs() {
        assert!(are_alike(USUAL, USUAL));
        for change in [
            "of the chain",
            "of elements",
            "behind a typedef",
            "of the tag",
            "of the size inside",
            "of parameters",
            "of what is returned",
            "deep inside",
            "of the kind",
            "of a name",
            "of a qualifier",
            "of the offset",
            "of the width",
            "of members",
            "of the size",
        ] {
            let other = Made { change, ..USUAL };
            assert!(!are_alike(USUAL, other) && !are_alike(other, USUAL), "{change}");
            assert!(are_alike(other, other), "{change}");
        }
        // The enumerators are the enum's own matter, and what a pointer leads to is its name only.
        assert!(are_alike(USUAL, Made { change: "of enumerators", ..USUAL }));
    }

    #[test]
    fn what_takes_too_many_steps_or_is_too_deep_is_not_sure() {
        for (pointers, nested, expected) in [
            (MOST_STEPS - 1, 1, true),
            (MOST_STEPS, 1, false),
            (MOST_STEPS * 40, 1, false),
            (0, DEEPEST - 1, true),
            (0, DEEPEST, false),
            (0, DEEPEST * 40, false),
        ] {
            let made = Made { pointers, nested, ..USUAL };
            assert_eq!(are_alike(made, made), expected, "{pointers} {nested}");
        }
    }

    #[test]
    fn a_type_that_leads_to_itself_is_not_sure() {
        let mut to = Writer::new(false);
        let endless = to.add("", POINTER, 0, 1, &[]);
        to.list("pump", STRUCT, 8, &[("next", &[endless, 0])]);
        let bytes = to.bytes();
        let btf = Btf::parse(&bytes).unwrap();
        let pump = btf.ids().find(|id| id.number() == 2).unwrap();
        assert!(!are_surely_alike((&btf, pump), (&btf, pump)));
    }
}
