//! The record of what was read for each file that exports something, kept beside its types, so that a
//! later run knows what a change can touch.
//!
//! ```text
//! modversions reads 1
//! F lib/sort.c
//! F include/linux/sort.h
//! U lib/sort 0 1
//! S 0x12345678<TAB>sort<TAB>vmlinux<TAB>EXPORT_SYMBOL<TAB>
//! ```
//!
//! `F` names a file, which has the number of its line, from 0; `U` an object and the files that were
//! read for it; `S` the lines of that object in `Module.symvers`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::cli::exit::{Failure, Result};

/// The name of the record in the folder of the types.
pub(super) const NAME: &str = "modversions.reads";

/// The first line.
const HEAD: &[u8] = b"modversions reads 1";

/// What is recorded of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// The object, without `.o`.
    pub(super) object: Vec<u8>,
    /// The files that were read, as the compiler names them.
    pub(super) read: Vec<Vec<u8>>,
    /// Its lines in `Module.symvers`.
    pub(super) lines: Vec<u8>,
}

/// The text of a record.
pub(super) fn written(entries: &[Entry]) -> Vec<u8> {
    let mut numbers: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut files = [HEAD, b"\n"].concat();
    let mut units = Vec::new();
    for entry in entries {
        units.extend_from_slice(&[b"U ", entry.object.as_slice()].concat());
        for file in &entry.read {
            let next = numbers.len();
            let number = *numbers.entry(file).or_insert_with(|| {
                files.extend_from_slice(&[b"F ", file.as_slice(), b"\n"].concat());
                next
            });
            units.extend_from_slice(format!(" {number}").as_bytes());
        }
        units.push(b'\n');
        for line in entry.lines.split_inclusive(|byte| *byte == b'\n') {
            units.extend_from_slice(&[b"S ", line].concat());
        }
    }
    [files, units].concat()
}

/// The record in the output of an earlier run.
pub(super) fn of_folder(folder: &Path) -> Result<Vec<Entry>> {
    let path = folder.join(NAME);
    let text = fs::read(&path).map_err(Failure::from_io(&path))?;
    let words = "not a record of what a run of `modversions types` has read";
    read(&text).ok_or_else(|| Failure::of(&path, words))
}

/// Reads a record; `None` if it is none.
pub(super) fn read(text: &[u8]) -> Option<Vec<Entry>> {
    let mut lines = text.strip_suffix(b"\n")?.split(|byte| *byte == b'\n');
    if lines.next() != Some(HEAD) {
        return None;
    }
    let mut files: Vec<&[u8]> = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines {
        let (kind, rest) = line.split_at_checked(2)?;
        match kind {
            b"F " => files.push(rest),
            b"U " => {
                let mut words = rest.split(|byte| *byte == b' ');
                let object = words.next()?.to_vec();
                let file = |word: &[u8]| {
                    let number: usize = std::str::from_utf8(word).ok()?.parse().ok()?;
                    Some(files.get(number)?.to_vec())
                };
                let read = words.map(file).collect::<Option<_>>()?;
                entries.push(Entry { object, read, lines: Vec::new() });
            }
            b"S " => entries.last_mut()?.lines.extend_from_slice(&[rest, b"\n"].concat()),
            _ => return None,
        }
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let entry = |object: &str, read: &[&str], lines: &str| Entry {
            object: object.into(),
            read: read.iter().map(|file| file.as_bytes().to_vec()).collect(),
            lines: lines.into(),
        };
        let entries =
            [entry("lib/a", &["lib/a.c", "x.h"], "1\n2\n"), entry("b", &["b.c", "x.h"], "")];
        let text = written(&entries);
        assert_eq!(read(&text).unwrap(), entries);
        for end in 0..text.len() {
            // Whatever is cut off is no record, or has fewer entries.
            let _ = read(&text[..end]);
        }
        assert_eq!(read(b"something else\n"), None);
    }
}
