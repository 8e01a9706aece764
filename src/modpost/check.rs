//! Whether everything that a module imports is exported, and the module may use it.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::messages::{self, Message};
use super::module_set::{ExportId, ModuleId, ModuleSet};
use super::object_facts::ModuleFacts;
use super::paths;
use super::request::Options;
use super::{object_facts::Mark, older};
use crate::release::{ListOrder, Modpost, NamespaceForm, UndefinedCheck};

/// What is to be said of a module, and which exports its references mean.
#[derive(Debug, Default)]
pub(super) struct Checked<'a> {
    /// In order.
    pub(super) findings: Vec<Finding>,
    /// For each undefined symbol of the module the export that it means, if there is one and the
    /// module is not its owner.
    pub(super) uses: Vec<Option<ExportId>>,
    /// The namespaces that the module should import and does not, in the order of their use.
    pub(super) missing_namespaces: IndexSet<&'a [u8], FxBuildHasher>,
}

/// Something to be said.
#[derive(Debug)]
pub(super) enum Finding {
    /// In any case.
    Said(Message),
    /// A symbol is undefined, which is only said of the first few.
    Undefined(Message),
}

/// Checks a module that was read from an object.
pub(super) fn check<'a>(
    set: &ModuleSet<'a>,
    id: ModuleId,
    facts: &ModuleFacts,
    options: &Options,
    release: &Modpost,
) -> Checked<'a> {
    let mut checked = Checked::default();
    let wording = release.wording;
    if paths::base_name(&facts.name).len() >= facts.name_room {
        checked.say(messages::module_name_too_long(wording, &facts.name));
    }
    for undefined in &facts.undefined {
        let name = facts.text(undefined.name);
        let mut found = set.find(name);
        if release.lists == ListOrder::Reversed {
            // What the module exports itself is as good as nothing.
            found = found.filter(|&export| set.export(export).module != id);
        }
        let is_checked = release.undefined == UndefinedCheck::Always || set.has_kernel();
        if found.is_none() && !undefined.is_weak && is_checked {
            let message = messages::undefined(wording, name, &facts.name, options.warn_unresolved);
            checked.findings.push(Finding::Undefined(message));
        }
        let usable = found.filter(|&export| {
            let is_own = set.export(export).module == id;
            if is_own {
                checked.say(messages::exported_without_definition(wording, name, &facts.name));
            }
            !is_own
        });
        if let Some(export) = usable {
            checked.check_use(set, export, facts, options, release);
        }
        checked.uses.push(usable);
    }
    checked
}

impl<'a> Checked<'a> {
    fn say(&mut self, message: Message) {
        self.findings.push(Finding::Said(message));
    }

    /// Checks whether a module may use an export.
    fn check_use(
        &mut self,
        set: &ModuleSet<'a>,
        export: ExportId,
        facts: &ModuleFacts,
        options: &Options,
        release: &Modpost,
    ) {
        let export = set.export(export);
        let wording = release.wording;
        let namespace = export.namespace;
        let is_imported = facts.imported_namespaces.contains(namespace)
            || (release.namespaces == NamespaceForm::ModuleLists
                && lists_module(namespace, paths::base_name(&facts.name)));
        if !namespace.is_empty() && !is_imported {
            let is_warning = options.allow_missing_namespaces
                || release.namespaces == NamespaceForm::Recommended;
            self.say(messages::namespace_not_imported(
                wording,
                &facts.name,
                export.name,
                namespace,
                is_warning,
            ));
            self.missing_namespaces.insert(namespace);
        }
        let module = paths::base_name(&facts.name);
        if !facts.is_gpl_compatible {
            match (export.is_gpl_only, export.mark) {
                (true, Mark::Unused) => {
                    let message = older::messages::gpl_only_unused(module, export.name);
                    self.say(message.at(release.gpl_only));
                }
                (true, _) => {
                    let message = messages::gpl_only(wording, &facts.name, export.name);
                    self.say(message.at(release.gpl_only));
                }
                (false, Mark::Future) => {
                    self.say(older::messages::future_gpl_only(module, export.name));
                }
                (false, _) => {}
            }
        }
        if export.mark == Mark::Unused {
            self.say(older::messages::unused(module, export.name));
        }
    }
}

/// What a namespace begins with that lists the modules which may use it.
pub(super) const MODULE_LIST: &[u8] = b"module:";

/// Whether `namespace` lists `module`: `module:a,b-*` has names, and beginnings of names.
///
/// Upstream quirk: `-` and `_` differ here, though not for the kernel.
fn lists_module(namespace: &[u8], module: &[u8]) -> bool {
    let Some(list) = namespace.strip_prefix(MODULE_LIST) else {
        return false;
    };
    list.split(|&byte| byte == b',').any(|pattern| match pattern.strip_suffix(b"*") {
        Some(beginning) => module.starts_with(beginning),
        None => module == pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::lists_module;

    #[test]
    fn a_namespace_may_list_modules_by_names_and_beginnings() {
        for (namespace, module, is_listed) in [
            ("module:foo", "foo", true),
            ("module:foo", "foobar", false),
            ("module:a,foo-*", "foo-bar", true),
            ("module:a,foo-*", "foo_bar", false),
            ("module:*", "foo", true),
            ("module:", "foo", false),
            ("FOO", "foo", false),
        ] {
            let found = lists_module(namespace.as_bytes(), module.as_bytes());
            assert_eq!(found, is_listed, "{namespace} {module}");
        }
    }
}
