//! What counts of a source for `srcversion`, and the headers of which it is known already.

use elsa::sync::FrozenMap;
use wide::u8x16;

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

/// Room for one source at a time, used again for the next.
#[derive(Default)]
pub(super) struct Room {
    source: Vec<u8>,
    /// What counts, and anything behind it.
    counted: Vec<u8>,
}

impl Headers {
    /// What counts of a header; in `room` if it is not kept.
    pub(super) fn significant<'t>(
        &'t self,
        path: &[u8],
        files: &dyn Files,
        room: &'t mut Room,
    ) -> Result<&'t [u8], FileError> {
        if let Some(text) = self.kept.get(path) {
            return Ok(text);
        }
        let text = room.significant(path, files)?;
        if self.kept.len() < MOST_KEPT && text.len() <= LARGEST_KEPT {
            return Ok(self.kept.insert(path.to_vec(), text.into()));
        }
        Ok(text)
    }
}

impl Room {
    /// What counts of a source: no white space, no joined lines, no `/* comments */`; strings whole.
    /// `//` comments count, and so does everything that only looks like a comment in a character. The
    /// first zero byte ends it.
    pub(super) fn significant(
        &mut self,
        path: &[u8],
        files: &dyn Files,
    ) -> Result<&[u8], FileError> {
        files.read_into(path, &mut self.source)?;
        let end = paths::until_zero(&self.source).len();
        self.source.truncate(end);
        Ok(self.counted())
    }

    /// The same of a text without an end at the first zero byte, as before 5.8.
    pub(super) fn significant_of_all(&mut self, text: &[u8]) -> &[u8] {
        self.source.clear();
        self.source.extend_from_slice(text);
        self.counted()
    }

    /// What counts of the source.
    fn counted(&mut self) -> &[u8] {
        let Self { source, counted } = self;
        let size = source.len();
        // Bytes are looked at and copied by many at a time, also the last ones.
        source.resize(size + WIDTH + LANES, 0);
        if counted.len() < size + LANES {
            counted.resize(size + LANES, 0);
        }
        let (mut at, mut length) = (0, 0);
        while at < size {
            let text = &source[at..];
            let Some(bytes) = text.first_chunk() else { break };
            let (blanks, special) = classes(bytes);
            let plain = (special.trailing_zeros() as usize).min(size - at);
            length += copy_without(text, blanks, plain, &mut counted[length..]);
            at += plain;
            if plain == WIDTH || at == size {
                continue;
            }
            let (counts, passed) = special_length(&source[at..size]);
            counted[length..length + counts].copy_from_slice(&source[at..at + counts]);
            length += counts;
            at += passed;
        }
        &counted[..length]
    }
}

/// How many bytes are looked at, and how many copied, at a time.
const WIDTH: usize = 64;
const LANES: usize = 16;

/// Which bytes are white space, and which may begin what is more than a byte; bit n is for the byte at n.
fn classes(bytes: &[u8; WIDTH]) -> (u64, u64) {
    let (mut blanks, mut special) = (0, 0);
    for (index, lanes) in bytes.as_chunks::<LANES>().0.iter().enumerate() {
        let bits = |found: u8x16| u64::from(found.to_bitmask() & 0xffff) << (index * LANES);
        let lanes = u8x16::new(*lanes);
        let is = |byte| lanes.simd_eq(u8x16::splat(byte));
        let from_tab = lanes - u8x16::splat(b'\t');
        let controls = from_tab.min(u8x16::splat(b'\r' - b'\t')).simd_eq(from_tab);
        blanks |= bits(controls | is(b' '));
        special |= bits(is(b'/') | is(b'"') | is(b'\\'));
    }
    (blanks, special)
}

/// Copies the first `size` bytes of a text, of at most [`WIDTH`], without blanks; how many these are.
fn copy_without(text: &[u8], blanks: u64, size: usize, to: &mut [u8]) -> usize {
    let kept = if size < WIDTH { (1 << size) - 1 } else { u64::MAX };
    let mut left = !blanks & kept;
    let mut length = 0;
    while left != 0 {
        // The carry goes through the first run of ones.
        let start = left.trailing_zeros() as usize;
        let without = left.wrapping_add(1 << start);
        let run = without.trailing_zeros() as usize - start;
        left &= without;
        for from in (0..run).step_by(LANES) {
            // What is copied too much is overwritten by what comes next.
            let bytes = text[start + from..].first_chunk::<LANES>();
            let place = to[length + from..].first_chunk_mut::<LANES>();
            if let (Some(bytes), Some(place)) = (bytes, place) {
                *place = *bytes;
            }
        }
        length += run;
    }
    length
}

/// How many bytes of what a text begins with count, and how many bytes that is.
fn special_length(text: &[u8]) -> (usize, usize) {
    match text {
        [b'\\', b'\n', ..] => (0, 2),
        [b'/', b'*', ..] => (0, 1 + comment_length(&text[1..])),
        [b'"', ..] => {
            let length = string_length(text);
            (length, length)
        }
        _ => (1, 1),
    }
}

/// How long the comment is that `/` and `text` begin, without that `/`.
fn comment_length(text: &[u8]) -> usize {
    let mut slashes = memchr::memchr_iter(b'/', text);
    let end = slashes.find(|&slash| slash >= 1 && text[slash - 1] == b'*');
    end.map_or(text.len(), |slash| slash + 1)
}

/// How long the string is that `text` begins with, quotes included.
fn string_length(text: &[u8]) -> usize {
    let mut quotes = memchr::memchr_iter(b'"', text);
    let end = quotes.find(|&quote| quote >= 1 && text[quote - 1] != b'\\');
    end.map_or(text.len(), |quote| quote + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What counts of a text, without its end at the first zero byte.
    fn counted(text: &[u8]) -> Vec<u8> {
        Room::default().significant_of_all(text).to_vec()
    }

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
            (b"a\0b\x0e\x08", b"a\0b\x0e\x08"),
        ];
        for (source, expected) in cases {
            let got = counted(source);
            assert_eq!(got, expected, "{}", source.escape_ascii());
            // Wherever it stands among others.
            for before in 0..2 * WIDTH {
                let before = &b"\r\x0b\x0c\t x".repeat(22)[..before];
                let plain: Vec<u8> = before.iter().copied().filter(|byte| *byte == b'x').collect();
                let got = counted(&[before, source].concat());
                assert_eq!(got, [&plain, expected].concat(), "{}", source.escape_ascii());
            }
        }
    }

    #[test]
    fn words_of_any_length_are_copied_whole() {
        for length in 0..3 * WIDTH {
            let word: Vec<u8> = (0..length).map(|place| b'a' + place as u8 % 26).collect();
            for blanks in [&b""[..], b" ", b"\n\t "] {
                let text = [&word, blanks, &word, blanks].concat();
                assert_eq!(counted(&text), [&*word, &word].concat());
            }
        }
    }

    #[test]
    fn room_is_used_again() {
        let mut room = Room::default();
        assert_eq!(room.significant_of_all(&[b'a'; 1000]), [b'a'; 1000]);
        assert_eq!(room.significant_of_all(b"b c"), b"bc");
        assert_eq!(room.significant_of_all(b""), b"");
    }
}
