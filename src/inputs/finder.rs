//! Finds the pieces of a kernel in whatever is given: directories, packages and files, each of which
//! may have everything or one thing only.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::about::{About, Part};
use super::btf::{self, Which};
use super::depmod::Choice;
use super::dwarf::Object;
use super::error::{Cause, Error, Result};
use super::facts::{FILES, Facts, Row};
use super::files;
use super::given::{Given, Kind};
use super::image::Image;
use super::installed::Places;
use super::limits::{Account, Kept, Limits};
use super::modules::{self, ModuleFile};
use super::packages::{Package, Packaged};
use super::pieces::{ModulesIn, OwnModule, Pieces, Purpose};
use super::tree::More;
use super::types::{Form, TypesIn};
use super::{dwarf, exports, kept, names, tree, unpack};
use crate::kernel::{KernelModule, computed};

/// What has the exports of a kernel.
const OF_A_KERNEL: &[Kind] =
    &[Kind::Directory, Kind::Package(Package::Debian), Kind::Symvers, Kind::Kernel];

/// What has something that can be compared.
const OF_A_RELEASE: &[Kind] = &[
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

/// How many modules that are replaced are named.
const FEW: usize = 5;

/// One of the kernel's own modules, or the file of one that is not there.
enum Own {
    Module(OwnModule),
    /// The file is empty, or behind its link there is none: nothing comes of it, for `modprobe` neither.
    Absent(Error),
}

impl Kept for Own {
    fn kept(&self) -> u64 {
        match self {
            Own::Module(module) => module.kept(),
            Own::Absent(error) => error.path.as_os_str().len() as u64,
        }
    }
}

/// What is taken of one of the kernel's own modules.
fn own_module(file: Result<ModuleFile<'_>>, wants_btf: bool) -> Result<Own> {
    let file = match file {
        Ok(file) => file,
        Err(error) if error.is_absent() => return Ok(Own::Absent(error)),
        Err(error) => return Err(error),
    };
    let module = modules::parsed(KernelModule::new)(Ok(file))?;
    let btf = match wants_btf && !module.exports.is_empty() {
        true => btf::of_module(&file, Which::Exporting)?,
        false => None,
    };
    Ok(Own::Module(OwnModule { module, btf }))
}

impl Pieces<'_> {
    /// Adds what was given, which must be of the same kernel as what was added before.
    ///
    /// # Errors
    /// It cannot be read, is nothing of a kernel, or of another one.
    pub(super) fn add(&mut self, given: Given) -> Result<()> {
        self.given.push(given.path.clone());
        self.add_piece(given)
    }

    fn add_piece(&mut self, given: Given) -> Result<()> {
        let path = given.path.clone();
        match given.kind {
            Kind::Directory => self.add_directory(&path)?,
            Kind::Package(kind) => self.add_package(&given, kind)?,
            _ => self.add_file(given)?,
        }
        self.end_piece(&path)
    }

    /// Adds a directory: headers, a build, installed modules, a root, a `boot`, or types.
    pub(super) fn add_directory(&mut self, directory: &Path) -> Result<()> {
        let places = Places::of(directory)?;
        for folder in places.folders() {
            self.files_in(&folder)?;
        }
        if let Some(release) = &places.release {
            for boot in places.boots() {
                self.files_of_release(&boot, release)?;
            }
        }
        self.facts.release.of_name =
            self.facts.release.of_name.take().or_else(|| places.release.clone());
        self.kept_in(&places)?;
        self.images(&places.images())?;
        let is_installed = places.tree.is_some();
        let directory = places.modules().to_owned();
        let roots = if is_installed { places.roots() } else { Vec::new() };
        self.modules_in.push(ModulesIn { directory, is_installed, roots });
        Ok(())
    }

    /// The files that SUSE keeps beside the sources, and the types below a directory.
    fn kept_in(&mut self, places: &Places) -> Result<()> {
        let kept = kept::in_directory(&places.top)?;
        if let (None, Some(symvers)) = (&self.facts.list, &kept.symvers) {
            self.file_at(symvers, Facts::take_symvers)?;
        }
        if self.purpose != Purpose::Check {
            let listed = tree::list(places.modules())?;
            let types = types_in(places.modules(), listed, kept.symtypes, self.limits())?;
            self.take_types(types);
        }
        Ok(())
    }

    /// Takes types; those that come first count.
    fn take_types(&mut self, types: TypesIn) {
        if matches!(self.types, TypesIn::Nothing) {
            self.types = types;
        }
    }

    /// Takes an object, whose debugging information may have the types of its exports.
    fn take_object(&mut self, object: Given) -> Result<()> {
        let is_wanted = matches!(self.types, TypesIn::Nothing | TypesIn::Objects(_));
        if !is_wanted {
            return Ok(());
        }
        let object = Object::new(object, &mut self.account)?;
        match &mut self.types {
            TypesIn::Objects(objects) => objects.push(object),
            _ => self.types = TypesIn::Objects(vec![object]),
        }
        Ok(())
    }

    /// Reads files that may be the kernel itself, until nothing more can come of them.
    ///
    /// # Errors
    /// One is over a limit, or no regular file.
    fn images(&mut self, paths: &[PathBuf]) -> Result<()> {
        let (wants_btf, limits) = (self.purpose.wants_btf(), self.limits());
        for path in paths {
            if self.image.is_enough(wants_btf) || !self.misses_image() {
                break;
            }
            let image = match files::read_found(path, limits.alone()) {
                Ok(bytes) => Image::read(path, &bytes, wants_btf, limits)?,
                // Not everybody may read the kernel itself.
                Err(error) if error.raw_os_error().is_some() => {
                    Image::not_read(Cause::io(path)(error))?
                }
                Err(error) => return Err(Cause::io(path)(error)),
            };
            self.take_image(image);
        }
        Ok(())
    }

    /// The files in a `boot` that are named after a release.
    fn files_of_release(&mut self, boot: &Path, release: &[u8]) -> Result<()> {
        let at = |start: &str, end: &str| {
            let name = [start.as_bytes(), release, end.as_bytes()].concat();
            boot.join(OsStr::from_bytes(&name))
        };
        self.file_at(&at("config-", ""), Facts::take_config)?;
        for end in ["", ".gz", ".xz", ".zst"] {
            self.file_at(&at("symvers-", end), Facts::take_symvers)?;
        }
        Ok(())
    }

    /// The files of a directory that say something of the kernel.
    fn files_in(&mut self, directory: &Path) -> Result<()> {
        for row in FILES {
            for end in row.names {
                self.file_at(&directory.join(end), row.take)?;
            }
        }
        Ok(())
    }

    /// A file, if it is there.
    pub(super) fn file_at(
        &mut self,
        path: &Path,
        take: fn(&mut Facts, &Path, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let limits = self.limits();
        let bytes = match files::read_found(path, limits.text()) {
            Ok(bytes) => bytes,
            Err(error) if is_not_there(error.kind()) => return Ok(()),
            Err(error) => return Err(Cause::io(path)(error)),
        };
        let text = unpack::unpack(&bytes, limits.text(), limits).map_err(Cause::packed(path))?;
        take(&mut self.facts, path, &text)
    }

    /// Adds a file that is given itself.
    fn add_file(&mut self, given: Given) -> Result<()> {
        let path = given.path.clone();
        let is_check = self.purpose == Purpose::Check;
        match given.kind {
            Kind::Symvers => {
                // All names of exports are parts of the text, which is not copied.
                if self.facts.list.is_none() {
                    self.facts.list = Some(exports::of_given(given)?);
                }
                // What lies beside it is of the same kernel.
                match path.parent().filter(|it| it.join("include/generated").is_dir()) {
                    Some(folder) => self.files_in(folder),
                    None => Ok(()),
                }
            }
            Kind::Kernel => {
                self.add_kernel(&given)?;
                // Of both, BTF is what takes less.
                if self.purpose.wants_btf() && self.image.btf.is_none() {
                    self.take_object(given)?;
                }
                Ok(())
            }
            Kind::Module if is_check => self.add_kernel(&given),
            Kind::Unknown if given.is_called_config() => {
                self.facts.take_config(&path, &given.content()?)
            }
            _ if is_check => Err(given.refused(OF_A_KERNEL)),
            Kind::Module => {
                let name = names::of_module_alone(path.as_os_str().as_bytes());
                let file = ModuleFile { path: &path, name: &name, bytes: &given.content()? };
                let mut module = modules::parsed(KernelModule::new)(Ok(file))?;
                let is_linked = module.struct_size.is_some();
                if !is_linked && module.exports.is_empty() {
                    module.exports = computed(&name, dwarf::exports_of(&given)?);
                }
                self.modules.push(OwnModule { module, btf: None });
                self.take_object(given)
            }
            Kind::Btf => {
                let btf = Some(given.content()?.into_owned());
                self.take_image(Image { btf, ..Image::default() });
                Ok(())
            }
            Kind::Consolidated => {
                let types = TypesIn::Consolidated(path, given.into_content()?);
                self.take_types(types);
                Ok(())
            }
            Kind::Record => {
                self.take_types(TypesIn::File(Form::Records, path, given.into_content()?));
                Ok(())
            }
            Kind::Unknown if !given.is_called_symtypes() => Err(given.refused(OF_A_RELEASE)),
            Kind::Symtypes | Kind::Unknown => {
                self.take_types(TypesIn::File(Form::Symtypes, path, given.into_content()?));
                Ok(())
            }
            Kind::Directory | Kind::Package(_) => Err(given.refused(OF_A_RELEASE)),
        }
    }

    /// Adds the file of a kernel, which must have exports.
    fn add_kernel(&mut self, given: &Given) -> Result<()> {
        let (limits, wants_btf) = (self.limits(), self.purpose.wants_btf());
        let mut image = Image::of(&given.path, &given.kernel()?, wants_btf, limits)?;
        match image.unread.take() {
            Some(error) => Err(error),
            None => {
                self.take_image(image);
                Ok(())
            }
        }
    }

    /// Adds what is in a package. Images are not kept, but what they say.
    fn add_package(&mut self, given: &Given, kind: Package) -> Result<()> {
        let path = &*given.path;
        let limits = self.limits();
        let (wants_btf, progress) = (self.purpose.wants_btf(), self.progress);
        let is_wanted = |path: &[u8]| Row::of(path).is_some() || names::is_kernel(path);
        let (mut files, mut images) = (Vec::new(), Image::default());
        let mut releases = BTreeSet::new();
        // If the kernel itself has all that is asked for, what follows it and the configuration is not
        // missed, but for one module, which shows more of the kernel than these.
        let wanted = self.wanted.as_ref();
        let exports_all = |image: &Image| wanted.is_some_and(|wanted| image.has_all(wanted));
        let mut has_all = exports_all(&self.image);
        let mut has_config = !self.configuration().is_empty();
        let more = |is_enough: bool| if is_enough { More::Module } else { More::All };
        let from_start = more(has_all && has_config);
        let keep = |file: Packaged, account: &mut Account| {
            let place = names::place(path, &file.inside);
            releases.extend(names::release_of(&file.inside).map(<[u8]>::to_owned));
            if names::is_kernel(&file.inside) {
                if !images.is_enough(wants_btf) {
                    images.add(Image::read(&place, &file.bytes, wants_btf, limits)?);
                    has_all |= exports_all(&images);
                    has_config |= !images.config.is_empty();
                }
            } else {
                has_config |= names::is_config(&file.inside);
                account.keep(file.bytes.len() as u64).map_err(Cause::over(&place))?;
                files.push(file);
            }
            Ok(more(has_all && has_config))
        };
        let take = |file: Result<ModuleFile<'_>>| {
            progress.expect(1);
            progress.step();
            own_module(file, wants_btf)
        };
        let account = &mut self.account;
        let package = (given, kind);
        let found = modules::in_package(package, account, is_wanted, (from_start, keep), &take)?;
        let rows = files.iter().filter_map(|file| Some((Row::of(&file.inside)?, file)));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|((_, rank), _)| *rank);
        for ((row, _), file) in rows {
            let place = names::place(path, &file.inside);
            let content = unpack::unpack(&file.bytes, limits.text(), limits);
            (row.take)(&mut self.facts, &place, &content.map_err(Cause::packed(&place))?)?;
        }
        let has_image = images.release.is_some() || images.unread.is_some();
        self.take_image(images);
        let first = self.modules.len();
        self.take_own(found);
        let inside = |module: &OwnModule| {
            let place = &module.module.path;
            let inside = place.get(path.as_os_str().len() + 1..)?;
            names::release_of(inside).map(<[u8]>::to_owned)
        };
        releases.extend(self.modules[first..].iter().filter_map(inside));
        self.take_named(path, releases)?;
        let about = About::read(kind, given.package(), limits).unwrap_or_default();
        self.by_package = self.by_package.take().or_else(|| about.release());
        let is_empty = files.is_empty() && !has_image && self.modules.len() == first;
        self.packages.push((path.to_owned(), about.clone()));
        match is_empty {
            true => self.add_beside(path, &about),
            false => Ok(()),
        }
    }

    /// Adds the packages that an empty one depends on, as far as they lie beside it.
    fn add_beside(&mut self, path: &Path, about: &About) -> Result<()> {
        self.end_piece(path)?;
        for path in about.all_beside(path) {
            if self.packages.iter().all(|(known, _)| *known != path) {
                self.add_piece(Given::found(&path, self.limits())?)?;
            }
        }
        Ok(())
    }

    /// Remarks what of a kernel is not in its packages.
    fn remark_missing(&mut self) {
        let [.., (path, about)] = &self.packages[..] else { return };
        let (has_kernel, has_modules) = (self.image.exports.is_some(), !self.modules.is_empty());
        let words = match (has_kernel, has_modules) {
            (true, false) => {
                let other = about.sibling(Part::Modules);
                format!("it has the kernel itself and no modules; what these export is in {other}")
            }
            (false, true) => {
                let other = about.sibling(Part::Kernel);
                format!(
                    "it has modules and not the kernel itself; what that exports is in {other}, and here only \
                     what these modules import is known"
                )
            }
            _ => return,
        };
        let words = format!(": {words}");
        self.remarks.push([path.as_os_str().as_bytes(), words.as_bytes()].concat());
    }

    /// Takes modules, and remarks which are not there.
    fn take_own(&mut self, found: Vec<Own>) {
        let mut absent = Vec::new();
        for own in found {
            match own {
                Own::Module(module) => self.modules.push(module),
                Own::Absent(error) => absent.push(error),
            }
        }
        let more = match absent.len() {
            0 | 1 => String::new(),
            count => format!("; so are {} more", count - 1),
        };
        if let Some(first) = absent.into_iter().next() {
            let place = first.path.as_os_str().as_bytes();
            let words = ": this module is empty or a link to nothing, and exports nothing";
            self.remarks.push([place, words.as_bytes(), more.as_bytes()].concat());
            self.absent.get_or_insert(first);
        }
    }

    /// Reads what only now is known to be missed, and remarks what could not be read.
    ///
    /// # Errors
    /// A module cannot be read, or is over a limit.
    pub(super) fn finish(&mut self) -> Result<()> {
        let has_btf = self.purpose.wants_btf() && self.image.btf.is_some();
        let needs_all = self.facts.list.is_none() || has_btf;
        for tree in std::mem::take(&mut self.modules_in) {
            if !needs_all {
                if self.purpose == Purpose::Check {
                    self.first_module(&tree.directory)?;
                }
                continue;
            }
            match self.all_modules(&tree) {
                // With a list they are only there for their BTF.
                Err(error) if self.facts.list.is_some() && !error.is_over_limit() => {
                    self.remark_unused(&error, "its BTF is not used");
                    self.image.btf = None;
                }
                read => read?,
            }
        }
        let has_others = self.facts.list.is_some() || !self.modules.is_empty();
        if let Some(error) = self.image.unread.take_if(|_| has_others && !has_btf) {
            self.remark_unused(&error, "what else was given is used without it");
        }
        if self.facts.list.is_none() {
            self.remark_missing();
        }
        Ok(())
    }

    /// All modules in a directory, but for those that others replace.
    fn all_modules(&mut self, of: &ModulesIn) -> Result<()> {
        let directory = &*of.directory;
        let mut files = tree::list(directory)?.modules;
        if of.is_installed {
            self.drop_replaced(of, &mut files)?;
        }
        let (wants_btf, progress) = (self.purpose.wants_btf(), self.progress);
        progress.expect(files.len());
        let take = |file: Result<ModuleFile<'_>>| {
            progress.step();
            own_module(file, wants_btf)
        };
        let found = modules::in_directory(directory, &files, &mut self.account, &take)?;
        let has_any = !found.modules.is_empty();
        self.are_all |= has_any && (found.are_all || of.is_installed);
        self.take_own(found.modules);
        Ok(())
    }

    /// Drops the modules of an installed kernel that others of the same name replace, and remarks which.
    fn drop_replaced(&mut self, of: &ModulesIn, files: &mut Vec<PathBuf>) -> Result<()> {
        let choice = Choice::of(&of.directory, &of.roots, self.limits())?;
        let inside = |path: &PathBuf| {
            let inside = path.strip_prefix(&of.directory).unwrap_or(path);
            inside.as_os_str().as_bytes().to_owned()
        };
        let paths: Vec<Vec<u8>> = files.iter().map(inside).collect();
        let replaced = choice.replaced(paths.iter().map(Vec::as_slice));
        for &(old, new) in replaced.iter().take(FEW) {
            let path = files[old].as_os_str().as_bytes();
            let words =
                b": modprobe loads another module of this name, and this one does not count: ";
            self.remarks.push([path, &words[..], &paths[new]].concat());
        }
        if replaced.len() > FEW {
            let words = format!(": {} more modules are replaced by others", replaced.len() - FEW);
            self.remarks.push([of.directory.as_os_str().as_bytes(), words.as_bytes()].concat());
        }
        let mut number = 0;
        files.retain(|_| {
            number += 1;
            replaced.binary_search_by_key(&(number - 1), |(old, _)| *old).is_err()
        });
        Ok(())
    }

    /// The first module in a directory, which shows more of the kernel than its files do.
    ///
    /// # Errors
    /// It is over a limit.
    fn first_module(&mut self, directory: &Path) -> Result<()> {
        let Some(first) = modules::find_first(directory) else { return Ok(()) };
        let take = |file: Result<ModuleFile<'_>>| own_module(file, false);
        match modules::read_found(&first, self.limits(), &take) {
            Ok(found) => self.take_own(vec![found]),
            Err(error) => error.if_over_limit()?,
        }
        Ok(())
    }
}

/// Whether a file that is asked for is not there.
fn is_not_there(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory)
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
