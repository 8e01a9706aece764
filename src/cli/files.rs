//! The files of modpost, as the C program gets at them.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use memmap2::{Mmap, MmapOptions};

use super::input::Stdin;
use crate::modpost::{FileError, Files, MappedFile};

/// Files of the working directory, and standard input.
pub(super) struct FileSystem<'a> {
    /// What `-T -` reads.
    pub(super) stdin: Stdin<'a>,
}

/// The size of a page is a power of two, and at least this. (A larger one has more zeros at the
/// end of a mapped file, which only matters for files that are broken.)
const PAGE: usize = 4096;

impl Files for FileSystem<'_> {
    fn map(&self, path: &[u8]) -> Result<MappedFile, FileError> {
        let map = || {
            let file = File::open(name(path))?;
            let size = file.metadata()?.len();
            let size = usize::try_from(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
            if size == 0 {
                // The library has a mapping even then, the kernel has not.
                return Err(io::Error::from_raw_os_error(libc::EINVAL));
            }
            let length = size.checked_next_multiple_of(PAGE).ok_or(io::ErrorKind::OutOfMemory)?;
            // SAFETY: the mapping is private and only read. Where the file ends within its last
            // page, the page is zero behind it. Should somebody truncate the file meanwhile, the
            // process dies by SIGBUS; no build survives that either way.
            let map: Mmap = unsafe { MmapOptions::new().len(length).map(&file)? };
            Ok(MappedFile { bytes: Box::new(map), size })
        };
        map().map_err(|error: io::Error| reason(&error))
    }

    fn read(&self, path: &[u8]) -> Result<Vec<u8>, FileError> {
        let read = || {
            let file = File::open(name(path))?;
            let size = file.metadata()?.len();
            let mut text = Vec::with_capacity(usize::try_from(size.min(MOST_ROOM)).unwrap_or(0));
            file.take(size).read_to_end(&mut text)?;
            Ok(text)
        };
        read().map_err(|error: io::Error| reason(&error))
    }

    fn read_stream(&self, path: Option<&[u8]>) -> Result<Vec<u8>, FileError> {
        let Some(path) = path else {
            // What cannot be read is no text, as for C's `fgets`.
            return Ok(self.stdin.read().map(|content| content.to_vec()).unwrap_or_default());
        };
        let mut file = File::open(name(path)).map_err(|error| reason(&error))?;
        let mut text = Vec::new();
        // Whatever was read before an error counts.
        let _ = file.read_to_end(&mut text);
        Ok(text)
    }

    fn write(&self, path: &[u8], text: &[u8]) -> Result<(), FileError> {
        write(name(path), text).map_err(|error| reason(&error))
    }

    fn write_if_changed(&self, path: &[u8], text: &[u8]) -> Result<(), FileError> {
        match has_text(name(path), text) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => self.write(path, text),
        }
    }
}

/// How much room is made for a text before it is read: more than any file of a build has. A file
/// may claim to be larger than it is.
const MOST_ROOM: u64 = 64 << 20;

fn name(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

/// What the C library says of an error.
fn reason(error: &io::Error) -> FileError {
    let text = error.to_string();
    let number = error.raw_os_error().map(|number| format!(" (os error {number})"));
    let words = number.and_then(|number| text.strip_suffix(&number));
    FileError(words.unwrap_or(&text).to_owned())
}

/// Whether a file exists and holds just this text.
fn has_text(path: &Path, text: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != text.len() as u64 {
        return Ok(false);
    }
    let mut found = vec![0; text.len()];
    file.read_exact(&mut found)?;
    Ok(found == text)
}

/// Writes a file, whole or not at all.
///
/// What is no regular file (`/dev/stdout`), or has several names, is written where it is, as the C
/// program does; anything else is written beside and renamed.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mode = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.nlink() == 1 => {
            // Who may not write the file may not replace it either.
            OpenOptions::new().write(true).open(path)?;
            metadata.mode()
        }
        Ok(_) => return File::create(path)?.write_all(text),
        Err(_) => 0o666,
    };
    let beside = beside(path);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&beside)
        .and_then(|mut file| file.write_all(text))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // It is not there if it could not be created.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A name in the same folder that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".tmp-{}", std::process::id()));
    name.into()
}
