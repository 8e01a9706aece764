//! Patterns of rules and lists, those of the shell: `*` stands for any text, `?` for any byte, `[a-c]` for
//! one of some bytes and `[^a-c]` for any other; a backslash takes its meaning from the byte after it.

/// Whether all of `text` is as `pattern` says.
pub(super) fn is_match(pattern: &[u8], text: &[u8]) -> bool {
    let (mut rest, mut place) = (pattern, 0);
    // Where to go on if what follows a `*` does not fit: after it, one byte later.
    let mut retry = None;
    while place < text.len() {
        if let [b'*', after @ ..] = rest {
            retry = Some((after, place));
            rest = after;
        } else if let Some(after) = after_one(rest, text[place]) {
            (rest, place) = (after, place + 1);
        } else {
            let Some((after, from)) = retry else { return false };
            retry = Some((after, from + 1));
            (rest, place) = (after, from + 1);
        }
    }
    rest.iter().all(|&byte| byte == b'*')
}

/// What follows the beginning of a pattern that stands for one byte; none if it does not for this one.
fn after_one(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    match pattern {
        [b'?', after @ ..] => Some(after),
        [b'[', after @ ..] => {
            let (class, after) = class(after)?;
            class.has(byte).then_some(after)
        }
        [b'\\', literal, after @ ..] | [literal, after @ ..] => (*literal == byte).then_some(after),
        [] => None,
    }
}

/// What stands between brackets.
struct Class<'a> {
    bytes: &'a [u8],
    /// Whether it is for all other bytes.
    is_inverted: bool,
}

impl Class<'_> {
    /// Whether it is for this byte.
    fn has(&self, byte: u8) -> bool {
        let mut rest = self.bytes;
        let mut is_in = false;
        while let [first, after @ ..] = rest {
            let (last, after) = match after {
                [b'-', last, after @ ..] => (last, after),
                _ => (first, after),
            };
            is_in |= (*first..=*last).contains(&byte);
            rest = after;
        }
        is_in != self.is_inverted
    }
}

/// The class that stands after its bracket, and what follows it; none if the bracket is not closed. A
/// closing bracket that comes first is one of the bytes.
fn class(text: &[u8]) -> Option<(Class<'_>, &[u8])> {
    let (is_inverted, text) = match text {
        [b'^' | b'!', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let end = 1 + text.get(1..)?.iter().position(|&byte| byte == b']')?;
    Some((Class { bytes: &text[..end], is_inverted }, &text[end + 1..]))
}

/// Whether a text is a pattern for more than itself.
pub(super) fn is_pattern(text: &[u8]) -> bool {
    text.iter().any(|byte| b"*?[\\".contains(byte))
}

/// What is wrong with a pattern.
pub(super) fn fault_of(pattern: &[u8]) -> Option<&'static str> {
    let mut rest = pattern;
    loop {
        rest = match rest {
            [] => return None,
            [b'\\'] => return Some("nothing follows the backslash"),
            [b'[', after @ ..] => match class(after) {
                Some((_, after)) => after,
                None => return Some("a bracket is not closed"),
            },
            [b'\\', _, after @ ..] | [_, after @ ..] => after,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_all_of_a_text() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("", &[""], &["a"]),
            ("kfree", &["kfree"], &["kfree_", "_kfree", ""]),
            ("*", &["", "a", "ab"], &[]),
            ("?", &["a"], &["", "ab"]),
            ("usb_*", &["usb_", "usb_get"], &["usb", "xusb_"]),
            ("*_get", &["_get", "usb_get", "a_get_get"], &["usb_get_"]),
            ("a*b*c", &["abc", "axbxc", "abcbc"], &["abcb", "ac"]),
            ("a***c", &["ac", "abc"], &["a"]),
            ("a?c*", &["abc", "abcd"], &["ac", "aXXc"]),
            ("*?", &["a", "abc"], &[""]),
            ("snd[0-9_]*", &["snd1", "snd_x"], &["snd", "sndx1"]),
            ("[^_]*[a-c]", &["xa", "yzc"], &["_a", "xd", "a"]),
            ("[!x]", &["y"], &["x", ""]),
            ("[]a]", &["]", "a"], &["b"]),
            ("[^]a]", &["b"], &["]", "a"]),
            ("[a-]", &["a", "-"], &["b"]),
            ("[-a]", &["a", "-"], &["b"]),
            ("*[x]y", &["xxy", "xy"], &["xyx", "y"]),
            ("\\*a", &["*a"], &["a", "xa", "\\*a"]),
            ("a\\[b", &["a[b"], &["ab"]),
        ];
        for (pattern, matching, others) in cases {
            assert_eq!(fault_of(pattern.as_bytes()), None, "{pattern}");
            let is_match = |text: &&&str| is_match(pattern.as_bytes(), text.as_bytes());
            assert!(matching.iter().all(|text| is_match(&text)), "{pattern} {matching:?}");
            assert!(!others.iter().any(|text| is_match(&text)), "{pattern} {others:?}");
        }
    }

    #[test]
    fn a_pattern_that_is_not_finished_is_a_fault() {
        for pattern in ["[", "a[b", "[]", "[^]", "x\\"] {
            assert!(fault_of(pattern.as_bytes()).is_some(), "{pattern}");
            assert!(!is_match(pattern.as_bytes(), b"ab"), "{pattern}");
        }
    }
}
