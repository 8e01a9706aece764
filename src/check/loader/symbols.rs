//! The steps about symbols: namespaces, each import, and exports that exist already.

use std::borrow::Cow;

use super::modinfo::Compared;
use super::{Attempt, Effect, ImportFault, Provider, Step, Why};
use crate::check::candidate::{Facts, Import};
use crate::check::errors::Error;
use crate::check::kernel::Kernel;
use crate::check::messages as say;
use crate::check::taints::Taint;
use crate::kernel::Export;
use crate::release::{ModuleNamespaces, Unlisted};

/// What begins the name of a namespace that lists modules.
const MODULES: &[u8] = b"module:";

/// An export that was found for an import.
#[derive(Clone)]
struct Found<'a> {
    crc: Option<u32>,
    /// None if it is not known.
    is_gpl: Option<bool>,
    /// None if it is not known.
    namespace: Option<&'a [u8]>,
    owner: Owner<'a>,
}

/// What exports a symbol.
#[derive(Clone)]
enum Owner<'a> {
    /// The kernel itself.
    Kernel,
    /// One of the kernel's own modules.
    Own(Cow<'a, [u8]>),
    /// One of the modules that were loaded here, and whether that is proprietary.
    Loaded(&'a [u8], bool),
}

impl Owner<'_> {
    fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Kernel => None,
            Self::Own(name) => Some(name),
            Self::Loaded(name, _) => Some(name),
        }
    }
}

impl<'a> Found<'a> {
    fn of_kernel(export: &'a Export, owner: Owner<'a>) -> Self {
        let namespace = export.namespace.as_deref();
        Self { crc: export.crc, is_gpl: export.is_gpl, namespace, owner }
    }
}

impl<'a> Attempt<'_, 'a> {
    pub(super) fn unversioned_exports(&mut self, facts: &Facts) {
        self.begin(Step::Exports);
        for table in &facts.ignored_tables {
            self.note(vec![say::ignored_table(self.name, table)]);
        }
        if facts.lacks_export_flags {
            let line = say::no_export_flags(self.name);
            self.refuse(Error::NoExec, Why::NoExportFlags, vec![line]);
        }
        if facts.has_unversioned_exports && self.loader.has_modversions == Some(true) {
            self.force(b"no versions for exported symbols", Why::UnversionedExports);
        }
    }

    pub(super) fn namespaces(&mut self, facts: &Facts) {
        self.begin(Step::Namespaces);
        if self.kernel().load.module_namespaces == ModuleNamespaces::Names {
            return;
        }
        let bad = facts.namespaces.iter().find(|namespace| namespace.starts_with(MODULES));
        if let Some(namespace) = bad {
            let line = say::imports_module_namespace(self.name, namespace);
            let why = Why::ModuleNamespace(namespace.clone());
            self.refuse(Error::NotPermitted, why, vec![line]);
        }
    }

    pub(super) fn imports(&mut self, facts: &Facts) {
        self.begin(Step::Imports);
        // The kernel meets the two kinds in the order of the symbols; they rarely come together.
        for symbol in &facts.commons {
            if !symbol.starts_with(b"__gnu_lto") {
                let why = Why::Import(symbol.clone(), ImportFault::Common);
                self.refuse(Error::NoExec, why, vec![say::common(self.name)]);
            }
        }
        let mut are_known = true;
        for import in &facts.imports {
            are_known &= self.import(facts, import);
        }
        if !are_known {
            let words = "licenses and namespaces of the kernel's own exports (only what its \
                         modules import is known; its headers or its Module.symvers have all)";
            self.outcome.unchecked.push(words.to_owned());
        }
    }

    /// Looks at one import. Whether all is known of what it found.
    fn import(&mut self, facts: &Facts, import: &Import) -> bool {
        let Import { symbol, is_weak, .. } = import;
        let Some(found) = self.find(symbol) else {
            return self.not_found(import, ImportFault::Missing);
        };
        let is_proprietary = self.is_proprietary;
        if is_proprietary && found.is_gpl == Some(true) {
            return self.not_found(import, ImportFault::GplOnly);
        }
        self.uses_gpl |= found.is_gpl == Some(true);
        if let Owner::Loaded(owner, true) = found.owner {
            if self.uses_gpl {
                let named = self.kernel().load.inherited_symbol;
                let line = say::gpl_from_proprietary(self.name, symbol, owner, named);
                let fault = ImportFault::Proprietary(owner.to_owned());
                if *is_weak {
                    self.note(vec![line]);
                } else {
                    self.refuse_import(import, Error::NoEntry, fault, vec![line]);
                }
                return true;
            }
            if !is_proprietary {
                let named = self.kernel().load.inherited_symbol;
                let line = say::inherits(self.name, symbol, owner, named);
                self.marks.taints.add(Taint::Proprietary);
                self.push(Effect::Taints(Taint::Proprietary), vec![line]);
            }
        }
        if !self.version(facts, import, &found) || !self.namespace(facts, import, &found) {
            return true;
        }
        if is_proprietary && found.is_gpl.is_none() {
            let name = String::from_utf8_lossy(symbol);
            self.undetermined(format!("whether {name} is GPL-only"));
        }
        if let Some(owner) = found.owner.name() {
            self.uses(owner);
        }
        found.namespace.is_some() && found.is_gpl.is_some()
    }

    /// A module must be loaded before this one.
    fn uses(&mut self, owner: &[u8]) {
        if !self.outcome.uses.contains(owner) {
            self.outcome.uses.insert(owner.to_owned());
        }
    }

    /// Whether the CRC lets the symbol be used.
    fn version(&mut self, facts: &Facts, import: &Import, found: &Found<'_>) -> bool {
        let symbol = &import.symbol;
        let owner = found.owner.name().map(<[u8]>::to_owned);
        match self.compare(facts, import.recorded, found.crc) {
            Compared::Same => return true,
            Compared::Other(own) => {
                let fault = ImportFault::Crc { own, found: found.crc.unwrap_or_default(), owner };
                let line = say::disagrees(self.name, symbol);
                self.refuse_import(import, Error::Invalid, fault, vec![line]);
            }
            Compared::Unlisted => {
                let lines = self.unlisted_line(symbol);
                match self.kernel().load.unlisted {
                    Unlisted::Passes => {
                        self.note(lines);
                        if self.kernel().profile.is_none() {
                            let name = String::from_utf8_lossy(symbol);
                            self.undetermined(format!(
                                "which loader the kernel has (--profile): Debian's refuses \
                                 {name}, which is missing from the module's symbol versions"
                            ));
                        }
                        return true;
                    }
                    Unlisted::Refused => {
                        let fault = ImportFault::Unlisted { owner };
                        self.refuse_import(import, Error::Invalid, fault, lines);
                    }
                }
            }
            Compared::NotExtended => {
                let lines = self.no_extended_line(symbol);
                self.note(lines);
                return true;
            }
            // What was reported for the module as a whole is not repeated for each symbol.
            Compared::Unversioned if self.is_without_versions => return true,
            Compared::Unversioned => {
                if self.kernel().config.is_set("CONFIG_MODULE_FORCE_LOAD") == Some(false) {
                    self.refuse_import(import, Error::Invalid, ImportFault::Unversioned, vec![]);
                    return false;
                }
                // The first such symbol has reported it.
                if !self.marks.taints.has(Taint::Forced) {
                    self.force(symbol, Why::NoVersions);
                }
                return true;
            }
        }
        false
    }

    /// Whether the module imports the symbol's namespace, or is on its list.
    fn namespace(&mut self, facts: &Facts, import: &Import, found: &Found<'_>) -> bool {
        let Some(namespace) = found.namespace.filter(|it| !it.is_empty()) else {
            return true;
        };
        let lists = self.kernel().load.module_namespaces == ModuleNamespaces::Lists;
        if facts.namespaces.contains(namespace) || (lists && is_listed(namespace, self.name)) {
            return true;
        }
        let line = say::not_imported(self.name, &import.symbol, namespace);
        let option = "CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS";
        if self.kernel().config.is_set(option) == Some(true) {
            self.note(vec![line]);
            return true;
        }
        let fault = ImportFault::Namespace(namespace.to_owned());
        self.refuse_import(import, Error::Invalid, fault, vec![line]);
        false
    }

    /// Nothing that the module may use exports the symbol. Whether that is known.
    fn not_found(&mut self, import: &Import, fault: ImportFault) -> bool {
        if import.is_weak {
            return true;
        }
        if !self.kernel().exports.is_whole() && fault == ImportFault::Missing {
            let name = String::from_utf8_lossy(&import.symbol);
            self.undetermined(format!("whether the kernel exports {name}"));
            return false;
        }
        self.refuse_import(import, Error::NoEntry, fault, Vec::new());
        true
    }

    fn refuse_import(
        &mut self,
        import: &Import,
        error: Error,
        fault: ImportFault,
        mut lines: Vec<Vec<u8>>,
    ) {
        lines.push(say::unknown_symbol(self.name, &import.symbol, error.number()));
        self.refuse(error, Why::Import(import.symbol.clone(), fault), lines);
    }

    /// What exports a symbol: the kernel itself, else the modules that are loaded, the newest first,
    /// else one of the kernel's own modules, which would be loaded before.
    fn find(&self, symbol: &[u8]) -> Option<Found<'a>> {
        let own = self.own_export(symbol);
        if let Some(export) = own.filter(|export| export.is_kernels()) {
            return Some(Found::of_kernel(export, Owner::Kernel));
        }
        let provider = self.loader.provided.get(symbol).and_then(|providers| providers.last());
        if let Some(&Provider { module, export }) = provider {
            let loaded = self.loader.loaded.get(module);
            let is_proprietary = loaded.is_some_and(|it| it.taints.has(Taint::Proprietary));
            return Some(Found {
                crc: export.crc,
                is_gpl: Some(export.is_gpl),
                namespace: Some(&export.namespace),
                owner: Owner::Loaded(module, is_proprietary),
            });
        }
        let (export, owner) = own.and_then(|export| Some((export, export.owner()?)))?;
        let is_replaced = self.loader.names.contains(&owner[..]);
        (!is_replaced).then(|| Found::of_kernel(export, Owner::Own(owner)))
    }

    /// What is known of an export of the kernel's own, from others than this module: that it imports a
    /// symbol does not show that there is one.
    pub(super) fn own_export(&self, symbol: &[u8]) -> Option<&'a Export> {
        let kernel: &'a Kernel = self.loader.kernel;
        kernel.exports.get(symbol).filter(|export| !export.is_told_only_by(self.name))
    }

    pub(super) fn duplicates(&mut self, facts: &Facts) {
        self.begin(Step::Duplicates);
        // The plain ones come before those for the GPL.
        let plain = facts.exports.iter().filter(|export| !export.is_gpl);
        let all = plain.chain(facts.exports.iter().filter(|export| export.is_gpl));
        for export in all {
            let owner = match self.find(&export.symbol).map(|found| found.owner) {
                Some(Owner::Kernel) => None,
                // The module of the same name was reported already.
                Some(Owner::Loaded(owner, _)) if owner == self.name => continue,
                Some(Owner::Loaded(owner, _)) => Some(Cow::Borrowed(owner)),
                Some(Owner::Own(owner)) if self.is_loaded(&owner) => Some(owner),
                Some(Owner::Own(owner)) => {
                    let symbol = String::from_utf8_lossy(&export.symbol);
                    let owner = String::from_utf8_lossy(&owner);
                    self.outcome.unchecked.push(format!(
                        "whether the kernel's own {owner} is loaded, which also exports \
                         {symbol}: only one of the two can be"
                    ));
                    continue;
                }
                None => continue,
            };
            let shown = owner.as_deref().unwrap_or(b"kernel");
            let line = say::duplicate(self.name, &export.symbol, shown);
            let why = Why::Duplicate(export.symbol.clone(), owner.map(Cow::into_owned));
            // The kernel stops at the first one.
            return self.refuse(Error::NoExec, why, vec![line]);
        }
    }

    /// Whether one of the kernel's own modules is loaded: this module or one before it uses it.
    fn is_loaded(&self, owner: &[u8]) -> bool {
        self.outcome.uses.contains(owner) || self.loader.used.get(owner).is_some_and(|&it| it > 0)
    }
}

/// Whether a list of modules, `module:a,b-*`, has this one. `-` and `_` are the same.
fn is_listed(namespace: &[u8], module: &[u8]) -> bool {
    let Some(list) = namespace.strip_prefix(MODULES) else { return false };
    let same = |one: &[u8], other: &[u8]| {
        let plain = |byte: &u8| if *byte == b'-' { b'_' } else { *byte };
        one.iter().map(plain).eq(other.iter().map(plain))
    };
    list.split(|&byte| byte == b',').any(|pattern| match pattern.strip_suffix(b"*") {
        Some(start) => module.get(..start.len()).is_some_and(|it| same(it, start)),
        None => same(pattern, module),
    })
}

#[cfg(test)]
mod tests {
    use super::is_listed;

    #[test]
    fn a_namespace_may_list_modules() {
        let list = b"module:kvm,kvm-*,snd_x";
        for (module, expected) in
            [(&b"kvm"[..], true), (b"kvm_intel", true), (b"snd-x", true), (b"snd", false)]
        {
            assert_eq!(is_listed(list, module), expected);
        }
        assert!(!is_listed(b"KVM", b"KVM"));
        assert!(is_listed(b"module:*", b"any"));
    }
}
