//! USB devices. What is unusual about them: their release is matched against a range, for which
//! several patterns may be needed, each of them an alias.

use super::entries::USB;
use super::fields::{Entry, Field};
use super::output::Output;
use super::pieces::{self, Piece, UPPER};
use crate::modpost::Fatal;

const FLAGS: Field = USB.field("match_flags");
const LOWEST_RELEASE: Field = USB.field("bcdDevice_lo");
const HIGHEST_RELEASE: Field = USB.field("bcdDevice_hi");

/// If none of these is given, the entry is a place for ids that come at run time.
const IDENTITY: [Field; 4] = [
    USB.field("idVendor"),
    USB.field("idProduct"),
    USB.field("bDeviceClass"),
    USB.field("bInterfaceClass"),
];

const BEFORE_RELEASE: [Piece; 2] =
    [USB.flagged("v", "idVendor", 0x1), USB.flagged("p", "idProduct", 0x2)];

const AFTER_RELEASE: [Piece; 7] = [
    USB.flagged("dc", "bDeviceClass", 0x10),
    USB.flagged("dsc", "bDeviceSubClass", 0x20),
    USB.flagged("dp", "bDeviceProtocol", 0x40),
    USB.flagged("ic", "bInterfaceClass", 0x80),
    USB.flagged("isc", "bInterfaceSubClass", 0x100),
    USB.flagged("ip", "bInterfaceProtocol", 0x200),
    USB.flagged("in", "bInterfaceNumber", 0x400),
];

/// `usb:v1234p5678d01*dc*dsc*dp*ic*isc*ip*in*`
pub(super) fn write(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    if IDENTITY.iter().all(|field| entry.number(*field) == 0) {
        return Ok(());
    }
    let bound = |flag, field, none| match entry.number(FLAGS) & flag {
        0 => none,
        _ => entry.number(field),
    };
    let (low, high) = (bound(0x4, LOWEST_RELEASE, 0), bound(0x8, HIGHEST_RELEASE, u32::MAX));
    for pattern in patterns(low, high) {
        let mut alias = b"usb:".to_vec();
        pieces::write(&mut alias, &BEFORE_RELEASE, entry);
        alias.push(b'd');
        alias.extend(pattern);
        pieces::write(&mut alias, &AFTER_RELEASE, entry);
        pieces::leave_open(&mut alias);
        output.alias(&alias)?;
    }
    Ok(())
}

/// How many digits a release has.
const DIGITS: usize = 4;

/// What the digits of a release may be. It should be decimal, but not all vendors know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digits {
    Decimal,
    Hexadecimal,
}

impl Digits {
    /// Decimal, unless a bound has another digit.
    fn of(low: u32, high: u32) -> Self {
        let is_decimal = |release: u32| (0..DIGITS).all(|index| digit(release, index) <= 9);
        // An open end, or one that no decimal release reaches, says nothing.
        if is_decimal(low) && is_decimal(high.min(0x9999)) {
            Self::Decimal
        } else {
            Self::Hexadecimal
        }
    }

    fn highest(self) -> u32 {
        match self {
            Self::Decimal => 9,
            Self::Hexadecimal => 0xf,
        }
    }

    /// The number that comes `step` after `number`.
    fn step(self, number: u32, step: i32) -> u32 {
        match self {
            Self::Hexadecimal => number.wrapping_add_signed(step),
            Self::Decimal => from_decimal(to_decimal(number).wrapping_add_signed(step)),
        }
    }
}

fn digit(number: u32, index: usize) -> u32 {
    number >> (4 * index) & 0xf
}

/// The value of a number's last four digits, those above 9 taken for 9.
fn to_decimal(number: u32) -> u32 {
    (0..DIGITS).rev().fold(0, |value, index| 10 * value + digit(number, index).min(9))
}

/// The last four digits of a value, written as such.
fn from_decimal(value: u32) -> u32 {
    (0..DIGITS as u32).map(|index| (value / 10_u32.pow(index) % 10) << (4 * index)).sum()
}

/// Patterns that match the releases from `low` to `high`.
///
/// The bounds lose a digit at each step. What is left of them is matched by `*` in that place,
/// except for the parts of a ten at both ends.
fn patterns(mut low: u32, mut high: u32) -> Vec<Vec<u8>> {
    let digits = Digits::of(low, high);
    let highest = digits.highest();
    let mut patterns = Vec::new();
    for place in (0..DIGITS).rev() {
        if low > high {
            break;
        }
        let (first, last) = (low & 0xf, (high & 0xf).min(highest));
        (low, high) = (low >> 4, high >> 4);
        if low == high || place == 0 {
            patterns.push(pattern(low, place, first..=last, highest));
            break;
        }
        if first > 0 {
            patterns.push(pattern(low, place, first..=highest, highest));
            low = digits.step(low, 1);
        }
        if last < highest {
            patterns.push(pattern(high, place, 0..=last, highest));
            high = digits.step(high, -1);
        }
    }
    patterns
}

/// A pattern for the releases that begin with the `place` digits of `start` and one of `range`.
fn pattern(
    start: u32,
    place: usize,
    range: std::ops::RangeInclusive<u32>,
    highest: u32,
) -> Vec<u8> {
    let (first, last) = range.into_inner();
    let mut pattern = Vec::new();
    if place > 0 {
        pieces::hex(&mut pattern, start, place, UPPER);
    }
    if first == last {
        pieces::hex(&mut pattern, first, 1, UPPER);
    } else if first > 0 || last < highest {
        pattern.extend(bracketed(first, last));
    }
    if place < DIGITS - 1 {
        pattern.push(b'*');
    }
    pattern
}

/// `[2-5]`; `[8-9A-C]` and the like if letters are among the digits.
fn bracketed(first: u32, last: u32) -> Vec<u8> {
    let text = match (first, last) {
        (0xa.., _) | (_, ..=9) => format!("[{first:X}-{last:X}]"),
        (9, 0xa) => "[9A]".to_owned(),
        (9, _) => format!("[9A-{last:X}]"),
        (_, 0xa) => format!("[{first:X}-9A]"),
        _ => format!("[{first:X}-9A-{last:X}]"),
    };
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::patterns;

    fn joined(low: u32, high: u32) -> String {
        let patterns = patterns(low, high).into_iter().map(|one| String::from_utf8(one).unwrap());
        patterns.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_range_of_releases_is_cut_into_patterns() {
        assert_eq!(joined(0, u32::MAX), "*");
        assert_eq!(joined(0x100, 0x100), "0100");
        assert_eq!(joined(0x100, 0x234), "023[0-4] 02[0-2]* 01*");
        assert_eq!(joined(0x019a, 0x01cd), "019[A-F] 01C[0-9A-D] 01[A-B]*");
        assert_eq!(joined(0x200, 0x100), "");
    }
}
