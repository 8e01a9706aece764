//! What the tables are made of: costs summed up, their units, and the machine they were taken on.

use std::fs;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::run::measured::Cost;

/// One row of a table: which value of each cost, and what is made of those of all files or rounds.
pub struct Row {
    /// What it shows.
    pub title: &'static str,
    /// The value of one cost, with its unit.
    pub value: fn(&Cost) -> f64,
    /// See `value`.
    pub unit: &'static str,
    /// Makes one value of several.
    pub summary: fn(Vec<f64>) -> f64,
}

impl Row {
    /// Prints it in Markdown, with a column for the costs of each program.
    pub fn print<'c>(&self, programs: impl IntoIterator<Item = impl Iterator<Item = &'c Cost>>) {
        let cell = |costs: &mut dyn Iterator<Item = &'c Cost>| {
            format!("{:.1} {}", (self.summary)(costs.map(self.value).collect()), self.unit)
        };
        let cells: Vec<String> = programs.into_iter().map(|mut costs| cell(&mut costs)).collect();
        println!("| {} | {} |", self.title, cells.join(" | "));
    }
}

/// The least of each cost over the rounds; of the memory, the most.
pub fn cheapest(costs: &[Cost]) -> Cost {
    let least = |value: fn(&Cost) -> Duration| costs.iter().map(value).min().unwrap_or_default();
    Cost {
        cpu: least(|cost| cost.cpu),
        wall: least(|cost| cost.wall),
        peak_memory: costs.iter().map(|cost| cost.peak_memory).max().unwrap_or_default(),
    }
}

/// The value in the middle, or between the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

/// The sum.
pub fn sum(values: Vec<f64>) -> f64 {
    values.iter().sum()
}

/// The least.
pub fn least(values: Vec<f64>) -> f64 {
    values.into_iter().fold(f64::INFINITY, f64::min)
}

/// The greatest.
pub fn most(values: Vec<f64>) -> f64 {
    values.into_iter().fold(0.0, f64::max)
}

/// Processor time, in milliseconds.
pub fn cpu(cost: &Cost) -> f64 {
    cost.cpu.as_secs_f64() * 1e3
}

/// Wall time, in milliseconds.
pub fn wall(cost: &Cost) -> f64 {
    cost.wall.as_secs_f64() * 1e3
}

/// Peak memory, in megabytes.
pub fn memory(cost: &Cost) -> f64 {
    megabytes(cost.peak_memory)
}

/// For tables: powers of ten, as file sizes are given.
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The processor, their number, and the running kernel.
pub fn machine() -> Result<String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").context("cannot read /proc/cpuinfo")?;
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unnamed processor", |(_, model)| model.trim());
    let processors = available_parallelism().map_or(1, |count| count.get());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Ok(format!("{model}, {processors} processors, Linux {}", kernel.trim()))
}
