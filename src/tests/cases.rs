//! Runs every folder of `testdata/genksyms` against our executable, for every release, and
//! compares all it says and writes with what the kernel's own programs did.
//!
//! A folder is one behaviour and is called after it:
//!
//! | file | what it is |
//! |---|---|
//! | `note` | what the case proves, and which programs wrote the expectation |
//! | `cmd` | the arguments, one line, separated by blanks; files are relative to the folder |
//! | `input.i` | standard input |
//! | `input.repeat` | or the recipe of a large one, see [`repeated`] |
//! | `reference` | the file behind `-r reference` |
//! | `expect/` | `stdout`, `stderr`, `status` and `symtypes` by the oldest program |
//! | `expect@RELEASE/` | those files that a later program writes otherwise |
//! | `expect-error` | instead of `expect/` where upstream crashes, loops or eats all memory: our status, and in further lines what the last line on stderr must contain |
//!
//! Only `cargo xtask reference` writes the expectations; nothing here needs an upstream program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use modversions::genksyms::{self, Options, Output};
use modversions::release::{Behaviour, KernelRelease};
use tempfile::TempDir;

/// The releases whose programs wrote the expectations; `expect/` is the first one's.
const RELEASES: [&str; 3] = ["6.1", "6.12", "7.2"];

/// No case takes longer, even unoptimised on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// What a run leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// As the `status` file has it: the number and a newline.
    status: Vec<u8>,
    /// None if no such file was made.
    symtypes: Option<Vec<u8>>,
}

/// What a run must leave behind.
enum Expectation {
    /// Exactly what the upstream program of the release did.
    Upstream(Answer),
    /// Upstream has no answer. Ours ends with `status`, and the last line of stderr contains each
    /// of the `message_parts`.
    Ours { status: Vec<u8>, message_parts: Vec<String> },
}

/// One case folder.
struct Case {
    name: String,
    folder: PathBuf,
}

/// How our program is run; the results must be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// As everybody runs it, with a file as standard input.
    AsNeeded,
    /// With the hidden `--read-everything`, and a pipe as standard input.
    Everything,
}

impl Case {
    /// Every case folder, by name.
    fn all() -> Vec<Case> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/genksyms");
        let mut cases: Vec<Case> = fs::read_dir(&root)
            .unwrap_or_else(|error| panic!("{}: {error}", root.display()))
            .map(|entry| entry.expect("the folder of the cases can be listed").path())
            .map(|folder| Case { name: file_name(&folder), folder })
            .collect();
        cases.sort_by(|one, other| one.name.cmp(&other.name));
        cases
    }

    fn arguments(&self) -> Vec<String> {
        let line = text(&self.folder.join("cmd"));
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn input(&self) -> Vec<u8> {
        match fs::read(self.folder.join("input.repeat")) {
            Ok(recipe) => repeated(&String::from_utf8(recipe).expect("a recipe is text")),
            Err(_) => bytes(&self.folder.join("input.i")),
        }
    }

    fn expectation(&self, release: &str) -> Expectation {
        if let Ok(error) = fs::read_to_string(self.folder.join("expect-error")) {
            let (status, parts) = error.split_once('\n').unwrap_or((&error, ""));
            let status = format!("{status}\n").into_bytes();
            let message_parts = parts.lines().map(str::to_owned).collect();
            return Expectation::Ours { status, message_parts };
        }
        let word = |file: &str| {
            let newer = self.folder.join(format!("expect@{release}")).join(file);
            fs::read(newer).or_else(|_| fs::read(self.folder.join("expect").join(file)))
        };
        let required =
            |file| word(file).unwrap_or_else(|error| panic!("{}: {file}: {error}", self.name));
        Expectation::Upstream(Answer {
            stdout: required("stdout"),
            stderr: required("stderr"),
            status: required("status"),
            symtypes: word("symtypes").ok(),
        })
    }

    /// Runs our program on a copy of the folder.
    fn run(&self, release: &str, reading: Reading) -> Result<Answer, String> {
        let scratch = TempDir::new().expect("a scratch directory can be made");
        let folder = scratch.path().join("folder");
        fs::create_dir(&folder).expect("a folder can be made");
        for file in names_in(&self.folder) {
            let source = self.folder.join(&file);
            if source.is_file() {
                fs::copy(&source, folder.join(&file)).expect("a file can be copied");
            }
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
        command.arg0("genksyms").env("KERNELVERSION", release).current_dir(&folder);
        if reading == Reading::Everything {
            command.arg("--read-everything");
        }
        let (stdout, stderr) = (scratch.path().join("stdout"), scratch.path().join("stderr"));
        command.args(self.arguments()).stdout(created(&stdout)).stderr(created(&stderr));
        let status = match reading {
            Reading::AsNeeded => {
                let input = scratch.path().join("input");
                fs::write(&input, self.input()).expect("the input can be written");
                command.stdin(File::open(&input).expect("the input can be read"));
                status_of(command.spawn().expect("our program can be run"))
            }
            Reading::Everything => fed(command.stdin(Stdio::piped()), &self.input()),
        }?;
        Ok(Answer {
            stdout: bytes(&stdout),
            stderr: bytes(&stderr),
            status: format!("{status}\n").into_bytes(),
            symtypes: fs::read(folder.join("symtypes")).ok(),
        })
    }

    /// How our program differs from the expectations, for the report; what several runs have in
    /// common is told once.
    fn failures(&self) -> Vec<String> {
        let mut runs_by_difference: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for release in RELEASES {
            let expectation = self.expectation(release);
            for (reading, title) in [
                (Reading::AsNeeded, release.to_owned()),
                (Reading::Everything, format!("{release} --read-everything")),
            ] {
                let differences = match self.run(release, reading) {
                    Ok(answer) => expectation.differences(&answer),
                    Err(error) => vec![error],
                };
                for difference in differences {
                    runs_by_difference.entry(difference).or_default().push(title.clone());
                }
            }
        }
        let line = |(difference, runs): (String, Vec<String>)| {
            let all = runs.len() == 2 * RELEASES.len();
            let runs = if all { "always".to_owned() } else { runs.join(", ") };
            format!("{} ({runs}): {difference}", self.name)
        };
        runs_by_difference.into_iter().map(line).collect()
    }

    /// What is wrong with the folder itself.
    fn incompleteness(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let has = |file: &str| self.folder.join(file).exists();
        let mut require = |holds: bool, rule: &str| {
            if !holds {
                faults.push(format!("{}: {rule}", self.name));
            }
        };
        require(has("cmd"), "has no cmd");
        require(has("input.i") != has("input.repeat"), "needs input.i or input.repeat");
        require(has("expect") != has("expect-error"), "needs expect/ or expect-error");
        let note = fs::read_to_string(self.folder.join("note")).unwrap_or_default();
        require((2..=3).contains(&note.lines().count()), "the note is not of two or three lines");
        require(note.contains("linux-kbuild-"), "the note names no upstream program");
        let kebab_case = self.name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
        });
        require(kebab_case, "the name is not in kebab-case");
        for file in ["stdout", "stderr", "status"] {
            require(
                has("expect-error") || has(&format!("expect/{file}")),
                &format!("expect/{file} is missing"),
            );
        }
        let known_releases = RELEASES[1..].iter().map(|release| format!("expect@{release}"));
        let known: BTreeSet<String> =
            ["cmd", "input.i", "input.repeat", "note", "reference", "expect", "expect-error"]
                .map(str::to_owned)
                .into_iter()
                .chain(known_releases)
                .collect();
        for entry in names_in(&self.folder) {
            require(known.contains(&entry), &format!("{entry} is no part of a case"));
        }
        for release in &RELEASES[1..] {
            let newer = self.folder.join(format!("expect@{release}"));
            for file in names_in(&newer) {
                let older = fs::read(self.folder.join("expect").join(&file));
                let differs = older.is_ok_and(|older| older != bytes(&newer.join(&file)));
                require(differs, &format!("expect@{release}/{file} is no other than expect/"));
            }
        }
        faults
    }
}

impl Expectation {
    /// How `answer` differs, file by file; empty when it does not.
    fn differences(&self, answer: &Answer) -> Vec<String> {
        match self {
            Expectation::Upstream(expected) => expected.differences(answer),
            Expectation::Ours { status, message_parts } => {
                let mut differences = Vec::new();
                differences.extend(difference("status", status, &answer.status));
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

impl Answer {
    fn of_library(output: &Output, dump_types: bool) -> Answer {
        Answer {
            stdout: output.stdout.clone(),
            stderr: output.stderr.clone(),
            status: format!("{}\n", output.status).into_bytes(),
            symtypes: dump_types.then(|| output.symtypes.clone()),
        }
    }

    fn differences(&self, answer: &Answer) -> Vec<String> {
        let mut differences = Vec::new();
        differences.extend(difference("stdout", &self.stdout, &answer.stdout));
        differences.extend(difference("stderr", &self.stderr, &answer.stderr));
        differences.extend(difference("status", &self.status, &answer.status));
        match (&self.symtypes, &answer.symtypes) {
            (Some(expected), Some(got)) => {
                differences.extend(difference("symtypes", expected, got));
            }
            (Some(_), None) => differences.push("symtypes was not written".to_owned()),
            (None, Some(_)) => differences.push("symtypes was written, unasked".to_owned()),
            (None, None) => {}
        }
        differences
    }
}

/// The first line that differs, if any does.
fn difference(file: &str, expected: &[u8], got: &[u8]) -> Option<String> {
    if expected == got {
        return None;
    }
    let expected_lines: Vec<&[u8]> = expected.split_inclusive(|byte| *byte == b'\n').collect();
    let got_lines: Vec<&[u8]> = got.split_inclusive(|byte| *byte == b'\n').collect();
    let equal = expected_lines.iter().zip(&got_lines).take_while(|(one, other)| one == other);
    let line = equal.count();
    let at = |lines: &[&[u8]]| match lines.get(line) {
        Some(text) => shortened(text),
        None => "(the end)".to_owned(),
    };
    Some(format!(
        "{file}, line {}\n    expected: {}\n    got:      {}",
        line + 1,
        at(&expected_lines),
        at(&got_lines)
    ))
}

/// `text` with unusual bytes escaped, and no more of it than a reader wants to see.
fn shortened(text: &[u8]) -> String {
    const LIMIT: usize = 200;
    let shown = text[..text.len().min(LIMIT)].escape_ascii().to_string();
    if text.len() <= LIMIT { shown } else { format!("{shown} ... ({} bytes)", text.len()) }
}

/// The input a recipe stands for. Each line is a count, one blank, and a text that is repeated
/// that often. In a text of a count other than 1, `@n`
/// is the number of the repetition, from 0, and `@next` the number after it:
///
/// `2 int v@n;` stands for `int v0;int v1;`.
fn repeated(recipe: &str) -> Vec<u8> {
    let mut input = String::new();
    for line in recipe.lines() {
        let (count, text) = line.split_once(' ').expect("a count and a text");
        match count.parse().expect("a count") {
            1 => input.push_str(text),
            count => (0..count).for_each(|number: usize| {
                let numbered = text.replace("@next", &(number + 1).to_string());
                input.push_str(&numbered.replace("@n", &number.to_string()));
            }),
        }
    }
    input.into_bytes()
}

/// The exit status, or why there is none.
fn status_of(mut child: Child) -> Result<i32, String> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status.code().ok_or_else(|| format!("ended by {status}"));
        }
        if started.elapsed() > TIME_LIMIT {
            child.kill().expect("a child can be killed");
            child.wait().expect("a child can be waited for");
            return Err(format!("took more than {} s", TIME_LIMIT.as_secs()));
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Runs `command` with `input` through a pipe, and returns as [`status_of`] does.
fn fed(command: &mut Command, input: &[u8]) -> Result<i32, String> {
    let mut child = command.spawn().expect("our program can be run");
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    thread::scope(|scope| {
        scope.spawn(move || {
            // A program that ends early does not read all of it, and need not.
            let _ = pipe.write_all(input);
        });
        status_of(child)
    })
}

/// Applies `action` to each of `items` on all processors; the results are in the items' order.
fn in_parallel<T: Sync, R: Send>(items: &[T], action: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let work = || {
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            let result = action(item);
            results.lock().expect("no thread panicked").push((index, result));
        }
    };
    thread::scope(|scope| {
        let processors = thread::available_parallelism().map_or(2, |count| count.get());
        (0..processors).for_each(|_| drop(scope.spawn(work)));
    });
    let mut results = results.into_inner().expect("no thread panicked");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.map(|entry| file_name(&entry.expect("a folder can be listed").path())).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

fn created(path: &Path) -> File {
    File::create(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text(path: &Path) -> String {
    String::from_utf8(bytes(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
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
        let arguments = case.arguments();
        let mut words = arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "-w" => options.warnings = true,
                "-q" => options.warnings = false,
                "-d" => options.debug += 1,
                "-D" => options.dump_expansions = true,
                "-p" => options.preserve = true,
                "-T" if words.next() == Some("symtypes") => options.dump_types = true,
                "-r" if words.next() == Some("reference") => {
                    reference = Some(bytes(&case.folder.join("reference")));
                }
                _ => return None,
            }
        }
        let source = case.input();
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

    fn answer(&self) -> Answer {
        Answer::of_library(&self.output(), self.options.dump_types)
    }
}

#[test]
fn there_are_cases() {
    assert!(!Case::all().is_empty(), "testdata/genksyms holds no case");
}

#[test]
fn every_case_folder_is_complete() {
    let faults: Vec<String> = Case::all().iter().flat_map(Case::incompleteness).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_case_gives_what_upstream_gives() {
    let cases = Case::all();
    let failures = in_parallel(&cases, Case::failures);
    let failed = failures.iter().filter(|failures| !failures.is_empty()).count();
    let report = failures.concat().join("\n");
    assert!(failed == 0, "\n{report}\n{failed} of {} cases fail\n", cases.len());
}

#[test]
fn threads_in_one_process_do_not_change_results() {
    let cases = Case::all();
    let pairs = cases.iter().flat_map(|case| RELEASES.map(|release| (case, release)));
    let runs: Vec<LibraryRun> =
        pairs.filter_map(|(case, release)| LibraryRun::new(case, release)).collect();
    let alone: Vec<Answer> = runs.iter().map(LibraryRun::answer).collect();
    // Each run twice, the second time from the other end, so that different inputs meet.
    let twice: Vec<&LibraryRun> =
        runs.iter().zip(runs.iter().rev()).flat_map(|(one, other)| [one, other]).collect();
    let expected = alone.iter().zip(alone.iter().rev()).flat_map(|(one, other)| [one, other]);
    let together = in_parallel(&twice, |run| run.answer());
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
    let cases = Case::all();
    let failures = in_parallel(&cases, |case| {
        let runs = RELEASES.into_iter().filter_map(|release| LibraryRun::new(case, release));
        let failures = runs.flat_map(|mut run| {
            let plain = run.answer();
            run.options.record = Some("x86-64");
            let recorded = run.output();
            run.options.reading = genksyms::Reading::Everything;
            let read = run.output();
            let with_record = Answer::of_library(&recorded, run.options.dump_types);
            let mut differences = plain.differences(&with_record);
            differences.extend(difference("the record", &read.record, &recorded.record));
            differences.into_iter().map(|it| format!("{}: {it}", run.title)).collect::<Vec<_>>()
        });
        failures.collect::<Vec<_>>()
    });
    let failures = failures.concat();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn a_recipe_repeats_and_counts() {
    let recipe = "1 int v0;\n3  x@n y@next;\n1 end";
    assert_eq!(repeated(recipe), b"int v0; x0 y1; x1 y2; x2 y3;end");
}
