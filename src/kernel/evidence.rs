//! What the modules of a tree prove about the kernel that they belong to.
//!
//! An import proves that the kernel exports a symbol if the module was built for exactly this kernel,
//! and no other module can be what exports it. What is left over from another release proves nothing,
//! nor does a module whose provider is not there. Of modules that contradict each other, the kernel's
//! own are trusted before those that were added to them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::modules::{KernelImport, KernelModule};
use crate::module::kernel_name;

/// The folders in `lib/modules/RELEASE` for modules that are not the kernel's own.
pub(crate) const ADDED: &[&[u8]] = &[b"updates/", b"extra/", b"weak-updates/"];

/// The modules of a tree, those that are trusted most first.
pub struct ModuleTree<'m> {
    modules: Vec<&'m KernelModule>,
    /// The release that the kernel is of, as far as it is known.
    release: Option<&'m [u8]>,
    /// The names of the modules, as the kernel has them.
    names: HashSet<Cow<'m, [u8]>, BuildHasherDefault<FxHasher>>,
}

/// How little a module is trusted: whether it was added to the kernel's own, and whether it was built
/// for another release.
pub(super) type Distrust = (bool, bool);

impl<'m> ModuleTree<'m> {
    /// The tree of these modules. `release` is the kernel's if one of them was built for it; else, the
    /// first of the kernel's own modules tells it.
    pub fn new(modules: &'m [KernelModule], release: Option<&[u8]>) -> Self {
        let given =
            modules.iter().map(KernelModule::release).find(|it| it.is_some() && *it == release);
        let first = || modules.iter().min_by_key(|it| is_added(it))?.release();
        let mut tree = Self {
            modules: modules.iter().collect(),
            release: given.unwrap_or_else(first),
            names: modules.iter().map(|it| kernel_name(&it.name)).collect(),
        };
        let mut modules = std::mem::take(&mut tree.modules);
        modules.sort_by_key(|it| tree.distrust(it));
        tree.modules = modules;
        tree
    }

    /// The modules, those that are trusted most first; where that is equal, in the order in which they
    /// were given.
    pub fn modules(&self) -> impl Iterator<Item = &'m KernelModule> {
        self.modules.iter().copied()
    }

    /// How little a module is trusted.
    pub(super) fn distrust(&self, module: &KernelModule) -> Distrust {
        (is_added(module), module.release() != self.release)
    }

    /// The modules whose imports prove what the kernel exports.
    pub(super) fn witnesses(&self) -> impl Iterator<Item = &'m KernelModule> {
        let is_own = |it: &&KernelModule| it.release() == self.release && self.has_all(&it.depends);
        self.modules().filter(is_own)
    }

    /// Whether all modules of a list are there: `a,b`. A name may have a comma itself.
    fn has_all(&self, list: &[u8]) -> bool {
        let parts: Vec<&[u8]> = list.split(|&byte| byte == b',').collect();
        let mut rest = if list.is_empty() { &[][..] } else { &parts[..] };
        while !rest.is_empty() {
            let is_name =
                |&count: &usize| self.names.contains(&kernel_name(&rest[..count].join(&b','))[..]);
            let Some(count) = (1..=MOST_PARTS.min(rest.len())).find(is_name) else { return false };
            rest = &rest[count..];
        }
        true
    }
}

/// Into how many parts commas may divide the name of a module.
const MOST_PARTS: usize = 3;

/// Whether a module was added to the kernel's own.
fn is_added(module: &KernelModule) -> bool {
    ADDED.iter().any(|folder| module.name.starts_with(folder))
}

/// The imports that prove something: those with a CRC, and in a module of a kernel without symbol
/// versions those that it cannot do without.
pub(super) fn proofs(module: &KernelModule) -> impl Iterator<Item = &KernelImport> {
    let has_versions = module.imports.iter().any(|import| import.crc.is_some());
    module.imports.iter().filter(move |it| it.crc.is_some() || (!has_versions && !it.is_weak))
}
