//! What a release is given as, told by its content: a directory with `.symtypes` files and a
//! `Module.symvers`, or with modules; one such file, compressed or not, also a consolidated one; or
//! a package of a kernel.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use walkdir::WalkDir;

use super::progress::Progress;
use crate::abi_diff::{
    Corpus, CorpusError, Exports, ExportsError, KernelModule, Release, StableList, Types,
};
use crate::cli::modules::{Modules, Result, io_error, said_of};
use crate::cli::{modules, packages, unpack};
use crate::formats::consolidated::is_consolidated;

/// Reads the release at `path`.
pub(in crate::cli) fn read_quietly(path: &Path, types: &mut Types) -> Result<Release> {
    read(path, types, &Progress::new(false))
}

/// Reads the release at `path`, and tells how far it has come.
pub(super) fn read(path: &Path, types: &mut Types, progress: &Progress) -> Result<Release> {
    let metadata = fs::metadata(path).map_err(|error| io_error(path, &error))?;
    let title = path.as_os_str().as_bytes().to_owned();
    if metadata.is_dir() {
        return read_directory(path, title, types, progress);
    }
    let bytes = fs::read(path).map_err(|error| io_error(path, &error))?;
    if let Some(kind) = packages::kind(&bytes) {
        return read_package(path, kind, &bytes, title);
    }
    let text = unpack::unpack(&bytes).map_err(|error| modules::not_unpacked(path, &error))?;
    if text.starts_with(b"0x") {
        let exports = Some(read_exports(path, &text)?);
        return Ok(Release { title, exports, corpus: None });
    }
    if text.starts_with(b"\x7fELF") {
        let name = modules::module_name_alone(path.as_os_str().as_bytes());
        let module = modules::read(path, &text, &name, &modules::parsed(KernelModule::new))?;
        let exports = Some(of_modules(path, Modules { modules: vec![module], are_all: false })?);
        return Ok(Release { title, exports, corpus: None });
    }
    if is_consolidated(&text) {
        let corpus = Corpus::read_consolidated(types, &text).map_err(|trouble| {
            let place = format!(":{}: ", trouble.line);
            let text = &trouble.text[..trouble.text.len().min(80)];
            let what = trouble.what.sentence();
            [path.as_os_str().as_bytes(), place.as_bytes(), &what, b": ", text].concat()
        })?;
        return Ok(Release { title, exports: None, corpus: Some(corpus) });
    }
    if text.len() != bytes.len() {
        let words = "what is compressed in it is neither Module.symvers nor consolidated types nor \
                     a module";
        return Err(said_of(path, words));
    }
    let corpus = Some(read_corpus(Path::new(""), vec![path.to_owned()], types, progress)?);
    Ok(Release { title, exports: None, corpus })
}

/// Reads a directory: all `.symtypes` in it, and its `Module.symvers`.
fn read_directory(
    path: &Path,
    title: Vec<u8>,
    types: &mut Types,
    progress: &Progress,
) -> Result<Release> {
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(path).to_owned();
            match error.io_error() {
                Some(error) => io_error(&place, error),
                None => said_of(&place, "the directory contains itself"),
            }
        })?;
        let is_types = entry.path().extension().is_some_and(|ending| ending == "symtypes");
        if is_types && entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    let mut exports = read_dump(path)?;
    if exports.is_none() {
        let found = modules::read_directory(path, &modules::parsed(KernelModule::new))?;
        if !found.modules.is_empty() {
            exports = Some(of_modules(path, found)?);
        }
    }
    if files.is_empty() && exports.is_none() {
        let words = "there is neither a Module.symvers nor a .symtypes file nor a module in it";
        return Err(said_of(path, words));
    }
    let corpus =
        if files.is_empty() { None } else { Some(read_corpus(path, files, types, progress)?) };
    Ok(Release { title, exports, corpus })
}

/// What a list of all exports is called in a build tree, in headers, and beside the modules of Red
/// Hat and SUSE.
const DUMPS: &[&str] = &["Module.symvers", "symvers", "symvers.gz", "symvers.xz", "symvers.zst"];

/// Reads the list of all exports in a directory, if there is one.
fn read_dump(directory: &Path) -> Result<Option<Exports>> {
    for name in DUMPS {
        let path = directory.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io_error(&path, &error)),
        };
        let text = unpack::unpack(&bytes).map_err(|error| modules::not_unpacked(&path, &error))?;
        return read_exports(&path, &text).map(Some);
    }
    Ok(None)
}

/// Reads a package: the list of all exports in it, else its modules.
fn read_package(
    path: &Path,
    kind: packages::Package,
    bytes: &[u8],
    title: Vec<u8>,
) -> Result<Release> {
    let take = modules::parsed(KernelModule::new);
    let mut found = modules::read_package(path, kind, bytes, modules::is_symvers, &take)?;
    let exports = match found.files.pop() {
        Some((inside, text)) => read_exports(&modules::place(path, &inside), &text)?,
        None if found.modules.modules.is_empty() => {
            return Err(said_of(path, "there is neither a Module.symvers nor a module in it"));
        }
        None => of_modules(path, found.modules)?,
    };
    Ok(Release { title, exports: Some(exports), corpus: None })
}

/// The exports of modules.
fn of_modules(path: &Path, found: Modules<KernelModule>) -> Result<Exports> {
    let exports = Exports::of_modules(&found.modules, found.are_all);
    exports.map_err(|error| exports_error(path, error))
}

/// Reads the modules at `paths`.
pub(super) fn read_modules(paths: &[PathBuf]) -> Result<Vec<KernelModule>> {
    let modules: Result<Vec<Vec<KernelModule>>> = paths
        .par_iter()
        .map(|path| modules::read_any(path, &modules::parsed(KernelModule::new)))
        .collect();
    Ok(modules?.into_iter().flatten().collect())
}

/// Reads a stable list.
pub(super) fn read_list(path: &Path) -> Result<StableList> {
    let text = fs::read(path).map_err(|error| io_error(path, &error))?;
    StableList::read(path.as_os_str().as_bytes(), &text).map_err(|bad| {
        let place = format!(":{}: this is no symbol and no [section]: ", bad.line);
        let text = bad.text[..bad.text.len().min(80)].escape_ascii().to_string();
        [path.as_os_str().as_bytes(), place.as_bytes(), text.as_bytes()].concat()
    })
}

/// Reads a `Module.symvers`.
pub(in crate::cli) fn read_symvers(path: &Path) -> Result<Exports> {
    let bytes = fs::read(path).map_err(|error| io_error(path, &error))?;
    let text = unpack::unpack(&bytes).map_err(|error| modules::not_unpacked(path, &error))?;
    read_exports(path, &text)
}

fn read_exports(path: &Path, text: &[u8]) -> Result<Exports> {
    Exports::read(text).map_err(|error| exports_error(path, error))
}

fn exports_error(path: &Path, error: ExportsError) -> Vec<u8> {
    let path = path.as_os_str().as_bytes();
    match error {
        ExportsError::Line(bad) => [path, b":", bad.to_string().as_bytes()].concat(),
        ExportsError::Twice(symbol, first, line) => {
            let place = format!(":{line}: ");
            let other = format!(" has another CRC in line {first}");
            [path, place.as_bytes(), &symbol, other.as_bytes()].concat()
        }
        ExportsError::TwiceInModules(symbol, places) => {
            let [first, second] = &*places;
            [path, b": ", &symbol, b" has one CRC in ", first, b" and another one in ", second]
                .concat()
        }
        ExportsError::Machines(places) => {
            let [first, second] = &*places;
            let said = |(path, machine): &(Vec<u8>, String)| {
                [path, &b" is for "[..], machine.as_bytes()].concat()
            };
            [path, b": modules for two machines: ", &said(first), b"; ", &said(second)].concat()
        }
    }
}

fn read_corpus(
    top: &Path,
    files: Vec<PathBuf>,
    types: &mut Types,
    progress: &Progress,
) -> Result<Corpus> {
    progress.expect(files.len());
    let names = files
        .iter()
        .map(|file| {
            let inside = file.strip_prefix(top).unwrap_or(file);
            inside.with_extension("").into_os_string().as_bytes().to_owned()
        })
        .collect();
    let read = |file: usize, buffer: &mut Vec<u8>| {
        File::open(&files[file])?.read_to_end(buffer)?;
        progress.step();
        Ok(())
    };
    Corpus::read(types, names, read).map_err(|error| match error {
        CorpusError::File(file, error) => io_error(&files[file], &error),
        CorpusError::Line(bad) => {
            let place = format!(":{}: this is no line of a .symtypes file: ", bad.line);
            let file = files[bad.file].as_os_str().as_bytes();
            [file, place.as_bytes(), &bad.text[..bad.text.len().min(80)]].concat()
        }
    })
}
