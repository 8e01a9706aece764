//! The BTF of a kernel and its modules, in whatever and however many things the kernel is given as.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::{Found, Kernel, Which, find, in_given, of_module, read, together};
use crate::btf::{BadBtf, Btf, ModuleBtf};
use crate::inputs::about::About;
use crate::inputs::error::{Cause, Error, Result};
use crate::inputs::given::{Given, Kind};
use crate::inputs::limits::{Account, Kept, Limits};
use crate::inputs::modules::{self, ModuleFile};
use crate::inputs::packages::{Package, Packaged};
use crate::inputs::tree::More;
use crate::inputs::{files, given, installed, kernel_file, names, tree};
use crate::module::kernel_name;

/// That the types of modules were not looked at.
const ALONE: &str = "only the kernel itself was read, which has what was asked for (--modules reads its modules, \
    too)";

/// Finds the BTF of the kernel that `path` is, and that of its modules: a directory, a package, or
/// one file of those that [`find`] knows. That of a module alone goes on from the kernel's in the
/// file at `base`, which counts before any other.
///
/// Of a directory, the kernel is the first of `Places::images` that has BTF; of a
/// package, the first one in it.
///
/// # Errors
/// It cannot be read, or there is no BTF of a kernel in it.
pub fn read_kernel(
    path: &Path,
    base: Option<&Path>,
    which: Which,
    limits: Limits,
) -> Result<Kernel> {
    of_given(&[Given::at(path, limits)?], base, which, &|_| false)
}

/// The same of all pieces of one kernel that were given. Of packages, the modules are not unpacked if
/// the kernel's own BTF is enough, nor what follows in later pieces.
pub(crate) fn of_given(
    given: &[Given],
    base: Option<&Path>,
    which: Which,
    is_enough: &dyn Fn(&Kernel) -> bool,
) -> Result<Kernel> {
    let limits = given.first().map_or_else(Limits::default, |given| given.limits);
    let base = base.map(|base| {
        let Found { btf, .. } = read(base, limits)?;
        Btf::parse(&btf).map_err(|bad| Cause::Btf(bad).at(base))?;
        Ok(btf)
    });
    let base = base.transpose()?;
    if let [only] = given
        && !matches!(only.kind, Kind::Directory | Kind::Package(_))
    {
        return in_file(&only.path, in_given(only)?, base);
    }
    let place = given::title(given);
    let kernel = base.ok_or_else(|| Cause::NoKernelFile.at(&place));
    let mut search = Search {
        which,
        is_enough,
        account: Account::new(limits),
        place,
        kernel,
        modules: Vec::new(),
        enough: None,
        releases: Vec::new(),
    };
    search.consider();
    for given in given {
        search.add(given)?;
        if search.enough.is_some() {
            break;
        }
    }
    search.end()
}

/// What is taken of a module in a package.
struct PackagedModule {
    /// The release that its folder is named after.
    release: Option<Vec<u8>>,
    btf: Option<ModuleBtf>,
}

impl Kept for PackagedModule {
    fn kept(&self) -> u64 {
        self.btf.kept()
    }
}

/// What is found of a kernel, piece by piece.
struct Search<'s> {
    which: Which,
    is_enough: &'s dyn Fn(&Kernel) -> bool,
    account: Account,
    /// What was given, or where in it the kernel lies.
    place: PathBuf,
    /// The first BTF of a kernel; else why the last thing that may have one has none.
    kernel: Result<Vec<u8>>,
    modules: Vec<ModuleBtf>,
    /// The kernel alone, if that is all that is wanted.
    enough: Option<Kernel>,
    /// The releases of the pieces before, each with its place.
    releases: Vec<(PathBuf, Vec<u8>)>,
}

impl Search<'_> {
    fn limits(&self) -> Limits {
        self.account.limits
    }

    /// Whether something that may be the kernel has to be looked at.
    fn misses_kernel(&self) -> bool {
        matches!(&self.kernel, Err(error) if !error.is_over_limit())
    }

    /// Takes what was found where the kernel may be, and considers whether that is enough. What is wrong
    /// with it is said where all is read.
    fn take(&mut self, found: Result<Found>) {
        self.kernel = found.map(|found| found.btf);
        self.consider();
    }

    fn consider(&mut self) {
        let Ok(kernel) = &self.kernel else { return };
        let alone = together(&self.place, kernel.clone(), Vec::new()).ok();
        let alone = alone.filter(|it| (self.is_enough)(it));
        self.enough = alone.map(|it| Kernel { remark: Some(ALONE.to_owned()), ..it });
    }

    /// Adds a piece, which must be of the same kernel as those before.
    fn add(&mut self, given: &Given) -> Result<()> {
        match given.kind {
            Kind::Directory => self.add_directory(&given.path),
            Kind::Package(kind) => self.add_package(given, kind),
            _ => self.add_file(given),
        }
    }

    fn add_directory(&mut self, path: &Path) -> Result<()> {
        let places = installed::Places::of(path)?;
        self.add_release(path, places.release.clone())?;
        let top = &*places.top;
        if let Err(Error { path, cause: Cause::NoKernelFile }) = &mut self.kernel {
            top.clone_into(path);
        }
        for kernel in places.images() {
            if self.misses_kernel() {
                let found = Given::found(&kernel, self.limits()).and_then(|it| in_given(&it));
                self.kernel = found.map(|found| found.btf);
            }
        }
        let files = tree::list(places.modules())?.modules;
        let which = self.which;
        let take = |file: Result<ModuleFile<'_>>| of_module(&file?, which);
        let found = modules::in_directory(places.modules(), &files, &mut self.account, &take)?;
        self.modules.extend(found.modules.into_iter().flatten());
        self.modules.extend(raw_modules(top, &mut self.account)?);
        Ok(())
    }

    fn add_package(&mut self, given: &Given, kind: Package) -> Result<()> {
        if !self.is_empty(given, kind)? {
            return Ok(());
        }
        let about = About::read(kind, given.package(), self.limits()).unwrap_or_default();
        // An empty package stands for those that it depends on.
        for path in about.all_beside(&given.path) {
            let given = Given::found(&path, self.limits())?;
            if let Kind::Package(kind) = given.kind {
                self.is_empty(&given, kind)?;
            }
            if self.enough.is_some() {
                break;
            }
        }
        let others = about.others();
        if let Err(error) = &mut self.kernel
            && matches!(error.cause, Cause::NoKernelFile)
            && !others.is_empty()
        {
            *error = Cause::OtherPackages(others).at(&given.path);
        }
        Ok(())
    }

    /// Adds what is in a package. Whether nothing is.
    fn is_empty(&mut self, given: &Given, kind: Package) -> Result<bool> {
        let (path, limits, which) = (&*given.path, self.limits(), self.which);
        let mut account = std::mem::replace(&mut self.account, Account::new(limits));
        let mut releases = BTreeSet::new();
        let keep = |file: Packaged, _: &mut Account| {
            releases.extend(names::release_of(&file.inside).map(<[u8]>::to_owned));
            if self.misses_kernel() {
                let place = names::place(path, &file.inside);
                self.take(find(&file.bytes, limits).map_err(|cause| cause.at(&place)));
            }
            Ok(if self.enough.is_some() { More::Nothing } else { More::All })
        };
        let take = |file: Result<ModuleFile<'_>>| {
            let file = file?;
            let inside = file.path.as_os_str().as_bytes().get(path.as_os_str().len() + 1..);
            let release = inside.and_then(names::release_of).map(<[u8]>::to_owned);
            Ok(PackagedModule { release, btf: of_module(&file, which)? })
        };
        let (package, keep) = ((given, kind), (More::All, keep));
        let found = modules::in_package(package, &mut account, names::is_kernel, keep, &take);
        self.account = account;
        let found = found?;
        releases.extend(found.iter().filter_map(|it| it.release.clone()));
        if releases.len() > 1 {
            let releases = releases.iter().map(|it| String::from_utf8_lossy(it).into_owned());
            return Err(Cause::Several(releases.collect()).at(path));
        }
        self.add_release(path, releases.into_iter().next())?;
        let before = self.modules.len();
        self.modules.extend(found.into_iter().filter_map(|it| it.btf));
        Ok(self.kernel.is_err() && self.modules.len() == before)
    }

    /// Adds a file: a kernel's, or a module's.
    fn add_file(&mut self, given: &Given) -> Result<()> {
        let found = in_given(given)?;
        let is_split = matches!(Btf::parse(&found.btf), Err(BadBtf::NoBase));
        if found.base.is_some() || is_split {
            self.account.keep(found.btf.len() as u64).map_err(Cause::over(&given.path))?;
            self.modules.push(ModuleBtf { name: module_name(&given.path), btf: found.btf });
        } else if self.misses_kernel() {
            self.take(Ok(found));
        }
        Ok(())
    }

    /// Takes the release of a piece, if it is known.
    ///
    /// # Errors
    /// It is of another one than those before.
    fn add_release(&mut self, path: &Path, release: Option<Vec<u8>>) -> Result<()> {
        let Some(release) = release else { return Ok(()) };
        if let Some((first, other)) = self.releases.iter().find(|(_, other)| *other != release) {
            let [release, other] = [&release, other].map(|it| String::from_utf8_lossy(it).into());
            return Err(Cause::OtherKernel(release, other, first.clone()).at(path));
        }
        self.releases.push((path.to_owned(), release));
        Ok(())
    }

    /// All that was found.
    fn end(mut self) -> Result<Kernel> {
        if let Some(enough) = self.enough {
            return Ok(enough);
        }
        let kernel = self.kernel?;
        self.account.keep(kernel.len() as u64).map_err(Cause::over(&self.place))?;
        together(&self.place, kernel, self.modules)
    }
}

/// The BTF of a single file: a kernel's, or a module's with what it is split from.
fn in_file(path: &Path, found: Found, base: Option<Vec<u8>>) -> Result<Kernel> {
    let Found { btf, base: own_base } = found;
    if own_base.is_none() && !matches!(Btf::parse(&btf), Err(BadBtf::NoBase)) {
        return together(path, btf, Vec::new());
    }
    let has_kernel = own_base.is_none();
    let kernel = own_base.or(base).ok_or_else(|| Cause::SplitBtf.at(path))?;
    let module = ModuleBtf { name: module_name(path), btf };
    let kernel = together(path, kernel, vec![module])?;
    match kernel.remark {
        Some(remark) => Err(Cause::Misfits(remark).at(path)),
        None => Ok(Kernel { has_kernel, ..kernel }),
    }
}

/// What a module that is given alone is called.
fn module_name(path: &Path) -> Vec<u8> {
    kernel_name(&names::of_module_alone(path.as_os_str().as_bytes())).into_owned()
}

/// The modules in a directory like `/sys/kernel/btf`, where each has a file with its name.
///
/// # Errors
/// Together they are over a limit.
fn raw_modules(directory: &Path, account: &mut Account) -> Result<Vec<ModuleBtf>> {
    let mut paths = kernel_file::entries(directory);
    paths.retain(|path| !names::is_kernel(path.as_os_str().as_bytes()));
    let mut modules = Vec::new();
    for path in paths {
        let Some(btf) = raw(&path, account.limits) else { continue };
        account.keep(btf.len() as u64).map_err(Cause::over(&path))?;
        let name = kernel_name(path.as_os_str().as_bytes()).into_owned();
        modules.push(ModuleBtf { name, btf });
    }
    Ok(modules)
}

/// The BTF that a file is alone.
fn raw(path: &Path, limits: Limits) -> Option<Vec<u8>> {
    let opened = files::found(path).ok()?;
    let is_begun = Btf::is_begun(&opened.head(Btf::HEADER as u64).ok()?);
    let bytes = is_begun.then(|| opened.read(limits.alone()))?;
    Some(bytes.ok()?.to_vec())
}
