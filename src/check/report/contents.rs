//! What a report is of.

use crate::check::{Candidate, Checked, Kernel, ReasonSymbol, Verdict};
use crate::shown::Page;

/// What a report is of.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The kernel.
    pub kernel: &'a Kernel,
    /// The modules that were to be loaded, in the order in which they were given.
    pub candidates: &'a [Candidate],
    /// What became of them, in the order of loading.
    pub checked: &'a [Checked],
    /// For symbols whose CRC differs, in their order: which type changed, as text.
    pub types: &'a [(Vec<u8>, Page)],
}

impl Report<'_> {
    /// Where `types` has a symbol whose CRC differs, if it has it.
    pub(super) fn type_of(&self, symbol: &ReasonSymbol) -> Option<usize> {
        symbol.actual?;
        self.types.binary_search_by(|(name, _)| name.cmp(&symbol.name)).ok()
    }

    /// How many modules load, are refused, and are undetermined.
    pub(super) fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for checked in self.checked {
            counts[match checked.verdict {
                Verdict::Loads => 0,
                Verdict::Refused(_) => 1,
                Verdict::Undetermined => 2,
            }] += 1;
        }
        counts
    }
}
