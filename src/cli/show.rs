//! `modversions show`: the content of a module or a kernel.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Io;
use super::exit::{Exit, Failure, Result};
use super::format::Format;
use super::resources::Resources;
use crate::check::{show_module, show_vmlinux};
use crate::inputs::given::{Given, Kind};
use crate::module::{Module, Vmlinux};

/// Show the content of a module or a kernel
///
/// Its .modinfo, its exports and imports with CRCs and namespaces, and both kinds of version
/// tables. FILE is a module, compressed or not, a vmlinux or a vmlinuz.
#[derive(Args)]
pub(super) struct Arguments {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    pub(super) resources: Resources,
}

impl Arguments {
    /// Shows the file.
    pub(super) fn run(&self, io: &mut Io<'_>) -> Result<Exit> {
        io.write(&shown(&self.file, self.format)?)?;
        Ok(Exit::Good)
    }
}

fn shown(path: &Path, format: Format) -> Result<Vec<u8>> {
    let (format, name) = (format.into(), path.as_os_str().as_bytes());
    let given = Given::file(path)?;
    let content = given.content()?;
    let shown = match given.kind {
        Kind::Kernel => Vmlinux::read(&content).map(|it| show_vmlinux(format, name, &it)),
        // What is none is refused with the reason.
        _ => Module::read(&content).map(|it| show_module(format, name, &it)),
    };
    shown.map_err(|error| Failure::of(path, &error.to_string()))
}
