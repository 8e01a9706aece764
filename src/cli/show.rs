//! `modversions show`: the content of a module or a kernel.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::{Exit, Failure, Result};
use super::format::Format;
use super::resources::Resources;
use super::talk::Talk;
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
    /// The file; several are the pieces of one kernel, or with --field modules
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Print only the values of this field, one a line, as modinfo does: a tag of .modinfo, filename,
    /// sig_id, signer, sig_key, sig_hashalgo
    #[arg(short = 'F', long, value_name = "FIELD", conflicts_with = "format")]
    field: Option<OsString>,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

impl Arguments {
    /// Shows the file.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let limits = self.resources.limits();
        let show = |_: &Progress| match &self.field {
            Some(field) => {
                let fields = self.files.iter().map(|file| field_of(file, field, limits));
                Ok((fields.collect::<Result<Vec<_>>>()?.concat(), Vec::new()))
            }
            None => shown(&self.files, self.format, limits),
        };
        let (text, remarks) = Progress::during(environment.progress, "reading the file", show)?;
        for remark in remarks {
            io.say(&remark);
        }
        io.write(&text)?;
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

/// The text, and what is to be said before it.
fn shown(paths: &[PathBuf], format: Format, limits: Limits) -> Result<(Vec<u8>, Vec<Vec<u8>>)> {
    let format = format.into();
    let kernel = || {
        let kernel::Found { kernel, remarks, .. } = kernel::read(paths, None, limits)?;
        Ok((show_kernel(format, &kernel), remarks))
    };
    let path = match paths {
        [path] if path != Path::new(RUNNING) => path,
        _ => return kernel(),
    };
    let name = path.as_os_str().as_bytes();
    let given = Given::at(path, limits)?;
    let text = match given.kind {
        Kind::Kernel => kernel::of_file(&given, |it| show_vmlinux(format, name, it))?,
        Kind::Directory | Kind::Package(_) | Kind::Symvers => return kernel(),
        // What is none is refused with the reason.
        Kind::Module
        | Kind::Btf
        | Kind::Consolidated
        | Kind::Record
        | Kind::Symtypes
        | Kind::Unknown => {
            let content = given.content()?;
            let shown = Module::read(&content).map(|it| show_module(format, name, &it));
            shown.map_err(|error| Failure::of(path, &error.to_string()))?
        }
    };
    Ok((text, Vec::new()))
}
