//! `MODULE_DEVICE_TABLE`: from the bytes of a table to the aliases that modprobe looks up.

use super::{Fatal, Message, Text};
use crate::elf::Target;
use crate::release::Modpost;

/// One table, as an object has it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// What kind of devices.
    pub device_type: &'a [u8],
    /// The module, as messages name it.
    pub module: &'a [u8],
    /// Its bytes.
    pub data: &'a [u8],
}

/// The device type.
pub fn device_type(_symbol: &[u8]) -> Option<&[u8]> {
    None
}

/// Appends the aliases.
///
/// # Errors
/// The table is wrong.
pub fn write_aliases(
    _table: &Table<'_>,
    _target: Target,
    _release: &Modpost,
    _lines: &mut Text,
    _messages: &mut Vec<Message>,
) -> Result<(), Fatal> {
    Ok(())
}
