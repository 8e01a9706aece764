//! The file of a kernel itself (`vmlinux`, `vmlinuz`): where it lies, and what it says.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::images::Kernel;
use super::names;
use crate::elf::is_elf;
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
    let beside = BOOTED.map(|name| directory.join(name));
    [beside.to_vec(), booted_by(directory)].concat()
}

/// What the kernel that boots is called; in `boot` its release follows. Where no machine unpacks it,
/// it is the linked one.
const BOOTED: [&str; 2] = ["vmlinuz", "vmlinux"];

/// Where the kernel may be that loads the modules in `…/lib/modules/RELEASE`, in a `boot` above.
fn booted_by(directory: &Path) -> Vec<PathBuf> {
    let lib = directory.parent().filter(|parent| parent.ends_with("lib/modules"));
    let root = lib.and_then(|modules| modules.ancestors().nth(2));
    let Some((root, release)) = root.zip(directory.file_name()) else { return Vec::new() };
    let above = root.parent().filter(|_| root.ends_with("usr"));
    let roots = [Some(root), above].into_iter().flatten();
    let named = |root: &Path, name: &str| {
        let name = [name.as_bytes(), b"-", release.as_bytes()].concat();
        root.join("boot").join(OsStr::from_bytes(&name))
    };
    roots.flat_map(|root| BOOTED.map(|name| named(root, name))).collect()
}

/// The kernels at the top of a directory.
pub(super) fn kernels_in(directory: &Path) -> Vec<PathBuf> {
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

/// What is in a kernel that is unpacked, of the file at `path`. It may have no exports.
///
/// # Errors
/// It is no kernel, or damaged.
pub(super) fn read<'d>(path: &Path, kernel: &'d Kernel<'_>) -> Result<Vmlinux<'d>> {
    let found = match kernel.machine {
        Some(machine) if !is_elf(&kernel.bytes) => Vmlinux::of_image(&kernel.bytes, machine),
        _ => Vmlinux::read(&kernel.bytes).map_err(|error| Cause::Module(error).at(path))?,
    };
    match (found.release, kernel.form) {
        (Some(_), _) => Ok(found),
        (None, Some(form)) => Err(Cause::NoKernelInside(form).at(path)),
        (None, None) => Err(Cause::NoLoader.at(path)),
    }
}

/// Whether a kernel from an image of this form, at `path`, has exports.
///
/// # Errors
/// It has none.
pub(super) fn loads_modules(
    path: &Path,
    kernel: &Vmlinux<'_>,
    form: Option<&'static str>,
) -> Result<()> {
    match (kernel.exports.is_empty(), form) {
        (false, _) => Ok(()),
        (true, Some(form)) => Err(Cause::NoTable(form).at(path)),
        (true, None) => Err(Cause::NoLoader.at(path)),
    }
}
