//! The type that specifiers and a declarator make, and the attributes of what is declared.

use lang_c::ast::{Declarator, Expression, Extension, TypeName, TypeOf, TypeSpecifier};
use lang_c::span::Node;

use super::Unknown;
use super::attributes::{Attributes, MODES, Meaning, Mode, meaning, plain_name};
use super::data_model::Basic;
use super::engine::Engine;
use super::specifiers::{Specifiers, Step, steps, tag, unusual};
use super::types::{Type, TypeKind};
use crate::canonical::Tree;

/// What is declared, and the attributes of it alone.
pub(super) struct Declared {
    pub of_type: Type,
    pub attributes: Attributes,
    /// Whether the attributes right after a tag make it doubtful how it lies in a packed struct.
    pub is_doubtful_packed: bool,
}

impl<'t, F: Fn(&[u8]) -> Option<&'t [u8]>> Engine<F> {
    /// The type that a typedef makes.
    pub(super) fn defined(
        &mut self,
        tree: &Tree,
        specifiers: &Specifiers<'_>,
        declarator: &Node<Declarator>,
    ) -> Result<Type, Unknown> {
        let declared = self.declared(tree, specifiers, Some(&declarator.node), false)?;
        let mut of_type = declared.of_type;
        // Of a typedef `packed` has no effect, and the last alignment counts, even a lower one.
        if let Some(align) = declared.attributes.align {
            of_type.align = align;
            of_type.is_user_aligned = true;
        }
        Ok(of_type)
    }

    /// The type that a type's name in an expression stands for, with the last pointer of it taken
    /// away if `is_pointee`. None if there is no such pointer.
    pub(super) fn named(
        &mut self,
        tree: &Tree,
        name: &TypeName,
        is_pointee: bool,
    ) -> Result<Option<Type>, Unknown> {
        let specifiers = Specifiers::of_member(&name.specifiers);
        let mut steps = steps(name.declarator.as_ref().map(|it| &it.node))?;
        if is_pointee && !matches!(steps.pop(), Some(Step::Pointer(_))) {
            return Ok(None);
        }
        let attributes = self.attributes(tree, &specifiers.of_declared)?;
        if attributes != Attributes::default() || !specifiers.behind_tag.is_empty() {
            return Err(Unknown::Attribute(tree.written(name.specifiers[0].span).into_bytes()));
        }
        self.stepped(tree, &specifiers, &steps).map(Some)
    }

    /// What specifiers and a declarator declare, as a member or as a typedef.
    pub(super) fn declared(
        &mut self,
        tree: &Tree,
        specifiers: &Specifiers<'_>,
        declarator: Option<&Declarator>,
        is_member: bool,
    ) -> Result<Declared, Unknown> {
        let steps = steps(declarator)?;
        let mut lists = specifiers.of_declared.clone();
        lists.extend(declarator.map(|it| &it.extensions[..]));
        let attributes = self.attributes(tree, &lists)?;
        let is_value = steps.iter().all(|step| matches!(step, Step::Array(_)));
        let doubtful = self.attributes(tree, &specifiers.behind_tag)?;
        let outer = self.limit;
        self.limit = attributes.limit.or(outer);
        let of_type = self.stepped(tree, specifiers, &steps);
        self.limit = outer;
        let mut of_type = of_type?;
        if let Some(mode) = attributes.mode {
            of_type = self.with_mode(of_type, mode)?;
        }
        if let Some(size) = attributes.vector_size {
            of_type = self.as_vector(of_type, size)?;
        }
        let mut declared = Declared { of_type, attributes, is_doubtful_packed: false };
        let is_needed = is_member || is_value || doubtful.align.is_some();
        if doubtful != Attributes::default() && is_needed {
            self.settle(specifiers, doubtful, is_value, is_member, &mut declared)?;
        }
        Ok(declared)
    }

    /// Decides whose the attributes right after a tag are. Where a struct is defined within
    /// something, the canonical text has but its tag, and the attributes after its brace stand
    /// there as if they were those of what is declared.
    fn settle(
        &mut self,
        specifiers: &Specifiers<'_>,
        doubtful: Attributes,
        is_value: bool,
        is_member: bool,
        declared: &mut Declared,
    ) -> Result<(), Unknown> {
        let name = if doubtful.is_packed { "packed" } else { "aligned" };
        let unknown = || name.as_bytes().to_vec();
        if doubtful.mode.is_some() || doubtful.vector_size.is_some() || doubtful.limit.is_some() {
            return Err(Unknown::Attribute(unknown()));
        }
        if !self.has_attributes {
            return Err(Unknown::Dropped(unknown()));
        }
        let is_defined_with = specifiers
            .types
            .first()
            .and_then(|specifier| tag(specifier))
            .is_some_and(|tag| self.ends_in_attributes(&tag));
        if is_defined_with {
            // They are the type's, unless the same are said of both. That makes no difference if
            // the type has that alignment anyway.
            let align = declared.of_type.align;
            let is_same = match (doubtful.is_packed, doubtful.align) {
                (true, None) => align == 1,
                (false, Some(wanted)) if is_member => wanted <= align,
                (_, wanted) => wanted == Some(align),
            };
            let is_same = is_same && is_value;
            if !is_same {
                return Err(Unknown::Attribute(unknown()));
            }
            declared.is_doubtful_packed = doubtful.align.is_some();
            return Ok(());
        }
        let own = &mut declared.attributes;
        own.is_packed |= doubtful.is_packed;
        own.most_align = own.most_align.max(doubtful.most_align);
        own.align = own.align.or(doubtful.align);
        Ok(())
    }

    /// The type at the end of some steps. What stands before them is computed only if it counts.
    fn stepped(
        &mut self,
        tree: &Tree,
        specifiers: &Specifiers<'_>,
        steps: &[Step<'_>],
    ) -> Result<Type, Unknown> {
        let last = steps.iter().rposition(|step| !matches!(step, Step::Array(_)));
        let (mut of_type, rest) = match last {
            None => (self.base(tree, specifiers)?, steps),
            Some(last) => {
                let of_type = match &steps[last] {
                    Step::Pointer(attributes) => self.pointer(tree, attributes)?,
                    _ => Type::incomplete(TypeKind::Function),
                };
                (of_type, &steps[last + 1..])
            }
        };
        for step in rest {
            let Step::Array(size) = step else { continue };
            let count = match size {
                Some(size) => {
                    let count = self.evaluated(tree, size)?;
                    let count = u64::try_from(count);
                    Some(count.map_err(|_| Unknown::Expression(b"the size of an array".to_vec()))?)
                }
                None => None,
            };
            let is_whole = of_type.size.is_some_and(|size| size % of_type.align == 0);
            let array = of_type.array(count).filter(|_| is_whole);
            of_type = array.ok_or_else(|| Unknown::Type(b"of an array".to_vec()))?;
        }
        Ok(of_type)
    }

    /// A pointer whose type has these attributes.
    fn pointer(&mut self, tree: &Tree, lists: &[&[Node<Extension>]]) -> Result<Type, Unknown> {
        let mut pointer = Type::pointer(self.model);
        let attributes = self.attributes(tree, lists)?;
        if let Some(align) = attributes.align {
            pointer.align = align;
            pointer.is_user_aligned = true;
        }
        // Here `packed` has no effect.
        let rest = Attributes { align: None, most_align: None, is_packed: false, ..attributes };
        match rest == Attributes::default() {
            true => Ok(pointer),
            false => Err(Unknown::Attribute(b"of a pointer".to_vec())),
        }
    }

    /// The type before a declarator.
    pub(super) fn base(
        &mut self,
        tree: &Tree,
        specifiers: &Specifiers<'_>,
    ) -> Result<Type, Unknown> {
        let of_body = self.attributes(tree, &specifiers.of_body)?;
        let Some(only) = specifiers.only() else {
            return self.basic(&specifiers.types);
        };
        match only {
            TypeSpecifier::Struct(it) if it.node.declarations.is_some() => {
                self.record(tree, &it.node, &of_body)
            }
            TypeSpecifier::Enum(it) if !it.node.enumerators.is_empty() => {
                self.enumeration(tree, &it.node, &of_body)
            }
            TypeSpecifier::Struct(_) | TypeSpecifier::Enum(_) => {
                let tag = tag(only).unwrap_or_default();
                self.resolve(&tag)
            }
            TypeSpecifier::TypedefName(name) => self.typedef(&name.node.name),
            TypeSpecifier::TypeOf(of) => match &of.node {
                TypeOf::Expression(expression) => self.type_of(tree, &expression.node),
                TypeOf::Type(name) => {
                    let found = self.named(tree, &name.node, false)?;
                    found.ok_or_else(|| Unknown::Type(b"typeof".to_vec()))
                }
            },
            _ => self.basic(&specifiers.types),
        }
    }

    /// The type that a typedef's name stands for.
    pub(super) fn typedef(&mut self, name: &str) -> Result<Type, Unknown> {
        let wide = |is_signed: bool| {
            let basic = self.model.int128.ok_or_else(|| Unknown::Type(name.into()))?;
            Ok(Type::plain(TypeKind::Integer { is_signed }, basic))
        };
        match name {
            "__int128_t" => wide(true),
            "__uint128_t" => wide(false),
            "__builtin_va_list" => Ok(Type::plain(TypeKind::Arguments, self.model.va_list)),
            _ => self.resolve(format!("t#{name}").as_bytes()),
        }
    }

    /// The type of C's own words.
    fn basic(&self, types: &[&TypeSpecifier]) -> Result<Type, Unknown> {
        let count =
            |wanted: &TypeSpecifier| types.iter().filter(|specifier| **specifier == wanted).count();
        let (signed, unsigned) = (count(&TypeSpecifier::Signed), count(&TypeSpecifier::Unsigned));
        let (short, long) = (count(&TypeSpecifier::Short), count(&TypeSpecifier::Long));
        let (int, char) = (count(&TypeSpecifier::Int), count(&TypeSpecifier::Char));
        let double = count(&TypeSpecifier::Double);
        let float = |size| Type::plain(TypeKind::Float, Basic { size, align: size });
        let is_signed = unsigned == 0;
        let others = types.len() - signed - unsigned - short - long - int - char - double;
        let found = match (others, short, long, char, double) {
            (0, 0, 0, 1, 0) => {
                Type::integer(1, is_signed && (signed > 0 || self.model.is_char_signed))
            }
            (0, 1, 0, 0, 0) => Type::integer(2, is_signed),
            (0, 0, 0, 0, 0) => Type::integer(4, is_signed),
            (0, 0, 1, 0, 0) => Type::integer(self.model.word, is_signed),
            (0, 0, 2, 0, 0) => Type::integer(8, is_signed),
            (0, 0, 0, 0, 1) => float(8),
            (0, 0, 1, 0, 1) => Type::plain(TypeKind::Float, self.model.long_double),
            (1, 0, 0, 0, 0) if types.len() == 1 => match types[0] {
                TypeSpecifier::Void => Type::incomplete(TypeKind::Void),
                TypeSpecifier::Bool => Type::plain(TypeKind::Bool, Basic { size: 1, align: 1 }),
                TypeSpecifier::Float => float(4),
                _ => return Err(unusual(types)),
            },
            _ => return Err(unusual(types)),
        };
        Ok(found)
    }

    /// An integer with a mode instead of its own size.
    fn with_mode(&self, of_type: Type, mode: Mode) -> Result<Type, Unknown> {
        let TypeKind::Integer { is_signed } = of_type.kind else {
            return Err(Unknown::Attribute(b"mode".to_vec()));
        };
        match mode.size(self.model) {
            16 => self.typedef_wide(is_signed),
            size => Ok(Type::integer(size, is_signed)),
        }
    }

    fn typedef_wide(&self, is_signed: bool) -> Result<Type, Unknown> {
        let basic = self.model.int128.ok_or_else(|| Unknown::Attribute(b"mode".to_vec()))?;
        Ok(Type::plain(TypeKind::Integer { is_signed }, basic))
    }

    /// A vector of integers or floating point numbers.
    fn as_vector(&self, of_type: Type, size: u64) -> Result<Type, Unknown> {
        let unknown = || Unknown::Attribute(b"vector_size".to_vec());
        let is_number = of_type.is_integer() || matches!(of_type.kind, TypeKind::Float);
        let whole = of_type.size.filter(|&element| element > 0 && size.is_multiple_of(element));
        if !is_number || whole.is_none() || !size.is_power_of_two() || of_type.is_user_aligned {
            return Err(unknown());
        }
        let align = self.model.vector_limit.map_or(size, |limit| size.min(limit));
        Ok(Type::plain(TypeKind::Vector, Basic { size, align }))
    }

    /// What lists of attributes say together.
    fn attributes(
        &mut self,
        tree: &Tree,
        lists: &[&[Node<Extension>]],
    ) -> Result<Attributes, Unknown> {
        let mut said = Attributes::default();
        for extension in lists.iter().copied().flatten() {
            let Extension::Attribute(attribute) = &extension.node else { continue };
            let name = &attribute.name.node;
            let unknown = || Unknown::Attribute(name.clone().into_bytes());
            let argument = match &attribute.arguments[..] {
                [argument] => Some(&argument.node),
                _ => None,
            };
            match meaning(name).ok_or_else(unknown)? {
                Meaning::None => {}
                Meaning::Packed => said.is_packed = true,
                Meaning::Aligned => {
                    let align = match argument {
                        Some(argument) => self.positive(tree, argument)?.ok_or_else(unknown)?,
                        None => self.model.biggest,
                    };
                    if !align.is_power_of_two() || align > 1 << 28 {
                        return Err(unknown());
                    }
                    said.align = Some(align);
                    said.most_align = said.most_align.max(Some(align));
                }
                Meaning::Limit => {
                    let argument = argument.ok_or_else(unknown)?;
                    said.limit = self.positive(tree, argument)?;
                    if !said.limit.is_some_and(u64::is_power_of_two) {
                        return Err(unknown());
                    }
                }
                Meaning::VectorSize => {
                    let argument = argument.ok_or_else(unknown)?;
                    said.vector_size = Some(self.positive(tree, argument)?.ok_or_else(unknown)?);
                }
                Meaning::Mode => {
                    let Some(Expression::Identifier(mode)) = argument else {
                        return Err(unknown());
                    };
                    let mode = plain_name(&mode.node.name);
                    let known = MODES.iter().find(|(known, _)| *known == mode);
                    said.mode = Some(known.map(|(_, mode)| *mode).ok_or_else(unknown)?);
                }
            }
        }
        Ok(said)
    }

    /// The value of an expression, if it is positive.
    fn positive(&mut self, tree: &Tree, expression: &Expression) -> Result<Option<u64>, Unknown> {
        let value = self.evaluated(tree, expression)?;
        Ok(u64::try_from(value).ok().filter(|&value| value > 0))
    }
}
