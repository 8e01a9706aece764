//! What a comparison found: a file for each format.

mod json;
mod symbols;
mod text;
mod tolerated;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::causes::sort;
use super::{Comparison, Release, Rules, Types};

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

/// What a report is of.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What holds the lines of both releases.
    pub types: &'a Types,
    /// The release before, and the one after.
    pub releases: [&'a Release; 2],
    /// What differs, judged.
    pub found: &'a Comparison,
    /// The rules that it was judged by.
    pub rules: &'a Rules,
    /// Whether reports for people list what is tolerated by rules.
    pub shows_tolerated: bool,
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

/// What the formats for people write from.
struct Report<'a> {
    types: &'a Types,
    releases: [&'a Release; 2],
    /// What no rule tolerates.
    found: &'a Comparison,
    is_short: bool,
    /// All of it.
    facts: &'a Facts<'a>,
}

/// What no rule tolerates: differences, and of those that are left, exports.
fn untolerated<'a>(found: &'a Comparison, types: &Types) -> Cow<'a, Comparison> {
    let causes = found.causes.iter().flatten().map(|cause| cause.verdict);
    let mut verdicts = found.findings.iter().map(|finding| finding.verdict).chain(causes);
    if found.tolerated.is_empty() && !verdicts.any(|verdict| verdict.is_by_rules()) {
        return Cow::Borrowed(found);
    }
    let mut found = found.clone();
    found.findings.retain(|finding| !finding.verdict.is_by_rules());
    let others = found.findings.iter().filter(|finding| finding.lint.id == "crc-changed");
    let others: BTreeSet<&[u8]> = others.map(|finding| &*finding.symbol).collect();
    found.untyped.retain(|symbol| others.contains(&**symbol));
    if let Some(causes) = &mut found.causes {
        causes.retain(|cause| !cause.verdict.is_by_rules());
        let tolerated = &found.tolerated;
        for cause in causes.iter_mut() {
            cause.exports.retain(|export| tolerated.binary_search(export).is_err());
        }
        sort(causes, types);
    }
    Cow::Owned(found)
}
