//! One command at a time in a directory.
//!
//! The lock is the operating system's, on the directory itself: it leaves no file behind and goes
//! with its process, however that ends. A file system that is read-only has it, too; on a network it
//! holds among the processes of one machine. Where it is refused, so is the command.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::cli::Io;
use crate::cli::exit::{Failure, Result};

/// So often is a lock tried that another process has: for a minute. A command holds it for less than
/// a second; but who may read a directory may lock it for good.
const TRIES: u32 = 600;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// A directory that is locked, until this is dropped.
pub(super) struct Lock {
    _directory: File,
}

impl Lock {
    /// Nobody else may have it, to read or to change what is in there.
    pub(super) fn to_change(directory: &Path, io: &mut Io<'_>) -> Result<Lock> {
        Lock::taken(directory, File::try_lock, TRIES, io)
    }

    /// Others may have it to read.
    pub(super) fn to_read(directory: &Path, io: &mut Io<'_>) -> Result<Lock> {
        Lock::taken(directory, File::try_lock_shared, TRIES, io)
    }

    /// Tries `tries` times. A message says so when it has to wait.
    fn taken(
        directory: &Path,
        take: fn(&File) -> std::result::Result<(), TryLockError>,
        tries: u32,
        io: &mut Io<'_>,
    ) -> Result<Lock> {
        let failure = |error: io::Error| Failure::of_io(directory, &error);
        let file = File::open(directory).map_err(failure)?;
        for number in 0..tries {
            match take(&file) {
                Ok(()) => return Ok(Lock { _directory: file }),
                Err(TryLockError::Error(error)) => return Err(failure(error)),
                Err(TryLockError::WouldBlock) if number == 0 => {
                    io.say(&Failure::of(directory, "waiting for the process that has locked it").0);
                }
                Err(TryLockError::WouldBlock) => {}
            }
            thread::sleep(PAUSE);
        }
        Err(Failure::of(directory, "another process has locked it for too long"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;
    use crate::cli::input::Stdin;

    #[test]
    fn who_waits_says_so_and_gives_up() {
        let directory = tempfile::tempdir().unwrap();
        let holder = File::open(directory.path()).unwrap();
        holder.lock().unwrap();
        let mut stderr = Vec::new();
        let mut stdout = Vec::new();
        let mut io = Io { stdin: Stdin::Bytes(&[]), stdout: &mut stdout, stderr: &mut stderr };
        let refused = Lock::taken(directory.path(), File::try_lock_shared, 2, &mut io).err();
        let name = directory.path().display();
        let words = format!("{name}: another process has locked it for too long");
        assert_eq!(refused, Some(Failure(words.into_bytes())));
        holder.unlock().unwrap();
        assert!(Lock::taken(directory.path(), File::try_lock, 1, &mut io).is_ok());
        let waiting = format!("modversions: {name}: waiting for the process that has locked it\n");
        assert_eq!(String::from_utf8(stderr).unwrap(), waiting);
    }
}
