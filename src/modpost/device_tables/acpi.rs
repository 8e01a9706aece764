//! ACPI devices: by their id, or by their PCI class.

use super::entries::ACPI;
use super::fields::{Entry, Field};
use super::output::Output;
use super::pieces::{self, LOWER};
use crate::elf::Target;
use crate::modpost::Fatal;
use crate::release::AcpiClass;

const ID: Field = ACPI.field("id");
const CLASS: Field = ACPI.field("cls");
const CLASS_MASK: Field = ACPI.field("cls_msk");

/// `acpi*:PNP0C0B:*` or `acpi*:0c03??:*`
pub(super) fn write(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let mut alias = b"acpi*:".to_vec();
    let id = entry.text(ID);
    if id.is_empty() {
        write_class(&mut alias, as_read(entry, output.release.acpi_class));
    } else {
        alias.extend_from_slice(id);
    }
    alias.extend_from_slice(b":*");
    output.alias(&alias)
}

/// The entry, in the byte order in which its class is read.
fn as_read(entry: Entry<'_>, order: AcpiClass) -> Entry<'_> {
    match order {
        AcpiClass::TargetOrder => entry,
        AcpiClass::HostOrder => {
            Entry { target: Target { is_big_endian: false, ..entry.target }, ..entry }
        }
    }
}

/// Class, subclass and interface, each `??` if its part of the mask is empty.
fn write_class(alias: &mut Vec<u8>, entry: Entry<'_>) {
    let [_, class @ ..] = entry.number(CLASS).to_be_bytes();
    let [_, mask @ ..] = entry.number(CLASS_MASK).to_be_bytes();
    for (part, mask) in class.into_iter().zip(mask) {
        if mask == 0 {
            alias.extend_from_slice(b"??");
        } else {
            pieces::hex(alias, part.into(), 2, LOWER);
        }
    }
}
