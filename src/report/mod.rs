//! Reports for the programs that people look at: one document for what any command found, and a file for
//! each format that writes it.
//!
//! A command makes a [`Document`] of what it found; a writer knows nothing but that. All texts in it are
//! [`Text`], so that no name of a stranger ends a line or moves a cursor; what a format needs beyond that,
//! its writer does.

mod csv;
mod document;
mod fingerprint;
mod github;
mod gitlab;
mod html;
mod junit;
mod markdown;
mod sarif;
mod text;
mod uri;

pub use csv::csv_table;
pub use document::{
    Cell, Consumer, Consumers, Counts, Document, Drawing, Finding, Item, Level, Link, Location,
    Matrix, NotEvaluated, Reach, Related, Root, Rule, Side, State, Suppression,
};
pub use fingerprint::{digest, fingerprint};
pub(crate) use html::{beginning, escaped};
pub use text::Text;

/// A format: a row of [`WRITERS`].
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    /// What `--format` calls it.
    pub name: &'static str,
    /// What it is, for `--help`.
    pub what: &'static str,
    /// Whether it shows layouts and chains, which take time to find.
    pub has_pictures: bool,
    /// Writes a document.
    pub write: fn(&Document) -> Vec<u8>,
}

/// All formats, a row each, with a file each beside this one.
pub const WRITERS: &[Writer] = &[
    Writer {
        name: "sarif",
        what: "SARIF 2.1.0, for code scanning: a result for each cause",
        has_pictures: false,
        write: sarif::write,
    },
    Writer {
        name: "junit",
        what: "JUnit's XML, for the test results of Jenkins and GitLab",
        has_pictures: false,
        write: junit::write,
    },
    Writer {
        name: "gitlab",
        what: "GitLab's Code Quality report: what is not tolerated",
        has_pictures: false,
        write: gitlab::write,
    },
    Writer {
        name: "github",
        what: "workflow commands of GitHub, which become annotations",
        has_pictures: false,
        write: github::write,
    },
    Writer {
        name: "markdown",
        what: "a comment for a pull request, of a bounded length",
        has_pictures: false,
        write: markdown::write,
    },
    Writer {
        name: "html",
        what: "a page with pictures, in one file, for a browser",
        has_pictures: true,
        write: html::write,
    },
    Writer {
        name: "csv",
        what: "a table of all findings, for a spreadsheet",
        has_pictures: false,
        write: csv::write,
    },
];

/// The format of this name.
pub fn writer(name: &str) -> Option<&'static Writer> {
    WRITERS.iter().find(|writer| writer.name == name)
}
