//! The path of one program in a tree: which program is there, and its replacement.
//!
//! There is a working program at every moment: the kernel's own gets a second name, ours is
//! written under a temporary one, and a rename replaces the one by the other. A program gets the
//! name of what is kept only by a rename, whole, and only if it is not ours.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::beside::{Beside, is_link, is_there};
use super::ours::{Ours, version_of};
use crate::cli::exit::{Failure, Result};

/// Where a program is. It may be a link to one, which is then kept and put back as a link.
pub(super) struct Place {
    /// The directory.
    folder: PathBuf,
    /// Its path.
    program: PathBuf,
    /// Where the kernel's own is kept while ours is in its place.
    beside: Beside,
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No program.
    Nothing,
    /// What Kbuild has built.
    KernelsOwn {
        /// Whether make has built it over ours.
        was_replaced: bool,
    },
    /// A program of ours.
    Ours {
        /// Its version.
        version: String,
        /// Whether the kernel's own is kept.
        can_go_back: bool,
    },
}

/// What an exchange was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// As asked for.
    Done,
    /// As asked for; but make had built the kernel's own over ours.
    MadeMeanwhile,
    /// None: it was so already.
    None,
    /// None: there is no program.
    Nothing,
    /// None: the program is ours, but behind a link that we have not made.
    Elsewhere,
}

impl Place {
    /// The place of the program `name` in `folder`.
    pub(super) fn new(folder: &Path, name: &str) -> Place {
        let beside = Beside::of(folder, OsStr::new(name));
        Place { folder: folder.to_owned(), program: folder.join(name), beside }
    }

    /// What stands here.
    pub(super) fn found(&self) -> Result<Found> {
        let Some(program) = content(&self.program)? else {
            return Ok(Found::Nothing);
        };
        Ok(match version_of(&program) {
            Some(version) => Found::Ours { version, can_go_back: self.can_go_back()? },
            // Both are the same if we were stopped before ours came.
            None => Found::KernelsOwn {
                was_replaced: content(&self.beside.kept)?.is_some_and(|kept| kept != program),
            },
        })
    }

    /// What a command that was killed has left here.
    pub(super) fn leftover(&self) -> Result<Option<&Path>> {
        let Beside { kept, new, .. } = &self.beside;
        if is_there(new) {
            return Ok(Some(new));
        }
        let is_left = is_there(kept) && self.found()? == Found::KernelsOwn { was_replaced: false };
        Ok(is_left.then_some(&**kept))
    }

    /// Removes what a command that was killed has left here. Whether there was anything.
    pub(super) fn settle(&self) -> Result<bool> {
        let has_removed = removed(&self.beside.new)?;
        let is_same = is_same_entry(&self.program, &self.beside.kept);
        Ok(has_removed | (is_same && removed(&self.beside.kept)?))
    }

    /// Puts `ours` here.
    pub(super) fn replace(&self, ours: &Ours) -> Result<Change> {
        let change = match self.found()? {
            Found::Nothing => return Ok(Change::Nothing),
            // A link to ours is what the tree was made with, if nothing is kept.
            Found::Ours { can_go_back: false, .. } if is_link(&self.program) => {
                self.keep()?;
                Change::Done
            }
            Found::Ours { .. } if self.holds(&ours.program)? => return Ok(Change::None),
            Found::Ours { .. } => Change::Done,
            Found::KernelsOwn { was_replaced } => {
                self.keep()?;
                if was_replaced { Change::MadeMeanwhile } else { Change::Done }
            }
        };
        self.write(&ours.program).map_err(Failure::from_io(&self.program))?;
        Ok(change)
    }

    /// Puts the kernel's own back.
    pub(super) fn put_back(&self) -> Result<Change> {
        match self.found()? {
            Found::Ours { can_go_back: false, .. } if is_link(&self.program) => {
                Ok(Change::Elsewhere)
            }
            Found::Ours { can_go_back: false, .. } => {
                let advice = "there is no backup of the kernel's own: remove this file, and make \
                              will rebuild it";
                Err(Failure::of(&self.program, advice))
            }
            Found::Nothing if !self.can_go_back()? => Ok(Change::Nothing),
            Found::Ours { .. } | Found::Nothing => {
                let restored = fs::rename(&self.beside.kept, &self.program);
                restored.map_err(Failure::from_io(&self.program)).map(|()| Change::Done)
            }
            Found::KernelsOwn { was_replaced } => {
                // The same, or older than what make has built since.
                removed(&self.beside.kept)?;
                Ok(if was_replaced { Change::MadeMeanwhile } else { Change::None })
            }
        }
    }

    /// Whether a file is here with these bytes, and no link.
    fn holds(&self, program: &[u8]) -> Result<bool> {
        Ok(!is_link(&self.program) && content(&self.program)?.as_deref() == Some(program))
    }

    /// Whether something is kept, and it is no program of ours. (A link may lead to one: then the
    /// tree was made with it.)
    fn can_go_back(&self) -> Result<bool> {
        let kept = &self.beside.kept;
        Ok(is_link(kept) || content(kept)?.is_some_and(|kept| version_of(&kept).is_none()))
    }

    /// Keeps what is here under a second name; what had that name is older than what make has
    /// built since. It is on the disk before anything replaces the first.
    fn keep(&self) -> Result<()> {
        let Beside { kept, new, .. } = &self.beside;
        // There are file systems without second names.
        fs::hard_link(&self.program, new)
            .or_else(|_| self.copy_to(new))
            .and_then(|()| fs::rename(new, kept))
            .inspect_err(|_| drop(fs::remove_file(new)))
            .map_err(Failure::from_io(kept))?;
        // Nor can all of them do this.
        let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    /// Copies what is here to `copy`, with its mode and its time.
    fn copy_to(&self, copy: &Path) -> io::Result<()> {
        if let Ok(target) = fs::read_link(&self.program) {
            return symlink(target, copy);
        }
        let mut program = File::open(&self.program)?;
        let mut copy = OpenOptions::new().write(true).create_new(true).open(copy)?;
        io::copy(&mut program, &mut copy)?;
        let metadata = program.metadata()?;
        copy.set_permissions(metadata.permissions())?;
        copy.set_modified(metadata.modified()?)?;
        copy.sync_all()
    }

    /// Writes `program` here, as new as now: so make takes it for up to date.
    fn write(&self, program: &[u8]) -> io::Result<()> {
        let new = &self.beside.new;
        let mode = fs::metadata(&self.program)?.permissions().mode() | 0o111;
        let write = || {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(new)?;
            file.write_all(program)?;
            file.sync_all()?;
            fs::rename(new, &self.program)
        };
        write().inspect_err(|_| drop(fs::remove_file(new)))
    }
}

/// The bytes of a file, if there is one.
fn content(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {
            fs::read(path).map(Some).map_err(Failure::from_io(path))
        }
        Ok(_) => Err(Failure::of(path, "not a regular file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::of_io(path, &error)),
    }
}

/// Whether two names are of the same file, or of the same link.
fn is_same_entry(one: &Path, other: &Path) -> bool {
    let entry = |path| fs::symlink_metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
    entry(one).is_ok_and(|one| entry(other).is_ok_and(|other| one == other))
}

/// Removes a file, if there is one. Whether there was.
fn removed(path: &Path) -> Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Failure::of_io(path, &error)),
    }
}
