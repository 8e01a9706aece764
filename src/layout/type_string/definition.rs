//! What the names of types stand for, by their type strings.

use std::sync::Arc;

use super::side::{StringSide, text};
use crate::canonical::type_string::{Bodies, declared};
use crate::formats::type_string::{Modifier, Shape};
use crate::layout::definition::{Alias, Definition, Enumeration, Sort};
use crate::layout::engine::Lookup;
use crate::layout::types::TypeKind;
use crate::layout::{Layout, Unknown};

/// How many typedefs may stand before a type.
const DEEPEST: usize = 64;

impl<'t, F: Lookup<'t>> StringSide<F> {
    /// What a tag or the name of a typedef stands for.
    ///
    /// # Errors
    /// It, or something that it is made of, is not declared or not known, or it has no place.
    pub fn definition(&mut self, name: &[u8]) -> Result<Definition, Unknown> {
        let found = self.resolve(name)?;
        let align = (found.align > 0).then_some(found.align);
        let sort = match &found.kind {
            TypeKind::Record(record) if record.layout.align == align => {
                return Ok(Definition::Record(Arc::clone(&record.layout)));
            }
            TypeKind::Record(record) => {
                let layout = Layout { align, ..Layout::clone(&record.layout) };
                return Ok(Definition::Record(Arc::new(layout)));
            }
            TypeKind::Integer { is_signed } => match self.enumerators_behind(name)? {
                Some(enumerators) => {
                    let named = enumerators.into_iter().map(|(it, value)| (it.into_bytes(), value));
                    return Ok(Definition::Enumeration(Enumeration {
                        size: found.size.unwrap_or_default(),
                        align,
                        is_signed: Some(*is_signed),
                        enumerators: named.collect(),
                    }));
                }
                None => Sort::Integer { is_signed: *is_signed },
            },
            TypeKind::Void => Sort::Void,
            TypeKind::Function => Sort::Function,
            TypeKind::Bool => Sort::Bool,
            TypeKind::Float => Sort::Float,
            TypeKind::Vector => Sort::Vector,
            TypeKind::Pointer => Sort::Pointer,
            TypeKind::Array(_) => Sort::Array,
            TypeKind::Arguments => Sort::Arguments,
        };
        let declarations = self.typedefs(name);
        Ok(Definition::Alias(Alias { size: found.size, align, sort, declarations }))
    }

    /// The declaration of a typedef in C, after those of the typedefs that it is made of.
    fn typedefs(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let mut name = name;
        for _ in 0..DEEPEST {
            let Ok(of) = self.type_of(name) else { break };
            let Shape::Modified(Modifier::Typedef, to) = &of.shape else { break };
            let c = declared(to, &text(of.name), Bodies::Whole);
            found.push(format!("typedef {c};").into_bytes());
            let mut inner = &**to;
            while let Shape::Array(_, element) = &inner.shape {
                inner = element;
            }
            match inner.shape {
                Shape::Reference(next @ [b't', ..]) => name = next,
                _ => break,
            }
        }
        found.reverse();
        found
    }
}
