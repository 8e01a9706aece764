//! Folders: read in the order of names, and written.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// The names in `folder`, in order; none if there is no folder.
pub fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let entries = entries.filter_map(Result::ok);
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The paths of all files below `folder`, from there, in order; none if there is no folder.
pub fn files_below(folder: &Path) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    for name in names_in(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            paths.extend(files_below(&path)?.into_iter().map(|below| format!("{name}/{below}")));
        } else {
            paths.push(name);
        }
    }
    Ok(paths)
}

/// The content of all files below `folder`, by their paths; none if there is no folder.
pub fn read_below(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let paths = files_below(folder)?.into_iter();
    paths.map(|path| Ok((path.clone(), fs::read(folder.join(path))?))).collect()
}

/// Writes the file of this path below `folder`, in folders that are made.
pub fn write_below(folder: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(path);
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}
