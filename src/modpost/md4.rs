//! The digest of a module's sources: MD4, but for the order of bytes in the words it works on.
//!
//! MD4 (RFC 1320) takes the message as words in little-endian order. modpost takes them in
//! big-endian order, and leaves the length at the end as MD4 has it. So no library's MD4 can be used.

/// How many digits modpost prints: its buffer has no room for all 32.
pub(super) const DIGITS: usize = 23;

/// A digest, taken over text that arrives piece by piece.
#[derive(Clone, Debug)]
pub(super) struct Digest {
    state: State,
    /// What has not been worked in yet: less than a block.
    block: Vec<u8>,
    /// How many bytes have arrived.
    length: u64,
}

const BLOCK: usize = 64;

/// What is worked in at once.
type Block = [u8; BLOCK];

/// The four words that become the digest.
type State = [u32; 4];

impl Digest {
    /// The digest of no text.
    pub(super) fn new() -> Self {
        let state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        Self { state, block: Vec::with_capacity(BLOCK), length: 0 }
    }

    /// Takes in more text.
    pub(super) fn update(&mut self, mut text: &[u8]) {
        self.length += text.len() as u64;
        if !self.block.is_empty() {
            let (now, rest) = text.split_at(text.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            text = rest;
            let Ok(block) = <&Block>::try_from(&self.block[..]) else { return };
            self.state = worked_in(self.state, block, 0);
            self.block.clear();
        }
        let (blocks, rest) = text.as_chunks();
        self.state = blocks.iter().fold(self.state, |state, block| worked_in(state, block, 0));
        self.block.extend_from_slice(rest);
    }

    /// The digits of the digest, as far as modpost prints them.
    pub(super) fn digits(self) -> [u8; DIGITS] {
        let Self { mut state, block: rest, length } = self;
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(&rest);
        block[rest.len()] = 0x80;
        if rest.len() >= BLOCK - 8 {
            state = worked_in(state, &block, 0);
            block = [0; BLOCK];
        }
        state = worked_in(state, &block, length << 3);
        let bytes = state.iter().flat_map(|word| word.to_le_bytes());
        let mut digits = bytes.flat_map(|byte| [byte >> 4, byte & 0xf]);
        [(); DIGITS].map(|()| b"0123456789ABCDEF"[usize::from(digits.next().unwrap_or(0))])
    }
}

/// The state with a block worked in; the last one has the length of the message (in bits) at its
/// end. RFC 1320, section 3.4.
fn worked_in(state: State, block: &Block, bits: u64) -> State {
    let mut words = [0; BLOCK / 4];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words[14] |= bits as u32;
    words[15] |= (bits >> 32) as u32;
    // A call for each round, so that each has its function inlined: four times as fast.
    let mut turned = turn(state, &words, &FIRST, |x, y, z| (x & y) | (!x & z));
    turned = turn(turned, &words, &SECOND, |x, y, z| (x & y) | (x & z) | (y & z));
    turned = turn(turned, &words, &THIRD, |x, y, z| x ^ y ^ z);
    std::array::from_fn(|index| state[index].wrapping_add(turned[index]))
}

/// The sixteen steps of a round.
#[inline(always)]
fn turn(
    [mut a, mut b, mut c, mut d]: State,
    words: &[u32; BLOCK / 4],
    round: &Round,
    mix: impl Fn(u32, u32, u32) -> u32,
) -> State {
    for (step, &index) in round.order.iter().enumerate() {
        let sum = a
            .wrapping_add(mix(b, c, d))
            .wrapping_add(words[index])
            .wrapping_add(round.constant)
            .rotate_left(round.turns[step % 4]);
        (a, b, c, d) = (d, sum, b, c);
    }
    [a, b, c, d]
}

/// What differs between MD4's three rounds, besides the function.
struct Round {
    constant: u32,
    /// Which word each step takes.
    order: [usize; BLOCK / 4],
    turns: [u32; 4],
}

const FIRST: Round = Round {
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    turns: [3, 7, 11, 19],
};

const SECOND: Round = Round {
    constant: 0x5a82_7999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    turns: [3, 5, 9, 13],
};

const THIRD: Round = Round {
    constant: 0x6ed9_eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    turns: [3, 9, 11, 15],
};
