//! The packages of one Debian kernel, all of the same version.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::obtain::debian::{Archive, NamePattern, Package};
use crate::obtain::upstream::Kernel;

/// The newest build of a kernel for x86-64. Its packages are downloaded when they are asked for.
pub struct DebianKernel {
    /// The version that all packages have.
    pub version: String,
    /// The patterns of its packages' names.
    names: Names,
    /// The headers for its own configuration, by which it was found.
    headers: Package,
    /// Where the packages are from.
    archive: Archive,
}

/// Patterns of names.
struct Names {
    /// Headers for one configuration, with `Module.symvers`.
    headers: &'static str,
    /// The headers that all configurations share.
    common: &'static str,
    /// Kbuild's programs.
    kbuild: &'static str,
    /// The kernel's image and its modules.
    image: &'static str,
}

impl DebianKernel {
    /// Finds `kernel`.
    pub fn newest(kernel: Kernel) -> Result<DebianKernel> {
        let names = Names::of(kernel)?;
        let archive = Archive::system()?;
        let headers = archive.with_fresh_lists(|| archive.newest(NamePattern(names.headers)))?;
        Ok(DebianKernel { version: headers.version.clone(), names, headers, archive })
    }

    /// The directory with `.config` and `Module.symvers`.
    pub fn headers(&self) -> Result<PathBuf> {
        Ok(self.archive.unpacked(&self.headers)?.join("usr/src").join(&self.headers.name))
    }

    /// The directory with the headers that all configurations share.
    pub fn common_headers(&self) -> Result<PathBuf> {
        let (name, root) = self.unpacked(self.names.common)?;
        Ok(root.join("usr/src").join(name))
    }

    /// The directory with Kbuild's `scripts`.
    pub fn kbuild(&self) -> Result<PathBuf> {
        let (name, root) = self.unpacked(self.names.kbuild)?;
        Ok(root.join("usr/lib").join(name))
    }

    /// The root of the package with the kernel itself and its modules.
    pub fn image(&self) -> Result<PathBuf> {
        Ok(self.unpacked(self.names.image)?.1)
    }

    /// The kernel itself, and what it calls itself: `6.1.0-56-amd64`.
    pub fn vmlinuz(&self) -> Result<(PathBuf, String)> {
        let folder = self.image()?.join("boot");
        for entry in fs::read_dir(&folder)? {
            let name = entry?.file_name();
            if let Some(release) = name.to_str().and_then(|name| name.strip_prefix("vmlinuz-")) {
                return Ok((folder.join(&name), release.to_owned()));
            }
        }
        bail!("{}: no kernel there", folder.display())
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

impl Names {
    /// Those of `kernel`.
    fn of(kernel: Kernel) -> Result<Names> {
        Ok(match kernel {
            Kernel::V6_1 => Names {
                headers: "linux-headers-6.1.0-*-amd64",
                common: "linux-headers-6.1.0-*-common",
                kbuild: "linux-kbuild-6.1",
                image: "linux-image-6.1.0-*-amd64-unsigned",
            },
            Kernel::V6_12 => Names {
                headers: "linux-headers-6.12.*-amd64",
                common: "linux-headers-6.12.*-common",
                kbuild: "linux-kbuild-6.12.*",
                image: "linux-image-6.12.*-amd64-unsigned",
            },
            Kernel::Newest => bail!("sid's kernel is taken for its programs only"),
        })
    }
}
