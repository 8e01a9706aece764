//! One call of modpost: both programs, each in its own copy of a directory, and what differs.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result};
use modversions::elf::Target;
use modversions::release::{Behaviour, ModpostOptions};
use testkit::difference::first_difference;

use crate::obtain::kernels::Kernel;
use crate::obtain::upstream::UpstreamModpost;
use crate::run::product::Product;
use crate::run::working_copy::WorkingCopy;

/// Ours runs on one thread, and then on so many.
const THREADS: usize = 3;

/// Of one call, so many differing files are told; then their number only.
const MOST_FILES: usize = 3;

/// The arguments of a call and, after a `<`, the file that is its standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call(pub String);

/// The option that older programs do not have: they write exports without it.
const WITH_EXPORTS: &str = "-M ";

impl Call {
    /// The call as modpost of `kernel` knows it; none if it does not.
    pub fn for_kernel(words: &str, kernel: &'static Kernel) -> Option<Call> {
        let options = Behaviour::at(kernel.release).modpost.options;
        let trims = words.contains(" -t ") || words.contains(" -u ");
        let forms = words.contains(" -b ") || words.contains(" -x ");
        if forms && options != ModpostOptions::Since614 {
            return None;
        }
        match options {
            // The options for dumps were others; and no package has such a program.
            ModpostOptions::Since419
            | ModpostOptions::WithoutSummary
            | ModpostOptions::Since50
            | ModpostOptions::Since52
            | ModpostOptions::Since54 => None,
            ModpostOptions::Since58 | ModpostOptions::Since61 if trims => None,
            ModpostOptions::Since58 | ModpostOptions::Since61 | ModpostOptions::Since65 => {
                Some(Call(words.replace(WITH_EXPORTS, "")))
            }
            ModpostOptions::Since66 | ModpostOptions::Since614 => Some(Call(words.to_owned())),
        }
    }

    /// The arguments.
    fn arguments(&self) -> impl Iterator<Item = &str> {
        self.0.split_whitespace().filter(|word| !word.starts_with('<'))
    }

    /// Standard input: nothing, or a file of the directory.
    fn stdin(&self, directory: &Path) -> Result<Stdio> {
        match self.0.split_whitespace().find_map(|word| word.strip_prefix('<')) {
            None => Ok(Stdio::null()),
            Some(file) => Ok(File::open(directory.join(file)).context(file.to_owned())?.into()),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "modpost {}", self.0)
    }
}

/// A directory of inputs, and which kind of machine its objects are for.
pub struct Inputs {
    /// What a person calls it.
    pub name: String,
    /// Where it is.
    pub directory: PathBuf,
    /// Which of the kernel's programs reads it.
    pub target: Target,
    /// A program to be asked in the place of that.
    pub program: Option<PathBuf>,
}

/// The two programs.
pub struct Programs {
    /// The kernel's.
    pub upstream: UpstreamModpost,
    /// Ours.
    pub product: Product,
}

/// What one call came to.
pub struct Compared {
    /// The call.
    pub call: Call,
    /// What the kernel's program left behind.
    pub theirs: Outcome,
    /// What ours left behind, on one thread.
    pub ours: Outcome,
    /// What differs, for a person.
    pub differences: Vec<String>,
}

/// Everything a run leaves behind.
pub struct Outcome {
    /// How it ended.
    status: ExitStatus,
    /// Its standard output.
    stdout: Vec<u8>,
    /// Its standard error.
    stderr: Vec<u8>,
    /// The files it wrote, with their content.
    pub written: BTreeMap<PathBuf, Vec<u8>>,
}

impl Programs {
    /// The kernel's program for the inputs.
    fn upstream_for(&self, inputs: &Inputs) -> Command {
        match &inputs.program {
            None => self.upstream.command(inputs.target),
            Some(program) => {
                let mut command = Command::new(program);
                command.arg0("modpost");
                command
            }
        }
    }

    /// Runs both, and each a second time where it ran: then files that are there already must be
    /// left alone where the other does so.
    pub fn compare(&self, inputs: &Inputs, call: &Call) -> Result<Compared> {
        let (theirs, theirs_again) = run_twice(|| self.upstream_for(inputs), inputs, call)?;
        let ours = |threads| self.product.modpost(&self.upstream.release, threads);
        let (our_first, our_second) = run_twice(|| ours(1), inputs, call)?;
        let mut differences = theirs.differences(&our_first);
        if differences.is_empty() {
            let again = theirs_again.differences(&our_second);
            differences.extend(again.iter().map(|difference| format!("run again: {difference}")));
        }
        let parallel = run(ours(THREADS), &WorkingCopy::of(&inputs.directory)?, call)?;
        for difference in theirs.differences(&parallel) {
            // What differs on one thread, too, is told already.
            if !differences.contains(&difference) {
                differences.push(format!("on several threads: {difference}"));
            }
        }
        Ok(Compared { call: call.clone(), theirs, ours: our_first, differences })
    }
}

/// The outcomes of a program in a fresh copy of the inputs, and in what the first run made of it.
fn run_twice(
    command: impl Fn() -> Command,
    inputs: &Inputs,
    call: &Call,
) -> Result<(Outcome, Outcome)> {
    let mut copy = WorkingCopy::of(&inputs.directory)?;
    let first = run(command(), &copy, call)?;
    copy.settle()?;
    let again = run(command(), &copy, call)?;
    Ok((first, again))
}

/// Runs the program once.
fn run(mut command: Command, copy: &WorkingCopy, call: &Call) -> Result<Outcome> {
    command.args(call.arguments()).current_dir(copy.path()).stdin(call.stdin(copy.path())?);
    // What a make around us offers is not for the program under test.
    command.env_remove("MAKEFLAGS").env_remove("KERNELVERSION").env("LC_ALL", "C");
    let output =
        command.output().with_context(|| format!("cannot run {:?}", command.get_program()))?;
    Ok(Outcome {
        status: output.status,
        stdout: output.stdout,
        stderr: output.stderr,
        written: copy.written()?,
    })
}

impl Outcome {
    /// What differs between upstream's outcome and `ours`, for a person.
    fn differences(&self, ours: &Outcome) -> Vec<String> {
        let mut differences = Vec::new();
        if self.status != ours.status {
            differences.push(format!("upstream ended with {}, ours {}", self.status, ours.status));
        }
        for (what, theirs, ours) in [
            ("standard output", &self.stdout, &ours.stdout),
            ("standard error", &self.stderr, &ours.stderr),
        ] {
            differences.extend(first_difference(what, [("upstream", theirs), ("ours", ours)]));
        }
        let files = differing_files(&self.written, &ours.written);
        differences.extend(files.iter().take(MOST_FILES).cloned());
        if let Some(more) = files.len().checked_sub(MOST_FILES).filter(|more| *more > 0) {
            differences.push(format!("{more} more files differ"));
        }
        differences
    }
}

/// What differs between the files that the two programs wrote.
fn differing_files(
    theirs: &BTreeMap<PathBuf, Vec<u8>>,
    ours: &BTreeMap<PathBuf, Vec<u8>>,
) -> Vec<String> {
    let mut differences = Vec::new();
    for (path, their_content) in theirs {
        let path_shown = path.display().to_string();
        match ours.get(path) {
            Some(our_content) => {
                let texts = [("upstream", &**their_content), ("ours", &**our_content)];
                differences.extend(first_difference(&path_shown, texts));
            }
            None => differences.push(format!("{path_shown}: only upstream wrote it")),
        }
    }
    let added = ours.keys().filter(|path| !theirs.contains_key(*path));
    differences.extend(added.map(|path| format!("{}: only ours wrote it", path.display())));
    differences
}
