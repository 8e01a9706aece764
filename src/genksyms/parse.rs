//! The parser: tables from grammar/declarations.y, driven as upstream's parser is.
//!
//! What is exact here, because results depend on it: a token is read only where the tables ask for
//! one; a state's default reduction runs before an error is seen; recovery goes back to the last
//! state that accepts `error` and drops tokens until one fits; and the stack has a limit.

use super::actions::{Declaration, Enumeration, Stop};
use super::chain::{Chain, Link};
use super::definitions::Scope;
use super::diagnostics::events::{Event, Recovery};
use super::lex::{Lexer, Token};
use super::pass::Place;
use super::session::Session;
use super::tables::{Action, SINCE_614, Terminal, UNTIL_613};
use crate::release::{Genksyms, Language};

/// A right side's length, its left side, and what its reduction does.
pub(super) struct Production {
    /// The nonterminal: where its states begin in the table of gotos.
    pub(super) gotos: u16,
    /// How many symbols are reduced.
    pub(super) length: u8,
    /// The symbol whose value is kept, or `LAST_GIVEN`.
    pub(super) value: u8,
    /// What is done.
    pub(super) action: Action,
}

/// In the place of a symbol whose value is kept: the last one that has a value.
pub(super) const LAST_GIVEN: u8 = u8::MAX;

/// What follows a shift or a reduction: a state, or if it is negative a reduction, which is the
/// production's number with all bits inverted. The latter stands for a state that would do nothing
/// else whatever comes next, and be gone then.
pub(super) type Next = i16;

/// What is added to a `Next` in an action that shifts, so that it is positive. There are fewer
/// productions.
pub(super) const SHIFT: i16 = 256;

/// The automaton of one declaration language.
pub(super) struct Tables {
    /// The first state.
    pub(super) start: Next,
    /// For each state and terminal: the reduction to make; or `SHIFT` plus what follows the shift;
    /// or 0 for an error. Default reductions stand in it already.
    pub(super) actions: &'static [[i16; Terminal::COUNT]],
    /// For each state, whether it needs a token to decide.
    pub(super) reads: &'static [bool],
    /// For each nonterminal and state, what follows a reduction.
    pub(super) gotos: &'static [Next],
    /// The productions by number.
    pub(super) productions: &'static [Production],
}

impl Tables {
    /// What follows a reduction by `production` on top of `state`.
    #[inline]
    fn goto(&self, state: Next, production: &Production) -> Next {
        self.gotos[usize::from(production.gotos) + state as usize]
    }

    /// The state after any number of declarations. The grammar's first rule is the unit.
    fn after_declarations(&self) -> Next {
        self.goto(self.start, &self.productions[0])
    }
}

/// The action that accepts the input.
const ACCEPT: i16 = i16::MAX;

/// The entries at which upstream's stack is full, its first state included.
const STACK_LIMIT: usize = 10_000;

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
type Entry = (Next, Option<Link>);

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
    stack: Vec<Entry>,
    token: Option<Token>,
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
    pub(super) fn new(source: &'s [u8], release: Genksyms, skips_bodies: bool) -> Self {
        let tables = match release.language {
            Language::Until613 => &UNTIL_613,
            Language::Since614 => &SINCE_614,
        };
        Reader {
            tables,
            rest: tables.after_declarations(),
            lexer: Lexer::new(source, release),
            chain: Chain::new(),
            declaration: Declaration::default(),
            enumeration: Enumeration::default(),
            scope: Scope::Everything,
            skips_bodies,
            stack: Vec::new(),
            token: None,
            quiet: 0,
            has_declarations: false,
            unparsed: Vec::new(),
            is_unparsed: false,
        }
    }

    /// Reads one declaration, from rest to rest.
    pub(super) fn declaration(&mut self, session: &mut Session<'s>) -> Result<Outcome, Stop> {
        self.stack.clear();
        self.stack.push((self.tables.start, None));
        session.declaration_start = self.lexer.place().at;
        if self.has_declarations {
            self.stack.push((self.rest, None));
        }
        let tables = self.tables;
        let mut next = self.next();
        // Each turn is one shift, reduction or error.
        loop {
            let action = if next < 0 { next } else { self.action(tables, next, session) };
            let entry = match action {
                reduction @ ..0 => {
                    let production = &tables.productions[!reduction as usize];
                    if production.action == Action::Rename {
                        next = self.rename(tables, production);
                        continue;
                    }
                    match self.reduce(tables, production, session) {
                        Ok(entry) => Some(entry),
                        Err(Stop::SecondName) => self.recover(session),
                        Err(stop) => return Err(stop),
                    }
                }
                0 => self.error(session),
                ACCEPT => {
                    self.ended(session);
                    None
                }
                shift => Some((shift - SHIFT, self.shift(session))),
            };
            let Some(entry) = entry else { return Ok(Outcome::End) };
            self.stack.push(entry);
            if self.stack.len() >= STACK_LIMIT {
                return Ok(self.stack_is_full(session));
            }
            next = entry.0;
            // A declaration ends when what was before it and it are one symbol again.
            if next == self.rest && self.token.is_none() {
                self.end_declaration(session);
                return Ok(Outcome::Declaration);
            }
        }
    }

    /// Goes to a unit that was skimmed, to read just that.
    pub(super) fn begin_unit(&mut self, scope: Scope, place: Place<'s>) {
        self.scope = scope;
        self.has_declarations = true;
        self.token = None;
        self.quiet = 0;
        self.chain.clear();
        self.enumeration.end();
        self.lexer.go_to(place);
    }

    /// Whether the next declaration may as well be skimmed.
    pub(super) fn is_at_rest(&self) -> bool {
        self.token.is_none() && self.lexer.is_at_rest() && self.enumeration.is_at_rest()
    }

    /// What a state asks for, which may depend on the token that comes next.
    #[inline(always)]
    fn action(&mut self, tables: &Tables, state: Next, session: &mut Session<'s>) -> i16 {
        let terminal = match self.token {
            Some(token) => token.terminal,
            // Any terminal: the state does the same on each.
            None if !tables.reads[state as usize] => Terminal::Other,
            None => self.read(session),
        };
        tables.actions[state as usize][terminal as usize]
    }

    /// Takes the token, and gives its value.
    #[inline(always)]
    fn shift(&mut self, session: &mut Session<'s>) -> Option<Link> {
        if self.quiet > 0 {
            self.shift_after_error(session);
        }
        self.token.take().map(|token| token.link)
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

    /// Reduces one symbol to another with the same value. One reduction of four is no more.
    #[inline(always)]
    fn rename(&mut self, tables: &Tables, production: &Production) -> Next {
        let top = self.stack.len() - 1;
        let next = tables.goto(self.stack[top - 1].0, production);
        self.stack[top].0 = next;
        next
    }

    /// Takes a right side off the stack, and gives the entry of its left side.
    #[inline(always)]
    fn reduce(
        &mut self,
        tables: &Tables,
        production: &Production,
        session: &mut Session<'s>,
    ) -> Result<Entry, Stop> {
        let bottom = self.stack.len() - usize::from(production.length);
        if !self.unparsed.is_empty() {
            self.lower_unparsed(bottom);
        }
        if production.action != Action::None
            && let Err(stop) = self.act(production.action, bottom, session)
        {
            self.stack.truncate(bottom);
            return Err(stop);
        }
        let value = match production.value {
            LAST_GIVEN => self.last_given(bottom),
            index => self.value(bottom, usize::from(index)),
        };
        self.stack.truncate(bottom);
        Ok((tables.goto(self.next(), production), value))
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

    /// The value of a symbol of the right side that begins at the stack's entry `bottom`.
    #[inline]
    pub(super) fn value(&self, bottom: usize, index: usize) -> Option<Link> {
        self.stack.get(bottom + index).and_then(|(_, value)| *value)
    }

    /// The value of a symbol of the right side, counted from its last.
    #[inline]
    pub(super) fn value_from_end(&self, index: usize) -> Option<Link> {
        self.stack.iter().nth_back(index).and_then(|(_, value)| *value)
    }

    /// The value of the last symbol of the right side that has one.
    pub(super) fn last_given(&self, bottom: usize) -> Option<Link> {
        self.stack[bottom..].iter().rev().find_map(|(_, value)| *value)
    }

    /// What follows the symbol on top of the stack.
    fn next(&self) -> Next {
        // Invariant: the first state is never popped; `recover` ends the run instead.
        self.stack[self.stack.len() - 1].0
    }

    /// Reads the next token.
    #[inline(never)]
    fn read(&mut self, session: &mut Session<'s>) -> Terminal {
        let may_skip = self.skips_bodies && self.quiet == 0;
        let definitions = &mut session.definitions;
        let token = self.lexer.next(&mut self.chain, definitions, self.scope, may_skip);
        self.token = Some(token);
        token.terminal
    }

    /// Ends the run as upstream does.
    #[cold]
    fn stack_is_full(&self, session: &mut Session<'s>) -> Outcome {
        session.messages.memory_exhausted(self.lexer.location());
        session.note(Event::StackFull(self.lexer.place().at));
        Outcome::End
    }

    /// A token that does not fit. Gives the entry to go on with.
    #[cold]
    fn error(&mut self, session: &mut Session<'s>) -> Option<Entry> {
        if self.quiet == 0 {
            session.messages.syntax_error(self.lexer.location());
        }
        if self.quiet < QUIET_TOKENS {
            self.note_error(session);
        }
        if let Some(token) = self.token.as_mut().filter(|token| token.skipped) {
            let (lexer, definitions) = (&mut self.lexer, &mut session.definitions);
            token.link =
                lexer.read_skipped_body(token.start(), &mut self.chain, definitions, self.scope);
            token.skipped = false;
        }
        if self.quiet == QUIET_TOKENS {
            match self.token.map(|token| token.terminal) {
                Some(Terminal::End) => {
                    self.ended(session);
                    return None;
                }
                _ => self.token = None,
            }
        }
        self.recover(session)
    }

    /// Back to the last state that accepts an error.
    #[cold]
    fn recover(&mut self, session: &mut Session<'s>) -> Option<Entry> {
        self.quiet = QUIET_TOKENS;
        loop {
            let shift = self.tables.actions[self.next() as usize][Terminal::Error as usize];
            if shift > 0 && shift != ACCEPT {
                let link = self.chain.newest();
                if session.events.is_some() {
                    self.note_recovery(shift - SHIFT, session);
                }
                return Some((shift - SHIFT, Some(link)));
            }
            self.stack.pop();
            if self.stack.is_empty() {
                return None;
            }
        }
    }

    /// For the diagnostics: the token that does not fit.
    fn note_error(&self, session: &mut Session<'s>) {
        let Some(token) = self.token else { return };
        let declaration = session.declaration_start;
        let declared = session.declared_last.filter(|_| token.terminal != Terminal::Braces);
        let is_secondary = self.quiet > 0;
        let start = token.start();
        session.note(Event::SyntaxError { start, declaration, declared, is_secondary });
    }

    /// For the diagnostics: where the parser goes on, `state` being the one after the error.
    fn note_recovery(&mut self, state: Next, session: &mut Session<'s>) {
        // Below a declaration there are the first state, what was read before, and its beginning.
        let outermost = if self.has_declarations { 3 } else { 2 };
        // Invariant: in the grammar a terminal follows each `error`, so what follows is a state.
        let accepts = |terminal| self.tables.actions[state as usize][terminal as usize] > 0;
        let place = match self.stack.len() {
            depth if depth <= outermost => Recovery::Declaration,
            _ if accepts(Terminal::CloseParenthesis) => Recovery::Parentheses,
            _ if accepts(Terminal::CloseBrace) => Recovery::FirstMember,
            _ => Recovery::Member,
        };
        // Recovery is repeated for every token that is passed over.
        if let Some([.., Event::SyntaxError { .. }]) = session.events.as_deref() {
            session.note(Event::Recovery(place));
        }
        let depth = self.stack.len();
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
        if let Some(token) = self.token {
            session.note(Event::Ended { start: token.start(), at: self.lexer.place().at });
        }
    }
}
