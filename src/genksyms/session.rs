//! One run over one translation unit: the symbol table, the output and messages, and the exports.

use super::actions::Stop;
use super::chain::Piece;
use super::definitions::{Definitions, New, Scope};
use super::diagnostics::events::Event;
use super::expand::Renderings;
use super::interner::WordId;
use super::location::Location;
use super::messages::{Change, Messages};
use super::parse::{Outcome, Reader};
use super::skim::known::KnownTexts;
use super::symbol_id::SymbolId;
use crate::formats::symtypes::Kind;
use crate::formats::symver_line;
use crate::release::{CrcLine, Genksyms};

/// Everything of a run but its reader.
pub(super) struct Session<'s> {
    /// What is declared.
    pub(super) definitions: Definitions<'s>,
    /// Standard error.
    pub(super) messages: Messages,
    /// Standard output.
    pub(super) stdout: Vec<u8>,
    /// The exports and their CRCs, in the order of their statements.
    pub(super) exports: Vec<(WordId, u32)>,
    /// What the exports reached, in the order in which their expansions were complete.
    pub(super) reached: Vec<SymbolId>,
    /// What the skimmer remembers of the source.
    pub(super) known: KnownTexts<'s>,
    /// Room for the text of one definition, kept between definitions.
    pub(super) scratch: Vec<Piece>,
    /// The definitions that exports have reached, as they are written out.
    pub(super) renderings: Renderings,
    /// Room for the text of an expansion, kept between exports.
    pub(super) expansion: Vec<u8>,
    /// What the diagnostics are made from, if they are wanted.
    pub(super) events: Option<Vec<Event>>,
    /// For the diagnostics: the offset after which the declaration at hand begins.
    pub(super) declaration_start: usize,
    /// For the diagnostics: the last variable, function or typedef it declared.
    pub(super) declared_last: Option<SymbolId>,
    /// An export declared an enum that nothing defines.
    ///
    /// Upstream quirk: that ends the enum at hand, if a syntax error left one unfinished.
    pub(super) has_declared_enum: bool,
    /// `-D`.
    pub(super) dump_expansions: bool,
    crc_line: CrcLine,
    /// Reads skimmed units when an export reaches them.
    unit_reader: Option<Box<Reader<'s>>>,
}

impl<'s> Session<'s> {
    /// A run in which nothing has happened.
    pub(super) fn new(
        source: &'s [u8],
        release: &Genksyms,
        definitions: Definitions<'s>,
        messages: Messages,
        records: bool,
    ) -> Self {
        Session {
            definitions,
            messages,
            stdout: Vec::new(),
            exports: Vec::new(),
            reached: Vec::new(),
            known: KnownTexts::nothing(),
            scratch: Vec::new(),
            renderings: Renderings::new(source),
            expansion: Vec::new(),
            events: None,
            declaration_start: 0,
            declared_last: None,
            has_declared_enum: false,
            dump_expansions: false,
            crc_line: release.crc_line,
            unit_reader: Some(Box::new(Reader::new(source, *release, true, records))),
        }
    }

    /// Takes note of what happened, for the diagnostics.
    pub(super) fn note(&mut self, event: Event) {
        if let Some(events) = &mut self.events {
            events.push(event);
        }
    }

    /// For the diagnostics: `new` was declared, and is `id` now, unless that was declared before.
    pub(super) fn note_declared(&mut self, id: SymbolId, new: &New<'_>, is_unparsed: bool) {
        if matches!(new.kind, Kind::Normal | Kind::Typedef) {
            self.declared_last = Some(id);
        }
        let differs =
            self.definitions.symbol(id).kind != new.kind || self.definitions.text(id) != new.text;
        if differs && new.kind != Kind::Normal {
            self.note(Event::Redefined(id, self.declaration_start));
        } else if is_unparsed && !differs {
            self.note(Event::Unparsed(id, self.declaration_start));
        }
    }

    /// Exports a symbol: its CRC is that of the table as it stands now.
    pub(super) fn export(&mut self, name: WordId, at: Location<'_>) -> Result<(), Stop> {
        let Some(symbol) = self.definitions.find(name, Kind::Normal) else {
            self.messages.export_undefined(at, self.definitions.words.text(name));
            self.note(Event::Undeclared(name, self.declaration_start));
            return Ok(());
        };
        if self.dump_expansions {
            self.messages.expansion_begins(self.definitions.words.text(name));
        }
        let crc = self.expand(symbol, at)?;
        let definitions = &self.definitions;
        let changes = self.renderings.trail.iter().rev().map(|id| {
            let symbol = definitions.symbol(*id);
            (symbol.kind, definitions.words.text(symbol.name), symbol.change)
        });
        let changes = changes.filter(|(_, _, change)| *change != Change::Unchanged);
        self.exports.push((name, crc));
        let name = definitions.words.text(name);
        self.messages.export_changed(at, name, changes);
        if self.dump_expansions {
            self.messages.expansion_ends();
        }
        symver_line::write(&mut self.stdout, self.crc_line, name, crc);
        if self.events.is_some() {
            let trail = self.renderings.trail.clone();
            self.note(Event::Exported(symbol, self.declaration_start, trail));
        }
        Ok(())
    }

    /// Makes sure that the text of a symbol is there: reads the unit that declares it, if it was
    /// skimmed.
    pub(super) fn read_definition(&mut self, symbol: SymbolId) -> Result<(), Stop> {
        let Some((unit, place)) = self.definitions.unread_unit(symbol) else { return Ok(()) };
        // Invariant: reading a unit exports nothing, so it does not come back here.
        let Some(mut reader) = self.unit_reader.take() else { return Err(Stop::Misread) };
        reader.begin_unit(Scope::Unit(unit), place);
        self.definitions.begin_reading();
        let outcome = reader.declaration(self)?;
        self.unit_reader = Some(reader);
        match outcome {
            Outcome::Declaration => Ok(self.definitions.end_reading(symbol)?),
            Outcome::End => Err(Stop::Misread),
        }
    }
}
