//! The sample modules built by Kbuild against Debian's headers.
//!
//! Kept in the cache as `modpost/VERSION/samples-kbuild/`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::samples::{self, FOLDER};
use super::trial::{Inputs, Programs};
use super::{Extent, X86_64, compare_calls, differing};
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::headers_tree::{HeadersTree, make_modules, obtain};
use crate::obtain::kernels::Kernel;
use crate::obtain::module_set::SYMVERS;
use crate::obtain::or_skip;

/// Compares on the samples. The number of calls that differ.
pub fn compare(programs: &Programs, kernel: &'static Kernel, _: Extent) -> Result<Option<usize>> {
    let Some(packages) = or_skip(obtain(kernel), "what builds modules")? else {
        return Ok(None);
    };
    let directory = samples::made(&packages.version, "samples-kbuild", |it| build(it, &packages))?;
    let inputs = Inputs {
        name: "samples built by Kbuild".to_owned(),
        directory,
        target: X86_64,
        program: None,
    };
    let compared = compare_calls(programs, &inputs, &samples::calls(kernel, X86_64)?)?;
    Ok(Some(differing(&compared)))
}

/// Builds in `directory`.
fn build(directory: &Path, packages: &DebianKernel) -> Result<()> {
    let root = tempfile::tempdir()?;
    let headers = HeadersTree::link(root.path(), packages)?;
    let folder = directory.join(FOLDER);
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(samples::sources())? {
        let file = file?;
        if file.file_type()?.is_file() {
            fs::copy(file.path(), folder.join(file.file_name()))?;
        }
    }
    run_kbuild(&headers.configured(), &folder)?;
    make_relative(&folder, directory)?;
    fs::copy(packages.headers()?.join(SYMVERS), directory.join(SYMVERS))?;
    samples::complete(directory, X86_64)
}

/// Has the modules in `folder` built. Their faults end modpost, the last step, with an error: what
/// counts is that every object is there.
fn run_kbuild(headers: &Path, folder: &Path) -> Result<()> {
    let mut make = make_modules(headers, folder);
    let output = make.arg("modules").output().context("cannot run make")?;
    for module in samples::modules()? {
        if !folder.join(format!("{module}.o")).is_file() {
            let log = String::from_utf8_lossy(&output.stderr);
            let errors: Vec<&str> = log.lines().filter(|line| line.contains("rror")).collect();
            bail!("Kbuild made no {module}.o: {}", errors.join(" | "));
        }
    }
    Ok(())
}

/// Takes the place where they were built out of the files that name it, and the modules' C files
/// and dump away, if modpost came so far.
fn make_relative(folder: &Path, place: &Path) -> Result<()> {
    let prefix = format!("{}/", place.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".mod.c") || name == SYMVERS {
            fs::remove_file(&path)?;
        } else if name.ends_with(".mod") || name.ends_with(".cmd") {
            let text = fs::read_to_string(&path)?;
            fs::write(&path, text.replace(&prefix, ""))?;
        }
    }
    Ok(())
}
