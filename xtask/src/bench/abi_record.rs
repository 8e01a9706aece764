//! `cargo xtask bench abi-record`: our genksyms without and with the record, in turn on the same
//! files, several rounds. Prints the table of `docs/performance.md`.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::figures::{cheapest, cpu, machine, median, most};
use super::genksyms::sample;
use crate::obtain::corpus::CorpusFile;
use crate::run::measured::{Cost, Input, measure};
use crate::run::product::Product;

/// The arguments of `cargo xtask bench abi-record`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many files, spread over the kernel tree.
    #[arg(long, value_name = "N", default_value_t = 80)]
    files: usize,
    /// How often each way runs on each file; the cheapest run counts.
    #[arg(long, value_name = "N", default_value_t = 15)]
    rounds: usize,
}

/// What is added to the command line, a column each. The names are of files that are not there
/// before.
const WAYS: [(&str, &[&str]); 3] =
    [("plain", &[]), ("`-T`", &["-T", "types"]), ("`--abi`", &["--abi", "record"])];

/// `cargo xtask bench abi-record`.
pub fn run(arguments: Arguments) -> Result<()> {
    let (version, files) = sample(arguments.files)?;
    let product = Product::release()?;
    let folder = TempDir::new()?;
    let measured: Result<Vec<[Cost; WAYS.len()]>> = files
        .iter()
        .map(|file| {
            let measured = measure_file(&product, file, folder.path(), arguments.rounds);
            measured.with_context(|| file.path.clone())
        })
        .collect();
    let measured = measured?;
    println!("Machine: {}.", machine()?);
    println!(
        "Input: {} files of linux {version}, standard input is the file; the cheapest of {} rounds.\n",
        measured.len(),
        arguments.rounds.max(1),
    );
    println!("| CPU, whole process | {} |", WAYS.map(|(title, _)| title).join(" | "));
    println!("|---|{}", "--:|".repeat(WAYS.len()));
    let sums = std::array::from_fn(|way| measured.iter().map(|costs| cpu(&costs[way])).sum());
    let ratios = |way: usize| measured.iter().map(move |costs| cpu(&costs[way]) / cpu(&costs[0]));
    print_row("sum, ms", sums);
    print_row("sum, over plain", sums.map(|sum: f64| sum / sums[0]));
    let of_ratios =
        |summary: fn(Vec<f64>) -> f64| std::array::from_fn(|way| summary(ratios(way).collect()));
    print_row("a file, over plain, median", of_ratios(median));
    print_row("a file, over plain, most", of_ratios(most));
    Ok(())
}

/// Prints a row of the table, in Markdown.
fn print_row(title: &str, values: [f64; WAYS.len()]) {
    let values = values.map(|value| format!("{value:.3}"));
    println!("| {title} | {} |", values.join(" | "));
}

/// The cheapest run of each way on one file.
fn measure_file(
    product: &Product,
    file: &CorpusFile,
    folder: &Path,
    rounds: usize,
) -> Result<[Cost; WAYS.len()]> {
    let mut unpacked = tempfile::tempfile()?;
    file.unpack(&mut unpacked)?;
    let mut costs: [Vec<Cost>; WAYS.len()] = Default::default();
    for _ in 0..rounds.max(1) {
        for ((_, added), costs) in WAYS.iter().zip(&mut costs) {
            let mut command = product.genksyms("6.1");
            command.args(["-r", "/dev/null"]).args(*added).current_dir(folder);
            costs.push(measure(&mut command, &unpacked, Input::File)?);
            // As in a build, the file is not there before.
            for name in added.iter().skip(1) {
                match fs::remove_file(folder.join(name)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(error.into());
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(costs.map(|costs| cheapest(&costs)))
}
