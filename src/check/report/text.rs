//! The report for people: the verdict first, then each reason.

use indexmap::IndexMap;

use super::contents::Report;
use crate::check::{Checked, Reason, ReasonSymbol, Verdict};

/// How many symbols and lines of one reason are shown.
const FEW: usize = 8;

pub(super) fn write(report: &Report<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    let mut was_refused = false;
    for checked in report.checked {
        if was_refused {
            text.push(b'\n');
        }
        module(report, checked, &mut text);
        was_refused = !checked.reasons.is_empty();
    }
    let [loads, refused, undetermined] = report.counts();
    if report.checked.len() > 1 {
        if was_refused {
            text.push(b'\n');
        }
        let line = format!(
            "{} modules on {}: {loads} load, {refused} refused, {undetermined} undetermined\n",
            report.checked.len(),
            String::from_utf8_lossy(report.kernel.name()),
        );
        text.extend(line.into_bytes());
    }
    for (what, modules) in unchecked(report) {
        let of = if report.checked.len() > 1 { format!(" ({modules})") } else { String::new() };
        text.extend(format!("not checked{of}: {what}\n").into_bytes());
    }
    text
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

fn module(report: &Report<'_>, checked: &Checked, text: &mut Vec<u8>) {
    let candidate = &report.candidates[checked.candidate];
    text.extend(&candidate.path);
    text.extend(b": ");
    match checked.verdict {
        Verdict::Loads if checked.taints.is_empty() => text.extend(b"loads\n"),
        Verdict::Loads => {
            let taints = checked.taints.iter();
            let taints = taints.map(|it| format!("{} ({})", it.word(), it.letter()));
            let taints = taints.collect::<Vec<_>>().join(", ");
            text.extend(format!("loads; taints: {taints}\n").into_bytes());
        }
        Verdict::Refused(error) => {
            let kernel = String::from_utf8_lossy(report.kernel.name());
            let (name, words) = (error.name(), error.words());
            text.extend(format!("refused by {kernel}: {words} ({name})\n").into_bytes());
        }
        Verdict::Undetermined => text.extend(b"undetermined\n"),
    }
    for what in &checked.unknown {
        text.extend(format!("   not known: {what}\n").into_bytes());
    }
    if checked.verdict == Verdict::Loads {
        lines("   logged: ", &checked.log, text);
    }
    for (number, reason) in checked.reasons.iter().enumerate() {
        explain(report, number, reason, text);
    }
}

fn explain(report: &Report<'_>, number: usize, reason: &Reason, text: &mut Vec<u8>) {
    text.extend(format!("\n{:2}. {}\n", number + 1, reason.message).into_bytes());
    for symbol in reason.symbols.iter().take(FEW) {
        text.extend(b"      ");
        text.extend(&symbol.name);
        text.extend(versions(symbol).into_bytes());
        text.push(b'\n');
    }
    rest(reason.symbols.len(), "      ", text);
    if !reason.is_reached {
        text.extend(b"    logged: nothing; the kernel stops at an earlier check\n");
    } else if reason.log.is_empty() {
        text.extend(b"    logged: nothing\n");
    } else {
        lines("    logged: ", &reason.log, text);
    }
    text.extend(format!("    cause:  {}\n", reason.cause).into_bytes());
    text.extend(format!("    do:     {}\n", reason.remedy).into_bytes());
    for (symbol, why) in report.types {
        if reason.symbols.iter().any(|it| it.name == *symbol && it.actual.is_some()) {
            text.extend(b"    type:   ");
            let indented = why.split(|&byte| byte == b'\n').collect::<Vec<_>>();
            text.extend(indented.join(&b"\n            "[..]).trim_ascii_end());
            text.push(b'\n');
        }
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
        words += &format!(" (exported by {})", String::from_utf8_lossy(owner));
    }
    words
}

/// Lines below each other, after a head.
fn lines(head: &str, lines: &[Vec<u8>], text: &mut Vec<u8>) {
    let indent = " ".repeat(head.len());
    for (number, line) in lines.iter().take(FEW).enumerate() {
        text.extend(if number == 0 { head.as_bytes() } else { indent.as_bytes() });
        text.extend(line);
        text.push(b'\n');
    }
    rest(lines.len(), &indent, text);
}

/// How many more there are than are shown.
fn rest(count: usize, indent: &str, text: &mut Vec<u8>) {
    if count > FEW {
        let more = count - FEW;
        text.extend(format!("{indent}… and {more} more (--format json has all)\n").into_bytes());
    }
}
