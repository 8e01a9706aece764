//! Calls of our program that nothing upstream can be held against: what each of them costs.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;

use anyhow::{Result, bail};

use super::figures::{cheapest, cpu, machine, memory, wall};
use crate::run::measured::{Input, measure_ending};
use crate::run::product::Product;

/// A call.
pub struct Call {
    /// What it is in the table.
    title: String,
    /// Its arguments.
    arguments: Vec<OsString>,
}

impl Call {
    /// The call with these words and then these paths.
    pub fn new(title: impl Into<String>, words: &[&str], paths: &[&Path]) -> Call {
        let words = words.iter().map(OsString::from);
        let paths = paths.iter().map(|path| path.as_os_str().to_owned());
        Call { title: title.into(), arguments: words.chain(paths).collect() }
    }
}

/// Runs each call so often, and prints a table of the cheapest rounds. A call may end with 1: that
/// something was found.
pub fn print_costs(product: &Product, calls: &[Call], rounds: usize) -> Result<()> {
    println!("Machine: {}. The cheapest of {rounds} rounds.\n", machine()?);
    println!("| | wall | CPU | peak memory |\n|---|--:|--:|--:|");
    for Call { title, arguments } in calls {
        let mut costs = Vec::new();
        for _ in 0..rounds.max(1) {
            let mut command = product.command();
            command.args(arguments);
            let (status, cost) =
                measure_ending(&mut command, &File::open("/dev/null")?, Input::File)?;
            if !matches!(status, Some(0 | 1)) {
                bail!("{command:?} ended with {status:?}");
            }
            costs.push(cost);
        }
        let cost = cheapest(&costs);
        let (wall, cpu, memory) = (wall(&cost), cpu(&cost), memory(&cost));
        println!("| {title} | {wall:.0} ms | {cpu:.0} ms | {memory:.0} MB |");
    }
    Ok(())
}
