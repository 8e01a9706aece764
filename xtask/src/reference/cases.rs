//! The expectations of the cases of genksyms and modpost. What a case folder holds is told in
//! `src/tests/kit/case.rs`.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use tempfile::TempDir;
use testkit::Target;
use testkit::answer::{Answer, End};
use testkit::case::Case;
use testkit::releases::{Origin, Tool, origin};
use testkit::stored;

use super::answers::Answers;
use super::limit_this_process;
use super::programs::{Program, all_programs, programs};

/// The names of all cases of `tool`.
pub fn names(tool: Tool) -> Result<Vec<String>> {
    Ok(Case::all(tool).into_iter().map(|case| case.name).collect())
}

/// Writes the expectations of the cases of these names.
pub fn write(tool: Tool, names: &[String], given: &Answers) -> Result<()> {
    let programs = all_programs(tool)?;
    let write = |case: &Case| write_case(case, &programs, given).with_context(|| case.name.clone());
    let written: Vec<Result<()>> = chosen(tool, names).par_iter().map(write).collect();
    written.into_iter().collect()
}

/// Compares the expectations of the cases of these names with each program that can be had. An
/// error when a program whose release the cases know says anything else.
pub fn check(tool: Tool, names: &[String]) -> Result<()> {
    let cases = chosen(tool, names);
    let mut different = 0;
    for program in programs(tool)? {
        let reports: Vec<Vec<String>> =
            cases.par_iter().map(|case| differences(case, &program)).collect();
        let reports = reports.concat();
        let remark = if program.is_known() { "" } else { " (newer than the cases know)" };
        reports.iter().for_each(|report| println!("{report}{remark}"));
        println!("{}: {} cases, {} differences", program.title(), cases.len(), reports.len());
        if program.is_known() {
            different += reports.len();
        }
    }
    if different > 0 {
        bail!("{different} expectations are not what the kernel's own programs write");
    }
    Ok(())
}

/// The cases of these names that upstream has an answer to; those of the others are written by hand.
fn chosen(tool: Tool, names: &[String]) -> Vec<Case> {
    let mut cases = Case::all(tool);
    cases.retain(|case| names.contains(&case.name) && !case.has("expect-error"));
    cases
}

/// The releases that have `case`.
fn releases(case: &Case) -> Result<Vec<&'static str>> {
    case.releases().map_err(|error| anyhow!("{}: {error}", case.name))
}

/// Writes all expectations of `case`, and the names of the programs into its note, if any answer is
/// not what is stored. What no package has a program for is taken from the answers `given`, else
/// from what is stored.
fn write_case(case: &Case, programs: &[Program], given: &Answers) -> Result<()> {
    let releases = releases(case)?;
    let answers = releases.iter().map(|release| match origin(release) {
        Some(Origin::Built(_)) => built_answer(case, release, given),
        Some(Origin::Package) | None => {
            let program = programs.iter().find(|program| program.release == *release);
            answer_of(case, program.with_context(|| format!("no program of {release}"))?)
        }
    });
    let answers: Vec<Answer> = answers.collect::<Result<_>>()?;
    // The note, too, stays as it is: it names the programs that first said so.
    if stored::holds(&case.folder, &releases, &answers) {
        return Ok(());
    }
    let written = stored::write(&case.folder, &releases, &answers)?;
    let mut built = Vec::new();
    let mut sources = Vec::new();
    for (folder, release) in &written {
        match origin(release) {
            Some(Origin::Built(version)) => built.push(version),
            Some(Origin::Package) | None => {
                let program = programs.iter().find(|program| program.release == *release);
                let package =
                    program.with_context(|| format!("no program of {release}"))?.package();
                sources.push(format!("{folder}: {} {}", package.name, package.version));
            }
        }
    }
    sources.sort_by_key(|source| !source.starts_with("expect: "));
    if !built.is_empty() {
        sources.push(format!("others: built from the sources of {}", built.join(", ")));
    }
    write_note(case, &sources.join("; "))
}

/// What a program of `release` that no package has said to `case`.
fn built_answer(case: &Case, release: &str, given: &Answers) -> Result<Answer> {
    if let Some(program) = given.program(release) {
        return answer(case, release, |target| program.command(target));
    }
    let Some(given) = given.get(release, &case.name) else {
        let stored = case.expected(release).map_err(|error| anyhow!(error));
        return stored.with_context(|| {
            format!(
                "no package has the program of {release}: give its answer by --answers, or list \
                 in the file `releases` those that were asked"
            )
        });
    };
    let arguments = case.arguments(release).map_err(|error| anyhow!(error))?;
    if let Some(words) = given.arguments.as_ref().filter(|words| **words != arguments) {
        let words = words.join(" ");
        bail!("the program of {release} was run with {words:?}, which `command` does not have");
    }
    Ok(given.answer.clone())
}

/// Replaces the last line of the note, which says which program wrote what.
fn write_note(case: &Case, sources: &str) -> Result<()> {
    let path = case.folder.join("note");
    let note = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let last = format!("{sources}.");
    let prose = note.lines().filter(|line| !line.starts_with("expect: "));
    let note: String = prose.chain([&*last]).map(|line| format!("{line}\n")).collect();
    fs::write(&path, note).with_context(|| path.display().to_string())
}

/// What `program` does with `case`, as far as that is the same each time.
fn answer_of(case: &Case, program: &Program) -> Result<Answer> {
    let answer = answer(case, program.release, |target| program.command(target))?;
    // What ours does instead is in the file, and not the same for each case, as it is for modpost.
    if case.tool == Tool::Genksyms && !answer.is_some() {
        bail!(
            "{}: {} ends by {:?}: it needs an expect-error",
            case.name,
            program.title(),
            answer.end
        );
    }
    Ok(answer)
}

/// What the program of `release` that `command` is for does with `case`, if it does the same twice:
/// what it says on a broken object may be what happened to be in memory.
fn answer(case: &Case, release: &str, command: impl Fn(Target) -> Command) -> Result<Answer> {
    let named = |error: String| anyhow!("{}: {error}", case.name);
    let target = case.target().map_err(named)?;
    let input = case.input(release).map_err(named)?;
    let run = || {
        let mut command = command(target);
        // SAFETY: between fork and exec only setrlimit is called, which is async-signal-safe.
        unsafe { command.pre_exec(limit_this_process) };
        input.run(TempDir::new()?.path(), command).map_err(named)
    };
    let (answer, again) = (run()?, run()?);
    Ok(match (answer.end, again.end) {
        _ if answer == again && answer.is_some() => answer,
        (End::Signal(signal), End::Signal(_)) => Answer::none(End::Signal(signal)),
        _ => Answer::none(End::Varies),
    })
}

/// How what `program` does with `case` differs from its expectation, if its release has the case.
fn differences(case: &Case, program: &Program) -> Vec<String> {
    let found = releases(case).and_then(|releases| {
        if !releases.contains(&program.release) {
            return Ok(Vec::new());
        }
        let expected = case.expected(program.release).map_err(|error| anyhow!(error))?;
        let got = answer_of(case, program)?;
        // By which signal it crashes, and if it does, may depend on the day.
        let are_none = !expected.is_some() && !got.is_some();
        Ok(if are_none { Vec::new() } else { expected.differences(&got) })
    });
    let title = |difference| format!("{} by {}: {difference}", case.name, program.title());
    found.unwrap_or_else(|error| vec![error.to_string()]).into_iter().map(title).collect()
}
