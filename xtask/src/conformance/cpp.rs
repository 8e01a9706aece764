//! `cargo xtask conformance cpp`: the compiler's preprocessor and ours on the files of a kernel that
//! may export something, called as Kbuild calls them: the same tokens and dependencies, and from the
//! text without bodies, which is the same with kept headers, the same CRCs and types by the
//! kernel's own genksyms.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use modversions::cpp::first_difference;

use super::compare_each;
use crate::obtain::cpp_commands::{CppCommand, commands};
use crate::obtain::kernel_tree::{KernelPackages, KernelTree};
use crate::obtain::kernels::Kernel;
use crate::obtain::or_skip;
use crate::obtain::upstream::Upstream;
use crate::run::product::Product;

/// What came of one file.
struct Compared {
    path: String,
    /// Why it was left to the compiler.
    left: Option<String>,
    /// What differs, for a person.
    differences: Vec<String>,
}

/// Compares every `every`th file of a kernel, and prints the result. The number of differences; none
/// when the kernel had to be skipped.
pub fn compare_kernel(kernel: &'static Kernel, every: usize) -> Result<Option<usize>> {
    let Some(upstream) = Upstream::genksyms(kernel)? else { return Ok(None) };
    let packages = or_skip(KernelPackages::obtain(kernel), "Debian's kernel packages")?;
    let Some(packages) = packages else { return Ok(None) };
    let tree = KernelTree::prepared(&packages)?;
    let sources = tree.exporting_sources()?;
    let sample: Vec<_> = sources.into_iter().step_by(every.max(1)).collect();
    let commands = commands(&tree, &sample)?;
    let kept = tempfile::tempdir()?;
    let comparison = Comparison { upstream, product: Product::build()?, tree, kept };
    ensure!(!commands.is_empty(), "linux {}: no file to compare on", packages.version);
    println!("cpp on {} of {} files of linux {}", commands.len(), sample.len(), packages.version);
    let compared = compare_each(&commands, |command| {
        comparison.compare(command).with_context(|| command.path.clone())
    })?;
    Ok(Some(report(&compared)))
}

/// The programs, and where they run.
struct Comparison {
    upstream: Upstream,
    product: Product,
    tree: KernelTree,
    /// Stands for the build tree: scanned headers are kept there, of one file for the next.
    kept: tempfile::TempDir,
}

impl Comparison {
    /// Runs both on one file.
    fn compare(&self, command: &CppCommand) -> Result<Compared> {
        let scratch = tempfile::tempdir()?;
        let list = |name: &str| scratch.path().join(name);
        let theirs = command.compiler(&self.tree, &list("theirs")).output()?;
        let ours = |mode: &str, headers: &str| -> Result<Output> {
            let mut ours = command.ours(self.product.command(), &self.tree, &list(mode));
            ours.env("objtree", self.kept.path()).env("MODVERSIONS_CPP_HEADERS", headers);
            ours.env("MODVERSIONS_CPP", mode).env("MODVERSIONS_CPP_EXPLAIN", "1");
            ours.output().context("cannot run modversions")
        };
        let full = ours("full", "on")?;
        let said = String::from_utf8_lossy(&full.stderr);
        let left = said.lines().find_map(|line| line.strip_prefix("modversions cpp: "));
        let mut compared = Compared {
            path: command.path.clone(),
            left: left.map(str::to_owned),
            differences: Vec::new(),
        };
        if compared.left.is_some() {
            return Ok(compared);
        }
        let mut differs = |what: &str| compared.differences.push(what.to_owned());
        if full.status != theirs.status || full.stderr != theirs.stderr {
            differs("the status or the messages");
        }
        if let Some(place) = first_difference(&theirs.stdout, &full.stdout) {
            let shown = [&place.first, &place.second].map(|text| String::from_utf8_lossy(text));
            differs(&format!("token {}: {} | {}", place.place, shown[0], shown[1]));
        }
        if fs::read(list("theirs")).ok() != fs::read(list("full")).ok() {
            differs("the list of dependencies");
        }
        let usual = ours("usual", "off")?;
        // By now the headers are kept, by this file's first run or by those before it.
        let dependencies = fs::read(list("usual")).ok();
        if ours("usual", "on")? != usual || fs::read(list("usual")).ok() != dependencies {
            differs("what is made of kept headers");
        }
        let crcs = |text: &[u8]| self.genksyms(text);
        if crcs(&theirs.stdout)? != crcs(&usual.stdout)? {
            differs("the CRCs or types of the text without bodies");
        }
        Ok(compared)
    }

    /// What the kernel's genksyms makes of a text: CRCs, messages, types.
    fn genksyms(&self, text: &[u8]) -> Result<(Vec<u8>, Vec<u8>, Vec<u8>)> {
        let scratch = tempfile::tempdir()?;
        let input = scratch.path().join("input");
        fs::write(&input, text)?;
        let mut program: Command = self.upstream.command();
        program.current_dir(scratch.path()).args(["-T", "types", "-r", "/dev/null"]);
        program.stdin(fs::File::open(&input)?).stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = program.output().context("cannot run genksyms")?;
        Ok((output.stdout, output.stderr, fs::read(scratch.path().join("types"))?))
    }
}

/// Prints what differs, and why files were left to the compiler; the number of files that differ.
fn report(compared: &[Compared]) -> usize {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for result in compared {
        if let Some(reason) = &result.left {
            reasons.entry(reason).or_default().push(&result.path);
        }
        for difference in &result.differences {
            println!("  {}: {difference}", result.path);
        }
    }
    for (reason, paths) in &reasons {
        println!("  left to the compiler, {reason}: {}, such as {}", paths.len(), paths[0]);
    }
    let different = compared.iter().filter(|result| !result.differences.is_empty()).count();
    let left: usize = reasons.values().map(Vec::len).sum();
    println!(
        "  {} files compared, {left} left to the compiler, {different} different",
        compared.len()
    );
    different
}
