//! What a kernel is given as, told by its content: a `Module.symvers`; a directory of headers or of a
//! build; the modules of an installed kernel; a package; a `vmlinux`, compressed or not; or the
//! kernel that is running.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::modules::{self, Result, io_error, said_of};
use super::{kernel_file, packages, unpack};
use crate::check::{Export, Exports, Kernel, Profile, Signatures};
use crate::kernel::Config;
use crate::module::{Machine, Module};
use crate::release::{Behaviour, KernelRelease};

/// Reads the kernel that `given` is. A profile that is told counts before one that is seen.
///
/// # Errors
/// A message for the user: it cannot be read, or is no kernel.
pub fn read(given: &Path, profile: Option<Profile>) -> Result<Kernel> {
    let mut parts = Parts::default();
    if given == Path::new("running") {
        parts.running()?;
    } else {
        let metadata = fs::metadata(given).map_err(|error| io_error(given, &error))?;
        if metadata.is_dir() {
            parts.directory(given)?;
        } else {
            let bytes = fs::read(given).map_err(|error| io_error(given, &error))?;
            parts.file(given, &bytes)?;
        }
    }
    if !parts.exports.are_all && parts.exports.is_empty() {
        let words = "there is no kernel in it: no Module.symvers, no modules, no vmlinux";
        return Err(said_of(given, words));
    }
    Ok(parts.kernel(given, profile))
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
    Row {
        ends: &["Module.symvers", "symvers", "symvers.gz", "symvers.xz", "symvers.zst"],
        take: Parts::symvers,
    },
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
            Err(error) => return Err(io_error(path, &error)),
        };
        let text = unpack::unpack(&bytes).map_err(|error| modules::not_unpacked(path, &error))?;
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
            let images = [vec![directory.join("vmlinuz")], kernel_file::booted_by(directory)];
            let mut images = images.iter().flatten();
            let image = images.find_map(|path| Some((path, fs::read(path).ok()?)));
            let has_image = image.is_some_and(|(path, bytes)| self.file(path, &bytes).is_ok());
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
        let found = modules::read_directory(directory, &modules::parsed(own_module))?;
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
    fn file(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        if let Some(kind) = packages::kind(bytes) {
            return self.package(path, kind, bytes);
        }
        let text =
            unpack::unpack_kernel(bytes).map_err(|error| modules::not_unpacked(path, &error))?;
        if text.starts_with(b"\x7fELF") {
            return self.vmlinux(path, &text);
        }
        if text.starts_with(b"0x") {
            self.symvers(path, &text)?;
            // What lies beside it is of the same kernel.
            if let Some(folder) = path.parent().filter(|it| it.join("include/generated").is_dir()) {
                self.files_in(folder)?;
            }
            return Ok(());
        }
        let words = "this is neither a Module.symvers nor a vmlinux nor a package";
        Err(said_of(path, words))
    }

    fn package(&mut self, path: &Path, kind: packages::Package, bytes: &[u8]) -> Result<()> {
        let name = |path: &[u8]| path.rsplit(|&byte| byte == b'/').next().map(<[u8]>::to_owned);
        let is_boot_config = |path: &[u8]| name(path).is_some_and(|it| it.starts_with(b"config-"));
        let row_of = |path: &[u8]| {
            FILES.iter().position(|row| row.ends.iter().any(|end| is_at_end(path, end)))
        };
        let is_wanted = |path: &[u8]| {
            row_of(path).is_some() || is_boot_config(path) || modules::is_symvers(path)
        };
        let take = modules::parsed(own_module);
        let mut found = modules::read_package(path, kind, bytes, is_wanted, &take)?;
        found.files.sort_by_key(|(inside, _)| row_of(inside).unwrap_or(FILES.len()));
        for (inside, content) in &found.files {
            let place = modules::place(path, inside);
            let content = unpack::unpack(content);
            let content = &content.map_err(|error| modules::not_unpacked(&place, &error))?;
            match row_of(inside).map(|row| &FILES[row]) {
                Some(row) => (row.take)(self, &place, content)?,
                None if is_boot_config(inside) => self.config(&place, content)?,
                None => self.symvers(&place, content)?,
            }
        }
        let needs_exports = !self.exports.are_all;
        self.own_modules(found.modules.modules, needs_exports);
        Ok(())
    }

    fn vmlinux(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let kernel = kernel_file::read(path, bytes)?;
        self.release = kernel.release.map(<[u8]>::to_owned);
        self.vermagic = kernel.vermagic.map(<[u8]>::to_owned);
        self.machine = Some(Machine { target: kernel.target, number: kernel.machine });
        self.maker = kernel.banner.map(<[u8]>::to_owned);
        if let Some(config) = kernel.config {
            let text =
                unpack::unpack(config).map_err(|error| modules::not_unpacked(path, &error))?;
            self.config(path, &text)?;
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
        let release = fs::read(path).map_err(|error| io_error(path, &error))?;
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
            let words = "the modules of the running kernel are not installed";
            return Err(said_of(&directory, words));
        }
        self.installed(&directory)
    }

    fn symvers(&mut self, path: &Path, text: &[u8]) -> Result<()> {
        if self.exports.are_all {
            return Ok(());
        }
        self.exports = Exports::read(text).map_err(|bad| {
            [path.as_os_str().as_bytes(), b":", bad.to_string().as_bytes()].concat()
        })?;
        if self.exports.is_empty() {
            return Err(said_of(path, "it is empty: no symbol is exported"));
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

/// Whether a path ends in these names.
fn is_at_end(path: &[u8], end: &str) -> bool {
    let before = path.strip_suffix(end.as_bytes());
    before.is_some_and(|before| before.is_empty() || before.ends_with(b"/"))
}

/// The text between the quotes that follow a word.
fn quoted_after(text: &[u8], word: &[u8]) -> Option<Vec<u8>> {
    let rest = &text[memchr::memmem::find(text, word)?..];
    let mut parts = rest.split(|&byte| byte == b'"');
    parts.nth(1).map(<[u8]>::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{is_at_end, quoted_after};

    #[test]
    fn files_are_known_by_the_end_of_their_paths() {
        assert!(is_at_end(b"usr/src/linux-headers-6.1/.config", ".config"));
        assert!(is_at_end(b"config", "config") && !is_at_end(b"kconfig", "config"));
        let text = b"#define UTS_RELEASE \"6.1.0-56-amd64\"\n";
        assert_eq!(quoted_after(text, b"UTS_RELEASE").unwrap(), b"6.1.0-56-amd64");
        assert_eq!(quoted_after(b"nothing", b"UTS_RELEASE"), None);
    }
}
