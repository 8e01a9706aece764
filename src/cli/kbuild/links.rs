//! Directories of links: a link for each entry of another directory, of the same name.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::beside::is_beside;
use crate::cli::exit::{Failure, Result};

/// Makes `directory`, with a link to each entry of `original`, which `way` leads to from in there.
/// What was put beside something in the original is not linked: it is of no use elsewhere.
pub(super) fn make(directory: &Path, original: &Path, way: &Path) -> io::Result<()> {
    fs::create_dir(directory)?;
    for entry in fs::read_dir(original)? {
        let name = entry?.file_name();
        if !is_beside(&name) {
            symlink(way.join(&name), directory.join(&name))?;
        }
    }
    Ok(())
}

/// The entries of `directory` that are no such links.
pub(super) fn others(directory: &Path) -> io::Result<Vec<OsString>> {
    let mut others = Vec::new();
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        if !leads_to_its_name(&directory.join(&name)) {
            others.push(name);
        }
    }
    others.sort();
    Ok(others)
}

/// Removes `directory`, a link at a time. What is in it and is no such link stays, with it: that is
/// an error.
pub(super) fn remove(directory: &Path) -> Result<()> {
    let links = || {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if leads_to_its_name(&path) {
                fs::remove_file(path)?;
            }
        }
        fs::remove_dir(directory)
    };
    links().map_err(|error: io::Error| match error.kind() {
        io::ErrorKind::DirectoryNotEmpty => {
            Failure::of(directory, "it holds what modversions has not made: move it elsewhere")
        }
        _ => Failure::of_io(directory, &error),
    })
}

/// Whether this is a link as we make them: to something of the same name.
fn leads_to_its_name(path: &Path) -> bool {
    fs::read_link(path).is_ok_and(|target| target.file_name() == path.file_name())
}
