//! What changed inside a declaration, from its structure: members, parameters, enumerators.
//!
//! The canonical text is C but for the letters before names, so a C parser reads it, once it is
//! told which names are types. The few declarations that it cannot read have no structure here, and
//! are compared as text alone.

use std::collections::VecDeque;

use indexmap::IndexMap;
use lang_c::ast::{
    Declaration, DeclarationSpecifier, Declarator, DeclaratorKind, DerivedDeclarator, Ellipsis,
    EnumType, ParameterDeclaration, SpecifierQualifier, StructDeclaration, StructField, StructKind,
    StructType, TypeSpecifier,
};
use lang_c::span::{Node, Span};

use super::shape::{Part, Shape};
use super::type_string_shape;
use crate::canonical::{Tree, joined, named};
use crate::difference::{Run, runs};
use crate::formats::symtypes::{Kind, TypeName};
use crate::formats::type_string::{self, is_type_string};

/// One change within a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A part that was not there, and the name of the one before it.
    Added(Part, Option<String>),
    /// A part that is gone.
    Removed(Part),
    /// A part that stands elsewhere: after which one now, or first.
    Moved(Part, Option<String>),
    /// A part whose type is another: before, after.
    Retyped(Part, Part),
    /// A part of the same type, at the same place, with another name: before, after.
    Renamed(Part, Part),
    /// What the whole is, or returns, is another: before, after.
    Whole(String, String),
}

/// What the parts of a shape are called.
const fn part_word(shape: &Shape) -> &'static str {
    match shape {
        Shape::Aggregate(_) => "member",
        Shape::Enum(_) => "enumerator",
        Shape::Function(..) => "parameter",
        Shape::Variants(_) => "variant",
        Shape::Other(_) => "",
    }
}

/// What changed between two canonical declarations of `name`, in sentences without a full stop;
/// none if the structure of one is not known, or they are of two kinds.
pub fn sentences(name: &[u8], old: &[u8], new: &[u8]) -> Option<Vec<String>> {
    if TypeName::of(name).kind == Kind::EnumConstant {
        let value = |text: &[u8]| String::from_utf8_lossy(&joined(text)).into_owned();
        return Some(vec![format!("value changed: {} -> {}", value(old), value(new))]);
    }
    let (old, new) = (Shape::read(old)?, Shape::read(new)?);
    let word = part_word(&old);
    let differences = differences(&old, &new)?;
    Some(differences.iter().map(|difference| difference.sentence(word)).collect())
}

/// What changed between two shapes, in the order of the parts; none if they are of two kinds.
pub fn differences(old: &Shape, new: &Shape) -> Option<Vec<Difference>> {
    let whole = |old: &String, new: &String| {
        (old != new).then(|| Difference::Whole(old.clone(), new.clone()))
    };
    Some(match (old, new) {
        (Shape::Aggregate(old), Shape::Aggregate(new)) => named_parts(old, new),
        (Shape::Enum(old), Shape::Enum(new)) | (Shape::Variants(old), Shape::Variants(new)) => {
            named_parts(old, new)
        }
        (Shape::Function(old_type, old), Shape::Function(new_type, new)) => {
            let mut differences: Vec<Difference> = whole(old_type, new_type).into_iter().collect();
            differences.extend(placed_parts(old, new));
            differences
        }
        (Shape::Other(old), Shape::Other(new)) => whole(old, new).into_iter().collect(),
        _ => return None,
    })
}

/// Parts are the same by their names: members and enumerators.
fn named_parts(old: &[Part], new: &[Part]) -> Vec<Difference> {
    let (old_parts, new_parts) = (by_name(old), by_name(new));
    let names = |parts: &IndexMap<String, &Part>| parts.keys().cloned().collect::<Vec<String>>();
    let (old_names, new_names) = (names(&old_parts), names(&new_parts));
    let before = |index: usize| index.checked_sub(1).map(|index| new_names[index].clone());
    let mut differences = Vec::new();
    for run in runs(&old_names, &new_names) {
        let (old_range, new_range) = match run {
            Run::Kept { old, new } => {
                let pairs = old.zip(new).map(|(old, new)| (old_parts[old], new_parts[new]));
                differences.extend(pairs.filter_map(|(old, new)| retyped(old, new)));
                continue;
            }
            Run::Replaced { old, new } => (old, new),
        };
        let gone: Vec<&Part> = old_range
            .filter(|&index| !new_parts.contains_key(&old_names[index]))
            .map(|index| old_parts[index])
            .collect();
        let mut of_same_type: IndexMap<(&str, &str), VecDeque<usize>> = IndexMap::new();
        for (place, part) in gone.iter().enumerate() {
            of_same_type.entry((&part.of_type, &part.within)).or_default().push_back(place);
        }
        let mut is_renamed = vec![false; gone.len()];
        let mut come = Vec::new();
        for index in new_range {
            let part = new_parts[index];
            if let Some(old) = old_parts.get(&new_names[index]) {
                come.push(Difference::Moved(part.clone(), before(index)));
                come.extend(retyped(old, part));
                continue;
            }
            let same = of_same_type.get_mut(&(part.of_type.as_str(), part.within.as_str()));
            come.push(match same.and_then(VecDeque::pop_front) {
                Some(place) => {
                    is_renamed[place] = true;
                    Difference::Renamed(gone[place].clone(), part.clone())
                }
                None => Difference::Added(part.clone(), before(index)),
            });
        }
        let gone = gone.into_iter().zip(is_renamed).filter(|(_, is_renamed)| !is_renamed);
        differences.extend(gone.map(|(part, _)| Difference::Removed(part.clone())));
        differences.extend(come);
    }
    differences
}

/// Parts by their names; those without one are distinguished by their types and numbers.
fn by_name(parts: &[Part]) -> IndexMap<String, &Part> {
    let mut named = IndexMap::new();
    // The last number that each name has got, so that many of one name are not counted again.
    let mut numbers: IndexMap<String, usize> = IndexMap::new();
    for part in parts {
        let name = match part.name.as_str() {
            "" => format!("unnamed {}", part.of_type),
            name => name.to_owned(),
        };
        let mut unique = name.clone();
        if named.contains_key(&unique) {
            let number = numbers.entry(name.clone()).or_insert(1);
            while named.contains_key(&unique) {
                *number += 1;
                unique = format!("{name} ({number})");
            }
        }
        named.insert(unique, part);
    }
    named
}

/// Parts are the same by their types and places: parameters.
fn placed_parts(old: &[Part], new: &[Part]) -> Vec<Difference> {
    let types = |parts: &[Part]| parts.iter().map(|it| it.of_type.clone()).collect::<Vec<String>>();
    let before = |index: usize| index.checked_sub(1).map(|index| (index + 1).to_string());
    let mut differences = Vec::new();
    for run in runs(&types(old), &types(new)) {
        match run {
            Run::Kept { old: olds, new: news } => {
                let pairs = old[olds].iter().zip(&new[news]);
                let renamed = pairs.filter(|(old, new)| old.name != new.name);
                differences.extend(
                    renamed.map(|(old, new)| Difference::Renamed(old.clone(), new.clone())),
                );
            }
            Run::Replaced { old: olds, new: news } => {
                let common = olds.len().min(news.len());
                let pairs = old[olds.clone()].iter().zip(&new[news.clone()]);
                differences
                    .extend(pairs.map(|(old, new)| Difference::Retyped(old.clone(), new.clone())));
                let gone = olds.skip(common).map(|index| Difference::Removed(old[index].clone()));
                let come = news.skip(common);
                let come = come.map(|index| Difference::Added(new[index].clone(), before(index)));
                differences.extend(gone.chain(come));
            }
        }
    }
    differences
}

/// The change of a part that both have, if there is one.
fn retyped(old: &Part, new: &Part) -> Option<Difference> {
    let is_same = old.of_type == new.of_type && old.within == new.within;
    (!is_same).then(|| Difference::Retyped(old.clone(), new.clone()))
}

impl Difference {
    /// The change in words, for parts called `word`.
    fn sentence(&self, word: &str) -> String {
        let after = |place: &Option<String>| match (place, word) {
            (None, _) => "at the start".to_owned(),
            (Some(number), "parameter") => format!("after parameter {number}"),
            (Some(name), _) => format!("after {name}"),
        };
        match self {
            Self::Added(part, place) => format!("{word} added {}: {}", after(place), part.shown()),
            Self::Removed(part) => format!("{word} removed: {}", part.shown()),
            Self::Moved(part, place) => format!("{word} moved {}: {}", after(place), part.shown()),
            Self::Retyped(old, new) => {
                format!("{word} changed: {} -> {}", old.shown(), new.shown())
            }
            Self::Renamed(old, new) => {
                format!("{word} renamed: {} -> {}", old.shown(), new.shown())
            }
            Self::Whole(old, new) if word == "parameter" => {
                format!("return type changed: {old} -> {new}")
            }
            Self::Whole(old, new) => format!("type changed: {old} -> {new}"),
        }
    }
}

impl Part {
    /// The part as people name it: its type and its name, and what it is in.
    fn shown(&self) -> String {
        let within = match self.within.as_str() {
            "" => String::new(),
            within => format!(" (in {within})"),
        };
        format!("{}{within}", named(&self.of_type, &self.name))
    }
}

impl Shape {
    /// The structure of a canonical declaration or a type string; none if it cannot be read.
    pub fn read(declaration: &[u8]) -> Option<Shape> {
        if is_type_string(declaration) {
            return Some(type_string_shape::shape(&type_string::read(declaration).ok()?));
        }
        let tree = Tree::read(declaration)?;
        Source { tree: &tree }.shape(&tree.declaration)
    }
}

/// The shapes in a tree.
struct Source<'a> {
    tree: &'a Tree,
}

impl Source<'_> {
    /// The text of a span as C is written.
    fn written(&self, span: Span) -> String {
        self.tree.written(span)
    }

    fn shape(&self, declaration: &Declaration) -> Option<Shape> {
        let specifiers = declaration.specifiers.iter().filter_map(|it| match &it.node {
            DeclarationSpecifier::TypeSpecifier(specifier) => Some(&specifier.node),
            _ => None,
        });
        if let [declarator] = &declaration.declarators[..] {
            let declarator = &declarator.node.declarator;
            if let Some(function) = function(&declarator.node) {
                let returns = self.type_of(&declaration.specifiers, None, Some(declarator))?;
                let mut parameters: Vec<Part> =
                    function.parameters.iter().filter_map(|it| self.parameter(&it.node)).collect();
                if function.ellipsis == Ellipsis::Some {
                    let (name, within) = (String::new(), String::new());
                    parameters.push(Part { name, of_type: "...".to_owned(), within });
                }
                return Some(Shape::Function(returns, parameters));
            }
        }
        if declaration.declarators.is_empty() {
            for specifier in specifiers {
                match specifier {
                    TypeSpecifier::Struct(it) => {
                        let mut members = Vec::new();
                        self.members(&it.node, "", "", &mut members)?;
                        return Some(Shape::Aggregate(members));
                    }
                    TypeSpecifier::Enum(it) => {
                        return Some(Shape::Enum(self.enumerators(&it.node)));
                    }
                    _ => {}
                }
            }
        }
        let first = declaration.specifiers.first()?.span.start;
        let last = declaration.declarators.last().map(|it| it.span.end);
        let end = last.or_else(|| declaration.specifiers.last().map(|it| it.span.end))?;
        Some(Shape::Other(self.written(Span::span(first, end))))
    }

    /// The members of a struct or union, those of unnamed ones in it included.
    fn members(
        &self,
        aggregate: &StructType,
        prefix: &str,
        within: &str,
        members: &mut Vec<Part>,
    ) -> Option<()> {
        for declaration in aggregate.declarations.iter().flatten() {
            match &declaration.node {
                StructDeclaration::Field(field) => {
                    self.field(&field.node, prefix, within, members)?;
                }
                StructDeclaration::StaticAssert(_) => {}
            }
        }
        Some(())
    }

    fn field(
        &self,
        field: &StructField,
        prefix: &str,
        within: &str,
        members: &mut Vec<Part>,
    ) -> Option<()> {
        let body = field.specifiers.iter().find_map(|it| match &it.node {
            SpecifierQualifier::TypeSpecifier(specifier) => match &specifier.node {
                TypeSpecifier::Struct(it) => Some(&it.node),
                _ => None,
            },
            _ => None,
        });
        let body = body.filter(|it| it.identifier.is_none() && it.declarations.is_some());
        if field.declarators.is_empty() {
            if let Some(body) = body {
                let word = kind_word(&body.kind.node);
                let inner = [within, word].join(" ").trim_start().to_owned();
                return self.members(body, prefix, &inner, members);
            }
            return Some(());
        }
        for declarator in &field.declarators {
            let (name, body_type) = match &declarator.node.declarator {
                Some(it) => (self.tree.name(&it.node).unwrap_or_default().to_owned(), Some(it)),
                None => (String::new(), None),
            };
            let name = if name.is_empty() { name } else { format!("{prefix}{name}") };
            let mut of_type = match body {
                // What is in it stands after, member by member.
                Some(body) => {
                    let derived =
                        body_type.map(|it| self.tree.without_name(it)).unwrap_or_default();
                    format!("{} {derived}", kind_word(&body.kind.node)).trim_end().to_owned()
                }
                None => self.tree.member_type(&field.specifiers, body_type),
            };
            if let Some(width) = &declarator.node.bit_width {
                of_type += &format!(" : {}", self.written(width.span));
            }
            let part = Part { name: name.clone(), of_type, within: within.to_owned() };
            members.push(part);
            if let Some(body) = body {
                self.members(body, &format!("{name}."), within, members)?;
            }
        }
        Some(())
    }

    fn enumerators(&self, of: &EnumType) -> Vec<Part> {
        let enumerators = of.enumerators.iter().map(|it| Part {
            name: it.node.identifier.node.name.clone(),
            of_type: match &it.node.expression {
                Some(value) => format!("= {}", self.written(value.span)),
                None => String::new(),
            },
            within: String::new(),
        });
        enumerators.collect()
    }

    /// A parameter; none for `void` alone.
    fn parameter(&self, parameter: &ParameterDeclaration) -> Option<Part> {
        let declarator = parameter.declarator.as_ref();
        let of_type = self.type_of(&parameter.specifiers, declarator, None)?;
        let name =
            declarator.and_then(|it| self.tree.name(&it.node)).unwrap_or_default().to_owned();
        let is_none = of_type == "void" && declarator.is_none();
        (!is_none).then_some(Part { name, of_type, within: String::new() })
    }

    /// The type that specifiers and a declarator make; of a function's declarator what it returns.
    fn type_of(
        &self,
        specifiers: &[Node<DeclarationSpecifier>],
        declarator: Option<&Node<Declarator>>,
        function: Option<&Node<Declarator>>,
    ) -> Option<String> {
        let (first, last) = (specifiers.first()?, specifiers.last()?);
        let mut text = self.written(Span::span(first.span.start, last.span.end));
        if let Some(declarator) = declarator {
            text = format!("{text} {}", self.tree.without_name(declarator)).trim_end().to_owned();
        }
        if let Some(function) = function {
            let is_pointer =
                |it: &&Node<DerivedDeclarator>| matches!(it.node, DerivedDeclarator::Pointer(_));
            for pointer in function.node.derived.iter().filter(is_pointer) {
                text = format!("{text} {}", self.written(pointer.span));
            }
        }
        Some(text)
    }
}

/// The function that a declarator declares, if it is one (and no pointer to one).
fn function(declarator: &Declarator) -> Option<&lang_c::ast::FunctionDeclarator> {
    if !matches!(declarator.kind.node, DeclaratorKind::Identifier(_)) {
        return None;
    }
    declarator.derived.iter().find_map(|it| match &it.node {
        DerivedDeclarator::Function(function) => Some(&function.node),
        _ => None,
    })
}

const fn kind_word(kind: &StructKind) -> &'static str {
    match kind {
        StructKind::Struct => "struct",
        StructKind::Union => "union",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_told_member_by_member() {
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "struct a { int x ; t#u8 y ; }",
                "struct a { int x ; s#b * z ; t#u8 y ; }",
                &["member added after x: struct b *z"],
            ),
            ("struct a { int x ; int y ; }", "struct a { int x ; }", &["member removed: int y"]),
            (
                "struct a { int x ; t#u8 y [ 4 ] ; }",
                "struct a { long x ; t#u8 y [ 8 ] ; }",
                &["member changed: int x -> long x", "member changed: u8 y[4] -> u8 y[8]"],
            ),
            (
                "struct a { int x ; int y ; long z ; }",
                "struct a { int y ; long z ; int x ; }",
                &["member moved after z: int x"],
            ),
            (
                "struct a { int x ; int reserved ; }",
                "struct a { int x ; int used ; }",
                &["member renamed: int reserved -> int used"],
            ),
            (
                "struct a { union { int x ; long y ; } ; int f : 3 ; }",
                "struct a { union { int x ; char y ; } ; int f : 4 ; }",
                &[
                    "member changed: long y (in union) -> char y (in union)",
                    "member changed: int f : 3 -> int f : 4",
                ],
            ),
            (
                "struct a { struct { int x ; } s ; int ( * call ) ( t#u32 ) ; }",
                "struct a { struct { int x ; int y ; } s ; int ( * call ) ( t#u64 ) ; }",
                &[
                    "member added after s.x: int s.y",
                    "member changed: int (*call)(u32) -> int (*call)(u64)",
                ],
            ),
            (
                "int draw ( s#point * , const char * )",
                "long draw ( s#point * , char * , int , ... )",
                &[
                    "return type changed: int -> long",
                    "parameter changed: const char * -> char *",
                    "parameter added after parameter 2: int",
                    "parameter added after parameter 3: ...",
                ],
            ),
            ("int draw ( int a )", "int draw ( int b )", &["parameter renamed: int a -> int b"]),
            (
                "enum e { A , B = 2 , C }",
                "enum e { A , B = 3 , C , D }",
                &["enumerator changed: B = 2 -> B = 3", "enumerator added after C: D"],
            ),
            (
                "typedef unsigned int t",
                "typedef unsigned long t",
                &["type changed: typedef unsigned int t -> typedef unsigned long t"],
            ),
        ];
        for (old, new, expected) in cases {
            let told = sentences(b"name", old.as_bytes(), new.as_bytes());
            assert_eq!(told.as_deref().unwrap_or_default(), *expected, "{old} -> {new}");
        }
    }

    #[test]
    fn what_cannot_be_read_has_no_structure() {
        assert_eq!(Shape::read(b"struct a { int x"), None);
        assert_eq!(Shape::read(b"struct a { UNKNOWN }"), Some(Shape::Aggregate(Vec::new())));
        assert_eq!(sentences(b"a", b"struct a { int x ; }", b"enum a { X }"), None);
        let value = sentences(b"E#A", b"( 0 ) + 3", b"( 0 ) + 4");
        assert_eq!(value.unwrap_or_default(), ["value changed: (0) + 3 -> (0) + 4"]);
    }
}
