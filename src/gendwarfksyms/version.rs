//! The CRC of a symbol: over its text, in which each reference is replaced by the text of its type
//! where it occurs first.

use super::kabi::Rules;
use super::messages::{Fault, unknown_reference};
use super::pieces::{NameId, Piece, Pieces, Span};
use super::type_map::TypeMap;
use crate::crc::Crc;

/// Computes CRCs.
pub(super) struct Versions<'r, 'd> {
    rules: Option<&'r Rules<'d>>,
    /// Of each name, the last symbol in which it was replaced.
    replaced_in: Vec<u32>,
    symbol: u32,
    text: Vec<u8>,
}

/// How much text is gathered before its CRC is taken.
const CHUNK: usize = 1 << 16;

impl<'r, 'd> Versions<'r, 'd> {
    pub fn new(rules: Option<&'r Rules<'d>>) -> Self {
        Self { rules, replaced_in: Vec::new(), symbol: 0, text: Vec::new() }
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
        self.text.clear();
        let mut crc = Crc::new();
        // The texts that are begun, innermost last: whose each is, and what of it is left.
        let mut begun = vec![(None, span)];
        while let Some((within, left)) = begun.last_mut() {
            let source = if within.is_none() { pieces } else { &map.pieces };
            match source.next(left) {
                Some(Piece::Words(words)) => self.text.extend_from_slice(words),
                Some(Piece::Reference(name)) if self.is_replaced(name, map.len()) => {
                    self.text.extend_from_slice(map.name(name));
                }
                Some(Piece::Reference(name)) => {
                    let within = *within;
                    begun.push((Some(name), self.text_of(map, name, within)?));
                }
                None => {
                    begun.pop();
                    if self.text.len() >= CHUNK {
                        self.take(&mut crc, dump.as_deref_mut());
                    }
                }
            }
        }
        self.take(&mut crc, dump);
        Ok(crc.value())
    }

    fn take(&mut self, crc: &mut Crc, dump: Option<&mut Vec<u8>>) {
        crc.update(&self.text);
        if let Some(dump) = dump {
            dump.extend_from_slice(&self.text);
        }
        self.text.clear();
    }

    /// Whether a name was replaced in this symbol before; from now on it is.
    fn is_replaced(&mut self, name: NameId, names: usize) -> bool {
        if self.replaced_in.len() < names {
            self.replaced_in.resize(names, 0);
        }
        let last = &mut self.replaced_in[name as usize];
        let is_replaced = *last == self.symbol;
        *last = self.symbol;
        is_replaced
    }

    /// The text of a type; if no DIE has it, that of a rule.
    fn text_of(
        &self,
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
