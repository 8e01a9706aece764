//! The project's own tasks, but for the demo: see [`TASKS`], or `cargo xtask help`. The program
//! that cargo's alias runs, and what it says of each task, is in `start/`.

mod bench;
mod checks;
mod codegen;
mod conformance;
mod fuzz;
mod kbuild;
mod obtain;
mod package;
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
}

/// All tasks, in the order of `start/src/help.txt`.
const TASKS: &[Task] = &[
    Task { name: "test", run: checks::run },
    Task { name: "conformance", run: conformance::run },
    Task { name: "kbuild", run: kbuild::run },
    Task { name: "fuzz", run: fuzz::run },
    Task { name: "reference", run: reference::run },
    Task { name: "codegen", run: codegen::run },
    Task { name: "bench", run: bench::run },
    Task { name: "package", run: package::run },
    Task { name: "corpus", run: corpus::run },
    Task { name: "symtypes-tree", run: symtypes_tree::run },
];

/// What stands in the place of a kernel's program while Kbuild runs: scripts of ours call these.
const STAND_INS: &[Task] = &[
    Task { name: "capture", run: corpus::run_stand_in },
    Task { name: "meter", run: kbuild::meter::run_stand_in },
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
    let Some((name, arguments)) = arguments.split_first() else {
        bail!("no task; `cargo xtask help` lists them");
    };
    match TASKS.iter().chain(STAND_INS).find(|task| task.name == name) {
        Some(task) => (task.run)(arguments),
        None => bail!("no task {name:?}; `cargo xtask help` lists them"),
    }
}

/// Parses a task's arguments; on a mistake, or for `--help`, prints and exits as clap does.
fn parse_arguments<T: clap::Parser>(task: &str, arguments: &[String]) -> T {
    let name = format!("cargo xtask {task}");
    T::parse_from([&name].into_iter().chain(arguments))
}

#[cfg(test)]
mod tests {
    use super::TASKS;

    #[test]
    fn the_help_lists_all_tasks_in_their_order() {
        let help = include_str!("../start/src/help.txt");
        let listed = help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        let listed: Vec<&str> = listed.filter(|name| *name != "demo").collect();
        let tasks: Vec<&str> = TASKS.iter().map(|task| task.name).collect();
        assert_eq!(listed, tasks);
    }
}
