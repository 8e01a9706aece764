//! The CRCs of a linked kernel: its tables `__kcrctab…`.
//!
//! A CRC has four bytes, or in old kernels those of an address. Before 5.19, where a kernel may be
//! moved (RISC-V, powerpc), an entry may be the distance from itself to the CRC.

use std::ops::Range;

use crate::elf::Target;

/// The CRCs of `count` exports, which `table` of a kernel's file is; none if it is no such table.
pub(super) fn crcs(
    file: &[u8],
    table: Range<usize>,
    count: usize,
    target: Target,
) -> Option<Vec<u32>> {
    let start = table.start;
    let bytes = file.get(table)?;
    let size = bytes.len().checked_div(count).unwrap_or(4);
    if !matches!(size, 4 | 8) || size * count != bytes.len() {
        return None;
    }
    let word = |entry: &[u8]| match size {
        8 => target.u64(entry).map(|crc| crc as u32),
        _ => target.u32(entry),
    };
    let words: Vec<u32> = bytes.chunks(size).map(word).collect::<Option<_>>()?;
    let places = (start..).step_by(size);
    let distant = words.iter().zip(places).map(|(word, place)| distant(file, place, *word, target));
    let distant: Vec<Option<u32>> = distant.collect();
    // Hardly any CRC is such a distance by accident.
    let are_distances = 2 * distant.iter().flatten().count() > count;
    // A symbol without a CRC is one of nowhere.
    let found = distant.into_iter().map(Option::unwrap_or_default);
    Some(if are_distances { found.collect() } else { words })
}

/// The CRC that is so far from its entry at `place`; none if nothing can be there.
fn distant(file: &[u8], place: usize, distance: u32, target: Target) -> Option<u32> {
    let distance = distance.cast_signed();
    let there = place.checked_add_signed(distance as isize)?;
    (distance % 4 == 0 && distance != 0).then(|| target.u32(file.get(there..)?)).flatten()
}
