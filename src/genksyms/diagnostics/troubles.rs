//! Turns events into troubles: what went wrong, grouped by cause, and which exports it affects.

use std::ops::Range;

use super::events::{Event, Recovery};
use super::lines;
use crate::genksyms::interner::WordId;
use crate::genksyms::symbol_id::SymbolId;

/// An export with a CRC.
#[derive(Debug)]
pub(super) struct Export {
    /// What is exported.
    pub(super) symbol: SymbolId,
    /// Where its statement is.
    pub(super) at: usize,
    /// All that its expansion reached.
    pub(super) trail: Vec<SymbolId>,
}

/// One token that does not fit, and how the parser got over it.
#[derive(Clone, Debug)]
pub(super) struct Misfit {
    /// Where the token begins.
    pub(super) start: usize,
    /// Where its declaration begins.
    pub(super) declaration: usize,
    /// What is declared by the text before it.
    pub(super) declared: Option<SymbolId>,
    /// What became of the text that was passed over.
    pub(super) recovery: Recovery,
    /// The end of the token at which parsing goes on, or of the input.
    pub(super) until: usize,
    /// Whether there was such a token.
    pub(super) is_resumed: bool,
}

/// What stopped the parser or made it pass over text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A token that does not fit.
    Token,
    /// A byte at which upstream sees the end of its input.
    Byte(usize),
    /// Something that is opened at this offset and never closed.
    Unclosed(usize),
    /// The input ends in a declaration.
    CutOff,
    /// The parser's stack is full.
    StackFull(usize),
}

/// A cause and all misfits that follow from it.
#[derive(Debug)]
pub(super) struct Trouble {
    /// What it was.
    pub(super) cause: Cause,
    /// The first is the one to be shown.
    pub(super) misfits: Vec<Misfit>,
    /// The symbols whose text holds what was passed over.
    pub(super) unparsed: Vec<SymbolId>,
}

impl Trouble {
    /// The stretches of source that were passed over, one for each declaration, from its beginning.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let declarations = self.misfits.chunk_by(|one, next| one.declaration == next.declaration);
        declarations.map(|misfits| {
            let start = misfits[0].declaration;
            misfits.iter().fold(start..start, |range, misfit| start..range.end.max(misfit.until))
        })
    }

    /// The symbols that were recorded when the rest of their declaration was passed over.
    pub(super) fn cut_off(&self) -> impl Iterator<Item = SymbolId> {
        let misfits = self.misfits.iter().filter(|_| self.cause == Cause::Token);
        let skipped = misfits.filter(|misfit| misfit.recovery == Recovery::Declaration);
        skipped.filter_map(|misfit| misfit.declared)
    }
}

/// All that the events show.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    /// Text that was passed over, by its cause.
    pub(super) troubles: Vec<Trouble>,
    /// Exports with a CRC.
    pub(super) exports: Vec<Export>,
    /// Exports without a declaration.
    pub(super) undeclared: Vec<(WordId, usize)>,
    /// Tags that exports reached without a definition.
    pub(super) unknown: Vec<SymbolId>,
    /// Second definitions, and where they are.
    pub(super) redefined: Vec<(SymbolId, usize)>,
    /// The offset by which a declaration was named last, and that of its first token.
    declaration: Option<(usize, usize)>,
}

impl Troubles {
    /// Sorts the events.
    pub(super) fn new(source: &[u8], events: Vec<Event>) -> Self {
        let mut troubles = Self::default();
        for event in events {
            troubles.take(source, event);
        }
        troubles
    }

    /// Sorts one event.
    fn take(&mut self, source: &[u8], event: Event) {
        match event {
            Event::SyntaxError { start, declaration, declared, is_secondary } => {
                let declaration = self.first_token(source, declaration);
                let (recovery, until) = (Recovery::Declaration, source.len());
                let is_resumed = false;
                let misfit = Misfit { start, declaration, declared, recovery, until, is_resumed };
                self.misfit(source, misfit, is_secondary);
            }
            Event::Recovery(recovery) => {
                self.last_misfit(|misfit| misfit.recovery = recovery);
            }
            Event::Resumed(until) => {
                self.last_misfit(|misfit| (misfit.until, misfit.is_resumed) = (until, true));
            }
            Event::Ended { start, at } => self.ended(source, start, at),
            Event::StackFull(at) => self.stop(source, Cause::StackFull(at), at),
            Event::Unparsed(symbol, declaration) => self.unparsed(source, symbol, declaration),
            Event::Redefined(symbol, at) => {
                let at = self.first_token(source, at);
                self.redefined.push((symbol, at));
            }
            Event::Unknown(symbol) => self.unknown.push(symbol),
            Event::Undeclared(name, at) => {
                let at = self.first_token(source, at);
                self.undeclared.push((name, at));
            }
            Event::Exported(symbol, at, trail) => {
                let at = self.first_token(source, at);
                self.exports.push(Export { symbol, at, trail });
            }
        }
    }

    /// The first token of the declaration that is named by an offset. Many events in a row are of
    /// one declaration, and what is before it may be long.
    fn first_token(&mut self, source: &[u8], declaration: usize) -> usize {
        let known = self.declaration.filter(|(offset, _)| *offset == declaration);
        let found = || (declaration, lines::token(source, declaration).start);
        self.declaration.insert(known.unwrap_or_else(found)).1
    }

    /// A token that does not fit: it has a cause of its own, or follows from the misfit before.
    fn misfit(&mut self, source: &[u8], misfit: Misfit, is_secondary: bool) {
        if let Some(trouble) = self.troubles.last_mut()
            && let Some(before) = trouble.misfits.last_mut()
        {
            if !before.is_resumed {
                before.until = before.until.min(misfit.start.max(before.start));
            }
            // A brace that closes nothing was opened in text that was passed over.
            let closes =
                misfit.start == misfit.declaration && source.get(misfit.start) == Some(&b'}');
            if is_secondary || before.declaration == misfit.declaration || closes {
                trouble.misfits.push(misfit);
                return;
            }
        }
        let (cause, misfits) = (Cause::Token, vec![misfit]);
        self.troubles.push(Trouble { cause, misfits, unparsed: Vec::new() });
    }

    /// Changes the last misfit.
    fn last_misfit(&mut self, change: impl FnOnce(&mut Misfit)) {
        if let Some(misfit) = self.troubles.last_mut().and_then(|t| t.misfits.last_mut()) {
            change(misfit);
        }
    }

    /// The parser saw the end of the input: was it there?
    fn ended(&mut self, source: &[u8], start: usize, at: usize) {
        let is_stop = |byte: Option<&u8>| matches!(byte, Some(0 | 0x80..));
        if is_stop(source.get(start)) {
            self.stop(source, Cause::Byte(start), start);
        } else if at > start && source.get(at - 1) == Some(&0) {
            self.stop(source, Cause::Byte(at - 1), start);
        } else if start < source.len() {
            self.stop(source, Cause::Unclosed(start), start);
        } else if let Some(trouble) = self.troubles.last_mut()
            && let [misfit] = &trouble.misfits[..]
            && misfit.start == start
        {
            if misfit.declaration == start {
                // There is nothing at all between the last declaration and the end.
                self.troubles.pop();
            } else {
                trouble.cause = Cause::CutOff;
            }
        }
    }

    /// The rest of the input is not read. The misfit that is the end itself says no more.
    fn stop(&mut self, source: &[u8], cause: Cause, start: usize) {
        if let Some(trouble) = self.troubles.last_mut()
            && trouble.misfits.len() == 1
            && trouble.misfits[0].start == start
        {
            trouble.cause = cause;
            return;
        }
        let (recovery, until) = (Recovery::Declaration, source.len());
        let misfit = Misfit {
            start,
            declaration: start,
            declared: None,
            recovery,
            until,
            is_resumed: false,
        };
        self.troubles.push(Trouble { cause, misfits: vec![misfit], unparsed: Vec::new() });
    }

    /// A symbol's text holds what was passed over in this declaration.
    fn unparsed(&mut self, source: &[u8], symbol: SymbolId, declaration: usize) {
        let declaration = self.first_token(source, declaration);
        for trouble in self.troubles.iter_mut().rev() {
            // The last of them first: the declaration that ends here is one of the last.
            let is_same = |misfit: &Misfit| misfit.declaration == declaration;
            let mut misfits = trouble.misfits.iter().rev();
            if !misfits.by_ref().take_while(|m| m.declaration >= declaration).any(is_same) {
                break;
            }
            trouble.unparsed.push(symbol);
        }
    }

    /// The symbols of which there may be something to say to those who export what reaches them.
    pub(super) fn symbols(&self) -> impl Iterator<Item = SymbolId> {
        let unparsed = self.troubles.iter().flat_map(|trouble| trouble.unparsed.iter().copied());
        let cut_off = self.troubles.iter().flat_map(Trouble::cut_off);
        let redefined = self.redefined.iter().map(|(symbol, _)| *symbol);
        unparsed.chain(cut_off).chain(redefined).chain(self.unknown.iter().copied())
    }
}
