//! Diagnostics as data, for reports.

use super::problem_kind::ProblemKind;
use super::report::{Diagnostic, Mark, Report, Severity};

/// What went wrong with the input of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The file that was compiled, by the compiler's line markers; empty if there are none.
    pub source_file: String,
    /// How much of it all there is, in a line.
    pub summary: String,
    /// The problems, in the order in which they are to be read.
    pub problems: Vec<Problem>,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing it is.
    pub kind: ProblemKind,
    /// Whether an export is lost, or its CRC is not that of its interface.
    pub is_error: bool,
    /// What it is.
    pub title: String,
    /// Where it is.
    pub place: Place,
    /// Another place that bears on it.
    pub other: Option<Place>,
    /// What follows from it, a sentence each.
    pub notes: Vec<String>,
}

/// A place in the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the compiler's line markers name it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is to be said there.
    pub label: String,
}

/// What a report has.
pub(super) fn found(report: &Report<'_, '_>) -> Found {
    Found {
        source_file: report.source_file(),
        summary: report.summary(),
        problems: report.diagnostics().iter().map(|it| problem(report, it)).collect(),
    }
}

fn problem(report: &Report<'_, '_>, diagnostic: &Diagnostic) -> Problem {
    let Diagnostic { kind, severity, title, mark, other, notes } = diagnostic;
    Problem {
        kind: *kind,
        is_error: *severity == Severity::Error,
        title: title.clone(),
        place: place(report, mark),
        other: other.as_ref().map(|mark| place(report, mark)),
        notes: notes.clone(),
    }
}

fn place(report: &Report<'_, '_>, mark: &Mark) -> Place {
    let position = report.position(mark.range.start);
    Place { file: position.file.into_owned(), line: position.line, label: mark.label.clone() }
}
