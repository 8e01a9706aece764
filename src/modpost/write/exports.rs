//! The lines for what a module (or the kernel) exports.

use super::context::Context;
use crate::crc::hex_digits;
use crate::modpost::messages::{self, Message};
use crate::modpost::module_set::{Export, ExportId, Module};
use crate::modpost::text::{Fatal, Text};
use crate::release::ExportEncoding;

/// Appends the block of the exports: from 6.5 on the tables of symbols, with `-m` the CRCs.
pub(super) fn append(
    out: &mut Text,
    module: &Module<'_>,
    context: Context<'_>,
    messages: &mut Vec<Message>,
) -> Result<(), Fatal> {
    let exports: Vec<&Export<'_>> = module
        .exports
        .iter()
        .filter(|export| !context.is_trimmed(**export))
        .map(|&export: &ExportId| context.set.export(export))
        .collect();
    if context.release.exports == ExportEncoding::ExportSymbolSection {
        out.print(&[b"\n"])?;
        for export in &exports {
            print_symbol(out, export)?;
        }
    }
    if context.options.modversions {
        out.print(&[b"\n"])?;
        for export in &exports {
            if export.crc.is_none() {
                let is_vmlinux = module.is_vmlinux;
                messages.push(messages::export_without_crc(export.name, module.name, is_vmlinux));
            }
            print_crc(out, export)?;
        }
    }
    Ok(())
}

/// What tells the tables of the exports apart.
fn suffix(export: &Export<'_>) -> &'static [u8] {
    if export.is_gpl_only { b"_gpl" } else { b"" }
}

fn print_symbol(out: &mut Text, export: &Export<'_>) -> Result<(), Fatal> {
    let kind: &[u8] = if export.is_function { b"FUNC(" } else { b"DATA(" };
    let words: [&[u8]; 8] = [
        b"KSYMTAB_",
        kind,
        export.name,
        b", \"",
        suffix(export),
        b"\", \"",
        export.namespace,
        b"\");\n",
    ];
    out.print(&words)
}

fn print_crc(out: &mut Text, export: &Export<'_>) -> Result<(), Fatal> {
    let digits = hex_digits(export.crc.unwrap_or(0));
    let words: [&[u8]; 7] =
        [b"SYMBOL_CRC(", export.name, b", 0x", &digits, b", \"", suffix(export), b"\");\n"];
    out.print(&words)
}
