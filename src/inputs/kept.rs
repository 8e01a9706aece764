//! A kernel's interface as it is kept beside the sources: one file with all types, and one with all
//! exports. SUSE calls them `symtypes-FLAVOUR` and `symvers-FLAVOUR`, compressed or not.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::given::{Given, Kind};
use super::limits::Limits;
use super::{kernel_file, names};

/// The files of one flavour.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) symvers: Option<PathBuf>,
    pub(super) symtypes: Option<PathBuf>,
}

/// The files at the top of a directory.
///
/// # Errors
/// They are of several flavours.
pub(super) fn in_directory(directory: &Path) -> Result<Kept> {
    let mut kept = Kept::default();
    let mut flavours = BTreeSet::new();
    for path in kernel_file::entries(directory) {
        let name = names::unpacked(names::file_name(path.as_os_str().as_bytes()));
        let place = match name {
            [b's', b'y', b'm', b'v', b'e', b'r', b's', b'-', ..] => &mut kept.symvers,
            [b's', b'y', b'm', b't', b'y', b'p', b'e', b's', b'-', ..] => &mut kept.symtypes,
            _ => continue,
        };
        let flavour = name.splitn(2, |&byte| byte == b'-').nth(1).unwrap_or_default();
        flavours.insert(String::from_utf8_lossy(flavour).into_owned());
        place.get_or_insert(path);
    }
    match flavours.len() {
        0 | 1 => Ok(kept),
        _ => {
            let flavours: Vec<String> = flavours.into_iter().collect();
            Err(Cause::Flavours(flavours.join(", ")).at(directory))
        }
    }
}

/// The content of a file with all types; none if it has those of one source file only.
pub(super) fn consolidated(path: &Path, limits: Limits) -> Result<Option<Vec<u8>>> {
    let given = Given::found(path, limits)?;
    let is_consolidated = given.kind == Kind::Consolidated;
    is_consolidated.then(|| given.into_content()).transpose()
}
