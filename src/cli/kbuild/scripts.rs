//! The `scripts` of a tree: its own directory, or a link to one that other trees share.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::place::Place;
use super::tool::Tool;
use super::tree::KernelTree;
use crate::cli::exit::{Failure, Result};

/// One tree's `scripts`.
pub(super) struct Scripts {
    /// Where it is.
    path: PathBuf,
    /// Where the link is kept that it took the place of.
    kept: PathBuf,
    /// What it is.
    form: Form,
}

/// What `scripts` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A directory of this tree's own.
    Directory,
    /// A link, as the tree was made.
    Link,
    /// A directory of links, made by us.
    Links,
}

impl Scripts {
    /// That of `tree`. If we were stopped between taking the link away and putting the directory
    /// there, the link is put back first.
    pub(super) fn of(tree: &KernelTree) -> Result<Scripts> {
        let (path, kept) = (tree.root.join("scripts"), tree.kept_scripts());
        let has_kept = fs::symlink_metadata(&kept).is_ok_and(|metadata| metadata.is_symlink());
        if has_kept && fs::symlink_metadata(&path).is_err() {
            fs::rename(&kept, &path).map_err(Failure::from_io(&path))?;
        }
        let is_link = fs::symlink_metadata(&path).map_err(Failure::from_io(&path))?.is_symlink();
        let form = match (is_link, has_kept) {
            (true, _) => Form::Link,
            (false, true) => Form::Links,
            (false, false) => Form::Directory,
        };
        Ok(Scripts { path, kept, form })
    }

    /// Where the program of `tool` is.
    pub(super) fn place(&self, tool: Tool) -> Place {
        Place::new(&self.path.join(tool.folder()), tool.name())
    }

    /// Whether this is a link: then its programs are not this tree's own.
    pub(super) fn is_shared(&self) -> bool {
        self.form == Form::Link
    }

    /// Makes `scripts` a directory of the tree's own, of links where it was a link, so that
    /// something can be put into it.
    pub(super) fn made_own(self) -> Result<Scripts> {
        if self.form != Form::Link {
            return Ok(self);
        }
        let mut name = self.kept.clone().into_os_string();
        name.push("-new");
        let unfinished = PathBuf::from(name);
        // Left behind by a run that was killed.
        remove_directory(&unfinished)?;
        self.link_entries(&unfinished).map_err(Failure::from_io(&unfinished))?;
        fs::rename(&self.path, &self.kept).map_err(Failure::from_io(&self.kept))?;
        fs::rename(&unfinished, &self.path).map_err(Failure::from_io(&self.path))?;
        Ok(Scripts { form: Form::Links, ..self })
    }

    /// Puts the link back, if `scripts` was one and no program in it is ours any more.
    pub(super) fn made_a_link_again(self) -> Result<()> {
        if self.form != Form::Links {
            return Ok(());
        }
        for folder in [None].into_iter().chain(Tool::ALL.map(|tool| Some(tool.folder()))) {
            let folder = folder.map_or(self.path.clone(), |folder| self.path.join(folder));
            if !has_only_links(&folder).map_err(Failure::from_io(&folder))? {
                return Ok(());
            }
        }
        remove_directory(&self.path)?;
        fs::rename(&self.kept, &self.path).map_err(Failure::from_io(&self.path))
    }

    /// Makes `directory`, in the place of `scripts` or beside it, with links to all that is behind
    /// the link; the folders of the tools are directories of links themselves.
    fn link_entries(&self, directory: &Path) -> io::Result<()> {
        fs::create_dir(directory)?;
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            let tool = Tool::ALL.into_iter().find(|tool| name == tool.folder());
            let Some(tool) = tool.filter(|_| self.path.join(&name).is_dir()) else {
                symlink(self.behind_kept("..", "").join(&name), directory.join(&name))?;
                continue;
            };
            let folder = directory.join(&name);
            fs::create_dir(&folder)?;
            for entry in fs::read_dir(self.path.join(&name))? {
                let name = entry?.file_name();
                symlink(self.behind_kept("../..", tool.folder()).join(&name), folder.join(&name))?;
            }
        }
        Ok(())
    }

    /// The way from a directory to what is behind the kept link, given the way `up` to the tree.
    fn behind_kept(&self, up: &str, folder: &str) -> PathBuf {
        let kept = self.kept.file_name().unwrap_or_default();
        Path::new(up).join(kept).join(folder)
    }
}

/// Whether a directory of ours holds nothing that would be lost with it: links, and the tools'
/// folders.
fn has_only_links(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_tools = Tool::ALL.iter().any(|tool| entry.file_name() == tool.folder());
        let kind = entry.file_type()?;
        let is_ours = kind.is_symlink() || (is_tools && kind.is_dir());
        if !is_ours {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes a directory of links, if it is there.
fn remove_directory(directory: &Path) -> Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::of_io(directory, &error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
