//! `cargo xtask conformance reports`: our SARIF as others read it. The validator is Microsoft's, who wrote
//! the format with others: it brings the official schema, and rules beyond it. It comes from the npm
//! registry into the cache; nothing of it is in the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use serde_json::Value;

use crate::run::cache::{cache_directory, made_whole};
use crate::run::process::run;
use crate::run::product::workspace;

/// The package with the validator, which is under the MIT license.
const PACKAGE: &str = "@microsoft/sarif-multitool-linux@5.7.0";

/// Validates a report on each pair of kernels of the tests, and prints what came out: the number of errors
/// that the validator finds.
pub fn compare() -> Result<usize> {
    let validator = validator()?;
    let scratch = tempfile::tempdir()?;
    let pairs = workspace().join("testdata/abi-diff");
    let mut count = 0;
    for entry in fs::read_dir(&pairs)? {
        let pair = entry?;
        let file = scratch.path().join(pair.file_name()).with_extension("sarif");
        write_report(&pair.path(), &file)?;
        count += 1;
    }
    let found = scratch.path().join("found.json");
    let mut command = Command::new(validator);
    command.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1").current_dir(scratch.path());
    command.args(["validate", "*.sarif", "--quiet", "true", "--log", "ForceOverwrite", "--output"]);
    run(command.arg(&found))?;
    let found: Value = serde_json::from_slice(&fs::read(&found)?)?;
    let results =
        found["runs"][0]["results"].as_array().context("the validator found nothing out")?;
    // A level that is not there is a warning.
    let errors: Vec<&Value> = results.iter().filter(|it| it["level"] == "error").collect();
    for error in errors.iter().take(10) {
        println!("    {}: {}", error["ruleId"], error["message"]);
    }
    println!("reports: {count} in SARIF, {} errors by {PACKAGE}", errors.len());
    Ok(errors.len())
}

/// Writes the report on a pair of kernels.
fn write_report(pair: &Path, file: &Path) -> Result<()> {
    let format = format!("--format=sarif:{}", file.display());
    let mut arguments = ["abi-diff", &format, "--format=null"].map(Into::into).to_vec();
    let list = pair.join("stablelist");
    if list.exists() {
        arguments.extend(["--stablelist".into(), list.into()]);
    }
    arguments.extend(["old", "new"].map(|side| pair.join(side).into()));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    ensure!(status != 2, "{}: {}", pair.display(), String::from_utf8_lossy(&stderr));
    Ok(())
}

/// The validator, from the cache or the registry.
fn validator() -> Result<PathBuf> {
    let folder = cache_directory()?.join("validators/sarif-multitool-5.7.0");
    if !folder.exists() {
        made_whole(&folder, |scratch| {
            run(Command::new("npm").args(["pack", "--silent", PACKAGE]).current_dir(scratch))?;
            let archive = fs::read_dir(scratch)?.next().context("npm packed nothing")??.path();
            run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(scratch))?;
            fs::remove_file(archive)?;
            run(Command::new("chmod").arg("+x").arg(scratch.join("package/Sarif.Multitool")))
        })?;
    }
    Ok(folder.join("package/Sarif.Multitool"))
}
