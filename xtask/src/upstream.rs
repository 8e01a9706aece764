//! The kernel's own programs, as Debian builds them: what everything here is compared with.

use std::env;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use crate::debian::{Archive, NamePattern, Package};

/// A kernel whose programs Debian packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Debian bookworm's own.
    V6_1,
    /// Debian bookworm's backport, from its security archive.
    V6_12,
    /// Whatever Debian sid has today.
    Newest,
}

impl Kernel {
    /// All of them, oldest first.
    pub const ALL: [Kernel; 3] = [Kernel::V6_1, Kernel::V6_12, Kernel::Newest];

    /// The package with the programs.
    fn kbuild_pattern(self) -> NamePattern {
        match self {
            Kernel::V6_1 => NamePattern("linux-kbuild-6.1"),
            Kernel::V6_12 => NamePattern("linux-kbuild-6.12.*"),
            Kernel::Newest => NamePattern("linux-kbuild-*"),
        }
    }
}

impl FromStr for Kernel {
    type Err = String;

    /// `6.1`, `6.12`, or the newest as `sid` or by a number: which one sid has is printed.
    fn from_str(text: &str) -> Result<Kernel, String> {
        match text {
            "6.1" => Ok(Kernel::V6_1),
            "6.12" => Ok(Kernel::V6_12),
            "sid" => Ok(Kernel::Newest),
            _ if is_of_7_or_later(text) => Ok(Kernel::Newest),
            _ => Err("known are 6.1, 6.12, and the newest by its number or as `sid`".to_string()),
        }
    }
}

/// Whether `text` is `X.Y` with an X of at least 7.
fn is_of_7_or_later(text: &str) -> bool {
    let major = text.split_once('.').and_then(|(major, _)| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= 7)
}

/// One kernel's genksyms.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// The package it is from.
    pub package: Package,
    /// The kernel release as our `--kernel` takes it: `X.Y`.
    pub release: String,
    /// The program.
    program: PathBuf,
    /// The root of a libc to run it with, when it needs a newer one than the system has.
    libc: Option<PathBuf>,
}

impl Upstream {
    /// The genksyms of `kernel`, from its package. None, said on stderr, when there is no way to
    /// have it; with `CI=true` that is an error.
    pub fn genksyms(kernel: Kernel) -> Result<Option<Upstream>> {
        let found = match kernel {
            Kernel::V6_1 | Kernel::V6_12 => Upstream::stable(kernel),
            Kernel::Newest => Upstream::newest(),
        };
        or_skip(found, "the kernel's own genksyms")
    }

    /// From the system's own archive.
    fn stable(kernel: Kernel) -> Result<Upstream> {
        let archive = Archive::system()?;
        archive.with_fresh_lists(|| {
            let package = archive.newest(kernel.kbuild_pattern())?;
            let root = archive.unpacked(&package)?;
            Upstream::in_package(package, &root, None)
        })
    }

    /// From sid, with sid's libc: the program is linked with a newer one than ours.
    fn newest() -> Result<Upstream> {
        let archive = Archive::sid()?;
        archive.with_fresh_lists(|| {
            let package = archive.newest(Kernel::Newest.kbuild_pattern())?;
            let root = archive.unpacked(&package)?;
            let libc = archive.unpacked(&archive.newest(NamePattern("libc6"))?)?;
            Upstream::in_package(package, &root, Some(libc))
        })
    }

    /// The program in the unpacked `package`.
    fn in_package(package: Package, root: &Path, libc: Option<PathBuf>) -> Result<Upstream> {
        let program = root.join("usr/lib").join(&package.name).join("scripts/genksyms/genksyms");
        if !program.is_file() {
            bail!("{} has no scripts/genksyms/genksyms", package.name);
        }
        let release = package
            .version
            .match_indices(['.', '-', '~', '+'])
            .nth(1)
            .map(|(end, _)| package.version[..end].to_string())
            .with_context(|| format!("no kernel release in version {}", package.version))?;
        Ok(Upstream { package, release, program, libc })
    }

    /// A command that runs the program, ready for its arguments; `argv[0]` is `genksyms`.
    pub fn command(&self) -> Command {
        let Some(libc) = &self.libc else {
            let mut command = Command::new(&self.program);
            command.arg0("genksyms");
            return command;
        };
        let libraries = libc.join("usr/lib/x86_64-linux-gnu");
        let mut command = Command::new(libraries.join("ld-linux-x86-64.so.2"));
        command.args(["--argv0", "genksyms", "--library-path"]);
        command.arg(libraries).arg(&self.program);
        command
    }

    /// The name people know it by: `linux-kbuild 6.1.192-2`.
    pub fn title(&self) -> String {
        format!("linux-kbuild {}", self.package.version)
    }
}

/// Nothing, said on stderr, when `found` failed on a developer's machine; with `CI=true` its
/// error.
pub fn or_skip<T>(found: Result<T>, what: &str) -> Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_ci() => Err(error.context(format!("{what}: cannot be had"))),
        Err(error) => {
            eprintln!("skipped: {what}: cannot be had: {error:#}");
            Ok(None)
        }
    }
}

/// Whether this is a continuous-integration run, where a skip is a failure.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true")
}
