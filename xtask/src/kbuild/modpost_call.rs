//! Kbuild's call of modpost, once more and without make around it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::workshop::Workshop;

/// The call for one folder.
pub struct ModpostCall {
    /// Where it runs: in the headers directory, or where modpost is called by its absolute path, in
    /// the folder.
    place: PathBuf,
    /// The release, as Kbuild tells it.
    release: String,
    /// What a shell is told.
    words: String,
}

impl ModpostCall {
    /// The one that Kbuild has kept a record of in `folder`, with the programs that are in place.
    pub fn kept(workshop: &Workshop, folder: &Path) -> Result<ModpostCall> {
        let record = folder.join(".Module.symvers.cmd");
        let text = fs::read_to_string(&record)
            .with_context(|| format!("cannot read {}", record.display()))?;
        let line = text.lines().next().unwrap_or_default();
        let (_, words) = line.split_once(" := ").context("a record of a command has a `:=`")?;
        let is_absolute = words.trim_start().starts_with('/');
        Ok(ModpostCall {
            place: if is_absolute { folder.to_owned() } else { workshop.headers() },
            release: workshop.release().to_owned(),
            words: words.replace("$$", "$"),
        })
    }

    /// A command that makes it, by a program with its first arguments that runs another.
    pub fn command(&self, way: &[impl AsRef<str>]) -> Command {
        let mut words = way.iter().map(AsRef::as_ref).chain(["sh", "-c", &self.words]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).current_dir(&self.place).stdin(Stdio::null());
        command.env("KERNELVERSION", &self.release).env("LC_ALL", "C.UTF-8");
        command.env_remove("MAKEFLAGS");
        command
    }
}
