//! `cargo xtask demo`: the main job on the example in `testdata/demo`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek, Write};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::read;
use crate::product::{Product, workspace};

/// The kernel the demo speaks for.
const RELEASE: &str = "6.12";

/// The arguments of `cargo xtask demo`.
#[derive(clap::Parser)]
struct Arguments {}

/// What genksyms says about one version of the example.
struct Versions {
    /// `0x...` by symbol, as in Module.symvers.
    crcs: BTreeMap<String, String>,
    /// The dump of types, sorted by line.
    types: Vec<String>,
}

/// `cargo xtask demo`.
pub fn run(arguments: &[String]) -> Result<()> {
    let Arguments {} = crate::parse_arguments("demo", arguments);
    let product = Product::build()?;
    let before = versions(&product, &[])?;
    let after = versions(&product, &["-DWIDE_ERRORS"])?;

    println!("testdata/demo/device.c exports two functions. A struct that one of them reaches,");
    println!("through two pointers, gets a wider member: `u32 errors` -> `unsigned long errors`.");
    println!("\nThe CRCs that modules are checked against, before and after:\n");
    for (name, crc) in &before.crcs {
        let new_crc = after.crcs.get(name).context("an export is gone")?;
        let verdict = if crc == new_crc { "the same" } else { "CHANGED" };
        println!("  {name:<20} {crc} -> {new_crc}   {verdict}");
    }
    println!("\nWhy, from the dump of types (-T):\n");
    for line in before.types.iter().filter(|line| !after.types.contains(line)) {
        println!("  - {line}");
    }
    for line in after.types.iter().filter(|line| !before.types.contains(line)) {
        println!("  + {line}");
    }
    println!("\nA module built before the change and using device_register is refused by the new");
    println!("kernel, as it should be: it would write at the wrong places. One that uses only");
    println!("device_api_version still loads.");
    Ok(())
}

/// Preprocesses the example as Kbuild would, with `definitions`, and runs our genksyms on it.
fn versions(product: &Product, definitions: &[&str]) -> Result<Versions> {
    let example = workspace().join("testdata/demo");
    let mut compiler = Command::new("cc");
    compiler.current_dir(&example).args(["-E", "-D__GENKSYMS__"]);
    let preprocessed = read(compiler.args(definitions).arg("device.c"))?;
    let scratch = tempfile::tempdir()?;
    let dump = scratch.path().join("device.symtypes");
    let mut input = tempfile::tempfile()?;
    input.write_all(preprocessed.as_bytes())?;
    input.rewind()?;
    let mut genksyms = product.genksyms(RELEASE);
    let output =
        genksyms.arg("-T").arg(&dump).stdin(input).output().context("cannot run our genksyms")?;
    let stdout = String::from_utf8(output.stdout)?;
    let crcs = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("#SYMVER ")?.split_once(' '))
        .map(|(name, crc)| (name.to_string(), crc.to_string()))
        .collect();
    let types = fs::read_to_string(dump)?.lines().map(|line| line.trim().to_string()).collect();
    Ok(Versions { crcs, types })
}
