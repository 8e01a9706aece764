//! `cargo xtask kbuild PART`: our programs in the hands of the kernel's own build.

pub mod boot;
mod compare;
mod configuration;
mod cost;
mod failures;
mod killed;
pub mod meter;
mod modpost_call;
pub mod oot;
mod packages;
mod same_files;
mod tree;
mod trial;
mod whole_build;
mod workshop;

use std::path::{Path, PathBuf};

use anyhow::Result;

use self::configuration::Configuration;
use self::whole_build::{Compiling, Subject};
use crate::obtain::kernels::Kernel;
use crate::run::process::read;
use crate::run::product::Product;

/// What can be proved.
#[derive(clap::Subcommand)]
enum Part {
    /// Build external modules against Debian's headers, with the distribution's programs and with
    /// ours, and compare everything that is left.
    Oot(oot::Arguments),
    /// Load modules that were built with ours into Debian's own kernels, in QEMU: those that fit
    /// must run, those that do not must be refused.
    Boot(boot::Arguments),
    /// Build a whole kernel with its own programs and with ours, and compare everything that is
    /// left.
    Tree(tree::Arguments),
    /// Measure which share of a whole build goes into symbol versions.
    Cost(cost::Arguments),
}

/// The arguments of `cargo xtask kbuild`.
#[derive(clap::Parser)]
struct Arguments {
    /// What to prove.
    #[command(subcommand)]
    part: Part,
}

/// `cargo xtask kbuild`. An error when something is not as it should be.
pub fn run(arguments: &[String]) -> Result<()> {
    let Arguments { part } = crate::parse_arguments("kbuild", arguments);
    match part {
        Part::Oot(arguments) => oot::run(&arguments),
        Part::Boot(arguments) => boot::run(&arguments),
        Part::Tree(arguments) => tree::run(&arguments),
        Part::Cost(arguments) => cost::run(&arguments),
    }
}

/// The small whole build of `kernel` with its own programs that [`tree`] keeps, made if it is not
/// there: what it is, in words, and the directory.
pub fn reference_build(kernel: &'static Kernel) -> Result<(String, PathBuf)> {
    let (small, once) = (Configuration::Small, Compiling::Once);
    let subject = Subject::obtain(kernel, small, once)?;
    Ok((subject.title(), tree::reference(&subject, false)?.files()))
}

/// Has our program do `action` with the kernel tree at `tree`: `enable` and `disable` put it into
/// the place of the tree's own programs and take it out again, `status` fails when it is not there.
fn switch(product: &Product, action: &str, tree: &Path) -> Result<()> {
    read(product.command().args(["kbuild", action]).arg(tree)).map(drop)
}
