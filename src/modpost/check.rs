//! Whether everything that a module imports is exported, and the module may use it.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::messages::{self, Message};
use super::module_set::{ExportId, ModuleId, ModuleSet};
use super::object_facts::ModuleFacts;
use super::paths;
use super::request::Options;

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
) -> Checked<'a> {
    let mut checked = Checked::default();
    if paths::base_name(&facts.name).len() >= facts.name_room {
        checked.say(messages::module_name_too_long(&facts.name));
    }
    for undefined in &facts.undefined {
        let name = facts.text(undefined.name);
        let found = set.find(name);
        if found.is_none() && !undefined.is_weak {
            let message = messages::undefined(name, &facts.name, options.warn_unresolved);
            checked.findings.push(Finding::Undefined(message));
        }
        let usable = found.filter(|&export| {
            let is_own = set.export(export).module == id;
            if is_own {
                checked.say(messages::exported_without_definition(name, &facts.name));
            }
            !is_own
        });
        if let Some(export) = usable {
            checked.check_use(set, export, facts, options);
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
    ) {
        let export = set.export(export);
        let module = paths::base_name(&facts.name);
        let namespace = export.namespace;
        let is_imported = facts.imported_namespaces.contains(namespace);
        if !namespace.is_empty() && !is_imported {
            let is_warning = options.allow_missing_namespaces;
            self.say(messages::namespace_not_imported(module, export.name, namespace, is_warning));
            self.missing_namespaces.insert(namespace);
        }
        if export.is_gpl_only && !facts.is_gpl_compatible {
            self.say(messages::gpl_only(module, export.name));
        }
    }
}
