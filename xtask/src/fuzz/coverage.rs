//! `cargo xtask fuzz coverage READER`: a reader of `src/tests/readers` with inputs that cargo-fuzz
//! (libFuzzer) makes, and changes on until they reach new code. The program in `xtask/coverage` is
//! built with debug assertions and with AddressSanitizer, for what libraries do in unsafe code.
//!
//! What reaches new code is kept in the cache, and the next run begins with it. `--keep` puts a small
//! part of it, which reaches nearly as much, into `testdata/fuzz/coverage`, where
//! `src/tests/fuzzed.rs` runs it with each change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use testkit::files::names_in;

use super::seeds::KINDS;
use crate::run::cache::{cache_directory, made_whole};
use crate::run::process::run as run_command;
use crate::run::product::{cargo, workspace};

/// The version of cargo-fuzz that is installed, below the cache.
const CARGO_FUZZ: &str = "0.13.2";

/// Where the small part of what was found is.
const KEPT: &str = "testdata/fuzz/coverage";

/// What a reader may take for one input: seconds, and megabytes in all and for one allocation.
const LIMITS: [&str; 3] = ["-timeout=10", "-rss_limit_mb=1024", "-malloc_limit_mb=64"];

/// The longest input that is made, in bytes: nothing that is looked for takes more.
const LONGEST: &str = "-max_len=16384";

/// How the part to be kept is chosen: for its size, among files of at most 4 KiB, by which code is
/// reached and not how often.
const CHOICE: [&str; 3] = ["-set_cover_merge=1", "-max_len=4096", "-use_counters=0"];

/// How many files are kept of a reader.
const MOST_FILES: usize = 200;

/// How large these are together, in bytes.
const MOST_BYTES: u64 = 300_000;

/// The arguments of `cargo xtask fuzz coverage`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The reader: elf, btf, package or symtypes.
    #[arg(value_parser = KINDS.map(|kind| kind.reader))]
    reader: String,
    /// How long. With 0, only what `--keep` does.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Then puts a small part of what was found into `testdata/fuzz/coverage`.
    #[arg(long)]
    keep: bool,
}

/// Runs. An error if an input was found that its reader does not end well on; libFuzzer has printed
/// where it is.
pub fn run(arguments: &Arguments) -> Result<()> {
    let reader = Reader::new(&arguments.reader)?;
    if arguments.seconds > 0 {
        reader.run(arguments.seconds)?;
    }
    if arguments.keep { reader.keep() } else { Ok(()) }
}

/// A reader, and the folders of its inputs.
struct Reader<'a> {
    name: &'a str,
    /// What was found on this machine.
    found: PathBuf,
    /// What is kept of it in the repository.
    kept: PathBuf,
}

impl Reader<'_> {
    /// The reader of this name, with its seeds among what was found.
    fn new(name: &str) -> Result<Reader<'_>> {
        let found = cache_directory()?.join("coverage").join(name);
        fs::create_dir_all(&found)?;
        let kind = KINDS.iter().find(|kind| kind.reader == name).context("clap has checked it")?;
        for (number, seed) in kind.seeds()?.iter().enumerate() {
            fs::write(found.join(format!("seed-{number}")), &seed.bytes)?;
        }
        Ok(Reader { name, found, kept: workspace().join(KEPT).join(name) })
    }

    /// Looks for inputs, for so many seconds.
    fn run(&self, seconds: u64) -> Result<()> {
        let findings = workspace().join("target/fuzz");
        fs::create_dir_all(&findings)?;
        fs::create_dir_all(&self.kept)?;
        let prefix = findings.join(format!("coverage-{}-", self.name));
        let mut command = self.program(&[&self.found, &self.kept])?;
        command.arg(format!("-max_total_time={seconds}"));
        command.arg(format!("-artifact_prefix={}", prefix.display()));
        run_command(command.args(LIMITS).arg(LONGEST))
    }

    /// Puts a small part of what was found into the repository, in the place of what is there. Names
    /// are of the content.
    fn keep(&self) -> Result<()> {
        let chosen = tempfile::tempdir()?;
        let mut command = self.program(&[chosen.path(), &self.found, &self.kept])?;
        run_command(command.arg("-merge=1").args(CHOICE).args(LIMITS))?;
        fs::remove_dir_all(&self.kept)?;
        fs::create_dir_all(&self.kept)?;
        let mut bytes = 0;
        for name in by_age(chosen.path())?.iter().take(MOST_FILES) {
            let file = chosen.path().join(name);
            bytes += file.metadata()?.len();
            if bytes > MOST_BYTES {
                break;
            }
            fs::copy(file, self.kept.join(name.get(..12).unwrap_or(name)))?;
        }
        Ok(())
    }

    /// The reader's program on these folders of inputs; the options of libFuzzer are to follow.
    fn program(&self, folders: &[&Path]) -> Result<Command> {
        // The versions of the product; what only this program needs is added.
        fs::copy(workspace().join("Cargo.lock"), workspace().join("xtask/coverage/Cargo.lock"))?;
        let mut command = cargo();
        // The flags of the sanitizer are for nightly compilers only. And what is found should not
        // depend on threads.
        command.envs([("RUSTC_BOOTSTRAP", "1"), ("RAYON_NUM_THREADS", "1")]);
        command.env("PATH", path_with(&installed()?.join("bin"))?);
        command.args(["fuzz", "run", "--fuzz-dir", "xtask/coverage", "--target-dir"]);
        command.args(["target/coverage", self.name]).args(folders).arg("--");
        Ok(command)
    }
}

/// The names of the files in a folder, in the order in which they were written: libFuzzer begins with
/// those that reach most.
fn by_age(folder: &Path) -> Result<Vec<String>> {
    let aged = |name: String| Ok((folder.join(&name).metadata()?.modified()?, name));
    let mut aged = names_in(folder).into_iter().map(aged).collect::<Result<Vec<_>>>()?;
    aged.sort();
    Ok(aged.into_iter().map(|(_, name)| name).collect())
}

/// The folder of cargo-fuzz, which is installed if it is not there.
fn installed() -> Result<PathBuf> {
    let folder = cache_directory()?.join(format!("cargo-fuzz-{CARGO_FUZZ}"));
    if !folder.is_dir() {
        made_whole(&folder, |root| {
            let mut command = cargo();
            command.args(["install", "cargo-fuzz", "--locked", "--version", CARGO_FUZZ, "--root"]);
            run_command(command.arg(root))
        })?;
    }
    Ok(folder)
}

/// The search path with this folder first.
fn path_with(folder: &Path) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()].into_iter().chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(folders)?)
}
