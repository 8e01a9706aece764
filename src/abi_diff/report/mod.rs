//! What a comparison found: a file for each format.

mod by_btf;
mod chains;
mod changes;
mod document;
mod drawings;
mod facts;
mod ids;
mod items;
mod json;
mod not_evaluated;
mod pictures;
mod pretty;
mod reasons;
mod symbols;
mod text;
mod tolerated;
mod type_words;
mod why;
mod words;

pub use facts::Facts;
pub use why::{HowMany, why_report};

use crate::report::Document;
use crate::shown::Page;

use facts::{Report, untolerated};

/// What a report looks like: a row of [`FORMATS`].
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// What it has, for `--help`.
    pub what: &'static str,
    /// Whether it is for people, so that a terminal may show it in colors.
    pub is_for_people: bool,
    /// Writes a report.
    pub write: fn(&Facts<'_>) -> Vec<u8>,
}

/// All formats of its own, a row each, with a file each beside this one. The first is taken if none is named.
/// Those of [`crate::report`] are written from a [`document()`].
pub const FORMATS: &[Format] = &[
    Format {
        name: "text",
        what: "the causes with their differences, and then the exports",
        is_for_people: true,
        write: |facts| report(facts, false, |it| it.text()),
    },
    Format {
        name: "short",
        what: "a line for each cause, and the first few exports of each kind",
        is_for_people: true,
        write: |facts| report(facts, true, |it| it.text()),
    },
    Format {
        name: "symbols",
        what: "the symbols that differ and are not tolerated, one a line",
        is_for_people: false,
        write: |facts| report(facts, false, |it| it.symbols()),
    },
    Format {
        name: "mod-symbols",
        what: "the same, without symbols that are new or gone, as SUSE's tools have it",
        is_for_people: false,
        write: |facts| report(facts, false, |it| it.modified_symbols()),
    },
    Format {
        name: "pretty",
        what: "all differences, in the words of SUSE's tools",
        is_for_people: true,
        write: pretty::write,
    },
    Format {
        name: "null",
        what: "nothing, for those who only need the exit status",
        is_for_people: false,
        write: |_| Vec::new(),
    },
    Format {
        name: "json",
        what: "everything, for programs (docs/abi-diff.schema.json)",
        is_for_people: false,
        write: json::write,
    },
];

/// What was found, for the writers of [`crate::report`]; with layouts and chains if they are asked for.
pub fn document(facts: &Facts<'_>, has_pictures: bool) -> Document {
    let mut document = document::document(facts);
    if has_pictures {
        pictures::add(facts, &mut document);
    }
    document
}

/// Writes a report of what no rule tolerates.
fn report(facts: &Facts<'_>, is_short: bool, write: fn(&Report<'_>) -> Page) -> Vec<u8> {
    let Facts { types, releases, .. } = *facts;
    let found = &*untolerated(facts.found, types);
    write(&Report { types, releases, found, is_short, facts }).into_bytes()
}
