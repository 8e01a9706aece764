//! `cargo xtask conformance types`: what `modversions types` makes of a kernel's source tree against
//! Debian's published `Module.symvers`, line by line; and the types of a sample of files against those
//! that the kernel's own genksyms makes of the compiler's text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::compare_each;
use crate::obtain::cpp_commands::{CppCommand, commands};
use crate::obtain::kernel_tree::{COMPILER, KernelPackages, KernelTree};
use crate::obtain::kernels::Kernel;
use crate::obtain::or_skip;
use crate::obtain::upstream::Upstream;
use crate::run::product::Product;

/// The types of at most this many files are compared with upstream's: the compiler takes half a second
/// for each.
const MOST_FILES: usize = 120;

/// Compares every `every`th file of a kernel, and prints the result. The number of differences; none
/// when the kernel had to be skipped.
pub fn compare_kernel(kernel: &'static Kernel, every: usize) -> Result<Option<usize>> {
    let Some(upstream) = Upstream::genksyms(kernel)? else { return Ok(None) };
    let packages = or_skip(KernelPackages::obtain(kernel), "Debian's kernel packages")?;
    let Some(packages) = packages else { return Ok(None) };
    let tree = KernelTree::prepared(&packages)?;
    let sources = tree.exporting_sources()?;
    let sample: Vec<_> = sources.into_iter().step_by(every.max(1)).collect();
    let paths: Vec<String> = sample.iter().map(|source| format!("{}.c", source.path)).collect();
    let scratch = tempfile::tempdir()?;
    let folder = scratch.path().join("types");
    let mut ours = Product::build()?.command();
    ours.arg("types").arg(&tree.root).args([COMPILER, "RUSTC=false", "BINDGEN=false", "-o"]);
    ours.arg(&folder);
    if every > 1 {
        ours.arg("--files").args(&paths);
    }
    let output = ours.output().context("cannot run modversions")?;
    let said = String::from_utf8_lossy(&output.stdout);
    println!("types of {} files of linux {}", paths.len(), packages.version);
    said.lines().for_each(|line| println!("  {line}"));
    if output.status.code().is_none_or(|code| code > 1) {
        bail!("modversions types: {}", String::from_utf8_lossy(&output.stderr));
    }

    let ours = fs::read_to_string(folder.join("Module.symvers"))?;
    let published = packages.published_symvers()?;
    let mut different = compare_symvers(&published, &ours, every == 1);
    let few: Vec<_> = {
        let step = sample.len().div_ceil(MOST_FILES).max(1);
        sample.into_iter().step_by(step).collect()
    };
    let commands = commands(&tree, &few)?;
    ensure!(!commands.is_empty(), "linux {}: no file to compare on", packages.version);
    let compared = compare_each(&commands, |command| {
        same_types(command, &tree, &upstream, &folder).with_context(|| command.path.clone())
    })?;
    for (command, _) in commands.iter().zip(&compared).filter(|(_, same)| !**same) {
        println!("  {}: the types differ from upstream's", command.path);
        different += 1;
    }
    println!("  the types of {} files compared with upstream's", commands.len());
    Ok(Some(different))
}

/// The lines of a `Module.symvers` by symbol.
fn by_symbol(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| Some((line.split('\t').nth(1)?, line))).collect()
}

/// Compares our lines with those that are published; what is published and not ours counts only as
/// told. The number of differences.
fn compare_symvers(published: &str, ours: &str, is_whole: bool) -> usize {
    let (published, ours) = (by_symbol(published), by_symbol(ours));
    let mut different = 0;
    for (symbol, line) in &ours {
        // A file that the compiler preprocessed has no kinds.
        let fields = |line: &str| -> Vec<String> { line.split('\t').map(str::to_owned).collect() };
        let theirs = published.get(symbol).map(|line| fields(line)).unwrap_or_default();
        let ours = fields(line);
        let fields = if ours.contains(&"(unknown)".to_owned()) { 3 } else { ours.len() };
        if theirs.get(..fields) != ours.get(..fields) {
            println!("  published {}, ours {}", theirs.join(" "), ours.join(" "));
            different += 1;
        }
    }
    println!("  {} exports compared with those published, {different} different", ours.len());
    if is_whole {
        let missing: Vec<&str> =
            published.keys().filter(|symbol| !ours.contains_key(*symbol)).copied().collect();
        println!("  {} published exports of assembler files are not ours", missing.len());
        let shown: Vec<&str> = missing.iter().take(12).copied().collect();
        println!("    such as {}", shown.join(" "));
    }
    different
}

/// Whether our types of a file are those that upstream's genksyms makes of the compiler's text. A file
/// that exports nothing has none.
fn same_types(
    command: &CppCommand,
    tree: &KernelTree,
    upstream: &Upstream,
    folder: &Path,
) -> Result<bool> {
    let scratch = tempfile::tempdir()?;
    let text = command.compiler(tree, &scratch.path().join("dependencies")).output()?;
    let input = scratch.path().join("input");
    fs::write(&input, &text.stdout)?;
    let mut genksyms: Command = upstream.command();
    genksyms.current_dir(scratch.path()).args(["-T", "types", "-r", "/dev/null"]);
    genksyms.stdin(fs::File::open(&input)?).stderr(Stdio::null());
    let output = genksyms.output().context("cannot run genksyms")?;
    let theirs = fs::read(scratch.path().join("types"))?;
    let path = command.path.strip_suffix(".c").context("a C file ends in .c")?;
    let ours = fs::read(folder.join(format!("{path}.symtypes"))).ok();
    Ok(match ours {
        Some(ours) => ours == theirs,
        None => output.stdout.is_empty(),
    })
}
