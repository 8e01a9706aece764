//! What lies in directories and packages: each file once, known by its name.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use walkdir::WalkDir;

use super::error::{Cause, Result};
use super::order::in_order;
use super::packages::Package;
use super::{names, packages};

/// What a file in a directory is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A module. It may be a link: `weak-modules` makes some to the modules of other kernels.
    Module,
    /// A `.symtypes` file.
    Symtypes,
    /// A record: `.abi`.
    Record,
}

/// The files in a directory that are wanted by somebody, by path.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) role: Role,
    pub(super) is_link: bool,
}

/// All files below a directory that have a role, by path.
pub(super) fn walk(directory: &Path) -> impl Iterator<Item = Result<Entry>> + '_ {
    WalkDir::new(directory).sort_by_file_name().into_iter().filter_map(move |entry| {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let place = error.path().unwrap_or(directory).to_owned();
                let cause = error.into_io_error().map_or(Cause::Loop, Cause::Io);
                return Some(Err(cause.at(&place)));
            }
        };
        let role = role(entry.path())?;
        let is_link = entry.file_type().is_symlink();
        let counts = entry.file_type().is_file() || is_link && role == Role::Module;
        counts.then(|| Ok(Entry { path: entry.into_path(), role, is_link }))
    })
}

/// What a file is there for, by its name.
fn role(path: &Path) -> Option<Role> {
    match path.extension().map(OsStrExt::as_bytes) {
        Some(b"symtypes") => Some(Role::Symtypes),
        Some(b"abi") => Some(Role::Record),
        _ => names::is_module(path.as_os_str().as_bytes()).then_some(Role::Module),
    }
}

/// The paths of all files in a directory, by their roles.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) modules: Vec<PathBuf>,
    pub(super) symtypes: Vec<PathBuf>,
    pub(super) records: Vec<PathBuf>,
}

/// Walks through a directory.
pub(super) fn list(directory: &Path) -> Result<Listed> {
    let mut listed = Listed::default();
    for entry in walk(directory) {
        let Entry { path, role, .. } = entry?;
        match role {
            Role::Module => listed.modules.push(path),
            Role::Symtypes => listed.symtypes.push(path),
            Role::Record => listed.records.push(path),
        }
    }
    Ok(listed)
}

/// A file in a package.
pub(super) struct Packaged {
    /// Its path in the package.
    pub(super) inside: Vec<u8>,
    /// What is in it, as it is there.
    pub(super) bytes: Vec<u8>,
}

/// How a file in a package is shown.
pub(super) fn place(package: &Path, inside: &[u8]) -> PathBuf {
    let shown = [package.as_os_str().as_bytes(), b":", inside].concat();
    PathBuf::from(OsString::from_vec(shown))
}

/// How many bytes of a package's modules are held before they are read.
const AT_ONCE: usize = 32 << 20;

/// Unpacks a package once: of its modules `take` takes what is wanted, many at a time, and other
/// files are kept if they are wanted.
pub(super) fn read_package<T: Send>(
    package: &Path,
    kind: Package,
    bytes: &[u8],
    is_wanted: impl Fn(&[u8]) -> bool,
    take: &(impl Fn(&Packaged) -> Result<T> + Sync),
) -> Result<(Vec<Packaged>, Vec<T>)> {
    let (mut files, mut modules) = (Vec::new(), Vec::new());
    let mut waiting: Vec<Packaged> = Vec::new();
    let (mut size, mut fault) = (0, None);
    let read = |waiting: Vec<Packaged>| in_order(waiting.par_iter().map(take));
    let wanted = |path: &[u8]| names::is_module(path) || is_wanted(path);
    let walked = packages::walk(kind, bytes, wanted, |path, bytes| {
        let file = Packaged { inside: path.to_owned(), bytes };
        if is_wanted(path) {
            files.push(file);
            return Ok(());
        }
        size += file.bytes.len();
        waiting.push(file);
        if size <= AT_ONCE {
            return Ok(());
        }
        size = 0;
        modules.extend(read(std::mem::take(&mut waiting)).map_err(|error| {
            fault = Some(error);
            io::Error::from(io::ErrorKind::InvalidData)
        })?);
        Ok(())
    });
    if let Some(error) = fault {
        return Err(error);
    }
    // A module before the place where the package ends is damaged first.
    modules.extend(read(waiting)?);
    walked.map_err(Cause::packed(package))?;
    Ok((files, modules))
}
