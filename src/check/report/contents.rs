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
    /// Whether anybody gave types.
    pub are_types_given: bool,
}

/// How much of a report people read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    /// Each module with all that is known of it, however many there are.
    pub is_full: bool,
    /// Nothing of modules that are not refused, but their number.
    pub is_refused_only: bool,
}

impl Extent {
    /// Whether a module is reported.
    pub(super) fn has(self, checked: &Checked) -> bool {
        !self.is_refused_only || matches!(checked.verdict, Verdict::Refused(_))
    }

    /// How many of a list are shown.
    pub(super) fn limit(self) -> usize {
        if self.is_full { usize::MAX } else { FEW }
    }

    /// Says how many more of `count` there are than are shown.
    pub(super) fn rest(self, count: usize, indent: &str, page: &mut Page) {
        let more = count.saturating_sub(self.limit());
        if more > 0 {
            page.line(format!("{indent}… and {more} more (-v shows all)"));
        }
    }
}

/// How many of a list people read.
const FEW: usize = 8;

impl<'a> Report<'a> {
    /// The path of a module.
    pub(super) fn path(&self, checked: &Checked) -> &'a [u8] {
        &self.candidates[checked.candidate].path
    }

    /// Where `types` has a symbol whose CRC differs, if it has it.
    pub(super) fn type_of(&self, symbol: &ReasonSymbol) -> Option<usize> {
        symbol.actual?;
        self.types.binary_search_by(|(name, _)| name.cmp(&symbol.name)).ok()
    }

    /// Which type changed of the symbol of this name, if `types` has it.
    pub(super) fn type_named(&self, symbol: &[u8]) -> Option<&'a Page> {
        let place = self.types.binary_search_by(|(name, _)| name[..].cmp(symbol)).ok()?;
        Some(&self.types[place].1)
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
