//! What the names of types stand for, by BTF.

use std::sync::Arc;

use crate::btf::{self, BadBtf, Btf, Fault, Type, TypeId};
use crate::layout::definition::{Alias, Definition, Enumeration, Sort};

/// How many typedefs, qualifiers and arrays may stand before a type. C compilers need to take 12.
const DEEPEST: usize = 64;

/// How long the declarations of the typedefs that one is made of may be together, in bytes.
const LONGEST: usize = 4 << 10;

impl Btf<'_> {
    /// What the name of a struct, union, enum or typedef stands for; none for other types, and for
    /// one of which only the name is known.
    ///
    /// # Errors
    /// It has members that no compiler can have laid out, or contains itself.
    pub fn definition(&self, id: TypeId) -> Result<Option<Definition>, BadBtf> {
        if let Some(record) = self.record_behind(id) {
            return Ok(Some(Definition::Record(Arc::new(self.layout(record)?))));
        }
        let mut declarations = Vec::new();
        let mut is_array = false;
        let mut at = id;
        for _ in 0..DEEPEST {
            let sort = match self.get(at) {
                Type::Typedef { name, of } => {
                    let length: usize = declarations.iter().map(Vec::len).sum();
                    if length <= LONGEST {
                        let declared = self.declaration(of, name)?;
                        declarations.push([b"typedef ", &declared[..], b";"].concat());
                    }
                    at = of;
                    continue;
                }
                Type::Qualified { of, .. } | Type::Tagged { of, .. } if at != id => {
                    at = of;
                    continue;
                }
                Type::Array { element, .. } if at != id => {
                    is_array = true;
                    at = element;
                    continue;
                }
                Type::Enumeration(of) if !is_array => return Ok(self.enumeration(&of)),
                _ if at == id => return Ok(None),
                _ if is_array => Sort::Array,
                Type::Forward { .. } => return Ok(None),
                of => sort(&of).ok_or(id.is(Fault::NoDeclaration))?,
            };
            declarations.reverse();
            let has_size = !matches!(sort, Sort::Void | Sort::Function);
            let size = has_size.then(|| self.size(id)).transpose()?;
            return Ok(Some(Definition::Alias(Alias { size, align: None, sort, declarations })));
        }
        Err(id.is(Fault::Endless))
    }

    /// An enum; none if only its name is known.
    fn enumeration(&self, of: &btf::Enumeration<'_>) -> Option<Definition> {
        let enumerators = of.enumerators().map(|it| (it.name.to_vec(), it.value));
        let enumerators: Vec<(Vec<u8>, i128)> = enumerators.collect();
        let sign_bit = 1_i128 << (8 * of.size.clamp(1, 8) - 1);
        let may_be_negative = enumerators.iter().any(|&(_, value)| value >= sign_bit);
        let is_signed = match of.has_sign() {
            true => Some(true),
            false if may_be_negative && !self.tells_signs() => None,
            false => Some(false),
        };
        let is_declared = !enumerators.is_empty();
        is_declared.then_some(Definition::Enumeration(Enumeration {
            size: of.size,
            align: None,
            is_signed,
            enumerators,
        }))
    }
}

/// What a type is that is no struct, union, enum or array; none if C cannot declare it.
fn sort(of: &Type<'_>) -> Option<Sort> {
    Some(match of {
        Type::Void => Sort::Void,
        Type::Prototype(_) => Sort::Function,
        Type::Pointer(_) => Sort::Pointer,
        Type::Float { .. } => Sort::Float,
        Type::Integer { is_bool: true, .. } => Sort::Bool,
        Type::Integer { is_signed, .. } => Sort::Integer { is_signed: *is_signed },
        _ => return None,
    })
}
