//! `#pragma pack`: the maximum alignment of members, which upstream ignores. For the ABI record.
//!
//! A struct or union is laid out when its body ends, so the limit that is in force there counts for
//! all of its members.

use memchr::{memchr, memmem};

use super::scan::{BLANK, is, name_end};

/// What pragmas begin with, as preprocessors write them.
const PRAGMA: &[u8] = b"#pragma";

/// The limits that there are. 0 is none.
const LIMITS: &[(&[u8], u8)] =
    &[(b"0", 0), (b"1", 1), (b"2", 2), (b"4", 4), (b"8", 8), (b"16", 16)];

/// All that a source says of packing.
#[derive(Debug)]
pub(super) struct Packs {
    /// Where the pragmas begin, and the most that members are aligned to from there on, in bytes; 0
    /// if there is no such limit.
    changes: Vec<(usize, u8)>,
}

/// The limits that are in force one below the other.
#[derive(Default)]
struct Packing<'s> {
    limit: u8,
    /// Each with the name it was left by.
    below: Vec<(Option<&'s [u8]>, u8)>,
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

/// Whether a line is a pragma of packing.
#[inline(never)]
pub(super) fn is_pack(line: &[u8]) -> bool {
    line.strip_prefix(PRAGMA).is_some_and(|rest| Words(rest).next() == Some(b"pack"))
}

impl Packs {
    /// Finds the pragmas of a source.
    pub(super) fn new(source: &[u8]) -> Self {
        let mut packing = Packing::default();
        let mut changes = Vec::new();
        for start in memmem::find_iter(source, PRAGMA) {
            if start > 0 && source[start - 1] != b'\n' {
                continue;
            }
            let line = &source[start..];
            let line = &line[..memchr(b'\n', line).unwrap_or(line.len())];
            if let Some(request) = request(line) {
                packing.apply(request);
                changes.push((start, packing.limit));
            }
        }
        Self { changes }
    }

    /// The limit behind everything before an offset.
    pub(super) fn before(&self, offset: usize) -> u8 {
        let count = self.changes.partition_point(|(start, _)| *start < offset);
        count.checked_sub(1).map_or(0, |last| self.changes[last].1)
    }
}

impl<'s> Packing<'s> {
    /// Does what a pragma asks for.
    fn apply(&mut self, request: Request<'s>) {
        match request {
            Request::Set(limit) => self.limit = limit,
            Request::Push(name, limit) => {
                self.below.push((name, self.limit));
                self.limit = limit.unwrap_or(self.limit);
            }
            Request::Pop(name) => {
                // GCC: of a name that was not pushed it is told, and the last push is undone.
                let named = |name| self.below.iter().rposition(|(it, _)| *it == Some(name));
                let place = name.and_then(named);
                self.below.truncate(place.map_or(self.below.len(), |place| place + 1));
                self.limit = self.below.pop().map_or(self.limit, |(_, limit)| limit);
            }
        }
    }
}

/// What a line asks for, if it is of packing, and GCC takes it.
fn request(line: &[u8]) -> Option<Request<'_>> {
    let mut words = Words(line.strip_prefix(PRAGMA)?);
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
    word.first().filter(|byte| byte.is_ascii_digit())?;
    let limit = LIMITS.iter().find(|(text, _)| *text == word);
    Some(limit.map(|(_, limit)| *limit))
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
