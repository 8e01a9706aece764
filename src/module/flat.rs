//! The exports of a kernel whose file has no table of sections, as most images that boot: its tables
//! are found by what they look like.
//!
//! The linker puts them one behind the other, without gaps:
//!
//! ```text
//! __ksymtab, __ksymtab_gpl │ __kcrctab, __kcrctab_gpl │ __kflagstab │ __ksymtab_strings
//! ```
//!
//! Entries of `__ksymtab…` are in the order of their names, as the loader's search needs them. They
//! are taken for these tables only if the first of their names stands exactly where the CRCs and
//! flags of all of them end, and else for nothing: what is found this way is certain.

use std::cmp::Reverse;

use super::crcs::crcs;
use super::exports::{Export, GPL_ONLY};
use crate::elf::Target;

/// Finds the exports in the `image` of a kernel, in the order of its tables; none if no tables in it
/// fit together.
pub(super) fn find<'d>(image: &'d [u8], target: Target) -> Vec<Export<'d>> {
    let width = target.address_size();
    let shapes = [(4, 3, true), (4, 2, true), (width, 3, false), (width, 2, false)];
    let found = shapes.into_iter().find_map(|(field, fields, is_distance)| {
        let shape = Shape { field, fields, is_distance };
        Image { image, target, shape }.exports()
    });
    found.unwrap_or_default()
}

/// What an entry of `__ksymtab…` looks like: its fields are the value, the name, and since 5.4 the
/// namespace.
#[derive(Clone, Copy)]
struct Shape {
    /// How many bytes a field has.
    field: usize,
    /// How many fields an entry has.
    fields: usize,
    /// Whether a field holds the distance to what it means, and not the address.
    is_distance: bool,
}

impl Shape {
    /// How many bytes an entry has.
    fn size(self) -> usize {
        self.field * self.fields
    }
}

/// Entries side by side that look like exports.
#[derive(Clone, Copy)]
struct Run {
    /// Where the first begins.
    start: usize,
    /// How many there are.
    count: usize,
}

/// How many exports a kernel has at least.
const FEWEST: usize = 8;

/// How many it may have: several times what kernels do.
const MOST: usize = 1 << 16;

/// How many runs are looked at, the longest ones first.
const MOST_RUNS: usize = 16;

/// How many entries before the tables may look like exports by accident.
const MOST_STRAY: usize = 4;

/// How long a name or a namespace may be.
const LONGEST: usize = 512;

/// How long all names of a kernel may be together: ten times what they are.
const LONGEST_ALL: usize = 4 << 20;

/// Kernels are linked to multiples of this.
const PAGE: usize = 4096;

/// No kernel is linked below this address, where most small numbers are.
const LOWEST: u64 = 1 << 20;

/// The image of a kernel, taken for one with entries of this shape.
#[derive(Clone, Copy)]
struct Image<'d> {
    image: &'d [u8],
    target: Target,
    shape: Shape,
}

impl<'d> Image<'d> {
    /// The exports in it, if it is such a kernel.
    fn exports(self) -> Option<Vec<Export<'d>>> {
        self.runs().into_iter().find_map(|run| self.linked(run)?.exports(run))
    }

    /// The field with this number of the entry at `entry`.
    fn field(self, entry: usize, number: usize) -> Option<u64> {
        let bytes = self.image.get(entry + number * self.shape.field..)?;
        match self.shape.field {
            8 => self.target.u64(bytes),
            _ => self.target.u32(bytes).map(u64::from),
        }
    }

    /// The longest runs of what [may be an entry](Self::may_be_entry), in the order of their length.
    fn runs(self) -> Vec<Run> {
        let size = self.shape.size();
        let mut runs = Vec::new();
        for first in (0..size).step_by(self.shape.field) {
            let mut run = Run { start: first, count: 0 };
            for entry in (first..self.image.len()).step_by(size) {
                if self.may_be_entry(entry) {
                    run.count += 1;
                } else {
                    keep(&mut runs, run);
                    run = Run { start: entry + size, count: 0 };
                }
            }
            keep(&mut runs, run);
        }
        longest(&mut runs);
        runs
    }

    /// Whether an entry may be an export, as far as it can be seen without reading its name.
    fn may_be_entry(self, entry: usize) -> bool {
        let Some(name) = self.field(entry, 1) else { return false };
        if !self.shape.is_distance {
            return self.may_have_address(entry, name);
        }
        let start = distant(entry + self.shape.field, name);
        start.and_then(|start| self.image.get(start)).is_some_and(|byte| begins_name(*byte))
    }

    /// Whether an entry may be an export whose name has this address: not far from the namespace, and
    /// from the name of an entry beside it.
    fn may_have_address(self, entry: usize, name: u64) -> bool {
        let is_near = |other: u64| other.abs_diff(name) < self.image.len() as u64;
        let next = self.field(entry + self.shape.size(), 1);
        let last = entry.checked_sub(self.shape.size()).and_then(|last| self.field(last, 1));
        let is_text = |text: u64| text == 0 || is_near(text);
        name >= LOWEST
            && (2..self.shape.fields).all(|number| self.field(entry, number).is_some_and(is_text))
            && [next, last].into_iter().flatten().any(|other| other != name && is_near(other))
    }

    /// The image with the address that it is linked to, as far as that matters: the one with which
    /// the entries of this run have names.
    fn linked(self, run: Run) -> Option<Linked<'d>> {
        if self.shape.is_distance {
            return Some(Linked { of: self, base: 0 });
        }
        let size = self.shape.size();
        let address = self.field(run.start + run.count / 2 * size, 1)?;
        // The names follow the tables, and few are longer than this.
        let end = run.start + run.count.min(MOST) * (size + 64) + PAGE;
        let offset = (address % PAGE as u64) as usize;
        let places = (run.start / PAGE * PAGE + offset..end.min(self.image.len())).step_by(PAGE);
        let linked = |place| Linked { of: self, base: address.wrapping_sub(place as u64) };
        places.map(linked).find(|linked| linked.has_names(run))
    }
}

/// Keeps a run if it is long enough.
fn keep(runs: &mut Vec<Run>, run: Run) {
    if run.count >= FEWEST {
        runs.push(run);
    }
    if runs.len() > 2 * MOST_RUNS {
        longest(runs);
    }
}

/// Keeps the longest runs only, in the order of their length.
fn longest(runs: &mut Vec<Run>) {
    runs.sort_by_key(|run| Reverse(run.count));
    runs.truncate(MOST_RUNS);
}

/// The place that is so far from `place`: the last 32 bits of `distance` have a sign.
fn distant(place: usize, distance: u64) -> Option<usize> {
    place.checked_add_signed((distance as u32).cast_signed() as isize)
}

/// Whether a name may begin so.
fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Whether it may go on so. (Compilers number names with dots, and assemblers know `$`.)
fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$')
}

/// An image, and the address of its first byte if entries have addresses.
#[derive(Clone, Copy)]
struct Linked<'d> {
    of: Image<'d>,
    base: u64,
}

impl<'d> Linked<'d> {
    /// Where the text begins that a field means.
    fn place(self, entry: usize, number: usize) -> Option<usize> {
        let field = self.of.field(entry, number)?;
        match self.of.shape.is_distance {
            true => distant(entry + number * self.of.shape.field, field),
            false => usize::try_from(field.wrapping_sub(self.base)).ok(),
        }
    }

    /// The text that begins there.
    fn text(self, place: usize) -> Option<&'d [u8]> {
        let rest = self.of.image.get(place..)?;
        let rest = &rest[..rest.len().min(LONGEST)];
        Some(&rest[..memchr::memchr(0, rest)?])
    }

    /// The name of an entry, and where it begins; none if it is no name.
    fn name(self, entry: usize) -> Option<(&'d [u8], usize)> {
        let place = self.place(entry, 1)?;
        let name = self.text(place)?;
        let is_name = begins_name(*name.first()?) && name.iter().all(|byte| is_in_name(*byte));
        is_name.then_some((name, place))
    }

    /// The namespace of an entry: empty if it is in none, for which some tables have nothing at all.
    fn namespace(self, entry: usize) -> Option<&'d [u8]> {
        if self.of.shape.fields < 3 || self.of.field(entry, 2)? == 0 {
            return Some(b"");
        }
        self.text(self.place(entry, 2)?).filter(|text| text.iter().all(u8::is_ascii_graphic))
    }

    /// Whether entries all over a run have names, and most of these do not begin within another.
    /// (The linker puts a name into one that ends like it, which is rare.)
    fn has_names(self, run: Run) -> bool {
        let entry = |part| run.start + run.count * part / 16 * self.of.shape.size();
        let places: Option<Vec<usize>> = (1..16).map(|it| Some(self.name(entry(it))?.1)).collect();
        let is_whole = |place: &&usize| **place > 0 && self.of.image[**place - 1] == 0;
        places.is_some_and(|places| places.iter().filter(is_whole).count() > 8)
    }

    /// The exports in a run, if the tables are in it as a whole.
    fn exports(self, run: Run) -> Option<Vec<Export<'d>>> {
        (0..MOST_STRAY.min(run.count)).find_map(|stray| {
            let start = run.start + stray * self.of.shape.size();
            self.read(start, self.tables(Run { start, count: run.count - stray })?)
        })
    }

    /// The longest beginning of a run that is the whole tables.
    fn tables(self, run: Run) -> Option<Tables> {
        let size = self.of.shape.size();
        let mut seen = Seen { count: 0, length: 0, last: b"", texts: usize::MAX, others: None };
        let mut whole = None;
        for entry in (run.start..).step_by(size).take(run.count.min(MOST)) {
            let next = self.name(entry).and_then(|(name, place)| seen.with(name, place));
            let Some(next) = next else { break };
            seen = next;
            whole = seen.whole(entry + size).or(whole);
        }
        whole.filter(|tables| tables.count >= FEWEST)
    }

    /// The exports in the tables that begin at `start`.
    fn read(self, start: usize, tables: Tables) -> Option<Vec<Export<'d>>> {
        let Tables { count, others, has_crcs, flags } = tables;
        let size = self.of.shape.size();
        let crc_table = start + count * size..start + count * (size + 4);
        let crcs = has_crcs.then(|| crcs(self.of.image, crc_table, count, self.of.target));
        let crcs = crcs.map_or(Some(None), |crcs| crcs.map(Some))?;
        let is_gpl = |number| match flags {
            Some(flags) => self.of.image[flags + number] & GPL_ONLY != 0,
            None => others.is_some_and(|others| number >= others),
        };
        let export = |number| {
            let entry = start + number * size;
            Some(Export {
                symbol: self.name(entry)?.0,
                crc: crcs.as_ref().map(|crcs| crcs[number]),
                is_gpl: is_gpl(number),
                namespace: self.namespace(entry)?,
            })
        };
        (0..count).map(export).collect()
    }
}

/// What was seen of a run.
#[derive(Clone, Copy)]
struct Seen<'d> {
    /// How many entries.
    count: usize,
    /// How long their names are together.
    length: usize,
    /// The last one's name.
    last: &'d [u8],
    /// Where the first of all names begins.
    texts: usize,
    /// How many entries are before those of the second table, if that has begun.
    others: Option<usize>,
}

/// Tables that fit together.
struct Tables {
    /// How many exports they have.
    count: usize,
    /// How many of these are before those for modules under the GPL only; none if flags tell.
    others: Option<usize>,
    has_crcs: bool,
    /// Where the flags are, a byte for each.
    flags: Option<usize>,
}

impl<'d> Seen<'d> {
    /// What was seen with the next entry; none if that cannot be one. (A symbol may be there twice:
    /// arm64 had two `memcpy` in 5.10.)
    fn with(self, name: &'d [u8], place: usize) -> Option<Seen<'d>> {
        let begins_second = name < self.last;
        let length = self.length + name.len();
        let may_be = !(begins_second && self.others.is_some()) && length <= LONGEST_ALL;
        may_be.then_some(Seen {
            count: self.count + 1,
            length,
            last: name,
            texts: self.texts.min(place),
            others: if begins_second { Some(self.count) } else { self.others },
        })
    }

    /// The whole tables, if these entries are all that there are before `end`: what is between that
    /// and the names is four bytes for the CRC of each, or none, and where there is one table for all
    /// (since 7.1) a byte of flags for each.
    fn whole(&self, end: usize) -> Option<Tables> {
        let &Seen { count, others, texts, .. } = self;
        let between = texts.checked_sub(end)?;
        let has_crcs = between >= 4 * count;
        let flags = if others.is_none() { count } else { 0 };
        let is_whole = between == flags + if has_crcs { 4 * count } else { 0 };
        let flags = others.is_none().then_some(texts - flags);
        is_whole.then_some(Tables { count, others, has_crcs, flags })
    }
}
