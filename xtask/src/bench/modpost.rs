//! `cargo xtask bench modpost`: the kernel's own program and ours in turn, several rounds, on all
//! modules of Debian's 6.1 at once; with `--build` on a whole build of it, its `vmlinux.o` included.
//! Prints the tables of `docs/performance.md`.

mod whole_build;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
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
const CALL: &[&str] = &["-m", "-i", "Module.symvers", "-o", DUMP, "-T", OBJECTS];

/// The file that is written besides the modules' own.
const DUMP: &str = "out.symvers";

/// The list of the modules' objects.
const OBJECTS: &str = "objects.order";

/// What x86-64's objects are.
const X86_64: Target = Target { is_64_bit: true, is_big_endian: false };

/// The arguments of `cargo xtask bench modpost`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How often each program runs in each situation.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
    /// On a whole build of the kernel (of `cargo xtask kbuild tree`, made first if it was not: an
    /// hour on two processors) instead of Debian's modules.
    #[arg(long)]
    build: bool,
}

/// What the programs are measured on.
struct Work {
    /// What it is, in words.
    title: String,
    /// Where they run: each in a copy of it.
    directory: PathBuf,
    /// The calls.
    situations: Vec<Situation>,
    /// What they write, by its path from there.
    written: Vec<PathBuf>,
}

/// One call, and what is there when a program starts.
struct Situation {
    /// What its table is called.
    title: &'static str,
    /// The call.
    call: &'static [&'static str],
    /// Whether the modules' C files are there, with what the program would write.
    is_written: bool,
}

/// The kernel's program and ours.
struct Programs {
    upstream: UpstreamModpost,
    product: Product,
}

/// A program under measurement.
struct Contender {
    /// What its column is called.
    title: &'static str,
    /// On how many threads it runs; none for the kernel's own.
    threads: Option<usize>,
    /// Where it runs.
    copy: WorkingCopy,
}

/// `cargo xtask bench modpost`.
pub fn run(arguments: Arguments) -> Result<()> {
    let Some(upstream) = Upstream::modpost(kernels::usual())? else {
        bail!("nothing to compare with");
    };
    let work = if arguments.build { whole_build::work()? } else { debian_modules()? };
    let rounds = arguments.rounds.max(1);
    let programs = Programs { upstream, product: Product::release()? };
    let contenders = contenders(&work)?;
    let measured = measure_all(&programs, &contenders, &work, rounds)?;
    println!("Machine: {}.", machine()?);
    println!(
        "Upstream: modpost of {}. Input: {}; {rounds} rounds.",
        programs.upstream.title(),
        work.title,
    );
    for (situation, costs) in work.situations.iter().zip(&measured) {
        println!("\n`modpost {}`", situation.call.join(" "));
        print_table(situation.title, &contenders, costs);
    }
    Ok(())
}

/// The modules of Debian's packages: a build of everything, and one where no export has changed.
fn debian_modules() -> Result<Work> {
    let Some(set) = ModuleSet::obtain(kernels::usual())? else {
        bail!("nothing to measure on");
    };
    Ok(Work {
        title: format!("{} modules of linux {}", set.modules.len(), set.version),
        situations: vec![
            Situation { title: "everything to write", call: CALL, is_written: false },
            Situation { title: "nothing to write", call: CALL, is_written: true },
        ],
        written: written(set.modules.iter().map(String::as_str)),
        directory: set.linked,
    })
}

/// What the call for these modules writes.
fn written<'a>(modules: impl Iterator<Item = &'a str>) -> Vec<PathBuf> {
    let files = modules.map(|module| PathBuf::from(format!("{module}.mod.c")));
    files.chain([PathBuf::from(DUMP)]).collect()
}

/// The kernel's program, and ours on one thread and on two.
fn contenders(work: &Work) -> Result<Vec<Contender>> {
    let programs = [("upstream", None), ("ours, 1 thread", Some(1)), ("ours, 2 threads", Some(2))];
    let contender = |(title, threads)| {
        Ok(Contender { title, threads, copy: WorkingCopy::of(&work.directory)? })
    };
    programs.into_iter().map(contender).collect()
}

/// The costs of each contender in each round, by situation. The programs run in turn, one alone at
/// a time.
fn measure_all(
    programs: &Programs,
    contenders: &[Contender],
    work: &Work,
    rounds: usize,
) -> Result<Vec<Vec<Vec<Cost>>>> {
    let style = ProgressStyle::with_template("measuring {wide_bar} {pos}/{len} ({eta})")?;
    let runs = rounds * work.situations.len() * contenders.len();
    let progress = ProgressBar::new(runs as u64).with_style(style);
    let mut measured = vec![vec![Vec::new(); contenders.len()]; work.situations.len()];
    let nothing = File::open("/dev/null")?;
    for _ in 0..rounds {
        for (situation, costs) in work.situations.iter().zip(&mut measured) {
            for (contender, costs) in contenders.iter().zip(costs) {
                if !situation.is_written {
                    contender.remove_written(work)?;
                }
                let cost = measure(&mut contender.call(programs, situation), &nothing, Input::File);
                costs.push(cost.with_context(|| contender.title)?);
                progress.inc(1);
            }
        }
    }
    progress.finish_and_clear();
    Ok(measured)
}

impl Contender {
    /// The command of a situation.
    fn call(&self, programs: &Programs, situation: &Situation) -> Command {
        let mut command = match self.threads {
            Some(threads) => programs.product.modpost(&programs.upstream.release, threads),
            None => programs.upstream.command(X86_64),
        };
        // Without what a make around us would offer.
        command.args(situation.call).current_dir(self.copy.path()).env_remove("MAKEFLAGS");
        command
    }

    /// Removes what the program has written.
    fn remove_written(&self, work: &Work) -> Result<()> {
        work.written.iter().try_for_each(|path| remove_if_there(&self.copy.path().join(path)))
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
