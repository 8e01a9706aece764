//! `cargo xtask conformance TOOL`: the kernel's own program and ours on the same real inputs,
//! compared byte for byte; and our own record against what it is made of.

pub mod abi_diff;
mod abi_record;
pub mod check;
pub mod cpp;
pub mod gendwarfksyms;
pub mod genksyms;
pub mod history;
pub mod layout;
pub mod modpost;
mod reports;
pub mod types;

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use indicatif::{ParallelProgressIterator, ProgressBar, ProgressStyle};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use self::modpost::{Extent, PARTS, Part};
use crate::obtain::kernels::{self, Kernel, Question};

/// The tools that can be compared.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Tool {
    /// CRCs from preprocessed C.
    Genksyms,
    /// CRCs from DWARF.
    Gendwarfksyms,
    /// The text for genksyms, from C.
    Cpp,
    /// The types and CRCs of a source tree, against the published CRCs and upstream's types.
    Types,
    /// The exports of an installed kernel, against the published ones.
    AbiDiff,
    /// Where the members of structs lie, from their declarations.
    Layout,
    /// Symbol versions and aliases of modules from their objects.
    Modpost,
    /// The record of an interface, against symtypes and source.
    AbiRecord,
    /// Whether modules load: Debian's kernels, booted, are asked.
    Check,
    /// Reports in SARIF, by the validator of those who wrote the format.
    Reports,
    /// A data set of kernels: the queries of docs/history.md by DuckDB, the exports, and the verdicts.
    History,
}

/// The arguments of `cargo xtask conformance`.
#[derive(clap::Parser)]
pub struct Arguments {
    /// Which tool.
    tool: Tool,
    /// Only this kernel, by its name. Default: all that can be asked.
    #[arg(long)]
    kernel: Option<&'static Kernel>,
    /// genksyms, cpp, types, abi-record, layout: only every Nth file of the sorted list.
    #[arg(long, value_name = "N", default_value_t = 1)]
    every: usize,
    /// layout: the plain declarations are from the .symtypes files below this directory, which a
    /// build of the one kernel has left. Default: from our genksyms.
    #[arg(long, value_name = "TREE", requires = "kernel")]
    symtypes: Option<PathBuf>,
    /// genksyms, modpost and check: only what takes a few minutes.
    #[arg(long)]
    quick: bool,
    /// check: whether packaged kernels take all their own modules, in every form that they come in.
    /// Nothing is booted.
    #[arg(long, conflicts_with_all = ["kernel", "quick"])]
    packages: bool,
    /// check --packages: only the kernels with these words in their names: `6.1`, `"6.12 armhf"`.
    /// May be given several times. Default: all.
    #[arg(long, value_name = "WORDS", requires = "packages")]
    only: Vec<String>,
    /// modpost: only this part. Default: all.
    #[arg(long)]
    part: Option<Part>,
    /// gendwarfksyms: compare with this program, built from the source of `--release`. Default:
    /// Debian's 7.3 is built.
    #[arg(long, value_name = "FILE", requires = "release")]
    program: Option<PathBuf>,
    /// The release that `--program` is of.
    #[arg(long, requires = "program")]
    release: Option<String>,
    /// gendwarfksyms: compare on all objects in this tree, which a kernel was built in with its own
    /// programs, not on those of Debian's 7.3.
    #[arg(long, value_name = "DIR")]
    tree: Option<PathBuf>,
    /// gendwarfksyms: write what the kernel's program answers as the expectation of those cases of
    /// its release that have none, and compare the cases only.
    #[arg(long)]
    new_cases: bool,
}

impl Arguments {
    /// The kernels to compare on.
    fn kernels(&self) -> Result<Vec<&'static Kernel>> {
        let question = match self.tool {
            Tool::Genksyms | Tool::AbiRecord => Question::Genksyms,
            // Asks the kernel of `obtain::debug_objects`.
            Tool::Gendwarfksyms | Tool::Reports | Tool::History => return Ok(Vec::new()),
            Tool::AbiDiff => Question::Exports,
            Tool::Cpp | Tool::Types => Question::Types,
            Tool::Layout => Question::Layouts,
            Tool::Modpost if self.part == Some(Part::Debian) => Question::ModpostModules,
            Tool::Modpost => Question::Modpost,
            Tool::Check => Question::Loader,
        };
        kernels::chosen(self.kernel, question)
    }
}

/// `cargo xtask conformance`. An error when anything differs.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments: Arguments = crate::parse_arguments("conformance", arguments);
    let extent = if arguments.quick { Extent::Quick } else { Extent::Whole };
    let parts = arguments.part.map_or_else(|| PARTS.to_vec(), |part| vec![part]);
    if arguments.packages {
        ensure!(matches!(arguments.tool, Tool::Check), "only check is compared on packages");
        return no_differences(check::packages::compare(&arguments.only)?.unwrap_or(0));
    }
    let mut different = match arguments.tool {
        Tool::Gendwarfksyms => {
            let given = arguments.program.as_deref().zip(arguments.release.as_deref());
            match arguments.new_cases {
                true => gendwarfksyms::write_expectations(given)?,
                false => gendwarfksyms::compare(given, arguments.tree.as_deref())?.unwrap_or(0),
            }
        }
        Tool::Reports => reports::compare()?,
        Tool::History => history::compare()?.unwrap_or(0),
        _ => 0,
    };
    for kernel in arguments.kernels()? {
        let compared = match arguments.tool {
            Tool::Genksyms => genksyms::compare_kernel(kernel, arguments.every, extent)?,
            Tool::Gendwarfksyms | Tool::Reports | Tool::History => None,
            Tool::Cpp => cpp::compare_kernel(kernel, arguments.every)?,
            Tool::Types => types::compare_kernel(kernel, arguments.every)?,
            Tool::AbiDiff => abi_diff::compare_kernel(kernel)?,
            Tool::Layout => {
                layout::compare_kernel(kernel, arguments.every, arguments.symtypes.as_deref())?
            }
            Tool::Modpost => modpost::compare_kernel(kernel, &parts, extent)?,
            Tool::AbiRecord => abi_record::compare_kernel(kernel, arguments.every)?,
            Tool::Check => check::compare_kernel(kernel, extent)?,
        };
        different += compared.unwrap_or(0);
    }
    no_differences(different)
}

/// An error if there are any.
fn no_differences(different: usize) -> Result<()> {
    if different > 0 {
        bail!("{different} differences");
    }
    Ok(())
}

/// What `compare` finds for each of `items`, in their order: one per processor at a time, with the
/// progress on stderr.
fn compare_each<T: Sync, R: Send>(
    items: &[T],
    compare: impl Fn(&T) -> Result<R> + Send + Sync,
) -> Result<Vec<R>> {
    let style = ProgressStyle::with_template("comparing {wide_bar} {pos}/{len} ({eta})")?;
    let progress = ProgressBar::new(items.len() as u64).with_style(style);
    let compared = items.par_iter().progress_with(progress.clone()).map(compare).collect();
    progress.finish_and_clear();
    compared
}
