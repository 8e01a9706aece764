//! Modules, wherever they are: files, whole directories, and packages; compressed or not.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use walkdir::WalkDir;

use super::files::{self, reason};
use super::{packages, unpack};
use crate::module::Module;

/// A message for the user, of bytes since it names paths.
pub(crate) type Result<T> = std::result::Result<T, Vec<u8>>;

/// `words`, said of `path`.
pub(crate) fn said_of(path: &Path, words: &str) -> Vec<u8> {
    [path.as_os_str().as_bytes(), b": ", words.as_bytes()].concat()
}

/// What is said of a file that cannot be read.
pub(crate) fn io_error(path: &Path, error: &io::Error) -> Vec<u8> {
    said_of(path, &reason(error).0)
}

/// The endings of a module's file.
const ENDINGS: &[&[u8]] = &[b".ko", b".ko.xz", b".ko.gz", b".ko.zst"];

/// Whether a file is named as modules are.
pub(crate) fn is_module_name(path: &[u8]) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// What `Module.symvers` calls the module in this file: its path in the tree of the build, without
/// the ending. Where modules are installed, that tree is below `lib/modules/RELEASE/kernel`.
pub(crate) fn module_name(path: &[u8]) -> Vec<u8> {
    let ending = ENDINGS.iter().find(|ending| path.ends_with(ending));
    let path = &path[..path.len() - ending.map_or(0, |ending| ending.len())];
    let name = installed(path).map(|rest| rest.strip_prefix(b"kernel/").unwrap_or(rest));
    name.unwrap_or(path).to_owned()
}

/// The same of a module that is given by its path alone: where it is not installed, the folders say
/// nothing.
pub(crate) fn module_name_alone(path: &[u8]) -> Vec<u8> {
    let start = match installed(path) {
        Some(_) => 0,
        None => memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1),
    };
    module_name(&path[start..])
}

/// What follows `modules/RELEASE/` in a path.
fn installed(path: &[u8]) -> Option<&[u8]> {
    const FOLDER: &[u8] = b"lib/modules/";
    let start = memchr::memmem::find(path, FOLDER)?;
    if start > 0 && path[start - 1] != b'/' {
        return None;
    }
    let rest = &path[start + FOLDER.len()..];
    Some(&rest[memchr::memchr(b'/', rest)? + 1..])
}

/// A set of modules.
pub(crate) struct Modules<T> {
    /// What was taken of each, in the order of their paths.
    pub(crate) modules: Vec<T>,
    /// Whether they are all modules of an installed kernel.
    pub(crate) are_all: bool,
}

/// The folders that modules are installed in.
const INSTALLED: &[&[u8]] = &[b"kernel/", b"updates/", b"extra/", b"weak-updates/"];

/// Whether modules at these paths, from the top of a directory, are those of an installed kernel.
fn are_installed<'a>(mut paths: impl Iterator<Item = &'a [u8]> + Clone) -> bool {
    let is_below = |path: &[u8]| INSTALLED.iter().any(|folder| path.starts_with(folder));
    paths.clone().any(|path| path.starts_with(b"kernel/")) && paths.all(is_below)
}

/// The files in a directory that are named as modules are, by path.
pub(crate) fn find(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(directory).to_owned();
            match error.io_error() {
                Some(error) => io_error(&place, error),
                None => said_of(&place, "the directory contains itself"),
            }
        })?;
        // `weak-modules` makes links to the modules of other kernels.
        let is_file = entry.file_type().is_file() || entry.file_type().is_symlink();
        if is_file && is_module_name(entry.path().as_os_str().as_bytes()) {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// A module's file, unpacked.
pub(crate) struct ModuleFile<'a> {
    /// Its path, as it is shown.
    pub(crate) path: &'a [u8],
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
        Ok(module) => Ok(take(file.path, file.name, &module)),
        Err(error) => Err([file.path, b": ", error.to_string().as_bytes()].concat()),
    }
}

/// The first module in a directory, by path.
pub(crate) fn find_first(directory: &Path) -> Option<PathBuf> {
    let files = WalkDir::new(directory).sort_by_file_name().into_iter().filter_map(|it| it.ok());
    let is_it = |path: &PathBuf| is_module_name(path.as_os_str().as_bytes());
    files.filter(|it| it.file_type().is_file()).map(walkdir::DirEntry::into_path).find(is_it)
}

/// Reads the modules in a directory, and takes of each what is wanted.
pub(crate) fn read_directory<T: Send>(
    directory: &Path,
    take: &(impl Fn(&ModuleFile<'_>) -> Result<T> + Sync),
) -> Result<Modules<T>> {
    let files = find(directory)?;
    let inside = |file: &PathBuf| {
        let inside = file.strip_prefix(directory).unwrap_or(file);
        inside.as_os_str().as_bytes().to_owned()
    };
    let paths: Vec<Vec<u8>> = files.iter().map(inside).collect();
    let is_top = are_installed(paths.iter().map(Vec::as_slice));
    let is_above = paths.iter().any(|path| installed(path).is_some());
    let read = |(file, path): (&PathBuf, &Vec<u8>)| {
        let whole = file.as_os_str().as_bytes();
        let name = match installed(whole) {
            None if is_top => module_name(path.strip_prefix(b"kernel/").unwrap_or(path)),
            None => module_name(path),
            Some(_) => module_name(whole),
        };
        let map = files::map(file).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput => said_of(file, "the file is empty"),
            _ => io_error(file, &error),
        })?;
        read(file, &map.bytes[..map.size], &name, take)
    };
    let modules: Result<Vec<T>> = files.par_iter().zip(&paths).map(read).collect();
    Ok(Modules { modules: modules?, are_all: is_top || is_above })
}

/// Reads the module in `bytes`, which may be compressed, of the file at `path`.
pub(crate) fn read<T>(
    path: &Path,
    bytes: &[u8],
    name: &[u8],
    take: &impl Fn(&ModuleFile<'_>) -> Result<T>,
) -> Result<T> {
    let unpacked = unpack::unpack(bytes).map_err(|error| not_unpacked(path, &error))?;
    take(&ModuleFile { path: path.as_os_str().as_bytes(), name, bytes: &unpacked })
}

/// What is said of a compressed file or a package that cannot be unpacked.
pub(crate) fn not_unpacked(path: &Path, error: &io::Error) -> Vec<u8> {
    let why = match error.kind() {
        io::ErrorKind::Unsupported => "it cannot be unpacked",
        _ => "it cannot be unpacked, and is cut off or damaged",
    };
    said_of(path, &format!("{why} ({})", reason(error).0))
}

/// Reads what `path` is: a module, a directory of modules, or a package with modules.
pub(crate) fn read_any<T: Send>(
    path: &Path,
    take: &(impl Fn(&ModuleFile<'_>) -> Result<T> + Sync),
) -> Result<Vec<T>> {
    let modules = if std::fs::metadata(path).map_err(|error| io_error(path, &error))?.is_dir() {
        read_directory(path, take)?.modules
    } else {
        let bytes = std::fs::read(path).map_err(|error| io_error(path, &error))?;
        match packages::kind(&bytes) {
            Some(kind) => read_package(path, kind, &bytes, |_| false, take)?.modules.modules,
            None => {
                let name = module_name_alone(path.as_os_str().as_bytes());
                vec![read(path, &bytes, &name, take)?]
            }
        }
    };
    if modules.is_empty() {
        return Err(said_of(path, "there is no module in it"));
    }
    Ok(modules)
}

/// How many bytes of a package's modules are held before they are read.
const AT_ONCE: usize = 32 << 20;

/// What a package of a kernel has for us.
pub(crate) struct Packaged<T> {
    /// The files that are wanted, packed as they are there, with their paths in the package.
    pub(crate) files: Vec<(Vec<u8>, Vec<u8>)>,
    /// Its modules.
    pub(crate) modules: Modules<T>,
}

/// What a path in a package is called.
pub(crate) fn place(package: &Path, path: &[u8]) -> PathBuf {
    let shown = [package.as_os_str().as_bytes(), b":", path].concat();
    PathBuf::from(OsString::from_vec(shown))
}

/// Whether a path in a package is that of a list of exports: `Module.symvers` of the headers, or
/// the `symvers.gz` that Red Hat and SUSE have beside the kernel.
pub(crate) fn is_symvers(path: &[u8]) -> bool {
    let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    let name = &path[start..];
    name == b"Module.symvers"
        || [&b"symvers."[..], b"symvers-"].iter().any(|prefix| name.starts_with(prefix))
        || name == b"symvers"
}

/// Reads a package: its modules, and the files that are wanted besides.
pub(crate) fn read_package<T: Send>(
    package: &Path,
    kind: packages::Package,
    bytes: &[u8],
    is_wanted: impl Fn(&[u8]) -> bool,
    take: &(impl Fn(&ModuleFile<'_>) -> Result<T> + Sync),
) -> Result<Packaged<T>> {
    let mut files = Vec::new();
    let mut modules = Vec::new();
    let mut waiting: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut size = 0;
    let mut fault = None;
    let read_waiting = |waiting: &mut Vec<(Vec<u8>, Vec<u8>)>| -> Result<Vec<T>> {
        let read = |(path, bytes): &(Vec<u8>, Vec<u8>)| {
            read(&place(package, path), bytes, &module_name(path), take)
        };
        let modules = waiting.par_iter().map(read).collect();
        waiting.clear();
        modules
    };
    let wanted = |path: &[u8]| is_module_name(path) || is_wanted(path);
    let walked = packages::walk(kind, bytes, wanted, |path, content| {
        if is_wanted(path) {
            files.push((path.to_owned(), content));
            return Ok(());
        }
        size += content.len();
        waiting.push((path.to_owned(), content));
        if size > AT_ONCE {
            size = 0;
            match read_waiting(&mut waiting) {
                Ok(read) => modules.extend(read),
                Err(message) => {
                    fault = Some(message);
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
        }
        Ok(())
    });
    if let Some(message) = fault {
        return Err(message);
    }
    walked.map_err(|error| not_unpacked(package, &error))?;
    modules.extend(read_waiting(&mut waiting)?);
    // A kernel's modules may be in several packages.
    Ok(Packaged { files, modules: Modules { modules, are_all: false } })
}
