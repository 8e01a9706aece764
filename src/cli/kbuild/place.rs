//! The path of one program in a tree: which program is there, and its replacement.
//!
//! There is a working program at every moment: the kernel's own gets a second name, ours is
//! written under a temporary one, and a rename replaces the one by the other.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::kept::kept_name;
use super::ours::{Ours, version_of};
use crate::cli::exit::{Failure, Result};

/// Where a program is. It may be a link to one, which is then kept and put back as a link.
pub(super) struct Place {
    /// Its path.
    program: PathBuf,
    /// Where the kernel's own is kept while ours is in its place.
    kept: PathBuf,
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
}

impl Place {
    /// The place of the program `name` in `folder`.
    pub(super) fn new(folder: &Path, name: &str) -> Place {
        let kept = folder.join(OsStr::from_bytes(&kept_name(OsStr::new(name))));
        Place { program: folder.join(name), kept }
    }

    /// What stands here.
    pub(super) fn found(&self) -> Result<Found> {
        let Some(program) = content(&self.program)? else {
            return Ok(Found::Nothing);
        };
        let kept = content(&self.kept)?;
        Ok(match version_of(&program) {
            Some(version) => Found::Ours { version, can_go_back: kept.is_some() },
            // Both are the same if we were stopped before ours came.
            None => Found::KernelsOwn { was_replaced: kept.is_some_and(|kept| kept != program) },
        })
    }

    /// Puts `ours` here.
    pub(super) fn replace(&self, ours: &Ours) -> Result<Change> {
        let change = match self.found()? {
            Found::Nothing => return Err(Failure::of(&self.program, "no such program")),
            Found::Ours { .. } if content(&self.program)?.as_ref() == Some(&ours.program) => {
                return Ok(Change::None);
            }
            Found::Ours { .. } => Change::Done,
            Found::KernelsOwn { was_replaced } => {
                self.keep().map_err(Failure::from_io(&self.kept))?;
                if was_replaced { Change::MadeMeanwhile } else { Change::Done }
            }
        };
        self.write(&ours.program)?;
        Ok(change)
    }

    /// Puts the kernel's own back.
    pub(super) fn put_back(&self) -> Result<Change> {
        match self.found()? {
            Found::Ours { can_go_back: false, .. } => {
                let advice = "there is no backup of the kernel's own: remove this file, and make \
                              will rebuild it";
                Err(Failure::of(&self.program, advice))
            }
            Found::Ours { can_go_back: true, .. } | Found::Nothing => {
                match fs::rename(&self.kept, &self.program) {
                    Ok(()) => Ok(Change::Done),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Change::None),
                    Err(error) => Err(Failure::of_io(&self.program, &error)),
                }
            }
            Found::KernelsOwn { was_replaced } => {
                // The same, or older than what make has built since.
                absent(&self.kept)?;
                Ok(if was_replaced { Change::MadeMeanwhile } else { Change::None })
            }
        }
    }

    /// Gives the kernel's own a second name; what had it is older than what make has built since.
    fn keep(&self) -> io::Result<()> {
        let _ = fs::remove_file(&self.kept);
        if let Ok(target) = fs::read_link(&self.program) {
            return symlink(target, &self.kept);
        }
        fs::hard_link(&self.program, &self.kept).or_else(|_| {
            // There are file systems without second names.
            fs::copy(&self.program, &self.kept)?;
            let changed = fs::metadata(&self.program)?.modified()?;
            OpenOptions::new().append(true).open(&self.kept)?.set_modified(changed)
        })
    }

    /// Writes `program` here, as new as now: so make takes it for up to date.
    fn write(&self, program: &[u8]) -> Result<()> {
        let mut unfinished = self.kept.clone().into_os_string();
        unfinished.push("-new");
        let unfinished = PathBuf::from(unfinished);
        // One may be there from a run that was killed.
        absent(&unfinished)?;
        let write = || {
            let mode = fs::metadata(&self.program)?.permissions().mode() | 0o111;
            let mut options = OpenOptions::new();
            options
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(&unfinished)?
                .write_all(program)?;
            fs::rename(&unfinished, &self.program)
        };
        write().map_err(|error| {
            let _ = fs::remove_file(&unfinished);
            Failure::of_io(&self.program, &error)
        })
    }
}

/// The bytes of a file, if there is one.
fn content(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::of_io(path, &error)),
    }
}

/// Removes a file, if there is one.
fn absent(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::of_io(path, &error)),
        Ok(()) | Err(_) => Ok(()),
    }
}
