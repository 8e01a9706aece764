//! The interner: every text that can be part of a definition, held once and named by a number.
//!
//! A word's text is a range of the source, or of a small store of texts that stand in no source
//! (`UNKNOWN`, the numbers of enumerators, what a reference file says). The entry of a word also
//! says what the word names now, in each of the two name spaces of C, so that the question asked
//! most often, "what is this name?", costs one lookup.

use super::keywords::KEYWORDS;
use super::symbol_id::SymbolId;
use super::tables::Terminal;
use crate::formats::append_short;
use crate::formats::symtypes::Kind;
use crate::release::Genksyms;

/// The number of a word. The first 256 are the single bytes, the next ones the keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WordId(u32);

impl WordId {
    /// The word that is one byte.
    pub(super) fn of_byte(byte: u8) -> Self {
        Self(u32::from(byte))
    }

    /// The place of the word's entry.
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A word's text and what it names.
#[derive(Clone, Copy)]
struct Entry {
    key: Key,
    /// Where the text starts: in the source or, from the source's length on, in the own texts.
    start: u32,
    length: u32,
    /// The typedef, enumerator, variable or function of this name.
    ordinary: Option<SymbolId>,
    /// The struct, union or enum of this name.
    tag: Option<SymbolId>,
    /// How many names were deferred when this one was looked for among them.
    asked: u32,
    /// Whether the ordinary name is a typedef's. The table knows it too; but it is asked of every
    /// other word, and the table's entry would have to be fetched from memory.
    is_typedef: bool,
}

/// One place of the hash table.
#[derive(Clone, Copy, Default)]
struct Slot {
    key: Key,
    /// The word's number plus one; 0 if the place is free.
    word: u32,
    /// Where its text starts, as the entry has it.
    start: u32,
}

/// What a text is looked up by. Its first byte is the length (`LONGEST` for all that are longer).
/// The key of a short text holds all of it, so that the same key settles it; the other bytes of a
/// longer text's key are a hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key(u64);

/// A name that stands in the source, and the word it is, if it is one that means something: a
/// keyword, or what the table knows as a typedef, enumerator, variable or function.
#[derive(Clone, Copy)]
pub(super) struct Name {
    /// What it is looked up by.
    pub(super) key: Key,
    /// Where it stands.
    pub(super) start: u32,
    length: u32,
    /// The word it is.
    pub(super) word: Option<WordId>,
}

/// All words of one translation unit.
pub(super) struct Interner<'s> {
    source: &'s [u8],
    own: Vec<u8>,
    entries: Vec<Entry>,
    slots: Vec<Slot>,
    /// The keys of names that mean something, to the lexer or in the table.
    meaningful: Filter,
    keywords: u32,
    terminals: [Terminal; KEYWORDS.len()],
}

/// The slots of a new table, at least. Of a kernel's file, a word for every 470 to 830 bytes comes
/// into the table, and one of the right size need not be made anew while it fills.
const FIRST_SLOTS: usize = 1 << 10;

impl<'s> Interner<'s> {
    /// The single bytes and the keywords of `release`; the source's own words come as they are met.
    pub(super) fn new(source: &'s [u8], release: &Genksyms) -> Self {
        let entries = Vec::with_capacity((source.len() / 512).max(FIRST_SLOTS));
        let mut words = Interner {
            source,
            own: Vec::new(),
            entries,
            slots: vec![Slot::default(); (source.len() / 512).next_power_of_two().max(FIRST_SLOTS)],
            meaningful: Filter::default(),
            keywords: 0,
            terminals: [Terminal::Other; KEYWORDS.len()],
        };
        for byte in 0..=u8::MAX {
            words.intern(&[byte]);
        }
        for (word, terminal, group) in KEYWORDS {
            if release.has_keywords(*group) {
                let id = words.intern(word);
                words.terminals[id.index() - 256] = *terminal;
                words.mark(id);
                words.keywords = id.0 + 1;
            }
        }
        words
    }

    /// The source that words stand in.
    pub(super) fn source(&self) -> &'s [u8] {
        self.source
    }

    /// The word's text.
    pub(super) fn text(&self, word: WordId) -> &[u8] {
        let entry = &self.entries[word.index()];
        let (texts, start) = self.home(entry.start);
        &texts[start..start + entry.length as usize]
    }

    /// The texts among which one stands, and where it starts among them.
    #[inline(always)]
    fn home(&self, start: u32) -> (&[u8], usize) {
        let start = start as usize;
        match start.checked_sub(self.source.len()) {
            None => (self.source, start),
            Some(start) => (&self.own, start),
        }
    }

    /// Appends the word's text and a blank.
    #[inline(always)]
    pub(super) fn append(&self, word: WordId, text: &mut Vec<u8>) {
        if let Ok(byte) = u8::try_from(word.0) {
            return text.extend_from_slice(&[byte, b' ']);
        }
        let entry = &self.entries[word.index()];
        let (texts, start) = self.home(entry.start);
        append_short::<16>(text, texts, start..start + entry.length as usize);
        text.push(b' ');
    }

    /// The terminal of a keyword.
    pub(super) fn keyword(&self, word: WordId) -> Option<Terminal> {
        let place = word.0.wrapping_sub(256);
        (word.0 < self.keywords).then(|| self.terminals.get(place as usize).copied()).flatten()
    }

    /// What the word names among typedefs, enumerators, variables and functions.
    pub(super) fn ordinary(&self, word: WordId) -> Option<SymbolId> {
        self.entries[word.index()].ordinary
    }

    /// What the word names among structs, unions and enums.
    pub(super) fn tag(&self, word: WordId) -> Option<SymbolId> {
        self.entries[word.index()].tag
    }

    /// Whether the word names a typedef (which need not be declared or visible).
    #[inline]
    pub(super) fn is_typedef(&self, word: WordId) -> bool {
        self.entries[word.index()].is_typedef
    }

    /// Takes note that the word was looked for among `names` names; whether there were fewer before.
    #[inline]
    pub(super) fn ask(&mut self, word: WordId, names: usize) -> bool {
        let names = names as u32;
        std::mem::replace(&mut self.entries[word.index()].asked, names) < names
    }

    /// Lets the word name a symbol, or nothing, in the name space of `kind`.
    pub(super) fn set(&mut self, word: WordId, kind: Kind, symbol: Option<SymbolId>) {
        if !kind.is_tag() {
            self.mark(word);
        }
        let entry = &mut self.entries[word.index()];
        match kind {
            Kind::Struct | Kind::Union | Kind::Enum => entry.tag = symbol,
            Kind::Normal | Kind::EnumConstant => {
                (entry.ordinary, entry.is_typedef) = (symbol, false);
            }
            Kind::Typedef => (entry.ordinary, entry.is_typedef) = (symbol, symbol.is_some()),
        }
    }

    /// Takes note that a name means something.
    fn mark(&mut self, word: WordId) {
        self.meaningful.insert(self.entries[word.index()].key);
    }

    /// The word of the source's bytes `start..end`.
    #[inline]
    pub(super) fn intern_source(&mut self, start: usize, end: usize) -> WordId {
        let text = &self.source[start..end];
        if let [byte] = text {
            return WordId::of_byte(*byte);
        }
        let key = Key::of(text);
        match self.find(key, text) {
            Some(word) => word,
            None => self.insert(key, start, end - start),
        }
    }

    /// The name that is the source's bytes `start..end`.
    #[inline]
    pub(super) fn name(&self, start: usize, end: usize) -> Name {
        let text = &self.source[start..end];
        let key = Key::of(text);
        let word = if self.meaningful.may_contain(key) { self.find(key, text) } else { None };
        Name { key, start: start as u32, length: (end - start) as u32, word }
    }

    /// The name that is the source's bytes `start..end`, if it is quick to see that it means
    /// nothing.
    #[inline(always)]
    pub(super) fn meaningless_name(&self, start: usize, end: usize) -> Option<Name> {
        let key = Key::of(&self.source[start..end]);
        let (start, length) = (start as u32, (end - start) as u32);
        (!self.meaningful.may_contain(key)).then_some(Name { key, start, length, word: None })
    }

    /// The word that a name is, or becomes.
    pub(super) fn intern_name(&mut self, name: &Name) -> WordId {
        let (start, length) = (name.start as usize, name.length as usize);
        name.word.unwrap_or_else(|| self.intern_source(start, start + length))
    }

    /// What a word is looked up by.
    pub(super) fn key(&self, word: WordId) -> Key {
        self.entries[word.index()].key
    }

    /// The word of a text that need not stand in the source.
    pub(super) fn intern(&mut self, text: &[u8]) -> WordId {
        let key = Key::of(text);
        match self.find(key, text) {
            Some(word) => word,
            None => {
                let start = self.source.len() + self.own.len();
                self.own.extend_from_slice(text);
                self.insert(key, start, text.len())
            }
        }
    }

    /// The word of this text, if there is one.
    #[inline(always)]
    fn find(&self, key: Key, text: &[u8]) -> Option<WordId> {
        let mask = self.slots.len() - 1;
        let mut place = key.place();
        loop {
            let slot = &self.slots[place & mask];
            let number = slot.word.checked_sub(1)?;
            if slot.key == key && (key.is_whole_text() || self.is_text_of(slot, key, text)) {
                return Some(WordId(number));
            }
            place += 1;
        }
    }

    /// Whether a slot with the right key is that of a text which its key does not hold.
    #[inline]
    fn is_text_of(&self, slot: &Slot, key: Key, text: &[u8]) -> bool {
        if key.is_longest() {
            return self.text(WordId(slot.word - 1)) == text;
        }
        // The key has settled the length.
        let (texts, start) = self.home(slot.start);
        texts.get(start..start + text.len()).is_some_and(|known| is_same(known, text))
    }

    /// Adds a word that is not there yet.
    #[inline(never)]
    fn insert(&mut self, key: Key, start: usize, length: usize) -> WordId {
        // Invariant: source and own texts together are under 4 GiB (`run` refuses more source
        // than half of that, and own texts are shorter than the source and reference together).
        let id = self.entries.len() as u32;
        let (start, length) = (start as u32, length as u32);
        let (ordinary, tag) = (None, None);
        self.entries.push(Entry { key, start, length, ordinary, tag, asked: 0, is_typedef: false });
        put(&mut self.slots, Slot { key, word: id + 1, start });
        if self.entries.len() * 2 > self.slots.len() {
            self.grow();
        }
        WordId(id)
    }

    /// Doubles the hash table.
    fn grow(&mut self) {
        let mut slots = vec![Slot::default(); self.slots.len() * 2];
        for slot in self.slots.iter().filter(|slot| slot.word != 0) {
            put(&mut slots, *slot);
        }
        self.slots = slots;
    }
}

/// A set of keys that may say yes to others too. What it says no to need not be looked for in a
/// table, which is too large to be at hand.
#[derive(Default)]
pub(super) struct Filter(Vec<u64>);

impl Filter {
    /// How many words of 64 bits there are, once there are any: 16 KiB.
    const SIZE: usize = 1 << 11;

    /// Adds a key.
    #[inline(always)]
    pub(super) fn insert(&mut self, key: Key) {
        if self.0.is_empty() {
            self.0 = vec![0; Self::SIZE];
        }
        let (place, bit) = Self::bit(key);
        self.0[place] |= bit;
    }

    /// Whether a key may have been added.
    #[inline(always)]
    pub(super) fn may_contain(&self, key: Key) -> bool {
        let (place, bit) = Self::bit(key);
        self.0.get(place).is_some_and(|bits| bits & bit != 0)
    }

    /// A key's word and bit.
    #[inline(always)]
    fn bit(key: Key) -> (usize, u64) {
        let place = key.place();
        (place / 64 % Self::SIZE, 1 << (place % 64))
    }
}

/// Puts a word that is not there yet into a hash table with room.
fn put(slots: &mut [Slot], slot: Slot) {
    let mask = slots.len() - 1;
    let mut place = slot.key.place() & mask;
    while slots[place].word != 0 {
        place = (place + 1) & mask;
    }
    slots[place] = slot;
}

/// Whether two texts of the same length are the same. Most are so short that the first and the
/// last eight bytes are all of it.
#[inline]
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ends = |text: &[u8]| Some((*text.first_chunk::<8>()?, *text.last_chunk::<8>()?));
    match (ends(one), ends(other)) {
        (Some(ends), Some(other_ends)) if one.len() <= 16 => ends == other_ends,
        _ => one == other,
    }
}

/// A constant with bits all over, for hashing by multiplication.
pub(super) const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Key {
    /// The longest text that is its own key; the eighth byte of the key is the length.
    const WHOLE: usize = 7;

    /// The greatest length that a key tells.
    const LONGEST: usize = 0xff;

    /// The key of a text. It is fixed: time does not depend on a seed, and results never on a key.
    #[inline(always)]
    pub(super) fn of(text: &[u8]) -> Self {
        let length = text.len();
        let bits = match (text.split_first_chunk::<4>(), text.split_last_chunk::<4>()) {
            _ if length > Self::WHOLE => return Self::of_long(text),
            (Some((first, _)), Some((_, last))) => {
                let last = u64::from(u32::from_le_bytes(*last));
                u64::from(u32::from_le_bytes(*first)) | last << (8 * (length - 4))
            }
            _ => match *text {
                [] => 0,
                [a] => u64::from(a),
                [a, b] => u64::from(a) | u64::from(b) << 8,
                [a, b, c, ..] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
            },
        };
        Self(bits | (length as u64) << 56)
    }

    /// The hash of a text of eight bytes and more: overlapping reads, a multiplication for two.
    #[inline(always)]
    fn of_long(text: &[u8]) -> Self {
        let mix = |state: u64, one: &[u8], other: &[u8]| {
            let words =
                [one, other].map(|bytes| bytes.first_chunk().map(|b| u64::from_le_bytes(*b)));
            let [one, other] = words.map(Option::unwrap_or_default);
            let product = u128::from(state ^ one) * u128::from(other ^ FACTOR);
            (product as u64) ^ ((product >> 64) as u64)
        };
        let length = text.len();
        let mut state = length as u64;
        let mut ends = (text, &text[length - 8..]);
        if length > 16 {
            let chunks = text.as_chunks::<16>().0;
            state = chunks.iter().fold(state, |state, chunk| mix(state, chunk, &chunk[8..]));
            // The last chunk and the last sixteen bytes may overlap; together they miss nothing.
            ends.0 = &text[length - 16..];
        }
        state = mix(state, ends.0, ends.1);
        Self(state << 8 >> 8 | (length.min(Self::LONGEST) as u64) << 56)
    }

    /// Whether the text may be longer than the key says.
    #[inline]
    fn is_longest(self) -> bool {
        self.0 >> 56 == Self::LONGEST as u64
    }

    /// Whether texts of this key are the same.
    #[inline]
    pub(super) fn is_whole_text(self) -> bool {
        self.0 >> 56 <= Self::WHOLE as u64
    }

    /// A number whose low bits tell keys apart.
    #[inline]
    pub(super) fn place(self) -> usize {
        let product = self.0.wrapping_mul(FACTOR);
        (product ^ product >> 32) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{Interner, Terminal};
    use crate::release::{Behaviour, Genksyms, KernelRelease};

    fn newest() -> Genksyms {
        Behaviour::at(KernelRelease::NEWEST_KNOWN).genksyms
    }

    #[test]
    fn each_text_has_one_word_and_each_word_its_text() {
        let source = b"a ab abc abcd abcde abcdef abcdefg abcdefgh abcdefghi \
            abcdefghijklmnop abcdefghijklmnopq int abcdefgh\0";
        let mut words = Interner::new(source, &newest());
        let mut start = 0;
        for text in source.split(|byte| *byte == b' ') {
            let word = words.intern_source(start, start + text.len());
            start += text.len() + 1;
            assert_eq!(words.text(word), text);
            assert_eq!(words.intern(text), word);
            for length in 1..text.len() {
                assert_ne!(words.intern(&text[..length]), word);
            }
        }
    }

    /// Which of these words export a symbol in a release.
    fn exporting(release: &str) -> Vec<&'static str> {
        let release = Behaviour::at(release.parse().unwrap()).genksyms;
        let mut words = [
            "EXPORT_SYMBOL",
            "EXPORT_SYMBOL_GPL",
            "EXPORT_SYMBOL_GPL_FUTURE",
            "EXPORT_UNUSED_SYMBOL",
            "EXPORT_UNUSED_SYMBOL_GPL",
            "__GENKSYMS_EXPORT_SYMBOL",
        ]
        .to_vec();
        words.retain(|word| {
            let mut interner = Interner::new(word.as_bytes(), &release);
            let word = interner.intern(word.as_bytes());
            interner.keyword(word) == Some(Terminal::Export)
        });
        words
    }

    #[test]
    fn each_release_has_its_own_words_that_export() {
        // From the sources of 4.19.1, 4.19.222, RHEL 8 and 5.4.59.
        for release in ["4.19.1", "4.19", "4.18-el8.0", "4.18-el8.10", "5.3"] {
            assert_eq!(exporting(release).len(), 5, "{release}");
            assert!(!exporting(release).contains(&"__GENKSYMS_EXPORT_SYMBOL"), "{release}");
        }
        for release in ["5.4", "5.10", "5.14-el9.0", "7.3"] {
            assert_eq!(exporting(release), ["__GENKSYMS_EXPORT_SYMBOL"], "{release}");
        }
    }

    #[test]
    fn the_table_grows() {
        let source: Vec<u8> = (0..40_000).flat_map(|n| format!("name_{n} ").into_bytes()).collect();
        let mut words = Interner::new(&source, &newest());
        let mut ids = Vec::new();
        for name in source.split(|byte| *byte == b' ') {
            ids.push((words.intern(name), name));
        }
        assert!(ids.iter().all(|(id, name)| words.text(*id) == *name));
    }
}
