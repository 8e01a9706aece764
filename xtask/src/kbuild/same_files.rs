//! Whether two builds have left the same behind: every file, byte for byte.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run::files::files_below;

/// Where both programs write what a symbol's CRC is, when Kbuild calls genksyms.
const SYMVER: &[u8] = b"#SYMVER ";

/// Files that are counted together.
struct Kind {
    /// What they are called.
    title: &'static str,
    /// Whether a name is that of one.
    is_one: fn(&str) -> bool,
}

/// The kinds; the first that fits counts.
const KINDS: &[Kind] = &[
    Kind { title: "vmlinux", is_one: |name| name == "vmlinux" },
    Kind { title: "Module.symvers", is_one: |name| name == "Module.symvers" },
    Kind { title: "modules.*", is_one: |name| name.starts_with("modules.") },
    Kind { title: "*.mod.c", is_one: |name| name.ends_with(".mod.c") },
    Kind { title: "*.ko", is_one: |name| name.ends_with(".ko") },
    Kind { title: "*.symtypes", is_one: |name| name.ends_with(".symtypes") },
    Kind { title: "*.cmd", is_one: |name| name.ends_with(".cmd") },
    Kind { title: "others", is_one: |_| true },
];

/// What was found.
#[derive(Default)]
pub struct Comparison {
    /// How many files of each of [`KINDS`] the first build has.
    counts: [usize; KINDS.len()],
    /// How many lines with CRCs its `.cmd` files have.
    symvers: usize,
    /// How many exports its `Module.symvers` has.
    exports: usize,
    /// The files that are not the same, with how.
    pub differences: Vec<String>,
}

impl Comparison {
    /// Compares all below two directories.
    pub fn of(reference: &Path, ours: &Path) -> Result<Comparison> {
        let (theirs, our) = (entries(reference)?, entries(ours)?);
        let mut comparison = Comparison::default();
        for path in theirs.keys() {
            comparison.count(reference, path)?;
            if !our.contains_key(path) {
                comparison.differences.push(format!("{path}: only the reference has it"));
            }
        }
        for (path, entry) in &our {
            let same = match theirs.get(path) {
                None => {
                    comparison.differences.push(format!("{path}: the reference does not have it"));
                    continue;
                }
                Some(Entry::File(theirs)) => match entry {
                    Entry::File(ours) => is_same_text(theirs, ours)?,
                    Entry::Link(_) => false,
                },
                Some(link) => link == entry,
            };
            if !same {
                comparison.differences.push(format!("{path}: differs"));
            }
        }
        Ok(comparison)
    }

    /// Counts one file of the first build.
    fn count(&mut self, reference: &Path, path: &str) -> Result<()> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some(kind) = KINDS.iter().position(|kind| (kind.is_one)(name)) {
            self.counts[kind] += 1;
        }
        if name.ends_with(".cmd") {
            let text = fs::read(reference.join(path)).with_context(|| path.to_owned())?;
            let lines = text.split(|byte| *byte == b'\n');
            self.symvers += lines.filter(|line| line.starts_with(SYMVER)).count();
        } else if path == "Module.symvers" {
            self.exports = fs::read_to_string(reference.join(path))?.lines().count();
        }
        Ok(())
    }

    /// How many files were compared.
    pub fn files(&self) -> usize {
        self.counts.iter().sum()
    }

    /// A line for each kind.
    pub fn counted(&self) -> String {
        let line = |(Kind { title, .. }, count): (&Kind, &usize)| {
            let more = match *title {
                "Module.symvers" => format!(" with {} exports", self.exports),
                "*.cmd" => format!(" with {} CRCs", self.symvers),
                _ => String::new(),
            };
            format!("  {count:>6} {title}{more}\n")
        };
        KINDS.iter().zip(&self.counts).map(line).collect()
    }
}

/// Something that is no directory.
#[derive(PartialEq, Eq)]
enum Entry {
    /// A file, and where it is.
    File(PathBuf),
    /// A link, and what it says.
    Link(PathBuf),
}

/// All that is no directory below `root`, by its path from there.
fn entries(root: &Path) -> Result<BTreeMap<String, Entry>> {
    let entry = |(name, metadata): (PathBuf, fs::Metadata)| {
        let path = root.join(&name);
        let entry = match metadata.is_symlink() {
            true => Entry::Link(fs::read_link(&path)?),
            false => Entry::File(path),
        };
        Ok((name.to_string_lossy().into_owned(), entry))
    };
    files_below(root)?.into_iter().map(entry).collect()
}

/// Whether two files have the same bytes; they may be larger than memory.
fn is_same_text(one: &Path, other: &Path) -> Result<bool> {
    let open = |path: &Path| File::open(path).with_context(|| path.display().to_string());
    let (one, other) = (open(one)?, open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if left[..length] != right[..length] {
            return Ok(false);
        }
        if length == 0 {
            return Ok(left.len() == right.len());
        }
        one.consume(length);
        other.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Result;

    use super::*;

    #[test]
    fn what_differs_and_what_is_missing_is_named() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let (reference, ours) = (directory.path().join("reference"), directory.path().join("ours"));
        for root in [&reference, &ours] {
            fs::create_dir_all(root.join("lib"))?;
            fs::write(root.join("lib/.crc.o.cmd"), "#SYMVER crc 0x1\n#SYMVER crc_be 0x2\n")?;
            fs::write(root.join("Module.symvers"), "0x1\tcrc\n0x2\tcrc_be\n")?;
            std::os::unix::fs::symlink("/nowhere", root.join("source"))?;
        }
        fs::write(reference.join("lib/crc.ko"), "one")?;
        fs::write(ours.join("lib/crc.ko"), "two")?;
        fs::write(reference.join("vmlinux"), "")?;
        fs::write(ours.join("lib/crc.mod.c"), "")?;
        let found = Comparison::of(&reference, &ours)?;
        assert_eq!(
            found.differences,
            [
                "vmlinux: only the reference has it",
                "lib/crc.ko: differs",
                "lib/crc.mod.c: the reference does not have it",
            ]
        );
        assert_eq!((found.files(), found.symvers, found.exports), (5, 2, 2));
        Ok(())
    }
}
