//! `cargo xtask demo`: the main job on the example in `testdata/demo`. A driver core is compiled,
//! its exports get their CRCs, and a module that uses it gets the versions it will be held to.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek, Write};
use std::process::Command;

use anyhow::{Context, Result};

use crate::run::process;
use crate::run::product::{Product, workspace};

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

    let module = module(&product, &before)?;
    println!("\ntestdata/demo/pump.c is such a module. From its object and that of device.c,");
    println!("modpost makes Module.symvers:\n");
    for line in &module.symvers {
        println!("  {line}");
    }
    println!("\nand pump.mod.c, which is compiled into the module. It says, among other things:\n");
    for line in &module.says {
        println!("  {line}");
    }
    println!("\nThe kernel compares these numbers with its own when it loads pump.ko.");
    Ok(())
}

/// Preprocesses the example as Kbuild would, with `definitions`, and runs our genksyms on it.
fn versions(product: &Product, definitions: &[&str]) -> Result<Versions> {
    let example = workspace().join("testdata/demo");
    let mut compiler = Command::new("cc");
    compiler.current_dir(&example).args(["-E", "-D__GENKSYMS__"]);
    let preprocessed = process::read(compiler.args(definitions).arg("device.c"))?;
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

/// What modpost makes of the example.
struct Module {
    /// The lines of `Module.symvers`.
    symvers: Vec<String>,
    /// What `pump.mod.c` says of the module's needs and devices.
    says: Vec<String>,
}

/// Compiles the example, and runs our modpost on it with the CRCs in `versions`.
fn module(product: &Product, versions: &Versions) -> Result<Module> {
    let example = workspace().join("testdata/demo");
    let scratch = tempfile::tempdir()?;
    let place = |name: &str| scratch.path().join(name);
    for name in ["device", "pump"] {
        let mut compiler = Command::new("cc");
        compiler.current_dir(&example).args(["-c", "-o"]).arg(place(&format!("{name}.o")));
        process::run(compiler.arg(format!("{name}.c")))?;
        // What Kbuild leaves beside an object: which objects it was linked from, and what its
        // compilation said.
        fs::write(place(&format!("{name}.mod")), format!("{name}.o\n"))?;
        fs::write(place(&format!(".{name}.o.cmd")), "")?;
    }
    let symver = |(name, crc): (&String, &String)| format!("#SYMVER {name} {crc}\n");
    let symvers: String = versions.crcs.iter().map(symver).collect();
    fs::write(place(".device.o.cmd"), format!("cmd_device.o := cc\n{symvers}"))?;
    // Every module depends on the layout of struct module; the kernel exports a symbol for that.
    let kernel = "0x9060323f\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n";
    fs::write(place("kernel.symvers"), kernel)?;

    let mut modpost = product.modpost(RELEASE, 1);
    modpost.current_dir(scratch.path()).args(["-M", "-m", "-e", "-i", "kernel.symvers"]);
    process::run(modpost.args(["-o", "Module.symvers", "device.o", "pump.o"]))?;
    let lines = |name: &str| -> Result<Vec<String>> {
        Ok(fs::read_to_string(place(name))?.lines().map(str::to_string).collect())
    };
    let needs = |line: &String| {
        ["\t{ 0x", "MODULE_INFO(depends", "MODULE_ALIAS"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let says = lines("pump.mod.c")?.into_iter().filter(needs);
    Ok(Module {
        symvers: lines("Module.symvers")?,
        says: says.map(|line| line.trim().to_string()).collect(),
    })
}
