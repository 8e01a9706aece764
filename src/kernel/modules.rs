//! What is asked of a module of a kernel, by a comparison and by a check.

use std::hash::BuildHasherDefault;

use bytes::Bytes;
use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::exports::{Export, KERNEL, of_module};
use crate::module::{Machine, Module, Vmlinux};
use crate::release::VersionEntries;

/// What is asked of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelModule {
    /// Its file, as reports show it.
    pub path: Vec<u8>,
    /// What `Module.symvers` calls it, as far as its path shows.
    pub name: Vec<u8>,
    /// What it exports, by symbol.
    pub exports: Vec<(Bytes, Export)>,
    /// What it imports, each with the CRC that it was built against, if it has recorded one.
    pub imports: Vec<KernelImport>,
    /// The namespaces that it imports.
    pub namespaces: Vec<Vec<u8>>,
    /// Whether it may use what is for modules under the GPL only.
    pub is_gpl_compatible: bool,
    /// The machine that it is for.
    pub machine: Machine,
    /// What its compiler calls itself.
    pub compiler: Option<Vec<u8>>,
    /// Its first `vermagic`; of the kernel itself what it asks for, or at least its release.
    pub vermagic: Option<Vec<u8>>,
    /// How large its `struct module` is, in bytes.
    pub struct_size: Option<u64>,
    /// The modules that it says to need, with commas between them.
    pub depends: Vec<u8>,
    /// The form that its `__versions` is in.
    pub version_entries: VersionEntries,
}

/// A symbol that a module imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelImport {
    /// The symbol.
    pub symbol: Vec<u8>,
    /// The CRC that the module was built against, if it has recorded one.
    pub crc: Option<u32>,
    /// Whether the module can do without it.
    pub is_weak: bool,
}

impl KernelModule {
    /// What is asked of `module`.
    pub fn new(path: &[u8], name: &[u8], module: &Module<'_>) -> KernelModule {
        let mut crcs = IndexMap::<&[u8], u32, BuildHasherDefault<FxHasher>>::default();
        for version in module.versions.entries() {
            crcs.entry(version.symbol).or_insert(version.crc);
        }
        let mut symbols = IndexMap::<&[u8], bool, BuildHasherDefault<FxHasher>>::default();
        symbols.extend(module.imports.iter().map(|import| (import.symbol, import.is_weak)));
        // The versions hold one more: that of the structure of modules itself.
        for symbol in crcs.keys() {
            symbols.entry(symbol).or_insert(false);
        }
        let imported = |(symbol, is_weak): (&[u8], bool)| KernelImport {
            symbol: symbol.to_owned(),
            crc: crcs.get(symbol).copied(),
            is_weak,
        };
        let first = |tag: &[u8]| module.values(tag).next().map(<[u8]>::to_owned);
        KernelModule {
            path: path.to_owned(),
            name: name.to_owned(),
            exports: of_module(&module.exports, name),
            imports: symbols.into_iter().map(imported).collect(),
            namespaces: module.values(b"import_ns").map(<[u8]>::to_owned).collect(),
            is_gpl_compatible: module.is_gpl_compatible(),
            machine: Machine { target: module.target, number: module.machine },
            compiler: module.compiler.map(<[u8]>::to_owned),
            vermagic: first(b"vermagic"),
            struct_size: module.struct_size,
            depends: first(b"depends").unwrap_or_default(),
            version_entries: module.versions.form,
        }
    }

    /// What is asked of the kernel itself: as it were, a module that everybody uses.
    pub fn of_kernel(path: &[u8], kernel: &Vmlinux<'_>) -> KernelModule {
        KernelModule {
            path: path.to_owned(),
            name: KERNEL.to_owned(),
            exports: of_module(&kernel.exports, KERNEL),
            imports: Vec::new(),
            namespaces: Vec::new(),
            is_gpl_compatible: true,
            machine: Machine { target: kernel.target, number: kernel.machine },
            // Its banner names the compiler, but not in the words of modules.
            compiler: None,
            vermagic: kernel.vermagic.or(kernel.release).map(<[u8]>::to_owned),
            struct_size: None,
            depends: Vec::new(),
            version_entries: VersionEntries::default(),
        }
    }

    /// The release that it was built for: the first word of its `vermagic`.
    pub fn release(&self) -> Option<&[u8]> {
        self.vermagic.as_deref()?.split(|&byte| byte == b' ').next()
    }

    /// Whether it is the kernel itself.
    pub(super) fn is_kernel(&self) -> bool {
        self.name == KERNEL
    }
}
