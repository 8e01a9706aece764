//! A module that is to be loaded: what the kernel will need to know of its file.

use std::hash::BuildHasherDefault;

use indexmap::IndexSet;
use rustc_hash::FxHasher;

use super::file_checks::{FileFault, LONGEST_NAME, What, first_fault};
use super::kernel::Kernel;
use crate::module::{self, Machine, Module, Signature, Version, kernel_name, unsigned};
use crate::release::{ExportLicenses, Load};

/// A module that is to be loaded.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its file, as reports show it.
    pub path: Vec<u8>,
    /// Its name, as the kernel has it.
    pub name: Vec<u8>,
    /// Its signature.
    pub signature: Signature,
    /// What is in the file.
    pub content: Content,
}

/// What is in a file.
#[derive(Clone, Debug)]
pub enum Content {
    /// A module.
    Module(Box<Facts>),
    /// Nothing that this kernel looks into.
    Refused(FileFault),
    /// Something that the kernel may look into, and that is not understood here: why.
    Unreadable(String),
}

/// What a module says of itself.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The first `vermagic`.
    pub vermagic: Option<Vec<u8>>,
    /// The first `license`.
    pub license: Option<Vec<u8>>,
    /// Whether that lets it use what is exported for modules under the GPL.
    pub is_gpl_compatible: bool,
    /// The namespaces that it imports.
    pub namespaces: IndexSet<Vec<u8>, BuildHasherDefault<FxHasher>>,
    /// The modules that it says to need.
    pub depends: Vec<Vec<u8>>,
    /// Which of `intree`, `staging`, `livepatch` and `test` it has.
    pub flags: Vec<&'static str>,
    /// Whether it has a section `__versions`.
    pub has_basic: bool,
    /// Whether it has the extended version tables.
    pub has_extended: bool,
    /// What it imports, in the order of its symbols.
    pub imports: Vec<Import>,
    /// The versions of the structure of modules itself.
    pub layout: Recorded,
    /// What it exports, in the order of its tables.
    pub exports: Vec<Export>,
    /// Whether some of its exports have no CRC.
    pub has_unversioned_exports: bool,
    /// Whether it exports without the flags that the kernel requires.
    pub lacks_export_flags: bool,
    /// The tables of exports that the kernel ignores, and says so.
    pub ignored_tables: Vec<&'static str>,
    /// Symbols that no object places anywhere.
    pub commons: Vec<Vec<u8>>,
    /// The first section that is both code and may be written to: its index and name.
    pub writable_code: Option<(usize, Vec<u8>)>,
}

/// The tags of `.modinfo` of which only matters whether they are there.
const FLAGS: &[&str] = &["intree", "staging", "livepatch", "test"];

/// Whether a table is there, by an export that is not in `__ksymtab`.
type IsThere = fn(&module::Export<'_>) -> bool;

/// The tables that a kernel which reads flags ignores, and how each is seen to be there.
const IGNORED: &[(&str, IsThere)] = &[
    ("__ksymtab_gpl", |export| export.is_gpl),
    ("__kcrctab_gpl", |export| export.is_gpl && export.crc.is_some()),
];

/// A symbol that a module imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The symbol.
    pub symbol: Vec<u8>,
    /// Whether the module can do without it.
    pub is_weak: bool,
    /// What it was built against.
    pub recorded: Recorded,
}

/// The CRCs that a module has recorded for a symbol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// In `__versions`.
    pub basic: Option<u32>,
    /// In the extended tables.
    pub extended: Option<u32>,
}

/// A symbol that a module exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The symbol.
    pub symbol: Vec<u8>,
    /// Its CRC; none if there is no table of CRCs for it.
    pub crc: Option<u32>,
    /// Whether it is GPL-only.
    pub is_gpl: bool,
    /// Its namespace; empty if it is in none.
    pub namespace: Vec<u8>,
}

impl Candidate {
    /// The module in `bytes`, of the file at `path`, for this kernel.
    pub fn read(kernel: &Kernel, path: &[u8], bytes: &[u8]) -> Self {
        let signature = Signature::of(bytes);
        let rest = unsigned(bytes);
        let mut name = file_name(path);
        let content = match first_fault(rest, kernel) {
            Some(fault) => {
                if let Some(own) = &fault.module {
                    name.clone_from(own);
                }
                Content::Refused(fault)
            }
            None => match Module::read(rest) {
                Ok(module) => {
                    let own = module.values(b"name").next().or(module.struct_name);
                    if let Some(own) = own.filter(|own| own.len() <= LONGEST_NAME) {
                        name = own.to_owned();
                    }
                    Content::Module(Box::new(Facts::of(&module, kernel.load)))
                }
                Err(error) => Content::Unreadable(error.to_string()),
            },
        };
        Self { path: path.to_owned(), name, signature, content }
    }

    /// One whose file, at `path`, cannot be read, for this reason.
    pub fn unread(path: &[u8], reason: String) -> Self {
        let (name, content) = (file_name(path), Content::Unreadable(reason));
        Self { path: path.to_owned(), name, signature: Signature::None, content }
    }

    /// Whether the file is none of a module, or a damaged one.
    pub fn is_no_module(&self) -> bool {
        match &self.content {
            Content::Module(_) => false,
            Content::Unreadable(_) => true,
            Content::Refused(fault) => {
                matches!(fault.what, What::NotElf | What::NotRelocatable | What::Damaged)
            }
        }
    }

    /// What it says of itself, if it is understood.
    pub fn facts(&self) -> Option<&Facts> {
        match &self.content {
            Content::Module(facts) => Some(facts),
            Content::Refused(_) | Content::Unreadable(_) => None,
        }
    }
}

/// The name of a module by its file's.
fn file_name(path: &[u8]) -> Vec<u8> {
    let name = kernel_name(path);
    let end = memchr::memmem::rfind(&name, b".ko").unwrap_or(name.len());
    name[..end].to_owned()
}

impl Facts {
    /// What `module` says to a kernel with this loader.
    pub fn of(module: &Module<'_>, load: Load) -> Self {
        let first = |tag: &[u8]| module.values(tag).next().map(<[u8]>::to_owned);
        let machine = Machine { target: module.target, number: module.machine };
        let basic = module.versions.read_as(load.version_entries, machine);
        let basic = Sorted::new(basic.as_deref());
        let (plain, others) = module.exports.split_at(module.plain_exports);
        let exports: Vec<module::Export<'_>> = match load.export_licenses {
            // Flags are nothing to this kernel.
            ExportLicenses::Tables => {
                let plain = plain.iter().map(|it| module::Export { is_gpl: false, ..*it });
                plain.chain(others.iter().copied()).collect()
            }
            ExportLicenses::Flags => plain.to_vec(),
        };
        let needs_flags = load.export_licenses == ExportLicenses::Flags;
        let extended = Sorted::new(module.versions.extended.as_deref());
        let recorded =
            |symbol: &[u8]| Recorded { basic: basic.get(symbol), extended: extended.get(symbol) };
        let depends = module.values(b"depends").flat_map(|list| list.split(|&byte| byte == b','));
        Self {
            vermagic: first(b"vermagic"),
            license: first(b"license"),
            is_gpl_compatible: module.is_gpl_compatible(),
            namespaces: module.values(b"import_ns").map(<[u8]>::to_owned).collect(),
            depends: depends
                .filter(|it| !it.is_empty())
                .map(|it| kernel_name(it).into_owned())
                .collect(),
            flags: FLAGS
                .iter()
                .filter(|tag| module.values(tag.as_bytes()).next().is_some())
                .copied()
                .collect(),
            has_basic: module.versions.basic.is_some(),
            has_extended: module.versions.extended.is_some(),
            imports: distinct_imports(module)
                .map(|import| Import {
                    symbol: import.symbol.to_owned(),
                    is_weak: import.is_weak,
                    recorded: recorded(import.symbol),
                })
                .collect(),
            layout: recorded(LAYOUT),
            has_unversioned_exports: exports.iter().any(|export| export.crc.is_none()),
            lacks_export_flags: needs_flags && !module.has_export_flags && !exports.is_empty(),
            ignored_tables: IGNORED
                .iter()
                .filter(|_| needs_flags)
                .filter(|(_, is_there)| others.iter().any(is_there))
                .map(|(name, _)| *name)
                .collect(),
            exports: exports
                .iter()
                .map(|export| Export {
                    symbol: export.symbol.to_owned(),
                    crc: export.crc,
                    is_gpl: export.is_gpl,
                    namespace: export.namespace.to_owned(),
                })
                .collect(),
            commons: module.commons.iter().map(|name| name.to_vec()).collect(),
            writable_code: module.writable_code.map(|(index, name)| (index, name.to_vec())),
        }
    }

    /// Whether `.modinfo` has this one of the four.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    /// The release that it was built for: the first word of `vermagic`.
    pub fn release(&self) -> Option<&[u8]> {
        self.vermagic.as_deref().and_then(|it| it.split(|&byte| byte == b' ').next())
    }
}

/// What a module imports; an entry that a damaged symbol table repeats counts once.
fn distinct_imports<'d>(module: &Module<'d>) -> impl Iterator<Item = module::Import<'d>> {
    let mut seen = IndexSet::<_, BuildHasherDefault<FxHasher>>::default();
    seen.extend(module.imports.iter().copied());
    seen.into_iter()
}

/// The symbol whose CRC stands for the structure of modules itself.
pub const LAYOUT: &[u8] = b"module_layout";

/// A version table, to look symbols up in.
pub(super) struct Sorted<'d> {
    versions: Vec<Version<'d>>,
}

impl<'d> Sorted<'d> {
    /// These versions; none if there is no table.
    pub(super) fn new(versions: Option<&[Version<'d>]>) -> Self {
        let mut versions = versions.unwrap_or_default().to_vec();
        // Of several entries the first counts, as for the kernel.
        versions.sort_by_key(|version| version.symbol);
        versions.dedup_by_key(|version| version.symbol);
        Self { versions }
    }

    /// The CRC of a symbol.
    pub(super) fn get(&self, symbol: &[u8]) -> Option<u32> {
        let index = self.versions.binary_search_by(|version| version.symbol.cmp(symbol)).ok()?;
        Some(self.versions[index].crc)
    }
}
