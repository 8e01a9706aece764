//! Scanning: the bytes of a file to tokens, and to items for its directives.
//!
//! The result depends on the bytes alone, so that it can be kept for the next translation unit. What
//! a compiler may warn of, or what is rare, is marked as unusual where it stands, and does no harm
//! until it is read.

use memchr::{memchr, memchr_iter, memmem};

use super::names::{Id, Names, PUNCTUATORS};
use super::source::{Item, List, Macro, Source, What};
use super::token::{Flags, Kind, Token};
use super::unusual::Unusual;

/// How many bytes stand after a file's own, so that a look ahead needs no check: a line's end, and
/// zeros.
pub(super) const PADDING: &[u8] = b"\n\0\0\0";

/// What a byte can be the beginning of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Newline,
    Name,
    Digit,
    Quote,
    Slash,
    Backslash,
    Dot,
    Punctuation,
    Other,
    Unusual,
}

const fn class_of(byte: u8) -> Class {
    match byte {
        b' ' | b'\t' | 0x0b | 0x0c => Class::Blank,
        b'\n' => Class::Newline,
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => Class::Name,
        b'0'..=b'9' => Class::Digit,
        b'"' | b'\'' => Class::Quote,
        b'/' => Class::Slash,
        b'\\' => Class::Backslash,
        b'.' => Class::Dot,
        b'@' | b'`' => Class::Other,
        b'!'
        | b'#'
        | b'%'..=b'&'
        | b'('..=b'-'
        | b':'..=b'?'
        | b'['
        | b']'
        | b'^'
        | b'{'..=b'~' => Class::Punctuation,
        _ => Class::Unusual,
    }
}

/// The class of each byte.
static CLASSES: [Class; 256] = {
    let mut classes = [Class::Unusual; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = class_of(byte as u8);
        byte += 1;
    }
    classes
};

/// The spelling's number of each punctuator of one byte.
static PUNCTUATOR_IDS: [Id; 256] = {
    let mut ids = [Id::NONE; 256];
    let mut place = 0;
    while place < PUNCTUATORS.len() {
        if let [byte] = PUNCTUATORS[place] {
            ids[*byte as usize] = Id::at(place as u32);
        }
        place += 1;
    }
    ids
};

/// Whether a byte can stand in a name.
fn in_name(byte: u8) -> bool {
    matches!(CLASSES[byte as usize], Class::Name | Class::Digit)
}

/// What is looked for in comments: `/*` and `*/`.
pub(super) struct Finders {
    beginning: memmem::Finder<'static>,
    end: memmem::Finder<'static>,
}

impl Default for Finders {
    fn default() -> Self {
        Self { beginning: memmem::Finder::new(b"/*"), end: memmem::Finder::new(b"*/") }
    }
}

/// A scanner at work.
pub(super) struct Scanner<'s, 'n> {
    /// The file, with [`PADDING`].
    pub(super) text: &'s [u8],
    pub(super) at: usize,
    pub(super) line: u32,
    pub(super) names: &'n mut Names,
    pub(super) source: Scanned,
    /// The items that began or divided the conditional groups that are open.
    pub(super) open: Vec<usize>,
    finders: Finders,
}

/// What a scanner makes, step by step: the lists of a [`Source`].
#[derive(Default)]
pub(super) struct Scanned {
    pub(super) tokens: Vec<Token>,
    pub(super) items: Vec<Item>,
    pub(super) macros: Vec<Macro>,
    pub(super) unusual: Option<Unusual>,
}

impl From<Scanned> for Source {
    fn from(scanned: Scanned) -> Self {
        let mut source = Self {
            tokens: List::Own(scanned.tokens),
            items: List::Own(scanned.items),
            macros: List::Own(scanned.macros),
            guard: None,
            unusual: scanned.unusual,
            first_macro: 0,
            shelf_at: None,
            stamp: None,
        };
        if source.unusual.is_none() {
            source.find_guard();
        }
        source
    }
}

/// Scans a file; `text` ends with [`PADDING`].
pub(super) fn scan(text: &[u8], names: &mut Names) -> Source {
    let mut scanner = Scanner::new(text, names);
    // Half of most files are comments.
    scanner.source.tokens.reserve(text.len() / 10);
    let own = &text[..text.len() - PADDING.len()];
    if let Some(reason) = unusual_bytes(own) {
        scanner.mark(reason);
        return scanner.source.into();
    }
    scanner.lines();
    if !scanner.open.is_empty() {
        scanner.mark(Unusual::Conditionals);
    }
    scanner.source.into()
}

/// What no file may have anywhere, comments included.
fn unusual_bytes(text: &[u8]) -> Option<Unusual> {
    if memchr(0, text).is_some() || memchr(b'\r', text).is_some() {
        return Some(Unusual::Character);
    }
    if text.ends_with(b"\\") || text.ends_with(b"\\\n") {
        return Some(Unusual::Splice);
    }
    // The characters that change the direction of writing are E2 80 8E to 8F, E2 80 AA to AE, and
    // E2 81 A6 to A9.
    let turns = |at: usize| {
        let next = (text.get(at + 1), text.get(at + 2));
        matches!(next, (Some(0x80), Some(0x8e..=0x8f | 0xaa..=0xae)) | (Some(0x81), Some(0xa6..=0xa9)))
    };
    memchr_iter(0xe2, text).any(turns).then_some(Unusual::Character)
}

impl<'s, 'n> Scanner<'s, 'n> {
    /// At the beginning of a text.
    fn new(text: &'s [u8], names: &'n mut Names) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            names,
            source: Scanned::default(),
            open: Vec::new(),
            finders: Finders::default(),
        }
    }
}

impl Scanner<'_, '_> {
    /// The file is for the real preprocessor; the first reason counts.
    fn mark(&mut self, reason: Unusual) {
        self.source.unusual.get_or_insert(reason);
    }

    /// The byte so many after the next one; 0 beyond the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The place in the list of tokens where the next one comes.
    pub(super) fn place(&self) -> u32 {
        self.source.tokens.len() as u32
    }

    /// All lines, up to the end of the file.
    fn lines(&mut self) {
        let end = self.text.len() - PADDING.len();
        while self.at < end && self.source.unusual.is_none() {
            let after_blank = self.skip_blanks();
            if self.at >= end {
                break;
            }
            if self.byte(0) == b'#' {
                self.at += 1;
                if self.byte(0) == b'#' {
                    // Text that begins with `##` is no directive, and no C.
                    self.mark(Unusual::Directive);
                }
                self.directive();
            } else {
                self.text_line(after_blank);
            }
            // A line's end, or the file's.
            if self.byte(0) == b'\n' {
                self.at += 1;
                self.line += 1;
            }
        }
    }

    /// The tokens of a line of text.
    fn text_line(&mut self, after_blank: bool) {
        if self.byte(0) == b'\n' {
            return;
        }
        let from = self.place();
        let line = self.line;
        let mut flags = Flags::FIRST.with(Flags::BLANK.only_if(after_blank));
        while let Some(token) = self.token(flags) {
            self.source.tokens.push(token);
            flags = Flags::BLANK.only_if(self.skip_blanks());
        }
        let to = self.place();
        match self.source.items.last_mut() {
            // Lines are told apart by sixteen bits of their numbers.
            Some(last) if last.what() == What::Text && line - last.next < 0x8000 => {
                last.to = to;
                last.next = self.line;
            }
            _ => self.source.items.push(Item::new(What::Text, line, from..to, self.line)),
        }
    }

    /// Goes on to what is no blank, comment or continued line; whether there was a blank or a
    /// comment. The end of a continued line is neither.
    pub(super) fn skip_blanks(&mut self) -> bool {
        // Most tokens stand after nothing, or after one blank.
        let mut is_blank = self.text[self.at] == b' ';
        self.at += usize::from(is_blank);
        if !matches!(self.text[self.at], b' ' | b'\t' | b'/' | b'\\' | 0x0b | 0x0c) {
            return is_blank;
        }
        loop {
            match (self.byte(0), self.byte(1)) {
                (b'\\', b'\n') => {
                    self.splice();
                    continue;
                }
                (b' ' | b'\t' | 0x0b | 0x0c, _) => self.at += 1,
                (b'/', b'*') => self.block_comment(),
                (b'/', b'/') => self.line_comment(),
                (b'\\', b' ' | b'\t' | 0x0b | 0x0c) => {
                    let blanks = self.text[self.at + 1..].iter();
                    let mut rest = blanks.skip_while(|byte| class_of(**byte) == Class::Blank);
                    if rest.next() == Some(&b'\n') {
                        self.mark(Unusual::Splice);
                    }
                    break;
                }
                _ => break,
            }
            is_blank = true;
        }
        is_blank
    }

    /// A backslash and a line's end.
    fn splice(&mut self) {
        self.at += 2;
        self.line += 1;
    }

    fn block_comment(&mut self) {
        let inside = &self.text[self.at + 2..];
        let Some(length) = self.finders.end.find(inside) else {
            self.mark(Unusual::Comment);
            self.at = self.text.len() - PADDING.len();
            return;
        };
        let inside = &inside[..length];
        // The slash of `/*/` at the end is that of the end.
        let nested =
            self.finders.beginning.find_iter(inside).any(|at| inside.get(at + 2) != Some(&b'/'));
        if nested {
            self.mark(Unusual::Comment);
        }
        self.line += memchr_iter(b'\n', inside).count() as u32;
        self.at += length + 4;
    }

    fn line_comment(&mut self) {
        let rest = &self.text[self.at..];
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        let comment = rest[..length].trim_ascii_end();
        if comment.ends_with(b"\\") {
            self.mark(Unusual::Comment);
        }
        self.at += length;
    }

    /// The next token of the line; `None` at the end of the line. The caller has skipped the blanks.
    pub(super) fn token(&mut self, flags: Flags) -> Option<Token> {
        let (from, line) = (self.at, self.line as u16);
        let first = self.byte(0);
        let kind = match CLASSES[first as usize] {
            Class::Newline => return None,
            Class::Name => self.name(),
            Class::Digit => self.number(),
            Class::Quote => self.literal(),
            Class::Dot if self.byte(1).is_ascii_digit() => self.number(),
            Class::Slash | Class::Dot | Class::Punctuation => self.punctuator(),
            Class::Other | Class::Backslash => {
                self.at += 1;
                Kind::OTHER
            }
            Class::Unusual if first == 0 => return None,
            // After a blank or a comment, a blank is never met here.
            Class::Unusual | Class::Blank => {
                self.at += 1;
                Kind::UNUSUAL
            }
        };
        let is_spliced = self.byte(0) == b'\\' && self.byte(1) == b'\n' && self.goes_on(kind);
        let kind = if is_spliced { Kind::UNUSUAL } else { kind };
        let spelling = &self.text[from..self.at];
        let id = match kind {
            Kind::PUNCTUATOR if spelling.len() == 1 => PUNCTUATOR_IDS[first as usize],
            Kind::STRING | Kind::CHAR if memmem::find(spelling, b"\\\n").is_some() => {
                self.line += memchr_iter(b'\n', spelling).count() as u32;
                self.names.intern(&without_splices(spelling))
            }
            _ => self.names.intern_in(self.text, from..self.at),
        };
        Some(Token { id, line, kind, flags })
    }

    /// Whether the token of this kind that ends at a continued line may go on in the next one.
    fn goes_on(&self, kind: Kind) -> bool {
        let next = self.byte(2);
        match kind {
            Kind::NAME => in_name(next) || matches!(next, b'"' | b'\'' | b'\\'),
            Kind::NUMBER => in_name(next) || matches!(next, b'.' | b'+' | b'-' | b'\\'),
            Kind::PUNCTUATOR => {
                matches!(CLASSES[next as usize], Class::Punctuation | Class::Slash | Class::Dot)
                    && !matches!(next, b'(' | b')' | b'{' | b'}' | b',' | b';' | b'[' | b']')
                    || next == b'\\'
            }
            Kind::OTHER | Kind::UNUSUAL => true,
            _ => false,
        }
    }

    /// A name, or a literal that begins with a prefix.
    fn name(&mut self) -> Kind {
        let from = self.at;
        let rest = &self.text[from..];
        let length = rest.iter().position(|byte| !in_name(*byte)).unwrap_or(rest.len());
        self.at += length;
        let name = &rest[..length];
        match self.byte(0) {
            b'"' | b'\'' if name.len() <= 3 => self.prefixed(from),
            b'\\' if matches!(self.byte(1), b'u' | b'U') => Kind::UNUSUAL,
            0x80.. => Kind::UNUSUAL,
            _ => Kind::NAME,
        }
    }

    /// What begins with a name that a quote follows.
    fn prefixed(&mut self, from: usize) -> Kind {
        let quote = self.byte(0);
        match (&self.text[from..self.at], quote) {
            (b"L" | b"u" | b"U", _) | (b"u8", b'"') => self.literal(),
            (b"u8" | b"R" | b"LR" | b"uR" | b"UR" | b"u8R", _) => Kind::UNUSUAL,
            _ => Kind::NAME,
        }
    }

    fn number(&mut self) -> Kind {
        self.at += 1;
        loop {
            let byte = self.byte(0);
            let is_sign = matches!(byte, b'+' | b'-')
                && matches!(self.text[self.at - 1], b'e' | b'E' | b'p' | b'P');
            if !(in_name(byte) || byte == b'.' || is_sign) {
                break;
            }
            self.at += 1;
        }
        match self.byte(0) {
            b'\'' if in_name(self.byte(1)) => Kind::UNUSUAL,
            0x80.. => Kind::UNUSUAL,
            _ => Kind::NUMBER,
        }
    }

    /// A string or a character constant, from its quote on.
    fn literal(&mut self) -> Kind {
        let quote = self.byte(0);
        let from = self.at;
        self.at += 1;
        loop {
            match self.byte(0) {
                b'\\' if self.byte(1) == b'\\' && self.byte(2) == b'\n' => {
                    return self.unended(from);
                }
                b'\\' if self.at + 2 < self.text.len() => self.at += 2,
                b'\n' | 0 => return self.unended(from),
                byte if byte == quote => break,
                _ => self.at += 1,
            }
        }
        let is_empty = self.at == from + 1;
        self.at += 1;
        match quote {
            b'"' => Kind::STRING,
            _ if is_empty => Kind::UNUSUAL,
            _ => Kind::CHAR,
        }
    }

    /// A quote that nothing closes is a token of its own.
    fn unended(&mut self, from: usize) -> Kind {
        self.at = from + 1;
        Kind::UNUSUAL
    }

    fn punctuator(&mut self) -> Kind {
        let (kind, length) = punctuator_at([self.byte(0), self.byte(1), self.byte(2)]);
        self.at += length;
        kind
    }
}

/// The kind and the length of the punctuator that begins with these bytes.
fn punctuator_at(bytes: [u8; 3]) -> (Kind, usize) {
    let [first, second, third] = bytes;
    let length = match (first, second) {
        (b'<', b'<') | (b'>', b'>') if third == b'=' => 3,
        (b'.', b'.') if third == b'.' => 3,
        (b'<', b':' | b'%') | (b':', b'>') | (b'%', b':' | b'>') => return (Kind::UNUSUAL, 2),
        (b'+' | b'-' | b'&' | b'|' | b'<' | b'>' | b'=' | b'#', _) if first == second => 2,
        (b'-', b'>') => 2,
        (
            b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'<' | b'>' | b'=' | b'!',
            b'=',
        ) => 2,
        _ => 1,
    };
    (Kind::PUNCTUATOR, length)
}

/// A literal as it is without backslashes at the ends of lines.
fn without_splices(spelling: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(spelling.len());
    let mut rest = spelling;
    while let Some(at) = memmem::find(rest, b"\\\n") {
        plain.extend_from_slice(&rest[..at]);
        rest = &rest[at + 2..];
    }
    plain.extend_from_slice(rest);
    plain
}

/// The only token of a text, as `##` makes it; `None` if it is not exactly one token, or an unusual one.
pub(super) fn only_token(text: &[u8], names: &mut Names) -> Option<Token> {
    let padded = [text, PADDING].concat();
    let mut scanner = Scanner::new(&padded, names);
    if scanner.skip_blanks() {
        return None;
    }
    let token = scanner.token(Flags::default())?;
    let is_whole = scanner.at == text.len() && token.kind != Kind::UNUSUAL;
    is_whole.then_some(token)
}
