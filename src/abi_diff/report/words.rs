//! What changed, and what that does, in a line.

use std::collections::BTreeMap;

use super::facts::Facts;
use crate::abi_diff::causes::reached;
use crate::abi_diff::findings::{Detail, Finding};
use crate::abi_diff::lints::{Level, Lint};
use crate::kernel::Export;
use crate::layout::Described;
use crate::layout::impact::{Class, Impact, Reason};
use crate::shown::counted;

/// How many reasons a line has.
const FEW: usize = 3;

/// The lint, the first few reasons, and what it is a consequence of.
pub(super) fn impact_line(impact: &Impact) -> String {
    let reasons = reasons(impact);
    let blank = if reasons.is_empty() || reasons.starts_with(';') { "" } else { " " };
    format!("[{}]{blank}{reasons}", Lint::of_impact(impact.class).id())
}

/// The first few reasons, and what it is a consequence of.
pub(super) fn reasons(impact: &Impact) -> String {
    let few: Vec<String> = impact.reasons.iter().take(FEW).map(Reason::to_string).collect();
    let mut line = few.join("; ");
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

/// What a finding is, in a sentence without a full stop.
pub(super) fn sentence(finding: &Finding) -> Vec<u8> {
    let symbol = &finding.symbol[..];
    let [old, new] = [finding.old(), finding.new_export()];
    let module = |it: Option<&Export>| it.map(|it| it.module.to_vec()).unwrap_or_default();
    let namespace = |it: Option<&Export>| it.map(|it| it.namespace().to_vec()).unwrap_or_default();
    let of = |words: &str| [symbol, b" ", words.as_bytes()].concat();
    let from_to = |words: &str, [old, new]: [Vec<u8>; 2]| {
        [symbol, b" ", words.as_bytes(), b" from ", &old, b" to ", &new].concat()
    };
    let with = |words: &str, more: Vec<u8>| [symbol, b" ", words.as_bytes(), b" ", &more].concat();
    match (finding.lint, &finding.detail) {
        (_, Detail::OnlyTyped(file)) => {
            let is_new = finding.lint == Lint::ExportAdded;
            with(
                if is_new { "is new, by the types of" } else { "is gone, by the types of" },
                file.clone(),
            )
        }
        (_, Detail::DeclaredTwice(files)) => {
            with("is declared differently by", files.join(&b", "[..]))
        }
        (_, Detail::Listed { fault, .. }) => {
            [symbol, format!(", of the stable list: {fault}").as_bytes()].concat()
        }
        (Lint::ExportRemoved, _) => with("is no longer exported by", module(old)),
        (Lint::ExportAdded, _) => with("is exported now by", module(new)),
        (Lint::ModuleMoved, _) => from_to("moved", [module(old), module(new)]),
        (Lint::NamespaceGained, _) => with("is now in the symbol namespace", namespace(new)),
        (Lint::NamespaceLost, _) => with("is no longer in the symbol namespace", namespace(old)),
        (Lint::NamespaceChanged, _) => {
            from_to("moved to a different symbol namespace,", [namespace(old), namespace(new)])
        }
        (Lint::LicenseRestricted, _) => of("is GPL-only now"),
        (Lint::LicenseRelaxed, _) => of("is no longer GPL-only"),
        (lint, _) => [symbol, b": ", lint.what_of(1).as_bytes()].concat(),
    }
}

/// The verdict in a sentence; then what changed and what reaches it, a line each.
pub(super) fn verdict(facts: &Facts<'_>) -> Vec<String> {
    let found = facts.found;
    let mut counts = BTreeMap::<(Level, Lint), usize>::new();
    let causes = found.causes.iter().flatten();
    let effects = causes.clone().map(|it| (it.verdict, Lint::of_impact(it.impact.class)));
    let all = found.findings.iter().map(|finding| (finding.verdict, finding.lint)).chain(effects);
    for (verdict, lint) in all.filter(|(verdict, _)| verdict.is_open()) {
        *counts.entry((verdict.level, lint)).or_default() += 1;
    }
    let words =
        |((_, lint), count): (&(Level, Lint), &usize)| format!("{}: {count}", lint.what_of(*count));
    let words: Vec<String> = counts.iter().map(words).collect();
    let mut lines = vec![match (found.is_empty(), words.is_empty()) {
        (true, _) => "no differences".to_owned(),
        (false, true) => "every difference is tolerated".to_owned(),
        (false, false) => words.join("; "),
    }];
    if let Some(causes) = found.causes.as_ref().filter(|causes| !causes.is_empty()) {
        let reached = reached(facts.types, causes.iter()).into_iter().filter(|it| *it).count();
        let verb = if reached == 1 { "reaches" } else { "reach" };
        let (changed, exports) = (counted(causes.len(), "declaration"), counted(reached, "export"));
        lines.push(format!("{changed} changed; {exports} {verb} what changed"));
        let count = |class| causes.iter().filter(|cause| cause.impact.class == class).count();
        let classes = Class::ALL.iter().rev().map(|&class| (count(class), class));
        let classes = classes.filter(|(count, _)| *count > 0);
        let classes: Vec<String> =
            classes.map(|(count, class)| format!("{count} {class}")).collect();
        lines.push(format!("effect on modules: {}", classes.join(", ")));
    }
    lines
}
