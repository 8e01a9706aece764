//! The exports of one release, and how each differs from that of the other.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::lints::{LINTS, Lint};
use super::verdicts::Verdict;
use crate::formats::symvers::{BadLine, read_any_era};

/// One export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The CRC of its type; 0 if it has none.
    pub crc: u32,
    /// The module, without `.ko`: `vmlinux`, or a path.
    pub module: Vec<u8>,
    /// Whether only modules under a compatible licence may use it; none if that is not known.
    pub is_gpl: Option<bool>,
    /// The symbol namespace; empty if it is in none.
    pub namespace: Vec<u8>,
    /// The number of its line, from 1.
    pub line: usize,
}

/// The exports of one release, by symbol.
#[derive(Debug, Default)]
pub struct Exports {
    exports: IndexMap<Vec<u8>, Export, BuildHasherDefault<FxHasher>>,
}

/// What stops the reading of exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// A line that is none.
    Line(BadLine),
    /// A symbol with two CRCs, on these lines.
    Twice(Vec<u8>, usize, usize),
}

impl Exports {
    /// Reads the text of a `Module.symvers` of any era. A line that is repeated counts once.
    pub fn read(text: &[u8]) -> Result<Exports, ReadError> {
        let mut exports = IndexMap::<Vec<u8>, Export, _>::default();
        for (index, record) in read_any_era(text).enumerate() {
            let record = record.map_err(ReadError::Line)?;
            let line = index + 1;
            let export = Export {
                crc: record.crc,
                module: record.module.to_owned(),
                is_gpl: (!record.export.is_empty()).then(|| record.export.ends_with(b"_GPL")),
                namespace: record.namespace.to_owned(),
                line,
            };
            match exports.get(record.symbol) {
                Some(first) if first.crc != export.crc => {
                    return Err(ReadError::Twice(record.symbol.to_owned(), first.line, line));
                }
                Some(_) => {}
                None => drop(exports.insert(record.symbol.to_owned(), export)),
            }
        }
        Ok(Exports { exports })
    }

    /// The number of exports.
    pub fn len(&self) -> usize {
        self.exports.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.exports.is_empty()
    }

    /// The export of this symbol.
    pub fn get(&self, symbol: &[u8]) -> Option<&Export> {
        self.exports.get(symbol)
    }

    /// All symbols, in the order of the file.
    pub fn symbols(&self) -> impl Iterator<Item = &[u8]> {
        self.exports.keys().map(Vec::as_slice)
    }
}

/// What a lint has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint.
    pub lint: &'static Lint,
    /// The symbol.
    pub symbol: Vec<u8>,
    /// The export before.
    pub old: Option<Export>,
    /// The export after.
    pub new: Option<Export>,
    /// For an export that is declared twice: the files, from the top of the release.
    pub files: Vec<Vec<u8>>,
    /// What is thought of it.
    pub verdict: Verdict,
}

/// All that the lints find, in their order, and of each in the order of symbols.
pub fn findings(old: &Exports, new: &Exports) -> Vec<Finding> {
    let mut symbols: Vec<&[u8]> = old.symbols().chain(new.symbols()).collect();
    symbols.sort_unstable();
    symbols.dedup();
    let pairs: Vec<(&[u8], Option<&Export>, Option<&Export>)> = symbols
        .into_iter()
        .map(|symbol| (symbol, old.get(symbol), new.get(symbol)))
        .filter(|(_, old, new)| differ(*old, *new))
        .collect();
    let mut findings = Vec::new();
    for lint in LINTS {
        let Some(finds) = lint.finds else { continue };
        let found = pairs.iter().filter(|(_, old, new)| finds(*old, *new));
        findings.extend(found.map(|&(symbol, old, new)| Finding {
            lint,
            symbol: symbol.to_owned(),
            old: old.cloned(),
            new: new.cloned(),
            files: Vec::new(),
            verdict: Verdict::of(lint),
        }));
    }
    findings
}

/// Whether there is anything for a lint to find; lines do not count.
fn differ(old: Option<&Export>, new: Option<&Export>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => Export { line: new.line, ..old.clone() } != *new,
        (old, new) => old.is_some() || new.is_some(),
    }
}
