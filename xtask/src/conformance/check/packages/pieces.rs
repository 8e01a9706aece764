//! The packages of one kernel, as published and unpacked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::kernels::PackagedKernel;
use crate::obtain::debian::{Archive, NamePattern, Package};
use crate::run::cache::cache_directory;
use crate::run::process::run;

/// How many versions are tried, the newest first. The lists of an old release name some that the
/// mirror no longer has.
const VERSIONS: usize = 8;

/// All of one kernel. What is unpacked goes away with it.
pub struct Pieces {
    /// The version that all its packages have.
    pub version: String,
    /// What it calls itself: `6.1.0-50-armmp`.
    pub release: String,
    /// The package with its headers.
    pub headers: PathBuf,
    /// The packages that it is installed from, the one with the image first.
    pub image: Vec<PathBuf>,
    /// The headers, unpacked.
    headers_root: TempDir,
    /// The others, unpacked together.
    image_root: TempDir,
}

/// The package with the newest headers of `kernel` that can be had.
pub fn headers_of(kernel: &PackagedKernel) -> Result<PathBuf> {
    newest(kernel, |archive, headers| archive.published(headers))
}

impl Pieces {
    /// The newest build of `kernel` whose packages can all be had.
    pub fn obtain(kernel: &PackagedKernel) -> Result<Pieces> {
        newest(kernel, |archive, headers| {
            let version = &headers.version;
            let image = kernel
                .image()
                .into_iter()
                .map(|name| archive.published(&archive.of_version(NamePattern(&name), version)?));
            let image = image.collect::<Result<Vec<PathBuf>>>()?;
            let release = headers.name.trim_start_matches("linux-headers-").to_owned();
            let published = archive.published(headers)?;
            Pieces::unpack(version.clone(), release, published, image)
        })
    }

    fn unpack(
        version: String,
        release: String,
        headers: PathBuf,
        image: Vec<PathBuf>,
    ) -> Result<Pieces> {
        let headers_root = unpacked([&headers])?;
        let image_root = unpacked(&image)?;
        Ok(Pieces { version, release, headers, image, headers_root, image_root })
    }

    /// The directory with `.config` and `Module.symvers`.
    pub fn headers_tree(&self) -> PathBuf {
        self.headers_root.path().join(format!("usr/src/linux-headers-{}", self.release))
    }

    /// The root that the kernel is installed in.
    pub fn root(&self) -> &Path {
        self.image_root.path()
    }

    /// Its modules: `/lib/modules/RELEASE` below the root.
    pub fn modules(&self) -> Result<PathBuf> {
        self.found(&["usr/lib/modules/RELEASE/kernel", "lib/modules/RELEASE/kernel"])
            .and_then(|kernel| kernel.parent().map(Path::to_owned))
            .context("the packages have no modules")
    }

    /// The kernel itself.
    pub fn vmlinuz(&self) -> Option<PathBuf> {
        self.found(&[
            "boot/vmlinuz-RELEASE",
            "boot/vmlinux-RELEASE",
            "usr/lib/modules/RELEASE/vmlinuz",
        ])
    }

    /// The first of `places` below the root that there is.
    fn found(&self, places: &[&str]) -> Option<PathBuf> {
        let paths = places.iter().map(|it| self.root().join(it.replace("RELEASE", &self.release)));
        paths.into_iter().find(|path| path.exists())
    }
}

/// What `get` makes of the newest version of `kernel`'s headers for which it can.
fn newest<T>(kernel: &PackagedKernel, get: impl Fn(&Archive, &Package) -> Result<T>) -> Result<T> {
    let archive = Archive::private(kernel.suite, Some(kernel.architecture))?;
    archive.with_fresh_lists(|| {
        let versions = archive.all(NamePattern(&kernel.headers()))?;
        let mut failures = Vec::new();
        for headers in versions.iter().take(VERSIONS) {
            match get(&archive, headers) {
                Ok(value) => return Ok(value),
                Err(error) => failures.push(format!("{}: {error:#}", headers.version)),
            }
        }
        bail!("{}: no version can be had; {}", kernel.headers(), failures.join("; "))
    })
}

/// A directory in the cache that `packages` are unpacked in.
fn unpacked<'p>(packages: impl IntoIterator<Item = &'p PathBuf>) -> Result<TempDir> {
    let runs = cache_directory()?.join("runs");
    fs::create_dir_all(&runs)?;
    let root = tempfile::tempdir_in(runs)?;
    for package in packages {
        run(Command::new("dpkg-deb").arg("-x").arg(package).arg(root.path()))?;
    }
    Ok(root)
}
