//! A baseline: rules that tolerate the differences of today, each exactly as it is, so that only what
//! is new fails. It is a file of rules in our own format, for people to read, to fill in, and to review
//! as a change of the file.

use std::collections::BTreeMap;

use super::causes::Cause;
use super::comparison::Comparison;
use super::findings::Finding;
use super::lints::Lint;
use crate::canonical::spelled;
use crate::corpus::{Release, Types};
use crate::formats::symtypes::{Kind, TypeName};
use crate::shown::{Shown, counted};

/// A baseline that was made, and how it differs from the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blessed {
    /// The text of the file.
    pub text: Vec<u8>,
    /// How many rules are new.
    pub added: usize,
    /// How many are as before, with whatever somebody wrote there.
    pub kept: usize,
    /// How many are gone, since their differences are.
    pub removed: usize,
    /// How many differences have a name that no rule can have, since it is not UTF-8.
    pub nameless: usize,
}

/// What begins a rule.
const RULE: &str = "[[rule]]";

/// What rules say of their reason until somebody does.
const REASON: &str = "accepted; fill in why";

/// The rules for all differences that `found` has and that are not tolerated. What the text `before`
/// of the same file says of one of them is taken from there as it is.
///
/// `found` must have been judged without the file.
pub fn bless(types: &Types, releases: [&Release; 2], found: &Comparison, before: &str) -> Blessed {
    let mut known = blocks(before);
    let mut blessed = Blessed { text: heading(releases), ..Blessed::default() };
    let causes = found.causes.iter().flatten().filter(|cause| cause.verdict.is_open());
    let causes: Vec<&Cause> = causes.collect();
    let mut is_explained = vec![false; types.name_count()];
    for export in causes.iter().flat_map(|cause| cause.exports.iter()) {
        is_explained[export.place()] = true;
    }
    // A changed CRC is tolerated with its causes.
    let needs_rule = |finding: &&Finding| {
        let name = types.find_name(&finding.symbol);
        let has_cause = name.is_some_and(|name| is_explained[name.place()]);
        finding.verdict.is_open() && !(finding.lint.is_by_causes() && has_cause)
    };
    let findings = found.findings.iter().filter(needs_rule).map(Entry::of_finding);
    let entries = causes.iter().map(|cause| Entry::of_cause(types, cause)).chain(findings);
    for entry in entries {
        let Some(Entry { comment, rule }) = entry else {
            blessed.nameless += 1;
            continue;
        };
        blessed.text.push(b'\n');
        match known.remove(&rule) {
            Some(block) => {
                blessed.kept += 1;
                blessed.text.extend(block.as_bytes());
            }
            None => {
                blessed.added += 1;
                let block = format!("# {comment}\n{RULE}\n{rule}reason = \"{REASON}\"\n");
                blessed.text.extend(block.as_bytes());
            }
        }
    }
    blessed.removed = known.len();
    blessed
}

fn heading([old, new]: [&Release; 2]) -> Vec<u8> {
    let (old, new) = (Shown(&old.title), Shown(&new.title));
    format!(
        "# Differences that were accepted, of {old} and {new}: a file of rules.\n\
         # `modversions abi-diff --bless` adds what is new, and removes what is gone.\n"
    )
    .into_bytes()
}

/// A rule, as it is written.
struct Entry {
    /// What there is to know of the difference, in a line.
    comment: String,
    /// The lines that decide what the rule matches: by them it is found again.
    rule: String,
}

impl Entry {
    fn of_cause(types: &Types, cause: &Cause) -> Option<Entry> {
        let name = types.name(cause.change.name);
        let words = cause.impact.reasons.first().map(|reason| format!("; {reason}"));
        let comment = format!(
            "{}: {}{}; {}",
            Shown(&spelled(name)),
            Lint::of_impact(cause.impact.class).id(),
            words.unwrap_or_default(),
            counted(cause.exports.len(), "export")
        );
        Entry::new(cause.lint, name, Some(cause.is(types)), comment)
    }

    fn of_finding(finding: &Finding) -> Option<Entry> {
        let words = finding.remark().map(|remark| format!("; {}", Shown(&remark)));
        let comment = format!("{}{}", finding.lint.what_of(1), words.unwrap_or_default());
        Entry::new(finding.lint, &finding.symbol, finding.is(), comment)
    }

    fn new(lint: Lint, name: &[u8], is: Option<u32>, comment: String) -> Option<Entry> {
        let key = if TypeName::of(name).kind == Kind::Normal { "symbol" } else { "type" };
        let pattern = String::from_utf8(escaped(name)).ok()?;
        // Strings of JSON are strings of TOML.
        let pattern = serde_json::to_string(&pattern).ok()?;
        let is = is.map(|is| format!("is = \"{is:#010x}\"\n")).unwrap_or_default();
        let rule = format!("lint = \"{}\"\n{key} = {pattern}\n{is}", lint.id());
        Some(Entry { comment: Shown(comment.as_bytes()).to_string(), rule })
    }
}

/// A name as a pattern that matches nothing else.
fn escaped(name: &[u8]) -> Vec<u8> {
    let mut pattern = Vec::with_capacity(name.len());
    for &byte in name {
        if b"*?[]\\".contains(&byte) {
            pattern.push(b'\\');
        }
        pattern.push(byte);
    }
    pattern
}

/// The rules of a text with the comments before them, each by the lines that decide what it matches.
fn blocks(text: &str) -> BTreeMap<String, String> {
    let mut blocks = BTreeMap::new();
    // What is written since the last rule ended: at a blank line, or at a comment.
    let mut block = String::new();
    for line in text.lines().chain([""]) {
        if line.is_empty() {
            if block.contains(RULE) {
                blocks.insert(deciding(&block), std::mem::take(&mut block));
            }
            block.clear();
            continue;
        }
        block += line;
        block.push('\n');
    }
    blocks
}

/// The lines of a rule that decide what it matches.
fn deciding(block: &str) -> String {
    let keys = ["lint", "symbol", "type", "is"];
    let decides = |line: &&str| keys.iter().any(|key| line.starts_with(&format!("{key} = ")));
    block.lines().filter(decides).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::{blocks, escaped};

    #[test]
    fn a_rule_is_found_again_with_what_people_wrote_there() {
        let rule = "# seen\n[[rule]]\nlint = \"type-changed\"\ntype = \"s#a\"\n\
            is = \"0x00000001\"\nreason = \"agreed\"\nowner = \"me\"\n";
        let text = format!("# of a and b\n\n{rule}\n[[rule]]\nsymbol = \"b\"\nreason = \"c\"\n");
        let blocks = blocks(&text);
        let found = &blocks["lint = \"type-changed\"\ntype = \"s#a\"\nis = \"0x00000001\"\n"];
        assert_eq!(found, rule);
        assert_eq!(blocks.len(), 2);
    }

    #[test]
    fn a_name_is_a_pattern_for_itself() {
        assert_eq!(escaped(b"a*[b]\\"), b"a\\*\\[b\\]\\\\");
    }
}
