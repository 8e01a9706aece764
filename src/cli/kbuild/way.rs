//! The way to a program from the top of its tree: two directories, `scripts` the first.
//!
//! A directory that is a link is not the tree's, nor is what is behind it: it becomes a directory of
//! links before anything is changed in it, and a link again once it is as it was.

use std::path::Path;

use super::folder::{Folder, Form, Given};
use super::ours::Ours;
use super::place::{Change, Found, Place};
use super::tool::Tool;
use crate::cli::exit::Result;

/// One program's.
pub(super) struct Way {
    /// The directories, the outer one first.
    folders: [Folder; 2],
    /// Where the program is.
    place: Place,
    /// The program.
    pub(super) tool: Tool,
}

impl Way {
    /// That to `tool` in the tree at `root`.
    pub(super) fn to(tool: Tool, root: &Path) -> Way {
        let inner = format!("scripts/{}", tool.folder());
        let place = Place::new(&root.join(&inner), tool.name());
        let parts = Tool::ALL.map(Tool::folder).to_vec();
        let outer = Folder::of(root, "scripts".to_owned(), parts);
        Way { folders: [outer, Folder::of(root, inner, Vec::new())], place, tool }
    }

    /// What stands at its end.
    pub(super) fn found(&self) -> Result<Found> {
        self.place.found()
    }

    /// Whether all of it is the tree's.
    pub(super) fn is_own(&self) -> bool {
        self.folders.iter().all(|folder| folder.form() != Form::Link)
    }

    /// The directory that is missing because a command was killed.
    pub(super) fn lost(&self) -> Option<String> {
        self.folders.iter().find(|folder| folder.is_lost()).map(|folder| folder.name.clone())
    }

    /// What a command that was killed has left.
    pub(super) fn leftovers(&self) -> Result<Vec<&Path>> {
        let mut found: Vec<&Path> = self.folders.iter().filter_map(Folder::leftover).collect();
        if self.is_own() {
            found.extend(self.place.leftover()?);
        }
        Ok(found)
    }

    /// Cleans up what a command that was killed has left. Gives the names of what was not as a
    /// command leaves it.
    pub(super) fn settle(&self) -> Result<Vec<&str>> {
        let mut found = Vec::new();
        for folder in &self.folders {
            if folder.settle()? {
                found.push(&*folder.name);
            }
            if folder.form() == Form::Link {
                return Ok(found);
            }
        }
        if self.place.settle()? {
            found.push(self.tool.path());
        }
        Ok(found)
    }

    /// Puts `ours` at its end.
    pub(super) fn replace(&self, ours: &Ours) -> Result<Change> {
        for folder in &self.folders {
            folder.make_own()?;
        }
        self.place.replace(ours)
    }

    /// Puts the kernel's own back at its end. Nothing is done behind a link.
    pub(super) fn put_back(&self) -> Result<Change> {
        if self.is_own() {
            return self.place.put_back();
        }
        Ok(match self.place.found()? {
            Found::Nothing => Change::Nothing,
            Found::KernelsOwn { .. } => Change::None,
            Found::Ours { .. } => Change::Elsewhere,
        })
    }

    /// Puts the links back that were on it, the inner one first. What came of each directory, by
    /// its name.
    pub(super) fn give_back(&self) -> Result<Vec<(&str, Given)>> {
        let inner_first = self.folders.iter().rev();
        inner_first.map(|folder| Ok((&*folder.name, folder.give_back()?))).collect()
    }
}
