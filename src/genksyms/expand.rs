//! The expanded text of an export, and its CRC.
//!
//! The tokens of a definition are written; a reference to another symbol is replaced by that symbol's
//! definition the first time in each export, and by its name after that.
//!
//! Exports of one file reach the same types again and again. So a definition is rendered once,
//! when an export first reaches it, as runs of text between references; an expansion is then a
//! walk that copies runs. (Walking from token to token was a fifth of all samples in a file whose
//! exports expand to 0.9 MB.)

use std::ops::Range;

use super::actions::Stop;
use super::chain::Piece;
use super::definitions::{Definitions, New};
use super::diagnostics::events::Event;
use super::interner::WordId;
use super::location::Location;
use super::session::Session;
use super::symbol_id::SymbolId;
use crate::crc::Crc;
use crate::formats::append_short;
use crate::formats::symtypes::Kind;

/// A text of this size is handed to the checksum.
const CHUNK: usize = 1 << 15;

/// The definitions that exports have reached, rendered.
#[derive(Default)]
pub(super) struct Renderings {
    text: Vec<u8>,
    steps: Vec<Step>,
    /// For each symbol, its rendering and where it is in the walk of an export.
    symbols: Vec<Reached>,
    /// The number of the export at hand, from 1 on.
    export: u32,
    /// The symbols that the export has reached, in the order of first encounter.
    pub(super) trail: Vec<SymbolId>,
}

/// A run of text, and the reference behind it.
#[derive(Clone, Copy)]
struct Step {
    /// Where the run begins in the text.
    start: u32,
    /// Where it ends, and the referred name as it stands for a symbol that was expanded begins.
    end: u32,
    /// Where that name ends.
    name_end: u32,
    /// What is referred to; text (kind normal) if the definition ends with the run.
    piece: Piece,
    /// The symbol it refers to, as far as that was asked: what it refers to once, it refers to for
    /// good.
    target: Option<SymbolId>,
}

/// What is known of a symbol that an export may reach.
#[derive(Clone, Default)]
struct Reached {
    /// Its rendering, if there is one.
    steps: Option<Range<u32>>,
    /// The last export that reached it.
    export: u32,
    /// Some export's expansion of it was complete.
    is_complete: bool,
}

impl Renderings {
    /// Nothing is rendered yet. Exports of a kernel's file reach a twentieth of it, or less.
    pub(super) fn new(source: &[u8]) -> Self {
        let text = Vec::with_capacity(source.len() / 16);
        let steps = Vec::with_capacity(source.len() / 256);
        Self { text, steps, ..Self::default() }
    }

    /// Begins the walk of an export.
    fn begin(&mut self) {
        self.export += 1;
        self.trail.clear();
    }

    /// Takes note that the export reaches a symbol; whether it does so for the first time.
    #[inline]
    fn reach(&mut self, symbol: SymbolId) -> bool {
        let place = symbol.place();
        if self.symbols.len() <= place {
            self.symbols.resize(place + 1, Reached::default());
        }
        let is_first = self.symbols[place].export != self.export;
        if is_first {
            self.symbols[place].export = self.export;
            self.trail.push(symbol);
        }
        is_first
    }

    /// The rendering of a symbol whose definition was read.
    fn steps(&mut self, symbol: SymbolId, definitions: &Definitions<'_>) -> Range<u32> {
        // Invariant: renderings are no longer than the source and reference they come from, but
        // for a blank behind each token, so their offsets fit in 32 bits.
        let first = self.steps.len() as u32;
        let mut start = self.text.len() as u32;
        let pieces = definitions.text(symbol);
        for piece in pieces {
            let end = self.text.len() as u32;
            let is_text = piece.kind == Kind::Normal;
            if !is_text && piece.kind.is_tag() {
                self.text.extend_from_slice(piece.kind.word().as_bytes());
                self.text.push(b' ');
            }
            definitions.words.append(piece.word, &mut self.text);
            if !is_text {
                let name_end = self.text.len() as u32;
                self.steps.push(Step { start, end, name_end, piece: *piece, target: None });
                start = name_end;
            }
        }
        if let Some(piece) = pieces.last().copied().filter(|piece| piece.kind == Kind::Normal) {
            let end = self.text.len() as u32;
            self.steps.push(Step { start, end, name_end: end, piece, target: None });
        }
        let steps = first..self.steps.len() as u32;
        self.symbols[symbol.place()].steps = Some(steps.clone());
        steps
    }
}

impl Renderings {
    /// Appends a definition that was rendered, as symtypes files have it: references have a letter
    /// before them.
    pub(super) fn print(&self, symbol: SymbolId, text: &mut Vec<u8>) {
        let steps = self.symbols[symbol.place()].steps.clone().unwrap_or_default();
        for step in &self.steps[steps.start as usize..steps.end as usize] {
            let Step { start, end, name_end, piece, .. } = *step;
            append_short::<32>(text, &self.text, start as usize..end as usize);
            if let Some(letter) = piece.kind.letter() {
                // A tag's name has its keyword before it.
                let keyword = if piece.kind.is_tag() { piece.kind.word().len() + 1 } else { 0 };
                text.extend_from_slice(&[letter, b'#']);
                append_short::<32>(text, &self.text, end as usize + keyword..name_end as usize);
            }
        }
    }
}

impl Session<'_> {
    /// Expands a symbol, and gives its CRC; the renderings' trail is what was reached then.
    pub(super) fn expand(&mut self, root: SymbolId, at: Location<'_>) -> Result<u32, Stop> {
        let mut crc = Crc::new();
        self.renderings.begin();
        self.renderings.reach(root);
        let mut open = vec![self.enter(root)?];
        while let Some((symbol, steps)) = open.last_mut() {
            let Some(number) = steps.next() else {
                let symbol = *symbol;
                open.pop();
                self.complete(symbol);
                continue;
            };
            let step = self.renderings.steps[number as usize];
            let (target, start) = match step.target {
                Some(target) => (target, step.start),
                None => {
                    // What is said of an unknown name comes behind the text before it.
                    self.emit(step.start..step.end, &mut crc);
                    if step.piece.kind == Kind::Normal {
                        continue;
                    }
                    let target = self.target(number, at, &mut crc)?;
                    self.renderings.steps[number as usize].target = Some(target);
                    (target, step.end)
                }
            };
            if self.renderings.reach(target) {
                self.emit(start..step.end, &mut crc);
                open.push(self.enter(target)?);
            } else {
                self.emit(start..step.name_end, &mut crc);
            }
        }
        self.flush(&mut crc);
        Ok(crc.value())
    }

    /// Goes into a symbol that was reached: its steps.
    fn enter(&mut self, symbol: SymbolId) -> Result<(SymbolId, Range<u32>), Stop> {
        if let Some(steps) = &self.renderings.symbols[symbol.place()].steps {
            return Ok((symbol, steps.clone()));
        }
        self.read_definition(symbol)?;
        Ok((symbol, self.renderings.steps(symbol, &self.definitions)))
    }

    /// The symbol that a step refers to.
    fn target(&mut self, step: u32, at: Location<'_>, crc: &mut Crc) -> Result<SymbolId, Stop> {
        let piece = self.renderings.steps[step as usize].piece;
        match self.definitions.find(piece.word, piece.kind) {
            Some(symbol) => Ok(symbol),
            None if piece.kind.is_tag() => {
                self.flush(crc);
                Ok(self.add_unknown(piece, at))
            }
            None => Err(Stop::Undeclared(piece.word)),
        }
    }

    /// Declares a tag that nothing defines. From now on this is its definition.
    fn add_unknown(&mut self, piece: Piece, at: Location<'_>) -> SymbolId {
        let Piece { word, kind, .. } = piece;
        self.has_declared_enum |= kind == Kind::Enum;
        let words = &mut self.definitions.words;
        self.messages.expand_undefined(at, kind, words.text(word));
        let unknown = words.intern(b"UNKNOWN");
        let keyword = words.intern(kind.word().as_bytes());
        let text = [keyword, word, WordId::of_byte(b'{'), unknown, WordId::of_byte(b'}')];
        let text = text.map(|word| Piece::new(word, Kind::Normal));
        let new = New { name: word, kind, text: &text, dropped: &[], at: None, is_extern: false };
        let id = self.definitions.add(&new, &mut self.messages, at);
        self.note(Event::Unknown(id));
        id
    }

    /// A symbol's expansion is complete.
    fn complete(&mut self, id: SymbolId) {
        let reached = &mut self.renderings.symbols[id.place()];
        if !reached.is_complete && !self.definitions.text(id).is_empty() {
            reached.is_complete = true;
            self.reached.push(id);
        }
    }

    /// Writes a rendered text.
    #[inline]
    fn emit(&mut self, text: Range<u32>, crc: &mut Crc) {
        let text = text.start as usize..text.end as usize;
        append_short::<32>(&mut self.expansion, &self.renderings.text, text);
        if self.expansion.len() >= CHUNK {
            self.flush(crc);
        }
    }

    /// Hands the text so far to the checksum, and to standard error with `-D`.
    fn flush(&mut self, crc: &mut Crc) {
        crc.update(&self.expansion);
        if self.dump_expansions {
            self.messages.expansion(&self.expansion);
        }
        self.expansion.clear();
    }
}
