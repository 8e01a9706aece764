//! BTF, wherever it is: raw as in `/sys/kernel/btf`, in a linked kernel or a module, in the image
//! that boots, or in the package of a kernel; compressed or not.

use std::io::{self, Read};
use std::path::Path;

use super::files::{self, reason};
use super::modules::{io_error, said_of};
use super::{packages, unpack};
use crate::btf::{Btf, next_in_image};
use crate::elf::{self, is_elf};

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

/// Finds the BTF in the file at `path`.
///
/// # Errors
/// A message with the path: the file cannot be read or unpacked, or there is none in it.
pub fn read(path: &Path) -> Result<Found, Vec<u8>> {
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
pub fn find(bytes: &[u8]) -> Result<Found, Refusal> {
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

/// The sections of a linked kernel or a module.
fn in_elf(bytes: &[u8]) -> Result<Found, Refusal> {
    let section = |name| {
        elf::named_section(bytes, name)
            .map_err(|_| "this ELF file is cut off or damaged".to_owned())
    };
    match section(b".BTF")? {
        Some(btf) => {
            Ok(Found { btf: btf.to_vec(), base: section(b".BTF.base")?.map(<[u8]>::to_vec) })
        }
        None => Err("there is no BTF in it (CONFIG_DEBUG_INFO_BTF)".to_owned()),
    }
}

/// The first kernel in a package that has BTF.
fn in_package(kind: packages::Package, bytes: &[u8]) -> Result<Found, Refusal> {
    let mut found = Err("there is no kernel in it".to_owned());
    let walked = packages::walk(kind, bytes, is_kernel, |_, content| {
        if found.is_err() {
            found = find(&content);
        }
        Ok(())
    });
    walked.map_err(not_unpacked)?;
    found
}

/// Whether a path in a package is that of a kernel: `boot/vmlinuz-6.1.0-56-amd64`,
/// `lib/modules/6.12.0/vmlinuz`, `boot/vmlinux-6.12.0.xz`.
fn is_kernel(path: &[u8]) -> bool {
    let name = &path[memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1)..];
    let rest = name.strip_prefix(b"vmlinuz").or_else(|| name.strip_prefix(b"vmlinux"));
    rest.is_some_and(|rest| matches!(rest, [] | [b'-' | b'.', ..]))
}

/// The kernel's own BTF in an image, unpacked only as far as it takes. There may be a table of
/// sections, but it stands at the end.
fn in_image(mut unpacked: impl Read) -> Result<Found, Refusal> {
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
