//! The report, for people and for programs.

mod json;
mod text;

use super::{Candidate, Checked, Kernel, Verdict};

/// What a report looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: docs/check.schema.json.
    Json,
}

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
    pub types: &'a [(Vec<u8>, Vec<u8>)],
}

/// Writes the report.
pub fn write(format: Format, report: &Report<'_>) -> Vec<u8> {
    match format {
        Format::Text => text::write(report),
        Format::Json => json::write(report),
    }
}

impl Report<'_> {
    /// How many modules load, are refused, and are undetermined.
    fn counts(&self) -> [usize; 3] {
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
