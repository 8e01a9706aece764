//! `cargo xtask bench TOOL`: what the kernel's own program and ours cost, in turn, on the same
//! inputs. Prints the tables of `docs/performance.md`.

mod abi_diff;
mod abi_record;
mod calls;
mod check;
mod cpp;
mod figures;
mod gendwarfksyms;
mod genksyms;
mod layout;
mod modpost;
mod packages;
mod types;

use anyhow::Result;

pub use self::figures::machine;

/// The tools that can be measured.
#[derive(clap::Subcommand)]
enum Tool {
    /// CRCs from preprocessed C.
    Genksyms(genksyms::Arguments),
    /// The text for genksyms, from C.
    Cpp(cpp::Arguments),
    /// CRCs from DWARF.
    Gendwarfksyms(gendwarfksyms::Arguments),
    /// What the record costs genksyms.
    AbiRecord(abi_record::Arguments),
    /// Symbol versions and aliases of modules from their objects.
    Modpost(modpost::Arguments),
    /// What changed between two kernels, from their types.
    AbiDiff(abi_diff::Arguments),
    /// The sizes of all types of a kernel.
    Layout(layout::Arguments),
    /// Whether all modules of a kernel load on it.
    Check(check::Arguments),
    /// Kernels as distributions publish them, against unpacking them.
    Packages(packages::Arguments),
    /// The types of a source tree.
    Types(types::Arguments),
}

/// The arguments of `cargo xtask bench`.
#[derive(clap::Parser)]
struct Arguments {
    /// Which tool, and its own arguments.
    #[command(subcommand)]
    tool: Tool,
}

/// `cargo xtask bench`.
pub fn run(arguments: &[String]) -> Result<()> {
    let Arguments { tool } = crate::parse_arguments("bench", arguments);
    match tool {
        Tool::Genksyms(arguments) => genksyms::run(arguments),
        Tool::Cpp(arguments) => cpp::run(arguments),
        Tool::Gendwarfksyms(arguments) => gendwarfksyms::run(arguments),
        Tool::AbiRecord(arguments) => abi_record::run(arguments),
        Tool::Modpost(arguments) => modpost::run(arguments),
        Tool::AbiDiff(arguments) => abi_diff::run(arguments),
        Tool::Layout(arguments) => layout::run(arguments),
        Tool::Check(arguments) => check::run(arguments),
        Tool::Packages(arguments) => packages::run(arguments),
        Tool::Types(arguments) => types::run(arguments),
    }
}
