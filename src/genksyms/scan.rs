//! Stage one of the lexer: bytes to raw tokens, where the longest match wins.
//!
//! The byte classes and the ends of literals are defined here once, for the lexer and for
//! the skimmer. Nothing here knows keywords or names.

use memchr::{memchr, memchr2};

use super::byte_set::{first_of, name_length};

/// What a raw token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    /// A line that names a file and a line, `# 12 "file"`, with the newline that ends it.
    Marker,
    /// A newline, or any other line that begins with `#`: one more line was read.
    Line,
    /// A name or keyword.
    Identifier,
    /// A string literal.
    String,
    /// What the parser has no use for: numbers, character literals, operators of two characters.
    Other,
    /// A character literal (as `Other`, but it may hold a NUL).
    Character,
    /// `...`
    Dots,
    /// A single byte.
    Byte(u8),
    /// The end of the input.
    End,
}

/// A raw token and the offset after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scanned {
    /// What it is.
    pub(super) raw: Raw,
    /// Where it begins: the given offset, or later if blanks were skipped.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

// The classes of bytes, as bits.
/// May begin a name.
pub(super) const NAME_START: u8 = 1;
/// May stand in a name.
pub(super) const NAME: u8 = 2;
/// A blank other than the newline.
pub(super) const BLANK: u8 = 4;

/// The classes of each byte.
pub(super) static CLASS: [u8; 256] = classes();

/// Makes `CLASS`.
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        classes[byte] = match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'$' => NAME_START | NAME,
            b'0'..=b'9' => NAME,
            b' ' | b'\t' | b'\x0c' | b'\x0b' | b'\r' => BLANK,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

/// Whether the byte is of one of the classes.
#[inline]
pub(super) fn is(byte: u8, classes: u8) -> bool {
    CLASS[byte as usize] & classes != 0
}

/// The next raw token from `at` on; `line_start` says whether the token before ended a line.
pub(super) fn scan(source: &[u8], at: usize, line_start: bool, unended: &mut Unended) -> Scanned {
    let mut start = at;
    let byte = loop {
        match source.get(start) {
            None => return Scanned { raw: Raw::End, start, end: start },
            Some(byte) if is(*byte, BLANK) => start += 1,
            Some(byte) => break *byte,
        }
    };
    if byte == b'\n' {
        return Scanned { raw: Raw::Line, start, end: start + 1 };
    }
    let line = if byte == b'#' && line_start && start == at { line(source, start) } else { None };
    match line {
        Some((raw, end)) => Scanned { raw, start, end },
        None => token(source, start, byte, unended),
    }
}

/// The raw token at `start`, which begins with `byte`: no blank, and no line.
#[inline]
pub(super) fn token(source: &[u8], start: usize, byte: u8, unended: &mut Unended) -> Scanned {
    let (raw, end) = match byte {
        b'"' => quoted(source, (start, start), b'"', Raw::String, unended),
        b'\'' => quoted(source, (start, start), b'\'', Raw::Character, unended),
        b'0'..=b'9' => (Raw::Other, number_end(source, start)),
        b'.' => dot(source, start),
        b'L' if matches!(source.get(start + 1), Some(b'"')) => {
            quoted(source, (start, start + 1), b'"', Raw::String, unended)
        }
        b'L' if matches!(source.get(start + 1), Some(b'\'')) => {
            quoted(source, (start, start + 1), b'\'', Raw::Character, unended)
        }
        _ if is(byte, NAME_START) => (Raw::Identifier, name_end(source, start)),
        _ => match source.get(start + 1) {
            Some(second) if is_operator(byte, *second) => (Raw::Other, start + 2),
            _ => (Raw::Byte(byte), start + 1),
        },
    };
    Scanned { raw, start, end }
}

/// The end of the name that begins at `at`.
#[inline]
pub(super) fn name_end(source: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(bytes) = source.get(end..).and_then(<[u8]>::first_chunk) {
        match name_length(bytes) {
            Some(length) => return end + length,
            None => end += bytes.len(),
        }
    }
    while source.get(end).is_some_and(|byte| is(*byte, NAME)) {
        end += 1;
    }
    end
}

/// Whether a name is `int32x4_t`, `uint8x16_t` or their like.
pub(super) fn is_builtin_vector(name: &[u8]) -> bool {
    let Some(name) = name.strip_suffix(b"_t") else { return false };
    let Some(name) = name.strip_prefix(b"u").unwrap_or(name).strip_prefix(b"int") else {
        return false;
    };
    let Some(x) = memchr(b'x', name) else { return false };
    matches!(&name[..x], b"8" | b"16" | b"32" | b"64")
        && matches!(&name[x + 1..], b"1" | b"2" | b"4" | b"8" | b"16")
}

/// Whether two bytes are one operator. (`!=`, `++` and `--` are two tokens upstream.)
fn is_operator(first: u8, second: u8) -> bool {
    match second {
        b'=' => b"~%^&*+=|<>/-".contains(&first),
        b'&' | b'|' | b'<' => first == second,
        b'>' => first == b'>' || first == b'-',
        _ => false,
    }
}

/// The line at `at`, which begins with `#`. Without a newline at its end it is no line: `#` stands
/// alone.
pub(super) fn line(source: &[u8], at: usize) -> Option<(Raw, usize)> {
    let end = at + memchr(b'\n', &source[at..])? + 1;
    let raw = if marker_file(&source[at..end]).is_some() { Raw::Marker } else { Raw::Line };
    Some((raw, end))
}

/// The range of the file's name in the text of a marker line, or `None` if it is no marker.
pub(super) fn marker_file(line: &[u8]) -> Option<std::ops::Range<usize>> {
    let number = blanks_end(line, 1)?;
    let after = integer_end(line, number)?;
    let quote = blanks_end(line, after)?;
    if line.get(quote) != Some(&b'"') {
        return None;
    }
    let name = quote + 1;
    let length = memchr(b'"', &line[name..])?;
    (length > 0).then_some(name..name + length)
}

/// The end of the blanks at `at`, of which there must be one at least.
#[inline]
fn blanks_end(line: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    while matches!(line.get(end)?, b' ' | b'\t') {
        end += 1;
    }
    (end > at).then_some(end)
}

/// A literal from its quote on, or else the quote (or the `L`) alone.
fn quoted(
    source: &[u8],
    (start, open): (usize, usize),
    quote: u8,
    raw: Raw,
    unended: &mut Unended,
) -> (Raw, usize) {
    match unended.literal_end(source, open, quote) {
        Some(end) => (raw, end),
        None if open > start => (Raw::Identifier, open),
        None => (Raw::Byte(quote), start + 1),
    }
}

/// Where quotes are known to begin no literal: from the first offset to before the second, for each
/// kind of quote.
///
/// If a literal's text ends at a backslash before a newline, or with the input, then each quote of
/// its kind in that text was an escaped one, behind which the text went on to the same end. Without
/// this note a row of escaped quotes takes time that grows with its square, as it does upstream.
/// (It says nothing of what is before that text: whoever goes back may meet other literals there.)
#[derive(Clone, Copy, Debug)]
pub(super) struct Unended {
    string: (usize, usize),
    character: (usize, usize),
}

impl Unended {
    /// Nothing is known.
    pub(super) const NONE: Self = Self { string: (0, 0), character: (0, 0) };

    /// The end of the literal whose first quote is at `open`. It may go over lines, but a backslash
    /// before a newline, or the end of input, means that there is no literal.
    #[inline(always)]
    pub(super) fn literal_end(&mut self, source: &[u8], open: usize, quote: u8) -> Option<usize> {
        let text = source.get(open + 1..)?;
        match text.first_chunk().and_then(|bytes| first_of(bytes, [quote, b'\\'])) {
            Some(length) if text[length] == quote => Some(open + 1 + length + 1),
            _ => self.long_literal_end(source, open, quote),
        }
    }

    /// The same for literals that are long, have a backslash in them, or do not end.
    #[inline(never)]
    fn long_literal_end(&mut self, source: &[u8], open: usize, quote: u8) -> Option<usize> {
        let known = if quote == b'"' { &mut self.string } else { &mut self.character };
        if (known.0..known.1).contains(&open) {
            return None;
        }
        let mut at = open + 1;
        loop {
            let rest = source.get(at..).unwrap_or_default();
            let near = rest.first_chunk().and_then(|bytes| first_of(bytes, [quote, b'\\']));
            let Some(length) = near.or_else(|| memchr2(quote, b'\\', rest)) else {
                *known = (open, source.len());
                return None;
            };
            at += length;
            if source[at] == quote {
                return Some(at + 1);
            }
            if matches!(source.get(at + 1), None | Some(b'\n')) {
                *known = (open, at);
                return None;
            }
            at += 2;
        }
    }
}

/// The end of an integer: octal, decimal or hexadecimal digits and at most one of `u` and `l` each.
fn integer_end(source: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize, is_digit: fn(&u8) -> bool| {
        from + source[from..].iter().take_while(|byte| is_digit(byte)).count()
    };
    let end = match source.get(at)? {
        b'0' if matches!(source.get(at + 1), Some(b'x' | b'X'))
            && source.get(at + 2).is_some_and(u8::is_ascii_hexdigit) =>
        {
            digits(at + 2, u8::is_ascii_hexdigit)
        }
        b'0' => digits(at, |byte| matches!(byte, b'0'..=b'7')),
        b'1'..=b'9' => digits(at, u8::is_ascii_digit),
        _ => return None,
    };
    let letter = |at: usize| source.get(at).map(u8::to_ascii_lowercase);
    Some(match (letter(end), letter(end + 1)) {
        (Some(b'u'), Some(b'l')) | (Some(b'l'), Some(b'u')) => end + 2,
        (Some(b'u' | b'l'), _) => end + 1,
        _ => end,
    })
}

/// The end of a decimal number with a fraction or an exponent, if there is one at `at`.
fn real_end(source: &[u8], at: usize) -> Option<usize> {
    let digits =
        |from: usize| from + source[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(at);
    let fraction = match source.get(whole) {
        Some(b'.') => Some(digits(whole + 1)).filter(|end| whole > at || *end > whole + 1),
        _ => None,
    };
    let mantissa = fraction.unwrap_or(whole);
    let exponent = match source.get(mantissa) {
        Some(b'e' | b'E') => {
            let sign = usize::from(matches!(source.get(mantissa + 1), Some(b'+' | b'-')));
            let first = mantissa + 1 + sign;
            Some(digits(first.min(source.len()))).filter(|end| *end > first)
        }
        _ => None,
    };
    let end = match (fraction, exponent) {
        (_, Some(end)) if mantissa > at => end,
        (Some(end), _) => end,
        _ => return None,
    };
    Some(end + usize::from(matches!(source.get(end), Some(b'f' | b'F' | b'l' | b'L'))))
}

/// The end of the number at `at`, whichever reading is longer.
fn number_end(source: &[u8], at: usize) -> usize {
    let integer = integer_end(source, at).unwrap_or(at + 1);
    real_end(source, at).map_or(integer, |real| real.max(integer))
}

/// What begins with a dot: `...`, a fraction, or the dot alone.
fn dot(source: &[u8], at: usize) -> (Raw, usize) {
    match real_end(source, at) {
        Some(end) => (Raw::Other, end),
        None if source[at..].starts_with(b"...") => (Raw::Dots, at + 3),
        None => (Raw::Byte(b'.'), at + 1),
    }
}
