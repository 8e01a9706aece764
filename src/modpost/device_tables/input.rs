//! Input devices: by their ids, and by the events that they can send.

use super::entries::INPUT;
use super::fields::{Entry, Field, Kind};
use super::output::Output;
use super::pieces::{self, Piece, UPPER};
use crate::modpost::Fatal;
use crate::release::InputBits;

const FLAGS: Field = INPUT.field("flags");

/// The ids.
const IDS: [Piece; 4] = [
    INPUT.hex("b", "bustype").if_flag(FLAGS, 1),
    INPUT.hex("v", "vendor").if_flag(FLAGS, 2),
    INPUT.hex("p", "product").if_flag(FLAGS, 4),
    INPUT.hex("e", "version").if_flag(FLAGS, 8),
];

/// A set of events.
struct Events {
    /// How the alias calls it.
    letter: u8,
    /// Asked for if this flag is set.
    flag: u32,
    /// The events below this one are of no interest.
    first: usize,
    /// One bit for each event.
    bits: Field,
}

/// Every set but the properties, which no alias has.
const EVENTS: [Events; 9] = [
    Events { letter: b'e', flag: 0x10, first: 0, bits: INPUT.field("evbit") },
    // The keys before this one are those that every keyboard has.
    Events { letter: b'k', flag: 0x20, first: 0x71, bits: INPUT.field("keybit") },
    Events { letter: b'r', flag: 0x40, first: 0, bits: INPUT.field("relbit") },
    Events { letter: b'a', flag: 0x80, first: 0, bits: INPUT.field("absbit") },
    Events { letter: b'm', flag: 0x100, first: 0, bits: INPUT.field("mscbit") },
    Events { letter: b'l', flag: 0x200, first: 0, bits: INPUT.field("ledbit") },
    Events { letter: b's', flag: 0x400, first: 0, bits: INPUT.field("sndbit") },
    Events { letter: b'f', flag: 0x800, first: 0, bits: INPUT.field("ffbit") },
    Events { letter: b'w', flag: 0x1000, first: 0, bits: INPUT.field("swbit") },
];

/// `input:b0003v*p*e*-e*1,*3,*k*120,*r*a*m*l*s*f*w*`
pub(super) fn write(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let mut alias = Vec::new();
    pieces::write(&mut alias, &IDS, entry);
    for events in &EVENTS {
        let start: &[u8] = if events.letter == b'e' { b"-e*" } else { &[events.letter, b'*'] };
        append(&mut alias, start, output)?;
        if entry.number(FLAGS) & events.flag != 0 {
            write_events(&mut alias, events, entry, output)?;
        }
    }
    output.alias(&[b"input:", &alias[..]].concat())
}

fn append(alias: &mut Vec<u8>, piece: &[u8], output: &Output<'_>) -> Result<(), Fatal> {
    output.check_room(alias.len(), piece.len())?;
    alias.extend_from_slice(piece);
    Ok(())
}

/// The number of each event of the set, and room for others behind it.
fn write_events(
    alias: &mut Vec<u8>,
    events: &Events,
    entry: Entry<'_>,
    output: &Output<'_>,
) -> Result<(), Fatal> {
    let Kind::BitsUpTo(last) = events.bits.kind else { return Ok(()) };
    let end = match output.release.input_bits {
        InputBits::Inclusive => last + 1,
        InputBits::Exclusive => last,
    };
    for event in (events.first..end).filter(|event| entry.has_bit(events.bits, *event)) {
        let mut piece = Vec::new();
        pieces::hex(&mut piece, event as u32, 1, UPPER);
        piece.extend_from_slice(b",*");
        append(alias, &piece, output)?;
    }
    Ok(())
}
