//! The modules that are loaded, built by Kbuild with our genksyms and our modpost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::headers_tree::HeadersTree;
use crate::obtain::machine::FileInside;
use crate::run::process::read;
use crate::run::product::{Product, workspace};

/// A day's pump, and the modules that are built against it: the names of their objects.
const DAYS: &[(&str, &str)] = &[
    ("today", "gauge.o meter.o foreign.o moved.o flavour.o"),
    ("yesterday", "meter.o stray.o closed.o"),
];

/// Builds all of them by `make_modules`, which is given a folder. They are called `DAY/NAME.ko`, after
/// the day of the pump that they are or were built against.
pub fn build(make_modules: impl Fn(&Path) -> Result<Command>) -> Result<Vec<FileInside>> {
    let scratch = tempfile::tempdir()?;
    let mut files = Vec::new();
    for (day, users) in DAYS {
        let (pump, folder) =
            (scratch.path().join(day), scratch.path().join(format!("{day}-users")));
        copy_sources(day, &pump)?;
        make(&mut make_modules(&pump)?)?;
        copy_sources("users", &folder)?;
        let mut command = make_modules(&folder)?;
        command.arg(format!("KBUILD_EXTRA_SYMBOLS={}", pump.join("Module.symvers").display()));
        command.arg(format!("PUMP={}", pump.display())).arg(format!("USERS={users}"));
        make(&mut command)?;
        files.push(built(day, &pump, "pump.o")?);
        for object in users.split(' ') {
            files.push(built(day, &folder, object)?);
        }
    }
    Ok(files)
}

/// A headers directory of links below `place`, which is empty, with ours in the place of genksyms and
/// modpost.
pub fn headers_with_ours(
    place: &Path,
    packages: &DebianKernel,
    product: &Product,
) -> Result<PathBuf> {
    let headers = HeadersTree::link(place, packages)?.without_btf()?.configured();
    read(product.command().args(["kbuild", "enable"]).arg(&headers))?;
    Ok(headers)
}

/// The module that was built of `object` in `folder`, as a file in the machine.
fn built(day: &str, folder: &Path, object: &str) -> Result<FileInside> {
    let name = object.replace(".o", ".ko");
    let content = fs::read(folder.join(&name)).with_context(|| format!("Kbuild made no {name}"))?;
    Ok(FileInside { path: format!("{day}/{name}"), content })
}

/// Has the modules built. An error, with all that was said on standard error, if that fails.
fn make(command: &mut Command) -> Result<()> {
    let output = command.arg("modules").output().context("cannot run make")?;
    if !output.status.success() {
        bail!("Kbuild failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Copies the sources in one folder of the test data to a directory, which is made.
fn copy_sources(folder: &str, to: &Path) -> Result<()> {
    let from = workspace().join("testdata/kbuild/boot").join(folder);
    fs::create_dir(to)?;
    for entry in fs::read_dir(&from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
