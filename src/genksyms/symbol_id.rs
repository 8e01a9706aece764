//! The number by which a symbol of the table is known everywhere.

use std::num::NonZeroU32;

/// The number of a symbol in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SymbolId(NonZeroU32);

impl SymbolId {
    /// The symbol at this place in the table.
    pub(super) fn of(place: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(place as u32))
    }

    /// Its place in the table.
    pub(super) fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}
