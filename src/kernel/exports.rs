//! The exports of one release.

use std::hash::BuildHasherDefault;

use bytes::Bytes;
use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::modules::{Coverage, Origin};
use crate::formats::symvers::{BadLine, read_any_era};
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
    pub(crate) fn facts(&self) -> (u32, Option<bool>, bool, &Bytes, &Bytes) {
        let Export { crc, module, is_gpl, namespace, line: _, is_import } = self;
        (*crc, *is_gpl, *is_import, module, namespace)
    }
}

/// Exports by symbol.
pub(crate) type BySymbol = IndexMap<Bytes, Export, BuildHasherDefault<FxHasher>>;

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

    /// All of them by symbol, in the order of the file.
    pub(crate) fn by_symbol(&self) -> &BySymbol {
        &self.exports
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
    pub(crate) fn covers(&self, export: &Export) -> bool {
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
