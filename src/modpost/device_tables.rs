//! `MODULE_DEVICE_TABLE`: from the bytes of a table to the aliases that modprobe looks up.
//!
//! A driver's table has one entry for each kind of device that it can drive, and an entry of zeros
//! at its end. What the entries are like, and how an alias is made of one, is a row of
//! `types::TYPES`. See docs/device-tables.md.

mod acpi;
mod dmi;
mod entries;
mod fields;
mod input;
mod masks;
mod open_firmware;
mod output;
mod overrides;
mod pieces;
mod pnp;
mod types;
mod usb;
mod wmi;

use super::{AliasList, Fatal, Message, messages};
use crate::elf::Target;
use crate::release::{self, TableErrors, TableSymbols};
use fields::Entry;
use output::Output;
use types::{Aliases, DeviceType};

/// What the name of a symbol says that marks a device table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableName<'a> {
    /// The module that the table belongs to, if the name has it: `foo`.
    pub module: Option<&'a [u8]>,
    /// The device type: `pci`.
    pub device_type: &'a [u8],
    /// The name of the table itself: `ids`.
    pub table: &'a [u8],
}

impl<'a> TableName<'a> {
    /// What `symbol` says if it is the name of a device table: `__mod_pci__ids_device_table`, or in
    /// later forms `__mod_device_table__pci__ids` or `__mod_device_table__kmod_foo__pci__ids`.
    pub fn parse(symbol: &'a [u8], form: TableSymbols) -> Option<Self> {
        match form {
            TableSymbols::Plain => {
                let name = symbol.strip_prefix(b"__mod_")?;
                // Nobody looks where the first pair of underscores is: it may be the suffix's own.
                let (device_type, table) = split_at_underscores(name)?;
                let table = table.strip_suffix(b"_device_table").unwrap_or_default();
                let is_table = name.ends_with(b"_device_table");
                is_table.then_some(Self { module: None, device_type, table })
            }
            TableSymbols::Prefixed => {
                let name = symbol.strip_prefix(b"__mod_device_table__")?;
                let (device_type, table) = split_at_underscores(name)?;
                Some(Self { module: None, device_type, table })
            }
            TableSymbols::WithModule => {
                // The second part is searched from the underscores on that end the first.
                let rest = symbol.strip_prefix(b"__mod_device_table")?;
                let rest = rest.starts_with(b"__").then_some(rest)?;
                let mark = memchr::memmem::find(rest, b"__kmod_")?;
                let (module, rest) = split_at_underscores(&rest[mark + 7..])?;
                let (device_type, table) = split_at_underscores(rest)?;
                Some(Self { module: Some(module), device_type, table })
            }
        }
    }
}

/// What stands before the first pair of underscores, and what behind it.
fn split_at_underscores(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memmem::find(text, b"__")?;
    Some((&text[..end], &text[end + 2..]))
}

/// The names of all device types that `release` understands.
pub fn device_types(release: &release::Modpost) -> impl Iterator<Item = &'static str> {
    types::of(release).map(|device_type| device_type.name)
}

/// One table, as an object has it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The device type; one that is not known has no aliases.
    pub device_type: &'a [u8],
    /// The module's name as messages have it: its path without `.o`.
    pub module: &'a [u8],
    /// The name of the table in the source.
    pub name: &'a [u8],
    /// The bytes of the table, with the entry of zeros at its end.
    pub data: &'a [u8],
}

/// Appends the table's aliases to `aliases`, and what is to be said to `messages`.
///
/// # Errors
/// What ends the run: up to 6.12, that the entries are not of the size that they should be, or that
/// the last one is not zero; an alias is too long, or an AMBA device matches nothing.
pub fn write_aliases(
    table: &Table<'_>,
    target: Target,
    release: &release::Modpost,
    aliases: &mut AliasList,
    messages: &mut Vec<Message>,
) -> Result<(), Fatal> {
    let is_its_name = |known: &&DeviceType| known.name.as_bytes() == table.device_type;
    let Some(device_type) = types::of(release).find(is_its_name) else { return Ok(()) };
    if !check(device_type, table, target, release, messages)? {
        return Ok(());
    }
    let size = device_type.entry.size(target);
    let last = table.data.len() - size;
    let mut entries = (0..last).step_by(size).map(|start| Entry {
        bytes: &table.data[start..],
        target,
        uuids: release.uuid_order,
    });
    let mut output = Output { module: table.module, release, aliases, messages };
    match device_type.aliases {
        Aliases::Pieces { .. } | Aliases::Entry(_) => {
            entries.try_for_each(|entry| device_type.aliases.write(entry, &mut output))
        }
        Aliases::Table(write) => write(&entries.collect::<Vec<_>>(), &mut output),
    }
}

/// Whether the table consists of entries, the last of them zero.
fn check(
    device_type: &DeviceType,
    table: &Table<'_>,
    target: Target,
    release: &release::Modpost,
    messages: &mut Vec<Message>,
) -> Result<bool, Fatal> {
    let Table { module, data, .. } = *table;
    let (said, size) = (device_type.said, device_type.entry.size(target));
    let length = data.len();
    let has_entries = length > 0 && length.is_multiple_of(size);
    let last = if has_entries { &data[length - size..] } else { &[] };
    let is_closed = last.iter().all(|byte| *byte == 0);
    match release.table_errors {
        TableErrors::EndTheRun if !has_entries => {
            Err(Fatal(messages::device_table_size(module, said, size, length)))
        }
        TableErrors::EndTheRun if !is_closed => {
            messages.push(messages::last_device_entry(module, said, last, length / size));
            Err(Fatal(messages::device_table_end(module, said)))
        }
        TableErrors::Noted if !has_entries => {
            messages.push(messages::device_table_type(module, table.name, device_type.name));
            Ok(false)
        }
        TableErrors::Noted if !is_closed => {
            messages.push(messages::open_device_table(module, table.name));
            Ok(false)
        }
        TableErrors::EndTheRun | TableErrors::Noted => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::TableName;
    use crate::release::TableSymbols::{self, Plain, Prefixed, WithModule};

    fn parts(symbol: &str, form: TableSymbols) -> Option<String> {
        let name = TableName::parse(symbol.as_bytes(), form)?;
        let parts = [name.module.unwrap_or(b"-"), name.device_type, name.table];
        Some(String::from_utf8(parts.join(&b' ')).unwrap())
    }

    #[test]
    fn the_type_is_what_stands_before_the_first_pair_of_underscores() {
        for (symbol, form, expected) in [
            ("__mod_pci__ids_device_table", Plain, Some("- pci ids")),
            ("__mod_pnp_card__a__b_device_table", Plain, Some("- pnp_card a__b")),
            ("__mod_of__device_table", Plain, Some("- of ")),
            ("__mod___device_table", Plain, Some("-  ")),
            ("__mod_pci_ids_device_table", Plain, None),
            ("__mod_pci__ids_device_tables", Plain, None),
            ("mod_pci__x", Plain, None),
            ("__mod_device_table__pci__ids", Prefixed, Some("- pci ids")),
            ("__mod_device_table__pci__a__b", Prefixed, Some("- pci a__b")),
            ("__mod_device_table__pci_ids", Prefixed, None),
            ("__mod_pci__ids_device_table", Prefixed, None),
            ("__mod_device_table__kmod_foo__pci__ids", WithModule, Some("foo pci ids")),
            ("__mod_device_table__x__kmod_foo__pci__ids", WithModule, Some("foo pci ids")),
            ("__mod_device_table__kmod___pci__ids", WithModule, Some(" pci ids")),
            ("__mod_device_table__kmod_foo__pci__", WithModule, Some("foo pci ")),
            ("__mod_device_table__pci__ids", WithModule, None),
            ("__mod_device_table__kmod_foo__pci", WithModule, None),
            ("__mod_device_table_kmod_foo__pci__ids", WithModule, None),
        ] {
            assert_eq!(parts(symbol, form).as_deref(), expected, "{symbol}");
        }
    }
}
