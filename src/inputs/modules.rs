//! Modules, wherever they are: files, whole directories, and packages; compressed or not.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::error::{Cause, Result};
use super::files::Bytes;
use super::given::{Given, Kind};
use super::order::in_order;
use super::packages::Package;
use super::tree::{self, Packaged, Role};
use super::{names, unpack};
use crate::module::Module;

/// A module's file, unpacked.
pub(crate) struct ModuleFile<'a> {
    /// Its path, as it is shown.
    pub(crate) path: &'a Path,
    /// What `Module.symvers` calls the module.
    pub(crate) name: &'a [u8],
    /// What is in it.
    pub(crate) bytes: &'a [u8],
}

/// What takes of a module what is wanted, by its path, name and content: for those who want no
/// module that is not understood.
pub(crate) fn parsed<T>(
    take: impl Fn(&[u8], &[u8], &Module<'_>) -> T,
) -> impl Fn(&ModuleFile<'_>) -> Result<T> {
    move |file| match Module::read(file.bytes) {
        Ok(module) => Ok(take(file.path.as_os_str().as_bytes(), file.name, &module)),
        Err(error) => Err(Cause::Module(error).at(file.path)),
    }
}

/// Takes what is wanted of all modules at each of these paths, as [`read_any`] does.
///
/// # Errors
/// The first in order.
pub(crate) fn read_all<T: Send>(
    paths: &[PathBuf],
    take: &(impl Fn(&ModuleFile<'_>) -> Result<T> + Sync),
) -> Result<Vec<T>> {
    let modules = in_order(paths.par_iter().map(|path| read_any(path, take)))?;
    Ok(modules.into_iter().flatten().collect())
}

/// Takes what is wanted of all modules at `path`: a module, a directory or a package with modules.
pub(super) fn read_any<T: Send>(
    path: &Path,
    take: &(impl Fn(&ModuleFile<'_>) -> Result<T> + Sync),
) -> Result<Vec<T>> {
    let given = Given::at(path)?;
    let modules = match given.kind {
        Kind::Directory => in_directory(path, &tree::list(path)?.modules, take)?.modules,
        Kind::Package(kind) => in_package(path, kind, &given.bytes, |_| false, take)?.1,
        // Whoever takes it sees what else it is.
        _ => vec![read(path, &given.bytes, &names::of_module_alone(bytes(path)), take)?],
    };
    if modules.is_empty() {
        return Err(Cause::NoModule.at(path));
    }
    Ok(modules)
}

/// A set of modules.
pub(super) struct Modules<T> {
    /// What was taken of each, in the order of their paths.
    pub(super) modules: Vec<T>,
    /// Whether they are all modules of an installed kernel.
    pub(super) are_all: bool,
}

/// Takes what is wanted of the modules in a directory, which are these files.
pub(super) fn in_directory<T: Send>(
    directory: &Path,
    files: &[PathBuf],
    take: &(impl Fn(&ModuleFile<'_>) -> Result<T> + Sync),
) -> Result<Modules<T>> {
    let inside = |file: &PathBuf| bytes(file.strip_prefix(directory).unwrap_or(file)).to_owned();
    let paths: Vec<Vec<u8>> = files.iter().map(inside).collect();
    let is_top = names::are_installed(paths.iter().map(Vec::as_slice));
    let is_above = paths.iter().any(|path| names::installed(path).is_some());
    let read = |(file, path): (&PathBuf, &Vec<u8>)| {
        let name = match names::installed(bytes(file)) {
            None if is_top => names::of_module(path.strip_prefix(b"kernel/").unwrap_or(path)),
            None => names::of_module(path),
            Some(_) => names::of_module(bytes(file)),
        };
        let content = Bytes::of(file).map_err(Cause::io(file))?;
        if content.is_empty() {
            return Err(Cause::Empty.at(file));
        }
        read(file, &content, &name, take)
    };
    let modules = in_order(files.par_iter().zip(&paths).map(read))?;
    Ok(Modules { modules, are_all: is_top || is_above })
}

/// The other files in a package that are wanted, and what is taken of its modules.
pub(super) fn in_package<T: Send>(
    package: &Path,
    kind: Package,
    bytes: &[u8],
    is_wanted: impl Fn(&[u8]) -> bool,
    take: &(impl Fn(&ModuleFile<'_>) -> Result<T> + Sync),
) -> Result<(Vec<Packaged>, Vec<T>)> {
    let take = |file: &Packaged| {
        let place = tree::place(package, &file.inside);
        read(&place, &file.bytes, &names::of_module(&file.inside), take)
    };
    tree::read_package(package, kind, bytes, is_wanted, &take)
}

/// The first module in a directory, by path.
pub(super) fn find_first(directory: &Path) -> Option<PathBuf> {
    let mut files = tree::walk(directory).filter_map(Result::ok);
    files.find(|it| it.role == Role::Module && !it.is_link).map(|it| it.path)
}

/// Takes what is wanted of the module in `bytes`, which may be compressed, of the file at `path`.
pub(super) fn read<T>(
    path: &Path,
    bytes: &[u8],
    name: &[u8],
    take: &impl Fn(&ModuleFile<'_>) -> Result<T>,
) -> Result<T> {
    let unpacked = unpack::unpack(bytes).map_err(Cause::packed(path))?;
    take(&ModuleFile { path, name, bytes: &unpacked })
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}
