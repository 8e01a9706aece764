//! What a release is given as, told by its content: a directory with `.symtypes` files and a
//! `Module.symvers`, or with modules; one such file, compressed or not, also a consolidated one; or
//! a package of a kernel.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use walkdir::WalkDir;

use super::progress::Progress;
use crate::abi_diff::{
    Corpus, CorpusError, Exports, ExportsError, KernelModule, Release, StableList, Types,
};
use crate::cli::modules::{Modules, Result, io_error, said_of};
use crate::cli::{modules, packages, unpack};
use crate::formats::abi_record;
use crate::formats::consolidated::is_consolidated;

/// What was found at a path: its exports, and where its types are.
struct Found {
    path: PathBuf,
    exports: Option<Exports>,
    types: TypesIn,
}

/// Where a release has its types.
enum TypesIn {
    /// Nowhere.
    Nothing,
    /// In these files, which are called after their paths from here.
    Files(PathBuf, Files),
    /// In this text, all of them.
    Consolidated(Vec<u8>),
}

/// The files with types: those of an object may be in both forms.
struct Files {
    symtypes: Vec<PathBuf>,
    /// Records of genksyms, which have more in them than a CRC has.
    records: Vec<PathBuf>,
}

/// Which files the types of a release are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `.symtypes`.
    Symtypes,
    /// Records: `.abi`.
    Records,
}

impl Form {
    /// The form that releases are compared in: records if all have them, since what only one side
    /// tells is no difference.
    fn of(sides: &[Found]) -> Form {
        let has_records =
            |it: &Found| matches!(&it.types, TypesIn::Files(_, files) if !files.records.is_empty());
        if sides.iter().all(has_records) { Form::Records } else { Form::Symtypes }
    }
}

/// Reads two releases, with the best types that both have, and tells how far it has come.
pub(super) fn read_both(
    old: &Path,
    new: &Path,
    types: &mut Types,
    progress: &Progress,
) -> Result<[Release; 2]> {
    // They need nothing of each other; only the types do.
    let (old, new) = rayon::join(|| find(old), || find(new));
    let found = [old?, new?];
    let form = Form::of(&found);
    let [old, new] = found;
    progress.begin("reading OLD");
    let old = old.read_types(form, types, progress)?;
    progress.begin("reading NEW");
    Ok([old, new.read_types(form, types, progress)?])
}

/// Reads the release at `path`, with the best types that it has.
pub(in crate::cli) fn read_best(path: &Path, types: &mut Types) -> Result<Release> {
    let found = find(path)?;
    let form = Form::of(std::slice::from_ref(&found));
    found.read_types(form, types, &Progress::new(false))
}

/// Reads the release at `path`, with its `.symtypes`.
pub(in crate::cli) fn read_quietly(path: &Path, types: &mut Types) -> Result<Release> {
    find(path)?.read_types(Form::Symtypes, types, &Progress::new(false))
}

/// Reads the exports of what is at `path`, and finds its types.
fn find(path: &Path) -> Result<Found> {
    let found = |exports, types| Found { path: path.to_owned(), exports, types };
    let metadata = fs::metadata(path).map_err(|error| io_error(path, &error))?;
    if metadata.is_dir() {
        let (exports, files) = read_directory(path)?;
        return Ok(found(exports, TypesIn::Files(path.to_owned(), files)));
    }
    let bytes = fs::read(path).map_err(|error| io_error(path, &error))?;
    if let Some(kind) = packages::kind(&bytes) {
        return Ok(found(Some(read_package(path, kind, &bytes)?), TypesIn::Nothing));
    }
    let size = bytes.len();
    let text = unpack::unpacked(bytes).map_err(|error| modules::not_unpacked(path, &error))?;
    if text.starts_with(b"0x") {
        return Ok(found(Some(read_exports(path, text)?), TypesIn::Nothing));
    }
    if text.starts_with(b"\x7fELF") {
        let name = modules::module_name_alone(path.as_os_str().as_bytes());
        let module = modules::read(path, &text, &name, &modules::parsed(KernelModule::new))?;
        let exports = of_modules(path, Modules { modules: vec![module], are_all: false })?;
        return Ok(found(Some(exports), TypesIn::Nothing));
    }
    if is_consolidated(&text) {
        return Ok(found(None, TypesIn::Consolidated(text)));
    }
    if text.len() != size {
        let words = "what is compressed in it is neither Module.symvers nor consolidated types nor \
                     a module";
        return Err(said_of(path, words));
    }
    let mut files = Files { symtypes: Vec::new(), records: Vec::new() };
    let form = if abi_record::is_begun(&text) { &mut files.records } else { &mut files.symtypes };
    form.push(path.to_owned());
    Ok(found(None, TypesIn::Files(PathBuf::new(), files)))
}

impl Found {
    /// Reads the types, too, and tells how far it has come.
    fn read_types(self, form: Form, types: &mut Types, progress: &Progress) -> Result<Release> {
        let corpus = match self.types {
            TypesIn::Nothing => None,
            TypesIn::Files(top, files) => {
                let files = match form {
                    Form::Symtypes => files.symtypes,
                    Form::Records => files.records,
                };
                let is_empty = files.is_empty();
                (!is_empty).then(|| read_corpus(&top, files, form, types, progress)).transpose()?
            }
            TypesIn::Consolidated(text) => Some(read_consolidated(&self.path, &text, types)?),
        };
        let title = self.path.into_os_string().into_vec();
        Ok(Release { title, exports: self.exports, corpus, btf: None })
    }
}

/// Looks through a directory: its exports, and all files with types in it.
fn read_directory(path: &Path) -> Result<(Option<Exports>, Files)> {
    let mut files = Files { symtypes: Vec::new(), records: Vec::new() };
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(path).to_owned();
            match error.io_error() {
                Some(error) => io_error(&place, error),
                None => said_of(&place, "the directory contains itself"),
            }
        })?;
        let form = match entry.path().extension().map(OsStr::as_bytes) {
            Some(b"symtypes") => &mut files.symtypes,
            Some(b"abi") => &mut files.records,
            _ => continue,
        };
        if entry.file_type().is_file() {
            form.push(entry.into_path());
        }
    }
    let mut exports = read_dump(path)?;
    if exports.is_none() {
        let found = modules::read_directory(path, &modules::parsed(KernelModule::new))?;
        if !found.modules.is_empty() {
            exports = Some(of_modules(path, found)?);
        }
    }
    if files.symtypes.is_empty() && files.records.is_empty() && exports.is_none() {
        let words = "there is neither a Module.symvers nor a .symtypes file nor a module in it";
        return Err(said_of(path, words));
    }
    Ok((exports, files))
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
        let text = unpack::unpacked(bytes).map_err(|error| modules::not_unpacked(&path, &error))?;
        return read_exports(&path, text).map(Some);
    }
    Ok(None)
}

/// Reads the exports of a package: the list of all of them, else those of its modules.
fn read_package(path: &Path, kind: packages::Package, bytes: &[u8]) -> Result<Exports> {
    let take = modules::parsed(KernelModule::new);
    let mut found = modules::read_package(path, kind, bytes, modules::is_symvers, &take)?;
    match found.files.pop() {
        Some((inside, content)) => {
            let place = modules::place(path, &inside);
            let text = unpack::unpacked(content);
            read_exports(&place, text.map_err(|error| modules::not_unpacked(&place, &error))?)
        }
        None if found.modules.modules.is_empty() => {
            Err(said_of(path, "there is neither a Module.symvers nor a module in it"))
        }
        None => of_modules(path, found.modules),
    }
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
    let text = unpack::unpacked(bytes).map_err(|error| modules::not_unpacked(path, &error))?;
    read_exports(path, text)
}

fn read_exports(path: &Path, text: Vec<u8>) -> Result<Exports> {
    Exports::read(&text.into()).map_err(|error| exports_error(path, error))
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

fn read_consolidated(path: &Path, text: &[u8], types: &mut Types) -> Result<Corpus> {
    Corpus::read_consolidated(types, text).map_err(|trouble| {
        let place = format!(":{}: ", trouble.line);
        let text = &trouble.text[..trouble.text.len().min(80)];
        let what = trouble.what.sentence();
        [path.as_os_str().as_bytes(), place.as_bytes(), &what, b": ", text].concat()
    })
}

fn read_corpus(
    top: &Path,
    files: Vec<PathBuf>,
    form: Form,
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
        let path = &files[file];
        let mut open = File::open(path).map_err(|error| io_error(path, &error))?;
        match form {
            Form::Symtypes => {
                open.read_to_end(buffer).map_err(|error| io_error(path, &error))?;
            }
            Form::Records => {
                let mut record = Vec::new();
                open.read_to_end(&mut record).map_err(|error| io_error(path, &error))?;
                abi_record::write_symtypes(&record, buffer).map_err(|bad| {
                    [path.as_os_str().as_bytes(), b":", bad.to_string().as_bytes()].concat()
                })?;
            }
        }
        progress.step();
        Ok(())
    };
    let mut corpus = Corpus::read(types, names, read).map_err(|error| match error {
        CorpusError::File(_, message) => message,
        CorpusError::Line(bad) => {
            let place = format!(":{}: this is no line of a .symtypes file: ", bad.line);
            let file = files[bad.file].as_os_str().as_bytes();
            [file, place.as_bytes(), &bad.text[..bad.text.len().min(80)]].concat()
        }
    })?;
    corpus.have_attributes = form == Form::Records;
    Ok(corpus)
}
