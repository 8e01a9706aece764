//! What a comparison wants of a release: its exports, its types, and its BTF, each from whatever it
//! is given as.

use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::btf::{self, Which};
use super::error::{Cause, Error, Result};
use super::given::{Given, Kind};
use super::limits::{Account, Kept, Limits};
use super::modules::{self, ModuleFile};
use super::packages::{Package, Packaged};
use super::progress::Progress;
use super::tree;
use super::types::{Form, TypesIn};
use super::{exports, files, images, installed, kept, kernel_file, names, unpack};
use crate::btf::{KernelBtf, ModuleBtf};
use crate::corpus::{Release, Types};
use crate::kernel::{Config, Exports, KernelModule};
use crate::module::Machine;

/// What was found at a path: its exports and BTF, and where its types are.
#[derive(Default)]
struct Found {
    path: PathBuf,
    limits: Limits,
    exports: Option<Exports>,
    types: TypesIn,
    btf: Option<KernelBtf>,
    /// What there is to say of the BTF.
    remark: Option<Vec<u8>>,
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

/// Reads two releases, with the best types that both have, and shows the progress.
pub(crate) fn read_both(
    paths: [&Path; 2],
    layouts: [Layouts<'_>; 2],
    (types, limits): (&mut Types, Limits),
    progress: &Progress,
) -> Result<Both> {
    progress.begin("reading kernels");
    // They need nothing of each other; only the types do.
    let find = |side: usize| {
        let given = Given::at(paths[side], limits.half())?;
        find(given, layouts[side], progress)
    };
    let [old, new] = [0, 1].map(|side| move || find(side));
    let (old, new) = rayon::join(old, new);
    let found = [old?, new?];
    let form = Form::of(found.iter().map(|it| &it.types));
    let remarks = found.iter().filter_map(|it| it.remark.clone()).collect();
    let [old, new] = found;
    progress.begin("reading OLD");
    let old = old.read_types(form, types, progress)?;
    progress.begin("reading NEW");
    let new = new.read_types(form, types, progress)?;
    Ok(Both { releases: [old, new], remarks })
}

/// Reads the release at `path`, with its types in this form, else in the best that it has.
pub(crate) fn read_quietly(
    path: &Path,
    form: Option<Form>,
    types: &mut Types,
    limits: Limits,
) -> Result<Release> {
    of_given(Given::at(path, limits)?, form, types)
}

/// The same of what was given.
pub(crate) fn of_given(given: Given, form: Option<Form>, types: &mut Types) -> Result<Release> {
    let progress = Progress::new(false);
    let found = find(given, Layouts::Unwanted, &progress)?;
    let form = form.unwrap_or_else(|| Form::of([&found.types].into_iter()));
    found.read_types(form, types, &progress)
}

/// Reads the modules at `paths`.
pub(crate) fn read_modules(paths: &[PathBuf], limits: Limits) -> Result<Vec<KernelModule>> {
    let take = modules::parsed(KernelModule::new);
    modules::read_all(paths, limits, &take)
}

/// What has something of a release.
const ACCEPTED: &[Kind] = &[
    Kind::Directory,
    Kind::Package(Package::Debian),
    Kind::Symvers,
    Kind::Kernel,
    Kind::Module,
    Kind::Btf,
    Kind::Consolidated,
    Kind::Symtypes,
    Kind::Record,
];

/// Reads the exports of what is at `path`, and its BTF, and finds its types.
fn find(given: Given, layouts: Layouts<'_>, progress: &Progress) -> Result<Found> {
    let wants_btf = matches!(layouts, Layouts::Own);
    let (path, limits) = (&*given.path.clone(), given.limits);
    let account = &mut Account::new(limits);
    let of_exports = |exports| Found { exports: Some(exports), ..Found::default() };
    let of_types = |types| Found { types, ..Found::default() };
    let mut found = match given.kind {
        Kind::Directory => in_directory(&installed::one(path)?, wants_btf, account, progress)?,
        Kind::Package(kind) => in_package((&given, kind), wants_btf, account, progress)?,
        Kind::Symvers => of_exports(exports::of_given(given)?),
        Kind::Kernel => {
            let kernel = given.kernel()?;
            let found = kernel_file::read(path, &kernel)?;
            kernel_file::loads_modules(path, &found, kernel.form)?;
            let kernel = KernelFile::of(path, &kernel, limits)?;
            of_kernel(path, None, kernel, (Vec::new(), false), (wants_btf, account))?
        }
        Kind::Module => {
            let name = names::of_module_alone(path.as_os_str().as_bytes());
            let module = ModuleFile { path, name: &name, bytes: &given.content()? };
            let module = modules::parsed(KernelModule::new)(Ok(module))?;
            of_exports(exports::of_modules(path, &[module], false)?)
        }
        Kind::Btf => {
            let mut found = Found::default();
            let btf = given.content()?.into_owned();
            found.take_btf_of(path, Some(btf), Vec::new(), (wants_btf, account))?;
            found
        }
        Kind::Consolidated => {
            of_types(TypesIn::Consolidated(path.to_owned(), given.into_content()?))
        }
        Kind::Record => {
            of_types(TypesIn::File(Form::Records, path.to_owned(), given.into_content()?))
        }
        Kind::Unknown if !given.is_called_symtypes() => return Err(given.refused(ACCEPTED)),
        Kind::Symtypes | Kind::Unknown => {
            of_types(TypesIn::File(Form::Symtypes, path.to_owned(), given.into_content()?))
        }
    };
    if let Layouts::Of(kernel) = layouts {
        found.take_btf(kernel, btf::read_kernel(kernel, None, Which::Exporting, limits)?);
    }
    Ok(Found { path: path.to_owned(), limits, ..found })
}

/// What is in a directory: its exports, its BTF, and where the files with types in it are.
fn in_directory(
    path: &Path,
    wants_btf: bool,
    account: &mut Account,
    progress: &Progress,
) -> Result<Found> {
    let limits = account.limits;
    let listed = tree::list(path)?;
    let kept = kept::in_directory(path)?;
    let dump = match (exports::in_directory(path, limits)?, &kept.symvers) {
        (None, Some(symvers)) => Some(exports::of_given(Given::found(symvers, limits)?)?),
        (dump, _) => dump,
    };
    let kernel = match wants_btf || dump.is_none() {
        true => KernelFile::in_directory(path, limits)?,
        false => KernelFile::default(),
    };
    let mut found = match dump {
        None => {
            let take = |file: Result<ModuleFile<'_>>| take(&file?, progress);
            let found = modules::in_directory(path, &listed.modules, account, &take)?;
            of_kernel(path, None, kernel, (found.modules, found.are_all), (wants_btf, account))?
        }
        Some(mut dump) => {
            // A build tree shows by its configuration what its modules are for.
            let config = files::read_found(&path.join(".config"), limits.text());
            let config = config.map(|text| Config::read(&text));
            dump.origin.machine = config.ok().and_then(|config| config.machine());
            let mut found = Found { exports: Some(dump), ..Found::default() };
            if wants_btf && kernel.btf.is_some() {
                let take = |file: Result<ModuleFile<'_>>| btf::of_module(&file?, Which::Exporting);
                match modules::in_directory(path, &listed.modules, account, &take) {
                    Ok(in_tree) => {
                        found.take_btf_of(path, kernel.btf, in_tree.modules, (true, account))?;
                    }
                    Err(error) if error.is_over_limit() => return Err(error),
                    Err(error) => found.remark = Some(unused(&error)),
                }
            }
            found
        }
    };
    found.types = types_in(path, listed, kept.symtypes, limits)?;
    if matches!(found.types, TypesIn::Nothing) && found.exports.is_none() {
        return Err(Cause::NoRelease.at(path));
    }
    Ok(found)
}

/// Where a directory has its types: in the files that lie there, else in one that is `kept`. A single
/// file may have those of all others.
fn types_in(
    top: &Path,
    listed: tree::Listed,
    kept: Option<PathBuf>,
    limits: Limits,
) -> Result<TypesIn> {
    let tree::Listed { symtypes, records, .. } = listed;
    let single = match &symtypes[..] {
        [] if records.is_empty() => kept,
        [only] => Some(only.clone()),
        _ => None,
    };
    if let Some(path) = single {
        if let Some(text) = kept::consolidated(&path, limits)? {
            return Ok(TypesIn::Consolidated(path, text));
        }
        if symtypes.is_empty() {
            let (top, symtypes) = (PathBuf::new(), vec![path]);
            return Ok(TypesIn::Files { top, symtypes, records });
        }
    }
    Ok(match symtypes.is_empty() && records.is_empty() {
        true => TypesIn::Nothing,
        false => TypesIn::Files { top: top.to_owned(), symtypes, records },
    })
}

/// What is in a package: the list of all exports, else those of the kernel and the modules in it;
/// and the BTF of these.
fn in_package(
    (given, kind): (&Given, Package),
    wants_btf: bool,
    account: &mut Account,
    progress: &Progress,
) -> Result<Found> {
    let (path, limits) = (&*given.path, account.limits);
    let is_wanted =
        |path: &[u8]| names::is_symvers(path) || names::is_kernel(path) || names::is_config(path);
    let take = |file: Result<ModuleFile<'_>>| take(&file?, progress);
    let (mut kernel, mut dump, mut machine) = (KernelFile::default(), None, None);
    let keep = |file: Packaged, _: &mut Account| {
        let place = names::place(path, &file.inside);
        if names::is_kernel(&file.inside) {
            let next = || KernelFile::read(&place, &file.bytes, limits);
            kernel = std::mem::take(&mut kernel).or(next)?;
        } else if names::is_symvers(&file.inside) {
            // The last one counts.
            dump = Some(exports::of_packed(&place, &file.bytes, limits));
        } else if machine.is_none() {
            machine = configured_machine(&place, &file.bytes, limits)?;
        }
        Ok(())
    };
    let modules = modules::in_package((given, kind), account, is_wanted, keep, &take)?;
    let dump = dump.transpose()?;
    // A kernel's modules may be in several packages.
    let mut found = of_kernel(path, dump, kernel, (modules, false), (wants_btf, account))?;
    let Some(exports) = &mut found.exports else { return Err(Cause::NoExports.at(path)) };
    // Headers show by their configuration what they are for.
    exports.origin.machine = exports.origin.machine.or(machine);
    Ok(found)
}

/// The machine that a configuration in a package is for.
fn configured_machine(place: &Path, packed: &[u8], limits: Limits) -> Result<Option<Machine>> {
    let text = unpack::unpack(packed, limits.text(), limits).map_err(Cause::packed(place))?;
    Ok(Config::read(&text).machine())
}

/// What is taken of each module: what it says, and its BTF if it exports something.
type Taken = (KernelModule, Option<ModuleBtf>);

impl Kept for Taken {
    fn kept(&self) -> u64 {
        self.0.kept() + self.1.kept()
    }
}

/// Takes it.
fn take(file: &ModuleFile<'_>, progress: &Progress) -> Result<Taken> {
    let module = modules::parsed(KernelModule::new)(Ok(*file))?;
    let btf = match module.exports.is_empty() {
        true => None,
        false => btf::of_module(file, Which::Exporting)?,
    };
    progress.expect(1);
    progress.step();
    Ok((module, btf))
}

/// What a kernel and its modules have, either of which may not be there; but of exports what a list
/// of them has, if there is one. With the modules stands whether they are all.
fn of_kernel(
    path: &Path,
    dump: Option<Exports>,
    kernel: KernelFile,
    (modules, are_all): (Vec<Taken>, bool),
    (wants_btf, account): (bool, &mut Account),
) -> Result<Found> {
    let (modules, btf): (Vec<_>, Vec<_>) = modules.into_iter().unzip();
    let all: Vec<KernelModule> = kernel.exports.into_iter().chain(modules).collect();
    let exports = match dump {
        None if all.is_empty() => None,
        None => Some(exports::of_modules(path, &all, are_all)?),
        Some(dump) => Some(dump),
    };
    let mut found = Found { exports, ..Found::default() };
    found.take_btf_of(path, kernel.btf, btf, (wants_btf, account))?;
    Ok(found)
}

/// What the file of a kernel itself has.
#[derive(Default)]
struct KernelFile {
    exports: Option<KernelModule>,
    btf: Option<Vec<u8>>,
}

impl KernelFile {
    /// Reads the file at `path`, as far as it can be read: a kernel is not what was asked for.
    ///
    /// # Errors
    /// It is over a limit.
    fn read(path: &Path, bytes: &[u8], limits: Limits) -> Result<KernelFile> {
        let kernel = images::unpack(bytes, limits.alone(), limits);
        match kernel.map_err(Cause::packed(path)) {
            Ok(kernel) => KernelFile::of(path, &kernel, limits),
            Err(error) => error.if_over_limit().map(|()| KernelFile::default()),
        }
    }

    /// The same of a kernel that is unpacked.
    fn of(path: &Path, kernel: &images::Kernel<'_>, limits: Limits) -> Result<KernelFile> {
        let found = kernel_file::read(path, kernel).ok().filter(|it| !it.exports.is_empty());
        let exports = found.map(|it| KernelModule::of_kernel(path.as_os_str().as_bytes(), &it));
        let btf = match btf::find(&kernel.bytes, limits) {
            Ok(found) => Some(found.btf),
            Err(cause) => cause.at(path).if_over_limit().map(|()| None)?,
        };
        Ok(KernelFile { exports, btf })
    }

    /// The one in a directory.
    ///
    /// # Errors
    /// A kernel is over a limit, or no regular file.
    fn in_directory(directory: &Path, limits: Limits) -> Result<KernelFile> {
        let paths = kernel_file::in_directory(directory);
        paths.iter().try_fold(KernelFile::default(), |best, path| {
            best.or(|| match files::read_found(path, limits.alone()) {
                Ok(bytes) => KernelFile::read(path, &bytes, limits),
                // Not everybody may read the kernel itself.
                Err(error) if error.raw_os_error().is_some() => Ok(KernelFile::default()),
                Err(error) => Err(Cause::io(path)(error)),
            })
        })
    }

    /// Of several files the first with BTF counts, else the first that is a kernel: this one, or the
    /// next one if there may be more in it.
    fn or(self, next: impl FnOnce() -> Result<KernelFile>) -> Result<KernelFile> {
        if self.btf.is_some() {
            return Ok(self);
        }
        let next = next()?;
        Ok(if next.btf.is_some() || self.exports.is_none() { next } else { self })
    }
}

impl Found {
    /// Takes the BTF of the kernel at `path`, and what there is to say of it.
    fn take_btf(&mut self, path: &Path, kernel: btf::Kernel) {
        self.remark = kernel.remark_of(path);
        self.btf = Some(kernel.btf);
    }

    /// Takes the BTF of a kernel and its modules, if it is wanted and can be read: that it is there
    /// is not what was asked for.
    fn take_btf_of(
        &mut self,
        path: &Path,
        kernel: Option<Vec<u8>>,
        modules: Vec<Option<ModuleBtf>>,
        (wants_btf, account): (bool, &mut Account),
    ) -> Result<()> {
        let Some(kernel) = kernel.filter(|_| wants_btf) else { return Ok(()) };
        account.keep(kernel.len() as u64).map_err(Cause::over(path))?;
        match btf::together(path, kernel, modules.into_iter().flatten().collect()) {
            Ok(kernel) => self.take_btf(path, kernel),
            Err(error) => self.remark = Some(unused(&error)),
        }
        Ok(())
    }

    /// Reads the types, too, and shows the progress.
    fn read_types(self, form: Form, types: &mut Types, progress: &Progress) -> Result<Release> {
        let corpus = self.types.read(self.limits, form, types, progress)?;
        let title = self.path.into_os_string().into_vec();
        Ok(Release { title, exports: self.exports, corpus, btf: self.btf })
    }
}

/// The remark about a release some BTF of which cannot be read.
fn unused(error: &Error) -> Vec<u8> {
    [&error.message(), &b"; its BTF is not used"[..]].concat()
}
