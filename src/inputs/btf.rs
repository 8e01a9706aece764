//! BTF, wherever it is: raw as in `/sys/kernel/btf`, in a linked kernel or a module, in the image
//! that boots, or in the package of a kernel; compressed or not.
//!
//! [`find`] finds one file's, [`read_kernel`] that of a kernel and its modules, in `search`.

mod search;

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::error::{Cause, Result};
use super::given::{Given, Kind};
use super::limits::{Bounded, Kept, Limits, Share};
use super::modules::ModuleFile;
use super::packages::{Package, Packaged};
use super::{images, names, packages, unpack};
use crate::btf::{Btf, ImageSearch, KernelBtf, ModuleBtf};
use crate::elf::{self, has_sections};
use crate::module::kernel_name;

pub(crate) use search::of_given;
pub use search::read_kernel;

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
