//! Scanning a directive: the part of the scanner that reads what follows a `#`.

use super::names::Id;
use super::scan::Scanner;
use super::source::{Item, Macro, Traits, What};
use super::token::{Flags, Kind, Punctuator, Token};
use super::unusual::Unusual;

impl Scanner<'_, '_> {
    /// A directive, from after its `#` to the end of its line.
    pub(super) fn directive(&mut self) {
        let line = self.line;
        self.skip_blanks();
        let Some(word) = self.token(Flags::default()) else { return };
        let what = self.directive_of(word);
        if self.divides_newly(word) {
            self.source.unusual.get_or_insert(Unusual::Directive);
        }
        let from = self.place();
        let mut item = Item::new(what, line, from..from, 0);
        match what {
            What::Define => self.define(&mut item),
            What::Undef | What::Ifdef | What::Ifndef => self.named(&mut item),
            What::If | What::Elif | What::Pragma => self.rest_of_line(),
            What::Include | What::IncludeNext => self.header(),
            What::Else | What::Endif => {
                if !self.is_line_end() {
                    let what = self.after_directive(what);
                    item.set(what);
                }
            }
            What::Unusual(_) | What::Text => self.skip_line(),
        }
        if matches!(
            item.what(),
            What::If | What::Elif | What::Pragma | What::Include | What::IncludeNext
        ) {
            item.to = self.place();
        }
        self.skip_line();
        self.enter(item, what);
    }

    /// Which directive a word names.
    fn directive_of(&self, word: Token) -> What {
        match (word.kind, self.names.spelling(word.id)) {
            (Kind::NAME, b"define") => What::Define,
            (Kind::NAME, b"undef") => What::Undef,
            (Kind::NAME, b"if") => What::If,
            (Kind::NAME, b"ifdef") => What::Ifdef,
            (Kind::NAME, b"ifndef") => What::Ifndef,
            (Kind::NAME, b"elif") => What::Elif,
            (Kind::NAME, b"else") => What::Else,
            (Kind::NAME, b"endif") => What::Endif,
            (Kind::NAME, b"include") => What::Include,
            (Kind::NAME, b"include_next") => What::IncludeNext,
            (Kind::NAME, b"pragma") => What::Pragma,
            _ => What::Unusual(Unusual::Directive),
        }
    }

    /// Whether a word is a directive of C23 that divides a group, and is not known to every compiler.
    fn divides_newly(&self, word: Token) -> bool {
        matches!(self.names.spelling(word.id), b"elifdef" | b"elifndef")
    }

    /// What `#else` and `#endif` are with something after them. They still end their group, so that
    /// this is a matter of the whole file.
    fn after_directive(&mut self, what: What) -> What {
        self.source.unusual.get_or_insert(Unusual::AfterDirective);
        what
    }

    /// Puts an item into the list, and makes the jump of the group that it divides or ends.
    fn enter(&mut self, item: Item, what: What) {
        let place = self.source.items.len();
        self.source.items.push(item);
        let divides = matches!(what, What::Elif | What::Else | What::Endif);
        if divides {
            match self.open.pop() {
                Some(before) => {
                    if self.source.items[before].what() == What::Else && what != What::Endif {
                        self.source.unusual.get_or_insert(Unusual::Conditionals);
                    }
                    self.source.items[before].next = place as u32;
                }
                None => {
                    self.source.unusual.get_or_insert(Unusual::Conditionals);
                }
            }
        }
        if matches!(what, What::If | What::Ifdef | What::Ifndef | What::Elif | What::Else) {
            self.open.push(place);
        }
    }

    /// Whether nothing but blanks is left of the line.
    fn is_line_end(&mut self) -> bool {
        self.skip_blanks();
        self.text[self.at] == b'\n'
    }

    /// Goes to the end of the line.
    fn skip_line(&mut self) {
        loop {
            self.skip_blanks();
            if self.token(Flags::default()).is_none() {
                return;
            }
        }
    }

    /// Keeps all tokens up to the end of the line.
    fn rest_of_line(&mut self) {
        loop {
            let flags = Flags::BLANK.only_if(self.skip_blanks());
            let Some(token) = self.token(flags) else { return };
            self.source.tokens.push(token);
            if matches!(token.id, Id::HAS_INCLUDE | Id::HAS_INCLUDE_NEXT) {
                self.skip_blanks();
                if self.text[self.at] == b'(' {
                    self.keep(Flags::default());
                    self.header_name();
                }
            }
        }
    }

    /// Keeps the next token.
    fn keep(&mut self, flags: Flags) {
        if let Some(token) = self.token(flags) {
            self.source.tokens.push(token);
        }
    }

    /// What `#include` names: a header, or tokens to expand.
    fn header(&mut self) {
        if !self.header_name() {
            self.rest_of_line();
        } else if !self.is_line_end() {
            self.source.unusual.get_or_insert(Unusual::AfterDirective);
        }
    }

    /// Keeps the name of a header, if one is next.
    fn header_name(&mut self) -> bool {
        self.skip_blanks();
        let closing = match self.text[self.at] {
            b'<' => b'>',
            b'"' => b'"',
            _ => return false,
        };
        let rest = &self.text[self.at + 1..];
        let end = memchr::memchr3(closing, b'\n', b'\\', rest).filter(|end| rest[*end] == closing);
        let Some(end) = end else { return false };
        let spelling = &self.text[self.at..self.at + end + 2];
        let id = self.names.intern(spelling);
        let line = self.line as u16;
        self.source.tokens.push(Token { id, line, kind: Kind::HEADER, flags: Flags::default() });
        self.at += end + 2;
        true
    }

    /// The name that a directive is about, alone on its line.
    fn named(&mut self, item: &mut Item) {
        self.skip_blanks();
        let name = self.token(Flags::default()).filter(|token| token.kind == Kind::NAME);
        match name {
            Some(name) if self.is_line_end() => item.from = name.id.number(),
            // As above, it still opens its group.
            _ => {
                self.source.unusual.get_or_insert(Unusual::AfterDirective);
            }
        }
    }

    /// A macro's definition.
    fn define(&mut self, item: &mut Item) {
        match self.definition() {
            Ok(definition) => {
                item.from = self.source.macros.len() as u32;
                self.source.macros.push(definition);
            }
            Err(reason) => item.set(What::Unusual(reason)),
        }
    }

    fn definition(&mut self) -> Result<Macro, Unusual> {
        self.skip_blanks();
        let name = self.token(Flags::default()).ok_or(Unusual::Definition)?;
        if name.kind != Kind::NAME || matches!(name.id, Id::DEFINED | Id::VA_ARGS | Id::VA_OPT) {
            return Err(Unusual::Definition);
        }
        let mut traits = Traits::default();
        let parameters_from = self.place();
        if self.text[self.at] == b'(' {
            traits.is_function = true;
            self.parameters(&mut traits)?;
        }
        let from = self.place();
        self.body(parameters_from, &mut traits)?;
        Ok(Macro::new(name.id, [parameters_from, from, self.place()], traits))
    }

    /// A macro's parameters, from their parenthesis on: their names are kept.
    fn parameters(&mut self, traits: &mut Traits) -> Result<(), Unusual> {
        self.at += 1;
        let from = self.place() as usize;
        loop {
            self.skip_blanks();
            let token = self.token(Flags::default()).ok_or(Unusual::Definition)?;
            if token.is(Punctuator::CLOSE) && self.place() as usize == from {
                return Ok(());
            }
            if token.is(Punctuator::ELLIPSIS) {
                traits.is_variadic = true;
                self.source.tokens.push(Token { id: Id::VA_ARGS, kind: Kind::NAME, ..token });
            } else if token.kind == Kind::NAME && token.id != Id::VA_ARGS {
                if self.source.tokens[from..].iter().any(|known| known.id == token.id) {
                    return Err(Unusual::Definition);
                }
                self.source.tokens.push(token);
            } else {
                return Err(Unusual::Definition);
            }
            self.skip_blanks();
            let mut next = self.token(Flags::default()).ok_or(Unusual::Definition)?;
            if next.is(Punctuator::ELLIPSIS) && !traits.is_variadic {
                traits.is_variadic = true;
                self.skip_blanks();
                next = self.token(Flags::default()).ok_or(Unusual::Definition)?;
            }
            if next.is(Punctuator::CLOSE) {
                return Ok(());
            }
            if !next.is(Punctuator::COMMA) || traits.is_variadic {
                return Err(Unusual::Definition);
            }
        }
    }

    /// A macro's body, up to the end of the line.
    fn body(&mut self, parameters_from: u32, traits: &mut Traits) -> Result<(), Unusual> {
        let from = self.place() as usize;
        let parameters = parameters_from as usize..from;
        let mut depth = 0_i32;
        let mut quotes = None;
        loop {
            let blank = self.skip_blanks();
            let place = self.place() as usize;
            // The first token of a body stands after no blank; but some must separate it from a name
            // without parentheses.
            let flags = Flags::BLANK.only_if(blank && place > from);
            let Some(mut token) = self.token(flags) else { break };
            if place == from && !blank && !traits.is_function {
                return Err(Unusual::Definition);
            }
            if token.is(Punctuator::PASTE) {
                if place == from || quotes.is_some() {
                    return Err(Unusual::Paste);
                }
                let before = &mut self.source.tokens[place - 1];
                before.flags = before.flags.with(Flags::PASTED);
                traits.pastes = true;
                continue;
            }
            if token.is(Punctuator::HASH) && traits.is_function && quotes.is_none() {
                quotes = Some(token.flags);
                continue;
            }
            depth += i32::from(token.is(Punctuator::OPEN_BRACE));
            depth -= i32::from(token.is(Punctuator::CLOSE_BRACE));
            traits.is_unbalanced |= depth < 0;
            if token.kind == Kind::NAME {
                traits.counts |= token.id == Id::COUNTER;
                traits.exports |= token.id == Id::EXPORT;
                if token.id == Id::VA_OPT {
                    traits.unusual.get_or_insert(Unusual::VaOpt);
                }
                let names = &self.source.tokens[parameters.clone()];
                if let Some(which) = names.iter().position(|name| name.id == token.id) {
                    token.kind = Kind::PARAMETER;
                    token.id = Id::at(which as u32);
                } else if token.id == Id::VA_ARGS {
                    return Err(Unusual::Definition);
                }
            }
            if let Some(flags) = quotes.take() {
                if token.kind != Kind::PARAMETER {
                    return Err(Unusual::Quote);
                }
                token.flags = flags.with(Flags::QUOTED);
            }
            if token.kind == Kind::UNUSUAL {
                // The compiler warns of an open quote here already, and a raw string may go on after the
                // line.
                if is_quote(self.names.spelling(token.id)) {
                    return Err(Unusual::Literal);
                }
                traits.unusual.get_or_insert(Unusual::Literal);
            }
            self.source.tokens.push(token);
        }
        let pasted = self.source.tokens[from..].last();
        if quotes.is_some() || pasted.is_some_and(|last| last.flags.has(Flags::PASTED)) {
            return Err(Unusual::Paste);
        }
        traits.is_unbalanced |= depth != 0;
        Ok(())
    }
}

/// Whether a token that is unusual is a quote that nothing closes, or the prefix of a raw string.
fn is_quote(spelling: &[u8]) -> bool {
    matches!(spelling, b"\"" | b"'") || spelling.ends_with(b"R")
}
