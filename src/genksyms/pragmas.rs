//! `#pragma pack`: how far members are aligned at most, which upstream passes over. For the record.
//!
//! A struct or union is laid out when its body ends, so what is in force there counts for all of
//! its members.

use memchr::{memchr, memmem};

use super::scan::{BLANK, is, name_end};

/// What a pragma begins with, as preprocessors write it.
const PRAGMA: &[u8] = b"#pragma";

/// All that a source says of packing.
#[derive(Debug, Default)]
pub(super) struct Packs {
    /// Where a pragma begins, and the most that members are aligned to from there on, in bytes; 0
    /// if there is no such limit.
    changes: Vec<(usize, u8)>,
}

/// What one pragma asks for.
enum Request<'s> {
    /// `pack()`, `pack(N)`: another limit.
    Set(u8),
    /// `pack(push)`, `pack(push, NAME, N)`: another limit for now.
    Push(Option<&'s [u8]>, Option<u8>),
    /// `pack(pop)`, `pack(pop, NAME)`: the limit before.
    Pop(Option<&'s [u8]>),
}

impl Packs {
    /// Finds all pragmas of a source.
    pub(super) fn new(source: &[u8]) -> Self {
        let mut packs = Self::default();
        // The limits that are in force one below the other, with the name they were pushed by.
        let mut below: Vec<(Option<&[u8]>, u8)> = Vec::new();
        let mut limit = 0;
        for start in memmem::find_iter(source, PRAGMA) {
            if start > 0 && source[start - 1] != b'\n' {
                continue;
            }
            let rest = &source[start + PRAGMA.len()..];
            let rest = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
            match request(rest) {
                None => continue,
                Some(Request::Set(new)) => limit = new,
                Some(Request::Push(name, new)) => {
                    below.push((name, limit));
                    limit = new.unwrap_or(limit);
                }
                Some(Request::Pop(name)) => {
                    // GCC: a name that was not pushed is told of, and the last push undone.
                    let pushed = name.and_then(|name| below.iter().rposition(|it| it.0 == Some(name)));
                    below.truncate(pushed.map_or(below.len(), |place| place + 1));
                    limit = below.pop().map_or(limit, |(_, limit)| limit);
                }
            }
            packs.changes.push((start, limit));
        }
        packs
    }

    /// The limit behind everything before an offset.
    pub(super) fn before(&self, offset: usize) -> u8 {
        let count = self.changes.partition_point(|(start, _)| *start < offset);
        count.checked_sub(1).map_or(0, |last| self.changes[last].1)
    }
}

/// What a line says behind `#pragma`, if it is of packing, and GCC takes it.
fn request(line: &[u8]) -> Option<Request<'_>> {
    let mut words = Words(line);
    (words.next()? == b"pack" && words.next()? == b"(").then_some(())?;
    let request = match words.next()? {
        b")" => return Some(Request::Set(0)),
        b"push" => {
            let (mut name, mut limit) = (None, None);
            loop {
                match words.next()? {
                    b")" => return Some(Request::Push(name, limit)),
                    b"," => {}
                    _ => return None,
                }
                let word = words.next()?;
                match number(word) {
                    Some(number) if limit.is_none() => limit = Some(number?),
                    None if name.is_none() => name = Some(word),
                    _ => return None,
                }
            }
        }
        b"pop" => match words.next()? {
            b")" => return Some(Request::Pop(None)),
            b"," => Request::Pop(Some(words.next()?)),
            _ => return None,
        },
        word => Request::Set(number(word)??),
    };
    (words.next()? == b")").then_some(request)
}

/// The number that a word is: none within if it is no limit.
fn number(word: &[u8]) -> Option<Option<u8>> {
    let is_number = word.first().is_some_and(u8::is_ascii_digit);
    is_number.then(|| match word {
        b"0" => Some(0),
        b"1" => Some(1),
        b"2" => Some(2),
        b"4" => Some(4),
        b"8" => Some(8),
        b"16" => Some(16),
        _ => None,
    })
}

/// Names, numbers and single bytes.
struct Words<'s>(&'s [u8]);

impl<'s> Iterator for Words<'s> {
    type Item = &'s [u8];

    fn next(&mut self) -> Option<&'s [u8]> {
        let start = self.0.iter().position(|byte| !is(*byte, BLANK))?;
        let end = name_end(self.0, start).max(start + 1);
        let word = &self.0[start..end];
        self.0 = &self.0[end..];
        Some(word)
    }
}
