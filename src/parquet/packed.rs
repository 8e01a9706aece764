//! Pages, compressed with gzip.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The window of gzip, as a power of two.
const WINDOW: u8 = 15;

/// A page is never larger: a row group has so few rows that none of ours comes near.
const LARGEST: usize = 64 << 20;

/// How much room is made at a time.
const STEP: usize = 64 << 10;

/// Compresses a page as far as it goes: it is written once and read often.
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = Compress::new_gzip(Compression::best(), WINDOW);
    let mut packed = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let done = usize::try_from(gzip.total_in()).unwrap_or(usize::MAX);
        let rest = bytes.get(done..).unwrap_or_default();
        packed.reserve(bytes.len() / 2 + 64);
        match gzip.compress_vec(rest, &mut packed, FlushCompress::Finish) {
            Ok(Status::Ok | Status::BufError) => {}
            // The library has no errors but for its wrong use.
            Ok(Status::StreamEnd) | Err(_) => return packed,
        }
    }
}

/// Unpacks a page of so many bytes; none if it has others.
pub(super) fn unpack(packed: &[u8], length: usize) -> Option<Vec<u8>> {
    if length > LARGEST {
        return None;
    }
    let mut gzip = Decompress::new_gzip(WINDOW);
    let mut bytes = Vec::new();
    loop {
        let done = usize::try_from(gzip.total_in()).ok()?;
        let before = bytes.len();
        bytes.reserve(STEP.min(length - before).max(1));
        let status = gzip.decompress_vec(packed.get(done..)?, &mut bytes, FlushDecompress::Finish);
        match status.ok()? {
            _ if bytes.len() > length => return None,
            Status::StreamEnd => return (bytes.len() == length).then_some(bytes),
            Status::Ok | Status::BufError if bytes.len() > before => {}
            // Nothing more comes of it.
            Status::Ok | Status::BufError => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    #[test]
    fn a_page_is_unpacked_to_what_it_was() {
        for bytes in
            [vec![], b"some bytes".repeat(30_000), (0..=255).cycle().take(70_000).collect()]
        {
            let packed = pack(&bytes);
            assert_eq!(unpack(&packed, bytes.len()).unwrap(), bytes);
            assert_eq!(unpack(&packed, bytes.len() + 1), None);
            assert_eq!(unpack(&packed, bytes.len().wrapping_sub(1)), None);
            assert_eq!(unpack(&packed[..packed.len() / 2], bytes.len()), None);
        }
        assert_eq!(unpack(b"no gzip at all", 3), None);
    }
}
