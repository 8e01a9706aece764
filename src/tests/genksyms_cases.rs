//! Runs every folder of `testdata/genksyms` against our executable, for every release, and compares
//! all it says and writes with what the kernel's own programs did. `kit/case.rs` says what is in a
//! folder; nothing here needs an upstream program.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use modversions::genksyms::{self, Options, Output};
use modversions::release::{Behaviour, KernelRelease};
use tempfile::TempDir;
use testkit::answer::{Answer, End};
use testkit::case::Case;
use testkit::difference::first_difference;
use testkit::harness::{self, assert_no_failures, in_parallel};
use testkit::releases::{Origin, Tool, origin};

/// What a run must leave behind.
enum Expectation {
    /// Exactly what the upstream program of the release did.
    Upstream(Answer),
    /// Upstream has no answer. Ours ends with `status`, and the last line of stderr contains each
    /// of the `message_parts`.
    Ours { status: i32, message_parts: Vec<String> },
}

/// How our program is run; the results must be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// As everybody runs it, with a file as standard input.
    AsNeeded,
    /// With the hidden `--read-everything`, and a pipe as standard input.
    Everything,
}

impl Expectation {
    /// That of `case` for `release`.
    fn of(case: &Case, release: &str) -> Result<Expectation, String> {
        if !case.has("expect-error") {
            return case.expected(release).map(Expectation::Upstream);
        }
        let text = fs::read_to_string(case.folder.join("expect-error"));
        let text = text.map_err(|error| format!("expect-error: {error}"))?;
        let (status, parts) = text.split_once('\n').unwrap_or((&text, ""));
        let status = status.parse().map_err(|_| format!("expect-error: {status:?}"))?;
        Ok(Expectation::Ours { status, message_parts: parts.lines().map(str::to_owned).collect() })
    }

    /// How `answer` differs, file by file; empty when it does not.
    fn differences(&self, answer: &Answer) -> Vec<String> {
        match self {
            Expectation::Upstream(expected) => expected.differences(answer),
            Expectation::Ours { status, message_parts } => {
                let mut differences = Vec::new();
                if answer.end != End::Status(*status) {
                    differences.push(format!("ended by {:?}, expected {status}", answer.end));
                }
                let stderr = String::from_utf8_lossy(&answer.stderr);
                let last_line = stderr.lines().last().unwrap_or_default();
                let missing = message_parts.iter().filter(|part| !last_line.contains(*part));
                differences.extend(missing.map(|part| {
                    format!(
                        "stderr, last line\n    expected: ...{part}...\n    got:      {last_line}"
                    )
                }));
                differences
            }
        }
    }
}

/// What our program does with `case`.
fn ours(case: &Case, release: &str, reading: Reading) -> Result<Answer, String> {
    let scratch = TempDir::new().map_err(|error| error.to_string())?;
    let input = case.input(release)?;
    let mut program = Command::new(env!("CARGO_BIN_EXE_modversions"));
    program.arg0("genksyms").env_clear().env("KERNELVERSION", release);
    match reading {
        Reading::AsNeeded => input.run(scratch.path(), program),
        Reading::Everything => {
            program.arg("--read-everything");
            input.run_by_pipe(scratch.path(), program)
        }
    }
}

/// How our program differs from the expectations of `case`.
fn failures(case: &Case) -> Vec<String> {
    let mut runs = Vec::new();
    for release in releases(case) {
        for (reading, title) in [
            (Reading::AsNeeded, release.to_owned()),
            (Reading::Everything, format!("{release} --read-everything")),
        ] {
            // Once for each program that a package has is enough for the second way.
            if reading == Reading::Everything && origin(release) != Some(Origin::Package) {
                continue;
            }
            let differences = Expectation::of(case, release)
                .and_then(|expected| Ok(expected.differences(&ours(case, release, reading)?)));
            runs.push((title, differences));
        }
    }
    harness::failures(case, runs)
}

/// The releases that have `case`; another test says if that is unknown.
fn releases(case: &Case) -> Vec<&'static str> {
    case.releases().unwrap_or_default()
}

/// Inputs beyond this size test depth, not threads; unoptimised they take seconds.
const LARGE: usize = 1_000_000;

/// One run of the library, without any process around it.
struct LibraryRun {
    title: String,
    source: Vec<u8>,
    reference: Option<Vec<u8>>,
    options: Options,
    behaviour: Behaviour,
}

impl LibraryRun {
    /// `case` at `release`; None if its arguments are about the command line
    /// itself, or its input is [`LARGE`].
    fn new(case: &Case, release: &str) -> Option<LibraryRun> {
        let mut options = Options::default();
        let mut reference = None;
        let input = case.input(release).expect("another test says if the case is complete");
        let mut words = input.arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "-w" => options.warnings = true,
                "-q" => options.warnings = false,
                "-d" => options.debug += 1,
                "-D" => options.dump_expansions = true,
                "-p" => options.preserve = true,
                "-T" if words.next() == Some("symtypes") => options.dump_types = true,
                "-r" if words.next() == Some("reference") => {
                    reference = Some(input.files["reference"].clone());
                }
                _ => return None,
            }
        }
        let source = input.stdin;
        if source.len() > LARGE {
            return None;
        }
        let kernel: KernelRelease = release.parse().expect("a release");
        Some(LibraryRun {
            title: format!("{} at {release}", case.name),
            source,
            reference,
            options,
            behaviour: Behaviour::at(kernel),
        })
    }

    fn output(&self) -> Output {
        let release = &self.behaviour.genksyms;
        genksyms::run(&self.source, self.reference.as_deref(), &self.options, release)
    }

    /// What the program would leave behind, with that output.
    fn answer(&self, output: Output) -> Answer {
        let symtypes = [("symtypes".to_owned(), output.symtypes)].into_iter();
        Answer {
            end: End::Status(output.status.into()),
            stdout: output.stdout,
            stderr: output.stderr,
            files: symtypes.filter(|_| self.options.dump_types).collect(),
        }
    }
}

/// All runs of the library that the cases are good for.
fn library_runs(case: &Case) -> Vec<LibraryRun> {
    releases(case).into_iter().filter_map(|release| LibraryRun::new(case, release)).collect()
}

#[test]
fn every_case_folder_is_complete() {
    assert_no_failures(&Case::all(Tool::Genksyms), Case::faults);
}

#[test]
fn every_case_gives_what_upstream_gives() {
    assert_no_failures(&Case::all(Tool::Genksyms), failures);
}

#[test]
fn threads_in_one_process_do_not_change_results() {
    let runs: Vec<LibraryRun> = Case::all(Tool::Genksyms).iter().flat_map(library_runs).collect();
    let answer = |run: &LibraryRun| run.answer(run.output());
    let alone: Vec<Answer> = runs.iter().map(answer).collect();
    // Each run twice, the second time from the other end, so that different inputs meet.
    let twice: Vec<&LibraryRun> =
        runs.iter().zip(runs.iter().rev()).flat_map(|(one, other)| [one, other]).collect();
    let expected = alone.iter().zip(alone.iter().rev()).flat_map(|(one, other)| [one, other]);
    let together = in_parallel(&twice, |run| answer(run));
    let failures: Vec<String> = twice
        .iter()
        .zip(expected)
        .zip(&together)
        .flat_map(|((run, expected), got)| {
            let title = |difference| format!("{}: {difference}", run.title);
            expected.differences(got).into_iter().map(title)
        })
        .collect();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn a_record_changes_nothing_else_and_is_the_same_without_skimming() {
    assert_no_failures(&Case::all(Tool::Genksyms), |case| {
        let failures = library_runs(case).into_iter().flat_map(|mut run| {
            let plain = run.answer(run.output());
            run.options.record = Some("x86-64");
            let recorded = run.output();
            run.options.reading = genksyms::Reading::Everything;
            let read = run.output();
            let records = [("read", &*read.record), ("skimmed", &*recorded.record)];
            let difference = first_difference("the record", records);
            let mut differences = plain.differences(&run.answer(recorded));
            differences.extend(difference);
            differences.into_iter().map(|it| format!("{}: {it}", run.title)).collect::<Vec<_>>()
        });
        failures.collect()
    });
}
