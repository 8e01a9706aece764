//! The lines for what a module (or the kernel) exports.

use super::context::Context;
use crate::crc::hex_digits;
use crate::modpost::messages::{self, Message};
use crate::modpost::module_set::{Export, ExportId, Module};
use crate::modpost::text::{Fatal, Text};
use crate::release::ExportLines;

/// Appends the block of the exports: from 6.5 on the tables of symbols, with `-m` the CRCs.
pub(super) fn append(
    out: &mut Text,
    module: &Module<'_>,
    context: Context<'_>,
    messages: &mut Vec<Message>,
) -> Result<(), Fatal> {
    if context.release.export_lines == ExportLines::None {
        return Ok(());
    }
    let exports: Vec<&Export<'_>> = module
        .exports
        .iter()
        .filter(|export| !context.is_trimmed(**export))
        .map(|&export: &ExportId| context.set.export(export))
        .collect();
    let lines = context.release.export_lines;
    if !matches!(lines, ExportLines::KnownCrcs | ExportLines::Crcs) {
        out.print(&[b"\n"])?;
        for export in &exports {
            print_symbol(out, export, lines)?;
        }
    }
    if context.options.modversions {
        out.print(&[b"\n"])?;
        for export in &exports {
            if export.crc.is_none() {
                let is_vmlinux = module.is_vmlinux;
                let (wording, name) = (context.release.wording, export.name);
                let message = messages::export_without_crc(wording, name, module.name, is_vmlinux);
                messages.push(message);
                if lines == ExportLines::KnownCrcs {
                    continue;
                }
            }
            print_crc(out, export, lines)?;
        }
    }
    Ok(())
}

/// What tells the tables of the exports apart.
fn suffix(export: &Export<'_>) -> &'static [u8] {
    if export.is_gpl_only { b"_gpl" } else { b"" }
}

fn print_symbol(out: &mut Text, export: &Export<'_>, lines: ExportLines) -> Result<(), Fatal> {
    let kind: &[u8] = if export.is_function { b"FUNC(" } else { b"DATA(" };
    let name = export.name;
    let end: [&[u8]; 3] = [b", \"", export.namespace, b"\");\n"];
    match lines {
        ExportLines::None | ExportLines::KnownCrcs | ExportLines::Crcs | ExportLines::Symbols => {
            let start: [&[u8]; 6] = [b"KSYMTAB_", kind, name, b", \"", suffix(export), b"\""];
            out.print(&[&start[..], &end].concat())
        }
        ExportLines::SymbolsWithFlags => {
            let start: [&[u8]; 3] = [b"KSYMTAB_", kind, name];
            out.print(&[&start[..], &end].concat())?;
            let flags: &[u8] = if export.is_gpl_only { b"1" } else { b"0" };
            out.print(&[b"SYMBOL_FLAGS(", name, b", 0x0", flags, b");\n"])
        }
    }
}

fn print_crc(out: &mut Text, export: &Export<'_>, lines: ExportLines) -> Result<(), Fatal> {
    let digits = hex_digits(export.crc.unwrap_or(0));
    let start: [&[u8]; 4] = [b"SYMBOL_CRC(", export.name, b", 0x", &digits];
    let end: &[&[u8]] = match lines {
        ExportLines::None | ExportLines::KnownCrcs | ExportLines::Crcs | ExportLines::Symbols => {
            &[b", \"", suffix(export), b"\");\n"]
        }
        ExportLines::SymbolsWithFlags => &[b");\n"],
    };
    out.print(&[&start, end].concat())
}
