//! A kernel tree that modules can be built against: a source tree, the output directory of one, or
//! an installed headers package.

use std::fs;
use std::path::{Path, PathBuf};

use super::tool::Tool;
use super::way::Way;
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
        let is_lost = || Tool::ALL.into_iter().any(|tool| Way::to(tool, root).lost().is_some());
        if !scripts.is_dir() && !is_lost() {
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
