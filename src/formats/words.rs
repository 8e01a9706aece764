//! The words of declarations, in whichever language these are: what stands between blanks.

use std::ops::Range;

/// Whether a word is a name with its kind's letter.
pub fn is_reference(word: &[u8]) -> bool {
    matches!(word, [b's' | b'u' | b'e' | b't' | b'E', b'#', _, ..])
}

/// The words of a definition.
pub fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    word_places(text).map(|place| &text[place])
}

/// Where the words of a definition are.
pub fn word_places(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next + text[next..].iter().position(|&byte| byte != b' ')?;
        next = start + word_end(&text[start..]);
        Some(start..next)
    })
}

/// Where the first word of a text ends. A blank within single quotes behind a letter and `#` belongs
/// to the name (gendwarfksyms: `s#'core::Result<u8, E>'`).
pub(super) fn word_end(text: &[u8]) -> usize {
    let quoted = match text {
        [b's' | b'u' | b'e' | b't' | b'E', b'#', b'\'', rest @ ..] => {
            memchr::memchr(b'\'', rest).map(|end| 3 + end)
        }
        _ => None,
    };
    let start = quoted.unwrap_or(0);
    memchr::memchr(b' ', &text[start..]).map_or(text.len(), |end| start + end)
}
