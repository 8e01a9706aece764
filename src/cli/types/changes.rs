//! What differs in a tree from a revision of git.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::exit::{Failure, Result};

/// The files that differ.
pub(super) struct Changes {
    /// Their paths in the tree.
    files: BTreeSet<PathBuf>,
    /// The tree, as commands may name it.
    root: PathBuf,
}

impl Changes {
    /// What differs in the tree at `root` from a revision, committed or not.
    pub(super) fn since(root: &Path, revision: &OsStr) -> Result<Changes> {
        let mut git = Command::new("git");
        git.arg("-C").arg(root).args(["diff", "--name-only", "--no-renames", "--relative", "-z"]);
        let mut end = OsString::from(revision);
        end.push("^{commit}");
        let output = git.arg(end).arg("--").stdin(Stdio::null()).output();
        let output = output.map_err(Failure::from_io(Path::new("git")))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.lines().next().unwrap_or("it fails").to_owned();
            return Err(Failure::of(root, &format!("git cannot compare it: {said}")));
        }
        let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        let files = names.map(|name| PathBuf::from(OsStr::from_bytes(name))).collect();
        let root = std::fs::canonicalize(root).map_err(Failure::from_io(root))?;
        Ok(Changes { files, root })
    }

    /// Whether one of these files, as commands name them, is among them. From a build directory the
    /// sources are reached by `..` or by their whole path.
    pub(super) fn touch(&self, read: &[Vec<u8>]) -> bool {
        read.iter().any(|path| {
            let path = Path::new(OsStr::from_bytes(path));
            let path = path.strip_prefix(&self.root).unwrap_or(path);
            let is_name = |part: &Component| matches!(part, Component::Normal(_));
            let plain: PathBuf = match path.components().any(|part| part == Component::ParentDir) {
                false => path.components().filter(is_name).collect(),
                true => without_parents(path),
            };
            self.files.contains(&plain)
        })
    }
}

/// A path whose `..` have taken away what stands before them; those at its beginning are left out.
fn without_parents(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::Normal(name) => plain.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    plain
}
