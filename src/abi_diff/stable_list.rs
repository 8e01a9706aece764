//! Stable lists: the symbols whose interface somebody has promised to keep.
//!
//! Three kinds are read, recognized by their lines: names, one a line; the same below `[section]`s, as
//! Red Hat's and Android's lists are, where names are indented; and lines of a `Module.symvers`, as
//! Red Hat's `Module.kabi` is, which hold the promised CRC, too. `#` begins a comment.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::causes::sort;
use super::comparison::Comparison;
use super::findings::{Detail, Finding, ListFault};
use crate::corpus::Types;
use crate::formats::symvers;
use crate::kernel::Exports;

/// A stable list.
#[derive(Clone, Debug, Default)]
pub struct StableList {
    /// What its file is called.
    pub title: Vec<u8>,
    entries: IndexMap<Vec<u8>, Entry, BuildHasherDefault<FxHasher>>,
    /// Symbols that stand twice in one section, with the lines.
    twice: Vec<(Vec<u8>, usize, usize)>,
}

/// What a list says of a symbol.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The number of its line, from 1.
    line: usize,
    /// The section it is in, by number.
    section: usize,
    /// The CRC that was promised, if the list has it.
    crc: Option<u32>,
}

/// A line that is none of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadListLine {
    /// The number of the line, from 1.
    pub line: usize,
    /// The line.
    pub text: Vec<u8>,
}

impl StableList {
    /// Reads the text of a list.
    ///
    /// # Errors
    /// A line is neither a symbol nor a section.
    pub fn read(title: &[u8], text: &[u8]) -> Result<StableList, BadListLine> {
        let mut list = StableList { title: title.to_owned(), ..StableList::default() };
        let mut section = 0;
        for (index, whole) in text.split(|&byte| byte == b'\n').enumerate() {
            let end = memchr::memchr(b'#', whole).unwrap_or(whole.len());
            let text = whole[..end].trim_ascii();
            let line = index + 1;
            if text.is_empty() {
                continue;
            }
            if text.starts_with(b"[") && text.ends_with(b"]") {
                section += 1;
                continue;
            }
            let bad = || BadListLine { line, text: whole.trim_ascii().to_owned() };
            let (symbol, crc) = match symvers::is_begun(text) {
                true => {
                    let record =
                        symvers::read_any_era(text).next().and_then(Result::ok).ok_or_else(bad)?;
                    (record.symbol, Some(record.crc))
                }
                false => (text, None),
            };
            if !symbol.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.$".contains(byte)) {
                return Err(bad());
            }
            let entry = Entry { line, section, crc };
            let first = list.entries.entry(symbol.to_owned()).or_insert(entry);
            if first.line != line && first.section == section {
                list.twice.push((symbol.to_owned(), first.line, line));
            }
        }
        Ok(list)
    }

    /// The number of symbols.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keeps of `found` only what is about symbols of the list, and adds what is to be said of the
    /// list itself. Exports are the two sides', if these have any.
    pub fn apply(
        &self,
        types: &Types,
        sides: Option<(&Exports, &Exports)>,
        found: &mut Comparison,
    ) {
        found.findings.retain(|finding| self.entries.contains_key(&finding.symbol[..]));
        found.untyped.retain(|symbol| self.entries.contains_key(symbol));
        if let Some(causes) = &mut found.causes {
            for cause in causes.iter_mut() {
                cause.exports.retain(|&export| self.entries.contains_key(types.name(export)));
            }
            causes.retain(|cause| !cause.exports.is_empty());
            sort(causes, types);
        }
        if let Some((old, new)) = sides {
            self.lint(old, new, &mut found.findings);
        }
    }

    /// What is to be said of the list itself.
    fn lint(&self, old: &Exports, new: &Exports, findings: &mut Vec<Finding>) {
        for (symbol, entry) in &self.entries {
            let sides = (old.get(symbol), new.get(symbol));
            let missing = match sides {
                (Some(_), None) => Some(ListFault::Missing),
                (None, None) => Some(ListFault::Unknown),
                (_, Some(_)) => None,
            };
            if let Some(fault) = missing.filter(|_| old.is_whole() && new.is_whole()) {
                findings.push(self.finding(symbol, entry.line, fault));
            }
            if let (Some(promised), (_, Some(new))) = (entry.crc, sides)
                && promised != new.crc_or_zero()
            {
                let fault = ListFault::Drifted { promised, found: new.crc_or_zero() };
                findings.push(self.finding(symbol, entry.line, fault));
            }
        }
        for (symbol, first, line) in &self.twice {
            findings.push(self.finding(symbol, *line, ListFault::Duplicate(*first)));
        }
        findings.sort_by_key(|finding| finding.lint);
    }

    /// What is wrong with a symbol in this line.
    fn finding(&self, symbol: &[u8], line: usize, fault: ListFault) -> Finding {
        let detail = Detail::Listed { list: self.title.clone(), line, fault };
        Finding::new(fault.lint(), symbol.to_owned().into(), detail)
    }
}
