//! Numbers of 32 bits in the byte order of the file; types are made of nothing else.

use super::bad_btf::BadBtf;

/// What BTF begins with.
const MAGIC: u16 = 0xeb9f;

/// Words, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'d> {
    bytes: &'d [u8],
    is_big_endian: bool,
}

impl<'d> Words<'d> {
    /// The words of `bytes`, whose byte order the magic number at the front shows.
    pub(super) fn of_file(bytes: &'d [u8]) -> Result<Self, BadBtf> {
        match bytes.first_chunk() {
            Some(&magic) if u16::from_le_bytes(magic) == MAGIC => {
                Ok(Self { bytes, is_big_endian: false })
            }
            Some(&magic) if u16::from_be_bytes(magic) == MAGIC => {
                Ok(Self { bytes, is_big_endian: true })
            }
            _ => Err(BadBtf::NoHeader),
        }
    }

    /// The words of other bytes of the same file.
    pub(super) fn in_same_order<'e>(&self, bytes: &'e [u8]) -> Words<'e> {
        Words { bytes, is_big_endian: self.is_big_endian }
    }

    /// How many there are; bytes at the end that are no whole word do not count.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() / 4
    }

    /// Word `index`; `None` after the end.
    pub(super) fn get(&self, index: usize) -> Option<u32> {
        let bytes = *self.bytes.get(index.checked_mul(4)?..)?.first_chunk()?;
        Some(if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// So many words from `start` on; `None` if there are fewer.
    pub(super) fn cut(&self, start: usize, count: usize) -> Option<Self> {
        let bytes = self.bytes.get(start.checked_mul(4)?..)?.get(..count.checked_mul(4)?)?;
        Some(Self { bytes, ..*self })
    }

    /// All words in order.
    pub(super) fn iter(self) -> impl Iterator<Item = u32> + 'd {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}
