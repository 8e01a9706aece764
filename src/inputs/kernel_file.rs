//! The file of a kernel itself (`vmlinux`, `vmlinuz`): where it lies, and what it says.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::names;
use crate::module::Vmlinux;

/// The files in a directory that may be its kernel, the more likely ones first: those at its top,
/// in `boot`, beside the modules. In each place the linked one is before the one that boots, and
/// those of one sort are in the order of their names. Where the directory is that of a kernel's
/// modules, below `lib/modules`, `boot` may also be beside `lib`.
pub(super) fn in_directory(directory: &Path) -> Vec<PathBuf> {
    let mut found = kernels_in(directory);
    found.extend(kernels_in(&directory.join("boot")));
    for folder in ["lib/modules", "usr/lib/modules"] {
        let modules = entries(&directory.join(folder));
        found.extend(modules.iter().flat_map(|release| kernels_in(release)));
    }
    found.extend(booted_by(directory).into_iter().filter(|path| path.is_file()));
    found
}

/// Where the kernel may be that loads the modules in `…/lib/modules/RELEASE`: beside them, or in a
/// `boot` above.
pub(super) fn of_modules(directory: &Path) -> Vec<PathBuf> {
    [vec![directory.join("vmlinuz")], booted_by(directory)].concat()
}

/// Where the kernel may be that loads the modules in `…/lib/modules/RELEASE`, in a `boot` above.
fn booted_by(directory: &Path) -> Vec<PathBuf> {
    let lib = directory.parent().filter(|parent| parent.ends_with("lib/modules"));
    let root = lib.and_then(|modules| modules.ancestors().nth(2));
    let Some((root, release)) = root.zip(directory.file_name()) else { return Vec::new() };
    let name = [b"vmlinuz-", release.as_bytes()].concat();
    let above = root.parent().filter(|_| root.ends_with("usr"));
    let roots = [Some(root), above].into_iter().flatten();
    roots.map(|root| root.join("boot").join(OsStr::from_bytes(&name))).collect()
}

/// The kernels at the top of a directory.
fn kernels_in(directory: &Path) -> Vec<PathBuf> {
    let mut found = entries(directory);
    found.retain(|path| names::is_kernel(path.as_os_str().as_bytes()));
    found
}

/// What is in a directory, by name; nothing if it cannot be read.
pub(super) fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    found.sort();
    found
}

/// The kernel in `bytes`, which are unpacked, of the file at `path`.
///
/// # Errors
/// It is none that loads modules.
pub(super) fn read<'d>(path: &Path, bytes: &'d [u8]) -> Result<Vmlinux<'d>> {
    let kernel = Vmlinux::read(bytes).map_err(|error| Cause::Module(error).at(path))?;
    if kernel.exports.is_empty() || kernel.release.is_none() {
        return Err(Cause::NoLoader.at(path));
    }
    Ok(kernel)
}
