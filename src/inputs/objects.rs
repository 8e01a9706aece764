//! The objects in a tree that was built, each with the CRCs that Kbuild has recorded of it.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::error::{Cause, Result};
use super::files;
use super::limits::{Account, Kept, Limits};
use super::order::{Taken, in_order};

/// An object's file.
#[derive(Clone, Copy)]
pub(crate) struct ObjectFile<'a> {
    /// Its path, as it is shown.
    pub(crate) path: &'a Path,
    /// What is in it.
    pub(crate) bytes: &'a [u8],
    /// Its `.NAME.o.cmd`; empty if there is none.
    pub(crate) command: &'a [u8],
}

/// Takes what is wanted of all objects at these paths: `.o` files, and directories with such. In a
/// directory, those count that Kbuild has recorded CRCs of, as it has not of what it linked.
///
/// # Errors
/// The first in order that cannot be read, or is over a limit.
pub(crate) fn of_objects<T: Kept + Send>(
    paths: &[PathBuf],
    limits: Limits,
    take: &(impl Fn(ObjectFile<'_>) -> Result<T> + Sync),
) -> Result<Vec<T>> {
    let mut objects = Vec::new();
    for path in paths {
        match fs::metadata(path).map_err(Cause::io(path))?.is_dir() {
            true => objects.extend(below(path)?),
            false => objects.push((path.clone(), true)),
        }
    }
    let read = |(path, is_named): &(PathBuf, bool), most: u64| {
        let command = command(path, limits)?;
        let value = if *is_named || has_crcs(&command) {
            let opened = if *is_named { files::named(path) } else { files::found(path) };
            let bytes = opened.and_then(|it| it.read_whole(most)).map_err(Cause::io(path))?;
            Some(take(ObjectFile { path, bytes: &bytes, command: &command })?)
        } else {
            None
        };
        Ok(Taken { value, unpacked: 0 })
    };
    let place = |(path, _): &(PathBuf, bool)| path.clone();
    let taken = in_order(&objects, &mut Account::new(limits), place, read)?;
    Ok(taken.into_iter().flatten().collect())
}

/// Whether a `.cmd` file has lines with CRCs.
fn has_crcs(command: &[u8]) -> bool {
    memchr::memmem::find(command, b"\n#SYMVER ").is_some()
}

/// The objects below a directory, by path.
fn below(directory: &Path) -> Result<Vec<(PathBuf, bool)>> {
    let mut objects = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(directory).to_owned();
            error.into_io_error().map_or(Cause::Loop, Cause::Io).at(&place)
        })?;
        let is_object = entry.path().extension() == Some(OsStr::new("o"));
        if is_object && entry.file_type().is_file() {
            objects.push((entry.into_path(), false));
        }
    }
    Ok(objects)
}

/// What Kbuild has recorded beside an object: `dir/.name.o.cmd`.
fn command(object: &Path, limits: Limits) -> Result<Vec<u8>> {
    let Some(name) = object.file_name() else { return Ok(Vec::new()) };
    let mut file = OsStr::new(".").to_owned();
    file.push(name);
    file.push(".cmd");
    let path = object.with_file_name(file);
    let mut text = Vec::new();
    match files::append(&path, limits.text(), &mut text) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Cause::io(&path)(error)),
        _ => Ok(text),
    }
}
