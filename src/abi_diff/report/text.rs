//! The report for people.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::changes::{put, told};
use super::facts::Report;
use super::words::impact_line;
use crate::abi_diff::causes::{Cause, reached};
use crate::abi_diff::consumers::Consumers;
use crate::abi_diff::findings::{Detail, Finding};
use crate::abi_diff::lints::{Level, Lint, Shown};
use crate::abi_diff::silent::Examined;
use crate::canonical::spelled;
use crate::corpus::LayoutsFrom;
use crate::kernel::Export;
use crate::layout::impact::Class;
use crate::shown::{Page, counted};

/// How many names a short list has.
const FEW: usize = 10;

impl Report<'_> {
    pub(super) fn text(&self) -> Page {
        let mut page = Page::default();
        self.summary(&mut page);
        if self.is_short && self.found.causes.is_some() {
            page.end();
        }
        for (number, cause) in self.found.causes.iter().flatten().enumerate() {
            self.cause(number, cause, &mut page);
        }
        self.exports(&mut page);
        self.unknown_by_btf(&mut page);
        if let Some(consumers) = self.facts.consumers {
            self.consumers(consumers, &mut page);
        }
        self.list_tolerated(&mut page);
        page
    }

    /// The modules that use what changed, each with the symbols.
    fn consumers(&self, consumers: &Consumers, page: &mut Page) {
        if self.found.is_empty() {
            return;
        }
        let Consumers { asked, broken } = consumers;
        page.end();
        let verb = if broken.len() == 1 { "uses" } else { "use" };
        let asked = counted(*asked, "module");
        page.line(format!("{} of {asked} {verb} what changed", broken.len()));
        let few = if self.is_short { FEW } else { usize::MAX };
        for module in broken.iter().take(few) {
            let symbols = counted(module.symbols(), "symbol");
            page.tabs(1).put(&module.path).line(format!(": {symbols}"));
            for (lint, symbols) in &module.uses {
                let names: Vec<&[u8]> = symbols.iter().take(few).map(Vec::as_slice).collect();
                page.tabs(2).put(lint.id()).put(": ").put(names.join(&b", "[..]));
                page.line(if symbols.len() > few { ", ..." } else { "" });
            }
        }
        if broken.len() > few {
            page.tabs(1).line(format!("... and {} more", broken.len() - few));
        }
    }

    /// A line for each kind of difference, with its number.
    fn summary(&self, page: &mut Page) {
        let [old, new] = self.releases;
        for (sign, release) in [("---", old), ("+++", new)] {
            page.put(sign).put(" ").put(&release.title);
            let exports = release.exports.as_ref().map(|it| format!(": {}", it.words()));
            page.put(exports.unwrap_or_default());
            let files = release.corpus.as_ref().map(|it| counted(it.files.len(), "file"));
            page.line(files.map(|it| format!(", types of {it}")).unwrap_or_default());
        }
        if let Some(line) = self.without_crcs() {
            page.end();
            page.line(line);
        }
        page.end();
        if self.found.is_empty() {
            if self.found.examined.is_some() {
                self.examined(page);
                page.end();
            }
            page.line("no differences");
            self.count_tolerated(page);
            return;
        }
        let mut counts = BTreeMap::<(Lint, Level), usize>::new();
        for finding in &self.found.findings {
            *counts.entry((finding.lint, finding.verdict.level)).or_default() += 1;
        }
        for ((lint, level), count) in counts {
            page.line(format!("{:<8}  {count:>6}  {}", level.word(), lint.what_of(count)));
        }
        if let Some(causes) = &self.found.causes {
            let reached = reached(self.types, causes.iter());
            let reached = reached.into_iter().filter(|is_reached| *is_reached).count();
            match self.found.is_by_btf {
                true => self.summary_by_btf(causes.len(), reached, page),
                false => {
                    if !self.found.findings.is_empty() {
                        page.end();
                    }
                    page.put(reach(causes.len(), reached));
                    if !self.found.untyped.is_empty() {
                        let line = format!(
                            "; the CRC of {} more changed, and their types are unknown",
                            self.found.untyped.len()
                        );
                        page.put(line);
                    }
                    page.end();
                }
            }
            self.impacts(causes, page);
        } else if self.found.examined.is_some() {
            page.end();
        }
        self.examined(page);
        self.count_tolerated(page);
    }

    /// What it means that a kernel has no CRCs, in a line; none if both have some.
    fn without_crcs(&self) -> Option<String> {
        let [old, new] = self.releases.map(|it| it.exports.as_ref()?.has_crcs());
        let which = match (old?, new?) {
            (true, true) => return None,
            (false, false) => "neither kernel has CRCs (CONFIG_MODVERSIONS is off): each takes",
            (true, false) => "OLD has CRCs and NEW has none (CONFIG_MODVERSIONS is off): NEW takes",
            (false, true) => {
                "OLD has no CRCs (CONFIG_MODVERSIONS is off) and NEW has some: OLD takes"
            }
        };
        Some(format!("{which} only modules of exactly its own release"))
    }

    /// How silent breaks were searched for, in a line.
    fn examined(&self, page: &mut Page) {
        let Some(examined) = self.found.examined else { return };
        let Examined { same_crc, without_crc, by_declarations, by_btf } = examined;
        let examined: Vec<String> = [(by_declarations, "declarations"), (by_btf, "BTF")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, by)| format!("{count} by {by}"))
            .collect();
        let crc = match same_crc == without_crc && same_crc > 0 {
            true => "no CRC",
            false => "the same CRC",
        };
        let verb = if same_crc == 1 { "has" } else { "have" };
        let mut line = format!("{} {verb} {crc}; examined: ", counted(same_crc, "export"));
        line += &if examined.is_empty() { "none".to_owned() } else { examined.join(", ") };
        match same_crc - by_declarations - by_btf {
            0 => {}
            rest => line += &format!("; BTF lacks {rest} of them"),
        }
        page.line(line);
    }

    /// How many causes do what to modules, in a line.
    fn impacts(&self, causes: &[Cause], page: &mut Page) {
        let count = |class| causes.iter().filter(|cause| cause.impact.class == class).count();
        let counts = Class::ALL.iter().rev().map(|&class| (class, count(class)));
        let counts = counts.filter(|(_, count)| *count > 0);
        let words: Vec<String> = counts.map(|(class, count)| format!("{count} {class}")).collect();
        if !words.is_empty() {
            let mut from = BTreeMap::<LayoutsFrom, usize>::new();
            for cause in causes {
                *from.entry(cause.layouts_from).or_default() += 1;
            }
            let is_one = from.len() == 1;
            let word = |(from, count): (LayoutsFrom, usize)| match is_one {
                true => from.word().to_owned(),
                false => format!("{} ({count})", from.word()),
            };
            let from: Vec<String> = from.into_iter().map(word).collect();
            let line = format!(
                "effect on modules, by layouts from {}: {}",
                from.join(" and "),
                words.join(", ")
            );
            page.line(line);
        }
        let of_exports = self.found.findings.iter().filter(|it| it.lint == Lint::CrcChanged);
        let mut exports = BTreeMap::<Reverse<Class>, usize>::new();
        for class in of_exports.filter_map(|it| it.worst()) {
            *exports.entry(Reverse(class)).or_default() += 1;
        }
        if !exports.is_empty() {
            let words =
                exports.into_iter().map(|(Reverse(class), count)| format!("{count} {class}"));
            let words: Vec<String> = words.collect();
            let words = words.join(", ");
            page.line(format!("exports by the most severe change they reach: {words}"));
        }
    }

    /// One cause: what it is, how many exports reach it, and what changed in it.
    fn cause(&self, number: usize, cause: &Cause, page: &mut Page) {
        let name = self.types.name(cause.change.name);
        let is_export_itself = self.types.is_export(cause.change.name);
        let changes = told(self.types, cause);
        if !self.is_short {
            page.end();
        }
        page.put(format!("{}. ", number + 1)).put(spelled(name));
        if is_export_itself {
            page.put(" (the export itself)");
        } else {
            page.put(self.reached(cause));
        }
        if self.is_short {
            page.put(format!("; {}", cause.impact.class));
            page.put(changes.first().map(|it| format!("; {it}")).unwrap_or_default());
            let more = changes.len().saturating_sub(1);
            page.line(if more > 0 { format!("; and {more} more") } else { String::new() });
            return;
        }
        page.end();
        page.tabs(1).line(impact_line(&cause.impact));
        for change in &changes {
            page.tabs(1).line(format!("=> {change}"));
        }
        put(self.types, cause, page);
    }

    /// How many exports reach a cause, and some of them; in short, all if they are few.
    fn reached(&self, cause: &Cause) -> Vec<u8> {
        let count = cause.exports.len();
        let most = if self.found.is_by_btf { "up to " } else { "" };
        let mut text = format!(": {most}{}", counted(count, "export")).into_bytes();
        if self.is_short {
            return text;
        }
        let shown = if count <= FEW { count } else { 3 };
        let first = if cause.nearest.is_empty() { &*cause.exports } else { &*cause.nearest };
        let names: Vec<&[u8]> =
            first.iter().take(shown).map(|&export| self.types.name(export)).collect();
        text.extend(b" (");
        text.extend(names.join(&b", "[..]));
        text.extend(if shown < count { &b", ...)"[..] } else { b")" });
        text
    }

    /// The exports of each kind of difference. Those whose CRC changed are in the causes.
    fn exports(&self, page: &mut Page) {
        let mut by_lint = BTreeMap::<Lint, Vec<&Finding>>::new();
        for finding in &self.found.findings {
            by_lint.entry(finding.lint).or_default().push(finding);
        }
        for (lint, findings) in by_lint {
            if lint == Lint::CrcChanged && self.found.causes.is_some() {
                continue;
            }
            page.end();
            page.line(format!(
                "{}: {} [{}]",
                lint.what_of(findings.len()),
                findings.len(),
                lint.id()
            ));
            let few = if self.is_short { FEW } else { usize::MAX };
            for finding in findings.iter().take(few) {
                page.tabs(1).put(&finding.symbol).line(detail(finding));
            }
            if findings.len() > few {
                page.tabs(1).line(format!("... and {} more", findings.len() - few));
            }
        }
    }
}

/// What is written of a finding after its symbol.
fn detail(finding: &Finding) -> Vec<u8> {
    match &finding.detail {
        // Of what is only imported nobody knows what exports it.
        Detail::Removed(export) | Detail::Added(export) if export.module.is_empty() => Vec::new(),
        Detail::Removed(export) | Detail::Added(export) => {
            [b" (", &export.module[..], b")"].concat()
        }
        Detail::Changed { old, new, .. } => change(finding.lint.shown(), old, new),
        Detail::OnlyTyped(file) => [b" (types in ", &file[..], b")"].concat(),
        Detail::DeclaredTwice(files) => [b" (", &files.join(&b", "[..])[..], b")"].concat(),
        Detail::Reaches { .. } | Detail::Listed { .. } => {
            [b": ", &finding.remark().unwrap_or_default()[..]].concat()
        }
    }
}

/// What changed of an export.
fn change(shown: Shown, old: &Export, new: &Export) -> Vec<u8> {
    let [before, after] = [old, new].map(|export| match shown {
        Shown::Nothing => Vec::new(),
        Shown::Crc => format!("{:#010x}", export.crc_or_zero()).into_bytes(),
        Shown::Module => export.module.to_vec(),
        Shown::Namespace if export.namespace().is_empty() => b"none".to_vec(),
        Shown::Namespace => export.namespace().to_vec(),
    });
    match shown {
        Shown::Nothing => Vec::new(),
        Shown::Crc | Shown::Module | Shown::Namespace => {
            [b": ", &before[..], b" -> ", &after].concat()
        }
    }
}

/// How many declarations changed, and how many exports that concerns.
fn reach(changed: usize, exports: usize) -> String {
    let them = if changed == 1 { "it" } else { "them" };
    let verb = if exports == 1 { "reaches" } else { "reach" };
    let (changed, exports) = (counted(changed, "declaration"), counted(exports, "export"));
    format!("{changed} changed; {exports} {verb} {them}")
}
