//! A file, once it is scanned: its tokens, and its directives as items that say where to go on.

use std::ops::{Deref, Range};

use bytemuck::{Pod, Zeroable};
use bytes::Bytes;

use super::host::Stamp;
use super::names::Id;
use super::token::{Flags, Kind, Token};
use super::unusual::{Reason, Unusual};

/// A file, once it is scanned. It depends on nothing but the file's bytes.
#[derive(Debug)]
pub(super) struct Source {
    /// All tokens, in order: of text, of directives, of macros' bodies.
    pub(super) tokens: List<Token>,
    /// The directives, and the text between them.
    pub(super) items: List<Item>,
    /// The macros that are defined in it.
    pub(super) macros: List<Macro>,
    /// The macro that, while it is defined, makes the file empty.
    pub(super) guard: Option<Id>,
    /// Why the real preprocessor must read it, wherever in it that is.
    pub(super) unusual: Option<Unusual>,
    /// The number of its first macro among those of all files.
    pub(super) first_macro: u32,
    /// The version of the file, if it is one that may be kept for other processes.
    pub(super) stamp: Option<Stamp>,
    /// Where its region is on the shelf that it is from.
    pub(super) shelf_at: Option<u64>,
}

/// The number of the first macro that a file defines; lower ones are builtin.
pub(super) const FIRST_MACRO: u32 = 1 << 10;

/// A list that was made here, or is kept from an earlier process.
#[derive(Debug)]
pub(super) enum List<T> {
    Own(Vec<T>),
    /// Bytes that fit the kind in length and alignment: [`List::kept`] has made it.
    Kept(Bytes),
}

impl<T: Pod> List<T> {
    /// A list of these bytes; none if they cannot be one.
    pub(super) fn kept(bytes: Bytes) -> Option<Self> {
        bytemuck::try_cast_slice::<u8, T>(&bytes).ok()?;
        Some(Self::Kept(bytes))
    }
}

impl<T: Pod> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Own(list) => list,
            Self::Kept(bytes) => bytemuck::cast_slice(bytes),
        }
    }
}

/// A directive, or the text between two of them.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Item {
    /// The line that it begins on, from 1.
    pub(super) line: u32,
    /// Its first token, the number of its name, or the place of its macro; `what` says which.
    pub(super) from: u32,
    /// The end of its tokens.
    pub(super) to: u32,
    /// For what begins or divides a conditional group: the item that divides or ends it next.
    pub(super) next: u32,
    /// What it is, and why the real preprocessor must do it.
    what: u8,
    reason: Reason,
    unused: [u8; 2],
}

impl Item {
    /// An item at a line, with its tokens.
    pub(super) fn new(what: What, line: u32, tokens: Range<u32>, next: u32) -> Self {
        let mut item = Self { line, from: tokens.start, to: tokens.end, next, ..Self::zeroed() };
        item.set(what);
        item
    }

    /// What it is.
    pub(super) fn what(&self) -> What {
        match WHAT.get(usize::from(self.what)) {
            Some(what) => *what,
            None => What::Unusual(self.reason.get().unwrap_or(Unusual::Directive)),
        }
    }

    /// Makes it something else.
    pub(super) fn set(&mut self, what: What) {
        let place = WHAT.iter().position(|known| *known == what).unwrap_or(WHAT.len());
        // There are a dozen.
        self.what = place as u8;
        self.reason = Reason::of(match what {
            What::Unusual(reason) => Some(reason),
            _ => None,
        });
    }
}

/// What items are, each at the place of its number. The next number stands for [`What::Unusual`].
const WHAT: [What; 12] = [
    What::Text,
    What::Define,
    What::Undef,
    What::If,
    What::Ifdef,
    What::Ifndef,
    What::Elif,
    What::Else,
    What::Endif,
    What::Include,
    What::IncludeNext,
    What::Pragma,
];

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Text: tokens.
    Text,
    /// `#define`: the place of a macro.
    Define,
    /// `#undef`: a name.
    Undef,
    /// `#if`: tokens.
    If,
    /// `#ifdef`: a name.
    Ifdef,
    /// `#ifndef`: a name.
    Ifndef,
    /// `#elif`: tokens.
    Elif,
    /// `#else`.
    Else,
    /// `#endif`.
    Endif,
    /// `#include`: tokens.
    Include,
    /// `#include_next`: tokens.
    IncludeNext,
    /// `#pragma`: tokens.
    Pragma,
    /// Something that the real preprocessor must do, if it is reached.
    Unusual(Unusual),
}

/// A macro, as it is defined in a file.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Macro {
    pub(super) name: Id,
    /// The first token of its parameters' names, then of its body, and the end of that.
    pub(super) parameters_from: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    /// The traits of [`Traits`].
    traits: u8,
    reason: Reason,
    unused: [u8; 2],
}

/// What a macro is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits {
    /// It has parentheses.
    pub(super) is_function: bool,
    /// Its last parameter takes all arguments that are left.
    pub(super) is_variadic: bool,
    /// Its body has `##`.
    pub(super) pastes: bool,
    /// Its body opens a brace that it does not close, or closes one that it does not open.
    pub(super) is_unbalanced: bool,
    /// Its body has `__COUNTER__`.
    pub(super) counts: bool,
    /// Its body has what genksyms knows as an export.
    pub(super) exports: bool,
    /// Why the real preprocessor must expand it.
    pub(super) unusual: Option<Unusual>,
}

impl Macro {
    /// The macro of a name, with the places of its tokens.
    pub(super) fn new(name: Id, [parameters_from, from, to]: [u32; 3], traits: Traits) -> Self {
        let bits = [
            traits.is_function,
            traits.is_variadic,
            traits.pastes,
            traits.is_unbalanced,
            traits.counts,
            traits.exports,
        ];
        let bits = bits.iter().rev().fold(0, |bits, bit| bits << 1 | u8::from(*bit));
        let reason = Reason::of(traits.unusual);
        Self { name, parameters_from, from, to, traits: bits, reason, unused: [0; 2] }
    }

    /// What it is like.
    pub(super) fn traits(&self) -> Traits {
        let has = |place: u8| self.traits >> place & 1 != 0;
        Traits {
            is_function: has(0),
            is_variadic: has(1),
            pastes: has(2),
            is_unbalanced: has(3),
            counts: has(4),
            exports: has(5),
            unusual: self.reason.get(),
        }
    }

    /// How many parameters it has.
    pub(super) fn parameters(&self) -> u32 {
        self.from.saturating_sub(self.parameters_from)
    }
}

impl Source {
    /// How many bytes of memory it takes.
    pub(super) fn size(&self) -> usize {
        size_of_val(&*self.tokens) + size_of_val(&*self.items) + size_of_val(&*self.macros)
    }

    /// The body of a macro.
    pub(super) fn body(&self, of: &Macro) -> &[Token] {
        self.tokens_at(of.from..of.to)
    }

    /// The names of a macro's parameters, in order.
    pub(super) fn parameters(&self, of: &Macro) -> &[Token] {
        self.tokens_at(of.parameters_from..of.from)
    }

    /// The tokens of an item that has tokens.
    pub(super) fn tokens_of(&self, item: &Item) -> &[Token] {
        self.tokens_at(item.from..item.to)
    }

    /// The tokens of a range; none where a damaged file has no such range.
    fn tokens_at(&self, range: Range<u32>) -> &[Token] {
        self.tokens.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Finds the macro that guards the file: all of it is in one `#ifndef`, without `#else`.
    pub(super) fn find_guard(&mut self) {
        let Some(first) = self.items.first() else { return };
        let name = match first.what() {
            What::Ifndef => Id::at(first.from),
            What::If => match not_defined(self.tokens_of(first)) {
                Some(name) => name,
                None => return,
            },
            _ => return,
        };
        let is_last = first.next as usize + 1 == self.items.len();
        let end = self.items.get(first.next as usize);
        if is_last && end.is_some_and(|item| item.what() == What::Endif) {
            self.guard = Some(name);
        }
    }
}

/// The name of `!defined NAME` or `!defined(NAME)`.
fn not_defined(tokens: &[Token]) -> Option<Id> {
    use super::token::Punctuator;
    let (not, rest) = tokens.split_first()?;
    let (defined, rest) = rest.split_first()?;
    if !not.is(Punctuator::NOT) || defined.id != Id::DEFINED {
        return None;
    }
    match rest {
        [name] if name.kind == Kind::NAME => Some(name.id),
        [open, name, close]
            if open.is(Punctuator::OPEN)
                && name.kind == Kind::NAME
                && close.is(Punctuator::CLOSE) =>
        {
            Some(name.id)
        }
        _ => None,
    }
}

/// Whether two macros are defined alike: then the second definition changes nothing.
pub(super) fn same_definition(one: (&Source, &Macro), other: (&Source, &Macro)) -> bool {
    let (first, second) = (one.0.body(one.1), other.0.body(other.1));
    let same_traits = one.1.traits() == other.1.traits();
    let parameters = |(source, definition): (&Source, &Macro)| -> Vec<Id> {
        source.parameters(definition).iter().map(|token| token.id).collect()
    };
    let compared = Flags::BLANK.with(Flags::PASTED).with(Flags::QUOTED);
    let same = |(a, b): (&Token, &Token)| {
        a.id == b.id && a.kind == b.kind && a.flags.and(compared) == b.flags.and(compared)
    };
    same_traits
        && first.len() == second.len()
        && first.iter().zip(second).all(same)
        && parameters(one) == parameters(other)
}
