//! The parser: tables from grammar/declarations.y, driven as upstream's parser is.
//!
//! What is exact here, because results depend on it: a token is read only where the tables ask for
//! one; a state's default reduction runs before an error is seen; recovery goes back to the last
//! state that accepts `error` and drops tokens until one fits; and the stack has a limit.

use std::ops::Range;

use super::actions::{Declaration, Enumeration, Stop};
use super::chain::{Chain, Link};
use super::definitions::Scope;
use super::diagnostics::events::{Event, Recovery};
use super::lex::Lexer;
use super::session::Session;
use super::skip::Place;
use super::tables::{Action, SINCE_70, SINCE_614, Terminal, UNTIL_613};
use crate::release::{Genksyms, Language};

/// A right side's length, its left side, and what its reduction does.
#[derive(Clone, Copy)]
pub(super) struct Production {
    /// The nonterminal.
    pub(super) left: u8,
    /// How many symbols are reduced.
    pub(super) length: u8,
    /// The symbol whose value is kept, or `LAST_GIVEN`, or `NOT_GIVEN`.
    pub(super) value: u8,
    /// How far the stack grows: by the left side of an empty reduction, or by those of empty
    /// reductions that are made in one with this. (What they put there is not counted in `length`.)
    pub(super) peak: u8,
    /// What is done.
    pub(super) action: Action,
}

/// In the place of a symbol whose value is kept: the last one that has a value.
pub(super) const LAST_GIVEN: u8 = u8::MAX;

/// In the place of a symbol whose value is kept: there is none.
pub(super) const NOT_GIVEN: u8 = u8::MAX - 1;

/// What follows a shift or a reduction: a state, or if it is negative a reduction, which is the
/// production's number with all bits inverted. The latter stands for a state that would do nothing
/// else whatever comes next, and be gone then.
pub(super) type Next = i16;

/// What is added to a `Next` in an action that shifts, so that it is positive. There are fewer
/// productions.
pub(super) const SHIFT: i16 = 256;

/// How many states, and how many productions, a table has room for. Whatever byte stands for one,
/// it is in the table, and need not be checked.
pub(super) const ROOM: usize = 256;

/// How many nonterminals a table has room for.
pub(super) const NONTERMINALS: usize = 64;

/// The automaton of one declaration language.
pub(super) struct Tables {
    /// The first state.
    pub(super) start: Next,
    /// For each state and terminal: the reduction to make; or `SHIFT` plus what follows the shift;
    /// or 0 for an error. Default reductions stand in it already. While no token is read, it is the
    /// reduction to make whatever comes next, or `READ`, or `MEMBER`.
    pub(super) actions: [[i16; Terminal::COUNT]; ROOM],
    /// For each nonterminal and state, what follows a reduction.
    pub(super) gotos: [[Next; ROOM]; NONTERMINALS],
    /// The productions by number.
    pub(super) productions: [Production; ROOM],
    /// The nonterminal of a member of a struct.
    pub(super) member: u8,
}

/// A table of greater size, filled up with its first entry.
pub(super) const fn filled<T: Copy, const N: usize, const M: usize>(table: &[T; N]) -> [T; M] {
    let mut filled = [table[0]; M];
    let mut index = 0;
    while index < N {
        filled[index] = table[index];
        index += 1;
    }
    filled
}

impl Tables {
    /// What a state does on each terminal.
    #[inline(always)]
    fn row(&self, state: Next) -> &[i16; Terminal::COUNT] {
        &self.actions[usize::from(state as u8)]
    }

    /// The production of a reduction.
    #[inline(always)]
    fn production(&self, reduction: i16) -> &Production {
        &self.productions[usize::from(!reduction as u8)]
    }

    /// What follows a reduction by `production` on top of `state`.
    #[inline(always)]
    fn goto(&self, state: Next, production: &Production) -> Next {
        self.gotos[usize::from(production.left)][usize::from(state as u8)]
    }

    /// The state after any number of declarations. The grammar's first rule is the unit.
    fn after_declarations(&self) -> Next {
        self.goto(self.start, &self.productions[0])
    }
}

/// The action that accepts the input.
const ACCEPT: i16 = i16::MAX;

/// The action of a state that needs a token to decide.
const READ: i16 = i16::MAX - 1;

/// The same where a member may begin.
const MEMBER: i16 = i16::MAX - 2;

/// The entries of a new stack. Few declarations need more.
const STACK_START: usize = 64;

/// The entries at which upstream's stack is full, its first state included.
const STACK_LIMIT: usize = 10_000;

/// More than a plain member takes of the stack. Where it is nearly full, each token counts.
const MEMBER_ROOM: usize = 64;

/// How many tokens must be shifted after an error before the next one is reported.
const QUIET_TOKENS: u8 = 3;

/// How reading one declaration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is complete, recovered from errors perhaps, and no token of the next one is read.
    Declaration,
    /// The input has ended, or nothing after this point counts.
    End,
}

/// An entry of the parser's stack: the value of a symbol, and what follows it. Below another entry
/// that is a state.
pub(super) type Entry = (Next, Option<Link>);

/// Reads declarations and does what they say, from the beginning of the input or of a unit.
pub(super) struct Reader<'s> {
    tables: &'static Tables,
    /// The state between declarations.
    rest: Next,
    /// Where the tokens come from.
    pub(super) lexer: Lexer<'s>,
    /// The tokens of the declaration at hand.
    pub(super) chain: Chain,
    /// What is known of the declaration at hand.
    pub(super) declaration: Declaration,
    /// What is known of the enum at hand.
    pub(super) enumeration: Enumeration,
    /// What the reader sees of the table, and what it does to it.
    pub(super) scope: Scope,
    /// Whether bodies of functions are passed over.
    skips_bodies: bool,
    /// Room for the stack, kept between declarations.
    stack: Vec<Entry>,
    /// The token that is read, but not shifted, or `Unread`. Its value is the chain's newest link:
    /// no reduction adds to that end.
    pub(super) token: Terminal,
    /// Tokens still to be shifted until errors are reported again.
    quiet: u8,
    /// A declaration has been read, or skimmed.
    pub(super) has_declarations: bool,
    /// The stack's entries that hold text kept unparsed after an error, lowest first. Only the
    /// diagnostics ask; without them it stays empty.
    unparsed: Vec<usize>,
    /// The right side being reduced holds such text.
    pub(super) is_unparsed: bool,
}

impl<'s> Reader<'s> {
    /// A reader at the beginning of `source`.
    pub(super) fn new(
        source: &'s [u8],
        release: Genksyms,
        skips_bodies: bool,
        records: bool,
    ) -> Self {
        let tables = match release.language {
            Language::Until613 => &UNTIL_613,
            Language::Since614 => &SINCE_614,
            Language::Since70 => &SINCE_70,
        };
        Reader {
            tables,
            rest: tables.after_declarations(),
            lexer: Lexer::new(source, release, records),
            token: Terminal::Unread,
            chain: Chain::new(),
            declaration: Declaration::default(),
            enumeration: Enumeration::default(),
            scope: Scope::Everything,
            skips_bodies,
            stack: vec![(0, None); STACK_START],
            quiet: 0,
            has_declarations: false,
            unparsed: Vec::new(),
            is_unparsed: false,
        }
    }

    /// Reads one declaration, from rest to rest.
    pub(super) fn declaration(&mut self, session: &mut Session<'s>) -> Result<Outcome, Stop> {
        let mut stack = std::mem::take(&mut self.stack);
        let outcome = self.parse(&mut stack, session);
        self.stack = stack;
        outcome
    }

    /// Drives the tables through one declaration.
    #[inline]
    fn parse(
        &mut self,
        stack: &mut Vec<Entry>,
        session: &mut Session<'s>,
    ) -> Result<Outcome, Stop> {
        session.declaration_start = self.lexer.place().at;
        let tables = self.tables;
        // How many entries the stack has. Invariant: there is room for one more.
        let mut top = 1;
        let mut next = tables.start;
        stack[0] = (next, None);
        if self.has_declarations {
            (next, top) = (self.rest, 2);
            stack[1] = (next, None);
        }
        // Each turn is one shift, reduction or error.
        loop {
            let mut action = next;
            if next >= 0 {
                let row = tables.row(next);
                action = row[self.token as usize];
                if matches!(action, MEMBER | READ) {
                    if action == MEMBER && top < STACK_LIMIT - MEMBER_ROOM {
                        if let Some(member) = self.plain_member(session) {
                            let follows = &tables.gotos[usize::from(tables.member)];
                            next = follows[usize::from(next as u8)];
                            (stack[top], top) = ((next, Some(member)), top + 1);
                            if !has_room(stack, top) {
                                return Ok(self.stack_is_full(session));
                            }
                            continue;
                        }
                        if self.token != Terminal::Unread {
                            continue;
                        }
                    }
                    action = row[self.read(session) as usize];
                }
            }
            if action < 0 {
                let production = tables.production(action);
                if !has_room(stack, top + usize::from(production.peak)) {
                    return Ok(self.stack_is_full(session));
                }
                if production.action == Action::Rename {
                    // One symbol becomes another with the same value. One reduction of two is no
                    // more.
                    next = tables.goto(stack[top - 2].0, production);
                    stack[top - 1].0 = next;
                    continue;
                }
                let bottom = top - usize::from(production.length);
                match self.reduce(production, stack, bottom..top, session) {
                    Ok(()) => {
                        next = tables.goto(stack[bottom - 1].0, production);
                        (stack[bottom].0, top) = (next, bottom + 1);
                    }
                    Err(Stop::SecondName) => match self.recover(stack, bottom, session) {
                        Some(found) => (next, top) = found,
                        None => return Ok(Outcome::End),
                    },
                    Err(stop) => return Err(stop),
                }
                // A declaration ends when what was before it and it are one symbol again.
                if next == self.rest && self.token == Terminal::Unread {
                    self.end_declaration(session);
                    return Ok(Outcome::Declaration);
                }
                continue;
            }
            if action > 0 && action < READ {
                next = action - SHIFT;
                (stack[top], top) = ((next, Some(self.shift(session))), top + 1);
            } else {
                match self.error(action, stack, top, session) {
                    Some(found) => (next, top) = found,
                    None => return Ok(Outcome::End),
                }
            }
            if !has_room(stack, top) {
                return Ok(self.stack_is_full(session));
            }
        }
    }

    /// Goes to a unit that was skimmed, to read just that.
    pub(super) fn begin_unit(&mut self, scope: Scope, place: Place<'s>) {
        self.scope = scope;
        self.has_declarations = true;
        self.token = Terminal::Unread;
        self.quiet = 0;
        self.chain.clear();
        self.enumeration.end();
        self.lexer.go_to(place);
    }

    /// Whether no error bears on what is read next, nor would anybody be told of it.
    pub(super) fn is_quiet(&self, session: &Session<'s>) -> bool {
        self.quiet == 0 && self.unparsed.is_empty() && session.events.is_none()
    }

    /// Whether the next declaration may as well be skimmed.
    pub(super) fn is_at_rest(&self) -> bool {
        self.token == Terminal::Unread && self.lexer.is_at_rest() && self.enumeration.is_at_rest()
    }

    /// Takes the token, and gives its value.
    #[inline(always)]
    fn shift(&mut self, session: &mut Session<'s>) -> Link {
        if self.quiet > 0 {
            self.shift_after_error(session);
        }
        self.token = Terminal::Unread;
        self.chain.newest()
    }

    /// One token less until errors are reported again.
    #[cold]
    fn shift_after_error(&mut self, session: &mut Session<'s>) {
        if self.quiet == QUIET_TOKENS {
            // The first token after an error: the one at which parsing goes on.
            session.note(Event::Resumed(self.lexer.place().at));
        }
        self.quiet -= 1;
    }

    /// Does what a reduction of the stack's entries `right` asks for, and puts its value in the
    /// place of the first of them.
    #[inline(always)]
    fn reduce(
        &mut self,
        production: &Production,
        stack: &mut [Entry],
        right: Range<usize>,
        session: &mut Session<'s>,
    ) -> Result<(), Stop> {
        let bottom = right.start;
        if !self.unparsed.is_empty() {
            self.lower_unparsed(bottom);
        }
        if production.action != Action::None {
            self.act(production.action, &stack[right.clone()], session)?;
        }
        stack[bottom].1 = match production.value {
            0 => return Ok(()),
            LAST_GIVEN => last_given(&stack[right]),
            NOT_GIVEN => None,
            index => stack[bottom + usize::from(index)].1,
        };
        Ok(())
    }

    /// The declaration at hand is complete.
    fn end_declaration(&mut self, session: &mut Session<'s>) {
        self.has_declarations = true;
        self.chain.clear();
        if !self.unparsed.is_empty() {
            (self.unparsed, self.is_unparsed) = (Vec::new(), false);
        }
        session.declared_last = None;
    }

    /// Reads the next token.
    #[inline(always)]
    pub(super) fn read(&mut self, session: &mut Session<'s>) -> Terminal {
        let may_skip = self.skips_bodies && self.quiet == 0;
        let definitions = &mut session.definitions;
        self.token = self.lexer.next(&mut self.chain, definitions, self.scope, may_skip);
        self.token
    }

    /// Ends the run as upstream does.
    #[cold]
    fn stack_is_full(&self, session: &mut Session<'s>) -> Outcome {
        session.messages.memory_exhausted(self.lexer.location());
        session.note(Event::StackFull(self.lexer.place().at));
        Outcome::End
    }

    /// A token that does not fit, or the end of what does. Gives what to go on with, as `recover`.
    #[cold]
    fn error(
        &mut self,
        action: i16,
        stack: &mut [Entry],
        top: usize,
        session: &mut Session<'s>,
    ) -> Option<(Next, usize)> {
        if action == ACCEPT {
            self.ended(session);
            return None;
        }
        if self.quiet == 0 {
            session.messages.syntax_error(self.lexer.location());
        }
        if self.quiet < QUIET_TOKENS {
            self.note_error(session);
        }
        if self.token != Terminal::Unread {
            let definitions = &mut session.definitions;
            self.lexer.read_skipped_body(&mut self.chain, definitions, self.scope);
        }
        if self.quiet == QUIET_TOKENS {
            if self.token == Terminal::End {
                self.ended(session);
                return None;
            }
            self.token = Terminal::Unread;
        }
        self.recover(stack, top, session)
    }

    /// Back to the last state that accepts an error, among the stack's first `top` entries. Puts the
    /// error there; gives what follows it, and how many entries there are then.
    #[cold]
    fn recover(
        &mut self,
        stack: &mut [Entry],
        mut top: usize,
        session: &mut Session<'s>,
    ) -> Option<(Next, usize)> {
        self.quiet = QUIET_TOKENS;
        while top > 0 {
            let shift = self.tables.row(stack[top - 1].0)[Terminal::Error as usize];
            if shift > 0 && shift != ACCEPT {
                let next = shift - SHIFT;
                if session.events.is_some() {
                    self.note_recovery(next, top, session);
                }
                stack[top] = (next, Some(self.chain.newest()));
                return Some((next, top + 1));
            }
            top -= 1;
        }
        None
    }

    /// For the diagnostics: the token that does not fit.
    fn note_error(&self, session: &mut Session<'s>) {
        if self.token == Terminal::Unread {
            return;
        }
        let declaration = session.declaration_start;
        let declared = session.declared_last.filter(|_| self.token != Terminal::Braces);
        let is_secondary = self.quiet > 0;
        let start = self.lexer.start();
        session.note(Event::SyntaxError { start, declaration, declared, is_secondary });
    }

    /// For the diagnostics: where the parser goes on, `state` being the one after the error.
    /// `depth` is how high the stack is there.
    fn note_recovery(&mut self, state: Next, depth: usize, session: &mut Session<'s>) {
        // Below a declaration there are the first state, what was read before, and its beginning.
        let outermost = if self.has_declarations { 3 } else { 2 };
        // Invariant: in the grammar a terminal follows each `error`, so what follows is a state.
        let accepts = |terminal| self.tables.row(state)[terminal as usize] > 0;
        let place = match depth {
            _ if depth <= outermost => Recovery::Declaration,
            _ if accepts(Terminal::CloseParenthesis) => Recovery::Parentheses,
            _ if accepts(Terminal::CloseBrace) => Recovery::FirstMember,
            _ => Recovery::Member,
        };
        // Recovery is repeated for every token that is passed over.
        if let Some([.., Event::SyntaxError { .. }]) = session.events.as_deref() {
            session.note(Event::Recovery(place));
        }
        self.unparsed.retain(|entry| *entry < depth);
        self.is_unparsed = false;
        if place != Recovery::Declaration {
            self.unparsed.push(depth);
        }
    }

    /// For the diagnostics: what is reduced from entry `bottom` on holds the unparsed text in it.
    fn lower_unparsed(&mut self, bottom: usize) {
        self.is_unparsed = self.unparsed.last().is_some_and(|entry| *entry >= bottom);
        if self.is_unparsed {
            self.unparsed.retain(|entry| *entry < bottom);
            self.unparsed.push(bottom);
        }
    }

    /// For the diagnostics: the parser has seen the end of the input.
    fn ended(&self, session: &mut Session<'s>) {
        if self.token != Terminal::Unread {
            let (start, at) = (self.lexer.start(), self.lexer.place().at);
            session.note(Event::Ended { start, at });
        }
    }
}

/// Whether a stack may have `height` entries. Makes room for one more than that.
#[inline(always)]
fn has_room(stack: &mut Vec<Entry>, height: usize) -> bool {
    height < stack.len() || grow(stack, height)
}

/// Makes the stack's room greater, if it is not at its limit.
#[cold]
fn grow(stack: &mut Vec<Entry>, height: usize) -> bool {
    stack.resize(STACK_LIMIT.min(stack.len() * 2), (0, None));
    height < stack.len()
}

/// The value of a symbol of a right side.
#[inline]
pub(super) fn value(right: &[Entry], index: usize) -> Option<Link> {
    right.get(index).and_then(|(_, value)| *value)
}

/// The value of a symbol of a right side, counted from its last.
#[inline]
pub(super) fn from_end(right: &[Entry], index: usize) -> Option<Link> {
    right.iter().nth_back(index).and_then(|(_, value)| *value)
}

/// The value of the last symbol of a right side that has one.
#[inline]
fn last_given(right: &[Entry]) -> Option<Link> {
    right.iter().rev().find_map(|(_, value)| *value)
}
