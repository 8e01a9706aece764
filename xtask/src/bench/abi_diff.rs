//! `cargo xtask bench abi-diff`: our program on the types of two whole kernels. There is no program
//! of the kernel's own for this; the figures stand beside those that others publish.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::figures::{cheapest, cpu, machine, memory, wall};
use crate::measured::{Cost, Input, measure_ending};
use crate::product::Product;
use crate::symtypes_tree::SymtypesTree;
use crate::upstream::Kernel;

/// The arguments of `cargo xtask bench abi-diff`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The tree before: a Module.symvers and .symtypes files. Default: Debian's 6.1.
    #[arg(long, value_name = "DIR", requires = "new")]
    old: Option<PathBuf>,
    /// The tree after. Default: Debian's 6.12.
    #[arg(long, value_name = "DIR", requires = "old")]
    new: Option<PathBuf>,
    /// The kernels of the trees, for a comparison by their BTF: packages, or directories with modules.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], requires = "old")]
    btf: Vec<PathBuf>,
    /// How often each call runs; the cheapest counts.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
}

/// `cargo xtask bench abi-diff`.
pub fn run(arguments: Arguments) -> Result<()> {
    let (old, new) = match (arguments.old, arguments.new) {
        (Some(old), Some(new)) => (old, new),
        _ => {
            let tree = |kernel| {
                let tree = SymtypesTree::obtain(kernel)?.context("nothing to measure on")?;
                Ok::<_, anyhow::Error>(tree.directory)
            };
            (tree(Kernel::V6_1)?, tree(Kernel::V6_12)?)
        }
    };
    let product = Product::build()?;
    let [old_exports, new_exports] = [&old, &new].map(|tree| tree.join("Module.symvers"));
    let scratch = tempfile::tempdir()?;
    let consolidated = scratch.path().join("consolidated");
    let mut calls: Vec<(&str, &[&str], Vec<&Path>)> = vec![
        ("two trees", &["abi-diff"], vec![&old, &new]),
        ("two `Module.symvers`", &["abi-diff"], vec![&old_exports, &new_exports]),
        (
            "`symtypes consolidate`, NEW",
            &["symtypes", "consolidate", "-o"],
            vec![&consolidated, &new],
        ),
        ("`symtypes verify`, NEW", &["symtypes", "verify"], vec![&new]),
    ];
    if let [old_btf, new_btf] = &arguments.btf[..] {
        let paths = vec![&**old_btf, &**new_btf, &old, &new];
        calls.push(("two trees, and the BTF of both", &["abi-diff", "--btf"], paths));
        calls.push(("two kernels alone, by BTF", &["abi-diff"], vec![old_btf, new_btf]));
    }
    println!("Machine: {}.", machine()?);
    println!(
        "Input: {} and {}; the cheapest of {} rounds.\n",
        old.display(),
        new.display(),
        arguments.rounds
    );
    println!("| | wall | CPU | peak memory |\n|---|--:|--:|--:|");
    for (title, words, paths) in &calls {
        let mut costs = Vec::new();
        for _ in 0..arguments.rounds.max(1) {
            let mut command = product.command();
            costs.push(cost(command.args(*words).args(paths))?);
        }
        let cost = cheapest(&costs);
        println!(
            "| {title} | {:.0} ms | {:.0} ms | {:.0} MB |",
            wall(&cost),
            cpu(&cost),
            memory(&cost)
        );
    }
    Ok(())
}

/// What one call costs. A comparison ends with 1, since the two differ.
fn cost(command: &mut Command) -> Result<Cost> {
    let (status, cost) = measure_ending(command, &File::open("/dev/null")?, Input::File)?;
    match status {
        Some(0 | 1) => Ok(cost),
        other => bail!("{command:?} ended with {other:?}"),
    }
}
