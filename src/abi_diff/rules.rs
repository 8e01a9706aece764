//! Rules: which differences are tolerated, or matter more or less than their lint says.
//!
//! All rules of all files are one list, and the first that matches a difference decides. A file is
//! either in SUSE's format (`severities`), or in our own (`toml`).

mod gate;
mod rule;
mod severities;
mod toml;

pub use gate::Gate;
pub(super) use rule::Subject;
pub use rule::{BadRule, Date, Rule};

use self::rule::Action;
use super::lints::{Level, Tolerance, Verdict};
use crate::corpus::{Release, Types};
use crate::kernel::{Export, Exports};

/// The rules of all files, in order.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
}

impl Rules {
    /// Adds the rules of a file, whose name shows the format if its text does not.
    pub fn read(&mut self, file: &[u8], text: &[u8]) -> Result<(), BadRule> {
        let rules = if is_toml(file, text) { toml::read(text)? } else { severities::read(text)? };
        self.rules.extend(rules.into_iter().map(|rule| Rule { file: file.to_owned(), ..rule }));
        Ok(())
    }

    /// Takes rules out of force whose last day is before `today`.
    pub fn expire(&mut self, today: Date) {
        for rule in &mut self.rules {
            rule.is_expired = rule.expires.is_some_and(|date| date < today);
        }
    }

    /// The rules that are out of force.
    pub fn expired(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.is_expired)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule of this number.
    pub fn get(&self, number: usize) -> &Rule {
        &self.rules[number]
    }

    /// The gate, and the number of its rule. Of several the last counts.
    pub(super) fn gate(&self) -> Option<(usize, &Gate)> {
        let mut gates = self.rules.iter().enumerate().rev();
        gates.find_map(|(number, rule)| Some((number, rule.gate.as_ref()?)))
    }

    /// All gates, each with the file that it is in.
    pub fn gates(&self) -> impl Iterator<Item = (&[u8], &Gate)> {
        self.rules.iter().filter_map(|rule| Some((&*rule.file, rule.gate.as_ref()?)))
    }

    /// What the first rule that matches says.
    pub(super) fn verdict(&self, subject: &Subject<'_>) -> Verdict {
        let Some(number) = self.rules.iter().position(|rule| rule.matches(subject)) else {
            return Verdict::of(subject.lint);
        };
        let by_rule = Some(Tolerance::Rule(number));
        match self.rules[number].action {
            Action::Tolerate => Verdict { level: subject.lint.level(), tolerated: by_rule },
            Action::Keep => Verdict::of(subject.lint),
            Action::Level(Level::Note) => Verdict { level: Level::Note, tolerated: by_rule },
            Action::Level(level) => Verdict::at(level),
        }
    }

    /// The rules that no export and no type of either release would come to: their patterns match
    /// none, or earlier rules match all that they do. Rules that are out of force are not among
    /// them.
    pub fn unused(&self, types: &Types, [old, new]: [&Release; 2]) -> Vec<&Rule> {
        let is_exempt = |rule: &Rule| rule.is_expired || rule.gate.is_some();
        let mut is_used: Vec<bool> = self.rules.iter().map(is_exempt).collect();
        let exports: Vec<&Exports> =
            [old, new].into_iter().filter_map(|release| release.exports.as_ref()).collect();
        let symbols = exports.iter().flat_map(|exports| exports.symbols());
        for name in symbols.chain(types.names()) {
            let export = exports.iter().find_map(|exports| exports.get(name));
            self.use_for(name, export, &mut is_used);
        }
        let rules = self.rules.iter().zip(is_used);
        rules.filter(|(_, is_used)| !is_used).map(|(rule, _)| rule).collect()
    }

    /// Marks the rules that a difference of this name could come to.
    fn use_for(&self, name: &[u8], export: Option<&Export>, is_used: &mut [bool]) {
        for (rule, is_used) in self.rules.iter().zip(is_used) {
            if !rule.is_expired && rule.gate.is_none() && rule.names(name, export) {
                *is_used = true;
                if rule.lints.is_empty() && rule.is.is_none() {
                    return;
                }
            }
        }
    }
}

/// Whether a file of rules is in our own format.
fn is_toml(file: &[u8], text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    let is_table = |line: &[u8]| {
        line.starts_with(b"[[") || line.starts_with(b"[gate]") || line.contains(&b'=')
    };
    file.ends_with(b".toml") || first.is_some_and(is_table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi_diff::lints::Lint;

    /// An export, as rules see it.
    fn export(module: &str, namespace: &str) -> Export {
        let (module, namespace) = (module.to_owned().into(), namespace.to_owned().into());
        let namespace = Some(namespace);
        Export {
            crc: Some(1),
            module,
            is_gpl: None,
            namespace,
            line: 1,
            is_import: false,
            sole_importer: None,
        }
    }

    /// What files of rules say of a difference: `level`, or by which line it is tolerated.
    fn said(files: &[&str], id: &str, name: &str, export: Option<&Export>) -> String {
        let mut rules = Rules::default();
        for text in files {
            rules.read(b"rules", text.as_bytes()).unwrap();
        }
        rules.expire(Date { year: 2026, month: 7, day: 1 });
        let lint = Lint::of_id(id).unwrap();
        let name = name.as_bytes();
        let verdict = rules.verdict(&Subject { lint, impact: None, name, export, is: None });
        match verdict.tolerated {
            None => verdict.level.word().to_owned(),
            Some(Tolerance::Rule(number)) => {
                let line = rules.get(number).line;
                format!("line {line}")
            }
            Some(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn the_first_rule_in_suses_format_that_matches_decides() {
        // Each: the rules; lint, symbol, module and namespace; what is said.
        let cases = [
            // Without a match.
            ("", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            ("kmalloc PASS", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            // Each kind of pattern, by its look.
            ("kfree PASS", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("vmlinux PASS", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("vmlinux2 PASS", "crc-changed", "kfree", "vmlinux2", "", "breaking"),
            ("drivers/usb/* PASS", "crc-changed", "a", "drivers/usb/core", "", "line 1"),
            ("drivers/usb/* PASS", "crc-changed", "a", "drivers/usb", "", "breaking"),
            ("USB_* PASS", "crc-changed", "a", "m/m", "USB_STORAGE", "line 1"),
            ("USB_* PASS", "crc-changed", "USB_get", "m/m", "", "breaking"),
            ("Usb_* PASS", "crc-changed", "Usb_get", "m/m", "USB", "line 1"),
            // What has no lower-case letter is a namespace, and no namespace is none.
            ("* PASS", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            ("* PASS", "crc-changed", "kfree", "vmlinux", "MM", "line 1"),
            ("__* PASS", "crc-changed", "__kfree", "vmlinux", "", "breaking"),
            // A kind that is said.
            ("SYMBOL * PASS", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("SYMBOL vmlinux PASS", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            ("MODULE vm* PASS", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("NAMESPACE crypto PASS", "crc-changed", "a", "m/m", "crypto", "line 1"),
            // A pattern that is called like a kind.
            ("SYMBOL PASS", "crc-changed", "a", "m/m", "SYMBOL", "line 1"),
            // The first match, not the narrowest; and FAIL ends the search.
            ("k* PASS\nkfree FAIL", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("kfree FAIL\nk* PASS", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            ("x PASS\n\n# no\nk* PASS # yes", "crc-changed", "kfree", "vmlinux", "", "line 4"),
            // Symbol, module and namespace are one list.
            ("vmlinux FAIL\nkfree PASS", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            ("kfree PASS\nvmlinux FAIL", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("MM FAIL\nkfree PASS", "crc-changed", "kfree", "vmlinux", "MM", "breaking"),
            // All kinds of differences; what is tolerated anyway stays so.
            ("kfree PASS", "export-removed", "kfree", "vmlinux", "", "line 1"),
            ("kfree PASS", "module-moved", "kfree", "vmlinux", "", "line 1"),
            ("kfree FAIL", "module-moved", "kfree", "vmlinux", "", "warning"),
            ("", "export-added", "kfree", "vmlinux", "", "Implicit"),
            ("kfree FAIL", "export-added", "kfree", "vmlinux", "", "Implicit"),
            ("kfree PASS", "export-added", "kfree", "vmlinux", "", "line 1"),
            ("", "license-relaxed", "kfree", "vmlinux", "", "Implicit"),
            ("kfree FAIL", "license-relaxed", "kfree", "vmlinux", "", "Implicit"),
            ("", "license-restricted", "kfree", "vmlinux", "", "breaking"),
        ];
        for (rules, lint, symbol, module, namespace, expected) in cases {
            let export = export(module, namespace);
            assert_eq!(said(&[rules], lint, symbol, Some(&export)), expected, "{rules:?} {lint}");
        }
    }

    #[test]
    fn rules_of_our_own_match_all_that_they_say() {
        // Each: the rule's lines; lint, symbol or type, module and namespace; what is said.
        let cases = [
            ("symbol = 'kfree'", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("symbol = ['a', 'k*']", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("symbol = ['a', 'b']", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            ("lint = 'crc-changed'", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("lint = 'crc-lost'", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            ("lint = ['crc-lost', 'crc-changed']", "crc-changed", "a", "m/m", "", "line 1"),
            ("symbol = 'k*'\nmodule = 'vm*'", "crc-changed", "kfree", "vmlinux", "", "line 1"),
            ("symbol = 'k*'\nmodule = 'm/*'", "crc-changed", "kfree", "vmlinux", "", "breaking"),
            ("namespace = 'U*'", "crc-changed", "a", "m/m", "USB", "line 1"),
            ("namespace = '*'", "crc-changed", "a", "m/m", "", "breaking"),
            ("type = 'struct page'", "type-changed", "s#page", "", "", "line 1"),
            ("type = 's#page'", "type-changed", "s#page", "", "", "line 1"),
            ("type = 'union page'", "type-changed", "s#page", "", "", "breaking"),
            ("type = 'page'", "type-changed", "s#page", "", "", "line 1"),
            ("type = 'pa*'", "type-changed", "t#pages", "", "", "line 1"),
            ("type = 'typedef u?'", "type-changed", "t#u8", "", "", "line 1"),
            ("type = '*'", "declaration-changed", "kfree", "vmlinux", "", "breaking"),
            ("symbol = '*'", "declaration-changed", "kfree", "vmlinux", "", "line 1"),
            ("symbol = '*'", "type-changed", "s#page", "", "", "breaking"),
            ("lint = 'type-became-visible'", "type-changed", "s#page", "", "", "breaking"),
            ("lint = 'type-became-visible'", "type-became-visible", "s#page", "", "", "line 1"),
            // Levels.
            ("symbol = '*'\naction = 'keep'", "crc-changed", "a", "m/m", "", "breaking"),
            ("symbol = '*'\naction = 'warning'", "crc-changed", "a", "m/m", "", "warning"),
            ("symbol = '*'\naction = 'note'", "crc-changed", "a", "m/m", "", "line 1"),
            ("symbol = '*'\naction = 'breaking'", "export-added", "a", "m/m", "", "breaking"),
            ("symbol = '*'\naction = 'keep'", "export-added", "a", "m/m", "", "Implicit"),
            // The last day, and the day after.
            ("symbol = '*'\nexpires = 2026-07-01", "crc-changed", "a", "m/m", "", "line 1"),
            ("symbol = '*'\nexpires = 2026-06-30", "crc-changed", "a", "m/m", "", "breaking"),
        ];
        for (rule, lint, name, module, namespace, expected) in cases {
            let rules = format!("[[rule]]\n{rule}\nreason = 'agreed'\n");
            let export = export(module, namespace);
            let export = (!module.is_empty()).then_some(&export);
            assert_eq!(said(&[&rules], lint, name, export), expected, "{rule:?} {lint}");
        }
    }

    #[test]
    fn files_of_both_formats_are_one_list() {
        let ours = "[[rule]]\nsymbol = 'kfree'\naction = 'keep'\nreason = 'no'\n";
        let export = export("vmlinux", "");
        let said = |files: &[&str]| said(files, "crc-changed", "kfree", Some(&export));
        assert_eq!(said(&[ours, "k* PASS"]), "breaking");
        assert_eq!(said(&["k* PASS", ours]), "line 1");
    }
}
