//! How the entries of a table are laid out in memory, on every target.

use crate::elf::Target;
use crate::release::UuidOrder;

/// The C type of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `__u8`
    U8,
    /// `__u16`
    U16,
    /// `__u32`
    U32,
    /// `kernel_ulong_t` or a pointer: 4 or 8 bytes.
    Word,
    /// An array of this many characters or bytes.
    Bytes(usize),
    /// An array of words with one bit for each of the numbers up to this one.
    BitsUpTo(usize),
}

impl Kind {
    /// Its size and its alignment, in a target whose words have `word` bytes.
    const fn layout(self, word: usize) -> (usize, usize) {
        match self {
            Self::U8 => (1, 1),
            Self::U16 => (2, 2),
            Self::U32 => (4, 4),
            Self::Word => (word, word),
            Self::Bytes(count) => (count, 1),
            Self::BitsUpTo(last) => ((last / (8 * word) + 1) * word, word),
        }
    }
}

/// The struct that the entries of a table are: its members in order, with their names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields(pub &'static [(&'static str, Kind)]);

/// One member of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Its C type.
    pub kind: Kind,
    /// Where it begins on targets of 32 bits, and of 64.
    offsets: [usize; 2],
}

impl Fields {
    /// The member of this name.
    ///
    /// # Panics
    /// There is none. It is only called for constants, so that a wrong name does not compile.
    pub const fn field(self, name: &str) -> Field {
        let mut index = 0;
        while index < self.0.len() {
            if is_same(self.0[index].0, name) {
                let offsets = [self.offset(index, 4), self.offset(index, 8)];
                return Field { kind: self.0[index].1, offsets };
            }
            index += 1;
        }
        panic!("an entry has no member of this name");
    }

    /// How many bytes an entry has.
    pub fn size(self, target: Target) -> usize {
        self.offset(self.0.len(), target.address_size())
    }

    /// Where the member of this index begins; for the number of members, where the next entry does.
    const fn offset(self, index: usize, word: usize) -> usize {
        let (mut end, mut widest, mut at) = (0_usize, 1, 0);
        while at < self.0.len() {
            let (size, alignment) = self.0[at].1.layout(word);
            let start = end.next_multiple_of(alignment);
            if at == index {
                return start;
            }
            end = start + size;
            widest = if alignment > widest { alignment } else { widest };
            at += 1;
        }
        end.next_multiple_of(widest)
    }
}

/// `==` for texts, which constants cannot call yet.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}

/// One entry of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// The bytes from its beginning to the end of the table, since a text that lacks its
    /// terminator goes on in what follows.
    pub bytes: &'a [u8],
    /// The target's layout and byte order.
    pub target: Target,
    /// How ids of 16 bytes are read, where that differs.
    pub uuids: UuidOrder,
}

impl<'a> Entry<'a> {
    /// The value of a number; of a word, its lower 32 bits.
    pub fn number(&self, field: Field) -> u32 {
        let bytes = self.from(field);
        let number = match field.kind {
            Kind::U8 => bytes.first().copied().map(u32::from),
            Kind::U16 => self.target.u16(bytes).map(u32::from),
            Kind::Word if self.target.is_64_bit => self.target.u64(bytes).map(|word| word as u32),
            Kind::U32 | Kind::Word => self.target.u32(bytes),
            Kind::Bytes(_) | Kind::BitsUpTo(_) => None,
        };
        number.unwrap_or_default()
    }

    /// The text that begins where `field` does, up to its terminator, wherever that is.
    pub fn text(&self, field: Field) -> &'a [u8] {
        let bytes = self.from(field);
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        &bytes[..end]
    }

    /// An id of 16 bytes, as older releases read it.
    pub fn uuid(&self, field: Field) -> [u8; 16] {
        let mut bytes = self.array(field);
        if self.uuids == UuidOrder::AsNumber && self.target.is_big_endian {
            bytes.reverse();
        }
        bytes
    }

    /// The first bytes of `field`.
    pub fn array<const N: usize>(&self, field: Field) -> [u8; N] {
        self.from(field).first_chunk().copied().unwrap_or([0; N])
    }

    /// Whether bit `number` is set in an array of words.
    pub fn has_bit(&self, field: Field, number: usize) -> bool {
        let size = self.target.address_size();
        let (word, bit) = (number / (8 * size), number % (8 * size));
        let bytes = self.from(field).get(word * size..).unwrap_or_default();
        let word = if self.target.is_64_bit {
            self.target.u64(bytes)
        } else {
            self.target.u32(bytes).map(u64::from)
        };
        word.unwrap_or_default() >> bit & 1 != 0
    }

    /// All bytes from `field` on.
    fn from(&self, field: Field) -> &'a [u8] {
        self.bytes.get(field.offsets[usize::from(self.target.is_64_bit)]..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Kind};
    use crate::elf::Target;

    #[test]
    fn members_and_entries_are_aligned_as_c_does_it() {
        let fields = Fields(&[
            ("byte", Kind::U8),
            ("text", Kind::Bytes(4)),
            ("short", Kind::U16),
            ("bits", Kind::BitsUpTo(64)),
            ("last", Kind::U8),
        ]);
        assert_eq!(fields.field("text").offsets, [1, 1]);
        assert_eq!(fields.field("short").offsets, [6, 6]);
        assert_eq!(fields.field("bits").offsets, [8, 8]);
        assert_eq!(fields.field("last").offsets, [20, 24]);
        let size = |is_64_bit| fields.size(Target { is_64_bit, is_big_endian: false });
        assert_eq!([size(false), size(true)], [24, 32]);
    }
}
