//! BTF, wherever it is: raw as in `/sys/kernel/btf`, in a linked kernel or a module, in the image
//! that boots, or in the package of a kernel; compressed or not.
//!
//! [`find`] finds one file's, [`read_kernel`] that of a kernel and its modules.

use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::files::{self, reason};
use super::kernel_file::{self, is_kernel};
use super::modules::{self, ModuleFile, Result, io_error, module_name_alone, said_of};
use super::{packages, unpack};
use crate::btf::{BadBtf, Btf, KernelBtf, ModuleBtf, next_in_image};
use crate::elf::{self, is_elf};
use crate::module::kernel_name;

/// The BTF of a kernel or a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The BTF itself.
    pub btf: Vec<u8>,
    /// What a module's goes on from, where the module brings that itself.
    pub base: Option<Vec<u8>>,
}

/// How large an image may be when unpacked.
const MOST: usize = 1 << 30;

/// How much of an image is unpacked at a time.
const STEP: u64 = 1 << 20;

/// How many places in an image are looked at that only begin as BTF does.
const MOST_TRIES: usize = 64;

/// Why there is none, to be put behind the file's name.
type Refusal = String;

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
    /// Which modules are left out, and why, to be put behind the file's name.
    pub remark: Option<Vec<u8>>,
}

/// Finds the BTF in the file at `path`.
///
/// # Errors
/// A message with the path: the file cannot be read or unpacked, or there is none in it.
pub fn read(path: &Path) -> Result<Found> {
    let found = match files::map(path) {
        Ok(map) => find(&map.bytes[..map.size]),
        // Files below /sys cannot be mapped.
        Err(_) => find(&std::fs::read(path).map_err(|error| io_error(path, &error))?),
    };
    found.map_err(|refusal| said_of(path, &refusal))
}

/// Finds the BTF in the content of a file.
///
/// # Errors
/// Why there is none, to be put behind the file's name and a colon.
pub fn find(bytes: &[u8]) -> std::result::Result<Found, Refusal> {
    if Btf::is_begun(bytes) {
        Ok(Found { btf: bytes.to_vec(), base: None })
    } else if is_elf(bytes) {
        in_elf(bytes)
    } else if let Some(kind) = packages::kind(bytes) {
        in_package(kind, bytes)
    } else if let Some(payload) = unpack::kernel_payload(bytes) {
        in_image(unpack::reader(payload).map_err(not_unpacked)?)
    } else if !unpack::is_compressed(bytes) {
        in_image(bytes)
    } else {
        let mut unpacked = unpack::reader(bytes).map_err(not_unpacked)?;
        let mut first = Vec::new();
        unpacked.by_ref().take(STEP).read_to_end(&mut first).map_err(not_unpacked)?;
        if is_elf(&first) {
            in_elf(&unpack::unpack(bytes).map_err(not_unpacked)?)
        } else {
            in_image(first.chain(unpacked))
        }
    }
}

/// What is said of a file that cannot be unpacked.
fn not_unpacked(error: io::Error) -> Refusal {
    format!("it cannot be unpacked ({})", reason(&error).0)
}

/// What is said of an ELF file that ends too early.
const DAMAGED: &str = "this ELF file is cut off or damaged";

/// The sections of a linked kernel or a module.
fn in_elf(bytes: &[u8]) -> std::result::Result<Found, Refusal> {
    let section = |name| elf::named_section(bytes, name).map_err(|_| DAMAGED.to_owned());
    match section(b".BTF")? {
        Some(btf) => {
            Ok(Found { btf: btf.to_vec(), base: section(b".BTF.base")?.map(<[u8]>::to_vec) })
        }
        None => Err("there is no BTF in it (CONFIG_DEBUG_INFO_BTF)".to_owned()),
    }
}

/// What is said of a directory or a package without one.
const NO_KERNEL: &str = "there is no kernel in it";

/// The first kernel in a package that has BTF.
fn in_package(kind: packages::Package, bytes: &[u8]) -> std::result::Result<Found, Refusal> {
    let mut found = Err(NO_KERNEL.to_owned());
    let walked = packages::walk(kind, bytes, is_kernel, |_, content| {
        if found.is_err() {
            found = find(&content);
        }
        Ok(())
    });
    walked.map_err(not_unpacked)?;
    found
}

/// The kernel's own BTF in an image, unpacked only as far as it takes. There may be a table of
/// sections, but it stands at the end.
fn in_image(mut unpacked: impl Read) -> std::result::Result<Found, Refusal> {
    let mut image = Vec::new();
    let (mut start, mut tries, mut is_whole) = (0, 0, false);
    while tries < MOST_TRIES {
        let place = next_in_image(&image, start);
        let is_there = place.as_ref().is_some_and(|place| place.end <= image.len());
        if !is_there && !is_whole {
            // All but what may be the beginning of a header has been looked at.
            let looked_at = image.len().saturating_sub(Btf::HEADER);
            start = place.map_or(looked_at, |place| place.start);
            let step = unpacked.by_ref().take(STEP).read_to_end(&mut image);
            is_whole = step.map_err(not_unpacked)? == 0;
            if image.len() > MOST {
                return Err("it is too large when unpacked".to_owned());
            }
            continue;
        }
        let Some(place) = place else { break };
        start = place.start + 1;
        tries += 1;
        if let Some(btf) = image.get(place)
            && Btf::parse(btf).is_ok_and(|btf| btf.is_kernels())
        {
            return Ok(Found { btf: btf.to_vec(), base: None });
        }
    }
    Err("there is no BTF of a kernel in it".to_owned())
}

/// Finds the BTF of the kernel that `path` is, and that of its modules: a directory, a package, or
/// one file of those that [`find`] knows. That of a module alone goes on from the kernel's in the
/// file at `base`, which counts before any other.
///
/// Of a directory, the kernel is the first of `kernel_file::in_directory` that has BTF; of a
/// package, the first one in it.
///
/// # Errors
/// A message with the path: it cannot be read, or there is no BTF of a kernel in it.
pub fn read_kernel(path: &Path, base: Option<&Path>, which: Which) -> Result<Kernel> {
    let base = base.map(|base| {
        let Found { btf, .. } = read(base)?;
        Btf::parse(&btf).map_err(|bad| said_of(base, &bad.to_string()))?;
        Ok::<_, Vec<u8>>(btf)
    });
    let base = base.transpose()?;
    if fs::metadata(path).map_err(|error| io_error(path, &error))?.is_dir() {
        return kernel_in_directory(path, base, which);
    }
    let bytes = fs::read(path).map_err(|error| io_error(path, &error))?;
    let take = |file: &ModuleFile<'_>| of_module(file, which);
    if let Some(kind) = packages::kind(&bytes) {
        let package = modules::read_package(path, kind, &bytes, is_kernel, &take)?;
        let mut kernel = base.ok_or_else(|| NO_KERNEL.to_owned());
        for (_, content) in &package.files {
            kernel = kernel.or_else(|_| Ok(find(content)?.btf));
        }
        let kernel = kernel.map_err(|refusal: Refusal| said_of(path, &refusal))?;
        return together(path, kernel, package.modules.modules.into_iter().flatten().collect());
    }
    let Found { btf, base: own_base } = find(&bytes).map_err(|refusal| said_of(path, &refusal))?;
    if own_base.is_none() && !matches!(Btf::parse(&btf), Err(BadBtf::NoBase)) {
        return together(path, btf, Vec::new());
    }
    let has_kernel = own_base.is_none();
    let words = "this is a module, whose BTF goes on from its kernel's, which is not here \
                 (`modversions layout` takes that by --btf-base)";
    let kernel = own_base.or(base).ok_or_else(|| said_of(path, words))?;
    let name = kernel_name(&module_name_alone(path.as_os_str().as_bytes()));
    let kernel = together(path, kernel, vec![ModuleBtf { name, btf }])?;
    match kernel.remark {
        Some(remark) => Err([path.as_os_str().as_bytes(), b": ", &remark].concat()),
        None => Ok(Kernel { has_kernel, ..kernel }),
    }
}

/// The kernel in a directory, and the modules in it.
fn kernel_in_directory(directory: &Path, base: Option<Vec<u8>>, which: Which) -> Result<Kernel> {
    let mut kernel = base.ok_or_else(|| said_of(directory, NO_KERNEL));
    for path in kernel_file::in_directory(directory) {
        kernel = kernel.or_else(|_| Ok(read(&path)?.btf));
    }
    let found = modules::read_directory(directory, &|file| of_module(file, which))?;
    let mut modules: Vec<ModuleBtf> = found.modules.into_iter().flatten().collect();
    modules.extend(raw_modules(directory));
    together(directory, kernel?, modules)
}

/// The modules in a directory like `/sys/kernel/btf`, where each has a file with its name.
fn raw_modules(directory: &Path) -> Vec<ModuleBtf> {
    let is_begun = |path: &Path| {
        let mut head = Vec::new();
        let file = fs::File::open(path)
            .and_then(|file| file.take(Btf::HEADER as u64).read_to_end(&mut head));
        file.is_ok() && Btf::is_begun(&head)
    };
    let mut files = kernel_file::entries(directory);
    files.retain(|path| !is_kernel(path.as_os_str().as_bytes()) && path.is_file());
    let raw = files.iter().filter(|path| is_begun(path)).filter_map(|path| {
        Some(ModuleBtf {
            name: kernel_name(path.as_os_str().as_bytes()),
            btf: fs::read(path).ok()?,
        })
    });
    raw.collect()
}

/// The section that a module has if it exports something.
const EXPORTS: &[u8] = b"__ksymtab_strings";

/// The BTF of a module that goes on from its kernel's; none if it has none, or is not wanted. What a
/// module that was built apart has goes on from something else.
///
/// # Errors
/// A message with the path: the file is damaged.
pub(crate) fn of_module(file: &ModuleFile<'_>, which: Which) -> Result<Option<ModuleBtf>> {
    let section = |name| {
        elf::named_section(file.bytes, name)
            .map_err(|_| [file.path, b": ", DAMAGED.as_bytes()].concat())
    };
    if which == Which::Exporting && section(EXPORTS)?.is_none() || section(b".BTF.base")?.is_some()
    {
        return Ok(None);
    }
    let btf = section(b".BTF")?.map(<[u8]>::to_vec);
    Ok(btf.map(|btf| ModuleBtf { name: kernel_name(file.name), btf }))
}

/// How many modules are named in a remark.
const FEW: usize = 5;

/// The BTF of a kernel and of those of its modules that fit. `path` is where they were found.
///
/// # Errors
/// A message with the path: the kernel's cannot be read.
pub(crate) fn together(path: &Path, kernel: Vec<u8>, modules: Vec<ModuleBtf>) -> Result<Kernel> {
    let (btf, misfits) =
        KernelBtf::new(kernel, modules).map_err(|bad| said_of(path, &bad.to_string()))?;
    let told =
        misfits.iter().map(|(name, bad)| format!("{} ({bad})", String::from_utf8_lossy(name)));
    let told: Vec<String> = told.collect();
    let remark = (!told.is_empty()).then(|| {
        let more = match told.len().saturating_sub(FEW) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let named = told[..told.len().min(FEW)].join(", ");
        let words = "the BTF of these modules does not fit the kernel's and is left out";
        format!("{words}: {named}{more}").into_bytes()
    });
    Ok(Kernel { btf, has_kernel: true, remark })
}
