//! The report for people: the verdict of each module first, then each reason. Of many modules it is
//! a [`summary`].

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::contents::{Extent, Report};
use super::summary;
use crate::check::{Checked, Reason, ReasonSymbol, Verdict};
use crate::shown::{Page, Shown, counted};

pub(super) fn write(report: &Report<'_>, extent: Extent) -> Page {
    let mut page = Page::default();
    if report.checked.len() > extent.limit() {
        total(report, &mut page);
        summary::unknown(report, extent, &mut page);
        tainted(report, extent, &mut page);
        unchecked(report, extent, &mut page);
        summary::causes(report, extent, &mut page);
    } else {
        modules(report, extent, &mut page);
        unchecked(report, extent, &mut page);
    }
    page
}

/// Each module, and if there are several, how many load.
fn modules(report: &Report<'_>, extent: Extent, page: &mut Page) {
    let mut was_refused = false;
    for checked in report.checked.iter().filter(|it| extent.has(it)) {
        if was_refused {
            page.end();
        }
        module(report, extent, checked, page);
        was_refused = !checked.reasons.is_empty();
    }
    if report.checked.len() > 1 {
        if was_refused {
            page.end();
        }
        total(report, page);
    }
}

/// How many modules load.
fn total(report: &Report<'_>, page: &mut Page) {
    let [loads, refused, undetermined] = report.counts();
    page.line(format!(
        "{} on {}: {loads} load, {refused} refused, {undetermined} undetermined",
        counted(report.checked.len(), "module"),
        Shown(report.kernel.name()),
    ));
}

/// What loading modules taints, each with the number of them.
fn tainted(report: &Report<'_>, extent: Extent, page: &mut Page) {
    let reported = report.checked.iter().filter(|it| extent.has(it) && !it.taints.is_empty());
    counts("taints", reported.map(taints), report, extent, page);
}

/// What could not be checked, with the number of modules.
fn unchecked(report: &Report<'_>, extent: Extent, page: &mut Page) {
    let reported = report.checked.iter().filter(|it| extent.has(it));
    let unchecked = reported.flat_map(|it| it.unchecked.iter().cloned());
    counts("not checked", unchecked, report, extent, page);
}

/// A line for each of these texts about modules, with the number of modules if there are several.
fn counts(
    head: &str,
    texts: impl Iterator<Item = String>,
    report: &Report<'_>,
    extent: Extent,
    page: &mut Page,
) {
    let mut counts = IndexMap::<String, usize>::new();
    texts.for_each(|text| *counts.entry(text).or_insert(0) += 1);
    for (text, modules) in counts.iter().take(extent.limit()) {
        let of = if report.checked.len() > 1 { format!(" ({modules})") } else { String::new() };
        page.line(format!("{head}{of}: {text}"));
    }
    extent.rest(counts.len(), &format!("{head}: "), page);
}

fn module(report: &Report<'_>, extent: Extent, checked: &Checked, page: &mut Page) {
    page.put(report.path(checked)).put(": ");
    match checked.verdict {
        Verdict::Loads if checked.taints.is_empty() => page.line("loads"),
        Verdict::Loads => page.line(format!("loads; taints: {}", taints(checked))),
        Verdict::Refused(error) => {
            page.put("refused by ").put(report.kernel.name());
            page.line(format!(": {} ({})", error.words(), error.name()));
        }
        Verdict::Undetermined => page.line("undetermined"),
    }
    for what in checked.unknown.iter().take(extent.limit()) {
        page.line(format!("   not known: {what}"));
    }
    extent.rest(checked.unknown.len(), "   not known: ", page);
    if checked.verdict == Verdict::Loads {
        lines("   logged: ", &checked.log, extent, page);
    }
    for (number, reason) in checked.reasons.iter().enumerate() {
        explain(report, extent, number, reason, page);
    }
}

/// The taints of a module, with their letters.
fn taints(checked: &Checked) -> String {
    let taints = checked.taints.iter().map(|it| format!("{} ({})", it.word(), it.letter()));
    taints.collect::<Vec<_>>().join(", ")
}

fn explain(report: &Report<'_>, extent: Extent, number: usize, reason: &Reason, page: &mut Page) {
    page.end();
    page.line(format!("{:2}. {}", number + 1, reason.message));
    for symbol in reason.symbols.iter().take(extent.limit()) {
        page.put("      ").put(&symbol.name).line(versions(symbol));
    }
    extent.rest(reason.symbols.len(), "      ", page);
    if !reason.is_reached {
        page.line("    logged: nothing; the kernel stops at an earlier check");
    } else if reason.log.is_empty() {
        page.line("    logged: nothing");
    } else {
        lines("    logged: ", &reason.log, extent, page);
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
fn lines(head: &str, lines: &[Vec<u8>], extent: Extent, page: &mut Page) {
    let indent = " ".repeat(head.len());
    for (number, line) in lines.iter().take(extent.limit()).enumerate() {
        page.put(if number == 0 { head } else { &indent }).line(line);
    }
    extent.rest(lines.len(), &indent, page);
}
