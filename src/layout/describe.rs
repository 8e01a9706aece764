//! Types of canonical declarations as they are compared.

use lang_c::ast::{Declarator, Ellipsis, FunctionDeclarator, TypeOf, TypeSpecifier};

use super::Unknown;
use super::described::{Described, Signature};
use super::engine::Engine;
use super::specifiers::{Specifiers, Step, steps, tag};
use super::types::{Type, TypeKind};
use crate::canonical::Tree;
use crate::formats::symtypes::TypeName;

impl<'t, F: Fn(&[u8]) -> Option<&'t [u8]>> Engine<F> {
    /// The type that specifiers and a declarator make.
    pub(super) fn described(
        &mut self,
        tree: &Tree,
        specifiers: &Specifiers<'_>,
        declarator: Option<&Declarator>,
    ) -> Result<Described, Unknown> {
        let base = self.described_base(tree, specifiers)?;
        self.described_steps(tree, base, &steps(declarator)?)
    }

    fn described_steps(
        &mut self,
        tree: &Tree,
        base: Described,
        steps: &[Step<'_>],
    ) -> Result<Described, Unknown> {
        let mut described = base;
        for step in steps {
            described = match step {
                Step::Pointer(_) => Described::Pointer(Box::new(described)),
                Step::Array(None) => Described::Array(None, Box::new(described)),
                Step::Array(Some(size)) => {
                    let size = self.evaluated(tree, size)?;
                    Described::Array(Some(size), Box::new(described))
                }
                Step::Function(function) => {
                    let (parameters, has_more) = self.described_parameters(tree, *function)?;
                    let signature = Signature { result: described, parameters, has_more };
                    Described::Function(Box::new(signature))
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
    ) -> Result<(Vec<Described>, bool), Unknown> {
        let Some(function) = function else { return Ok((Vec::new(), false)) };
        let mut parameters = Vec::new();
        for parameter in &function.parameters {
            let specifiers = Specifiers::of_declaration(&parameter.node.specifiers)?;
            let declarator = parameter.node.declarator.as_ref().map(|it| &it.node);
            let described = self.described(tree, &specifiers, declarator)?;
            parameters.push(described.passed());
        }
        if parameters == [Described::Void] {
            parameters.clear();
        }
        Ok((parameters, function.ellipsis == Ellipsis::Some))
    }

    fn described_base(
        &mut self,
        tree: &Tree,
        specifiers: &Specifiers<'_>,
    ) -> Result<Described, Unknown> {
        match specifiers.only() {
            Some(only @ (TypeSpecifier::Struct(_) | TypeSpecifier::Enum(_))) => match tag(only) {
                Some(tag) => {
                    let TypeName { kind, bare } = TypeName::of(&tag);
                    Ok(Described::Tagged(kind, String::from_utf8_lossy(bare).into_owned()))
                }
                None => Ok(Described::Untagged),
            },
            Some(TypeSpecifier::TypedefName(name)) => self.described_typedef(&name.node.name),
            Some(TypeSpecifier::TypeOf(of)) => match &of.node {
                TypeOf::Type(name) => {
                    let specifiers = Specifiers::of_member(&name.node.specifiers);
                    let declarator = name.node.declarator.as_ref().map(|it| &it.node);
                    self.described(tree, &specifiers, declarator)
                }
                TypeOf::Expression(expression) => {
                    Ok(Described::TypeOf(tree.written(expression.span)))
                }
            },
            _ => self.base(tree, specifiers).map(|of_type| described_type(&of_type)),
        }
    }

    fn described_typedef(&mut self, name: &str) -> Result<Described, Unknown> {
        let key = format!("t#{name}").into_bytes();
        let unnamed = || Described::Typedef(name.to_owned());
        if !self.is_declared(&key) {
            let is_built_in = matches!(name, "__int128_t" | "__uint128_t");
            let known = self.typedef(name).ok().filter(|_| is_built_in);
            return Ok(known.map_or_else(unnamed, |of_type| described_type(&of_type)));
        }
        let tree = self.tree(&key)?;
        let specifiers = Specifiers::of_declaration(&tree.declaration.specifiers)?;
        if specifiers.has_body() {
            return Ok(unnamed());
        }
        let declarator = tree.declaration.declarators.first().map(|it| &it.node.declarator.node);
        self.guarded(&key, |engine| engine.described(&tree, &specifiers, declarator))
    }

    /// The type that a typedef's own declaration makes.
    pub(super) fn described_name(&mut self, name: &[u8]) -> Result<Described, Unknown> {
        let tree = self.tree(name)?;
        self.guarded(name, |engine| engine.variable_described(&tree))
    }

    /// The type of the only name that is declared.
    pub(super) fn variable_described(&mut self, tree: &Tree) -> Result<Described, Unknown> {
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
fn described_type(of_type: &Type) -> Described {
    let bits = 8 * of_type.size.unwrap_or(0);
    match of_type.kind {
        TypeKind::Void => Described::Void,
        TypeKind::Bool => Described::Bool,
        TypeKind::Integer { is_signed } => Described::Integer { is_signed, bits },
        TypeKind::Float => Described::Float(bits),
        TypeKind::Vector => Described::Vector(bits),
        TypeKind::Arguments => Described::Arguments,
        TypeKind::Pointer | TypeKind::Function | TypeKind::Array(_) | TypeKind::Record(_) => {
            Described::Other
        }
    }
}
