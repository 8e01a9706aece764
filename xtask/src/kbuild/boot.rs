//! `cargo xtask kbuild boot`: modules built by Kbuild with our genksyms and our modpost, loaded by
//! Debian's own kernels in QEMU. Those that fit run; those that do not are refused, each for the
//! reason that it was made for, and as `modversions check` predicts.

mod modules;
mod prediction;
mod step;
mod steps;

use anyhow::{Result, bail};

use self::prediction::Predictions;
use self::step::Step;
use self::steps::Booted;
use crate::conformance::check::judge::judge as against_prediction;
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::headers_tree;
use crate::obtain::kernels::{Kernel, Question, chosen};
use crate::obtain::machine::{Ended, Machine};
use crate::obtain::or_skip;
use crate::run::product::Product;

/// The arguments of `cargo xtask kbuild boot`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only this kernel, by its name. Default: all that can be asked.
    #[arg(long)]
    kernel: Option<&'static Kernel>,
}

/// Runs the part. An error when any step ended otherwise than it should.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut wrong = 0;
    for kernel in chosen(arguments.kernel, Question::Boot)? {
        wrong += boot_kernel(kernel)?.unwrap_or(0);
    }
    if wrong > 0 {
        bail!("{wrong} steps not as they should be");
    }
    Ok(())
}

/// Builds for one kernel, boots it, and prints what it said. The number of steps that ended
/// otherwise than they should; none when it had to be skipped.
pub fn boot_kernel(kernel: &'static Kernel) -> Result<Option<usize>> {
    let Some(machine) = Machine::obtain()? else {
        return Ok(None);
    };
    let found =
        headers_tree::obtain(kernel).and_then(|packages| Ok((packages.vmlinuz()?, packages)));
    let Some(((vmlinuz, release), packages)) = or_skip(found, "Debian's kernel and its headers")?
    else {
        return Ok(None);
    };
    eprintln!("building modules for linux {release}");
    let files = modules::build(&packages, &Product::build()?)?;
    eprintln!("booting linux {release}");
    let steps = steps::all(&Booted::new(kernel, &release)?);
    let predictions = Predictions::read(packages.headers()?, vmlinuz.clone(), &files)?;
    let commands: Vec<&str> = steps.iter().map(|step| step.command.as_str()).collect();
    let ended = machine.run(&vmlinuz, &files, &commands)?;
    print_head(&packages, &release, files.len());
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
    Ok(Some(wrong))
}

/// Prints what the steps are done with.
fn print_head(packages: &DebianKernel, release: &str, modules: usize) {
    let version = &packages.version;
    println!("Linux {release} (Debian's {version}) in QEMU, with {modules} modules that Kbuild");
    println!("built with our genksyms and modpost");
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
