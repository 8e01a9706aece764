//! Runs every folder of `testdata/modpost` against our executable and compares all it says and writes
//! with what the kernel's own programs did. `kit/case.rs` says what is in a folder; nothing here needs
//! an upstream program.
//!
//! The releases that a package has the program of are run on one and on four threads. Of the others, which
//! are many, each case is run for those that answer differently than a neighbour, so on both sides
//! of each change, and for some of the rest. `EVERY_RELEASE=1` runs it for all.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

use indexmap::IndexMap;
use tempfile::TempDir;
use testkit::answer::{Answer, End};
use testkit::case::Case;
use testkit::harness::{self, assert_no_failures, in_parallel};
use testkit::releases::{Origin, Tool, origin};

/// Of the releases that answer a case as those around them do, one among so many is run.
const SAMPLE: usize = 8;

/// On how many threads our program is run: the results must be the same. The releases that no package
/// has are run on one.
fn threads(release: &str) -> &'static [&'static str] {
    match origin(release) {
        Some(Origin::Package) => &["1", "4"],
        Some(Origin::Built(_)) | None => &["1"],
    }
}

/// What our program does with `case`.
fn ours(case: &Case, release: &str, threads: &str) -> Result<Answer, String> {
    let scratch = TempDir::new().map_err(|error| error.to_string())?;
    let mut program = Command::new(env!("CARGO_BIN_EXE_modversions"));
    program.arg0("modpost").env_clear().args(["--kernel", release, "--threads", threads]);
    case.input(release)?.run(scratch.path(), program)
}

/// Whether what we say is our own: upstream has no answer, or none we would give.
fn is_ours_alone(case: &Case, release: &str, expected: &Answer) -> bool {
    !expected.is_some() || case.is_refused(release)
}

/// The releases that `case` is run for.
fn chosen(case: &Case) -> Vec<&'static str> {
    let (all, changing) =
        (case.releases().unwrap_or_default(), case.changing().unwrap_or_default());
    let is_every_release = env::var_os("EVERY_RELEASE").is_some();
    // Which ones are in the sample differs from case to case, as their names do.
    let start: usize = case.name.bytes().map(usize::from).sum();
    let is_chosen = |(place, release): &(usize, &&str)| {
        is_every_release
            || origin(release) == Some(Origin::Package)
            || changing.contains(*release)
            || (start + place).is_multiple_of(SAMPLE)
    };
    all.iter().enumerate().filter(is_chosen).map(|(_, release)| *release).collect()
}

/// How our program differs from the expectations of `case`.
fn failures(case: &Case) -> Vec<String> {
    let expected = match case.all_expected() {
        Ok(expected) => expected,
        Err(error) => return vec![format!("{}: {error}", case.name)],
    };
    let chosen = chosen(case);
    let runs = expected.iter().filter(|(release, _)| chosen.contains(release));
    let runs = runs.flat_map(|(release, expected)| {
        threads(release).iter().map(move |threads| (*release, expected, *threads))
    });
    let run = |(release, expected, threads)| {
        let differences = ours(case, release, threads).map(|answer| {
            match is_ours_alone(case, release, expected) {
                true if case.has("answered") => faults_of_answer(&answer),
                true => faults_of_refusal(&answer),
                false => expected.differences(&answer),
            }
        });
        (format!("{release} on {threads}"), differences)
    };
    harness::failures(case, runs.map(run).collect())
}

/// What a refusal must not be: other than one line, with another status than 1, or with files.
fn faults_of_refusal(answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    if answer.end != End::Status(1) {
        faults.push(format!("refused by {:?}, expected Status(1)", answer.end));
    }
    if !answer.stderr.ends_with(b"\n") {
        faults.push("refused without a message".to_owned());
    }
    faults.extend(answer.files.keys().map(|path| format!("{path} was written by a refusal")));
    faults
}

/// What an answer where upstream has none must not be: a crash.
fn faults_of_answer(answer: &Answer) -> Vec<String> {
    match answer.end {
        End::Status(0 | 1) => Vec::new(),
        end => vec![format!("ended by {end:?}")],
    }
}

#[test]
fn every_case_folder_is_complete() {
    assert_no_failures(&Case::all(Tool::Modpost), Case::faults);
}

#[test]
fn every_case_gives_what_upstream_gives() {
    assert_no_failures(&Case::all(Tool::Modpost), failures);
}

/// All our own messages, as one text to be read by a person: of each case, the releases that a message
/// is of, and what it says.
#[test]
fn what_upstream_has_no_answer_to_is_refused_with_a_clear_message() {
    let of_case = |case: &Case| {
        let mut messages: IndexMap<String, Vec<&str>> = IndexMap::new();
        let expected = case.all_expected().expect("another test says if the case is complete");
        for (release, expected) in &expected {
            if is_ours_alone(case, release, expected) {
                let answer = ours(case, release, "1").expect("our program can be run");
                let message = String::from_utf8_lossy(&answer.stderr).into_owned();
                messages.entry(message).or_default().push(release);
            }
        }
        let text = messages.into_iter();
        text.map(|(message, releases)| {
            format!("{} ({}):\n{message}", case.name, releases.join(" "))
        })
        .collect::<String>()
    };
    insta::assert_snapshot!("refusals", in_parallel(&Case::all(Tool::Modpost), of_case).concat());
}
