//! The header of a package of RPM that says what the package is: an index, in which an entry is a tag, a
//! type, a place and a number of values, and the store that the places are in. All numbers are big-endian.

/// The header, from the number of entries in its index on.
pub(super) struct Header<'h> {
    index: &'h [u8],
    store: &'h [u8],
}

/// How many bytes stand before the index: how many entries it has, and how large the store is.
const COUNTS: usize = 8;

/// How many bytes an entry has.
const ENTRY: usize = 16;

impl<'h> Header<'h> {
    /// The header in `bytes`; none if they end before its store begins.
    pub(super) fn new(bytes: &'h [u8]) -> Option<Header<'h>> {
        let count = number(bytes, 0)? as usize;
        let (_, rest) = bytes.split_at_checked(COUNTS)?;
        let (index, store) = rest.split_at_checked(count.checked_mul(ENTRY)?)?;
        Some(Header { index, store })
    }

    /// The texts of this tag, as many as are whole.
    pub(super) fn texts(&self, tag: u32) -> impl Iterator<Item = &'h [u8]> {
        let (values, count) = self.values(tag).unwrap_or_default();
        let whole = memchr::memrchr(0, values).map_or(&values[..0], |end| &values[..=end]);
        // What follows the last end is no text.
        let texts = memchr::memchr_iter(0, whole).scan(0, |start, end| {
            let text = &whole[*start..end];
            *start = end + 1;
            Some(text)
        });
        texts.take(count)
    }

    /// The numbers of this tag, as many as are whole.
    pub(super) fn numbers(&self, tag: u32) -> impl Iterator<Item = u32> {
        let (values, count) = self.values(tag).unwrap_or_default();
        values.as_chunks().0.iter().map(|it| u32::from_be_bytes(*it)).take(count)
    }

    /// What the store has from the values of this tag on, and how many these are said to be.
    fn values(&self, tag: u32) -> Option<(&'h [u8], usize)> {
        let entry = self.index.chunks_exact(ENTRY).find(|entry| number(entry, 0) == Some(tag))?;
        let values = self.store.get(number(entry, 8)? as usize..)?;
        Some((values, number(entry, 12)? as usize))
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::Header;

    /// A header with one entry, which says to have `count` values from `place` on.
    fn header(place: u32, count: u32, store: &[u8]) -> Vec<u8> {
        let numbers = [1, store.len() as u32, 1000, 8, place, count];
        let mut bytes = numbers.map(u32::to_be_bytes).concat();
        bytes.extend_from_slice(store);
        bytes
    }

    #[test]
    fn only_values_that_are_whole_are_taken() {
        for (place, count, texts) in [
            (0, 2, &["one", "two"][..]),
            (0, 1, &["one"]),
            (4, 9, &["two"]),
            (0, u32::MAX, &["one", "two"]),
            (8, 1, &[]),
            (u32::MAX, 1, &[]),
        ] {
            let bytes = header(place, count, b"one\0two\0thr");
            let header = Header::new(&bytes).unwrap();
            let found: Vec<&[u8]> = header.texts(1000).collect();
            let texts: Vec<&[u8]> = texts.iter().map(|it| it.as_bytes()).collect();
            assert_eq!(found, texts, "{place} {count}");
            assert_eq!(header.texts(1001).count(), 0);
        }
        let bytes = header(0, 9, &[0, 0, 0, 8, 0, 0, 0, 12, 0, 0]);
        assert_eq!(Header::new(&bytes).unwrap().numbers(1000).collect::<Vec<_>>(), [8, 12]);
    }

    #[test]
    fn a_header_that_ends_early_is_none() {
        let bytes = header(0, 1, b"");
        assert!((0..bytes.len()).all(|end| Header::new(&bytes[..end]).is_none()));
        assert!(Header::new(&[0xff; 64]).is_none());
    }
}
