//! The expectations of the cases in `testdata/genksyms`. What a case folder holds is told in
//! `src/tests/cases.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use tempfile::TempDir;

use super::limit_this_process;
use crate::obtain::kernels::{self, Question};
use crate::obtain::upstream::Upstream;
use crate::run::product::workspace;

/// The releases the cases know, one for each kernel whose genksyms is asked. The first one's word is
/// `expect/`; each other's, as far as it differs, `expect@RELEASE/`.
const RELEASES: [&str; 3] = ["6.1", "6.12", "7.2"];

/// Where the cases are.
fn root() -> PathBuf {
    workspace().join("testdata/genksyms")
}

/// The names of all cases.
pub fn names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root()).with_context(|| root().display().to_string())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Writes the expectations of the cases of these names.
pub fn write(names: &[String]) -> Result<()> {
    let cases = cases(names)?;
    let words = Words::obtain()?;
    let written: Vec<Result<()>> = cases.par_iter().map(|case| words.write(case)).collect();
    written.into_iter().collect()
}

/// Compares the expectations of the cases of these names with each program that can be had. An
/// error when a program whose release the cases know says anything else.
pub fn check(names: &[String]) -> Result<()> {
    check_cases(&cases(names)?)
}

/// One case folder that upstream has an answer to.
struct Case {
    /// Its name.
    name: String,
    /// Where it is.
    folder: PathBuf,
}

/// What a program leaves behind: the bytes of `stdout`, `stderr`, `status`, and `symtypes` if it
/// made one.
type Files = BTreeMap<&'static str, Vec<u8>>;

/// The cases of these names that upstream has an answer to.
fn cases(names: &[String]) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for name in names {
        let folder = root().join(name);
        if !folder.join("cmd").is_file() {
            bail!("{} is no case: it has no cmd", folder.display());
        }
        // Upstream has no answer to these; theirs are written by hand.
        if !folder.join("expect-error").exists() {
            cases.push(Case { name: name.clone(), folder });
        }
    }
    Ok(cases)
}

impl Case {
    /// The bytes of one file.
    fn read(&self, file: &str) -> Result<Vec<u8>> {
        let path = self.folder.join(file);
        fs::read(&path).with_context(|| path.display().to_string())
    }

    /// Standard input.
    fn input(&self) -> Result<Vec<u8>> {
        if self.folder.join("input.i").exists() {
            return self.read("input.i");
        }
        let recipe = String::from_utf8(self.read("input.repeat")?)?;
        repeated(&recipe).with_context(|| format!("{}: input.repeat", self.name))
    }

    /// What is on disk for `release`.
    fn expected(&self, release: &str) -> Result<Files> {
        let mut files = Files::new();
        for file in ["stdout", "stderr", "status", "symtypes"] {
            let newer = format!("expect@{release}/{file}");
            let older = format!("expect/{file}");
            let path = if self.folder.join(&newer).exists() { newer } else { older };
            if self.folder.join(&path).exists() {
                files.insert(file, self.read(&path)?);
            }
        }
        Ok(files)
    }

    /// What `program` does with the case, in a copy of its folder.
    fn run(&self, program: &Upstream) -> Result<Files> {
        let scratch = TempDir::new()?;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), scratch.path().join(entry.file_name()))?;
            }
        }
        let arguments = String::from_utf8(self.read("cmd")?)?;
        let mut command = program.command();
        command.args(arguments.split_whitespace()).current_dir(scratch.path());
        let output = output_of(&mut command, &self.input()?)?;
        let Some(status) = output.status.code() else {
            let signal = output.status.signal().unwrap_or_default();
            let title = program.title();
            bail!("{}: {title} ends by signal {signal}: it needs an expect-error", self.name);
        };
        let mut files = Files::from([
            ("stdout", output.stdout),
            ("stderr", output.stderr),
            ("status", format!("{status}\n").into_bytes()),
        ]);
        if let Ok(symtypes) = fs::read(scratch.path().join("symtypes")) {
            files.insert("symtypes", symtypes);
        }
        Ok(files)
    }
}

/// The input a recipe stands for; `src/tests/cases.rs` tells the language.
fn repeated(recipe: &str) -> Result<Vec<u8>> {
    let mut input = String::new();
    for line in recipe.lines() {
        let (count, text) = line.split_once(' ').context("a line without a count")?;
        match count.parse().with_context(|| format!("{count:?} is no count"))? {
            1 => input.push_str(text),
            count => (0..count).for_each(|number: usize| {
                let numbered = text.replace("@next", &(number + 1).to_string());
                input.push_str(&numbered.replace("@n", &number.to_string()));
            }),
        }
    }
    Ok(input.into_bytes())
}

/// Runs `command` on `input`, within the limits.
fn output_of(command: &mut Command, input: &[u8]) -> Result<Output> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // SAFETY: between fork and exec only setrlimit is called, which is async-signal-safe.
    unsafe { command.pre_exec(limit_this_process) };
    let mut child = command.spawn().context("cannot run upstream's genksyms")?;
    let mut pipe = child.stdin.take().context("standard input is no pipe")?;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program that ends early does not read all of it, and need not.
            let _ = pipe.write_all(input);
        });
        Ok(child.wait_with_output()?)
    })
}

/// The programs that write the expectations, one for each of [`RELEASES`].
struct Words {
    /// In the order of the releases.
    programs: Vec<Upstream>,
}

impl Words {
    /// All of them; an error when one cannot be had, or is of a release the cases do not know.
    fn obtain() -> Result<Words> {
        let mut programs = Vec::new();
        for (kernel, release) in kernels::asked(Question::Genksyms).zip(RELEASES) {
            let Some(program) = Upstream::genksyms(kernel)? else {
                bail!("expectations are written by all programs at once, or not at all");
            };
            if program.release != release {
                bail!(
                    "{} is newer than the cases know ({release}); what it does otherwise belongs \
                     into a new expect@{}",
                    program.title(),
                    program.release
                );
            }
            programs.push(program);
        }
        Ok(Words { programs })
    }

    /// Writes all expectations of `case`, and the names of the programs into its note.
    fn write(&self, case: &Case) -> Result<()> {
        let mut answers = Vec::new();
        for program in &self.programs {
            answers.push(case.run(program)?);
        }
        let (oldest, newer) = answers.split_first().context("there is no program")?;
        write_files(&case.folder.join("expect"), oldest)?;
        let mut differing = Vec::new();
        for (release, answer) in RELEASES[1..].iter().zip(newer) {
            if !answer.keys().eq(oldest.keys()) {
                bail!("{}: {release} makes other files than {}", case.name, RELEASES[0]);
            }
            let others: Files = answer
                .iter()
                .filter(|(file, bytes)| oldest.get(*file) != Some(bytes))
                .map(|(file, bytes)| (*file, bytes.clone()))
                .collect();
            write_files(&case.folder.join(format!("expect@{release}")), &others)?;
            differing.push(!others.is_empty());
        }
        self.write_note(case, &differing)
    }

    /// Replaces the last line of the note, which names the programs. `differing` tells which of
    /// the newer ones have files of their own.
    fn write_note(&self, case: &Case, differing: &[bool]) -> Result<()> {
        let mut line = String::from("expect: ");
        for (number, program) in self.programs.iter().enumerate() {
            match number.checked_sub(1).map(|newer| differing[newer]) {
                None => {}
                Some(true) => line += &format!("; expect@{}: ", RELEASES[number]),
                Some(false) => line += "; the same by ",
            }
            line += &format!("{} {}", program.package.name, program.package.version);
        }
        let path = case.folder.join("note");
        let note = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let prose = note.lines().filter(|line| !line.starts_with("expect: "));
        let note: String =
            prose.chain([&*format!("{line}.")]).map(|line| format!("{line}\n")).collect();
        fs::write(&path, note).with_context(|| path.display().to_string())
    }
}

/// Makes `folder` hold exactly `files`; no folder for no files.
fn write_files(folder: &Path, files: &Files) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    if files.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (file, bytes) in files {
        let path = folder.join(file);
        fs::write(&path, bytes).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// As [`check`].
fn check_cases(cases: &[Case]) -> Result<()> {
    let mut different = 0;
    for (kernel, release) in kernels::asked(Question::Genksyms).zip(RELEASES) {
        let Some(program) = Upstream::genksyms(kernel)? else {
            continue;
        };
        let reports: Vec<Result<Vec<String>>> =
            cases.par_iter().map(|case| differences(case, &program, release)).collect();
        let reports: Vec<String> =
            reports.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        let is_known = program.release == release;
        for report in &reports {
            let remark = if is_known { "" } else { " (newer than the cases know)" };
            println!("{report}{remark}");
        }
        println!("{}: {} cases, {} differences", program.title(), cases.len(), reports.len());
        if is_known {
            different += reports.len();
        }
    }
    if different > 0 {
        bail!("{different} expectations are not what the kernel's own programs write");
    }
    Ok(())
}

/// The files of `case` that `program` writes otherwise than its expectation for `release`.
fn differences(case: &Case, program: &Upstream, release: &str) -> Result<Vec<String>> {
    let expected = case.expected(release)?;
    let got = case.run(program)?;
    let files = ["stdout", "stderr", "status", "symtypes"];
    let differing = files.into_iter().filter(|file| expected.get(file) != got.get(file));
    Ok(differing
        .map(|file| format!("{} by {}: {file} differs", case.name, program.title()))
        .collect())
}
