//! `modversions show`: the content of a module or a kernel.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::{Exit, Failure, Result};
use super::format::Format;
use super::resources::Resources;
use super::{Environment, Io};
use crate::check::{show_field, show_kernel, show_module, show_vmlinux};
use crate::inputs::given::{Given, Kind};
use crate::inputs::kernel::{self, RUNNING};
use crate::inputs::limits::Limits;
use crate::inputs::progress::Progress;
use crate::module::Module;

/// Show the content of a module or a kernel
///
/// Of a module its .modinfo, its exports and imports with CRCs and namespaces, and both kinds of
/// version tables; of a kernel its release, vermagic, machine and exports. FILE is a module,
/// compressed or not, or whatever `check --kernel` takes: a vmlinux or an image that boots, a
/// Module.symvers, headers, a package, /lib/modules/RELEASE, or the word `running`.
#[derive(Args)]
pub(super) struct Arguments {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Print only the values of this field, one a line, as modinfo does: a tag of .modinfo, filename,
    /// sig_id, signer, sig_key, sig_hashalgo
    #[arg(short = 'F', long, value_name = "FIELD", conflicts_with = "format")]
    field: Option<OsString>,
    #[command(flatten)]
    pub(super) resources: Resources,
}

impl Arguments {
    /// Shows the file.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let limits = self.resources.limits();
        let show = |_: &Progress| match &self.field {
            Some(field) => field_of(&self.file, field, limits),
            None => shown(&self.file, self.format, limits),
        };
        io.write(&Progress::during(environment.progress, "reading the file", show)?)?;
        Ok(Exit::Good)
    }
}

/// A field of the module at `path`.
fn field_of(path: &Path, field: &OsStr, limits: Limits) -> Result<Vec<u8>> {
    let given = Given::file(path, limits)?;
    let content = given.content()?;
    let module = Module::read(&content);
    let module = module.map_err(|error| Failure::of(path, &error.to_string()))?;
    let page = show_field(field.as_bytes(), path.as_os_str().as_bytes(), &module);
    Ok(page.into_bytes())
}

fn shown(path: &Path, format: Format, limits: Limits) -> Result<Vec<u8>> {
    let (format, name) = (format.into(), path.as_os_str().as_bytes());
    if path == Path::new(RUNNING) {
        return Ok(show_kernel(format, &kernel::read(path, None, limits)?));
    }
    let given = Given::at(path, limits)?;
    match given.kind {
        Kind::Kernel => Ok(kernel::of_file(&given, |it| show_vmlinux(format, name, it))?),
        Kind::Directory | Kind::Package(_) | Kind::Symvers => {
            Ok(show_kernel(format, &kernel::read(path, None, limits)?))
        }
        // What is none is refused with the reason.
        Kind::Module
        | Kind::Btf
        | Kind::Consolidated
        | Kind::Record
        | Kind::Symtypes
        | Kind::Unknown => {
            let content = given.content()?;
            let shown = Module::read(&content).map(|it| show_module(format, name, &it));
            shown.map_err(|error| Failure::of(path, &error.to_string()))
        }
    }
}
