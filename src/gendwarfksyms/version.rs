//! The CRC of a symbol: over its text, in which each reference is replaced by the text of its type
//! where it occurs first.

use super::kabi::Rules;
use super::messages::{Fault, unknown_reference};
use super::pieces::{NameId, Piece, Pieces, Span};
use super::type_map::TypeMap;
use crate::crc::Crc;

/// Computes CRCs.
///
/// Most exports refer to one large structure first, and many to the same. What such a reference stands
/// for at the beginning of a text is always the same, so its CRC is kept, with the names that are
/// replaced in it; where none of these was replaced before, it stands for the text.
pub(super) struct Versions<'r, 'd> {
    rules: Option<&'r Rules<'d>>,
    /// Of each name, the last symbol in which it was replaced.
    replaced_in: Vec<u32>,
    /// The names that were replaced in this symbol.
    replaced: Vec<NameId>,
    symbol: u32,
    /// Of each name, what is kept.
    kept: Vec<Option<Kept>>,
    /// The name whose kept text this symbol begins with, as long as its names are not noted.
    first: Option<NameId>,
    text: Vec<u8>,
}

/// What a reference stands for before any other is replaced.
struct Kept {
    crc: Crc,
    /// The names that are replaced in it.
    names: Vec<NameId>,
}

/// How much text is gathered before its CRC is taken.
const CHUNK: usize = 1 << 15;

impl<'r, 'd> Versions<'r, 'd> {
    pub fn new(rules: Option<&'r Rules<'d>>) -> Self {
        Self {
            rules,
            replaced_in: Vec::new(),
            replaced: Vec::new(),
            symbol: 0,
            kept: Vec::new(),
            first: None,
            text: Vec::new(),
        }
    }

    /// The CRC of the text `span` of `pieces`; the whole text is appended to `dump`, if there is one.
    ///
    /// # Errors
    /// A reference leads nowhere.
    pub fn crc(
        &mut self,
        map: &mut TypeMap,
        pieces: &Pieces,
        span: Span,
        mut dump: Option<&mut Vec<u8>>,
    ) -> Result<u32, Fault> {
        self.symbol += 1;
        self.replaced.clear();
        self.first = None;
        self.text.clear();
        let mut crc = Crc::new();
        let mut left = span;
        while let Some(piece) = pieces.next(&mut left) {
            let name = match piece {
                Piece::Words(words) => {
                    self.text.extend_from_slice(words);
                    continue;
                }
                Piece::Reference(name) => name,
            };
            self.note_first();
            if self.is_replaced(name, map.len()) {
                self.text.extend_from_slice(map.name(name));
            } else if self.replaced.is_empty() && dump.is_none() {
                self.take(&mut crc, None);
                self.keep(map, name)?;
                if let Some(kept) = &self.kept[name as usize] {
                    crc.append(&kept.crc);
                }
                self.first = Some(name);
            } else {
                self.replace(map, name, None, &mut crc, dump.as_deref_mut())?;
            }
        }
        self.take(&mut crc, dump);
        Ok(crc.value())
    }

    /// Sees to it that what a name stands for is kept. Nothing was replaced in this symbol.
    fn keep(&mut self, map: &mut TypeMap, name: NameId) -> Result<(), Fault> {
        if self.kept.get(name as usize).is_some_and(Option::is_some) {
            return Ok(());
        }
        let mut crc = Crc::new();
        self.replace(map, name, None, &mut crc, None)?;
        self.take(&mut crc, None);
        if self.kept.len() < map.len() {
            self.kept.resize_with(map.len(), || None);
        }
        self.kept[name as usize] = Some(Kept { crc, names: std::mem::take(&mut self.replaced) });
        Ok(())
    }

    /// Notes the names in the text that this symbol begins with.
    fn note_first(&mut self) {
        if let Some(first) = self.first.take() {
            self.note(first);
        }
    }

    /// Notes the names in a kept text.
    fn note(&mut self, name: NameId) {
        if let Some(kept) = &self.kept[name as usize] {
            for name in &kept.names {
                self.replaced_in[*name as usize] = self.symbol;
            }
            self.replaced.extend_from_slice(&kept.names);
        }
    }

    /// Takes in the text of a type, with all that it refers to first.
    fn replace(
        &mut self,
        map: &mut TypeMap,
        name: NameId,
        within: Option<NameId>,
        crc: &mut Crc,
        mut dump: Option<&mut Vec<u8>>,
    ) -> Result<(), Fault> {
        // The texts that are begun, innermost last: whose each is, and what of it is left.
        self.mark(name);
        let mut begun = vec![(name, self.text_of(map, name, within)?)];
        while let Some((within, left)) = begun.last_mut() {
            match map.pieces.next(left) {
                Some(Piece::Words(words)) => self.text.extend_from_slice(words),
                Some(Piece::Reference(name)) if self.is_replaced(name, map.len()) => {
                    self.text.extend_from_slice(map.name(name));
                }
                Some(Piece::Reference(name)) if dump.is_none() && self.is_apart(name) => {
                    self.take(crc, None);
                    if let Some(kept) = &self.kept[name as usize] {
                        crc.append(&kept.crc);
                    }
                    self.note(name);
                }
                Some(Piece::Reference(name)) => {
                    let within = *within;
                    self.mark(name);
                    begun.push((name, self.text_of(map, name, Some(within))?));
                }
                None => {
                    begun.pop();
                    if self.text.len() >= CHUNK {
                        self.take(crc, dump.as_deref_mut());
                    }
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, crc: &mut Crc, dump: Option<&mut Vec<u8>>) {
        crc.update(&self.text);
        if let Some(dump) = dump {
            dump.extend_from_slice(&self.text);
        }
        self.text.clear();
    }

    /// Whether a name was replaced in this symbol before.
    fn is_replaced(&mut self, name: NameId, names: usize) -> bool {
        if self.replaced_in.len() < names {
            self.replaced_in.resize(names, 0);
        }
        self.replaced_in[name as usize] == self.symbol
    }

    /// Notes that a name is replaced.
    fn mark(&mut self, name: NameId) {
        self.replaced_in[name as usize] = self.symbol;
        self.replaced.push(name);
    }

    /// Whether what a name stands for is kept, and nothing in it was replaced in this symbol.
    fn is_apart(&self, name: NameId) -> bool {
        let Some(Some(kept)) = self.kept.get(name as usize) else {
            return false;
        };
        kept.names.iter().all(|name| self.replaced_in[*name as usize] != self.symbol)
    }

    /// The text of a type; if no DIE has it, that of a rule.
    fn text_of(
        &mut self,
        map: &mut TypeMap,
        name: NameId,
        within: Option<NameId>,
    ) -> Result<Span, Fault> {
        if let Some(text) = map.text(name) {
            return Ok(text);
        }
        let reference = map.name(name).to_vec();
        if let Some(text) = self.rules.and_then(|rules| rules.type_string(&reference)) {
            map.define(name, &reference, text)?;
        }
        map.text(name)
            .ok_or_else(|| unknown_reference(&reference, within.map(|within| map.name(within))))
    }
}
