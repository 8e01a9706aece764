//! What the names of types stand for, by their declarations.

use lang_c::ast::{Declarator, TypeSpecifier};

use super::Unknown;
use super::definition::{Alias, Definition, Enumeration, Sort};
use super::engine::Engine;
use super::specifiers::{Specifiers, Step, steps, tag};
use super::types::{Type, TypeKind};
use crate::canonical::{Tree, in_c};

/// How many typedefs may stand before an enum. C compilers need to take 12.
const DEEPEST: usize = 64;

impl<'t, F: Fn(&[u8]) -> Option<&'t [u8]>> Engine<F> {
    /// What a tag or the name of a typedef stands for.
    ///
    /// # Errors
    /// It, or something that it is made of, is not declared, or its declaration is not understood.
    pub fn definition(&mut self, name: &[u8]) -> Result<Definition, Unknown> {
        let found = self.resolve(name)?;
        let sort = match &found.kind {
            TypeKind::Record(_) => return self.layout(name).map(Definition::Record),
            TypeKind::Integer { is_signed } => {
                if let Some(enumerators) = self.enumerators_behind(name)? {
                    return Ok(enumeration(&found, *is_signed, enumerators));
                }
                Sort::Integer { is_signed: *is_signed }
            }
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
        let align = found.size.map(|_| found.align);
        Ok(Definition::Alias(Alias { size: found.size, align, sort, declarations }))
    }

    /// The enumerators of an enum, or of the one that a typedef leads to; none if it leads to
    /// something else.
    fn enumerators_behind(&mut self, name: &[u8]) -> Result<Option<Vec<(String, i128)>>, Unknown> {
        let mut name = name.to_owned();
        for _ in 0..DEEPEST {
            if !self.is_declared(&name) {
                return Ok(None);
            }
            let tree = self.tree(&name)?;
            let (specifiers, steps) = parts(&tree)?;
            let of = specifiers.only().filter(|_| steps.is_empty());
            name = match of {
                Some(TypeSpecifier::Enum(of)) if !of.node.enumerators.is_empty() => {
                    let outer = std::mem::take(&mut self.enumerators);
                    let values = self.guarded(&name, |engine| engine.local_values(&tree, &of.node));
                    self.enumerators = outer;
                    return values.map(Some);
                }
                Some(of @ TypeSpecifier::Enum(_)) => tag(of).unwrap_or_default(),
                Some(TypeSpecifier::TypedefName(of)) => format!("t#{}", of.node.name).into_bytes(),
                _ => return Ok(None),
            };
        }
        Err(Unknown::TooDeep(name))
    }

    /// The declaration of a typedef in C, after those of the typedefs that it is made of.
    fn typedefs(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let mut name = name.to_owned();
        for _ in 0..DEEPEST {
            // What goes wrong here has been seen before, or is a type that the compiler has.
            let Ok((text, tree)) =
                self.declaration(&name).and_then(|it| Ok((it, self.tree(&name)?)))
            else {
                break;
            };
            found.push([&in_c(text)[..], b";"].concat());
            let Ok((specifiers, steps)) = parts(&tree) else { break };
            let is_part = steps.iter().all(|step| matches!(step, Step::Array(_)));
            match specifiers.only().filter(|_| is_part) {
                Some(TypeSpecifier::TypedefName(of)) => {
                    name = format!("t#{}", of.node.name).into_bytes();
                }
                _ => break,
            }
        }
        found.reverse();
        found
    }
}

/// What stands before the name that is declared, and the steps from there to its type.
fn parts(tree: &Tree) -> Result<(Specifiers<'_>, Vec<Step<'_>>), Unknown> {
    let specifiers = Specifiers::of_declaration(&tree.declaration.specifiers)?;
    let declarator: Option<&Declarator> =
        tree.declaration.declarators.first().map(|it| &it.node.declarator.node);
    Ok((specifiers, steps(declarator)?))
}

fn enumeration(of: &Type, is_signed: bool, enumerators: Vec<(String, i128)>) -> Definition {
    let enumerators = enumerators.into_iter().map(|(name, value)| (name.into_bytes(), value));
    Definition::Enumeration(Enumeration {
        // An enum has a size.
        size: of.size.unwrap_or_default(),
        align: Some(of.align),
        is_signed: Some(is_signed),
        enumerators: enumerators.collect(),
    })
}
