//! `cargo xtask fuzz gendwarfksyms`: random programs in C and Rust, compiled with debugging
//! information, through the kernel's program and ours, which must answer the same; and the same
//! objects with broken bytes, for ours alone, which must end soon and in little memory.
//!
//! A program follows from the seed of the run and its number.

mod c;
mod declare;
mod rules;
mod rust;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use fastrand::Rng;
use modversions::gendwarfksyms::{Exports, ObjectTypes, Options, Output, with_types};
use modversions::release::{Behaviour, KernelRelease};

use super::watch::Watch;
use super::{Plan, mixed, scratch};
use crate::obtain::debug_objects::DebugObjects;
use crate::obtain::or_skip;

/// How many programs `cargo xtask test` tries.
pub const SHORT: u64 = 120;

/// One program in so many is in Rust, whose compiler takes longer.
const RUST: u64 = 12;

/// How many broken versions of an object are tried.
const BROKEN: usize = 20;

/// A program: files of declarations, how they are compiled, and what is asked for.
#[derive(Clone)]
struct Program {
    /// The files: name, and the declarations in it. The first is what is compiled.
    files: Vec<(&'static str, Vec<String>)>,
    /// The compiler, and its arguments without the first file's name.
    compiler: Vec<String>,
    /// The list on standard input.
    list: String,
}

/// The options that both are called with.
const CALLS: [(&[&str], Options); 4] = [
    (&["-T", "symtypes"], Options { symtypes: true, ..NONE }),
    (&["--stable", "-T", "symtypes"], Options { symtypes: true, stable: true, ..NONE }),
    (&["--stable", "--dump-versions"], Options { dump_versions: true, stable: true, ..NONE }),
    (&["--dump-dies"], Options { dump_dies: true, ..NONE }),
];

/// No option.
const NONE: Options = Options {
    diagnostics: false,
    color: false,
    debug: false,
    dump_dies: false,
    dump_types: false,
    dump_versions: false,
    stable: false,
    symtypes: false,
};

/// Tries programs until the time or the number is up; the number of those that differ, or none if
/// the kernel's program cannot be had.
pub fn run(plan: &Plan) -> Result<Option<usize>> {
    let Some(objects) = or_skip(DebugObjects::obtain(), "the kernel's gendwarfksyms")? else {
        return Ok(None);
    };
    let folder = scratch()?;
    let bench = Bench { theirs: &objects.program, folder: folder.path() };
    let watch = Watch::begin();
    let start = Instant::now();
    let mut tally = Tally::default();
    for number in plan.only.map_or(0..plan.inputs, |only| only..only + 1) {
        let mut rng = Rng::with_seed(mixed(plan.seed ^ mixed(number)));
        let program =
            if number % RUST == 0 { rust::program(&mut rng) } else { c::program(&mut rng) };
        watch.now_at(number);
        match bench.compared(&program)? {
            Verdict::Refused(said) => tally.refused(number, &said),
            Verdict::Crashed => tally.crashed += 1,
            Verdict::Same { exports, has_failed } => {
                tally.exports += exports;
                tally.failed += usize::from(has_failed);
            }
            Verdict::Different(what) => {
                tally.differences += 1;
                let (program, what) = bench.minimised(program.clone(), what)?;
                println!("program {number} of seed {}: {what}", plan.seed);
                show(&program);
            }
        }
        tally.programs += 1;
        let object = fs::read(bench.folder.join("x.o")).unwrap_or_default();
        for _ in 0..if object.is_empty() { 0 } else { BROKEN } {
            watch.now_at(number);
            tally.broken += 1;
            if !ends(&broken(&object, &mut rng), &program.list, &mut rng) {
                tally.differences += 1;
                println!("program {number} of seed {}: panic on a broken object", plan.seed);
            }
        }
        let is_over = start.elapsed() > Duration::from_secs(plan.seconds);
        if tally.differences >= plan.differences || is_over {
            break;
        }
    }
    tally.print(&objects.title, watch.most_memory());
    Ok(Some(tally.differences))
}

/// What came of all programs.
#[derive(Default)]
struct Tally {
    programs: usize,
    exports: usize,
    /// Where both ended with an error.
    failed: usize,
    /// Where the kernel's program was ended by a signal.
    crashed: usize,
    broken: usize,
    differences: usize,
    /// What the compiler said of programs that it refused, and how often.
    refusals: BTreeMap<String, (u64, usize)>,
}

impl Tally {
    fn refused(&mut self, number: u64, said: &str) {
        let line = said.lines().find(|line| line.contains("rror")).unwrap_or(said).to_owned();
        let words: String = line.chars().filter(|it| !it.is_ascii_digit()).collect();
        self.refusals.entry(words).or_insert((number, 0)).1 += 1;
    }

    fn print(&self, title: &str, memory: u64) {
        let refused: usize = self.refusals.values().map(|(_, count)| count).sum();
        println!(
            "{title}: {} programs, {} CRCs, {} with an error of both, {refused} \
             refused by the compiler, {} crashes of the kernel's program, {} differences",
            self.programs, self.exports, self.failed, self.crashed, self.differences
        );
        for (said, (number, count)) in &self.refusals {
            println!("  {count} refused, first program {number}: {said}");
        }
        println!("  {} broken objects, most memory {} MB", self.broken, memory >> 20);
    }
}

/// What came of a program.
enum Verdict {
    /// The compiler refuses it, and says this.
    Refused(String),
    /// The kernel's program was ended by a signal.
    Crashed,
    /// All is the same: so many CRCs; and whether a call ended with an error.
    Same { exports: usize, has_failed: bool },
    /// What differs.
    Different(String),
}

/// Where programs are compiled and compared.
struct Bench<'a> {
    theirs: &'a Path,
    folder: &'a Path,
}

impl Bench<'_> {
    /// Compiles a program, and calls both for its object.
    fn compared(&self, program: &Program) -> Result<Verdict> {
        let object = self.folder.join("x.o");
        let _ = fs::remove_file(&object);
        for (name, items) in &program.files {
            fs::write(self.folder.join(name), items.join("\n") + "\n")?;
        }
        let (compiler, arguments) = program.compiler.split_first().context("it has a compiler")?;
        let mut command = Command::new(compiler);
        command.args(arguments).args(["-o", "x.o", program.files[0].0]).current_dir(self.folder);
        let output = command.output().with_context(|| format!("cannot run {compiler}"))?;
        if !output.status.success() {
            return Ok(Verdict::Refused(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        let object = fs::read(object)?;
        fs::write(self.folder.join("list"), &program.list)?;
        let (mut exports, mut has_failed) = (0, false);
        for (arguments, options) in CALLS {
            let Some(theirs) = self.theirs(arguments)? else { return Ok(Verdict::Crashed) };
            let answer = || ours(&object, program.list.as_bytes(), &options);
            let Ok(ours) = catch_unwind(AssertUnwindSafe(answer)) else {
                return Ok(Verdict::Different("panic".to_owned()));
            };
            if let Some(what) = different(&theirs, &ours) {
                return Ok(Verdict::Different(format!("{}: {what}", arguments.join(" "))));
            }
            exports += theirs.stdout.iter().filter(|byte| **byte == b'\n').count();
            has_failed |= theirs.has_failed;
        }
        Ok(Verdict::Same { exports, has_failed })
    }

    /// What the kernel's program answers; nothing if a signal ended it.
    fn theirs(&self, arguments: &[&str]) -> Result<Option<Output>> {
        let types = self.folder.join("symtypes");
        let _ = fs::remove_file(&types);
        let mut command = Command::new(self.theirs);
        command.arg0("gendwarfksyms").args(arguments).arg("x.o").current_dir(self.folder);
        command.stdin(Stdio::from(File::open(self.folder.join("list"))?));
        let output = command.output().context("cannot run the kernel's gendwarfksyms")?;
        if output.status.signal().is_some() {
            return Ok(None);
        }
        Ok(Some(Output {
            stdout: output.stdout,
            stderr: output.stderr,
            symtypes: fs::read(types).unwrap_or_default(),
            has_failed: !output.status.success(),
        }))
    }

    /// The program with as few declarations as still differ.
    fn minimised(&self, program: Program, what: String) -> Result<(Program, String)> {
        let end = Instant::now() + LIMIT;
        let (mut best, mut said) = (program, what);
        loop {
            let mut is_smaller = false;
            for smaller in smaller(&best) {
                if Instant::now() > end {
                    return Ok((best, said));
                }
                if let Verdict::Different(what) = self.compared(&smaller)? {
                    (best, said, is_smaller) = (smaller, what, true);
                    break;
                }
            }
            if !is_smaller {
                return Ok((best, said));
            }
        }
    }
}

/// How long a program is made smaller.
const LIMIT: Duration = Duration::from_secs(60);

/// The program without each of its declarations, the last first: what others need comes before them.
fn smaller(program: &Program) -> Vec<Program> {
    let mut found = Vec::new();
    for (file, (_, items)) in program.files.iter().enumerate() {
        for item in (0..items.len()).rev() {
            let mut smaller = program.clone();
            smaller.files[file].1.remove(item);
            found.push(smaller);
        }
    }
    for line in program.list.lines().filter(|_| program.list.lines().count() > 1) {
        let list = program.list.lines().filter(|it| *it != line);
        let list = list.map(|line| format!("{line}\n")).collect();
        found.push(Program { list, ..program.clone() });
    }
    found
}

/// What ours answers.
fn ours(object: &[u8], list: &[u8], options: &Options) -> Output {
    let mut output = Output::default();
    if let Some(mut exports) = Exports::read(list, options, &mut output) {
        let release = Behaviour::at(KernelRelease::NEWEST_KNOWN).gendwarfksyms;
        exports.compute(b"x.o", object, options, &release, &mut output);
        if !output.has_failed {
            exports.finish(options, &mut output);
        }
    }
    output
}

/// What differs between two answers. Types that were written before an error do not count.
fn different(theirs: &Output, ours: &Output) -> Option<String> {
    if theirs.has_failed != ours.has_failed {
        let said = [&theirs.stderr, &ours.stderr].map(|text| String::from_utf8_lossy(text));
        return Some(format!("status\n  the kernel's: {}\n  ours: {}", said[0], said[1]));
    }
    let parts = [
        ("stdout", &theirs.stdout, &ours.stdout),
        ("stderr", &theirs.stderr, &ours.stderr),
        ("symtypes", &theirs.symtypes, &ours.symtypes),
    ];
    let counted = if theirs.has_failed { &parts[..2] } else { &parts[..] };
    let (part, theirs, ours) = counted.iter().find(|(_, theirs, ours)| theirs != ours)?;
    let lines = |text: &[u8]| -> Vec<Vec<u8>> {
        text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (theirs, ours) = (lines(theirs), lines(ours));
    let place = theirs.iter().zip(&ours).position(|(theirs, ours)| theirs != ours);
    let place = place.unwrap_or(theirs.len().min(ours.len()));
    let line = |lines: &[Vec<u8>]| {
        lines.get(place).map_or("nothing".to_owned(), |line| line.escape_ascii().to_string())
    };
    let (theirs, ours) = (line(&theirs), line(&ours));
    Some(format!("{part}, line {}\n  the kernel's: {theirs}\n  ours: {ours}", place + 1))
}

/// Whether ours ends well on a broken object.
fn ends(object: &[u8], list: &str, rng: &mut Rng) -> bool {
    let options = Options {
        stable: rng.bool(),
        symtypes: true,
        dump_dies: rng.u8(0..6) == 0,
        dump_versions: rng.u8(0..6) == 0,
        diagnostics: rng.u8(0..3) == 0,
        ..NONE
    };
    let layouts = |types: &ObjectTypes<'_>| {
        let mut lines = Vec::new();
        for unit in 0..types.units().len() {
            // Damage is an error, and the next unit may be whole.
            let _ = types.append(unit, |_| true, &mut lines);
        }
        lines.len()
    };
    let run = || (ours(object, list.as_bytes(), &options), with_types(object, layouts));
    catch_unwind(AssertUnwindSafe(run)).is_ok()
}

/// An object with some bytes changed, or cut off.
fn broken(object: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut broken = object.to_vec();
    for _ in 0..rng.usize(1..8) {
        let place = rng.usize(..broken.len());
        broken[place] = match rng.u8(0..3) {
            0 => rng.u8(..),
            1 => broken[place] ^ (1 << rng.u8(..8)),
            _ => [0, 1, 0x7f, 0x80, 0xff][rng.usize(..5)],
        };
    }
    if rng.u8(0..10) == 0 {
        broken.truncate(rng.usize(..object.len()));
    }
    broken
}

/// Prints a program.
fn show(program: &Program) {
    println!("  {}", program.compiler.join(" "));
    for (name, items) in program.files.iter().filter(|(_, items)| !items.is_empty()) {
        println!("  {name}:");
        items.iter().flat_map(|item| item.lines()).for_each(|line| println!("    {line}"));
    }
    println!("  list: {}", program.list.split_whitespace().collect::<Vec<_>>().join(" "));
}
