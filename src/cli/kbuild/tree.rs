//! A kernel tree that modules can be built against: a source tree, the output directory of one, or
//! an installed headers package.

use std::fs;
use std::path::{Path, PathBuf};

use super::place::Found;
use super::tool::Tool;
use super::way::Way;
use crate::cli::exit::{Failure, Result};
use crate::cli::tree_release::{Facts, VERSION_HEADER};
use crate::release::KernelRelease;

/// One tree.
pub(super) struct KernelTree {
    /// Its top directory, as the user named it.
    pub(super) root: PathBuf,
    /// The kernel's release, as Kbuild knows it.
    pub(super) release: KernelRelease,
    /// The program that its configuration has CRCs from, if it has any.
    pub(super) crcs: Option<Tool>,
}

impl KernelTree {
    /// The programs that matter in it: those that its builds call, and any other in whose place ours
    /// is.
    pub(super) fn tools(&self) -> Result<Vec<Tool>> {
        let mut tools = Vec::new();
        for tool in Tool::ALL {
            let is_called = tool == Tool::Modpost || tool == self.crcs.unwrap_or(Tool::Genksyms);
            let found = Way::to(tool, &self.root).found()?;
            if is_called || matches!(found, Found::Ours { .. }) {
                tools.push(tool);
            }
        }
        Ok(tools)
    }

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
        if !header.is_file() {
            if scripts.join("Makefile.modpost").is_file() {
                let advice = "the tree is not prepared: run `make modules_prepare` there first";
                return Err(Failure::of(root, advice));
            }
            return Err(no_tree(VERSION_HEADER));
        }
        let release = Facts::of(root).release();
        let release =
            release.ok_or_else(|| Failure::of(&header, "it has no LINUX_VERSION_CODE"))?;
        let configuration = fs::read(root.join(".config")).unwrap_or_default();
        Ok(KernelTree { root: root.to_owned(), release, crcs: source_of_crcs(&configuration) })
    }
}

/// The program that a configuration has CRCs from. From 6.14 on there are two.
fn source_of_crcs(configuration: &[u8]) -> Option<Tool> {
    let is_on =
        |line: &str| configuration.split(|byte| *byte == b'\n').any(|it| it == line.as_bytes());
    match (is_on("CONFIG_MODVERSIONS=y"), is_on("CONFIG_GENDWARFKSYMS=y")) {
        (false, _) => None,
        (true, true) => Some(Tool::Gendwarfksyms),
        (true, false) => Some(Tool::Genksyms),
    }
}
