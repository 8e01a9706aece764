//! What modpost is given at the end of a whole build: `vmlinux.o` and all modules, with what the
//! build has left beside them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{DUMP, OBJECTS, Situation, Work, written};
use crate::kbuild::reference_build;
use crate::obtain::kernels;

/// As kernels are built with CONFIG_MODULE_SRCVERSION_ALL (RHEL, Ubuntu).
const ALL_SOURCES: &[&str] = &["-m", "-a", "-o", DUMP, "-T", OBJECTS, "vmlinux.o"];

/// As they are built elsewhere.
const SOME_SOURCES: &[&str] = &["-m", "-o", DUMP, "-T", OBJECTS, "vmlinux.o"];

/// The kernel itself.
const KERNEL: &[&str] = &["-m", "-o", DUMP, "vmlinux.o"];

/// The build that `cargo xtask kbuild tree` keeps as its reference.
pub(super) fn work() -> Result<Work> {
    let (title, directory) = reference_build(kernels::usual())?;
    let list = directory.join("modules.order");
    let list =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    // Lists name the linked modules up to 6.1, and their objects from then on.
    let modules: Vec<&str> =
        list.lines().map(|line| line.trim_end_matches(".ko").trim_end_matches(".o")).collect();
    let objects: String = modules.iter().map(|module| format!("{module}.o\n")).collect();
    fs::write(directory.join(OBJECTS), objects)?;
    let mut written = written(modules.iter().copied());
    written.push(PathBuf::from(".vmlinux.export.c"));
    Ok(Work {
        title: format!("a build of {title} with {} modules", modules.len()),
        directory,
        situations: [
            ("`-a`", ALL_SOURCES),
            ("without `-a`", SOME_SOURCES),
            ("`vmlinux.o`", KERNEL),
        ]
        .map(|(title, call)| Situation { title, call, is_written: false })
        .into(),
        written,
    })
}
