//! `cargo xtask kbuild boot`: modules built by Kbuild with our genksyms and our modpost, loaded by
//! Debian's own kernels in QEMU, or by one that `kbuild tree` has built. Those that fit run; those that do
//! not are refused, each for the reason that it was made for, and as `modversions check` predicts.

mod modules;
mod prediction;
mod step;
mod steps;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use self::prediction::Predictions;
use self::step::Step;
use self::steps::Booted;
use super::configuration::Configuration;
use super::switch;
use super::tree::reference;
use super::whole_build::{Compiling, Subject};
use crate::conformance::check::judge::judge as against_prediction;
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::headers_tree::{self, make_modules};
use crate::obtain::kernels::{Kernel, Question, chosen};
use crate::obtain::machine::{Ended, FileInside, Machine};
use crate::obtain::or_skip;
use crate::run::product::Product;

/// The arguments of `cargo xtask kbuild boot`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only this kernel, by its name. Default: all that can be asked.
    #[arg(long)]
    kernel: Option<&'static Kernel>,
    /// Not Debian's own build of it, but that of `kbuild tree`, configured so.
    #[arg(long, value_enum)]
    built: Option<Configuration>,
}

/// A kernel to boot, and modules for it.
struct Prepared {
    /// What it is.
    title: String,
    /// Itself.
    vmlinuz: PathBuf,
    /// What there is of it for `check`.
    pieces: Vec<PathBuf>,
    /// What the steps depend on.
    booted: Booted,
    modules: Vec<FileInside>,
}

/// Runs the part. An error when any step ended otherwise than it should.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut wrong = 0;
    let question = arguments.built.map_or(Question::Boot, |_| Question::WholeBuild);
    for kernel in chosen(arguments.kernel, question)? {
        wrong += match arguments.built {
            None => boot_kernel(kernel)?,
            Some(configuration) => boot_built(kernel, configuration)?,
        }
        .unwrap_or(0);
    }
    if wrong > 0 {
        bail!("{wrong} steps not as they should be");
    }
    Ok(())
}

/// Builds for one of Debian's kernels, boots it, and prints what it said. The number of steps that ended
/// otherwise than they should; none when it had to be skipped.
pub fn boot_kernel(kernel: &'static Kernel) -> Result<Option<usize>> {
    let Some(machine) = Machine::obtain()? else {
        return Ok(None);
    };
    let found =
        headers_tree::obtain(kernel).and_then(|packages| Ok((packages.vmlinuz()?, packages)));
    let Some((vmlinuz, packages)) = or_skip(found, "Debian's kernel and its headers")? else {
        return Ok(None);
    };
    boot(&machine, &of_debian(&packages, vmlinuz)?).map(Some)
}

/// What Debian has built.
fn of_debian(packages: &DebianKernel, (vmlinuz, release): (PathBuf, String)) -> Result<Prepared> {
    eprintln!("building modules for linux {release}");
    let kernel = packages.kernel();
    let scratch = tempfile::tempdir()?;
    let headers = modules::headers_with_ours(scratch.path(), packages, &Product::build()?)?;
    let modules = modules::build(|folder| {
        let mut command = make_modules(&headers, folder);
        command.args(kernel.make);
        Ok(command)
    })?;
    Ok(Prepared {
        title: format!("Linux {release} (Debian's {})", packages.version),
        pieces: vec![packages.headers()?, vmlinuz.clone()],
        vmlinuz,
        booted: Booted::new(kernel, &release, kernel.vermagic()?),
        modules,
    })
}

/// The same for what `kbuild tree` has built, with the kernel's own programs.
fn boot_built(kernel: &'static Kernel, configuration: Configuration) -> Result<Option<usize>> {
    let words = configuration.vermagic()?;
    let Some(machine) = Machine::obtain()? else {
        return Ok(None);
    };
    let product = Product::build()?;
    let subject = Subject::obtain(kernel, configuration, Compiling::Once)?;
    let work = subject.reopen(reference(&subject, false)?)?;
    let files = work.files();
    eprintln!("{}: building modules", subject.title());
    switch(&product, "enable", &files)?;
    let modules = modules::build(|folder| work.make_modules(folder));
    switch(&product, "disable", &files)?;
    let files = work.finish("reference")?.files();
    let release = fs::read_to_string(files.join("include/config/kernel.release"))
        .context("a kernel that is built has a release")?;
    let vmlinuz = files.join("arch/x86/boot/bzImage");
    let prepared = Prepared {
        title: subject.title(),
        pieces: vec![files, vmlinuz.clone()],
        vmlinuz,
        booted: Booted::new(kernel, release.trim_end(), words),
        modules: modules?,
    };
    boot(&machine, &prepared).map(Some)
}

/// Boots a kernel and prints what it said. The number of steps that ended otherwise than they should.
fn boot(machine: &Machine, prepared: &Prepared) -> Result<usize> {
    let Prepared { title, vmlinuz, pieces, booted, modules } = prepared;
    eprintln!("booting {title}");
    let steps = steps::all(booted);
    let predictions = Predictions::read(pieces, modules)?;
    let commands: Vec<&str> = steps.iter().map(|step| step.command.as_str()).collect();
    let ended = machine.run(vmlinuz, modules, &commands)?;
    println!("{title} in QEMU, with {} modules that Kbuild built with our programs", modules.len());
    let mut wrong = 0;
    let mut predicted = 0;
    for ((step, ended), prediction) in steps.iter().zip(&ended).zip(predictions.of_steps(&steps)?) {
        let mut faults = faults(step, ended);
        if let Some((module, outcome)) = prediction {
            predicted += 1;
            faults.extend(against_prediction(module, &outcome, ended).wrong);
        }
        print_step(step, ended, &faults);
        wrong += usize::from(!faults.is_empty());
    }
    let (all, right) = (steps.len(), steps.len() - wrong);
    println!("  {right} of {all} steps ended as they should; {predicted} predictions by check\n");
    Ok(wrong)
}

/// How a step ended otherwise than it should; nothing if all is right.
fn faults(step: &Step, ended: &Ended) -> Vec<String> {
    let log = step.counted(&ended.log);
    if ended.status == step.status && ended.output == step.output && log == step.log {
        return Vec::new();
    }
    let lines = |head: &str, status: i32, said: [&[String]; 2]| {
        let status = format!("{head}: ends with {status}: {}", step.command);
        let said = said.concat().into_iter().map(|line| format!("{head}: {line}"));
        [status].into_iter().chain(said).collect::<Vec<String>>()
    };
    let expected = lines("expected", step.status, [&step.output, &step.log]);
    let found = lines("found", ended.status, [&ended.output, &ended.log]);
    [expected, found].concat()
}

/// Prints a step, and what was said; or what is wrong with it.
fn print_step(step: &Step, ended: &Ended, faults: &[String]) {
    println!("  {:<8} {}", if faults.is_empty() { step.end } else { "WRONG" }, step.what);
    let said = [&ended.output[..], &step.counted(&ended.log)].concat();
    let lines = if faults.is_empty() { &said[..] } else { faults };
    lines.iter().for_each(|line| println!("             {line}"));
}
