//! What `check` wants of the kernel that is to load modules: exports, configuration, release and
//! machine, from whatever it is given as, or from the one that is running.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{Cause, Result};
use super::given::{Given, Kind};
use super::names::{self, is_at_end};
use super::packages::Package;
use super::{kernel_file, modules, tree, unpack};
use crate::check::{Export, Exports, Kernel, Profile, Signatures};
use crate::kernel::Config;
use crate::module::{Machine, Module};
use crate::release::{Behaviour, KernelRelease};

/// Reads the kernel that `path` is, or that is `running`. A profile that is told counts before one
/// that is seen.
///
/// # Errors
/// It cannot be read, or is no kernel.
pub fn read(path: &Path, profile: Option<Profile>) -> Result<Kernel> {
    let mut parts = Parts::default();
    if path == Path::new("running") {
        parts.running()?;
    } else {
        let given = Given::at(path)?;
        match given.kind {
            Kind::Directory => parts.directory(path)?,
            _ => parts.file(&given)?,
        }
    }
    if !parts.exports.are_all && parts.exports.is_empty() {
        return Err(Cause::NoKernel.at(path));
    }
    Ok(parts.kernel(path, profile))
}

/// What is found of a kernel, piece by piece. What is found first counts.
#[derive(Default)]
struct Parts {
    release: Option<Vec<u8>>,
    vermagic: Option<Vec<u8>>,
    machine: Option<Machine>,
    config: Config,
    struct_size: Option<u64>,
    exports: Exports,
    /// Whoever made it.
    maker: Option<Vec<u8>>,
    signatures: Option<Signatures>,
}

/// What is asked of one of a kernel's own modules.
struct OwnModule {
    vermagic: Option<Vec<u8>>,
    machine: Machine,
    struct_size: Option<u64>,
    exports: Exports,
    recorded: Vec<(Vec<u8>, u32)>,
}

/// What is asked of the modules in a kernel's own tree.
fn own_module(_: &[u8], name: &[u8], module: &Module<'_>) -> OwnModule {
    let mut exports = Exports::default();
    exports.add_module(name, module);
    let recorded = module.versions.entries().iter().map(|it| (it.symbol.to_owned(), it.crc));
    OwnModule {
        vermagic: module.values(b"vermagic").next().map(<[u8]>::to_owned),
        machine: Machine { target: module.target, number: module.machine },
        struct_size: module.struct_size,
        exports,
        recorded: recorded.collect(),
    }
}

/// What a file tells, by the end of its path.
struct Row {
    ends: &'static [&'static str],
    take: fn(&mut Parts, &Path, &[u8]) -> Result<()>,
}

/// The files of a tree or a package that tell something, the more telling ones first.
const FILES: &[Row] = &[
    Row { ends: names::SYMVERS, take: Parts::symvers },
    Row { ends: &["include/generated/utsrelease.h"], take: Parts::uts_release },
    Row { ends: &["include/generated/compile.h"], take: Parts::compile },
    Row { ends: &["include/config/kernel.release"], take: Parts::kernel_release },
    Row { ends: &[".config", "config"], take: Parts::config },
];

impl Parts {
    /// The kernel, of all that was found.
    fn kernel(self, given: &Path, profile: Option<Profile>) -> Kernel {
        let release = self.release.or_else(|| {
            let words = self.vermagic.as_ref()?.split(|&byte| byte == b' ').next();
            words.map(<[u8]>::to_owned)
        });
        let vermagic = self
            .vermagic
            .or_else(|| release.as_ref().and_then(|release| self.config.vermagic(release)));
        let seen = Profile::told_by(release.as_deref(), self.maker.as_deref());
        let profile = profile.or(seen);
        let number = release.as_ref().and_then(|it| String::from_utf8_lossy(it).parse().ok());
        let load = Behaviour::at(number.unwrap_or(KernelRelease::NEWEST_KNOWN)).load;
        let enforces = self.config.is_set("CONFIG_MODULE_SIG_FORCE") == Some(true);
        let by_config = if enforces { Signatures::Enforced } else { Signatures::NotEnforced };
        Kernel {
            title: given.as_os_str().as_bytes().to_owned(),
            vermagic,
            machine: self.machine.or_else(|| self.config.machine()),
            config: self.config,
            struct_size: self.struct_size,
            exports: self.exports,
            signatures: self.signatures.unwrap_or(by_config),
            load: profile.unwrap_or(Profile::Mainline).applied(load),
            profile,
            release,
        }
    }

    /// A directory: headers or a build, else the modules of an installed kernel.
    fn directory(&mut self, directory: &Path) -> Result<()> {
        self.files_in(directory)?;
        let has_headers = self.exports.are_all;
        if directory.join("kernel").is_dir() && !has_headers {
            self.installed(directory)
        } else if has_headers {
            // A tree that was built has the kernel itself.
            let _ = self.struct_size_of_first(directory);
            Ok(())
        } else {
            self.modules(directory)
        }
    }

    /// The files of a directory that tell something.
    fn files_in(&mut self, directory: &Path) -> Result<()> {
        for row in FILES {
            for end in row.ends {
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
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
                return Ok(());
            }
            Err(error) => return Err(Cause::Io(error).at(path)),
        };
        take(self, path, &unpack::unpack(&bytes).map_err(Cause::packed(path))?)
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
                let boot = root.join("boot");
                let at = |start: &str, end: &str| {
                    let name = [start.as_bytes(), name, end.as_bytes()].concat();
                    boot.join(OsStr::from_bytes(&name))
                };
                self.file_at(&at("config-", ""), Self::config)?;
                for end in [".gz", ".xz", ".zst"] {
                    self.file_at(&at("symvers-", end), Self::symvers)?;
                }
            }
        }
        if self.exports.are_all {
            self.struct_size_of_first(&directory.join("kernel"))?;
        } else {
            // Together they export everything. Not everybody may read the kernel itself.
            let images = kernel_file::of_modules(directory);
            let image = images.iter().find_map(|path| Given::at(path).ok());
            let has_image = image.is_some_and(|image| self.file(&image).is_ok());
            self.modules(directory)?;
            self.exports.are_all = has_image;
        }
        self.release = self.release.take().or(release);
        Ok(())
    }

    /// Whatever one of the kernel's modules tells of the kernel.
    fn struct_size_of_first(&mut self, directory: &Path) -> Result<()> {
        let Some(first) = modules::find_first(directory) else { return Ok(()) };
        let found = modules::read_any(&first, &modules::parsed(own_module))?;
        self.own_modules(found, false);
        Ok(())
    }

    /// All modules in a directory.
    fn modules(&mut self, directory: &Path) -> Result<()> {
        let files = tree::list(directory)?.modules;
        let found = modules::in_directory(directory, &files, &modules::parsed(own_module))?;
        self.own_modules(found.modules, true);
        Ok(())
    }

    fn own_modules(&mut self, modules: Vec<OwnModule>, with_exports: bool) {
        for module in &modules {
            self.vermagic = self.vermagic.take().or_else(|| module.vermagic.clone());
            self.machine = self.machine.or(Some(module.machine));
            self.struct_size = self.struct_size.or(module.struct_size);
            if with_exports {
                self.exports.add_all(&module.exports);
            }
        }
        if with_exports {
            let recorded = modules.iter().flat_map(|module| &module.recorded);
            self.exports.add_recorded(recorded.map(|(symbol, crc)| (&**symbol, *crc)));
        }
    }

    /// A file that is given itself.
    fn file(&mut self, given: &Given) -> Result<()> {
        let path = &given.path;
        match given.kind {
            Kind::Package(kind) => self.package(path, kind, &given.bytes),
            Kind::Kernel | Kind::Module => self.vmlinux(path, &given.content()?),
            Kind::Symvers => {
                self.symvers(path, &given.content()?)?;
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
            | Kind::Unknown => {
                given.content()?;
                Err(Cause::NotKernel.at(path))
            }
        }
    }

    fn package(&mut self, path: &Path, kind: Package, bytes: &[u8]) -> Result<()> {
        let is_boot_config = |path: &[u8]| names::file_name(path).starts_with(b"config-");
        let row_of = |path: &[u8]| {
            FILES.iter().position(|row| row.ends.iter().any(|end| is_at_end(path, end)))
        };
        let is_wanted =
            |path: &[u8]| row_of(path).is_some() || is_boot_config(path) || names::is_symvers(path);
        let take = modules::parsed(own_module);
        let (mut files, modules) = modules::in_package(path, kind, bytes, is_wanted, &take)?;
        files.sort_by_key(|file| row_of(&file.inside).unwrap_or(FILES.len()));
        for file in &files {
            let place = tree::place(path, &file.inside);
            let content = unpack::unpack(&file.bytes).map_err(Cause::packed(&place))?;
            match row_of(&file.inside).map(|row| &FILES[row]) {
                Some(row) => (row.take)(self, &place, &content)?,
                None if is_boot_config(&file.inside) => self.config(&place, &content)?,
                None => self.symvers(&place, &content)?,
            }
        }
        let needs_exports = !self.exports.are_all;
        self.own_modules(modules, needs_exports);
        Ok(())
    }

    fn vmlinux(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let kernel = kernel_file::read(path, bytes)?;
        self.release = kernel.release.map(<[u8]>::to_owned);
        self.vermagic = kernel.vermagic.map(<[u8]>::to_owned);
        self.machine = Some(Machine { target: kernel.target, number: kernel.machine });
        self.maker = kernel.banner.map(<[u8]>::to_owned);
        if let Some(config) = kernel.config {
            self.config(path, &unpack::unpack(config).map_err(Cause::packed(path))?)?;
        }
        for export in &kernel.exports {
            let added = Export {
                crc: export.crc,
                is_gpl: Some(export.is_gpl),
                namespace: Some(export.namespace.to_owned()),
                owner: None,
            };
            self.exports.add(export.symbol, added);
        }
        Ok(())
    }

    /// The kernel that is running.
    fn running(&mut self) -> Result<()> {
        let path = Path::new("/proc/sys/kernel/osrelease");
        let release = fs::read(path).map_err(Cause::io(path))?;
        let release = release.trim_ascii().to_owned();
        self.release = Some(release.clone());
        self.maker = fs::read("/proc/version").ok();
        self.file_at(Path::new("/proc/config.gz"), Self::config)?;
        let is = |path: &str, word: &str| {
            fs::read(path)
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

    fn symvers(&mut self, path: &Path, text: &[u8]) -> Result<()> {
        if self.exports.are_all {
            return Ok(());
        }
        self.exports = Exports::read(text).map_err(|bad| Cause::Symvers(bad).at(path))?;
        if self.exports.is_empty() {
            return Err(Cause::NoSymbols.at(path));
        }
        Ok(())
    }

    fn uts_release(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        let found = quoted_after(text, b"UTS_RELEASE");
        self.release = self.release.take().or(found);
        Ok(())
    }

    fn compile(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        let found = quoted_after(text, b"LINUX_COMPILE_BY");
        self.maker = self.maker.take().or(found);
        Ok(())
    }

    fn kernel_release(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        self.release = self.release.take().or_else(|| Some(text.trim_ascii().to_owned()));
        Ok(())
    }

    fn config(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        if self.config.is_empty() {
            self.config = Config::read(text);
        }
        Ok(())
    }
}

/// The text between the quotes that follow a word.
fn quoted_after(text: &[u8], word: &[u8]) -> Option<Vec<u8>> {
    let rest = &text[memchr::memmem::find(text, word)?..];
    let mut parts = rest.split(|&byte| byte == b'"');
    parts.nth(1).map(<[u8]>::to_owned)
}

#[cfg(test)]
mod tests {
    use super::quoted_after;

    #[test]
    fn the_text_between_quotes_is_found() {
        let text = b"#define UTS_RELEASE \"6.1.0-56-amd64\"\n";
        assert_eq!(quoted_after(text, b"UTS_RELEASE").unwrap(), b"6.1.0-56-amd64");
        assert_eq!(quoted_after(b"nothing", b"UTS_RELEASE"), None);
    }
}
