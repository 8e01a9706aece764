//! Scanned headers in the build tree: one file, which every process maps, and which whoever has much to
//! add replaces.
//!
//! A header is taken from it only if the version that it was scanned from is the present one. The file is
//! placed by a rename, by one process at a time; the others go on without.

use std::fs::{self, File};
use std::hash::Hasher;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use rustc_hash::FxHasher;

use super::tree;
use crate::cli::files::{create_beside, map_file};
use crate::cpp::{Kept, Stamp};

/// Its name, in the folder of the build tree.
const NAME: &str = "headers";

/// What files beside it begin with, while they are written.
const BESIDE: &str = ".tmp_headers-";

/// The file that is locked while a new one is made.
const LOCK: &str = "lock";

/// The variable that, set to `off`, says to do without.
const VARIABLE: &str = "MODVERSIONS_CPP_HEADERS";

/// The scanned headers of a build tree, as a process finds them.
pub(super) struct Headers {
    folder: Option<PathBuf>,
    /// The file that was found.
    found: Option<(u64, u64)>,
    maker: u64,
}

impl Headers {
    /// Those of the build tree that this process works for, if there is one.
    pub(super) fn find() -> (Self, Kept) {
        let is_off = std::env::var_os(VARIABLE).is_some_and(|value| value == "off");
        let maker = maker().filter(|_| !is_off);
        let folder = tree::folder().filter(|_| maker.is_some());
        let mut headers = Self { folder, found: None, maker: maker.unwrap_or_default() };
        let kept = headers.kept().unwrap_or_default();
        (headers, kept)
    }

    fn kept(&mut self) -> Option<Kept> {
        let file = File::open(self.folder.as_ref()?.join(NAME)).ok()?;
        let metadata = file.metadata().ok()?;
        self.found = Some((metadata.dev(), metadata.ino()));
        let kept = map_file(&file).ok();
        kept.and_then(|map| Kept::of_others(Bytes::from_owner(map), self.maker))
    }

    /// Leaves what was scanned to others, if it is much and there is a place for it.
    pub(super) fn keep(&self, kept: &mut Kept) {
        let Some(folder) = &self.folder else { return };
        let Some(parts) = kept.shelved(self.maker) else { return };
        let length = parts.iter().map(Bytes::len).sum::<usize>();
        // Without it, the next one scans again.
        if may_write(length as u64) && fs::create_dir_all(folder).is_ok() {
            let _ = self.replace(folder, &parts);
        }
    }

    /// Puts a new file into the place of the one that was found.
    fn replace(&self, folder: &std::path::Path, parts: &[Bytes]) -> std::io::Result<()> {
        // It is unlocked when it is closed.
        let lock = File::options().create(true).append(true).open(folder.join(LOCK))?;
        if lock.try_lock().is_err() {
            return Ok(());
        }
        let path = folder.join(NAME);
        let present = fs::metadata(&path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
        if present != self.found {
            return Ok(());
        }
        // Of processes that were killed.
        for entry in fs::read_dir(folder)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(BESIDE) {
                fs::remove_file(entry.path())?;
            }
        }
        let (mut file, beside) = create_beside(&path, 0o666)?;
        let written = parts.iter().try_for_each(|part| file.write_all(part));
        let placed = written.and_then(|()| fs::rename(&beside, &path));
        if placed.is_err() {
            fs::remove_file(&beside)?;
        }
        placed
    }
}

/// A number for this very program.
fn maker() -> Option<u64> {
    let metadata = fs::metadata("/proc/self/exe").ok()?;
    let mut hasher = FxHasher::default();
    for number in [metadata.dev(), metadata.ino(), metadata.size()] {
        hasher.write_u64(number);
    }
    for number in [metadata.mtime(), metadata.mtime_nsec()] {
        hasher.write_i64(number);
    }
    Some(hasher.finish())
}

/// Whether files of this length may be written: a process that writes a longer one is killed.
fn may_write(length: u64) -> bool {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
    limit.is_none_or(|limit| length <= limit)
}

/// The version of a file.
pub(super) fn stamp(metadata: &fs::Metadata) -> Stamp {
    Stamp {
        device: metadata.dev(),
        inode: metadata.ino(),
        size: metadata.size(),
        modified: [metadata.mtime(), metadata.mtime_nsec()],
        changed: [metadata.ctime(), metadata.ctime_nsec()],
    }
}

/// How long ago a file must have been changed last, so that any later change has another time: the
/// coarsest clock of file systems counts two seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// Whether any later change of a file will have another time.
pub(super) fn is_settled(stamp: &Stamp) -> bool {
    let Ok(seconds) = u64::try_from(stamp.changed[0]) else { return false };
    let changed = UNIX_EPOCH.checked_add(Duration::from_secs(seconds.saturating_add(1)));
    let age = changed.and_then(|changed| SystemTime::now().duration_since(changed).ok());
    age.is_some_and(|age| age >= SETTLED)
}
