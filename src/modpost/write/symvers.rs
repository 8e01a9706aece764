//! `Module.symvers` for what was read from objects.

use super::context::Context;
use crate::formats::symvers::{Record, line};
use crate::modpost::text::{Fatal, Text};

/// The text: modules and their exports, in order.
///
/// # Errors
/// A line is too long.
pub(in crate::modpost) fn text(context: Context<'_>) -> Result<Text, Fatal> {
    let mut out = Text::default();
    for (_, module) in context.set.modules().filter(|(_, module)| module.facts.is_some()) {
        for &id in module.exports.iter().filter(|id| !context.is_trimmed(**id)) {
            let export = context.set.export(id);
            out.print(&[&line(&Record {
                crc: export.crc.unwrap_or(0),
                symbol: export.name,
                module: module.name,
                export: if export.is_gpl_only { b"EXPORT_SYMBOL_GPL" } else { b"EXPORT_SYMBOL" },
                namespace: export.namespace,
            })])?;
        }
    }
    Ok(out)
}
