//! Expansions that are remembered: those of macros such as `inline`, which stands in a translation unit
//! of the kernel six thousand times, and each time expands to four other macros.

use super::declaration::Declaration;
use super::expand::note_blank;
use super::host::Host;
use super::names::Id;
use super::print::would_join;
use super::state::{Remembered, State};
use super::token::{Kind, Punctuator, Token};
use super::unusual::Usual;

/// How often a macro is expanded before its expansion is remembered.
const USES: u8 = 3;

/// How many names may decide what an expansion is.
const MOST_NAMES: usize = 24;

impl<H: Host> State<'_, H> {
    /// Where the expansion of the macro `which` is remembered, if it is, and still the same. `name` stands
    /// in the file, outside of all expansions.
    pub(super) fn remembered(&mut self, name: Token, which: u32) -> Usual<Option<usize>> {
        let memory = &mut self.definitions[which as usize].memory;
        if memory.uses < USES {
            memory.uses += 1;
            if memory.uses < USES {
                return Ok(None);
            }
            self.remember(name, which)?;
        }
        let Some(place) = self.definitions[which as usize].memory.place.checked_sub(1) else {
            return Ok(None);
        };
        let place = place as usize;
        let is_same = (0..self.remembered[place].names.len()).all(|at| {
            let (name, which) = self.remembered[place].names[at];
            self.defined(name) == which
        });
        Ok(is_same.then_some(place))
    }

    /// Remembers the expansion of a macro, if it is one that depends on nothing but names.
    fn remember(&mut self, name: Token, which: u32) -> Usual<()> {
        let mut names = vec![(name.id, which)];
        if !self.is_constant(which, &mut names) {
            return Ok(());
        }
        let mut remembered = Remembered { names, tokens: Vec::new(), text: Vec::new() };
        let mut blank = None;
        for token in self.expanded(&[name])? {
            if token.kind == Kind::BORDER {
                note_blank(&mut blank, token);
                continue;
            }
            let after_blank = blank.take().unwrap_or(token.after_blank());
            let spelling = self.names.spelling(token.id);
            if let (Some(before), Some(&last)) = (remembered.tokens.last(), remembered.text.last())
                && (after_blank || would_join((before.kind, last), (token.kind, spelling)))
            {
                remembered.text.push(b' ');
            }
            remembered.text.extend_from_slice(spelling);
            remembered.tokens.push(token);
        }
        if remembered.tokens.is_empty() {
            return Ok(());
        }
        self.remembered.push(remembered);
        self.definitions[which as usize].memory.place = self.remembered.len() as u32;
        Ok(())
    }

    /// Whether an expansion is the same wherever it stands while the definitions of its names are the
    /// same; these are added to the list.
    fn is_constant(&mut self, which: u32, names: &mut Vec<(Id, u32)>) -> bool {
        let definition = self.definitions[which as usize];
        let traits = definition.traits;
        if traits.is_function
            || traits.pastes
            || traits.unusual.is_some()
            || definition.builtin.is_some()
        {
            return false;
        }
        for token in definition.body() {
            match token.kind {
                Kind::NAME if token.id == Id::PRAGMA => return false,
                Kind::NAME => {
                    let inner = self.defined(token.id);
                    if names.contains(&(token.id, inner)) {
                        continue;
                    }
                    names.push((token.id, inner));
                    let is_known = inner == 0 || self.is_constant(inner, names);
                    if names.len() > MOST_NAMES || !is_known {
                        return false;
                    }
                }
                Kind::PUNCTUATOR if token.is(Punctuator::OPEN_BRACE) => return false,
                Kind::PUNCTUATOR | Kind::NUMBER | Kind::STRING | Kind::CHAR => {}
                _ => return false,
            }
        }
        true
    }

    /// Prints a remembered expansion of a name on a line of the present file.
    pub(super) fn print_remembered(
        &mut self,
        place: usize,
        name: Token,
        line: u32,
        declaration: &mut Declaration,
    ) {
        let remembered = &self.remembered[place];
        let (first, last) = match remembered.tokens.as_slice() {
            [first, .., last] => (*first, *last),
            [only] => (*only, *only),
            [] => return,
        };
        self.out.tokens((first, last), &remembered.text, name.after_blank(), line);
        for token in &remembered.tokens {
            // None of them is a brace.
            declaration.opens_body(*token);
        }
    }
}
