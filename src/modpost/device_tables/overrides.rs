//! PCI and CDX devices. An entry may be for a driver that is only used if the user asks for it;
//! then its alias begins with that driver's name.

use super::entries::{CDX, PCI};
use super::fields::{Entry, Field};
use super::output::Output;
use super::pieces::{self, Piece, UPPER};
use crate::modpost::{Fatal, messages};

const PCI_OVERRIDE: Field = PCI.field("override_only");
const PCI_CLASS: Field = PCI.field("class");
const PCI_CLASS_MASK: Field = PCI.field("class_mask");
const CDX_OVERRIDE: Field = CDX.field("override_only");
const CDX_CLASS_MASK: Field = CDX.field("class_mask");

const PCI_IDS: [Piece; 4] = [
    PCI.hex("v", "vendor").unless(u32::MAX),
    PCI.hex("d", "device").unless(u32::MAX),
    PCI.hex("sv", "subvendor").unless(u32::MAX),
    PCI.hex("sd", "subdevice").unless(u32::MAX),
];

const CDX_PIECES: [Piece; 5] = [
    CDX.hex("v", "vendor").unless(0xffff),
    CDX.hex("d", "device").unless(0xffff),
    CDX.hex("sv", "subvendor").unless(0xffff),
    CDX.hex("sd", "subdevice").unless(0xffff),
    CDX.hex("c", "class").if_equal(CDX_CLASS_MASK, 0xff_ffff),
];

/// What the alias begins with, if the driver is one that is known.
fn start(bus: &str, driver: u32) -> Option<Vec<u8>> {
    match driver {
        0 => Some(format!("{bus}:").into_bytes()),
        1 => Some(format!("vfio_{bus}:").into_bytes()),
        _ => None,
    }
}

/// `pci:v00008086d00001234sv*sd*bc0Csc03i*`
pub(super) fn write_pci(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let driver = entry.number(PCI_OVERRIDE);
    let Some(mut alias) = start("pci", driver) else {
        output.messages.push(messages::unknown_override("PCI", driver));
        return Ok(());
    };
    let mask = entry.number(PCI_CLASS_MASK);
    let [_, mask_parts @ ..] = mask.to_be_bytes();
    if mask_parts.iter().any(|part| !matches!(part, 0 | 0xff)) {
        output.messages.push(messages::partial_class_mask(output.module, mask));
        return Ok(());
    }
    pieces::write(&mut alias, &PCI_IDS, entry);
    let [_, class @ ..] = entry.number(PCI_CLASS).to_be_bytes();
    for ((letters, part), mask) in ["bc", "sc", "i"].into_iter().zip(class).zip(mask_parts) {
        alias.extend_from_slice(letters.as_bytes());
        if mask == 0 {
            alias.push(b'*');
        } else {
            pieces::hex(&mut alias, part.into(), 2, UPPER);
        }
    }
    pieces::leave_open(&mut alias);
    output.alias(&alias)
}

/// `cdx:v10EEd1234sv*sd*c*`
pub(super) fn write_cdx(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let driver = entry.number(CDX_OVERRIDE);
    let Some(mut alias) = start("cdx", driver) else {
        output.messages.push(messages::unknown_override("CDX", driver));
        return Ok(());
    };
    pieces::write(&mut alias, &CDX_PIECES, entry);
    output.alias(&alias)
}
