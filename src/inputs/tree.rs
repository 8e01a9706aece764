//! What lies in directories and packages: each file once, known by its name.

use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::error::{Cause, Result};
use super::given::Given;
use super::limits::{AT_ONCE, Account, Kept};
use super::order::{Taken, in_order};
use super::packages::{Package, Packaged};
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
        // What is no regular file is an error to those who want to read it.
        let counts = !entry.file_type().is_dir() && (!is_link || role == Role::Module);
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

/// What else of a package is wanted, once a file in it was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    /// All that follows.
    All,
    /// One module, if there was none yet.
    Module,
    /// Nothing.
    Nothing,
}

/// Reads a package once: of its modules `take` takes what is wanted, many at a time, and other files
/// are handed to `keep` if they are wanted, which says what else is. With it stands what is wanted from
/// the start.
pub(super) fn read_package<T: Kept + Send>(
    (given, kind): (&Given, Package),
    account: &mut Account,
    is_wanted: impl Fn(&[u8]) -> bool,
    (mut more, mut keep): (More, impl FnMut(Packaged, &mut Account) -> Result<More>),
    take: &(impl Fn(&Packaged, u64) -> Result<Taken<T>> + Sync),
) -> Result<Vec<T>> {
    let limits = account.limits;
    let mut modules = Vec::new();
    let mut waiting: Vec<Packaged> = Vec::new();
    let mut size = 0;
    let mut has_module = false;
    let place = |file: &Packaged| names::place(&given.path, &file.inside);
    let wanted = |path: &[u8]| names::is_module(path) || is_wanted(path);
    let package = (&*given.path, kind);
    let walked = packages::walk(package, given.package(), limits, wanted, |file| {
        let is_over = |more: More, has_module: bool| match more {
            More::Nothing => ControlFlow::Break(()),
            More::Module if has_module => ControlFlow::Break(()),
            More::All | More::Module => ControlFlow::Continue(()),
        };
        if is_wanted(&file.inside) {
            more = keep(file, account)?;
            return Ok(is_over(more, has_module));
        }
        has_module = true;
        size += file.bytes.len() as u64;
        waiting.push(file);
        if size > limits.waiting() || waiting.len() == AT_ONCE {
            size = 0;
            modules.extend(in_order(&waiting, account, place, take)?);
            waiting.clear();
        }
        Ok(is_over(more, has_module))
    });
    // A module before the place where the package ends is damaged first.
    modules.extend(in_order(&waiting, account, place, take)?);
    walked.map(|()| modules)
}
