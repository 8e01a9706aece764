//! What was found: each kind of difference once, kept in the layout of `testdata/genksyms`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Result;
use testkit::case::write_input;
use testkit::stored::write_answer;

use super::compare::Difference;
use super::input::Input;
use super::text::{is_word, tokens};
use crate::run::product::workspace;

/// What has been found so far, by all threads.
#[derive(Default)]
pub struct Findings {
    shapes: Mutex<BTreeSet<String>>,
}

/// Where an input comes from: enough to make it again.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The kernel release.
    pub kernel: String,
    /// The package with upstream's program.
    pub package: String,
    /// The run's seed.
    pub seed: u64,
    /// The input's number in the run.
    pub number: u64,
}

impl Origin {
    /// How to make the input again.
    pub fn command(&self) -> String {
        let Origin { kernel, seed, number, .. } = self;
        format!("cargo xtask fuzz genksyms --kernel {kernel} --seed {seed} --input {number}")
    }
}

/// The folder for what was found.
pub fn folder() -> PathBuf {
    workspace().join("target/fuzz")
}

impl Findings {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.shapes.lock().map_or(0, |shapes| shapes.len())
    }

    /// Notes a difference; whether it is of a new kind.
    fn is_new(&self, input: &Input, difference: &Difference) -> bool {
        let shape = shape(input, difference);
        self.shapes.lock().is_ok_and(|mut shapes| shapes.insert(shape))
    }

    /// Saves and prints a difference, if it is of a new kind.
    pub fn add(&self, input: &Input, difference: &Difference, origin: &Origin) -> Result<()> {
        if !self.is_new(input, difference) {
            return Ok(());
        }
        let folder = folder().join(format!("{}-{}-{}", origin.kernel, origin.seed, origin.number));
        save(&folder, input, difference, origin)?;
        print!("{}", report(&folder, input, difference, origin));
        Ok(())
    }
}

/// What two inputs have in common that show the same mistake: all but names and numbers.
fn shape(input: &Input, difference: &Difference) -> String {
    let mut names: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut shape = format!("{:?} {:?} ", difference.reading, input.arguments());
    for token in tokens(&input.source) {
        let is_keyword = token.len() > 2 && token.iter().all(|byte| !byte.is_ascii_digit());
        if is_word(token[0]) && !is_keyword {
            let next = names.len();
            shape += &format!("{} ", names.entry(token).or_insert(next));
        } else {
            shape += &String::from_utf8_lossy(&token);
        }
    }
    shape
}

/// Writes a case folder.
fn save(folder: &Path, input: &Input, difference: &Difference, origin: &Origin) -> Result<()> {
    write_input(folder, &input.as_of_a_case())?;
    let note = format!("Found by `{}`.\nexpect: {}.\n", origin.command(), origin.package);
    fs::write(folder.join("note"), note)?;
    Ok(write_answer(&folder.join("expect"), &difference.upstream.as_of_a_case())?)
}

/// A difference, as it is printed.
fn report(folder: &Path, input: &Input, difference: &Difference, origin: &Origin) -> String {
    let Difference { reading, files, upstream, ours } = difference;
    let mut text = format!(
        "\n== {} ({reading:?}): genksyms {}\n{}\n{}\n",
        files.join(", "),
        input.arguments().join(" "),
        folder.display(),
        origin.command()
    );
    text += &block("input", &input.source);
    if let Some(reference) = &input.reference {
        text += &block("reference", reference);
    }
    for ((name, theirs), (_, ours)) in upstream.files().into_iter().zip(ours.files()) {
        if theirs == ours {
            continue;
        }
        text += &block(&format!("{name}, upstream"), theirs);
        text += &block(&format!("{name}, ours"), ours);
    }
    if upstream.status != ours.status {
        text += &format!("status: {} upstream, {} ours\n", upstream.status, ours.status);
    }
    text
}

/// Bytes as lines under a title, a readable number of them.
fn block(title: &str, bytes: &[u8]) -> String {
    let mut text = format!("-- {title}\n");
    for line in bytes.split_inclusive(|byte| *byte == b'\n').take(30) {
        let line = line.escape_ascii().to_string().replace("\\\"", "\"").replace("\\'", "'");
        text += &line.chars().take(400).collect::<String>();
        text.push('\n');
    }
    text
}
