//! What the names of files say, where many lie together: in directories and in packages.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::kernel::ADDED;

/// The endings of a module's file.
const MODULES: &[&[u8]] = &[b".ko", b".ko.xz", b".ko.gz", b".ko.zst"];

/// What a list of all exports is called in a build tree, in headers, and beside the modules of Red
/// Hat and SUSE.
pub(super) const SYMVERS: &[&str] =
    &["Module.symvers", "symvers", "symvers.gz", "symvers.xz", "symvers.zst"];

/// How the names of such lists begin where the kernel's release or a compression follows.
pub(super) const SYMVERS_BEGIN: &[&str] = &["symvers-", "symvers."];

/// How the names of kernels begin. (A `vmlinuz` boots, a `vmlinux` has been linked.)
const KERNELS: [&[u8]; 2] = [b"vmlinux", b"vmlinuz"];

/// The endings of those that are compressed.
const PACKED: &[&[u8]] = &[b".bz2", b".gz", b".lz4", b".lzma", b".xz", b".zst"];

/// How a file in a package is shown.
pub(super) fn place(package: &Path, inside: &[u8]) -> PathBuf {
    let shown = [package.as_os_str().as_bytes(), b":", inside].concat();
    PathBuf::from(OsString::from_vec(shown))
}

/// A name without the ending of a compressed file.
pub(super) fn unpacked(name: &[u8]) -> &[u8] {
    PACKED.iter().find_map(|ending| name.strip_suffix(*ending)).unwrap_or(name)
}

/// Whether a file in a package is named as configurations are: `.config` of headers, `config-RELEASE` beside
/// a kernel.
pub(super) fn is_config(path: &[u8]) -> bool {
    is_at_end(path, ".config") || file_name(path).starts_with(b"config-")
}

/// What a path is without its folders.
pub(super) fn file_name(path: &[u8]) -> &[u8] {
    &path[memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1)..]
}

/// Whether a path ends in these names.
pub(super) fn is_at_end(path: &[u8], end: &str) -> bool {
    let before = path.strip_suffix(end.as_bytes());
    before.is_some_and(|before| before.is_empty() || before.ends_with(b"/"))
}

/// Whether a file is named as modules are.
pub(super) fn is_module(path: &[u8]) -> bool {
    MODULES.iter().any(|ending| path.ends_with(ending))
}

/// Whether a path is named as kernels are: `boot/vmlinuz-6.1.0-56-amd64`,
/// `lib/modules/6.12.0/vmlinuz`, `boot/vmlinux-6.12.0.xz`. Not so what a build leaves beside it:
/// `vmlinux.o`, `vmlinux.lds`.
pub(super) fn is_kernel(path: &[u8]) -> bool {
    let name = file_name(path);
    let rest = KERNELS.iter().find_map(|start| name.strip_prefix(*start));
    rest.is_some_and(|rest| rest.is_empty() || rest[0] == b'-' || PACKED.contains(&rest))
}

/// What `Module.symvers` calls the module in this file: its path in the tree of the build, without
/// the ending. Where modules are installed, that tree is below `lib/modules/RELEASE/kernel`.
pub(super) fn of_module(path: &[u8]) -> Vec<u8> {
    let ending = MODULES.iter().find(|ending| path.ends_with(ending));
    let path = &path[..path.len() - ending.map_or(0, |ending| ending.len())];
    let name = installed(path).map(|rest| rest.strip_prefix(b"kernel/").unwrap_or(rest));
    name.unwrap_or(path).to_owned()
}

/// The same of a module that is given by its path alone: where it is not installed, the folders say
/// nothing.
pub(super) fn of_module_alone(path: &[u8]) -> Vec<u8> {
    of_module(if installed(path).is_some() { path } else { file_name(path) })
}

/// What follows `modules/RELEASE/` in a path.
pub(super) fn installed(path: &[u8]) -> Option<&[u8]> {
    below_modules(path).map(|(_, rest)| rest)
}

/// The release that the path of a file in a package names, if the file is the kernel's own: a module, the
/// kernel itself, or a file with facts about it.
pub(super) fn release_of(path: &[u8]) -> Option<&[u8]> {
    let is_begun = |release: &&[u8]| release.first().is_some_and(u8::is_ascii_digit);
    if let Some((release, rest)) = below_modules(path) {
        let is_own = !rest.contains(&b'/') || rest.starts_with(b"kernel/");
        return Some(release).filter(|_| is_own).filter(is_begun);
    }
    let name = unpacked(file_name(path));
    let is_in_boot = path.strip_suffix(file_name(path)).is_some_and(|it| it.ends_with(b"boot/"));
    let release = name.splitn(2, |&byte| byte == b'-').nth(1)?;
    Some(release).filter(|_| is_in_boot).filter(is_begun)
}

/// The release and what follows it in a path with `lib/modules/RELEASE/`.
fn below_modules(path: &[u8]) -> Option<(&[u8], &[u8])> {
    const FOLDER: &[u8] = b"lib/modules/";
    let start = memchr::memmem::find(path, FOLDER)?;
    if start > 0 && path[start - 1] != b'/' {
        return None;
    }
    let rest = &path[start + FOLDER.len()..];
    let slash = memchr::memchr(b'/', rest)?;
    Some((&rest[..slash], &rest[slash + 1..]))
}

/// Whether modules at these paths, from the top of a directory, are those of an installed kernel.
pub(super) fn are_installed<'a>(mut paths: impl Iterator<Item = &'a [u8]> + Clone) -> bool {
    let is_own = |path: &[u8]| path.starts_with(b"kernel/");
    let is_added = |path: &[u8]| ADDED.iter().any(|folder| path.starts_with(folder));
    paths.clone().any(is_own) && paths.all(|path| is_own(path) || is_added(path))
}

#[cfg(test)]
mod tests {
    use super::{is_at_end, release_of};

    #[test]
    fn the_release_is_that_of_the_folder_or_of_the_file_in_boot() {
        for (path, expected) in [
            ("usr/lib/modules/6.1.0/vmlinuz", Some("6.1.0")),
            ("lib/modules/6.1.0/kernel/a/b.ko", Some("6.1.0")),
            ("lib/modules/6.1.0/extra/b.ko", None),
            ("lib/modules/build", None),
            ("boot/config-6.1.0-1", Some("6.1.0-1")),
            ("boot/symvers-6.1.0.gz", Some("6.1.0")),
            ("boot/vmlinuz-rescue", None),
            ("usr/src/linux-headers-6.1.0/.config", None),
        ] {
            assert_eq!(release_of(path.as_bytes()), expected.map(str::as_bytes), "{path}");
        }
    }

    #[test]
    fn files_are_known_by_the_end_of_their_paths() {
        assert!(is_at_end(b"usr/src/linux-headers-6.1/.config", ".config"));
        assert!(is_at_end(b"config", "config") && !is_at_end(b"kconfig", "config"));
    }
}
