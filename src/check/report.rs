//! The report, for people and for programs.

mod contents;
mod document;
mod json;
mod summary;
mod text;

pub use contents::{Extent, Report};
pub use document::document;

/// What a report looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: docs/check.schema.json.
    Json,
}

/// Writes the reports on all kernels, one after the other; for people of this extent, for programs always
/// all of it.
pub fn write(format: Format, reports: &[Report<'_>], extent: Extent) -> Vec<u8> {
    let names = document::names(reports);
    let write = |(kernel, report): (usize, &Report<'_>)| match format {
        Format::Text => text::write(report, extent).into_bytes(),
        Format::Json => json::write(report, document::name_in_findings(&names, kernel)),
    };
    reports.iter().enumerate().map(write).collect::<Vec<_>>().concat()
}
