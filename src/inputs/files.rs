//! The bytes of a file: mapped where the page cache has them, else read. All that takers read of
//! the file system's files, they read here.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

/// The size of a page is a power of two, and at least this. (A larger one has more zeros at the
/// end of a mapped file, which only matters for files that are broken.)
const PAGE: usize = 4096;

/// A file in the page cache, with the zeros after it to the end of its last page.
pub(crate) struct Mapped {
    /// The bytes and the zeros.
    pub(crate) pages: Mmap,
    /// The size of the file.
    pub(crate) size: usize,
}

/// Maps a file, with the zeros after it to the end of its last page. It must not be empty.
pub(crate) fn map(path: &Path) -> io::Result<Mapped> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let size = usize::try_from(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
    if size == 0 {
        // The library has a mapping even then, the kernel has not.
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    let length = size.checked_next_multiple_of(PAGE).ok_or(io::ErrorKind::OutOfMemory)?;
    // SAFETY: the mapping is private and only read. Where the file ends within its last page, the
    // page is zero after it. Should somebody truncate the file meanwhile, the process dies by
    // SIGBUS; no build survives that either way.
    let pages: Mmap = unsafe { MmapOptions::new().len(length).map(&file)? };
    Ok(Mapped { pages, size })
}

/// The bytes of a file.
pub(crate) enum Bytes {
    /// In the page cache.
    Mapped(Mapped),
    /// In memory.
    Read(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => &map.pages[..map.size],
            Self::Read(bytes) => bytes,
        }
    }
}

impl Bytes {
    /// Those of the file at `path`. What cannot be mapped, as files below `/sys`, is read.
    pub(crate) fn of(path: &Path) -> io::Result<Bytes> {
        map(path).map(Self::Mapped).or_else(|_| fs::read(path).map(Self::Read))
    }
}

/// Appends the bytes of the file at `path` to a buffer, which is used for many.
pub(super) fn append(path: &Path, buffer: &mut Vec<u8>) -> io::Result<()> {
    File::open(path)?.read_to_end(buffer).map(drop)
}

/// The first bytes of the file at `path`, as many as are there.
pub(super) fn head(path: &Path, length: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(length as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// What the C library says of an error: `No such file or directory`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let number = error.raw_os_error().map(|number| format!(" (os error {number})"));
    let words = number.and_then(|number| text.strip_suffix(&number));
    words.unwrap_or(&text).to_owned()
}
