//! The file of a kernel itself (`vmlinux`, `vmlinuz`): where it is, and what it says.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::modules::{Result, said_of};
use crate::module::Vmlinux;

/// How the names of kernels begin. (A `vmlinuz` boots, a `vmlinux` has been linked.)
const NAMES: [&str; 2] = ["vmlinux", "vmlinuz"];

/// The endings of those that are compressed.
const PACKED: &[&[u8]] = &[b".bz2", b".gz", b".lz4", b".lzma", b".xz", b".zst"];

/// Whether a path is named as kernels are: `boot/vmlinuz-6.1.0-56-amd64`,
/// `lib/modules/6.12.0/vmlinuz`, `boot/vmlinux-6.12.0.xz`. Not so what a build leaves beside it:
/// `vmlinux.o`, `vmlinux.lds`.
pub(crate) fn is_kernel(path: &[u8]) -> bool {
    let name = &path[memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1)..];
    let rest = NAMES.iter().find_map(|start| name.strip_prefix(start.as_bytes()));
    rest.is_some_and(|rest| rest.is_empty() || rest[0] == b'-' || PACKED.contains(&rest))
}

/// The files in a directory that may be its kernel, the more likely ones first: those at its top,
/// in `boot`, beside the modules. In each place the linked one is before the one that boots, and
/// those of one sort are in the order of their names. Where the directory is that of a kernel's
/// modules, below `lib/modules`, `boot` may also be beside `lib`.
pub(crate) fn in_directory(directory: &Path) -> Vec<PathBuf> {
    let mut found = kernels_in(directory);
    found.extend(kernels_in(&directory.join("boot")));
    for folder in ["lib/modules", "usr/lib/modules"] {
        let modules = entries(&directory.join(folder));
        found.extend(modules.iter().flat_map(|release| kernels_in(release)));
    }
    found.extend(booted_by(directory).into_iter().filter(|path| path.is_file()));
    found
}

/// Where the kernel may be that loads the modules in `…/lib/modules/RELEASE`, in a `boot` above.
pub(crate) fn booted_by(directory: &Path) -> Vec<PathBuf> {
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
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().as_bytes().to_owned();
    found.retain(|path| is_kernel(&name(path)));
    found
}

/// What is in a directory, by name; nothing if it cannot be read.
pub(crate) fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    found.sort();
    found
}

/// The kernel in `bytes`, which are unpacked, of the file at `path`.
///
/// # Errors
/// A message with the path: it is none that loads modules.
pub(crate) fn read<'d>(path: &Path, bytes: &'d [u8]) -> Result<Vmlinux<'d>> {
    let kernel = Vmlinux::read(bytes).map_err(|error| said_of(path, &error.to_string()))?;
    if kernel.exports.is_empty() || kernel.release.is_none() {
        return Err(said_of(path, "this is no kernel, or one that loads no modules"));
    }
    Ok(kernel)
}
