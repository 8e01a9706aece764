//! What went wrong with an input as a report for another program: `--report FORMAT:FILE`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::cli::exit::Failure;
use crate::cli::reports::{self, Output};
use crate::genksyms::{Found, Place, Problem, ProblemKind};
use crate::report::{
    Document, Finding, Level, Location, Related, Root, Rule, Side, State, Text, WRITERS,
    fingerprint,
};

/// Reads `FORMAT:FILE`; a message if it is none.
pub(super) fn output(argument: &OsStr) -> Result<Output, String> {
    let formats: Vec<_> = WRITERS.iter().map(|writer| (writer.name, writer.what)).collect();
    let output = Output::parse_of(&formats, argument.to_owned());
    match output.map_err(|error| format!("--report: {error}"))? {
        output if output.is_file() => Ok(output),
        output => Err(format!("--report: no file; say {}:FILE", output.format)),
    }
}

/// Writes all reports, or none. The error is a message.
pub(super) fn write(
    outputs: &[Output],
    found: &Found,
    source_tree: Option<&OsStr>,
) -> Result<(), String> {
    let tree = source_tree.map_or(&b""[..], OsStr::as_bytes);
    reports::write_files(outputs, &document(found, tree))
        .map_err(|Failure(error)| format!("--report: {}", error.escape_ascii()))
}

fn document(found: &Found, tree: &[u8]) -> Document {
    let source = path(&found.source_file, tree);
    let title = if source.is_empty() { b"standard input".to_vec() } else { source };
    // How many of a kind, with the same title in the same file, were before.
    let mut before = BTreeMap::new();
    let problems = found.problems.iter().map(|problem| {
        let key = (problem.kind.id(), &problem.place.file, &problem.title);
        let number = before.entry(key).and_modify(|it| *it += 1).or_insert(0_u32);
        finding(problem, *number, tree)
    });
    Document {
        command: "genksyms",
        title: Text::of(&title),
        status: u8::from(found.problems.iter().any(|problem| problem.is_error)),
        summary: vec![Text::of(&found.summary)],
        rules: ProblemKind::ALL.iter().map(|&kind| rule(kind)).collect(),
        findings: problems.collect(),
        item_noun: "export",
        sides: vec![Side { role: "source", path: title, facts: Text::default() }],
        ..Document::default()
    }
}

fn rule(kind: ProblemKind) -> Rule {
    Rule {
        id: kind.id(),
        level: if kind == ProblemKind::Redefined { Level::Warning } else { Level::Error },
        what: kind.what(),
        help: kind.does(),
        fix: kind.fix(),
        reference: "docs/diagnostics.md#what-is-reported".to_owned(),
        is_evaluated: true,
    }
}

fn finding(problem: &Problem, number: u32, tree: &[u8]) -> Finding {
    let Problem { kind, is_error, title, place, other, notes } = problem;
    let location = location(place, tree);
    let related = |place: &Place| Related {
        message: Text::of(&place.label),
        location: self::location(place, tree),
    };
    let file = location.path.clone();
    let number = number.to_le_bytes();
    Finding {
        rule: *kind as usize,
        level: if *is_error { Level::Error } else { Level::Warning },
        subject: Text::of(title),
        message: Text::of(match notes.first() {
            Some(note) => format!("{title}; {note}"),
            None => title.clone(),
        }),
        does: Text::of(kind.does()),
        fix: Text::of(kind.fix()),
        related: other.iter().map(related).collect(),
        changes: notes.iter().map(Text::of).collect(),
        state: State::Open,
        fingerprint: fingerprint(&[
            b"genksyms",
            kind.id().as_bytes(),
            &file,
            title.as_bytes(),
            &number,
        ]),
        location: Some(location),
        ..Finding::default()
    }
}

fn location(place: &Place, tree: &[u8]) -> Location {
    let line = u32::try_from(place.line).ok().filter(|line| *line > 0);
    Location { root: Root::Sources, path: path(&place.file, tree), line }
}

/// A file as from the top of the sources, if it is in there.
fn path(file: &str, tree: &[u8]) -> Vec<u8> {
    let below = |file: &'_ [u8]| -> Option<Vec<u8>> {
        let rest = file.strip_prefix(tree).filter(|_| !tree.is_empty())?;
        Some(rest.strip_prefix(b"/")?.to_vec())
    };
    let file = file.as_bytes();
    below(file).unwrap_or_else(|| file.strip_prefix(b"./").unwrap_or(file).to_vec())
}
