//! Stable lists: the symbols whose interface somebody has promised to keep.
//!
//! Three kinds are read, recognized by their lines: names, one a line; the same below `[section]`s, as
//! Red Hat's and Android's lists are, where names are indented; and lines of a `Module.symvers`, as
//! Red Hat's `Module.kabi` is, which hold the promised CRC, too. A name
//! may be a pattern, as in the lists of SUSE's tools. `#` begins a comment.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::causes::{retain_exports, sort};
use super::comparison::Comparison;
use super::findings::{Detail, Finding, ListFault};
use super::pattern::{fault_of, is_match, is_pattern};
use crate::corpus::{Corpus, Release, Types};
use crate::formats::symvers;
use crate::kernel::Exports;

/// A stable list.
#[derive(Clone, Debug, Default)]
pub struct StableList {
    /// What its file is called.
    pub title: Vec<u8>,
    entries: IndexMap<Vec<u8>, Entry, BuildHasherDefault<FxHasher>>,
    /// Those among the entries that are patterns.
    patterns: Vec<Vec<u8>>,
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
            let is_known =
                |byte: &u8| byte.is_ascii_alphanumeric() || b"_.$*?[]^!-\\".contains(byte);
            if !symbol.iter().all(is_known) || fault_of(symbol).is_some() {
                return Err(bad());
            }
            let entry = Entry { line, section, crc };
            let first = list.entries.entry(symbol.to_owned()).or_insert(entry);
            if first.line != line && first.section == section {
                list.twice.push((symbol.to_owned(), first.line, line));
            }
        }
        list.patterns = list.entries.keys().filter(|text| is_pattern(text)).cloned().collect();
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

    /// Whether a symbol is in the list, as it is or by a pattern.
    pub fn has(&self, symbol: &[u8]) -> bool {
        self.entries.contains_key(symbol)
            || self.patterns.iter().any(|pattern| is_match(pattern, symbol))
    }

    /// Keeps of `found` only what is about symbols of the list, and adds what is to be said of the
    /// list itself.
    pub fn apply(&self, types: &Types, releases: [&Release; 2], found: &mut Comparison) {
        found.findings.retain(|finding| self.has(&finding.symbol));
        found.untyped.retain(|symbol| self.has(symbol));
        found.unexplained.retain(|symbol| self.has(symbol));
        if let Some(causes) = &mut found.causes {
            retain_exports(causes, |export| self.has(types.name(export)));
            causes.retain(|cause| !cause.exports.is_empty());
            sort(causes, types);
        }
        let by_types = releases.iter().any(|release| release.exports.is_none());
        let sides = releases.map(|release| Side { types, release, by_types });
        self.lint(&sides, &mut found.findings);
    }

    /// What is to be said of the list itself.
    fn lint(&self, sides: &[Side<'_>; 2], findings: &mut Vec<Finding>) {
        for (text, entry) in &self.entries {
            match is_pattern(text) {
                true => findings.extend(self.lint_pattern(sides, text, entry.line)),
                false => findings.extend(self.lint_symbol(sides, text, entry)),
            }
        }
        for (symbol, first, line) in &self.twice {
            findings.push(self.finding(symbol, *line, ListFault::Duplicate(*first)));
        }
        findings.sort_by_key(|finding| finding.lint);
    }

    /// What is to be said of a symbol of the list.
    fn lint_symbol(&self, sides: &[Side<'_>; 2], symbol: &[u8], entry: &Entry) -> Vec<Finding> {
        let new = sides[1].release.exports.as_ref().and_then(|exports| exports.get(symbol));
        let drifted = entry.crc.zip(new).and_then(|(promised, new)| {
            let found = new.crc_or_zero();
            (promised != found).then_some(ListFault::Drifted { promised, found })
        });
        let faults = missing(sides, |side| side.has(symbol)).into_iter().chain(drifted);
        faults.map(|fault| self.finding(symbol, entry.line, fault)).collect()
    }

    /// What is to be said of a pattern of the list: which symbols are gone that it is for, or that it is
    /// for none.
    fn lint_pattern(&self, sides: &[Side<'_>; 2], pattern: &[u8], line: usize) -> Vec<Finding> {
        let is_for = |symbol: &&[u8]| is_match(pattern, symbol);
        let mut symbols: Vec<&[u8]> = sides.iter().flat_map(Side::symbols).filter(is_for).collect();
        symbols.sort_unstable();
        symbols.dedup();
        if symbols.is_empty() {
            let fault = missing(sides, |_| false).into_iter();
            return fault.map(|fault| self.finding(pattern, line, fault)).collect();
        }
        let faults = symbols.into_iter().filter_map(|symbol| {
            Some(self.finding(symbol, line, missing(sides, |side| side.has(symbol))?))
        });
        faults.collect()
    }

    /// What is wrong with a symbol in this line.
    fn finding(&self, symbol: &[u8], line: usize, fault: ListFault) -> Finding {
        let detail = Detail::Listed { list: self.title.clone(), line, fault };
        Finding::new(fault.lint(), symbol.to_owned().into(), detail)
    }
}

/// What a release knows of symbols.
struct Side<'a> {
    types: &'a Types,
    release: &'a Release,
    /// Whether its types count, too: if not both releases have a list of exports.
    by_types: bool,
}

impl<'a> Side<'a> {
    /// Whether the release names the symbol.
    fn has(&self, symbol: &[u8]) -> bool {
        let listed = self.release.exports.as_ref().and_then(|exports| exports.get(symbol));
        let name = self.types.find_name(symbol);
        let mut typed = self.typed();
        listed.is_some() || typed.any(|corpus| name.is_some_and(|name| corpus.has(name)))
    }

    /// Its types, if they count.
    fn typed(&self) -> impl Iterator<Item = &'a Corpus> + use<'a> {
        let corpus = self.release.corpus.as_ref();
        corpus.filter(|_| self.by_types).into_iter()
    }

    /// The symbols that the release names, in no order; some twice.
    fn symbols(&self) -> impl Iterator<Item = &'a [u8]> {
        let types = self.types;
        let listed = self.release.exports.iter().flat_map(Exports::symbols);
        let typed = self.typed().flat_map(Corpus::exports);
        listed.chain(typed.map(|(name, _)| types.name(name)))
    }
}

/// What is missing of a symbol that a side may have; none if nothing is, or if that cannot be known.
fn missing(sides: &[Side<'_>; 2], has: impl Fn(&Side<'_>) -> bool) -> Option<ListFault> {
    let exports = sides.each_ref().map(|side| side.release.exports.as_ref());
    let (is_known, unknown) = match exports {
        [Some(old), Some(new)] => (old.is_whole() && new.is_whole(), ListFault::Unknown),
        _ => (true, ListFault::Untyped),
    };
    let fault = match sides.each_ref().map(has) {
        [true, false] => ListFault::Missing,
        [false, false] => unknown,
        [_, true] => return None,
    };
    is_known.then_some(fault)
}
