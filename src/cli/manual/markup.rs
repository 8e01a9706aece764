//! How the texts in `commands` and `topics` are written, and their form as a manual page. A terminal
//! shows them as they are:
//!
//! ```text
//! Heading:
//!   A paragraph, of one or
//!   several lines.
//!     a line as it is, such as a command
//!
//!   term  what it is, after two or more blanks, in one or
//!         several lines
//! ```

use clap_mangen::roff::{Roff, bold, roman};

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// The title of a section, without the colon.
    Heading(&'a str),
    /// A paragraph, its lines joined.
    Paragraph(String),
    /// A term, and what it is.
    Item(&'a str, String),
    /// Lines as they are.
    Lines(Vec<&'a str>),
}

/// What a line is, by its indentation.
enum Line<'a> {
    Blank,
    Heading(&'a str),
    Item(&'a str, &'a str),
    Text(&'a str),
    Deep(&'a str),
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Line<'a> {
        match (line.strip_prefix("    "), line.strip_prefix("  ")) {
            _ if line.trim().is_empty() => Line::Blank,
            (Some(deep), _) => Line::Deep(deep),
            (None, Some(text)) => match text.split_once("  ") {
                Some((term, words)) => Line::Item(term, words.trim_start()),
                None => Line::Text(text),
            },
            (None, None) => Line::Heading(line.trim_end_matches(':')),
        }
    }
}

/// The parts of a text, in order.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut is_after_blank = true;
    for line in text.lines().map(Line::of) {
        let is_first = std::mem::replace(&mut is_after_blank, matches!(line, Line::Blank));
        match (line, parts.last_mut()) {
            (Line::Blank, _) => {}
            (Line::Heading(title), _) => parts.push(Part::Heading(title)),
            (Line::Item(term, words), _) => parts.push(Part::Item(term, words.to_owned())),
            (Line::Text(more), Some(Part::Paragraph(text))) if !is_first => {
                *text = format!("{text} {more}");
            }
            (Line::Text(text), _) => parts.push(Part::Paragraph(text.to_owned())),
            (Line::Deep(more), Some(Part::Item(_, words))) if !is_first => {
                *words = format!("{words} {}", more.trim_start());
            }
            (Line::Deep(more), Some(Part::Lines(lines))) => lines.push(more),
            (Line::Deep(line), _) => parts.push(Part::Lines(vec![line])),
        }
    }
    parts
}

/// Adds a text to a manual page.
pub(super) fn add_to(page: &mut Roff, text: &str) {
    let mut is_after_heading = false;
    for part in parts(text) {
        // A heading begins a paragraph itself.
        let begins = !std::mem::replace(&mut is_after_heading, matches!(part, Part::Heading(_)));
        if begins && matches!(part, Part::Paragraph(_) | Part::Lines(_)) {
            page.control("PP", []);
        }
        match part {
            Part::Heading(title) => page.control("SH", [&*title.to_uppercase()]),
            Part::Paragraph(text) => page.text([roman(text)]),
            Part::Item(term, words) => {
                page.control("TP", []).text([bold(term)]).text([roman(words)])
            }
            Part::Lines(lines) => {
                page.control("RS", ["4"]).control("EX", []);
                for line in lines {
                    page.text([roman(line)]);
                }
                page.control("EE", []).control("RE", [])
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    #[test]
    fn each_part_is_seen_by_its_indentation() {
        let text = "Files:\n  a.txt  one\n         and two\n  b    three\n\nExamples:\n  Do\n  it:\n    \
                    first\n    second\n\n    third\n\n  End.\n";
        let expected = [
            Part::Heading("Files"),
            Part::Item("a.txt", "one and two".to_owned()),
            Part::Item("b", "three".to_owned()),
            Part::Heading("Examples"),
            Part::Paragraph("Do it:".to_owned()),
            Part::Lines(vec!["first", "second", "third"]),
            Part::Paragraph("End.".to_owned()),
        ];
        assert_eq!(parts(text), expected);
    }
}
