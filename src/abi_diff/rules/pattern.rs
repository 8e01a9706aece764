//! Patterns of rules, in which `*` stands for any text and `?` for any byte.

/// Whether all of `text` is as `pattern` says, where `*` stands for any text and `?` for any byte.
pub(super) fn is_match(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where to go on if what follows a `*` does not fit: after it, one byte later.
    let mut retry = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at + 1, place));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[place] => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((behind, from)) = retry else { return false };
                retry = Some((behind, from + 1));
                (at, place) = (behind, from + 1);
            }
        }
    }
    pattern[at..].iter().all(|&byte| byte == b'*')
}

/// What is wrong with a pattern for symbols, modules or namespaces.
pub(super) fn fault_of(pattern: &[u8]) -> Option<&'static str> {
    let is_other = |byte: &u8| matches!(byte, b'[' | b']' | b'\\');
    pattern.iter().any(is_other).then_some("a pattern has no wildcards but `*` and `?`")
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
        ];
        for (pattern, matching, others) in cases {
            let is_match = |text: &&&str| is_match(pattern.as_bytes(), text.as_bytes());
            assert!(matching.iter().all(|text| is_match(&text)), "{pattern} {matching:?}");
            assert!(!others.iter().any(|text| is_match(&text)), "{pattern} {others:?}");
        }
    }
}
