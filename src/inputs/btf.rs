//! BTF, wherever it is: raw as in `/sys/kernel/btf`, in a linked kernel or a module, in the image
//! that boots, or in the package of a kernel; compressed or not.
//!
//! [`find`] finds one file's, [`read_kernel`] that of a kernel and its modules.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::about::About;
use super::error::{Cause, Error, Result};
use super::given::{Given, Kind};
use super::limits::{Account, Bounded, Kept, Limits, Share};
use super::modules::{self, ModuleFile};
use super::packages::{Package, Packaged};
use super::tree::More;
use super::{files, images, installed, kernel_file, names, packages, tree, unpack};
use crate::btf::{BadBtf, Btf, ImageSearch, KernelBtf, ModuleBtf};
use crate::elf::{self, has_sections};
use crate::module::kernel_name;

/// The BTF of a kernel or a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The BTF itself.
    pub btf: Vec<u8>,
    /// What a module's goes on from, where the module brings that itself.
    pub base: Option<Vec<u8>>,
}

/// How much of an image is unpacked at a time.
const STEP: u64 = 1 << 20;

/// Which modules' BTF is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// That of all.
    All,
    /// That of those which export something.
    Exporting,
}

/// The BTF of a kernel and its modules, and what there is to say of it.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// The BTF.
    pub btf: KernelBtf,
    /// Whether the kernel's own is whole. That which a module brings itself only has what the
    /// module needs, and mostly the names.
    pub has_kernel: bool,
    /// Which modules are left out, and why: to stand after the file's name.
    pub remark: Option<String>,
}

impl Kernel {
    /// The remark, about the file or directory at `path`.
    pub fn remark_of(&self, path: &Path) -> Option<Vec<u8>> {
        let words = self.remark.as_ref()?;
        Some([path.as_os_str().as_bytes(), b": ", words.as_bytes()].concat())
    }
}

/// Finds the BTF in the file at `path`.
///
/// # Errors
/// The file cannot be read or unpacked, or there is none in it.
pub fn read(path: &Path, limits: Limits) -> Result<Found> {
    in_given(&Given::file(path, limits)?)
}

/// Finds the BTF in a file.
fn in_given(given: &Given) -> Result<Found> {
    match given.kind {
        Kind::Package(kind) => in_package(given, kind),
        kind => find_of(kind, given.bytes(), given.limits).map_err(|cause| cause.at(&given.path)),
    }
}

/// Finds the BTF in the content of a file, which is not looked for in packages.
///
/// # Errors
/// It cannot be unpacked, or there is none in it.
pub fn find(bytes: &[u8], limits: Limits) -> std::result::Result<Found, Cause> {
    find_of(Kind::of(bytes, limits), bytes, limits)
}

/// Finds the BTF in the content of a file of this kind.
fn find_of(kind: Kind, bytes: &[u8], limits: Limits) -> std::result::Result<Found, Cause> {
    match kind {
        Kind::Btf if Btf::is_begun(bytes) => Ok(Found { btf: bytes.to_vec(), base: None }),
        Kind::Kernel => in_kernel(bytes, limits),
        Kind::Module => {
            let unpacked = unpack::unpack(bytes, limits.alone(), limits);
            in_elf(&unpacked.map_err(Cause::not_unpacked)?)
        }
        Kind::Package(_) => Err(Cause::NoKernelFile),
        // Whatever else it is, there may be BTF inside.
        _ => in_unpacked(bytes, unpack::reader(bytes, limits), limits),
    }
}

/// A kernel: an image may have an ELF file in it, or not, and is unpacked only as far as it takes.
fn in_kernel(bytes: &[u8], limits: Limits) -> std::result::Result<Found, Cause> {
    if has_sections(bytes)
        && let Ok(found) = in_elf(bytes)
    {
        return Ok(found);
    }
    if images::is_wrapped(bytes) {
        return in_unpacked(bytes, images::reader(bytes, limits), limits);
    }
    let kernel = images::unpack(bytes, limits.alone(), limits).map_err(Cause::not_unpacked)?;
    match has_sections(&kernel.bytes) {
        true => in_elf(&kernel.bytes),
        false => in_image(&kernel.bytes[..]),
    }
}

/// The sections of a linked kernel or a module.
fn in_elf(bytes: &[u8]) -> std::result::Result<Found, Cause> {
    let section = |name| elf::named_section(bytes, name).map_err(|_| Cause::DamagedElf);
    let btf = section(b".BTF")?.ok_or(Cause::NoBtf)?.to_vec();
    Ok(Found { btf, base: section(b".BTF.base")?.map(<[u8]>::to_vec) })
}

/// The first kernel in a package that has BTF.
fn in_package(given: &Given, kind: Package) -> Result<Found> {
    let path = &*given.path;
    let mut found = Err(Cause::NoKernelFile.at(path));
    packages::walk((path, kind), given.package(), given.limits, names::is_kernel, |file| {
        look_in(&mut found, path, &file, given.limits);
        Ok(if found.is_ok() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    found
}

/// Looks for BTF in a kernel of a package, if there was none in those before it.
fn look_in(found: &mut Result<Found>, package: &Path, file: &Packaged, limits: Limits) {
    if matches!(found, Err(error) if !error.is_over_limit()) {
        let place = names::place(package, &file.inside);
        *found = find(&file.bytes, limits).map_err(|cause| cause.at(&place));
    }
}

/// The kernel's own BTF in what `packed` unpacks to. Together they are held.
fn in_unpacked(
    packed: &[u8],
    unpacked: io::Result<impl Read>,
    limits: Limits,
) -> std::result::Result<Found, Cause> {
    let (used, unpacked) = (packed.len() as u64, unpacked.map_err(Cause::not_unpacked)?);
    in_image(Bounded::after(used, unpacked, Share::Unpacked, limits.alone()))
}

/// The kernel's own BTF in an image, unpacked only as far as it takes. There may be a table of
/// sections, but it stands at the end.
fn in_image(mut unpacked: impl Read) -> std::result::Result<Found, Cause> {
    let mut image = Vec::new();
    let (mut search, mut is_whole) = (ImageSearch::default(), false);
    loop {
        if let Some(place) = search.find(&image, is_whole) {
            return Ok(Found { btf: image[place].to_vec(), base: None });
        }
        if is_whole {
            return Err(Cause::NoBtfInImage);
        }
        let step = unpacked.by_ref().take(STEP).read_to_end(&mut image);
        is_whole = step.map_err(Cause::not_unpacked)? == 0;
    }
}

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
    of_given(&Given::at(path, limits)?, base, which, &|_| false)
}

/// The same of what was given. Of a package, the modules are not unpacked if the kernel's own BTF is
/// enough.
pub(crate) fn of_given(
    given: &Given,
    base: Option<&Path>,
    which: Which,
    is_enough: &dyn Fn(&Kernel) -> bool,
) -> Result<Kernel> {
    let (path, limits) = (&*given.path, given.limits);
    let base = base.map(|base| {
        let Found { btf, .. } = read(base, limits)?;
        Btf::parse(&btf).map_err(|bad| Cause::Btf(bad).at(base))?;
        Ok(btf)
    });
    let base = base.transpose()?;
    let account = &mut Account::new(limits);
    let take = |file: Result<ModuleFile<'_>>| of_module(&file?, which);
    // The kernel alone, if that is enough; what is wrong with it is said where all is read.
    let alone = |path: &Path, kernel: &[u8]| {
        let alone = together(path, kernel.to_owned(), Vec::new()).ok();
        let alone = alone.filter(|it| is_enough(it))?;
        Some(Kernel { remark: Some(ALONE.to_owned()), ..alone })
    };
    match given.kind {
        Kind::Directory => {
            let places = installed::Places::of(path)?;
            let (path, modules) = (&*places.top, places.modules());
            let kernels = places.images();
            let read = |it: &PathBuf| in_given(&Given::found(it, limits)?);
            let kernel = first(base, path, kernels.iter().map(read));
            let files = tree::list(modules)?.modules;
            let found = modules::in_directory(modules, &files, account, &take)?;
            let modules = found.modules.into_iter().flatten().chain(raw_modules(path, account)?);
            let kernel = kernel?;
            account.keep(kernel.len() as u64).map_err(Cause::over(path))?;
            together(path, kernel, modules.collect())
        }
        Kind::Package(kind) => {
            let base = base.map(|btf| Found { btf, base: None });
            let mut kernel = base.ok_or_else(|| Cause::NoKernelFile.at(path));
            let mut enough = kernel.as_ref().ok().and_then(|kernel| alone(path, &kernel.btf));
            let mut modules = Vec::new();
            let mut read = |given: &Given, kind: Package| {
                let keep = |file: Packaged, _: &mut Account| {
                    look_in(&mut kernel, &given.path, &file, limits);
                    enough = kernel.as_ref().ok().and_then(|kernel| alone(path, &kernel.btf));
                    Ok(if enough.is_some() { More::Nothing } else { More::All })
                };
                let (package, keep) = ((given, kind), (More::All, keep));
                let found = modules::in_package(package, account, names::is_kernel, keep, &take)?;
                modules.extend(found.into_iter().flatten());
                Ok::<_, Error>((kernel.is_err() && modules.is_empty(), enough.is_some()))
            };
            let (is_empty, _) = read(given, kind)?;
            if is_empty && let Some(about) = About::read(kind, given.package(), limits) {
                // An empty package stands for those that it depends on.
                for path in about.all_beside(path) {
                    let given = Given::found(&path, limits)?;
                    if let Kind::Package(kind) = given.kind
                        && read(&given, kind)?.1
                    {
                        break;
                    }
                }
                let others = about.others();
                if let Err(error) = &mut kernel
                    && matches!(error.cause, Cause::NoKernelFile)
                    && !others.is_empty()
                {
                    error.cause = Cause::OtherPackages(others);
                }
            }
            if let Some(enough) = enough {
                return Ok(enough);
            }
            let kernel = kernel?.btf;
            account.keep(kernel.len() as u64).map_err(Cause::over(path))?;
            together(path, kernel, modules)
        }
        _ => in_file(path, in_given(given)?, base),
    }
}

/// The first BTF of a kernel; else why the last has none.
fn first(
    base: Option<Vec<u8>>,
    path: &Path,
    mut kernels: impl Iterator<Item = Result<Found>>,
) -> Result<Vec<u8>> {
    let mut first = base.ok_or_else(|| Cause::NoKernelFile.at(path));
    while matches!(&first, Err(error) if !error.is_over_limit())
        && let Some(kernel) = kernels.next()
    {
        first = kernel.map(|found| found.btf);
    }
    first
}

/// The BTF of a single file: a kernel's, or a module's with what it is split from.
fn in_file(path: &Path, found: Found, base: Option<Vec<u8>>) -> Result<Kernel> {
    let Found { btf, base: own_base } = found;
    if own_base.is_none() && !matches!(Btf::parse(&btf), Err(BadBtf::NoBase)) {
        return together(path, btf, Vec::new());
    }
    let has_kernel = own_base.is_none();
    let kernel = own_base.or(base).ok_or_else(|| Cause::SplitBtf.at(path))?;
    let name = kernel_name(&names::of_module_alone(path.as_os_str().as_bytes())).into_owned();
    let kernel = together(path, kernel, vec![ModuleBtf { name, btf }])?;
    match kernel.remark {
        Some(remark) => Err(Cause::Misfits(remark).at(path)),
        None => Ok(Kernel { has_kernel, ..kernel }),
    }
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

impl Kept for ModuleBtf {
    fn kept(&self) -> u64 {
        (self.name.len() + self.btf.len()) as u64
    }
}

/// The section that a module has if it exports something.
const EXPORTS: &[u8] = b"__ksymtab_strings";

/// The BTF of a module that goes on from its kernel's; none if it has none, or is not wanted. What a
/// module that was built apart has goes on from something else.
///
/// # Errors
/// The file is damaged.
pub(crate) fn of_module(file: &ModuleFile<'_>, which: Which) -> Result<Option<ModuleBtf>> {
    let section =
        |name| elf::named_section(file.bytes, name).map_err(|_| Cause::DamagedElf.at(file.path));
    if which == Which::Exporting && section(EXPORTS)?.is_none() || section(b".BTF.base")?.is_some()
    {
        return Ok(None);
    }
    let btf = section(b".BTF")?.map(<[u8]>::to_vec);
    Ok(btf.map(|btf| ModuleBtf { name: kernel_name(file.name).into_owned(), btf }))
}

/// That the types of modules were not looked at.
const ALONE: &str = "only the kernel itself was read, which has what was asked for (--modules reads its modules, \
    too)";

/// How many modules are named in a remark.
const FEW: usize = 5;

/// The BTF of a kernel and of those of its modules that fit. `path` is where they were found.
///
/// # Errors
/// The kernel's cannot be read.
pub(crate) fn together(path: &Path, kernel: Vec<u8>, modules: Vec<ModuleBtf>) -> Result<Kernel> {
    let (btf, misfits) = KernelBtf::new(kernel, modules).map_err(|bad| Cause::Btf(bad).at(path))?;
    let named =
        misfits.iter().map(|(name, bad)| format!("{} ({bad})", String::from_utf8_lossy(name)));
    let named: Vec<String> = named.collect();
    let remark = (!named.is_empty()).then(|| {
        let more = match named.len().saturating_sub(FEW) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let named = named[..named.len().min(FEW)].join(", ");
        let words = "the BTF of these modules does not match the kernel's and is ignored";
        format!("{words}: {named}{more}")
    });
    Ok(Kernel { btf, has_kernel: true, remark })
}
