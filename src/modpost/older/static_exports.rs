//! Exports that the linker does not see, which releases from 5.3 to 5.18 complain about.

use super::messages;
use crate::modpost::messages::Message;
use crate::modpost::module_set::ModuleSet;
use crate::modpost::write::symvers;
use crate::release::{Modpost, Severity, StaticExports};

/// Says what exports are static, in the order of the table.
pub(in crate::modpost) fn say(
    set: &ModuleSet<'_>,
    release: &Modpost,
    mut say: impl FnMut(Message),
) {
    let severity = match release.static_exports {
        StaticExports::Unchecked => return,
        StaticExports::Warned | StaticExports::WarnedWithDots => Severity::Warning,
        StaticExports::Errors => Severity::Error,
    };
    for id in set.by_hash() {
        let export = set.export(id);
        if export.is_static {
            let module = set.module(export.module).name;
            let kind = symvers::kind(export);
            say(messages::static_export(export.name, module, kind).at(severity));
        }
    }
}
