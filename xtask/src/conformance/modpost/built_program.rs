//! The kernel's modpost as Kbuild builds it for a 32-bit kernel: from Debian's kernel source, with
//! the layout of device tables that the compiler for that machine has.
//!
//! Debian's own programs for 32-bit targets are built on a 64-bit machine with its pointers, so
//! they cannot be asked about tables whose entries have pointers. Kept in the cache as
//! `modpost/VERSION/program-MACHINE/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use modversions::elf::Target;

use crate::obtain::debian::require_installed;
use crate::obtain::kernel_tree::KernelPackages;
use crate::obtain::kernels::Kernel;
use crate::run::cache::cache_directory;
use crate::run::cache::made_whole;
use crate::run::process::read;

/// What is taken from the kernel source. (6.1 has no `scripts/include`.)
const SOURCES: &[&str] = &[
    "scripts/mod",
    "scripts/include",
    "include/linux/license.h",
    "include/linux/module_symbol.h",
    "include/linux/kbuild.h",
    "include/linux/mod_devicetable.h",
];

/// Builds the program for `target`, which `compiler` compiles for with the headers in `headers`;
/// its arguments are complete but for the source and the output.
pub fn built(
    kernel: &'static Kernel,
    machine: &str,
    target: Target,
    compiler: impl FnOnce(&Path) -> Result<Command>,
) -> Result<PathBuf> {
    require_installed(&["gcc-12", "libc6-dev", "xz-utils"])?;
    let packages = KernelPackages::obtain(kernel)?;
    let place = cache_directory()?.join("modpost").join(&packages.version);
    let directory = place.join(format!("program-{machine}"));
    if !directory.is_dir() {
        eprintln!("building modpost for {machine}");
        made_whole(&directory, |scratch| {
            packages.extract(SOURCES, scratch)?;
            let offsets = offsets(scratch, compiler(&scratch.join("include"))?)?;
            build(scratch, target, &offsets)
        })?;
    }
    Ok(directory.join("modpost"))
}

/// The text of `devicetable-offsets.h`: the compiler emits each value as a line of a made-up
/// directive, `->NAME $VALUE EXPRESSION`, in the midst of assembler.
fn offsets(source: &Path, mut compiler: Command) -> Result<String> {
    let assembler = source.join("devicetable-offsets.s");
    compiler.args(["-Doffsetof=__builtin_offsetof", "-S", "-o"]).arg(&assembler);
    read(compiler.arg(source.join("scripts/mod/devicetable-offsets.c")))?;
    let text = fs::read_to_string(&assembler)?;
    let definition = |line: &str| {
        let (name, rest) = line.split_once("\"->")?.1.split_once(' ')?;
        let value = rest.split(' ').next()?.trim_start_matches(|sign: char| !sign.is_ascii_digit());
        Some(format!("#define {name} {value}\n"))
    };
    Ok(text.lines().filter_map(definition).collect())
}

/// Compiles the program for this machine.
fn build(source: &Path, target: Target, offsets: &str) -> Result<()> {
    let scripts = source.join("scripts/mod");
    fs::write(scripts.join("devicetable-offsets.h"), offsets)?;
    fs::write(scripts.join("elfconfig.h"), configuration(target))?;
    let mut compiler = Command::new("gcc-12");
    compiler.args(["-O2", "-w", "-I"]).arg(source.join("scripts/include"));
    compiler.arg("-o").arg(source.join("modpost"));
    for name in ["modpost.c", "file2alias.c", "sumversion.c", "symsearch.c"] {
        // 6.1 has no `symsearch.c`.
        let file = scripts.join(name);
        if file.is_file() {
            compiler.arg(file);
        }
    }
    read(&mut compiler).context("the kernel's modpost").map(drop)
}

/// What Kbuild finds out about the objects of the target and about this machine.
fn configuration(target: Target) -> String {
    let class = if target.is_64_bit { "ELFCLASS64" } else { "ELFCLASS32" };
    let order = if target.is_big_endian { "ELFDATA2MSB" } else { "ELFDATA2LSB" };
    let (our_class, our_order) = ("ELFCLASS64", "ELFDATA2LSB");
    [
        ("KERNEL_ELFCLASS", class),
        ("KERNEL_ELFDATA", order),
        ("HOST_ELFCLASS", our_class),
        ("HOST_ELFDATA", our_order),
    ]
    .map(|(name, value)| format!("#define {name} {value}\n"))
    .concat()
}
