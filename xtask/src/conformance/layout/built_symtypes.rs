//! The `.symtypes` files that a kernel build with KBUILD_SYMTYPES=1 has left, by their C files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The files of one build.
pub struct BuiltSymtypes {
    directory: PathBuf,
    /// Without their ending: `lib/bitmap`.
    paths: BTreeSet<PathBuf>,
}

impl BuiltSymtypes {
    /// Finds all files below a directory.
    pub fn below(directory: &Path) -> Result<BuiltSymtypes> {
        let mut paths = BTreeSet::new();
        let mut waiting = vec![directory.to_owned()];
        while let Some(folder) = waiting.pop() {
            let entries = fs::read_dir(&folder);
            for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
                let entry = entry?;
                let path = entry.path();
                if entry.file_type()?.is_dir() {
                    waiting.push(path);
                } else if path.extension().is_some_and(|ending| ending == "symtypes") {
                    paths.insert(path.strip_prefix(directory)?.with_extension(""));
                }
            }
        }
        if paths.is_empty() {
            bail!("{}: it has no .symtypes files", directory.display());
        }
        Ok(BuiltSymtypes { directory: directory.to_owned(), paths })
    }

    /// The types of a C file (`lib/bitmap.c`), if the build left a file of them.
    pub fn read(&self, c_file: &str) -> Result<Option<Vec<u8>>> {
        let path = Path::new(c_file).with_extension("");
        if !self.paths.contains(&path) {
            return Ok(None);
        }
        let path = self.directory.join(path.with_extension("symtypes"));
        fs::read(&path).map(Some).with_context(|| format!("cannot read {}", path.display()))
    }

    /// How many files there are, and how many of them belong to none of these C files.
    pub fn counts<'c>(&self, c_files: impl Iterator<Item = &'c str>) -> (usize, usize) {
        let known: BTreeSet<PathBuf> =
            c_files.map(|c_file| Path::new(c_file).with_extension("")).collect();
        (self.paths.len(), self.paths.difference(&known).count())
    }
}
