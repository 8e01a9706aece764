//! A directory of files that is there whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use super::exit::{Failure, Result};
use super::files::beside;

/// A directory under way. It is made beside the one that it becomes, and goes away if it does not; a
/// killed run leaves it behind as `.tmp_…`.
pub(super) struct Folder {
    path: PathBuf,
    /// Empty once it is renamed.
    beside: PathBuf,
}

impl Folder {
    /// One that becomes the directory at `path`, which must not exist or be empty then. The
    /// directories above it are made.
    pub(super) fn for_path(path: &Path) -> Result<Folder> {
        let name = path.file_name().filter(|_| !path.is_symlink());
        let name = name.ok_or_else(|| Failure::of(path, "not the name of a directory to make"))?;
        let above = path.parent().unwrap_or(Path::new(""));
        let make = || {
            if above != Path::new("") {
                fs::create_dir_all(above)?;
            }
            beside(&above.join(name), |path| fs::create_dir(path))
        };
        let ((), beside) = make().map_err(Failure::from_io(path))?;
        Ok(Folder { path: path.to_owned(), beside })
    }

    /// Writes a file that is not there yet, by its path in the directory.
    pub(super) fn write(&self, name: &Path, text: &[u8]) -> Result<()> {
        let path = self.beside.join(name);
        let folder = path.parent().unwrap_or(&self.beside);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
        written.map_err(Failure::from_io(&self.path.join(name)))
    }

    /// Takes away a file again.
    pub(super) fn remove(&self, name: &Path) -> Result<()> {
        fs::remove_file(self.beside.join(name)).map_err(Failure::from_io(&self.path.join(name)))
    }

    /// Takes a file over from another directory, where it stays.
    pub(super) fn take_over(&self, from: &Path, name: &Path) -> Result<()> {
        let (from, path) = (from.join(name), self.beside.join(name));
        let folder = path.parent().unwrap_or(&self.beside);
        let taken = fs::create_dir_all(folder).and_then(|()| fs::copy(&from, &path));
        taken.map(|_| ()).map_err(Failure::from_io(&from))
    }

    /// It is what it was to become.
    pub(super) fn finish(mut self) -> Result<()> {
        fs::rename(&self.beside, &self.path).map_err(Failure::from_io(&self.path))?;
        self.beside.clear();
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.beside.as_os_str().is_empty() {
            // Nothing more can be done about it.
            let _ = fs::remove_dir_all(&self.beside);
        }
    }
}
