//! `cargo xtask conformance TOOL`: the kernel's own program and ours on the same real inputs,
//! compared byte for byte.

mod difference;
pub mod genksyms;

use anyhow::{Result, bail};

use crate::upstream::Kernel;

/// The tools that can be compared.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Tool {
    /// CRCs from preprocessed C.
    Genksyms,
}

/// The arguments of `cargo xtask conformance`.
#[derive(clap::Parser)]
pub struct Arguments {
    /// Which tool.
    tool: Tool,
    /// Only this kernel: 6.1, 6.12, or the newest by its number or as `sid`. Default: all.
    #[arg(long)]
    kernel: Option<Kernel>,
    /// Only every Nth file of the sorted list.
    #[arg(long, value_name = "N", default_value_t = 1)]
    every: usize,
}

/// `cargo xtask conformance`. An error when anything differs.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments: Arguments = crate::parse_arguments("conformance", arguments);
    let kernels = arguments.kernel.map_or(Kernel::ALL.to_vec(), |kernel| vec![kernel]);
    let mut different = 0;
    for kernel in kernels {
        let compared = match arguments.tool {
            Tool::Genksyms => genksyms::compare_kernel(kernel, arguments.every)?,
        };
        different += compared.unwrap_or(0);
    }
    if different > 0 {
        bail!("{different} differences");
    }
    Ok(())
}
