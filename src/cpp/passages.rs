//! Passages: what a header gives between two of its includes. In the next translation unit it gives the
//! same text and the same definitions, as long as all the names that were looked up for it are defined
//! as they were then.
//!
//! A passage begins where the text is at the beginning of a line that a marker has named, outside of
//! all expansions and declarations, and ends at the next include or at the header's end. While one is
//! read, each look at a name's definition is recorded, unless the passage itself has defined the name
//! before. What depends on anything else is not remembered: `__COUNTER__` and `__FILE__` in the text,
//! and what only the compiler answers; and what includes a file in the middle of a call or of a body.
//! For other processes passages are on the shelf ([`super::passages_on_shelf`]).

use super::declaration::Declaration;
use super::names::Id;
use super::print::Position;
use super::search::Map;

/// How many passages are remembered of one place.
pub(super) const MOST_VERSIONS: usize = 12;

/// Where a passage begins, and what of the request decides what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Start {
    /// The place of its file among the sources; two paths of a file are two sources.
    pub(super) source: u32,
    /// Its first item.
    pub(super) item: u32,
    /// Whether markers say that the file is a system's.
    pub(super) is_system: bool,
    pub(super) leaves_out_bodies: bool,
    pub(super) warns_of_undefined: bool,
}

/// What a passage changes of a name's definition.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// It has the definition at this place of the file.
    Define(u32),
    Undefine(Id),
}

/// What was read once.
#[derive(Debug)]
pub(super) struct Passage {
    /// The names that were looked up, and the numbers of their definitions.
    pub(super) names: Vec<(Id, u32)>,
    /// What was defined, in order.
    pub(super) changes: Vec<Change>,
    /// Whether `#pragma once` is in it.
    pub(super) is_once: bool,
    /// How often it counts, in bodies.
    pub(super) counts: u32,
    /// How many tokens it takes from the budget.
    pub(super) tokens: u64,
    pub(super) exports: Vec<Vec<Vec<u8>>>,
    pub(super) text: Vec<u8>,
    /// Where the text is at its end.
    pub(super) position: Position,
    pub(super) declaration: Declaration,
    /// The item that ends it, and the line that was read last.
    pub(super) end: usize,
    pub(super) line: u32,
}

impl Passage {
    /// About how many bytes of memory it takes.
    pub(super) fn size(&self) -> usize {
        let lists = size_of_val(&*self.names) + size_of_val(&*self.changes) + self.text.len();
        size_of::<Self>() + lists
    }
}

/// The passages of all files so far.
#[derive(Debug, Default)]
pub(super) struct Passages {
    /// Whether any are to be remembered: it is of use to more than one translation unit.
    pub(super) are_remembered: bool,
    /// Whether all these are read by one process.
    pub(super) are_for_many: bool,
    /// How many were taken from a shelf.
    pub(super) taken: usize,
    pub(super) known: Map<Start, Vec<Passage>>,
    /// About how many bytes of memory they take.
    pub(super) size: usize,
    pub(super) record: Record,
}

/// What is recorded of the passage that is being read.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Whether one is being read, and is one to be remembered.
    pub(super) is_on: bool,
    pub(super) looked_up: LookedUp,
    pub(super) start: Option<Start>,
    pub(super) changes: Vec<Change>,
    pub(super) is_once: bool,
    /// Where its text and its exports begin, and what `__COUNTER__` and the budget are there.
    pub(super) text: usize,
    pub(super) exports: usize,
    pub(super) counter: u32,
    pub(super) budget: u64,
}

/// The names that were looked up or defined in a passage.
#[derive(Debug, Default)]
pub(super) struct LookedUp {
    pub(super) names: Vec<(Id, u32)>,
    /// For each name the passage that it was last met in, and which one this is.
    pub(super) met: Vec<u32>,
    pub(super) passage: u32,
}

impl LookedUp {
    /// Whether a name is met for the first time.
    fn is_new(&mut self, name: Id) -> bool {
        if name.place() >= self.met.len() {
            self.met.resize(name.place() + 1 + self.met.len() / 2, 0);
        }
        std::mem::replace(&mut self.met[name.place()], self.passage) != self.passage
    }
}

impl Passages {
    /// None yet, and none wanted.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// None yet; they are of use to this process.
    pub(super) fn to_be_remembered() -> Self {
        Self { are_for_many: true, ..Self::to_be_shelved() }
    }

    /// None yet; they are of use to others, beside those on a shelf.
    pub(super) fn to_be_shelved() -> Self {
        Self { are_remembered: true, ..Self::default() }
    }

    /// A name's definition is looked up: the one of this number.
    #[inline]
    pub(super) fn look(&mut self, name: Id, number: u32) {
        if self.record.is_on && self.record.looked_up.is_new(name) {
            self.record.looked_up.names.push((name, number));
        }
    }

    /// A name's definition changes: to the one at this place of the file, or to none.
    pub(super) fn change(&mut self, name: Id, place: Option<u32>) {
        if self.record.is_on {
            self.record.looked_up.is_new(name);
            self.record.changes.push(place.map_or(Change::Undefine(name), Change::Define));
        }
    }

    /// The file says `#pragma once`.
    pub(super) fn mark_once(&mut self) {
        self.record.is_once = true;
    }

    /// The passage that is being read depends on more than names: it is not remembered.
    pub(super) fn forget(&mut self) {
        self.record.is_on = false;
    }
}
