//! Type strings of gendwarfksyms as C: types, and names with them where C has these.
//!
//! What Rust names, as `&[u8]` and `core::option::Option<u8>`, stands by its name.

use super::text::{integer_word, spelled};
use crate::formats::type_string::{
    Enumerator, Function, Item, Modifier, Part, Record, Shape, Type,
};

/// What the member is called that tells which variant of an enum of Rust a value has. It has no name itself.
pub const DISCRIMINANT: &str = "<discriminant>";

/// How much is written of structs, unions and enums without a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// All that is in them.
    Whole,
    /// That something is in them.
    Short,
}

/// A type with a name where C has it; the name may be empty.
pub fn declared(of: &Type<'_>, name: &str, bodies: Bodies) -> String {
    let inner = name.to_owned();
    match &of.shape {
        Shape::Base => apart(&text(integer_word(of.name)), &inner),
        Shape::Reference(name) => apart(&text(&spelled(name)), &inner),
        Shape::Modified(modifier, to) => modified(*modifier, of, to, inner, bodies),
        Shape::Array(bounds, element) => {
            let bounds: String = bounds
                .iter()
                .map(|bound| format!("[{}]", bound.map(|it| it.to_string()).unwrap_or_default()))
                .collect();
            declared(element, &format!("{inner}{bounds}"), bodies)
        }
        Shape::Function(function) => declared_function(function, &inner, bodies),
        Shape::Record(record, items) => {
            let word = record_word(*record);
            let body = match bodies {
                Bodies::Short => "...".to_owned(),
                Bodies::Whole => {
                    items.iter().map(|it| item(it, bodies)).collect::<Vec<_>>().join(" ")
                }
            };
            apart(&braced(word, &text(of.name), &body), &inner)
        }
        Shape::Enumeration(enumerators) => {
            let size = of.attributes.byte_size;
            let body = match bodies {
                Bodies::Short => "...".to_owned(),
                Bodies::Whole => {
                    enumerators.iter().map(|it| enumerator(it, size)).collect::<Vec<_>>().join(", ")
                }
            };
            apart(&braced("enum", &text(of.name), &body), &inner)
        }
        Shape::Unspecified => apart("/* unspecified */", &inner),
        Shape::Nothing => apart("/* hidden */", &inner),
        Shape::Other(word, body) => {
            apart(&braced(&text(word), &text(of.name), &text(body)), &inner)
        }
    }
}

/// A function of this name.
pub fn declared_function(function: &Function<'_>, name: &str, bodies: Bodies) -> String {
    let parameters = function.parameters.iter();
    let parameters = parameters.map(|it| declared(&it.of, &text(it.name), bodies));
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    let parameters = if parameters.is_empty() { "void" } else { &parameters };
    declared(&function.result, &format!("{name}({parameters})"), bodies)
}

/// An enumerator with its value, in an enum of this size in bytes.
pub fn enumerator(of: &Enumerator<'_>, size: Option<u64>) -> String {
    match of.value {
        Some(value) => format!("{} = {}", text(of.name), signed(value, size)),
        None => text(of.name),
    }
}

/// The value of an enumerator in an enum of this size: what such an enum cannot hold is negative.
pub fn signed(value: u64, size: Option<u64>) -> i128 {
    match size {
        Some(8..) => value.into(),
        _ => value.cast_signed().into(),
    }
}

/// The word that C has for a record.
pub const fn record_word(record: Record) -> &'static str {
    match record {
        Record::Structure => "struct",
        Record::Class => "class",
        Record::Union => "union",
    }
}

/// A member with its width.
pub fn member(part: &Part<'_>, name: &str, bodies: Bodies) -> String {
    let width = part.attributes.bit_size.map(|bits| format!(" : {bits}")).unwrap_or_default();
    declared(&part.of, name, bodies) + &width
}

/// The names of types that a type has in it, with the letters of their kinds.
pub fn references<'t>(of: &Type<'t>, found: &mut Vec<&'t [u8]>) {
    match &of.shape {
        Shape::Reference(name) => found.push(name),
        Shape::Modified(_, to) | Shape::Array(_, to) => references(to, found),
        Shape::Function(function) => of_function(function, found),
        Shape::Record(_, items) => items.iter().for_each(|it| of_item(it, found)),
        Shape::Base
        | Shape::Enumeration(_)
        | Shape::Unspecified
        | Shape::Nothing
        | Shape::Other(..) => {}
    }
}

/// The same of a function.
pub fn of_function<'t>(function: &Function<'t>, found: &mut Vec<&'t [u8]>) {
    function.parameters.iter().for_each(|it| references(&it.of, found));
    references(&function.result, found);
}

/// The same of what is in a record.
pub fn of_item<'t>(item: &Item<'t>, found: &mut Vec<&'t [u8]>) {
    match item {
        Item::Member(part) => references(&part.of, found),
        Item::Variants(items) | Item::Variant(items, _) => {
            items.iter().for_each(|it| of_item(it, found));
        }
        Item::Other(_) => {}
    }
}

fn item(of: &Item<'_>, bodies: Bodies) -> String {
    let all =
        |items: &[Item<'_>]| items.iter().map(|it| item(it, bodies)).collect::<Vec<_>>().join(" ");
    match of {
        Item::Member(part) => format!("{};", member(part, &text(part.name), bodies)),
        Item::Variants(items) => format!("variants {{ {} }};", all(items)),
        Item::Variant(items, attributes) => match attributes.discr_value {
            Some(value) => format!("[{value}] {}", all(items)),
            None => format!("[] {}", all(items)),
        },
        Item::Other(other) => format!("{};", text(other)),
    }
}

/// A type made of another.
fn modified(
    modifier: Modifier,
    of: &Type<'_>,
    to: &Type<'_>,
    inner: String,
    bodies: Bodies,
) -> String {
    let word = match modifier {
        // Rust's pointers have names.
        Modifier::Pointer if !of.name.is_empty() => return apart(&text(of.name), &inner),
        Modifier::Typedef => return apart(&text(of.name), &inner),
        Modifier::Pointer => return pointer("*", to, inner, bodies),
        Modifier::Reference => return pointer("&", to, inner, bodies),
        Modifier::RvalueReference => return pointer("&&", to, inner, bodies),
        Modifier::NotDivided => "_Atomic",
        Modifier::Const => "const",
        Modifier::Immutable => "immutable",
        Modifier::Packed => "packed",
        Modifier::Restrict => "restrict",
        Modifier::Shared => "shared",
        Modifier::Volatile => "volatile",
        Modifier::TemplateParameter => "template",
    };
    // What qualifies a pointer stands behind its star.
    match is_pointer(to) {
        true => declared(to, &apart(word, &inner), bodies),
        false => apart(word, &declared(to, &inner, bodies)),
    }
}

fn pointer(star: &str, to: &Type<'_>, inner: String, bodies: Bodies) -> String {
    let inner = format!("{star}{inner}");
    match behind_qualifiers(to).shape {
        Shape::Array(..) | Shape::Function(_) => declared(to, &format!("({inner})"), bodies),
        _ => declared(to, &inner, bodies),
    }
}

/// Whether it is a pointer without a name, whatever qualifies it.
fn is_pointer(of: &Type<'_>) -> bool {
    let of = behind_qualifiers(of);
    let is_one = matches!(
        of.shape,
        Shape::Modified(Modifier::Pointer | Modifier::Reference | Modifier::RvalueReference, _)
    );
    is_one && of.name.is_empty()
}

/// What is qualified.
pub fn behind_qualifiers<'a, 't>(of: &'a Type<'t>) -> &'a Type<'t> {
    match &of.shape {
        Shape::Modified(
            Modifier::NotDivided
            | Modifier::Const
            | Modifier::Immutable
            | Modifier::Packed
            | Modifier::Restrict
            | Modifier::Shared
            | Modifier::Volatile
            | Modifier::TemplateParameter,
            to,
        ) => behind_qualifiers(to),
        Shape::Modified(
            Modifier::Pointer | Modifier::Reference | Modifier::RvalueReference | Modifier::Typedef,
            _,
        )
        | Shape::Base
        | Shape::Reference(_)
        | Shape::Array(..)
        | Shape::Function(_)
        | Shape::Record(..)
        | Shape::Enumeration(_)
        | Shape::Unspecified
        | Shape::Nothing
        | Shape::Other(..) => of,
    }
}

/// `struct name { body }`, without what is empty.
fn braced(word: &str, name: &str, body: &str) -> String {
    let body = if body.is_empty() { "{ }".to_owned() } else { format!("{{ {body} }}") };
    apart(&apart(word, name), &body)
}

/// Two texts with a blank between, if neither is empty. A function's or array's name may be.
fn apart(before: &str, behind: &str) -> String {
    match (before, behind) {
        ("", text) | (text, "") => text.to_owned(),
        (before, behind) if behind.starts_with('[') => format!("{before}{behind}"),
        (before, behind) => format!("{before} {behind}"),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::type_string::{TypeString, read};

    #[test]
    fn types_are_written_as_c_has_them() {
        let hdr = "pointer_type { s#hdr } byte_size(8)";
        let int = "base_type int byte_size(4) encoding(5)";
        let function = format!("subroutine_type ( formal_parameter {hdr} ) -> {int}");
        for (string, name, expected) in [
            (hdr.to_owned(), "h", "struct hdr *h"),
            (format!("pointer_type {{ {function} }}"), "open", "int (*open)(struct hdr *)"),
            (format!("const_type {{ {hdr} }}"), "h", "struct hdr *const h"),
            (format!("pointer_type {{ const_type {{ {int} }} }}"), "", "const int *"),
            (format!("array_type[3][] {{ {hdr} }}"), "all", "struct hdr *all[3][]"),
            (format!("pointer_type {{ array_type[3] {{ {int} }} }}"), "", "int (*)[3]"),
            ("base_type long unsigned int byte_size(8)".to_owned(), "x", "unsigned long x"),
            ("pointer_type &dyn a::T { s#'dyn a::T' }".to_owned(), "d", "&dyn a::T d"),
            (
                "s#'core::result::Result<u8, i32>'".to_owned(),
                "",
                "struct core::result::Result<u8, i32>",
            ),
            (
                format!("union_type {{ member {int} a bit_size(3) , member t#u8 b }}"),
                "u",
                "union { int a : 3; u8 b; } u",
            ),
            (
                "enumeration_type { enumerator A = 18446744073709551615 } byte_size(4)".to_owned(),
                "",
                "enum { A = -1 }",
            ),
        ] {
            let Ok(TypeString::Type(of)) = read(string.as_bytes()) else { panic!("{string}") };
            assert_eq!(declared(&of, name, Bodies::Whole), expected, "{string}");
        }
    }
}
