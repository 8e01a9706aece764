//! Rules: which differences are tolerated, or matter more or less than their lint says.
//!
//! All rules of all files are one list, and the first that matches a difference decides. A file is
//! either in SUSE's format (`severities`), or in our own (`toml`).

mod severities;
mod toml;

use std::fmt;

use super::lints::{Level, Lint};
use super::verdicts::{Tolerance, Verdict};
use crate::corpus::{Release, Types};
use crate::kernel::{Export, Exports};

/// The rules of all files, in order.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
}

/// One rule. A difference must match all that is given; of a list, one pattern.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// The file, as it was named.
    pub file: Vec<u8>,
    /// The number of its line, from 1.
    pub line: usize,
    /// What it says, in a line.
    pub shown: Vec<u8>,
    /// Why. Rules in SUSE's format have none.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Whether that day is over. Then it matches nothing.
    pub is_expired: bool,
    lints: Vec<&'static Lint>,
    symbols: Vec<Vec<u8>>,
    modules: Vec<Vec<u8>>,
    namespaces: Vec<Vec<u8>>,
    types: Vec<TypePattern>,
    action: Action,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Action {
    /// The difference is no failure.
    #[default]
    Tolerate,
    /// The difference is what its lint says.
    Keep,
    /// The difference has this level.
    Level(Level),
}

/// A pattern for types.
#[derive(Clone, Debug)]
struct TypePattern {
    /// The letter of the kind; none for all kinds.
    kind: Option<u8>,
    name: Vec<u8>,
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What is wrong with a file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRule {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: Vec<u8>,
}

/// A difference, as a rule sees it.
pub(super) struct Subject<'a> {
    /// Its lint.
    pub(super) lint: &'static Lint,
    /// The lint of what a cause does.
    pub(super) impact: Option<&'static Lint>,
    /// The symbol, or the type with its kind's letter.
    pub(super) name: &'a [u8],
    /// The export before; if it was none, after.
    pub(super) export: Option<&'a Export>,
}

impl Subject<'_> {
    fn lints(&self) -> impl Iterator<Item = &'static Lint> {
        std::iter::once(self.lint).chain(self.impact)
    }
}

impl Rules {
    /// Adds the rules of a file, whose name tells the format if its text does not.
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

    /// What the first rule that matches says.
    pub(super) fn verdict(&self, subject: &Subject<'_>) -> Verdict {
        let Some(number) = self.rules.iter().position(|rule| rule.matches(subject)) else {
            return Verdict::of(subject.lint);
        };
        let by_rule = Some(Tolerance::Rule(number));
        match self.rules[number].action {
            Action::Tolerate => Verdict { level: subject.lint.level, tolerated: by_rule },
            Action::Keep => Verdict::of(subject.lint),
            Action::Level(Level::Note) => Verdict { level: Level::Note, tolerated: by_rule },
            Action::Level(level) => Verdict::at(level),
        }
    }

    /// The rules that no export and no type of either release would come to: their patterns match
    /// none, or earlier rules match all that they do. Rules that are out of force are not among
    /// them.
    pub fn unused(&self, types: &Types, [old, new]: [&Release; 2]) -> Vec<&Rule> {
        let mut is_used: Vec<bool> = self.rules.iter().map(|rule| rule.is_expired).collect();
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
            if !rule.is_expired && rule.names(name, export) {
                *is_used = true;
                if rule.lints.is_empty() {
                    return;
                }
            }
        }
    }
}

impl Rule {
    /// Whether the rule is for this difference.
    fn matches(&self, subject: &Subject<'_>) -> bool {
        !self.is_expired
            && (self.lints.is_empty() || subject.lints().any(|lint| self.lints.contains(&lint)))
            && self.names(subject.name, subject.export)
    }

    /// Whether the rule is for this export or type, as far as names tell.
    fn names(&self, name: &[u8], export: Option<&Export>) -> bool {
        let any = |patterns: &[Vec<u8>], text: &[u8]| {
            patterns.iter().any(|pattern| is_match(pattern, text))
        };
        // What an export does not have, and a type has not got, no pattern matches.
        let any_of = |patterns: &[Vec<u8>], part: fn(&Export) -> &[u8]| {
            let text = export.map(part).filter(|text| !text.is_empty());
            patterns.is_empty() || text.is_some_and(|text| any(patterns, text))
        };
        let is_type = name.get(1) == Some(&b'#');
        (self.symbols.is_empty() || !is_type && any(&self.symbols, name))
            && any_of(&self.modules, |export| &export.module)
            && any_of(&self.namespaces, |export| &export.namespace)
            && (self.types.is_empty() || self.types.iter().any(|pattern| pattern.matches(name)))
    }
}

impl TypePattern {
    /// Reads `s#page`, `struct page`, or `page` for any kind.
    fn read(text: &str) -> TypePattern {
        let words = [("struct ", b's'), ("union ", b'u'), ("enum ", b'e'), ("typedef ", b't')];
        for (word, letter) in words {
            if let Some(name) = text.strip_prefix(word) {
                return TypePattern { kind: Some(letter), name: name.trim().into() };
            }
        }
        match text.as_bytes() {
            [kind, b'#', name @ ..] => TypePattern { kind: Some(*kind), name: name.to_owned() },
            name => TypePattern { kind: None, name: name.to_owned() },
        }
    }

    fn matches(&self, name: &[u8]) -> bool {
        let [kind, b'#', name @ ..] = name else { return false };
        self.kind.is_none_or(|wanted| wanted == *kind) && is_match(&self.name, name)
    }
}

/// Whether a file of rules is in our own format.
fn is_toml(file: &[u8], text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    let is_table = |line: &[u8]| line.starts_with(b"[[") || line.contains(&b'=');
    file.ends_with(b".toml") || first.is_some_and(is_table)
}

/// Whether all of `text` is as `pattern` says, where `*` stands for any text and `?` for any byte.
fn is_match(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where to go on if what follows a `*` does not fit: behind it, one byte later.
    let mut retry = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at + 1, place));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[place] => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((behind, from)) = retry else { return false };
                retry = Some((behind, from + 1));
                (at, place) = (behind, from + 1);
            }
        }
    }
    pattern[at..].iter().all(|&byte| byte == b'*')
}

/// What is wrong with a pattern for symbols, modules or namespaces.
fn fault_of(pattern: &[u8]) -> Option<&'static str> {
    let is_other = |byte: &u8| matches!(byte, b'[' | b']' | b'\\');
    pattern.iter().any(is_other).then_some("a pattern has no wildcards but `*` and `?`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi_diff::lint;

    #[test]
    fn a_pattern_matches_all_of_a_text() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("", &[""], &["a"]),
            ("kfree", &["kfree"], &["kfree_", "_kfree", ""]),
            ("*", &["", "a", "ab"], &[]),
            ("?", &["a"], &["", "ab"]),
            ("usb_*", &["usb_", "usb_get"], &["usb", "xusb_"]),
            ("*_get", &["_get", "usb_get", "a_get_get"], &["usb_get_"]),
            ("a*b*c", &["abc", "axbxc", "abcbc"], &["abcb", "ac"]),
            ("a***c", &["ac", "abc"], &["a"]),
            ("a?c*", &["abc", "abcd"], &["ac", "aXXc"]),
            ("*?", &["a", "abc"], &[""]),
        ];
        for (pattern, matching, others) in cases {
            let is_match = |text: &&&str| is_match(pattern.as_bytes(), text.as_bytes());
            assert!(matching.iter().all(|text| is_match(&text)), "{pattern} {matching:?}");
            assert!(!others.iter().any(|text| is_match(&text)), "{pattern} {others:?}");
        }
    }

    /// An export, as rules see it.
    fn export(module: &str, namespace: &str) -> Export {
        let (module, namespace) = (module.to_owned().into(), namespace.to_owned().into());
        Export { crc: 1, module, is_gpl: None, namespace, line: 1, is_import: false }
    }

    /// What files of rules say of a difference: `level`, or by which line it is tolerated.
    fn said(files: &[&str], id: &str, name: &str, export: Option<&Export>) -> String {
        let mut rules = Rules::default();
        for text in files {
            rules.read(b"rules", text.as_bytes()).unwrap();
        }
        rules.expire(Date { year: 2026, month: 7, day: 1 });
        let lint = lint(id).unwrap();
        let verdict = rules.verdict(&Subject { lint, impact: None, name: name.as_bytes(), export });
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
            ("", "licence-relaxed", "kfree", "vmlinux", "", "Implicit"),
            ("kfree FAIL", "licence-relaxed", "kfree", "vmlinux", "", "Implicit"),
            ("", "licence-restricted", "kfree", "vmlinux", "", "breaking"),
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
