//! `cargo xtask`: the project's own tasks. See [`TASKS`], or `cargo xtask help`.

mod bench;
mod checks;
mod codegen;
mod conformance;
mod demo;
#[path = "../../src/tests/device_table_file.rs"]
mod device_table_file;
#[path = "../../src/tests/elf_text/mod.rs"]
mod elf_text;
mod fuzz;
mod kbuild;
#[path = "../../src/tests/modpost_case.rs"]
mod modpost_case;
mod obtain;
mod reference;
mod run;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

use self::obtain::{corpus, symtypes_tree};

/// One task.
struct Task {
    /// What it is called by.
    name: &'static str,
    /// What runs it, with the arguments after the name.
    run: fn(&[String]) -> Result<()>,
    /// One line for `cargo xtask help`.
    help: &'static str,
}

/// All tasks, in the order `help` prints them.
const TASKS: &[Task] = &[
    Task {
        name: "test",
        run: checks::run,
        help: "everything that is checked before a change goes in, as CI does it",
    },
    Task {
        name: "demo",
        run: demo::run,
        help: "the main job on a small example: a struct changes, and so does the symbol's CRC",
    },
    Task {
        name: "conformance",
        run: conformance::run,
        help: "compare with the kernel's own programs on real inputs: Debian's kernels",
    },
    Task {
        name: "kbuild",
        run: kbuild::run,
        help: "have the kernel's own build call our programs, and compare what it makes",
    },
    Task {
        name: "fuzz",
        run: fuzz::run,
        help: "compare with the kernel's own programs on generated declarations and broken objects",
    },
    Task {
        name: "reference",
        run: reference::run,
        help: "write the cases' expectations with the kernel's own programs; --check compares",
    },
    Task {
        name: "codegen",
        run: codegen::run,
        help: "write the parser and keyword tables from grammar/; --check says if they are stale",
    },
    Task {
        name: "bench",
        run: bench::run,
        help: "measure time and memory, interleaved with the kernel's own programs",
    },
    Task {
        name: "corpus",
        run: corpus::run,
        help: "preprocess a Debian kernel's exporting files, for conformance and bench",
    },
    Task {
        name: "symtypes-tree",
        run: symtypes_tree::run,
        help: "write the types of a Debian kernel's exports, for abi-diff",
    },
    Task {
        name: "capture",
        run: corpus::run_stand_in,
        help: "(called by Kbuild while the corpus is made)",
    },
    Task {
        name: "meter",
        run: kbuild::meter::run_stand_in,
        help: "(called by Kbuild while `kbuild cost` measures)",
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the task that the first argument names.
fn run(arguments: &[String]) -> Result<()> {
    let (name, arguments) = match arguments {
        [] => ("help", arguments),
        [name, arguments @ ..] => (name.as_str(), arguments),
    };
    if matches!(name, "help" | "--help" | "-h") {
        print_help();
        return Ok(());
    }
    match TASKS.iter().find(|task| task.name == name) {
        Some(task) => (task.run)(arguments),
        None => bail!("no task {name:?}; `cargo xtask help` lists them"),
    }
}

/// Prints the tasks.
fn print_help() {
    println!("Usage: cargo xtask TASK [ARGUMENTS]; TASK --help tells its arguments\n");
    for task in TASKS {
        println!("  {:<13} {}", task.name, task.help);
    }
}

/// Parses a task's arguments; on a mistake, or for `--help`, prints and exits as clap does.
fn parse_arguments<T: clap::Parser>(task: &str, arguments: &[String]) -> T {
    let name = format!("cargo xtask {task}");
    T::parse_from([&name].into_iter().chain(arguments))
}
