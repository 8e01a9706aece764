//! Where declarations are in the sources, as records say it: a number for the file, and a line.

use std::num::NonZeroU32;

use super::texts::TextSet;

/// A source file, by its number among those that places name; the first is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(NonZeroU32);

/// A line of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub source: SourceId,
    /// The line in it, from 1.
    pub line: u32,
}

/// The names of source files, each held once.
#[derive(Debug, Default)]
pub(super) struct Sources(TextSet);

impl Sources {
    /// The number of a file.
    pub(super) fn number(&mut self, name: &[u8]) -> SourceId {
        let index = match self.0.get_index_of(name) {
            Some(index) => index,
            None => self.0.insert_full(name.into()).0,
        };
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        SourceId(NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN))
    }

    /// The name of a file.
    pub(super) fn name(&self, id: SourceId) -> &[u8] {
        self.0.get_index(id.0.get() as usize - 1).map_or(b"", |name| name)
    }

    /// All names, in the order of their numbers.
    fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|name| &**name)
    }

    /// Takes up the names of `others`; returns the number here for each number there.
    pub(super) fn take(&mut self, others: &Sources) -> Vec<SourceId> {
        others.names().map(|name| self.number(name)).collect()
    }
}

/// The same place, where files are numbered anew by `numbers`.
pub(super) fn renumbered(place: Place, numbers: &[SourceId]) -> Place {
    Place { source: numbers[place.source.0.get() as usize - 1], ..place }
}
