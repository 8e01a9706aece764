//! The numbers that macros get when their files come onto a shelf: they tell one definition from another.

use super::passages::Passage;
use super::shelf::Shelf;
use super::source::{FIRST_MACRO, Source};

/// The numbers that macros will have on the new shelf.
pub(super) struct Macros {
    /// Lower ones are on the old shelf, or builtin.
    old: u32,
    /// For files that come onto it: their first number in this process, how many macros they have, and
    /// their first number there; in the order of the first of these.
    new: Vec<(u32, u32, u32)>,
    pub(super) next: u32,
}

impl Macros {
    /// Numbers the macros of files; none if there are too many.
    pub(super) fn of(shelf: &Shelf, sources: &[(&Source, &[u8])]) -> Option<Self> {
        let old = shelf.next_macro.max(FIRST_MACRO);
        let mut macros = Self { old, new: Vec::new(), next: old };
        for (source, _) in sources.iter().filter(|(source, _)| source.stamp.is_some()) {
            let count = u32::try_from(source.macros.len()).ok()?;
            macros.new.push((source.first_macro, count, macros.next));
            macros.next = macros.next.checked_add(count)?;
        }
        Some(macros)
    }

    /// The first number of each file that comes onto the shelf, in their order.
    pub(super) fn firsts(&self) -> impl Iterator<Item = u32> {
        self.new.iter().map(|(.., first)| *first)
    }

    /// Whether all that a passage depends on will be on the shelf.
    pub(super) fn have(&self, passage: &Passage) -> bool {
        let mut numbers = passage.names.iter().map(|(_, number)| *number);
        passage.exports.is_empty() && numbers.all(|number| self.number(number).is_some())
    }

    /// The number that a macro of this process will have; none if its file does not come onto it.
    pub(super) fn number(&self, number: u32) -> Option<u32> {
        if number < self.old {
            return Some(number);
        }
        let after = self.new.partition_point(|(from, ..)| *from <= number);
        let (from, count, first) = *self.new.get(after.checked_sub(1)?)?;
        (number - from < count).then(|| first + (number - from))
    }
}
