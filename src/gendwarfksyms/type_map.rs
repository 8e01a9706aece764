//! The types by the names that references to them have: of all that have the same name the longest
//! text.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::entry::Place;
use super::kabi::Rules;
use super::messages::{Fault, debug};
use super::pieces::{NameId, Piece, Pieces, Span};

/// The text that a name has.
#[derive(Clone, Copy, Debug)]
struct Best {
    span: Span,
    /// How long it is, with the names in it.
    length: u64,
    /// Where it is from. Of texts of the same length, the first is taken.
    place: Place,
}

/// The types by name.
#[derive(Clone, Debug, Default)]
pub(super) struct TypeMap {
    types: IndexMap<Box<[u8]>, Option<Best>, FxBuildHasher>,
    pub pieces: Pieces,
}

/// Whether the C program takes words for a reference.
pub(super) fn is_reference(words: &[u8]) -> bool {
    matches!(words, [b's' | b'u' | b'e' | b't', b'#', ..])
}

impl TypeMap {
    /// The number of a name.
    pub fn name_id(&mut self, name: &[u8]) -> NameId {
        match self.types.get_index_of(name) {
            Some(index) => index as NameId,
            None => self.types.insert_full(name.into(), None).0 as NameId,
        }
    }

    /// The number of a name that there is.
    pub fn find(&self, name: &[u8]) -> Option<NameId> {
        self.types.get_index_of(name).map(|index| index as NameId)
    }

    /// A name by its number.
    pub fn name(&self, id: NameId) -> &[u8] {
        self.types.get_index(id as usize).map_or(b"", |(name, _)| name)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// The text of a name, if it has one.
    pub fn text(&self, id: NameId) -> Option<Span> {
        self.types[id as usize].map(|best| best.span)
    }

    fn length(&self, pieces: &Pieces, span: Span) -> u64 {
        let names = pieces.names(span).map(|name| self.name(name).len() as u64);
        u64::from(pieces.word_bytes(span)) + names.sum::<u64>()
    }

    /// Offers a text for a name; it is taken if it is longer than what is there.
    pub fn offer(&mut self, id: NameId, pieces: &Pieces, span: Span, place: Place) {
        let length = self.length(pieces, span);
        let is_better = self.types[id as usize].is_none_or(|best| {
            length > best.length || (length == best.length && place < best.place)
        });
        if is_better {
            let start = self.pieces.end();
            self.pieces.copy(pieces, span);
            let span = self.pieces.since(start);
            self.types[id as usize] = Some(Best { span, length, place });
        }
    }

    /// All names with a text, in the order in which files have them.
    pub fn in_order(&self) -> Vec<NameId> {
        let known = (0..self.len() as NameId).filter(|id| self.text(*id).is_some());
        let mut order: Vec<_> = known.collect();
        order.sort_unstable_by_key(|id| self.name(*id));
        order
    }

    /// All names with a text, in the order of the DIEs that these are from.
    pub fn by_place(&self) -> Vec<NameId> {
        let place = |id: &NameId| self.types[*id as usize].map(|best| best.place);
        let mut order = self.in_order();
        order.sort_by_key(place);
        order
    }

    /// Appends a text with the names of its references.
    pub fn write(&self, pieces: &Pieces, span: Span, out: &mut Vec<u8>) {
        let mut left = span;
        while let Some(piece) = pieces.next(&mut left) {
            out.extend_from_slice(match piece {
                Piece::Words(words) => words,
                Piece::Reference(name) => self.name(name),
            });
        }
    }

    /// Appends what `--dump-types` says of a name that got this text.
    pub fn dump(&self, name: &[u8], pieces: &Pieces, span: Span, debugs: bool, out: &mut Vec<u8>) {
        if debugs {
            out.extend(debug("type_map_add", &[b"adding ", name].concat()));
        }
        out.extend_from_slice(name);
        out.push(b' ');
        self.write(pieces, span, out);
        out.push(b'\n');
    }

    /// Replaces texts by what rules say of them, of all names that have one.
    pub fn replace(&mut self, rules: &Rules<'_>) -> Result<(), Fault> {
        for id in self.by_place() {
            let name = self.name(id).to_vec();
            if let Some(text) = rules.type_string(&name) {
                self.define(id, &name, text)?;
            }
        }
        Ok(())
    }

    /// Gives a name the text of a rule.
    pub fn define(&mut self, id: NameId, name: &[u8], text: &[u8]) -> Result<(), Fault> {
        let mut pieces = Pieces::default();
        let span = self.parse(name, text, &mut pieces)?;
        let length = self.length(&pieces, span);
        let place = self.types[id as usize].map_or(Place::MAX, |best| best.place);
        let start = self.pieces.end();
        self.pieces.copy(&pieces, span);
        let span = self.pieces.since(start);
        self.types[id as usize] = Some(Best { span, length, place });
        Ok(())
    }

    /// Reads the text of a rule for `name`.
    ///
    /// # Errors
    /// It is empty, or a reference in it has no name or no end.
    pub fn parse(&mut self, name: &[u8], text: &[u8], out: &mut Pieces) -> Result<Span, Fault> {
        let fault = |parts: &[&[u8]]| Fault::new("type_parse", &parts.concat());
        let begin = out.end();
        if text.is_empty() {
            return Err(fault(&[b"empty type string override for '", name, b"'"]));
        }
        let mut rest = text;
        let starts = |rest: &[u8]| (0..rest.len()).find(|at| is_reference(&rest[*at..]));
        while let Some(at) = starts(rest) {
            out.put(&rest[..at]);
            let reference = &rest[at..];
            let letter = &reference[..1];
            let (inner, mark) = match reference.get(2) {
                Some(b'\'') => (3, b'\''),
                _ => (2, b' '),
            };
            let end = memchr::memchr(mark, &reference[inner..]).map(|end| end + inner);
            let size = match (end, mark) {
                (None, b'\'') => {
                    let parts = [
                        b"incomplete ",
                        letter,
                        b"# type reference for '",
                        name,
                        b"' (string : '",
                        text,
                        b"')",
                    ];
                    return Err(fault(&parts));
                }
                (Some(end), b'\'') => end + 1,
                (end, _) => end.unwrap_or(reference.len()),
            };
            if end.unwrap_or(reference.len()) == inner {
                let parts =
                    [b"empty ", letter, b"# type name for '", name, b"' (string: '", text, b"')"];
                return Err(fault(&parts));
            }
            let id = self.name_id(&reference[..size]);
            out.refer(id);
            rest = &reference[size..];
        }
        out.put(rest);
        Ok(out.since(begin))
    }
}
