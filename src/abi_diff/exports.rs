//! The exports of one release, and how each differs from that of the other.

use std::borrow::Cow;
use std::hash::BuildHasherDefault;

use bytes::Bytes;
use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::lints::{LINTS, Lint};
use super::modules::{Coverage, Origin};
use super::verdicts::Verdict;
use crate::formats::symvers::{BadLine, read_any_era};
use crate::layout::effect::Class;
use crate::module::{Machine, kernel_name};

/// One export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The CRC of its type; 0 if it has none.
    pub crc: u32,
    /// The module, without `.ko`: `vmlinux`, or a path.
    pub module: Bytes,
    /// Whether only modules under a compatible licence may use it; none if that is not known.
    pub is_gpl: Option<bool>,
    /// The symbol namespace; empty if it is in none.
    pub namespace: Bytes,
    /// The number of its line, from 1; 0 if it was read from a module.
    pub line: usize,
    /// Whether only its CRC is known, from modules that import it.
    pub is_import: bool,
}

impl Export {
    /// All of it but where it was read.
    fn facts(&self) -> (u32, Option<bool>, bool, &Bytes, &Bytes) {
        let Export { crc, module, is_gpl, namespace, line: _, is_import } = self;
        (*crc, *is_gpl, *is_import, module, namespace)
    }
}

/// Exports by symbol.
pub(super) type BySymbol = IndexMap<Bytes, Export, BuildHasherDefault<FxHasher>>;

/// The exports of one release, by symbol.
#[derive(Debug, Default)]
pub struct Exports {
    exports: BySymbol,
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
    Machines(Box<[(Vec<u8>, Machine); 2]>),
}

impl Exports {
    /// These exports, from there.
    pub(super) fn new(exports: BySymbol, origin: Origin) -> Exports {
        Exports { exports, origin }
    }

    /// Reads the text of a `Module.symvers` of any era. A line that is repeated counts once.
    pub fn read(text: &Bytes) -> Result<Exports, ReadError> {
        let lines = memchr::memchr_iter(b'\n', text).count();
        let mut exports = BySymbol::with_capacity_and_hasher(lines, BuildHasherDefault::default());
        for (index, record) in read_any_era(text).enumerate() {
            let record = record.map_err(ReadError::Line)?;
            let line = index + 1;
            let export = Export {
                crc: record.crc,
                module: text.slice_ref(record.module),
                is_gpl: (!record.export.is_empty()).then(|| record.export.ends_with(b"_GPL")),
                namespace: text.slice_ref(record.namespace),
                line,
                is_import: false,
            };
            let crc = export.crc;
            let first = exports.entry(text.slice_ref(record.symbol)).or_insert(export);
            if first.crc != crc {
                return Err(ReadError::Twice(record.symbol.to_owned(), first.line, line));
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
            Coverage::AllModules => !export.is_import && export.module != b"vmlinux"[..],
            Coverage::Modules(names) => {
                !export.is_import && names.binary_search(&kernel_name(&export.module)).is_ok()
            }
        }
    }

    /// How many there are, in words.
    pub fn words(&self) -> String {
        let Origin { modules, has_kernel, .. } = self.origin;
        let plural = if modules == 1 { "module" } else { "modules" };
        let of = match (has_kernel, modules) {
            (false, 0) => return format!("{} exports", self.len()),
            (true, 0) => "the kernel itself".to_owned(),
            (true, modules) => format!("the kernel itself and {modules} {plural}"),
            (false, modules) => format!("{modules} {plural}"),
        };
        let imports = self.exports.values().filter(|export| export.is_import).count();
        let own = self.len() - imports;
        if has_kernel && imports == 0 {
            return format!("{own} exports of {of}");
        }
        format!("{own} exports of {of}, and the CRCs of {imports} imports")
    }

    /// All symbols, in the order of the file.
    pub fn symbols(&self) -> impl Iterator<Item = &[u8]> {
        self.exports.keys().map(|symbol| &symbol[..])
    }
}

/// An export on both sides, as far as the sides tell of it: what one does not know is as on the
/// other. None if nothing can be told.
fn aligned<'a>(
    (old, old_export): (&Exports, Option<&'a Export>),
    (new, new_export): (&Exports, Option<&'a Export>),
) -> Option<[Option<Cow<'a, Export>>; 2]> {
    let are_modules = |it: &Exports| matches!(it.origin.coverage, Coverage::Modules(_));
    let are_both_modules = are_modules(old) && are_modules(new);
    // Two that somebody asks about are meant to be the same one.
    let is_alone = |it: &Exports| it.origin.modules == 1 && !it.origin.has_kernel;
    let is_one_module = are_both_modules && is_alone(old) && is_alone(new);
    match (old_export, new_export) {
        (Some(old_export), Some(new_export)) => {
            let with = |own: &'a Export, other: &Export| {
                let is_same_module = is_one_module
                    || (are_modules(old) || are_modules(new))
                        && kernel_name(&own.module) == kernel_name(&other.module);
                match (own.is_import, is_same_module) {
                    (true, _) => Cow::Owned(Export { crc: own.crc, ..other.clone() }),
                    (false, true) => {
                        Cow::Owned(Export { module: other.module.clone(), ..own.clone() })
                    }
                    (false, false) => Cow::Borrowed(own),
                }
            };
            let new = with(new_export, old_export);
            Some([Some(with(old_export, &new)), Some(new)])
        }
        (Some(export), None) => {
            let is_told = new.covers(export) || (are_both_modules && !export.is_import);
            is_told.then_some([Some(Cow::Borrowed(export)), None])
        }
        (None, Some(export)) => {
            let is_told = old.covers(export) || (are_both_modules && !export.is_import);
            is_told.then_some([None, Some(Cow::Borrowed(export))])
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
    pub symbol: Bytes,
    /// The export before.
    pub old: Option<Export>,
    /// The export after.
    pub new: Option<Export>,
    /// For an export that is declared twice: the files, from the top of the release.
    pub files: Vec<Vec<u8>>,
    /// What more there is to say: where a list has it.
    pub remark: Option<Vec<u8>>,
    /// The worst that is done to modules by what reaches the export, as far as that is known.
    pub effect: Option<Class>,
    /// What is thought of it.
    pub verdict: Verdict,
}

/// All that the lints find, in their order, and of each in the order of symbols.
pub fn findings(old: &Exports, new: &Exports) -> Vec<Finding> {
    let mut pairs = differing(old, new);
    // Most symbols differ in their first bytes, which are compared as one number.
    let start = |symbol: &[u8]| {
        let mut start = [0; 8];
        let length = symbol.len().min(start.len());
        start[..length].copy_from_slice(&symbol[..length]);
        u64::from_be_bytes(start)
    };
    pairs.sort_unstable_by(|(one, ..), (other, ..)| {
        start(one).cmp(&start(other)).then_with(|| one.cmp(other))
    });
    let mut by_lint: Vec<Vec<Finding>> = vec![Vec::new(); LINTS.len()];
    for (symbol, of_old, of_new) in pairs {
        let Some(sides) = aligned((old, of_old), (new, of_new)) else { continue };
        let [of_old, of_new] = [0, 1].map(|side: usize| sides[side].as_deref());
        for (lint, found) in LINTS.iter().zip(&mut by_lint) {
            if lint.finds.is_some_and(|finds| finds(of_old, of_new)) {
                let symbol = symbol.clone();
                let (old, new) = (of_old.cloned(), of_new.cloned());
                let (files, remark, verdict) = (Vec::new(), None, Verdict::of(lint));
                let effect = None;
                found.push(Finding { lint, symbol, old, new, files, remark, effect, verdict });
            }
        }
    }
    by_lint.into_iter().flatten().collect()
}

/// A symbol, and the export of it on both sides.
type Pair<'a> = (&'a Bytes, Option<&'a Export>, Option<&'a Export>);

/// The exports that are not the same on both sides, in no order.
fn differing<'a>(old: &'a Exports, new: &'a Exports) -> Vec<Pair<'a>> {
    let mut is_on_both = vec![false; new.len()];
    let of_old = old.exports.iter().map(|(symbol, export)| {
        let other = new.exports.get_full(symbol);
        if let Some((index, ..)) = other {
            is_on_both[index] = true;
        }
        (symbol, Some(export), other.map(|(.., other)| other))
    });
    let mut pairs: Vec<Pair<'_>> = of_old.filter(|(_, old, new)| differ(*old, *new)).collect();
    let only_new = new.exports.iter().zip(is_on_both).filter(|(_, is_on_both)| !is_on_both);
    pairs.extend(only_new.map(|((symbol, export), _)| (symbol, None, Some(export))));
    pairs
}

/// Whether there is anything for a lint to find; lines do not count.
fn differ(old: Option<&Export>, new: Option<&Export>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old.facts() != new.facts(),
        (old, new) => old.is_some() || new.is_some(),
    }
}
