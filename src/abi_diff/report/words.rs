//! What a change does, in a line.

use crate::abi_diff::lints::Lint;
use crate::layout::Described;
use crate::layout::impact::{Impact, Reason};

/// How many reasons a line has.
const FEW: usize = 3;

/// The lint, the first few reasons, and what it is a consequence of.
pub(super) fn impact_line(impact: &Impact) -> String {
    let mut line = format!("[{}]", Lint::of_impact(impact.class).id());
    let few: Vec<String> = impact.reasons.iter().take(FEW).map(Reason::to_string).collect();
    if !few.is_empty() {
        line += &format!(" {}", few.join("; "));
    }
    let more = impact.reasons.len() - few.len();
    if more > 0 {
        line += &format!("; and {more} more");
    }
    if !impact.consequence_of.is_empty() {
        let types: Vec<String> = impact.consequence_of.iter().map(Described::to_string).collect();
        line += &format!(" (with {} in it)", types.join(", "));
    }
    line
}
