//! The files of modpost, accessed as the C program accesses them.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use memmap2::{Mmap, MmapOptions};

use super::exit::{self, Failure};
use super::input::Stdin;
use crate::inputs::files;
use crate::modpost::files::Commit;
use crate::modpost::{FileError, Files, MappedFile, Staged};

/// Files of the working directory, and standard input.
pub(super) struct FileSystem<'a> {
    /// What `-T -` reads.
    pub(super) stdin: Stdin<'a>,
}

impl Files for FileSystem<'_> {
    fn map(&self, path: &[u8]) -> Result<MappedFile, FileError> {
        map(name(path)).map_err(|error| reason(&error))
    }

    fn read(&self, path: &[u8]) -> Result<Vec<u8>, FileError> {
        let mut text = Vec::new();
        self.read_into(path, &mut text)?;
        Ok(text)
    }

    fn read_into(&self, path: &[u8], room: &mut Vec<u8>) -> Result<(), FileError> {
        read_into(name(path), room).map_err(|error| reason(&error))
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

    fn stage(&self, path: &[u8], text: &[u8]) -> Result<Staged, FileError> {
        stage(name(path), text).map_err(|error| reason(&error))
    }

    fn stage_if_changed(&self, path: &[u8], text: &[u8]) -> Result<Staged, FileError> {
        match has_text(name(path), text) {
            Ok(true) => Ok(Staged::Unchanged),
            Ok(false) | Err(_) => self.stage(path, text),
        }
    }
}

/// The size of a page is a power of two, and at least this. (A larger one has more zeros at the
/// end of a mapped file, which only matters for files that are broken.)
const PAGE: usize = 4096;

/// Maps a file, with the zeros after it to the end of its last page. It must not be empty.
pub(super) fn map(path: &Path) -> io::Result<MappedFile> {
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
    // SIGBUS, as the C program does; no build survives that either way.
    let pages: Mmap = unsafe { MmapOptions::new().len(length).map(&file)? };
    Ok(MappedFile { bytes: Box::new(pages), size })
}

/// Maps a file of ours that nobody writes to once it is there: what replaces it is another file.
pub(super) fn map_file(file: &File) -> io::Result<Mmap> {
    // SAFETY: the mapping is private and only read. Should somebody truncate the file meanwhile, the
    // process dies by SIGBUS; no build survives that either way.
    unsafe { MmapOptions::new().map(file) }
}

/// Reads as many bytes as the file says to have: with one call of the kernel, if it has them.
fn read_into(path: &Path, room: &mut Vec<u8>) -> io::Result<()> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let at_once = usize::try_from(size.min(MOST_ROOM)).unwrap_or(0);
    room.clear();
    // And a little more, since whoever looks at many bytes at a time adds some.
    room.reserve(at_once + 128);
    while room.len() < at_once {
        let read = || rustix::io::read(&file, rustix::buffer::spare_capacity(room));
        if rustix::io::retry_on_intr(read)? == 0 {
            return Ok(());
        }
    }
    if let Some(rest) = size.checked_sub(room.len() as u64) {
        file.take(rest).read_to_end(room)?;
    }
    // It may have become longer since.
    room.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    Ok(())
}

/// How much room is made for a text before it is read: more than any file of a build has. A file
/// may claim to be larger than it is.
const MOST_ROOM: u64 = 64 << 20;

fn name(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

/// What the C library says of an error.
fn reason(error: &io::Error) -> FileError {
    FileError(files::reason(error))
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

/// Makes a text ready to become a file.
///
/// What is no regular file (`/dev/stdout`), has several names, or one that cannot be longer, is
/// written where it is, as the C program does; anything else is written beside and renamed.
pub(super) fn stage(path: &Path, text: &[u8]) -> io::Result<Staged> {
    let mode = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.nlink() == 1 => {
            // Who may not write the file may not replace it either.
            OpenOptions::new().write(true).open(path)?;
            metadata.mode()
        }
        Ok(_) => return Ok(in_place(path, text)),
        Err(_) => 0o666,
    };
    let (file, beside) = match create_beside(path, mode) {
        Err(error) if error.raw_os_error() == Some(libc::ENAMETOOLONG) => {
            return Ok(in_place(path, text));
        }
        created => created?,
    };
    let staged = Beside { path: path.to_owned(), beside };
    // From here on the file beside goes away with what is dropped.
    (&file).write_all(text)?;
    Ok(Staged::Ready(Box::new(staged)))
}

/// Makes a text a file, whole or not at all.
pub(super) fn write_whole(path: &Path, text: &[u8]) -> Result<(), FileError> {
    match stage(path, text).map_err(|error| reason(&error))? {
        Staged::Ready(commit) => commit.commit(),
        Staged::Unchanged => Ok(()),
    }
}

/// Makes texts files, all of them or none: each is ready before the first one gets its name.
pub(super) fn write_all_whole<'a>(
    texts: impl IntoIterator<Item = (&'a Path, Vec<u8>)>,
) -> exit::Result<()> {
    let mut all = Vec::new();
    for (path, text) in texts {
        all.push((stage(path, &text).map_err(Failure::from_io(path))?, path));
    }
    for (staged, path) in all {
        staged.commit().map_err(|error| Failure::of(path, &error.0))?;
    }
    Ok(())
}

/// A text that is written where the file is.
struct InPlace {
    path: PathBuf,
    text: Vec<u8>,
}

fn in_place(path: &Path, text: &[u8]) -> Staged {
    Staged::Ready(Box::new(InPlace { path: path.to_owned(), text: text.to_owned() }))
}

impl Commit for InPlace {
    fn commit(self: Box<Self>) -> Result<(), FileError> {
        let written = File::create(&self.path).and_then(|mut file| file.write_all(&self.text));
        written.map_err(|error| reason(&error))
    }
}

/// A text in a file beside, which is renamed.
struct Beside {
    path: PathBuf,
    /// Empty once it is renamed.
    beside: PathBuf,
}

impl Commit for Beside {
    fn commit(mut self: Box<Self>) -> Result<(), FileError> {
        fs::rename(&self.beside, &self.path).map_err(|error| reason(&error))?;
        self.beside.clear();
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.beside.as_os_str().is_empty() {
            // Nothing more can be done about it.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Creates a file in the same folder, of a name that nobody else uses: another spelling of the same
/// path may be under way, and a run that was killed leaves its files behind. With a name that
/// begins so, `make clean` takes them away, and the kernel's git ignores them.
pub(super) fn create_beside(path: &Path, mode: u32) -> io::Result<(File, PathBuf)> {
    let create =
        |beside: &Path| OpenOptions::new().write(true).create_new(true).mode(mode).open(beside);
    beside(path, create)
}

/// What `create` creates in the same folder as `path`, and its path: of the names that nobody else
/// uses the first that is free.
pub(super) fn beside<T>(
    path: &Path,
    create: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(T, PathBuf)> {
    let process = std::process::id();
    let path = path.as_os_str().as_bytes();
    let (folder, name) =
        path.split_at(path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1));
    for number in 0_u32.. {
        let number = format!("-{process}-{number}");
        let beside = [folder, b".tmp_", name, number.as_bytes()].concat();
        let beside = PathBuf::from(OsString::from_vec(beside));
        match create(&beside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return Ok((created?, beside)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    #[test]
    fn what_a_killed_run_leaves_behind_has_a_name_that_make_clean_knows() {
        let folder = tempfile::tempdir().unwrap();
        let (_, beside) = create_beside(&folder.path().join("Module.symvers"), 0o666).unwrap();
        assert_eq!(beside.parent().unwrap(), folder.path());
        let name = beside.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(".tmp_Module.symvers-"), "{name}");
    }
}
