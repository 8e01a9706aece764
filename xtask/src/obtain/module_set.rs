//! The modules of a Debian kernel, laid out as a finished build of that kernel leaves them for
//! modpost: objects, lists of their parts, and the CRCs of what they export.
//!
//! An object is a published `.ko` under the name that its `.o` had. Everything else that modpost
//! reads is made from the published `Module.symvers`. Kept in the cache as
//! `modpost/VERSION/modules/`, or `modpost/VERSION-FLAVOUR/modules/` for another flavour than the usual;
//! nothing is written there afterwards, programs run in copies.

mod exports;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use testkit::files::files_below;

use crate::obtain::debian::require_installed;
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels::Kernel;
use crate::obtain::or_skip;
use crate::run::cache::{cache_directory, made_whole};
use crate::run::process::read;

/// The file that lists the objects, as Kbuild's `modules.order` does from 6.6 on.
pub const OBJECTS: &str = "objects.order";

/// The published exports, those of modules and of the kernel itself.
pub const SYMVERS: &str = "Module.symvers";

/// Those of the kernel itself.
pub const KERNEL_SYMVERS: &str = "vmlinux.symvers";

/// The names of some exports, one a line.
pub const SOME_SYMBOLS: &str = "some.symbols";

/// Of the exports, every how many-th is one of these.
const SOME: usize = 3;

/// The modules of one kernel.
pub struct ModuleSet {
    /// The version of the packages.
    pub version: String,
    /// The objects as published: what they export is linked into them, out of modpost's sight.
    pub linked: PathBuf,
    /// The same, but each object also says what it exports, as before it was linked.
    pub exporting: PathBuf,
    /// The modules in Kbuild's order, by path and without suffix: `drivers/net/tun`.
    pub modules: Vec<String>,
}

impl ModuleSet {
    /// The modules of `kernel`, laid out now if they are not yet. None, said on stderr, when the
    /// packages cannot be had; with `CI=true` that is an error.
    pub fn obtain(kernel: &'static Kernel) -> Result<Option<ModuleSet>> {
        or_skip(ModuleSet::laid_out(kernel), "the modules of Debian's kernel")
    }

    /// Downloads and lays out.
    fn laid_out(kernel: &'static Kernel) -> Result<ModuleSet> {
        let packages = DebianKernel::newest(kernel)?;
        let version = packages.version.clone();
        let place = cache_directory()?.join("modpost").join(packages.own_name());
        let linked = place.join("modules");
        let exporting = place.join("exporting-modules");
        if !linked.is_dir() {
            eprintln!("laying out the modules of linux {version}");
            made_whole(&linked, |scratch| lay_out(scratch, &packages))?;
        }
        if !exporting.is_dir() {
            eprintln!("giving the modules of linux {version} their exports back");
            made_whole(&exporting, |scratch| exports::give_back(scratch, &linked, kernel))?;
        }
        let modules = modules_in(&linked)?;
        Ok(ModuleSet { version, linked, exporting, modules })
    }

    /// The text of one of the lists.
    pub fn read(&self, list: &str) -> Result<String> {
        let path = self.linked.join(list);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// The modules that the list of objects in `directory` names.
fn modules_in(directory: &Path) -> Result<Vec<String>> {
    let list = fs::read_to_string(directory.join(OBJECTS))?;
    Ok(list.lines().map(|object| object.trim_end_matches(".o").to_owned()).collect())
}

/// Makes the files of all modules in `target`.
fn lay_out(target: &Path, packages: &DebianKernel) -> Result<()> {
    let installed = installed_modules(&packages.image()?)?;
    let modules = ordered_modules(&installed)?;
    let symvers = fs::read_to_string(packages.headers()?.join(SYMVERS))?;
    let exports = exports_by_module(&symvers);
    modules
        .par_iter()
        .map(|module| {
            let object = target.join(format!("{module}.o"));
            let directory = object.parent().context("an object is in a directory")?;
            fs::create_dir_all(directory)?;
            place_object(&installed.join("kernel"), module, &object)?;
            let exports = exports.get(module.as_str()).map_or(&[][..], Vec::as_slice);
            write_kbuild_files(target, module, exports)
        })
        .collect::<Result<()>>()?;
    let objects = modules.iter().map(|module| format!("{module}.o\n"));
    fs::write(target.join(OBJECTS), objects.collect::<String>())?;
    let of_kernel = symvers.split_inclusive('\n').filter(|line| module_of(line) == Some("vmlinux"));
    fs::write(target.join(KERNEL_SYMVERS), of_kernel.collect::<String>())?;
    let names = symvers.lines().step_by(SOME).filter_map(|line| line.split('\t').nth(1));
    let names = names.map(|name| format!("{name}\n"));
    fs::write(target.join(SOME_SYMBOLS), names.collect::<String>())?;
    fs::write(target.join(SYMVERS), &symvers)?;
    Ok(())
}

/// The directory of the only kernel in the package: `lib/modules/6.1.0-56-amd64`.
fn installed_modules(image: &Path) -> Result<PathBuf> {
    let roots = [image.join("usr/lib/modules"), image.join("lib/modules")];
    let root = roots.iter().find(|root| root.is_dir()).context("a package without modules")?;
    let kernel = fs::read_dir(root)?.next().context("a package without a kernel's modules")?;
    Ok(kernel?.path())
}

/// The modules in the order of Kbuild, where that is published beside them; else by path.
fn ordered_modules(installed: &Path) -> Result<Vec<String>> {
    let Ok(order) = fs::read_to_string(installed.join("modules.order")) else {
        let files = files_below(&installed.join("kernel"))?.into_iter();
        let module = |path: String| Some(path.split_once(".ko")?.0.to_owned());
        let mut modules: Vec<String> = files.filter_map(module).collect();
        modules.sort();
        return Ok(modules);
    };
    order
        .lines()
        .map(|line| {
            let module = line.strip_prefix("kernel/").and_then(|path| path.strip_suffix(".ko"));
            module.map(str::to_owned).ok_or_else(|| anyhow!("modules.order: odd line {line:?}"))
        })
        .collect()
}

/// The column of a dump's line that names the module.
fn module_of(line: &str) -> Option<&str> {
    line.split('\t').nth(2)
}

/// The lines of a dump, by module.
fn exports_by_module(symvers: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut exports: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in symvers.lines() {
        if let Some(module) = module_of(line) {
            exports.entry(module).or_default().push(line);
        }
    }
    exports
}

/// Puts the published `module` at `object`, without compression.
fn place_object(published: &Path, module: &str, object: &Path) -> Result<()> {
    let plain = published.join(format!("{module}.ko"));
    if plain.is_file() {
        return crate::run::working_copy::link_or_copy(&plain, object);
    }
    require_xz()?;
    let compressed = published.join(format!("{module}.ko.xz"));
    let output = fs::File::create(object)?;
    let status = Command::new("xz").arg("-dc").arg(&compressed).stdout(output).status()?;
    if !status.success() {
        bail!("cannot unpack {}: {status}", compressed.display());
    }
    Ok(())
}

/// What unpacks compressed modules, installed if it must be.
fn require_xz() -> Result<()> {
    match read(Command::new("xz").arg("--version")) {
        Ok(_) => Ok(()),
        Err(_) => require_installed(&["xz-utils"]),
    }
}

/// Writes what Kbuild leaves beside an object: which objects it is made of, what those were made
/// from, and the CRCs of its exports. The source is made up, so that there is something to sum.
fn write_kbuild_files(target: &Path, module: &str, exports: &[&str]) -> Result<()> {
    let (folder, name) = module.rsplit_once('/').context("a module is in a directory")?;
    let mut command = format!(
        "savedcmd_{module}.o := gcc -c -o {module}.o {module}.c\n\n\
         source_{module}.o := {module}.c\n\n\
         deps_{module}.o := \\\n  include/linux/module.h \\\n\n\
         {module}.o: $(deps_{module}.o)\n\n$(deps_{module}.o):\n"
    );
    for line in exports {
        let mut columns = line.split('\t');
        if let (Some(crc), Some(symbol)) = (columns.next(), columns.next()) {
            command += &format!("\n#SYMVER {symbol} {crc}");
        }
    }
    command.push('\n');
    fs::write(target.join(format!("{folder}/.{name}.o.cmd")), command)?;
    fs::write(target.join(format!("{module}.mod")), format!("{module}.o\n\n"))?;
    let source = format!("/* {name} */\n#include <linux/module.h>\n\nchar *name = \"{name}\";\n");
    fs::write(target.join(format!("{module}.c")), source)?;
    Ok(())
}
