//! Files, mapped where the page cache has them.

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

use crate::modpost::{FileError, MappedFile};

/// The size of a page is a power of two, and at least this. (A larger one has more zeros at the
/// end of a mapped file, which only matters for files that are broken.)
const PAGE: usize = 4096;

/// Maps a file, with the zeros behind it to the end of its last page. It must not be empty.
pub(crate) fn map(path: &Path) -> io::Result<MappedFile> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let size = usize::try_from(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
    if size == 0 {
        // The library has a mapping even then, the kernel has not.
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    let length = size.checked_next_multiple_of(PAGE).ok_or(io::ErrorKind::OutOfMemory)?;
    // SAFETY: the mapping is private and only read. Where the file ends within its last page, the
    // page is zero behind it. Should somebody truncate the file meanwhile, the process dies by
    // SIGBUS; no build survives that either way.
    let map: Mmap = unsafe { MmapOptions::new().len(length).map(&file)? };
    Ok(MappedFile { bytes: Box::new(map), size })
}

/// What the C library says of an error.
pub(crate) fn reason(error: &io::Error) -> FileError {
    let text = error.to_string();
    let number = error.raw_os_error().map(|number| format!(" (os error {number})"));
    let words = number.and_then(|number| text.strip_suffix(&number));
    FileError(words.unwrap_or(&text).to_owned())
}
