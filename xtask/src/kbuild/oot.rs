//! `cargo xtask kbuild oot`: external modules built by Kbuild against Debian's headers, once with
//! the distribution's programs and once with ours; all that is left behind must be the same.

use std::fs;

use anyhow::{Result, bail};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::compare::{KINDS, Tally, compare};
use super::trial::{Circumstances, Said, Step, Trial, require_mounts};
use super::workshop::{InPlace, Workshop};
use super::{failures, killed, packages};
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::headers_tree::obtain;
use crate::obtain::kernels::{Kernel, Question, chosen, usual};
use crate::obtain::or_skip;
use crate::run::product::{Product, workspace};

/// What a person calls our own modules.
const OWN: &str = "our own, in two directories";

/// So many faults are told; then their number only.
const MOST_FAULTS: usize = 5;

/// The arguments of `cargo xtask kbuild oot`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only this kernel, by its name. Default: all that can be asked.
    #[arg(long)]
    kernel: Option<&'static Kernel>,
    /// Also packages that take long.
    #[arg(long)]
    all: bool,
    /// Only what has this in its title.
    #[arg(long, value_name = "TITLE")]
    only: Option<String>,
}

/// Runs the part. An error when anything differs, or nothing was compared.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut faults = 0;
    for kernel in chosen(arguments.kernel, Question::Modules)? {
        match compare_kernel(kernel, arguments.all, arguments.only.as_deref())? {
            Some(found) => faults += found,
            None => bail!("nothing was compared"),
        }
    }
    if faults > 0 {
        bail!("{faults} differences");
    }
    Ok(())
}

/// Compares for one kernel: all but the big packages for the usual one, our own modules for the others.
/// Found as for [`compare_kernel`].
pub fn compare_quickly(kernel: &'static Kernel) -> Result<Option<usize>> {
    let only = (kernel.name != usual().name).then_some(OWN);
    compare_kernel(kernel, false, only)
}

/// Compares for one kernel. The number of differences; none, said on stderr, when what it takes
/// cannot be had.
pub fn compare_kernel(
    kernel: &'static Kernel,
    with_big: bool,
    only: Option<&str>,
) -> Result<Option<usize>> {
    let Some(packages) = or_skip(obtain(kernel), "what builds modules")? else {
        return Ok(None);
    };
    let title = "a full disk, which takes the right to mount one";
    let with_mounts = or_skip(require_mounts(), title)?.is_some();
    let is_own_enough = only.is_some_and(|text| own_modules().title.contains(text));
    let of_packages = if is_own_enough { Vec::new() } else { packages::trials(kernel, with_big)? };
    let rules = fs::read_to_string(packages.kbuild()?.join("scripts/Makefile.build"))?;
    let machine = fs::read_to_string(packages.common_headers()?.join("arch/x86/Makefile"))?;
    // Up to 5.17 the linker is tried in the folder itself, which takes more room than modpost.
    let with_disks = with_mounts && !machine.contains("x32_ld_ok");
    let failing = failures::trials(with_disks, rules.contains("%.symtypes"));
    let trials = [own_modules()].into_iter().chain(of_packages).chain(failing);
    let is_asked = |trial: &Trial| only.is_none_or(|text| trial.title.contains(text));
    let trials: Vec<Trial> = trials.filter(is_asked).collect();
    let product = Product::build()?;
    let workshop = Workshop::open(&packages)?;
    println!("kbuild oot: linux {}, Debian's programs and ours", packages.version);
    if let Some(refusal) = workshop.refusal(&product)? {
        bail!("linux {}: nothing was compared: {refusal}", packages.version);
    }
    let switching = workshop.enable_and_disable(&product)?;
    let Outcome { in_place, tallies, killed, changed } =
        run_trials(&packages, &product, &workshop, &trials)?;
    in_place.said.iter().for_each(|line| println!("  {line}"));
    let mut all = Tally::default();
    let mut built = 0;
    for (trial, tally) in trials.iter().zip(tallies) {
        print_row(&trial.title, &tally);
        built += usize::from(trial.name.ends_with("-dkms") && tally.bad == 0);
        all.add(tally);
    }
    print_row("all", &all);
    print_counts(&all);
    all.faults.extend(switching);
    println!("  files of the packages that were changed: {}", changed.len());
    all.faults.extend(changed);
    if let Some(killed) = killed {
        println!(
            "  ours ended while it writes, in {} ways: {} half-written files",
            killed.runs,
            killed.faults.len()
        );
        all.faults.extend(killed.faults);
    }
    print_faults(&all.faults);
    if only.is_none() && built < packages::LEAST {
        bail!("only {built} packages of modules could be built with the distribution's programs");
    }
    Ok((all.good + all.bad > 0).then_some(all.faults.len()))
}

/// Our own modules, in two directories.
fn own_modules() -> Trial {
    Trial {
        title: OWN.to_owned(),
        name: "own".to_owned(),
        sources: vec![workspace().join("testdata/kbuild/oot")],
        steps: vec![
            Step { circumstances: Circumstances::ManyJobs, ..Step::well("engine", &[]) },
            Step::well("panel", &[]),
        ],
    }
}

/// What came of all trials.
struct Outcome {
    /// What was in the place of the distribution's programs.
    in_place: InPlace,
    /// What each trial came to.
    tallies: Vec<Tally>,
    /// What came of ending ours while it writes.
    killed: Option<killed::Found>,
    /// The files of the packages that are not as they were.
    changed: Vec<String>,
}

/// Runs all trials, first with the distribution's programs and then with ours.
fn run_trials(
    packages: &DebianKernel,
    product: &Product,
    workshop: &Workshop,
    trials: &[Trial],
) -> Result<Outcome> {
    let run = |programs: &str| -> Result<Vec<Vec<Said>>> {
        eprintln!("linux {}: building with {programs}", packages.version);
        trials.par_iter().map(|trial| trial.run(workshop)).collect()
    };
    let theirs = run("the distribution's programs")?;
    let in_place = workshop.put_ours_in_place(packages, product)?;
    let ours = run("ours")?;
    let results = trials.iter().zip(theirs.iter().zip(&ours));
    let tallies: Result<Vec<Tally>> =
        results.map(|(trial, (theirs, ours))| compare(workshop, trial, theirs, ours)).collect();
    let killed = match in_place.ours.contains(&"modpost") {
        true => end_while_writing(workshop, packages, trials)?,
        false => None,
    };
    Ok(Outcome { in_place, tallies: tallies?, killed, changed: workshop.changed()? })
}

/// Ends our modpost while it writes, in the folder of the trial that is for that.
fn end_while_writing(
    workshop: &Workshop,
    packages: &DebianKernel,
    trials: &[Trial],
) -> Result<Option<killed::Found>> {
    let Some(trial) = trials.iter().find(|trial| trial.name == failures::UNWRITABLE) else {
        return Ok(None);
    };
    eprintln!("linux {}: ending modpost while it writes", packages.version);
    let [folder, theirs] =
        [workshop.built(), workshop.built_by_theirs()].map(|place| place.join(&trial.name));
    let arguments = trial.steps.last().map(|step| step.told(&folder)).unwrap_or_default();
    killed::end_while_writing(workshop, &folder, &theirs, &arguments).map(Some)
}

/// One line of the table, and the faults.
fn print_row(title: &str, tally: &Tally) {
    println!(
        "  {title:<40} {:>3} modules, {:>2} builds, {:>2} of them fail, {:>4} files, {} different",
        tally.modules,
        tally.good + tally.bad,
        tally.bad,
        tally.files.iter().sum::<usize>(),
        tally.faults.len(),
    );
}

/// What was compared, by kind.
fn print_counts(all: &Tally) {
    let kinds = KINDS.iter().zip(all.files).map(|(kind, count)| match *kind {
        "" => format!("{count} others"),
        kind => format!("{count} {kind}"),
    });
    println!("  files: {}", kinds.collect::<Vec<_>>().join(", "));
    println!("  half-written files on a full disk: upstream {}, ours none", all.half);
}

/// What is not as it should be.
fn print_faults(faults: &[String]) {
    for fault in faults.iter().take(MOST_FAULTS) {
        println!("    {fault}");
    }
    if let Some(more) = faults.len().checked_sub(MOST_FAULTS).filter(|more| *more > 0) {
        println!("    {more} more differences");
    }
}
