//! `modversions show`: what a module or a kernel says of itself.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Io;
use super::exit::{Exit, Failure, Result};
use super::format::Format;
use crate::check::{show_module, show_vmlinux};
use crate::elf::NotReadable;
use crate::inputs::{modules, unpack};
use crate::module::{Module, ReadError, Vmlinux};

/// Show what a module or a kernel says of itself
///
/// Its .modinfo, what it exports and imports with CRCs and namespaces, and both kinds of version
/// tables. FILE is a module, compressed or not, a vmlinux or a vmlinuz.
#[derive(Args)]
pub(super) struct Arguments {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What is printed
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Arguments {
    /// Shows the file.
    pub(super) fn run(&self, io: &mut Io<'_>) -> Result<Exit> {
        io.print(&shown(&self.file, self.format)?);
        Ok(Exit::Good)
    }
}

fn shown(path: &Path, format: Format) -> Result<Vec<u8>> {
    let format = format.into();
    let bytes = fs::read(path).map_err(Failure::from_io(path))?;
    let content =
        unpack::unpack_kernel(&bytes).map_err(|error| modules::not_unpacked(path, &error))?;
    let name = path.as_os_str().as_bytes();
    match Module::read(&content) {
        Ok(module) => Ok(show_module(format, name, &module)),
        Err(ReadError::Object(NotReadable::NotRelocatable)) => match Vmlinux::read(&content) {
            Ok(kernel) => Ok(show_vmlinux(format, name, &kernel)),
            Err(error) => Err(Failure::of(path, &error.to_string())),
        },
        Err(error) => Err(Failure::of(path, &error.to_string())),
    }
}
