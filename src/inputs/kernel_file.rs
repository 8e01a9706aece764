//! The file of a kernel itself (`vmlinux`, `vmlinuz`): where it lies, and what it says.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::images::Kernel;
use super::names;
use crate::elf::is_elf;
use crate::module::Vmlinux;

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
