//! The grammars of the texts on disk against their readers: a text is read if and only if the
//! grammar accepts it, for the samples in testdata/formats and for mutations of them.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use modversions::formats::abi_record::{Declaration, Row};
use modversions::formats::{abi_record, consolidated, symtypes, symver_line, type_string};

/// Where a match may end.
type Ends = BTreeSet<usize>;

/// One side of a rule.
#[derive(Debug)]
enum Expression {
    Bytes(Vec<u8>),
    Rule(String),
    Limit(usize),
    Many(Box<Expression>),
    Maybe(Box<Expression>),
    Except(Box<Expression>, Box<Expression>),
    Sequence(Vec<Expression>),
    Choice(Vec<Expression>),
}

/// The bytes a rule that is always one byte may be.
type Class = [bool; 256];

/// A grammar; the first rule is the text.
struct Grammar {
    start: String,
    rules: HashMap<String, Expression>,
    /// The rules that are one byte, worked out once: nearly all time goes into these.
    classes: HashMap<String, Class>,
}

impl Grammar {
    fn new(start: String, rules: HashMap<String, Expression>) -> Self {
        let classes = HashMap::from([("byte".to_owned(), [true; 256])]);
        let mut grammar = Self { start, rules, classes };
        let named = |(name, rule): (&String, _)| Some((name.clone(), grammar.class(rule)?));
        let found: Vec<_> = grammar.rules.iter().filter_map(named).collect();
        grammar.classes.extend(found);
        grammar
    }

    fn class(&self, expression: &Expression) -> Option<Class> {
        match expression {
            Expression::Bytes(bytes) => {
                let [only] = bytes[..] else { return None };
                Some(std::array::from_fn(|byte| byte == usize::from(only)))
            }
            Expression::Rule(name) => {
                let known = self.classes.get(name).copied();
                known.or_else(|| self.class(self.rules.get(name)?))
            }
            Expression::Except(all, not) => {
                let (all, not) = (self.class(all)?, self.class(not)?);
                Some(std::array::from_fn(|byte| all[byte] && !not[byte]))
            }
            Expression::Choice(items) => items.iter().try_fold([false; 256], |union, item| {
                let class = self.class(item)?;
                Some(std::array::from_fn(|byte| union[byte] || class[byte]))
            }),
            Expression::Sequence(items) => match &items[..] {
                [only] => self.class(only),
                _ => None,
            },
            Expression::Limit(_) | Expression::Many(_) | Expression::Maybe(_) => None,
        }
    }
}

/// Reads the notation that grammar/symtypes.ebnf explains.
struct Notation<'a> {
    rest: &'a str,
}

impl<'a> Notation<'a> {
    fn grammar(text: &'a str) -> Grammar {
        let mut notation = Self { rest: text };
        let (mut start, mut rules) = (None, HashMap::new());
        while !notation.peek().is_empty() {
            let name = notation.name();
            notation.expect("=");
            let expression = notation.choice();
            notation.expect(";");
            start.get_or_insert_with(|| name.clone());
            assert!(rules.insert(name.clone(), expression).is_none(), "{name} is there twice");
        }
        Grammar::new(start.unwrap(), rules)
    }

    /// What follows blanks and comments.
    fn peek(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        while let Some(comment) = self.rest.strip_prefix("(*") {
            self.rest = comment.split_once("*)").unwrap().1.trim_start();
        }
        self.rest
    }

    fn take(&mut self, word: &str) -> bool {
        let rest = self.peek().strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, word: &str) {
        assert!(self.take(word), "expected {word} before: {:.60}", self.rest);
    }

    fn until(&mut self, end: impl Fn(char) -> bool) -> &'a str {
        let (text, rest) = self.rest.split_at(self.rest.find(end).unwrap());
        self.rest = rest;
        text
    }

    fn name(&mut self) -> String {
        self.peek();
        self.until(|c| !c.is_ascii_lowercase() && c != ' ').trim().to_owned()
    }

    fn choice(&mut self) -> Expression {
        let mut choices = vec![self.sequence()];
        while self.take("|") {
            choices.push(self.sequence());
        }
        Expression::Choice(choices)
    }

    fn sequence(&mut self) -> Expression {
        let mut items = vec![self.difference()];
        while self.take(",") {
            items.push(self.difference());
        }
        Expression::Sequence(items)
    }

    fn difference(&mut self) -> Expression {
        let item = self.item();
        match self.take("-") {
            true => Expression::Except(Box::new(item), Box::new(self.item())),
            false => item,
        }
    }

    fn item(&mut self) -> Expression {
        if self.take("{") {
            return Expression::Many(Box::new(self.closed("}")));
        }
        if self.take("[") {
            return Expression::Maybe(Box::new(self.closed("]")));
        }
        if self.take("(") {
            return self.closed(")");
        }
        if self.take("? at most ") {
            let limit = self.until(|c| c == ' ').parse().unwrap();
            self.expect("bytes ?");
            return Expression::Limit(limit);
        }
        if self.take("\"") {
            return Expression::Bytes(self.bytes());
        }
        Expression::Rule(self.name())
    }

    fn closed(&mut self, end: &str) -> Expression {
        let inner = self.choice();
        self.expect(end);
        inner
    }

    fn bytes(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return bytes;
                }
                '\\' => bytes.push(match characters.next().unwrap().1 {
                    'n' => b'\n',
                    't' => b'\t',
                    '0' => 0,
                    other => u8::try_from(other).unwrap(),
                }),
                other => bytes.push(u8::try_from(other).unwrap()),
            }
        }
        panic!("a quotation without an end");
    }
}

/// A recogniser that keeps all ends of a match, so no order of alternatives matters.
struct Recogniser<'a> {
    grammar: &'a Grammar,
    text: &'a [u8],
    known: HashMap<(&'a str, usize), Ends>,
}

impl<'a> Recogniser<'a> {
    fn accepts(grammar: &'a Grammar, text: &'a [u8]) -> bool {
        let mut recogniser = Self { grammar, text, known: HashMap::new() };
        recogniser.rule(&grammar.start, 0).contains(&text.len())
    }

    fn rule(&mut self, name: &'a str, at: usize) -> Ends {
        if let Some(class) = self.grammar.classes.get(name) {
            let matches = self.text.get(at).is_some_and(|&byte| class[usize::from(byte)]);
            return Ends::from_iter(matches.then_some(at + 1));
        }
        if let Some(ends) = self.known.get(&(name, at)) {
            return ends.clone();
        }
        let rule = self.grammar.rules.get(name).unwrap_or_else(|| panic!("no rule {name}"));
        let ends = self.ends(rule, at);
        self.known.insert((name, at), ends.clone());
        ends
    }

    fn ends(&mut self, expression: &'a Expression, at: usize) -> Ends {
        match expression {
            Expression::Bytes(bytes) => {
                let matches = self.text[at..].starts_with(bytes);
                Ends::from_iter(matches.then_some(at + bytes.len()))
            }
            Expression::Rule(name) => self.rule(name, at),
            Expression::Limit(_) => Ends::from([at]),
            Expression::Many(inner) => self.many(inner, at),
            Expression::Maybe(inner) => &self.ends(inner, at) | &Ends::from([at]),
            Expression::Except(all, not) => &self.ends(all, at) - &self.ends(not, at),
            Expression::Sequence(items) => self.sequence(items, at),
            Expression::Choice(choices) => {
                choices.iter().flat_map(|choice| self.ends(choice, at)).collect()
            }
        }
    }

    fn many(&mut self, inner: &'a Expression, at: usize) -> Ends {
        let mut ends = Ends::from([at]);
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            open.extend(self.ends(inner, at).into_iter().filter(|&end| ends.insert(end)));
        }
        ends
    }

    fn sequence(&mut self, items: &'a [Expression], at: usize) -> Ends {
        let mut ends = Ends::from([at]);
        for item in items {
            ends = ends.into_iter().flat_map(|end| self.ends(item, end)).collect();
        }
        match items {
            [Expression::Limit(limit), ..] => ends.range(..=at + limit).copied().collect(),
            _ => ends,
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The samples of a format that are to be accepted, or refused.
fn samples(format: &str, verdict: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = root().join("testdata/formats").join(format).join(verdict);
    let mut paths: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Small changes everywhere: each byte removed, doubled, replaced and preceded by special ones.
fn mutations(text: &[u8]) -> Vec<Vec<u8>> {
    let mut mutations = Vec::new();
    for at in 0..text.len() {
        let (before, after) = text.split_at(at);
        mutations.push([before, &after[1..]].concat());
        mutations.push([before, &after[..1], after].concat());
        for special in b"# \n\"\0tx09\\\xff" {
            mutations.push([before, &[*special], &after[1..]].concat());
        }
        for special in b"# \n\"" {
            mutations.push([before, &[*special], after].concat());
        }
    }
    mutations
}

/// Checks one format; `reads` is its reader.
fn check(format: &str, reads: impl Fn(&[u8]) -> bool) {
    let source = root().join("grammar").join(format).with_extension("ebnf");
    let source = std::fs::read_to_string(source).unwrap();
    let grammar = Notation::grammar(&source);
    for (verdict, wanted) in [("accept", true), ("reject", false)] {
        for (path, text) in samples(format, verdict) {
            let path = path.display();
            assert_eq!(Recogniser::accepts(&grammar, &text), wanted, "the grammar on {path}");
            assert_eq!(reads(&text), wanted, "the reader on {path}");
            // What is special stands at the beginning of a sample; mutating all of it takes minutes.
            for mutation in mutations(&text[..text.len().min(24)]) {
                let accepted = Recogniser::accepts(&grammar, &mutation);
                let shown = mutation.escape_ascii();
                assert_eq!(reads(&mutation), accepted, "the reader on {shown} (from {path})");
            }
        }
    }
}

#[test]
fn symtypes_are_read_if_and_only_if_the_grammar_accepts_them() {
    check("symtypes", |text| symtypes::read(text).is_ok());
}

#[test]
fn symver_lines_are_read_if_and_only_if_the_grammar_accepts_them() {
    check("symver-line", |text| symver_line::read_line(text).is_some());
}

#[test]
fn consolidated_files_are_read_if_and_only_if_the_grammar_accepts_them() {
    check("consolidated", |text| consolidated::items(text).all(|item| item.is_ok()));
}

#[test]
fn type_strings_are_read_if_and_only_if_the_grammar_accepts_them() {
    check("type_string", |text| type_string::read(text).is_ok());
}

#[test]
fn records_are_read_if_and_only_if_the_grammar_accepts_them() {
    check("abi_record", |text| abi_record::rows(text).all(|row| row.is_ok()));
}

#[test]
fn records_that_were_read_are_written_with_the_same_meaning() {
    for (path, text) in samples("abi_record", "accept") {
        let rows: Vec<Row<'_>> = abi_record::rows(&text).map(Result::unwrap).collect();
        let mut writer = abi_record::Writer::new(0);
        for row in &rows {
            match row {
                Row::Model(model) => writer.model(model),
                Row::Export(export) => writer.export(export),
                Row::Declaration(Declaration { name, place, text }) => {
                    let name = symtypes::Token { text: name, kind: symtypes::Kind::Normal };
                    writer.declaration(name, *place, |out| out.extend_from_slice(text));
                }
            }
        }
        let written = writer.finish();
        let again: Vec<Row<'_>> = abi_record::rows(&written).map(Result::unwrap).collect();
        assert_eq!(again, rows, "{}", path.display());
    }
}

#[test]
fn a_symver_line_means_the_same_alone_and_in_a_file() {
    for (path, text) in samples("symver-line", "accept") {
        let in_a_file = [b"cmd\n", &text[..]].concat();
        let line = symver_line::read_line(&text).unwrap();
        assert_eq!(symver_line::read(&in_a_file), [line], "{}", path.display());
    }
}

#[test]
fn symtypes_that_were_read_are_written_with_the_same_meaning() {
    for (path, text) in samples("symtypes", "accept") {
        let mut records = symtypes::read(&text).unwrap();
        // A quotation that only the line's end closes cannot be written: a blank follows each word.
        let is_closed = |word: &[u8]| word.iter().filter(|&&byte| byte == b'"').count() % 2 == 0;
        for record in &mut records {
            record.tokens.retain(|token| is_closed(token.text));
        }
        let mut written = Vec::new();
        records.iter().for_each(|record| symtypes::write(&mut written, record));
        assert_eq!(symtypes::read(&written).unwrap(), records, "{}", path.display());
    }
}
