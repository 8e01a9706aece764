//! `cargo xtask bench types`: `modversions types` on files of a prepared kernel tree, against the
//! compiler and the kernel's own genksyms on each of them. Prints the table of `docs/performance.md`.

use std::fs::File;
use std::process::Command;

use anyhow::{Context, Result};

use super::figures::machine;
use crate::obtain::cpp_commands::{CppCommand, commands};
use crate::obtain::kernel_tree::{COMPILER, KernelPackages, KernelTree, Wanted};
use crate::obtain::upstream::Upstream;
use crate::run::measured::{Cost, Input, measure_ending};
use crate::run::product::Product;

/// The arguments of `cargo xtask bench types`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
    /// Only every Nth file that mentions an export; ours also does all of them.
    #[arg(long, value_name = "N", default_value_t = 30)]
    every: usize,
    /// Leave out the run over all files.
    #[arg(long)]
    only_sample: bool,
}

/// `cargo xtask bench types`.
pub fn run(arguments: Arguments) -> Result<()> {
    let kernel = arguments.wanted.kernel;
    let packages = KernelPackages::obtain(arguments.wanted)?;
    let tree = KernelTree::prepared(&packages)?;
    let upstream = Upstream::genksyms(kernel)?.context("the kernel's genksyms is needed")?;
    let product = Product::release()?;
    let sample: Vec<_> =
        tree.exporting_sources()?.into_iter().step_by(arguments.every.max(1)).collect();
    let commands = commands(&tree, &sample)?;
    let scratch = tempfile::tempdir()?;
    let dry_run = scratch.path().join("dry-run");
    let types = |name: &str, files: &[String], keeps: bool| -> Result<Cost> {
        let mut ours = product.command();
        ours.arg("types").arg(&tree.root).args([COMPILER, "RUSTC=false", "BINDGEN=false"]);
        ours.arg("-o").arg(scratch.path().join(name));
        if keeps {
            ours.arg("--dry-run").arg(&dry_run);
        }
        if !files.is_empty() {
            ours.arg("--files").args(files);
        }
        cost(&mut ours)
    };
    let paths: Vec<String> = commands.iter().map(|command| command.path.clone()).collect();
    // The first one makes what is generated, and keeps the dry run.
    let first = types("first", &paths, true)?;
    let ours = types("second", &paths, true)?;
    let mut theirs = Vec::new();
    for command in &commands {
        let mut both = pipe(command, &tree, &upstream, &scratch.path().join("dependencies"))?;
        theirs.push(cost(&mut both).with_context(|| command.path.clone())?);
    }
    let most = theirs.iter().map(|cost| cost.peak_memory).max().unwrap_or(0);
    println!("Machine: {}.", machine()?);
    println!("Input: linux {}, Debian's configuration, a prepared tree.\n", packages.version);
    println!("| what | CPU, s | wall, s | peak memory, MB |");
    println!("|---|--:|--:|--:|");
    let row = |what: &str, cpu: f64, wall: f64, memory: u64| {
        println!("| {what} | {cpu:.1} | {wall:.1} | {} |", memory >> 20);
    };
    let seconds = |cost: &Cost| (cost.cpu.as_secs_f64(), cost.wall.as_secs_f64());
    let of = format!("{} files", commands.len());
    let their_cpu: f64 = theirs.iter().map(|cost| seconds(cost).0).sum();
    let their_wall: f64 = theirs.iter().map(|cost| seconds(cost).1).sum();
    row(&format!("{of}: gcc -E \\| genksyms, one by one"), their_cpu, their_wall, most);
    let (cpu, wall) = seconds(&ours);
    row(&format!("{of}: modversions types, commands known"), cpu, wall, ours.peak_memory);
    let (cpu, wall) = seconds(&first);
    row(&format!("{of}: modversions types, with the dry run"), cpu, wall, first.peak_memory);
    println!(
        "| gcc and genksyms over ours, commands known | {:.1} | | |",
        their_cpu / seconds(&ours).0
    );
    if !arguments.only_sample {
        for (what, keeps) in [("commands known", true), ("with the dry run", false)] {
            let whole = types(what, &[], keeps)?;
            let (cpu, wall) = seconds(&whole);
            row(&format!("all files: modversions types, {what}"), cpu, wall, whole.peak_memory);
        }
    }
    Ok(())
}

/// What a command costs, with all processes that it starts and waits for. That some files cannot be
/// done is no error.
fn cost(command: &mut Command) -> Result<Cost> {
    let (status, cost) = measure_ending(command, &File::open("/dev/null")?, Input::File)?;
    anyhow::ensure!(status.is_some_and(|status| status <= 1), "it ended with {status:?}");
    Ok(cost)
}

/// The compiler's text of a file through the kernel's genksyms.
fn pipe(
    command: &CppCommand,
    tree: &KernelTree,
    upstream: &Upstream,
    dependencies: &std::path::Path,
) -> Result<Command> {
    let compiler = command.compiler(tree, dependencies);
    let mut genksyms = upstream.command();
    genksyms.args(["-T", "/dev/null", "-r", "/dev/null"]);
    let mut shell = Command::new("sh");
    shell.current_dir(&tree.root).arg("-c");
    shell.arg(format!("{} | {}", quoted(&compiler), quoted(&genksyms)));
    Ok(shell)
}

/// A command for a shell.
fn quoted(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quote =
        |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"));
    words.map(quote).collect::<Vec<String>>().join(" ")
}
