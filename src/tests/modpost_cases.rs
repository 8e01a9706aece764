//! Runs every folder of `testdata/modpost` against our executable, for every release, on one and
//! on four threads, and compares all it says and writes with what the kernel's own programs did.
//! `modpost_case.rs` tells what is in a folder; nothing here needs an upstream program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use testkit::modpost_case::{Answer, Case, End, RELEASES, names_in};

/// How many threads our program may use; the results must be the same.
const THREADS: [&str; 2] = ["1", "4"];

/// Every case folder.
fn cases() -> Vec<Case> {
    Case::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/modpost"))
}

/// What our program does with `case`.
fn ours(case: &Case, release: &str, threads: &str) -> Result<Answer, String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_modversions"));
    program.arg0("modpost").args(["--kernel", release, "--threads", threads]);
    case.run(release, program)
}

/// Whether what we say is our own: upstream has no answer, or none we would give.
fn is_ours_alone(case: &Case, expected: &Answer) -> bool {
    !expected.is_some() || case.folder.join("refused").exists()
}

/// How our program differs from the expectations; what several runs have in common is told once.
fn failures(case: &Case) -> Vec<String> {
    let mut runs_by_difference: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (release, threads) in RELEASES.iter().flat_map(|r| THREADS.map(|threads| (r, threads))) {
        let differences = case.expected(release).and_then(|expected| {
            let answer = ours(case, release, threads)?;
            Ok(match is_ours_alone(case, &expected) {
                true if case.folder.join("answered").exists() => faults_of_answer(&answer),
                true => faults_of_refusal(&answer),
                false => expected.differences(&answer),
            })
        });
        for difference in differences.unwrap_or_else(|error| vec![error]) {
            let run = format!("{release} on {threads}");
            runs_by_difference.entry(difference).or_default().push(run);
        }
    }
    let line = |(difference, runs): (String, Vec<String>)| {
        let all = runs.len() == RELEASES.len() * THREADS.len();
        let runs = if all { "always".to_owned() } else { runs.join(", ") };
        format!("{} ({runs}): {difference}", case.name)
    };
    runs_by_difference.into_iter().map(line).collect()
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

/// What is wrong with the folder itself.
fn faults(case: &Case) -> Vec<String> {
    let mut faults = Vec::new();
    let mut require = |holds: bool, rule: &str| {
        if !holds {
            faults.push(format!("{}: {rule}", case.name));
        }
    };
    let known =
        BTreeSet::from(["answered", "command", "expected", "input", "note", "refused", "stdin"]);
    for entry in names_in(&case.folder) {
        require(known.contains(&*entry), &format!("{entry} is no part of a case"));
    }
    for release in RELEASES {
        require(case.arguments(release).is_ok(), "has no command");
        require(case.expected(release).is_ok(), "has no complete expectation");
    }
    require(case.target().is_ok(), "the first object does not begin as it should");
    let is_kebab_case =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    require(case.name.bytes().all(is_kebab_case), "the name is not in kebab-case");
    let note = fs::read_to_string(case.folder.join("note")).unwrap_or_default();
    require((2..=4).contains(&note.lines().count()), "the note is not of two to four lines");
    require(note.contains("linux-kbuild-"), "the note names no upstream program");
    faults
}

/// Applies `action` to each of `items` on all processors; the results are in the items' order.
fn in_parallel<T: Sync, R: Send>(items: &[T], action: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            let result = action(item);
            results.lock().expect("no thread panicked").insert(index, result);
        }
    };
    thread::scope(|scope| {
        let processors = thread::available_parallelism().map_or(2, |count| count.get());
        (0..processors).for_each(|_| drop(scope.spawn(work)));
    });
    results.into_inner().expect("no thread panicked").into_values().collect()
}

#[test]
fn every_case_folder_is_complete() {
    assert!(!cases().is_empty(), "testdata/modpost holds no case");
    let faults: Vec<String> = cases().iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_case_gives_what_upstream_gives() {
    let cases = cases();
    let failures = in_parallel(&cases, failures);
    let failed = failures.iter().filter(|failures| !failures.is_empty()).count();
    let report = failures.concat().join("\n");
    assert!(failed == 0, "\n{report}\n{failed} of {} cases fail\n", cases.len());
}

/// All our own messages, as one text to be read by a person.
#[test]
fn what_upstream_has_no_answer_to_is_refused_with_a_clear_message() {
    let mut messages = String::new();
    for (case, release) in cases().iter().flat_map(|case| RELEASES.map(|release| (case, release))) {
        let expected = case.expected(release).expect("another test says if the case is complete");
        if is_ours_alone(case, &expected) {
            let answer = ours(case, release, "1").expect("our program can be run");
            let message = String::from_utf8_lossy(&answer.stderr).into_owned();
            messages += &format!("{} ({release}):\n{message}", case.name);
        }
    }
    insta::assert_snapshot!("refusals", messages);
}
