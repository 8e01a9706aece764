//! The types of a file as [`crate::layout::impact`] wants them, from its type strings.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use crate::canonical::type_string::signed;
use crate::formats::symtypes::{Kind, TypeName};
use crate::formats::type_string::{
    self, Item, Modifier, Shape, TypeString, is_opaque, read, unquoted,
};
use crate::layout::Unknown;
use crate::layout::data_model::DataModel;
use crate::layout::described::{Described, Signature};
use crate::layout::engine::Lookup;
use crate::layout::side::{Declared, Side};
use crate::layout::types::{Type, TypeKind};

/// How many named types may be in one another.
const DEEPEST: usize = 64;

/// DWARF's numbers for what the bits of a base type are.
mod encoding {
    pub const BOOLEAN: u64 = 2;
    pub const COMPLEX_FLOAT: u64 = 3;
    pub const FLOAT: u64 = 4;
    pub const SIGNED: u64 = 5;
    pub const SIGNED_CHAR: u64 = 6;
    pub const IMAGINARY_FLOAT: u64 = 9;
    pub const DECIMAL_FLOAT: u64 = 15;
}

/// The types that a lookup finds the strings of.
pub struct StringSide<F> {
    pub(super) model: &'static DataModel,
    lookup: F,
    known: IndexMap<Vec<u8>, Result<Type, Unknown>, BuildHasherDefault<FxHasher>>,
    /// What is being read, the outermost first.
    under_way: Vec<Vec<u8>>,
}

impl<'t, F: Lookup<'t>> StringSide<F> {
    /// The types that `lookup` has, each by its name with its kind's letter.
    pub fn new(model: &'static DataModel, lookup: F) -> Self {
        Self { model, lookup, known: IndexMap::default(), under_way: Vec::new() }
    }

    /// What a name is declared as.
    pub(super) fn string(&self, name: &[u8]) -> Result<TypeString<'t>, Unknown> {
        let text = (self.lookup)(name).ok_or_else(|| Unknown::Undeclared(name.to_owned()))?;
        if is_opaque(text) {
            return Err(Unknown::Opaque(name.to_owned()));
        }
        read(text).map_err(|_| Unknown::Unreadable(name.to_owned()))
    }

    /// The same of a type, not an export.
    pub(super) fn type_of(&self, name: &[u8]) -> Result<type_string::Type<'t>, Unknown> {
        match self.string(name)? {
            TypeString::Type(of) => Ok(of),
            TypeString::Function(_) | TypeString::Variable(_) => {
                Err(Unknown::Unreadable(name.to_owned()))
            }
        }
    }

    /// The type of this name.
    pub(super) fn resolve(&mut self, name: &[u8]) -> Result<Type, Unknown> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let found = self.guarded(name, |side| {
            let of = side.type_of(name)?;
            side.read_type(&of)
        });
        self.known.insert(name.to_owned(), found.clone());
        found
    }

    /// Reads something of `name`, unless that is being done already.
    pub(super) fn guarded<T>(
        &mut self,
        name: &[u8],
        read: impl FnOnce(&mut Self) -> Result<T, Unknown>,
    ) -> Result<T, Unknown> {
        if self.under_way.iter().any(|under_way| under_way == name) {
            return Err(Unknown::Cycle(name.to_owned()));
        }
        if self.under_way.len() >= DEEPEST {
            return Err(Unknown::TooDeep(name.to_owned()));
        }
        self.under_way.push(name.to_owned());
        let found = read(self);
        self.under_way.pop();
        found
    }

    /// A type as sizes and offsets depend on it. What is not said of its alignment is 0.
    pub(super) fn read_type(&mut self, of: &type_string::Type<'t>) -> Result<Type, Unknown> {
        let attributes = &of.attributes;
        let unknown = || Unknown::Type(of.name.to_owned());
        let kind = match &of.shape {
            Shape::Reference(name) => return self.resolve(name),
            Shape::Base if of.name == b"void" => return Ok(incomplete(TypeKind::Void)),
            // Rust's `()` and `!`.
            Shape::Base if attributes.byte_size == Some(0) => TypeKind::Void,
            Shape::Base => base(attributes.encoding),
            Shape::Modified(
                Modifier::Pointer | Modifier::Reference | Modifier::RvalueReference,
                _,
            ) => {
                let size = attributes.byte_size.unwrap_or(self.model.word);
                return Ok(Type { size: Some(size), ..incomplete(TypeKind::Pointer) });
            }
            Shape::Modified(_, to) => {
                let behind = self.read_type(to)?;
                return Ok(aligned(behind, attributes.alignment));
            }
            Shape::Array(bounds, element) => {
                let mut array = self.read_type(element)?;
                for &count in bounds.iter().rev() {
                    if array.size.is_none() {
                        return Err(Unknown::Type(array_name(bounds)));
                    }
                    let outer = array.array(count);
                    array = outer.ok_or_else(|| Unknown::TooLarge(array_name(bounds)))?;
                }
                return Ok(aligned(array, attributes.alignment));
            }
            Shape::Function(_) => return Ok(incomplete(TypeKind::Function)),
            Shape::Record(record, items) => {
                let size = attributes.byte_size;
                let size = size.ok_or_else(|| Unknown::Opaque(of.name.to_owned()))?;
                let read = self.record(*record, items, size, attributes.alignment)?;
                TypeKind::Record(read.into())
            }
            Shape::Enumeration(enumerators) => {
                let size = attributes.byte_size;
                size.ok_or_else(|| Unknown::Opaque(of.name.to_owned()))?;
                let values = enumerators.iter().filter_map(|it| it.value);
                let is_signed = values.map(|it| signed(it, size)).any(|value| value < 0);
                TypeKind::Integer { is_signed }
            }
            Shape::Unspecified => return Err(Unknown::Type(b"unspecified_type".to_vec())),
            Shape::Nothing => return Err(Unknown::Type(b"that a rule hides".to_vec())),
            Shape::Other(word, _) => return Err(Unknown::Type(word.to_vec())),
        };
        let size = attributes.byte_size.ok_or_else(unknown)?;
        Ok(aligned(Type { size: Some(size), ..incomplete(kind) }, attributes.alignment))
    }

    /// The enumerators of an enum with their values.
    fn values_of(&self, of: &type_string::Type<'t>) -> Option<Vec<(String, i128)>> {
        let Shape::Enumeration(enumerators) = &of.shape else { return None };
        let size = of.attributes.byte_size;
        let value = |it: Option<u64>| it.map_or(0, |value| signed(value, size));
        Some(enumerators.iter().map(|it| (text(it.name), value(it.value))).collect())
    }

    /// The enumerators of an enum, or of the one that a typedef leads to; none if it leads elsewhere.
    pub(super) fn enumerators_behind(
        &self,
        name: &[u8],
    ) -> Result<Option<Vec<(String, i128)>>, Unknown> {
        let mut of = self.type_of(name)?;
        for _ in 0..DEEPEST {
            of = match of.shape {
                Shape::Reference(name) => self.type_of(name)?,
                Shape::Modified(
                    Modifier::Pointer | Modifier::Reference | Modifier::RvalueReference,
                    _,
                ) => return Ok(None),
                Shape::Modified(_, to) => *to,
                _ => return Ok(self.values_of(&of)),
            };
        }
        Err(Unknown::TooDeep(name.to_owned()))
    }
}

/// A type of which nothing is said.
fn incomplete(kind: TypeKind) -> Type {
    Type { align: 0, ..Type::incomplete(kind) }
}

/// The same, aligned as it is said.
fn aligned(of: Type, alignment: Option<u64>) -> Type {
    match alignment {
        Some(align) => Type { align, is_user_aligned: true, ..of },
        None => of,
    }
}

/// What a base type is by DWARF's number for it.
fn base(number: Option<u64>) -> TypeKind {
    match number {
        Some(encoding::BOOLEAN) => TypeKind::Bool,
        Some(
            encoding::FLOAT
            | encoding::COMPLEX_FLOAT
            | encoding::IMAGINARY_FLOAT
            | encoding::DECIMAL_FLOAT,
        ) => TypeKind::Float,
        Some(encoding::SIGNED | encoding::SIGNED_CHAR) => TypeKind::Integer { is_signed: true },
        _ => TypeKind::Integer { is_signed: false },
    }
}

/// An array as it is called in messages.
fn array_name(bounds: &[Option<u64>]) -> Vec<u8> {
    let bound = |it: &Option<u64>| it.map(|it| it.to_string()).unwrap_or_default();
    bounds.iter().flat_map(|it| format!("[{}]", bound(it)).into_bytes()).collect()
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl<'t, F: Lookup<'t>> Side for StringSide<F> {
    fn is_opaque(&mut self, name: &[u8]) -> bool {
        matches!(self.string(name), Err(Unknown::Opaque(_)))
    }

    fn value(&mut self, name: &[u8]) -> Result<i128, Unknown> {
        // Enumerators have no strings of their own.
        Err(Unknown::Undeclared(name.to_owned()))
    }

    fn enumerators(&mut self, name: &[u8]) -> Result<Vec<(String, i128)>, Unknown> {
        let of = self.type_of(name)?;
        self.values_of(&of).ok_or_else(|| Unknown::Type(name.to_owned()))
    }

    fn variants(&mut self, name: &[u8]) -> Result<Vec<(String, Option<u64>)>, Unknown> {
        let of = self.type_of(name)?;
        let parts = of.items().iter().filter_map(|item| match item {
            Item::Variants(variants) => Some(variants),
            _ => None,
        });
        let variants = parts.flatten().filter_map(|item| match item {
            Item::Variant(items, attributes) => Some((items, attributes.discr_value)),
            _ => None,
        });
        let named = variants.flat_map(|(items, value)| {
            items.iter().filter_map(move |item| match item {
                Item::Member(part) => Some((text(part.name), value)),
                _ => None,
            })
        });
        Ok(named.collect())
    }

    fn resolved(&mut self, name: &[u8]) -> Result<Type, Unknown> {
        self.resolve(name)
    }

    fn typedef(&mut self, name: &[u8]) -> Result<Described, Unknown> {
        let of = self.type_of(name)?;
        match &of.shape {
            Shape::Modified(Modifier::Typedef, to) => self.described(to),
            _ => Err(Unknown::Type(name.to_owned())),
        }
    }

    fn declared(&mut self, name: &[u8]) -> Result<Declared, Unknown> {
        match self.string(name)? {
            TypeString::Function(function) => {
                let signature: Signature = self.signature_of(&function)?;
                Ok(Declared::Function(signature))
            }
            TypeString::Variable(of) => {
                Ok(Declared::Variable(self.read_type(&of)?, self.described(&of)?))
            }
            TypeString::Type(_) => Err(Unknown::Unreadable(name.to_owned())),
        }
    }
}

/// A struct, union or enum by its name.
pub(super) fn tagged(name: &[u8]) -> Option<Described> {
    let TypeName { kind, bare } = TypeName::of(name);
    let is_tag = matches!(kind, Kind::Struct | Kind::Union | Kind::Enum);
    is_tag.then(|| Described::Tagged(kind, text(unquoted(bare))))
}
