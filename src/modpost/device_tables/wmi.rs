//! WMI devices: by a GUID that is a string already.

use super::entries::WMI;
use super::fields::{Entry, Field};
use super::output::Output;
use crate::modpost::{Fatal, messages};
use crate::release::WmiIds;

const GUID: Field = WMI.field("guid_string");

/// How long the text of a GUID is.
const GUID_LENGTH: usize = 36;

/// `wmi:05901221-D566-11D1-B2F0-00A0C9062910`
pub(super) fn write(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let guid = entry.text(GUID);
    if guid.len() != GUID_LENGTH {
        output.messages.push(messages::invalid_wmi_id(output.module, guid));
        return Ok(());
    }
    match output.release.wmi_ids {
        WmiIds::Lengths => output.alias(&[b"wmi:", guid].concat()),
        WmiIds::Characters => match guid.iter().enumerate().find(|(at, byte)| !fits(*at, **byte)) {
            Some((_, &byte)) => {
                let message = messages::invalid_wmi_character(output.module, byte, guid);
                output.messages.push(message);
                Ok(())
            }
            None => output.alias(&[b"wmi:", &guid.to_ascii_uppercase()[..]].concat()),
        },
    }
}

/// Whether a GUID may have `byte` at this place.
fn fits(at: usize, byte: u8) -> bool {
    match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    }
}
