//! The exports of a release that is given as modules.
//!
//! Modules do not contain everything. What the kernel itself exports is not in them; but each module
//! has recorded the CRC of what it imports, and all modules of one build have recorded the same. So
//! a tree of modules has the CRCs of its imports; `evidence` says which of them count. Where the kernel
//! itself is there, it counts as one of them.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::evidence::{ModuleTree, proofs};
use super::exports::{BySymbol, Exports, KERNEL, ReadError, recorded};
use super::modules::{KernelImport, KernelModule};
use super::origin::{Coverage, Disagreement, Origin};
use crate::module::kernel_name;

impl Exports {
    /// The exports of `modules`, which are all of a kernel's if `are_all`, and the CRCs of what they
    /// import from elsewhere; of all modules, only what proves an export of the kernel itself. The kernel
    /// may be the first.
    ///
    /// # Errors
    /// Two modules that are trusted alike export a symbol with different CRCs, or two are for different
    /// machines.
    pub fn of_modules(modules: &[KernelModule], are_all: bool) -> Result<Exports, ReadError> {
        let mut exports = BySymbol::default();
        let mut owners = IndexMap::<&[u8], &KernelModule, BuildHasherDefault<FxHasher>>::default();
        let tree = ModuleTree::new(modules, None);
        for module in tree.modules() {
            let first = &modules[0];
            if module.machine != first.machine {
                let places = [first, module].map(|it| (it.path.clone(), it.machine));
                return Err(ReadError::Machines(Box::new(places)));
            }
            for (symbol, export) in &module.exports {
                let owner = *owners.entry(symbol).or_insert(module);
                let known = exports.entry(symbol.clone()).or_insert_with(|| export.clone());
                let is_open = tree.distrust(owner) == tree.distrust(module);
                if is_open && known.crc_or_zero() != export.crc_or_zero() {
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
        let witnesses: Vec<&KernelModule> =
            if are_all { tree.witnesses().collect() } else { modules.iter().collect() };
        for module in witnesses {
            for KernelImport { symbol, crc, .. } in proofs(module) {
                let Some(crc) = *crc else { continue };
                let owner = *owners.entry(symbol).or_insert(module);
                let index = match exports.get_index_of(&symbol[..]) {
                    Some(index) => index,
                    // All exports are known, and this is none.
                    None if are_all && has_kernel => continue,
                    None => {
                        let export = recorded(Some(crc), exporter, &module.name);
                        exports.insert_full(symbol.clone().into(), export).0
                    }
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
            list: None,
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

    /// Adds what the modules of a kernel's tree export, and what they prove that the kernel itself
    /// exports if it is not known. What is known already stays.
    pub fn add_tree(&mut self, tree: &ModuleTree<'_>) {
        for (symbol, export) in tree.modules().flat_map(|module| &module.exports) {
            self.add(symbol, export.clone());
        }
        if self.origin.has_kernel {
            return;
        }
        for module in tree.witnesses() {
            for import in proofs(module) {
                self.add_recorded(&import.symbol, import.crc, &module.name);
            }
        }
    }
}
