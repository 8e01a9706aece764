//! `cargo xtask TASK`. The help and the demo are here, in a package without dependencies, so that
//! a fresh clone answers soon; every other task is in the package `xtask`, which is built and run
//! when it is first asked for.

mod cargo;
mod demo;

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

/// What `cargo xtask help` prints: a line for each task, which begins with two blanks and its name.
/// A test of the package `xtask` compares its tasks with these.
const HELP: &str = include_str!("help.txt");

/// A value, or a message for a person.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the task that the first argument names.
fn run(arguments: &[OsString]) -> Result<()> {
    let task = arguments.first().map_or("help".into(), |task| task.to_string_lossy());
    match &*task {
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        "demo" => demo::run(&arguments[1..]),
        task if is_listed(task) => cargo::become_xtask(arguments),
        _ => Err(format!("no task {task:?}; `cargo xtask help` lists them").into()),
    }
}

/// Whether there is a task of this name.
fn is_listed(name: &str) -> bool {
    HELP.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).any(|it| it == name)
}
