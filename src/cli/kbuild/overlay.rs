//! A tree of links to another one, which is made under a temporary name and then gets its own.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use super::beside::Beside;
use super::links;
use super::lock::Lock;
use super::tool::Tool;
use super::tree::KernelTree;
use super::way::Way;
use crate::cli::Io;
use crate::cli::exit::{Failure, Result};

/// An overlay that is being made. Two cannot be in the same directory.
pub(super) struct Overlay {
    /// Its top directory.
    pub(super) root: PathBuf,
    /// What that is to be called.
    copy: PathBuf,
    _lock: Lock,
}

impl Overlay {
    /// Links to each entry of `tree`, to be called `copy`.
    pub(super) fn begin(tree: &KernelTree, copy: &Path, io: &mut Io<'_>) -> Result<Overlay> {
        let original = fs::canonicalize(&tree.root).map_err(Failure::from_io(&tree.root))?;
        let parent = copy.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let parent = fs::canonicalize(parent).map_err(Failure::from_io(parent))?;
        let name = copy.file_name().ok_or_else(|| Failure::of(copy, "not a file name"))?;
        if parent.starts_with(&original) {
            return Err(Failure::of(copy, "inside the tree itself"));
        }
        let lock = Lock::to_change(&parent, io)?;
        if !is_free(copy) {
            return Err(Failure::of(copy, "already exists"));
        }
        let root = Beside::of(&parent, name).new;
        remove(&root)?;
        let overlay = Overlay { root, copy: copy.to_owned(), _lock: lock };
        let linked = links::make(&overlay.root, &original, &original);
        linked.map_err(|error| overlay.given_up(Failure::of_io(copy, &error)))?;
        Ok(overlay)
    }

    /// Gives it its name.
    pub(super) fn finish(self) -> Result<()> {
        let named = fs::rename(&self.root, &self.copy);
        named.map_err(|error| self.given_up(Failure::of_io(&self.copy, &error)))
    }

    /// Removes it because of `failure`.
    pub(super) fn given_up(&self, failure: Failure) -> Failure {
        // What cannot be removed now is so by the next one of that name.
        let _ = remove(&self.root);
        failure
    }
}

/// Whether this can be the name of a new directory: nothing has it, or a directory with nothing in it.
fn is_free(path: &Path) -> bool {
    match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Removes an unfinished overlay, if there is one: what we have put into it, then the links. What
/// else is in it stays, with it: that is an error.
fn remove(root: &Path) -> Result<()> {
    match fs::symlink_metadata(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        // In a directory that all may write to, somebody else's may lead anywhere.
        Ok(metadata) if metadata.is_dir() && metadata.uid() == geteuid().as_raw() => {}
        Ok(_) => {
            return Err(Failure::of(root, "in the way, and not made by this user's modversions"));
        }
        Err(error) => return Err(Failure::of_io(root, &error)),
    }
    for way in Tool::ALL.map(|tool| Way::to(tool, root)) {
        way.settle()?;
        // What cannot be put back is in the way of what follows.
        let _ = way.put_back();
        way.give_back()?;
    }
    links::remove(root)
}
