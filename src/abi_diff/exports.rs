//! The exports of one release, and how each differs from that of the other.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::lints::{LINTS, Lint};
use super::modules::{Coverage, Origin};
use super::verdicts::Verdict;
use crate::formats::symvers::{BadLine, read_any_era};
use crate::module::kernel_name;

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
    /// The number of its line, from 1; 0 if it was read from a module.
    pub line: usize,
    /// Whether only its CRC is known, from modules that import it.
    pub is_import: bool,
}

/// The exports of one release, by symbol.
#[derive(Debug, Default)]
pub struct Exports {
    exports: IndexMap<Vec<u8>, Export, BuildHasherDefault<FxHasher>>,
    /// Where they are from.
    pub origin: Origin,
}

/// What stops the reading of exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// A line that is none.
    Line(BadLine),
    /// A symbol with two CRCs, on these lines.
    Twice(Vec<u8>, usize, usize),
    /// A symbol with two CRCs, in the modules of these files.
    TwiceInModules(Vec<u8>, Box<[Vec<u8>; 2]>),
    /// Two modules for different machines: their files, and the machines.
    Machines(Box<[(Vec<u8>, String); 2]>),
}

impl Exports {
    /// These exports, from there.
    pub(super) fn new(
        exports: IndexMap<Vec<u8>, Export, BuildHasherDefault<FxHasher>>,
        origin: Origin,
    ) -> Exports {
        Exports { exports, origin }
    }

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
                is_import: false,
            };
            match exports.get(record.symbol) {
                Some(first) if first.crc != export.crc => {
                    return Err(ReadError::Twice(record.symbol.to_owned(), first.line, line));
                }
                Some(_) => {}
                None => drop(exports.insert(record.symbol.to_owned(), export)),
            }
        }
        Ok(Exports { exports, origin: Origin::default() })
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

    /// Whether all exports of a kernel are here.
    pub fn is_whole(&self) -> bool {
        self.origin.coverage == Coverage::Everything
    }

    /// Whether it would be here if there were such an export.
    fn covers(&self, export: &Export) -> bool {
        match &self.origin.coverage {
            Coverage::Everything => true,
            Coverage::AllModules => !export.is_import && export.module != b"vmlinux",
            Coverage::Modules(names) => {
                !export.is_import && names.binary_search(&kernel_name(&export.module)).is_ok()
            }
        }
    }

    /// How many there are, in words.
    pub fn words(&self) -> String {
        if self.origin.modules == 0 {
            return format!("{} exports", self.len());
        }
        let imports = self.exports.values().filter(|export| export.is_import).count();
        let (own, modules) = (self.len() - imports, self.origin.modules);
        let plural = if modules == 1 { "module" } else { "modules" };
        format!("{own} exports of {modules} {plural}, and the CRCs of {imports} imports")
    }

    /// All symbols, in the order of the file.
    pub fn symbols(&self) -> impl Iterator<Item = &[u8]> {
        self.exports.keys().map(Vec::as_slice)
    }
}

/// An export on both sides, as far as the sides tell of it: what one does not know is as on the
/// other. None if nothing can be told.
fn aligned(
    (old, old_export): (&Exports, Option<&Export>),
    (new, new_export): (&Exports, Option<&Export>),
) -> Option<(Option<Export>, Option<Export>)> {
    let are_modules = |it: &Exports| matches!(it.origin.coverage, Coverage::Modules(_));
    let are_both_modules = are_modules(old) && are_modules(new);
    // Two that somebody asks about are meant to be the same one.
    let is_one_module = are_both_modules && old.origin.modules == 1 && new.origin.modules == 1;
    match (old_export, new_export) {
        (Some(old_export), Some(new_export)) => {
            let with = |own: &Export, other: &Export| {
                let is_same_module = is_one_module
                    || (are_modules(old) || are_modules(new))
                        && kernel_name(&own.module) == kernel_name(&other.module);
                match (own.is_import, is_same_module) {
                    (true, _) => Export { crc: own.crc, ..other.clone() },
                    (false, true) => Export { module: other.module.clone(), ..own.clone() },
                    (false, false) => own.clone(),
                }
            };
            let new = with(new_export, old_export);
            Some((Some(with(old_export, &new)), Some(new)))
        }
        (Some(export), None) => {
            let is_told = new.covers(export) || (are_both_modules && !export.is_import);
            is_told.then(|| (Some(export.clone()), None))
        }
        (None, Some(export)) => {
            let is_told = old.covers(export) || (are_both_modules && !export.is_import);
            is_told.then(|| (None, Some(export.clone())))
        }
        (None, None) => None,
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
    /// What more there is to say: where a list has it.
    pub remark: Option<Vec<u8>>,
    /// What is thought of it.
    pub verdict: Verdict,
}

/// All that the lints find, in their order, and of each in the order of symbols.
pub fn findings(old: &Exports, new: &Exports) -> Vec<Finding> {
    let mut symbols: Vec<&[u8]> = old.symbols().chain(new.symbols()).collect();
    symbols.sort_unstable();
    symbols.dedup();
    let pairs: Vec<(&[u8], Option<Export>, Option<Export>)> = symbols
        .into_iter()
        .filter(|symbol| differ(old.get(symbol), new.get(symbol)))
        .filter_map(|symbol| {
            let (old, new) = aligned((old, old.get(symbol)), (new, new.get(symbol)))?;
            Some((symbol, old, new))
        })
        .collect();
    let mut findings = Vec::new();
    for lint in LINTS {
        let Some(finds) = lint.finds else { continue };
        let found = pairs.iter().filter(|(_, old, new)| finds(old.as_ref(), new.as_ref()));
        findings.extend(found.map(|(symbol, old, new)| Finding {
            lint,
            symbol: symbol.to_vec(),
            old: old.clone(),
            new: new.clone(),
            files: Vec::new(),
            remark: None,
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
