//! A layout as JSON.

use serde::Serialize;

use super::source::{Found, Variant};
use crate::layout::{Definition, Kind, Member};

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    version: u32,
    sources: Vec<SourcePart>,
}

#[derive(Serialize)]
struct SourcePart {
    layouts_from: &'static str,
    data_model: Option<&'static str>,
    variants: Vec<VariantPart>,
}

#[derive(Serialize)]
struct VariantPart {
    name: String,
    owners: usize,
    kind: Option<&'static str>,
    size: Option<u64>,
    align: Option<u64>,
    #[serde(flatten)]
    parts: Parts,
    unknown: Option<String>,
}

/// What there is of a type by its kind; what its kind has not is empty.
#[derive(Default, Serialize)]
struct Parts {
    members: Vec<MemberPart>,
    is_signed: Option<bool>,
    enumerators: Vec<EnumeratorPart>,
    sort: Option<&'static str>,
    declarations: Vec<String>,
}

#[derive(Serialize)]
struct EnumeratorPart {
    name: String,
    value: i128,
}

#[derive(Serialize)]
struct MemberPart {
    name: Option<String>,
    #[serde(rename = "type")]
    of_type: String,
    bit_offset: u64,
    bit_size: u64,
    is_bit_field: bool,
    members: Vec<MemberPart>,
}

/// What was found in each source.
pub(super) fn json(found: &[Found]) -> String {
    let variant = |variant: &Variant| {
        let definition = variant.definition.as_ref().ok();
        let parts = definition.map(Parts::of).unwrap_or_default();
        VariantPart {
            name: variant.title.clone(),
            owners: variant.count,
            kind: definition.map(kind),
            size: definition.and_then(Definition::size),
            align: definition.and_then(Definition::align),
            parts,
            unknown: variant.definition.as_ref().err().cloned(),
        }
    };
    let source = |found: &Found| SourcePart {
        layouts_from: found.from.id(),
        data_model: found.model.map(|model| model.name),
        variants: found.variants().map(variant).collect(),
    };
    let document = Document {
        schema: "modversions/layout",
        version: 1,
        sources: found.iter().map(source).collect(),
    };
    // What is written has no map with keys that are no text.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// What a type is in a word.
fn kind(definition: &Definition) -> &'static str {
    match definition {
        Definition::Record(layout) if layout.kind == Kind::Union => "union",
        Definition::Record(_) => "struct",
        Definition::Enumeration(_) => "enum",
        Definition::Alias(_) => "typedef",
    }
}

impl Parts {
    fn of(definition: &Definition) -> Parts {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match definition {
            Definition::Record(layout) => {
                Parts { members: members(&layout.members), ..Parts::default() }
            }
            Definition::Enumeration(of) => {
                let enumerators = of.enumerators.iter();
                let part = |(name, value): &(Vec<u8>, i128)| EnumeratorPart {
                    name: text(name),
                    value: *value,
                };
                let enumerators = enumerators.map(part).collect();
                Parts { is_signed: of.is_signed, enumerators, ..Parts::default() }
            }
            Definition::Alias(of) => Parts {
                is_signed: of.sort.is_signed(),
                sort: Some(of.sort.word()),
                declarations: of.declarations.iter().map(|it| text(it)).collect(),
                ..Parts::default()
            },
        }
    }
}

fn members(of: &[Member]) -> Vec<MemberPart> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let part = |member: &Member| MemberPart {
        name: member.name.as_deref().map(text),
        of_type: text(&member.of_type),
        bit_offset: member.bit_offset,
        bit_size: member.bit_size,
        is_bit_field: member.is_bit_field,
        members: members(&member.inner),
    };
    of.iter().map(part).collect()
}
