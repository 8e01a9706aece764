//! `cargo xtask bench abi-diff`: our program on the types of two whole kernels. There is no program
//! of the kernel's own for this; the figures stand beside those that others publish.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::calls::{Call, print_costs};
use crate::obtain::kernels::{self, Question};
use crate::obtain::symtypes_tree::SymtypesTree;
use crate::run::product::Product;

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
            (tree(kernels::usual())?, tree(kernels::newest(Question::Types)?)?)
        }
    };
    let product = Product::release()?;
    let [old_exports, new_exports] = [&old, &new].map(|tree| tree.join("Module.symvers"));
    let scratch = tempfile::tempdir()?;
    let consolidated = scratch.path().join("consolidated");
    let mut calls = vec![
        Call::new("two trees", &["abi-diff"], &[&old, &new]),
        Call::new("two `Module.symvers`", &["abi-diff"], &[&old_exports, &new_exports]),
        Call::new(
            "`symtypes consolidate`, NEW",
            &["symtypes", "consolidate", "-o"],
            &[&consolidated, &new],
        ),
        Call::new("`symtypes verify`, NEW", &["symtypes", "verify"], &[&new]),
    ];
    if let [old_btf, new_btf] = &arguments.btf[..] {
        let by_btf = [&**old_btf, &**new_btf, &old, &new];
        calls.push(Call::new("two trees, and the BTF of both", &["abi-diff", "--btf"], &by_btf));
        calls.push(Call::new("two kernels alone, by BTF", &["abi-diff"], &[old_btf, new_btf]));
    }
    println!("Input: {} and {}.", old.display(), new.display());
    print_costs(&product, &calls, arguments.rounds)
}
