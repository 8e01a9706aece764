//! The kernel's own programs, as Debian builds them: what everything here is compared with.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use modversions::elf::Target;

use crate::obtain::debian::{Archive, NamePattern, Package};
use crate::obtain::kernels::Kernel;
use crate::obtain::or_skip;

/// Where a libc has its libraries, below its root.
pub const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// The program there that runs others with them.
pub const LOADER: &str = "ld-linux-x86-64.so.2";

/// One kernel's genksyms.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// The package it is from.
    pub package: Package,
    /// The kernel release as our `--kernel` takes it: `X.Y`.
    pub release: String,
    /// The program.
    program: Program,
}

impl Upstream {
    /// The genksyms of `kernel`, from its package. None, said on stderr, when there is no way to
    /// have it; with `CI=true` that is an error.
    pub fn genksyms(kernel: &Kernel) -> Result<Option<Upstream>> {
        let found = Scripts::of(kernel).and_then(|scripts| {
            let program = scripts.program("genksyms/genksyms")?;
            Ok(Upstream { package: scripts.package, release: scripts.release, program })
        });
        or_skip(found, "the kernel's own genksyms")
    }

    /// The modpost programs of `kernel`, from its package. None as for genksyms.
    pub fn modpost(kernel: &Kernel) -> Result<Option<UpstreamModpost>> {
        let found = Scripts::of(kernel).and_then(UpstreamModpost::new);
        or_skip(found, "the kernel's own modpost")
    }

    /// A command that runs the program, ready for its arguments; `argv[0]` is `genksyms`.
    pub fn command(&self) -> Command {
        self.program.command("genksyms")
    }

    /// The name people know it by: `linux-kbuild 6.1.192-2`.
    pub fn title(&self) -> String {
        self.package.kbuild_title()
    }
}

/// One kernel's modpost: a program for each class and byte order, behind a front end of Debian's
/// that looks at the first object only.
#[derive(Clone, Debug)]
pub struct UpstreamModpost {
    /// The package it is from.
    pub package: Package,
    /// The kernel release as our `--kernel` takes it: `X.Y`.
    pub release: String,
    /// By class and byte order, as [`UpstreamModpost::index`] numbers them.
    programs: Vec<Program>,
}

impl UpstreamModpost {
    /// The programs of `scripts`.
    fn new(scripts: Scripts) -> Result<UpstreamModpost> {
        let programs: Result<Vec<Program>> = ["lsb-32", "lsb-64", "msb-32", "msb-64"]
            .into_iter()
            .map(|target| scripts.program(&format!("mod/modpost.real-{target}")))
            .collect();
        let (package, release) = (scripts.package, scripts.release);
        Ok(UpstreamModpost { package, release, programs: programs? })
    }

    /// A command that runs the program for objects of `target`, ready for its arguments; `argv[0]`
    /// is `modpost`.
    pub fn command(&self, target: Target) -> Command {
        self.programs[Self::index(target)].command("modpost")
    }

    /// Which of the programs is for `target`.
    fn index(target: Target) -> usize {
        2 * usize::from(target.is_big_endian) + usize::from(target.is_64_bit)
    }

    /// The name people know it by: `linux-kbuild 6.1.192-2`.
    pub fn title(&self) -> String {
        self.package.kbuild_title()
    }
}

/// The `scripts/` folder of one kernel.
struct Scripts {
    /// The package it is from.
    package: Package,
    /// The kernel release: `X.Y`.
    release: String,
    /// Where it is.
    folder: PathBuf,
    /// The root of a libc to run its programs with, when they need a newer one than the system has.
    libc: Option<PathBuf>,
}

impl Scripts {
    /// Those of `kernel`.
    fn of(kernel: &Kernel) -> Result<Scripts> {
        let archive = Archive::of(kernel.origin)?;
        let pattern = NamePattern(kernel.programs()?);
        archive.with_fresh_lists(|| {
            let package = archive.newest(pattern)?;
            let root = archive.unpacked(&package)?;
            let libc = archive.libc(kernel.origin)?;
            Scripts::in_package(package, &root, libc)
        })
    }

    /// Those in the unpacked `package`.
    fn in_package(package: Package, root: &Path, libc: Option<PathBuf>) -> Result<Scripts> {
        let folder = root.join("usr/lib").join(&package.name).join("scripts");
        let release = package
            .version
            .match_indices(['.', '-', '~', '+'])
            .nth(1)
            .map(|(end, _)| package.version[..end].to_string())
            .with_context(|| format!("no kernel release in version {}", package.version))?;
        Ok(Scripts { package, release, folder, libc })
    }

    /// The program at `path`.
    fn program(&self, path: &str) -> Result<Program> {
        let file = self.folder.join(path);
        if !file.is_file() {
            bail!("{} has no scripts/{path}", self.package.name);
        }
        Ok(Program { file, libc: self.libc.clone() })
    }
}

/// A program, and what it takes to run it.
#[derive(Clone, Debug)]
struct Program {
    /// Where it is.
    file: PathBuf,
    /// The root of a libc to run it with, when it needs a newer one than the system has.
    libc: Option<PathBuf>,
}

impl Program {
    /// A command that runs it as `name`.
    fn command(&self, name: &str) -> Command {
        let Some(libc) = &self.libc else {
            let mut command = Command::new(&self.file);
            command.arg0(name);
            return command;
        };
        let libraries = libc.join(LIBRARIES);
        let mut command = Command::new(libraries.join(LOADER));
        command.args(["--argv0", name, "--library-path"]);
        command.arg(libraries).arg(&self.file);
        command
    }
}
