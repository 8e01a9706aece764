//! Two entries of a directory, exchanged so that neither name is ever without one; and by renames
//! where the file system cannot do that.
//!
//! Where it can, there is no moment between. Three renames have two such moments, and what is aside
//! then tells which one it is: the name is still free that it had, or the one that it is to have.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::beside::{Beside, is_there};

/// Exchanges what is at `path` with what is kept beside it.
pub(super) fn exchange(path: &Path, beside: &Beside) -> io::Result<()> {
    match renameat_with(CWD, path, CWD, &beside.kept, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            fs::rename(path, &beside.aside)?;
            fs::rename(&beside.kept, path)?;
            fs::rename(&beside.aside, &beside.kept)
        }
        done => Ok(done?),
    }
}

/// Ends an exchange that was cut off between two renames: undone after the first, completed after
/// the second. Whether there was one.
pub(super) fn end_exchange(path: &Path, beside: &Beside) -> io::Result<bool> {
    let free = [path, &beside.kept].into_iter().find(|path| !is_there(path));
    match free {
        _ if !is_there(&beside.aside) => Ok(false),
        Some(free) => fs::rename(&beside.aside, free).map(|()| true),
        // Somebody else has put something there since.
        None => Err(io::ErrorKind::AlreadyExists.into()),
    }
}
