//! The sample modules compiled for machines of all four kinds, without Kbuild: there are no
//! headers for those here but the kernel's own of the device tables, which need no configuration.
//!
//! Kept in the cache as `modpost/VERSION/samples-MACHINE/`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use modversions::elf::Target;
use modversions::release::KernelRelease;

use super::built_program;
use super::samples::{self, FOLDER};
use super::trial::{Inputs, Programs};
use super::{Extent, compare_calls, differing};
use crate::obtain::debian::require_installed;
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels::Kernel;
use crate::obtain::module_set::SYMVERS;
use crate::obtain::or_skip;
use crate::run::process::read;

/// A machine that there is a compiler for.
struct Machine {
    /// What it is called here.
    name: &'static str,
    /// What its compiler's package and programs are named by.
    triplet: &'static str,
    /// What its compiler is told.
    flags: &'static [&'static str],
    /// Whether a quick comparison has it.
    is_quick: bool,
}

/// The machines: each class and byte order, and each that has relocations of its own.
const MACHINES: &[Machine] = &[
    Machine { name: "arm64", triplet: "aarch64-linux-gnu", flags: &[], is_quick: false },
    Machine { name: "s390x", triplet: "s390x-linux-gnu", flags: &[], is_quick: true },
    Machine { name: "mips", triplet: "mips-linux-gnu", flags: MIPS, is_quick: true },
    Machine { name: "arm", triplet: "arm-linux-gnueabihf", flags: &["-marm"], is_quick: false },
    Machine { name: "thumb", triplet: "arm-linux-gnueabihf", flags: &["-mthumb"], is_quick: true },
    Machine { name: "i386", triplet: "i686-linux-gnu", flags: &[], is_quick: false },
    Machine { name: "mips64", triplet: "mips64-linux-gnuabi64", flags: MIPS, is_quick: false },
    Machine { name: "riscv64", triplet: "riscv64-linux-gnu", flags: &[], is_quick: false },
    Machine { name: "ppc64", triplet: "powerpc64-linux-gnu", flags: &[], is_quick: false },
    Machine { name: "powerpc", triplet: "powerpc-linux-gnu", flags: &[], is_quick: false },
    Machine { name: "sparc64", triplet: "sparc64-linux-gnu", flags: &[], is_quick: false },
    Machine { name: "hppa", triplet: "hppa-linux-gnu", flags: &[], is_quick: false },
];

/// Code as in the kernel, which has no table of addresses.
const MIPS: &[&str] = &["-mno-abicalls"];

/// What the compilers are told for every machine.
const FLAGS: &[&str] = &[
    "-std=gnu11",
    "-O2",
    "-w",
    "-ffreestanding",
    "-fno-common",
    "-fno-pic",
    "-fno-pie",
    "-nostdinc",
    "-D__KERNEL__",
    "-DMODULE",
];

/// What the samples take from the kernel.
const KERNEL_SYMBOLS: &[&str] = &["module_layout", "schedule", "gcd", "memcpy", "memset"];

/// Compares on the samples of each machine. The number of calls that differ.
pub fn compare(
    programs: &Programs,
    kernel: &'static Kernel,
    extent: Extent,
) -> Result<Option<usize>> {
    let mut different = Some(0);
    for machine in MACHINES.iter().filter(|it| it.is_quick || extent == Extent::Whole) {
        let found = machine.compare(programs, kernel, extent)?;
        different = different.zip(found).map(|(sum, found)| sum + found);
    }
    Ok(different)
}

/// The class and byte order that an object states.
fn target_of(object: &Path) -> Result<Target> {
    let content = fs::read(object)?;
    let [class, order] = content.get(4..6).context("an object without a head")?.try_into()?;
    Ok(Target { is_64_bit: class == 2, is_big_endian: order == 2 })
}

impl Machine {
    /// Compares on its samples.
    fn compare(
        &self,
        programs: &Programs,
        kernel: &'static Kernel,
        extent: Extent,
    ) -> Result<Option<usize>> {
        let Some(packages) = or_skip(self.obtain(kernel), self.triplet)? else {
            return Ok(None);
        };
        let name = format!("samples-{}", self.name);
        let directory = samples::made(&packages.version, &name, |directory| {
            self.compile(directory, kernel, &packages)
        })?;
        let target = target_of(&directory.join(FOLDER).join("exporter.o"))?;
        let name = format!("samples compiled for {}", self.name);
        let mut inputs = Inputs { name, directory, target, program: None };
        let calls = samples::calls(kernel, target)?;
        let mut different = differing(&compare_calls(programs, &inputs, &calls)?);
        if !target.is_64_bit && extent == Extent::Whole {
            let built = built_program::built(kernel, self.name, target, |headers| {
                self.compiler(kernel, headers)
            });
            let Some(program) = or_skip(built, "modpost built for a 32-bit kernel")? else {
                return Ok(None);
            };
            inputs.name += ", against modpost built for it";
            inputs.program = Some(program);
            let calls = samples::calls_on_each(kernel, &samples::modules()?);
            different += differing(&compare_calls(programs, &inputs, &calls)?);
        }
        Ok(Some(different))
    }

    /// The compiler, with all that it is told for every file. The headers of the device tables are
    /// in `headers`.
    fn compiler(&self, kernel: &'static Kernel, headers: &Path) -> Result<Command> {
        let mut compiler = Command::new(format!("{}-gcc-12", self.triplet));
        compiler.args(FLAGS).args(self.flags);
        compiler.arg(format!("-DLINUX_VERSION_CODE={}", version_code(kernel)));
        compiler.arg("-I").arg(samples::sources().join("machines")).arg("-I").arg(headers);
        Ok(compiler)
    }

    /// What compiling takes, downloaded and installed.
    fn obtain(&self, kernel: &'static Kernel) -> Result<DebianKernel> {
        require_installed(&[&format!("gcc-12-{}", self.triplet)])?;
        let packages = DebianKernel::newest(kernel)?;
        packages.common_headers()?;
        Ok(packages)
    }

    /// Compiles in `directory`.
    fn compile(
        &self,
        directory: &Path,
        kernel: &'static Kernel,
        packages: &DebianKernel,
    ) -> Result<()> {
        fs::create_dir_all(directory.join(FOLDER))?;
        let headers = tempfile::tempdir()?;
        let tables = "linux/mod_devicetable.h";
        fs::create_dir(headers.path().join("linux"))?;
        fs::copy(
            packages.common_headers()?.join("include").join(tables),
            headers.path().join(tables),
        )?;
        for module in samples::modules()? {
            let parts = samples::parts(&module)?;
            for part in parts.as_ref().unwrap_or(&vec![module.clone()]) {
                self.compile_part(directory, part, kernel, headers.path())?;
            }
            let parts = match parts {
                Some(parts) => {
                    self.link(&directory.join(FOLDER), &module, &parts)?;
                    parts
                }
                None => vec![module.clone()],
            };
            let list = parts.iter().map(|part| format!("{FOLDER}/{part}.o\n"));
            let path = directory.join(FOLDER).join(format!("{module}.mod"));
            fs::write(path, list.collect::<String>() + "\n")?;
        }
        fs::write(directory.join(SYMVERS), samples::dump(KERNEL_SYMBOLS, "vmlinux"))?;
        let target = target_of(&directory.join(FOLDER).join("exporter.o"))?;
        samples::complete(directory, target)
    }

    /// Compiles one C file, and writes what Kbuild notes of that.
    fn compile_part(
        &self,
        directory: &Path,
        part: &str,
        kernel: &'static Kernel,
        headers: &Path,
    ) -> Result<()> {
        let sources = samples::sources();
        let folder = directory.join(FOLDER);
        let mut compiler = self.compiler(kernel, headers)?;
        compiler.args(samples::own_flags(part)?);
        compiler.arg("-c").arg("-o").arg(folder.join(format!("{part}.o")));
        read(compiler.arg(sources.join(format!("{part}.c"))))?;
        for name in [format!("{part}.c"), "sample.h".to_owned(), format!("{part}.h")] {
            if sources.join(&name).is_file() {
                fs::copy(sources.join(&name), folder.join(name))?;
            }
        }
        let command = command_file(part, folder.join(format!("{part}.h")).is_file())?;
        fs::write(folder.join(format!(".{part}.o.cmd")), command)?;
        Ok(())
    }

    /// Links the parts of a module.
    fn link(&self, folder: &Path, module: &str, parts: &[String]) -> Result<()> {
        let mut linker = Command::new(format!("{}-ld", self.triplet));
        linker.arg("-r").arg("-o").arg(format!("{module}.o")).current_dir(folder);
        read(linker.args(parts.iter().map(|part| format!("{part}.o")))).map(drop)
    }
}

/// What Kbuild notes of an object: its source, the headers, and the checksums of its exports.
/// (Those of the other samples are not heeded.)
fn command_file(part: &str, has_header: bool) -> Result<String> {
    let object = format!("{FOLDER}/{part}.o");
    let mut text = format!(
        "savedcmd_{object} := gcc -c {FOLDER}/{part}.c\n\nsource_{object} := {FOLDER}/{part}.c\n\n\
         deps_{object} := \\\n  include/linux/kconfig.h \\\n  {FOLDER}/sample.h \\\n"
    );
    if has_header {
        text += &format!("  {FOLDER}/{part}.h \\\n");
    }
    text += &format!("\n{object}: $(deps_{object})\n\n$(deps_{object}):\n\n");
    for symbol in samples::exported()? {
        text += &format!("#SYMVER {symbol} {:#010x}\n", samples::checksum(&symbol));
    }
    Ok(text)
}

/// What the kernel's headers call the release.
fn version_code(kernel: &'static Kernel) -> u32 {
    let KernelRelease { major, minor, .. } = kernel.release;
    (u32::from(major) << 16) + (u32::from(minor) << 8)
}
