//! Passages on a shelf: how they are laid out, and how one is taken.
//!
//! A passage is a region as a scanned file is. It names the region of its file, and where the next older
//! passage is that begins at the same place. Definitions are known by their numbers, which a shelf gives
//! to the macros of each file that comes onto it, and keeps. What was defined by the compiler or on the
//! command line is on the shelf, too, as if it were files.

use bytemuck::{Pod, Zeroable};

use super::declaration::Declaration;
use super::host::{Host, Stamp};
use super::names::{self, Id};
use super::passages::{Change, MOST_VERSIONS, Passage, Start};
use super::print::Position;
use super::shared::sum;
use super::source::Source;
use super::state::State;

/// The beginning of a passage.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Record {
    /// The sum of all that is compared: what follows this, the path and the names.
    pub(super) sum: u32,
    /// The sum of what follows the names.
    pub(super) sum_of_rest: u32,
    /// Where the next older passage of the same beginning is, plus one; 0 for none.
    pub(super) next: u64,
    /// Where the region of its file is.
    pub(super) source: u64,
    /// What else it begins with.
    pub(super) item: u32,
    pub(super) switches: u32,
    /// How many bytes the path has, how many names and changes there are, and bytes of text.
    pub(super) path: u32,
    pub(super) names: u32,
    pub(super) changes: u32,
    pub(super) text: u32,
    /// What it takes and leaves: see [`Passage`].
    pub(super) tokens: u64,
    pub(super) counts: u32,
    pub(super) end: u32,
    pub(super) line: u32,
    pub(super) is_once: u32,
    pub(super) position: Position,
    pub(super) declaration: [u32; 2],
}

/// A name, and the number of its definition.
pub(super) type Look = [u32; 2];

/// A change: [`DEFINE`] and the place of the macro, or [`UNDEFINE`] and the name.
pub(super) type Kept = [u32; 2];
pub(super) const DEFINE: u32 = 1;
pub(super) const UNDEFINE: u32 = 2;

/// A passage, as the parts of its region.
struct Parts<'s> {
    record: Record,
    path: &'s [u8],
    looks: &'s [Look],
    changes: &'s [Kept],
    text: &'s [u8],
    /// All that the second sum is about.
    rest: &'s [u8],
}

/// A list as bytes.
fn bytes_of<T: Pod>(list: &[T]) -> &[u8] {
    bytemuck::cast_slice(list)
}

/// The next multiple of eight, at which each part begins.
pub(super) fn padded(length: usize) -> usize {
    length.next_multiple_of(8)
}

/// What a place of the index has for passages that begin there. No file's hash has the highest bit.
pub(super) fn hash_of_beginning(source: u64, item: u32, switches: u32, path: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let place =
        (source.rotate_left(24) ^ u64::from(item) ^ u64::from(switches) << 60).wrapping_mul(FACTOR);
    let hash = (names::hash(path) ^ place.rotate_left(31)).wrapping_mul(FACTOR);
    (hash ^ hash >> 32) | 1 << 63
}

/// The switches of a passage's beginning as a number.
pub(super) fn switches(start: &Start) -> u32 {
    u32::from(start.is_system)
        | u32::from(start.leaves_out_bodies) << 1
        | u32::from(start.warns_of_undefined) << 2
}

/// What a text of definitions has for a version of a file.
pub(super) fn stamp_of_text(text: &[u8]) -> Stamp {
    let (first, second) = (names::hash(text), u64::from(sum(text)));
    let size = text.len() as u64;
    Stamp { device: TEXT, inode: first, size, modified: [second as i64, 0], changed: [0, 0] }
}

/// The device of no file.
const TEXT: u64 = u64::MAX;

/// Whether a version is that of a text.
pub(super) fn is_text(stamp: &Stamp) -> bool {
    stamp.device == TEXT
}

/// The passage whose region begins these bytes; none if they cannot be one.
fn parts(region: &[u8]) -> Option<Parts<'_>> {
    let head = region.get(..size_of::<Record>())?;
    let record: Record = *bytemuck::try_from_bytes(head).ok()?;
    let mut at = size_of::<Record>();
    let mut next = |count: u32, size: usize| {
        let end = at.checked_add((count as usize).checked_mul(size)?)?;
        let part = region.get(at..end)?;
        at = padded(end);
        Some((part, end))
    };
    let (path, _) = next(record.path, 1)?;
    let (looks, end_of_looks) = next(record.names, size_of::<Look>())?;
    let (changes, _) = next(record.changes, size_of::<Kept>())?;
    let (text, end) = next(record.text, 1)?;
    Some(Parts {
        record,
        path,
        looks: bytemuck::try_cast_slice(looks).ok()?,
        changes: bytemuck::try_cast_slice(changes).ok()?,
        text,
        rest: region.get(end_of_looks..end)?,
    })
}

/// The bytes that the first sum is about.
fn compared<'s>(region: &'s [u8], parts: &Parts<'s>) -> Option<&'s [u8]> {
    let names = padded(size_of::<Record>() + parts.path.len()) + size_of_val(parts.looks);
    region.get(size_of::<u32>()..names)
}

/// Gives the region of a passage its sums.
pub(super) fn seal(region: &mut [u8]) {
    let sums = parts(region).and_then(|parts| {
        let mut record = Record { sum_of_rest: sum(parts.rest), ..parts.record };
        let compared = compared(region, &parts)?;
        let rest = &compared[size_of::<Record>() - size_of::<u32>()..];
        let own = [&bytemuck::bytes_of(&record)[size_of::<u32>()..], rest].concat();
        record.sum = sum(&own);
        Some(record)
    });
    if let Some(record) = sums {
        region[..size_of::<Record>()].copy_from_slice(bytemuck::bytes_of(&record));
    }
}

impl<H: Host> State<'_, H> {
    /// What a text of definitions was scanned to; as the shelf has it, if it does.
    pub(super) fn as_on_shelf(&mut self, text: &[u8], scanned: Source) -> Source {
        if self.shelf.is_empty() {
            return scanned;
        }
        let stamp = stamp_of_text(text);
        let same = |kept: &Source| {
            kept.tokens[..] == scanned.tokens[..]
                && bytes_of(&kept.items) == bytes_of(&scanned.items)
                && bytes_of(&kept.macros) == bytes_of(&scanned.macros)
        };
        match self.shelf.take(&stamp, &mut self.names.shared).filter(same) {
            Some(kept) => kept,
            None => Source { stamp: Some(stamp), ..scanned },
        }
    }

    /// Does what a passage on the shelf does, if there is one that would be read the same now. If there
    /// are many and none is, this one is not to be remembered.
    pub(super) fn take_from_shelf(&mut self, start: Start, declaration: &mut Declaration) -> bool {
        let Some(open) = self.open.last() else { return false };
        let Some(source) = open.source.shelf_at else { return false };
        let (file, switches) = (open.file, switches(&start));
        let regions = self.shelf.regions.clone();
        let path = self.search.path(file);
        let hash = hash_of_beginning(source, start.item, switches, path);
        let mut next = self.shelf.place(hash).map(|at| at as u64);
        let mut versions = 0;
        while let Some(at) = next {
            let region = usize::try_from(at).ok().and_then(|at| regions.get(at..));
            let Some(region) = region else { break };
            let parts = parts(region);
            let is_whole = |parts: &Parts<'_>| {
                compared(region, parts).is_some_and(|bytes| sum(bytes) == parts.record.sum)
            };
            let Some(parts) = parts.filter(is_whole) else {
                self.shelf.is_broken = true;
                return false;
            };
            let record = parts.record;
            let is_it = record.source == source
                && record.item == start.item
                && record.switches == switches
                && parts.path == path;
            let is_same = |look: &Look| self.current.get(Id::at(look[0])).1 == look[1];
            if is_it && record.tokens <= self.budget && parts.looks.iter().all(is_same) {
                if sum(parts.rest) != record.sum_of_rest {
                    self.shelf.is_broken = true;
                    return false;
                }
                return self.replay(&parts, file, declaration);
            }
            versions += usize::from(is_it);
            // Older ones are before it.
            next = record.next.checked_sub(1).filter(|next| *next < at);
        }
        versions >= MOST_VERSIONS
    }

    /// Does what a passage did. Whether it can be: places in it may be any.
    fn replay(&mut self, parts: &Parts<'_>, file: usize, declaration: &mut Declaration) -> bool {
        let record = parts.record;
        let count = self.names.shared.count;
        let Some(open) = self.open.last_mut() else { return false };
        let source = open.source;
        let is_sound = |change: &Kept| match *change {
            [DEFINE, place] => (place as usize) < source.macros.len(),
            [UNDEFINE, name] => name < count,
            _ => false,
        };
        let is_forward = record.end as usize >= open.item;
        let Some(after) = Declaration::of_parts(record.declaration) else { return false };
        if !is_forward || !parts.changes.iter().all(is_sound) {
            return false;
        }
        (open.item, open.line) = (record.end as usize, record.line);
        (open.text, open.at) = (&[], 0);
        for &[what, which] in parts.changes {
            if what == UNDEFINE {
                self.set(Id::at(which), 0);
            } else if let Some(definition) = source.macros.get(which as usize) {
                self.define(source, which, definition);
            }
        }
        if record.is_once != 0 {
            self.search.mark_once(file);
        }
        self.counter = self.counter.saturating_add(record.counts);
        self.budget -= record.tokens;
        self.out.put(parts.text, record.position);
        *declaration = after;
        self.passages.taken += 1;
        true
    }
}

/// A region for a passage, but for what it is linked with; `name` and `number` are what the shelf has for
/// those of this process. None if a definition will not be on the shelf, or for what is too large.
pub(super) fn region_of(
    passage: &Passage,
    record: Record,
    path: &[u8],
    mut name: impl FnMut(Id) -> Id,
    number: impl Fn(u32) -> Option<u32>,
) -> Option<Vec<u8>> {
    let looks = passage.names.iter().map(|(id, which)| Some([name(*id).number(), number(*which)?]));
    let looks: Vec<Look> = looks.collect::<Option<_>>()?;
    let changes = passage.changes.iter().map(|change| match *change {
        Change::Define(place) => [DEFINE, place],
        Change::Undefine(id) => [UNDEFINE, name(id).number()],
    });
    let changes: Vec<Kept> = changes.collect();
    let record = Record {
        path: u32::try_from(path.len()).ok()?,
        names: u32::try_from(looks.len()).ok()?,
        changes: u32::try_from(changes.len()).ok()?,
        text: u32::try_from(passage.text.len()).ok()?,
        tokens: passage.tokens,
        counts: passage.counts,
        end: u32::try_from(passage.end).ok()?,
        line: passage.line,
        is_once: u32::from(passage.is_once),
        position: passage.position,
        declaration: passage.declaration.parts(),
        ..record
    };
    let mut region = bytemuck::bytes_of(&record).to_vec();
    let parts: [&[u8]; 4] =
        [path, bytemuck::cast_slice(&looks), bytemuck::cast_slice(&changes), &passage.text];
    for part in parts {
        region.extend_from_slice(part);
        region.resize(padded(region.len()), 0);
    }
    seal(&mut region);
    Some(region)
}
