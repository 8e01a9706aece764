//! Why the CRC of one export changed, for people.

use super::words::impact_line;
use crate::abi_diff::change::Change;
use crate::abi_diff::members::sentences;
use crate::abi_diff::why::Why;
use crate::canonical::spelled;
use crate::corpus::declaration::{line_with, lines, unified};
use crate::corpus::{NameId, Types};
use crate::shown::{Page, counted};

/// Writes it for people.
pub fn why_report(types: &Types, export: NameId, why: &Why<'_>) -> Page {
    let mut page = Page::default();
    page.put(types.name(export));
    if why.ways.is_empty() {
        page.line(": no declaration that its CRC covers has changed");
        return page;
    }
    let changed = counted(why.ways.len(), "changed declaration");
    page.put(format!(": {changed} that its CRC covers (in "));
    page.put(&why.file.path).line(")");
    for (number, way) in why.ways.iter().enumerate() {
        let Change { name, old, new } = way.cause.change;
        page.end();
        page.put(format!("{}. ", number + 1)).line(spelled(types.name(name)));
        page.tabs(1).line(impact_line(&way.cause.impact));
        for step in way.names.windows(2) {
            let declaration = why.file.line_of(types, step[0]).map(|line| types.declaration(line));
            let member = declaration.and_then(|it| line_with(it, types.name(step[1])));
            page.tabs(1).put(spelled(types.name(step[0]))).put(": ");
            page.line(member.unwrap_or_default());
        }
        if let Some(visibility) = way.cause.change.visibility(types) {
            page.tabs(1).line(format!("=> {}", visibility.words()));
            continue;
        }
        let (old, new) = (types.declaration(old), types.declaration(new));
        for sentence in sentences(types.name(name), old, new).unwrap_or_default() {
            page.tabs(1).put("=> ").line(sentence);
        }
        unified(&lines(old), &lines(new), &mut page);
    }
    page
}
