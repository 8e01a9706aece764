//! Scanned files that earlier processes left in one file, the shelf: how it is laid out, and how it is
//! read.
//!
//! Nothing in it is believed. Its size and its head are checked when it is opened, each part of it
//! against a sum before it is read for the first time; and what has the right sum may still say
//! anything, so that no place in it is used unchecked. A part that is damaged makes the
//! whole shelf broken: whatever was made from it is then made again without it.
//!
//! ```text
//! head │ sums of names, of slots │ starts of names │ their text │ slots │ index │ regions
//! ```
//!
//! Names are in pages of [`NAMES_A_PAGE`]. A region is a scanned file: a record, its
//! tokens, items and macros, and the numbers of the pages that its names are in; or a passage of one
//! ([`super::passages_on_shelf`]).

use bytemuck::{Pod, Zeroable};
use bytes::Bytes;

use super::host::Stamp;
use super::names::Id;
use super::shared::{NAMES_A_PAGE, SLOTS_A_PAGE, SharedNames, Slot, sum};
use super::source::{FIRST_MACRO, Item, List, Macro, Source, What};
use super::token::Token;
use super::unusual::Reason;

/// The beginning of a shelf.
pub(super) const MAGIC: [u8; 8] = *b"modvcpp\n";

/// Written as a number, it shows the byte order.
pub(super) const ORDER: u32 = 0x0102_0304;

/// The beginning of a shelf.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Head {
    pub(super) magic: [u8; 8],
    pub(super) order: u32,
    /// The sum of the head, with zero here, and of all other sums.
    pub(super) sum: u32,
    /// Which program made it: another one may scan otherwise.
    pub(super) maker: u64,
    /// The size of the file.
    pub(super) length: u64,
    /// How many names, bytes of their text, slots (a power of two) and places of the index (the same)
    /// there are.
    pub(super) names: u64,
    pub(super) text: u64,
    pub(super) slots: u64,
    pub(super) index: u64,
    /// The number that the next macro of a file gets.
    pub(super) next_macro: u64,
}

/// A place of the index: the hash of a file's identity, or of a passage's beginning, and where the region
/// begins, plus one; 0 is free.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Place {
    pub(super) hash: u64,
    pub(super) at: u64,
}

/// The beginning of a region.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Record {
    /// The sum of all that follows.
    pub(super) sum: u32,
    pub(super) reason: Reason,
    pub(super) unused: [u8; 3],
    /// The length of the region.
    pub(super) length: u64,
    pub(super) stamp: Stamp,
    /// How many of each there are.
    pub(super) tokens: u32,
    pub(super) items: u32,
    pub(super) macros: u32,
    pub(super) pages: u32,
    /// The number of its guard, or of no name.
    pub(super) guard: Id,
    /// The number of its first macro among those of all files.
    pub(super) first_macro: u32,
}

/// The hash of a file's identity.
pub(super) fn hash_of_file(stamp: &Stamp) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let hash = (stamp.device.rotate_left(32) ^ stamp.inode).wrapping_mul(FACTOR);
    // The highest bit is for passages.
    (hash ^ (hash >> 32)) & !(1 << 63)
}

/// The parts of a shelf, one after the other.
struct Parts {
    bytes: Bytes,
    at: usize,
}

impl Parts {
    /// The next part: `count` pieces of `size` bytes. Each part begins at a multiple of eight.
    fn next(&mut self, count: usize, size: usize) -> Option<Bytes> {
        let end = self.at.checked_add(count.checked_mul(size)?)?;
        let part = (end <= self.bytes.len()).then(|| self.bytes.slice(self.at..end))?;
        self.at = end.checked_next_multiple_of(8)?;
        Some(part)
    }
}

/// The scanned files of a shelf.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    pub(super) index: Bytes,
    pub(super) regions: Bytes,
    /// The number of the next macro; 0 if there is no shelf.
    pub(super) next_macro: u32,
    /// A part was damaged.
    pub(super) is_broken: bool,
}

impl Shelf {
    /// The shelf that these bytes are, and its names; none if they are none of this `maker`.
    pub(super) fn open(bytes: Bytes, maker: u64) -> Option<(Self, SharedNames)> {
        let mut parts = Parts { bytes, at: 0 };
        let head_bytes = parts.next(1, size_of::<Head>())?;
        let head: Head = *bytemuck::try_from_bytes(&head_bytes).ok()?;
        let is_ours = head.magic == MAGIC && head.order == ORDER && head.maker == maker;
        let length = usize::try_from(head.length).ok()?;
        if !is_ours || length != parts.bytes.len() {
            return None;
        }
        let size = |count: u64| usize::try_from(count).ok();
        let (names, text) = (size(head.names)?, size(head.text)?);
        let (slots, index) = (size(head.slots)?, size(head.index)?);
        if !slots.is_power_of_two() || !index.is_power_of_two() || names >= u32::MAX as usize {
            return None;
        }
        let name_sums = parts.next(names.div_ceil(NAMES_A_PAGE), size_of::<u32>())?;
        let slot_sums = parts.next(slots.div_ceil(SLOTS_A_PAGE), size_of::<u32>())?;
        let head = Head { sum: 0, ..head };
        let mut hasher = crc32fast::Hasher::new();
        for part in [bytemuck::bytes_of(&head), &name_sums, &slot_sums] {
            hasher.update(part);
        }
        let known: Head = *bytemuck::try_from_bytes(&head_bytes).ok()?;
        if hasher.finalize() != known.sum {
            return None;
        }
        let shared = SharedNames {
            count: names as u32,
            starts: parts.next(names.checked_add(1)?, size_of::<u32>())?,
            text: parts.next(text, 1)?,
            slots: parts.next(slots, size_of::<Slot>())?,
            good_names: vec![false; name_sums.len() / size_of::<u32>()],
            good_slots: vec![false; slot_sums.len() / size_of::<u32>()],
            name_sums,
            slot_sums,
            is_broken: false,
        };
        let index = parts.next(index, size_of::<Place>())?;
        let regions = parts.next(length.checked_sub(parts.at)?, 1)?;
        // Lists fit their kinds if these do.
        bytemuck::try_cast_slice::<u8, Place>(&index).ok()?;
        let next_macro = u32::try_from(head.next_macro).ok()?;
        Some((Self { index, regions, next_macro, is_broken: false }, shared))
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }

    /// The scanned file of this version, if it is on the shelf.
    pub(super) fn take(&mut self, stamp: &Stamp, names: &mut SharedNames) -> Option<Source> {
        let at = self.place(hash_of_file(stamp))?;
        let rest = self.regions.get(at..)?;
        let record: Record = *bytemuck::try_from_bytes(rest.get(..size_of::<Record>())?).ok()?;
        if record.stamp != *stamp {
            return None;
        }
        let source = self.scanned(at, &record, names);
        self.is_broken |= source.is_none() || names.is_broken;
        source.filter(|_| !self.is_broken)
    }

    /// Where the region of a file, or of the newest passage with this beginning, is.
    pub(super) fn place(&self, hash: u64) -> Option<usize> {
        let places: &[Place] = bytemuck::cast_slice(&self.index);
        let mask = places.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        for _ in 0..places.len() {
            let place = places[at];
            if place.at == 0 {
                return None;
            }
            if place.hash == hash {
                return usize::try_from(place.at - 1).ok();
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// The scanned file in a region; none if it is damaged.
    fn scanned(&self, at: usize, record: &Record, names: &mut SharedNames) -> Option<Source> {
        let end = at.checked_add(usize::try_from(record.length).ok()?)?;
        let region = (end <= self.regions.len()).then(|| self.regions.slice(at..end))?;
        if sum(region.get(size_of::<u32>()..)?) != record.sum {
            return None;
        }
        let mut parts = Parts { bytes: region, at: size_of::<Record>() };
        let tokens = List::kept(parts.next(record.tokens as usize, size_of::<Token>())?)?;
        let items = List::kept(parts.next(record.items as usize, size_of::<Item>())?)?;
        let macros = List::kept(parts.next(record.macros as usize, size_of::<Macro>())?)?;
        let pages: List<u32> = List::kept(parts.next(record.pages as usize, size_of::<u32>())?)?;
        if !pages.iter().all(|page| names.has_good_names(*page as usize)) {
            return None;
        }
        let guard = Some(record.guard).filter(|guard| *guard != Id::NONE);
        let unusual = record.reason.get();
        let (first_macro, shelf_at) = (record.first_macro, Some(at as u64));
        let stamp = None;
        let source = Source { tokens, items, macros, guard, unusual, first_macro, stamp, shelf_at };
        is_sound(&source, names.count, self.next_macro).then_some(source)
    }
}

/// Whether all places in a scanned file are in its lists, all jumps lead forward, and its macros have
/// numbers of their own.
fn is_sound(source: &Source, names: u32, next_macro: u32) -> bool {
    let end = source.first_macro.checked_add(source.macros.len() as u32);
    if source.first_macro < FIRST_MACRO || end.is_none_or(|end| end > next_macro) {
        return false;
    }
    let tokens = source.tokens.len() as u32;
    let is_macro = |known: &Macro| {
        let places = [known.parameters_from, known.from, known.to, tokens];
        places.is_sorted() && known.name.number() < names
    };
    let divides = |item: &Item| matches!(item.what(), What::Elif | What::Else | What::Endif);
    let is_item = |(place, item): (usize, &Item)| {
        item.line < 1 << 30
            && match item.what() {
                What::Define => (item.from as usize) < source.macros.len(),
                What::If | What::Ifdef | What::Ifndef | What::Elif | What::Else => {
                    let next = item.next as usize;
                    next > place && source.items.get(next).is_some_and(divides)
                }
                _ => true,
            }
    };
    source.macros.iter().all(is_macro) && source.items.iter().enumerate().all(is_item)
}
