//! The table of definitions: what each name stands for, and since when.
//!
//! A name is declared once; whatever declares it again is ignored. So a declaration's text matters
//! only if an export reaches it, and a symbol that the skimmer declared holds no text until then:
//! only the unit, the stretch of source, that it can be read from.

use std::ops::Range;

use super::chain::Piece;
use super::deferred::{Declared, DeferredNames};
use super::interner::{Interner, Name, WordId};
use super::location::Location;
use super::messages::{Change, Messages};
use super::skip::Place;
use super::symbol_id::SymbolId;
use crate::formats::symtypes::Kind;

/// A top-level declaration that was skimmed, by the offset where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit(u32);

impl Unit {
    /// The unit that begins at this offset.
    pub(super) fn at(offset: usize) -> Self {
        // Invariant: offsets fit, since `run` refuses input of 2 GiB.
        Self(offset as u32)
    }

    /// Where it begins.
    pub(super) fn offset(self) -> usize {
        self.0 as usize
    }
}

/// What a reader of declarations can see of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All that is declared by now: the reader is where the input is.
    Everything,
    /// What was declared before this unit, or by this unit as far as it is read: the reader has
    /// gone back to it.
    Unit(Unit),
}

/// One symbol.
#[derive(Clone, Debug)]
pub(super) struct Symbol {
    /// Its name.
    pub(super) name: WordId,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether it was declared `extern`.
    pub(super) is_extern: bool,
    /// Whether the source declares it; a symbol of the reference file is not seen before that.
    pub(super) is_declared: bool,
    /// Whether the reference file says that changes are to be ignored.
    pub(super) is_override: bool,
    /// How it differs from the reference file.
    pub(super) change: Change,
    /// Its definition, in the table's pieces; empty also while it is not read.
    text: Range<u32>,
    /// For the record: how many of the pieces behind that are attributes that upstream drops.
    dropped: u32,
    /// For the record: where its name stands, if the source has been read there.
    pub(super) at: Option<u32>,
    /// What declared it: the unit to be read for its definition, or where reading was then.
    since: Unit,
    is_skimmed: bool,
    /// The last reading of its unit that came to its definition; 0 if none did.
    reading: u32,
    /// Of a skimmed symbol, whether the file that is compiled was being read where its unit begins.
    in_source_file: bool,
}

/// A symbol to be added.
#[derive(Clone, Copy, Debug)]
pub(super) struct New<'a> {
    /// Its name.
    pub(super) name: WordId,
    /// What it is.
    pub(super) kind: Kind,
    /// Its definition.
    pub(super) text: &'a [Piece],
    /// For the record: the attributes behind it that upstream drops.
    pub(super) dropped: &'a [Piece],
    /// For the record: where its name stands, if it is the source that has it.
    pub(super) at: Option<u32>,
    /// Whether it was declared `extern`.
    pub(super) is_extern: bool,
}

/// A skimmed unit turned out to declare something else than the skimmer found.
#[derive(Debug)]
pub(super) struct Misread;

/// The table of one translation unit.
pub(super) struct Definitions<'s> {
    /// The words, and what each of them names.
    pub(super) words: Interner<'s>,
    symbols: Vec<Symbol>,
    pieces: Vec<Piece>,
    /// Names that were skimmed, as long as nothing asks for them.
    deferred: DeferredNames<'s>,
    /// How many of them, and of the symbols, there were before the unit that is skimmed now.
    before: (usize, usize),
    /// The unit that is skimmed now.
    unit: Place<'s>,
    /// How many times a unit was read.
    reading: u32,
    /// Where reading is, for what is declared without being skimmed.
    pub(super) offset: usize,
    /// `-d`: each added symbol is printed.
    print: bool,
}

impl<'s> Definitions<'s> {
    /// An empty table.
    pub(super) fn new(words: Interner<'s>, print: bool) -> Self {
        let unit = Place::START;
        let deferred = DeferredNames::new(words.source());
        // A kernel's file has a symbol for every 1,500 to 2,900 bytes, and a piece of what its
        // exports reach for every 85 to 200. What is reserved and not written costs nothing.
        let length = words.source().len();
        let symbols = Vec::with_capacity(length / 1024);
        let pieces = Vec::with_capacity(length / 128);
        Self {
            words,
            symbols,
            pieces,
            deferred,
            before: (0, 0),
            unit,
            reading: 0,
            offset: 0,
            print,
        }
    }

    /// How many symbols there are.
    pub(super) fn len(&self) -> usize {
        self.symbols.len()
    }

    /// A symbol.
    pub(super) fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id.place()]
    }

    /// A symbol, to be changed.
    pub(super) fn symbol_mut(&mut self, id: SymbolId) -> &mut Symbol {
        &mut self.symbols[id.place()]
    }

    /// The name of a symbol.
    pub(super) fn name(&self, id: SymbolId) -> &[u8] {
        self.words.text(self.symbol(id).name)
    }

    /// The definition of a symbol.
    pub(super) fn text(&self, id: SymbolId) -> &[Piece] {
        let Range { start, end } = self.symbol(id).text.clone();
        &self.pieces[start as usize..end as usize]
    }

    /// The attributes behind it that upstream drops.
    pub(super) fn dropped(&self, id: SymbolId) -> &[Piece] {
        let Symbol { text, dropped, .. } = self.symbol(id);
        &self.pieces[text.end as usize..(text.end + dropped) as usize]
    }

    /// The declared symbol of this name, in the name space of `kind`, whatever it is there.
    pub(super) fn find(&mut self, name: WordId, kind: Kind) -> Option<SymbolId> {
        self.recall(name, kind);
        self.slot(name, kind).filter(|id| self.symbol(*id).is_declared)
    }

    /// Whether a name is a typedef's.
    pub(super) fn is_typedef(&self, name: WordId, scope: Scope) -> bool {
        let id = self.words.ordinary(name).filter(|_| self.words.is_typedef(name));
        id.is_some_and(|id| self.visible(id, scope) == Some(Kind::Typedef))
    }

    /// What a name is visible as among typedefs, enumerators, variables and functions.
    #[inline(always)]
    pub(super) fn visible_kind(&mut self, name: WordId, scope: Scope) -> Option<Kind> {
        if self.words.ordinary(name).is_none() && self.words.ask(name, self.deferred.len()) {
            self.recall(name, Kind::Normal);
        }
        self.visible(self.words.ordinary(name)?, scope)
    }

    /// What a symbol is, if it is visible.
    #[inline]
    fn visible(&self, id: SymbolId, scope: Scope) -> Option<Kind> {
        let symbol = self.symbol(id);
        let in_scope = match scope {
            Scope::Everything => true,
            Scope::Unit(unit) if symbol.is_skimmed => {
                symbol.since < unit || (symbol.since == unit && symbol.reading == self.reading)
            }
            Scope::Unit(unit) => symbol.since <= unit,
        };
        (symbol.is_declared && in_scope).then_some(symbol.kind)
    }

    /// Begins a unit; the symbols that the skimmer declares next belong to it.
    pub(super) fn begin_unit(&mut self, place: &Place<'s>) {
        (self.unit.at, self.unit.in_source_file) = (place.at, place.in_source_file);
        (self.unit.source_file, self.unit.has_packs) = (place.source_file, place.has_packs);
        self.before = (self.deferred.len(), self.symbols.len());
    }

    /// Forgets what the unit declared, and what was recalled on the way: the skimmer cannot tell
    /// what it is.
    pub(super) fn abandon_unit(&mut self) {
        let (deferred, symbols) = self.before;
        self.deferred.truncate(deferred);
        for symbol in self.symbols.drain(symbols..) {
            self.words.set(symbol.name, symbol.kind, None);
        }
    }

    /// Declares a name, which the unit defines.
    #[inline(always)]
    pub(super) fn declare(&mut self, name: &Name, kind: Kind) {
        let (unit, in_source_file) = (Unit::at(self.unit.at), self.unit.in_source_file);
        if kind != Kind::Typedef {
            if name.word.is_none_or(|word| self.slot(word, kind).is_none()) {
                self.deferred.push(name, kind, unit, in_source_file);
            }
            return;
        }
        let word = self.words.intern_name(name);
        self.recall(word, kind);
        if self.slot(word, kind).is_none() {
            let symbol = Symbol::new(word, kind, unit);
            self.push(Symbol { is_skimmed: true, in_source_file, ..symbol });
        }
    }

    /// Puts a deferred name into the table, since something looks it up.
    #[inline(never)]
    pub(super) fn recall(&mut self, name: WordId, kind: Kind) {
        if self.slot(name, kind).is_some() {
            return;
        }
        let key = self.words.key(name);
        if !self.deferred.may_contain(key) {
            return;
        }
        let declared = self.deferred.find(key, self.words.text(name), kind);
        if let Some(Declared { unit, kind, in_source_file, .. }) = declared {
            let symbol = Symbol::new(name, kind, unit);
            self.push(Symbol { is_skimmed: true, in_source_file, ..symbol });
        }
    }

    /// The unit that must be read before the symbol's definition is there.
    pub(super) fn unread_unit(&self, id: SymbolId) -> Option<(Unit, Place<'s>)> {
        let symbol = self.symbol(id);
        let place = Place {
            at: symbol.since.offset(),
            source_file: self.unit.source_file,
            in_source_file: symbol.in_source_file,
            has_packs: self.unit.has_packs,
            ..Place::START
        };
        (symbol.is_skimmed && symbol.reading == 0).then_some((symbol.since, place))
    }

    /// Begins a reading of a unit.
    pub(super) fn begin_reading(&mut self) {
        self.reading += 1;
    }

    /// Checks that reading a unit defined the symbol it was read for.
    pub(super) fn end_reading(&self, wanted: SymbolId) -> Result<(), Misread> {
        if self.symbol(wanted).reading == self.reading { Ok(()) } else { Err(Misread) }
    }

    /// Gives a symbol of a unit that is read now its definition.
    pub(super) fn define(&mut self, unit: Unit, new: &New<'_>) -> Result<(), Misread> {
        if new.kind != Kind::Normal {
            self.recall(new.name, new.kind);
        }
        let Some(id) = self.slot(new.name, new.kind) else {
            // A function or variable that nothing has asked for need not be there.
            return if new.kind == Kind::Normal { Ok(()) } else { Err(Misread) };
        };
        let symbol = self.symbol(id);
        if !symbol.is_skimmed || symbol.since != unit || symbol.reading == self.reading {
            return Ok(());
        }
        if symbol.kind != new.kind {
            return Err(Misread);
        }
        // A unit is read again when another of its names is asked for; its text is the same then.
        let reading = self.reading;
        let is_first = std::mem::replace(&mut self.symbol_mut(id).reading, reading) == 0;
        if is_first {
            let text = self.store(new);
            let symbol = self.symbol_mut(id);
            (symbol.text, symbol.dropped) = (text, new.dropped.len() as u32);
            (symbol.is_extern, symbol.at) = (new.is_extern, new.at);
        }
        Ok(())
    }

    /// Adds a symbol that the source declares. The first declaration of a name stands.
    pub(super) fn add(
        &mut self,
        new: &New<'_>,
        messages: &mut Messages,
        at: Location<'_>,
    ) -> SymbolId {
        self.recall(new.name, new.kind);
        let mut change = Change::Unchanged;
        if let Some(id) = self.slot(new.name, new.kind) {
            let old = self.symbol(id);
            let (is_declared, is_override) = (old.is_declared, old.is_override);
            if !is_declared && old.kind == new.kind && self.text(id) == new.text {
                if is_override {
                    messages.override_unchanged(at, new.kind, self.words.text(new.name));
                }
            } else if is_declared {
                let differs = || self.symbol(id).kind != new.kind || self.text(id) != new.text;
                if messages.warns() && differs() {
                    messages.redefinition(at, self.words.text(new.name));
                }
            } else if is_override && messages.preserves() {
                messages.override_ignored(at, new.kind, self.words.text(new.name));
            } else {
                change = if self.is_unknown(id) { Change::Defined } else { Change::Modified };
            }
            if change == Change::Unchanged {
                self.symbol_mut(id).is_declared = true;
                return id;
            }
        }
        self.replace(new, Symbol { change, ..self.blank(new) }, messages)
    }

    /// Adds a symbol that the reference file holds; a later line stands.
    pub(super) fn add_reference(
        &mut self,
        new: &New<'_>,
        is_override: bool,
        messages: &mut Messages,
    ) {
        let symbol = Symbol { is_declared: false, is_override, ..self.blank(new) };
        self.replace(new, symbol, messages);
    }

    /// A symbol without its text.
    fn blank(&self, new: &New<'_>) -> Symbol {
        let since = Unit::at(self.offset);
        let dropped = new.dropped.len() as u32;
        let (is_extern, at) = (new.is_extern, new.at);
        Symbol { is_extern, dropped, at, ..Symbol::new(new.name, new.kind, since) }
    }

    /// Puts a symbol in the place of what its name stood for.
    fn replace(&mut self, new: &New<'_>, symbol: Symbol, messages: &mut Messages) -> SymbolId {
        let text = self.store(new);
        let symbol = Symbol { text, ..symbol };
        let id = match self.slot(new.name, new.kind) {
            Some(id) => {
                self.words.set(new.name, new.kind, Some(id));
                *self.symbol_mut(id) = symbol;
                id
            }
            None => self.push(symbol),
        };
        if self.print {
            let mut text = Vec::new();
            self.print_text(id, &mut text);
            messages.definition(new.kind, self.words.text(new.name), new.is_extern, &text);
        }
        id
    }

    /// Appends a definition as symtypes files and `-d` have it: each token with a blank after it.
    pub(super) fn print_text(&self, id: SymbolId, text: &mut Vec<u8>) {
        if self.text(id).is_empty() {
            text.extend_from_slice(b"(nil)");
        }
        for piece in self.text(id) {
            if let Some(letter) = piece.kind.letter() {
                text.extend_from_slice(&[letter, b'#']);
            }
            text.extend_from_slice(self.words.text(piece.word));
            text.push(b' ');
        }
    }

    /// Whether a definition only says that the name exists.
    fn is_unknown(&self, id: SymbolId) -> bool {
        // Upstream looks at the last three tokens only.
        let is = |piece: &Piece, text: &[u8]| {
            piece.kind == Kind::Normal && self.words.text(piece.word) == text
        };
        self.symbol(id).kind.is_tag()
            && match self.text(id) {
                [.., open, unknown, close] => {
                    is(open, b"{") && is(unknown, b"UNKNOWN") && is(close, b"}")
                }
                _ => false,
            }
    }

    /// Keeps a definition's text, and what is dropped behind it.
    fn store(&mut self, new: &New<'_>) -> Range<u32> {
        // Invariant: the pieces of all definitions are fewer than the bytes they are read from.
        let start = self.pieces.len() as u32;
        self.pieces.extend_from_slice(new.text);
        let end = self.pieces.len() as u32;
        self.pieces.extend_from_slice(new.dropped);
        start..end
    }

    /// What a name stands for in the name space of `kind`, declared or not.
    fn slot(&self, name: WordId, kind: Kind) -> Option<SymbolId> {
        if kind.is_tag() { self.words.tag(name) } else { self.words.ordinary(name) }
    }

    /// Adds a symbol whose name stands for nothing yet.
    fn push(&mut self, symbol: Symbol) -> SymbolId {
        let (name, kind) = (symbol.name, symbol.kind);
        self.symbols.push(symbol);
        let id = SymbolId::of(self.symbols.len() - 1);
        self.words.set(name, kind, Some(id));
        id
    }
}

impl Symbol {
    /// A declared symbol without text.
    fn new(name: WordId, kind: Kind, since: Unit) -> Self {
        Self {
            name,
            kind,
            is_extern: false,
            is_declared: true,
            is_override: false,
            change: Change::Unchanged,
            text: 0..0,
            dropped: 0,
            at: None,
            since,
            is_skimmed: false,
            reading: 0,
            in_source_file: false,
        }
    }
}
