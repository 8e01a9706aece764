//! What the skimmer remembers of a source: texts that declarations begin with.
//!
//! A kernel's file has some 10,000 declarations, and what stands before their names is mostly the
//! same few hundred texts. What was accepted once need not be examined again.

use std::ops::Range;

use super::super::interner::{FACTOR, Key, is_same};

/// What declarations have begun with.
pub(in super::super) struct KnownTexts<'s> {
    pub(super) beginnings: Beginnings<'s>,
    pub(super) heads: Heads<'s>,
}

impl KnownTexts<'_> {
    /// No text is known yet.
    pub(in super::super) fn nothing() -> Self {
        Self {
            beginnings: Beginnings::default(),
            heads: Heads(vec![(Key::default(), b""); Heads::ROOM]),
        }
    }
}

/// Texts of nothing but storage classes and attributes, with which declarations begin, or continue
/// after another such text.
///
/// The kernel's `inline` is a hundred bytes of them, before each of some 3,000 functions.
#[derive(Default)]
pub(super) struct Beginnings<'s> {
    /// For each, its first bytes and all of it.
    texts: Vec<([u8; 8], &'s [u8])>,
    /// A bit for each text's first bytes. Two of three declarations begin with none of them, which
    /// this shows: it saves 0.3 of 24 million instructions.
    bits: u64,
}

impl<'s> Beginnings<'s> {
    /// How long a text is that is worth remembering.
    const WORTHWHILE: usize = 32;

    /// How many texts are remembered: the first ones are the most frequent.
    const MOST: usize = 6;

    /// The bit of a text's first bytes.
    #[inline(always)]
    fn bit(first: [u8; 8]) -> u64 {
        1 << (u64::from_le_bytes(first).wrapping_mul(FACTOR) >> 58)
    }

    /// The length of the text with which the rest of a source begins, if it is one of these.
    #[inline(always)]
    pub(super) fn find(&mut self, rest: &[u8]) -> Option<usize> {
        let first = rest.first_chunk()?;
        if self.bits & Self::bit(*first) == 0 {
            return None;
        }
        let is_here = |(start, text): &([u8; 8], &[u8])| start == first && rest.starts_with(text);
        let index = self.texts.iter().position(is_here)?;
        let (_, text) = self.texts[index];
        // Most declarations begin like the one before.
        if index > 0 {
            self.texts.swap(0, index);
        }
        Some(text.len())
    }

    /// Remembers a text, if others may begin with it too.
    pub(super) fn insert(&mut self, text: &'s [u8]) {
        let is_wanted = text.len() >= Self::WORTHWHILE && self.texts.len() < Self::MOST;
        // What goes over lines may hold a marker, which must be taken note of.
        if is_wanted
            && !text.contains(&b'\n')
            && let Some(first) = text.first_chunk()
        {
            self.texts.push((*first, text));
            self.bits |= Self::bit(*first);
        }
    }
}

/// Texts that stand between that and a declarator's name, as a small hash table: what is forgotten
/// is only remembered again.
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
        let is_it = |(known, head): &(Key, &[u8])| {
            *known == key && (key.is_whole_text() || is_same(head, text))
        };
        self.0[Self::places(key)].iter().any(is_it)
    }

    /// Remembers a text, if need be in the place of another one.
    pub(super) fn insert(&mut self, text: &'s [u8]) {
        if self.contains(text) {
            return;
        }
        let key = Key::of(text);
        let places = &mut self.0[Self::places(key)];
        let free = places.iter().position(|(_, text)| text.is_empty()).unwrap_or_default();
        places[free] = (key, text);
    }
}
