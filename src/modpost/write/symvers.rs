//! `Module.symvers` for what was read from objects.

use super::context::Context;
use crate::formats::symvers::{Record, line, short_line};
use crate::modpost::module_set::Export;
use crate::modpost::object_facts::Mark;
use crate::modpost::text::{Fatal, Text};
use crate::release::{DumpContents, ListOrder, NamespaceForm};

/// The text: modules and their exports, in order.
///
/// # Errors
/// A line is too long.
pub(in crate::modpost) fn text(context: Context<'_>) -> Result<Text, Fatal> {
    let mut out = Text::of(context.release);
    if context.release.lists == ListOrder::Reversed {
        for id in context.set.by_hash() {
            let export = context.set.export(id);
            let is_written = match (context.release.dump_contents, context.options.external) {
                (DumpContents::AllOfModules, true) => !export.source.is_kernels,
                (DumpContents::AllOfModules | DumpContents::AlsoDumps, false) => true,
                (DumpContents::AlsoDumps, true) | (DumpContents::ObjectsOnly, _) => {
                    context.set.module(export.module).facts.is_some()
                }
            };
            if is_written {
                print(&mut out, export, context)?;
            }
        }
        return Ok(out);
    }
    for (_, module) in context.set.modules().filter(|(_, module)| module.facts.is_some()) {
        for &id in module.exports.iter().filter(|id| !context.is_trimmed(**id)) {
            print(&mut out, context.set.export(id), context)?;
        }
    }
    Ok(out)
}

fn print(out: &mut Text, export: &Export<'_>, context: Context<'_>) -> Result<(), Fatal> {
    let record = Record {
        crc: export.crc.unwrap_or(0),
        symbol: export.name,
        module: context.set.module(export.module).name,
        export: kind(export),
        namespace: export.namespace,
    };
    out.print(&[&match context.release.namespaces {
        NamespaceForm::None => short_line(&record),
        NamespaceForm::Recommended | NamespaceForm::Names | NamespaceForm::ModuleLists => {
            line(&record)
        }
    }])
}

/// The kind of an export, as a dump has it.
pub(in crate::modpost) fn kind(export: &Export<'_>) -> &'static [u8] {
    match (export.is_gpl_only, export.mark) {
        (false, Mark::None) => b"EXPORT_SYMBOL",
        (true, Mark::None | Mark::Future) => b"EXPORT_SYMBOL_GPL",
        (false, Mark::Unused) => b"EXPORT_UNUSED_SYMBOL",
        (true, Mark::Unused) => b"EXPORT_UNUSED_SYMBOL_GPL",
        (false, Mark::Future) => b"EXPORT_SYMBOL_GPL_FUTURE",
        (_, Mark::Unknown) => b"(unknown)",
    }
}
