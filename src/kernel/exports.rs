//! The exports of one release.

use std::borrow::Cow;
use std::hash::BuildHasherDefault;

use bytes::Bytes;
use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::origin::{Coverage, Origin};
use crate::formats::symvers::{BadLine, read_any_era};
use crate::module::{self, Machine, kernel_name};
use crate::shown::counted;

/// What `Module.symvers` calls the kernel itself.
pub const KERNEL: &[u8] = b"vmlinux";

/// An export of a kernel, or of one of its modules.
#[derive(Clone, Debug)]
pub struct Export {
    /// The CRC of its type; none if what it was read from says none, as an object without versions.
    /// It is 0 where a dump says that there is none: in all lines of a kernel without versions, and
    /// in those of symbols of which genksyms found no declaration.
    pub crc: Option<u32>,
    /// The module that has it, without `.ko`: `vmlinux`, or a path; empty if it is not known.
    pub module: Bytes,
    /// Whether only modules under a compatible license may use it; none if that is not known.
    pub is_gpl: Option<bool>,
    /// The symbol namespace, empty if it is in none; none if that is not known.
    pub namespace: Option<Bytes>,
    /// The number of its line, from 1; 0 if it was read from a module.
    pub line: u32,
    /// Whether only its CRC is known, from modules that import it.
    pub is_import: bool,
    /// The name of the module that alone imports it, as the kernel has it; none if there are more of
    /// them, or it is known otherwise.
    pub sole_importer: Option<Bytes>,
}

impl Export {
    /// Its CRC as a dump has it, 0 if there is none.
    pub fn crc_or_zero(&self) -> u32 {
        self.crc.unwrap_or(0)
    }

    /// Whether it has a CRC: none and 0 both say that it has not.
    pub fn has_crc(&self) -> bool {
        self.crc_or_zero() != 0
    }

    /// Whether nothing but an import of the module of this name tells of it.
    pub fn is_told_only_by(&self, module: &[u8]) -> bool {
        self.sole_importer.as_deref() == Some(module)
    }

    /// The symbol namespace; empty if it is in none, as far as that is known.
    pub fn namespace(&self) -> &[u8] {
        self.namespace.as_deref().unwrap_or_default()
    }

    /// Whether the kernel itself has it.
    pub fn is_kernels(&self) -> bool {
        self.module == KERNEL || self.module.ends_with(b"/vmlinux")
    }

    /// The name of the module that has it, as the kernel knows it; none if that is the kernel itself.
    pub fn owner(&self) -> Option<Cow<'_, [u8]>> {
        (!self.is_kernels()).then(|| kernel_name(&self.module))
    }
}

/// Two are equal if the same is known of them, wherever it was read.
impl PartialEq for Export {
    fn eq(&self, other: &Export) -> bool {
        let facts = |it: &Export| (it.crc_or_zero(), it.is_gpl, it.is_import);
        facts(self) == facts(other)
            && self.module == other.module
            && self.namespace == other.namespace
    }
}

impl Eq for Export {}

/// Exports by symbol.
pub(crate) type BySymbol = IndexMap<Bytes, Export, BuildHasherDefault<FxHasher>>;

/// The exports of one release, by symbol.
#[derive(Clone, Debug, Default)]
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
    Twice(Vec<u8>, u32, u32),
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

    /// Those that were found of a kernel of which more may be missing.
    pub fn partial() -> Exports {
        let coverage = Coverage::Modules(Vec::new());
        Exports::new(BySymbol::default(), Origin { coverage, ..Origin::default() })
    }

    /// Reads the text of a `Module.symvers` of any era. Of the lines of one symbol the first counts.
    ///
    /// # Errors
    /// A line is none; or two say different CRCs of one symbol, and nobody can tell which was meant.
    /// (For modpost, whose reader this is not, the first counts.)
    pub fn read(text: &Bytes) -> Result<Exports, ReadError> {
        let lines = memchr::memchr_iter(b'\n', text).count();
        let mut exports = BySymbol::with_capacity_and_hasher(lines, BuildHasherDefault::default());
        let mut has_namespaces = false;
        for record in read_any_era(text) {
            let record = record.map_err(ReadError::Line)?;
            has_namespaces |= record.namespace.is_some();
            let line = u32::try_from(record.line).unwrap_or(u32::MAX);
            let export = Export {
                crc: Some(record.crc),
                module: text.slice_ref(record.module),
                is_gpl: record.is_gpl,
                namespace: record.namespace.map(|namespace| text.slice_ref(namespace)),
                line,
                is_import: false,
                sole_importer: None,
            };
            let crc = export.crc;
            let first = exports.entry(text.slice_ref(record.symbol)).or_insert(export);
            if first.crc != crc {
                return Err(ReadError::Twice(record.symbol.to_owned(), first.line, line));
            }
        }
        // A single line with the column tells that the dump has it.
        for export in exports.values_mut().filter(|_| has_namespaces) {
            export.namespace.get_or_insert_default();
        }
        Ok(Exports { exports, origin: Origin::default() })
    }

    /// Adds an export, if nothing is known of the symbol yet.
    pub fn add(&mut self, symbol: &[u8], export: Export) {
        self.exports.entry(Bytes::copy_from_slice(symbol)).or_insert(export);
    }

    /// Adds what a module of the kernel exports, or the kernel itself; `name` is that of the module,
    /// as `Module.symvers` has it.
    pub fn add_module(&mut self, name: &[u8], exports: &[module::Export<'_>]) {
        for (symbol, export) in of_module(exports, name) {
            self.exports.entry(symbol).or_insert(export);
        }
    }

    /// Adds an export of the kernel itself of which only the CRC is known, since the module `importer`
    /// imports it. What is known better stays.
    pub(super) fn add_recorded(&mut self, symbol: &[u8], crc: Option<u32>, importer: &[u8]) {
        match self.exports.get_mut(symbol) {
            None => {
                let export = recorded(crc, KERNEL, importer);
                self.exports.insert(Bytes::copy_from_slice(symbol), export);
            }
            Some(known) if known.is_told_only_by(&kernel_name(importer)) => {}
            Some(known) => known.sole_importer = None,
        }
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

    /// Whether it is known of any in which symbol namespace it is, if any.
    pub fn has_namespaces(&self) -> bool {
        self.exports.values().any(|export| export.namespace.is_some())
    }

    /// Whether any has a CRC; none if there is no export.
    pub fn has_crcs(&self) -> Option<bool> {
        (!self.is_empty()).then(|| self.exports.values().any(Export::has_crc))
    }

    /// All of them with their symbols, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Export)> + Clone {
        self.exports.iter().map(|(symbol, export)| (&symbol[..], export))
    }

    /// Whether all exports of a kernel are here.
    pub fn is_whole(&self) -> bool {
        self.origin.coverage == Coverage::Everything
    }

    /// Whether it would be here if there were such an export.
    pub(crate) fn covers(&self, export: &Export) -> bool {
        match &self.origin.coverage {
            Coverage::Everything => true,
            Coverage::AllModules => !export.is_import && export.module != KERNEL,
            Coverage::Modules(names) => {
                let name = kernel_name(&export.module);
                !export.is_import && names.binary_search_by(|it| it[..].cmp(&name)).is_ok()
            }
        }
    }

    /// How many there are, in words.
    pub fn words(&self) -> String {
        let Origin { modules, has_kernel, .. } = self.origin;
        let of = match (has_kernel, modules) {
            (false, 0) => return counted(self.len(), "export"),
            (true, 0) => "the kernel itself".to_owned(),
            (true, modules) => format!("the kernel itself and {}", counted(modules, "module")),
            (false, modules) => counted(modules, "module"),
        };
        let imports = self.exports.values().filter(|export| export.is_import).count();
        let own = counted(self.len() - imports, "export");
        if has_kernel && imports == 0 {
            return format!("{own} of {of}");
        }
        format!("{own} of {of}, and the CRCs of {}", counted(imports, "import"))
    }

    /// All symbols, in the order of the file.
    pub fn symbols(&self) -> impl Iterator<Item = &[u8]> {
        self.exports.keys().map(|symbol| &symbol[..])
    }
}

/// The exports of the module of this name, by symbol.
pub(super) fn of_module(exports: &[module::Export<'_>], name: &[u8]) -> Vec<(Bytes, Export)> {
    let in_module = Bytes::copy_from_slice(name);
    let exported = |export: &module::Export<'_>| {
        let what = Export {
            crc: export.crc,
            module: in_module.clone(),
            is_gpl: Some(export.is_gpl),
            namespace: Some(Bytes::copy_from_slice(export.namespace)),
            line: 0,
            is_import: false,
            sole_importer: None,
        };
        (Bytes::copy_from_slice(export.symbol), what)
    };
    exports.iter().map(exported).collect()
}

/// Exports of which only their CRCs are known, and the object `name` that has them.
pub fn computed(name: &[u8], crcs: Vec<(Vec<u8>, u32)>) -> Vec<(Bytes, Export)> {
    let in_object = Bytes::copy_from_slice(name);
    let exported = |(symbol, crc): (Vec<u8>, u32)| {
        let what = Export {
            crc: Some(crc),
            module: in_object.clone(),
            is_gpl: None,
            namespace: None,
            line: 0,
            is_import: false,
            sole_importer: None,
        };
        (Bytes::from(symbol), what)
    };
    crcs.into_iter().map(exported).collect()
}

/// What is known of a symbol from the module `importer` that imports it, and who may export it.
pub(super) fn recorded(crc: Option<u32>, exporter: &'static [u8], importer: &[u8]) -> Export {
    Export {
        crc,
        module: Bytes::from_static(exporter),
        is_gpl: None,
        namespace: None,
        line: 0,
        is_import: true,
        sole_importer: Some(Bytes::copy_from_slice(&kernel_name(importer))),
    }
}
