//! What was found: each kind of fault once, with all that it takes to look into it.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;

use anyhow::Result;
use testkit::case::write_input;
use testkit::files::write_below;

use super::scene::Scene;
use crate::run::product::workspace;

/// What has been found so far, by all threads.
#[derive(Default)]
pub struct Findings {
    kinds: Mutex<BTreeSet<String>>,
}

impl Findings {
    /// How many kinds of faults there are.
    pub fn count(&self) -> usize {
        self.kinds.lock().map_or(0, |kinds| kinds.len())
    }

    /// Saves and prints what is wrong with the input of a number, if it is of a new kind.
    pub fn add(&self, scene: &Scene<'_>, faults: &[String], seed: u64, number: u64) -> Result<()> {
        let (input, lines) = scene.input();
        let kind = kind(&input.arguments[0], &faults[0]);
        if !self.kinds.lock().is_ok_and(|mut kinds| kinds.insert(kind)) {
            return Ok(());
        }
        let folder = workspace().join(format!("target/fuzz/commands-{seed}-{number}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        write_input(&folder, &input)?;
        let again = format!("cargo xtask fuzz commands --seed {seed} --input {number}");
        let command = format!("modversions {}", input.arguments.join(" ").escape_debug());
        let head = [again, command].into_iter();
        let report: Vec<String> = head.chain(lines).chain(faults.iter().cloned()).collect();
        let report = report.join("\n") + "\n";
        write_below(&folder, "report", report.as_bytes())?;
        println!("\n== {}\n{report}", folder.display());
        Ok(())
    }
}

/// What two faults have in common that come of the same mistake: the command, and all but names and
/// numbers.
fn kind(command: &str, fault: &str) -> String {
    let is_part = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b':');
    let words: Vec<&str> = fault.split_whitespace().filter(is_part).take(12).collect();
    format!("{command}: {}", words.join(" "))
}
