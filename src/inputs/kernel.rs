//! What `check` wants of the kernel that is to load modules: exports, configuration, release and
//! machine, from whatever it is given as, or from the one that is running.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Error, Result};
use super::given::{Given, Kind};
use super::kernel_facts::{FILES, Facts, Row};
use super::limits::{Account, Limits};
use super::modules::ModuleFile;
use super::packages::{Package, Packaged};
use super::{files, images, installed, kernel_file, modules, names, tree, unpack};
use crate::check::{Kernel, Profile, Signatures};
use crate::kernel::{Coverage, KernelModule};
use crate::module::Vmlinux;

/// The word for the kernel that is running.
pub const RUNNING: &str = "running";

/// Reads the kernel that `path` is, or that is `running`. A profile that is given counts before one
/// that is seen.
///
/// # Errors
/// It cannot be read, or is no kernel.
pub fn read(path: &Path, profile: Option<Profile>, limits: Limits) -> Result<Kernel> {
    let mut facts = Facts::new(limits);
    if path == Path::new(RUNNING) {
        facts.running()?;
    } else {
        let given = Given::at(path, limits)?;
        match given.kind {
            Kind::Directory => facts.directory(&installed::one(&given.path)?)?,
            _ => facts.file(&given)?,
        }
    }
    if !facts.exports.is_whole() && facts.exports.is_empty() {
        return Err(Cause::NoKernel.at(path));
    }
    Ok(facts.kernel(path, profile))
}

/// Takes what is wanted of a kernel that is given as a file of its own.
///
/// # Errors
/// It is no kernel, or damaged.
pub(crate) fn of_file<T>(given: &Given, take: impl FnOnce(&Vmlinux<'_>) -> T) -> Result<T> {
    kernel_file::read(&given.path, &given.kernel()?).map(|kernel| take(&kernel))
}

/// What has the exports of a kernel.
const ACCEPTED: &[Kind] =
    &[Kind::Directory, Kind::Package(Package::Debian), Kind::Symvers, Kind::Kernel];

/// What one of the kernel's own modules says. Nothing comes of a file that is empty, or not there behind
/// its link, for `modprobe` neither: the kernel does without it.
fn own_module(file: Result<ModuleFile<'_>>) -> Result<Option<KernelModule>> {
    match file {
        Err(error) if error.is_absent() => Ok(None),
        file => modules::parsed(KernelModule::new)(file).map(Some),
    }
}

impl Facts {
    /// A directory: headers or a build, else the modules of an installed kernel.
    fn directory(&mut self, directory: &Path) -> Result<()> {
        self.files_in(directory)?;
        let has_headers = self.exports.is_whole();
        if directory.join("kernel").is_dir() && !has_headers {
            self.installed(directory)
        } else if has_headers {
            // A tree that was built has the kernel itself.
            let _ = self.struct_size_of_first(directory);
            Ok(())
        } else if let Some(modules) = installed::in_root(directory) {
            self.installed(&modules)
        } else {
            for release in installed::booted(directory) {
                self.in_boot(directory, &release)?;
            }
            self.modules(directory)
        }
    }

    /// What lies in a `boot` of the kernel of this release.
    fn in_boot(&mut self, boot: &Path, release: &[u8]) -> Result<()> {
        self.files_of_release(boot, release)?;
        let of_release = |path: &&PathBuf| path.as_os_str().as_bytes().ends_with(release);
        let images = kernel_file::kernels_in(boot);
        match images.iter().find(of_release) {
            Some(image) if !self.exports.is_whole() => {
                self.file(&Given::found(image, self.account.limits)?)
            }
            _ => Ok(()),
        }
    }

    /// The files in a `boot` that are named after a release.
    fn files_of_release(&mut self, boot: &Path, release: &[u8]) -> Result<()> {
        let at = |start: &str, end: &str| {
            let name = [start.as_bytes(), release, end.as_bytes()].concat();
            boot.join(OsStr::from_bytes(&name))
        };
        self.file_at(&at("config-", ""), Self::take_config)?;
        for end in [".gz", ".xz", ".zst"] {
            self.file_at(&at("symvers-", end), Self::take_symvers)?;
        }
        Ok(())
    }

    /// The files of a directory that are used.
    fn files_in(&mut self, directory: &Path) -> Result<()> {
        for row in FILES {
            for end in row.names {
                self.file_at(&directory.join(end), row.take)?;
            }
        }
        Ok(())
    }

    /// A file, if it is there.
    fn file_at(
        &mut self,
        path: &Path,
        take: fn(&mut Self, &Path, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let limits = self.account.limits;
        let bytes = match files::read_found(path, limits.text()) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
                return Ok(());
            }
            Err(error) => return Err(Cause::io(path)(error)),
        };
        let text = unpack::unpack(&bytes, limits.text(), limits).map_err(Cause::packed(path))?;
        take(self, path, &text)
    }

    /// `/lib/modules/RELEASE`: the headers that its link `build` leads to, what lies in `/boot`, and
    /// of the modules either one or, where nothing lists the exports, all.
    fn installed(&mut self, directory: &Path) -> Result<()> {
        let release = directory.file_name().map(|name| name.as_bytes().to_owned());
        let build = directory.join("build");
        if build.is_dir() {
            self.files_in(&build)?;
        }
        if let Some(name) = &release {
            // The folders are `/usr/lib/modules` or `/lib/modules`, below some root.
            for root in directory.ancestors().skip(2) {
                self.files_of_release(&root.join("boot"), name)?;
            }
        }
        self.release = self.release.take().or(release);
        if self.exports.is_whole() {
            self.struct_size_of_first(&directory.join("kernel"))?;
        } else {
            // Together they export everything. Not everybody may read the kernel itself.
            let images = kernel_file::of_modules(directory);
            let limits = self.account.limits;
            let image = images.iter().find_map(|path| Given::found(path, limits).ok());
            let has_image = image.is_some_and(|image| self.file(&image).is_ok());
            self.modules(directory)?;
            if has_image {
                self.exports.origin.coverage = Coverage::Everything;
            }
        }
        Ok(())
    }

    /// What one of the kernel's modules shows of the kernel.
    fn struct_size_of_first(&mut self, directory: &Path) -> Result<()> {
        let Some(first) = modules::find_first(directory) else { return Ok(()) };
        let found = modules::read_found(&first, self.account.limits, &own_module)?;
        self.take_modules(found.as_slice(), false);
        Ok(())
    }

    /// All modules in a directory.
    fn modules(&mut self, directory: &Path) -> Result<()> {
        let files = tree::list(directory)?.modules;
        let found = modules::in_directory(directory, &files, &mut self.account, &own_module)?;
        let found: Vec<KernelModule> = found.modules.into_iter().flatten().collect();
        self.take_modules(&found, true);
        Ok(())
    }

    /// A file that is given itself.
    fn file(&mut self, given: &Given) -> Result<()> {
        let path = &given.path;
        match given.kind {
            Kind::Package(kind) => self.package(given, kind),
            Kind::Kernel | Kind::Module => self.take_kernel(path, &given.kernel()?),
            Kind::Symvers => {
                self.take_symvers(path, &given.content()?)?;
                // What lies beside it is of the same kernel.
                match path.parent().filter(|it| it.join("include/generated").is_dir()) {
                    Some(folder) => self.files_in(folder),
                    None => Ok(()),
                }
            }
            Kind::Directory
            | Kind::Btf
            | Kind::Consolidated
            | Kind::Record
            | Kind::Symtypes
            | Kind::Unknown => Err(given.refused(ACCEPTED)),
        }
    }

    fn package(&mut self, given: &Given, kind: Package) -> Result<()> {
        let is_wanted = |path: &[u8]| Row::of(path).is_some() || names::is_kernel(path);
        let limits = self.account.limits;
        let (mut files, mut image) = (Vec::new(), None);
        let keep = |file: Packaged, account: &mut Account| {
            let place = names::place(&given.path, &file.inside);
            if names::is_kernel(&file.inside) {
                // An image is not kept, but what it says.
                if image.is_none() {
                    image = Some(Facts::of_image(&place, &file.bytes, limits)?);
                }
                return Ok(());
            }
            account.keep(file.bytes.len() as u64).map_err(Cause::over(&place))?;
            files.push(file);
            Ok(())
        };
        let account = &mut self.account;
        let modules = modules::in_package((given, kind), account, is_wanted, keep, &own_module)?;
        let modules: Vec<KernelModule> = modules.into_iter().flatten().collect();
        let unread = image.and_then(|(facts, unread)| {
            self.begin_with(facts);
            unread
        });
        let rows = files.iter().filter_map(|file| Some((Row::of(&file.inside)?, file)));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|((_, rank), _)| *rank);
        for ((row, _), file) in rows {
            let place = names::place(&given.path, &file.inside);
            let content = unpack::unpack(&file.bytes, limits.text(), limits);
            let content = content.map_err(Cause::packed(&place))?;
            (row.take)(self, &place, &content)?;
        }
        let needs_exports = !self.exports.is_whole();
        self.take_modules(&modules, needs_exports);
        // Nobody misses what an image does not tell where something else does.
        unread.filter(|_| self.exports.is_empty()).map_or(Ok(()), Err)
    }

    /// What the image of a kernel says that lies in a package at `path`, and why that is not all.
    ///
    /// # Errors
    /// It is over a limit.
    fn of_image(path: &Path, packed: &[u8], limits: Limits) -> Result<(Facts, Option<Error>)> {
        let mut facts = Facts::new(limits);
        let kernel = images::unpack(packed, limits.alone(), limits).map_err(Cause::packed(path));
        match kernel.and_then(|kernel| facts.take_kernel(path, &kernel)) {
            Ok(()) => Ok((facts, None)),
            Err(error) if error.is_over_limit() => Err(error),
            Err(error) => Ok((facts, Some(error))),
        }
    }

    /// The kernel that is running.
    fn running(&mut self) -> Result<()> {
        let most = self.account.limits.text();
        let path = Path::new("/proc/sys/kernel/osrelease");
        let release = files::read_found(path, most).map_err(Cause::io(path))?;
        let release = release.trim_ascii().to_owned();
        self.release = Some(release.clone());
        let version = files::read_found(Path::new("/proc/version"), most);
        self.maker = version.ok().map(|text| text.to_vec());
        self.file_at(Path::new("/proc/config.gz"), Self::take_config)?;
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
        let name = OsStr::from_bytes(&release);
        let directory = PathBuf::from("/lib/modules").join(name);
        if !directory.is_dir() {
            return Err(Cause::NotInstalled.at(&directory));
        }
        self.installed(&directory)
    }
}
