//! The packages of one Debian kernel, all of the same version.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::obtain::debian::{Archive, NamePattern, Package};
use crate::obtain::kernels::Kernel;

/// The newest build of a kernel for x86-64. Its packages are downloaded when they are asked for.
pub struct DebianKernel {
    /// The version that all packages have.
    pub version: String,
    /// Its row in the table.
    kernel: &'static Kernel,
    /// The headers for its own configuration, by which it was found.
    headers: Package,
    /// Where the packages are from.
    archive: Archive,
}

impl DebianKernel {
    /// Finds `kernel`.
    pub fn newest(kernel: &'static Kernel) -> Result<DebianKernel> {
        let archive = Archive::of(kernel.origin)?;
        let pattern = NamePattern(kernel.headers()?.configured);
        let headers = archive.with_fresh_lists(|| archive.newest(pattern))?;
        Ok(DebianKernel { version: headers.version.clone(), kernel, headers, archive })
    }

    /// A name that no other kernel has: flavours of one build have the same version.
    pub fn own_name(&self) -> String {
        let (version, flavour) = (&self.version, self.kernel.name.split_once('-'));
        flavour.map_or_else(|| version.clone(), |(_, flavour)| format!("{version}-{flavour}"))
    }

    /// The directory with `.config` and `Module.symvers`.
    pub fn headers(&self) -> Result<PathBuf> {
        Ok(self.archive.unpacked(&self.headers)?.join("usr/src").join(&self.headers.name))
    }

    /// The directory with the headers that all configurations share.
    pub fn common_headers(&self) -> Result<PathBuf> {
        let (name, root) = self.unpacked(self.kernel.headers()?.common)?;
        Ok(root.join("usr/src").join(name))
    }

    /// The directory with Kbuild's `scripts`.
    pub fn kbuild(&self) -> Result<PathBuf> {
        let (name, root) = self.unpacked(self.kernel.programs()?)?;
        Ok(root.join("usr/lib").join(name))
    }

    /// The root of a libc to run its programs with, when they need a newer one than the system has.
    pub fn libc(&self) -> Result<Option<PathBuf>> {
        self.archive.with_fresh_lists(|| self.archive.libc(self.kernel.origin))
    }

    /// Its row in the table of kernels.
    pub fn kernel(&self) -> &'static Kernel {
        self.kernel
    }

    /// The root of the package with the kernel itself and its modules, or of all its pieces.
    pub fn image(&self) -> Result<PathBuf> {
        self.archive.with_fresh_lists(|| {
            let pieces = self
                .kernel
                .image
                .iter()
                .map(|pattern| self.archive.of_version(NamePattern(pattern), &self.version));
            self.archive.unpacked_together(&pieces.collect::<Result<Vec<_>>>()?)
        })
    }

    /// The kernel itself, and what it calls itself: `6.1.0-56-amd64`. It is in `boot`, or from 6.19 on
    /// with the modules.
    pub fn vmlinuz(&self) -> Result<(PathBuf, String)> {
        let image = self.image()?;
        for entry in fs::read_dir(image.join("boot")).into_iter().flatten() {
            let entry = entry?;
            let name = entry.file_name();
            if let Some(release) = name.to_str().and_then(|name| name.strip_prefix("vmlinuz-")) {
                return Ok((entry.path(), release.to_owned()));
            }
        }
        for entry in fs::read_dir(image.join("usr/lib/modules")).into_iter().flatten() {
            let entry = entry?;
            let (vmlinuz, release) = (entry.path().join("vmlinuz"), entry.file_name());
            if vmlinuz.is_file() {
                return Ok((vmlinuz, release.to_string_lossy().into_owned()));
            }
        }
        bail!("{}: no kernel there", image.display())
    }

    /// The name of the package of our version, and where it is unpacked.
    fn unpacked(&self, pattern: &'static str) -> Result<(String, PathBuf)> {
        self.archive.with_fresh_lists(|| {
            let package = self.archive.of_version(NamePattern(pattern), &self.version)?;
            let root = self.archive.unpacked(&package).context(pattern)?;
            Ok((package.name, root))
        })
    }
}
