//! Debian packages by apt: looked up by the shape of their name, never pinned, downloaded and
//! unpacked once.
//!
//! Everything lives in the [cache](crate::run::cache): `packages/NAME_VERSION/` holds the unpacked
//! packages, `debs/` those that are kept as they were published, and `apt-SUITE/` the private apt
//! configuration for a suite, so that the system's own sources stay as they are. Downloading needs
//! no root; updating the system's package lists does.

mod suite;

pub use suite::Suite;

use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::slice;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::run::cache::{cache_directory, made_whole};
use crate::run::process::{read, run};

/// A suite's lists are fetched again when they are older than this: sid's kernel changes about
/// weekly.
const LISTS_AGE: Duration = Duration::from_secs(7 * 24 * 3600);

/// Download attempts before a failure counts.
const ATTEMPTS: u32 = 3;

/// What apt says of a file that its server does not have.
const GONE: &str = "404  Not Found";

/// One version of a binary package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The name, with the kernel's ABI number where the package has one.
    pub name: String,
    /// The full Debian version.
    pub version: String,
}

impl Package {
    /// What people call a package with the kernel's programs: `linux-kbuild 6.1.192-2`.
    pub fn kbuild_title(&self) -> String {
        format!("linux-kbuild {}", self.version)
    }
}

/// Packages by name: `*` stands for anything without a `-`, so `linux-headers-6.12.*-amd64` does
/// not match the cloud and rt flavours.
#[derive(Clone, Copy)]
pub struct NamePattern<'p>(pub &'p str);

impl<'p> NamePattern<'p> {
    /// Whether `name` has this shape.
    fn matches(self, name: &str) -> bool {
        let Some((prefix, suffix)) = self.0.split_once('*') else {
            return name == self.0;
        };
        name.strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix(suffix))
            .is_some_and(|middle| !middle.is_empty() && !middle.contains('-'))
    }

    /// What stands before the `*`.
    fn prefix(self) -> &'p str {
        self.0.split('*').next().unwrap_or_default()
    }
}

/// A release of Debian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Debian 11.
    Bullseye,
    /// The one that the system is configured for.
    System,
    /// Debian 13 and its backports. Its programs are linked with a newer libc than the system's, and
    /// run with that.
    Trixie,
    /// The newest. Its programs are linked with a newer libc than the system's, and run with that.
    Sid,
}

/// A set of apt sources.
pub struct Archive {
    /// What makes apt use these sources.
    options: Vec<String>,
    /// Where unpacked packages are kept.
    packages: PathBuf,
    /// Where published packages are kept; of one architecture, since the names are the same.
    published: PathBuf,
}

impl Archive {
    /// The sources of this release.
    pub fn of(origin: Origin) -> Result<Archive> {
        match origin {
            Origin::Bullseye => Archive::private(Suite::Bullseye, None),
            Origin::System => Archive::system(),
            Origin::Trixie => Archive::private(Suite::Trixie, None),
            Origin::Sid => Archive::private(Suite::Sid, None),
        }
    }

    /// The root of a libc that programs of this release need, and the system does not have.
    pub fn libc(&self, origin: Origin) -> Result<Option<PathBuf>> {
        match origin {
            Origin::Bullseye | Origin::System => Ok(None),
            Origin::Trixie | Origin::Sid => {
                self.unpacked(&self.newest(NamePattern("libc6"))?).map(Some)
            }
        }
    }

    /// The sources the system is configured with.
    pub fn system() -> Result<Archive> {
        Archive::with_options(Vec::new(), None)
    }

    /// The sources of `suite`, by a private configuration. Its lists are fetched when missing or
    /// old. Packages of an `architecture` that is not the system's can be looked up and downloaded;
    /// nothing is installed.
    pub fn private(suite: Suite, architecture: Option<&str>) -> Result<Archive> {
        let name = architecture.map_or(String::new(), |architecture| format!("-{architecture}"));
        let folder = cache_directory()?.join(format!("apt-{}{name}", suite.name()));
        let (lists, sources) = (folder.join("lists"), folder.join("sources.list"));
        fs::create_dir_all(lists.join("partial"))?;
        fs::create_dir_all(folder.join("archives/partial"))?;
        fs::write(&sources, suite.sources())?;
        let mut options = vec![
            format!("Dir::Etc::sourcelist={}", sources.display()),
            "Dir::Etc::sourceparts=-".to_string(),
            format!("Dir::State::lists={}", lists.display()),
            format!("Dir::Cache={}", folder.display()),
            "Acquire::Languages=none".to_string(),
            "APT::Sandbox::User=root".to_string(),
        ];
        if let Some(architecture) = architecture {
            options.push(format!("APT::Architecture={architecture}"));
            options.push(format!("APT::Architectures={architecture}"));
            options.push("Dir::State::status=/dev/null".to_string());
        }
        let archive = Archive::with_options(options, architecture)?;
        archive.update_if_old(&folder.join("updated"), suite)?;
        Ok(archive)
    }

    /// The sources that `options` make apt use.
    fn with_options(options: Vec<String>, architecture: Option<&str>) -> Result<Archive> {
        let cache = cache_directory()?;
        let published = cache.join("debs").join(architecture.unwrap_or("native"));
        Ok(Archive { options, packages: cache.join("packages"), published })
    }

    /// Fetches the lists, unless `marker` says that they are recent.
    fn update_if_old(&self, marker: &Path, suite: Suite) -> Result<()> {
        if is_old(marker) {
            match self.update() {
                Ok(()) => fs::write(marker, "")?,
                Err(error) => {
                    eprintln!("the package lists of {} stay as they are: {error:#}", suite.name());
                }
            }
        }
        Ok(())
    }

    /// `action`, and once more after `apt-get update` when it fails: the lists may be missing, or
    /// name versions the mirror no longer has.
    pub fn with_fresh_lists<T>(&self, action: impl Fn() -> Result<T>) -> Result<T> {
        let first_error = match action() {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        eprintln!("{first_error:#}; updating the package lists");
        self.update().with_context(|| format!("{first_error:#}"))?;
        action()
    }

    /// The newest package matching `pattern`: what apt knows, else what was unpacked before.
    pub fn newest(&self, pattern: NamePattern) -> Result<Package> {
        let known = self.known(pattern).unwrap_or_default();
        let candidates = if known.is_empty() { self.unpacked_before(pattern) } else { known };
        candidates
            .into_iter()
            .max_by(|left, right| compare_versions(&left.version, &right.version))
            .ok_or_else(|| anyhow!("no package {} is known to apt", pattern.0))
    }

    /// The packages matching `pattern` that apt knows, the newest first.
    pub fn all(&self, pattern: NamePattern) -> Result<Vec<Package>> {
        let mut known = self.known(pattern)?;
        known.sort_by(|left, right| compare_versions(&right.version, &left.version));
        Ok(known)
    }

    /// The package matching `pattern` of exactly this version.
    pub fn of_version(&self, pattern: NamePattern, version: &str) -> Result<Package> {
        let find = |candidates: Vec<Package>| {
            candidates.into_iter().find(|package| package.version == version)
        };
        // Apt takes seconds where looking takes none.
        find(self.unpacked_before(pattern))
            .or_else(|| find(self.known(pattern).unwrap_or_default()))
            .ok_or_else(|| anyhow!("no package {} of version {version} is known to apt", pattern.0))
    }

    /// The directory `package` is unpacked in, downloading it when it is not there yet.
    pub fn unpacked(&self, package: &Package) -> Result<PathBuf> {
        self.unpacked_together(slice::from_ref(package))
    }

    /// The directory that all `packages`, which are of one version, are unpacked in together,
    /// downloading them when it is not there yet.
    pub fn unpacked_together(&self, packages: &[Package]) -> Result<PathBuf> {
        let version = packages.first().context("no packages")?.version.as_str();
        let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
        let target = self.packages.join(format!("{}_{version}", names.join("+")));
        if target.is_dir() {
            return Ok(target);
        }
        fs::create_dir_all(&self.packages)?;
        let scratch = tempfile::tempdir_in(&self.packages)?;
        let tree = scratch.path().join("tree");
        for package in packages {
            eprintln!("downloading {} {version}", package.name);
            let folder = scratch.path().join(&package.name);
            fs::create_dir(&folder)?;
            let archive = self.download(package, &folder)?;
            run(Command::new("dpkg-deb").arg("-x").arg(archive).arg(&tree))?;
        }
        fs::rename(&tree, &target)
            .with_context(|| format!("cannot move a package to {}", target.display()))?;
        Ok(target)
    }

    /// The .deb of `package`, downloading it when it is not there yet.
    pub fn published(&self, package: &Package) -> Result<PathBuf> {
        let folder = self.published.join(format!("{}_{}", package.name, package.version));
        if !folder.is_dir() {
            eprintln!("downloading {} {}", package.name, package.version);
            made_whole(&folder, |scratch| self.download(package, scratch).map(drop))?;
        }
        the_deb_in(&folder)
    }

    /// Downloads the .deb of `package` into `directory`, with a few attempts.
    fn download(&self, package: &Package, directory: &Path) -> Result<PathBuf> {
        let request = format!("{}={}", package.name, package.version);
        let mut attempt = 1;
        while let Err(error) =
            read(self.apt("apt-get").args(["download", &request]).current_dir(directory))
        {
            // The lists name packages that the mirror no longer has: these do not come back.
            if attempt == ATTEMPTS || error.to_string().contains(GONE) {
                return Err(error);
            }
            std::thread::sleep(Duration::from_secs(2 * u64::from(attempt)));
            attempt += 1;
        }
        the_deb_in(directory)
    }

    /// The packages apt knows, in all their versions.
    fn known(&self, pattern: NamePattern) -> Result<Vec<Package>> {
        let names = read(self.apt("apt-cache").args(["pkgnames", pattern.prefix()]))?;
        let names: Vec<&str> = names.lines().filter(|name| pattern.matches(name)).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        // A line is `name | version | where`.
        let table = read(self.apt("apt-cache").arg("madison").args(names))?;
        let rows = table.lines().filter(|line| !line.ends_with("Sources"));
        Ok(rows
            .filter_map(|line| {
                let mut columns = line.split('|').map(str::trim);
                let (name, version) = (columns.next()?.to_string(), columns.next()?.to_string());
                Some(Package { name, version })
            })
            .collect())
    }

    /// The matching packages that are unpacked already.
    fn unpacked_before(&self, pattern: NamePattern) -> Vec<Package> {
        let Ok(entries) = fs::read_dir(&self.packages) else {
            return Vec::new();
        };
        entries
            .filter_map(|entry| {
                let entry = entry.ok()?.file_name().into_string().ok()?;
                let (name, version) = entry.split_once('_')?;
                Some(Package { name: name.to_string(), version: version.to_string() })
            })
            .filter(|package| pattern.matches(&package.name))
            .collect()
    }

    /// `apt-get update` for these sources.
    fn update(&self) -> Result<()> {
        let options = ["-o", "Acquire::Retries=3", "update"];
        read(self.apt("apt-get").args(options)).map(drop)
    }

    /// One of apt's programs, told to use these sources.
    fn apt(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C.UTF-8").arg("-q");
        command.args(self.options.iter().flat_map(|option| ["-o", option.as_str()]));
        command
    }
}

/// Installs those of `packages` that are missing, when root; else says which are.
pub fn require_installed(packages: &[&str]) -> Result<()> {
    let is_installed = |package: &&&str| {
        let query = ["-W", "-f", "${db:Status-Status}", **package];
        read(Command::new("dpkg-query").args(query)).is_ok_and(|status| status == "installed")
    };
    let missing: Vec<&str> =
        packages.iter().filter(|package| !is_installed(package)).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !crate::run::process::is_root() {
        bail!("please install the Debian packages {}", missing.join(" "));
    }
    eprintln!("installing {}", missing.join(" "));
    let archive = Archive::system()?;
    archive.with_fresh_lists(|| {
        let install = ["install", "-y", "--no-install-recommends"];
        let mut command = archive.apt("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(install).args(&missing);
        read(&mut command).map(drop)
    })
}

/// The package that was downloaded into `directory`.
fn the_deb_in(directory: &Path) -> Result<PathBuf> {
    fs::read_dir(directory)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .ok_or_else(|| anyhow!("{}: apt-get download left no package", directory.display()))
}

/// Whether the marker file is missing or older than [`LISTS_AGE`].
fn is_old(marker: &Path) -> bool {
    let modified = fs::metadata(marker).and_then(|metadata| metadata.modified());
    let age = modified.ok().and_then(|time| time.elapsed().ok());
    age.is_none_or(|age| age > LISTS_AGE)
}

/// Debian's order of versions, by dpkg itself.
fn compare_versions(left: &str, right: &str) -> Ordering {
    let holds = |relation| {
        let arguments = ["--compare-versions", left, relation, right];
        Command::new("dpkg").args(arguments).status().is_ok_and(|status| status.success())
    };
    match (holds("lt"), holds("gt")) {
        (true, _) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => Ordering::Equal,
    }
}
