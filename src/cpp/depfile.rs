//! The list of dependencies, as the compilers write it for make.

use super::host::Host;
use super::request::Dependencies;
use super::state::State;
use super::unusual::{Unusual, Usual};

/// How long a line may become.
const WIDTH: usize = 72;

impl<H: Host> State<'_, H> {
    /// The rule: the target, and every file that was read, in order.
    pub(super) fn dependencies(&self, wanted: &Dependencies) -> Usual<Vec<u8>> {
        let mut rule = wanted.target.clone();
        rule.push(b':');
        let mut column = rule.len();
        let files = self.read.iter().map(|place| &self.search.files[*place]);
        let mut names: Vec<&[u8]> = Vec::new();
        for file in files.filter(|file| wanted.with_system_headers || !file.is_system) {
            names.push(without_dots(&file.path));
        }
        for name in names {
            if name.iter().any(|byte| !is_plain(*byte)) {
                return Err(Unusual::Option);
            }
            if column + name.len() > WIDTH {
                rule.extend_from_slice(b" \\\n ");
                column = 1;
            } else {
                rule.push(b' ');
                column += 1;
            }
            rule.extend_from_slice(name);
            column += name.len();
        }
        rule.push(b'\n');
        Ok(rule)
    }
}

/// Whether make reads a byte as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'/' | b'.' | b'_' | b'-' | b'+' | b',' | b'=' | b'@')
}

/// Without `./` at its beginning.
fn without_dots(path: &[u8]) -> &[u8] {
    let mut path = path;
    while let Some(rest) = path.strip_prefix(b"./") {
        path = rest;
        while let Some(rest) = path.strip_prefix(b"/") {
            path = rest;
        }
    }
    path
}
