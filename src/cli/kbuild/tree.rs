//! A kernel tree that modules can be built against: a source tree, the output directory of one, or
//! an installed headers package.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::kept::kept_name;
use crate::cli::exit::{Failure, Result};
use crate::release::KernelRelease;

/// Where `make prepare` says which release it is; every tree that is ready for modules has it.
const VERSION_HEADER: &str = "include/generated/uapi/linux/version.h";

/// One tree.
pub(super) struct KernelTree {
    /// Its top directory, as the user named it.
    pub(super) root: PathBuf,
    /// The kernel's release, as Kbuild knows it.
    pub(super) release: KernelRelease,
    /// Whether its configuration uses genksyms.
    pub(super) has_genksyms: bool,
}

impl KernelTree {
    /// The tree at `root`, if it is one.
    pub(super) fn open(root: &Path) -> Result<KernelTree> {
        let no_tree =
            |lacks: &str| Failure::of(root, &format!("not a kernel tree: it has no {lacks}"));
        if !root.is_dir() {
            // Says whether it is missing, or something else.
            fs::read_dir(root).map_err(Failure::from_io(root))?;
        }
        if !root.join("Makefile").is_file() {
            return Err(no_tree("Makefile"));
        }
        let scripts = root.join("scripts");
        if !scripts.is_dir() && fs::symlink_metadata(kept(root)).is_err() {
            return Err(no_tree("scripts/"));
        }
        let header = root.join(VERSION_HEADER);
        let text = match fs::read_to_string(&header) {
            Ok(text) => text,
            Err(_) if scripts.join("Makefile.modpost").is_file() => {
                let advice = "the tree is not prepared: run `make modules_prepare` there first";
                return Err(Failure::of(root, advice));
            }
            Err(_) => return Err(no_tree(VERSION_HEADER)),
        };
        let release = version_code(&text)
            .ok_or_else(|| Failure::of(&header, "it has no LINUX_VERSION_CODE"))?;
        let configuration = fs::read(root.join(".config")).unwrap_or_default();
        Ok(KernelTree {
            root: root.to_owned(),
            release,
            has_genksyms: uses_genksyms(&configuration),
        })
    }

    /// Makes a tree with a link for each entry of this one, in a directory beside `copy`, where it
    /// can be renamed to.
    pub(super) fn linked_for(&self, copy: &Path) -> Result<KernelTree> {
        let is_free = match fs::read_dir(copy) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if !is_free {
            return Err(Failure::of(copy, "already exists"));
        }
        let original = fs::canonicalize(&self.root).map_err(Failure::from_io(&self.root))?;
        let parent = copy.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let parent = fs::canonicalize(parent).map_err(Failure::from_io(parent))?;
        let name = copy.file_name().ok_or_else(|| Failure::of(copy, "not a file name"))?;
        if parent.starts_with(&original) {
            return Err(Failure::of(copy, "inside the tree itself"));
        }
        let unfinished = parent.join(OsStr::from_bytes(&kept_name(name)));
        // Left behind by a run that was killed.
        let _ = fs::remove_dir_all(&unfinished);
        link_all(&original, &unfinished).map_err(Failure::from_io(copy))?;
        Ok(KernelTree { root: unfinished, ..*self })
    }

    /// Where the link is kept that stood for `scripts`.
    pub(super) fn kept_scripts(&self) -> PathBuf {
        kept(&self.root)
    }
}

/// Makes the directory `copy`, with a link for each entry of `original`.
fn link_all(original: &Path, copy: &Path) -> io::Result<()> {
    fs::create_dir(copy)?;
    for entry in fs::read_dir(original)? {
        let name = entry?.file_name();
        if name.as_bytes() != kept_name(OsStr::new("scripts")) {
            symlink(original.join(&name), copy.join(&name))?;
        }
    }
    Ok(())
}

fn kept(root: &Path) -> PathBuf {
    root.join(OsStr::from_bytes(&kept_name(OsStr::new("scripts"))))
}

/// The release in the text of the header: the number has a byte each for the second and the third
/// part.
fn version_code(header: &str) -> Option<KernelRelease> {
    let line = header.lines().find_map(|line| line.strip_prefix("#define LINUX_VERSION_CODE "))?;
    let code: u32 = line.trim().parse().ok()?;
    let [_, major, minor, patch] = code.to_be_bytes();
    Some(KernelRelease::new(major.into(), minor.into(), patch.into()))
}

/// Whether a configuration has genksyms called. From 6.14 on there is another program for the same.
fn uses_genksyms(configuration: &[u8]) -> bool {
    let is_on =
        |line: &str| configuration.split(|byte| *byte == b'\n').any(|it| it == line.as_bytes());
    is_on("CONFIG_MODVERSIONS=y") && !is_on("CONFIG_GENDWARFKSYMS=y")
}
