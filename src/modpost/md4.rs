//! The digest of a module's sources: MD4, but for the order of bytes in the words it works on.
//!
//! MD4 (RFC 1320) takes the message as words in little-endian order. modpost takes them in
//! big-endian order, and leaves the length at the end as MD4 has it. So no library's MD4 can be used.

/// How many digits modpost prints: its buffer has no room for all 32.
pub(super) const DIGITS: usize = 23;

/// A digest, taken over text that arrives piece by piece.
#[derive(Clone, Debug)]
pub(super) struct Digest {
    state: [u32; 4],
    /// What has not been worked in yet: less than a block.
    block: Vec<u8>,
    /// How many bytes have arrived.
    length: u64,
}

const BLOCK: usize = 64;

impl Digest {
    /// The digest of no text.
    pub(super) fn new() -> Self {
        let state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        Self { state, block: Vec::with_capacity(2 * BLOCK), length: 0 }
    }

    /// Takes in more text.
    pub(super) fn update(&mut self, mut text: &[u8]) {
        self.length += text.len() as u64;
        while self.block.len() + text.len() >= BLOCK {
            let (now, rest) = text.split_at(BLOCK - self.block.len());
            self.block.extend_from_slice(now);
            self.work_in(0);
            text = rest;
        }
        self.block.extend_from_slice(text);
    }

    /// The digits of the digest, as far as modpost prints them.
    pub(super) fn digits(mut self) -> [u8; DIGITS] {
        self.block.push(0x80);
        if self.block.len() > BLOCK - 8 {
            self.block.resize(BLOCK, 0);
            self.work_in(0);
        }
        self.block.resize(BLOCK, 0);
        self.work_in(self.length << 3);
        let bytes = self.state.iter().flat_map(|word| word.to_le_bytes());
        let mut digits = bytes.flat_map(|byte| [byte >> 4, byte & 0xf]);
        [(); DIGITS].map(|()| b"0123456789ABCDEF"[usize::from(digits.next().unwrap_or(0))])
    }

    /// Works in the block, with the length of the message (in bits) at its end if it is the last.
    fn work_in(&mut self, bits: u64) {
        let mut words = [0; BLOCK / 4];
        for (word, bytes) in words.iter_mut().zip(self.block.chunks_exact(4)) {
            *word = bytes.try_into().map_or(0, u32::from_be_bytes);
        }
        words[14] |= bits as u32;
        words[15] |= (bits >> 32) as u32;
        self.block.clear();
        let before = self.state;
        for round in &ROUNDS {
            self.turn(round, &words);
        }
        for (word, before) in self.state.iter_mut().zip(before) {
            *word = word.wrapping_add(before);
        }
    }

    fn turn(&mut self, round: &Round, words: &[u32; BLOCK / 4]) {
        let [mut a, mut b, mut c, mut d] = self.state;
        for (step, &index) in round.order.iter().enumerate() {
            let sum = a
                .wrapping_add((round.mix)(b, c, d))
                .wrapping_add(words[index])
                .wrapping_add(round.constant)
                .rotate_left(round.turns[step % 4]);
            (a, b, c, d) = (d, sum, b, c);
        }
        self.state = [a, b, c, d];
    }
}

/// One of MD4's three rounds of sixteen steps.
struct Round {
    mix: fn(u32, u32, u32) -> u32,
    constant: u32,
    /// Which word each step takes.
    order: [usize; BLOCK / 4],
    turns: [u32; 4],
}

/// RFC 1320, section 3.4.
const ROUNDS: [Round; 3] = [
    Round {
        mix: |x, y, z| (x & y) | (!x & z),
        constant: 0,
        order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        turns: [3, 7, 11, 19],
    },
    Round {
        mix: |x, y, z| (x & y) | (x & z) | (y & z),
        constant: 0x5a82_7999,
        order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
        turns: [3, 5, 9, 13],
    },
    Round {
        mix: |x, y, z| x ^ y ^ z,
        constant: 0x6ed9_eba1,
        order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
        turns: [3, 9, 11, 15],
    },
];
