//! Options in the order, and errors in the words, of GNU getopt_long.
//!
//! Operands may appear between options and are skipped, unless `POSIXLY_CORRECT` is set; `--`
//! ends the options. The caller takes options one by one and acts on each before it takes the
//! next, as the C programs do: the options before an error have taken effect.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// Whether an option takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// It takes none.
    None,
    /// It takes one, in the same word or the next.
    Required,
    /// It takes one if it is in the same word (`-xVALUE`, `--long=VALUE`).
    Optional,
}

/// One option: `letter` and `long` are two spellings of the same `id`.
#[derive(Clone, Copy, Debug)]
pub struct Row<Id> {
    /// `-x`
    pub letter: Option<u8>,
    /// `--long`
    pub long: Option<&'static str>,
    /// Whether it takes an argument.
    pub argument: Argument,
    /// What it means to the program.
    pub id: Id,
    /// What manuals call its argument; empty if it has none.
    pub value: &'static str,
    /// What manuals say of it.
    pub words: &'static str,
}

impl<Id: Copy> Row<Id> {
    /// An option with both spellings.
    pub const fn new(letter: u8, long: &'static str, argument: Argument, id: Id) -> Self {
        Self { letter: Some(letter), long: Some(long), argument, id, value: "", words: "" }
    }

    /// An option that is only a letter.
    pub const fn short(letter: u8, argument: Argument, id: Id) -> Self {
        Self { letter: Some(letter), long: None, argument, id, value: "", words: "" }
    }

    /// An option that has only a long name.
    pub const fn long(long: &'static str, argument: Argument, id: Id) -> Self {
        Self { letter: None, long: Some(long), argument, id, value: "", words: "" }
    }

    /// The same option, of which manuals say this.
    pub const fn help(self, value: &'static str, words: &'static str) -> Self {
        Self { value, words, ..self }
    }
}

/// The options of a program. Ambiguous abbreviations are listed in the order of the rows.
#[derive(Clone, Copy, Debug)]
pub struct Table<Id: 'static> {
    /// The options of the C program, in parts that releases share.
    pub parts: &'static [&'static [Row<Id>]],
    /// Our additions: long names that are only recognised when spelled in full, and that never
    /// make a C program's abbreviation ambiguous.
    pub additions: &'static [Row<Id>],
}

impl<Id> Table<Id> {
    fn rows(&self) -> impl Iterator<Item = &'static Row<Id>> {
        self.parts.iter().copied().flatten()
    }
}

/// An option that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Met<'a, Id> {
    /// Which one.
    pub id: Id,
    /// Its argument, if it has one.
    pub argument: Option<&'a OsStr>,
}

/// A message about a misused option, with the program's name and a newline.
pub type Complaint = Vec<u8>;

/// A walk over a command line.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    program: &'a [u8],
    words: &'a [OsString],
    /// What is left of a cluster of short options.
    cluster: &'a [u8],
    /// Whether the first operand ends the options.
    posixly_correct: bool,
    /// Whether the C program uses plain `getopt`, which knows no long options.
    short_only: bool,
    operands: Vec<&'a OsStr>,
}

impl<'a> Options<'a> {
    /// A walk over `args`, whose first word is the program's name for messages.
    pub fn new(args: &'a [OsString], posixly_correct: bool) -> Self {
        let (program, words) = match args {
            [program, words @ ..] => (program.as_bytes(), words),
            [] => (&b""[..], args),
        };
        Self {
            program,
            words,
            cluster: b"",
            posixly_correct,
            short_only: false,
            operands: Vec::new(),
        }
    }

    /// The same for a program without long options: only additions are recognised.
    pub fn short_only(args: &'a [OsString], posixly_correct: bool) -> Self {
        Self { short_only: true, ..Self::new(args, posixly_correct) }
    }

    /// The next option; `None` when there are no more. After an error the walk may go on.
    pub fn next<Id: Copy + PartialEq>(
        &mut self,
        table: &Table<Id>,
    ) -> Option<Result<Met<'a, Id>, Complaint>> {
        if self.cluster.is_empty() {
            let word = self.next_option_word()?;
            match word.strip_prefix(b"--") {
                Some(long) if !self.short_only || is_addition(long, table) => {
                    return Some(self.long_option(long, table));
                }
                _ => self.cluster = &word[1..],
            }
        }
        let (&letter, rest) = self.cluster.split_first()?;
        self.cluster = rest;
        Some(self.short_option(letter, table))
    }

    /// The words that are no options, once [`Self::next`] has returned `None`.
    pub fn operands(&self) -> &[&'a OsStr] {
        &self.operands
    }

    /// The next word that begins with `-` and has more; passes over operands.
    fn next_option_word(&mut self) -> Option<&'a [u8]> {
        while let Some(word) = self.next_word() {
            let text = word.as_bytes();
            if text == b"--" {
                break;
            }
            if text.len() > 1 && text[0] == b'-' {
                return Some(text);
            }
            self.operands.push(word);
            if self.posixly_correct {
                break;
            }
        }
        self.operands.extend(self.words.iter().map(OsString::as_os_str));
        self.words = &[];
        None
    }

    fn next_word(&mut self) -> Option<&'a OsStr> {
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        Some(word)
    }

    fn short_option<Id: Copy + PartialEq>(
        &mut self,
        letter: u8,
        table: &Table<Id>,
    ) -> Result<Met<'a, Id>, Complaint> {
        let Some(row) = table.rows().find(|row| row.letter == Some(letter)) else {
            return Err(self.complaint(&[b"invalid option -- '", &[letter], b"'"]));
        };
        let argument = match row.argument {
            Argument::None => None,
            Argument::Optional => self.rest_of_cluster(),
            Argument::Required => {
                let argument = self.rest_of_cluster().or_else(|| self.next_word());
                let missing: [&[u8]; 3] = [b"option requires an argument -- '", &[letter], b"'"];
                Some(argument.ok_or_else(|| self.complaint(&missing))?)
            }
        };
        Ok(Met { id: row.id, argument })
    }

    fn rest_of_cluster(&mut self) -> Option<&'a OsStr> {
        let rest = std::mem::take(&mut self.cluster);
        (!rest.is_empty()).then(|| OsStr::from_bytes(rest))
    }

    /// `text` is the word without its two dashes.
    fn long_option<Id: Copy + PartialEq>(
        &mut self,
        text: &'a [u8],
        table: &Table<Id>,
    ) -> Result<Met<'a, Id>, Complaint> {
        let equals = text.iter().position(|&byte| byte == b'=');
        let (name, value) = match equals {
            Some(at) => (&text[..at], Some(OsStr::from_bytes(&text[at + 1..]))),
            None => (text, None),
        };
        let (row, long) = self.find_long(name, text, table)?;
        let argument = match (row.argument, value) {
            (Argument::None, Some(_)) => {
                let words: [&[u8]; 3] = [b"option '--", long, b"' doesn't allow an argument"];
                return Err(self.complaint(&words));
            }
            (Argument::Required, None) => {
                let words: [&[u8]; 3] = [b"option '--", long, b"' requires an argument"];
                Some(self.next_word().ok_or_else(|| self.complaint(&words))?)
            }
            (Argument::None | Argument::Optional, None) => None,
            (Argument::Required | Argument::Optional, Some(value)) => Some(value),
        };
        Ok(Met { id: row.id, argument })
    }

    /// The row `name` spells or abbreviates, and its full name.
    fn find_long<Id: Copy + PartialEq>(
        &self,
        name: &[u8],
        text: &[u8],
        table: &Table<Id>,
    ) -> Result<(&'static Row<Id>, &'static [u8]), Complaint> {
        let named = |row: &'static Row<Id>| row.long.map(|long| (row, long.as_bytes()));
        let mut candidates = Vec::new();
        for (row, long) in table.rows().chain(table.additions).filter_map(named) {
            if long == name {
                return Ok((row, long));
            }
        }
        for (row, long) in table.rows().filter_map(named) {
            if long.starts_with(name) {
                candidates.push((row, long));
            }
        }
        let Some(&first) = candidates.first() else {
            return Err(self.complaint(&[b"unrecognized option '--", text, b"'"]));
        };
        let same = |row: &Row<Id>| row.id == first.0.id && row.argument == first.0.argument;
        if candidates.iter().all(|(row, _)| same(row)) {
            return Ok(first);
        }
        let mut words: Vec<&[u8]> = vec![b"option '--", text, b"' is ambiguous; possibilities:"];
        for (_, long) in candidates {
            words.extend([&b" '--"[..], long, b"'"]);
        }
        Err(self.complaint(&words))
    }

    fn complaint(&self, words: &[&[u8]]) -> Complaint {
        [self.program, b": ", &words.concat(), b"\n"].concat()
    }
}

/// Whether a word (without its dashes) is one of our additions, with or without a value.
fn is_addition<Id>(text: &[u8], table: &Table<Id>) -> bool {
    let name = text.split(|&byte| byte == b'=').next();
    table.additions.iter().any(|row| row.long.map(str::as_bytes) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &[Row<u8>] = &[
        Row::new(b'n', "number", Argument::Required, 1),
        Row::new(b'o', "opt", Argument::Optional, 2),
        Row::new(b'v', "verbose", Argument::None, 3),
        Row::long("verbatim", Argument::None, 4),
    ];
    const ADDITIONS: &[Row<u8>] = &[Row::long("numeric", Argument::None, 5)];
    const TABLE: Table<u8> = Table { parts: &[ROWS], additions: ADDITIONS };

    /// The options met, as text, and the operands.
    fn walk(line: &str, posixly_correct: bool) -> String {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let mut options = Options::new(&args, posixly_correct);
        let mut seen = Vec::new();
        while let Some(met) = options.next(&TABLE) {
            seen.push(match met {
                Ok(met) => format!("{} {:?}", met.id, met.argument.unwrap_or_default()),
                Err(complaint) => String::from_utf8(complaint).unwrap().trim_end().to_owned(),
            });
        }
        format!("{} | {:?}", seen.join("; "), options.operands())
    }

    #[test]
    fn operands_are_passed_over_unless_posix_is_asked_for() {
        assert_eq!(walk("p a -v b -- -v", false), r#"3 "" | ["a", "b", "-v"]"#);
        assert_eq!(walk("p -v a -v", true), r#"3 "" | ["a", "-v"]"#);
        assert_eq!(walk("p - -v", false), r#"3 "" | ["-"]"#);
    }

    #[test]
    fn arguments_are_taken_from_the_same_word_or_the_next() {
        assert_eq!(
            walk("p -vn5 -n -- -ox -o x", false),
            r#"3 ""; 1 "5"; 1 "--"; 2 "x"; 2 "" | ["x"]"#
        );
        assert_eq!(
            walk("p --number=5 --numb 6 --opt --opt= --n=", false),
            r#"1 "5"; 1 "6"; 2 ""; 2 ""; 1 "" | []"#
        );
    }

    #[test]
    fn errors_are_worded_as_glibcs() {
        let cases = [
            ("-z", "p: invalid option -- 'z'"),
            ("-v-", "3 \"\"; p: invalid option -- '-'"),
            ("-n", "p: option requires an argument -- 'n'"),
            ("--number", "p: option '--number' requires an argument"),
            ("--verbose=1", "p: option '--verbose' doesn't allow an argument"),
            ("--foo=1", "p: unrecognized option '--foo=1'"),
            ("--ver", "p: option '--ver' is ambiguous; possibilities: '--verbose' '--verbatim'"),
        ];
        for (word, message) in cases {
            assert_eq!(walk(&format!("p {word}"), false), format!("{message} | []"));
        }
    }

    #[test]
    fn additions_never_disturb_abbreviations() {
        assert_eq!(walk("p --num=5 --numeric", false), r#"1 "5"; 5 "" | []"#);
        assert_eq!(walk("p --numeri", false), "p: unrecognized option '--numeri' | []");
    }

    #[test]
    fn without_long_options_only_additions_are_known() {
        let words = ["p", "--numeric", "--verbose"].map(OsString::from);
        let mut options = Options::short_only(&words, false);
        assert_eq!(options.next(&TABLE), Some(Ok(Met { id: 5, argument: None })));
        assert_eq!(options.next(&TABLE), Some(Err(b"p: invalid option -- '-'\n".to_vec())));
        assert_eq!(options.next(&TABLE), Some(Ok(Met { id: 3, argument: None })));
    }
}
