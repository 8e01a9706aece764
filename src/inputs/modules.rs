//! Modules, wherever they are: files, whole directories, and packages; compressed or not.

use std::collections::HashSet;
use std::ops::Deref;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Error, Result};
use super::files::Opened;
use super::given::{Given, Kind};
use super::limits::{Account, Kept, Limits};
use super::order::{Taken, in_order};
use super::packages::{Package, Packaged};
use super::tree::{self, More, Role};
use super::{files, names, packages, unpack};
use crate::kernel::KernelModule;
use crate::module::Module;

/// A module's file, unpacked.
#[derive(Clone, Copy)]
pub(crate) struct ModuleFile<'a> {
    /// Its path, as it is shown.
    pub(crate) path: &'a Path,
    /// What `Module.symvers` calls the module.
    pub(crate) name: &'a [u8],
    /// What is in it.
    pub(crate) bytes: &'a [u8],
}

/// What takes of a module what is wanted, by its path, name and content: for those who want no
/// module that is not read or understood.
pub(crate) fn parsed<T>(
    take: impl Fn(&[u8], &[u8], &Module<'_>) -> T,
) -> impl Fn(Result<ModuleFile<'_>>) -> Result<T> {
    move |file| {
        let file = file?;
        let module = Module::read(file.bytes).map_err(|bad| Cause::Module(bad).at(file.path))?;
        Ok(take(bytes(file.path), file.name, &module))
    }
}

/// Takes what is wanted of all modules at each of these paths: modules, directories and packages with
/// modules. Of a module that is found and cannot be read, `take` gets the reason.
///
/// # Errors
/// The first in order; also that something is over a limit.
pub(crate) fn read_all<T: Kept + Send>(
    paths: &[PathBuf],
    limits: Limits,
    take: &(impl Fn(Result<ModuleFile<'_>>) -> Result<T> + Sync),
) -> Result<Vec<T>> {
    let account = &mut Account::new(limits);
    let are_alone: Vec<(&PathBuf, bool)> = paths.iter().map(|it| (it, is_alone(it))).collect();
    let mut modules = Vec::new();
    // Only single files are read side by side: all others are read by many threads themselves.
    for some in are_alone.chunk_by(|(_, one), (_, other)| *one && *other) {
        match some {
            [(path, false)] => modules.extend(read_any(path, account, take)?),
            files => {
                let place = |(path, _): &(&PathBuf, bool)| PathBuf::from(path);
                let read = |(path, _): &(&PathBuf, bool), most| {
                    let opened = files::named(path).map_err(Cause::io(path))?;
                    read_single(path, &opened, most, limits, take)
                };
                modules.extend(in_order(files, account, place, read)?);
            }
        }
    }
    Ok(modules)
}

/// What the modules at these paths import, with what they have versions of; none if that is not worth a
/// look: they are many, no single files, cannot be read, or export something themselves.
pub(crate) fn imported(paths: &[PathBuf], limits: Limits) -> Option<HashSet<Vec<u8>>> {
    let mut imported = HashSet::new();
    if paths.len() > FEW {
        return None;
    }
    for path in paths {
        let take = parsed(KernelModule::new);
        let module = is_alone(path).then(|| read_found(path, limits, &take))?.ok()?;
        if !module.exports.is_empty() {
            return None;
        }
        imported.extend(module.imports.into_iter().map(|import| import.symbol));
    }
    Some(imported)
}

/// How many modules are read for their imports before anything else.
const FEW: usize = 8;

/// Whether the file at `path` is a regular one, and no package.
fn is_alone(path: &Path) -> bool {
    // What cannot be opened is found out where it is read.
    let head = files::found(path).and_then(|opened| opened.head(packages::HEAD));
    head.is_ok_and(|head| packages::kind(&head).is_none())
}

/// Takes what is wanted of all modules at `path`: a module, a directory or a package with modules.
fn read_any<T: Kept + Send>(
    path: &Path,
    account: &mut Account,
    take: &(impl Fn(Result<ModuleFile<'_>>) -> Result<T> + Sync),
) -> Result<Vec<T>> {
    let limits = account.limits;
    let given = Given::at(path, limits)?;
    let path = &*given.path;
    let modules = match given.kind {
        Kind::Directory => in_directory(path, &tree::list(path)?.modules, account, take)?.modules,
        Kind::Package(kind) => {
            let keep = (More::All, |_, _: &mut Account| Ok(More::All));
            in_package((&given, kind), account, |_| false, keep, take)?
        }
        // Whoever takes it sees what else it is.
        _ => {
            let name = names::of_module_alone(bytes(path));
            vec![read(path, Ok(given.bytes()), &name, (limits.alone(), limits), take)?.value]
        }
    };
    if modules.is_empty() {
        return Err(Cause::NoModule.at(path));
    }
    Ok(modules)
}

/// Takes what is wanted of the module at `path`, which was found.
pub(super) fn read_found<T>(
    path: &Path,
    limits: Limits,
    take: &impl Fn(Result<ModuleFile<'_>>) -> Result<T>,
) -> Result<T> {
    let opened = files::found(path).map_err(Cause::io(path))?;
    Ok(read_single(path, &opened, limits.alone(), limits, take)?.value)
}

/// Takes what is wanted of a module by itself.
fn read_single<T>(
    path: &Path,
    opened: &Opened,
    most: u64,
    limits: Limits,
    take: &impl Fn(Result<ModuleFile<'_>>) -> Result<T>,
) -> Result<Taken<T>> {
    let content = opened.read(most).map_err(Cause::io(path))?;
    read(path, Ok(content), &names::of_module_alone(bytes(path)), (most, limits), take)
}

impl Kept for KernelModule {
    fn kept(&self) -> u64 {
        let exports = self.exports.iter().map(|(symbol, _)| symbol.len());
        let imports = self.imports.iter().map(|it| it.symbol.len());
        let others = self.namespaces.iter().chain([&self.path, &self.name, &self.depends]);
        let names = exports.chain(imports).chain(others.map(Vec::len));
        names.map(|length| length + ENTRY).sum::<usize>() as u64
    }
}

/// How much memory the entry of a symbol takes in tables, besides its name, in bytes, about.
const ENTRY: usize = 100;

/// A set of modules.
pub(super) struct Modules<T> {
    /// What was taken of each, in the order of their paths.
    pub(super) modules: Vec<T>,
    /// Whether they are all modules of an installed kernel.
    pub(super) are_all: bool,
}

/// Takes what is wanted of the modules in a directory, which are these files.
pub(super) fn in_directory<T: Kept + Send>(
    directory: &Path,
    files: &[PathBuf],
    account: &mut Account,
    take: &(impl Fn(Result<ModuleFile<'_>>) -> Result<T> + Sync),
) -> Result<Modules<T>> {
    let inside = |file: &Path| bytes(file.strip_prefix(directory).unwrap_or(file)).to_owned();
    let paths: Vec<Vec<u8>> = files.iter().map(|file| inside(file)).collect();
    let is_top = names::are_installed(paths.iter().map(Vec::as_slice));
    let is_above = paths.iter().any(|path| names::installed(path).is_some());
    let limits = account.limits;
    let read = |file: &PathBuf, most| {
        let path = inside(file);
        let name = match names::installed(bytes(file)) {
            None if is_top => names::of_module(path.strip_prefix(b"kernel/").unwrap_or(&path)),
            None => names::of_module(&path),
            Some(_) => names::of_module(bytes(file)),
        };
        let content = files::read_found(file, most).map_err(Cause::io(file));
        let content = content.and_then(|content| filled(file, content));
        read(file, content, &name, (most, limits), take)
    };
    let modules = in_order(files, account, PathBuf::clone, read)?;
    Ok(Modules { modules, are_all: is_top || is_above })
}

/// What is taken of the modules in a package. Other files that are wanted are handed to `keep`, which
/// says what else is wanted; with it stands what is from the start.
pub(super) fn in_package<T: Kept + Send>(
    (given, kind): (&Given, Package),
    account: &mut Account,
    is_wanted: impl Fn(&[u8]) -> bool,
    keep: (More, impl FnMut(Packaged, &mut Account) -> Result<More>),
    take: &(impl Fn(Result<ModuleFile<'_>>) -> Result<T> + Sync),
) -> Result<Vec<T>> {
    let limits = account.limits;
    let take = |file: &Packaged, most| {
        let place = names::place(&given.path, &file.inside);
        let content = filled(&place, &file.bytes[..]);
        read(&place, content, &names::of_module(&file.inside), (most, limits), take)
    };
    tree::read_package((given, kind), account, is_wanted, keep, &take)
}

/// The first module in a directory, by path.
pub(super) fn find_first(directory: &Path) -> Option<PathBuf> {
    let mut files = tree::walk(directory).filter_map(Result::ok);
    files.find(|it| it.role == Role::Module && !it.is_link).map(|it| it.path)
}

/// What is in the file at `path`.
///
/// # Errors
/// Nothing is.
fn filled<B: Deref<Target = [u8]>>(path: &Path, content: B) -> Result<B> {
    if content.is_empty() { Err(Cause::Empty.at(path)) } else { Ok(content) }
}

/// Takes what is wanted of a module with this content, which may be compressed, of the file at `path`.
/// At most `most` bytes are held.
fn read<T>(
    path: &Path,
    content: Result<impl Deref<Target = [u8]>>,
    name: &[u8],
    (most, limits): (u64, Limits),
    take: &impl Fn(Result<ModuleFile<'_>>) -> Result<T>,
) -> Result<Taken<T>> {
    let content = match content {
        Ok(content) => content,
        Err(error) => return unread(error, take),
    };
    match unpack::unpack(&content, most, limits).map_err(Cause::packed(path)) {
        Ok(bytes) => {
            let value = take(Ok(ModuleFile { path, name, bytes: &bytes }))?;
            Ok(Taken { value, unpacked: bytes.len() as u64 })
        }
        Err(error) => unread(error, take),
    }
}

/// What is taken of a module that cannot be read.
///
/// # Errors
/// It is over a limit; or what `take` returned.
fn unread<T>(
    error: Error,
    take: &impl Fn(Result<ModuleFile<'_>>) -> Result<T>,
) -> Result<Taken<T>> {
    // It may have more when it is read alone.
    if error.is_over_limit() {
        return Err(error);
    }
    Ok(Taken { value: take(Err(error))?, unpacked: 0 })
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}
