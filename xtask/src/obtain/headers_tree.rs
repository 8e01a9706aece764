//! Debian's kernel headers as they are when they are installed, below a root of our own; and what
//! builds external modules against them.
//!
//! The packages name each other by absolute paths below `/usr`. Here they stay in the cache, and the
//! root has directories of links to what is in them: `configured`, which `make -C` is given, `common`
//! and `kbuild`, with Kbuild's programs. Where these need a newer libc than the system's, there are
//! scripts that run them with that.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::obtain::debian::require_installed;
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels::Kernel;
use crate::obtain::upstream::{LIBRARIES, LOADER};

/// What building a module takes beside Kbuild's programs; those need libelf.
const BUILD_PACKAGES: &[&str] = &["gcc-12", "make", "libelf1"];

/// The directory for one configuration, below the root.
const CONFIGURED: &str = "configured";

/// The directory that all configurations share, below the root.
const COMMON: &str = "common";

/// The directory with Kbuild's programs, below the root.
const KBUILD: &str = "kbuild";

/// The headers of one kernel.
pub struct HeadersTree {
    /// Where both directories are.
    root: PathBuf,
}

impl HeadersTree {
    /// Links the headers of `packages` below `root`, which is an absolute path and empty.
    pub fn link(root: &Path, packages: &DebianKernel) -> Result<HeadersTree> {
        let tree = HeadersTree { root: root.to_owned() };
        let kbuild = root.join(KBUILD);
        let libraries = packages.libc()?.map(|libc| libc.join(LIBRARIES));
        link_programs(&kbuild, &packages.kbuild()?, libraries.as_deref())
            .with_context(|| format!("cannot link {}", kbuild.display()))?;
        for (directory, package) in
            [(tree.common(), packages.common_headers()?), (tree.configured(), packages.headers()?)]
        {
            link_package(&directory, &package, &kbuild)
                .with_context(|| format!("cannot link {}", package.display()))?;
        }
        tree.write_makefile(&packages.headers()?, &tree.configured())?;
        tree.complete_exports()?;
        Ok(tree)
    }

    /// Adds to the list of exports what each module of a kernel with versions imports, and only such a
    /// kernel has: modules can then be built with versions for one without.
    fn complete_exports(&self) -> Result<()> {
        let path = self.configured().join("Module.symvers");
        let mut text = fs::read_to_string(&path)?;
        if !text.contains("\tmodule_layout\t") {
            text.push_str("0x0badcafe\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n");
            fs::remove_file(&path)?;
            fs::write(&path, text)?;
        }
        Ok(())
    }

    /// Gives the headers directory another name below the root.
    pub fn moved(&self, packages: &DebianKernel, name: &str) -> Result<PathBuf> {
        let moved = self.root.join(name);
        fs::rename(self.configured(), &moved)?;
        self.write_makefile(&packages.headers()?, &moved)?;
        Ok(moved)
    }

    /// Writes the Makefile of `package` to `configured`, with the paths that it has here: it includes
    /// the common one and may name the directory that it is in.
    fn write_makefile(&self, package: &Path, configured: &Path) -> Result<()> {
        let text = fs::read_to_string(package.join("Makefile"))?;
        let line = |line: &str| {
            let (common, configured) = (self.common(), configured.display());
            if line.starts_with("include ") {
                format!("include {}/Makefile\n", common.display())
            } else if line.starts_with("KBUILD_OUTPUT=") {
                format!("KBUILD_OUTPUT={configured}\n")
            } else {
                format!("{line}\n")
            }
        };
        let makefile = configured.join("Makefile");
        fs::remove_file(&makefile)?;
        fs::write(&makefile, text.lines().map(line).collect::<String>())?;
        Ok(())
    }

    /// The headers directory, as `make -C` takes it. Its `scripts` is a link to that of
    /// [`HeadersTree::kbuild`].
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

    /// The directory with Kbuild's programs.
    pub fn kbuild(&self) -> PathBuf {
        self.root.join(KBUILD)
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

/// Makes `directory` and those below it like those of `package`, with links to its files; where a
/// program needs other `libraries` than the system's, with a script that runs it.
fn link_programs(directory: &Path, package: &Path, libraries: Option<&Path>) -> Result<()> {
    fs::create_dir(directory)?;
    for entry in fs::read_dir(package)? {
        let entry = entry?;
        let (original, own) = (entry.path(), directory.join(entry.file_name()));
        let loaded = libraries.filter(|_| entry.file_type().is_ok_and(|it| it.is_file()));
        match loaded {
            _ if entry.file_type()?.is_dir() => link_programs(&own, &original, libraries)?,
            Some(libraries) if fs::read(&original)?.starts_with(b"\x7fELF") => {
                let (loader, libraries) = (libraries.join(LOADER), libraries.display());
                let (loader, original) = (loader.display(), original.display());
                let line = format!("--argv0 \"$0\" --library-path {libraries} {original} \"$@\"");
                write_program(&own, &format!("#!/bin/sh\nexec {loader} {line}\n"))?;
            }
            _ => symlink(original, own)?,
        }
    }
    Ok(())
}

/// Writes a script.
pub fn write_program(path: &Path, text: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o755).open(path)?;
    file.write_all(text.as_bytes())?;
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
