//! What something is called that is kept beside itself.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// The name under which something is kept beside itself: hidden, so that git (the kernel's
/// `.gitignore` begins with `.*`) and people do not trip over it.
pub(super) fn kept_name(name: &OsStr) -> Vec<u8> {
    [b".", name.as_bytes(), b".modversions-kept"].concat()
}
