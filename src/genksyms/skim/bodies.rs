//! Skimming of the bodies of structs, unions and enums.

use super::super::scan::{NAME_START, is};
use super::super::tables::Terminal;
use super::{DEEPEST, LONGEST, Skimmer, Word};
use crate::formats::symtypes::Kind;

impl Skimmer<'_, '_> {
    /// The members of a struct or union, to behind the closing brace.
    pub(super) fn members(&mut self, depth: u32) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let (mut member, mut behind) = (self.place.mark(), self.place.at);
        let mut parentheses = 0_usize;
        loop {
            match self.plain()? {
                b';' if parentheses == 0 => {
                    // Behind a body only what follows it counts; a long body is no harm.
                    (self.place.at - behind < LONGEST).then_some(())?;
                    self.place.at += 1;
                    (member, behind) = (self.place.mark(), self.place.at);
                }
                b'}' => {
                    let end = self.place.at;
                    self.place.go_to(member);
                    let has_ended = self.peek()? == b'}' && self.place.at == end;
                    self.place.at = end + 1;
                    return has_ended.then_some(());
                }
                b'{' if parentheses == 0 => {
                    let open = self.place.at;
                    self.place.go_to(member);
                    self.member_start(depth)?;
                    (self.place.at > open && open - member.at < LONGEST).then_some(())?;
                    behind = self.place.at;
                }
                b'(' => {
                    parentheses += 1;
                    self.place.at += 1;
                }
                b')' => {
                    parentheses = parentheses.checked_sub(1)?;
                    self.place.at += 1;
                }
                b'[' => self.place.brackets(self.source)?,
                b':' if parentheses == 0 => {
                    self.place.at += 1;
                    (self.place.expression(self.source)? != b'}').then_some(())?;
                }
                byte if is(byte, NAME_START) => match self.pass_word() {
                    None => {}
                    Some(Terminal::Attribute) => self.phrase()?,
                    Some(Terminal::Typeof) => self.plain_phrase()?,
                    Some(_) => return None,
                },
                _ => self.odd_blanks()?,
            }
        }
    }

    /// Passes `(…)` after `typeof`, if its end is the same whether the lexer takes it for a phrase,
    /// in which only parentheses count, or leaves a type in it to the parser.
    fn plain_phrase(&mut self) -> Option<()> {
        self.expect(b'(')?;
        let mut depth = 1_usize;
        while depth > 0 {
            match self.plain()? {
                b'(' => {
                    depth += 1;
                    self.place.at += 1;
                }
                b')' => {
                    depth -= 1;
                    self.place.at += 1;
                }
                byte if is(byte, NAME_START) => self.pass_word().is_none().then_some(())?,
                _ => self.odd_blanks()?,
            }
        }
        Some(())
    }

    /// The first words of a member, to behind the body they lead to.
    fn member_start(&mut self, depth: u32) -> Option<()> {
        loop {
            match self.word_here()? {
                Word::Keyword(keyword @ (Terminal::Struct | Terminal::Union | Terminal::Enum)) => {
                    return self.tagged(keyword, depth)?.then_some(());
                }
                Word::Keyword(Terminal::Const | Terminal::Volatile) => {}
                Word::Keyword(_) | Word::Typedef(_) | Word::Name(_) => return None,
            }
        }
    }

    /// The enumerators of an enum, to behind the closing brace.
    pub(super) fn enumerators(&mut self) -> Option<()> {
        loop {
            if !is(self.peek()?, NAME_START) {
                return None;
            }
            let start = self.place.at;
            self.place.at = self.word_end(start);
            let name = self.new_name(start, self.place.at)?;
            let mut end = self.peek()?;
            if end == b'=' {
                self.equals()?;
                end = self.place.expression(self.source)?;
            }
            self.definitions.declare(&name, Kind::EnumConstant);
            match end {
                b',' => self.place.at += 1,
                b'}' => {}
                _ => return None,
            }
            if self.peek()? == b'}' {
                self.place.at += 1;
                return Some(());
            }
        }
    }
}
