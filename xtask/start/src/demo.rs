//! `cargo xtask demo`: the main job on the example in `testdata/demo`. A driver core is compiled,
//! its exports get their CRCs, and a module that uses it gets the versions it will be held to.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

use super::Result;
use super::cargo::{product, target_directory, workspace};

/// The kernel the demo speaks for.
const RELEASE: &str = "6.12";

/// What genksyms says about one version of the example.
struct Versions {
    /// `0x...` by symbol, as in Module.symvers.
    crcs: BTreeMap<String, String>,
    /// The dump of types, sorted by line.
    types: Vec<String>,
}

/// `cargo xtask demo`.
pub fn run(arguments: &[OsString]) -> Result<()> {
    if !arguments.is_empty() {
        return Err("the demo takes no arguments".into());
    }
    let demo = Demo::begin()?;
    let before = demo.versions("before", &[])?;
    let after = demo.versions("after", &["-DWIDE_ERRORS"])?;

    println!("testdata/demo/device.c exports two functions. A struct that one of them reaches,");
    println!("through two pointers, gets a wider member: `u32 errors` -> `unsigned long errors`.");
    println!("\nThe CRCs that modules are checked against, before and after:\n");
    for (name, crc) in &before.crcs {
        let new_crc = after.crcs.get(name).ok_or("an export is gone")?;
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

    let module = demo.module(&before)?;
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

/// Where the demo works, and with what.
struct Demo {
    /// Our program.
    product: PathBuf,
    /// The folder for what is made on the way, which stays there to be looked at.
    folder: PathBuf,
}

/// What modpost makes of the example.
struct Module {
    /// The lines of `Module.symvers`.
    symvers: Vec<String>,
    /// What `pump.mod.c` says of the module's needs and devices.
    says: Vec<String>,
}

impl Demo {
    /// Builds the program and makes the folder, empty.
    fn begin() -> Result<Demo> {
        let product = product()?;
        let folder = target_directory()?.join("demo");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Demo { product, folder })
    }

    /// Preprocesses the example as Kbuild would, with `definitions`, and runs our genksyms on it.
    fn versions(&self, name: &str, definitions: &[&str]) -> Result<Versions> {
        let source = self.folder.join(format!("device.{name}.i"));
        let dump = self.folder.join(format!("device.{name}.symtypes"));
        let mut compiler = compiler();
        compiler.args(["-E", "-D__GENKSYMS__"]).args(definitions).arg("device.c");
        output(compiler.arg("-o").arg(&source))?;
        let mut genksyms = self.tool("genksyms");
        let stdout = output(genksyms.arg("-T").arg(&dump).stdin(File::open(source)?))?;
        let crcs = stdout
            .lines()
            .filter_map(|line| line.strip_prefix("#SYMVER ")?.split_once(' '))
            .map(|(name, crc)| (name.to_string(), crc.to_string()))
            .collect();
        let types = fs::read_to_string(dump)?.lines().map(|line| line.trim().to_string()).collect();
        Ok(Versions { crcs, types })
    }

    /// Compiles the example, and runs our modpost on it with the CRCs in `versions`.
    fn module(&self, versions: &Versions) -> Result<Module> {
        let place = |name: &str| self.folder.join(name);
        for name in ["device", "pump"] {
            let object = place(&format!("{name}.o"));
            output(compiler().args(["-c", "-o"]).arg(object).arg(format!("{name}.c")))?;
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

        let mut modpost = self.tool("modpost");
        modpost.current_dir(&self.folder).args(["-M", "-m", "-e", "-i", "kernel.symvers"]);
        output(modpost.args(["-o", "Module.symvers", "device.o", "pump.o"]))?;
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

    /// A command that runs one of our tools, ready for its arguments.
    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(&self.product);
        command.args([name, "--kernel", RELEASE]);
        command
    }
}

/// The C compiler, in the folder with the example.
fn compiler() -> Command {
    let mut compiler = Command::new("cc");
    compiler.current_dir(workspace().join("testdata/demo"));
    compiler
}

/// What `command` writes to standard output. An error, with what it says, unless it exits with 0.
fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("cannot run {program}: {error}"))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program} failed: {}\n{message}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
