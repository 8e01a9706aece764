//! Texts with references to types between their words.

use std::ops::Range;

/// The index of a name that references have.
pub(super) type NameId = u32;

/// A reference in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reference {
    /// Where in the words it stands.
    at: u32,
    name: NameId,
}

/// A part of [`Pieces`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    words: (u32, u32),
    references: (u32, u32),
}

impl Span {
    fn words(self) -> Range<usize> {
        self.words.0 as usize..self.words.1 as usize
    }

    fn references(self) -> Range<usize> {
        self.references.0 as usize..self.references.1 as usize
    }
}

/// Any number of texts, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    words: Vec<u8>,
    references: Vec<Reference>,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'p> {
    /// Words as they are.
    Words(&'p [u8]),
    /// A reference.
    Reference(NameId),
}

impl Pieces {
    /// Appends words.
    pub fn put(&mut self, words: &[u8]) {
        self.words.extend_from_slice(words);
    }

    /// Appends a reference.
    pub fn refer(&mut self, name: NameId) {
        self.references.push(Reference { at: self.words.len() as u32, name });
    }

    /// How many bytes they take.
    pub fn size(&self) -> usize {
        self.words.len() + size_of_val(&*self.references)
    }

    /// Where the next piece will be.
    pub fn end(&self) -> (u32, u32) {
        (self.words.len() as u32, self.references.len() as u32)
    }

    /// What was appended since `start`.
    pub fn since(&self, start: (u32, u32)) -> Span {
        let end = self.end();
        Span { words: (start.0, end.0), references: (start.1, end.1) }
    }

    /// Appends a copy of some of `other`.
    pub fn copy(&mut self, other: &Self, span: Span) {
        let (start, _) = self.end();
        self.words.extend_from_slice(&other.words[span.words()]);
        let moved = |reference: &Reference| Reference {
            at: start + (reference.at - span.words.0),
            name: reference.name,
        };
        self.references.extend(other.references[span.references()].iter().map(moved));
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.words.clear();
        self.references.clear();
    }

    /// How many bytes the words of a text have.
    pub fn word_bytes(&self, span: Span) -> u32 {
        span.words.1 - span.words.0
    }

    /// The names that a text refers to.
    pub fn names(&self, span: Span) -> impl Iterator<Item = NameId> + '_ {
        self.references[span.references()].iter().map(|reference| reference.name)
    }

    /// The next piece of a text, of which `left` is left.
    pub fn next(&self, left: &mut Span) -> Option<Piece<'_>> {
        let reference = self.references[left.references()].first();
        let end = reference.map_or(left.words.1, |reference| reference.at);
        if end > left.words.0 {
            let words = &self.words[left.words.0 as usize..end as usize];
            left.words.0 = end;
            return Some(Piece::Words(words));
        }
        left.references.0 += u32::from(reference.is_some());
        reference.map(|reference| Piece::Reference(reference.name))
    }
}
