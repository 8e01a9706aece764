//! What rules tolerate: how much it is, and on request each of it with its rule.

use std::collections::BTreeMap;

use super::facts::Report;
use crate::abi_diff::lints::{Tolerance, Verdict};
use crate::abi_diff::rules::Rules;
use crate::canonical::spelled;
use crate::shown::{Page, counted};

impl Report<'_> {
    /// How many differences are tolerated, in a line, if any is.
    pub(super) fn count_tolerated(&self, page: &mut Page) {
        let found = self.facts.found;
        let count = |verdicts: &mut dyn Iterator<Item = Verdict>| {
            verdicts.filter(Verdict::is_by_rules).count()
        };
        let findings = count(&mut found.findings.iter().map(|finding| finding.verdict));
        let causes = count(&mut found.causes.iter().flatten().map(|cause| cause.verdict));
        if findings + causes > 0 {
            let findings = counted(findings, "difference");
            let causes = counted(causes, "changed declaration");
            let line = format!("tolerated by rules: {findings} of exports, {causes}");
            page.end();
            page.line(line);
        }
    }

    /// All that rules tolerate, by the rules.
    pub(super) fn list_tolerated(&self, page: &mut Page) {
        if !self.facts.shows_tolerated {
            return;
        }
        let found = self.facts.found;
        let causes = found.causes.iter().flatten();
        let causes =
            causes.map(|it| (it.verdict, it.lint, spelled(self.types.name(it.change.name))));
        let findings = found.findings.iter().map(|it| (it.verdict, it.lint, it.symbol.to_vec()));
        let mut by_reason = BTreeMap::<Tolerance, Vec<_>>::new();
        for (verdict, lint, name) in causes.chain(findings) {
            if let Some(tolerance) = verdict.tolerated.filter(|_| verdict.is_by_rules()) {
                by_reason.entry(tolerance).or_default().push((lint.id(), name));
            }
        }
        for (tolerance, differences) in by_reason {
            page.end();
            page.put("tolerated").line(why(tolerance, self.facts.rules));
            for (id, name) in differences {
                page.tabs(1).put(name).line(format!(" [{id}]"));
            }
        }
    }
}

/// Why something is tolerated, to follow that word.
fn why(tolerance: Tolerance, rules: &Rules) -> Vec<u8> {
    let number = match tolerance {
        Tolerance::Implicit => return b" as notes".to_vec(),
        Tolerance::Causes => return b" because all their causes are".to_vec(),
        Tolerance::Exports => return b" because all exports that reach them are".to_vec(),
        Tolerance::Rule(number) => number,
    };
    let rule = rules.get(number);
    let place = format!(":{}: ", rule.line);
    let reason = rule.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let owner = rule.owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
    let parts: [&[u8]; 6] =
        [b" by ", &rule.file, place.as_bytes(), &rule.shown, reason.as_bytes(), owner.as_bytes()];
    parts.concat()
}
