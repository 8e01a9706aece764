//! From an offset in the preprocessed text to the file and line that it comes from.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memrchr};

use crate::genksyms::scan::{Raw, Unended, marker_file, scan};

/// The place of an offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position<'s> {
    /// The file that the last marker before it names.
    pub(super) file: Cow<'s, str>,
    /// The line in that file, by the marker's number.
    pub(super) line: usize,
    /// The offsets of the preprocessed line, without its newline.
    pub(super) range: Range<usize>,
}

impl Position<'_> {
    /// As compilers write it, so that editors find it.
    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// The place of the byte at `offset`, or of the last line for the end of the source.
pub(super) fn position(source: &[u8], offset: usize) -> Position<'_> {
    let start = line_start(source, offset);
    let length = memchr(b'\n', &source[start..]).unwrap_or(source.len() - start);
    let (file, line) = file_and_line(source, start);
    Position { file, line, range: start..start + length }
}

/// The file and the line that begins at `start`, counted from the marker before it.
fn file_and_line(source: &[u8], mut start: usize) -> (Cow<'_, str>, usize) {
    let mut lines = 0;
    while start > 0 {
        let end = start;
        start = line_start(source, end - 1);
        let text = &source[start..end];
        if let Some(name) = text.starts_with(b"#").then(|| marker_file(text)).flatten() {
            return (String::from_utf8_lossy(&text[name]), marker_number(text) + lines);
        }
        lines += 1;
    }
    (Cow::Borrowed("<stdin>"), lines + 1)
}

/// The line number of a marker.
fn marker_number(marker: &[u8]) -> usize {
    let digits = marker.iter().skip_while(|byte| !byte.is_ascii_digit());
    digits.take_while(|byte| byte.is_ascii_digit()).fold(0, |number, digit| {
        usize::saturating_add(usize::saturating_mul(number, 10), usize::from(digit - b'0'))
    })
}

/// The offset at which the line of `offset` begins.
fn line_start(source: &[u8], offset: usize) -> usize {
    memrchr(b'\n', &source[..offset]).map_or(0, |newline| newline + 1)
}

/// The first token at or after `offset`, past blanks, markers and newlines.
pub(super) fn token(source: &[u8], offset: usize) -> Range<usize> {
    let mut at = offset;
    let mut is_line_start = at == line_start(source, at);
    let mut unended = Unended::NONE;
    loop {
        let scanned = scan(source, at, is_line_start, &mut unended);
        match scanned.raw {
            Raw::Line | Raw::Marker => (at, is_line_start) = (scanned.end, true),
            _ => return scanned.start..scanned.end,
        }
    }
}
