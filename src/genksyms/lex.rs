//! Stage two of the lexer: raw tokens to the terminals of grammar/declarations.y.
//!
//! A terminal may stand for a whole phrase: an attribute, an initializer, a function's body. Every
//! token of a phrase becomes a link of the chain, since a phrase can end up in a definition.
//!
//! Two things are looked up while reading, and their values are those at the moment of reading:
//! what a name is in the table of definitions, and (from 6.14 on) whether the parser has seen a
//! type specifier. This is why the parser must not look ahead where upstream's does not.

use std::ops::Range;

use super::chain::{Chain, Note, Origin};
use super::definitions::{Definitions, Scope};
use super::interner::WordId;
use super::location::Location;
use super::pragmas::{Packs, is_pack};
use super::scan::{
    BLANK, NAME_START, Raw, Scanned, Unended, is, is_builtin_vector, line, marker_file, name_end,
    token,
};
use super::skip::Place;
use super::tables::Terminal;
use crate::formats::symtypes::Kind;
use crate::release::{BodyCountdown, Genksyms, TypedefNames, VectorInts};

/// What a token of the usual state asks for.
enum Next {
    /// It is a terminal by itself.
    Terminal(Terminal),
    /// It begins a phrase; the first token of it, if that is read.
    Phrase(Phrase, Option<Scanned>),
    /// It begins a body, all of whose tokens can be passed over.
    SkippedBody,
    /// It is the end of the input, and no token.
    End,
}

/// A phrase: how deep its parentheses, brackets or braces are nested, and what is counted.
#[derive(Clone, Copy)]
enum Phrase {
    /// From an opening to its closing byte; the terminal it becomes.
    Between(u8, u8, Terminal, i32),
    /// From `typeof` to the parenthesis that closes.
    Typeof(i32),
    /// After `=` or `:`, up to a comma, semicolon or closing brace that is not nested.
    Expression(i32),
}

/// A place between members of a struct, to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark<'s> {
    place: Place<'s>,
    location: Location<'s>,
    body_countdown: u8,
    type_seen: bool,
}

/// Reads one translation unit, or a part of it.
pub(super) struct Lexer<'s> {
    source: &'s [u8],
    release: Genksyms,
    at: usize,
    /// Where the last terminal begins.
    start: usize,
    /// The last terminal is a body that was skipped: its tokens are not in the chain.
    skipped: bool,
    location: Location<'s>,
    /// The file that the first marker named: the one that is compiled.
    source_file: Option<&'s [u8]>,
    in_source_file: bool,
    /// Whether there was a `#pragma pack`.
    has_packs: bool,
    /// What is known of quotes that begin no literal.
    unended: Unended,
    /// Whether what upstream drops is to be recorded.
    records: bool,
    /// What `#pragma pack` says, as far as that was asked.
    packs: Option<Packs>,
    /// What it says here.
    pack: Note,
    /// Where the attributes are that the last body of a type with a name has behind it, if they are
    /// recorded.
    of_type: Range<usize>,
    /// What is to be noted of the tokens of the phrase at hand.
    of_phrase: Note,
    /// The last terminal was `=` or `:`.
    expression_follows: bool,
    /// The parenthesis after `typeof` was read already, and is to be read again.
    parenthesis_again: bool,
    /// For how many tokens a name after `struct`, `union` or `enum` is no typedef's.
    name_countdown: u8,
    /// For how many tokens `{` opens a body of members, not of a function.
    body_countdown: u8,
    /// The parser has seen a type specifier: a name that follows is no typedef's (from 6.14 on).
    pub(super) type_seen: bool,
}

impl<'s> Lexer<'s> {
    /// A lexer at the beginning of `source`.
    pub(super) fn new(source: &'s [u8], release: Genksyms, records: bool) -> Self {
        Lexer {
            source,
            release,
            at: 0,
            start: 0,
            skipped: false,
            location: Location { file: None, line: 1 },
            source_file: None,
            in_source_file: false,
            unended: Unended::NONE,
            records,
            packs: None,
            has_packs: false,
            pack: Note::default(),
            of_type: 0..0,
            of_phrase: Note::default(),
            expression_follows: false,
            parenthesis_again: false,
            name_countdown: 0,
            body_countdown: 0,
            type_seen: false,
        }
    }

    /// What is read.
    pub(super) fn source(&self) -> &'s [u8] {
        self.source
    }

    /// How the release reads it.
    pub(super) fn release(&self) -> Genksyms {
        self.release
    }

    /// Where reading goes on.
    pub(super) fn place(&self) -> Place<'s> {
        Place {
            at: self.at,
            source_file: self.source_file,
            in_source_file: self.in_source_file,
            has_packs: self.has_packs,
            unended: self.unended,
        }
    }

    /// Goes on elsewhere.
    pub(super) fn set_place(&mut self, place: Place<'s>) {
        self.at = place.at;
        (self.source_file, self.in_source_file) = (place.source_file, place.in_source_file);
        (self.unended, self.has_packs) = (place.unended, place.has_packs);
        self.look_up_pack();
    }

    /// Whether what upstream drops is to be recorded.
    pub(super) fn is_recording(&self) -> bool {
        self.records
    }

    /// The attributes here are those of the type before them.
    pub(super) fn set_of_type(&mut self, attributes: Range<usize>) {
        self.of_type = attributes;
    }

    /// Takes note of what `#pragma pack` says here.
    fn look_up_pack(&mut self) {
        if self.records && self.has_packs {
            let packs = self.packs.get_or_insert_with(|| Packs::new(self.source));
            self.pack = Note::pack(packs.before(self.at));
        }
    }

    /// Where a token is from that stands here.
    #[inline(always)]
    fn origin(&self, start: usize) -> Origin {
        // Invariant: offsets fit, since `run` refuses input of 2 GiB.
        let note = Note::default();
        Origin { at: start as u32, in_source_file: self.in_source_file, note }
    }

    /// Whether nothing that was read bears on what follows, so that the skimmer may go on.
    pub(super) fn is_at_rest(&self) -> bool {
        self.name_countdown == 0
            && self.body_countdown == 0
            && !self.expression_follows
            && !self.parenthesis_again
            && !self.type_seen
    }

    /// Goes to a declaration that was skimmed, with nothing read before it.
    pub(super) fn go_to(&mut self, place: Place<'s>) {
        self.set_place(place);
        (self.name_countdown, self.body_countdown) = (0, 0);
        (self.expression_follows, self.parenthesis_again) = (false, false);
        self.type_seen = false;
    }

    /// The place here, if nothing but that says how reading goes on: not within a phrase, nor right
    /// behind `struct`.
    #[inline]
    pub(super) fn mark(&self) -> Option<Mark<'s>> {
        let is_plain =
            !self.expression_follows && !self.parenthesis_again && self.name_countdown == 0;
        is_plain.then(|| Mark {
            place: self.place(),
            location: self.location,
            body_countdown: self.body_countdown,
            type_seen: self.type_seen,
        })
    }

    /// Goes back to a place.
    pub(super) fn go_back(&mut self, mark: Mark<'s>) {
        self.go_to(mark.place);
        self.location = mark.location;
        (self.body_countdown, self.type_seen) = (mark.body_countdown, mark.type_seen);
    }

    /// Where the last terminal begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Where the lexer is, for messages.
    pub(super) fn location(&self) -> Location<'s> {
        self.location
    }

    /// The next terminal; its value is the link to the newest token of the chain. With
    /// `may_skip_body`, a function's body is passed over as a whole.
    #[inline(always)]
    pub(super) fn next(
        &mut self,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
        may_skip_body: bool,
    ) -> Terminal {
        let may_be_plain = !(self.expression_follows | self.parenthesis_again);
        if may_be_plain && let Some(byte) = self.first_byte() {
            let start = self.at;
            (self.start, self.skipped) = (start, false);
            if is(byte, NAME_START) && byte != b'L' {
                self.at = name_end(self.source, start);
                return match self.identifier(start..self.at, chain, definitions, scope) {
                    Next::Terminal(terminal) => self.token(terminal),
                    next => self.finish(next, chain, definitions, scope),
                };
            }
            if let Some(terminal) = self.plain(byte) {
                self.at = start + 1;
                // It may end a body of members.
                let origin = Origin { note: self.pack, ..self.origin(start) };
                chain.push(WordId::of_byte(byte), Kind::Normal, origin);
                return self.token(terminal);
            }
        }
        self.next_other(chain, definitions, scope, may_skip_body)
    }

    /// The next terminal, whatever it is: for tokens that are no plain ones.
    #[inline(never)]
    pub(super) fn next_other(
        &mut self,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
        may_skip_body: bool,
    ) -> Terminal {
        let scanned = self.raw();
        let next = self.other(&scanned, chain, definitions, scope, may_skip_body);
        (self.start, self.skipped) = (scanned.start, matches!(next, Next::SkippedBody));
        self.finish(next, chain, definitions, scope)
    }

    /// The terminal that a byte is by itself, whatever follows it.
    ///
    /// Two tokens of five are such bytes, and nothing of what makes reading others slow can matter.
    #[inline(always)]
    fn plain(&self, byte: u8) -> Option<Terminal> {
        match byte {
            b';' => Some(Terminal::Semicolon),
            b',' => Some(Terminal::Comma),
            b'(' => Some(Terminal::OpenParenthesis),
            b')' => Some(Terminal::CloseParenthesis),
            b'}' => Some(Terminal::CloseBrace),
            b'*' if self.source.get(self.at + 1) != Some(&b'=') => Some(Terminal::Star),
            _ => None,
        }
    }

    /// Reads what is left of a token that may be a phrase.
    #[inline(never)]
    fn finish(
        &mut self,
        next: Next,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
    ) -> Terminal {
        let terminal = match next {
            Next::Terminal(terminal) => Some(terminal),
            Next::Phrase(phrase, first) => {
                let terminal = self.phrase(phrase, first, chain, definitions, scope);
                self.of_phrase = Note::default();
                terminal
            }
            Next::SkippedBody => Some(Terminal::Braces),
            Next::End => None,
        };
        match terminal {
            Some(terminal) => self.token(terminal),
            None => Terminal::End,
        }
    }

    /// The token that is complete, and one more since the last `struct`, `union` or `enum`.
    #[inline(always)]
    fn token(&mut self, terminal: Terminal) -> Terminal {
        // While the other one runs, this one does.
        if self.body_countdown > 0 {
            self.name_countdown = self.name_countdown.saturating_sub(1);
            let counts = match self.release.body_countdown {
                BodyCountdown::EveryToken => true,
                BodyCountdown::NotAttributes => terminal != Terminal::Attribute,
            };
            self.body_countdown -= u8::from(counts);
        }
        terminal
    }

    /// Puts the tokens of the last terminal into the chain after all, if it is a body that was
    /// skipped: its parse failed there.
    pub(super) fn read_skipped_body(
        &mut self,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
    ) {
        if !std::mem::take(&mut self.skipped) {
            return;
        }
        let (at, location) = (std::mem::replace(&mut self.at, self.start + 1), self.location);
        let in_source_file = self.in_source_file;
        let braces = Phrase::Between(b'{', b'}', Terminal::Braces, 1);
        self.phrase(braces, None, chain, definitions, scope);
        // Invariant: the body was skipped because it has this very end.
        debug_assert_eq!(self.at, at);
        (self.location, self.in_source_file) = (location, in_source_file);
    }

    /// One raw token; markers and lines are taken note of and passed over.
    fn raw(&mut self) -> Scanned {
        if std::mem::take(&mut self.parenthesis_again) {
            return Scanned { raw: Raw::Byte(b'('), start: self.at, end: self.at };
        }
        let scanned = match self.first_byte() {
            Some(byte) => token(self.source, self.at, byte, &mut self.unended),
            None => Scanned { raw: Raw::End, start: self.at, end: self.at },
        };
        self.at = scanned.end;
        scanned
    }

    /// Goes to the next token, and gives its first byte.
    #[inline(always)]
    fn first_byte(&mut self) -> Option<u8> {
        let mut at = self.at;
        loop {
            match self.source.get(at) {
                // Blanks, newlines and little else are below.
                Some(byte) if *byte > b'#' => {
                    self.at = at;
                    return Some(*byte);
                }
                Some(byte) if is(*byte, BLANK) => at += 1,
                Some(b'\n') => {
                    at += 1;
                    self.location.line = self.location.line.wrapping_add(1);
                }
                byte => {
                    self.at = at;
                    if byte != Some(&b'#') || !self.pass_line() {
                        return byte.copied();
                    }
                    at = self.at;
                }
            }
        }
    }

    /// Passes over the line that begins with the `#` here, if it is one.
    #[inline(never)]
    fn pass_line(&mut self) -> bool {
        let is_line_start = self.at == 0 || self.source[self.at - 1] == b'\n';
        let line = if is_line_start { line(self.source, self.at) } else { None };
        match line {
            Some((Raw::Marker, end)) => self.marker(self.at, end),
            Some((_, end)) => {
                self.location.line = self.location.line.wrapping_add(1);
                self.has_packs |= is_pack(&self.source[self.at..end]);
            }
            None => return false,
        }
        self.at = line.map_or(self.at, |(_, end)| end);
        self.look_up_pack();
        true
    }

    /// Takes note of a marker.
    fn marker(&mut self, start: usize, end: usize) {
        let line = &self.source[start..end];
        let Some(range) = marker_file(line) else { return };
        let file = &line[range];
        let file = &file[..memchr::memchr(0, file).unwrap_or(file.len())];
        self.location = Location { file: Some(file), line: c_atoi(&line[2..]) };
        self.in_source_file = *self.source_file.get_or_insert(file) == file;
    }

    /// A token that is no plain one, outside of phrases.
    fn other(
        &mut self,
        scanned: &Scanned,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
        may_skip_body: bool,
    ) -> Next {
        let Scanned { raw, start, end } = *scanned;
        if std::mem::take(&mut self.expression_follows) {
            return Next::Phrase(Phrase::Expression(0), Some(*scanned));
        }
        if raw == Raw::Byte(b'{') && self.body_countdown == 0 && may_skip_body {
            let mut place = Place { at: start, ..self.place() };
            if place.braces(self.source).is_some() {
                self.set_place(place);
                chain.push(WordId::of_byte(b'{'), Kind::Normal, self.origin(start));
                return Next::SkippedBody;
            }
        }
        if raw == Raw::Identifier {
            return self.identifier(start..end, chain, definitions, scope);
        }
        if !matches!(raw, Raw::End | Raw::Byte(0)) {
            self.append(scanned, chain, definitions, scope);
        }
        match raw {
            Raw::Dots => Next::Terminal(Terminal::Dots),
            Raw::String | Raw::Character | Raw::Other => Next::Terminal(Terminal::Other),
            Raw::Byte(0) => Next::End,
            Raw::Byte(byte) => self.byte(byte),
            Raw::Identifier | Raw::Marker | Raw::Line | Raw::End => Next::End,
        }
    }

    /// A single byte outside of phrases.
    #[inline]
    fn byte(&mut self, byte: u8) -> Next {
        Next::Terminal(match byte {
            b'[' => {
                return Next::Phrase(Phrase::Between(b'[', b']', Terminal::Brackets, 1), None);
            }
            b'{' if self.body_countdown == 0 => {
                return Next::Phrase(Phrase::Between(b'{', b'}', Terminal::Braces, 1), None);
            }
            b'=' | b':' => {
                self.expression_follows = true;
                if byte == b'=' { Terminal::Equals } else { Terminal::Colon }
            }
            b'{' => Terminal::OpenBrace,
            b'}' => Terminal::CloseBrace,
            b'(' => Terminal::OpenParenthesis,
            b')' => Terminal::CloseParenthesis,
            b'*' => Terminal::Star,
            b',' => Terminal::Comma,
            b';' => Terminal::Semicolon,
            // Upstream reads bytes as signed: from 0x80 on they are below zero, which to its
            // parser is the end of input.
            0x80.. => Terminal::End,
            _ => Terminal::Other,
        })
    }

    /// A name or keyword outside of phrases.
    #[inline(always)]
    fn identifier(
        &mut self,
        range: Range<usize>,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
    ) -> Next {
        let start = range.start;
        let word = definitions.words.intern_source(start, range.end);
        let keyword = match definitions.words.keyword(word) {
            None if self.is_builtin_vector(&self.source[range]) => Some(Terminal::BuiltinInt),
            keyword => keyword,
        };
        let visible = match keyword {
            None => definitions.visible_kind(word, scope),
            Some(_) => None,
        };
        chain.push(word, kind_of_text(visible), self.origin(start));
        match keyword {
            Some(word @ (Terminal::Attribute | Terminal::Asm | Terminal::StaticAssert)) => {
                if self.of_type.contains(&start) {
                    self.of_phrase = Note::OF_TYPE;
                    chain.note(self.of_phrase);
                }
                Next::Phrase(Phrase::Between(b'(', b')', word, 0), None)
            }
            Some(Terminal::Typeof) => Next::Phrase(Phrase::Typeof(0), None),
            Some(keyword) => {
                if matches!(keyword, Terminal::Struct | Terminal::Union | Terminal::Enum) {
                    (self.body_countdown, self.name_countdown) = (3, 2);
                }
                Next::Terminal(keyword)
            }
            None => {
                let may_be_type = self.name_countdown == 0
                    && match self.release.typedef_names {
                        TypedefNames::Always => true,
                        TypedefNames::UntilTypeSpecifier => !self.type_seen,
                    };
                let is_type = may_be_type && visible == Some(Kind::Typedef);
                Next::Terminal(if is_type { Terminal::Type } else { Terminal::Ident })
            }
        }
    }

    /// Whether a name is a built-in vector's, in releases that know them.
    fn is_builtin_vector(&self, name: &[u8]) -> bool {
        match self.release.vector_ints {
            VectorInts::Identifiers => false,
            VectorInts::BuiltinInts => is_builtin_vector(name),
        }
    }

    /// Reads on to the end of a phrase; `None` if the input ends in it.
    fn phrase(
        &mut self,
        mut phrase: Phrase,
        mut first: Option<Scanned>,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
    ) -> Option<Terminal> {
        loop {
            let scanned = match first.take() {
                Some(scanned) => scanned,
                None => self.raw(),
            };
            // A NUL ends the input wherever it stands by itself.
            if matches!(scanned.raw, Raw::End | Raw::Byte(0)) {
                return None;
            }
            let byte = match scanned.raw {
                Raw::Byte(byte) => byte,
                _ => 0,
            };
            match &mut phrase {
                Phrase::Between(open, close, terminal, depth) => {
                    self.append(&scanned, chain, definitions, scope);
                    if byte == *open {
                        *depth += 1;
                    } else if byte == *close {
                        *depth -= 1;
                        if *depth == 0 {
                            return Some(*terminal);
                        }
                    }
                }
                Phrase::Typeof(depth) => match byte {
                    b'(' if *depth == 0 => {
                        *depth = 1;
                        match self.after_typeof(chain, definitions, scope) {
                            Ok(scanned) => first = Some(scanned),
                            Err(terminal) => return terminal,
                        }
                    }
                    _ => {
                        self.append(&scanned, chain, definitions, scope);
                        *depth += i32::from(byte == b'(') - i32::from(byte == b')');
                        if byte == b')' && *depth == 0 {
                            return Some(Terminal::Typeof);
                        }
                    }
                },
                Phrase::Expression(depth) => {
                    if *depth == 0 && matches!(byte, b',' | b';' | b'}') {
                        self.at = scanned.start;
                        return Some(Terminal::Expression);
                    }
                    self.append(&scanned, chain, definitions, scope);
                    match byte {
                        b'(' | b'[' | b'{' => *depth += 1,
                        b')' | b']' | b'}' => *depth -= 1,
                        _ => {}
                    }
                }
            }
        }
    }

    /// What follows `typeof (`: a type, which the parser reads; or an expression, read here.
    ///
    /// Upstream quirk: the parenthesis is kept only before a name.
    fn after_typeof(
        &mut self,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
    ) -> Result<Scanned, Option<Terminal>> {
        let scanned = self.raw();
        if scanned.raw == Raw::Identifier
            && !self.is_builtin_vector(&self.source[scanned.start..scanned.end])
        {
            let word = definitions.words.intern_source(scanned.start, scanned.end);
            if definitions.words.keyword(word).is_some() || definitions.is_typedef(word, scope) {
                self.at = scanned.start;
                self.parenthesis_again = true;
                return Err(Some(Terminal::TypeofType));
            }
            chain.push(WordId::of_byte(b'('), Kind::Normal, self.origin(scanned.start));
        }
        Ok(scanned)
    }

    /// Appends a raw token to the chain.
    fn append(
        &mut self,
        scanned: &Scanned,
        chain: &mut Chain,
        definitions: &mut Definitions<'s>,
        scope: Scope,
    ) {
        let Scanned { raw, start, end } = *scanned;
        let mut kind = Kind::Normal;
        let word = match raw {
            Raw::Byte(byte) => WordId::of_byte(byte),
            Raw::String | Raw::Character => {
                // Upstream quirk: texts are C strings, so a NUL in a literal cuts it off.
                let text = &self.source[start..end];
                let length = memchr::memchr(0, text).unwrap_or(text.len());
                definitions.words.intern_source(start, start + length)
            }
            Raw::Identifier => {
                let word = definitions.words.intern_source(start, end);
                kind = kind_of_text(definitions.visible_kind(word, scope));
                word
            }
            Raw::Dots | Raw::Other | Raw::Marker | Raw::Line | Raw::End => {
                definitions.words.intern_source(start, end)
            }
        };
        chain.push(word, kind, Origin { note: self.of_phrase, ..self.origin(start) });
    }
}

/// What a token whose text is visible as this is recorded as: an enumerator, or just text.
///
/// Of all tokens only names can be enumerators: the parser declares nothing else as one.
fn kind_of_text(visible: Option<Kind>) -> Kind {
    match visible {
        Some(Kind::EnumConstant) => Kind::EnumConstant,
        _ => Kind::Normal,
    }
}

/// The number at the beginning of `text`, as C's `atoi` reads it.
fn c_atoi(text: &[u8]) -> i32 {
    let digits = text.iter().skip_while(|byte| matches!(byte, b' ' | b'\t'));
    let value = digits.take_while(|byte| byte.is_ascii_digit()).fold(0_i64, |value, digit| {
        // glibc reads a `long`, which stops at its greatest value, and cuts that to an `int`.
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
    });
    value as i32
}
