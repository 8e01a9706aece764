//! Structs and unions, member by member.

use std::sync::Arc;

use lang_c::ast::{StructDeclaration, StructDeclarator, StructField, StructKind, StructType};
use lang_c::span::Node;

use super::attributes::Attributes;
use super::declared::Declared;
use super::described::Described;
use super::engine::{Engine, written_tag};
use super::place::{Placer, Wanted};
use super::specifiers::Specifiers;
use super::types::{Record, Type, TypeKind};
use super::{Kind, Layout, Member, Unknown};
use crate::canonical::Tree;

/// A struct or union under way.
struct Open<'m> {
    placer: Placer<'m>,
    is_packed: bool,
    members: Vec<Member>,
    types: Vec<Type>,
    descriptions: Vec<Described>,
    /// How messages name it.
    name: Vec<u8>,
}

impl<'t, F: Fn(&[u8]) -> Option<&'t [u8]>> Engine<F> {
    /// The type that a struct or union with its members is.
    pub(super) fn record(
        &mut self,
        tree: &Tree,
        of: &StructType,
        attributes: &Attributes,
    ) -> Result<Type, Unknown> {
        let (kind, word) = match of.kind.node {
            StructKind::Struct => (Kind::Struct, "struct"),
            StructKind::Union => (Kind::Union, "union"),
        };
        if attributes.mode.is_some() || attributes.vector_size.is_some() {
            return Err(Unknown::Attribute(b"mode".to_vec()));
        }
        let bits = |bytes: u64| 8 * bytes;
        // The pragma holds for what is in the body as well.
        let outer = self.limit;
        self.limit = attributes.limit.or(outer);
        let (align, limit) = (attributes.align.map(bits), self.limit.map(bits));
        let mut open = Open {
            placer: Placer::new(self.model, kind == Kind::Union, align, limit),
            is_packed: attributes.is_packed,
            members: Vec::new(),
            types: Vec::new(),
            descriptions: Vec::new(),
            name: written_tag(word, of.identifier.as_ref()),
        };
        let mut found = Ok(());
        for declaration in of.declarations.iter().flatten() {
            if let StructDeclaration::Field(field) = &declaration.node {
                found = found.and_then(|()| self.field(tree, &field.node, &mut open));
            }
        }
        self.limit = outer;
        found?;
        let Open { placer, members, types, descriptions, name, .. } = open;
        let placed = placer.finish().ok_or(Unknown::TooLarge(name))?;
        let (size, align) = (placed.size, placed.align);
        let layout = Arc::new(Layout { kind, size, align: Some(align), members });
        Ok(Type {
            kind: TypeKind::Record(Arc::new(Record { layout, types, descriptions })),
            size: Some(size),
            align,
            is_user_aligned: placed.is_user_aligned,
        })
    }

    /// The members that one declaration declares.
    fn field(
        &mut self,
        tree: &Tree,
        field: &StructField,
        open: &mut Open<'_>,
    ) -> Result<(), Unknown> {
        let specifiers = Specifiers::of_member(&field.specifiers);
        if !field.declarators.is_empty() {
            for declarator in &field.declarators {
                self.declarator(tree, field, &specifiers, declarator, open)?;
            }
            return Ok(());
        }
        let declared = self.declared(tree, &specifiers, None, true)?;
        match declared.of_type.kind {
            TypeKind::Record(_) if specifiers.untagged().is_some() => {
                let of_type = open_word(specifiers.untagged()).into();
                let description = Described::Other;
                let named = Named { name: None, width: None, of_type, description };
                put(open, named, declared, true)
            }
            // With a tag it declares a member in Microsoft's C, and nothing in any other.
            TypeKind::Record(_) => {
                Err(Unknown::Type(tree.written(field.specifiers[0].span).into()))
            }
            _ => Ok(()),
        }
    }

    fn declarator(
        &mut self,
        tree: &Tree,
        field: &StructField,
        specifiers: &Specifiers<'_>,
        declarator: &Node<StructDeclarator>,
        open: &mut Open<'_>,
    ) -> Result<(), Unknown> {
        let StructDeclarator { declarator: inner, bit_width } = &declarator.node;
        let declared = self.declared(tree, specifiers, inner.as_ref().map(|it| &it.node), true)?;
        let name = inner.as_ref().and_then(|it| tree.name(&it.node));
        let width = match bit_width {
            Some(width) => {
                // The parser drops the attributes of an unnamed bit-field.
                let behind = lang_c::span::Span::span(width.span.end, declarator.span.end);
                if inner.is_none() && tree.text(behind).contains("__attribute") {
                    return Err(Unknown::Attribute(tree.written(behind).into_bytes()));
                }
                Some(self.width(tree, width, &declared.of_type, name.is_some())?)
            }
            None => None,
        };
        let of_type = match specifiers.untagged() {
            Some(_) => {
                let derived = inner.as_ref().map(|it| tree.without_name(it)).unwrap_or_default();
                format!("{} {derived}", open_word(specifiers.untagged())).trim_end().to_owned()
            }
            None => tree.member_type(&field.specifiers, inner.as_ref()),
        };
        let description = match self.describes {
            true => self.described(tree, specifiers, inner.as_ref().map(|it| &it.node))?,
            false => Described::Other,
        };
        let (name, of_type) = (name.map(Into::into), of_type.into_bytes());
        let named = Named { name, width, of_type, description };
        put(open, named, declared, specifiers.untagged().is_some())
    }

    /// The width of a bit-field, which must fit its type.
    fn width(
        &mut self,
        tree: &Tree,
        width: &Node<lang_c::ast::Expression>,
        of_type: &Type,
        is_named: bool,
    ) -> Result<u64, Unknown> {
        let unknown = || Unknown::Expression(tree.written(width.span).into_bytes());
        let value = u64::try_from(self.evaluated(tree, &width.node)?).map_err(|_| unknown())?;
        let most = match of_type.kind {
            TypeKind::Bool => 1,
            _ => 8 * of_type.size.filter(|_| of_type.is_integer()).unwrap_or(0),
        };
        let is_fit = value <= most && most > 0 && (value > 0 || !is_named);
        is_fit.then_some(value).ok_or_else(unknown)
    }
}

/// What a declarator says of a member beyond its type.
struct Named {
    name: Option<Vec<u8>>,
    width: Option<u64>,
    of_type: Vec<u8>,
    description: Described,
}

/// Gives a member its place.
fn put(
    open: &mut Open<'_>,
    named: Named,
    declared: Declared,
    is_untagged: bool,
) -> Result<(), Unknown> {
    let Declared { of_type, attributes, is_doubtful_packed } = declared;
    let is_end = matches!(of_type.kind, TypeKind::Array(_));
    if of_type.size.is_none() && !is_end {
        return Err(Unknown::Type(named.of_type));
    }
    if is_doubtful_packed && open.is_packed {
        return Err(Unknown::Attribute(b"aligned".to_vec()));
    }
    let wanted = Wanted {
        of_type: &of_type,
        width: named.width,
        is_named: named.name.is_some(),
        is_packed: open.is_packed || attributes.is_packed,
        align: attributes.most_align.map(|bytes| 8 * bytes),
    };
    let too_large = || Unknown::TooLarge(open.name.clone());
    let bit_offset = open.placer.place(&wanted);
    let bit_offset = bit_offset.ok_or_else(too_large)?;
    let is_bit_field = named.width.is_some();
    if is_bit_field && named.name.is_none() {
        return Ok(());
    }
    let size = of_type.size.unwrap_or(0).checked_mul(8);
    let bit_size = named.width.or(size).ok_or_else(too_large)?;
    let inner = match &of_type.element().kind {
        TypeKind::Record(record) if is_untagged => {
            moved(&record.layout.members, bit_offset).ok_or_else(too_large)?
        }
        _ => Vec::new(),
    };
    let Named { name, of_type: text, description, .. } = named;
    open.members.push(Member { name, bit_offset, bit_size, is_bit_field, of_type: text, inner });
    open.types.push(of_type);
    open.descriptions.push(description);
    Ok(())
}

/// Members as they are in something that begins at `start`.
fn moved(members: &[Member], start: u64) -> Option<Vec<Member>> {
    let moved = |member: &Member| {
        let bit_offset = member.bit_offset.checked_add(start)?;
        let inner = moved(&member.inner, start)?;
        Some(Member { bit_offset, inner, ..member.clone() })
    };
    members.iter().map(moved).collect()
}

/// The word for a struct or union without a tag.
fn open_word(of: Option<&StructType>) -> &'static str {
    match of.map(|of| &of.kind.node) {
        Some(StructKind::Union) => "union",
        _ => "struct",
    }
}
