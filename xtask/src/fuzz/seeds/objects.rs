//! Objects, modules and linked kernels: the texts of `testdata` assembled.

use std::fs;

use anyhow::{Result, anyhow};
use testkit::btf_file::small_kernel;
use testkit::elf_text::assemble;
use testkit::files::names_in;
use testkit::linked_kernel::linked_kernel;

use super::Seed;
use crate::fuzz::modpost::situation;
use crate::run::product::workspace;

/// Where modules and a kernel are, as the loader reads them.
const MODULES: &str = "testdata/fuzz/modules";

/// The release whose arguments the cases of modpost are taken with; objects are the same for all.
const RELEASE: &str = "6.12";

/// What begins an object.
const MAGIC: &[u8] = b"\x7fELF";

/// All of them.
pub fn all() -> Result<Vec<Seed>> {
    let mut seeds = modules()?;
    seeds.push(Seed::new("a linked kernel", kernel()));
    for seed in situation::Seed::all(RELEASE)? {
        let objects = seed.input.files.into_iter().filter(|(_, bytes)| bytes.starts_with(MAGIC));
        seeds.extend(
            objects.map(|(path, bytes)| Seed::new(format!("{}: {path}", seed.name), bytes)),
        );
    }
    Ok(seeds)
}

/// The modules that the loader reads, and a kernel.
pub fn modules() -> Result<Vec<Seed>> {
    let folder = workspace().join(MODULES);
    let seed = |name: String| {
        let text = fs::read_to_string(folder.join(&name))?;
        let bytes = assemble(&text).map_err(|error| anyhow!("{name}: {error}"))?;
        Ok(Seed::new(name, bytes))
    };
    names_in(&folder).into_iter().map(seed).collect()
}

/// A kernel with BTF.
pub fn kernel() -> Vec<u8> {
    let digits: String =
        small_kernel(false).bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    linked_kernel(
        "6.12.1 SMP preempt mod_unload modversions ",
        &format!("section .BTF alloc\nhex {digits}\n"),
    )
}
