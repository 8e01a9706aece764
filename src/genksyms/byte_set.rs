//! Which of 64 bytes are in a set: the one test that every byte of a source is subject to.
//!
//! A set of ASCII bytes is two tables of sixteen entries: a byte's high half says its row, and its
//! low half the rows in which the set has it. Both are looked up for many bytes at once. Bytes from
//! 0x80 on are in no set. Where the low halves of the bytes differ, one table does.

use wide::u8x16;

/// How many bytes are asked about at a time.
pub(super) const WIDTH: usize = 64;

/// How many bytes a vector holds that all processors have.
pub(super) const LANES: usize = 16;

/// Half of a byte has so many values.
const HALF: usize = 16;

/// For each high half of a byte the bit of its row.
static ROWS: [u8; HALF] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

/// A set of ASCII bytes: for each low half of a byte, the rows in which it is.
#[derive(Clone, Copy)]
pub(super) struct ByteSet([u8; HALF]);

impl ByteSet {
    /// The set of these bytes.
    pub(super) const fn of(bytes: &[u8]) -> Self {
        Self([0; HALF]).and(bytes)
    }

    /// This set and these bytes.
    pub(super) const fn and(mut self, bytes: &[u8]) -> Self {
        let mut index = 0;
        while index < bytes.len() {
            assert!(bytes[index].is_ascii());
            self.0[bytes[index] as usize % HALF] |= 1 << (bytes[index] as usize / HALF);
            index += 1;
        }
        self
    }
}

/// A set of a few ASCII bytes whose low halves differ: for each low half the byte that has it.
///
/// To look up one table and compare takes half as many instructions as a `ByteSet` does.
#[derive(Clone, Copy)]
pub(super) struct Few([u8; HALF]);

impl Few {
    /// The set of these bytes.
    pub(super) const fn of(bytes: &[u8]) -> Self {
        let mut table = [0; HALF];
        let mut index = 0;
        while index < HALF {
            // A byte with another low half: the one that is looked up here is never the same.
            table[index] = index as u8 ^ 1;
            index += 1;
        }
        index = 0;
        while index < bytes.len() {
            let low = bytes[index] as usize % HALF;
            assert!(bytes[index].is_ascii() && table[low] == low as u8 ^ 1);
            table[low] = bytes[index];
            index += 1;
        }
        Self(table)
    }
}

/// For each of the sets the bytes that are in it: bit n stands for the byte at n.
#[inline(always)]
pub(super) fn members<const N: usize, const M: usize>(
    bytes: &[u8; WIDTH],
    sets: &[ByteSet; N],
    few: &[Few; M],
) -> ([u64; N], [u64; M]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has just been asked for the one feature that it needs.
        return unsafe { avx2::members(bytes, sets, few) };
    }
    members_anywhere(bytes, sets, few)
}

/// The same on any processor.
#[cold]
#[inline(never)]
fn members_anywhere<const N: usize, const M: usize>(
    bytes: &[u8; WIDTH],
    sets: &[ByteSet; N],
    few: &[Few; M],
) -> ([u64; N], [u64; M]) {
    let (mut members, mut members_of_few) = ([0; N], [0; M]);
    for (index, lanes) in bytes.as_chunks::<LANES>().0.iter().enumerate() {
        let bits = |found: u8x16| u64::from(found.to_bitmask() & 0xffff) << (index * LANES);
        let lanes = u8x16::new(*lanes);
        let low = lanes & u8x16::splat(0xf);
        let high = u8x16::new(lanes.to_array().map(|byte| byte >> 4));
        let row = u8x16::new(ROWS).shuffle_zeroing(high);
        for (set, members) in sets.iter().zip(&mut members) {
            let found = u8x16::new(set.0).shuffle_zeroing(low) & row;
            *members |= bits(!found.simd_eq(u8x16::ZERO));
        }
        for (set, members) in few.iter().zip(&mut members_of_few) {
            *members |= bits(u8x16::new(set.0).shuffle_zeroing(low).simd_eq(lanes));
        }
    }
    (members, members_of_few)
}

/// The place of the first byte that is one of two.
///
/// The literals of a kernel's file are mostly shorter than it takes to call memchr's search, which
/// is for long ones.
#[inline(always)]
pub(super) fn first_of(bytes: &[u8; LANES], [one, other]: [u8; 2]) -> Option<usize> {
    let lanes = u8x16::new(*bytes);
    let found = lanes.simd_eq(u8x16::splat(one)) | lanes.simd_eq(u8x16::splat(other));
    let found = found.to_bitmask();
    (found != 0).then_some(found.trailing_zeros() as usize)
}

/// The first bytes of the rest of a source; behind its end there are NULs, for which there is room.
#[inline(always)]
pub(super) fn first_bytes<'a>(
    rest: &'a [u8],
    room: &'a mut Option<[u8; WIDTH]>,
) -> &'a [u8; WIDTH] {
    match rest.first_chunk() {
        Some(bytes) => bytes,
        None => room.insert(last_bytes(rest)),
    }
}

/// Bytes with NULs behind them.
#[cold]
fn last_bytes(rest: &[u8]) -> [u8; WIDTH] {
    let mut bytes = [0; WIDTH];
    bytes.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    bytes
}

/// How many bytes come before the first that cannot stand in a name, if one cannot.
///
/// Made of comparisons that all processors of a kind have, unlike the tables of a `ByteSet`.
#[inline(always)]
pub(super) fn name_length(bytes: &[u8; LANES]) -> Option<usize> {
    let lanes = u8x16::new(*bytes);
    let within = |lanes: u8x16, first, last| {
        lanes.max(u8x16::splat(first)).min(u8x16::splat(last)).simd_eq(lanes)
    };
    let name = within(lanes | u8x16::splat(0x20), b'a', b'z')
        | within(lanes, b'0', b'9')
        | lanes.simd_eq(u8x16::splat(b'_'))
        | lanes.simd_eq(u8x16::splat(b'$'));
    let length = (!name.to_bitmask()).trailing_zeros() as usize;
    (length < LANES).then_some(length)
}

/// The same with the instructions that most x86 processors have since 2013 or so.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    use super::{ByteSet, Few, HALF, ROWS, WIDTH};

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn members<const N: usize, const M: usize>(
        bytes: &[u8; WIDTH],
        sets: &[ByteSet; N],
        few: &[Few; M],
    ) -> ([u64; N], [u64; M]) {
        let (halves, _) = bytes.as_chunks();
        let lanes = [load(&halves[0]), load(&halves[1])];
        let both = |first: u32, second: u32| u64::from(first) | u64::from(second) << (WIDTH / 2);
        let [first, second] = [outside(lanes[0], sets), outside(lanes[1], sets)];
        let members = std::array::from_fn(|set| !both(first[set], second[set]));
        let [first, second] = [same(lanes[0], few), same(lanes[1], few)];
        (members, std::array::from_fn(|set| both(first[set], second[set])))
    }

    /// For each of the sets the bytes that are in it.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn same<const M: usize>(lanes: __m256i, few: &[Few; M]) -> [u32; M] {
        std::array::from_fn(|index| {
            // The shuffle makes 0 of bytes from 0x80 on, so they are not the same.
            let known = _mm256_shuffle_epi8(table(&few[index].0), lanes);
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(known, lanes)) as u32
        })
    }

    /// For each of the sets the bytes that are not in it.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn outside<const N: usize>(lanes: __m256i, sets: &[ByteSet; N]) -> [u32; N] {
        let low_half = _mm256_set1_epi8(0xf);
        let low = _mm256_and_si256(lanes, low_half);
        let high = _mm256_and_si256(_mm256_srli_epi16::<4>(lanes), low_half);
        let row = _mm256_shuffle_epi8(table(&ROWS), high);
        std::array::from_fn(|index| {
            let found = _mm256_and_si256(_mm256_shuffle_epi8(table(&sets[index].0), low), row);
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256())) as u32
        })
    }

    /// Thirty-two bytes. (The compiler makes one load of it.)
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(bytes: &[u8; WIDTH / 2]) -> __m256i {
        let [a, b, c, d] = words(bytes);
        _mm256_set_epi64x(d, c, b, a)
    }

    /// A table, twice: the shuffle looks up each half of its bytes in its half of the tables.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn table(rows: &[u8; HALF]) -> __m256i {
        let [a, b] = words(rows);
        _mm256_set_epi64x(b, a, b, a)
    }

    /// The bytes as words of eight.
    fn words<const N: usize>(bytes: &[u8]) -> [i64; N] {
        let mut words = [0; N];
        let (chunks, _) = bytes.as_chunks();
        words.iter_mut().zip(chunks).for_each(|(to, from)| *to = i64::from_le_bytes(*from));
        words
    }
}

#[cfg(test)]
mod tests {
    use super::{ByteSet, Few, WIDTH, members, members_anywhere};

    #[test]
    fn each_byte_is_in_its_sets_on_all_processors() {
        const LISTS: [&[u8]; 3] = [b"", b"{}\"'#\0", b" \n\tAZaz09_~\x7f"];
        const FEW: [Few; 2] = [Few::of(LISTS[0]), Few::of(LISTS[1])];
        let sets = LISTS.map(ByteSet::of);
        for first in 0..=u8::MAX {
            let mut bytes = [0; WIDTH];
            for (number, byte) in (0..).zip(&mut bytes) {
                *byte = first.wrapping_add(number);
            }
            let expected = LISTS.map(|list| {
                let is_in = |(index, byte): (usize, &u8)| u64::from(list.contains(byte)) << index;
                bytes.iter().enumerate().map(is_in).sum()
            });
            let few = [expected[0], expected[1]];
            assert_eq!(members(&bytes, &sets, &FEW), (expected, few));
            assert_eq!(members_anywhere(&bytes, &sets, &FEW), (expected, few));
        }
    }
}
