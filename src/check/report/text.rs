//! The report for people: the verdict first, then each reason.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::contents::Report;
use crate::check::{Checked, Reason, ReasonSymbol, Verdict};
use crate::shown::{Page, Shown};

/// How many symbols and lines of one reason are shown.
const FEW: usize = 8;

pub(super) fn write(report: &Report<'_>) -> Page {
    let mut page = Page::default();
    let mut was_refused = false;
    for checked in report.checked {
        if was_refused {
            page.end();
        }
        module(report, checked, &mut page);
        was_refused = !checked.reasons.is_empty();
    }
    let [loads, refused, undetermined] = report.counts();
    if report.checked.len() > 1 {
        if was_refused {
            page.end();
        }
        page.line(format!(
            "{} modules on {}: {loads} load, {refused} refused, {undetermined} undetermined",
            report.checked.len(),
            Shown(report.kernel.name()),
        ));
    }
    for (what, modules) in unchecked(report) {
        let of = if report.checked.len() > 1 { format!(" ({modules})") } else { String::new() };
        page.line(format!("not checked{of}: {what}"));
    }
    page
}

/// What could not be checked, with the number of modules.
fn unchecked<'a>(report: &Report<'a>) -> IndexMap<&'a str, usize> {
    let mut unchecked = IndexMap::new();
    for checked in report.checked {
        for what in &checked.unchecked {
            *unchecked.entry(&**what).or_insert(0) += 1;
        }
    }
    unchecked
}

fn module(report: &Report<'_>, checked: &Checked, page: &mut Page) {
    let candidate = &report.candidates[checked.candidate];
    page.put(&candidate.path).put(": ");
    match checked.verdict {
        Verdict::Loads if checked.taints.is_empty() => page.line("loads"),
        Verdict::Loads => {
            let taints = checked.taints.iter();
            let taints = taints.map(|it| format!("{} ({})", it.word(), it.letter()));
            let taints = taints.collect::<Vec<_>>().join(", ");
            page.line(format!("loads; taints: {taints}"));
        }
        Verdict::Refused(error) => {
            page.put("refused by ").put(report.kernel.name());
            page.line(format!(": {} ({})", error.words(), error.name()));
        }
        Verdict::Undetermined => page.line("undetermined"),
    }
    for what in &checked.unknown {
        page.line(format!("   not known: {what}"));
    }
    if checked.verdict == Verdict::Loads {
        lines("   logged: ", &checked.log, page);
    }
    for (number, reason) in checked.reasons.iter().enumerate() {
        explain(report, number, reason, page);
    }
}

fn explain(report: &Report<'_>, number: usize, reason: &Reason, page: &mut Page) {
    page.end();
    page.line(format!("{:2}. {}", number + 1, reason.message));
    for symbol in reason.symbols.iter().take(FEW) {
        page.put("      ").put(&symbol.name).line(versions(symbol));
    }
    rest(reason.symbols.len(), "      ", page);
    if !reason.is_reached {
        page.line("    logged: nothing; the kernel stops at an earlier check");
    } else if reason.log.is_empty() {
        page.line("    logged: nothing");
    } else {
        lines("    logged: ", &reason.log, page);
    }
    page.line(format!("    cause:  {}", reason.cause));
    page.line(format!("    do:     {}", reason.remedy));
    let types: BTreeSet<usize> =
        reason.symbols.iter().filter_map(|it| report.type_of(it)).collect();
    for place in types {
        page.put("    type:   ").lines_behind("            ", &report.types[place].1);
    }
}

/// The CRCs of a symbol, and which module exports it.
fn versions(symbol: &ReasonSymbol) -> String {
    let mut words = String::new();
    if let Some(actual) = symbol.actual {
        words += &format!(": {actual:#010x}");
        if let Some(expected) = symbol.expected {
            words += &format!(", built against {expected:#010x}");
        }
    }
    if let Some(owner) = &symbol.owner {
        words += &format!(" (exported by {})", Shown(owner));
    }
    words
}

/// Lines below each other, after a head.
fn lines(head: &str, lines: &[Vec<u8>], page: &mut Page) {
    let indent = " ".repeat(head.len());
    for (number, line) in lines.iter().take(FEW).enumerate() {
        page.put(if number == 0 { head } else { &indent }).line(line);
    }
    rest(lines.len(), &indent, page);
}

/// How many more there are than are shown.
fn rest(count: usize, indent: &str, page: &mut Page) {
    if count > FEW {
        let more = count - FEW;
        page.line(format!("{indent}… and {more} more (--format json has all)"));
    }
}
