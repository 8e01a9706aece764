//! Packages of Debian (`.deb`) and of RPM, recognized by their first bytes. They are read once, from
//! the start to the end, and only the files in them that are asked for are held, one at a time.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::path::Path;

use cpio::NewcReader;
use tar::{EntryType, PaxExtensions};

use super::error::{Cause, Error, Result};
use super::limits::{Bounded, LONGEST_HEADER, LONGEST_NAME, Limits, OverLimit, Share};
use super::names::place;
use super::unpack::{self, skip};

/// The kinds of packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    /// An archive of `ar`, in which `data.tar` is the files.
    Debian,
    /// Headers, and an archive of `cpio`.
    Rpm,
}

/// A file in a package.
pub(super) struct Packaged {
    /// Its path in the package, without `./` and `/` before it.
    pub(super) inside: Vec<u8>,
    /// What is in it, as it is there.
    pub(super) bytes: Vec<u8>,
}

/// How many bytes show what kind a package is of.
pub(super) const HEAD: u64 = 8;

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

/// Hands each file in the package at `path` that is `wanted`, by its path in there, to `take`, in the
/// package's order, until that has enough. What follows is not read.
///
/// # Errors
/// The package is truncated or damaged, something in it is over a limit, or what `take` returned.
pub(super) fn walk(
    (path, kind): (&Path, Package),
    content: impl BufRead,
    limits: Limits,
    wanted: impl Fn(&[u8]) -> bool,
    mut take: impl FnMut(Packaged) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut file = |inside: &[u8], size: u64, content: &mut dyn Read| {
        if !wanted(inside) {
            return Ok(ControlFlow::Continue(()));
        }
        let bytes = held(content, size, limits).map_err(Cause::packed(&place(path, inside)))?;
        Ok(take(Packaged { inside: inside.to_owned(), bytes })?)
    };
    let walked = match kind {
        Package::Debian => debian_files(content, limits, &mut file),
        Package::Rpm => rpm_files(content, limits, &mut file),
    };
    walked.map_err(|fault| match fault {
        Fault::Package(error) => Cause::packed(path)(error),
        Fault::File(error) => error,
    })
}

/// What ends the reading of a package.
enum Fault {
    /// The package itself.
    Package(io::Error),
    /// A file in it.
    File(Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Package(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::File(error)
    }
}

/// What takes a file in a package, by its path, its size, and a reader of its content, and says whether
/// more is wanted.
type Take<'t> =
    &'t mut dyn FnMut(&[u8], u64, &mut dyn Read) -> std::result::Result<ControlFlow<()>, Fault>;

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn unsupported(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, what)
}

/// The path of a file in a package, without its beginning.
fn inside(path: &[u8]) -> &[u8] {
    let path = path.strip_prefix(b".").filter(|rest| rest.starts_with(b"/")).unwrap_or(path);
    path.strip_prefix(b"/").unwrap_or(path)
}

/// Reads a file in a package, which says to have `size` bytes.
fn held(file: &mut dyn Read, size: u64, limits: Limits) -> io::Result<Vec<u8>> {
    if size > limits.alone() {
        return Err(OverLimit::io(Share::Content, limits.alone()));
    }
    let mut content = Vec::new();
    file.take(size).read_to_end(&mut content)?;
    if content.len() as u64 == size {
        Ok(content)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// The archive in a package, as it is unpacked.
fn unpacked<'p>(packed: impl BufRead + 'p, limits: Limits) -> io::Result<impl Read + 'p> {
    let archive = unpack::reader(packed, limits)?;
    Ok(Bounded::new(archive, Share::Unpacked, limits.unpacked()))
}

/// How many bytes the header of a member of `ar` has, and where in it the size of the member is.
const AR_HEADER: usize = 60;
const AR_SIZE: std::ops::Range<usize> = 48..58;

/// The files of a package of Debian: those of its member `data.tar`.
fn debian_files(
    mut package: impl BufRead,
    limits: Limits,
    take: Take<'_>,
) -> std::result::Result<(), Fault> {
    skip(&mut package, HEAD)?;
    match to_member(&mut package, b"data.tar")? {
        Some(size) => walk_tar(unpacked(package.take(size), limits)?, take),
        None => Err(damaged("it has no data.tar").into()),
    }
}

/// Reads on to the member of a package of Debian whose name begins so, and says how large it is; none if
/// there is none.
fn to_member(package: &mut impl BufRead, name: &[u8]) -> io::Result<Option<u64>> {
    while !package.fill_buf()?.is_empty() {
        let mut header = [0; AR_HEADER];
        package.read_exact(&mut header)?;
        let size = std::str::from_utf8(&header[AR_SIZE]).ok().and_then(|it| it.trim().parse().ok());
        let size: u64 = size.ok_or_else(|| damaged("a member has no size"))?;
        if header.starts_with(name) {
            return Ok(Some(size));
        }
        skip(package, size.saturating_add(size % 2))?;
    }
    Ok(None)
}

/// The text `control` of a package of Debian, which says what the package is; empty if there is none, or
/// it has more bytes than `most`.
///
/// # Errors
/// It cannot be unpacked, or what is with it is over a limit.
pub(super) fn control(mut package: impl BufRead, most: u64, limits: Limits) -> io::Result<Vec<u8>> {
    skip(&mut package, HEAD)?;
    let mut text = Vec::new();
    let Some(size) = to_member(&mut package, b"control.tar")? else { return Ok(text) };
    let archive = unpack::reader(package.take(size), limits)?;
    let archive = Bounded::new(archive, Share::Unpacked, limits.text());
    let mut take = |path: &[u8], size: u64, content: &mut dyn Read| {
        if path == b"control" && size <= most {
            content.take(size).read_to_end(&mut text)?;
        }
        Ok(ControlFlow::Continue(()))
    };
    match walk_tar(archive, &mut take) {
        Ok(()) => Ok(text),
        Err(Fault::Package(error)) => Err(error),
        Err(Fault::File(error)) => Err(io::Error::other(error.to_string())),
    }
}

fn walk_tar(files: impl Read, take: Take<'_>) -> std::result::Result<(), Fault> {
    let mut archive = tar::Archive::new(files);
    // The path of the next file, if it is longer than its header has room for.
    let mut long = None;
    // As they are: the library itself would hold each header whole, whatever its size.
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let (kind, size) = (entry.header().entry_type(), entry.size());
        match kind {
            EntryType::GNULongName => long = Some(long_name(&mut entry, size)?),
            EntryType::XHeader => long = path_in_header(&mut entry, size)?.or(long),
            EntryType::GNULongLink | EntryType::XGlobalHeader => {}
            EntryType::GNUSparse => return Err(unsupported("a file in it has holes").into()),
            _ => {
                let path = long.take().unwrap_or_else(|| entry.path_bytes().into_owned());
                if kind.is_file() && take(inside(&path), size, &mut entry)?.is_break() {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// The name that a header of GNU's tar is.
fn long_name(header: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    refuse_long_name(size.saturating_sub(1))?;
    let mut name = Vec::new();
    header.take(size).read_to_end(&mut name)?;
    name.truncate(name.iter().position(|&byte| byte == 0).unwrap_or(name.len()));
    Ok(name)
}

fn refuse_long_name(length: u64) -> io::Result<()> {
    if length > LONGEST_NAME {
        return Err(damaged(&format!("a file name of {length} bytes, more than {LONGEST_NAME}")));
    }
    Ok(())
}

/// The path in a header of POSIX's tar, if it has one.
fn path_in_header(header: &mut impl Read, size: u64) -> io::Result<Option<Vec<u8>>> {
    if size > LONGEST_HEADER {
        return Err(damaged(&format!("a header of {size} bytes, more than {LONGEST_HEADER}")));
    }
    let mut text = Vec::new();
    header.take(size).read_to_end(&mut text)?;
    let mut path = None;
    for field in PaxExtensions::new(&text) {
        let field = field?;
        match field.key_bytes() {
            b"path" => path = Some(field.value_bytes().to_vec()),
            // Of a file of 8 GiB or more, or of one with holes.
            b"size" => return Err(unsupported("a file in it has its size elsewhere")),
            _ => {}
        }
    }
    refuse_long_name(path.as_ref().map_or(0, |path| path.len() as u64))?;
    Ok(path)
}

/// How many bytes the lead of an RPM package has.
const LEAD: u64 = 96;

/// The files of a package of RPM: after the lead and two headers.
fn rpm_files(
    mut package: impl BufRead,
    limits: Limits,
    take: Take<'_>,
) -> std::result::Result<(), Fault> {
    skip(&mut package, LEAD)?;
    let signature = skip_header(&mut package)?;
    // The first header is filled up to eight bytes.
    skip(&mut package, signature.next_multiple_of(8) - signature)?;
    skip_header(&mut package)?;
    walk_cpio(unpacked(package, limits)?, take)
}

/// Skips a header of RPM: 16 bytes, an index, and a store. Returns how many bytes that is.
fn skip_header(package: &mut impl Read) -> io::Result<u64> {
    let (head, length) = begin_header(package)?;
    skip(package, length)?;
    Ok(head.len() as u64 + length)
}

/// The beginning of a header of RPM, and how many bytes follow it.
fn begin_header(package: &mut impl Read) -> io::Result<([u8; 16], u64)> {
    let mut head = [0; 16];
    package.read_exact(&mut head)?;
    if !head.starts_with(&[0x8e, 0xad, 0xe8]) {
        return Err(damaged("a header is missing"));
    }
    let number = |at: usize| {
        head[at..].first_chunk().map_or(0, |bytes| u64::from(u32::from_be_bytes(*bytes)))
    };
    Ok((head, 16 * number(8) + number(12)))
}

/// The header of a package of RPM that says what the package is, from the number of entries in its index
/// on.
///
/// # Errors
/// It has more bytes than `most`, or is damaged.
pub(super) fn header(mut package: impl BufRead, most: u64) -> io::Result<Vec<u8>> {
    skip(&mut package, LEAD)?;
    let signature = skip_header(&mut package)?;
    skip(&mut package, signature.next_multiple_of(8) - signature)?;
    let (head, length) = begin_header(&mut package)?;
    if length > most {
        return Err(OverLimit::io(Share::Content, most));
    }
    let mut header = head[8..].to_vec();
    package.take(length).read_to_end(&mut header)?;
    Ok(header)
}

/// How many bytes the header of a file in an archive of `cpio` has, and where in it the size of the
/// name is that follows.
const CPIO_HEADER: usize = 110;
const CPIO_NAME_SIZE: std::ops::Range<usize> = 94..102;

fn walk_cpio(mut files: impl Read, take: Take<'_>) -> std::result::Result<(), Fault> {
    loop {
        let mut header = [0; CPIO_HEADER];
        files.read_exact(&mut header)?;
        let length = std::str::from_utf8(&header[CPIO_NAME_SIZE]).ok();
        let length = length.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        // The library would hold the name whole, whatever its size; of what is no number it says so.
        refuse_long_name(length.unwrap_or(0).saturating_sub(1))?;
        let mut file = NewcReader::new(header.chain(files))?;
        let entry = file.entry();
        if entry.is_trailer() {
            return Ok(());
        }
        let path = inside(entry.name().as_bytes()).to_vec();
        if entry.mode() & 0o170_000 == 0o100_000 {
            let size = u64::from(entry.file_size());
            if take(&path, size, &mut file)?.is_break() {
                return Ok(());
            }
        }
        files = file.finish()?.into_inner().1;
    }
}
