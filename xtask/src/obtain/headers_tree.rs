//! Debian's kernel headers as they are when they are installed, below a root of our own; and what
//! builds external modules against them.
//!
//! The packages name each other by absolute paths below `/usr`. Here they stay in the cache, and the
//! root has directories of links to what is in them: `configured`, which `make -C` is given, and
//! `common`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::obtain::debian::require_installed;
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels::Kernel;

/// What building a module takes beside Kbuild's programs; those need libelf.
const BUILD_PACKAGES: &[&str] = &["gcc-12", "make", "libelf1"];

/// The directory for one configuration, below the root.
const CONFIGURED: &str = "configured";

/// The directory that all configurations share, below the root.
const COMMON: &str = "common";

/// The headers of one kernel.
pub struct HeadersTree {
    /// Where both directories are.
    root: PathBuf,
}

impl HeadersTree {
    /// Links the headers of `packages` below `root`, which is an absolute path and empty.
    pub fn link(root: &Path, packages: &DebianKernel) -> Result<HeadersTree> {
        let tree = HeadersTree { root: root.to_owned() };
        let kbuild = packages.kbuild()?;
        for (directory, package) in
            [(tree.common(), packages.common_headers()?), (tree.configured(), packages.headers()?)]
        {
            link_package(&directory, &package, &kbuild)
                .with_context(|| format!("cannot link {}", package.display()))?;
        }
        let makefile = tree.configured().join("Makefile");
        fs::remove_file(&makefile)?;
        fs::write(&makefile, format!("include {}/Makefile\n", tree.common().display()))?;
        Ok(tree)
    }

    /// The headers directory, as `make -C` takes it. Its `scripts` is a link to those of the
    /// package with Kbuild's programs.
    pub fn configured(&self) -> PathBuf {
        self.root.join(CONFIGURED)
    }

    /// Takes the kernel's BTF away, if the package has it. Modules get none then, and pahole is not
    /// needed: it takes long, and what it writes differs from run to run.
    pub fn without_btf(self) -> Result<HeadersTree> {
        let btf = self.configured().join("vmlinux");
        if btf.is_file() {
            fs::remove_file(btf)?;
        }
        Ok(self)
    }

    /// The directory with the headers that all configurations share.
    fn common(&self) -> PathBuf {
        self.root.join(COMMON)
    }
}

/// Makes `directory` one of links to what is in `package`; Kbuild's programs are elsewhere.
fn link_package(directory: &Path, package: &Path, kbuild: &Path) -> Result<()> {
    fs::create_dir(directory)?;
    for entry in fs::read_dir(package)? {
        let name = entry?.file_name();
        let target = match name.to_str() {
            Some("scripts" | "tools") => kbuild.join(&name),
            _ => package.join(&name),
        };
        symlink(target, directory.join(name))?;
    }
    Ok(())
}

/// All that building modules for `kernel` takes, downloaded and installed.
pub fn obtain(kernel: &'static Kernel) -> Result<DebianKernel> {
    require_installed(BUILD_PACKAGES)?;
    let packages = DebianKernel::newest(kernel)?;
    for package in [packages.headers(), packages.common_headers(), packages.kbuild()] {
        package?;
    }
    Ok(packages)
}

/// A make that works on the external modules in `folder`, ready for its goal. `headers` is what
/// [`HeadersTree::configured`] tells, or something in its place.
///
/// Nothing around us changes what it does, nor the language of what it says.
pub fn make_modules(headers: &Path, folder: &Path) -> Command {
    let mut make = Command::new("make");
    make.arg("-C").arg(headers).arg(format!("M={}", folder.display()));
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get());
    make.arg(format!("-j{threads}")).stdin(Stdio::null());
    for variable in ["MAKEFLAGS", "MFLAGS", "MAKELEVEL", "ARCH", "KERNELVERSION"] {
        make.env_remove(variable);
    }
    make.env("LC_ALL", "C.UTF-8");
    make
}
