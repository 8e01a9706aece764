//! The names under which something is put beside a thing in a tree.
//!
//! They are hidden, so that git (the kernel's `.gitignore` begins with `.*`) and people do not trip
//! over them.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What the names end in: what is kept, what is being made, what is out of the way for a moment.
const ENDINGS: [&[u8]; 3] = [b".modversions-kept", b".modversions-new", b".modversions-aside"];

/// The paths beside one thing.
pub(super) struct Beside {
    /// What stood in its place before we came.
    pub(super) kept: PathBuf,
    /// What is to come there, or to be kept, until it is whole. It may be removed at any time.
    pub(super) new: PathBuf,
    /// What stood there last, during an exchange by three renames.
    pub(super) aside: PathBuf,
}

impl Beside {
    /// Those beside `name` in `folder`.
    pub(super) fn of(folder: &Path, name: &OsStr) -> Beside {
        let [kept, new, aside] = ENDINGS.map(|ending| {
            let name = [b".", name.as_bytes(), ending].concat();
            folder.join(OsStr::from_bytes(&name))
        });
        Beside { kept, new, aside }
    }
}

/// Whether only we give such names.
pub(super) fn is_beside(name: &OsStr) -> bool {
    name.as_bytes().starts_with(b".")
        && ENDINGS.iter().any(|ending| name.as_bytes().ends_with(ending))
}

/// Whether something has this path, be it a link that leads nowhere.
pub(super) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether a link has this path.
pub(super) fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}
