//! A tree of links to another one, which is made under a temporary name and then gets its own.
//!
//! Nothing is written through it. Its Makefile is its own: the tree's would have make work in the
//! tree, or build the kernel there. The other files at its top are copies; what lies deeper, no build
//! of external modules writes to.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use super::beside::{Beside, is_beside, is_link};
use super::links;
use super::lock::Lock;
use super::makefile::{MAKEFILE, Makefile};
use super::tool::Tool;
use super::tree::KernelTree;
use super::way::Way;
use crate::cli::Io;
use crate::cli::exit::{Failure, Result};

/// The largest file that is copied, in bytes. Module.symvers has 3 MB; what is larger is the kernel
/// itself, or no part of it.
const LARGEST_COPY: u64 = 16 << 20;

/// An overlay that is being made. Two cannot be in the same directory.
pub(super) struct Overlay {
    /// Its top directory.
    pub(super) root: PathBuf,
    /// What that is to be called.
    copy: PathBuf,
    /// What it is made of.
    overlaid: Overlaid,
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
        let makefile = Makefile::of(&tree.root)?;
        if let Some(other) = makefile.other() {
            return Err(elsewhere(&tree.root, &other));
        }
        if original.as_os_str().as_bytes().contains(&b'\n') {
            return Err(Failure::of(&tree.root, "no Makefile can name a path with a newline"));
        }
        let overlaid = Overlaid { makefile: makefile.for_overlay(&original), original };
        let root = Beside::of(&parent, name).new;
        overlaid.remove(&root)?;
        let overlay = Overlay { root, copy: copy.to_owned(), overlaid, _lock: lock };
        let filled = overlay.overlaid.fill(&overlay.root);
        filled.map_err(|error| overlay.given_up(Failure::of_io(copy, &error)))?;
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
        let _ = self.overlaid.remove(&self.root);
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

/// What an overlay is made of.
struct Overlaid {
    /// The absolute path of the tree.
    original: PathBuf,
    /// The text of the overlay's Makefile.
    makefile: Vec<u8>,
}

impl Overlaid {
    /// Makes `root`, with a copy of each file at the top of the tree, and a link to what else is there.
    fn fill(&self, root: &Path) -> io::Result<()> {
        fs::create_dir(root)?;
        for entry in fs::read_dir(&self.original)? {
            let name = entry?.file_name();
            let (path, copy) = (self.original.join(&name), root.join(&name));
            if is_beside(&name) {
                // Of no use elsewhere.
            } else if name == MAKEFILE {
                fs::write(copy, &self.makefile)?;
            } else if let Some(file) = copied(&path) {
                let metadata = file.metadata()?;
                fs::copy(&path, &copy)?;
                // make compares it with what was built of it.
                File::open(copy)?.set_modified(metadata.modified()?)?;
            } else {
                symlink(path, copy)?;
            }
        }
        Ok(())
    }

    /// Removes an unfinished overlay, if there is one: what we have put into it, then copies and
    /// links. What else is in it stays, with it: that is an error.
    fn remove(&self, root: &Path) -> Result<()> {
        match fs::symlink_metadata(root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            // In a directory that all may write to, somebody else's may lead anywhere.
            Ok(metadata) if metadata.is_dir() && metadata.uid() == geteuid().as_raw() => {}
            Ok(_) => {
                let words = "in the way, and not made by this user's modversions";
                return Err(Failure::of(root, words));
            }
            Err(error) => return Err(Failure::of_io(root, &error)),
        }
        for way in Tool::ALL.map(|tool| Way::to(tool, root)) {
            way.settle()?;
            // What cannot be put back is in the way of what follows.
            let _ = way.put_back();
            way.give_back()?;
        }
        self.remove_copies(root).map_err(Failure::from_io(root))?;
        links::remove(root)
    }

    /// Removes the copies in `root`, also of which only a part was made.
    fn remove_copies(&self, root: &Path) -> io::Result<()> {
        for name in files_in(root)? {
            let (copy, content) = (root.join(&name), self.content(&name));
            if content.is_ok_and(|it| fs::read(&copy).is_ok_and(|copy| it.starts_with(&copy))) {
                fs::remove_file(copy)?;
            }
        }
        Ok(())
    }

    /// What the overlay's file of this name holds.
    fn content(&self, name: &OsStr) -> io::Result<Vec<u8>> {
        if name == MAKEFILE {
            return Ok(self.makefile.clone());
        }
        fs::read(self.original.join(name))
    }
}

/// The files at the top of an overlay that are no longer those of its tree at `original`.
pub(super) fn outdated(root: &Path, original: &Path) -> io::Result<Vec<OsString>> {
    let makefile = Makefile::of(original).map(|makefile| makefile.for_overlay(original));
    let overlaid =
        Overlaid { original: original.to_owned(), makefile: makefile.unwrap_or_default() };
    let mut names = files_in(root)?;
    names.retain(|name| {
        let both = (fs::read(root.join(name)), overlaid.content(name));
        // What somebody has put there is no copy.
        matches!(both, (Ok(copy), Ok(content)) if copy != content)
    });
    Ok(names)
}

/// What is wrong with the tree at `root`, whose Makefile names the `other` one.
pub(super) fn elsewhere(root: &Path, other: &Path) -> Failure {
    let other = other.as_os_str().as_bytes();
    let words: [&[u8]; 3] =
        [b"its Makefile names ", other, b": make runs the programs of that tree"];
    Failure([root.as_os_str().as_bytes(), b": ", &words.concat()].concat())
}

/// The file at `path`, if an overlay has a copy of it.
fn copied(path: &Path) -> Option<File> {
    let is_file = fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() <= LARGEST_COPY);
    // What cannot be read is of no use, be it a link or a copy.
    if is_file { File::open(path).ok() } else { None }
}

/// The names of the files in a directory, and not of links to such.
fn files_in(root: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_file() && !is_link(&path) {
            names.extend(path.file_name().map(OsStr::to_owned));
        }
    }
    names.sort();
    Ok(names)
}
