//! The report, for people and for programs.

mod contents;
mod json;
mod text;

pub use contents::Report;

/// What a report looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: docs/check.schema.json.
    Json,
}

/// Writes the report.
pub fn write(format: Format, report: &Report<'_>) -> Vec<u8> {
    match format {
        Format::Text => text::write(report).into_bytes(),
        Format::Json => json::write(report),
    }
}
