//! `cargo xtask bench gendwarfksyms`: the kernel's own program and ours in turn, on single objects,
//! on many and on all of them linked into one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::figures::{cheapest, cpu, machine, memory};
use crate::obtain::debug_objects::{DebugObject, DebugObjects};
use crate::run::measured::{Cost, Input, measure};
use crate::run::product::Product;

/// The arguments of `cargo xtask bench gendwarfksyms`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How often each program runs on each object; the cheapest run counts.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
    /// Measure on all objects in this tree, which a kernel was built in with its own programs, not on
    /// those of Debian's 7.3.
    #[arg(long, value_name = "DIR")]
    tree: Option<PathBuf>,
}

/// How many objects, from the smallest to the largest, are summed up.
const SOME: usize = 20;

/// The objects that have a line of their own, if they are there: a large one, Rust, and those with few
/// exports.
const ALONE: [&str; 5] = [
    "kernel/sched/core.o",
    "rust/kernel.o",
    "rust/core.o",
    "crypto/geniv.o",
    "lib/crypto/sha256.o",
];

/// `cargo xtask bench gendwarfksyms`.
pub fn run(arguments: Arguments) -> Result<()> {
    let objects = DebugObjects::of(arguments.tree.as_deref())?.context("nothing to measure on")?;
    let product = Product::release()?;
    let bench = Bench { program: &objects.program, product: &product, rounds: arguments.rounds };
    println!("{}", machine()?);
    println!("| objects of {} | the kernel's | ours | |", objects.title);
    println!("|---|--:|--:|--:|");
    let some = of_all_sizes(&objects.objects)?;
    bench.row(&format!("{} objects of all sizes, summed", some.len()), &some)?;
    for name in ALONE {
        let object: Vec<_> = objects.objects.iter().filter(|object| object.name == name).collect();
        if !object.is_empty() {
            bench.row(name, &object)?;
        }
    }
    let title = format!("`ld -r` of {} objects", objects.objects.len());
    bench.row(&title, &[&objects.linked])
}

/// Some of the objects, from the smallest to the largest.
fn of_all_sizes(objects: &[DebugObject]) -> Result<Vec<&DebugObject>> {
    let mut sized = Vec::new();
    for object in objects {
        sized.push((fs::metadata(&object.path)?.len(), object));
    }
    sized.sort_by_key(|(size, object)| (*size, &object.name));
    let count = sized.len().min(SOME);
    let last = sized.len().saturating_sub(1);
    let some = (0..count).map(|index| sized[index * last / count.saturating_sub(1).max(1)].1);
    Ok(some.collect())
}

/// What is measured.
struct Bench<'b> {
    /// The kernel's program.
    program: &'b Path,
    /// Ours.
    product: &'b Product,
    rounds: usize,
}

impl Bench<'_> {
    /// Measures both programs in turn, and prints a line of the table.
    fn row(&self, title: &str, objects: &[&DebugObject]) -> Result<()> {
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for object in objects {
            let (mut their_runs, mut our_runs) = (Vec::new(), Vec::new());
            for _ in 0..self.rounds {
                their_runs.push(cost(Command::new(self.program), object)?);
                let mut command = self.product.command();
                command.arg("gendwarfksyms");
                our_runs.push(cost(command, object)?);
            }
            theirs.push(cheapest(&their_runs));
            ours.push(cheapest(&our_runs));
        }
        let total = |costs: &[Cost]| costs.iter().map(cpu).sum::<f64>();
        let most = |costs: &[Cost]| costs.iter().map(memory).fold(0.0, f64::max);
        let (their_time, our_time) = (total(&theirs), total(&ours));
        println!(
            "| {title} | {their_time:.1} ms, {:.1} MB | {our_time:.1} ms, {:.1} MB | {:.1}x |",
            most(&theirs),
            most(&ours),
            their_time / our_time,
        );
        Ok(())
    }
}

fn cost(mut command: Command, object: &DebugObject) -> Result<Cost> {
    measure(command.arg(&object.path), &File::open(&object.exports)?, Input::File)
}
