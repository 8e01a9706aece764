//! The names of a shelf, whose parts are checked before they are used.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};
use bytes::Bytes;

/// How many names share a sum.
pub(super) const NAMES_A_PAGE: usize = 1024;

/// How many slots share a sum: 64 KiB.
pub(super) const SLOTS_A_PAGE: usize = 8192;

/// A slot of the table of names: a part of the hash, and the number of the name plus one; 0 is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Slot {
    pub(super) part: u32,
    pub(super) word: u32,
}

/// The sum of some bytes.
pub(super) fn sum(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// The sum of a page of names: of where they begin and of their text.
pub(super) fn sum_of_names(starts: &[u32], text: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(bytemuck::cast_slice(starts));
    hasher.update(text);
    hasher.finalize()
}

/// The names of a shelf.
#[derive(Debug, Default)]
pub(super) struct SharedNames {
    pub(super) count: u32,
    pub(super) starts: Bytes,
    pub(super) text: Bytes,
    pub(super) slots: Bytes,
    pub(super) name_sums: Bytes,
    pub(super) slot_sums: Bytes,
    /// The pages whose sums were found to be right.
    pub(super) good_names: Vec<bool>,
    pub(super) good_slots: Vec<bool>,
    /// A part was damaged.
    pub(super) is_broken: bool,
}

impl SharedNames {
    /// Where each name begins in the text; one more at the end.
    pub(super) fn starts(&self) -> &[u32] {
        bytemuck::try_cast_slice(&self.starts).unwrap_or_default()
    }

    /// The table of names.
    pub(super) fn slots(&self) -> &[Slot] {
        bytemuck::try_cast_slice(&self.slots).unwrap_or_default()
    }

    /// Where the name at this place is in the text.
    pub(super) fn bounds(&self, place: usize) -> Range<usize> {
        // Most tokens that are printed are looked up here.
        let bounds = self.starts.get(4 * place..).and_then(|starts| starts.first_chunk::<8>());
        let Some(&[a, b, c, d, e, f, g, h]) = bounds else { return 0..0 };
        u32::from_ne_bytes([a, b, c, d]) as usize..u32::from_ne_bytes([e, f, g, h]) as usize
    }

    /// The name at this place.
    pub(super) fn spelling(&self, place: usize) -> &[u8] {
        self.text.get(self.bounds(place)).unwrap_or_default()
    }

    /// The place of a name.
    pub(super) fn find(&mut self, hash: u64, spelling: &[u8]) -> Option<u32> {
        let mask = self.slots().len().checked_sub(1)?;
        let mut at = (hash >> 32) as usize & mask;
        for _ in 0..=mask {
            if !self.has_good_slots(at / SLOTS_A_PAGE) {
                return None;
            }
            let slot = self.slots()[at];
            let place = slot.word.checked_sub(1)? as usize;
            if slot.part == hash as u32
                && self.has_good_names(place / NAMES_A_PAGE)
                && self.spelling(place) == spelling
            {
                return Some(slot.word - 1);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Whether a page of names has the right sum.
    pub(super) fn has_good_names(&mut self, page: usize) -> bool {
        if self.good_names.get(page) == Some(&true) {
            return true;
        }
        let from = page * NAMES_A_PAGE;
        let to = (from + NAMES_A_PAGE).min(self.count as usize);
        let is_good = self.sum_of(from, to).is_some_and(|sum| sum == at(&self.name_sums, page));
        match self.good_names.get_mut(page) {
            Some(good) => *good = is_good,
            None => return false,
        }
        self.is_broken |= !is_good;
        is_good
    }

    /// The sum of the names from one place to another.
    fn sum_of(&self, from: usize, to: usize) -> Option<u32> {
        let starts = self.starts().get(from..to.checked_add(1)?)?;
        let (first, last) = (*starts.first()?, *starts.last()?);
        Some(sum_of_names(starts, self.text.get(first as usize..last as usize)?))
    }

    /// Whether a page of slots has the right sum.
    pub(super) fn has_good_slots(&mut self, page: usize) -> bool {
        if self.good_slots.get(page) == Some(&true) {
            return true;
        }
        let size = SLOTS_A_PAGE * size_of::<Slot>();
        let from = page * size;
        let to = (from + size).min(self.slots.len());
        let bytes = self.slots.get(from..to);
        let is_good = bytes.is_some_and(|bytes| sum(bytes) == at(&self.slot_sums, page));
        match self.good_slots.get_mut(page) {
            Some(good) => *good = is_good,
            None => return false,
        }
        self.is_broken |= !is_good;
        is_good
    }

    /// Whether all of it has the right sums.
    pub(super) fn is_good(&mut self) -> bool {
        (0..self.good_names.len()).all(|page| self.has_good_names(page))
            && (0..self.good_slots.len()).all(|page| self.has_good_slots(page))
    }
}

/// The number at this place of a list; 0 beyond its end.
fn at(list: &[u8], place: usize) -> u32 {
    let list: &[u32] = bytemuck::try_cast_slice(list).unwrap_or_default();
    list.get(place).copied().unwrap_or(0)
}
