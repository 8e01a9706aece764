//! Types of type strings as they are compared.

use super::side::{StringSide, tagged, text};
use crate::formats::symtypes::TypeName;
use crate::formats::type_string::{Function, Modifier, Shape, Type, unquoted};
use crate::layout::Unknown;
use crate::layout::described::{Described, Signature};
use crate::layout::engine::Lookup;
use crate::layout::types::TypeKind;

/// How many types a description may be made of: typedefs of functions may lead to many more of these.
const MOST: usize = 4 << 10;

impl<'t, F: Lookup<'t>> StringSide<F> {
    /// A type as it is compared.
    pub(super) fn described(&mut self, of: &Type<'t>) -> Result<Described, Unknown> {
        Describer { side: self, left: MOST }.described(of)
    }

    /// The same of a function.
    pub(super) fn signature_of(&mut self, of: &Function<'t>) -> Result<Signature, Unknown> {
        Describer { side: self, left: MOST }.signature(of)
    }
}

/// A description under way.
struct Describer<'s, F> {
    side: &'s mut StringSide<F>,
    /// How many types it may still have.
    left: usize,
}

impl<'t, F: Lookup<'t>> Describer<'_, F> {
    fn described(&mut self, of: &Type<'t>) -> Result<Described, Unknown> {
        self.left = self.left.checked_sub(1).ok_or_else(|| Unknown::TooDeep(of.name.to_owned()))?;
        Ok(match &of.shape {
            Shape::Base => self.base(of)?,
            Shape::Reference(name) => match tagged(name) {
                Some(tagged) => tagged,
                None => self.typedef(name)?,
            },
            Shape::Modified(
                Modifier::Pointer | Modifier::Reference | Modifier::RvalueReference,
                to,
            ) => Described::Pointer(Box::new(self.described(to)?)),
            Shape::Modified(_, to) => self.described(to)?,
            Shape::Array(bounds, element) => {
                let element = self.described(element)?;
                bounds.iter().rev().fold(element, |of, count| {
                    Described::Array(count.map(i128::from), Box::new(of))
                })
            }
            Shape::Function(function) => Described::Function(Box::new(self.signature(function)?)),
            Shape::Record(..) | Shape::Enumeration(_) => Described::Untagged,
            Shape::Unspecified | Shape::Nothing | Shape::Other(..) => Described::Other,
        })
    }

    fn base(&mut self, of: &Type<'t>) -> Result<Described, Unknown> {
        let read = self.side.read_type(of)?;
        let bits = read.size.unwrap_or_default().saturating_mul(8);
        Ok(match read.kind {
            TypeKind::Bool => Described::Bool,
            TypeKind::Integer { is_signed } => Described::Integer { is_signed, bits },
            TypeKind::Float => Described::Float(bits),
            _ => Described::Void,
        })
    }

    /// What a typedef stands for; one without a tag by its name.
    fn typedef(&mut self, name: &[u8]) -> Result<Described, Unknown> {
        let called = || Described::Typedef(text(unquoted(TypeName::of(name).bare)));
        let Ok(of) = self.side.type_of(name) else { return Ok(called()) };
        match &of.shape {
            Shape::Modified(Modifier::Typedef, to) => match &to.shape {
                Shape::Record(..) | Shape::Enumeration(_) => Ok(called()),
                _ => {
                    let left = self.left;
                    let found = self.side.guarded(name, |side| {
                        let mut inner = Describer { side, left };
                        Ok((inner.described(to)?, inner.left))
                    });
                    let (described, left) = found?;
                    self.left = left;
                    Ok(described)
                }
            },
            _ => self.described(&of),
        }
    }

    fn signature(&mut self, of: &Function<'t>) -> Result<Signature, Unknown> {
        let parameters = of.parameters.iter().map(|it| Ok(self.described(&it.of)?.passed()));
        let parameters = parameters.collect::<Result<Vec<_>, Unknown>>()?;
        Ok(Signature { result: self.described(&of.result)?, parameters, has_more: false })
    }
}
