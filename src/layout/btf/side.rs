//! The types of a kernel or a module as [`crate::layout::impact`] wants them, from BTF.
//!
//! What lies where is what the compiler has written down. There are no alignments in it, so that
//! those of two releases never differ here.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::btf::{Btf, ByName, Enumeration, Prototype, Type as BtfType, TypeId};
use crate::formats::symtypes::{Kind, TypeName};
use crate::layout::described::{Described, Signature};
use crate::layout::side::{Declared, Side};
use crate::layout::types::{Record, Type, TypeKind};
use crate::layout::{Layout, Member, Unknown};

/// How many types may be in one another.
const DEEPEST: usize = 64;

/// How long a description may be, in bytes.
const LONGEST: usize = 4 << 10;

/// What is found by name in the BTF of a kernel, or of a module.
#[derive(Debug)]
pub struct BtfNames<'d> {
    btf: &'d Btf<'d>,
    types: ByName<'d>,
    /// Enumerators with their values, sorted.
    values: Vec<(&'d [u8], i128)>,
}

impl<'d> BtfNames<'d> {
    /// The names in `btf`; of a module, only those that its kernel has not.
    pub fn of(btf: &'d Btf<'d>) -> Self {
        let mut values: Vec<_> = btf
            .types()
            .filter_map(|(_, of)| match of {
                BtfType::Enumeration(of) => Some(of.enumerators()),
                _ => None,
            })
            .flatten()
            .map(|enumerator| (enumerator.name, enumerator.value))
            .collect();
        values.sort_unstable();
        values.dedup();
        Self { btf, types: ByName::of(btf, |_| true), values }
    }

    /// Where they are.
    pub fn btf(&self) -> &'d Btf<'d> {
        self.btf
    }

    /// The types of a name with its kind's letter; the functions and variables of one without.
    fn find(&self, name: &[u8]) -> Vec<TypeId> {
        let TypeName { kind, bare } = TypeName::of(name);
        self.types.get(bare).filter(|&id| self.is_of(kind, id)).collect()
    }

    /// Whether a type is of this kind; functions and variables have normal names.
    pub(super) fn is_of(&self, kind: Kind, id: TypeId) -> bool {
        match (kind, self.btf.get(id)) {
            (Kind::Struct, BtfType::Record(of)) => !of.is_union,
            (Kind::Union, BtfType::Record(of)) => of.is_union,
            (Kind::Enum, BtfType::Enumeration(_)) | (Kind::Typedef, BtfType::Typedef { .. }) => {
                true
            }
            (Kind::Normal, BtfType::Function { .. } | BtfType::Variable { .. }) => true,
            _ => false,
        }
    }

    /// All types with a name, by name.
    pub(super) fn types(&self) -> impl Iterator<Item = (&'d [u8], TypeId)> {
        self.types.iter()
    }

    /// The values of the enumerators of this name.
    fn values(&self, name: &[u8]) -> &[(&'d [u8], i128)] {
        let start = self.values.partition_point(|(other, _)| *other < name);
        let rest = &self.values[start..];
        &rest[..rest.iter().take_while(|(other, _)| *other == name).count()]
    }
}

/// The types of a kernel, or of a module and its kernel.
#[derive(Debug)]
pub struct BtfSide<'d> {
    btf: &'d Btf<'d>,
    /// Where names are looked up: a module's own come first.
    names: Vec<&'d BtfNames<'d>>,
    known: IndexMap<TypeId, Result<Type, Unknown>>,
    /// What is being read, the outermost first.
    under_way: Vec<TypeId>,
}

impl<'d> BtfSide<'d> {
    /// The types of a kernel.
    pub fn of_kernel(names: &'d BtfNames<'d>) -> Self {
        Self { btf: names.btf, names: vec![names], known: IndexMap::new(), under_way: Vec::new() }
    }

    /// The types of a module, whose BTF goes on from that of `kernel`.
    pub fn of_module(names: &'d BtfNames<'d>, kernel: &'d BtfNames<'d>) -> Self {
        Self { names: vec![names, kernel], ..Self::of_kernel(names) }
    }

    /// The type of this name, if there is only one: all of a name may be alike.
    pub fn find(&self, name: &[u8]) -> Result<TypeId, Unknown> {
        let found = self.names.iter().map(|names| names.find(name)).find(|found| !found.is_empty());
        match &found.unwrap_or_default()[..] {
            [] => Err(Unknown::Undeclared(name.to_owned())),
            [only] => Ok(*only),
            [first, others @ ..] => {
                let layout = |id: &TypeId| self.btf.layout(*id).ok();
                let first_layout = layout(first);
                let is_like = |other| first_layout.is_some() && layout(other) == first_layout;
                match others.iter().all(is_like) {
                    true => Ok(*first),
                    false => Err(Unknown::Ambiguous(name.to_owned())),
                }
            }
        }
    }

    /// The names of all that is declared within a struct, union, enum or typedef of such: members, also
    /// of what has no tag, or enumerators. None if it is none, or not the only one.
    pub fn part_names(&self, name: &[u8]) -> Option<BTreeSet<Vec<u8>>> {
        fn add(members: &[Member], names: &mut BTreeSet<Vec<u8>>) {
            for member in members {
                names.extend(member.name.clone());
                add(&member.inner, names);
            }
        }
        let mut names = BTreeSet::new();
        let mut id = self.find(name).ok()?;
        if let BtfType::Typedef { of, .. } = self.btf.get(id) {
            id = of;
        }
        match self.btf.get(id) {
            BtfType::Record(_) => add(&self.layout(id)?.members, &mut names),
            BtfType::Enumeration(of) => {
                names.extend(of.enumerators().map(|it| it.name.to_owned()));
            }
            _ => return None,
        }
        Some(names)
    }

    /// The enumeration of this name.
    fn enumeration(&self, name: &[u8]) -> Result<Enumeration<'d>, Unknown> {
        match self.btf.get(self.find(name)?) {
            BtfType::Enumeration(of) => Ok(of),
            _ => Err(Unknown::Type(name.to_owned())),
        }
    }

    /// The type of this number.
    pub fn of(&mut self, id: TypeId) -> Result<Type, Unknown> {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        let found = self.guarded(id, |side| side.read(id));
        self.known.insert(id, found.clone());
        found
    }

    /// Reads something of a type, unless that is being done already.
    fn guarded<T>(
        &mut self,
        id: TypeId,
        read: impl FnOnce(&mut Self) -> Result<T, Unknown>,
    ) -> Result<T, Unknown> {
        if self.under_way.contains(&id) {
            return Err(Unknown::Cycle(self.called(id)));
        }
        if self.under_way.len() >= DEEPEST {
            return Err(Unknown::TooDeep(self.called(id)));
        }
        self.under_way.push(id);
        let found = read(self);
        self.under_way.pop();
        found
    }

    /// What a type is called in messages.
    fn called(&self, id: TypeId) -> Vec<u8> {
        let name = self.btf.get(id).name().map(<[u8]>::to_owned);
        name.unwrap_or_else(|| format!("type {} of the BTF", id.number()).into_bytes())
    }

    fn read(&mut self, id: TypeId) -> Result<Type, Unknown> {
        let kind = match self.btf.get(id) {
            BtfType::Typedef { of, .. }
            | BtfType::Qualified { of, .. }
            | BtfType::Tagged { of, .. } => return self.of(of),
            BtfType::Array { element, count } => {
                let element = self.of(element)?;
                // A size of 0 is also that of an array whose end C does not know.
                let array = element.array(Some(count).filter(|&count| count > 0));
                return array.ok_or_else(|| Unknown::TooLarge(self.called(id)));
            }
            BtfType::Record(_) => TypeKind::Record(Arc::new(self.record(id)?)),
            BtfType::Void => return Ok(Type::incomplete(TypeKind::Void)),
            BtfType::Prototype(_) => return Ok(Type::incomplete(TypeKind::Function)),
            BtfType::Integer { is_bool: true, .. } => TypeKind::Bool,
            BtfType::Integer { is_signed, .. } => TypeKind::Integer { is_signed },
            // Whether one has a sign is not shown by all.
            BtfType::Enumeration(_) => TypeKind::Integer { is_signed: false },
            BtfType::Float { .. } => TypeKind::Float,
            BtfType::Pointer(_) => TypeKind::Pointer,
            BtfType::Forward { .. } => return Err(Unknown::Opaque(self.called(id))),
            BtfType::Function { .. }
            | BtfType::Variable { .. }
            | BtfType::Section { .. }
            | BtfType::DeclarationTag { .. }
            | BtfType::Unknown(_) => return Err(Unknown::Type(self.called(id))),
        };
        let size = self.btf.size(id).map_err(|_| Unknown::Type(self.called(id)))?;
        Ok(Type { size: Some(size), ..Type::incomplete(kind) })
    }

    fn record(&mut self, id: TypeId) -> Result<Record, Unknown> {
        let unreadable = || Unknown::Unreadable(self.called(id));
        let layout: Layout = self.btf.layout(id).map_err(|_| unreadable())?;
        let BtfType::Record(record) = self.btf.get(id) else { return Err(unreadable()) };
        let (mut types, mut descriptions) = (Vec::new(), Vec::new());
        for field in record.fields() {
            types.push(self.of(field.of)?);
            descriptions.push(self.described(field.of)?);
        }
        Ok(Record { layout: Arc::new(layout), types, descriptions })
    }

    /// A type as it is compared.
    fn described(&mut self, id: TypeId) -> Result<Described, Unknown> {
        let mut outer = Vec::new();
        // How long the words for it are: what nests in itself is longer each time.
        let mut length = 0;
        let mut at = id;
        for _ in 0..DEEPEST {
            if length > LONGEST {
                break;
            }
            let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
            let described = match self.btf.get(at) {
                BtfType::Qualified { of, .. } | BtfType::Tagged { of, .. } => {
                    at = of;
                    continue;
                }
                BtfType::Typedef { of, .. } if !self.is_unnamed(of) => {
                    at = of;
                    continue;
                }
                BtfType::Pointer(of) => {
                    outer.push(Outer::Pointer);
                    length += 1;
                    at = of;
                    continue;
                }
                BtfType::Array { element, count } => {
                    let digits = count.checked_ilog10().map_or(0, |it| it as usize + 1);
                    length += 2 + digits;
                    outer.push(Outer::Array(Some(count.into()).filter(|_| count > 0)));
                    at = element;
                    continue;
                }
                BtfType::Typedef { name, .. } => Described::Typedef(text(name)),
                BtfType::Prototype(prototype) => {
                    let signature = self.guarded(at, |side| side.signature(&prototype))?;
                    if length + signature.to_string().len() > LONGEST {
                        break;
                    }
                    Described::Function(Box::new(signature))
                }
                BtfType::Record(of) => tagged(record_kind(of.is_union), of.name),
                BtfType::Forward { name, is_union } => tagged(record_kind(is_union), name),
                BtfType::Enumeration(of) => tagged(Kind::Enum, of.name),
                BtfType::Void => Described::Void,
                BtfType::Integer { is_bool: true, .. } => Described::Bool,
                BtfType::Integer { size, is_signed, .. } => {
                    Described::Integer { is_signed, bits: 8 * size }
                }
                BtfType::Float { size, .. } => Described::Float(8 * size),
                BtfType::Function { .. }
                | BtfType::Variable { .. }
                | BtfType::Section { .. }
                | BtfType::DeclarationTag { .. }
                | BtfType::Unknown(_) => return Err(Unknown::Type(self.called(at))),
            };
            return Ok(outer.into_iter().rev().fold(described, |of, outer| match outer {
                Outer::Pointer => Described::Pointer(Box::new(of)),
                Outer::Array(count) => Described::Array(count, Box::new(of)),
            }));
        }
        Err(Unknown::TooDeep(self.called(id)))
    }

    /// Where the types are.
    pub(super) fn btf(&self) -> &'d Btf<'d> {
        self.btf
    }

    /// The layout of a struct or union; none if it is unknown.
    pub(super) fn layout(&self, id: TypeId) -> Option<Layout> {
        self.btf.layout(id).ok()
    }

    /// Whether a typedef is that of a struct, union or enum without a tag.
    pub(super) fn is_of_unnamed(&self, id: TypeId) -> bool {
        matches!(self.btf.get(id), BtfType::Typedef { of, .. } if self.is_unnamed(of))
    }

    /// Whether a type is a struct, union or enum without a tag.
    fn is_unnamed(&self, id: TypeId) -> bool {
        match self.btf.get(id) {
            BtfType::Record(of) => of.name.is_empty(),
            BtfType::Enumeration(of) => of.name.is_empty(),
            _ => false,
        }
    }

    fn signature(&mut self, prototype: &Prototype<'_>) -> Result<Signature, Unknown> {
        let parameters = prototype.parameters().map(|it| self.described(it.of));
        Ok(Signature {
            parameters: parameters.collect::<Result<_, _>>()?,
            result: self.described(prototype.returns)?,
            has_more: prototype.is_variadic(),
        })
    }
}

/// What stands before a type in its description.
enum Outer {
    Pointer,
    Array(Option<i128>),
}

/// What a record's tag is of.
fn record_kind(is_union: bool) -> Kind {
    if is_union { Kind::Union } else { Kind::Struct }
}

/// A struct, union or enum by its tag.
fn tagged(kind: Kind, tag: &[u8]) -> Described {
    match tag {
        b"" => Described::Untagged,
        tag => Described::Tagged(kind, String::from_utf8_lossy(tag).into_owned()),
    }
}

impl Side for BtfSide<'_> {
    fn is_opaque(&mut self, name: &[u8]) -> bool {
        self.find(name).is_err()
    }

    fn value(&mut self, name: &[u8]) -> Result<i128, Unknown> {
        let TypeName { bare, .. } = TypeName::of(name);
        let mut found = self.names.iter().map(|names| names.values(bare));
        match found.find(|found| !found.is_empty()) {
            None => Err(Unknown::Undeclared(name.to_owned())),
            Some([(_, value)]) => Ok(*value),
            Some(_) => Err(Unknown::Ambiguous(name.to_owned())),
        }
    }

    fn enumerators(&mut self, name: &[u8]) -> Result<Vec<(String, i128)>, Unknown> {
        let named = self.enumeration(name)?.enumerators();
        Ok(named.map(|it| (String::from_utf8_lossy(it.name).into_owned(), it.value)).collect())
    }

    fn resolved(&mut self, name: &[u8]) -> Result<Type, Unknown> {
        let id = self.find(name)?;
        self.of(id)
    }

    fn typedef(&mut self, name: &[u8]) -> Result<Described, Unknown> {
        let id = self.find(name)?;
        match self.btf.get(id) {
            BtfType::Typedef { of, .. } => self.described(of),
            _ => Err(Unknown::Type(name.to_owned())),
        }
    }

    fn declared(&mut self, name: &[u8]) -> Result<Declared, Unknown> {
        let id = self.find(name)?;
        match self.btf.get(id) {
            BtfType::Function { prototype, .. } => match self.btf.get(prototype) {
                BtfType::Prototype(of) => Ok(Declared::Function(self.signature(&of)?)),
                _ => Err(Unknown::Unreadable(name.to_owned())),
            },
            BtfType::Variable { of, .. } => {
                Ok(Declared::Variable(self.of(of)?, self.described(of)?))
            }
            _ => Err(Unknown::Type(name.to_owned())),
        }
    }
}
