//! Workflow commands of GitHub: lines of standard output that become annotations.
//!
//! Of each kind a step shows ten; if there are more findings, the tenth says how many.

use super::{Document, Finding, Level, Text};
use crate::shown::counted;

/// How many annotations of a kind GitHub shows of a step.
const MOST: usize = 10;

/// Writes the document.
pub(super) fn write(document: &Document) -> Vec<u8> {
    let mut lines = String::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        let findings: Vec<&Finding> = document.open().filter(|it| it.level == level).collect();
        let shown = if findings.len() > MOST { MOST - 1 } else { findings.len() };
        for finding in &findings[..shown] {
            lines += &annotation(document, finding);
        }
        let more = findings.len() - shown;
        if more > 0 {
            let head = format!("modversions {}: {}", document.command, document.title);
            let text = format!("{} in the other reports", counted(more, "more finding"));
            lines += &command(level, &[("title", &head)], &text);
        }
    }
    lines.into_bytes()
}

fn annotation(document: &Document, finding: &Finding) -> String {
    let location = document.location(finding);
    let path = Text::of(document.path(&location)).to_string();
    let line = location.line.map(|line| line.to_string());
    let title = format!("{}: {}", document.rule(finding).id, finding.subject);
    let mut properties = vec![("file", &*path)];
    properties.extend(line.as_deref().map(|line| ("line", line)));
    properties.push(("title", &title));
    let text = format!("{}\n{}\nWhat to do: {}", finding.message, finding.does, finding.fix);
    command(finding.level, &properties, &text)
}

/// One command, with its newline.
fn command(level: Level, properties: &[(&str, &str)], text: &str) -> String {
    let word = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let properties = properties.iter().map(|(name, value)| format!("{name}={}", property(value)));
    let properties = properties.collect::<Vec<_>>().join(",");
    format!("::{word} {properties}::{}\n", data(text))
}

/// A text after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
