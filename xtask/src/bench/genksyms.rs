//! `cargo xtask bench genksyms`: the kernel's own program, ours, and `cat` as the floor, on the
//! same files in turn, several rounds. Prints the table of `docs/performance.md`.

use std::process::Command;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::figures::{
    Row, cheapest, cpu, least, machine, median, megabytes, memory, most, sum, wall,
};
use crate::obtain::corpus::{Corpus, CorpusFile};
use crate::obtain::kernels;
use crate::obtain::upstream::Upstream;
use crate::run::measured::{Cost, Input, measure};
use crate::run::product::Product;

/// How many files there are in a whole corpus, about: it says which sample has enough.
const CORPUS_FILES: usize = 3000;

/// Our peak memory may be this many times the input, plus [`MEMORY_ALLOWANCE`].
const MEMORY_FACTOR: u64 = 2;

/// See [`MEMORY_FACTOR`].
const MEMORY_ALLOWANCE: u64 = 16 << 20;

/// The arguments of `cargo xtask bench genksyms`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many files, spread over the kernel tree.
    #[arg(long, value_name = "N", default_value_t = 80)]
    files: usize,
    /// How often each program runs on each file; the cheapest run counts.
    #[arg(long, value_name = "N", default_value_t = 7)]
    rounds: usize,
    /// Standard input is a pipe, as under Kbuild, instead of the file.
    #[arg(long)]
    through_pipe: bool,
}

/// `cargo xtask bench genksyms`.
pub fn run(arguments: Arguments) -> Result<()> {
    let Some(upstream) = Upstream::genksyms(kernels::usual())? else {
        bail!("nothing to compare with");
    };
    let (version, files) = sample(arguments.files)?;
    let bench = Bench { upstream, product: Product::release()?, arguments };
    let measured = bench.measure_all(&files)?;
    bench.print_table(&measured, &version)
}

/// So many files, spread over the tree of Linux 6.1, and which version that is.
pub fn sample(count: usize) -> Result<(String, Vec<CorpusFile>)> {
    let every = (CORPUS_FILES / count.max(1)).max(1);
    let Some(corpus) = Corpus::obtain(kernels::usual(), every)? else {
        bail!("nothing to measure on");
    };
    let step = corpus.files.len() as f64 / count.min(corpus.files.len()).max(1) as f64;
    let files = (0..count)
        .map_while(|index| corpus.files.get((index as f64 * step) as usize).cloned())
        .collect();
    Ok((corpus.packages.version, files))
}

/// What is measured, and how.
struct Bench {
    /// The kernel's program.
    upstream: Upstream,
    /// Ours.
    product: Product,
    /// Rounds, and the kind of input.
    arguments: Arguments,
}

/// The cheapest runs on one file.
struct Measured {
    /// The C file.
    path: String,
    /// The size of its preprocessed text, in bytes.
    size: u64,
    /// Of the kernel's program.
    upstream: Cost,
    /// Of ours.
    ours: Cost,
    /// Of `cat`.
    floor: Cost,
}

impl Measured {
    /// How many times less processor time ours took.
    fn ratio(&self) -> f64 {
        self.upstream.cpu.as_secs_f64() / self.ours.cpu.as_secs_f64().max(1e-9)
    }
}

impl Bench {
    /// Measures on every file, one after the other, alone on the machine as far as we can help it.
    fn measure_all(&self, files: &[CorpusFile]) -> Result<Vec<Measured>> {
        let style = ProgressStyle::with_template("measuring {wide_bar} {pos}/{len} ({eta})")?;
        let progress = ProgressBar::new(files.len() as u64).with_style(style);
        let measured = files
            .iter()
            .map(|file| {
                progress.inc(1);
                self.measure_file(file).with_context(|| file.path.clone())
            })
            .collect();
        progress.finish_and_clear();
        measured
    }

    /// Measures the three programs on one file, in turn.
    fn measure_file(&self, file: &CorpusFile) -> Result<Measured> {
        let mut unpacked = tempfile::tempfile()?;
        let size = file.unpack(&mut unpacked)?;
        let mut programs = [
            self.upstream.command(),
            self.product.genksyms(&self.upstream.release),
            Command::new("cat"),
        ];
        for genksyms in &mut programs[..2] {
            genksyms.args(["-r", "/dev/null"]);
        }
        let mut rounds: [Vec<Cost>; 3] = Default::default();
        for _ in 0..self.arguments.rounds.max(1) {
            for (program, costs) in programs.iter_mut().zip(&mut rounds) {
                costs.push(measure(program, &unpacked, self.input())?);
            }
        }
        let [upstream, ours, floor] = rounds.map(|costs| cheapest(&costs));
        Ok(Measured { path: file.path.clone(), size, upstream, ours, floor })
    }

    /// The kind of input that was asked for.
    fn input(&self) -> Input {
        if self.arguments.through_pipe { Input::Pipe } else { Input::File }
    }

    /// Prints what was measured, in Markdown.
    fn print_table(&self, measured: &[Measured], corpus_version: &str) -> Result<()> {
        if measured.is_empty() {
            bail!("no files");
        }
        let input = if self.arguments.through_pipe { "a pipe" } else { "the file" };
        println!("Machine: {}.", machine()?);
        println!(
            "Upstream: genksyms of {}. Input: {} files of linux {corpus_version}, {:.1} MB, \
             standard input is {input}; the cheapest of {} rounds.\n",
            self.upstream.title(),
            measured.len(),
            megabytes(measured.iter().map(|file| file.size).sum()),
            self.arguments.rounds.max(1),
        );
        println!("| a file, whole process | upstream | ours | `cat` |");
        println!("|---|--:|--:|--:|");
        for row in ROWS {
            let costs: [fn(&Measured) -> &Cost; 3] =
                [|file| &file.upstream, |file| &file.ours, |file| &file.floor];
            row.print(costs.map(|cost| measured.iter().map(cost)));
        }
        print_ratios(measured);
        print_memory(measured);
        Ok(())
    }
}

/// The table. Sums would say little about memory, and the largest file little about time.
const ROWS: &[Row] = &[
    Row { title: "CPU, median", value: cpu, unit: "ms", summary: median },
    Row { title: "CPU, sum", value: cpu, unit: "ms", summary: sum },
    Row { title: "wall, median", value: wall, unit: "ms", summary: median },
    Row { title: "wall, sum", value: wall, unit: "ms", summary: sum },
    Row { title: "peak memory, median", value: memory, unit: "MB", summary: median },
    Row { title: "peak memory, most", value: memory, unit: "MB", summary: most },
];

/// How much less processor time ours takes.
fn print_ratios(measured: &[Measured]) {
    let ratios: Vec<f64> = measured.iter().map(Measured::ratio).collect();
    let total = |cost: fn(&Measured) -> &Cost| -> f64 {
        measured.iter().map(|file| cost(file).cpu.as_secs_f64()).sum()
    };
    println!(
        "\nCPU time of upstream over ours: median {:.1}, of the sums {:.1}, least {:.1}, most \
         {:.1}.",
        median(ratios.clone()),
        total(|file| &file.upstream) / total(|file| &file.ours).max(1e-9),
        least(ratios.clone()),
        most(ratios),
    );
}

/// Our peak memory against its limit.
fn print_memory(measured: &[Measured]) {
    let limit = |file: &Measured| MEMORY_FACTOR * file.size + MEMORY_ALLOWANCE;
    let beyond: Vec<&Measured> =
        measured.iter().filter(|file| file.ours.peak_memory > limit(file)).collect();
    println!(
        "Our peak memory is at most {MEMORY_FACTOR} times the input plus {} MB on {} of {} files.",
        MEMORY_ALLOWANCE >> 20,
        measured.len() - beyond.len(),
        measured.len(),
    );
    for file in beyond {
        let (used, size) = (megabytes(file.ours.peak_memory), megabytes(file.size));
        println!("Beyond the limit: {} with {used:.1} MB for {size:.1} MB.", file.path);
    }
}
