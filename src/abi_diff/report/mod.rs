//! What a comparison found: a file for each format.

mod facts;
mod json;
mod reasons;
mod symbols;
mod text;
mod tolerated;
mod why;
mod words;

pub use facts::Facts;
pub use why::told;

use facts::{Report, untolerated};

/// What a report looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// All of it: causes with their differences, then exports.
    Text,
    /// A line for each cause, and the first few exports of each kind.
    Short,
    /// The symbols that differ, one a line, sorted.
    Symbols,
    /// All of it, for programs: docs/abi-diff.schema.json.
    Json,
}

/// Writes the report.
pub fn write(format: Format, facts: &Facts<'_>) -> Vec<u8> {
    let Facts { types, releases, .. } = *facts;
    let found = &*untolerated(facts.found, types);
    let report = Report { types, releases, found, is_short: format == Format::Short, facts };
    match format {
        Format::Text | Format::Short => report.text(),
        Format::Symbols => report.symbols(),
        Format::Json => json::write(facts),
    }
}
