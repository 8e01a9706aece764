//! From an offset in the preprocessed text to the file and line that it comes from.

use std::borrow::Cow;
use std::iter;
use std::ops::Range;

use memchr::memchr_iter;

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

/// All lines of the source, and the markers among them.
#[derive(Debug, Default)]
pub(super) struct Lines<'s> {
    /// Where each line begins.
    starts: Vec<usize>,
    /// The end of the source.
    end: usize,
    /// In the order of the source.
    markers: Vec<Marker<'s>>,
}

/// What a marker says of the lines after it.
#[derive(Debug)]
struct Marker<'s> {
    /// Its own place among all lines.
    line: usize,
    /// The file that the next line comes from.
    file: &'s [u8],
    /// The next line's number there.
    number: usize,
}

impl<'s> Lines<'s> {
    /// Finds all lines and markers.
    pub(super) fn new(source: &'s [u8]) -> Self {
        let newlines = memchr_iter(b'\n', source);
        let starts: Vec<usize> = iter::once(0).chain(newlines.map(|at| at + 1)).collect();
        let is_marked = |(_, start): &(usize, &usize)| source.get(**start) == Some(&b'#');
        let marked = starts.iter().enumerate().filter(is_marked);
        let markers = marked.filter_map(|(line, &start)| {
            let end = starts.get(line + 1).copied().unwrap_or(source.len());
            Marker::new(line, &source[start..end])
        });
        Self { markers: markers.collect(), end: source.len(), starts }
    }

    /// The place of the byte at `offset`, or of the last line for the end of the source.
    pub(super) fn position(&self, offset: usize) -> Position<'s> {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let end = self.starts.get(line + 1).map_or(self.end, |next| next - 1);
        let (file, line) = self.file_and_line(line);
        Position { file, line, range: start..end }
    }

    /// The file and the number of a line, counted from the marker before it.
    fn file_and_line(&self, line: usize) -> (Cow<'s, str>, usize) {
        let before = self.markers.partition_point(|marker| marker.line < line);
        match before.checked_sub(1).map(|last| &self.markers[last]) {
            Some(marker) => {
                let lines = line - marker.line - 1;
                (String::from_utf8_lossy(marker.file), marker.number.saturating_add(lines))
            }
            None => (Cow::Borrowed("<stdin>"), line + 1),
        }
    }
}

impl<'s> Marker<'s> {
    /// What a line that begins with `#` says, if it is a marker.
    fn new(line: usize, text: &'s [u8]) -> Option<Self> {
        let file = &text[marker_file(text)?];
        Some(Self { line, file, number: marker_number(text) })
    }
}

/// The line number of a marker.
fn marker_number(marker: &[u8]) -> usize {
    let digits = marker.iter().skip_while(|byte| !byte.is_ascii_digit());
    digits.take_while(|byte| byte.is_ascii_digit()).fold(0, |number, digit| {
        usize::saturating_add(usize::saturating_mul(number, 10), usize::from(digit - b'0'))
    })
}

/// The first token at or after `offset`, past blanks, markers and newlines.
pub(super) fn token(source: &[u8], offset: usize) -> Range<usize> {
    let mut at = offset;
    let mut is_line_start = at == 0 || source[at - 1] == b'\n';
    let mut unended = Unended::NONE;
    loop {
        let scanned = scan(source, at, is_line_start, &mut unended);
        match scanned.raw {
            Raw::Line | Raw::Marker => (at, is_line_start) = (scanned.end, true),
            _ => return scanned.start..scanned.end,
        }
    }
}
