//! Machines by what their firmware calls itself (DMI, SMBIOS).

use super::entries::DMI;
use super::fields::{Entry, Field};
use super::output::Output;
use crate::modpost::{Fatal, messages};
use crate::release::AliasForm;

/// What may be asked for: how the alias calls it, and its number in an entry.
const SLOTS: [(&str, u8); 14] = [
    ("bvn", 1),
    ("bvr", 2),
    ("bd", 3),
    ("br", 4),
    ("efr", 5),
    ("svn", 6),
    ("pn", 7),
    ("pvr", 8),
    ("rvn", 13),
    ("rn", 14),
    ("rvr", 15),
    ("cvn", 18),
    ("ct", 19),
    ("cvr", 20),
];

/// The same until 5.7.
const SLOTS_BEFORE_58: [(&str, u8); 12] = [
    ("bvn", 1),
    ("bvr", 2),
    ("bd", 3),
    ("svn", 4),
    ("pn", 5),
    ("pvr", 6),
    ("rvn", 11),
    ("rn", 12),
    ("rvr", 13),
    ("cvn", 16),
    ("ct", 17),
    ("cvr", 18),
];

/// The four things that an entry asks for: which, and the text that it must contain.
const MATCHES: [(Field, Field); 4] = [
    (DMI.field("slot 0"), DMI.field("text 0")),
    (DMI.field("slot 1"), DMI.field("text 1")),
    (DMI.field("slot 2"), DMI.field("text 2")),
    (DMI.field("slot 3"), DMI.field("text 3")),
];

/// `dmi*:svn*Some*:pn*Thing*:`, in the order of the slots.
pub(super) fn write(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    write_slots(&SLOTS, entry, output)
}

/// The same until 5.7.
pub(super) fn write_before_58(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    write_slots(&SLOTS_BEFORE_58, entry, output)
}

/// The alias of an entry, with these slots.
fn write_slots(
    slots: &[(&str, u8)],
    entry: Entry<'_>,
    output: &mut Output<'_>,
) -> Result<(), Fatal> {
    let mut alias = Vec::new();
    for &(name, slot) in slots {
        let is_slot = |(number, _): &&(Field, Field)| slot_of(entry, *number) == slot;
        for (_, text) in MATCHES.iter().filter(is_slot) {
            let start = [b":", name.as_bytes(), b"*"].concat();
            output.check_room(alias.len(), start.len())?;
            alias.extend(start);
            let text = entry.text(*text).iter().filter(|byte| is_kept(**byte));
            let text: Vec<u8> = text.copied().collect();
            if output.release.alias_list == AliasForm::DistinctAndShort {
                // Which says so in its own words.
                let room = output.check_room(alias.len(), text.len());
                room.map_err(|_| Fatal(messages::machine_name_too_long()))?;
            } else {
                output.check_room(alias.len(), text.len())?;
            }
            alias.extend(text);
            output.check_room(alias.len(), 1)?;
            alias.push(b'*');
        }
    }
    output.alias(&[b"dmi*", &alias[..], b":"].concat())
}

/// The number of a slot. It is a bit field, and read as the host (little endian) lays it out, also
/// for targets where the other seven bits are its own.
fn slot_of(entry: Entry<'_>, number: Field) -> u8 {
    let [byte] = entry.array(number);
    byte & 0x7f
}

/// Whether the kernel keeps this byte of a name when it asks for a module.
fn is_kept(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b':'
}
