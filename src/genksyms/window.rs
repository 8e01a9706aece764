//! A window on the source: what the skimmer needs to know of plain text, for 64 bytes at once.
//!
//! The head of a declaration, its parameters and the members of a struct are plain text with a few
//! bytes that matter. The window holds them as bits, so that going from one to the next takes
//! a few instructions, and no byte is examined twice.

use super::byte_set::{ByteSet, Few, WIDTH, first_bytes, members};

/// What a stretch of source holds. In each set, bit n stands for the byte at `start + n`.
pub(super) struct Window {
    /// Where it begins.
    start: usize,
    /// Bytes of words.
    words: u64,
    /// Bytes of words, blanks, newlines, stars, commas and dots.
    plain: u64,
    /// First bytes of words that may be keywords which begin a phrase.
    phrases: u64,
}

/// Bytes of words.
const WORDS: ByteSet =
    ByteSet::of(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");
/// Plain bytes.
const PLAIN: ByteSet = WORDS.and(b" \n\t*,.");
/// Keywords that begin phrases (`__a…`, `__t…`, `_St…`, `asm`, `typ…`) begin with one of these bytes,
const FIRST: Few = Few::of(b"_at");
/// and have one of these two bytes later. (The second byte would tell no more, and `__u8` is more
/// frequent than what is taken for such a keyword now.)
const THIRD: Few = Few::of(b"atmp");

impl Window {
    /// A window that shows nothing: it is behind any source.
    pub(super) const CLOSED: Self = Self { start: usize::MAX / 2, words: 0, plain: 0, phrases: 0 };

    /// Shows what is from `start` on, which must not be within a word.
    #[inline(always)]
    pub(super) fn open(&mut self, source: &[u8], start: usize) {
        self.words = 0;
        self.show(source, start);
    }

    /// Shows what comes next.
    #[inline(always)]
    fn go_on(&mut self, source: &[u8]) {
        self.show(source, self.start + WIDTH);
    }

    /// Shows what is from `start` on; the window's last byte is the one before.
    #[inline(always)]
    fn show(&mut self, source: &[u8], start: usize) {
        let rest = source.get(start..).unwrap_or_default();
        let mut room = None;
        let bytes = first_bytes(rest, &mut room);
        const SETS: [ByteSet; 2] = [WORDS, PLAIN];
        const FEW: [Few; 2] = [FIRST, THIRD];
        let ([words, plain], [first, third]) = members(bytes, &SETS, &FEW);
        let word_before = self.words >> (WIDTH - 1);
        // What follows the last bytes is not known.
        let pairs = first & (third >> 2 | 3 << (WIDTH - 2));
        let phrases = pairs & words & !(words << 1 | word_before);
        (self.start, self.words, self.plain, self.phrases) = (start, words, plain, phrases);
    }

    /// How far into the window an offset is, if it shows it.
    #[inline(always)]
    fn index(&self, at: usize) -> Option<u32> {
        let index = at.wrapping_sub(self.start);
        (index < WIDTH).then_some(index as u32)
    }

    /// Goes on from `at` to the next byte that is not plain, or is the first of a word which may
    /// be a keyword that begins a phrase. `at` must not be within a word.
    #[inline(always)]
    pub(super) fn stop(&mut self, source: &[u8], at: usize) -> usize {
        let mut index = match self.index(at) {
            Some(index) => index,
            None => {
                self.open(source, at);
                0
            }
        };
        loop {
            let stops = (!self.plain | self.phrases) >> index << index;
            if stops != 0 {
                return self.start + stops.trailing_zeros() as usize;
            }
            self.go_on(source);
            index = 0;
        }
    }

    /// The end of the word at `at`, if the window shows it.
    #[inline(always)]
    pub(super) fn word_end(&self, at: usize) -> Option<usize> {
        let index = self.index(at)?;
        let ends = !self.words >> index << index;
        (ends != 0).then(|| self.start + ends.trailing_zeros() as usize)
    }

    /// The last word before the first byte of the window that is not plain: where it begins, and
    /// where it ends.
    #[inline(always)]
    pub(super) fn last_plain_word(&self) -> Option<(usize, usize)> {
        // No bit is set if all is plain.
        let behind = !self.plain & self.plain.wrapping_add(1);
        let words = self.words & behind.checked_sub(1)?;
        let end = u64::BITS - words.leading_zeros();
        let others = !self.words & ((1 << end) - 1);
        let start = u64::BITS - others.leading_zeros();
        (start < end).then(|| (self.start + start as usize, self.start + end as usize))
    }
}
