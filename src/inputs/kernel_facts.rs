//! What the files of a kernel say of it, each by its name; what is found first counts.

use std::mem;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::error::{Cause, Result};
use super::limits::{Account, Limits};
use super::{images, kernel_file, names, unpack};
use crate::check::{Kernel, Profile, Signatures};
use crate::kernel::{Config, Exports, KERNEL, KernelModule, ModuleTree};
use crate::module::Machine;
use crate::release::{Behaviour, KernelRelease, VersionEntries};

/// A file of a tree or a package that says something of its kernel.
pub(super) struct Row {
    /// What it is called, with the folders above it.
    pub(super) names: &'static [&'static str],
    /// How its name begins in `boot`, where the kernel's release follows.
    begins: &'static [&'static str],
    /// What is taken from it.
    pub(super) take: fn(&mut Facts, &Path, &[u8]) -> Result<()>,
}

/// All such files, the more telling ones first.
pub(super) const FILES: &[Row] = &[
    Row { names: names::SYMVERS, begins: names::SYMVERS_BEGIN, take: Facts::take_symvers },
    Row { names: &["include/generated/utsrelease.h"], begins: &[], take: Facts::take_utsrelease },
    Row { names: &["include/generated/compile.h"], begins: &[], take: Facts::take_compile },
    Row { names: &["include/config/kernel.release"], begins: &[], take: Facts::take_release },
    Row { names: &["include/linux/module.h"], begins: &[], take: Facts::take_module_header },
    Row { names: &[".config", "config"], begins: &["config-"], take: Facts::take_config },
];

impl Row {
    /// The row for a file in a package, and how telling the file is: the less, the more.
    pub(super) fn of(path: &[u8]) -> Option<(&'static Row, (usize, bool))> {
        let name = names::file_name(path);
        FILES.iter().enumerate().find_map(|(index, row)| {
            let is_named = row.names.iter().any(|end| names::is_at_end(path, end));
            let is_in_boot = row.begins.iter().any(|it| name.starts_with(it.as_bytes()));
            (is_named || is_in_boot).then_some((row, (index, !is_named)))
        })
    }
}

/// What is found of a kernel, piece by piece.
pub(super) struct Facts {
    /// What was taken so far.
    pub(super) account: Account,
    pub(super) release: Option<Vec<u8>>,
    vermagic: Option<Vec<u8>>,
    machine: Option<Machine>,
    config: Config,
    struct_size: Option<u64>,
    pub(super) exports: Exports,
    /// Whoever made it.
    pub(super) maker: Option<Vec<u8>>,
    pub(super) signatures: Option<Signatures>,
    /// The form of `__versions`, by its headers or its own modules.
    version_entries: VersionEntries,
}

impl Facts {
    /// Nothing yet.
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            account: Account::new(limits),
            release: None,
            vermagic: None,
            machine: None,
            config: Config::default(),
            struct_size: None,
            exports: Exports::partial(),
            maker: None,
            signatures: None,
            version_entries: VersionEntries::default(),
        }
    }

    /// Takes what a kernel itself says; whatever is found later only adds to it.
    pub(super) fn begin_with(&mut self, mut kernel: Facts) {
        mem::swap(&mut self.account, &mut kernel.account);
        *self = kernel;
    }

    /// The kernel, of all that was found.
    pub(super) fn kernel(self, given: &Path, profile: Option<Profile>) -> Kernel {
        let release = self.release.or_else(|| {
            let words = self.vermagic.as_ref()?.split(|&byte| byte == b' ').next();
            words.map(<[u8]>::to_owned)
        });
        let seen = match self.version_entries {
            VersionEntries::Linked => Some(Profile::Ubuntu),
            VersionEntries::Fixed => Profile::of_maker(release.as_deref(), self.maker.as_deref()),
        };
        let profile = profile.or(seen);
        let number = release.as_ref().and_then(|it| String::from_utf8_lossy(it).parse().ok());
        let load = Behaviour::at(number.unwrap_or(KernelRelease::NEWEST_KNOWN)).load;
        let by_release = |release| self.config.vermagic(release, load.preemption);
        let vermagic = self.vermagic.or_else(|| by_release(release.as_ref()?));
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

    /// Takes what its own modules say, and what they export if that is wanted.
    pub(super) fn take_modules(&mut self, modules: &[KernelModule], with_exports: bool) {
        let tree = ModuleTree::new(modules, self.release.as_deref());
        for module in tree.modules() {
            self.vermagic = self.vermagic.take().or_else(|| module.vermagic.clone());
            self.machine = self.machine.or(Some(module.machine));
            self.struct_size = self.struct_size.or(module.struct_size);
            if module.version_entries == VersionEntries::Linked {
                self.version_entries = VersionEntries::Linked;
            }
        }
        if with_exports {
            self.exports.add_tree(&tree);
        }
    }

    /// Takes what the file of the kernel itself says, also if it has no exports, which is an error.
    pub(super) fn take_kernel(&mut self, path: &Path, unpacked: &images::Kernel<'_>) -> Result<()> {
        let kernel = kernel_file::read(path, unpacked)?;
        self.release = kernel.release.map(<[u8]>::to_owned);
        self.vermagic = kernel.vermagic.map(<[u8]>::to_owned);
        self.machine = Some(Machine { target: kernel.target, number: kernel.machine });
        self.maker = kernel.banner.map(<[u8]>::to_owned);
        if let Some(config) = kernel.config {
            let limits = self.account.limits;
            let text = unpack::unpack(config, limits.text(), limits);
            self.take_config(path, &text.map_err(Cause::packed(path))?)?;
        }
        self.exports.add_module(KERNEL, &kernel.exports);
        kernel_file::loads_modules(path, &kernel, unpacked.form)?;
        self.exports.origin.has_kernel = true;
        Ok(())
    }

    /// Takes a list of all exports.
    pub(super) fn take_symvers(&mut self, path: &Path, text: &[u8]) -> Result<()> {
        if self.exports.is_whole() {
            return Ok(());
        }
        let read = Exports::read(&text.to_vec().into());
        self.exports = read.map_err(|bad| Cause::Exports(bad).at(path))?;
        if self.exports.is_empty() {
            return Err(Cause::NoSymbols.at(path));
        }
        Ok(())
    }

    fn take_utsrelease(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        let found = quoted_after(text, b"UTS_RELEASE");
        self.release = self.release.take().or(found);
        Ok(())
    }

    fn take_compile(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        let found = quoted_after(text, b"LINUX_COMPILE_BY");
        self.maker = self.maker.take().or(found);
        Ok(())
    }

    /// Takes the header that has the form of `__versions`.
    fn take_module_header(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        if has_linked_versions(text) {
            self.version_entries = VersionEntries::Linked;
        }
        Ok(())
    }

    fn take_release(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        self.release = self.release.take().or_else(|| Some(text.trim_ascii().to_owned()));
        Ok(())
    }

    /// Takes a configuration.
    pub(super) fn take_config(&mut self, _: &Path, text: &[u8]) -> Result<()> {
        if self.config.is_empty() {
            self.config = Config::read(text);
        }
        Ok(())
    }
}

/// Whether `struct modversion_info` of a `module.h` has a member `next`.
fn has_linked_versions(text: &[u8]) -> bool {
    let Some(start) = memchr::memmem::find(text, b"struct modversion_info {") else {
        return false;
    };
    let members = text[start..].split(|&byte| byte == b'}').next().unwrap_or_default();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    members.split(|byte| !is_word(byte)).any(|word| word == b"next")
}

/// The text between the quotes that follow a word.
fn quoted_after(text: &[u8], word: &[u8]) -> Option<Vec<u8>> {
    let rest = &text[memchr::memmem::find(text, word)?..];
    let mut parts = rest.split(|&byte| byte == b'"');
    parts.nth(1).map(<[u8]>::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{has_linked_versions, quoted_after};

    #[test]
    fn the_form_of_versions_is_in_the_header() {
        let mainline = b"struct modversion_info {\n\tunsigned long crc;\n\tchar name[8];\n};\nnext";
        let ubuntu = b"struct modversion_info {\n\tu32 next;\n\tu32 crc;\n\tchar name[0];\n};\n";
        assert!(!has_linked_versions(mainline) && has_linked_versions(ubuntu));
        assert!(!has_linked_versions(b""));
    }

    #[test]
    fn the_text_between_quotes_is_found() {
        let text = b"#define UTS_RELEASE \"6.1.0-56-amd64\"\n";
        assert_eq!(quoted_after(text, b"UTS_RELEASE").unwrap(), b"6.1.0-56-amd64");
        assert_eq!(quoted_after(b"nothing", b"UTS_RELEASE"), None);
    }
}
