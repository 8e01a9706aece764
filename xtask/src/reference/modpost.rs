//! The expectations of the cases in `testdata/modpost`. What a case folder holds is told in
//! `src/tests/kit/modpost_case.rs`.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use testkit::modpost_case::{Answer, Case, End, RELEASES};

use super::{elf_target, limit_this_process};
use crate::obtain::kernels::{self, Question};
use crate::obtain::upstream::{Upstream, UpstreamModpost};
use crate::run::product::workspace;

/// The programs that can be had, of the kernels whose modpost is asked: one for each of [`RELEASES`].
pub fn programs() -> Result<Vec<UpstreamModpost>> {
    let found: Result<Vec<_>> = kernels::asked(Question::Modpost).map(Upstream::modpost).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// The program of each release.
pub fn all_programs() -> Result<Vec<UpstreamModpost>> {
    let programs = programs()?;
    if programs.len() < RELEASES.len() {
        bail!("expectations are written by all programs at once, or not at all");
    }
    for (program, release) in programs.iter().zip(RELEASES) {
        if program.release != release {
            bail!("{} is not of {release}", program.title());
        }
    }
    Ok(programs)
}

/// Every case folder.
fn cases() -> Vec<Case> {
    Case::all(&workspace().join("testdata/modpost"))
}

/// The names of all cases.
pub fn names() -> Result<Vec<String>> {
    Ok(cases().into_iter().map(|case| case.name).collect())
}

/// Writes the expectations of the cases of these names.
pub fn write(names: &[String]) -> Result<()> {
    let programs = all_programs()?;
    let write = |case: &Case| {
        for program in &programs {
            let answer = answer(case, program)?;
            write_answer(&case.folder.join("expected").join(&program.release), &answer)?;
        }
        write_note(case, &programs)
    };
    let written: Vec<Result<()>> = chosen(names).par_iter().map(write).collect();
    written.into_iter().collect()
}

/// Compares the expectations of the cases of these names with each program that can be had. An
/// error when one says anything else.
pub fn check(names: &[String]) -> Result<()> {
    let cases = chosen(names);
    let mut different = 0;
    for program in programs()? {
        let reports: Vec<Vec<String>> =
            cases.par_iter().map(|case| differences(case, &program)).collect();
        let reports = reports.concat();
        reports.iter().for_each(|report| println!("{report}"));
        println!("{}: {} cases, {} differences", program.title(), cases.len(), reports.len());
        different += reports.len();
    }
    if different > 0 {
        bail!("{different} expectations are not what the kernel's own programs write");
    }
    Ok(())
}

/// The cases of these names.
fn chosen(names: &[String]) -> Vec<Case> {
    cases().into_iter().filter(|case| names.contains(&case.name)).collect()
}

/// What `program` does with `case`, if it does the same twice: what it says on a broken object may
/// be what happened to be in memory.
fn answer(case: &Case, program: &UpstreamModpost) -> Result<Answer> {
    let named = |error: String| anyhow!("{}: {error}", case.name);
    let run = || {
        let mut command = program.command(elf_target(case.target().map_err(named)?));
        // SAFETY: between fork and exec only setrlimit is called, which is async-signal-safe.
        unsafe { command.pre_exec(limit_this_process) };
        case.run(&program.release, command).map_err(named)
    };
    let (answer, again) = (run()?, run()?);
    if !answer.stdout.is_empty() {
        bail!("{}: {} writes to standard output", case.name, program.title());
    }
    Ok(match (answer.end, again.end) {
        _ if answer == again && answer.is_some() => answer,
        (End::Signal(signal), End::Signal(_)) => Answer::none(End::Signal(signal)),
        _ => Answer::none(End::Varies),
    })
}

/// How what `program` does with `case` differs from its expectation.
fn differences(case: &Case, program: &UpstreamModpost) -> Vec<String> {
    let found = case.expected(&program.release).and_then(|expected| {
        let got = answer(case, program).map_err(|error| error.to_string())?;
        // By which signal it crashes, and if it does, may depend on the day.
        let are_none = !expected.is_some() && !got.is_some();
        Ok(if are_none { Vec::new() } else { expected.differences(&got) })
    });
    let title = |difference| format!("{} by {}: {difference}", case.name, program.title());
    found.unwrap_or_else(|error| vec![error]).into_iter().map(title).collect()
}

/// Makes `folder` hold exactly `answer`.
fn write_answer(folder: &Path, answer: &Answer) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let write = |path: PathBuf, bytes: &[u8]| {
        let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
        parent.and_then(|()| fs::write(&path, bytes)).with_context(|| path.display().to_string())
    };
    match answer.end {
        End::Signal(signal) => write(folder.join("crash"), format!("signal {signal}\n").as_bytes()),
        End::Varies => write(folder.join("crash"), b"varies\n"),
        End::Status(status) => {
            write(folder.join("status"), format!("{status}\n").as_bytes())?;
            write(folder.join("stderr"), &answer.stderr)?;
            let mut files = answer.files.iter();
            files.try_for_each(|(path, bytes)| write(folder.join("files").join(path), bytes))
        }
    }
}

/// Replaces the last line of the note, which names the programs.
fn write_note(case: &Case, programs: &[UpstreamModpost]) -> Result<()> {
    let path = case.folder.join("note");
    let note = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let names: Vec<String> = programs
        .iter()
        .map(|program| format!("{} {}", program.package.name, program.package.version))
        .collect();
    let last = format!("expected: {}.", names.join(", "));
    let prose = note.lines().filter(|line| !line.starts_with("expected: "));
    let note: String = prose.chain([&*last]).map(|line| format!("{line}\n")).collect();
    fs::write(&path, note).with_context(|| path.display().to_string())
}
