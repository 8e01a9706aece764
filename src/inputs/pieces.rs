//! The pieces of one kernel, and what is known from all of them together: of which piece each fact
//! is taken is decided here, whatever was given and in whatever order it lies there.
//!
//! | Fact | From |
//! |---|---|
//! | exports | the first list of all exports; else the kernel itself and its modules |
//! | release | the running kernel; else of each piece the kernel itself, its headers, the folder or file that is named after it |
//! | `vermagic` | the kernel itself, else its modules, else the configuration |
//! | machine | the kernel itself, else its modules, else the configuration |
//! | configuration | the first that lies somewhere, else that in the kernel itself |
//!
//! `finder` takes the pieces from directories, packages and files.

use std::collections::{BTreeSet, HashSet};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::about::About;
use super::error::{Cause, Error, Result};
use super::facts::Facts;
use super::image::Image;
use super::limits::{Account, Kept, Limits};
use super::progress::Progress;
use super::types::TypesIn;
use super::{btf, exports, given};
use crate::btf::{KernelBtf, ModuleBtf};
use crate::check::{Kernel, Profile, Signatures};
use crate::kernel::{Config, Coverage, Exports, KernelModule, ModuleTree};
use crate::release::{Behaviour, KernelRelease, VersionEntries};

/// What the pieces are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The kernel that modules are to be loaded on.
    Check,
    /// A side of a comparison, with its types, and with its BTF if that is wanted.
    Comparison {
        /// Whether it is.
        wants_btf: bool,
    },
}

impl Purpose {
    pub(super) fn wants_btf(self) -> bool {
        self == Purpose::Comparison { wants_btf: true }
    }
}

/// What is taken of one of the kernel's own modules.
pub(super) struct OwnModule {
    pub(super) module: KernelModule,
    /// Its BTF, if that is wanted and it exports something.
    pub(super) btf: Option<ModuleBtf>,
}

impl Kept for OwnModule {
    fn kept(&self) -> u64 {
        self.module.kept() + self.btf.kept()
    }
}

/// A tree of modules that is read once it is known what is wanted of it.
pub(super) struct ModulesIn {
    pub(super) directory: PathBuf,
    /// Whether it is `/lib/modules/RELEASE` of an installed kernel.
    pub(super) is_installed: bool,
    /// The roots that it may be installed below.
    pub(super) roots: Vec<PathBuf>,
}

/// What is found of a kernel, piece by piece.
pub(super) struct Pieces<'p> {
    /// What was taken so far.
    pub(super) account: Account,
    pub(super) purpose: Purpose,
    /// The only symbols that are asked for; none if it may be any.
    pub(super) wanted: Option<HashSet<Vec<u8>>>,
    pub(super) progress: &'p Progress,
    /// What was given.
    pub(super) given: Vec<PathBuf>,
    /// What small files say.
    pub(super) facts: Facts,
    pub(super) image: Image,
    pub(super) modules: Vec<OwnModule>,
    /// Modules that are read if they are missed.
    pub(super) modules_in: Vec<ModulesIn>,
    /// Whether the modules are all that the kernel has.
    pub(super) are_all: bool,
    /// The first module of which nothing is in its file.
    pub(super) absent: Option<Error>,
    /// The packages that were given, and what they say of themselves.
    pub(super) packages: Vec<(PathBuf, About)>,
    /// The release that the name of the first of them shows, which counts if nothing else shows one.
    pub(super) by_package: Option<Vec<u8>>,
    /// The release that is running.
    pub(super) running: Option<Vec<u8>>,
    /// The releases of the pieces before, each with its place.
    releases: Vec<(PathBuf, Vec<u8>)>,
    pub(super) signatures: Option<Signatures>,
    pub(super) types: TypesIn,
    /// What there is to say before any answer.
    pub(super) remarks: Vec<Vec<u8>>,
}

/// A kernel, its banner if it was read, and remarks.
type FoundKernel = (Kernel, Option<Vec<u8>>, Vec<Vec<u8>>);

/// What was found of one side of a comparison.
pub(super) struct Side {
    pub(super) exports: Option<Exports>,
    pub(super) types: TypesIn,
    pub(super) btf: Option<KernelBtf>,
    pub(super) remarks: Vec<Vec<u8>>,
}

impl<'p> Pieces<'p> {
    /// Nothing yet.
    pub(super) fn new(purpose: Purpose, limits: Limits, progress: &'p Progress) -> Self {
        Self {
            account: Account::new(limits),
            purpose,
            wanted: None,
            progress,
            given: Vec::new(),
            facts: Facts::default(),
            image: Image::default(),
            modules: Vec::new(),
            modules_in: Vec::new(),
            are_all: false,
            absent: None,
            packages: Vec::new(),
            by_package: None,
            running: None,
            releases: Vec::new(),
            signatures: None,
            types: TypesIn::Nothing,
            remarks: Vec::new(),
        }
    }

    /// How much may be held.
    pub(super) fn limits(&self) -> Limits {
        self.account.limits
    }

    /// What was given first, for messages.
    pub(super) fn first(&self) -> &Path {
        self.given.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// What was given, as reports call it.
    pub(super) fn title(&self) -> Vec<u8> {
        given::title(&self.given).into_os_string().into_vec()
    }

    /// Ends a piece: it must be of the same kernel as those before.
    ///
    /// # Errors
    /// It is of another release.
    pub(super) fn end_piece(&mut self, path: &Path) -> Result<()> {
        let release = std::mem::take(&mut self.facts.release);
        let Some(release) = release.best() else { return Ok(()) };
        if let Some((first, other)) = self.releases.iter().find(|(_, other)| *other != release) {
            let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
            let cause = Cause::OtherKernel(text(release), text(other), first.clone());
            return Err(cause.at(path));
        }
        self.releases.push((path.to_owned(), release.to_owned()));
        Ok(())
    }

    /// The release, as far as pieces say it.
    fn own_release(&self) -> Option<&[u8]> {
        let of_pieces = self.releases.first().map(|(_, release)| &**release);
        let own = self.running.as_deref().or(of_pieces).or(self.facts.release.best());
        own.or(self.by_package.as_deref())
    }

    /// The configuration.
    pub(super) fn configuration(&self) -> &Config {
        if self.facts.config.is_empty() { &self.image.config } else { &self.facts.config }
    }

    /// How the loader of the kernel behaves, as far as its release says it.
    pub(super) fn load(release: Option<&[u8]>) -> crate::release::Load {
        let number = release.and_then(|it| String::from_utf8_lossy(it).parse().ok());
        Behaviour::at(number.unwrap_or(KernelRelease::NEWEST_KNOWN)).load
    }

    /// The `vermagic` that the configuration makes of the release.
    fn configured_vermagic(&self, release: &[u8]) -> Option<Vec<u8>> {
        self.configuration().vermagic(release, Self::load(Some(release)).preemption)
    }

    /// Whether the kernel itself has something to say that is not known yet.
    pub(super) fn misses_image(&self) -> bool {
        let is_told = || self.configured_vermagic(self.own_release()?);
        match self.purpose {
            Purpose::Check => self.facts.list.is_none() || is_told().is_none(),
            Purpose::Comparison { wants_btf } => wants_btf || self.facts.list.is_none(),
        }
    }

    /// The kernel that modules are to be loaded on, and remarks about it. A profile that is given
    /// counts before one that is seen.
    ///
    /// # Errors
    /// A piece cannot be read, or none has exports.
    pub(super) fn kernel(mut self, profile: Option<Profile>) -> Result<FoundKernel> {
        self.finish()?;
        let modules = std::mem::take(&mut self.modules).into_iter().map(|it| it.module);
        let modules: Vec<KernelModule> = modules.collect();
        let tree = ModuleTree::new(&modules, self.own_release());
        let mut exports = Exports::partial();
        if let Some(list) = self.facts.list.take() {
            exports = list;
        } else {
            if let Some(kernel) = &self.image.exports {
                kernel.exports.iter().for_each(|(symbol, it)| exports.add(symbol, it.clone()));
                exports.origin.has_kernel = true;
            }
            exports.add_tree(&tree);
            if exports.origin.has_kernel && self.are_all {
                exports.origin.coverage = Coverage::Everything;
            }
        }
        if exports.is_empty() {
            return Err(self.nothing(Cause::NoKernel));
        }
        let first_of = |it: fn(&KernelModule) -> Option<Vec<u8>>| tree.modules().find_map(it);
        let vermagic = self.image.vermagic.take().or_else(|| first_of(|it| it.vermagic.clone()));
        let first_word = || vermagic.as_ref()?.split(|&byte| byte == b' ').next();
        let release = self.own_release().or_else(first_word).map(<[u8]>::to_owned);
        let maker = self.image.banner.as_deref().or(self.facts.maker.as_deref());
        let is_linked = |it: &KernelModule| it.version_entries == VersionEntries::Linked;
        let entries = match tree.modules().any(is_linked) {
            true => VersionEntries::Linked,
            false => self.facts.version_entries,
        };
        let seen = match entries {
            VersionEntries::Linked => Some(Profile::Ubuntu),
            VersionEntries::Fixed => Profile::of_maker(release.as_deref(), maker),
        };
        let profile = profile.or(seen);
        let load = Self::load(release.as_deref());
        let by_release = || self.configured_vermagic(release.as_ref()?);
        let config = self.configuration().clone();
        let enforces = config.is_set("CONFIG_MODULE_SIG_FORCE") == Some(true);
        let by_config = if enforces { Signatures::Enforced } else { Signatures::NotEnforced };
        let of_modules = || tree.modules().map(|module| module.machine).next();
        let kernel = Kernel {
            title: self.title(),
            vermagic: vermagic.clone().or_else(by_release),
            machine: self.image.machine.or_else(of_modules).or_else(|| config.machine()),
            config,
            struct_size: tree.modules().find_map(|module| module.struct_size),
            exports,
            signatures: self.signatures.unwrap_or(by_config),
            load: profile.unwrap_or(Profile::Mainline).applied(load),
            profile,
            release,
        };
        Ok((kernel, self.image.banner, self.remarks))
    }

    /// A side of a comparison.
    ///
    /// # Errors
    /// A piece cannot be read, or none has anything that can be compared.
    pub(super) fn side(mut self) -> Result<Side> {
        self.finish()?;
        let (modules, of_modules): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.modules).into_iter().map(|it| (it.module, it.btf)).unzip();
        let all: Vec<KernelModule> = self.image.exports.take().into_iter().chain(modules).collect();
        let exports = match self.facts.list.take() {
            Some(mut list) => {
                list.origin.machine = self.image.machine.or_else(|| self.facts.config.machine());
                Some(list)
            }
            None if all.is_empty() => None,
            None => Some(exports::of_modules(self.first(), &all, self.are_all)?),
        };
        let btf = self.image.btf.take();
        let is_nothing = exports.is_none() && btf.is_none();
        let btf = btf.filter(|_| self.purpose.wants_btf());
        let btf = btf.map(|btf| self.together(btf, of_modules)).transpose()?.flatten();
        if is_nothing && matches!(self.types, TypesIn::Nothing) {
            let is_package = !self.packages.is_empty();
            let cause = if is_package { Cause::NoExports } else { Cause::NoRelease };
            return Err(self.nothing(cause));
        }
        Ok(Side { exports, types: self.types, btf, remarks: self.remarks })
    }

    /// The BTF of a kernel and its modules, if it can be read: that it is there is not what was asked
    /// for.
    ///
    /// # Errors
    /// It is over a limit.
    fn together(
        &mut self,
        kernel: Vec<u8>,
        modules: Vec<Option<ModuleBtf>>,
    ) -> Result<Option<KernelBtf>> {
        let path = PathBuf::from(std::ffi::OsString::from_vec(self.title()));
        self.account.keep(kernel.len() as u64).map_err(Cause::over(&path))?;
        match btf::together(&path, kernel, modules.into_iter().flatten().collect()) {
            Ok(kernel) => {
                self.remarks.extend(kernel.remark_of(&path));
                Ok(Some(kernel.btf))
            }
            Err(error) => {
                self.remark_unused(&error, "its BTF is not used");
                Ok(None)
            }
        }
    }

    /// That nothing is there: why the kernel itself or a module has nothing, or which packages have
    /// more; else this.
    fn nothing(&mut self, cause: Cause) -> Error {
        let unread = self.image.unread.take().or(self.absent.take());
        let others = || {
            let (path, about) =
                self.packages.iter().find(|(_, about)| about.release().is_some())?;
            Some(Cause::OtherPackages(about.others()).at(path))
        };
        unread.or_else(others).unwrap_or_else(|| cause.at(self.first()))
    }

    /// Remarks that something cannot be read, and what follows from that.
    pub(super) fn remark_unused(&mut self, error: &Error, follows: &str) {
        let words = [&error.message()[..], b"; ", follows.as_bytes()].concat();
        self.remarks.push(words);
    }

    /// Takes what the kernel itself says.
    pub(super) fn take_image(&mut self, image: Image) {
        self.facts.release.of_image =
            self.facts.release.of_image.take().or_else(|| image.release.clone());
        self.image.add(image);
    }

    /// Takes the releases that the names of files in a package show.
    ///
    /// # Errors
    /// There are several.
    pub(super) fn take_named(&mut self, path: &Path, releases: BTreeSet<Vec<u8>>) -> Result<()> {
        if releases.len() > 1 {
            let releases = releases.iter().map(|it| String::from_utf8_lossy(it).into_owned());
            return Err(Cause::Several(releases.collect()).at(path));
        }
        self.facts.release.of_name =
            self.facts.release.of_name.take().or(releases.into_iter().next());
        Ok(())
    }
}
