//! What was found: each kind of difference once, with all that it takes to look into it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Result;
use testkit::case::write_input;
use testkit::files::write_below;
use testkit::stored::write_answer;

use super::compare::Difference;
use super::situation::Situation;
use crate::run::product::workspace;

/// What has been found so far, by all threads.
#[derive(Default)]
pub struct Findings {
    shapes: Mutex<BTreeSet<String>>,
    /// How often ours has refused an object, by what it says.
    refusals: Mutex<BTreeMap<String, usize>>,
}

/// Where a situation comes from: enough to make it again.
pub struct Origin {
    /// The kernel release.
    pub kernel: String,
    /// The run's seed.
    pub seed: u64,
    /// The situation's number in the run.
    pub number: u64,
}

impl Origin {
    fn command(&self) -> String {
        let Origin { kernel, seed, number } = self;
        format!("cargo xtask fuzz modpost --kernel {kernel} --seed {seed} --input {number}")
    }

    /// Where it is saved.
    fn folder(&self, what: &str) -> PathBuf {
        let Origin { kernel, seed, number } = self;
        workspace().join(format!("target/fuzz/modpost-{what}-{kernel}-{seed}-{number}"))
    }
}

impl Findings {
    /// How many differences there are.
    pub fn count(&self) -> usize {
        self.shapes.lock().map_or(0, |shapes| shapes.len())
    }

    /// How often ours has refused an object.
    pub fn refusals(&self) -> usize {
        self.refusals.lock().map_or(0, |refusals| refusals.values().sum())
    }

    /// A line for each reason that ours had for it.
    pub fn refusals_by_reason(&self) -> String {
        let refusals = self.refusals.lock();
        let lines = refusals.iter().flat_map(|refusals| refusals.iter());
        lines.map(|(what, count)| format!("  {count:6} refused: {what}\n")).collect()
    }

    /// Counts a refusal; saves the first of each reason, for a person who wants to know whether
    /// upstream's answer makes sense.
    pub fn add_refusal(
        &self,
        what: &str,
        situation: &Situation<'_>,
        difference: &Difference,
        origin: &Origin,
    ) -> Result<()> {
        let is_first = self.refusals.lock().is_ok_and(|mut refusals| {
            let count = refusals.entry(what.to_owned()).or_insert(0);
            *count += 1;
            *count == 1
        });
        if is_first {
            save(&origin.folder("refused"), situation, difference, origin)?;
        }
        Ok(())
    }

    /// Saves and prints a difference, if it is of a new kind.
    pub fn add(
        &self,
        situation: &Situation<'_>,
        difference: &Difference,
        origin: &Origin,
    ) -> Result<()> {
        let is_new = self.shapes.lock().is_ok_and(|mut shapes| shapes.insert(shape(difference)));
        if is_new {
            let folder = origin.folder("differs");
            save(&folder, situation, difference, origin)?;
            println!("\n== {}\n{}", folder.display(), report(situation, difference, origin));
        }
        Ok(())
    }
}

/// No more of the arguments is printed, in characters.
const MOST_SHOWN: usize = 300;

/// What two differences have in common that come of the same mistake: all but names and numbers.
fn shape(difference: &Difference) -> String {
    let is_part = |word: &&str| {
        word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b':')
    };
    let parts = difference.parts.iter().take(2);
    parts.flat_map(|part| part.split_whitespace().filter(is_part)).collect::<Vec<_>>().join(" ")
}

/// Writes a case folder, with upstream's answer as its expectation, what ours did, and what was
/// changed.
fn save(
    folder: &Path,
    situation: &Situation<'_>,
    difference: &Difference,
    origin: &Origin,
) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let (input, _) = situation.input();
    write_input(folder, &input)?;
    write_below(folder, "report", report(situation, difference, origin).as_bytes())?;
    for (name, answer) in [("expect", &difference.upstream), ("ours", &difference.ours)] {
        if let Some(answer) = answer {
            write_answer(&folder.join(name), answer)?;
        }
    }
    Ok(())
}

/// What was changed, and how the programs differ.
fn report(situation: &Situation<'_>, difference: &Difference, origin: &Origin) -> String {
    let (input, changes) = situation.input();
    let arguments: String = input.arguments.join(" ").chars().take(MOST_SHOWN).collect();
    let mut lines =
        vec![origin.command(), format!("{}: modpost {arguments}", situation.seed().name)];
    lines.extend(changes.into_iter().map(|change| format!("- {change}")));
    lines.extend(difference.parts.iter().cloned());
    lines.join("\n") + "\n"
}
