//! Structs and unions of type strings.

use std::sync::Arc;

use super::side::StringSide;
use crate::canonical::type_string::{Bodies, DISCRIMINANT, declared};
use crate::formats::type_string::{self, Item, Part, Shape};
use crate::layout::described::Described;
use crate::layout::engine::Lookup;
use crate::layout::types::{Record, Type, TypeKind};
use crate::layout::{Kind, Layout, Member, Unknown};

/// A member, with its type, and the same as it is compared.
type Read = (Member, Type, Described);

impl<'t, F: Lookup<'t>> StringSide<F> {
    /// A struct or union of these items, of this size and alignment in bytes.
    pub(super) fn record(
        &mut self,
        record: type_string::Record,
        items: &[Item<'t>],
        size: u64,
        align: Option<u64>,
    ) -> Result<Record, Unknown> {
        let kind = match record {
            type_string::Record::Structure | type_string::Record::Class => Kind::Struct,
            type_string::Record::Union => Kind::Union,
        };
        let mut members: Vec<Read> = Vec::new();
        self.items(kind, items, false, &mut members)?;
        if kind == Kind::Struct {
            // Rust lists them as they are declared, and lays them out as it likes.
            members.sort_by_key(|(member, ..)| member.bit_offset);
        }
        let (mut listed, mut types, mut descriptions) = (Vec::new(), Vec::new(), Vec::new());
        for (member, of_type, description) in members {
            listed.push(member);
            types.push(of_type);
            descriptions.push(description);
        }
        let layout = Arc::new(Layout { kind, size, align, members: listed });
        Ok(Record { layout, types, descriptions })
    }

    fn items(
        &mut self,
        kind: Kind,
        items: &[Item<'t>],
        are_variants: bool,
        members: &mut Vec<Read>,
    ) -> Result<(), Unknown> {
        for item in items {
            match item {
                Item::Member(part) => {
                    let before = members.last().map(|(member, ..)| end(member));
                    let mut read = self.member(kind, part, before.unwrap_or_default())?;
                    if are_variants && part.name.is_empty() {
                        read.0.name = Some(DISCRIMINANT.into());
                    }
                    members.push(read);
                }
                Item::Variants(items) => self.items(kind, items, true, members)?,
                Item::Variant(items, _) => self.items(kind, items, false, members)?,
                Item::Other(other) => return Err(Unknown::Type(other.to_vec())),
            }
        }
        Ok(())
    }

    /// A member; the one before it ends at the bit `before`.
    fn member(&mut self, kind: Kind, part: &Part<'t>, before: u64) -> Result<Read, Unknown> {
        let called = || match part.name {
            b"" => declared(&part.of, "", Bodies::Short).into_bytes(),
            name => name.to_owned(),
        };
        let too_large = || Unknown::TooLarge(called());
        let of_type = self.read_type(&part.of)?;
        let description = self.described(&part.of)?;
        let attributes = &part.attributes;
        let bits = |bytes: u64| bytes.checked_mul(8).ok_or_else(too_large);
        let bit_offset = match (attributes.data_bit_offset, attributes.data_member_location) {
            (Some(bit), _) => bit,
            // Only the unit of a bit-field is said, before DWARF 5.
            (None, Some(unit)) if attributes.bit_size.is_some() && kind == Kind::Struct => {
                bits(unit)?.max(before)
            }
            (None, Some(byte)) => bits(byte)?,
            (None, None) if kind == Kind::Union => 0,
            (None, None) => return Err(Unknown::NoPlace(called())),
        };
        let bit_size = match attributes.bit_size {
            Some(width) => width,
            None => bits(of_type.size.unwrap_or_default())?,
        };
        bit_offset.checked_add(bit_size).ok_or_else(too_large)?;
        let is_open = part.name.is_empty() || is_unnamed(&part.of);
        let inner = match &of_type.element().kind {
            TypeKind::Record(record) if is_open => {
                moved(&record.layout.members, bit_offset).ok_or_else(too_large)?
            }
            _ => Vec::new(),
        };
        let member = Member {
            name: (!part.name.is_empty()).then(|| part.name.to_owned()),
            bit_offset,
            bit_size,
            is_bit_field: attributes.bit_size.is_some(),
            of_type: declared(&part.of, "", Bodies::Short).into_bytes(),
            inner,
        };
        Ok((member, of_type, description))
    }
}

/// Whether it is a struct or union without a name, or an array of such.
fn is_unnamed(of: &type_string::Type<'_>) -> bool {
    match &of.shape {
        Shape::Array(_, element) => is_unnamed(element),
        Shape::Record(..) => true,
        _ => false,
    }
}

/// Members that begin so many bits later; none if that is beyond 64 bits.
fn moved(members: &[Member], by: u64) -> Option<Vec<Member>> {
    let moved = members.iter().map(|member| {
        Some(Member {
            bit_offset: member.bit_offset.checked_add(by)?,
            inner: moved(&member.inner, by)?,
            ..member.clone()
        })
    });
    moved.collect()
}

/// Where a member ends, in bits.
fn end(member: &Member) -> u64 {
    member.bit_offset.saturating_add(member.bit_size)
}
