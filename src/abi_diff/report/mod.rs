//! What a comparison found: a file for each format.

mod symbols;
mod text;

use super::{Comparison, Release, Types};

/// What a report looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// All of it: causes with their differences, then exports.
    Text,
    /// A line for each cause, and the first few exports of each kind.
    Short,
    /// The symbols that differ, one a line, sorted.
    Symbols,
}

/// Writes the report.
pub fn write(
    format: Format,
    types: &Types,
    releases: [&Release; 2],
    found: &Comparison,
) -> Vec<u8> {
    let report = Report { types, releases, found, is_short: format == Format::Short };
    match format {
        Format::Text | Format::Short => report.text(),
        Format::Symbols => report.symbols(),
    }
}

/// What the formats write from.
struct Report<'a> {
    types: &'a Types,
    releases: [&'a Release; 2],
    found: &'a Comparison,
    is_short: bool,
}
