//! Changes to bytes, whatever they mean.

use fastrand::Rng;

/// Changes some bytes.
pub fn bytes(bytes: &mut Vec<u8>, rng: &mut Rng) -> Option<String> {
    if bytes.is_empty() {
        bytes.extend(b"\x7fELF");
        return Some("no bytes become four".to_owned());
    }
    let at = rng.usize(..bytes.len());
    let most = 1 << rng.u32(..8);
    let length = rng.usize(1..=most).min(bytes.len() - at);
    Some(match rng.u32(..9) {
        0 | 1 => {
            bytes[at] ^= 1 << rng.u32(..8);
            format!("a bit of byte {at:#x}")
        }
        2 => {
            bytes[at] = rng.u8(..);
            format!("byte {at:#x} = {:#x}", bytes[at])
        }
        3 => {
            let new: Vec<u8> = (0..length).map(|_| rng.u8(..)).collect();
            bytes.splice(at..at, new);
            format!("{length} bytes inserted at {at:#x}")
        }
        4 => {
            bytes.drain(at..at + length);
            format!("{length} bytes deleted at {at:#x}")
        }
        5 => {
            bytes.truncate(at);
            format!("cut to {at:#x} bytes")
        }
        6 => {
            let from = rng.usize(..bytes.len() - length + 1);
            bytes.copy_within(from..from + length, at);
            format!("{length} bytes copied from {from:#x} to {at:#x}")
        }
        7 => {
            let byte = if rng.bool() { 0 } else { 0xff };
            bytes[at..at + length].fill(byte);
            format!("{length} bytes at {at:#x} = {byte:#x}")
        }
        _ => {
            // Up to the end of a memory page, or beyond.
            let length = bytes.len() + rng.usize(..5000);
            bytes.resize(length, 0);
            format!("zeros up to {length:#x} bytes")
        }
    })
}
