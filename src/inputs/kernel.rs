//! What `check` wants of the kernel that is to load modules: exports, configuration, release and
//! machine, from whatever it is given as, or from the one that is running.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::facts::Facts;
use super::files;
use super::given::Given;
use super::kernel_file;
use super::limits::Limits;
use super::pieces::{Pieces, Purpose};
use super::progress::Progress;
use crate::check::{Kernel, Profile, Signatures};
use crate::module::Vmlinux;
use crate::release::Load;

/// The word for the kernel that is running.
pub const RUNNING: &str = "running";

/// A kernel that was read.
#[derive(Debug)]
pub struct Found {
    /// The kernel.
    pub kernel: Kernel,
    /// What is to be said before any answer: each a message without an end of line.
    pub remarks: Vec<Vec<u8>>,
    /// Its banner, which says who built it and when, if the kernel itself was read.
    pub banner: Option<Vec<u8>>,
}

/// Reads the one kernel whose pieces are at `paths`, or that is `running`. A profile that is given
/// counts before one that is seen.
///
/// # Errors
/// A piece cannot be read, is none of a kernel, or is of another kernel than those before it.
pub fn read(paths: &[PathBuf], profile: Option<Profile>, limits: Limits) -> Result<Found> {
    read_for(paths, None, profile, limits)
}

/// The same for modules that import only these symbols, if that is known: the rest may be missing.
pub(crate) fn read_for(
    paths: &[PathBuf],
    wanted: Option<HashSet<Vec<u8>>>,
    profile: Option<Profile>,
    limits: Limits,
) -> Result<Found> {
    let progress = Progress::new(false);
    let mut pieces = Pieces::new(Purpose::Check, limits, &progress);
    pieces.wanted = wanted;
    for path in paths {
        match path == Path::new(RUNNING) {
            true => pieces.running()?,
            false => pieces.add(Given::at(path, limits)?)?,
        }
    }
    let (kernel, banner, remarks) = pieces.kernel(profile)?;
    Ok(Found { kernel, remarks, banner })
}

/// Takes what is wanted of a kernel that is given as a file of its own.
///
/// # Errors
/// It is no kernel, or damaged.
pub(crate) fn of_file<T>(given: &Given, take: impl FnOnce(&Vmlinux<'_>) -> T) -> Result<T> {
    kernel_file::read(&given.path, &given.kernel()?).map(|kernel| take(&kernel))
}

/// How the loader of a kernel of this release behaves, as far as the release says it.
pub(crate) fn load_of(release: &[u8]) -> Load {
    Pieces::load(Some(release))
}

impl Pieces<'_> {
    /// Adds the kernel that is running.
    ///
    /// # Errors
    /// Its modules are not installed.
    fn running(&mut self) -> Result<()> {
        self.given.push(PathBuf::from(RUNNING));
        let most = self.limits().text();
        let path = Path::new("/proc/sys/kernel/osrelease");
        let release = files::read_found(path, most).map_err(Cause::io(path))?;
        let release = release.trim_ascii().to_owned();
        self.running = Some(release.clone());
        let version = files::read_found(Path::new("/proc/version"), most);
        self.facts.maker = version.ok().map(|text| text.to_vec());
        self.file_at(Path::new("/proc/config.gz"), Facts::take_config)?;
        let is = |path: &str, word: &str| {
            files::read_found(Path::new(path), most)
                .is_ok_and(|text| text.windows(word.len()).any(|it| it == word.as_bytes()))
        };
        self.signatures = Some(if is("/sys/kernel/security/lockdown", "[none]") {
            Signatures::NotEnforced
        } else if is("/sys/kernel/security/lockdown", "[") {
            Signatures::LockedDown
        } else {
            Signatures::NotEnforced
        });
        if is("/sys/module/module/parameters/sig_enforce", "Y") {
            self.signatures = Some(Signatures::Enforced);
        }
        let directory = PathBuf::from("/lib/modules").join(OsStr::from_bytes(&release));
        if !directory.is_dir() {
            return Err(Cause::NotInstalled.at(&directory));
        }
        self.add_directory(&directory)?;
        self.end_piece(&directory)
    }
}
