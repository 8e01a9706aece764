//! Packages of Debian (`.deb`) and of RPM, recognized by their first bytes. The files in them are
//! unpacked in memory, one at a time, and only those that are asked for.

use std::io::{self, Read};

use cpio::NewcReader;
use object::read::archive::ArchiveFile;

use super::unpack;

/// The kinds of packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    /// An archive of `ar`, in which `data.tar` is the files.
    Debian,
    /// Headers, and an archive of `cpio`.
    Rpm,
}

/// How large a file in a package may be.
const MOST: u64 = 2 << 30;

/// What kind of package `bytes` are; none if they are none.
pub(super) fn kind(bytes: &[u8]) -> Option<Package> {
    if bytes.starts_with(b"!<arch>\n") {
        Some(Package::Debian)
    } else if bytes.starts_with(&[0xed, 0xab, 0xee, 0xdb]) {
        Some(Package::Rpm)
    } else {
        None
    }
}

/// Hands each file in a package that is `wanted`, by its path, to `take`, in the package's order.
/// Paths begin without `./` and `/`.
///
/// # Errors
/// The package is cut off or damaged, or what `take` returned.
pub(super) fn walk(
    package: Package,
    bytes: &[u8],
    wanted: impl Fn(&[u8]) -> bool,
    take: impl FnMut(&[u8], Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    match package {
        Package::Debian => walk_tar(unpack::reader(debian_data(bytes)?)?, wanted, take),
        Package::Rpm => walk_cpio(unpack::reader(rpm_payload(bytes)?)?, wanted, take),
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// The member of a Debian package that holds the files.
fn debian_data(bytes: &[u8]) -> io::Result<&[u8]> {
    let archive = ArchiveFile::parse(bytes).map_err(io::Error::other)?;
    for member in archive.members() {
        let member = member.map_err(io::Error::other)?;
        // Some tools end a name with a slash.
        let name = member.name();
        if name.strip_suffix(b"/").unwrap_or(name).starts_with(b"data.tar") {
            return member.data(bytes).map_err(io::Error::other);
        }
    }
    Err(damaged("it has no data.tar"))
}

/// The path of a file in a package, without its beginning.
fn inside(path: &[u8]) -> &[u8] {
    let path = path.strip_prefix(b".").filter(|rest| rest.starts_with(b"/")).unwrap_or(path);
    path.strip_prefix(b"/").unwrap_or(path)
}

/// Reads a file in a package, which says to have `size` bytes.
fn content(file: impl Read, size: u64) -> io::Result<Vec<u8>> {
    if size > MOST {
        return Err(damaged("a file in it is too large"));
    }
    let mut content = Vec::new();
    file.take(size).read_to_end(&mut content)?;
    if content.len() as u64 == size {
        Ok(content)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

fn walk_tar(
    files: impl Read,
    wanted: impl Fn(&[u8]) -> bool,
    mut take: impl FnMut(&[u8], Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    let mut archive = tar::Archive::new(files);
    for entry in archive.entries()? {
        let entry = entry?;
        let path = entry.path_bytes();
        let path = inside(&path).to_vec();
        if entry.header().entry_type().is_file() && wanted(&path) {
            let size = entry.size();
            take(&path, content(entry, size)?)?;
        }
    }
    Ok(())
}

/// How many bytes the lead of an RPM package has.
const LEAD: usize = 96;

/// The archive in an RPM package: after the lead and two headers.
fn rpm_payload(bytes: &[u8]) -> io::Result<&[u8]> {
    let signature = bytes.get(LEAD..).and_then(|rest| Some(LEAD + rpm_header(rest)?));
    // The first header is filled up to eight bytes.
    let main = signature.map(|end| end.next_multiple_of(8));
    let end = main.and_then(|start| Some(start + rpm_header(bytes.get(start..)?)?));
    end.and_then(|end| bytes.get(end..)).ok_or_else(|| damaged("its headers are truncated"))
}

/// How long the header is that `bytes` begins with: 16 bytes, an index, and a store.
fn rpm_header(bytes: &[u8]) -> Option<usize> {
    let (head, _) = bytes.split_first_chunk::<16>()?;
    if !head.starts_with(&[0x8e, 0xad, 0xe8]) {
        return None;
    }
    let number = |at: usize| Some(u32::from_be_bytes(*head.get(at..)?.first_chunk()?) as usize);
    let length = number(8)?.checked_mul(16)?.checked_add(number(12)?)?.checked_add(16)?;
    (length <= bytes.len()).then_some(length)
}

fn walk_cpio(
    mut files: impl Read,
    wanted: impl Fn(&[u8]) -> bool,
    mut take: impl FnMut(&[u8], Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    loop {
        let mut file = NewcReader::new(files)?;
        let entry = file.entry();
        if entry.is_trailer() {
            return Ok(());
        }
        let path = inside(entry.name().as_bytes()).to_vec();
        let is_file = entry.mode() & 0o170_000 == 0o100_000;
        if is_file && wanted(&path) {
            let size = u64::from(entry.file_size());
            take(&path, content(&mut file, size)?)?;
        }
        files = file.finish()?;
    }
}
