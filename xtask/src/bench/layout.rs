//! `cargo xtask bench layout`: our program, asked for the sizes of all structs, unions and typedefs
//! of one kernel: from declarations, and from BTF.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::figures::{cheapest, cpu, machine, memory, wall};
use crate::debian_kernel::DebianKernel;
use crate::measured::{Input, measure_ending};
use crate::product::Product;
use crate::symtypes_tree::SymtypesTree;
use crate::upstream::Kernel;

/// The arguments of `cargo xtask bench layout`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A directory with .symtypes files or records, or a consolidated file. Default: Debian's 6.1.
    #[arg(long, value_name = "SOURCE")]
    symtypes: Option<PathBuf>,
    /// An image, or whatever else has the BTF of a kernel. Default: Debian's 6.1.
    #[arg(long, value_name = "IMAGE")]
    btf: Option<PathBuf>,
    /// How often each call runs; the cheapest counts.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
}

/// `cargo xtask bench layout`.
pub fn run(arguments: Arguments) -> Result<()> {
    let symtypes = match arguments.symtypes {
        Some(symtypes) => symtypes,
        None => SymtypesTree::obtain(Kernel::V6_1)?.context("nothing to measure on")?.directory,
    };
    let btf = match arguments.btf {
        Some(btf) => btf,
        None => DebianKernel::newest(Kernel::V6_1)?.vmlinuz()?.0,
    };
    let product = Product::build()?;
    println!("Machine: {}.", machine()?);
    println!("The cheapest of {} rounds.\n", arguments.rounds);
    println!("| `layout --all` of | types | wall | CPU | peak memory |\n|---|--:|--:|--:|--:|");
    for source in [symtypes, btf] {
        let types = listed(&product, &source)?;
        let mut costs = Vec::new();
        for _ in 0..arguments.rounds.max(1) {
            let mut command = product.command();
            command.args(["layout", "--all"]).arg(&source);
            let (status, cost) =
                measure_ending(&mut command, &File::open("/dev/null")?, Input::File)?;
            // It ends with 1 where a size is not known.
            if !matches!(status, Some(0 | 1)) {
                bail!("{command:?} ended with {status:?}");
            }
            costs.push(cost);
        }
        let cost = cheapest(&costs);
        println!(
            "| {} | {types} | {:.0} ms | {:.0} ms | {:.0} MB |",
            source.display(),
            wall(&cost),
            cpu(&cost),
            memory(&cost)
        );
    }
    Ok(())
}

/// How many types are listed.
fn listed(product: &Product, source: &Path) -> Result<usize> {
    let output = product.command().args(["layout", "--all"]).arg(source).output()?;
    Ok(output.stdout.iter().filter(|&&byte| byte == b'\n').count())
}
