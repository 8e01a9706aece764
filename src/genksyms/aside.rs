//! Names of functions and variables that were skimmed, kept aside from the table of definitions.
//!
//! Of the names that a file declares, half are functions and variables, and hardly any of them is
//! asked for again: when it is exported, or when a typedef or enumerator has the same name, which
//! then does not count. So these names are only listed, and a filter says at once, for most other
//! names, that the list does not hold them. (With all names in the table, sampling found a sixth of
//! the time in its lookups, most of that waiting for memory.)

use super::definitions::Unit;
use super::scan::{NAME, is};
use super::words::{Key, Name};

/// The names, in source order.
pub(super) struct Aside<'s> {
    source: &'s [u8],
    keys: Vec<Key>,
    places: Vec<Declared>,
    filter: Vec<u64>,
}

/// Where a name was declared.
#[derive(Clone, Copy)]
pub(super) struct Declared {
    /// Where the name stands.
    start: u32,
    /// The declaration.
    pub(super) unit: Unit,
    /// Whether the file that is compiled was being read at its beginning.
    pub(super) in_source_file: bool,
}

/// The bits of the filter: 32 KiB, in which each of some 8,000 names sets two.
const FILTER_BITS: usize = 1 << 18;

impl<'s> Aside<'s> {
    /// An empty list for names in `source`.
    pub(super) fn new(source: &'s [u8]) -> Self {
        Self { source, keys: Vec::new(), places: Vec::new(), filter: Vec::new() }
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Takes the newest names away again, so that `length` are left.
    pub(super) fn truncate(&mut self, length: usize) {
        self.keys.truncate(length);
        self.places.truncate(length);
    }

    /// Adds a name.
    pub(super) fn push(&mut self, name: &Name, unit: Unit, in_source_file: bool) {
        if self.filter.is_empty() {
            self.filter = vec![0; FILTER_BITS / 64];
        }
        for (word, bit) in bits(name.key) {
            self.filter[word] |= bit;
        }
        self.keys.push(name.key);
        self.places.push(Declared { start: name.start, unit, in_source_file });
    }

    /// The first declaration of a name.
    pub(super) fn find(&self, key: Key, text: &[u8]) -> Option<Declared> {
        let is_possible = !self.filter.is_empty()
            && bits(key).iter().all(|(word, bit)| self.filter[*word] & bit != 0);
        if !is_possible {
            return None;
        }
        let with_key = self.keys.iter().zip(&self.places).filter(|(other, _)| **other == key);
        with_key.map(|(_, declared)| *declared).find(|declared| self.is_here(text, declared.start))
    }

    /// Whether the name that stands here is this one.
    fn is_here(&self, text: &[u8], start: u32) -> bool {
        let rest = self.source.get(start as usize..).and_then(|rest| rest.strip_prefix(text));
        rest.is_some_and(|rest| rest.first().is_none_or(|byte| !is(*byte, NAME)))
    }
}

/// The two bits of a key in the filter.
fn bits(key: Key) -> [(usize, u64); 2] {
    let hash = key.place();
    [hash, hash >> 20].map(|bit| (bit % FILTER_BITS / 64, 1 << (bit % 64)))
}
