//! Devices whose ids are compared under a mask: AMBA peripherals and Ethernet PHYs.

use super::entries::{AMBA, MDIO};
use super::fields::{Entry, Field};
use super::output::Output;
use super::pieces::{self, UPPER};
use crate::modpost::{Fatal, messages};

const PERIPHERAL: Field = AMBA.field("id");
const PERIPHERAL_MASK: Field = AMBA.field("mask");
const PHY: Field = MDIO.field("phy_id");
const PHY_MASK: Field = MDIO.field("phy_id_mask");

/// `amba:d00041[02468ACE]??`: eight patterns for one digit each.
pub(super) fn write_amba(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let (id, mask) = (entry.number(PERIPHERAL), entry.number(PERIPHERAL_MASK));
    if id & !mask != 0 {
        return Err(Fatal(messages::masked_off_bits(output.module, id, mask)));
    }
    let mut alias = b"amba:d".to_vec();
    for shift in (0..32).step_by(4).rev() {
        write_digit(&mut alias, id >> shift & 0xf, mask >> shift & 0xf);
    }
    output.alias(&alias)
}

/// A pattern for the digits that are `digit` under `mask`.
fn write_digit(alias: &mut Vec<u8>, digit: u32, mask: u32) {
    match mask {
        0 => alias.push(b'?'),
        0xf => pieces::hex(alias, digit, 1, UPPER),
        _ => {
            alias.push(b'[');
            for other in (0..=0xf).filter(|other| other & mask == digit) {
                pieces::hex(alias, other, 1, UPPER);
            }
            alias.push(b']');
        }
    }
}

/// `mdio:0000000101000001000011001110????`: 32 patterns for one bit each.
pub(super) fn write_mdio(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let (id, mask) = (entry.number(PHY), entry.number(PHY_MASK));
    let pattern = |bit: u32| match (mask >> bit & 1, id >> bit & 1) {
        (0, _) => b'?',
        (_, 0) => b'0',
        _ => b'1',
    };
    let mut alias = b"mdio:".to_vec();
    alias.extend((0..32).rev().map(pattern));
    output.alias(&alias)
}
