//! The files that belong to an object or a module, by name.

pub(super) use crate::formats::until_zero;
use crate::release::LtoObjects;

/// How long a path may be, with the zero byte at its end: Linux's `PATH_MAX`.
const ROOM: usize = 4096;

/// The folder of `path`, with the slash at its end (empty if there is none), and the rest.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    path.split_at(memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1))
}

/// What stands behind the last slash.
pub(super) fn base_name(path: &[u8]) -> &[u8] {
    split(path).1
}

/// The file in which Kbuild keeps the command that made `object`: `dir/.x.o.cmd` for `dir/x.o`.
pub(super) fn command_file(object: &[u8]) -> Vec<u8> {
    let (folder, base) = split(object);
    [folder, b".", base, b".cmd"].concat()
}

/// The same for the CRCs of what `object` exports. Since 7.2, what is made of `x.o` for the link with
/// Clang's thin LTO, `x.thinlto-native.o`, has that of `x.o`.
pub(super) fn command_file_of_crcs(object: &[u8], lto: LtoObjects) -> Vec<u8> {
    if lto == LtoObjects::Ordinary {
        return command_file(object);
    }
    let (folder, base) = split(object);
    // Upstream quirk: the last two bytes are taken for `.o` whatever they are.
    let base = base.len().checked_sub(2).map_or(base, |end| &base[..end]);
    let base = base.strip_suffix(b".thinlto-native").unwrap_or(base);
    [folder, b".", base, b".o.cmd"].concat()
}

/// A path that upstream has room for, else what of it fits.
pub(super) fn fitting(path: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
    if path.len() < ROOM { Ok(path) } else { Err(path[..ROOM - 1].to_vec()) }
}

/// The lines of a list of files, as `fgets` reads them: what is longer than a path may be comes
/// in parts, and a zero byte ends what is seen of a line.
pub(super) fn list(text: &[u8]) -> Vec<&[u8]> {
    let mut paths = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        for part in line.chunks(ROOM - 1) {
            let part = until_zero(part);
            paths.push(part.strip_suffix(b"\n").unwrap_or(part));
        }
    }
    paths
}
