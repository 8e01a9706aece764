//! One input, both programs: what each leaves behind, and how that differs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use anyhow::{Context, Result};
use modversions::genksyms::{self, Output, Reading};
use modversions::release::Genksyms;
use tempfile::TempDir;
use testkit::answer::End;

use super::input::Input;
use crate::fuzz::scratch;
use crate::obtain::upstream::Upstream;
use crate::run::limits::Limits;

/// What upstream may take where it loops or eats memory.
const LIMITS: Limits = Limits { seconds: 5, memory: 256 << 20, written: 64 << 20 };

/// What a run leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// The `-T` file.
    pub symtypes: Vec<u8>,
    /// The exit status.
    pub status: u8,
}

impl Answer {
    /// What our library says.
    pub fn ours(input: &Input, reading: Reading, release: &Genksyms) -> (Answer, bool) {
        let reference = input.reference.as_deref();
        let output = genksyms::run(&input.source, reference, &input.options(reading), release);
        let Output { stdout, stderr, symtypes, status, aborted, record: _, found: _ } = output;
        (Answer { stdout, stderr, symtypes, status }, aborted)
    }

    /// The same as a case has it.
    pub fn as_of_a_case(&self) -> testkit::answer::Answer {
        testkit::answer::Answer {
            end: End::Status(self.status.into()),
            stdout: self.stdout.clone(),
            stderr: self.stderr.clone(),
            files: BTreeMap::from([("symtypes".to_owned(), self.symtypes.clone())]),
        }
    }

    /// The files by name.
    pub fn files(&self) -> [(&'static str, &[u8]); 3] {
        [("stdout", &self.stdout), ("stderr", &self.stderr), ("symtypes", &self.symtypes)]
    }

    /// Which of the files differ, and whether the status does.
    pub fn differing(&self, other: &Answer) -> Vec<&'static str> {
        let pairs = self.files().into_iter().zip(other.files());
        let mut names: Vec<_> =
            pairs.filter(|((_, one), (_, two))| one != two).map(|((name, _), _)| name).collect();
        if self.status != other.status {
            names.push("status");
        }
        names
    }
}

/// How an input ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both say the same.
    Same,
    /// Upstream crashed, looped or ran out of memory, and ours ended well.
    UpstreamFailed,
    /// They differ.
    Differs(Box<Difference>),
}

/// How the programs differ on an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How ours was run.
    pub reading: Reading,
    /// The files that differ.
    pub files: Vec<&'static str>,
    /// What upstream said.
    pub upstream: Answer,
    /// What ours said.
    pub ours: Answer,
}

/// Runs both programs, in a directory of its own.
pub struct Comparer<'a> {
    upstream: &'a Upstream,
    release: &'a Genksyms,
    directory: TempDir,
}

impl<'a> Comparer<'a> {
    /// A comparer with a scratch directory.
    pub fn new(upstream: &'a Upstream, release: &'a Genksyms) -> Result<Comparer<'a>> {
        Ok(Comparer { upstream, release, directory: scratch()? })
    }

    /// Compares both programs on an input.
    pub fn compare(&self, input: &Input) -> Result<Verdict> {
        fs::write(self.directory.path().join("input.i"), &input.source)?;
        // What differs in both readings is told of the plain one.
        let readings = [Reading::Everything, Reading::AsNeeded];
        let ours = readings.map(|reading| (reading, Answer::ours(input, reading, self.release)));
        let Some(theirs) = self.upstream(input)? else {
            return Ok(Verdict::UpstreamFailed);
        };
        for (reading, (ours, _)) in ours {
            let files = theirs.differing(&ours);
            if !files.is_empty() {
                let difference = Difference { reading, files, upstream: theirs, ours };
                return Ok(Verdict::Differs(Box::new(difference)));
            }
        }
        Ok(Verdict::Same)
    }

    /// Whether ours ends early with an error of its own, and how.
    pub fn aborts(&self, input: &Input) -> bool {
        let (_, aborted) = Answer::ours(input, Reading::Everything, self.release);
        aborted
    }

    /// What upstream says; none if it crashes, loops, or runs out of memory.
    fn upstream(&self, input: &Input) -> Result<Option<Answer>> {
        let path = |name: &str| self.directory.path().join(name);
        if let Some(reference) = &input.reference {
            fs::write(path("reference"), reference)?;
        }
        let mut command = self.upstream.command();
        command
            .args(input.arguments())
            .current_dir(self.directory.path())
            .stdin(File::open(path("input.i"))?)
            .stdout(File::create(path("stdout"))?)
            .stderr(File::create(path("stderr"))?);
        let status = status(&mut command)?;
        let answer = Answer {
            stdout: fs::read(path("stdout"))?,
            stderr: fs::read(path("stderr"))?,
            symtypes: fs::read(path("symtypes"))?,
            status: 0,
        };
        let ran_out = answer.stderr.ends_with(b"out of memory\n");
        let status = status.filter(|_| !ran_out);
        Ok(status.map(|status| Answer { status, ..answer }))
    }
}

/// Runs the command within limits; its exit status, none if a signal ended it.
fn status(command: &mut Command) -> Result<Option<u8>> {
    let mut child = command.spawn().context("cannot run upstream's program")?;
    LIMITS.set_on(&child)?;
    let status = child.wait()?;
    let failed = status.signal().is_some();
    Ok(status.code().filter(|_| !failed).and_then(|code| u8::try_from(code).ok()))
}
