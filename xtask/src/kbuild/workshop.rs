//! Where external modules are built: a headers directory with the distribution's programs or ours,
//! and a directory for what is built, at the same absolute paths for both.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::headers_tree::HeadersTree;
use crate::run::cache::cache_directory;
use crate::run::process::read;
use crate::run::product::Product;

/// One kernel's headers, and what is built against them. All of it goes away by itself.
pub struct Workshop {
    /// The root of all.
    place: TempDir,
    /// The headers; with the distribution's programs at first.
    headers: HeadersTree,
    /// The kernel's release: `6.1.192`.
    release: String,
}

impl Workshop {
    /// One with the distribution's programs.
    pub fn open(packages: &DebianKernel) -> Result<Workshop> {
        let runs = cache_directory()?.join("runs");
        fs::create_dir_all(&runs)?;
        let place = tempfile::tempdir_in(runs)?;
        let headers = HeadersTree::link(place.path(), packages)?.without_btf()?;
        let release = packages.version.split(['-', '~', '+']).next().unwrap_or_default();
        let workshop = Workshop { place, headers, release: release.to_owned() };
        fs::create_dir(workshop.built())?;
        Ok(workshop)
    }

    /// The headers directory, as `make -C` takes it.
    pub fn headers(&self) -> PathBuf {
        self.headers.configured()
    }

    /// The kernel's release: `6.1.192`.
    pub fn release(&self) -> &str {
        &self.release
    }

    /// Where things are built, with whichever programs are in place.
    pub fn built(&self) -> PathBuf {
        self.place.path().join("built")
    }

    /// What was built with the distribution's programs, once ours are in their place.
    pub fn built_by_theirs(&self) -> PathBuf {
        self.place.path().join("built-by-theirs")
    }

    /// Puts what was built aside, and `product` in the place of the distribution's programs.
    pub fn put_ours_in_place(&self, product: &Product) -> Result<()> {
        fs::rename(self.built(), self.built_by_theirs())?;
        fs::create_dir(self.built())?;
        let theirs = self.place.path().join("configured-by-theirs");
        fs::rename(self.headers(), &theirs)?;
        overlay(product, &theirs, &self.headers()).context("cannot put ours in place")
    }

    /// A path below the root, or a text with such paths, as a person wants to read it.
    pub fn shortened(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.place.path().display()), "")
    }
}

/// Makes `copy` a directory of links to `headers`, with ours in the place of the programs.
fn overlay(product: &Product, headers: &Path, copy: &Path) -> Result<()> {
    read(product.command().args(["kbuild", "overlay"]).arg(headers).arg(copy)).map(drop)
}
