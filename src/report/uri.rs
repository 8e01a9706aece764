//! Paths as URI references.

use std::fmt::Write as _;

/// A path as a relative reference, or with `file://` before it if it begins at the root. Bytes that a URI
/// does not have stand as `%NN`.
pub(super) fn reference(path: &[u8]) -> String {
    let mut uri = if path.starts_with(b"/") { "file://".to_owned() } else { String::new() };
    for &byte in path {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'+' => {
                uri.push(char::from(byte));
            }
            // A string takes all that is written to it.
            _ => _ = write!(uri, "%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn what_a_uri_does_not_have_is_written_in_digits() {
        assert_eq!(reference(b"a b/c:d\xff.h"), "a%20b/c%3Ad%FF.h");
        assert_eq!(reference(b"/usr/x+1"), "file:///usr/x+1");
    }
}
