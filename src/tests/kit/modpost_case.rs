//! One folder of `testdata/modpost`: read, run by any program, and its expectations. The tests run
//! ours, `cargo xtask reference` the kernel's.
//!
//! A folder is one behaviour and is called after it:
//!
//! | file | what it is |
//! |---|---|
//! | `note` | what the case proves, and which programs wrote the expectations |
//! | `command` | the arguments, separated by blanks, `''` for an empty one; a line for all releases, or a line `RELEASE: …` for each |
//! | `input/` | the files of the working directory; `X.elf.txt` becomes the object `X` (see `elf_text`) |
//! | `stdin` | standard input, if it is not empty |
//! | `expected/RELEASE/` | `stderr`, `status`, and below `files/` what the run created or wrote anew, even with equal bytes |
//! | `expected/RELEASE/crash` | instead, where upstream has no answer: `signal N` that it ended by, or `varies` |
//! | `refused` | why we refuse what upstream has an answer to |
//! | `answered` | why we have an answer where upstream has none |

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::Target;
use tempfile::TempDir;

use crate::elf_text;

/// The releases whose programs wrote the expectations.
pub const RELEASES: [&str; 2] = ["6.1", "6.12"];

/// No run takes longer, even unoptimised on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The ending of an object's description.
const OBJECT_TEXT: &str = ".elf.txt";

/// One case folder.
pub struct Case {
    /// The name of the folder.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
}

/// What a program is run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The words after the program's name.
    pub arguments: Vec<String>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// The files of the working directory, by their paths.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What a run leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How the run ended.
    pub end: End,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Each file that was created or written anew, by its path.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
    /// Each run does something else: it depends on what happens to be in memory.
    Varies,
}

impl Case {
    /// Every case folder below `root`, by name.
    pub fn all(root: &Path) -> Vec<Case> {
        let folders = names_in(root).into_iter();
        folders.map(|name| Case { folder: root.join(&name), name }).collect()
    }

    /// The arguments for `release`.
    pub fn arguments(&self, release: &str) -> Result<Vec<String>, String> {
        let text = fs::read_to_string(self.folder.join("command")).map_err(|e| e.to_string())?;
        let of_release = format!("{release}: ");
        let own = text.lines().find_map(|line| line.strip_prefix(&of_release));
        let line = own.or_else(|| text.lines().next()).unwrap_or_default();
        let word = |word: &str| if word == "''" { String::new() } else { word.to_owned() };
        Ok(line.split_whitespace().map(word).collect())
    }

    /// The class and byte order of the first object; without one, that of x86-64.
    pub fn target(&self) -> Result<Target, String> {
        let input = self.folder.join("input");
        let texts = files_below(&input).map_err(|error| error.to_string())?;
        match texts.iter().find(|path| path.ends_with(OBJECT_TEXT)) {
            None => Ok(Target { is_64_bit: true, is_big_endian: false }),
            Some(path) => {
                let text = fs::read_to_string(input.join(path)).map_err(|e| e.to_string())?;
                elf_text::target(&text).map_err(|error| format!("{path}: {error}"))
            }
        }
    }

    /// What `program`, to which only the case's arguments are missing, does with the case.
    pub fn run(&self, release: &str, program: Command) -> Result<Answer, String> {
        let scratch = TempDir::new().map_err(|error| error.to_string())?;
        self.input(release)?.run(scratch.path(), program)
    }

    /// What a program is run on.
    pub fn input(&self, release: &str) -> Result<Input, String> {
        let folder = self.folder.join("input");
        let mut files = BTreeMap::new();
        for path in files_below(&folder).map_err(|error| error.to_string())? {
            let bytes = fs::read(folder.join(&path)).map_err(|error| format!("{path}: {error}"))?;
            match path.strip_suffix(OBJECT_TEXT) {
                Some(object) => {
                    let text = String::from_utf8(bytes).map_err(|e| format!("{path}: {e}"))?;
                    let bytes = elf_text::assemble(&text).map_err(|e| format!("{path}: {e}"))?;
                    files.insert(object.to_owned(), bytes);
                }
                None => drop(files.insert(path, bytes)),
            }
        }
        let stdin = fs::read(self.folder.join("stdin")).unwrap_or_default();
        Ok(Input { arguments: self.arguments(release)?, stdin, files })
    }

    /// What the upstream program of `release` did.
    pub fn expected(&self, release: &str) -> Result<Answer, String> {
        let folder = self.folder.join("expected").join(release);
        let text = |file: &str| fs::read_to_string(folder.join(file));
        let number = |text: &str| text.trim().parse().map_err(|_| format!("{text:?}"));
        if let Ok(crash) = text("crash") {
            return Ok(Answer::none(match crash.strip_prefix("signal ") {
                Some(signal) => End::Signal(number(signal)?),
                None => End::Varies,
            }));
        }
        let status = text("status").map_err(|error| format!("expected status: {error}"))?;
        let stderr = fs::read(folder.join("stderr")).map_err(|e| format!("stderr: {e}"))?;
        let files = folder.join("files");
        let content = |path: String| Ok((path.clone(), fs::read(files.join(&path))?));
        let paths = if files.exists() { files_below(&files) } else { Ok(Vec::new()) };
        let files = paths.and_then(|paths| paths.into_iter().map(content).collect());
        Ok(Answer {
            end: End::Status(number(&status)?),
            stdout: Vec::new(),
            stderr,
            files: files.map_err(|error: io::Error| error.to_string())?,
        })
    }
}

impl Input {
    /// What `program`, to which only the arguments are missing, does in a working directory that is
    /// made in `scratch`. All files there are of the [`age_of_input`].
    pub fn run(&self, scratch: &Path, mut program: Command) -> Result<Answer, String> {
        let work = scratch.join("work");
        let [stdin, stdout, stderr] =
            ["stdin", "stdout", "stderr"].map(|stream| scratch.join(stream));
        let run = || -> io::Result<(ExitStatus, BTreeMap<String, Vec<u8>>)> {
            fs::create_dir(&work)?;
            let mut files = self.files.iter();
            files.try_for_each(|(path, bytes)| write_aged(&work.join(path), bytes))?;
            fs::write(&stdin, &self.stdin)?;
            program.args(&self.arguments).current_dir(&work).env_clear();
            program.stdin(File::open(&stdin)?);
            program.stdout(File::create(&stdout)?).stderr(File::create(&stderr)?);
            Ok((ended(program.spawn()?)?, written_files(&work)?))
        };
        let (status, files) = { run }().map_err(|error| error.to_string())?;
        let end = match status.code() {
            Some(code) => End::Status(code),
            None => End::Signal(status.signal().unwrap_or_default()),
        };
        let read = |path: &Path| fs::read(path).map_err(|error| error.to_string());
        Ok(Answer { end, stdout: read(&stdout)?, stderr: read(&stderr)?, files })
    }
}

impl Answer {
    /// No answer: what a program did before it `end`ed so is no example to anybody.
    pub fn none(end: End) -> Answer {
        Answer { end, stdout: Vec::new(), stderr: Vec::new(), files: BTreeMap::new() }
    }

    /// Whether it is one that can be compared with.
    pub fn is_some(&self) -> bool {
        matches!(self.end, End::Status(_))
    }

    /// How `got` differs, file by file; empty when it does not.
    pub fn differences(&self, got: &Answer) -> Vec<String> {
        let mut differences = Vec::new();
        if self.end != got.end {
            differences.push(format!("ended by {:?}, expected {:?}", got.end, self.end));
        }
        differences.extend(difference("stdout", &self.stdout, &got.stdout));
        differences.extend(difference("stderr", &self.stderr, &got.stderr));
        let paths: BTreeSet<&String> = self.files.keys().chain(got.files.keys()).collect();
        for path in paths {
            match (self.files.get(path), got.files.get(path)) {
                (Some(expected), Some(got)) => differences.extend(difference(path, expected, got)),
                (Some(_), None) => differences.push(format!("{path} was not written")),
                (None, _) => differences.push(format!("{path} was written, unexpectedly")),
            }
        }
        differences
    }
}

/// The first line that differs, if any does.
fn difference(file: &str, expected: &[u8], got: &[u8]) -> Option<String> {
    if expected == got {
        return None;
    }
    let lines = |text| <[u8]>::split_inclusive(text, |byte| *byte == b'\n').collect::<Vec<_>>();
    let (expected, got) = (lines(expected), lines(got));
    let line = expected.iter().zip(&got).take_while(|(one, other)| one == other).count();
    let at = |lines: &[&[u8]]| match lines.get(line) {
        Some(text) => shortened(text),
        None => "(the end)".to_owned(),
    };
    Some(format!(
        "{file}, line {}\n    expected: {}\n    got:      {}",
        line + 1,
        at(&expected),
        at(&got)
    ))
}

/// `text` with unusual bytes escaped, and no more of it than a reader wants to see.
fn shortened(text: &[u8]) -> String {
    const LIMIT: usize = 300;
    let shown = text[..text.len().min(LIMIT)].escape_ascii().to_string();
    if text.len() <= LIMIT { shown } else { format!("{shown} ... ({} bytes)", text.len()) }
}

/// The status of `child`, which is killed when it takes too long.
fn ended(mut child: Child) -> io::Result<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if started.elapsed() > TIME_LIMIT {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::other(format!("took more than {} s", TIME_LIMIT.as_secs())));
        }
        thread::sleep(Duration::from_micros(200));
    }
}

/// When all files of a working directory were last written, as far as a run can see.
fn age_of_input() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)
}

/// Writes a file, in folders that are made, of the [`age_of_input`].
fn write_aged(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)?;
    File::options().write(true).open(path)?.set_modified(age_of_input())
}

/// The files below `work` that are not of the [`age_of_input`].
fn written_files(work: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for path in files_below(work)? {
        let file = work.join(&path);
        if file.metadata()?.modified()? != age_of_input() {
            files.insert(path, fs::read(file)?);
        }
    }
    Ok(files)
}

/// The paths of all files below `folder`, from there, in order; none if there is no folder.
fn files_below(folder: &Path) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    for name in names_in(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            paths.extend(files_below(&path)?.into_iter().map(|below| format!("{name}/{below}")));
        } else {
            paths.push(name);
        }
    }
    Ok(paths)
}

/// The names in `folder`, in order; none if there is no folder.
pub fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let entries = entries.filter_map(Result::ok);
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
