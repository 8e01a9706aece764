//! Why the CRC of one export changed, for people.

use super::words::impact_line;
use crate::abi_diff::causes::Cause;
use crate::abi_diff::change::Change;
use crate::abi_diff::members::sentences;
use crate::abi_diff::ways::Step;
use crate::abi_diff::why::Why;
use crate::canonical::spelled;
use crate::corpus::declaration::{lines, unified};
use crate::corpus::{NameId, Types};
use crate::shown::{Page, counted};

/// How much of it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowMany {
    /// All changed declarations.
    All,
    /// So many of them, and how many more there are. The words say how to see these.
    Few(usize, &'static str),
}

/// How many steps of a way are written: the last ones.
const MOST_STEPS: usize = 20;

/// Writes it for people.
pub fn why_report(types: &Types, export: NameId, why: &Why<'_>, extent: HowMany) -> Page {
    let mut page = Page::default();
    page.put(types.name(export));
    if why.causes.is_empty() {
        page.line(": no declaration that its CRC covers has changed");
        return page;
    }
    let changed = counted(why.causes.len(), "changed declaration");
    page.put(format!(": {changed} that its CRC covers (in ")).put(why.file).line(")");
    let (few, how) = match extent {
        HowMany::All => (usize::MAX, ""),
        HowMany::Few(few, how) => (few, how),
    };
    for (number, cause) in why.causes.iter().take(few).enumerate() {
        page.end();
        page.put(format!("{}. ", number + 1)).line(spelled(types.name(cause.change.name)));
        page.tabs(1).line(impact_line(&cause.impact));
        way(types, why, cause, &mut page);
        change(types, cause.change, &mut page);
    }
    let more = why.causes.len().saturating_sub(few);
    if more > 0 {
        page.end();
        page.line(format!("... and {} ({how})", counted(more, "more changed declaration")));
    }
    page
}

/// The way from the export to a cause: of a long one its end.
fn way(types: &Types, why: &Why<'_>, cause: &Cause, page: &mut Page) {
    let last: Vec<Step<'_>> = why.back_from(cause).take(MOST_STEPS).collect();
    let left_out = why.steps_to(cause).saturating_sub(last.len());
    if left_out > 0 {
        page.tabs(1).line(format!("... after {}:", counted(left_out, "step")));
    }
    for Step { name, line } in last.into_iter().rev() {
        page.tabs(1).put(spelled(types.name(name))).put(": ").line(line);
    }
}

/// What changed in a declaration.
fn change(types: &Types, change: Change, page: &mut Page) {
    if let Some(visibility) = change.visibility(types) {
        page.tabs(1).line(format!("=> {}", visibility.words()));
        return;
    }
    let [old, new] = [change.old, change.new].map(|line| types.declaration(line));
    for sentence in sentences(types.name(change.name), old, new).unwrap_or_default() {
        page.tabs(1).put("=> ").line(sentence);
    }
    unified(&lines(old), &lines(new), page);
}
