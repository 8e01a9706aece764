//! `cargo xtask kbuild tree`: a real kernel built with its own programs, and built again with ours;
//! all that is left behind must be the same.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::configuration::Configuration;
use super::same_files::Comparison;
use super::switch;
use super::whole_build::{Build, Compiling, Subject};
use crate::obtain::kernels::{Kernel, Question, chosen};
use crate::run::product::Product;

/// At most so many differences are named.
const NAMED: usize = 40;

/// The arguments of `cargo xtask kbuild tree`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only this kernel, by its name. Default: all that can be asked.
    #[arg(long)]
    kernel: Option<&'static Kernel>,
    /// How it is configured.
    #[arg(long, value_enum, default_value = "small")]
    config: Configuration,
    /// Before that, build again with the kernel's own programs: is a build here always the same?
    #[arg(long)]
    twice: bool,
    /// Build anew with the kernel's own programs, too, though that was kept.
    #[arg(long)]
    fresh: bool,
}

/// Runs the part.
pub fn run(arguments: &Arguments) -> Result<()> {
    let product = Product::build()?;
    let mut differences = 0;
    for kernel in chosen(arguments.kernel, Question::WholeBuild)? {
        let subject = Subject::obtain(kernel, arguments.config, Compiling::Once)?;
        let reference = reference(&subject, arguments.fresh)?;
        if arguments.twice {
            let again = build(&subject, None, "again")?;
            let words = "built twice with its own programs";
            differences += compare(&subject, words, &reference, again)?;
        }
        let ours = build(&subject, Some(&product), "ours")?;
        let words = "built with its own programs and with ours";
        differences += compare(&subject, words, &reference, ours)?;
    }
    match differences {
        0 => Ok(()),
        1 => bail!("1 difference"),
        more => bail!("{more} differences"),
    }
}

/// The build of `subject` with its own programs: the kept one, unless it is to be made anew.
pub(super) fn reference(subject: &Subject, is_fresh: bool) -> Result<Build> {
    match subject.kept("reference")? {
        Some(reference) if !is_fresh => {
            eprintln!("{}: built with its own programs before", subject.title());
            Ok(reference)
        }
        _ => build(subject, None, "reference"),
    }
}

/// A whole build, kept as `name`: with the kernel's own programs, or with those of `product`, which
/// are taken out again at the end.
fn build(subject: &Subject, product: Option<&Product>, name: &str) -> Result<Build> {
    let mut work = subject.begin()?;
    let files = work.files();
    let whose = if product.is_some() { "ours" } else { "its own programs" };
    if let Some(product) = product {
        switch(product, "enable", &files)?;
    }
    eprintln!("{}: building with {whose}", subject.title());
    work.make(&[], &[("KBUILD_SYMTYPES", "1")])?;
    if let Some(product) = product {
        switch(product, "status", &files).context("ours is not in place any more")?;
        switch(product, "disable", &files)?;
    }
    work.finish(name)
}

/// Compares two builds, says what was found, and removes the second one if it is the same. How many
/// differences there are.
fn compare(subject: &Subject, words: &str, reference: &Build, other: Build) -> Result<usize> {
    let (their_files, our_files) = (reference.files(), other.files());
    let mut found = Comparison::of(&their_files, &our_files)?;
    if reference.messages()? != other.messages()? {
        found
            .differences
            .push("what was said on standard error, in whatever order: differs".into());
    }
    println!("{}: {words}", subject.title());
    println!("  {:>6} files compared:", found.files());
    print!("{}", found.counted());
    print_times(reference, &other)?;
    match found.differences.len() {
        0 => {
            println!("the same");
            other.remove()?;
        }
        count => {
            println!("{count} different:");
            found.differences.iter().take(NAMED).for_each(|line| println!("  {line}"));
            print_places(&their_files, &our_files);
        }
    }
    println!();
    Ok(found.differences.len())
}

/// What both builds have cost.
fn print_times(reference: &Build, other: &Build) -> Result<()> {
    let ((their_cpu, their_wall), (our_cpu, our_wall)) = (reference.cost()?, other.cost()?);
    let seconds = |time: Duration| time.as_secs();
    println!(
        "  processor time {} s and {} s, from start to end {} s and {} s",
        seconds(their_cpu),
        seconds(our_cpu),
        seconds(their_wall),
        seconds(our_wall),
    );
    Ok(())
}

/// Where a person can look.
fn print_places(reference: &Path, other: &Path) {
    println!("They are in\n  {}\n  {}", reference.display(), other.display());
}
