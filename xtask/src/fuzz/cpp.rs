//! `cargo xtask fuzz cpp`: random macro programs through our preprocessor and the machine's compiler,
//! which must give the same tokens, unless ours leaves the program to the compiler; and the same
//! programs with broken bytes, for ours alone, which must end soon and in little memory.
//!
//! A program follows from the seed of the run and its number.

mod generate;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use fastrand::Rng;
use modversions::cpp::{
    FileContent, Host, Kept, Output, PADDING, Request, Stamp, Usual, first_difference, preprocess,
    preprocess_with,
};

use super::watch::Watch;
use super::{Plan, mixed, scratch};

/// How many programs `cargo xtask test` tries.
pub const SHORT: u64 = 400;

/// How many broken versions of a program are tried.
const BROKEN: usize = 20;

/// The compiler.
const COMPILER: &str = "cc";

/// The files of a program; the first includes the second.
const FILES: [&str; 2] = ["a.c", "b.h"];

/// What a program consists of: the lines of each of [`FILES`].
type Program = [Vec<String>; 2];

/// Tries programs until the time or the number is up; the number of those that differ.
pub fn run(plan: &Plan) -> Result<Option<usize>> {
    let folder = scratch()?;
    let folder = folder.path();
    let watch = Watch::begin();
    let start = Instant::now();
    let numbers = plan.only.map_or(0..plan.inputs, |only| only..only + 1);
    let (mut tried, mut broken, mut differences) = (0, 0, 0);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for number in numbers {
        let mut rng = Rng::with_seed(mixed(plan.seed ^ mixed(number)));
        let program = generate::program(&mut rng);
        tried += 1;
        watch.now_at(number);
        match compared(folder, &program)? {
            Verdict::Same => {}
            Verdict::Left(reason) => *reasons.entry(reason).or_default() += 1,
            Verdict::Different(what) => {
                differences += 1;
                let (program, what) = minimised(folder, program.clone(), what)?;
                println!("program {number} of seed {}: {what}", plan.seed);
                show(&program);
            }
        }
        for _ in 0..BROKEN {
            broken += 1;
            let mut texts = program.each_ref().map(|lines| lines.join("\n").into_bytes());
            texts.iter_mut().for_each(|text| generate::broken(text, &mut rng));
            watch.now_at(number);
            let ended = catch_unwind(AssertUnwindSafe(|| {
                let mut host = Given { texts: &texts };
                [true, false].map(|leaves_out| preprocess(&request(leaves_out), &mut host).is_ok())
            }));
            if ended.is_err() {
                differences += 1;
                println!("program {number} of seed {}: panic on a broken version:", plan.seed);
                texts.iter().for_each(|text| println!("{}", text.escape_ascii()));
            }
        }
        let is_over = start.elapsed() > Duration::from_secs(plan.seconds);
        if differences >= plan.differences || is_over {
            break;
        }
    }
    let left: usize = reasons.values().sum();
    println!("cpp: {tried} programs, {left} left to the compiler, {differences} different");
    for (reason, count) in reasons {
        println!("  {count}: {reason}");
    }
    println!("  {broken} broken programs, most memory {} MB", watch.most_memory() >> 20);
    Ok(Some(differences))
}

/// What came of a program.
enum Verdict {
    /// The tokens are the same.
    Same,
    /// Ours leaves it to the compiler.
    Left(&'static str),
    /// What differs.
    Different(String),
}

/// Runs both on a program.
fn compared(folder: &Path, program: &Program) -> Result<Verdict> {
    let texts = program.each_ref().map(|lines| [lines.join("\n"), "\n".to_owned()].concat());
    let bytes = texts.each_ref().map(|text| text.as_bytes().to_vec());
    let made = |leaves_out| {
        let host = &mut Given { texts: &bytes };
        catch_unwind(AssertUnwindSafe(|| preprocess(&request(leaves_out), host)))
    };
    let Ok(ours) = made(false) else { return Ok(Verdict::Different("panic".to_owned())) };
    let Ok(usual) = made(true) else { return Ok(Verdict::Different("panic".to_owned())) };
    if ours.is_ok() && usual.is_err() {
        return Ok(Verdict::Different("without bodies it is left to the compiler".to_owned()));
    }
    let ours = match ours {
        Ok(ours) => ours,
        Err(reason) => return Ok(Verdict::Left(reason.words())),
    };
    if let Some(what) = differs_when_kept(&bytes, &ours, usual) {
        return Ok(Verdict::Different(what));
    }
    for (name, text) in FILES.iter().zip(&texts) {
        fs::write(folder.join(name), text)?;
    }
    let mut compiler = Command::new(COMPILER);
    compiler.current_dir(folder).args(["-E", "-undef", "-nostdinc", "-std=gnu11", "-I."]);
    let theirs = compiler.arg(FILES[0]).output().context("cannot run the C compiler")?;
    if !theirs.status.success() || !theirs.stderr.is_empty() {
        let said = String::from_utf8_lossy(&theirs.stderr);
        return Ok(Verdict::Different(format!("only the compiler says: {said}")));
    }
    Ok(match first_difference(&theirs.stdout, &ours.text) {
        None => Verdict::Same,
        Some(place) => {
            let [theirs, ours] =
                [place.first, place.second].map(|text| String::from_utf8_lossy(&text).into_owned());
            Verdict::Different(format!(
                "token {}\n  the compiler: {theirs}\n  modversions:  {ours}",
                place.place
            ))
        }
    })
}

/// Makes the same again, from what the first runs left; says what is not as it was.
fn differs_when_kept(texts: &[Vec<u8>; 2], ours: &Output, usual: Usual<Output>) -> Option<String> {
    let mut kept = Kept::new();
    let mut host = Given { texts };
    for _ in 0..2 {
        let full = preprocess_with(&mut kept, &request(false), &mut host);
        if full.as_ref() != Ok(ours) {
            return Some("with what is kept, the whole text is another".to_owned());
        }
        if preprocess_with(&mut kept, &request(true), &mut host) != usual {
            return Some("with what is kept, the text without bodies is another".to_owned());
        }
    }
    None
}

/// What is asked of ours.
fn request(leaves_out_bodies: bool) -> Request {
    Request {
        input: FILES[0].as_bytes().to_vec(),
        directories: vec![b".".to_vec()],
        predefined: b"#define __STDC__ 1\n".to_vec(),
        leaves_out_bodies,
        ..Request::default()
    }
}

/// The files of a program, and a compiler that answers nothing.
struct Given<'a> {
    texts: &'a [Vec<u8>; 2],
}

impl Host for Given<'_> {
    fn read(&mut self, path: &[u8]) -> Option<FileContent> {
        let path = path.strip_prefix(b"./").unwrap_or(path);
        let place = FILES.iter().position(|name| name.as_bytes() == path)?;
        let padded = [self.texts[place].as_slice(), PADDING].concat();
        Some(FileContent { padded, identity: (0, place as u64), stamp: None })
    }

    fn stamp(&mut self, _path: &[u8]) -> Option<Stamp> {
        None
    }

    fn has_directory(&mut self, path: &[u8]) -> bool {
        matches!(path, b"." | b"./")
    }

    fn ask(&mut self, _question: &[u8]) -> Option<i64> {
        None
    }
}

/// How long a program is made smaller.
const LIMIT: Duration = Duration::from_secs(20);

/// The program with as few lines, and as few words in them, as still differ.
fn minimised(folder: &Path, program: Program, what: String) -> Result<(Program, String)> {
    let end = Instant::now() + LIMIT;
    let (mut best, mut said) = (program, what);
    loop {
        let mut is_smaller = false;
        for smaller in generate::smaller(&best) {
            if Instant::now() > end {
                return Ok((best, said));
            }
            if let Verdict::Different(what) = compared(folder, &smaller)? {
                (best, said, is_smaller) = (smaller, what, true);
                break;
            }
        }
        if !is_smaller {
            return Ok((best, said));
        }
    }
}

/// Prints a program.
fn show(program: &Program) {
    for (name, lines) in FILES.iter().zip(program).filter(|(_, lines)| !lines.is_empty()) {
        println!("  {name}:");
        lines.iter().for_each(|line| println!("    {line}"));
    }
}
