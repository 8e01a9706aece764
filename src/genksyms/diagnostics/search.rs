//! What text contains that the parser did not read, found heuristically.

use std::iter;
use std::ops::Range;

use crate::genksyms::keywords::KEYWORDS;
use crate::genksyms::scan::{Raw, Scanned, Unended, scan};
use crate::genksyms::tables::Terminal;

/// The tokens of a stretch of source that are neither markers nor newlines.
struct Tokens<'s> {
    source: &'s [u8],
    at: usize,
    end: usize,
    is_line_start: bool,
    unended: Unended,
}

impl<'s> Tokens<'s> {
    /// From the beginning of a line, or from within one.
    fn new(source: &'s [u8], range: Range<usize>) -> Self {
        let is_line_start = range.start == 0 || source[range.start - 1] == b'\n';
        Self { source, at: range.start, end: range.end, is_line_start, unended: Unended::NONE }
    }

    /// The text of a token.
    fn text(&self, token: &Scanned) -> &'s [u8] {
        &self.source[token.start..token.end]
    }
}

impl Iterator for Tokens<'_> {
    type Item = Scanned;

    fn next(&mut self) -> Option<Scanned> {
        while self.at < self.end {
            let scanned = scan(self.source, self.at, self.is_line_start, &mut self.unended);
            self.at = scanned.end;
            self.is_line_start = matches!(scanned.raw, Raw::Line | Raw::Marker);
            match scanned.raw {
                Raw::Line | Raw::Marker => {}
                Raw::End => return None,
                _ => return Some(scanned).filter(|scanned| scanned.start < self.end),
            }
        }
        None
    }
}

/// The names in the export statements of a stretch of source, wherever they stand.
pub(super) fn exports(source: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut tokens = Tokens::new(source, range);
    iter::from_fn(move || {
        while let Some(token) = tokens.next() {
            if token.raw != Raw::Identifier || !is_export(tokens.text(&token)) {
                continue;
            }
            let open = tokens.next().is_some_and(|token| token.raw == Raw::Byte(b'('));
            let name = tokens.next().filter(|token| open && token.raw == Raw::Identifier);
            if let Some(name) = name {
                return Some(name.start..name.end);
            }
        }
        None
    })
}

/// Whether this is a keyword of export statements.
fn is_export(text: &[u8]) -> bool {
    KEYWORDS.iter().any(|(word, terminal, _)| *terminal == Terminal::Export && *word == text)
}

/// The names in a stretch of source outside of the braces that open in it, but for those in export
/// statements; and where each stands.
pub(super) fn names(source: &[u8], range: Range<usize>) -> impl Iterator<Item = (&[u8], usize)> {
    let mut tokens = Tokens::new(source, range);
    let mut depth = 0_i32;
    iter::from_fn(move || {
        while let Some(token) = tokens.next() {
            match token.raw {
                Raw::Byte(b'{') => depth += 1,
                // What was open before is left; what follows is outside of it.
                Raw::Byte(b'}') => depth = (depth - 1).max(0),
                Raw::Identifier if is_export(tokens.text(&token)) => {
                    tokens.nth(2);
                }
                Raw::Identifier if depth == 0 => return Some((tokens.text(&token), token.start)),
                _ => {}
            }
        }
        None
    })
}

/// Whether a stretch of source closes a brace that it does not open.
pub(super) fn leaves_braces(source: &[u8], range: Range<usize>) -> bool {
    let mut depth = 0_i32;
    Tokens::new(source, range).any(|token| {
        match token.raw {
            Raw::Byte(b'{') => depth += 1,
            Raw::Byte(b'}') => depth -= 1,
            _ => {}
        }
        depth < 0
    })
}

/// A definition of a struct, union or enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// The offsets of the keyword.
    pub(super) keyword: Range<usize>,
    /// The offsets of the name.
    pub(super) name: Range<usize>,
}

/// The definitions of named structs, unions and enums in a stretch of source, but for those in
/// bodies of functions.
pub(super) fn tags(source: &[u8], range: Range<usize>) -> Vec<Tag> {
    let mut tokens = Tokens::new(source, range);
    let mut tags = Vec::new();
    let mut before = Raw::End;
    while let Some(token) = tokens.next() {
        match (token.raw, before) {
            (Raw::Byte(b'{'), Raw::Byte(b')')) => skip(&mut tokens, b'{', b'}'),
            (Raw::Identifier, _) if is_tag_keyword(tokens.text(&token)) => {
                tags.extend(tag(&mut tokens, token.start..token.end));
            }
            _ => {}
        }
        before = token.raw;
    }
    tags
}

/// Whether this keyword begins a struct, union or enum.
fn is_tag_keyword(text: &[u8]) -> bool {
    matches!(text, b"struct" | b"union" | b"enum")
}

/// The tag after its keyword, if it is defined there. Attributes may stand between.
fn tag(tokens: &mut Tokens<'_>, keyword: Range<usize>) -> Option<Tag> {
    let mut name = None;
    loop {
        let (at, is_line_start) = (tokens.at, tokens.is_line_start);
        let token = tokens.next()?;
        match token.raw {
            Raw::Identifier => name = Some(token.start..token.end),
            Raw::Byte(b'(') if name.is_some() => {
                name = None;
                skip(tokens, b'(', b')');
            }
            Raw::Byte(b'{') => return name.map(|name| Tag { keyword, name }),
            _ => {
                (tokens.at, tokens.is_line_start) = (at, is_line_start);
                return None;
            }
        }
    }
}

/// Goes on after the byte that closes what `open` has just opened.
fn skip(tokens: &mut Tokens<'_>, open: u8, close: u8) {
    let mut depth = 1;
    while depth > 0
        && let Some(token) = tokens.next()
    {
        depth += i32::from(token.raw == Raw::Byte(open)) - i32::from(token.raw == Raw::Byte(close));
    }
}

/// The file that the first marker names: the one that is compiled.
pub(super) fn source_file(source: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut is_line_start = true;
    let mut unended = Unended::NONE;
    loop {
        let scanned = scan(source, at, is_line_start, &mut unended);
        match scanned.raw {
            Raw::Marker => return Some(scanned.end),
            Raw::End => return None,
            raw => (at, is_line_start) = (scanned.end, raw == Raw::Line),
        }
    }
}
