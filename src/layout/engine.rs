//! Layouts of canonical declarations, each computed once.
//!
//! A type is looked up by its name with its kind's letter: `s#page`, `t#u32`, `E#NR_CPUS`. What
//! cannot be computed is [`Unknown`], and so is all that contains it; nothing is guessed.

use std::hash::BuildHasherDefault;
use std::sync::Arc;

use indexmap::IndexMap;
use lang_c::ast::{Declaration, EnumType, TypeSpecifier};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::attributes::Attributes;
use super::data_model::DataModel;
use super::specifiers::Specifiers;
use super::types::{Type, TypeKind};
use super::{Layout, Unknown};
use crate::canonical::Tree;
use crate::formats::symtypes::{Kind, TypeName};

/// How many types may be in one another.
const DEEPEST: usize = 64;

/// The end of a declaration of which nothing is known but its name.
const OPAQUE: &[u8] = b"{ UNKNOWN }";

/// An enumerator of an enum that stands in the declaration at hand.
#[derive(Clone, Debug)]
pub(super) struct Enumerator {
    pub name: String,
    pub value: i128,
    /// The type that it has in the enum that declares it; none if it is not known. After that
    /// enum it is `int`, if that holds the value.
    pub of_type: Option<Type>,
}

/// What finds declarations: of a name with its kind's letter, as `s#page`, the text.
pub trait Lookup<'d>: Fn(&[u8]) -> Option<&'d [u8]> {}

impl<'d, F: Fn(&[u8]) -> Option<&'d [u8]>> Lookup<'d> for F {}

/// Types that an engine has computed, for others to go on from.
#[derive(Clone, Debug, Default)]
pub struct Settled(Arc<IndexMap<Vec<u8>, Type, BuildHasherDefault<FxHasher>>>);

/// Computes layouts from the declarations that a lookup finds.
pub struct Engine<F> {
    pub(super) model: &'static DataModel,
    /// Whether declarations have the attributes after their closing braces.
    pub(super) has_attributes: bool,
    lookup: F,
    known: IndexMap<Vec<u8>, Result<Type, Unknown>, BuildHasherDefault<FxHasher>>,
    /// What another engine has computed.
    settled: Settled,
    /// Declarations that were read ahead.
    trees: IndexMap<Vec<u8>, Option<Arc<Tree>>, BuildHasherDefault<FxHasher>>,
    /// What is being computed, the outermost first.
    under_way: Vec<Vec<u8>>,
    /// The enumerators of the enum that is being read, so far.
    pub(super) enumerators: Vec<Enumerator>,
    /// The limit of `#pragma pack` in force for the bodies of the declaration at hand, in bytes.
    pub(super) limit: Option<u64>,
    /// Whether the types of members are described, for comparisons.
    pub(super) describes: bool,
}

impl<'t, F: Fn(&[u8]) -> Option<&'t [u8]>> Engine<F> {
    /// An engine for the types that `lookup` declares, each by its name with its kind's letter.
    ///
    /// `has_attributes` says whether the declarations have the attributes that stand after the
    /// closing brace of a struct, as those of our own record have. In `.symtypes` they are lost.
    pub fn new(model: &'static DataModel, has_attributes: bool, lookup: F) -> Self {
        Engine {
            model,
            has_attributes,
            lookup,
            known: IndexMap::default(),
            settled: Settled::default(),
            trees: IndexMap::default(),
            under_way: Vec::new(),
            enumerators: Vec::new(),
            limit: None,
            describes: false,
        }
    }

    /// The same, but the types in `settled` are as they are there.
    pub fn beyond(
        settled: &Settled,
        model: &'static DataModel,
        has_attributes: bool,
        lookup: F,
    ) -> Self {
        Engine { settled: settled.clone(), ..Engine::new(model, has_attributes, lookup) }
    }

    /// What it has computed; what is unknown is left out.
    pub fn settled(self) -> Settled {
        let known = self.known.into_iter().filter_map(|(name, found)| Some((name, found.ok()?)));
        Settled(Arc::new(known.collect()))
    }

    /// The same, but ready for [`super::impact`].
    pub fn for_comparison(model: &'static DataModel, has_attributes: bool, lookup: F) -> Self {
        Engine { describes: true, ..Engine::new(model, has_attributes, lookup) }
    }

    /// Reads the declarations of these names, on all threads. Reading is most of the work; it is of
    /// use to who asks for many layouts.
    pub fn read_ahead(&mut self, names: &[&[u8]])
    where
        F: Sync,
    {
        let lookup = &self.lookup;
        let read = |name: &&[u8]| {
            let text = lookup(name)?.trim_ascii();
            let is_type = !text.ends_with(OPAQUE) && TypeName::of(name).kind != Kind::Normal;
            is_type.then(|| (name.to_vec(), Tree::read(text).map(Arc::new)))
        };
        let read: Vec<_> = names.par_iter().filter_map(read).collect();
        self.trees.extend(read);
    }

    /// How a struct or union lies in memory, or the one that a typedef stands for.
    pub fn layout(&mut self, name: &[u8]) -> Result<Arc<Layout>, Unknown> {
        let found = self.resolve(name)?;
        match found.kind {
            TypeKind::Record(record) if record.layout.align == Some(found.align) => {
                Ok(Arc::clone(&record.layout))
            }
            TypeKind::Record(record) => {
                let align = Some(found.align);
                Ok(Arc::new(Layout { align, ..Layout::clone(&record.layout) }))
            }
            _ => Err(Unknown::Type(name.to_owned())),
        }
    }

    /// The size and the alignment of a type, in bytes.
    pub fn size(&mut self, name: &[u8]) -> Result<(u64, u64), Unknown> {
        let found = self.resolve(name)?;
        let size = found.size.ok_or_else(|| Unknown::Type(name.to_owned()))?;
        Ok((size, found.align))
    }

    /// The value of an enumerator: `E#NR_CPUS`.
    pub fn value(&mut self, name: &[u8]) -> Result<i128, Unknown> {
        let text = self.declaration(name)?;
        self.guarded(name, |engine| {
            let tree =
                Tree::read_value(text).ok_or_else(|| Unknown::Unreadable(name.to_owned()))?;
            let Some(TypeSpecifier::Enum(of)) = only_type(&tree.declaration) else {
                return Err(Unknown::Unreadable(name.to_owned()));
            };
            let outer = std::mem::take(&mut engine.enumerators);
            let values = engine.values(&tree, &of.node);
            engine.enumerators = outer;
            values?
                .pop()
                .map(|(_, value)| value)
                .ok_or_else(|| Unknown::Unreadable(name.to_owned()))
        })
    }

    /// The enumerators of an enum with their values, in order.
    pub fn enumerator_values(&mut self, name: &[u8]) -> Result<Vec<(String, i128)>, Unknown> {
        let tree = self.tree(name)?;
        match only_type(&tree.declaration) {
            Some(TypeSpecifier::Enum(of)) => {
                self.guarded(name, |engine| engine.local_values(&tree, &of.node))
            }
            _ => Err(Unknown::Unreadable(name.to_owned())),
        }
    }

    /// The type of this name.
    pub(super) fn resolve(&mut self, name: &[u8]) -> Result<Type, Unknown> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        if let Some(settled) = self.settled.0.get(name) {
            return Ok(settled.clone());
        }
        let found = self.guarded(name, |engine| engine.compute(name));
        self.known.insert(name.to_owned(), found.clone());
        found
    }

    /// Computes something of `name`, unless that is being done already.
    pub(super) fn guarded<T>(
        &mut self,
        name: &[u8],
        compute: impl FnOnce(&mut Self) -> Result<T, Unknown>,
    ) -> Result<T, Unknown> {
        if self.under_way.iter().any(|under_way| under_way == name) {
            return Err(Unknown::Cycle(name.to_owned()));
        }
        if self.under_way.len() >= DEEPEST {
            return Err(Unknown::TooDeep(name.to_owned()));
        }
        self.under_way.push(name.to_owned());
        let found = compute(self);
        self.under_way.pop();
        found
    }

    /// The declaration of a name, if more is known than that.
    pub(super) fn declaration(&self, name: &[u8]) -> Result<&'t [u8], Unknown> {
        let text = (self.lookup)(name).ok_or_else(|| Unknown::Undeclared(name.to_owned()))?;
        let text = text.trim_ascii();
        match text.ends_with(OPAQUE) {
            true => Err(Unknown::Opaque(name.to_owned())),
            false => Ok(text),
        }
    }

    pub(super) fn tree(&self, name: &[u8]) -> Result<Arc<Tree>, Unknown> {
        let text = self.declaration(name)?;
        let tree = match self.trees.get(name) {
            Some(tree) => tree.clone(),
            None => Tree::read(text).map(Arc::new),
        };
        tree.ok_or_else(|| Unknown::Unreadable(name.to_owned()))
    }

    /// Whether a name is declared.
    pub(super) fn is_declared(&self, name: &[u8]) -> bool {
        (self.lookup)(name).is_some()
    }

    /// Whether the declaration of a struct, union or enum has attributes after its brace.
    pub(super) fn ends_in_attributes(&self, name: &[u8]) -> bool {
        (self.lookup)(name).is_some_and(|text| text.trim_ascii_end().ends_with(b")"))
    }

    fn compute(&mut self, name: &[u8]) -> Result<Type, Unknown> {
        let tree = self.tree(name)?;
        let declaration = &tree.declaration;
        let specifiers = Specifiers::of_declaration(&declaration.specifiers)?;
        let unreadable = || Unknown::Unreadable(name.to_owned());
        let outer = (std::mem::take(&mut self.enumerators), self.limit.take());
        let found = match (name.first(), &declaration.declarators[..]) {
            (Some(b't'), [declarator]) => {
                self.defined(&tree, &specifiers, &declarator.node.declarator)
            }
            (Some(b's' | b'u' | b'e'), []) if specifiers.has_body() => {
                self.base(&tree, &specifiers)
            }
            _ => Err(unreadable()),
        };
        (self.enumerators, self.limit) = outer;
        found
    }

    /// The type of an enum: what it is as an integer.
    pub(super) fn enumeration(
        &mut self,
        tree: &Tree,
        of: &EnumType,
        attributes: &Attributes,
    ) -> Result<Type, Unknown> {
        let others = [
            (attributes.align.is_some(), "aligned"),
            (attributes.vector_size.is_some(), "vector_size"),
            (attributes.limit.is_some(), "pack"),
        ];
        if let Some((_, name)) = others.iter().find(|(is_there, _)| *is_there) {
            return Err(Unknown::Attribute(name.as_bytes().to_vec()));
        }
        let values = self.local_values(tree, of)?;
        let least = values.iter().map(|(_, value)| *value).min().unwrap_or(0).min(0);
        let most = values.iter().map(|(_, value)| *value).max().unwrap_or(0).max(0);
        let is_signed = least < 0;
        let of_mode = attributes.mode.map(|mode| mode.size(self.model));
        let sizes: &[u64] = match &of_mode {
            Some(size) => std::slice::from_ref(size),
            None if attributes.is_packed => &[1, 2, 4, 8],
            None => &[4, 8],
        };
        let holds = |size: &&u64| {
            // No enumerator is wider than 64 bits.
            let bits = 8 * (**size).min(8);
            match is_signed {
                true => least >= -(1 << (bits - 1)) && most < 1 << (bits - 1),
                false => most < 1 << bits,
            }
        };
        let size = sizes.iter().find(holds);
        let size =
            size.ok_or_else(|| Unknown::Type(written_tag("enum", of.identifier.as_ref())))?;
        Ok(Type::integer(*size, is_signed))
    }

    /// The enumerators of an enum that stands within something, with their values.
    pub(super) fn local_values(
        &mut self,
        tree: &Tree,
        of: &EnumType,
    ) -> Result<Vec<(String, i128)>, Unknown> {
        let start = self.enumerators.len();
        let values = self.values(tree, of);
        if values.is_err() {
            self.enumerators.truncate(start);
        }
        for enumerator in &mut self.enumerators[start..] {
            let is_int = i32::try_from(enumerator.value).is_ok();
            enumerator.of_type = is_int.then(Type::int);
        }
        values
    }

    fn values(&mut self, tree: &Tree, of: &EnumType) -> Result<Vec<(String, i128)>, Unknown> {
        let start = self.enumerators.len();
        let (mut value, mut of_type) = (-1_i128, Some(Type::int()));
        for enumerator in &of.enumerators {
            match &enumerator.node.expression {
                Some(expression) => (value, of_type) = self.constant(tree, expression)?,
                None => value += 1,
            }
            // What does not fit `int` has the type of its expression.
            if i32::try_from(value).is_ok() {
                of_type = Some(Type::int());
            } else if enumerator.node.expression.is_none() {
                of_type = None;
            }
            let name = enumerator.node.identifier.node.name.clone();
            self.enumerators.push(Enumerator { name, value, of_type: of_type.clone() });
        }
        Ok(self.enumerators[start..].iter().map(|it| (it.name.clone(), it.value)).collect())
    }
}

/// What a declaration without declarators declares.
fn only_type(declaration: &Declaration) -> Option<&TypeSpecifier> {
    let types = declaration.specifiers.iter().filter_map(|it| match &it.node {
        lang_c::ast::DeclarationSpecifier::TypeSpecifier(specifier) => Some(&specifier.node),
        _ => None,
    });
    let mut types = types.filter(|_| declaration.declarators.is_empty());
    types.next()
}

/// A struct, union or enum by its kind and its tag.
pub(super) fn written_tag(
    word: &str,
    tag: Option<&lang_c::span::Node<lang_c::ast::Identifier>>,
) -> Vec<u8> {
    match tag {
        Some(tag) => format!("{word} {}", tag.node.name).into_bytes(),
        None => format!("an unnamed {word}").into_bytes(),
    }
}
