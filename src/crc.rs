//! The checksum of expanded types: CRC-32 as zlib has it, over the text as a stream.

/// A CRC-32, taken over text that arrives piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Crc(crc32fast::Hasher);

impl Crc {
    /// The CRC of no text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in more text. The result does not depend on how the text is cut.
    pub fn update(&mut self, text: &[u8]) {
        self.0.update(text);
    }

    /// Takes in text whose CRC alone is known, as if it had been taken in here.
    pub fn append(&mut self, other: &Self) {
        self.0.combine(&other.0);
    }

    /// The CRC of all text so far.
    #[must_use]
    pub fn value(self) -> u32 {
        self.0.finalize()
    }
}

/// The eight lower-case digits that all texts give a CRC.
// A table, because `write!` costs more than the rest of a line.
pub fn hex_digits(crc: u32) -> [u8; 8] {
    let mut digits = [0; 8];
    for (place, digit) in digits.iter_mut().enumerate() {
        let nibble = (crc >> (28 - 4 * place)) & 0xf;
        *digit = b"0123456789abcdef"[nibble as usize];
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::Crc;

    #[test]
    fn the_crc_is_the_one_upstream_prints() {
        // `int f(void);`, exported, has this CRC in the C program (linux-kbuild-6.1 6.1.192-2).
        let mut crc = Crc::new();
        crc.update(b"int f ");
        crc.update(b"( void ) ");
        assert_eq!(crc.value(), 0xe0df_8f5b);
    }

    #[test]
    fn a_crc_stands_for_its_text() {
        let (mut crc, mut rest) = (Crc::new(), Crc::new());
        crc.update(b"int f ");
        rest.update(b"( void ) ");
        crc.append(&rest);
        assert_eq!(crc.value(), 0xe0df_8f5b);
    }
}
