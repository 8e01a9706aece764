//! What a finding is recognized by in another run.

/// A number in 32 hexadecimal digits that is the same for the same parts, in every run and on every
/// machine: of all parts, each with its length before it.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    format!("{:032x}", sum_of(parts))
}

/// The same as a shorter number, of 64 bits: both halves, one over the other.
pub fn digest(parts: &[&[u8]]) -> u64 {
    let sum = sum_of(parts);
    (sum >> 64) as u64 ^ sum as u64
}

fn sum_of(parts: &[&[u8]]) -> u128 {
    sum(parts.iter().flat_map(|part| {
        let length = (part.len() as u64).to_le_bytes();
        length.into_iter().chain(part.iter().copied())
    }))
}

/// FNV-1a of 128 bits.
fn sum(bytes: impl Iterator<Item = u8>) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.fold(BASIS, |sum, byte| (sum ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::{digest, fingerprint, sum};

    #[test]
    fn the_sum_is_that_of_the_algorithm_and_parts_are_kept_apart() {
        assert_eq!(sum(std::iter::empty()), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(sum(b"a".iter().copied()), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
        assert_ne!(fingerprint(&[b""]), fingerprint(&[]));
        let whole = fingerprint(&[b"ab"]);
        let half = |digits: &str| u64::from_str_radix(digits, 16).unwrap_or(0);
        assert_eq!(digest(&[b"ab"]), half(&whole[..16]) ^ half(&whole[16..]));
    }
}
