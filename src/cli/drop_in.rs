//! What the command lines of the drop-ins have in common.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use super::tree_release::in_build;
use super::{Environment, Io};
use crate::release::KernelRelease;

pub(super) fn bytes(text: &OsStr) -> &[u8] {
    text.as_bytes()
}

/// Says something of our own, after the name that the program was called by.
pub(super) fn say(message: &str, args: &[OsString], io: &mut Io<'_>) {
    let program = args.first().map_or(OsStr::new("modversions"), OsString::as_os_str);
    io.complain(&[bytes(program), b": ", message.as_bytes(), b"\n"].concat());
}

/// The release that `text` names; `None`, said with where it is from, if it names none.
pub(super) fn parse_kernel(
    text: &OsStr,
    from: &str,
    args: &[OsString],
    io: &mut Io<'_>,
) -> Option<KernelRelease> {
    let release = text.to_string_lossy().parse();
    release.inspect_err(|error| say(&format!("{from}: {error}"), args, io)).ok()
}

/// The release that Kbuild names, with the flavour of its tree, or the `default` if it names none;
/// `None`, said, if that is no release. Ubuntu's kernels are known by their `sources`.
pub(super) fn kernel_of_build(
    environment: &Environment,
    sources: Option<&OsStr>,
    default: KernelRelease,
    args: &[OsString],
    io: &mut Io<'_>,
) -> Option<KernelRelease> {
    let Some(text) = &environment.kernel_version else {
        return Some(default);
    };
    let release = parse_kernel(text, "KERNELVERSION", args, io)?;
    let objects = environment.object_tree.as_deref();
    Some(objects.map_or(release, |objects| in_build(release, objects, sources)))
}
