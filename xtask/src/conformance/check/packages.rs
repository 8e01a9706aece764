//! `cargo xtask conformance check --packages`: all modules of Debian's kernels against their own
//! kernel, in each form that people have it: none may be refused, and forms with the same content
//! must give the same verdicts. Against a kernel of another series all must be refused, as kernels
//! refuse them.
//!
//! [`kernels`] has a row for each series and architecture, [`containers`] one for each form.

mod ask;
mod containers;
mod kernels;
mod pieces;
mod table;

use anyhow::{Result, bail};

use self::ask::{Answer, ask};
use self::containers::CONTAINERS;
use self::kernels::{PackagedKernel, packaged_kernels};
use self::pieces::{Pieces, headers_of};
use self::table::{Faults, Told, print_head, print_row};
use crate::obtain::or_skip;
use crate::run::product::Product;

/// What a kernel of another series says of a module: one of these is the reason to name, whatever
/// else is wrong with it.
const OF_ANOTHER_KERNEL: &[&str] = &["module-layout", "vermagic", "no-versions"];

/// Compares on the kernels that are called by any of these words, or on all if there are none, and
/// prints a row of a table for each. The number of faults.
pub fn compare(only: &[String]) -> Result<Option<usize>> {
    compare_those(|kernel| only.is_empty() || only.iter().any(|words| kernel.is_called(words)))
}

/// The same on the few kernels that CI takes. None if not all of them can be had.
pub fn compare_sample() -> Result<Option<usize>> {
    compare_those(PackagedKernel::is_in_sample)
}

/// Compares on the kernels that are `chosen`; none if one of them had to be skipped.
fn compare_those(chosen: impl Fn(&PackagedKernel) -> bool) -> Result<Option<usize>> {
    let kernels: Vec<PackagedKernel> = packaged_kernels().filter(|it| chosen(it)).collect();
    if kernels.is_empty() {
        let names: Vec<String> = packaged_kernels().map(|kernel| kernel.name()).collect();
        bail!("no such kernel; known are:\n{}", names.join("\n"));
    }
    let product = Product::build()?;
    print_head();
    let (mut faults, mut skipped) = (0, 0);
    for kernel in &kernels {
        match or_skip(Pieces::obtain(kernel), &kernel.name())? {
            Some(pieces) => faults += compare_kernel(&product, kernel, &pieces)?,
            None => skipped += 1,
        }
    }
    println!("kernels: {}, of them skipped: {skipped}; faults: {faults}", kernels.len());
    Ok((skipped == 0 || faults > 0).then_some(faults))
}

/// Compares on one kernel, in all containers and against a neighbour. The number of faults.
fn compare_kernel(product: &Product, kernel: &PackagedKernel, pieces: &Pieces) -> Result<usize> {
    let modules = pieces.modules()?;
    let mut answers = Vec::new();
    for container in CONTAINERS {
        let paths = (container.paths)(pieces);
        let answer = (!paths.is_empty()).then(|| ask(product, &modules, &paths));
        answers.push(answer.transpose()?);
    }
    let neighbour = neighbour(product, kernel, pieces)?;
    print_row(&kernel.name(), &pieces.version, &answers, neighbour.as_ref());
    let told = CONTAINERS.iter().zip(&answers);
    let told: Vec<Told> = told.filter_map(|(it, answer)| Some((it, answer.as_ref()?))).collect();
    Ok(faults(&told, neighbour.as_ref()).print())
}

/// What is wrong with the answers about one kernel.
fn faults(told: &[Told], neighbour: Option<&Answer>) -> Faults {
    let mut faults = Faults::default();
    for (place, &one) in told.iter().enumerate() {
        faults.add_silent(one);
        faults.add_refused(one);
        let same = told[place + 1..].iter().filter(|(it, _)| it.content == one.0.content);
        same.for_each(|&other| faults.add_different(one, other));
    }
    if let Some(answer) = neighbour {
        faults.add_accepted(answer, OF_ANOTHER_KERNEL);
    }
    faults
}

/// What the headers of another series say of the modules; none where there is no other.
fn neighbour(
    product: &Product,
    kernel: &PackagedKernel,
    pieces: &Pieces,
) -> Result<Option<Answer>> {
    let Some(other) = kernel.neighbour() else { return Ok(None) };
    let Some(headers) = or_skip(headers_of(&other), &other.name())? else { return Ok(None) };
    ask(product, &pieces.modules()?, &[headers]).map(Some)
}
