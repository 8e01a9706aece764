//! `cargo xtask conformance modpost`: the kernel's own programs and ours on the same objects,
//! called as Kbuild calls them and in other ways, compared byte for byte in all that they leave
//! behind; then our results against what Debian published.

mod built_program;
mod debian_set;
mod facts;
mod kbuild;
mod machines;
mod samples;
mod trial;

use anyhow::Result;
use modversions::elf::Target;

use self::trial::{Call, Compared, Inputs, Programs};
use super::compare_each;
use crate::obtain::kernels::Kernel;
use crate::obtain::upstream::Upstream;
use crate::run::product::Product;

/// What x86-64's objects are.
const X86_64: Target = Target { is_64_bit: true, is_big_endian: false };

/// How much is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What fits in a few minutes.
    Quick,
    /// Everything.
    Whole,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// The samples built by Kbuild.
    Kbuild,
    /// The samples compiled for machines of all kinds.
    Machines,
    /// All modules of Debian's kernel.
    Debian,
}

/// All parts.
pub const PARTS: [Part; 3] = [Part::Kbuild, Part::Machines, Part::Debian];

/// Compares for one kernel and prints the result. The number of differences; none when something
/// had to be skipped.
pub fn compare_kernel(
    kernel: &'static Kernel,
    parts: &[Part],
    extent: Extent,
) -> Result<Option<usize>> {
    let Some(upstream) = Upstream::modpost(kernel)? else {
        return Ok(None);
    };
    println!("modpost --kernel {} against {}", upstream.release, upstream.title());
    let programs = Programs { upstream, product: Product::build()? };
    let mut different = Some(0);
    for part in parts {
        let found = match part {
            Part::Kbuild => kbuild::compare(&programs, kernel, extent)?,
            Part::Machines => machines::compare(&programs, kernel, extent)?,
            Part::Debian => debian_set::compare(&programs, kernel, extent)?,
        };
        different = different.zip(found).map(|(sum, found)| sum + found);
    }
    Ok(different)
}

/// Compares the calls on the same inputs, prints the differences, and how many calls there were.
fn compare_calls(programs: &Programs, inputs: &Inputs, calls: &[Call]) -> Result<Vec<Compared>> {
    let compared = compare_each(calls, |call| programs.compare(inputs, call))?;
    report(inputs, &compared);
    Ok(compared)
}

/// Prints what differs and how much.
fn report(inputs: &Inputs, compared: &[Compared]) {
    for result in compared.iter().filter(|result| !result.differences.is_empty()) {
        println!("  {}: {}", inputs.name, result.call);
        for difference in &result.differences {
            println!("    {difference}");
        }
    }
    println!(
        "  {}: {} calls, {} files written, {} calls different",
        inputs.name,
        compared.len(),
        compared.iter().map(|result| result.theirs.written.len()).sum::<usize>(),
        differing(compared),
    );
}

/// How many of the calls differ.
fn differing(compared: &[Compared]) -> usize {
    compared.iter().filter(|result| !result.differences.is_empty()).count()
}
