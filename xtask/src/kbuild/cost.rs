//! `cargo xtask kbuild cost`: which share of a kernel build's processor time goes into symbol
//! versions, with the kernel's own programs and with ours. Prints the tables of
//! `docs/performance.md`.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::configuration::Configuration;
use super::meter::{self, Metered};
use super::switch;
use super::whole_build::{Compiling, Subject};
use crate::bench::machine;
use crate::obtain::kernel_tree::COMPILER;
use crate::obtain::kernels::{Kernel, Question, chosen};
use crate::run::product::Product;

/// What is measured apart: how the log and how the table calls it.
const PROGRAMS: [(&str, &str); 3] = [
    (meter::PREPROCESSOR, "preprocessing for genksyms"),
    ("genksyms", "genksyms"),
    ("modpost", "modpost"),
];

/// The arguments of `cargo xtask kbuild cost`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only this kernel, by its name. Default: all that can be asked.
    #[arg(long)]
    kernel: Option<&'static Kernel>,
    /// How it is configured.
    #[arg(long, value_enum, default_value = "small")]
    config: Configuration,
}

/// What one build has cost.
struct Costs {
    /// All of it, without the stand-ins.
    whole: Duration,
    /// Each of [`PROGRAMS`].
    programs: [Metered; PROGRAMS.len()],
}

impl Costs {
    /// What the stand-ins have cost.
    fn overhead(&self) -> Duration {
        self.programs.iter().map(|program| program.overhead).sum()
    }

    /// What all of the programs have cost.
    fn measured(&self) -> Duration {
        self.programs.iter().map(|program| program.cpu).sum()
    }
}

/// Runs the part.
pub fn run(arguments: &Arguments) -> Result<()> {
    let product = Product::release()?;
    for kernel in chosen(arguments.kernel, Question::WholeBuild)? {
        let subject = Subject::obtain(kernel, arguments.config, Compiling::Anew)?;
        let theirs = measure(&subject, None)?;
        let ours = measure(&subject, Some(&product))?;
        print_table(&subject, &theirs, &ours)?;
    }
    Ok(())
}

/// A whole build with the kernel's own programs, or with those of `product`.
fn measure(subject: &Subject, product: Option<&Product>) -> Result<Costs> {
    let mut work = subject.begin()?;
    let files = work.files();
    let whose = if product.is_some() { "ours" } else { "its own programs" };
    if let Some(product) = product {
        switch(product, "enable", &files)?;
    }
    meter::put_in_place(&files)?;
    eprintln!("{}: building with {whose}", subject.title());
    let log = work.beside("METER");
    let variable = (meter::LOG_VARIABLE, log.to_str().context("the cache has an odd name")?);
    let compiler = COMPILER.trim_start_matches("CC=");
    work.make(&[&meter::preprocessor(compiler)?], &[variable])?;
    let log = fs::read_to_string(&log).context("nothing was measured")?;
    meter::check(&files)?;
    let whole = work.cpu();
    work.discard()?;
    let mut programs = [Metered::default(); PROGRAMS.len()];
    for ((name, _), metered) in PROGRAMS.iter().zip(&mut programs) {
        *metered = meter::total(&log, name)?;
        if metered.calls == 0 {
            bail!("{name} was never called");
        }
    }
    let overhead: Duration = programs.iter().map(|program| program.overhead).sum();
    Ok(Costs { whole: whole.saturating_sub(overhead), programs })
}

/// Prints what both builds have cost.
fn print_table(subject: &Subject, theirs: &Costs, ours: &Costs) -> Result<()> {
    println!("Machine: {}.", machine()?);
    println!("A whole build of {}; processor time.\n", subject.title());
    println!("| | calls | upstream | share | ours | share |\n|---|--:|--:|--:|--:|--:|");
    println!("| the whole build | | {} | {} |", cell(theirs.whole, theirs), cell(ours.whole, ours));
    for (index, (_, title)) in PROGRAMS.iter().enumerate() {
        let (their, our) = (theirs.programs[index], ours.programs[index]);
        let calls = match their.calls == our.calls {
            true => their.calls.to_string(),
            false => format!("{}, {}", their.calls, our.calls),
        };
        println!("| {title} | {calls} | {} | {} |", cell(their.cpu, theirs), cell(our.cpu, ours));
    }
    let (their, our) = (theirs.measured(), ours.measured());
    println!("| all three | | {} | {} |", cell(their, theirs), cell(our, ours));
    println!(
        "\nWhat measured it is not in the table: {:.1} s and {:.1} s.\n",
        theirs.overhead().as_secs_f64(),
        ours.overhead().as_secs_f64(),
    );
    Ok(())
}

/// A time, and its share of the whole.
fn cell(time: Duration, costs: &Costs) -> String {
    let share = time.as_secs_f64() / costs.whole.as_secs_f64() * 100.0;
    format!("{:.1} s | {share:.1} %", time.as_secs_f64())
}
