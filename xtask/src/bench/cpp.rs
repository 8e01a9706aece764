//! `cargo xtask bench cpp`: the compiler's preprocessor and ours on files of a kernel, called as
//! Kbuild calls them for genksyms, in turn, several rounds. Prints the table of
//! `docs/performance.md`.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use super::figures::{cheapest, cpu, machine, memory, most, wall};
use crate::obtain::cpp_commands::{CppCommand, commands};
use crate::obtain::kernel_tree::{KernelPackages, KernelTree};
use crate::obtain::kernels;
use crate::run::measured::{Cost, Input, measure};
use crate::run::product::Product;

/// Files of all sizes and many subsystems.
const FILES: [&str; 12] = [
    "arch/x86/kvm/x86",
    "kernel/sched/core",
    "net/core/dev",
    "net/mac80211/main",
    "kernel/fork",
    "mm/memory",
    "sound/soc/soc-core",
    "fs/namei",
    "drivers/usb/core/hub",
    "drivers/gpu/drm/drm_atomic_helper",
    "drivers/gpu/drm/ttm/ttm_bo",
    "lib/string",
];

/// The arguments of `cargo xtask bench cpp`.
#[derive(clap::Args)]
pub struct Arguments {
    /// So many files, spread over all that may export something. Default: twelve chosen ones.
    #[arg(long, value_name = "N")]
    files: Option<usize>,
    /// How often each program runs on each file; the cheapest run counts.
    #[arg(long, value_name = "N", default_value_t = 7)]
    rounds: usize,
}

/// Who preprocesses, a column each.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The compiler, with these words more.
    Compiler(&'static [&'static str]),
    /// Ours: the value of `MODVERSIONS_CPP`, and that of `MODVERSIONS_CPP_HEADERS`.
    Ours(&'static str, &'static str),
}

/// The columns.
const WAYS: [(&str, Way); 6] = [
    ("gcc -E", Way::Compiler(&[])),
    ("t0", Way::Compiler(&["-ftrack-macro-expansion=0"])),
    ("full", Way::Ours("full", "off")),
    ("lazy", Way::Ours("usual", "off")),
    ("full, kept", Way::Ours("full", "on")),
    ("lazy, kept", Way::Ours("usual", "on")),
];

/// `cargo xtask bench cpp`.
pub fn run(arguments: Arguments) -> Result<()> {
    let packages = KernelPackages::obtain(kernels::usual())?;
    let tree = KernelTree::prepared(&packages)?;
    let mut sources = tree.exporting_sources()?;
    match arguments.files {
        Some(count) => {
            let step = (sources.len() / count.max(1)).max(1);
            sources = sources.into_iter().step_by(step).take(count).collect();
        }
        None => sources.retain(|source| FILES.contains(&source.path.as_str())),
    }
    let commands = commands(&tree, &sources)?;
    ensure!(!commands.is_empty(), "nothing to measure on");
    let scratch = tempfile::tempdir()?;
    let bench = Bench {
        product: Product::release()?,
        tree,
        scratch: scratch.path(),
        rounds: arguments.rounds.max(1),
    };
    let style = ProgressStyle::with_template("measuring {wide_bar} {pos}/{len} ({eta})")?;
    let progress = ProgressBar::new(commands.len() as u64).with_style(style);
    // Once each, so that what is kept is complete.
    for command in &commands {
        bench.prepare(command).with_context(|| command.path.clone())?;
    }
    let mut measured = Vec::new();
    for command in &commands {
        progress.inc(1);
        let costs = bench.measure(command).with_context(|| command.path.clone())?;
        measured.push((command.path.as_str(), costs));
    }
    progress.finish_and_clear();
    print_table(&measured, &packages.version, bench.rounds)
}

/// What is measured, and where.
struct Bench<'s> {
    product: Product,
    tree: KernelTree,
    /// Stands for the build tree: what ours keeps, and lists of dependencies.
    scratch: &'s Path,
    rounds: usize,
}

impl Bench<'_> {
    /// The program of a column on a file.
    fn program(&self, command: &CppCommand, way: Way) -> Command {
        let list = self.scratch.join("dependencies");
        match way {
            Way::Compiler(words) => {
                let mut program = command.compiler(&self.tree, &list);
                program.args(words);
                program
            }
            Way::Ours(mode, headers) => {
                let mut program = command.ours(self.product.command(), &self.tree, &list);
                program.env("objtree", self.scratch).env("MODVERSIONS_CPP", mode);
                program.env("MODVERSIONS_CPP_HEADERS", headers);
                program
            }
        }
    }

    /// Runs ours once; an error if it leaves the file to the compiler.
    fn prepare(&self, command: &CppCommand) -> Result<()> {
        let mut program = self.program(command, Way::Ours("usual", "on"));
        let said = program.env("MODVERSIONS_CPP_EXPLAIN", "1").output()?.stderr;
        if !said.is_empty() {
            bail!("{}", String::from_utf8_lossy(&said).trim_end());
        }
        Ok(())
    }

    /// The cheapest runs of each column on a file, in turn.
    fn measure(&self, command: &CppCommand) -> Result<[Cost; WAYS.len()]> {
        let nothing = File::open("/dev/null")?;
        let mut rounds: [Vec<Cost>; WAYS.len()] = Default::default();
        for _ in 0..self.rounds {
            for ((_, way), costs) in WAYS.iter().zip(&mut rounds) {
                costs.push(measure(&mut self.program(command, *way), &nothing, Input::File)?);
            }
        }
        Ok(rounds.map(|costs| cheapest(&costs)))
    }
}

/// Prints what was measured, in Markdown.
fn print_table(
    measured: &[(&str, [Cost; WAYS.len()])],
    version: &str,
    rounds: usize,
) -> Result<()> {
    let compiler = crate::run::process::read(Command::new("gcc-12").arg("-dumpfullversion"))?;
    println!("Machine: {}.", machine()?);
    println!(
        "Compiler: gcc {}. Input: {} files of linux {version}; the cheapest of {rounds} rounds.\n",
        compiler.trim(),
        measured.len(),
    );
    println!("| CPU, ms | {} |", WAYS.map(|(title, _)| title).join(" | "));
    println!("|---|{}", "--:|".repeat(WAYS.len()));
    let row = |title: &str, values: [f64; WAYS.len()]| {
        println!("| {title} | {} |", values.map(|value| format!("{value:.1}")).join(" | "));
    };
    // A long list says no more than its sums.
    for (path, costs) in measured.iter().filter(|_| measured.len() <= 20) {
        row(path, costs.map(|cost| cpu(&cost)));
    }
    let sums = |value: fn(&Cost) -> f64| -> [f64; WAYS.len()] {
        std::array::from_fn(|way| measured.iter().map(|(_, costs)| value(&costs[way])).sum())
    };
    let total = sums(cpu);
    row("**sum, CPU**", total);
    row("sum, wall", sums(wall));
    row("**gcc -E over it, CPU**", total.map(|value| total[0] / value));
    let peak = |way: usize| most(measured.iter().map(|(_, costs)| memory(&costs[way])).collect());
    row("most peak memory, MB", std::array::from_fn(peak));
    Ok(())
}
