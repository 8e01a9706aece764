//! Directories that programs run in: cheap copies of a directory of inputs that stays as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::run::cache::cache_directory;
use crate::run::files::files_below;

/// What modpost only reads: these files are shared by all copies.
const SHARED: &[&str] = &[".o", ".mod", ".cmd", ".c", ".h"];

/// What modpost writes although it ends like something that is only read.
const WRITTEN: &str = ".mod.c";

/// One copy. It goes away by itself.
pub struct WorkingCopy {
    /// The copy's own directory.
    directory: TempDir,
    /// The files that were there from the beginning, and when they were last changed.
    inputs: BTreeMap<PathBuf, SystemTime>,
}

impl WorkingCopy {
    /// A copy of `inputs`, in the cache: only there its files can be shared.
    pub fn of(inputs: &Path) -> Result<WorkingCopy> {
        let place = cache_directory()?.join("runs");
        fs::create_dir_all(&place)?;
        let directory = tempfile::tempdir_in(place)?;
        copy_tree(inputs, directory.path())
            .with_context(|| format!("cannot copy {}", inputs.display()))?;
        let inputs = changed_times(directory.path())?;
        Ok(WorkingCopy { directory, inputs })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The files that were written since it was made, with their content. An error if one of
    /// those is shared: then it was written in every copy.
    pub fn written(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
        let mut written = BTreeMap::new();
        for (path, time) in changed_times(self.path())? {
            if self.inputs.get(&path) == Some(&time) {
                continue;
            }
            if self.inputs.contains_key(&path) && is_shared(&path) {
                bail!("{} was written, although it is an input", path.display());
            }
            written.insert(path.clone(), fs::read(self.path().join(path))?);
        }
        Ok(written)
    }

    /// Makes all that is there now the inputs, as if written long ago: what
    /// [`WorkingCopy::written`] tells afterwards was written again.
    pub fn settle(&mut self) -> Result<()> {
        for path in changed_times(self.path())?.into_keys().filter(|path| !is_shared(path)) {
            let file = fs::File::options().append(true).open(self.path().join(&path))?;
            file.set_modified(SystemTime::UNIX_EPOCH)?;
        }
        self.inputs = changed_times(self.path())?;
        Ok(())
    }
}

/// Whether copies share the file at `path`.
fn is_shared(path: &Path) -> bool {
    let name = path.as_os_str().to_string_lossy();
    !name.ends_with(WRITTEN) && SHARED.iter().any(|suffix| name.ends_with(suffix))
}

/// Copies the files of one directory to another that is there.
pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            fs::create_dir(&to)?;
            copy_tree(&from, &to)?;
        } else if is_shared(&from) {
            link_or_copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// Makes `to` the same file as `from`, or a copy where there can be no second name for a file.
pub fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to)
            .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    }
    Ok(())
}

/// The files below `root`, by their path from there, and when they were last changed.
fn changed_times(root: &Path) -> Result<BTreeMap<PathBuf, SystemTime>> {
    let files = files_below(root)?.into_iter();
    files.map(|(path, metadata)| Ok((path, metadata.modified()?))).collect()
}
