//! A file, once it is scanned: its tokens, and its directives as items that say where to go on.

use super::names::Id;
use super::token::{Flags, Kind, Token};
use super::unusual::Unusual;

/// A file, once it is scanned. It depends on nothing but the file's bytes.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// All tokens, in order: of text, of directives, of macros' bodies.
    pub(super) tokens: Vec<Token>,
    /// The directives, and the text between them.
    pub(super) items: Vec<Item>,
    /// The macros that are defined in it.
    pub(super) macros: Vec<Macro>,
    /// The macro that, while it is defined, makes the file empty.
    pub(super) guard: Option<Id>,
    /// Why the real preprocessor must read it, wherever in it that is.
    pub(super) unusual: Option<Unusual>,
}

/// A directive, or the text between two of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) what: What,
    /// The line that it begins on, from 1.
    pub(super) line: u32,
    /// Its first token, the number of its name, or the place of its macro; `what` says which.
    pub(super) from: u32,
    /// The end of its tokens.
    pub(super) to: u32,
    /// For what begins or divides a conditional group: the item that divides or ends it next.
    pub(super) next: u32,
}

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
#[derive(Clone, Copy, Debug)]
pub(super) struct Macro {
    pub(super) name: Id,
    /// The first token of its parameters' names, then of its body, and the end of that.
    pub(super) parameters_from: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    /// The traits of [`Traits`].
    pub(super) traits: Traits,
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
    /// Why the real preprocessor must expand it.
    pub(super) unusual: Option<Unusual>,
}

impl Source {
    /// How many bytes of memory it takes.
    pub(super) fn size(&self) -> usize {
        size_of::<Token>() * self.tokens.capacity()
            + size_of::<Item>() * self.items.capacity()
            + size_of::<Macro>() * self.macros.capacity()
    }

    /// The body of a macro.
    pub(super) fn body(&self, of: &Macro) -> &[Token] {
        &self.tokens[of.from as usize..of.to as usize]
    }

    /// The names of a macro's parameters, in order.
    pub(super) fn parameters(&self, of: &Macro) -> &[Token] {
        &self.tokens[of.parameters_from as usize..of.from as usize]
    }

    /// The tokens of an item that has tokens.
    pub(super) fn tokens_of(&self, item: &Item) -> &[Token] {
        &self.tokens[item.from as usize..item.to as usize]
    }

    /// Finds the macro that guards the file: all of it is in one `#ifndef`, without `#else`.
    pub(super) fn find_guard(&mut self) {
        let Some(first) = self.items.first() else { return };
        let name = match first.what {
            What::Ifndef => Id::at(first.from),
            What::If => match not_defined(self.tokens_of(first)) {
                Some(name) => name,
                None => return,
            },
            _ => return,
        };
        let is_last = first.next as usize + 1 == self.items.len();
        let end = self.items.get(first.next as usize);
        if is_last && end.is_some_and(|item| item.what == What::Endif) {
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
        [name] if name.kind == Kind::Name => Some(name.id),
        [open, name, close]
            if open.is(Punctuator::OPEN)
                && name.kind == Kind::Name
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
    let same_traits = one.1.traits == other.1.traits;
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
