//! The directory that keeps what takes long to download or to make. Deleting it costs only time.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

/// The cache: `$MODVERSIONS_CACHE`, else `$XDG_CACHE_HOME/modversions`, else
/// `~/.cache/modversions`.
pub fn cache_directory() -> Result<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("MODVERSIONS_CACHE")
        .or_else(|| variable("XDG_CACHE_HOME").map(|directory| directory.join("modversions")))
        .or_else(|| variable("HOME").map(|directory| directory.join(".cache/modversions")))
        .ok_or_else(|| anyhow!("none of MODVERSIONS_CACHE, XDG_CACHE_HOME and HOME is set"))
}

/// Makes the directory `target` by `make`, so that it is there as a whole or not at all.
pub fn made_whole(target: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let parent = target.parent().context("a directory in the cache has one above it")?;
    fs::create_dir_all(parent)?;
    let scratch = tempfile::tempdir_in(parent)?;
    make(scratch.path())?;
    fs::rename(scratch.path(), target)
        .with_context(|| format!("cannot move a directory to {}", target.display()))
}
