//! Where external modules are built: a headers directory with the distribution's programs or ours,
//! and a directory for what is built, at the same absolute paths for both.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::headers_tree::{HeadersTree, make_modules, write_program};
use crate::obtain::kernels::Kernel;
use crate::run::cache::cache_directory;
use crate::run::files::files_below;
use crate::run::product::Product;

/// The programs that ours take the place of, below the headers directory.
const PROGRAMS: [&str; 2] = ["scripts/genksyms/genksyms", "scripts/mod/modpost"];

/// What stands in the place of the distribution's programs once ours are in the overlay: make must
/// not run it.
const FORBIDDEN: &str = "#!/bin/sh\necho \"$0: the distribution's own was run\" >&2\nexit 99\n";

/// Files, with their size and time.
type Files = BTreeMap<PathBuf, (u64, SystemTime)>;

/// One kernel's headers, and what is built against them. All of it goes away by itself.
pub struct Workshop {
    /// The root of all.
    place: TempDir,
    /// The headers; with the distribution's programs at first.
    headers: HeadersTree,
    /// The kernel's release: `6.1.192`.
    release: String,
    /// The kernel.
    kernel: &'static Kernel,
    /// The directories of the packages, and what was in them before.
    packages: Vec<(PathBuf, Files)>,
}

/// What is in the place of the distribution's programs.
pub struct InPlace {
    /// What `modversions kbuild` says of it, line by line.
    pub said: Vec<String>,
    /// The programs that are ours.
    pub ours: Vec<&'static str>,
}

impl Workshop {
    /// One with the distribution's programs.
    pub fn open(packages: &DebianKernel) -> Result<Workshop> {
        let runs = cache_directory()?.join("runs");
        fs::create_dir_all(&runs)?;
        let place = tempfile::tempdir_in(runs)?;
        let headers = HeadersTree::link(place.path(), packages)?.without_btf()?;
        let release = packages.version.split(['-', '~', '+']).next().unwrap_or_default();
        let mut before = Vec::new();
        for directory in [packages.headers()?, packages.common_headers()?, packages.kbuild()?] {
            let files = files_and_times(&directory)?;
            before.push((directory, files));
        }
        let workshop = Workshop {
            place,
            headers,
            release: release.to_owned(),
            kernel: packages.kernel(),
            packages: before,
        };
        fs::create_dir(workshop.built())?;
        Ok(workshop)
    }

    /// The headers directory, as `make -C` takes it.
    pub fn headers(&self) -> PathBuf {
        self.headers.configured()
    }

    /// A make that works on the external modules in `folder`, with whichever programs are in place.
    pub fn make_modules(&self, folder: &Path) -> Command {
        let mut make = make_modules(&self.headers(), folder);
        make.args(self.kernel.make).args(self.kernel.versioned);
        make
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

    /// Why ours cannot take the place of any program, if so.
    pub fn refusal(&self, product: &Product) -> Result<Option<String>> {
        let overlay = self.place.path().join("tried");
        let output = self.overlay(product, &self.headers(), &overlay)?;
        if output.status.success() {
            fs::remove_dir_all(overlay)?;
            return Ok(None);
        }
        Ok(Some(self.shortened(String::from_utf8_lossy(&output.stderr).trim_end())))
    }

    /// Puts `product` in place and takes it out again, where the distribution's programs are. What is
    /// not as it should be then, for a person.
    pub fn enable_and_disable(&self, product: &Product) -> Result<Vec<String>> {
        let directories = [self.headers(), self.headers.kbuild()];
        let before = directories.each_ref().map(|it| files_and_times(it));
        let mut faults = Vec::new();
        for action in ["enable", "disable"] {
            let mut command = product.command();
            let output = command.args(["kbuild", action]).arg(self.headers()).output()?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                faults.push(format!("kbuild {action}: {}", self.shortened(&said)));
            }
        }
        for (directory, before) in directories.iter().zip(before) {
            if files_and_times(directory)? != before? {
                faults.push(format!("kbuild disable: {} is not as before", directory.display()));
            }
        }
        Ok(faults)
    }

    /// Puts what was built aside, and `product` in the place of the distribution's programs, as far
    /// as it is a drop-in for them. Those cannot be run by mistake any more.
    pub fn put_ours_in_place(&self, packages: &DebianKernel, product: &Product) -> Result<InPlace> {
        fs::rename(self.built(), self.built_by_theirs())?;
        fs::create_dir(self.built())?;
        let theirs = self.headers.moved(packages, "configured-by-theirs")?;
        let overlay = self.overlay(product, &theirs, &self.headers())?;
        let refused = String::from_utf8(overlay.stderr)?;
        if !overlay.status.success() {
            bail!("cannot put ours in place: {refused}");
        }
        let status = product.command().args(["kbuild", "status"]).arg(self.headers()).output()?;
        let status = String::from_utf8(status.stdout)?;
        let said = status.lines().chain(refused.lines());
        let mut in_place =
            InPlace { said: said.map(|line| self.shortened(line)).collect(), ours: Vec::new() };
        for program in PROGRAMS {
            let name = program.rsplit('/').next().unwrap_or_default();
            let is_ours = |line: &str| line.starts_with(name) && line.contains(" modversions ");
            if status.lines().any(is_ours) {
                let own = self.headers.kbuild().join(program);
                fs::remove_file(&own)?;
                write_program(&own, FORBIDDEN)?;
                in_place.ours.push(name);
            }
        }
        Ok(in_place)
    }

    /// Makes `overlay`, of `headers`.
    fn overlay(&self, product: &Product, headers: &Path, overlay: &Path) -> Result<Output> {
        let mut command = product.command();
        command.args(["kbuild", "overlay"]).arg(headers).arg(overlay).stdin(Stdio::null());
        command.output().context("cannot run ours")
    }

    /// What is not as it was in the packages, for a person.
    pub fn changed(&self) -> Result<Vec<String>> {
        let mut changed = Vec::new();
        for (directory, before) in &self.packages {
            let now = files_and_times(directory)?;
            let paths = before.keys().chain(now.keys().filter(|path| !before.contains_key(*path)));
            let other = paths.filter(|path| before.get(*path) != now.get(*path));
            changed
                .extend(other.map(|path| format!("{}: changed", directory.join(path).display())));
        }
        Ok(changed)
    }

    /// A path below the root, or a text with such paths, as a person wants to read it.
    pub fn shortened(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.place.path().display()), "")
    }
}

/// The files below a directory, with their sizes and times.
fn files_and_times(directory: &Path) -> Result<Files> {
    let files = files_below(directory)?;
    let facts = |(path, metadata): (PathBuf, fs::Metadata)| {
        Ok((path, (metadata.len(), metadata.modified()?)))
    };
    files.into_iter().map(facts).collect()
}
