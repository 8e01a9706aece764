//! What counts of a source for `srcversion`, and the headers of which it is known already.

use elsa::sync::FrozenMap;

use super::files::{FileError, Files};
use super::paths;

/// What counts of the headers that were read. The objects of a module share them, and so do modules
/// of one folder: each would be read some fifty times in a large driver.
#[derive(Default)]
pub(super) struct Headers {
    kept: FrozenMap<Vec<u8>, Box<[u8]>>,
}

/// So many headers are kept, and none that is larger.
const MOST_KEPT: usize = 4096;
const LARGEST_KEPT: usize = 1 << 16;

impl Headers {
    /// What counts of a header; in `room` if it is not kept.
    pub(super) fn significant<'t>(
        &'t self,
        path: &[u8],
        files: &dyn Files,
        room: &'t mut Vec<u8>,
    ) -> Result<&'t [u8], FileError> {
        if let Some(text) = self.kept.get(path) {
            return Ok(text);
        }
        let text = significant(files.read(path)?);
        if self.kept.len() < MOST_KEPT && text.len() <= LARGEST_KEPT {
            return Ok(self.kept.insert(path.to_vec(), text.into()));
        }
        *room = text;
        Ok(room)
    }
}

/// What counts of a source: no white space, no joined lines, no `/* comments */`; strings whole.
/// `//` comments count, and so does everything that only looks like a comment in a character.
///
/// Done in place: what counts never gets ahead of what is read.
pub(super) fn significant(mut text: Vec<u8>) -> Vec<u8> {
    text.truncate(paths::until_zero(&text).len());
    significant_of_all(text)
}

/// The same without an end at the first zero byte, as before 5.8.
pub(super) fn significant_of_all(mut text: Vec<u8>) -> Vec<u8> {
    let (mut at, mut length) = (0, 0);
    while let Some(&byte) = text.get(at) {
        let next = text.get(at + 1);
        let (counted, passed) = match CLASSES[usize::from(byte)] {
            Class::Plain(counts) => {
                // Without a branch: every byte is written, where the next that counts belongs.
                text[length] = byte;
                length += usize::from(counts);
                at += 1;
                continue;
            }
            Class::Backslash if next == Some(&b'\n') => (0, 2),
            Class::Slash if next == Some(&b'*') => (0, 1 + comment_length(&text[at + 1..])),
            Class::Quote => {
                let length = string_length(&text[at..]);
                (length, length)
            }
            Class::Backslash | Class::Slash => (1, 1),
        };
        text.copy_within(at..at + counted, length);
        length += counted;
        at += passed;
    }
    text.truncate(length);
    text
}

/// What a byte may begin.
#[derive(Clone, Copy)]
enum Class {
    /// Nothing; whether it counts.
    Plain(bool),
    Backslash,
    Quote,
    Slash,
}

/// What each byte may begin.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain(true); 256];
    let mut byte = b'\t';
    while byte <= b'\r' {
        classes[byte as usize] = Class::Plain(false);
        byte += 1;
    }
    classes[b' ' as usize] = Class::Plain(false);
    classes[b'\\' as usize] = Class::Backslash;
    classes[b'"' as usize] = Class::Quote;
    classes[b'/' as usize] = Class::Slash;
    classes
};

/// How long the comment is that `/` and `text` begin, without that `/`.
fn comment_length(text: &[u8]) -> usize {
    let mut slashes = memchr::memchr_iter(b'/', text);
    let end = slashes.find(|&slash| slash >= 1 && text[slash - 1] == b'*');
    end.map_or(text.len(), |slash| slash + 1)
}

/// How long the string is that `text` begins with, quotes included.
fn string_length(text: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[1] == b'"' && pair[0] != b'\\';
    text.windows(2).position(ends).map_or(text.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_joined_lines_and_comments_do_not_count() {
        let cases: [(&[u8], &[u8]); 9] = [
            (b"int a;\n", b"inta;"),
            (b"a\\\nb \\ c", b"ab\\c"),
            (b"a /* b */ c", b"ac"),
            (b"a /*/ b", b"ab"),
            (b"a /* b", b"a"),
            (b"a // b\nc", b"a//bc"),
            (b"\"a  b\" c", b"\"a  b\"c"),
            (b"\"a\\\" /* b */\"", b"\"a\\\" /* b */\""),
            (b"a\0b", b"a"),
        ];
        for (source, counted) in cases {
            let got = significant(source.to_vec());
            assert_eq!(got, counted, "{}", source.escape_ascii());
        }
    }
}
