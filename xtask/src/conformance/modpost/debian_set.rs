//! All modules of a Debian kernel at once.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::trial::{Call, Compared, Inputs, Programs};
use super::{Extent, X86_64, compare_calls, differing, facts};
use crate::obtain::kernels::Kernel;
use crate::obtain::module_set::{KERNEL_SYMVERS, ModuleSet, SYMVERS};

/// Calls on the modules as they are published. The first is the one that facts are taken from.
const ON_LINKED: &[&str] = &[
    "-m -i Module.symvers -o out.symvers -T objects.order",
    "-m -a -e -i Module.symvers -o out.symvers -T objects.order",
    "-m -a -W -E -N -i Module.symvers -o out.symvers -d out.nsdeps -T - <objects.order",
    "-m -w -n -i vmlinux.symvers -o out.symvers -T objects.order",
    "-m -i vmlinux.symvers -o out.symvers -T objects.order",
    "-e -i Module.symvers -o out.symvers -T objects.order",
    "-m -b -x -a -e -i Module.symvers -o out.symvers -T objects.order",
];

/// Calls on the modules with their exports. The first is the one that facts are taken from.
const ON_EXPORTING: &[&str] = &[
    "-M -m -i vmlinux.symvers -o out.symvers -T objects.order",
    "-m -i vmlinux.symvers -o out.symvers -T objects.order",
    "-M -m -a -e -i Module.symvers -o out.symvers -T objects.order",
    "-M -m -N -W -d out.nsdeps -i vmlinux.symvers -o out.symvers -T objects.order",
    "-M -m -t -i vmlinux.symvers -o out.symvers -T objects.order",
    "-M -m -t -u some.symbols -i vmlinux.symvers -o out.symvers -T objects.order",
    "-M -w -T objects.order",
    "-M -m -b -w -i vmlinux.symvers -o out.symvers -T objects.order",
    "-M -m -b -x -w -i vmlinux.symvers -o out.symvers -T objects.order",
    "-M -m -x -w -i vmlinux.symvers -o out.symvers -T objects.order",
];

/// Of the lines that differ from the published ones, so many are told.
const MOST_LINES: usize = 5;

/// Compares on all modules. The number of differences.
pub fn compare(
    programs: &Programs,
    kernel: &'static Kernel,
    extent: Extent,
) -> Result<Option<usize>> {
    let Some(set) = ModuleSet::obtain(kernel)? else {
        return Ok(None);
    };
    println!("  linux {}: {} modules", set.version, set.modules.len());
    let linked = inputs("published modules", &set.linked);
    let compared = compare_calls(programs, &linked, &calls(ON_LINKED, kernel, extent))?;
    let mut different = differing(&compared);
    different += facts::compare_modules(&set, &compared[0].ours)?;
    let exporting = inputs("exporting modules", &set.exporting);
    let compared = compare_calls(programs, &exporting, &calls(ON_EXPORTING, kernel, extent))?;
    different += differing(&compared) + compare_symvers(&set, &compared[0])?;
    Ok(Some(different))
}

/// The modules in `directory`, as inputs.
fn inputs(name: &str, directory: &Path) -> Inputs {
    Inputs {
        name: name.to_owned(),
        directory: directory.to_path_buf(),
        target: X86_64,
        program: None,
    }
}

/// Those of `calls` that modpost of `kernel` knows; of a quick comparison the first only.
fn calls(calls: &[&str], kernel: &'static Kernel, extent: Extent) -> Vec<Call> {
    let mut known: Vec<Call> = Vec::new();
    for call in calls.iter().filter_map(|call| Call::for_kernel(call, kernel)) {
        if !known.contains(&call) {
            known.push(call);
        }
    }
    if extent == Extent::Quick {
        known.truncate(1);
    }
    known
}

/// Compares the exports that ours wrote, and those of the kernel itself, with the published ones.
/// The number of lines that only one of the two has.
fn compare_symvers(set: &ModuleSet, compared: &Compared) -> Result<usize> {
    let written = compared.ours.written.get(Path::new("out.symvers"));
    let written = String::from_utf8_lossy(written.map_or(&[][..], Vec::as_slice)).into_owned();
    let of_kernel = set.read(KERNEL_SYMVERS)?;
    let published = set.read(SYMVERS)?;
    let ours: BTreeSet<&str> = written.lines().chain(of_kernel.lines()).collect();
    let published: BTreeSet<&str> = published.lines().collect();
    let different: Vec<&&str> = ours.symmetric_difference(&published).collect();
    for line in different.iter().take(MOST_LINES) {
        let whose = if ours.contains(**line) { "ours" } else { "published" };
        println!("    Module.symvers, only {whose}: {line:?}");
    }
    println!(
        "  {SYMVERS}: {} lines written, {} published, {} different",
        written.lines().count(),
        published.len(),
        different.len(),
    );
    Ok(different.len())
}
