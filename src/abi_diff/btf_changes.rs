//! How the builds of two kernels laid types out: their BTF, and what differs between the two.
//!
//! A module's types are its own and its kernel's. A name that its own BTF has means that one, since
//! a module's BTF has only what its kernel's has not.

use std::hash::BuildHasherDefault;

use indexmap::{IndexMap, IndexSet};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;
use rustc_hash::FxHasher;

use super::change::Change;
use super::shape::Shape;
use crate::btf::Btf;
use crate::corpus::TypesFile;
use crate::corpus::{LineId, NameId, Types};
use crate::formats::symtypes::{Kind, TypeName};
use crate::kernel::{Exports, KERNEL};
use crate::layout::impact::{Class, Impact, impact};
use crate::layout::{BtfChange, BtfNames, BtfSide, btf_change};
use crate::module::kernel_name;

/// Something by name, in order.
type Named<K, V> = IndexMap<K, V, BuildHasherDefault<FxHasher>>;

/// The types of a kernel and its modules, by their BTF.
pub(super) struct BtfTypes<'d> {
    kernel: BtfNames<'d>,
    modules: Named<&'d [u8], BtfNames<'d>>,
}

impl<'d> BtfTypes<'d> {
    pub(super) fn of(kernel: &'d Btf<'d>, modules: &'d [(&'d [u8], Btf<'d>)]) -> Self {
        let modules = modules.iter().map(|(name, btf)| (*name, BtfNames::of(btf)));
        Self { kernel: BtfNames::of(kernel), modules: modules.collect() }
    }

    /// What a module sees, called as `Module.symvers` does: `vmlinux`, or a path. None if it has no
    /// BTF.
    pub(super) fn side(&self, module: &[u8]) -> Option<BtfSide<'_>> {
        let names = self.names(module)?;
        Some(match module {
            KERNEL => BtfSide::of_kernel(names),
            _ => BtfSide::of_module(names, &self.kernel),
        })
    }

    /// What is found by name in a module's own BTF, or the kernel's.
    pub(super) fn names(&self, module: &[u8]) -> Option<&BtfNames<'d>> {
        match module {
            KERNEL => Some(&self.kernel),
            path => self.modules.get(&kernel_name(path)[..]),
        }
    }
}

/// The types that two builds have laid out differently.
pub(super) struct BtfChanges {
    /// By what the kernel calls the module, or [`KERNEL`]; by name with the kind's letter.
    scopes: Named<Vec<u8>, Scope>,
}

/// The types of one module's own BTF, or of the kernel's.
#[derive(Default)]
struct Scope {
    changes: Named<Vec<u8>, BtfChange>,
    /// All names.
    own: IndexSet<Vec<u8>, BuildHasherDefault<FxHasher>>,
    /// The names of those changes that [`BtfChanges::broken`] tells of, as far as declarations have
    /// them.
    broken: Vec<NameId>,
}

/// How many types are compared at a time.
const AT_ONCE: usize = 512;

impl BtfChanges {
    fn between(types: &Types, [old, new]: [&BtfTypes<'_>; 2]) -> Self {
        let modules: Vec<&[u8]> =
            new.modules.keys().copied().filter(|name| old.modules.contains_key(name)).collect();
        let scopes = [KERNEL].into_iter().chain(modules);
        let scopes = scopes.collect::<Vec<_>>().into_par_iter();
        let scopes = scopes.map(|module| (module.to_owned(), Scope::between([old, new], module)));
        let scopes: Vec<_> = scopes.collect();
        let mut changes = Self { scopes: scopes.into_iter().collect() };
        let broken = changes.scopes.iter().map(|(module, scope)| {
            let names = scope.changes.keys();
            let names = names.filter(|name| changes.broken(module, name).is_some());
            names.filter_map(|name| types.find_name(name)).collect()
        });
        let broken: Vec<Vec<NameId>> = broken.collect();
        for (scope, broken) in changes.scopes.values_mut().zip(broken) {
            scope.broken = broken;
        }
        changes
    }

    /// The names of the types that a module sees broken.
    fn broken_names<'a>(
        &'a self,
        types: &'a Types,
        module: &[u8],
    ) -> impl Iterator<Item = NameId> + use<'a> {
        let scope = |name: &[u8]| self.scopes.get(name);
        let own = (module != KERNEL).then(|| scope(&kernel_name(module))).flatten();
        let kernel = scope(KERNEL).filter(|_| module == KERNEL || own.is_some());
        let is_seen =
            move |name: &&NameId| own.is_none_or(|own| !own.own.contains(types.name(**name)));
        let of_kernel = kernel.into_iter().flat_map(|it| &it.broken).filter(is_seen);
        of_kernel.chain(own.into_iter().flat_map(|it| &it.broken)).copied()
    }

    /// How the type of this name was changed that a module sees.
    pub(super) fn get(&self, module: &[u8], name: &[u8]) -> Option<&BtfChange> {
        let own = match module {
            KERNEL => None,
            path => Some(self.scopes.get(&kernel_name(path)[..])?),
        };
        match own {
            Some(own) if own.own.contains(name) => own.changes.get(name),
            _ => self.scopes.get(KERNEL)?.changes.get(name),
        }
    }

    /// The same if a module that was built for one side has the other wrong, and not only because of
    /// something else that lies in it.
    pub(super) fn broken(&self, module: &[u8], name: &[u8]) -> Option<&BtfChange> {
        let is_changed = |held: &[u8]| self.get(module, held).is_some();
        let change = self.get(module, name)?;
        (change.is_break() && !change.is_consequence(is_changed)).then_some(change)
    }

    /// The changed types of one module's own BTF, or of the kernel's.
    pub(super) fn of_scope(
        &self,
        module: &[u8],
    ) -> impl Iterator<Item = (&[u8], &BtfChange)> + use<'_> {
        let scope = self.scopes.get(&kernel_name(module)[..]);
        scope.into_iter().flat_map(|it| &it.changes).map(|(name, change)| (&name[..], change))
    }
}

impl Scope {
    fn between([old, new]: [&BtfTypes<'_>; 2], module: &[u8]) -> Self {
        let mut own = IndexSet::default();
        for side in [old, new] {
            own.extend(side.names(module).into_iter().flat_map(BtfNames::type_names));
        }
        let names: Vec<&[u8]> = own.iter().map(Vec::as_slice).collect();
        let changes = names.par_chunks(AT_ONCE).flat_map_iter(|names| {
            let sides = old.side(module).zip(new.side(module));
            let changed = |(mut old, mut new): (BtfSide<'_>, BtfSide<'_>)| {
                let named = names.iter().filter_map(|name| {
                    Some((name.to_vec(), btf_change(name, &mut old, &mut new)?))
                });
                named.collect::<Vec<_>>()
            };
            sides.map(changed).unwrap_or_default()
        });
        let changes: Vec<_> = changes.collect();
        Self { changes: changes.into_iter().collect(), own, broken: Vec::new() }
    }
}

/// What is known by BTF of two releases that are compared.
pub(super) struct BothBtf<'a> {
    pub(super) types: [&'a BtfTypes<'a>; 2],
    pub(super) changes: BtfChanges,
    /// The exports of the new release.
    exports: Option<&'a Exports>,
}

impl<'a> BothBtf<'a> {
    /// `declared` has the names that are declared.
    pub(super) fn new(
        declared: &Types,
        types: [&'a BtfTypes<'a>; 2],
        exports: Option<&'a Exports>,
    ) -> Self {
        Self { types, changes: BtfChanges::between(declared, types), exports }
    }

    /// Whether a module has BTF on both sides.
    pub(super) fn has(&self, module: &[u8]) -> bool {
        self.types.iter().all(|it| it.names(module).is_some())
    }

    /// The module that a file's object is in.
    fn module_of(&self, types: &Types, file: &TypesFile) -> &'a [u8] {
        let find = |exports: &'a Exports| {
            let found = file.exports(types).find_map(|name| exports.get(types.name(name)));
            found.map(|export| &export.module[..])
        };
        self.exports.and_then(find).unwrap_or(KERNEL)
    }

    /// What is broken of the types that a file of the new release may have.
    pub(super) fn broken_in(&self, types: &Types, file: &TypesFile) -> Broken<'_> {
        let module = self.module_of(types, file);
        Broken { btf: self, module, names: self.changes.broken_names(types, module).collect() }
    }

    /// What determines the impacts of the causes found in a file of the new release.
    pub(super) fn judge(&self, types: &Types, file: &TypesFile) -> Judge<'_> {
        self.judge_module(self.module_of(types, file))
    }

    /// The same of a module, or of the kernel itself.
    pub(super) fn judge_module<'j>(&'j self, module: &'j [u8]) -> Judge<'j> {
        let [old, new] = self.types.map(|it| it.side(module));
        Judge { changes: &self.changes, module, sides: old.zip(new) }
    }
}

/// Whether BTF's type of a name can be the one that a file declares: a kernel may have a different one of
/// that name, of which its BTF tells instead. All members and enumerators must be there; that there
/// are more may be hidden from genksyms (`__GENKSYMS__`).
fn is_declared_so(name: &[u8], declaration: &[u8], side: &BtfSide<'_>) -> bool {
    let parts = match Shape::read(declaration) {
        Some(Shape::Aggregate(parts) | Shape::Enum(parts)) => parts,
        // Exports, typedefs of others, and enumerators have nothing to compare.
        Some(Shape::Function(..) | Shape::Other(_)) => return true,
        // C has none.
        Some(Shape::Variants(_)) => return false,
        None => return TypeName::of(name).kind == Kind::EnumConstant,
    };
    let Some(known) = side.part_names(name) else { return false };
    let mut names = parts.iter().map(|part| part.name.rsplit('.').next().unwrap_or_default());
    names.all(|name| name.is_empty() || known.contains(name.as_bytes()))
}

/// The types that a module sees broken, though perhaps declared as before.
pub(super) struct Broken<'a> {
    btf: &'a BothBtf<'a>,
    module: &'a [u8],
    names: IndexSet<NameId, BuildHasherDefault<FxHasher>>,
}

impl Broken<'_> {
    /// Whether the type that a line declares is among them.
    pub(super) fn has(&self, types: &Types, line: LineId) -> bool {
        let name = types.line(line).name;
        let (text, declaration) = (types.name(name), types.declaration(line));
        let is_it = |types: &&BtfTypes<'_>| {
            types.side(self.module).is_some_and(|side| is_declared_so(text, declaration, &side))
        };
        self.names.contains(&name) && self.btf.types.iter().all(is_it)
    }
}

/// What determines the impacts of causes by BTF.
pub(super) struct Judge<'a> {
    changes: &'a BtfChanges,
    module: &'a [u8],
    sides: Option<(BtfSide<'a>, BtfSide<'a>)>,
}

impl Judge<'_> {
    /// What became of the type of this name.
    pub(super) fn changed(&self, name: &[u8]) -> Impact {
        let change = self.changes.get(self.module, name);
        let same = || Impact { class: Class::Cosmetic, ..Impact::default() };
        change.map_or_else(same, |change| change.impact.clone())
    }

    /// What a change does; none if BTF does not show it.
    pub(super) fn impact(&mut self, types: &Types, change: Change) -> Option<Impact> {
        let name = types.name(change.name);
        if !change.is_declared_otherwise() {
            return self.changes.get(self.module, name).map(|change| change.impact.clone());
        }
        // A name alone says nothing, whatever else the kernel knows.
        if types.line(change.old).is_opaque || types.line(change.new).is_opaque {
            return None;
        }
        let (old, new) = self.sides.as_ref()?;
        let is_of_files = is_declared_so(name, types.declaration(change.old), old)
            && is_declared_so(name, types.declaration(change.new), new);
        is_of_files.then(|| self.impact_of(name))?
    }

    /// What the change of this name does, if only that it is unknown.
    pub(super) fn any_impact(&mut self, name: &[u8]) -> Impact {
        match &mut self.sides {
            Some((old, new)) => impact(name, old, new),
            None => Impact::default(),
        }
    }

    /// What the change of this name does; none if BTF does not show it.
    pub(super) fn impact_of(&mut self, name: &[u8]) -> Option<Impact> {
        let (old, new) = self.sides.as_mut()?;
        Some(impact(name, old, new)).filter(|impact| impact.class != Class::Unknown)
    }
}
