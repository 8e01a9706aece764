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
fn one(directory: &Path) -> Result<PathBuf> {
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

/// Where the parts of the one kernel in a directory are.
pub(super) struct Places {
    /// The directory itself.
    pub(super) top: PathBuf,
    /// `/lib/modules/RELEASE` of the kernel, if it is installed there.
    pub(super) tree: Option<PathBuf>,
    /// The release that folders or files are named after.
    pub(super) release: Option<Vec<u8>>,
    /// The headers that are installed below a root.
    headers: Option<PathBuf>,
}

impl Places {
    /// The places in a directory.
    ///
    /// # Errors
    /// Several kernels are in it.
    pub(super) fn of(directory: &Path) -> Result<Places> {
        let top = one(directory)?;
        let tree = if is_tree(&top) { Some(top.clone()) } else { in_root(&top) };
        let of_tree = tree.as_ref().map(|it| name(it)).filter(|it| is_release(it));
        let boots = [top.clone(), top.join("boot")];
        let in_boot = || boots.iter().flat_map(|it| booted(it)).next();
        let release = of_tree.or_else(in_boot);
        let headers = headers(&top, release.as_deref())?;
        Ok(Places { top, tree, release, headers })
    }

    /// The folder in which all modules are.
    pub(super) fn modules(&self) -> &Path {
        self.tree.as_ref().unwrap_or(&self.top)
    }

    /// The folders that have files with facts, the more telling ones first: those that headers, or what
    /// lies beside modules, have in the same places.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let tree = self.tree.iter().filter(|tree| **tree != self.top).cloned();
        let build = self.tree.iter().map(|tree| tree.join("build"));
        let headers = self.headers.iter().cloned();
        [self.top.clone()].into_iter().chain(tree).chain(build).chain(headers).collect()
    }

    /// The roots that the tree of modules may be installed below.
    pub(super) fn roots(&self) -> Vec<PathBuf> {
        self.tree.iter().flat_map(|tree| roots_of(tree)).collect()
    }

    /// The folders in which the files are named after the release.
    pub(super) fn boots(&self) -> Vec<PathBuf> {
        let above = self.roots().into_iter().map(|root| root.join("boot"));
        [self.top.clone(), self.top.join("boot")].into_iter().chain(above).collect()
    }

    /// The files that may be the kernel itself, the more likely ones first: those at the top, in `boot`,
    /// beside the modules. In each place the linked one is before the one that boots, and those of one
    /// sort are in the order of their names.
    pub(super) fn images(&self) -> Vec<PathBuf> {
        let mut folders = self.boots();
        folders.splice(2..2, self.tree.iter().filter(|tree| **tree != self.top).cloned());
        let mut found: Vec<PathBuf> = Vec::new();
        for path in folders.iter().flat_map(|folder| kernel_file::kernels_in(folder)) {
            let file = name(&path);
            let release = names::unpacked(&file).splitn(2, |&byte| byte == b'-').nth(1);
            let is_own = match (release, &self.release) {
                (Some(release), _) if release.starts_with(RESCUE) => false,
                (Some(release), Some(own)) => release == own,
                _ => true,
            };
            if is_own && !found.contains(&path) {
                found.push(path);
            }
        }
        found
    }
}

/// Where headers are installed below a root, each in a folder with the release in its name.
const HEADERS: [&str; 2] = ["usr/src", "usr/src/kernels"];

/// The headers below a root: those of the kernel of this release, or the only ones.
///
/// # Errors
/// There are several, and nothing says which.
fn headers(root: &Path, release: Option<&[u8]>) -> Result<Option<PathBuf>> {
    let mut found: Vec<PathBuf> =
        HEADERS.iter().flat_map(|folder| kernel_file::entries(&root.join(folder))).collect();
    found.retain(|path| has_list(path));
    if let Some(release) = release {
        found.retain(|path| name(path).ends_with(release));
    }
    if found.len() > 1 {
        let names = found.iter().map(|it| String::from_utf8_lossy(&name(it)).into_owned());
        return Err(Cause::Several(names.collect()).at(root));
    }
    Ok(found.pop())
}

/// Whether a directory has a list of all exports.
fn has_list(directory: &Path) -> bool {
    names::SYMVERS.iter().any(|name| directory.join(name).exists())
}

/// Whether a directory is `/lib/modules/RELEASE`, or a copy of such.
fn is_tree(directory: &Path) -> bool {
    let has_modules = directory.join("kernel").is_dir();
    let is_in_place = || directory.parent().is_some_and(|parent| parent.ends_with("lib/modules"));
    let has_kernel = || !kernel_file::kernels_in(directory).is_empty();
    has_modules && !has_list(directory) || is_in_place() && (has_modules || has_kernel())
}

/// The directories below which a tree of modules is installed: that of `lib`, and that above `usr`.
fn roots_of(tree: &Path) -> Vec<PathBuf> {
    let lib = tree.parent().filter(|parent| parent.ends_with("lib/modules"));
    let root = lib.and_then(|modules| modules.ancestors().nth(2));
    let above = root.and_then(|root| root.parent().filter(|_| root.ends_with("usr")));
    [root, above].into_iter().flatten().map(Path::to_owned).collect()
}

/// The directory of the kernel that is installed below a root; the first, if there are several.
fn in_root(root: &Path) -> Option<PathBuf> {
    FOLDERS.iter().find_map(|folder| trees(&root.join(folder)).into_iter().next())
}

/// The releases of the kernels that boot from the files in a directory, each once.
fn booted(directory: &Path) -> BTreeSet<Vec<u8>> {
    let kernels = kernel_file::kernels_in(directory);
    let releases = kernels.iter().filter_map(|path| {
        let name = names::file_name(path.as_os_str().as_bytes());
        let release = names::unpacked(name).splitn(2, |&byte| byte == b'-').nth(1)?;
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
