//! Skips source without reading it: to the end of a group, a body or an initializer.
//!
//! What ends such a stretch is decided as the lexer would decide it: only one pair of brackets
//! counts inside a group; literals hide what is in them; a line that begins with `#` is no token.
//! Where the lexer's answer would depend on more (a NUL, a quote without an end), the answer is
//! `None`, and the stretch is read properly.

use std::ops::Range;

use memchr::memchr;

use super::byte_set::{Few, WIDTH, first_bytes, members};
use super::pragmas::is_pack;
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
    /// Whether there was a `#pragma pack` before.
    pub(super) has_packs: bool,
    /// What is known of quotes that begin no literal.
    pub(super) unended: Unended,
}

/// A place to which one may go back: what changes on the way. (What is remembered on the way stays
/// true, so a mark is smaller than a place, which is copied in parts that the processor then waits
/// for: that was a quarter of the skimmer's own loop.)
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// The offset.
    pub(super) at: usize,
    in_source_file: bool,
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

/// Where the file's name is in a marker as compilers write them, `# 12 "file" 2`, and how long the
/// line is. `None` if it is another line, or a longer one; see `marker_file`. There is no NUL in it.
#[inline]
fn usual_marker(rest: &[u8]) -> Option<(Range<usize>, usize)> {
    const MARKS: [Few; 1] = [Few::of(b"\"\n\0")];
    const NUMBER: usize = 2;
    let bytes = rest.first_chunk::<WIDTH>()?;
    // Octal numbers are left to `marker_file`.
    if !bytes.starts_with(b"# ") || !matches!(bytes[NUMBER], b'1'..=b'9') {
        return None;
    }
    let blank = NUMBER + bytes[NUMBER..].iter().position(|byte| !byte.is_ascii_digit())?;
    let ([], [marks]) = members(bytes, &[], &MARKS);
    let behind_open = marks & marks.wrapping_sub(1);
    let behind_close = behind_open & behind_open.wrapping_sub(1);
    let [open, close, end] =
        [marks, behind_open, behind_close].map(|marks| marks.trailing_zeros() as usize);
    let is_usual = open == blank + 1
        && close > open + 1
        && bytes[blank] == b' '
        && bytes[open] == b'"'
        && bytes.get(close) == Some(&b'"')
        && bytes.get(end) == Some(&b'\n');
    is_usual.then_some((open + 1..close, end + 1))
}

/// What is left of the bytes that count behind a literal which begins before `found` in `bytes`, if
/// it ends there too. (Many literals do: to stay with the bytes, and to find them by one table,
/// saved 1.4 of 25.6 million instructions.)
#[inline(always)]
fn behind_literal(bytes: &[u8; WIDTH], mut found: u64, quote: u8) -> Option<u64> {
    while found != 0 {
        let index = found.trailing_zeros() as usize % WIDTH;
        found &= found - 1;
        match bytes[index] {
            byte if byte == quote => return Some(found),
            b'\\' => match bytes.get(index + 1)? {
                b'\n' => return None,
                _ => found &= !(2 << index),
            },
            _ => {}
        }
    }
    None
}

impl<'s> Place<'s> {
    /// The beginning of a source.
    pub(super) const START: Self = Self {
        at: 0,
        source_file: None,
        in_source_file: false,
        has_packs: false,
        unended: Unended::NONE,
    };

    /// This place, to go back to.
    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, in_source_file: self.in_source_file }
    }

    /// Goes back, or forward again, to a place where it was.
    #[inline]
    pub(super) fn go_to(&mut self, mark: Mark) {
        (self.at, self.in_source_file) = (mark.at, mark.in_source_file);
    }

    /// Passes blanks, newlines and lines that begin with `#`; the byte that comes then, if any.
    #[inline]
    pub(super) fn blanks(&mut self, source: &'s [u8]) -> Option<u8> {
        let mut at = self.at;
        loop {
            match source.get(at) {
                // Blanks, newlines and little else are below.
                Some(byte) if *byte > b'#' => {
                    self.at = at;
                    return Some(*byte);
                }
                Some(b' ' | b'\n' | b'\t' | b'\r' | b'\x0b' | b'\x0c') => at += 1,
                byte => {
                    self.at = at;
                    if byte != Some(&b'#') || (at > 0 && source[at - 1] != b'\n') {
                        return byte.copied();
                    }
                    self.line(source)?;
                    at = self.at;
                }
            }
        }
    }

    /// Passes a line that begins with `#`, and takes note of the file it may name.
    fn line(&mut self, source: &'s [u8]) -> Option<()> {
        let rest = &source[self.at..];
        let (file, length) = match usual_marker(rest) {
            Some((file, length)) => (Some(file), length),
            None => {
                let length = memchr(b'\n', rest)? + 1;
                self.has_packs |= is_pack(&rest[..length]);
                let file = marker_file(&rest[..length]).map(|Range { start, end }| {
                    start..memchr(0, &rest[start..end]).map_or(end, |length| start + length)
                });
                (file, length)
            }
        };
        if let Some(file) = file {
            let file = &rest[file];
            self.in_source_file = *self.source_file.get_or_insert(file) == file;
        }
        self.at += length;
        Some(())
    }

    /// Passes a body in braces, from its opening to behind its closing brace.
    #[inline(always)]
    pub(super) fn braces(&mut self, source: &'s [u8]) -> Option<()> {
        const SET: [Few; 1] = [Few::of(b"{}\"'\\#\0")];
        self.group::<b'{', b'}'>(source, &SET)
    }

    /// Passes a group in parentheses.
    pub(super) fn parentheses(&mut self, source: &'s [u8]) -> Option<()> {
        const SET: [Few; 1] = [Few::of(b"()\"'\\#\0")];
        self.group::<b'(', b')'>(source, &SET)
    }

    /// Passes a group in brackets.
    pub(super) fn brackets(&mut self, source: &'s [u8]) -> Option<()> {
        const SET: [Few; 1] = [Few::of(b"[]\"'\\#\0")];
        self.group::<b'[', b']'>(source, &SET)
    }

    /// Passes from the opening byte at this place to behind the one that closes it. `set` is what
    /// counts: the two bytes, quotes, backslashes (in literals), `#` and NUL.
    ///
    /// Bodies of functions are two fifths of a kernel's preprocessed source, and this reads all of
    /// them.
    #[inline(always)]
    fn group<const OPEN: u8, const CLOSE: u8>(
        &mut self,
        source: &'s [u8],
        set: &[Few; 1],
    ) -> Option<()> {
        let mut depth = 0_usize;
        let mut start = self.at;
        loop {
            let mut room = None;
            let bytes = first_bytes(source.get(start..)?, &mut room);
            let ([], [mut found]) = members(bytes, &[], set);
            let mut next = start + WIDTH;
            while found != 0 {
                let index = found.trailing_zeros() as usize % WIDTH;
                let at = start + index;
                found &= found - 1;
                match bytes[index] {
                    byte if byte == OPEN => depth += 1,
                    byte if byte == CLOSE => {
                        depth -= 1;
                        if depth == 0 {
                            self.at = at + 1;
                            return Some(());
                        }
                    }
                    quote @ (b'"' | b'\'') => match behind_literal(bytes, found, quote) {
                        Some(rest) => found = rest,
                        None => {
                            next = self.unended.literal_end(source, at, quote)?;
                            break;
                        }
                    },
                    b'#' if source[at - 1] == b'\n' => {
                        self.at = at;
                        self.line(source)?;
                        next = self.at;
                        break;
                    }
                    b'#' | b'\\' => {}
                    _ => return None,
                }
            }
            start = next;
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
