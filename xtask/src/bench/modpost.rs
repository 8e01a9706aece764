//! `cargo xtask bench modpost`: the kernel's own program and ours on all modules of Debian's 6.1
//! at once, in turn, several rounds. Prints the tables of `docs/performance.md`.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use modversions::elf::Target;

use super::figures::{Row, cpu, least, machine, median, memory, most, wall};
use crate::obtain::kernels;
use crate::obtain::module_set::ModuleSet;
use crate::obtain::upstream::{Upstream, UpstreamModpost};
use crate::run::measured::{Cost, Input, measure};
use crate::run::product::Product;
use crate::run::working_copy::WorkingCopy;

/// As Kbuild calls it for modules, but for the kernel's own exports, which come from its dump.
const CALL: &[&str] = &["-m", "-i", "Module.symvers", "-o", "out.symvers", "-T", "objects.order"];

/// What x86-64's objects are.
const X86_64: Target = Target { is_64_bit: true, is_big_endian: false };

/// The arguments of `cargo xtask bench modpost`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How often each program runs in each situation.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
}

/// A program under measurement.
struct Contender {
    /// What its column is called.
    title: &'static str,
    /// Runs it.
    command: Command,
    /// Where it runs.
    copy: WorkingCopy,
}

/// What is there when a program starts.
#[derive(Clone, Copy)]
struct Situation {
    /// What its table is called.
    title: &'static str,
    /// Whether the modules' C files are there, with what the program would write.
    is_written: bool,
}

/// The situations: a build of everything, and one where no export has changed.
const SITUATIONS: [Situation; 2] = [
    Situation { title: "everything to write", is_written: false },
    Situation { title: "nothing to write", is_written: true },
];

/// `cargo xtask bench modpost`.
pub fn run(arguments: Arguments) -> Result<()> {
    let Some(upstream) = Upstream::modpost(kernels::usual())? else {
        bail!("nothing to compare with");
    };
    let Some(set) = ModuleSet::obtain(kernels::usual())? else {
        bail!("nothing to measure on");
    };
    let rounds = arguments.rounds.max(1);
    let mut contenders = contenders(&upstream, &Product::release()?, &set)?;
    let measured = measure_all(&mut contenders, &set, rounds)?;
    println!("Machine: {}.", machine()?);
    println!(
        "Upstream: modpost of {}. Input: {} modules of linux {}, `modpost {}`; {rounds} rounds.",
        upstream.title(),
        set.modules.len(),
        set.version,
        CALL.join(" "),
    );
    for (situation, costs) in SITUATIONS.iter().zip(&measured) {
        print_table(situation.title, &contenders, costs);
    }
    Ok(())
}

/// The kernel's program, and ours on one thread and on two.
fn contenders(
    upstream: &UpstreamModpost,
    product: &Product,
    set: &ModuleSet,
) -> Result<Vec<Contender>> {
    let programs = [
        ("upstream", upstream.command(X86_64)),
        ("ours, 1 thread", product.modpost(&upstream.release, 1)),
        ("ours, 2 threads", product.modpost(&upstream.release, 2)),
    ];
    programs
        .into_iter()
        .map(|(title, mut command)| {
            let copy = WorkingCopy::of(&set.linked)?;
            // Without what a make around us would offer.
            command.args(CALL).current_dir(copy.path()).env_remove("MAKEFLAGS");
            Ok(Contender { title, command, copy })
        })
        .collect()
}

/// The costs of each contender in each round, by situation. The programs run in turn, one alone at
/// a time.
fn measure_all(
    contenders: &mut [Contender],
    set: &ModuleSet,
    rounds: usize,
) -> Result<Vec<Vec<Vec<Cost>>>> {
    let style = ProgressStyle::with_template("measuring {wide_bar} {pos}/{len} ({eta})")?;
    let runs = rounds * SITUATIONS.len() * contenders.len();
    let progress = ProgressBar::new(runs as u64).with_style(style);
    let mut measured = vec![vec![Vec::new(); contenders.len()]; SITUATIONS.len()];
    let nothing = File::open("/dev/null")?;
    for _ in 0..rounds {
        for (situation, costs) in SITUATIONS.iter().zip(&mut measured) {
            for (contender, costs) in contenders.iter_mut().zip(costs) {
                if !situation.is_written {
                    contender.remove_written(set)?;
                }
                let cost = measure(&mut contender.command, &nothing, Input::File);
                costs.push(cost.with_context(|| contender.title)?);
                progress.inc(1);
            }
        }
    }
    progress.finish_and_clear();
    Ok(measured)
}

impl Contender {
    /// Removes what the program has written.
    fn remove_written(&self, set: &ModuleSet) -> Result<()> {
        for module in &set.modules {
            remove_if_there(&self.copy.path().join(format!("{module}.mod.c")))?;
        }
        remove_if_there(&self.copy.path().join("out.symvers"))
    }
}

/// Removes a file that need not be there.
fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The rows.
const ROWS: &[Row] = &[
    Row { title: "CPU, cheapest", value: cpu, unit: "ms", summary: least },
    Row { title: "CPU, median", value: cpu, unit: "ms", summary: median },
    Row { title: "wall, cheapest", value: wall, unit: "ms", summary: least },
    Row { title: "wall, median", value: wall, unit: "ms", summary: median },
    Row { title: "peak memory, most", value: memory, unit: "MB", summary: most },
];

/// Prints one situation's table, in Markdown, and how much less ours takes.
fn print_table(title: &str, contenders: &[Contender], costs: &[Vec<Cost>]) {
    let titles: Vec<&str> = contenders.iter().map(|contender| contender.title).collect();
    println!("\n| {title} | {} |", titles.join(" | "));
    println!("|---|{}", "--:|".repeat(contenders.len()));
    ROWS.iter().for_each(|row| row.print(costs.iter().map(|costs| costs.iter())));
    println!();
    let [upstream, ours @ ..] = costs else {
        return;
    };
    for (contender, ours) in contenders.iter().skip(1).zip(ours) {
        let ratio = |value: fn(&Cost) -> f64, summary: fn(Vec<f64>) -> f64| {
            let of = |costs: &[Cost]| summary(costs.iter().map(value).collect());
            of(upstream) / of(ours).max(1e-6)
        };
        println!(
            "Upstream over {}: CPU {:.1} (cheapest), {:.1} (median); wall {:.1} (cheapest), \
             {:.1} (median).",
            contender.title,
            ratio(cpu, least),
            ratio(cpu, median),
            ratio(wall, least),
            ratio(wall, median),
        );
    }
}
