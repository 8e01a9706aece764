//! What a comparison asks of a module, and the exports of a release that is given as modules.
//!
//! Modules do not contain everything. What the kernel itself exports is not in them; but each module
//! has recorded the CRC of what it imports, and all modules of one build have recorded the same. So
//! a tree of modules has the CRCs of its imports. Where the kernel itself is there, it counts as
//! one of them.

use std::hash::BuildHasherDefault;

use bytes::Bytes;
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHasher;

use super::exports::{BySymbol, Export, Exports, KERNEL, ReadError, of_module, recorded};
use super::origin::{Coverage, Disagreement, Origin};
use crate::module::{Machine, Module, Vmlinux, kernel_name};

/// What a comparison asks of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelModule {
    /// Its file, as reports show it.
    pub path: Vec<u8>,
    /// What `Module.symvers` calls it, as far as its path shows.
    pub name: Vec<u8>,
    /// What it exports, by symbol.
    pub exports: Vec<(Bytes, Export)>,
    /// What it imports, each with the CRC that it was built against, if it has recorded one.
    pub imports: Vec<(Vec<u8>, Option<u32>)>,
    /// The namespaces that it imports.
    pub namespaces: Vec<Vec<u8>>,
    /// Whether it may use what is for modules under the GPL only.
    pub is_gpl_compatible: bool,
    /// The machine that it is for.
    pub machine: Machine,
    /// What its compiler calls itself.
    pub compiler: Option<Vec<u8>>,
}

impl KernelModule {
    /// What is asked of `module`.
    pub fn new(path: &[u8], name: &[u8], module: &Module<'_>) -> KernelModule {
        let mut crcs = IndexMap::<&[u8], u32, BuildHasherDefault<FxHasher>>::default();
        for version in module.versions.entries() {
            crcs.entry(version.symbol).or_insert(version.crc);
        }
        let mut symbols = IndexSet::<&[u8], BuildHasherDefault<FxHasher>>::default();
        symbols.extend(module.imports.iter().map(|import| import.symbol));
        // The versions hold one more: that of the structure of modules itself.
        symbols.extend(crcs.keys());
        KernelModule {
            path: path.to_owned(),
            name: name.to_owned(),
            exports: of_module(&module.exports, name),
            imports: symbols
                .into_iter()
                .map(|symbol| (symbol.to_owned(), crcs.get(symbol).copied()))
                .collect(),
            namespaces: module.values(b"import_ns").map(<[u8]>::to_owned).collect(),
            is_gpl_compatible: module.is_gpl_compatible(),
            machine: Machine { target: module.target, number: module.machine },
            compiler: module.compiler.map(<[u8]>::to_owned),
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
        }
    }

    /// Whether it is the kernel itself.
    fn is_kernel(&self) -> bool {
        self.name == KERNEL
    }
}

impl Exports {
    /// The exports of `modules`, which are all of a kernel's if `are_all`, and the CRCs of what they
    /// import from elsewhere. The kernel itself may be the first.
    ///
    /// # Errors
    /// Two modules export a symbol with different CRCs, or are for different machines.
    pub fn of_modules(modules: &[KernelModule], are_all: bool) -> Result<Exports, ReadError> {
        let mut exports = BySymbol::default();
        let mut owners = IndexMap::<&[u8], &KernelModule, BuildHasherDefault<FxHasher>>::default();
        for module in modules {
            let first = &modules[0];
            if module.machine != first.machine {
                let places = [first, module].map(|it| (it.path.clone(), it.machine));
                return Err(ReadError::Machines(Box::new(places)));
            }
            for (symbol, export) in &module.exports {
                let owner = *owners.entry(symbol).or_insert(module);
                let known = exports.entry(symbol.clone()).or_insert_with(|| export.clone());
                if known.crc_or_zero() != export.crc_or_zero() {
                    let places = [owner.path.clone(), module.path.clone()];
                    return Err(ReadError::TwiceInModules(symbol.to_vec(), Box::new(places)));
                }
            }
        }
        let has_kernel = modules.iter().any(KernelModule::is_kernel);
        // If all modules are known and none exports it, the kernel itself does.
        let exporter = if are_all { KERNEL } else { b"" };
        let own = exports.len();
        let mut disagreements = IndexMap::<&[u8], Disagreement>::default();
        for module in modules {
            for (symbol, crc) in &module.imports {
                let Some(crc) = *crc else { continue };
                let owner = *owners.entry(symbol).or_insert(module);
                let index = match exports.get_index_of(&symbol[..]) {
                    Some(index) => index,
                    // All exports are known, and this is none.
                    None if are_all && has_kernel => continue,
                    None => exports.insert_full(symbol.clone().into(), recorded(crc, exporter)).0,
                };
                let is_told = index >= own || exports[index].module == KERNEL;
                if is_told && exports[index].crc_or_zero() != crc {
                    disagreements.entry(symbol).or_insert_with(|| Disagreement {
                        symbol: symbol.clone(),
                        modules: [owner.path.clone(), module.path.clone()],
                    });
                }
            }
        }
        let names = || {
            let mut names: Vec<_> =
                modules.iter().map(|it| kernel_name(&it.name).into_owned()).collect();
            names.sort_unstable();
            names
        };
        let origin = Origin {
            coverage: match (are_all, has_kernel) {
                (true, true) => Coverage::Everything,
                (true, false) => Coverage::AllModules,
                (false, _) => Coverage::Modules(names()),
            },
            modules: modules.len() - usize::from(has_kernel),
            has_kernel,
            machine: modules.first().map(|module| module.machine),
            compiler: modules.iter().find_map(|module| module.compiler.clone()),
            disagreements: disagreements.into_values().collect(),
        };
        Ok(Exports::new(exports, origin))
    }
}
