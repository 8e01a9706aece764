//! Rules as SUSE's tools have them: one a line, a pattern and what becomes of its exports.
//!
//! ```text
//! # the crypto internals are nobody's business
//! drivers/crypto/*    PASS
//! MODULE snd*         PASS
//! CRYPTO_INTERNAL     PASS
//! kfree*              FAIL
//! ```

use super::rule::{Action, BadRule, Rule};
use crate::abi_diff::pattern::fault_of;

/// What a pattern is for.
#[derive(Clone, Copy)]
enum Kind {
    Module,
    Namespace,
    Symbol,
}

/// The rules of a file.
pub(super) fn read(text: &[u8]) -> Result<Vec<Rule>, BadRule> {
    let mut rules = Vec::new();
    for (text, line) in text.split(|&byte| byte == b'\n').zip(1..) {
        let text = text.split(|&byte| byte == b'#').next().unwrap_or_default();
        let words: Vec<&[u8]> =
            text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            rules.push(rule(&words, line).map_err(|message| BadRule { line, message })?);
        }
    }
    Ok(rules)
}

/// The rule of these words.
fn rule(words: &[&[u8]], line: usize) -> Result<Rule, Vec<u8>> {
    let said = |before: &str, word: &[u8], behind: &str| {
        Err([before.as_bytes(), b"`", word, b"`", behind.as_bytes()].concat())
    };
    let (kind, pattern, verdict) = match *words {
        [pattern] => return said("expected PASS or FAIL after ", pattern, ""),
        [pattern, verdict] => (kind_by_look(pattern), pattern, verdict),
        [b"MODULE", pattern, verdict] => (Kind::Module, pattern, verdict),
        [b"NAMESPACE", pattern, verdict] => (Kind::Namespace, pattern, verdict),
        [b"SYMBOL", pattern, verdict] => (Kind::Symbol, pattern, verdict),
        [_, b"PASS" | b"FAIL", rest, ..] => {
            return said("nothing may follow the verdict: ", rest, "");
        }
        [kind, ..] => return said("expected MODULE, NAMESPACE or SYMBOL, not ", kind, ""),
        [] => return Err(b"expected a pattern".to_vec()),
    };
    let action = match verdict {
        b"PASS" => Action::Tolerate,
        b"FAIL" => Action::Keep,
        other => return said("expected PASS or FAIL, not ", other, ""),
    };
    if let Some(fault) = fault_of(pattern) {
        return said("", pattern, &format!(": {fault}"));
    }
    let (word, patterns) = (word_of(kind), vec![pattern.to_owned()]);
    let shown = [word, pattern, verdict].join(&b' ');
    let rule = Rule { line, shown, action, ..Rule::default() };
    Ok(match kind {
        Kind::Module => Rule { modules: patterns, ..rule },
        Kind::Namespace => Rule { namespaces: patterns, ..rule },
        Kind::Symbol => Rule { symbols: patterns, ..rule },
    })
}

fn word_of(kind: Kind) -> &'static [u8] {
    match kind {
        Kind::Module => b"MODULE",
        Kind::Namespace => b"NAMESPACE",
        Kind::Symbol => b"SYMBOL",
    }
}

/// What a pattern is for if nothing says it.
fn kind_by_look(pattern: &[u8]) -> Kind {
    if pattern.contains(&b'/') || pattern == b"vmlinux" {
        Kind::Module
    } else if !pattern.iter().any(u8::is_ascii_lowercase) {
        Kind::Namespace
    } else {
        Kind::Symbol
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_shown_with_the_kind_of_their_pattern() {
        let text =
            b"\n  # nothing\na PASS\n\tb/*\t FAIL# why\r\nSYMBOL C PASS\nC\tPASS\nvmlinux FAIL";
        let shown: Vec<(usize, String)> = read(text)
            .unwrap()
            .into_iter()
            .map(|rule| (rule.line, String::from_utf8(rule.shown).unwrap()))
            .collect();
        let expected = [
            (3, "SYMBOL a PASS"),
            (4, "MODULE b/* FAIL"),
            (5, "SYMBOL C PASS"),
            (6, "NAMESPACE C PASS"),
            (7, "MODULE vmlinux FAIL"),
        ];
        assert_eq!(shown, expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn a_line_that_is_no_rule_is_told_with_its_number() {
        let cases = [
            ("a PASS\nb", "2: expected PASS or FAIL after `b`"),
            ("a OK", "1: expected PASS or FAIL, not `OK`"),
            ("a pass", "1: expected PASS or FAIL, not `pass`"),
            ("SYMBOL a", "1: expected PASS or FAIL, not `a`"),
            ("SYMBOL a b", "1: expected PASS or FAIL, not `b`"),
            ("a PASS b", "1: nothing may follow the verdict: `b`"),
            ("TYPE a PASS", "1: expected MODULE, NAMESPACE or SYMBOL, not `TYPE`"),
            ("MODULE a PASS b", "1: expected MODULE, NAMESPACE or SYMBOL, not `MODULE`"),
            ("\n[ab PASS", "2: `[ab`: a bracket is not closed"),
        ];
        for (text, expected) in cases {
            let BadRule { line, message } = read(text.as_bytes()).unwrap_err();
            let said = format!("{line}: {}", String::from_utf8(message).unwrap());
            assert_eq!(said, expected, "{text:?}");
        }
    }
}
