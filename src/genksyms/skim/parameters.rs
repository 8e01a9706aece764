//! Skimming of parameter lists: flat ones without a look at their words, others checked.

use super::super::scan::{NAME_START, is};
use super::super::skip::Mark;
use super::{DEEPEST, LONGEST, Skimmer, Specifiers, Word};
use crate::release::TypedefNames;

impl Skimmer<'_, '_> {
    /// A parameter list, from its opening to behind its closing parenthesis.
    pub(super) fn parameters(&mut self) -> Option<()> {
        let start = self.place.mark();
        if !self.flat_parameters()? {
            self.place.go_to(start);
            self.checked_parameters(0)?;
        }
        Some(())
    }

    /// A list without nested parentheses, whose words need not be known; `false` if it is no such.
    #[inline(always)]
    pub(super) fn flat_parameters(&mut self) -> Option<bool> {
        let start = self.place.at;
        self.place.at += 1;
        loop {
            match self.plain()? {
                b')' => {
                    let list = &self.source[start..self.place.at];
                    self.place.at += 1;
                    (self.place.at - start < LONGEST).then_some(())?;
                    return Some(!ends_in_tag_keyword(list));
                }
                b'(' => return Some(false),
                b'[' => self.place.brackets(self.source)?,
                byte if is(byte, NAME_START) => {
                    // It could take in all that follows.
                    if self.pass_word().is_some() {
                        return Some(false);
                    }
                }
                _ => return Some(false),
            }
        }
    }

    /// In releases where an error in the parameters of a function's definition has consequences,
    /// makes sure that there is none.
    pub(super) fn check_definition(&mut self, parameters: Mark) -> Option<()> {
        match self.release.typedef_names {
            TypedefNames::Always => Some(()),
            TypedefNames::UntilTypeSpecifier => {
                let body = self.place.mark();
                self.place.go_to(parameters);
                self.checked_parameters(0)?;
                self.place.go_to(body);
                Some(())
            }
        }
    }

    /// A parameter list in which all is as the grammar has it.
    fn checked_parameters(&mut self, depth: u32) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        self.place.at += 1;
        if self.peek()? == b')' {
            self.place.at += 1;
            return Some(());
        }
        loop {
            if self.source[self.place.at..].starts_with(b"...") {
                self.place.at += 3;
                return self.expect(b')');
            }
            self.parameter(depth)?;
            match self.peek()? {
                b',' => self.place.at += 1,
                b')' => {
                    self.place.at += 1;
                    return Some(());
                }
                _ => return None,
            }
            self.peek()?;
        }
    }

    /// One parameter.
    pub(super) fn parameter(&mut self, depth: u32) -> Option<()> {
        let mut found = Specifiers::default();
        // A body could declare something; none is expected.
        self.specifiers(&mut found, DEEPEST)?;
        if !found.has_type {
            return None;
        }
        if found.name.is_none() {
            self.pointers()?;
            match self.peek()? {
                b'(' => return self.pointer_parameter(depth),
                byte if is(byte, NAME_START) => match self.word() {
                    Word::Name(_) => {}
                    Word::Typedef(_) | Word::Keyword(_) => return None,
                },
                _ => {}
            }
        }
        while self.peek()? == b'[' {
            self.place.brackets(self.source)?;
        }
        Some(())
    }

    /// A parameter that points to a function or array: `(*name)(…)`.
    fn pointer_parameter(&mut self, depth: u32) -> Option<()> {
        self.place.at += 1;
        if self.peek()? != b'*' {
            return None;
        }
        self.pointers()?;
        if is(self.peek()?, NAME_START) {
            let Word::Name(_) = self.word() else { return None };
        }
        while self.peek()? == b'[' {
            self.place.brackets(self.source)?;
        }
        self.expect(b')')?;
        match self.peek()? {
            b'(' => self.checked_parameters(depth + 1),
            b'[' => self.place.brackets(self.source),
            _ => None,
        }
    }
}

/// Whether the last word is `struct`, `union` or `enum`: to the lexer, a brace that comes soon after
/// it opens no function's body.
#[inline(always)]
fn ends_in_tag_keyword(list: &[u8]) -> bool {
    let list = list.trim_ascii_end();
    matches!(list.last(), Some(b't' | b'n' | b'm'))
        && [&b"struct"[..], b"union", b"enum"].iter().any(|keyword| list.ends_with(keyword))
}
