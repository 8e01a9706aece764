//! What is thought of each difference: how much it matters, and whether it is tolerated.
//!
//! A note is always tolerated: it affects no module. Beyond that, rules decide of each difference
//! by itself; and then of those that belong together:
//!
//! - another CRC is tolerated if it has causes, and all of them are;
//! - a cause is tolerated if all exports that it reaches are.
//!
//! Last comes the gate: of what is left it tolerates what it does not fail for.

use super::comparison::Comparison;
use super::lints::{Lint, Tolerance, Verdict};
use super::rules::{Rules, Subject};
use crate::corpus::{NameId, Release, Types};
use crate::layout::impact::Class;

/// What is known of an export's tolerance.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Tolerated,
    Open,
}

impl Comparison {
    /// Decides of each difference by `rules`.
    pub fn judge(&mut self, types: &Types, releases: [&Release; 2], rules: &Rules) {
        if rules.is_empty() {
            return;
        }
        for finding in &mut self.findings {
            let export = finding.old().or(finding.new_export());
            let (lint, name, is) = (finding.lint, &finding.symbol, finding.is());
            let subject = Subject { lint, impact: None, name, export, is };
            finding.verdict = rules.verdict(&subject);
        }
        let before = releases[0].exports.as_ref();
        for cause in self.causes.iter_mut().flatten() {
            let name = types.name(cause.change.name);
            let export = before.and_then(|exports| exports.get(name));
            let impact = Some(Lint::of_impact(cause.impact.class));
            let is = Some(cause.is(types));
            let subject = Subject { lint: cause.lint, impact, name, export, is };
            cause.verdict = rules.verdict(&subject);
        }
        self.judge_findings_by_causes(types);
        self.judge_causes_by_exports(types, releases[0], rules);
        self.pass_gate(rules);
    }

    /// Decides by the gate, if there is one, of what is still open, and of notes.
    fn pass_gate(&mut self, rules: &Rules) {
        let Some((number, gate)) = rules.gate() else { return };
        let passed =
            |verdict: Verdict| Verdict { tolerated: Some(Tolerance::Rule(number)), ..verdict };
        for finding in self.findings.iter_mut().filter(|it| !it.verdict.is_by_rules()) {
            let worst = finding.worst().or(finding.lint.is_by_causes().then_some(Class::Unknown));
            let lints = [Some(finding.lint), worst.map(Lint::of_impact)];
            finding.verdict = gate.judge(finding.verdict, lints, passed(finding.verdict));
        }
        for cause in self.causes.iter_mut().flatten().filter(|it| !it.verdict.is_by_rules()) {
            let lints = [Some(cause.lint), Some(Lint::of_impact(cause.impact.class))];
            cause.verdict = gate.judge(cause.verdict, lints, passed(cause.verdict));
        }
    }

    fn judge_findings_by_causes(&mut self, types: &Types) {
        let mut known = vec![Known::Nothing; types.name_count()];
        for cause in self.causes.iter().flatten() {
            for export in &*cause.exports {
                let known = &mut known[export.place()];
                if cause.verdict.is_open() {
                    *known = Known::Open;
                } else if *known == Known::Nothing {
                    *known = Known::Tolerated;
                }
            }
        }
        for finding in self.findings.iter_mut().filter(|it| it.lint.is_by_causes()) {
            let name = types.find_name(&finding.symbol);
            let known = name.map_or(Known::Nothing, |name| known[name.place()]);
            if finding.verdict.is_open() && known == Known::Tolerated {
                finding.verdict.tolerated = Some(Tolerance::Causes);
            }
        }
    }

    fn judge_causes_by_exports(&mut self, types: &Types, old: &Release, rules: &Rules) {
        let mut known = vec![Known::Nothing; types.name_count()];
        for finding in self.findings.iter().filter(|finding| finding.lint.is_by_causes()) {
            if let Some(name) = types.find_name(&finding.symbol) {
                let is_open = finding.verdict.is_open();
                known[name.place()] = if is_open { Known::Open } else { Known::Tolerated };
            }
        }
        // Of an export that is only known by its types, the rules are asked as if its CRC were
        // known to have changed.
        let mut is_tolerated = |export: NameId| {
            let known = &mut known[export.place()];
            if *known == Known::Nothing {
                let name = types.name(export);
                let export = old.exports.as_ref().and_then(|exports| exports.get(name));
                let lint = Lint::CrcChanged;
                let subject = Subject { lint, impact: None, name, export, is: None };
                let verdict = rules.verdict(&subject);
                *known = if verdict.is_open() { Known::Open } else { Known::Tolerated };
            }
            *known == Known::Tolerated
        };
        let mut tolerated = vec![false; types.name_count()];
        for cause in self.causes.iter_mut().flatten() {
            let mut are_all = true;
            for &export in &*cause.exports {
                let is_one = is_tolerated(export);
                tolerated[export.place()] |= is_one;
                are_all &= is_one;
            }
            if cause.verdict.is_open() && are_all {
                cause.verdict.tolerated = Some(Tolerance::Exports);
            }
        }
        self.tolerated = types.ids_where(&tolerated).collect();
    }
}
