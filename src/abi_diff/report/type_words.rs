//! What differs between two type strings that say the same in C: a CRC is over their words, and two
//! compilers have different words for one type.

use crate::difference::{Run, runs};
use crate::shown::Shown;

/// How many differences are named.
const FEW: usize = 4;

/// How many words before a difference show where it is.
const BEFORE: usize = 3;

/// The differences in sentences, each once.
pub(super) fn type_words(old: &[u8], new: &[u8]) -> Vec<String> {
    let (old, new) = (words(old), words(new));
    let mut found: Vec<String> = Vec::new();
    let mut before: &[Vec<u8>] = &[];
    for run in runs(&old, &new) {
        let sentence = match run {
            Run::Kept { old: kept, .. } => {
                before = &old[..kept.end];
                continue;
            }
            Run::Replaced { old: gone, new: come } => sentence(before, &old[gone], &new[come]),
        };
        if !found.contains(&sentence) {
            found.push(sentence);
        }
    }
    let more = found.len().saturating_sub(FEW);
    found.truncate(FEW);
    if more > 0 {
        found.push(format!("and {more} more such differences"));
    }
    found
}

fn sentence(before: &[Vec<u8>], gone: &[Vec<u8>], come: &[Vec<u8>]) -> String {
    let start = before.len().saturating_sub(BEFORE);
    let text = |words: &[Vec<u8>]| format!("`{}`", Shown(&words.join(&b' ')));
    let after = match before {
        [] => String::new(),
        _ => format!(" after {}", text(&before[start..])),
    };
    match (gone, come) {
        (gone, []) => format!("only OLD's CRC covers {}{after}", text(gone)),
        ([], come) => format!("only NEW's CRC covers {}{after}", text(come)),
        _ => format!("the CRC covers other words: {} -> {}", text(gone), text(come)),
    }
}

/// The words of a type string. The name of a base type is one, whatever blanks are in it.
fn words(text: &[u8]) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut is_name = false;
    for word in text.split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
        let ends_name = word.contains(&b'(') || matches!(word, b"," | b"}" | b")");
        match words.last_mut() {
            Some(last) if is_name && !ends_name => {
                last.push(b' ');
                last.extend_from_slice(word);
            }
            _ => {
                is_name = word == b"base_type";
                words.push(word.to_owned());
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::type_words;

    #[test]
    fn what_two_compilers_say_of_one_type_is_told_by_its_words() {
        let gcc = b"structure_type page { member base_type long unsigned int byte_size(8) flags , member \
                    base_type long unsigned int byte_size(8) more , member pointer_type { s#page } byte_size(8) \
                    next } byte_size(24)";
        let clang = b"structure_type page { member base_type unsigned long byte_size(8) flags , member \
                      base_type unsigned long byte_size(8) more , member pointer_type { s#page } next } \
                      byte_size(24)";
        assert_eq!(
            type_words(gcc, clang),
            [
                "the CRC covers other words: `base_type long unsigned int` -> `base_type unsigned long`",
                "only OLD's CRC covers `byte_size(8)` after `{ s#page }`",
            ]
        );
        assert_eq!(type_words(gcc, gcc), [""; 0]);
    }
}
