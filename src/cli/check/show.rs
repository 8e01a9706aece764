//! `modversions show`: what a module or a kernel says of itself.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::Format;
use crate::check::{self, show_module, show_vmlinux};
use crate::cli::Io;
use crate::elf::NotReadable;
use crate::inputs::modules::{self, Result, io_error, said_of};
use crate::inputs::unpack;
use crate::module::{Module, ReadError, Vmlinux};

/// Shows a file; returns the exit status: 0, or 2 if it cannot be read.
pub(in crate::cli) fn show(path: &Path, format: Format, io: &mut Io<'_>) -> u8 {
    match try_show(path, format) {
        Ok(text) => {
            io.print(&text);
            0
        }
        Err(message) => {
            io.complain(&[b"modversions: ", &message[..], b"\n"].concat());
            2
        }
    }
}

fn try_show(path: &Path, format: Format) -> Result<Vec<u8>> {
    let format = match format {
        Format::Text => check::Format::Text,
        Format::Json => check::Format::Json,
    };
    let bytes = fs::read(path).map_err(|error| io_error(path, &error))?;
    let content =
        unpack::unpack_kernel(&bytes).map_err(|error| modules::not_unpacked(path, &error))?;
    let name = path.as_os_str().as_bytes();
    match Module::read(&content) {
        Ok(module) => Ok(show_module(format, name, &module)),
        Err(ReadError::Object(NotReadable::NotRelocatable)) => match Vmlinux::read(&content) {
            Ok(kernel) => Ok(show_vmlinux(format, name, &kernel)),
            Err(error) => Err(said_of(path, &error.to_string())),
        },
        Err(error) => Err(said_of(path, &error.to_string())),
    }
}
