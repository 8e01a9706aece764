//! ACPI devices: by their id, or by their PCI class.

use super::entries::{ACPI, ACPI_58};
use super::fields::{Entry, Field};
use super::output::Output;
use super::pieces::{self, LOWER};
use crate::elf::Target;
use crate::modpost::Fatal;
use crate::release::AcpiClass;

/// The members of an entry that an alias has.
struct Members {
    id: Field,
    class: Field,
    class_mask: Field,
}

const MEMBERS: Members =
    Members { id: ACPI.field("id"), class: ACPI.field("cls"), class_mask: ACPI.field("cls_msk") };

const SHORT_MEMBERS: Members = Members {
    id: ACPI_58.field("id"),
    class: ACPI_58.field("cls"),
    class_mask: ACPI_58.field("cls_msk"),
};

/// `acpi*:PNP0C0B:*` or `acpi*:0c03??:*`
pub(super) fn write(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    write_members(entry, &MEMBERS, output)
}

/// The same of an entry with a short id, as up to 5.17 or 5.18.
pub(super) fn write_short(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    write_members(entry, &SHORT_MEMBERS, output)
}

fn write_members(
    entry: Entry<'_>,
    members: &Members,
    output: &mut Output<'_>,
) -> Result<(), Fatal> {
    let mut alias = b"acpi*:".to_vec();
    let id = entry.text(members.id);
    if id.is_empty() {
        write_class(&mut alias, members, as_read(entry, output.release.acpi_class));
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
fn write_class(alias: &mut Vec<u8>, members: &Members, entry: Entry<'_>) {
    let [_, class @ ..] = entry.number(members.class).to_be_bytes();
    let [_, mask @ ..] = entry.number(members.class_mask).to_be_bytes();
    for (part, mask) in class.into_iter().zip(mask) {
        if mask == 0 {
            alias.extend_from_slice(b"??");
        } else {
            pieces::hex(alias, part.into(), 2, LOWER);
        }
    }
}
