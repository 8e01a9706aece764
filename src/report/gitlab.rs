//! GitLab's Code Quality report: a list of what is not tolerated, each with a place and a fingerprint.

use serde::Serialize;

use super::{Document, Finding, Level, Text};
use crate::formats::json::document as json;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: Text,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes the document.
pub(super) fn write(document: &Document) -> Vec<u8> {
    json(&document.open().map(|finding| issue(document, finding)).collect::<Vec<_>>())
}

fn issue(document: &Document, finding: &Finding) -> Issue {
    let location = document.location(finding);
    Issue {
        description: finding.message.to_string(),
        check_name: document.rule(finding).id,
        fingerprint: finding.fingerprint.clone(),
        severity: match finding.level {
            Level::Error => "critical",
            Level::Warning => "minor",
            Level::Note => "info",
        },
        location: Place {
            path: Text::of(document.path(&location)),
            // A place must have a line; of a file it is the first.
            lines: Lines { begin: location.line.unwrap_or(1) },
        },
    }
}
