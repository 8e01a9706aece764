//! `cargo xtask kbuild oot`: external modules built by Kbuild against Debian's headers, once with
//! the distribution's programs and once with ours; all that is left behind must be the same.

use anyhow::{Result, bail};

use super::kernels;
use crate::upstream::Kernel;

/// The arguments of `cargo xtask kbuild oot`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only this kernel: 6.1 or 6.12. Default: both.
    #[arg(long)]
    kernel: Option<Kernel>,
}

/// Runs the part.
pub fn run(arguments: &Arguments) -> Result<()> {
    for _kernel in kernels(arguments.kernel) {
        bail!("not yet");
    }
    Ok(())
}
