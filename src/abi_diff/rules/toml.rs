//! Rules in our own format, which say why they are there, and until when.
//!
//! ```toml
//! [[rule]]
//! type = "struct usb_internal"
//! reason = "no module may touch it"
//! owner = "usb@example.org"
//! expires = 2027-03-31
//! ```

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use toml::Spanned;
use toml::value::Datetime;

use super::gate::{Failing, Gate};
use super::rule::{Action, BadRule, Date, Rule, TypePattern};
use crate::abi_diff::lints::{Level, Lint};
use crate::abi_diff::pattern::fault_of;

/// A file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<Entry>>,
    gate: Option<Spanned<GateEntry>>,
}

/// A gate, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateEntry {
    #[serde(default)]
    fail: Words<Failing>,
    #[serde(default)]
    baseline: Words<String>,
}

/// A rule, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    lint: Words<Lint>,
    #[serde(default)]
    symbol: Words<Vec<u8>>,
    #[serde(default)]
    module: Words<Vec<u8>>,
    #[serde(default)]
    namespace: Words<Vec<u8>>,
    #[serde(default)]
    r#type: Words<TypePattern>,
    #[serde(default)]
    action: Words<Action>,
    #[serde(default)]
    is: Words<u32>,
    reason: String,
    owner: Option<String>,
    expires: Option<Date>,
}

/// The rules of a file.
pub(super) fn read(text: &[u8]) -> Result<Vec<Rule>, BadRule> {
    let line_at = |place: usize| 1 + text[..place].iter().filter(|&&byte| byte == b'\n').count();
    let bad = |place, message: &str| BadRule { line: line_at(place), message: message.into() };
    let text_of =
        std::str::from_utf8(text).map_err(|error| bad(error.valid_up_to(), "no UTF-8"))?;
    let file: File = toml::from_str(text_of).map_err(|error| {
        let place = error.span().map_or(0, |span| span.start);
        // Its first line says what, the others what else might be there.
        bad(place, &error.message().replace('\n', ", "))
    })?;
    let rules = file.rule.into_iter().map(|entry| {
        let place = entry.span().start;
        let rule = entry.into_inner().rule().map_err(|message| bad(place, message))?;
        Ok(Rule { line: line_at(place), ..rule })
    });
    let gate = file.gate.map(|entry| {
        let line = line_at(entry.span().start);
        Ok(Rule { line, ..entry.into_inner().rule() })
    });
    rules.chain(gate).collect()
}

impl GateEntry {
    /// The gate, which is shown as the rule by which the rest is tolerated.
    fn rule(self) -> Rule {
        let words = self.fail.texts.join(" or ");
        Rule {
            shown: format!("gate: fails for {words}").into_bytes(),
            reason: Some(format!("the gate fails for nothing but {words}")),
            gate: Some(Gate { fails: self.fail.values, baselines: self.baseline.values }),
            ..Rule::default()
        }
    }
}

impl Entry {
    fn rule(self) -> Result<Rule, &'static str> {
        let lists = [
            ("lint", &self.lint.texts),
            ("type", &self.r#type.texts),
            ("symbol", &self.symbol.texts),
            ("module", &self.module.texts),
            ("namespace", &self.namespace.texts),
        ];
        let given = lists.iter().filter(|(_, texts)| !texts.is_empty());
        let shown: Vec<String> =
            given.map(|(key, texts)| format!("{key} {}", texts.join(" or "))).collect();
        let of_exports = [&self.symbol.texts, &self.module.texts, &self.namespace.texts];
        if shown.is_empty() {
            return Err(
                "this rule matches everything: if that is meant, write `symbol = \"*\"` or `type = \"*\"`",
            );
        }
        if !self.r#type.texts.is_empty() && of_exports.iter().any(|texts| !texts.is_empty()) {
            return Err("a rule is either for types, or for symbols, modules and namespaces");
        }
        let action = match self.action.values[..] {
            [] => Action::default(),
            [action] => action,
            _ => return Err("a rule has one action"),
        };
        if self.is.values.len() > 1 {
            return Err("a difference changed to one thing: `is` is one number");
        }
        Ok(Rule {
            shown: shown.join(", ").into_bytes(),
            reason: Some(self.reason),
            owner: self.owner,
            expires: self.expires,
            lints: self.lint.values,
            symbols: self.symbol.values,
            modules: self.module.values,
            namespaces: self.namespace.values,
            types: self.r#type.values,
            is: self.is.values.first().copied(),
            action,
            ..Rule::default()
        })
    }
}

/// What a word of a rule can stand for.
trait Meaning: Sized {
    /// What `text` means; if nothing, what is wrong with it.
    fn of(text: &str) -> Result<Self, String>;
}

impl Meaning for Lint {
    fn of(text: &str) -> Result<Self, String> {
        let unknown = || format!("there is no lint `{text}` (`--list-lints` lists them)");
        Lint::of_id(text).ok_or_else(unknown)
    }
}

impl Meaning for Failing {
    fn of(text: &str) -> Result<Self, String> {
        let words = "`breaking`, `warning`, `note` or a lint (`--list-lints` lists them)";
        Failing::of(text).ok_or_else(|| format!("expected {words}, not `{text}`"))
    }
}

impl Meaning for String {
    fn of(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Meaning for u32 {
    fn of(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 8);
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        number.ok_or_else(|| format!("expected 0x and eight hexadecimal digits, not `{text}`"))
    }
}

impl Meaning for Vec<u8> {
    fn of(text: &str) -> Result<Self, String> {
        let fault = fault_of(text.as_bytes()).map(|fault| format!("`{text}`: {fault}"));
        fault.map_or_else(|| Ok(text.into()), Err)
    }
}

impl Meaning for TypePattern {
    fn of(text: &str) -> Result<Self, String> {
        let fault = fault_of(text.as_bytes()).map(|fault| format!("`{text}`: {fault}"));
        fault.map_or_else(|| Ok(TypePattern::read(text)), Err)
    }
}

impl Meaning for Action {
    fn of(text: &str) -> Result<Self, String> {
        Ok(match text {
            "tolerate" => Action::Tolerate,
            "keep" => Action::Keep,
            "breaking" => Action::Level(Level::Breaking),
            "warning" => Action::Level(Level::Warning),
            "note" => Action::Level(Level::Note),
            _ => {
                let words = "`tolerate`, `keep`, `breaking`, `warning` or `note`";
                return Err(format!("expected {words}, not `{text}`"));
            }
        })
    }
}

/// A text, or a list of some.
struct Words<T> {
    texts: Vec<String>,
    values: Vec<T>,
}

impl<T> Default for Words<T> {
    fn default() -> Self {
        Words { texts: Vec::new(), values: Vec::new() }
    }
}

impl<T: Meaning> Words<T> {
    fn push<E: Error>(&mut self, text: String) -> Result<(), E> {
        self.values.push(T::of(&text).map_err(E::custom)?);
        self.texts.push(text);
        Ok(())
    }
}

impl<'de, T: Meaning> Deserialize<'de> for Words<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor(PhantomData))
    }
}

/// Reads [`Words`].
struct WordsVisitor<T>(PhantomData<T>);

impl<'de, T: Meaning> Visitor<'de> for WordsVisitor<T> {
    type Value = Words<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or a list of strings")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Words<T>, E> {
        let mut words = Words::default();
        words.push(text.to_owned())?;
        Ok(words)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Words<T>, A::Error> {
        let mut words = Words::default();
        while let Some(text) = texts.next_element()? {
            words.push(text)?;
        }
        if words.texts.is_empty() { Err(A::Error::custom("an empty list")) } else { Ok(words) }
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read: Datetime = Deserialize::deserialize(deserializer)?;
        let Datetime { date, time: None, offset: None } = read else {
            return Err(D::Error::custom("expected a date without a time, such as 2027-03-31"));
        };
        let date = date.ok_or_else(|| D::Error::custom("expected a date, such as 2027-03-31"))?;
        Ok(Date { year: date.year, month: date.month, day: date.day })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_knows_its_line_and_is_shown_in_one() {
        let text = b"# ours\n\n[[rule]]\ntype = 'struct a'\nreason = 'b'\n\n\
            [[rule]]\nsymbol = ['c', 'd*']\nlint = 'crc-changed'\nreason = 'e'\nowner = 'f'\n\
            expires = 2027-03-31\n";
        let rules = read(text).unwrap();
        let shown = |rule: &Rule| (rule.line, String::from_utf8(rule.shown.clone()).unwrap());
        assert_eq!(shown(&rules[0]), (3, "type struct a".to_owned()));
        assert_eq!(shown(&rules[1]), (7, "lint crc-changed, symbol c or d*".to_owned()));
        assert_eq!(rules[1].expires, Some(Date { year: 2027, month: 3, day: 31 }));
    }

    #[test]
    fn a_file_that_is_wrong_is_told_with_the_line() {
        let cases = [
            ("[[rule]]\nsymbol = 'a'\n", "1: missing field `reason`"),
            (
                "[[rule]]\nreason = 'a'\n",
                "1: this rule matches everything: if that is meant, write `symbol = \"*\"` or `type = \"*\"`",
            ),
            (
                "\n[[rule]]\nreason = 'a'\nsymbol = 'b'\ntype = 'c'\n",
                "2: a rule is either for types, or for symbols, modules and namespaces",
            ),
            (
                "[[rule]]\nlint = 'x'\nreason = 'a'\n",
                "2: there is no lint `x` (`--list-lints` lists them)",
            ),
            (
                "[[rule]]\ntype = 'struct [a'\nreason = 'b'\n",
                "2: `struct [a`: a bracket is not closed",
            ),
            ("[[rule]]\nsymbol = []\nreason = 'a'\n", "2: an empty list"),
            (
                "[[rule]]\nsymbol = 'a'\naction = 'pass'\nreason = 'b'\n",
                "3: expected `tolerate`, `keep`, `breaking`, `warning` or `note`, not `pass`",
            ),
            ("[[rule]]\nsymbol = '[a'\nreason = 'b'\n", "2: `[a`: a bracket is not closed"),
            (
                "[[rule]]\nsymbol = 1\nreason = 'b'\n",
                "2: invalid type: integer `1`, expected a string, or a list of strings",
            ),
            (
                "[[rule]]\nsymbol = 'a'\nreason = 'b'\nexpires = 2027-03-31T10:00:00\n",
                "4: expected a date without a time, such as 2027-03-31",
            ),
            ("[[rules]]\n", "1: unknown field `rules`, expected `rule` or `gate`"),
            (
                "[[rule]]\nsymbol = 'a'\nreasons = 'b'\n",
                "3: unknown field `reasons`, expected one of `lint`, `symbol`, `module`, `namespace`, `type`, `action`, `is`, `reason`, `owner`, `expires`",
            ),
            ("[[rule]]\nsymbol = \n", "2: "),
        ];
        for (text, expected) in cases {
            let BadRule { line, message } = read(text.as_bytes()).map(drop).unwrap_err();
            let said = format!("{line}: {}", String::from_utf8(message).unwrap());
            let is_expected = if expected.ends_with(": ") {
                said.starts_with(expected)
            } else {
                said == expected
            };
            assert!(is_expected, "{text:?}\n{said}\n{expected}");
        }
        assert_eq!(read(b"\n\xff").map(drop).unwrap_err().line, 2);
    }
}
