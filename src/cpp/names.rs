//! Every spelling of a token, held once and named by a number.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::shared::SharedNames;

/// The number of a spelling. The first ones are those of [`PUNCTUATORS`], in their order, the next
/// ones those of [`KNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct Id(u32);

impl Id {
    /// The number that no spelling has, for tokens without one.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// The number of the spelling at this place.
    pub(super) const fn at(place: u32) -> Self {
        Self(place)
    }

    /// The place of the spelling.
    pub(super) fn place(self) -> usize {
        self.0 as usize
    }

    /// The number itself: for a parameter, which one it is.
    pub(super) fn number(self) -> u32 {
        self.0
    }
}

/// The spellings of all punctuators. Digraphs are not among them: they are for the real preprocessor.
pub(super) const PUNCTUATORS: [&[u8]; 48] = [
    b"(", b")", b"{", b"}", b",", b";", b"[", b"]", b"=", b"*", b"&", b"-", b"+", b"->", b".",
    b"...", b":", b"?", b"!", b"~", b"<", b">", b"<=", b">=", b"==", b"!=", b"&&", b"||", b"|",
    b"^", b"<<", b">>", b"/", b"%", b"++", b"--", b"+=", b"-=", b"*=", b"/=", b"%=", b"&=", b"|=",
    b"^=", b"<<=", b">>=", b"#", b"##",
];

/// Names that mean something to the preprocessor or to the search for bodies.
pub(super) const KNOWN: [&[u8]; 23] = [
    b"defined",
    b"__VA_ARGS__",
    b"__VA_OPT__",
    b"struct",
    b"union",
    b"enum",
    b"__attribute__",
    b"__attribute",
    b"_Pragma",
    b"__LINE__",
    b"__FILE__",
    b"__COUNTER__",
    b"__has_include",
    b"__has_include_next",
    b"__has_attribute",
    b"__has_builtin",
    b"__has_c_attribute",
    b"__has_cpp_attribute",
    b"__BASE_FILE__",
    b"__INCLUDE_LEVEL__",
    b"_Alignas",
    b"__extension__",
    b"__GENKSYMS_EXPORT_SYMBOL",
];

/// The number of a known name, found when the program is compiled.
macro_rules! known {
    ($($constant:ident = $spelling:literal),* $(,)?) => {
        impl Id {
            $(pub(super) const $constant: Self = Self::known($spelling);)*
        }
    };
}

known! {
    DEFINED = b"defined", VA_ARGS = b"__VA_ARGS__", VA_OPT = b"__VA_OPT__", STRUCT = b"struct",
    UNION = b"union", ENUM = b"enum", ATTRIBUTE = b"__attribute__", ATTRIBUTE_SHORT = b"__attribute",
    PRAGMA = b"_Pragma", COUNTER = b"__COUNTER__",
    HAS_INCLUDE = b"__has_include", HAS_INCLUDE_NEXT = b"__has_include_next",
    ALIGNAS = b"_Alignas", EXPORT = b"__GENKSYMS_EXPORT_SYMBOL",
}

impl Id {
    const fn known(spelling: &[u8]) -> Self {
        Self((PUNCTUATORS.len() + place_of(&KNOWN, spelling)) as u32)
    }
}

/// The place of a spelling in a list, found when the program is compiled: it must be there.
pub(super) const fn place_of(list: &[&[u8]], spelling: &[u8]) -> usize {
    let mut at = 0;
    while at < list.len() {
        if same(list[at], spelling) {
            return at;
        }
        at += 1;
    }
    panic!("no such spelling in the list");
}

/// Whether two texts are the same.
const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// All spellings: those of a shelf, and then those met here. The default stands for names that are
/// elsewhere: nothing may be asked of it.
#[derive(Default)]
pub(super) struct Names {
    /// The spellings of a shelf, or none.
    pub(super) shared: SharedNames,
    /// The other spellings, one after the other.
    text: Vec<u8>,
    /// Where each begins; one more at the end.
    starts: Vec<u32>,
    /// The hash table: a part of the hash, and the number of the spelling plus one; 0 is free.
    slots: Vec<(u32, u32)>,
    /// How many slots are not free.
    taken: usize,
    /// The spellings of up to [`HEAD`] bytes that were met last: where a hash leads to, the bytes as a
    /// number, and which spelling it is. Few names are most tokens, and are found here without a look at
    /// anything else.
    recent: Vec<(u128, u32)>,
}

/// How many spellings may be recent: they should stay in the processor's cache.
const RECENT: usize = 1 << 11;

/// How many bytes are copied at once.
pub(super) const HEAD: usize = 16;

/// A spelling, ready to be printed.
#[derive(Clone, Copy)]
pub(super) struct Spelling<'n> {
    pub(super) bytes: &'n [u8],
    /// So many bytes from its beginning on, if there are, whatever they are: copying these, and then
    /// counting only its own, takes a few instructions.
    pub(super) head: Option<&'n [u8; HEAD]>,
}

/// The slots of a new table, and those of one beside a shelf.
const FIRST_SLOTS: usize = 1 << 17;
const FEW_SLOTS: usize = 1 << 13;

impl Names {
    /// The punctuators and the known names.
    pub(super) fn new() -> Self {
        let mut names = Self::with_room(SharedNames::default(), FIRST_SLOTS);
        for spelling in PUNCTUATORS.iter().chain(&KNOWN) {
            names.intern(spelling);
        }
        names
    }

    /// The names of a shelf, which begin as all lists do.
    pub(super) fn beside(shared: SharedNames) -> Self {
        Self::with_room(shared, FEW_SLOTS)
    }

    fn with_room(shared: SharedNames, slots: usize) -> Self {
        let mut starts = Vec::with_capacity(slots / 2);
        starts.push(0);
        let text = Vec::with_capacity(8 * slots);
        let recent = vec![(0, 0); RECENT];
        Self { shared, text, starts, slots: vec![(0, 0); slots], taken: 0, recent }
    }

    /// About how many bytes of memory they take.
    pub(super) fn size(&self) -> usize {
        self.text.capacity() + 4 * self.starts.capacity() + 8 * self.slots.capacity()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.shared.count as usize + self.starts.len() - 1
    }

    /// The spelling of this number; nothing for [`Id::NONE`].
    pub(super) fn spelling(&self, id: Id) -> &[u8] {
        let Some(own) = id.number().checked_sub(self.shared.count) else {
            return self.shared.spelling(id.place());
        };
        let own = own as usize;
        match self.starts.get(own..own.saturating_add(2)) {
            Some(&[from, to]) => &self.text[from as usize..to as usize],
            _ => &[],
        }
    }

    /// The same, ready to be printed.
    pub(super) fn printed(&self, id: Id) -> Spelling<'_> {
        let (text, bounds) = match id.number().checked_sub(self.shared.count) {
            None => (&*self.shared.text, self.shared.bounds(id.place())),
            Some(own) => {
                let own = own as usize;
                let bounds = match self.starts.get(own..own.saturating_add(2)) {
                    Some(&[from, to]) => from as usize..to as usize,
                    _ => 0..0,
                };
                (self.text.as_slice(), bounds)
            }
        };
        let head = text.get(bounds.start..).and_then(|rest| rest.first_chunk());
        Spelling { bytes: text.get(bounds).unwrap_or_default(), head }
    }

    /// The number of the spelling in this range of a text, which has no zeros in it.
    #[inline]
    pub(super) fn intern_in(&mut self, text: &[u8], range: Range<usize>) -> Id {
        let length = range.len();
        let head = text.get(range.start..).and_then(|rest| rest.first_chunk::<HEAD>());
        let (1..=HEAD, Some(head)) = (length, head) else { return self.intern(&text[range]) };
        let bytes = u128::from_le_bytes(*head) & (u128::MAX >> (8 * (HEAD - length)));
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        // The lower and the upper half.
        let mixed = (bytes as u64) ^ ((bytes >> 64) as u64).rotate_left(29);
        let at = (mixed.wrapping_mul(FACTOR) >> (64 - RECENT.ilog2())) as usize;
        match self.recent.get(at) {
            Some((known, number)) if *known == bytes => Id(*number),
            _ => {
                let id = self.intern(&text[range]);
                if let Some(recent) = self.recent.get_mut(at) {
                    *recent = (bytes, id.0);
                }
                id
            }
        }
    }

    /// The number of a spelling.
    pub(super) fn intern(&mut self, spelling: &[u8]) -> Id {
        let hash = hash(spelling);
        let part = hash as u32;
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 32) as usize & mask;
        loop {
            let (known, word) = self.slots[at];
            if word == 0 {
                break;
            }
            if known == part && self.spelling(Id(word - 1)) == spelling {
                return Id(word - 1);
            }
            at = (at + 1) & mask;
        }
        let id = match self.shared.find(hash, spelling) {
            Some(place) => Id(place),
            None => {
                let id = self.len() as u32;
                self.text.extend_from_slice(spelling);
                self.starts.push(self.text.len() as u32);
                Id(id)
            }
        };
        self.slots[at] = (part, id.0 + 1);
        self.taken += 1;
        if self.taken * 2 > self.slots.len() {
            self.grow();
        }
        id
    }

    /// Twice as many slots.
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![(0, 0); old.len() * 2];
        let mask = self.slots.len() - 1;
        for (part, word) in old.into_iter().filter(|(_, word)| *word != 0) {
            let hash = hash(self.spelling(Id(word - 1)));
            let mut at = (hash >> 32) as usize & mask;
            while self.slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = (part, word);
        }
    }
}

/// How many names every list begins with.
pub(super) const FIRST: usize = PUNCTUATORS.len() + KNOWN.len();

/// The hash of a spelling; nothing that is printed depends on it.
pub(super) fn hash(spelling: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = spelling.len() as u64;
    let (chunks, rest) = spelling.as_chunks::<8>();
    for chunk in chunks {
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(*chunk)).wrapping_mul(FACTOR);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    hash = (hash.rotate_left(23) ^ u64::from_le_bytes(last)).wrapping_mul(FACTOR);
    // The upper half depends on all bits, the lower one on the lower bits only.
    hash ^ (hash >> 32)
}
