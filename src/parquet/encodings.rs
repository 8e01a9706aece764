//! How values are laid down in a page: as they are, as differences, and as runs.

use super::thrift::{put_signed, put_unsigned, take, take_signed, take_unsigned};

/// How many differences share their least one.
const BLOCK: usize = 128;

/// How many of these have one width.
const MINI: usize = 32;

/// Writes numbers as differences from the one before, each as many bits wide as its neighbours need.
pub(super) fn put_differences(bytes: &mut Vec<u8>, values: &[u32]) {
    put_unsigned(bytes, BLOCK as u64);
    put_unsigned(bytes, (BLOCK / MINI) as u64);
    put_unsigned(bytes, values.len() as u64);
    put_signed(bytes, i64::from(values.first().map_or(0, |first| *first as i32)));
    // Readers count with 32 bits, and so wrap where these do.
    let steps: Vec<i32> =
        values.windows(2).map(|pair| (pair[1] as i32).wrapping_sub(pair[0] as i32)).collect();
    for block in steps.chunks(BLOCK) {
        let least = block.iter().copied().min().unwrap_or(0);
        put_signed(bytes, i64::from(least));
        let above: Vec<u32> = block.iter().map(|step| step.wrapping_sub(least) as u32).collect();
        let widths = bytes.len();
        bytes.extend([0; BLOCK / MINI]);
        for (number, mini) in above.chunks(MINI).enumerate() {
            let width = mini.iter().map(|value| 32 - value.leading_zeros()).max().unwrap_or(0);
            bytes[widths + number] = width as u8;
            put_bits(bytes, mini.iter().copied(), MINI, width);
        }
    }
}

/// Reads `count` numbers that were written as differences; none if there are not so many.
pub(super) fn take_differences(bytes: &mut &[u8], count: usize) -> Option<Vec<u32>> {
    let block = usize::try_from(take_unsigned(bytes)?).ok()?;
    let minis = usize::try_from(take_unsigned(bytes)?).ok()?;
    let all = usize::try_from(take_unsigned(bytes)?).ok()?;
    if (block, minis, all) != (BLOCK, BLOCK / MINI, count) {
        return None;
    }
    let mut last = take_signed(bytes)? as i32;
    let mut values = Vec::new();
    values.extend((count > 0).then_some(last as u32));
    while values.len() < count {
        let least = take_signed(bytes)? as i32;
        let widths = take(bytes, (BLOCK / MINI) as u64)?;
        for &width in widths {
            let here = MINI.min(count - values.len());
            if here == 0 {
                break;
            }
            let packed = take(bytes, (MINI as u64 * u64::from(width)).div_ceil(8))?;
            for above in Bits::new(packed, u32::from(width))?.take(here) {
                last = last.wrapping_add(least).wrapping_add(above as i32);
                values.push(last as u32);
            }
        }
    }
    Some(values)
}

/// Writes small numbers as runs: of one number again and again, or of eight at a time.
pub(super) fn put_runs(bytes: &mut Vec<u8>, values: &[u32], width: u32) {
    let mut start = 0;
    let mut at = 0;
    while at < values.len() {
        let same = values[at..].iter().take_while(|value| **value == values[at]).count();
        // What comes before a run is in groups of eight.
        let missing = (8 - (at - start) % 8) % 8;
        if same >= missing + 8 {
            put_groups(bytes, &values[start..at + missing], width);
            put_unsigned(bytes, ((same - missing) as u64) << 1);
            let number = values[at].to_le_bytes();
            bytes.extend(&number[..width.div_ceil(8) as usize]);
            start = at + same;
        }
        at += same;
    }
    put_groups(bytes, &values[start..], width);
}

fn put_groups(bytes: &mut Vec<u8>, values: &[u32], width: u32) {
    if !values.is_empty() {
        let groups = values.len().div_ceil(8);
        put_unsigned(bytes, (groups as u64) << 1 | 1);
        put_bits(bytes, values.iter().copied(), groups * 8, width);
    }
}

/// Reads `count` small numbers that were written as runs; none if there are not so many.
pub(super) fn take_runs(bytes: &mut &[u8], width: u32, count: usize) -> Option<Vec<u32>> {
    let mut values = Vec::new();
    while values.len() < count {
        let head = take_unsigned(bytes)?;
        let left = count - values.len();
        if head & 1 == 0 {
            let run = usize::try_from(head >> 1).ok().filter(|run| (1..=left).contains(run))?;
            let number = take(bytes, u64::from(width.div_ceil(8)))?;
            let number = number.iter().rev().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
            values.resize(values.len() + run, number);
        } else {
            let groups = head >> 1;
            let packed = take(bytes, groups.checked_mul(u64::from(width))?)?;
            let here = usize::try_from(groups.checked_mul(8)?).ok()?.min(left);
            if here == 0 {
                return None;
            }
            values.extend(Bits::new(packed, width)?.take(here));
        }
    }
    Some(values)
}

/// How many bits the numbers below `count` need.
pub(super) fn width(count: usize) -> u32 {
    usize::BITS - count.saturating_sub(1).leading_zeros()
}

/// Writes the lowest bits of numbers, the first ones lowest in a byte, and then zeros for as many more as
/// there shall be.
fn put_bits(bytes: &mut Vec<u8>, values: impl Iterator<Item = u32>, count: usize, width: u32) {
    let end = bytes.len() + (count * width as usize).div_ceil(8);
    let (mut held, mut bits) = (0_u64, 0);
    for value in values {
        held |= u64::from(value) << bits;
        bits += width;
        while bits >= 8 {
            bytes.push(held as u8);
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        bytes.push(held as u8);
    }
    bytes.resize(end, 0);
}

/// Numbers of one width, read from bits; zeros after the end.
struct Bits<'d> {
    bytes: std::slice::Iter<'d, u8>,
    width: u32,
    held: u64,
    bits: u32,
}

impl<'d> Bits<'d> {
    /// None if no number is so wide.
    fn new(bytes: &'d [u8], width: u32) -> Option<Self> {
        (width <= 32).then(|| Bits { bytes: bytes.iter(), width, held: 0, bits: 0 })
    }
}

impl Iterator for Bits<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        while self.bits < self.width {
            let byte = self.bytes.next().copied().unwrap_or(0);
            self.held |= u64::from(byte) << self.bits;
            self.bits += 8;
        }
        let value = self.held & ((1 << self.width) - 1);
        self.held >>= self.width;
        self.bits -= self.width;
        Some(value as u32)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    /// Numbers that look random.
    fn numbers(count: u32) -> Vec<u32> {
        (0..count).map(|number| number.wrapping_mul(2_654_435_761).rotate_left(7)).collect()
    }

    #[test]
    fn differences_are_read_as_they_were_written() {
        let ascending: Vec<u32> = (0..5000).map(|number| number + number / 100).collect();
        for values in [vec![], vec![7], numbers(1), numbers(129), numbers(1000), ascending.clone()]
        {
            let mut bytes = Vec::new();
            put_differences(&mut bytes, &values);
            assert_eq!(take_differences(&mut &bytes[..], values.len()).unwrap(), values);
            for length in 0..bytes.len() {
                let read = take_differences(&mut &bytes[..length], values.len());
                assert!(read.is_none(), "{} of {}", length, bytes.len());
            }
            assert_eq!(take_differences(&mut &bytes[..], values.len() + 1), None);
        }
        let mut bytes = Vec::new();
        put_differences(&mut bytes, &(0..25_000).collect::<Vec<u32>>());
        assert!(bytes.len() < 1300, "{}", bytes.len());
    }

    #[test]
    fn runs_are_read_as_they_were_written() {
        let mixed = [vec![1; 5], vec![0; 30], vec![1, 0, 1], vec![1; 9], vec![0; 8]].concat();
        let large: Vec<u32> = numbers(300).iter().map(|number| number % 1000).collect();
        for (values, width) in
            [(vec![], 1), (vec![1; 5000], 1), (mixed, 1), (large, 10), (vec![0; 9], 0)]
        {
            let mut bytes = Vec::new();
            put_runs(&mut bytes, &values, width);
            assert_eq!(take_runs(&mut &bytes[..], width, values.len()).unwrap(), values);
        }
        assert_eq!(take_runs(&mut &[1][..], 1, 3), None);
        assert_eq!([0, 1, 2, 3, 256, 257].map(width), [0, 0, 1, 2, 8, 9]);
    }
}
