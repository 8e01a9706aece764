//! What kind of machine an object is for, as far as its data is laid out differently.

/// The width and byte order of a target's data, as each object states them itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// `ELFCLASS64`: addresses and the kernel's `long` have 8 bytes, else 4.
    pub is_64_bit: bool,
    /// `ELFDATA2MSB`.
    pub is_big_endian: bool,
}

impl Target {
    /// How many bytes an address has.
    pub fn address_size(self) -> usize {
        if self.is_64_bit { 8 } else { 4 }
    }

    /// The 16-bit number that `bytes` begins with; `None` if there are too few.
    pub fn u16(self, bytes: &[u8]) -> Option<u16> {
        let bytes = *bytes.first_chunk()?;
        Some(if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    /// The 32-bit number that `bytes` begins with; `None` if there are too few.
    pub fn u32(self, bytes: &[u8]) -> Option<u32> {
        let bytes = *bytes.first_chunk()?;
        Some(if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// The 64-bit number that `bytes` begins with; `None` if there are too few.
    pub fn u64(self, bytes: &[u8]) -> Option<u64> {
        let bytes = *bytes.first_chunk()?;
        Some(if self.is_big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }
}
