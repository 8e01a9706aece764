//! What the skimmer learns of a source: texts with which declarations begin.
//!
//! A kernel's file has some 10,000 declarations, and what stands before their names is mostly the
//! same few hundred texts. What was accepted once need not be taken apart again.

use std::ops::Range;

use super::super::words::{Key, is_same};

/// What declarations have begun with.
pub(in super::super) struct Learnt<'s> {
    pub(super) beginnings: Beginnings<'s>,
    pub(super) heads: Heads<'s>,
}

impl Learnt<'_> {
    /// Nothing is learnt yet.
    pub(in super::super) fn nothing() -> Self {
        Self {
            beginnings: Beginnings(Vec::new()),
            heads: Heads(vec![(Key::default(), b""); Heads::ROOM]),
        }
    }
}

/// Texts of nothing but storage classes and attributes, with which declarations begin, or go on
/// behind another such text. For each, its first bytes and all of it.
///
/// The kernel's `inline` is a hundred bytes of them, before each of some 3,000 functions.
pub(super) struct Beginnings<'s>(Vec<([u8; 8], &'s [u8])>);

impl<'s> Beginnings<'s> {
    /// How long a text is that is worth remembering.
    const WORTHWHILE: usize = 32;

    /// How many texts are remembered: the first ones are the most frequent.
    const MOST: usize = 6;

    /// The length of the text with which the rest of a source begins, if it is one of these.
    #[inline(always)]
    pub(super) fn find(&mut self, rest: &[u8]) -> Option<usize> {
        let first = rest.first_chunk()?;
        let is_here = |(start, text): &([u8; 8], &[u8])| start == first && rest.starts_with(text);
        let index = self.0.iter().position(is_here)?;
        let (_, text) = self.0[index];
        // Most declarations begin like the one before.
        self.0.swap(0, index);
        Some(text.len())
    }

    /// Remembers a text, if others may begin with it too.
    pub(super) fn insert(&mut self, text: &'s [u8]) {
        let is_wanted = text.len() >= Self::WORTHWHILE && self.0.len() < Self::MOST;
        // What goes over lines may hold a marker, which must be taken note of.
        if is_wanted
            && !text.contains(&b'\n')
            && let Some(first) = text.first_chunk()
        {
            self.0.push((*first, text));
        }
    }
}

/// Texts that stand between that and a declarator's name, as a small hash table: what is forgotten
/// is only learnt again.
pub(super) struct Heads<'s>(Vec<(Key, &'s [u8])>);

impl<'s> Heads<'s> {
    /// How many texts there is room for; a file has some hundred.
    const ROOM: usize = 1024;

    /// How many places a text may be in.
    const PLACES: usize = 4;

    /// The places where a text may be.
    #[inline(always)]
    fn places(key: Key) -> Range<usize> {
        let first = key.place() % (Self::ROOM / Self::PLACES) * Self::PLACES;
        first..first + Self::PLACES
    }

    /// Whether a text is remembered.
    #[inline(always)]
    pub(super) fn contains(&self, text: &[u8]) -> bool {
        let key = Key::of(text);
        self.0[Self::places(key)]
            .iter()
            .any(|(known, head)| *known == key && (key.is_whole_text() || is_same(head, text)))
    }

    /// Remembers a text, if need be in the place of another one.
    pub(super) fn insert(&mut self, text: &'s [u8]) {
        let key = Key::of(text);
        let places = &mut self.0[Self::places(key)];
        if !places.contains(&(key, text)) {
            let free = places.iter().position(|(_, text)| text.is_empty()).unwrap_or_default();
            places[free] = (key, text);
        }
    }
}
