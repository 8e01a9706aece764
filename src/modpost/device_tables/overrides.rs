//! PCI and CDX devices. An entry may be for a driver that is only used if the user asks for it;
//! then its alias begins with that driver's name.

use super::entries::{CDX, CDX_64, PCI};
use super::fields::{Entry, Field};
use super::output::{Output, ROOM};
use super::pieces::{self, Piece, UPPER};
use crate::modpost::{Fatal, messages};
use crate::release::AliasForm;

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

const SHORT_CDX_OVERRIDE: Field = CDX_64.field("override_only");

const SHORT_CDX_PIECES: [Piece; 2] =
    [CDX_64.hex("v", "vendor").unless(0xffff), CDX_64.hex("d", "device").unless(0xffff)];

/// What the alias begins with, if the driver is one that is known.
fn start(bus: &str, driver: u32) -> Option<Vec<u8>> {
    match driver {
        0 => Some(format!("{bus}:").into_bytes()),
        1 => Some(format!("vfio_{bus}:").into_bytes()),
        _ => None,
    }
}

/// `pci:v00008086d00001234sv*sd*bc0Csc03i*`
///
/// Upstream quirk: from 6.13 on, an entry for an unknown driver is not left out: its alias begins with
/// what the entry before it has left.
pub(super) fn write_pci(entries: &[Entry<'_>], output: &mut Output<'_>) -> Result<(), Fatal> {
    let mut left: Option<Vec<u8>> = None;
    for &entry in entries {
        let driver = entry.number(PCI_OVERRIDE);
        let start = start("pci", driver);
        if start.is_none() {
            output.messages.push(messages::unknown_override("PCI", driver));
            if output.release.alias_list == AliasForm::AsPrinted {
                continue;
            }
        }
        let Some(alias) = start.or(left.take()) else {
            return Err(Fatal(messages::alias_of_nothing(output.module)));
        };
        left = Some(write_pci_entry(alias, entry, output)?);
    }
    Ok(())
}

/// `pci:v00008086d00001234sv*sd*bc0Csc03i*`, of an entry that has no driver, as up to 5.14.
pub(super) fn write_short_pci(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    write_pci_entry(b"pci:".to_vec(), entry, output).map(|_| ())
}

/// Writes the alias of one entry, after what it begins with; returns what has been put together of it.
fn write_pci_entry(
    mut alias: Vec<u8>,
    entry: Entry<'_>,
    output: &mut Output<'_>,
) -> Result<Vec<u8>, Fatal> {
    pieces::write(&mut alias, &PCI_IDS, entry);
    let mask = entry.number(PCI_CLASS_MASK);
    let [_, mask_parts @ ..] = mask.to_be_bytes();
    if mask_parts.iter().any(|part| !matches!(part, 0 | 0xff)) {
        output.messages.push(messages::partial_class_mask(output.module, mask));
        return Ok(alias);
    }
    let [_, class @ ..] = entry.number(PCI_CLASS).to_be_bytes();
    for ((letters, part), mask) in ["bc", "sc", "i"].into_iter().zip(class).zip(mask_parts) {
        alias.extend_from_slice(letters.as_bytes());
        if mask == 0 {
            alias.push(b'*');
        } else {
            pieces::hex(&mut alias, part.into(), 2, UPPER);
        }
    }
    if alias.len() >= ROOM {
        // Only the quirk makes them so long.
        return Err(Fatal(messages::alias_overflow(output.module)));
    }
    let mut whole = alias.clone();
    pieces::leave_open(&mut whole);
    output.alias(&whole)?;
    Ok(alias)
}

/// `cdx:v10EEd1234sv*sd*c*`
pub(super) fn write_cdx(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    write_cdx_pieces(entry, CDX_OVERRIDE, &CDX_PIECES, output)
}

/// `cdx:v10EEd1234`, as up to 6.7.
pub(super) fn write_short_cdx(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    write_cdx_pieces(entry, SHORT_CDX_OVERRIDE, &SHORT_CDX_PIECES, output)
}

fn write_cdx_pieces(
    entry: Entry<'_>,
    driver: Field,
    parts: &[Piece],
    output: &mut Output<'_>,
) -> Result<(), Fatal> {
    let driver = entry.number(driver);
    let Some(mut alias) = start("cdx", driver) else {
        output.messages.push(messages::unknown_override("CDX", driver));
        return Ok(());
    };
    pieces::write(&mut alias, parts, entry);
    output.alias(&alias)
}
