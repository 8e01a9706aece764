//! Types as C writes them: what stands before a declarator, the declarator, and attributes between.

use lang_c::ast::{
    ArraySize, DeclarationSpecifier, Declarator, DeclaratorKind, DerivedDeclarator, Expression,
    Extension, FunctionDeclarator, PointerQualifier, SpecifierQualifier, TypeSpecifier,
};
use lang_c::span::Node;

use super::Unknown;
use super::attributes::{Meaning, meaning};

/// What stands before a declarator, sorted.
#[derive(Default)]
pub(super) struct Specifiers<'a> {
    /// The words of the type.
    pub(super) types: Vec<&'a TypeSpecifier>,
    /// The attributes right after a closing brace: they are those of the type.
    pub(super) of_body: Vec<&'a [Node<Extension>]>,
    /// The attributes right after the tag of a struct that stands in for its definition: they may
    /// be those of the type, or of what is declared.
    pub(super) behind_tag: Vec<&'a [Node<Extension>]>,
    /// All others are those of what is declared.
    pub(super) of_declared: Vec<&'a [Node<Extension>]>,
}

/// A part of it.
enum Part<'a> {
    Type(&'a TypeSpecifier),
    Attributes(&'a [Node<Extension>]),
    Other,
}

/// One step from what stands before a declarator to the type of what it declares.
pub(super) enum Step<'a> {
    /// A pointer with the attributes after its `*`, which are those of the pointer's type.
    Pointer(Vec<&'a [Node<Extension>]>),
    /// A function, with its parameters if they have types.
    Function(Option<&'a FunctionDeclarator>),
    Array(Option<&'a Expression>),
}

impl<'a> Specifiers<'a> {
    pub fn of_declaration(
        specifiers: &'a [Node<DeclarationSpecifier>],
    ) -> Result<Specifiers<'a>, Unknown> {
        let part = |specifier: &'a Node<DeclarationSpecifier>| match &specifier.node {
            DeclarationSpecifier::TypeSpecifier(it) => Ok(Part::Type(&it.node)),
            DeclarationSpecifier::Extension(it) => Ok(Part::Attributes(it)),
            DeclarationSpecifier::Alignment(_) => Err(Unknown::Attribute(b"_Alignas".to_vec())),
            _ => Ok(Part::Other),
        };
        specifiers.iter().map(part).collect::<Result<Vec<_>, _>>().map(Self::sorted)
    }

    pub fn of_member(specifiers: &'a [Node<SpecifierQualifier>]) -> Specifiers<'a> {
        let part = |specifier: &'a Node<SpecifierQualifier>| match &specifier.node {
            SpecifierQualifier::TypeSpecifier(it) => Part::Type(&it.node),
            SpecifierQualifier::Extension(it) => Part::Attributes(it),
            SpecifierQualifier::TypeQualifier(_) => Part::Other,
        };
        Self::sorted(specifiers.iter().map(part).collect())
    }

    fn sorted(parts: Vec<Part<'a>>) -> Specifiers<'a> {
        let mut sorted = Specifiers::default();
        let mut last = Part::Other;
        for part in parts {
            match part {
                Part::Type(specifier) => {
                    sorted.types.push(specifier);
                    last = part;
                }
                Part::Attributes(attributes) => match last {
                    Part::Type(specifier) if has_body(specifier) => {
                        sorted.of_body.push(attributes);
                    }
                    Part::Type(TypeSpecifier::Struct(_) | TypeSpecifier::Enum(_)) => {
                        sorted.behind_tag.push(attributes);
                    }
                    _ => sorted.of_declared.push(attributes),
                },
                Part::Other => last = Part::Other,
            }
        }
        sorted
    }

    /// Whether it defines a struct, union or enum.
    pub fn has_body(&self) -> bool {
        self.types.iter().any(|specifier| has_body(specifier))
    }

    /// The struct or union without a tag that it defines.
    pub fn untagged(&self) -> Option<&'a lang_c::ast::StructType> {
        match self.types[..] {
            [TypeSpecifier::Struct(it)] => {
                Some(&it.node).filter(|it| it.identifier.is_none() && it.declarations.is_some())
            }
            _ => None,
        }
    }

    /// The one word of the type, if it is but one.
    pub fn only(&self) -> Option<&'a TypeSpecifier> {
        match self.types[..] {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Whether a specifier has members or enumerators in braces.
fn has_body(specifier: &TypeSpecifier) -> bool {
    match specifier {
        TypeSpecifier::Struct(it) => it.node.declarations.is_some(),
        TypeSpecifier::Enum(it) => !it.node.enumerators.is_empty(),
        _ => false,
    }
}

/// The steps of a declarator, from the type before it outwards.
pub(super) fn steps<'a>(declarator: Option<&'a Declarator>) -> Result<Vec<Step<'a>>, Unknown> {
    let mut steps = Vec::new();
    let mut next = declarator;
    while let Some(declarator) = next {
        let is_pointer =
            |it: &&Node<DerivedDeclarator>| matches!(it.node, DerivedDeclarator::Pointer(_));
        for pointer in declarator.derived.iter().filter(is_pointer) {
            let DerivedDeclarator::Pointer(qualifiers) = &pointer.node else { continue };
            let attributes = qualifiers.iter().filter_map(|it| match &it.node {
                PointerQualifier::Extension(attributes) => Some(&attributes[..]),
                PointerQualifier::TypeQualifier(_) => None,
            });
            steps.push(Step::Pointer(attributes.collect()));
        }
        for derived in declarator.derived.iter().filter(|it| !is_pointer(it)).rev() {
            steps.push(match &derived.node {
                DerivedDeclarator::Array(array) => match &array.node.size {
                    ArraySize::Unknown => Step::Array(None),
                    ArraySize::VariableExpression(size) | ArraySize::StaticExpression(size) => {
                        Step::Array(Some(&size.node))
                    }
                    ArraySize::VariableUnknown => {
                        return Err(Unknown::Expression(b"[*]".to_vec()));
                    }
                },
                DerivedDeclarator::Function(function) => Step::Function(Some(&function.node)),
                _ => Step::Function(None),
            });
        }
        next = match &declarator.kind.node {
            DeclaratorKind::Declarator(inner) => {
                without_meaning(&inner.node.extensions)?;
                Some(&inner.node)
            }
            DeclaratorKind::Abstract | DeclaratorKind::Identifier(_) => None,
        };
    }
    Ok(steps)
}

/// Checks that none of the attributes changes a layout.
fn without_meaning(extensions: &[Node<Extension>]) -> Result<(), Unknown> {
    for extension in extensions {
        if let Extension::Attribute(attribute) = &extension.node
            && meaning(&attribute.name.node) != Some(Meaning::None)
        {
            return Err(Unknown::Attribute(attribute.name.node.clone().into_bytes()));
        }
    }
    Ok(())
}

/// The name of a struct, union or enum with its kind's letter.
pub(super) fn tag(specifier: &TypeSpecifier) -> Option<Vec<u8>> {
    let (letter, name) = match specifier {
        TypeSpecifier::Struct(it) => {
            let letter = match it.node.kind.node {
                lang_c::ast::StructKind::Struct => 's',
                lang_c::ast::StructKind::Union => 'u',
            };
            (letter, it.node.identifier.as_ref()?)
        }
        TypeSpecifier::Enum(it) => ('e', it.node.identifier.as_ref()?),
        _ => return None,
    };
    Some(format!("{letter}#{}", name.node.name).into_bytes())
}

/// A type that this knows nothing of.
pub(super) fn unusual(types: &[&TypeSpecifier]) -> Unknown {
    Unknown::Type(format!("{types:?}").into_bytes())
}
