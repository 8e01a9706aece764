//! Reports what upstream hides: where the input could not be parsed, and which exports therefore have
//! no CRC, or one that does not cover their interface.
//!
//! The run records events, which costs almost nothing; everything else happens here, after the run,
//! and only if something is wrong with the input.

pub(super) mod events;
mod found;
mod lines;
mod missing;
mod places;
mod problem_kind;
mod reached;
mod report;
mod search;
mod tags;
mod troubles;

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};

use super::session::Session;
use events::Event;
pub use found::{Found, Place, Problem};
use lines::Position;
pub use problem_kind::ProblemKind;
use report::{Diagnostic, Mark, Report, Severity};
use troubles::Troubles;

/// How many bytes of a line are shown before and after what is underlined.
const AROUND: usize = 60;

/// What is longer is not underlined as a whole.
const LONGEST_MARK: usize = 40;

/// All diagnostics as data, and as a text, which is empty if there is nothing to say.
pub(super) fn diagnose<'s>(
    source: &'s [u8],
    events: Vec<Event>,
    session: &mut Session<'s>,
    is_colored: bool,
) -> (Found, Vec<u8>) {
    let report = Report::new(source, session, Troubles::new(source, events));
    (found::found(&report), render(source, &report, is_colored))
}

fn render(source: &[u8], report: &Report<'_, '_>, is_colored: bool) -> Vec<u8> {
    if report.diagnostics().is_empty() {
        return Vec::new();
    }
    let renderer = if is_colored { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in report.diagnostics() {
        text.push_str(&renderer.render(&[group(source, report, diagnostic)]));
        text.push_str("\n\n");
    }
    for line in report.incomplete().into_iter().chain([report.summary()]) {
        text.push_str(&line);
        text.push('\n');
    }
    text.into_bytes()
}

/// One diagnostic as the library wants it.
fn group<'d>(source: &'d [u8], report: &Report<'_, '_>, diagnostic: &'d Diagnostic) -> Group<'d> {
    let (level, word) = match diagnostic.severity {
        Severity::Error => (Level::ERROR, "error"),
        Severity::Warning => (Level::WARNING, "warning"),
    };
    // The place comes first, so that editors and people find it where compilers put it.
    let position = |mark: &Mark| report.position(mark.range.start);
    let place = position(&diagnostic.mark).name();
    let title = level.with_name(format!("{place}: {word}")).primary_title(&diagnostic.title);
    let notes = diagnostic.notes.iter().map(|note| Element::from(Level::NOTE.message(note)));
    title
        .element(snippet(
            source,
            position(&diagnostic.mark),
            &diagnostic.mark,
            AnnotationKind::Primary,
            None,
        ))
        .elements(diagnostic.other.iter().map(|mark| {
            let line = position(mark);
            let path = Some(line.file.clone().into_owned());
            snippet(source, line, mark, AnnotationKind::Context, path)
        }))
        .elements(notes)
}

/// The line of a mark, as far as it is near to it.
fn snippet<'d>(
    source: &'d [u8],
    line: Position<'_>,
    mark: &'d Mark,
    kind: AnnotationKind,
    path: Option<String>,
) -> Snippet<'d, annotate_snippets::Annotation<'d>> {
    let start = mark.range.start;
    let end = mark.range.end.min(line.range.end).min(start + LONGEST_MARK).max(start);
    let window = window(&line.range, &(start..end));
    let mut text = if window.start > line.range.start { "... ".to_owned() } else { String::new() };
    text.push_str(&String::from_utf8_lossy(&source[window.start..start]));
    let span_start = text.len();
    text.push_str(&String::from_utf8_lossy(&source[start..end]));
    let span = span_start..text.len();
    text.push_str(&String::from_utf8_lossy(&source[end..window.end]));
    if window.end < line.range.end {
        text.push_str(" ...");
    }
    let snippet = Snippet::source(text).line_start(line.line).path(path);
    snippet.annotation(kind.span(span).label(&mark.label))
}

/// The part of a line that is shown around a mark. (Preprocessed lines can be kilobytes long.)
fn window(line: &Range<usize>, mark: &Range<usize>) -> Range<usize> {
    let start = line.start.max(mark.start.saturating_sub(AROUND));
    start..line.end.min(mark.end + AROUND)
}
