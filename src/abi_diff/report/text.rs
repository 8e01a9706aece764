//! The report for people.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::facts::Report;
use super::words::impact_line;
use crate::abi_diff::causes::Cause;
use crate::abi_diff::change::Change;
use crate::abi_diff::consumers::Consumers;
use crate::abi_diff::findings::{Detail, Finding};
use crate::abi_diff::lints::{Level, Lint, Shown};
use crate::abi_diff::members::sentences;
use crate::abi_diff::silent::Examined;
use crate::canonical::spelled;
use crate::corpus::LayoutsFrom;
use crate::corpus::declaration::{lines, unified};
use crate::kernel::Export;
use crate::layout::impact::Class;

/// How many names a short list has.
const FEW: usize = 10;

impl Report<'_> {
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.summary(&mut text);
        if self.is_short && self.found.causes.is_some() {
            text.push(b'\n');
        }
        for (number, cause) in self.found.causes.iter().flatten().enumerate() {
            self.cause(number, cause, &mut text);
        }
        self.exports(&mut text);
        if let Some(consumers) = self.facts.consumers {
            self.consumers(consumers, &mut text);
        }
        self.list_tolerated(&mut text);
        text
    }

    /// The modules that use what changed, each with the symbols.
    fn consumers(&self, consumers: &Consumers, text: &mut Vec<u8>) {
        if self.found.is_empty() {
            return;
        }
        let Consumers { asked, broken } = consumers;
        let line = format!("\n{} of {asked} modules use what changed\n", broken.len());
        text.extend(line.into_bytes());
        let few = if self.is_short { FEW } else { usize::MAX };
        for module in broken.iter().take(few) {
            text.push(b'\t');
            text.extend(&module.path);
            let count = module.symbols();
            let plural = if count == 1 { "symbol" } else { "symbols" };
            text.extend(format!(": {count} {plural}\n").into_bytes());
            for (lint, symbols) in &module.uses {
                text.extend(format!("\t\t{}: ", lint.id()).into_bytes());
                let names: Vec<&[u8]> = symbols.iter().take(few).map(Vec::as_slice).collect();
                text.extend(names.join(&b", "[..]));
                text.extend(if symbols.len() > few { &b", ...\n"[..] } else { b"\n" });
            }
        }
        if broken.len() > few {
            text.extend(format!("\t... and {} more\n", broken.len() - few).into_bytes());
        }
    }

    /// A line for each kind of difference, with its number.
    fn summary(&self, text: &mut Vec<u8>) {
        let [old, new] = self.releases;
        for (sign, release) in [("---", old), ("+++", new)] {
            text.extend(sign.as_bytes());
            text.push(b' ');
            text.extend(&release.title);
            let exports = release.exports.as_ref().map(|it| format!(": {}", it.words()));
            text.extend(exports.unwrap_or_default().into_bytes());
            let files =
                release.corpus.as_ref().map(|it| format!(", types of {} files", it.files.len()));
            text.extend(files.unwrap_or_default().into_bytes());
            text.push(b'\n');
        }
        text.extend(self.without_crcs().unwrap_or_default().into_bytes());
        text.push(b'\n');
        if self.found.is_empty() {
            if self.found.examined.is_some() {
                self.examined(text);
                text.push(b'\n');
            }
            text.extend(b"no differences\n");
            self.count_tolerated(text);
            return;
        }
        let mut counts = BTreeMap::<(Lint, Level), usize>::new();
        for finding in &self.found.findings {
            *counts.entry((finding.lint, finding.verdict.level)).or_default() += 1;
        }
        for ((lint, level), count) in counts {
            let line = format!("{:<8}  {count:>6}  {}\n", level.word(), lint.what());
            text.extend(line.into_bytes());
        }
        if let Some(causes) = &self.found.causes {
            let mut reached: Vec<_> = causes.iter().flat_map(|cause| &cause.exports).collect();
            reached.sort_unstable();
            reached.dedup();
            let line = format!(
                "\n{} declarations changed; {} exports reach them",
                causes.len(),
                reached.len()
            );
            text.extend(line.into_bytes());
            if !self.found.untyped.is_empty() {
                let line = format!(
                    "; the CRC of {} more changed, and their types are unknown",
                    self.found.untyped.len()
                );
                text.extend(line.into_bytes());
            }
            text.push(b'\n');
            self.impacts(causes, text);
        } else if self.found.examined.is_some() {
            text.push(b'\n');
        }
        self.examined(text);
        self.count_tolerated(text);
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
        Some(format!("\n{which} only modules of exactly its own release\n"))
    }

    /// How silent breaks were searched for, in a line.
    fn examined(&self, text: &mut Vec<u8>) {
        let Some(examined) = self.found.examined else { return };
        let Examined { same_crc, without_crc, by_declarations, by_btf } = examined;
        let examined: Vec<String> = [(by_declarations, "declarations"), (by_btf, "BTF")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, by)| format!("{count} by {by}"))
            .collect();
        let mut line = match same_crc == without_crc && same_crc > 0 {
            true => format!("{same_crc} exports have no CRC; examined: "),
            false => format!("{same_crc} exports have the same CRC; examined: "),
        };
        line += &if examined.is_empty() { "none".to_owned() } else { examined.join(", ") };
        match same_crc - by_declarations - by_btf {
            0 => {}
            rest => line += &format!("; BTF lacks {rest} of them"),
        }
        text.extend(format!("{line}\n").into_bytes());
    }

    /// How many causes do what to modules, in a line.
    fn impacts(&self, causes: &[Cause], text: &mut Vec<u8>) {
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
                "effect on modules, by layouts from {}: {}\n",
                from.join(" and "),
                words.join(", ")
            );
            text.extend(line.into_bytes());
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
            let line =
                format!("exports by the most severe change they reach: {}\n", words.join(", "));
            text.extend(line.into_bytes());
        }
    }

    /// One cause: what it is, how many exports reach it, and what changed in it.
    fn cause(&self, number: usize, cause: &Cause, text: &mut Vec<u8>) {
        let name = self.types.name(cause.change.name);
        let is_export_itself = self.types.is_export(cause.change.name);
        let visibility = cause.change.visibility(self.types);
        let Change { old, new, .. } = cause.change;
        let (old, new) = (self.types.declaration(old), self.types.declaration(new));
        let changes = match visibility {
            Some(visibility) => vec![visibility.words().to_owned()],
            None if !cause.change.is_declared_otherwise() => {
                vec![
                    "same declaration, as far as CRCs cover it; different layout, according to BTF"
                        .to_owned(),
                ]
            }
            None => sentences(name, old, new).unwrap_or_default(),
        };
        let blank = if self.is_short { "" } else { "\n" };
        text.extend(format!("{blank}{}. ", number + 1).into_bytes());
        text.extend(spelled(name));
        if is_export_itself {
            text.extend(b" (the export itself)");
        } else {
            text.extend(self.reached(cause));
        }
        if self.is_short {
            text.extend(format!("; {}", cause.impact.class).into_bytes());
            text.extend(changes.first().map(|it| format!("; {it}")).unwrap_or_default().as_bytes());
            let more = changes.len().saturating_sub(1);
            if more > 0 {
                text.extend(format!("; and {more} more").into_bytes());
            }
            text.push(b'\n');
            return;
        }
        text.push(b'\n');
        text.extend(impact_line(&cause.impact));
        for change in &changes {
            text.extend(format!("\t=> {change}\n").into_bytes());
        }
        if visibility.is_none() {
            unified(&lines(old), &lines(new), text);
        }
    }

    /// How many exports reach a cause, and some of them; in short, all if they are few.
    fn reached(&self, cause: &Cause) -> Vec<u8> {
        let count = cause.exports.len();
        let plural = if count == 1 { "export" } else { "exports" };
        let mut text = format!(": {count} {plural}").into_bytes();
        if self.is_short {
            return text;
        }
        let shown = if count <= FEW { count } else { 3 };
        let names: Vec<&[u8]> =
            cause.exports[..shown].iter().map(|&export| self.types.name(export)).collect();
        text.extend(b" (");
        text.extend(names.join(&b", "[..]));
        text.extend(if shown < count { &b", ...)"[..] } else { b")" });
        text
    }

    /// The exports of each kind of difference. Those whose CRC changed are in the causes.
    fn exports(&self, text: &mut Vec<u8>) {
        let mut by_lint = BTreeMap::<Lint, Vec<&Finding>>::new();
        for finding in &self.found.findings {
            by_lint.entry(finding.lint).or_default().push(finding);
        }
        for (lint, findings) in by_lint {
            if lint == Lint::CrcChanged && self.found.causes.is_some() {
                continue;
            }
            let line = format!("\n{} {} [{}]\n", findings.len(), lint.what(), lint.id());
            text.extend(line.into_bytes());
            let few = if self.is_short { FEW } else { usize::MAX };
            for finding in findings.iter().take(few) {
                text.push(b'\t');
                text.extend(&finding.symbol);
                text.extend(detail(finding));
                text.push(b'\n');
            }
            if findings.len() > few {
                text.extend(format!("\t... and {} more\n", findings.len() - few).into_bytes());
            }
        }
    }
}

/// What is written of a finding after its symbol.
fn detail(finding: &Finding) -> Vec<u8> {
    match &finding.detail {
        Detail::Removed(export) | Detail::Added(export) => {
            [b" (", &export.module[..], b")"].concat()
        }
        Detail::Changed { old, new, .. } => change(finding.lint.shown(), old, new),
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
