//! What the file of a kernel itself says: `vmlinux`, `vmlinuz`, in whatever form it boots.

use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::error::{Cause, Error, Result};
use super::limits::Limits;
use super::{btf, images, kernel_file, unpack};
use crate::btf::Btf;
use crate::elf;
use crate::kernel::{Config, KernelModule};
use crate::module::Machine;

/// What is in the file of a kernel.
#[derive(Default)]
pub(super) struct Image {
    /// Its exports, if it has any.
    pub(super) exports: Option<KernelModule>,
    /// What it calls itself.
    pub(super) release: Option<Vec<u8>>,
    /// What it asks of a module's `vermagic`.
    pub(super) vermagic: Option<Vec<u8>>,
    /// The machine that it is for.
    pub(super) machine: Option<Machine>,
    /// Its banner, which says who made it.
    pub(super) banner: Option<Vec<u8>>,
    /// The configuration that it contains; empty if there is none.
    pub(super) config: Config,
    /// Its BTF, if that was wanted and is there.
    pub(super) btf: Option<Vec<u8>>,
    /// Why it has no exports.
    pub(super) unread: Option<Error>,
}

/// Whether a file has BTF, and nothing else is expected in it.
fn is_btf_alone(bytes: &[u8]) -> bool {
    let section = || elf::named_section(bytes, b".BTF").ok().flatten();
    Btf::is_begun(bytes) || elf::has_sections(bytes) && section().is_some()
}

impl Image {
    /// Reads the file at `path`, as far as it can be read; `unread` has what cannot.
    ///
    /// # Errors
    /// It is over a limit.
    pub(super) fn read(
        path: &Path,
        bytes: &[u8],
        wants_btf: bool,
        limits: Limits,
    ) -> Result<Image> {
        let kernel = images::unpack(bytes, limits.alone(), limits);
        match kernel.map_err(Cause::packed(path)) {
            Ok(kernel) => Image::of(path, &kernel, wants_btf, limits),
            Err(error) => Image::not_read(error),
        }
    }

    /// The same of a kernel that is unpacked.
    pub(super) fn of(
        path: &Path,
        kernel: &images::Kernel<'_>,
        wants_btf: bool,
        limits: Limits,
    ) -> Result<Image> {
        let mut image = match Image::of_vmlinux(path, kernel, limits) {
            Ok(image) => image,
            // Headers have such a file for its BTF.
            Err(_) if is_btf_alone(&kernel.bytes) => Image::default(),
            Err(error) => Image::not_read(error)?,
        };
        if wants_btf {
            image.btf = match btf::find(&kernel.bytes, limits) {
                Ok(found) => Some(found.btf),
                Err(cause) => cause.at(path).if_over_limit().map(|()| None)?,
            };
        }
        Ok(image)
    }

    /// An image of which nothing is known.
    ///
    /// # Errors
    /// It is over a limit.
    pub(super) fn not_read(error: Error) -> Result<Image> {
        match error.is_over_limit() {
            true => Err(error),
            false => Ok(Image { unread: Some(error), ..Image::default() }),
        }
    }

    /// All but its BTF.
    fn of_vmlinux(path: &Path, unpacked: &images::Kernel<'_>, limits: Limits) -> Result<Image> {
        let kernel = kernel_file::read(path, unpacked)?;
        let config = match kernel.config {
            Some(config) => {
                let text = unpack::unpack(config, limits.text(), limits);
                Config::read(&text.map_err(Cause::packed(path))?)
            }
            None => Config::default(),
        };
        let unread = kernel_file::loads_modules(path, &kernel, unpacked.form).err();
        let exports = || KernelModule::of_kernel(path.as_os_str().as_bytes(), &kernel);
        Ok(Image {
            exports: unread.is_none().then(exports),
            release: kernel.release.map(<[u8]>::to_owned),
            vermagic: kernel.vermagic.map(<[u8]>::to_owned),
            machine: Some(Machine { target: kernel.target, number: kernel.machine }),
            banner: kernel.banner.map(<[u8]>::to_owned),
            config,
            btf: None,
            unread,
        })
    }

    /// Whether nothing more can come of another file.
    pub(super) fn is_enough(&self, wants_btf: bool) -> bool {
        self.exports.is_some() && (!wants_btf || self.btf.is_some())
    }

    /// Whether it exports all of these symbols.
    pub(super) fn has_all(&self, wanted: &HashSet<Vec<u8>>) -> bool {
        let Some(kernel) = &self.exports else { return false };
        let exports: HashSet<&[u8]> =
            kernel.exports.iter().map(|(symbol, _)| &symbol[..]).collect();
        wanted.iter().all(|symbol| exports.contains(&symbol[..]))
    }

    /// Adds what only the next file of the same kernel says.
    pub(super) fn add(&mut self, next: Image) {
        self.exports = self.exports.take().or(next.exports);
        self.release = self.release.take().or(next.release);
        self.vermagic = self.vermagic.take().or(next.vermagic);
        self.machine = self.machine.or(next.machine);
        self.banner = self.banner.take().or(next.banner);
        self.btf = self.btf.take().or(next.btf);
        if self.config.is_empty() {
            self.config = next.config;
        }
        self.unread = self.unread.take().or(next.unread).filter(|_| self.exports.is_none());
    }
}
