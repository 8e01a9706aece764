//! What a report is of.

use crate::check::{Candidate, Checked, Kernel, Verdict};
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
    /// For symbols whose CRC differs: which type changed, as text.
    pub types: &'a [(Vec<u8>, Page)],
}

impl Report<'_> {
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
