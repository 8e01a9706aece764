//! The structure of a type string of gendwarfksyms.

use super::shape::{Part, Shape};
use crate::canonical::type_string::{Bodies, DISCRIMINANT, declared, member, record_word, signed};
use crate::formats::type_string::{
    self, Enumerator, Function, Item, Modifier, Record, Type, TypeString,
};

/// The structure of a type string.
pub(super) fn shape(string: &TypeString<'_>) -> Shape {
    match string {
        TypeString::Function(function) => of_function(function),
        TypeString::Variable(of) => Shape::Other(declared(of, "", Bodies::Whole)),
        TypeString::Type(of) => of_type(of),
    }
}

fn of_function(function: &Function<'_>) -> Shape {
    let parameters = function.parameters.iter().map(|parameter| Part {
        name: text(parameter.name),
        of_type: declared(&parameter.of, "", Bodies::Whole),
        within: String::new(),
    });
    Shape::Function(declared(&function.result, "", Bodies::Whole), parameters.collect())
}

fn of_type(of: &Type<'_>) -> Shape {
    match &of.shape {
        type_string::Shape::Record(_, items) => {
            let mut parts = Vec::new();
            add(items, "", "", &mut parts);
            match items.iter().any(|item| matches!(item, Item::Variants(_))) {
                true => Shape::Variants(parts),
                false => Shape::Aggregate(parts),
            }
        }
        type_string::Shape::Enumeration(enumerators) => {
            let size = of.attributes.byte_size;
            Shape::Enum(enumerators.iter().map(|it| enumerator(it, size)).collect())
        }
        type_string::Shape::Modified(Modifier::Typedef, to) => match &to.shape {
            type_string::Shape::Record(..) | type_string::Shape::Enumeration(_) => of_type(to),
            _ => Shape::Other(declared(to, "", Bodies::Whole)),
        },
        _ => Shape::Other(declared(of, "", Bodies::Whole)),
    }
}

fn enumerator(of: &Enumerator<'_>, size: Option<u64>) -> Part {
    let of_type = of.value.map(|value| format!("= {}", signed(value, size))).unwrap_or_default();
    Part { name: text(of.name), of_type, within: String::new() }
}

/// Adds the members of a record, those of unnamed ones in it included, and variants.
fn add(items: &[Item<'_>], prefix: &str, within: &str, parts: &mut Vec<Part>) {
    for item in items {
        match item {
            Item::Member(part) => {
                let body = unnamed(&part.of);
                if let (Some((record, inner, "")), true) = (&body, part.name.is_empty()) {
                    let inner_word = [within, record_word(*record)].join(" ");
                    add(inner, prefix, inner_word.trim_start(), parts);
                    continue;
                }
                let name = text(part.name);
                let name = if name.is_empty() { name } else { format!("{prefix}{name}") };
                let of_type = match &body {
                    // What is in it stands after, member by member.
                    Some((record, _, bounds)) => format!("{}{bounds}", record_word(*record)),
                    None => member(part, "", Bodies::Whole),
                };
                parts.push(Part { name: name.clone(), of_type, within: within.to_owned() });
                if let Some((_, inner, _)) = body {
                    add(inner, &format!("{name}."), within, parts);
                }
            }
            Item::Variants(items) => {
                let start = parts.len();
                add(items, prefix, within, parts);
                for part in parts[start..].iter_mut().filter(|part| part.name.is_empty()) {
                    part.name = format!("{prefix}{DISCRIMINANT}");
                }
            }
            Item::Variant(items, attributes) => {
                let value = attributes.discr_value.map(|it| format!("= {it}")).unwrap_or_default();
                for item in items {
                    if let Item::Member(part) = item {
                        let name = format!("{prefix}{}", text(part.name));
                        let (of_type, within) = (value.clone(), within.to_owned());
                        parts.push(Part { name, of_type, within });
                    }
                }
            }
            Item::Other(other) => parts.push(Part {
                name: String::new(),
                of_type: text(other),
                within: within.to_owned(),
            }),
        }
    }
}

/// What a record without a name is, what is in it, and the bounds of the array of such that a type is.
fn unnamed<'a, 't>(of: &'a Type<'t>) -> Option<(Record, &'a [Item<'t>], &'static str)> {
    match &of.shape {
        type_string::Shape::Record(record, items) => Some((*record, items, "")),
        type_string::Shape::Array(_, element) => {
            let (record, items, _) = unnamed(element)?;
            Some((record, items, "[]"))
        }
        _ => None,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
