//! What files there are below a directory.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// All that is no directory below `root`, by its path from there. Links are not followed.
pub fn files_below(root: &Path) -> Result<BTreeMap<PathBuf, Metadata>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(root)?.to_path_buf(), entry.metadata()?);
            }
        }
    }
    Ok(files)
}
