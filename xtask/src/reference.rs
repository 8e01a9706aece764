//! `cargo xtask reference`: the expectations of the cases, written, and checked again, by running
//! the kernel's own programs.

mod answers;
mod built;
mod cases;
pub mod device_tables;
mod programs;

use std::io;

use anyhow::{Result, bail};
use modversions::elf::Target;
use testkit::releases::Tool;

use answers::Answers;

/// Upstream crashes, loops or eats all memory on some inputs; it is stopped before it hurts.
const SECONDS: libc::rlim_t = 10;

/// The same for memory, in bytes.
const MEMORY: libc::rlim_t = 2_000_000_000;

/// The arguments of `cargo xtask reference`.
#[derive(clap::Parser)]
pub struct Arguments {
    /// Write nothing; report what would change.
    #[arg(long, conflicts_with = "answers")]
    check: bool,
    /// Take the answers of RELEASE from FILE, which has a line of JSON for each case; may be given
    /// several times
    #[arg(long, value_name = "RELEASE=FILE")]
    answers: Vec<String>,
    /// Ask the modposts of RELEASE in FOLDER, which were built outside of the repository and are named
    /// as Debian names them: `modpost.real-lsb-64`; may be given several times
    #[arg(long, value_name = "RELEASE=FOLDER", conflicts_with = "check")]
    programs: Vec<String>,
    /// Only these cases. Default: all.
    cases: Vec<String>,
}

/// One kind of case.
struct Kind {
    /// The names of all of them.
    names: fn() -> Result<Vec<String>>,
    /// Writes the expectations of those of these names.
    write: fn(&[String], &Answers) -> Result<()>,
    /// An error unless these expectations are what the kernel's programs write today.
    check: fn(&[String]) -> Result<()>,
}

/// All kinds of cases. No two cases have the same name.
const KINDS: &[Kind] = &[
    Kind {
        names: || cases::names(Tool::Genksyms),
        write: |names, answers| cases::write(Tool::Genksyms, names, answers),
        check: |names| cases::check(Tool::Genksyms, names),
    },
    Kind {
        names: || cases::names(Tool::Modpost),
        write: |names, answers| cases::write(Tool::Modpost, names, answers),
        check: |names| cases::check(Tool::Modpost, names),
    },
    Kind { names: device_tables::names, write: device_tables::write, check: device_tables::check },
];

/// `cargo xtask reference`.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments: Arguments = crate::parse_arguments("reference", arguments);
    let answers = Answers::read(&arguments.answers, &arguments.programs)?;
    let task = |kind: &Kind, names: &[String]| {
        if arguments.check { (kind.check)(names) } else { (kind.write)(names, &answers) }
    };
    if arguments.cases.is_empty() {
        return KINDS.iter().try_for_each(|kind| task(kind, &(kind.names)()?));
    }
    let mut found = 0;
    for kind in KINDS {
        let mut names = (kind.names)()?;
        names.retain(|name| arguments.cases.contains(name));
        found += names.len();
        if !names.is_empty() {
            task(kind, &names)?;
        }
    }
    if found < arguments.cases.len() {
        bail!("only {found} of these are cases");
    }
    Ok(())
}

/// Whether all expectations are what the kernel's own programs write today. An error when any is
/// not.
pub fn check() -> Result<()> {
    KINDS.iter().try_for_each(|kind| (kind.check)(&(kind.names)()?))
}

/// The class and byte order of a case's objects, as the product knows them.
pub fn elf_target(target: testkit::Target) -> Target {
    Target { is_64_bit: target.is_64_bit, is_big_endian: target.is_big_endian }
}

/// Sets the limits for the calling process.
fn limit_this_process() -> io::Result<()> {
    for (resource, most) in
        [(libc::RLIMIT_CPU, SECONDS), (libc::RLIMIT_AS, MEMORY), (libc::RLIMIT_CORE, 0)]
    {
        let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
        // SAFETY: setrlimit only reads the structure, which outlives the call.
        if unsafe { libc::setrlimit(resource, &limit) } != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}
