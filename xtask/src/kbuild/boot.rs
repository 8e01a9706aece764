//! `cargo xtask kbuild boot`: modules built by Kbuild with our genksyms and our modpost, loaded by
//! Debian's own kernel in QEMU. Those that fit run; those that do not are refused, each for the
//! reason that it was made for.

mod modules;
mod steps;

use anyhow::{Result, bail};

use self::steps::Step;
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
    let steps = steps::all(kernel, &release);
    let commands: Vec<&str> = steps.iter().map(|step| step.command.as_str()).collect();
    let ended = machine.run(&vmlinuz, &files, &commands)?;
    print_head(&packages, &release, files.len());
    let wrong = steps.iter().zip(&ended).filter(|(step, ended)| !judge(step, ended)).count();
    let (all, right) = (steps.len(), steps.len() - wrong);
    println!("  {right} of {all} steps ended as they should\n");
    Ok(Some(wrong))
}

/// Prints what the steps are done with.
fn print_head(packages: &DebianKernel, release: &str, modules: usize) {
    let version = &packages.version;
    println!("Linux {release} (Debian's {version}) in QEMU, with {modules} modules that Kbuild");
    println!("built with our genksyms and modpost");
}

/// Prints a step, how it ended and what was said. Whether that is what should be.
fn judge(step: &Step, ended: &Ended) -> bool {
    let log = step.counted(&ended.log);
    let is_right = ended.status == step.status && ended.output == step.output && log == step.log;
    println!("  {:<8} {}", if is_right { step.end } else { "WRONG" }, step.what);
    if is_right {
        print_lines("", &[&ended.output[..], &log].concat());
        return true;
    }
    let status = |status: i32| [format!("ends with {status}: {}", step.command)];
    print_lines("expected: ", &[&status(step.status), &step.output[..], &step.log].concat());
    print_lines("found:    ", &[&status(ended.status), &ended.output[..], &ended.log].concat());
    false
}

/// Prints lines below a step.
fn print_lines(head: &str, lines: &[String]) {
    for line in lines {
        println!("             {head}{line}");
    }
}
