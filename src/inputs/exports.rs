//! Lists of exports, and the exports of modules.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::error::{Cause, Result};
use super::given::{Given, Kind};
use super::limits::Limits;
use super::unpack;
use crate::kernel::{Exports, KernelModule};

/// Reads a `Module.symvers` that the user has named, compressed or not.
pub(crate) fn read(path: &Path, limits: Limits) -> Result<Exports> {
    of_given(Given::file(path, limits)?)
}

/// Reads the `Module.symvers` that this must be.
pub(super) fn of_given(given: Given) -> Result<Exports> {
    if given.kind != Kind::Symvers {
        return Err(given.refused(&[Kind::Symvers]));
    }
    if given.is_packed() {
        return of_packed(&given.path, given.bytes(), given.limits);
    }
    // All names of exports are parts of the text, which is not copied.
    let path = given.path.clone();
    of_text(&path, given.into_content()?)
}

/// The exports that this file at `path` lists, compressed or not.
fn of_packed(path: &Path, bytes: &[u8], limits: Limits) -> Result<Exports> {
    let text = unpack::unpack(bytes, limits.text(), limits).map_err(Cause::packed(path))?;
    of_text(path, text.into_owned())
}

/// The exports that this text lists.
pub(super) fn of_text(path: &Path, text: Vec<u8>) -> Result<Exports> {
    let read = Exports::read(&text.into());
    let mut exports = read.map_err(|bad| Cause::Exports(bad).at(path))?;
    exports.origin.list = Some(path.as_os_str().as_bytes().to_owned());
    match exports.is_empty() {
        true => Err(Cause::NoSymbols.at(path)),
        false => Ok(exports),
    }
}

/// The exports of modules, which are all of a kernel's if `are_all`.
pub(super) fn of_modules(path: &Path, modules: &[KernelModule], are_all: bool) -> Result<Exports> {
    Exports::of_modules(modules, are_all).map_err(|bad| Cause::Exports(bad).at(path))
}
