//! Kernels as they are installed: in `lib/modules` a folder each, in `boot` files with the release in
//! their names.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::{kernel_file, names};

/// Where kernels are installed.
pub(super) const MODULES: &str = "/lib/modules";

/// Where they are below a root.
const FOLDERS: [&str; 2] = ["lib/modules", "usr/lib/modules"];

/// What begins the release of an image that Fedora keeps for emergencies, beside all kernels.
const RESCUE: &[u8] = b"0-rescue-";

/// Where something is that was given as `path`: a name alone, which is not there, is the release of a
/// kernel that is installed in `modules`.
pub(super) fn place(path: &Path, modules: &Path) -> PathBuf {
    let installed = modules.join(path);
    let is_name = path.file_name() == Some(path.as_os_str());
    if is_name && !path.exists() && installed.is_dir() { installed } else { path.to_owned() }
}

/// The directory of the one kernel that is installed in a directory: itself, or a folder in it.
///
/// # Errors
/// There are several.
pub(super) fn one(directory: &Path) -> Result<PathBuf> {
    let own = trees(directory);
    let mut releases: BTreeSet<Vec<u8>> = own.iter().map(|it| name(it)).collect();
    for folder in FOLDERS {
        releases.extend(trees(&directory.join(folder)).iter().map(|it| name(it)));
    }
    for folder in [directory, &directory.join("boot")] {
        releases.extend(booted(folder));
    }
    if releases.len() > 1 {
        let releases = releases.iter().map(|it| String::from_utf8_lossy(it).into_owned());
        return Err(Cause::Several(releases.collect()).at(directory));
    }
    Ok(own.into_iter().next().unwrap_or_else(|| directory.to_owned()))
}

/// The directory of the kernel that is installed below a root; the first, if there are several.
pub(super) fn in_root(root: &Path) -> Option<PathBuf> {
    FOLDERS.iter().find_map(|folder| trees(&root.join(folder)).into_iter().next())
}

/// The releases of the kernels that boot from the files in a directory, each once.
pub(super) fn booted(directory: &Path) -> BTreeSet<Vec<u8>> {
    let kernels = kernel_file::kernels_in(directory);
    let releases = kernels.iter().filter_map(|path| {
        let name = names::file_name(path.as_os_str().as_bytes());
        let release = name.splitn(2, |&byte| byte == b'-').nth(1)?;
        (is_release(release) && !release.starts_with(RESCUE)).then(|| release.to_owned())
    });
    releases.collect()
}

/// The folders in a directory with the modules of a kernel each, or the kernel itself, by name.
fn trees(directory: &Path) -> Vec<PathBuf> {
    let has_kernel =
        |path: &Path| path.join("kernel").is_dir() || !kernel_file::kernels_in(path).is_empty();
    let mut found = kernel_file::entries(directory);
    found.retain(|path| is_release(&name(path)) && has_kernel(path));
    found
}

/// Whether a name may be a release: it begins with a number.
fn is_release(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_digit)
}

fn name(path: &Path) -> Vec<u8> {
    names::file_name(path.as_os_str().as_bytes()).to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_release_alone_is_an_installed_kernel() {
        let folder = tempfile::tempdir().unwrap();
        let installed = folder.path().join("6.12.1");
        fs::create_dir(&installed).unwrap();
        assert_eq!(place(Path::new("6.12.1"), folder.path()), installed);
        for other in ["6.12.2", "./6.12.1", "src", "/6.12.1"] {
            assert_eq!(place(Path::new(other), folder.path()), Path::new(other));
        }
    }
}
