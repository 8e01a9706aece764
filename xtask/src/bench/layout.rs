//! `cargo xtask bench layout`: our program, asked for the sizes of all structs, unions and typedefs
//! of one kernel: from declarations, and from BTF.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::calls::{Call, print_costs};
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels;
use crate::obtain::symtypes_tree::SymtypesTree;
use crate::run::product::Product;

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
        None => SymtypesTree::obtain(kernels::usual())?.context("nothing to measure on")?.directory,
    };
    let btf = match arguments.btf {
        Some(btf) => btf,
        None => DebianKernel::newest(kernels::usual())?.vmlinuz()?.0,
    };
    let product = Product::release()?;
    let mut calls = Vec::new();
    for source in [&symtypes, &btf] {
        let title = format!("{} types of {}", listed(&product, source)?, source.display());
        calls.push(Call::new(title, &["layout", "--all"], &[source]));
    }
    print_costs(&product, &calls, arguments.rounds)
}

/// How many types are listed.
fn listed(product: &Product, source: &Path) -> Result<usize> {
    let output = product.command().args(["layout", "--all"]).arg(source).output()?;
    Ok(output.stdout.iter().filter(|&&byte| byte == b'\n').count())
}
