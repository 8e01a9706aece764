//! One scene, run twice: what is wrong with how the program ends.

use std::fs;

use anyhow::Result;
use tempfile::TempDir;
use testkit::answer::{Answer, End};
use testkit::run::Input;

use super::scene::Scene;
use crate::fuzz::scratch;
use crate::run::limits::Limits;
use crate::run::product::Product;

/// What the program may take: more memory than its own limits let it use, and much more time than
/// any of these small files needs.
const LIMITS: Limits = Limits { seconds: 10, memory: 3 << 30, written: 64 << 20 };

/// The statuses that a command of ours may end with: nothing found, something found, no answer.
const STATUSES: std::ops::RangeInclusive<i32> = 0..=2;

/// What each message begins with.
const SPEAKER: &str = "modversions: ";

/// What a warning about a rule or a release has instead, in either case of letters.
const WARNING: &str = ": warning: ";

/// The only path that a command may write to, or below.
const OUT: &str = "out";

/// Runs the program, in a directory of its own.
pub struct Judge<'a> {
    product: &'a Product,
    directory: TempDir,
}

impl<'a> Judge<'a> {
    /// A judge with a scratch directory.
    pub fn new(product: &'a Product) -> Result<Judge<'a>> {
        Ok(Judge { product, directory: scratch()? })
    }

    /// Runs the scene on one thread and on four; what is wrong.
    pub fn faults(&self, scene: &Scene<'_>) -> Result<Vec<String>> {
        let (input, _) = scene.input();
        let [one, four] = [self.run(&input, "1")?, self.run(&input, "4")?];
        Ok(match (one, four) {
            (Ok(one), Ok(four)) => {
                let differences = one.differences(&four);
                let between = differences.into_iter().map(|it| format!("on four threads: {it}"));
                faults(&input, &one).into_iter().chain(between).collect()
            }
            (Err(error), _) | (_, Err(error)) => vec![error],
        })
    }

    /// What the program does within limits, on so many threads. Its error is a run that does not end.
    fn run(&self, input: &Input, threads: &str) -> Result<Result<Answer, String>> {
        let scratch = self.directory.path().join("run");
        fs::create_dir(&scratch)?;
        let mut command = self.product.command();
        command.env_clear();
        LIMITS.set_for(&mut command);
        let mut input = input.clone();
        // Not all commands have the option.
        if input.arguments[0] != "releases" {
            input.arguments.extend(["--jobs".to_owned(), threads.to_owned()]);
        }
        let answer = input.run(&scratch, command);
        fs::remove_dir_all(&scratch)?;
        Ok(answer)
    }
}

/// What is wrong with an answer.
fn faults(input: &Input, answer: &Answer) -> Vec<String> {
    let checks = [ending(answer), message(answer), json(input, answer), text(input, answer)];
    let mut faults: Vec<String> = checks.into_iter().flatten().collect();
    faults.extend(written(input, answer));
    faults
}

/// It ends by itself, with a status of ours.
fn ending(answer: &Answer) -> Option<String> {
    match answer.end {
        End::Status(status) if STATUSES.contains(&status) => None,
        end => {
            let said = String::from_utf8_lossy(&answer.stderr);
            Some(format!(
                "ended by {end:?}: {}",
                said.lines().take(2).collect::<Vec<_>>().join(" ")
            ))
        }
    }
}

/// Where there is no answer there is a message, and whatever is said has a speaker.
fn message(answer: &Answer) -> Option<String> {
    let said = String::from_utf8_lossy(&answer.stderr);
    let is_message =
        |line: &&str| line.starts_with(SPEAKER) || line.to_lowercase().contains(WARNING);
    if let Some(line) = said.lines().find(|line| !is_message(line)) {
        return Some(format!("said by nobody: {line}"));
    }
    let is_silent = said.is_empty() && answer.stdout.is_empty();
    (answer.end == End::Status(2) && is_silent).then(|| "no answer, and no message".to_owned())
}

/// Whether standard output is for programs.
fn is_json(input: &Input) -> bool {
    input.arguments.windows(2).any(|pair| pair == ["-f", "json"])
}

/// A report for programs is one.
fn json(input: &Input, answer: &Answer) -> Option<String> {
    if !is_json(input) || answer.stdout.is_empty() {
        return None;
    }
    let read = serde_json::from_slice::<serde_json::Value>(&answer.stdout);
    read.err().map(|error| format!("not JSON: {error}"))
}

/// A text is one, without anything that a terminal obeys.
fn text(input: &Input, answer: &Answer) -> Option<String> {
    let stdout: &[u8] = if is_json(input) { b"" } else { &answer.stdout };
    [stdout, &answer.stderr].iter().find_map(|text| {
        let Ok(text) = std::str::from_utf8(text) else { return Some("not UTF-8".to_owned()) };
        let found = text.chars().find(|&it| it.is_control() && it != '\n' && it != '\t')?;
        Some(format!("a control character, {}", found.escape_default()))
    })
}

/// Only what was named is written, and nothing where there is no answer.
fn written(input: &Input, answer: &Answer) -> Vec<String> {
    let names_out = input.arguments.iter().any(|word| word.ends_with(OUT));
    // What cannot be judged of one file is an error, and what is said of the others an answer.
    let is_answer = answer.end != End::Status(2) || !answer.stdout.is_empty();
    let is_named = |path: &&String| path.starts_with(OUT) && is_answer;
    let others = answer.files.keys().filter(|path| !(names_out && is_named(path)));
    others.map(|path| format!("{path} was written")).collect()
}
