//! WMI devices: by a GUID that is a string already.

use super::entries::WMI;
use super::fields::{Entry, Field};
use super::output::Output;
use crate::modpost::{Fatal, messages};

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
    output.alias(&[b"wmi:", guid].concat())
}
