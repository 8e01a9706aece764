//! The files of `testdata/device-tables`: tables of a device type, and what the kernel's own
//! modpost made of them. The tests compare ours with it, `cargo xtask reference` the kernel's.
//!
//! A file is called after its type. It consists of blocks with an empty line between them, and a
//! block of lines:
//!
//! | line | what it says |
//! |---|---|
//! | `table le64 be64` | for which targets the block holds |
//! | `table le64 from 6.1 before 6.12` | the same, only for some releases: either bound may be missing |
//! | `size 24` | how many bytes an entry has there |
//! | `entry 0300…` | an entry in hexadecimal, without the zeros at its end |
//! | `bytes 00…` | bytes of a table that does not consist of entries |
//! | `alias hid:b0003…` | an alias that upstream wrote; bytes that are no letters are escaped |
//! | `says WARNING: modpost: …` | a line that upstream wrote on standard error |
//! | `ends` | upstream failed, and wrote no aliases |
//!
//! The last three are expectations, and stand in this order.

use crate::Target;
use crate::releases::device_table_releases;

/// The name of the object in the messages, without `.o`.
pub const MODULE: &str = "driver";

/// Every target, by the name that it has in the files.
pub const TARGETS: [&str; 4] = ["le32", "le64", "be32", "be64"];

/// What stands between two blocks.
pub const BETWEEN_BLOCKS: &str = "\n\n";

/// One block of a file.
pub struct Block<'a> {
    /// Some of [`TARGETS`].
    targets: Vec<&'a str>,
    /// Some of those whose modpost answers the cases.
    releases: Vec<&'static str>,
    /// The bytes of the table.
    pub table: Vec<u8>,
    /// The lines with expectations.
    pub expected: Vec<&'a str>,
}

impl<'a> Block<'a> {
    /// The block that `text` is.
    pub fn parse(text: &'a str) -> Result<Self, String> {
        let mut lines = text.lines();
        let mut rest_of =
            |name| lines.next()?.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '));
        let head = rest_of("table").ok_or("the first line is not `table …`")?;
        let (head, before) = split_bound(head, " before ");
        let (targets, from) = split_bound(head, " from ");
        let size = rest_of("size").and_then(|size| size.parse().ok());
        let size = size.ok_or("the second line is not `size …`")?;
        let mut block = Self {
            targets: known_words(targets, &TARGETS)?,
            releases: releases_between(from, before)?,
            table: Vec::new(),
            expected: Vec::new(),
        };
        for line in lines {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("entry", digits) => block.table.extend(entry(digits, size)?),
                ("bytes", digits) => block.table.extend(from_hex(digits)?),
                _ if is_expectation(line) => block.expected.push(line),
                _ => return Err(format!("{line:?} is no line of a block")),
            }
        }
        Ok(block)
    }

    /// The pairs of a target and a release for which the block holds.
    pub fn runs(&self) -> impl Iterator<Item = (&'a str, &'static str)> {
        self.targets
            .iter()
            .flat_map(|target| self.releases.iter().map(|release| (*target, *release)))
    }
}

/// Whether a line says what upstream made of the table.
pub fn is_expectation(line: &str) -> bool {
    matches!(line.split(' ').next(), Some("alias" | "says" | "ends"))
}

/// The class and byte order of a target.
pub fn target(name: &str) -> Target {
    Target { is_64_bit: name.ends_with("64"), is_big_endian: name.starts_with("be") }
}

/// The lines that say what a program made of a table: its `MODULE_ALIAS` lines, its standard error,
/// and whether it failed.
pub fn expectation(aliases: &[u8], said: &[u8], has_failed: bool) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for line in aliases.split_inclusive(|byte| *byte == b'\n') {
        let alias = line.strip_prefix(b"MODULE_ALIAS(\"");
        let alias = alias.and_then(|rest| rest.strip_suffix(b"\");\n"));
        let alias = alias.ok_or_else(|| format!("not an alias: {}", line.escape_ascii()))?;
        lines.push(format!("alias {}", alias.escape_ascii()));
    }
    for line in said.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").ok_or("standard error ends within a line")?;
        lines.push(format!("says {}", text.escape_ascii()));
    }
    lines.extend(has_failed.then(|| "ends".to_owned()));
    Ok(lines)
}

/// The words of `text`, all of which are among `known`.
fn known_words<'a>(text: &'a str, known: &[&str]) -> Result<Vec<&'a str>, String> {
    let word = |word| if known.contains(&word) { Ok(word) } else { Err(format!("{word:?}?")) };
    text.split(' ').map(word).collect()
}

/// The text before a bound, and the bound, if there is one.
fn split_bound<'a>(head: &'a str, word: &str) -> (&'a str, Option<&'a str>) {
    head.split_once(word).map_or((head, None), |(head, bound)| (head, Some(bound)))
}

/// The releases of modpost from one on, and before another.
fn releases_between(from: Option<&str>, before: Option<&str>) -> Result<Vec<&'static str>, String> {
    let releases = device_table_releases();
    let place = |name: &str| {
        let place = releases.iter().position(|release| *release == name);
        place.ok_or_else(|| format!("{name:?} is no release of the cases"))
    };
    let end = before.map_or(Ok(releases.len()), place)?;
    let start = from.map_or(Ok(0), place)?;
    let releases = releases.get(start..end).filter(|releases| !releases.is_empty());
    releases.map(<[_]>::to_vec).ok_or_else(|| "a block for no release".to_owned())
}

/// An entry of `size` bytes.
fn entry(digits: &str, size: usize) -> Result<Vec<u8>, String> {
    let mut entry = from_hex(digits)?;
    if entry.len() > size {
        return Err(format!("an entry of {} bytes", entry.len()));
    }
    entry.resize(size, 0);
    Ok(entry)
}

/// The bytes that `digits` stand for.
fn from_hex(digits: &str) -> Result<Vec<u8>, String> {
    let byte = |at| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<_> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.ok_or_else(|| format!("{digits:?} is not hexadecimal"))
}
