//! What a release is given as, told by its content: a directory with `.symtypes` files and a
//! `Module.symvers`, or with modules; one such file, compressed or not, also a consolidated one; a
//! package of a kernel; or a kernel itself. What has a kernel in it may have BTF, too.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use walkdir::WalkDir;

use super::btf::Which;
use super::modules::{ModuleFile, Modules, Result, io_error, said_of};
use super::progress::Progress;
use super::{btf, files, kernel_file, modules, packages, unpack};
use crate::abi_diff::StableList;
use crate::btf::{Btf, KernelBtf, ModuleBtf};
use crate::corpus::{Corpus, ReadError as CorpusError, Release, Types};
use crate::elf::NotReadable;
use crate::formats::abi_record::{self, UNKNOWN_MODEL};
use crate::formats::consolidated::is_consolidated;
use crate::kernel::Config;
use crate::kernel::{Exports, KernelModule, ReadError as ExportsError};
use crate::layout::data_model::{DataModel, data_model};
use crate::module::{Machine, Module, ReadError};

/// What was found at a path: its exports, and where its types are.
#[derive(Default)]
struct Found {
    path: PathBuf,
    exports: Option<Exports>,
    types: TypesIn,
    btf: Option<KernelBtf>,
    /// What there is to say of the BTF.
    remark: Option<Vec<u8>>,
}

/// Where a release has its types.
#[derive(Default)]
enum TypesIn {
    /// Nowhere.
    #[default]
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
pub(crate) enum Form {
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

/// Two releases, and what there is to say of them.
pub(crate) struct Both {
    /// OLD and NEW.
    pub(crate) releases: [Release; 2],
    /// What is to be said before the comparison.
    pub(crate) remarks: Vec<Vec<u8>>,
}

/// How a release's layouts are wanted.
#[derive(Clone, Copy)]
pub(crate) enum Layouts<'a> {
    /// Not at all.
    Unwanted,
    /// By the BTF that it has itself, if any.
    Own,
    /// By the BTF of the kernel that this is.
    Of(&'a Path),
}

/// Reads two releases, with the best types that both have, and tells how far it has come.
pub(crate) fn read_both(
    paths: [&Path; 2],
    layouts: [Layouts<'_>; 2],
    types: &mut Types,
    progress: &Progress,
) -> Result<Both> {
    progress.begin("reading kernels");
    // They need nothing of each other; only the types do.
    let [old, new] = [0, 1].map(|side| move || find(paths[side], layouts[side], progress));
    let (old, new) = rayon::join(old, new);
    let found = [old?, new?];
    let form = Form::of(&found);
    let remarks = found.iter().filter_map(|it| it.remark.clone()).collect();
    let [old, new] = found;
    progress.begin("reading OLD");
    let old = old.read_types(form, types, progress)?;
    progress.begin("reading NEW");
    let new = new.read_types(form, types, progress)?;
    Ok(Both { releases: [old, new], remarks })
}

/// Reads the release at `path`, with its types in this form, else in the best that it has.
pub(crate) fn read_quietly(path: &Path, form: Option<Form>, types: &mut Types) -> Result<Release> {
    let progress = Progress::new(false);
    let found = find(path, Layouts::Unwanted, &progress)?;
    let form = form.unwrap_or_else(|| Form::of(std::slice::from_ref(&found)));
    found.read_types(form, types, &progress)
}

/// Reads the exports of what is at `path`, and its BTF, and finds its types.
fn find(path: &Path, layouts: Layouts<'_>, progress: &Progress) -> Result<Found> {
    let is_own = matches!(layouts, Layouts::Own);
    let is_directory = fs::metadata(path).map_err(|error| io_error(path, &error))?.is_dir();
    let mut found = match is_directory {
        true => read_directory(path, is_own, progress)?,
        false => read_file(path, is_own, progress)?,
    };
    if let Layouts::Of(kernel) = layouts {
        let kernel_found = btf::read_kernel(kernel, None, Which::Exporting)?;
        found.take_btf(kernel, kernel_found);
    }
    Ok(Found { path: path.to_owned(), ..found })
}

/// What is taken of each module: what it says, and its BTF if it exports something.
fn take(file: &ModuleFile<'_>, progress: &Progress) -> Result<(KernelModule, Option<ModuleBtf>)> {
    let module = modules::parsed(KernelModule::new)(file)?;
    let btf = match module.exports.is_empty() {
        true => None,
        false => btf::of_module(file, Which::Exporting)?,
    };
    progress.expect(1);
    progress.step();
    Ok((module, btf))
}

/// What the file of a kernel itself tells.
#[derive(Default)]
struct KernelFile {
    exports: Option<KernelModule>,
    btf: Option<Vec<u8>>,
}

impl KernelFile {
    /// Reads the file at `path`, as far as it can be read: a kernel is not what was asked for.
    fn read(path: &Path, bytes: &[u8]) -> KernelFile {
        let Ok(bytes) = unpack::unpack_kernel(bytes) else { return KernelFile::default() };
        let kernel = kernel_file::read(path, &bytes);
        let exports = kernel.map(|it| KernelModule::of_kernel(path.as_os_str().as_bytes(), &it));
        let btf = btf::find(&bytes).map(|found| found.btf);
        KernelFile { exports: exports.ok(), btf: btf.ok() }
    }

    /// Of several files the first with BTF, else the first that is a kernel.
    fn best(files: impl Iterator<Item = KernelFile>) -> KernelFile {
        let mut best = KernelFile::default();
        for file in files {
            if file.btf.is_some() {
                return file;
            }
            best = if best.exports.is_some() { best } else { file };
        }
        best
    }
}

/// Reads a file.
fn read_file(path: &Path, wants_btf: bool, progress: &Progress) -> Result<Found> {
    let of_exports = |exports| Found { exports: Some(exports), ..Found::default() };
    let of_types = |types| Found { types, ..Found::default() };
    let bytes = fs::read(path).map_err(|error| io_error(path, &error))?;
    if let Some(kind) = packages::kind(&bytes) {
        return read_package(path, kind, &bytes, wants_btf, progress);
    }
    let text =
        unpack::unpack_kernel(&bytes).map_err(|error| modules::not_unpacked(path, &error))?;
    if text.starts_with(b"0x") {
        return Ok(of_exports(read_exports(path, text.into_owned())?));
    }
    if text.starts_with(b"\x7fELF") {
        if let Err(ReadError::Object(NotReadable::NotRelocatable)) = Module::read(&text) {
            kernel_file::read(path, &text)?;
            let no_modules = Modules { modules: Vec::new(), are_all: false };
            return of_kernel(path, None, KernelFile::read(path, &text), no_modules, wants_btf);
        }
        let name = modules::module_name_alone(path.as_os_str().as_bytes());
        let module = modules::read(path, &text, &name, &modules::parsed(KernelModule::new))?;
        return Ok(of_exports(of_modules(path, &[module], false)?));
    }
    if Btf::is_begun(&text) {
        let mut found = Found::default();
        found.take_btf_of(path, Some(text.into_owned()), Vec::new(), wants_btf);
        return Ok(found);
    }
    if is_consolidated(&text) {
        return Ok(of_types(TypesIn::Consolidated(text.into_owned())));
    }
    if text.len() != bytes.len() {
        let words = "what is compressed in it is neither Module.symvers nor consolidated types nor \
                     a module nor a kernel";
        return Err(said_of(path, words));
    }
    let mut files = Files { symtypes: Vec::new(), records: Vec::new() };
    let form = if abi_record::is_begun(&text) { &mut files.records } else { &mut files.symtypes };
    form.push(path.to_owned());
    Ok(of_types(TypesIn::Files(PathBuf::new(), files)))
}

impl Found {
    /// Takes the BTF of the kernel at `path`, and what there is to say of it.
    fn take_btf(&mut self, path: &Path, kernel: btf::Kernel) {
        self.btf = Some(kernel.btf);
        self.remark =
            kernel.remark.map(|words| [path.as_os_str().as_bytes(), b": ", &words].concat());
    }

    /// Takes the BTF of a kernel and its modules, if it is wanted and can be read: that it is there
    /// is not what was asked for.
    fn take_btf_of(
        &mut self,
        path: &Path,
        kernel: Option<Vec<u8>>,
        modules: Vec<Option<ModuleBtf>>,
        wants_btf: bool,
    ) {
        let Some(kernel) = kernel.filter(|_| wants_btf) else { return };
        match btf::together(path, kernel, modules.into_iter().flatten().collect()) {
            Ok(kernel) => self.take_btf(path, kernel),
            Err(message) => self.remark = Some(unused(message)),
        }
    }

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
        Ok(Release { title, exports: self.exports, corpus, btf: self.btf })
    }
}

/// What is said of a release some BTF of which cannot be read.
fn unused(message: Vec<u8>) -> Vec<u8> {
    [&message, &b"; its BTF is not used"[..]].concat()
}

/// Reads a directory: its exports, its BTF, and where the files with types in it are.
fn read_directory(path: &Path, wants_btf: bool, progress: &Progress) -> Result<Found> {
    let files = files_with_types(path)?;
    let dump = read_dump(path)?;
    let mut kernel = KernelFile::default();
    if wants_btf || dump.is_none() {
        let candidates = kernel_file::in_directory(path);
        let maps = candidates.iter().filter_map(|it| Some((it, files::map(it).ok()?)));
        kernel =
            KernelFile::best(maps.map(|(it, map)| KernelFile::read(it, &map.bytes[..map.size])));
    }
    let mut found = match dump {
        None => {
            let modules = modules::read_directory(path, &|file| take(file, progress))?;
            of_kernel(path, None, kernel, modules, wants_btf)?
        }
        Some(mut dump) => {
            // A build tree tells by its configuration what its modules are for.
            let config = fs::read(path.join(".config")).map(|text| Config::read(&text));
            dump.origin.machine = config.ok().and_then(|config| config.machine());
            let mut found = Found { exports: Some(dump), ..Found::default() };
            if wants_btf && kernel.btf.is_some() {
                let take = |file: &ModuleFile<'_>| btf::of_module(file, Which::Exporting);
                match modules::read_directory(path, &take) {
                    Ok(found_in) => found.take_btf_of(path, kernel.btf, found_in.modules, true),
                    Err(message) => found.remark = Some(unused(message)),
                }
            }
            found
        }
    };
    if files.symtypes.is_empty() && files.records.is_empty() && found.exports.is_none() {
        let words = "there is neither a Module.symvers nor a .symtypes file nor a module in it";
        return Err(said_of(path, words));
    }
    found.types = TypesIn::Files(path.to_owned(), files);
    Ok(found)
}

/// The files with types in a directory.
fn files_with_types(path: &Path) -> Result<Files> {
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
    Ok(files)
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

/// Reads a package: the list of all exports, else those of the kernel and the modules in it; and
/// the BTF of these.
fn read_package(
    path: &Path,
    kind: packages::Package,
    bytes: &[u8],
    wants_btf: bool,
    progress: &Progress,
) -> Result<Found> {
    let is_wanted = |path: &[u8]| modules::is_symvers(path) || kernel_file::is_kernel(path);
    let package =
        modules::read_package(path, kind, bytes, is_wanted, &|file| take(file, progress))?;
    let kernels = package.files.iter().filter(|(inside, _)| kernel_file::is_kernel(inside));
    let kernels = kernels.map(|(inside, it)| KernelFile::read(&modules::place(path, inside), it));
    let kernel = KernelFile::best(kernels);
    let mut dumps = package.files.iter().filter(|(inside, _)| modules::is_symvers(inside));
    let dump = dumps.next_back().map(|(inside, content)| {
        let place = modules::place(path, inside);
        let text = unpack::unpack(content);
        let text = text.map_err(|error| modules::not_unpacked(&place, &error))?;
        read_exports(&place, text.into_owned())
    });
    let found = of_kernel(path, dump.transpose()?, kernel, package.modules, wants_btf)?;
    if found.exports.is_none() {
        return Err(said_of(path, "there is neither a Module.symvers nor a module in it"));
    }
    Ok(found)
}

/// What a kernel and its modules tell, either of which may not be there; but of exports what a list
/// of them tells, if there is one.
fn of_kernel(
    path: &Path,
    dump: Option<Exports>,
    kernel: KernelFile,
    found: Modules<(KernelModule, Option<ModuleBtf>)>,
    wants_btf: bool,
) -> Result<Found> {
    let (modules, btf): (Vec<_>, Vec<_>) = found.modules.into_iter().unzip();
    let all: Vec<KernelModule> = kernel.exports.into_iter().chain(modules).collect();
    let exports = match dump {
        None if all.is_empty() => None,
        None => Some(of_modules(path, &all, found.are_all)?),
        Some(dump) => Some(dump),
    };
    let mut found = Found { exports, ..Found::default() };
    found.take_btf_of(path, kernel.btf, btf, wants_btf);
    Ok(found)
}

/// The exports of modules.
fn of_modules(path: &Path, modules: &[KernelModule], are_all: bool) -> Result<Exports> {
    Exports::of_modules(modules, are_all).map_err(|error| exports_error(path, error))
}

/// Reads the modules at `paths`.
pub(crate) fn read_modules(paths: &[PathBuf]) -> Result<Vec<KernelModule>> {
    let modules: Result<Vec<Vec<KernelModule>>> = paths
        .par_iter()
        .map(|path| modules::read_any(path, &modules::parsed(KernelModule::new)))
        .collect();
    Ok(modules?.into_iter().flatten().collect())
}

/// Reads a stable list.
pub(crate) fn read_list(path: &Path) -> Result<StableList> {
    let text = fs::read(path).map_err(|error| io_error(path, &error))?;
    StableList::read(path.as_os_str().as_bytes(), &text).map_err(|bad| {
        let place = format!(":{}: this is no symbol and no [section]: ", bad.line);
        let text = bad.text[..bad.text.len().min(80)].escape_ascii().to_string();
        [path.as_os_str().as_bytes(), place.as_bytes(), text.as_bytes()].concat()
    })
}

/// Reads a `Module.symvers`.
pub(crate) fn read_symvers(path: &Path) -> Result<Exports> {
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
            let said = |(path, machine): &(Vec<u8>, Machine)| {
                [path, format!(" is for {machine}").as_bytes()].concat()
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

/// The data model that a record names.
fn recorded_model(path: &Path, models: &[&[u8]]) -> Result<Option<&'static DataModel>> {
    let known = models.iter().filter(|model| **model != UNKNOWN_MODEL.as_bytes());
    let known: Vec<&[u8]> = known.copied().collect();
    match known[..] {
        [] => Ok(None),
        [name] => data_model(name).map(Some).ok_or_else(|| {
            let name = String::from_utf8_lossy(name);
            said_of(path, &format!("the data model {name} is not known"))
        }),
        [one, other, ..] => {
            let [one, other] = [one, other].map(String::from_utf8_lossy);
            let words = format!("objects for {one} and for {other} are in one record");
            Err(said_of(path, &words))
        }
    }
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
        let mut model = None;
        let mut open = File::open(path).map_err(|error| io_error(path, &error))?;
        match form {
            Form::Symtypes => {
                open.read_to_end(buffer).map_err(|error| io_error(path, &error))?;
            }
            Form::Records => {
                let mut record = Vec::new();
                open.read_to_end(&mut record).map_err(|error| io_error(path, &error))?;
                let models = abi_record::write_symtypes(&record, buffer).map_err(|bad| {
                    [path.as_os_str().as_bytes(), b":", bad.to_string().as_bytes()].concat()
                })?;
                model = recorded_model(path, &models)?;
            }
        }
        progress.step();
        Ok(model)
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
