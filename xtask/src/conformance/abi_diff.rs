//! `cargo xtask conformance abi-diff`: what our program reads of a whole kernel as it is installed,
//! its image and its modules, against the `Module.symvers` that Debian published with it. No export
//! may be missing, too much, or another one; and by its BTF a kernel does not differ from itself. What
//! `extract` writes of the same files has the same lines as what was published.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use serde_json::Value;

use crate::obtain::debian_kernel::DebianKernel;
use crate::obtain::kernels::Kernel;
use crate::obtain::or_skip;

/// Compares one kernel, and prints what came out: the number of differences. None if the kernel had
/// to be skipped.
pub fn compare_kernel(kernel: &'static Kernel) -> Result<Option<usize>> {
    let packages = DebianKernel::newest(kernel).and_then(|packages| {
        Ok((packages.version.clone(), packages.image()?, packages.headers()?))
    });
    let Some((version, image, headers)) = or_skip(packages, "Debian's kernel")? else {
        return Ok(None);
    };
    let published = headers.join("Module.symvers");
    println!("abi-diff of linux {version}");
    let to_published = differences("the installed kernel and Module.symvers", &image, &published)?;
    let to_itself = differences("the installed kernel and itself, with BTF", &image, &image)?;
    let of_extract = lines_that_differ(&image, &published)?;
    Ok(Some(to_published + to_itself + of_extract))
}

/// How many lines only one of them has: what `extract` writes, and what was published.
fn lines_that_differ(installed: &Path, published: &Path) -> Result<usize> {
    let scratch = tempfile::tempdir()?;
    let written = scratch.path().join("extracted.symvers");
    let arguments = ["modversions", "extract", "--quiet", "--output"].map(OsString::from);
    let arguments = [&arguments[..], &[written.clone().into(), installed.into()]].concat();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    ensure!(status == 0, "extract: {}", String::from_utf8_lossy(&stderr));
    let [written, published] = [fs::read_to_string(written)?, fs::read_to_string(published)?];
    let [written, published] = [&written, &published].map(|it| it.lines().collect::<BTreeSet<_>>());
    let different: Vec<&&str> = written.symmetric_difference(&published).collect();
    println!("  extract: {} lines, {} differ", written.len(), different.len());
    different.iter().take(10).for_each(|line| println!("    {line}"));
    Ok(different.len())
}

/// How many differences our program reports.
fn differences(title: &str, old: &Path, new: &Path) -> Result<usize> {
    let arguments = ["abi-diff", "--format=json"].map(Into::into);
    let arguments = [&arguments[..], &[old.into(), new.into()]].concat();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    ensure!(status != 2, "{title}: {}", String::from_utf8_lossy(&stderr));
    let report: Value = serde_json::from_slice(&stdout)?;
    let exports = |side: &str| report[side]["exports"].as_u64().context("a report without exports");
    let (of_old, of_new) = (exports("old")?, exports("new")?);
    ensure!(of_old > 10_000, "{title}: only {of_old} exports were found");
    let findings = report["findings"].as_array().context("a report without findings")?;
    println!("  {title}: {of_old} and {of_new} exports, {} differences", findings.len());
    for finding in findings.iter().take(10) {
        println!("    {}: {}", finding["lint"], finding["symbol"]);
    }
    if let Some(examined) = report.get("examined") {
        println!("    BTF has the types of {} exports", examined["by_btf"]);
    }
    Ok(findings.len())
}
