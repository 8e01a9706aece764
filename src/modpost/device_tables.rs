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

use super::{Fatal, Message, Text, messages};
use crate::elf::Target;
use crate::release;
use fields::Entry;
use output::Output;
use types::{Aliases, DeviceType};

/// The device type that `symbol` marks a table of, if it is the name of a device table: `pci` of
/// `__mod_pci__ids_device_table`.
pub fn device_type(symbol: &[u8]) -> Option<&[u8]> {
    let name = symbol.strip_prefix(b"__mod_")?;
    // Nobody looks where the first pair of underscores is: it may be the suffix's own.
    let end = name.windows(2).position(|pair| pair == b"__")?;
    name.ends_with(b"_device_table").then_some(&name[..end])
}

/// The names of all device types that `release` understands.
pub fn device_types(release: &release::Modpost) -> impl Iterator<Item = &'static str> {
    types::of(release).map(|device_type| device_type.name)
}

/// One table, as an object has it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// What [`device_type`] says; a type that is not known has no aliases.
    pub device_type: &'a [u8],
    /// The module's name as messages have it: its path without `.o`.
    pub module: &'a [u8],
    /// The bytes of the table, with the entry of zeros at its end.
    pub data: &'a [u8],
}

/// Appends the table's aliases as `MODULE_ALIAS` lines to `lines`, and what is to be said to
/// `messages`.
///
/// # Errors
/// What ends the run: the entries are not of the size that they should be, the last one is not
/// zero, an alias is too long, or an AMBA device matches nothing.
pub fn write_aliases(
    table: &Table<'_>,
    target: Target,
    release: &release::Modpost,
    lines: &mut Text,
    messages: &mut Vec<Message>,
) -> Result<(), Fatal> {
    let is_its_name = |known: &&DeviceType| known.name.as_bytes() == table.device_type;
    let Some(device_type) = types::of(release).find(is_its_name) else { return Ok(()) };
    check(device_type, table, target, messages)?;
    let size = device_type.entry.size(target);
    let last = table.data.len() - size;
    let mut entries =
        (0..last).step_by(size).map(|start| Entry { bytes: &table.data[start..], target });
    let mut output = Output { module: table.module, release, lines, messages };
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
    messages: &mut Vec<Message>,
) -> Result<(), Fatal> {
    let (name, size) = (device_type.said, device_type.entry.size(target));
    let length = table.data.len();
    if length == 0 || !length.is_multiple_of(size) {
        return Err(Fatal(messages::device_table_size(table.module, name, size, length)));
    }
    let last = &table.data[length - size..];
    if last.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    messages.push(messages::last_device_entry(table.module, name, last, length / size));
    Err(Fatal(messages::device_table_end(table.module, name)))
}

#[cfg(test)]
mod tests {
    use super::device_type;

    #[test]
    fn the_type_is_what_stands_before_the_first_pair_of_underscores() {
        assert_eq!(device_type(b"__mod_pci__ids_device_table"), Some(&b"pci"[..]));
        assert_eq!(device_type(b"__mod_pnp_card__a__b_device_table"), Some(&b"pnp_card"[..]));
        assert_eq!(device_type(b"__mod_of__device_table"), Some(&b"of"[..]));
        assert_eq!(device_type(b"__mod___device_table"), Some(&b""[..]));
        for other in ["__mod_pci_ids_device_table", "__mod_pci__ids_device_tables", "mod_pci__x"] {
            assert_eq!(device_type(other.as_bytes()), None, "{other}");
        }
    }
}
