//! The expectations of the tables in `testdata/device-tables`. What such a file holds is told in
//! `src/tests/kit/device_table_file.rs`.

use std::borrow::Borrow;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, Error, Result, bail};
use modversions::release::{Behaviour, TableSymbols};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use tempfile::TempDir;
use testkit::Target;
use testkit::device_table_file::{
    BETWEEN_BLOCKS, Block, MODULE, expectation, is_expectation, target,
};
use testkit::difference::first_difference;
use testkit::elf_text;
use testkit::files::names_in;
use testkit::releases::Tool;

use super::answers::Answers;
use super::limit_this_process;
use super::programs::{Program, all_programs, programs};
use crate::run::product::workspace;

/// Device types whose entries have pointers. Debian's programs for 32-bit targets take pointers for
/// 8 bytes, as on the machine where they were built, so they refuse tables that are right
/// (docs/known-differences.md). What these blocks expect is from Debian's programs for i386.
pub const HAVE_POINTERS: [&str; 9] =
    ["amba", "dmi", "hdaudio", "i3c", "ieee1394", "of", "pcmcia", "wmi", "zorro"];

/// What modpost of some releases says of any run without the exports of the kernel: nothing about a
/// table.
const WITHOUT_THE_KERNEL: &[u8] = b"WARNING: modpost: Symbol info of vmlinux is missing. \
                                    Unresolved symbol check will be entirely skipped.\n";

/// Where the files are.
fn root() -> PathBuf {
    workspace().join("testdata/device-tables")
}

/// The file of a device type.
fn path(device_type: &str) -> PathBuf {
    root().join(device_type).with_extension("txt")
}

/// The device types that have a file.
pub fn names() -> Result<Vec<String>> {
    let files = names_in(&root()).into_iter();
    Ok(files.filter_map(|file| file.strip_suffix(".txt").map(str::to_owned)).collect())
}

/// Writes the expectations of these device types.
pub fn write(names: &[String], given: &Answers) -> Result<()> {
    let programs = Programs { packaged: &all_programs(Tool::Modpost)?, given };
    let write = |name: &String| {
        let (path, text) = (path(name), read(name)?);
        let blocks: Result<Vec<String>> =
            tables(name, &text).map(|table| table?.rewritten(&programs)).collect();
        let text = blocks?.join(BETWEEN_BLOCKS) + "\n";
        fs::write(&path, text).with_context(|| path.display().to_string())
    };
    let written: Vec<Result<()>> = names.par_iter().map(write).collect();
    written.into_iter().collect()
}

/// Compares the expectations of these device types with what the programs that can be had write.
/// An error when one writes anything else.
pub fn check(names: &[String]) -> Result<()> {
    let (packaged, given) = (programs(Tool::Modpost)?, Answers::default());
    let programs = Programs { packaged: &packaged, given: &given };
    let check = |name: &String| -> Result<Vec<Outcome>> {
        tables(name, &read(name)?).map(|table| table?.checked(&programs)).collect()
    };
    let outcomes: Vec<Result<Vec<Outcome>>> = names.par_iter().map(check).collect();
    let outcomes = outcomes.into_iter().collect::<Result<Vec<_>>>()?;
    match report(&outcomes.concat()) {
        0 => Ok(()),
        different => {
            bail!("{different} device tables are not what the kernel's own programs make of them")
        }
    }
}

/// How the check of a block ended.
#[derive(Clone)]
enum Outcome {
    /// The programs write what is expected.
    Same,
    /// One does not: how.
    Different(String),
    /// The programs do not read such a table as the kernel's own build does.
    Unreadable,
    /// None of its programs can be had.
    Unasked,
}

/// Prints the differences and a summary; returns how many differ.
fn report(outcomes: &[Outcome]) -> usize {
    let (mut different, mut unreadable, mut unasked) = (0, 0, 0);
    for outcome in outcomes {
        match outcome {
            Outcome::Same => {}
            Outcome::Different(how) => {
                println!("{how}");
                different += 1;
            }
            Outcome::Unreadable => unreadable += 1,
            Outcome::Unasked => unasked += 1,
        }
    }
    let checked = outcomes.len() - unreadable - unasked;
    println!("device tables: {checked} blocks, {different} differences");
    if unreadable > 0 {
        println!("    {unreadable} not checked: 32-bit pointers, which Debian's programs misread");
    }
    if unasked > 0 {
        println!("    {unasked} not checked: their programs cannot be had");
    }
    different
}

/// The text of the file of a device type.
fn read(device_type: &str) -> Result<String> {
    let path = path(device_type);
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}

/// The blocks in the file of a device type.
fn tables<'a>(
    device_type: &'a str,
    text: &'a str,
) -> impl Iterator<Item = Result<DeviceTable<'a>>> {
    let blocks = text.trim_end().split(BETWEEN_BLOCKS).zip(1..);
    blocks.map(move |(text, number)| {
        let title = format!("{device_type}, block {number}");
        let block = Block::parse(text).map_err(Error::msg).with_context(|| title.clone())?;
        Ok(DeviceTable { device_type, title, text, block })
    })
}

/// A block of a file.
struct DeviceTable<'a> {
    /// The device type.
    device_type: &'a str,
    /// What a report calls it.
    title: String,
    /// Its lines.
    text: &'a str,
    /// What they mean.
    block: Block<'a>,
}

/// The programs that are asked.
struct Programs<'p> {
    /// Those of packages.
    packaged: &'p [Program],
    /// Those that were built elsewhere.
    given: &'p Answers,
}

impl Programs<'_> {
    /// A command that runs the program of `release` for `target`, if there is one.
    fn command(&self, release: &str, target: Target) -> Option<Command> {
        let packaged = self.packaged.iter().find(|program| program.release == release);
        let packaged = packaged.map(|program| program.command(target));
        packaged.or_else(|| Some(self.given.program(release)?.command(target)))
    }
}

/// What a program makes of a table.
struct Answer {
    /// For which target and release it is.
    of: String,
    /// The lines of a block that say so.
    lines: Vec<String>,
}

impl DeviceTable<'_> {
    /// The block with what all `programs` make of it.
    fn rewritten(&self, programs: &Programs<'_>) -> Result<String> {
        if !self.is_readable() {
            return Ok(self.text.to_owned());
        }
        let answers: Vec<Answer> = self.answers(programs).collect::<Result<_>>()?;
        let Some((first, others)) = answers.split_first() else {
            // No package has a program of its releases.
            return Ok(self.text.to_owned());
        };
        for other in others {
            let names = [&*first.of, &*other.of];
            let what = format!("{}: these need a block each", self.title);
            if let Some(difference) = difference(&what, names, &first.lines, &other.lines) {
                bail!(difference);
            }
        }
        let given = self.text.lines().filter(|line| !is_expectation(line));
        let lines: Vec<&str> = given.chain(first.lines.iter().map(String::as_str)).collect();
        Ok(lines.join("\n"))
    }

    /// Whether its expectations are what `programs` write.
    fn checked(&self, programs: &Programs<'_>) -> Result<Outcome> {
        if !self.is_readable() {
            return Ok(Outcome::Unreadable);
        }
        let mut outcome = Outcome::Unasked;
        for answer in self.answers(programs) {
            let Answer { of, lines } = answer?;
            let names = ["expected", "got"];
            let what = format!("{} by {of}", self.title);
            if let Some(difference) = difference(&what, names, &self.block.expected, &lines) {
                return Ok(Outcome::Different(difference));
            }
            outcome = Outcome::Same;
        }
        Ok(outcome)
    }

    /// Whether Debian's programs read such a table as the kernel's own build does.
    fn is_readable(&self) -> bool {
        let has_pointers = HAVE_POINTERS.contains(&self.device_type);
        !has_pointers || self.block.runs().all(|(name, _)| target(name).is_64_bit)
    }

    /// What those of `programs` that the block is about make of the table.
    fn answers(&self, programs: &Programs<'_>) -> impl Iterator<Item = Result<Answer>> {
        self.block.runs().filter_map(move |(name, release)| {
            let command = programs.command(release, target(name))?;
            let of = format!("{name} of {release}");
            let lines = self.lines_of(command, release, target(name));
            let lines = lines.with_context(|| format!("{} by {of}", self.title));
            Some(lines.map(|lines| Answer { of, lines }))
        })
    }

    /// What the program of `release` that `command` runs makes of the table on `target`, as the lines
    /// of a block.
    fn lines_of(&self, mut command: Command, release: &str, target: Target) -> Result<Vec<String>> {
        let scratch = TempDir::new()?;
        let object = format!("{MODULE}.o");
        let bytes = elf_text::assemble(&self.object(target, release)?).map_err(Error::msg)?;
        fs::write(scratch.path().join(&object), bytes)?;
        let output = output_of(command.arg(&object).current_dir(&scratch))?;
        let has_failed = match output.status.code() {
            Some(status) => status != 0,
            None => bail!("modpost of {release}: {}", output.status),
        };
        let source = scratch.path().join(format!("{MODULE}.mod.c"));
        let source = if has_failed { Vec::new() } else { fs::read(source)? };
        let lines = output.stderr.split_inclusive(|byte| *byte == b'\n');
        let said: Vec<&[u8]> = lines.filter(|line| *line != WITHOUT_THE_KERNEL).collect();
        expectation(aliases(&source), &said.concat(), has_failed).map_err(Error::msg)
    }

    /// A module with nothing but the table, as text.
    fn object(&self, target: Target, release: &str) -> Result<String> {
        let (class, machine) = match (target.is_64_bit, target.is_big_endian) {
            (false, false) => ("32 little", "386"),
            (true, false) => ("64 little", "x86_64"),
            (false, true) => ("32 big", "ppc"),
            (true, true) => ("64 big", "ppc64"),
        };
        let (device_type, table) = (self.device_type, &self.block.table);
        let size = table.len();
        let digits: String = table.iter().map(|byte| format!("{byte:02x}")).collect();
        let symbol = symbol(device_type, MODULE, release)?;
        Ok(format!(
            "elf {class} {machine}\n\
             section .modinfo alloc\n\
             string license=GPL\n\
             string description=tables\n\
             section .rodata alloc\n\
             hex {digits}\n\
             symbol {symbol} in=. size={size} local object\n"
        ))
    }
}

/// The name of the symbol that marks a table of `module` in `release`.
pub fn symbol(device_type: &str, module: &str, release: &str) -> Result<String> {
    Ok(match Behaviour::at(release.parse()?).modpost.table_symbols {
        TableSymbols::Plain => format!("__mod_{device_type}__x_device_table"),
        TableSymbols::Prefixed => format!("__mod_device_table__{device_type}__x"),
        TableSymbols::WithModule => {
            format!("__mod_device_table__kmod_{module}__{device_type}__x")
        }
    })
}

/// Runs `command` within the limits.
fn output_of(command: &mut Command) -> Result<Output> {
    // SAFETY: between fork and exec only setrlimit is called, which is async-signal-safe.
    unsafe { command.pre_exec(limit_this_process) };
    command.output().context("cannot run upstream's modpost")
}

/// The aliases in a `.mod.c` file: all that follows the first.
fn aliases(source: &[u8]) -> &[u8] {
    let lines = source.split_inclusive(|byte| *byte == b'\n');
    let before = lines.take_while(|line| !line.starts_with(b"MODULE_ALIAS("));
    &source[before.map(<[u8]>::len).sum()..]
}

/// The first of the lines of `what` that the named `one` and `other` do not share, if there is one.
fn difference<T: Borrow<str>>(
    what: &str,
    names: [&str; 2],
    one: &[T],
    other: &[String],
) -> Option<String> {
    let (one, other) = (one.join("\n"), other.join("\n"));
    first_difference(what, [(names[0], one.as_bytes()), (names[1], other.as_bytes())])
}
