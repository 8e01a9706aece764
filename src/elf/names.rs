//! How long the names of a file may be: each of them, and all together.
//!
//! A name is an offset into a table of texts, and any number of names may begin in one text. So a
//! small file may have many names of a megabyte, and without a limit whoever copies them all, or
//! only looks for their ends, takes memory and time without end.

use super::not_readable::NotReadable;

/// How long a name may be, in bytes: of a symbol, a section, an export or a namespace. The kernel's
/// own limit is 512 bytes with the zero byte; the longest names that Rust and C++ have while they
/// are compiled have some thousands.
pub const LONGEST_NAME: usize = 64 << 10;

/// How many bytes all names may have together for each byte of their file. A symbol takes 16 bytes
/// besides its name, so that only names which share their bytes with many others, and are longer
/// than 64 bytes, come to this.
const NAMES_PER_BYTE: usize = 4;

/// How many more they may have in any file.
const MORE_NAMES: usize = 1 << 20;

const LONG_NAME: NotReadable = NotReadable::Excessive("a name is longer than 64 KiB");
const MANY_NAMES: NotReadable =
    NotReadable::Excessive("its names overlap, and together are too long for its size");

/// How many bytes of names a file may still have.
#[derive(Clone, Copy, Debug)]
pub struct NameRoom {
    left: usize,
}

impl NameRoom {
    /// Room for the names of a file of `size` bytes.
    pub fn of_file(size: usize) -> Self {
        Self { left: size.saturating_mul(NAMES_PER_BYTE).saturating_add(MORE_NAMES) }
    }

    /// Takes the room of one name.
    ///
    /// # Errors
    /// There is not so much left: [`NotReadable::Excessive`].
    pub fn take(&mut self, name: &[u8]) -> Result<(), NotReadable> {
        self.left = self.left.checked_sub(name.len()).ok_or(MANY_NAMES)?;
        Ok(())
    }
}

/// The name that `bytes` begin with, up to the first zero byte. Errors call it `what`.
///
/// # Errors
/// There are no such bytes or no zero byte, or the name is longer than [`LONGEST_NAME`].
pub fn name_of<'d>(bytes: Option<&'d [u8]>, what: &'static str) -> Result<&'d [u8], NotReadable> {
    let bytes = bytes.ok_or(NotReadable::Malformed(what))?;
    let near = &bytes[..bytes.len().min(LONGEST_NAME + 1)];
    match memchr::memchr(0, near) {
        Some(end) => Ok(&near[..end]),
        None if near.len() > LONGEST_NAME => Err(LONG_NAME),
        None => Err(NotReadable::Malformed(what)),
    }
}

/// Whether `bytes` begin with this name and a zero byte.
pub(super) fn begins_with(bytes: &[u8], name: &[u8]) -> bool {
    bytes.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_at_a_zero_byte_that_is_not_too_far() {
        let text = |length: usize| [&vec![b'a'; length][..], b"\0rest\0"].concat();
        let length = |bytes: &[u8]| name_of(Some(bytes), "a name").map(<[u8]>::len);
        assert_eq!(length(&text(LONGEST_NAME)), Ok(LONGEST_NAME));
        assert_eq!(length(&text(LONGEST_NAME + 1)), Err(LONG_NAME));
        assert_eq!(length(b"abc"), Err(NotReadable::Malformed("a name")));
        assert_eq!(name_of(None, "a name"), Err(NotReadable::Malformed("a name")));
    }

    #[test]
    fn all_names_together_have_room_by_the_size_of_the_file() {
        let mut room = NameRoom::of_file(1000);
        let name = vec![b'a'; 4000];
        let taken = (0..1000).take_while(|_| room.take(&name).is_ok()).count();
        assert_eq!(taken, (4 * 1000 + MORE_NAMES) / 4000);
    }
}
