//! Passing over source without reading it: to the end of a group, a body or an initializer.
//!
//! What ends such a stretch is decided as the lexer would decide it: only one pair of brackets
//! counts inside a group; literals hide what is in them; a line that begins with `#` is no token.
//! Where the lexer's answer would hang on more (a NUL, a quote without an end), the answer is
//! `None`, and the stretch is read properly.

use memchr::memchr;
use wide::u8x16;

use super::scan::{Unended, marker_file};

/// A place in the source, and which file's text is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'s> {
    /// The offset.
    pub(super) at: usize,
    /// The file that the first marker named: the one that is compiled.
    pub(super) source_file: Option<&'s [u8]>,
    /// Whether the last marker named that file.
    pub(super) in_source_file: bool,
    /// What is known of quotes that begin no literal.
    pub(super) unended: Unended,
}

/// How many bytes are compared at a time.
const LANES: usize = 16;

/// For each byte of the chunk a bit: whether it is one of the two, a quote, `#` or NUL.
#[inline]
fn hits<const OPEN: u8, const CLOSE: u8>(chunk: [u8; LANES]) -> u32 {
    let bytes = u8x16::new(chunk);
    let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
    (is(OPEN) | is(CLOSE) | is(b'"') | is(b'\'') | is(b'#') | is(0)).to_bitmask()
}

/// What is found in a chunk of plain text, a bit for each byte.
struct Plain {
    /// Bytes that are not plain, and beginnings of words that may begin a phrase.
    stops: u32,
    /// Bytes of words.
    words: u32,
}

/// Looks for the end of plain text; `word_before` is 1 if the byte before the chunk is a word's.
#[inline]
fn plain_hits(chunk: [u8; LANES], word_before: u32) -> Plain {
    let bytes = u8x16::new(chunk);
    let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
    let is_within = |bytes: u8x16, first: u8, count: u8| {
        let from_first = bytes - u8x16::splat(first);
        from_first.simd_eq(from_first.min(u8x16::splat(count - 1)))
    };
    let underscore = is(b'_');
    let lower_case = bytes | u8x16::splat(0x20);
    let word = is_within(lower_case, b'a', 26) | is_within(bytes, b'0', 10) | underscore | is(b'$');
    let blank = is(b' ') | is(b'\n') | is(b'\t');
    let plain = word | blank | is(b'*') | is(b',') | is(b'.');

    let words = word.to_bitmask();
    let starts = words & !(words << 1 | word_before);
    let [underscores, a, t] = [underscore, is(b'a'), is(b't')].map(|lanes| lanes.to_bitmask());
    let [s, y, capital_s] = [b's', b'y', b'S'].map(|byte| is(byte).to_bitmask());
    // `__…`, `_S…`, `as…`, `ty…`; of the last byte of the chunk only the first letter is known.
    let pairs = underscores & (underscores | capital_s) >> 1 | a & s >> 1 | t & y >> 1;
    let last = (underscores | a | t) & 1 << (LANES - 1);
    Plain { stops: !plain.to_bitmask() & 0xffff | starts & (pairs | last), words }
}

/// The last bytes of the source, filled up with NULs.
fn padded(rest: &[u8]) -> [u8; LANES] {
    let mut chunk = [0; LANES];
    chunk.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    chunk
}

/// Whether an expression's scan stops at the byte: brackets, separators, quotes, `#` and NUL.
static ENDS_RUN: [bool; 256] = {
    let mut ends = [false; 256];
    let bytes = b"{}()[],;\"\'#\0";
    let mut index = 0;
    while index < bytes.len() {
        ends[bytes[index] as usize] = true;
        index += 1;
    }
    ends
};

impl<'s> Place<'s> {
    /// Passes blanks, newlines and lines that begin with `#`; the byte that comes then, if any.
    #[inline]
    pub(super) fn blanks(&mut self, source: &'s [u8]) -> Option<u8> {
        loop {
            match *source.get(self.at)? {
                b' ' | b'\n' | b'\t' | b'\r' | b'\x0b' | b'\x0c' => self.at += 1,
                b'#' if self.at == 0 || source[self.at - 1] == b'\n' => self.line(source)?,
                byte => return Some(byte),
            }
        }
    }

    /// Passes a line that begins with `#`, and takes note of the file it may name.
    fn line(&mut self, source: &'s [u8]) -> Option<()> {
        let end = self.at + memchr(b'\n', &source[self.at..])? + 1;
        if let Some(range) = marker_file(&source[self.at..end]) {
            let file = &source[self.at..end][range];
            let file = &file[..memchr(0, file).unwrap_or(file.len())];
            self.in_source_file = *self.source_file.get_or_insert(file) == file;
        }
        self.at = end;
        Some(())
    }

    /// Goes to the next byte that is not part of a plain list of words, and gives it. It is the
    /// first byte of a word, if that may be a keyword which begins a phrase.
    ///
    /// Plain are names, numbers, blanks, newlines, stars, commas and dots. The place must not be
    /// within a word.
    pub(super) fn plain(&mut self, source: &'s [u8]) -> Option<u8> {
        let mut word_before = 0;
        loop {
            let rest = source.get(self.at..)?;
            let chunk = rest.first_chunk::<LANES>().copied();
            let Plain { stops, words } =
                plain_hits(chunk.unwrap_or_else(|| padded(rest)), word_before);
            if stops != 0 {
                self.at += stops.trailing_zeros() as usize;
                return source.get(self.at).copied();
            }
            word_before = words >> (LANES - 1);
            self.at += LANES;
        }
    }

    /// Passes a body in braces, from its opening to behind its closing brace.
    pub(super) fn braces(&mut self, source: &'s [u8]) -> Option<()> {
        self.group::<b'{', b'}'>(source)
    }

    /// Passes a group in parentheses.
    pub(super) fn parentheses(&mut self, source: &'s [u8]) -> Option<()> {
        self.group::<b'(', b')'>(source)
    }

    /// Passes a group in brackets.
    pub(super) fn brackets(&mut self, source: &'s [u8]) -> Option<()> {
        self.group::<b'[', b']'>(source)
    }

    /// Passes from the opening byte at this place to behind the one that closes it.
    ///
    /// Bodies of functions are two fifths of a kernel's preprocessed source, and this reads all of
    /// them: sixteen bytes are compared at a time, and each byte of interest is looked at once.
    fn group<const OPEN: u8, const CLOSE: u8>(&mut self, source: &'s [u8]) -> Option<()> {
        let mut depth = 0_usize;
        'chunks: loop {
            let rest = source.get(self.at..)?;
            let (chunk, length) = match rest.split_first_chunk::<LANES>() {
                Some((chunk, _)) => (*chunk, LANES),
                None => (padded(rest), rest.len()),
            };
            let start = self.at;
            let mut hits = hits::<OPEN, CLOSE>(chunk);
            while hits != 0 {
                self.at = start + hits.trailing_zeros() as usize;
                hits &= hits - 1;
                match *source.get(self.at)? {
                    byte if byte == OPEN => depth += 1,
                    byte if byte == CLOSE => {
                        depth -= 1;
                        if depth == 0 {
                            self.at += 1;
                            return Some(());
                        }
                    }
                    quote @ (b'"' | b'\'') => {
                        self.at = self.unended.literal_end(source, self.at, quote)?;
                        continue 'chunks;
                    }
                    b'#' if source[self.at - 1] == b'\n' => {
                        self.line(source)?;
                        continue 'chunks;
                    }
                    b'#' => {}
                    _ => return None,
                }
            }
            self.at = start + length;
        }
    }

    /// Passes an expression up to the comma, semicolon or closing brace behind it, which is given.
    pub(super) fn expression(&mut self, source: &'s [u8]) -> Option<u8> {
        let mut depth = 0_isize;
        loop {
            let byte = self.next_bracket(source)?;
            if depth == 0 && matches!(byte, b',' | b';' | b'}') {
                return Some(byte);
            }
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Goes to the next bracket or separator, and gives it.
    fn next_bracket(&mut self, source: &'s [u8]) -> Option<u8> {
        loop {
            let rest = source.get(self.at..)?;
            self.at += rest.iter().position(|byte| ENDS_RUN[*byte as usize])?;
            match source[self.at] {
                quote @ (b'"' | b'\'') => {
                    self.at = self.unended.literal_end(source, self.at, quote)?
                }
                b'#' if self.at == 0 || source[self.at - 1] == b'\n' => self.line(source)?,
                b'#' => self.at += 1,
                0 => return None,
                byte => return Some(byte),
            }
        }
    }
}
