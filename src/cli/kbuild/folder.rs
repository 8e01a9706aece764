//! A directory on the way to a program: the tree's own, or a link to one that other trees share.
//!
//! A link is replaced by a directory of links, made under the name of what is kept and then
//! exchanged with it; and exchanged again to be put back. So a link with a directory kept beside it
//! is always what a killed command left, be it half made or half removed; and a directory with a
//! link kept beside it is always whole.
//!
//! The links lead to where the link leads, past no name of ours. So a path that is looked up while
//! the two are exchanged leads to the same file, whichever of them it meets.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::beside::{Beside, is_beside, is_link, is_there};
use super::exchange::{end_exchange, exchange};
use super::links;
use crate::cli::exit::{Failure, Result};

/// One directory.
pub(super) struct Folder {
    /// Where it is in its tree, as `scripts/mod`.
    pub(super) name: String,
    /// Its path.
    path: PathBuf,
    /// Where the link is kept that it took the place of.
    beside: Beside,
    /// The names of what in it is such a directory itself.
    parts: Vec<&'static str>,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A directory, or nothing.
    Directory,
    /// A link, as the tree was made.
    Link,
    /// A directory of links, made by us.
    Links,
}

/// What came of giving a link back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// There is none to be given back, or it is needed still.
    Nothing,
    /// It is in its place again.
    Back,
    /// It is kept, since this is in the directory and was not made by us.
    Hindered(OsString),
}

impl Folder {
    /// The directory `name` of the tree at `root`, with other ones, the `parts`, in it.
    pub(super) fn of(root: &Path, name: String, parts: Vec<&'static str>) -> Folder {
        let path = root.join(&name);
        let last = path.file_name().unwrap_or_default();
        let beside = Beside::of(path.parent().unwrap_or(root), last);
        Folder { name, path, beside, parts }
    }

    /// What it is.
    pub(super) fn form(&self) -> Form {
        if is_link(&self.path) {
            Form::Link
        } else if is_link(&self.beside.kept) {
            Form::Links
        } else {
            Form::Directory
        }
    }

    /// Whether it is missing because a command was killed.
    pub(super) fn is_lost(&self) -> bool {
        !is_there(&self.path) && (is_there(&self.beside.aside) || is_link(&self.beside.kept))
    }

    /// What a command that was killed has left beside it.
    pub(super) fn leftover(&self) -> Option<&Path> {
        let Beside { kept, aside, .. } = &self.beside;
        let is_of_no_use = || links::others(&self.path).is_ok_and(|others| others.is_empty());
        if is_there(aside) {
            Some(aside)
        } else if self.is_kept_of_no_use() {
            Some(kept)
        } else {
            (self.form() == Form::Links && is_of_no_use()).then_some(&*self.path)
        }
    }

    /// Takes up what a command that was killed has left here. Whether there was anything.
    pub(super) fn settle(&self) -> Result<bool> {
        let aside = &self.beside.aside;
        let was_cut = end_exchange(&self.path, &self.beside).map_err(Failure::from_io(aside))?;
        let is_lost = self.is_lost();
        if is_lost {
            fs::rename(&self.beside.kept, &self.path).map_err(Failure::from_io(&self.path))?;
        }
        let is_left = self.is_kept_of_no_use();
        if is_left {
            self.remove_kept()?;
        }
        Ok(was_cut || is_lost || is_left)
    }

    /// Makes a link a directory of links, so that something can be put into it that is seen nowhere
    /// else.
    pub(super) fn make_own(&self) -> Result<()> {
        if self.form() != Form::Link {
            return Ok(());
        }
        let made = fs::read_link(&self.path).and_then(|target| {
            // From inside the directory; an absolute path is the same from anywhere.
            let way = Path::new("..").join(target);
            links::make(&self.beside.kept, &self.path, &way)
        });
        made.and_then(|()| exchange(&self.path, &self.beside))
            .map_err(Failure::from_io(&self.path))
            .inspect_err(|_| drop(self.settle()))
    }

    /// Puts the link back for a directory of links, if there is nothing else in it.
    pub(super) fn give_back(&self) -> Result<Given> {
        if self.form() != Form::Links {
            return Ok(Given::Nothing);
        }
        let others = links::others(&self.path).map_err(Failure::from_io(&self.path))?;
        if others.is_empty() {
            exchange(&self.path, &self.beside).map_err(Failure::from_io(&self.path))?;
            self.remove_kept()?;
            return Ok(Given::Back);
        }
        let is_ours = |name: &OsString| {
            is_beside(name) || self.parts.iter().any(|part| name.as_os_str() == *part)
        };
        let foreign = others.into_iter().find(|name| !is_ours(name));
        Ok(foreign.map_or(Given::Nothing, Given::Hindered))
    }

    /// Whether what is kept is not a link whose place is taken.
    fn is_kept_of_no_use(&self) -> bool {
        is_there(&self.beside.kept) && self.form() != Form::Links
    }

    /// Removes what is kept, as long as it is ours: a directory of links, or a link beside a link.
    fn remove_kept(&self) -> Result<()> {
        let kept = &self.beside.kept;
        if is_link(kept) {
            fs::remove_file(kept).map_err(Failure::from_io(kept))
        } else {
            links::remove(kept)
        }
    }
}
