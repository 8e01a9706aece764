//! `cargo xtask fuzz TARGET`: inputs nobody wrote, through ours and the kernel's own program, which
//! must do the same, byte for byte. Each target has its inputs, and a file here. `commands` and
//! `coverage` have no program to compare with: ours must end well.

mod commands;
mod coverage;
mod cpp;
mod gendwarfksyms;
mod genksyms;
mod layout;
mod memory;
mod modpost;
mod seeds;
mod threads;
mod watch;

use std::path::Path;

use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::obtain::kernels::Kernel;

/// The arguments of `cargo xtask fuzz`.
#[derive(clap::Parser)]
struct CommandLine {
    /// What is fuzzed.
    #[command(subcommand)]
    target: Target,
}

/// What can be fuzzed.
#[derive(clap::Subcommand)]
enum Target {
    /// Generated translation units.
    Genksyms(Arguments),
    /// Broken objects and texts.
    Modpost(Arguments),
    /// Generated types, against GCC.
    Layout(Arguments),
    /// Generated macro programs, against the compiler.
    Cpp(Arguments),
    /// Generated programs in C and Rust, and broken objects.
    Gendwarfksyms(Arguments),
    /// Files of every kind, for all our own commands.
    Commands(Arguments),
    /// Inputs for one of our readers, by the code that they reach.
    Coverage(coverage::Arguments),
}

/// The arguments of all targets but the last.
#[derive(clap::Args)]
struct Arguments {
    /// How long, for all kernels together.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The seed of the run. Default: a new one each time.
    #[arg(long)]
    seed: Option<u64>,
    /// Only the program of this kernel, by its name. Default: all that can be asked.
    #[arg(long)]
    kernel: Option<&'static Kernel>,
    /// Only the input of this number.
    #[arg(long)]
    input: Option<u64>,
    /// Ends after so many different differences.
    #[arg(long, default_value_t = 10)]
    differences: usize,
}

impl Arguments {
    /// What they ask for.
    fn plan(&self) -> Plan {
        Plan {
            kernel: self.kernel,
            seconds: self.seconds,
            seed: self.seed.unwrap_or_else(|| u64::from(fastrand::u32(..))),
            inputs: u64::MAX,
            is_short: false,
            only: self.input,
            differences: self.differences,
        }
    }
}

/// What one run does.
struct Plan {
    /// The kernel that a person has named.
    kernel: Option<&'static Kernel>,
    seconds: u64,
    seed: u64,
    /// The number of the first input that is not made any more.
    inputs: u64,
    /// Whether it is a part of `cargo xtask test`, and the same everywhere.
    is_short: bool,
    only: Option<u64>,
    differences: usize,
}

/// `cargo xtask fuzz`.
pub fn run(arguments: &[String]) -> Result<()> {
    let CommandLine { target } = crate::parse_arguments("fuzz", arguments);
    let found = match target {
        Target::Genksyms(arguments) => genksyms::run(&arguments.plan())?,
        Target::Modpost(arguments) => modpost::run(&arguments.plan())?,
        Target::Layout(arguments) => layout::run(&arguments.plan())?,
        Target::Cpp(arguments) => cpp::run(&arguments.plan())?,
        Target::Gendwarfksyms(arguments) => gendwarfksyms::run(&arguments.plan())?,
        Target::Commands(arguments) => commands::run(&arguments.plan())?,
        Target::Coverage(arguments) => return coverage::run(&arguments),
    };
    match found {
        Some(differences) if differences > 0 => bail!("{differences} differences"),
        Some(_) | None => Ok(()),
    }
}

/// A short run on genksyms for `cargo xtask test`. The number of differences; none when there was
/// no upstream program to compare with.
pub fn short_genksyms() -> Result<Option<usize>> {
    genksyms::run(&Plan::short(genksyms::SHORT))
}

/// The same for modpost.
pub fn short_modpost() -> Result<Option<usize>> {
    modpost::run(&Plan::short(modpost::SHORT))
}

/// The same for layouts, against GCC.
pub fn short_layout() -> Result<Option<usize>> {
    layout::run(&Plan::short(u64::MAX))
}

/// The same for macro programs, against the compiler.
pub fn short_cpp() -> Result<Option<usize>> {
    cpp::run(&Plan::short(cpp::SHORT))
}

/// The same for gendwarfksyms.
pub fn short_gendwarfksyms() -> Result<Option<usize>> {
    gendwarfksyms::run(&Plan::short(gendwarfksyms::SHORT))
}

/// The same for all our own commands.
pub fn short_commands() -> Result<Option<usize>> {
    commands::run(&Plan::short(commands::SHORT))
}

impl Plan {
    /// So many inputs for each kernel, always the same: a number and not a time, so that what passes
    /// on one machine passes on the next.
    fn short(inputs: u64) -> Plan {
        Plan {
            kernel: None,
            seconds: SHORT_LIMIT,
            seed: 1,
            inputs,
            is_short: true,
            only: None,
            differences: 10,
        }
    }
}

/// The longest that a short run may take, in seconds for all kernels together.
const SHORT_LIMIT: u64 = 600;

/// A scratch directory, in memory where there is such a thing.
fn scratch() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let directory = match memory.is_dir() {
        true => TempDir::with_prefix_in("modversions-fuzz-", memory),
        false => TempDir::new(),
    };
    Ok(directory?)
}

/// A number that has nothing to do with its neighbours (the finaliser of splitmix64).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
