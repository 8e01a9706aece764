//! A table of all findings, a row each, below a row with the names of the columns.
//!
//! A spreadsheet takes a cell for a formula that begins with one of some characters: such a cell has an
//! apostrophe before it.

use csv::Writer;

use super::{Document, Finding, State, Text};

/// The names of the columns.
const COLUMNS: [&str; 12] = [
    "state",
    "level",
    "rule",
    "subject",
    "message",
    "reaches",
    "file",
    "line",
    "does",
    "fix",
    "tolerated",
    "fingerprint",
];

/// Writes the document.
pub(super) fn write(document: &Document) -> Vec<u8> {
    let mut writer = Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and all rows have as many cells.
    let _ = writer.write_record(COLUMNS);
    for finding in &document.findings {
        let _ = writer.write_record(row(document, finding).iter().map(|cell| harmless(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

/// Writes a table with these columns.
pub fn csv_table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = Writer::from_writer(Vec::new());
    let _ = writer.write_record(columns);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| harmless(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

fn row(document: &Document, finding: &Finding) -> [String; COLUMNS.len()] {
    let location = document.location(finding);
    let tolerated = match &finding.state {
        State::Tolerated(suppression) => suppression.reason.to_string(),
        State::Open | State::Informative => String::new(),
    };
    [
        finding.state.word().to_owned(),
        finding.level.word().to_owned(),
        document.rule(finding).id.to_owned(),
        finding.subject.to_string(),
        finding.message.to_string(),
        finding.reach.items.len().to_string(),
        Text::of(document.path(&location)).to_string(),
        location.line.map(|line| line.to_string()).unwrap_or_default(),
        finding.does.to_string(),
        finding.fix.to_string(),
        tolerated,
        finding.fingerprint.clone(),
    ]
}

/// A cell that is no formula. In some languages, spreadsheets take wide letters for narrow ones.
fn harmless(cell: &str) -> String {
    const BEGINNINGS: &[char] = &['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'];
    let is_formula = cell.starts_with(BEGINNINGS);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}
