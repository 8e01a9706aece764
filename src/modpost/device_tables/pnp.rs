//! Plug and play: devices and cards by their ids, of which the ACPI tables have the capitals.

use std::collections::BTreeSet;

use super::entries::{ISAPNP, PNP, PNP_CARD};
use super::fields::{Entry, Field};
use super::output::Output;
use super::pieces::{self, LOWER};
use crate::modpost::Fatal;

const ID: Field = PNP.field("id");
const ISA_VENDOR: Field = ISAPNP.field("vendor");
const ISA_FUNCTION: Field = ISAPNP.field("function");

/// How many bytes there are for an id.
const ID_SIZE: usize = 8;

/// The devices of a card.
const DEVICES: [Field; 8] = [
    PNP_CARD.field("device 0"),
    PNP_CARD.field("device 1"),
    PNP_CARD.field("device 2"),
    PNP_CARD.field("device 3"),
    PNP_CARD.field("device 4"),
    PNP_CARD.field("device 5"),
    PNP_CARD.field("device 6"),
    PNP_CARD.field("device 7"),
];

/// `pnp:dabc0123*` and `acpi*:ABC0123:*`
pub(super) fn write(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    write_id(entry.text(ID), output)
}

/// The same for each device of each card. An id that an earlier card has is left out; if one card
/// has it twice, it is written twice.
pub(super) fn write_cards(cards: &[Entry<'_>], output: &mut Output<'_>) -> Result<(), Fatal> {
    let mut earlier = BTreeSet::new();
    for card in cards {
        let ids = DEVICES.map(|device| card.text(device));
        let ids = || ids.into_iter().take_while(|id| !id.is_empty());
        for id in ids().filter(|id| !earlier.contains(id)) {
            write_id(id, output)?;
        }
        earlier.extend(ids());
    }
    Ok(())
}

/// The two aliases of an id. One without a terminator goes on in the first, but not in the second.
fn write_id(id: &[u8], output: &mut Output<'_>) -> Result<(), Fatal> {
    output.alias(&[b"pnp:d", id, b"*"].concat())?;
    let capitals = id[..id.len().min(ID_SIZE)].to_ascii_uppercase();
    output.alias(&[b"acpi*:", &capitals[..], b":*"].concat())
}

/// `pnp:dABC0123*`: an id as ISA cards have it, three letters of five bits and four digits.
pub(super) fn write_isa(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let (vendor, function) = (entry.number(ISA_VENDOR), entry.number(ISA_FUNCTION));
    // Nobody looks whether a letter is one: the sixth bit of the first counts, too.
    let letters = [vendor >> 2 & 0x3f, (vendor & 3) << 3 | vendor >> 13 & 7, vendor >> 8 & 0x1f];
    let mut alias = b"pnp:d".to_vec();
    alias.extend(letters.map(|letter| b'A' - 1 + letter as u8));
    pieces::hex(&mut alias, function.swap_bytes() >> 16, 4, LOWER);
    alias.push(b'*');
    output.alias(&alias)
}
