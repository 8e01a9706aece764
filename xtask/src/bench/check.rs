//! `cargo xtask bench check`: our program, asked whether all modules of a kernel load on it.

use std::path::PathBuf;

use anyhow::Result;

use super::calls::{Call, print_costs};
use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels;
use crate::run::product::Product;

/// The arguments of `cargo xtask bench check`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The modules. Default: those of Debian's 6.1.
    #[arg(long, value_name = "DIR", requires = "against")]
    modules: Option<PathBuf>,
    /// The kernel, in any form that check takes. Default: the headers of Debian's 6.1.
    #[arg(long, value_name = "KERNEL", requires = "modules")]
    against: Option<PathBuf>,
    /// How often it runs; the cheapest counts.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
}

/// `cargo xtask bench check`.
pub fn run(arguments: Arguments) -> Result<()> {
    let (modules, kernel) = match (arguments.modules, arguments.against) {
        (Some(modules), Some(kernel)) => (modules, kernel),
        _ => {
            let packages = DebianKernel::newest(kernels::usual())?;
            (packages.image()?.join("lib/modules"), packages.headers()?)
        }
    };
    let title = format!("all modules in {}", modules.display());
    let call = Call::new(title, &["check"], &[&modules, "--kernel".as_ref(), &kernel]);
    print_costs(&Product::release()?, &[call], arguments.rounds)
}
