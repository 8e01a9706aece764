//! One rule, and which differences it is for.

use std::fmt;

use super::gate::Gate;
use crate::abi_diff::lints::{Level, Lint};
use crate::abi_diff::pattern::is_match;
use crate::formats::symtypes::{Kind, TypeName};
use crate::kernel::Export;

/// One rule. A difference must match all that is given; of a list, one pattern.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// The file, as it was named.
    pub file: Vec<u8>,
    /// The number of its line, from 1.
    pub line: usize,
    /// What it says, in a line.
    pub shown: Vec<u8>,
    /// Why. Rules in SUSE's format have none.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Whether that day is over. Then it matches nothing.
    pub is_expired: bool,
    pub(super) lints: Vec<Lint>,
    pub(super) symbols: Vec<Vec<u8>>,
    pub(super) modules: Vec<Vec<u8>>,
    pub(super) namespaces: Vec<Vec<u8>>,
    pub(super) types: Vec<TypePattern>,
    /// What the difference changed to; none for anything. See [`Subject::is`].
    pub(super) is: Option<u32>,
    pub(super) action: Action,
    /// For a gate, which decides last, and matches nothing itself.
    pub(super) gate: Option<Gate>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Action {
    /// The difference is no failure.
    #[default]
    Tolerate,
    /// The difference is what its lint says.
    Keep,
    /// The difference has this level.
    Level(Level),
}

/// A pattern for types.
#[derive(Clone, Debug)]
pub(super) struct TypePattern {
    /// The kind; none for all kinds.
    kind: Option<Kind>,
    name: Vec<u8>,
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What is wrong with a file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRule {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: Vec<u8>,
}

/// A difference, as a rule sees it.
pub(in crate::abi_diff) struct Subject<'a> {
    /// Its lint.
    pub(in crate::abi_diff) lint: Lint,
    /// The lint of what a cause does.
    pub(in crate::abi_diff) impact: Option<Lint>,
    /// The symbol, or the type with its kind's letter.
    pub(in crate::abi_diff) name: &'a [u8],
    /// The export before; if it was none, after.
    pub(in crate::abi_diff) export: Option<&'a Export>,
    /// What it changed to, if that is known: the CRC of the export in the new kernel, or that of the
    /// text of the new declaration. A rule with `is` matches nothing but this.
    pub(in crate::abi_diff) is: Option<u32>,
}

impl Subject<'_> {
    fn lints(&self) -> impl Iterator<Item = Lint> {
        std::iter::once(self.lint).chain(self.impact)
    }
}

impl Rule {
    /// Whether the rule is for this difference.
    pub(super) fn matches(&self, subject: &Subject<'_>) -> bool {
        !self.is_expired
            && self.gate.is_none()
            && (self.is.is_none() || self.is == subject.is)
            && (self.lints.is_empty() || subject.lints().any(|lint| self.lints.contains(&lint)))
            && self.names(subject.name, subject.export)
    }

    /// Whether the rule is for this export or type, as far as names show.
    pub(super) fn names(&self, name: &[u8], export: Option<&Export>) -> bool {
        let any = |patterns: &[Vec<u8>], text: &[u8]| {
            patterns.iter().any(|pattern| is_match(pattern, text))
        };
        // What an export does not have, and a type has not got, no pattern matches.
        let any_of = |patterns: &[Vec<u8>], part: fn(&Export) -> &[u8]| {
            let text = export.map(part).filter(|text| !text.is_empty());
            patterns.is_empty() || text.is_some_and(|text| any(patterns, text))
        };
        let is_type = TypeName::of(name).kind != Kind::Normal;
        (self.symbols.is_empty() || !is_type && any(&self.symbols, name))
            && any_of(&self.modules, |export| &export.module)
            && any_of(&self.namespaces, Export::namespace)
            && (self.types.is_empty() || self.types.iter().any(|pattern| pattern.matches(name)))
    }
}

impl TypePattern {
    /// Reads `s#page`, `struct page`, or `page` for any kind.
    pub(super) fn read(text: &str) -> TypePattern {
        for kind in [Kind::Struct, Kind::Union, Kind::Enum, Kind::Typedef] {
            let name = text.strip_prefix(kind.word()).and_then(|rest| rest.strip_prefix(' '));
            if let Some(name) = name {
                return TypePattern { kind: Some(kind), name: name.trim().into() };
            }
        }
        let TypeName { kind, bare } = TypeName::of(text.as_bytes());
        TypePattern { kind: Some(kind).filter(|it| *it != Kind::Normal), name: bare.to_owned() }
    }

    fn matches(&self, name: &[u8]) -> bool {
        let TypeName { kind, bare } = TypeName::of(name);
        kind != Kind::Normal
            && self.kind.is_none_or(|wanted| wanted == kind)
            && is_match(&self.name, bare)
    }
}
