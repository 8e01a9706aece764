//! `cargo xtask conformance genksyms`: the kernel's own program and ours on the same preprocessed
//! files, called as Kbuild calls them, compared byte for byte; then our CRCs against the ones
//! Debian published.

mod published;

use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use testkit::difference::first_difference;

use self::published::{Published, exports_in};
use super::compare_each;
use super::modpost::Extent;
use crate::obtain::corpus::{Corpus, CorpusFile};
use crate::obtain::kernels::{self, Kernel, Question};
use crate::obtain::upstream::Upstream;
use crate::run::product::Product;

/// Of the files, every how many-th is run with `-w` too, and on the newest kernel's program.
const SOME: usize = 10;

/// Compares on one kernel's sample and prints the result. The number of differences; none when
/// the kernel had to be skipped.
pub fn compare_kernel(
    kernel: &'static Kernel,
    every: usize,
    extent: Extent,
) -> Result<Option<usize>> {
    let Some(upstream) = Upstream::genksyms(kernel)? else {
        return Ok(None);
    };
    // A program without C files of its own reads those of the newest kernel that has them, a part.
    let has_files = kernel.asked.contains(&Question::Types)
        || extent == Extent::Whole && kernel.asked.contains(&Question::Crcs);
    let (subject, every) = match has_files {
        true => (kernel, every),
        false => (kernels::newest(Question::Types)?, every.max(SOME)),
    };
    let Some(corpus) = Corpus::obtain(subject, every)? else {
        return Ok(None);
    };
    let comparison = Comparison { upstream, product: Product::build()? };
    let files = &corpus.files;
    ensure!(!files.is_empty(), "linux {}: no file to compare on", corpus.packages.version);
    let some: Vec<CorpusFile> = files.iter().step_by(SOME).cloned().collect();
    println!(
        "genksyms --kernel {} against {}: {} files of linux {}",
        comparison.upstream.release,
        comparison.upstream.title(),
        files.len(),
        corpus.packages.version,
    );
    let plain = comparison.compare_all(files, AS_KBUILD)?;
    let warned = comparison.compare_all(&some, WITH_WARNINGS)?;
    let mut different = report("as Kbuild calls it", &plain);
    different += report("with -w", &warned);
    if has_files {
        let published = Published::parse(&corpus.packages.published_symvers()?)?;
        let exports = plain.iter().flat_map(|result| exports_in(&result.path, &result.stdout));
        different += published.compare(&exports.collect::<Vec<_>>());
    }
    Ok(Some(different))
}

/// The two programs.
struct Comparison {
    /// The kernel's.
    upstream: Upstream,
    /// Ours.
    product: Product,
}

/// How both are called.
#[derive(Clone, Copy)]
struct Call {
    /// The arguments.
    arguments: &'static [&'static str],
    /// Whether ours reads a pipe, as under Kbuild, or the file itself.
    piped: bool,
}

/// As Kbuild calls it, with the dump of types that KBUILD_SYMTYPES asks for.
const AS_KBUILD: Call = Call { arguments: &["-T", "symtypes", "-r", "/dev/null"], piped: true };

/// The same, with every message.
const WITH_WARNINGS: Call =
    Call { arguments: &["-w", "-T", "symtypes", "-r", "/dev/null"], piped: false };

/// What came out for one file.
struct Compared {
    /// The C file.
    path: String,
    /// Our standard output.
    stdout: Vec<u8>,
    /// What differs, for a person. Empty when nothing does.
    differences: Vec<String>,
}

impl Comparison {
    /// Compares on every file, in the files' order.
    fn compare_all(&self, files: &[CorpusFile], call: Call) -> Result<Vec<Compared>> {
        compare_each(files, |file| self.compare(file, call).with_context(|| file.path.clone()))
    }

    /// Runs both programs on one file.
    fn compare(&self, file: &CorpusFile, call: Call) -> Result<Compared> {
        let mut input = tempfile::tempfile()?;
        file.unpack(&mut input)?;
        let mut theirs = self.upstream.command();
        let theirs = outcome(theirs.args(call.arguments), Input::File(&mut input))?;
        let mut ours = self.product.genksyms(&self.upstream.release);
        ours.args(call.arguments);
        let ours = if call.piped {
            outcome(&mut ours, Input::Pipe(&mut input))?
        } else {
            outcome(&mut ours, Input::File(&mut input))?
        };
        let differences = theirs.differences(&ours);
        Ok(Compared { path: file.path.clone(), stdout: ours.stdout, differences })
    }
}

/// Where a program's standard input is from.
enum Input<'a> {
    /// A file, from its start.
    File(&'a mut File),
    /// A pipe that the file is copied to.
    Pipe(&'a mut File),
}

/// Everything a run leaves behind.
struct Outcome {
    /// How it ended.
    status: ExitStatus,
    /// Its standard output.
    stdout: Vec<u8>,
    /// Its standard error.
    stderr: Vec<u8>,
    /// The file it was to dump types into.
    symtypes: Option<Vec<u8>>,
}

/// Runs `command` in a directory of its own.
fn outcome(command: &mut Command, input: Input<'_>) -> Result<Outcome> {
    let directory = TempDir::new()?;
    command.current_dir(directory.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = match input {
        Input::File(file) => {
            file.rewind()?;
            command.stdin(file.try_clone()?).output()
        }
        Input::Pipe(file) => {
            file.rewind()?;
            output_of_piped(command.stdin(Stdio::piped()), file)
        }
    };
    let output = output.with_context(|| format!("cannot run {:?}", command.get_program()))?;
    Ok(Outcome {
        status: output.status,
        stdout: output.stdout,
        stderr: output.stderr,
        symtypes: read_if_there(&directory.path().join("symtypes"))?,
    })
}

/// Runs `command` while copying `file` to it.
fn output_of_piped(command: &mut Command, file: &mut File) -> io::Result<Output> {
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    thread::scope(|scope| {
        // A program that ends early closes the pipe; what it did is seen in its output.
        scope.spawn(move || stdin.map(|mut pipe| io::copy(file, &mut pipe)));
        child.wait_with_output()
    })
}

/// The content of a file that may not be there.
fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context("cannot read the types dump"),
    }
}

impl Outcome {
    /// What differs between upstream's outcome and `ours`, for a person.
    fn differences(&self, ours: &Outcome) -> Vec<String> {
        let mut differences = Vec::new();
        if self.status != ours.status {
            differences.push(format!("upstream ended with {}, ours {}", self.status, ours.status));
        }
        let (their_types, our_types) = (self.symtypes.as_deref(), ours.symtypes.as_deref());
        if their_types.is_some() != our_types.is_some() {
            differences.push("only one of the two wrote a types dump".to_string());
        }
        for (what, theirs, ours) in [
            ("standard output", self.stdout.as_slice(), ours.stdout.as_slice()),
            ("standard error", &self.stderr, &ours.stderr),
            ("types", their_types.unwrap_or_default(), our_types.unwrap_or_default()),
        ] {
            differences.extend(first_difference(what, [("upstream", theirs), ("ours", ours)]));
        }
        differences
    }
}

/// Prints what differs and how much; the number of files with a difference.
fn report(how: &str, compared: &[Compared]) -> usize {
    let different: Vec<&Compared> =
        compared.iter().filter(|result| !result.differences.is_empty()).collect();
    for result in &different {
        println!("  {}", result.path);
        for difference in &result.differences {
            println!("    {difference}");
        }
    }
    println!("  {how}: {} files compared, {} different", compared.len(), different.len());
    different.len()
}
