//! A type in words that are the same for every spelling of it: typedefs followed, qualifiers and
//! the names of parameters left out, sizes of arrays computed. Structs, unions and enums are their
//! tags; those without one that a typedef names are that name.

use lang_c::ast::{Declarator, Ellipsis, FunctionDeclarator, TypeOf, TypeSpecifier};

use super::Unknown;
use super::engine::Engine;
use super::specifiers::{Specifiers, Step, steps, tag};
use super::types::{Type, TypeKind};
use crate::canonical::{Tree, spelled};

/// How a pointer to a function begins.
pub(super) const FUNCTION_POINTER: &str = "*fn";

/// A function's result and its parameters, described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub result: String,
    pub parameters: Vec<String>,
    pub has_more: bool,
}

impl Signature {
    /// All of it in words.
    pub(super) fn words(&self) -> String {
        let more = if self.has_more { ", ..." } else { "" };
        format!("fn({}{more}) {}", self.parameters.join(", "), self.result)
    }
}

impl<'t, F: Fn(&[u8]) -> Option<&'t [u8]>> Engine<F> {
    /// The type that specifiers and a declarator make.
    pub(super) fn described(
        &mut self,
        tree: &Tree,
        specifiers: &Specifiers<'_>,
        declarator: Option<&Declarator>,
    ) -> Result<String, Unknown> {
        let base = self.described_base(tree, specifiers)?;
        self.described_steps(tree, base, &steps(declarator)?)
    }

    fn described_steps(
        &mut self,
        tree: &Tree,
        base: String,
        steps: &[Step<'_>],
    ) -> Result<String, Unknown> {
        let mut described = base;
        for step in steps {
            described = match step {
                Step::Pointer(_) => format!("*{described}"),
                Step::Array(None) => format!("[]{described}"),
                Step::Array(Some(size)) => {
                    let size = self.evaluated(tree, size)?;
                    format!("[{size}]{described}")
                }
                Step::Function(function) => {
                    let (parameters, has_more) = self.described_parameters(tree, *function)?;
                    Signature { result: described, parameters, has_more }.words()
                }
            };
        }
        Ok(described)
    }

    /// The parameters of a function, as they are passed, and whether there may be more.
    fn described_parameters(
        &mut self,
        tree: &Tree,
        function: Option<&FunctionDeclarator>,
    ) -> Result<(Vec<String>, bool), Unknown> {
        let Some(function) = function else { return Ok((Vec::new(), false)) };
        let mut parameters = Vec::new();
        for parameter in &function.parameters {
            let specifiers = Specifiers::of_declaration(&parameter.node.specifiers)?;
            let declarator = parameter.node.declarator.as_ref().map(|it| &it.node);
            let described = self.described(tree, &specifiers, declarator)?;
            // An array is passed as a pointer to its first element, and a function as one to it.
            parameters.push(match described.split_once(']') {
                Some((_, element)) if described.starts_with('[') => format!("*{element}"),
                _ if described.starts_with("fn(") => format!("*{described}"),
                _ => described,
            });
        }
        if parameters == ["void"] {
            parameters.clear();
        }
        Ok((parameters, function.ellipsis == Ellipsis::Some))
    }

    fn described_base(
        &mut self,
        tree: &Tree,
        specifiers: &Specifiers<'_>,
    ) -> Result<String, Unknown> {
        match specifiers.only() {
            Some(only @ (TypeSpecifier::Struct(_) | TypeSpecifier::Enum(_))) => match tag(only) {
                Some(tag) => Ok(String::from_utf8_lossy(&spelled(&tag)).into_owned()),
                // What is in it is compared member by member.
                None => Ok("{}".to_owned()),
            },
            Some(TypeSpecifier::TypedefName(name)) => self.described_typedef(&name.node.name),
            Some(TypeSpecifier::TypeOf(of)) => match &of.node {
                TypeOf::Type(name) => {
                    let specifiers = Specifiers::of_member(&name.node.specifiers);
                    let declarator = name.node.declarator.as_ref().map(|it| &it.node);
                    self.described(tree, &specifiers, declarator)
                }
                TypeOf::Expression(expression) => {
                    Ok(format!("typeof({})", tree.written(expression.span)))
                }
            },
            _ => self.base(tree, specifiers).map(|of_type| described_type(&of_type)),
        }
    }

    fn described_typedef(&mut self, name: &str) -> Result<String, Unknown> {
        let key = format!("t#{name}").into_bytes();
        if !self.is_declared(&key) {
            let is_built_in = matches!(name, "__int128_t" | "__uint128_t");
            let known = self.typedef(name).ok().filter(|_| is_built_in);
            return Ok(known.map_or(name.to_owned(), |of_type| described_type(&of_type)));
        }
        let tree = self.tree(&key)?;
        let specifiers = Specifiers::of_declaration(&tree.declaration.specifiers)?;
        if specifiers.has_body() {
            return Ok(name.to_owned());
        }
        let declarator = tree.declaration.declarators.first().map(|it| &it.node.declarator.node);
        self.guarded(&key, |engine| engine.described(&tree, &specifiers, declarator))
    }

    /// The type that a typedef's own declaration makes.
    pub(super) fn described_name(&mut self, name: &[u8]) -> Result<String, Unknown> {
        let tree = self.tree(name)?;
        self.guarded(name, |engine| engine.variable_described(&tree))
    }

    /// The type of the only name that is declared.
    pub(super) fn variable_described(&mut self, tree: &Tree) -> Result<String, Unknown> {
        let specifiers = Specifiers::of_declaration(&tree.declaration.specifiers)?;
        let declarator = tree.declaration.declarators.first().map(|it| &it.node.declarator.node);
        self.described(tree, &specifiers, declarator)
    }

    /// The type of a declared variable.
    pub(super) fn variable(&mut self, tree: &Tree, name: &[u8]) -> Result<Type, Unknown> {
        let specifiers = Specifiers::of_declaration(&tree.declaration.specifiers)?;
        match &tree.declaration.declarators[..] {
            [declarator] => self.defined(tree, &specifiers, &declarator.node.declarator),
            [] => self.base(tree, &specifiers),
            _ => Err(Unknown::Unreadable(name.to_owned())),
        }
    }

    /// The signature of a declared function; none if it is something else.
    pub(super) fn signature(&mut self, tree: &Tree) -> Result<Option<Signature>, Unknown> {
        let declaration = &tree.declaration;
        let [declarator] = &declaration.declarators[..] else { return Ok(None) };
        let specifiers = Specifiers::of_declaration(&declaration.specifiers)?;
        let mut steps = steps(Some(&declarator.node.declarator.node))?;
        let Some(Step::Function(function)) = steps.pop() else { return Ok(None) };
        let (parameters, has_more) = self.described_parameters(tree, function)?;
        let base = self.described_base(tree, &specifiers)?;
        let result = self.described_steps(tree, base, &steps)?;
        Ok(Some(Signature { result, parameters, has_more }))
    }
}

/// A type of C's own words by its size and class.
fn described_type(of_type: &Type) -> String {
    let bits = 8 * of_type.size.unwrap_or(0);
    match of_type.kind {
        TypeKind::Void => "void".to_owned(),
        TypeKind::Bool => "bool".to_owned(),
        TypeKind::Integer { is_signed: true } => format!("s{bits}"),
        TypeKind::Integer { is_signed: false } => format!("u{bits}"),
        TypeKind::Float => format!("float{bits}"),
        TypeKind::Vector => format!("vector{bits}"),
        TypeKind::Arguments => "va_list".to_owned(),
        TypeKind::Pointer | TypeKind::Function | TypeKind::Array(_) | TypeKind::Record(_) => {
            "?".to_owned()
        }
    }
}
