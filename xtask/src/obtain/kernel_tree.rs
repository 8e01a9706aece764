//! Debian's kernel sources, configured as Debian configures them and prepared for building
//! modules, so that Kbuild itself can say which files it compiles and preprocess them.
//!
//! Kept in the cache as `trees/VERSION/`. Preparing one takes two to three minutes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::{Context, Result, anyhow, bail};

use crate::obtain::debian::{Archive, NamePattern, require_installed};
use crate::obtain::kernels::{Kernel, USUAL};
use crate::run::cache::cache_directory;
use crate::run::process::{read, run};

/// What building a kernel's tools takes. `dwarves` has pahole: without it, Debian's
/// CONFIG_DEBUG_INFO_BTF would be switched off, which changes types.
const BUILD_PACKAGES: &[&str] = &[
    "bc",
    "bison",
    "dwarves",
    "flex",
    "gcc-12",
    "libelf-dev",
    "libssl-dev",
    "make",
    "xz-utils",
    "zstd",
];

/// The compiler Debian bookworm builds both kernels with; the configuration names it.
pub const COMPILER: &str = "CC=x86_64-linux-gnu-gcc-12";

/// No Rust, as in Debian's kernels, whatever is installed here.
const NO_RUST: [&str; 2] = ["RUSTC=false", "BINDGEN=false"];

/// The makefile that prints objects where Kbuild would build them.
const OBJECTS_MAKEFILE: &str = include_str!("objects.mk");

/// Says that a tree is prepared.
const PREPARED: &str = ".modversions-prepared";

/// Which of Debian's kernels is wanted.
#[derive(clap::Args)]
pub struct Wanted {
    /// Which kernel.
    #[arg(long, default_value = USUAL)]
    pub kernel: &'static Kernel,
    /// Its version in Debian, one of those that `apt-cache madison` lists. Default: the newest.
    #[arg(long)]
    pub version: Option<String>,
}

impl From<&'static Kernel> for Wanted {
    /// The newest version of it.
    fn from(kernel: &'static Kernel) -> Wanted {
        Wanted { kernel, version: None }
    }
}

/// The packages of one kernel whose exports Debian publishes.
pub struct KernelPackages {
    /// The version all of them have.
    pub version: String,
    /// The archive in the unpacked `linux-source` package.
    source: PathBuf,
    /// The directory of the unpacked headers package with `.config` and `Module.symvers`.
    headers: PathBuf,
}

impl KernelPackages {
    /// The packages of the kernel that is `wanted`, downloaded and unpacked.
    pub fn obtain(wanted: impl Into<Wanted>) -> Result<KernelPackages> {
        let Wanted { kernel, version } = wanted.into();
        let source = NamePattern(kernel.source()?);
        let headers = NamePattern(kernel.headers()?.configured);
        let archive = Archive::of(kernel.origin)?;
        archive.with_fresh_lists(|| {
            let source = match &version {
                Some(version) => archive.of_version(source, version)?,
                None => archive.newest(source)?,
            };
            let headers = archive.of_version(headers, &source.version)?;
            let headers_root = archive.unpacked(&headers)?;
            Ok(KernelPackages {
                source: archive.unpacked(&source)?.join(format!("usr/src/{}.tar.xz", source.name)),
                headers: headers_root.join("usr/src").join(&headers.name),
                version: source.version,
            })
        })
    }

    /// Unpacks the parts at `paths` of the kernel source, those that there are, into `directory`.
    pub fn extract(&self, paths: &[&str], directory: &Path) -> Result<()> {
        let top = self.source.file_name().context("a source has a name")?.to_string_lossy();
        let top = top.trim_end_matches(".tar.xz");
        let mut tar = Command::new("tar");
        tar.arg("-xJf").arg(&self.source).arg("-C").arg(directory).arg("--strip-components=1");
        let output = tar.args(paths.iter().map(|path| format!("{top}/{path}"))).output()?;
        // A part that is missing is an error to tar, after all others have been unpacked.
        match paths.iter().any(|path| directory.join(path).exists()) {
            true => Ok(()),
            false => bail!("{}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// The configuration that Debian builds it with.
    pub fn published_config(&self) -> PathBuf {
        self.headers.join(".config")
    }

    /// The text of the published `Module.symvers`.
    pub fn published_symvers(&self) -> Result<String> {
        let path = self.headers.join("Module.symvers");
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// A kernel tree that Kbuild is ready to compile in.
pub struct KernelTree {
    /// Its top directory.
    pub root: PathBuf,
}

/// A C file that Kbuild compiles and that may export something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its path in the tree without `.c`: `lib/bitmap`.
    pub path: String,
    /// The same as Kbuild reaches it, possibly through `..`; targets are named by this.
    pub target: String,
}

impl KernelTree {
    /// The prepared tree of `packages`.
    pub fn prepared(packages: &KernelPackages) -> Result<KernelTree> {
        let tree = KernelTree { root: cache_directory()?.join("trees").join(&packages.version) };
        if tree.root.join(PREPARED).is_file() {
            return Ok(tree);
        }
        KernelTree::require_tools()?;
        if !tree.root.is_dir() {
            tree.unpack(packages)?;
        }
        eprintln!("configuring and preparing {}", tree.root.display());
        let published_config = packages.published_config();
        fs::copy(&published_config, tree.root.join(".config"))
            .with_context(|| format!("cannot copy {}", published_config.display()))?;
        read(tree.make().arg("olddefconfig"))?;
        warn_of_changed_options(&published_config, &tree.root.join(".config"))?;
        read(tree.make().arg("modules_prepare"))?;
        fs::write(tree.root.join(PREPARED), "")?;
        Ok(tree)
    }

    /// The source of `packages` at `root`, unpacked now unless it is there, and not configured:
    /// for builds in output directories.
    pub fn source(packages: &KernelPackages, root: PathBuf) -> Result<KernelTree> {
        KernelTree::require_tools()?;
        let tree = KernelTree { root };
        if !tree.root.is_dir() {
            tree.unpack(packages)?;
        }
        Ok(tree)
    }

    /// Installs what a build takes, or says what is missing.
    fn require_tools() -> Result<()> {
        require_installed(BUILD_PACKAGES)
    }

    /// Unpacks the source package's archive, so that the tree is there as a whole or not at all.
    fn unpack(&self, packages: &KernelPackages) -> Result<()> {
        let archive = &packages.source;
        let trees = self.root.parent().context("a tree has a directory above it")?;
        fs::create_dir_all(trees)?;
        let scratch = tempfile::tempdir_in(trees)?;
        eprintln!("unpacking {}", archive.display());
        let mut tar = Command::new("tar");
        tar.arg("-C").arg(scratch.path()).args(["--strip-components=1", "-xf"]).arg(archive);
        run(&mut tar)?;
        fs::rename(scratch.path(), &self.root)
            .with_context(|| format!("cannot move the tree to {}", self.root.display()))
    }

    /// A `make` in the tree, as it was configured, in as many jobs as there are processors.
    pub fn make(&self) -> Command {
        let jobs = available_parallelism().map_or(1, |count| count.get());
        let mut command = self.serial_make();
        command.arg(format!("-j{jobs}"));
        command
    }

    /// A `make` in the tree, one thing at a time.
    fn serial_make(&self) -> Command {
        let mut command = Command::new("make");
        command.current_dir(&self.root).env("LC_ALL", "C.UTF-8").arg(COMPILER).args(NO_RUST);
        // Variables that a `cargo` or `make` around us may have set for its own children.
        command.env_remove("MAKEFLAGS").env_remove("MFLAGS").env_remove("ARCH");
        command
    }

    /// The C files that Kbuild compiles and that mention an export, sorted by path.
    pub fn exporting_sources(&self) -> Result<Vec<Source>> {
        let makefile = self.root.join(".modversions-objects.mk");
        fs::write(&makefile, OBJECTS_MAKEFILE)?;
        let build = format!("build=-f {} obj", makefile.display());
        let top = fs::read_to_string(self.root.join("Makefile"))?;
        // Where each folder is descended into by itself, all of them have a name; else the top is one.
        let has_name = top.lines().any(|line| line.starts_with("descend:"));
        let goal = if has_name { "descend" } else { "." };
        // One job: with several, their lines run into each other.
        let printed = read(self.serial_make().args([&build, goal]))?;
        let mut sources = BTreeSet::new();
        for object in printed.lines().filter_map(|line| line.strip_prefix("object: ")) {
            let target = object.trim_start_matches("./").trim_end_matches(".o").to_string();
            let path = normalized(&target).ok_or_else(|| anyhow!("object {object} is outside"))?;
            if self.may_export(&path)? {
                sources.insert(Source { path, target });
            }
        }
        // A file reached by two ways is one file.
        let mut sources: Vec<Source> = sources.into_iter().collect();
        sources.dedup_by(|later, earlier| later.path == earlier.path);
        Ok(sources)
    }

    /// Whether the object's C file exists and mentions an export, by whichever macro. (Objects
    /// also come from assembler and from generated files.)
    fn may_export(&self, path: &str) -> Result<bool> {
        let file = self.root.join(format!("{path}.c"));
        if !file.is_file() {
            return Ok(false);
        }
        let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(text.windows(7).any(|window| window == b"EXPORT_"))
    }
}

/// `path` without its `.` and `..`; none when it leaves the tree.
pub fn normalized(path: &str) -> Option<String> {
    let mut parts: Vec<&OsStr> = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(part) => parts.push(part),
            Component::ParentDir => drop(parts.pop()?),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    parts.iter().collect::<PathBuf>().into_os_string().into_string().ok()
}

/// Says on stderr which options differ from the published ones, other than those that only record
/// the tools' versions.
fn warn_of_changed_options(published: &Path, ours: &Path) -> Result<()> {
    let options = |path: &Path| -> Result<BTreeSet<String>> {
        let text = fs::read_to_string(path)?;
        Ok(text.lines().filter(|line| line.contains("CONFIG_")).map(str::to_string).collect())
    };
    let records_a_tool = |line: &str| {
        ["CC_VERSION_TEXT", "RUSTC", "BINDGEN", "PAHOLE_VERSION"]
            .iter()
            .any(|name| line.contains(name))
    };
    let (published, ours) = (options(published)?, options(ours)?);
    for (sign, line) in published
        .difference(&ours)
        .map(|line| ('-', line))
        .chain(ours.difference(&published).map(|line| ('+', line)))
        .filter(|(_, line)| !records_a_tool(line))
    {
        eprintln!("warning: not as published: {sign}{line}");
    }
    Ok(())
}
