//! Types, as much of them as sizes and offsets depend on.

use std::sync::Arc;

use super::data_model::{Basic, DataModel};
use super::described::Described;
use super::{Layout, Member};

/// A type.
#[derive(Clone, Debug)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// Its size in bytes; none if it has none: `void`, functions, arrays without an end.
    pub size: Option<u64>,
    /// Its alignment in bytes.
    pub align: u64,
    /// Whether an attribute set the alignment, of the type or of something in it.
    pub is_user_aligned: bool,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    Void,
    Function,
    Bool,
    /// An integer or an enum.
    Integer {
        is_signed: bool,
    },
    Float,
    Vector,
    Pointer,
    /// What it is an array of.
    Array(Arc<Type>),
    Record(Arc<Record>),
    /// `__builtin_va_list`.
    Arguments,
}

/// A struct or union.
#[derive(Debug)]
pub struct Record {
    /// What others see of it.
    pub layout: Arc<Layout>,
    /// The members' types, in the order of `layout`.
    pub types: Vec<Type>,
    /// The members' types as they are compared, if the engine is asked for that.
    pub descriptions: Vec<Described>,
}

impl Type {
    /// A type with nothing unusual about it.
    pub const fn plain(kind: TypeKind, basic: Basic) -> Type {
        Type { kind, size: Some(basic.size), align: basic.align, is_user_aligned: false }
    }

    /// An integer that is aligned to its size.
    pub const fn integer(size: u64, is_signed: bool) -> Type {
        Type::plain(TypeKind::Integer { is_signed }, Basic { size, align: size })
    }

    pub const fn int() -> Type {
        Type::integer(4, true)
    }

    pub const fn size_type(model: &DataModel) -> Type {
        Type::integer(model.word, false)
    }

    pub const fn pointer(model: &DataModel) -> Type {
        Type::plain(TypeKind::Pointer, Basic { size: model.word, align: model.word })
    }

    /// A type without a size.
    pub const fn incomplete(kind: TypeKind) -> Type {
        Type { kind, size: None, align: 1, is_user_aligned: false }
    }

    /// An array of `count` of these; none if it has no end.
    pub fn array(self, count: Option<u64>) -> Option<Type> {
        let element = self.size?;
        let size = match count {
            Some(count) => Some(element.checked_mul(count)?),
            None => None,
        };
        let (align, is_user_aligned) = (self.align, self.is_user_aligned);
        Some(Type { kind: TypeKind::Array(Arc::new(self)), size, align, is_user_aligned })
    }

    /// What it is an array of, at last.
    pub fn element(&self) -> &Type {
        match &self.kind {
            TypeKind::Array(of) => of.element(),
            _ => self,
        }
    }

    /// Its size by `sizeof`, which counts `void` and functions as one.
    pub fn counted_size(&self) -> Option<u64> {
        match self.kind {
            TypeKind::Void | TypeKind::Function => Some(1),
            _ => self.size,
        }
    }

    /// Whether it may be that of a bit-field.
    pub const fn is_integer(&self) -> bool {
        matches!(self.kind, TypeKind::Integer { .. } | TypeKind::Bool)
    }

    /// What it is limited to as a member, as said in the model: integers, and what has their modes.
    pub fn is_limited(&self) -> bool {
        match self.element().kind {
            TypeKind::Bool | TypeKind::Integer { .. } | TypeKind::Pointer => true,
            TypeKind::Float => self.element().size == Some(8),
            // Without the registers for vectors it has the mode of an integer, if there is one.
            TypeKind::Vector => self.element().size.is_some_and(|size| size <= 8),
            _ => false,
        }
    }
}

impl Record {
    /// The member of this name, also of an unnamed struct or union in it, with its type, and where
    /// it is from the start of this one in bits.
    pub fn member(&self, name: &[u8]) -> Option<(&Member, &Type, u64)> {
        self.layout.members.iter().zip(&self.types).find_map(|(member, of_type)| {
            match (&member.name, &of_type.kind) {
                (Some(known), _) if known == name => Some((member, of_type, member.bit_offset)),
                (None, TypeKind::Record(inner)) => {
                    let (found, of_type, offset) = inner.member(name)?;
                    Some((found, of_type, member.bit_offset.checked_add(offset)?))
                }
                _ => None,
            }
        })
    }
}
