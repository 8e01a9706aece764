//! `cargo xtask bench packages`: our program on kernels as distributions publish them, in turn with
//! what it cannot do without: unpacking the same packages.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::figures::{cheapest, cpu, machine, memory, wall};
use crate::obtain::debian::{Archive, NamePattern, Package};
use crate::run::measured::{Cost, Input, measure_ending};
use crate::run::process;
use crate::run::product::Product;

/// The packages of Debian's kernels of one series, and of their headers.
const IMAGES: NamePattern = NamePattern("linux-image-6.1.0-*-amd64");

/// A module that needs no other one.
const MODULE: &str = "kernel/drivers/net/dummy.ko";

/// The arguments of `cargo xtask bench packages`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How often each call runs; the cheapest counts.
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
}

/// What is measured.
struct Measured {
    /// What it is in the table.
    title: &'static str,
    /// Runs it.
    command: Command,
    /// The rows that its processor time is held against, summed.
    against: &'static [usize],
}

/// `cargo xtask bench packages`.
pub fn run(arguments: Arguments) -> Result<()> {
    let archive = Archive::system()?;
    let images = archive.all(IMAGES)?;
    let [newest, others @ ..] = &images[..] else { bail!("apt knows no {}", IMAGES.0) };
    let headers = newest.name.replace("linux-image-", "linux-headers-");
    let headers = archive.of_version(NamePattern(&headers), &newest.version)?;
    let (new, headers) = (archive.published(newest)?, archive.published(&headers)?);
    // The lists name packages that the mirror no longer has.
    let had = |package| Some((package, archive.published(package).ok()?));
    let oldest: Option<(&Package, PathBuf)> = others.iter().rev().find_map(had);
    let (oldest, old) = oldest.with_context(|| format!("apt knows no two of {}", IMAGES.0))?;
    let scratch = tempfile::tempdir()?;
    let module = unpacked_module(&new, scratch.path())?;
    let product = Product::release()?;
    let ours = |words: &[&str], paths: &[&Path]| {
        let mut command = product.command();
        command.args(words).args(paths);
        command
    };
    let one_thread = "--jobs=1";
    let mut calls = [
        Measured { title: "unpacking OLD", command: unpacking(&old), against: &[] },
        Measured { title: "unpacking NEW", command: unpacking(&new), against: &[] },
        Measured {
            title: "`check`, all modules in NEW against its headers package",
            command: ours(&["check", one_thread, "--kernel"], &[&headers, &new]),
            against: &[1],
        },
        Measured {
            title: "`check`, one module against NEW",
            command: ours(&["check", one_thread, "--kernel"], &[&new, &module]),
            against: &[1],
        },
        Measured {
            title: "`abi-diff`, OLD and NEW, with causes by BTF",
            command: ours(&["abi-diff", one_thread], &[&old, &new]),
            against: &[0, 1],
        },
    ];
    let mut costs = vec![Vec::new(); calls.len()];
    for _ in 0..arguments.rounds.max(1) {
        for (call, costs) in calls.iter_mut().zip(&mut costs) {
            costs.push(cost(&mut call.command)?);
        }
    }
    let costs: Vec<Cost> = costs.iter().map(|costs| cheapest(costs)).collect();
    println!("OLD is {} {}, NEW {} {}.", oldest.name, oldest.version, newest.name, newest.version);
    println!("Machine: {}. The cheapest of {} rounds.\n", machine()?, arguments.rounds.max(1));
    println!("| | wall | CPU | peak memory | CPU, of unpacking |\n|---|--:|--:|--:|--:|");
    for (call, cost) in calls.iter().zip(&costs) {
        let base: f64 = call.against.iter().filter_map(|&row| costs.get(row)).map(cpu).sum();
        let ratio = if base > 0.0 { format!("{:.2} x", cpu(cost) / base) } else { String::new() };
        let (wall, memory) = (wall(cost), memory(cost));
        println!(
            "| {} | {wall:.0} ms | {:.0} ms | {memory:.0} MB | {ratio} |",
            call.title,
            cpu(cost)
        );
    }
    Ok(())
}

/// Unpacks all that a package has, on one thread as ours, and keeps nothing.
fn unpacking(package: &Path) -> Command {
    let mut command = Command::new("dpkg-deb");
    command.args(["--threads-max=1", "--fsys-tarfile"]).arg(package);
    command
}

/// What a call costs that may end with 1: something was found.
fn cost(command: &mut Command) -> Result<Cost> {
    let (status, cost) = measure_ending(command, &File::open("/dev/null")?, Input::File)?;
    ensure!(matches!(status, Some(0 | 1)), "{command:?} ended with {status:?}");
    Ok(cost)
}

/// [`MODULE`] of a package, unpacked into `directory`.
fn unpacked_module(package: &Path, directory: &Path) -> Result<PathBuf> {
    let root = directory.join("root");
    process::run(Command::new("dpkg-deb").arg("-x").arg(package).arg(&root))?;
    let mut releases = fs::read_dir(root.join("lib/modules"))?;
    let release = releases.next().context("the package has no modules")??;
    Ok(release.path().join(MODULE))
}
