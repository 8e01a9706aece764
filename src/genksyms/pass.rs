//! Passing over source without reading it: to the end of a group, a body or an initializer.
//!
//! What ends such a stretch is decided as the lexer would decide it: only one pair of brackets
//! counts inside a group; literals hide what is in them; a line that begins with `#` is no token.
//! Where the lexer's answer would hang on more (a NUL, a quote without an end), the answer is
//! `None`, and the stretch is read properly.

use std::ops::Range;

use memchr::memchr;

use super::scan::{Unended, marker_file};
use super::sets::{Set, WIDTH, first_bytes, members};

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

/// A place to which one may go back: what changes on the way. (What is learnt on the way stays
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
/// line is. `None` if it is another line, or a longer one; see `marker_file`.
#[inline]
fn usual_marker(rest: &[u8]) -> Option<(Range<usize>, usize)> {
    const DIGITS: Set = Set::of(b"0123456789");
    const QUOTES: Set = Set::of(b"\"");
    const ENDS: Set = Set::of(b"\n\0");
    const NUMBER: u32 = 2;
    let bytes = rest.first_chunk::<WIDTH>()?;
    let [digits, quotes, ends] = members(bytes, [&DIGITS, &QUOTES, &ENDS]);
    let blank = NUMBER + (!(digits >> NUMBER)).trailing_zeros();
    let (open, close) =
        (quotes.trailing_zeros(), (quotes & quotes.wrapping_sub(1)).trailing_zeros());
    let end = ends.trailing_zeros();
    // Octal numbers are left to `marker_file`.
    let is_usual = bytes.starts_with(b"# ")
        && blank > NUMBER
        && bytes[NUMBER as usize] != b'0'
        && open == blank + 1
        && close > open + 1
        && close < end
        && end < u64::BITS
        && bytes[blank as usize] == b' '
        && bytes[end as usize] == b'\n';
    is_usual.then_some((open as usize + 1..close as usize, end as usize + 1))
}

impl<'s> Place<'s> {
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
        let rest = &source[self.at..];
        let (file, length) = match usual_marker(rest) {
            Some((file, length)) => (Some(file), length),
            None => {
                let length = memchr(b'\n', rest)? + 1;
                (marker_file(&rest[..length]), length)
            }
        };
        if let Some(file) = file {
            let file = &rest[file];
            let file = &file[..memchr(0, file).unwrap_or(file.len())];
            self.in_source_file = *self.source_file.get_or_insert(file) == file;
        }
        self.at += length;
        Some(())
    }

    /// Passes a body in braces, from its opening to behind its closing brace.
    #[inline(always)]
    pub(super) fn braces(&mut self, source: &'s [u8]) -> Option<()> {
        const SET: Set = Set::of(b"{}\"'#\0");
        self.group::<b'{', b'}'>(source, &SET)
    }

    /// Passes a group in parentheses.
    pub(super) fn parentheses(&mut self, source: &'s [u8]) -> Option<()> {
        const SET: Set = Set::of(b"()\"'#\0");
        self.group::<b'(', b')'>(source, &SET)
    }

    /// Passes a group in brackets.
    pub(super) fn brackets(&mut self, source: &'s [u8]) -> Option<()> {
        const SET: Set = Set::of(b"[]\"'#\0");
        self.group::<b'[', b']'>(source, &SET)
    }

    /// Passes from the opening byte at this place to behind the one that closes it. `set` is what
    /// counts: the two bytes, quotes, `#` and NUL.
    ///
    /// Bodies of functions are two fifths of a kernel's preprocessed source, and this reads all of
    /// them.
    #[inline(always)]
    fn group<const OPEN: u8, const CLOSE: u8>(
        &mut self,
        source: &'s [u8],
        set: &Set,
    ) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            let rest = source.get(self.at..)?;
            let [mut found] = members(first_bytes(rest, &mut [0; WIDTH]), [set]);
            let start = self.at;
            self.at += WIDTH;
            while found != 0 {
                let at = start + found.trailing_zeros() as usize;
                found &= found - 1;
                let end = match *source.get(at)? {
                    byte if byte == OPEN => {
                        depth += 1;
                        continue;
                    }
                    byte if byte == CLOSE => {
                        depth -= 1;
                        if depth == 0 {
                            self.at = at + 1;
                            return Some(());
                        }
                        continue;
                    }
                    quote @ (b'"' | b'\'') => self.unended.literal_end(source, at, quote)?,
                    b'#' if source[at - 1] == b'\n' => {
                        self.at = at;
                        self.line(source)?;
                        std::mem::replace(&mut self.at, start + WIDTH)
                    }
                    b'#' => continue,
                    _ => return None,
                };
                match end - start {
                    passed @ ..WIDTH => found = found >> passed << passed,
                    _ => {
                        self.at = end;
                        break;
                    }
                }
            }
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
