//! `cargo xtask test`: everything that is checked before a change goes in. CI runs this and
//! nothing else.

mod times;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use self::times::Times;
use crate::conformance::modpost::{Extent, PARTS};
use crate::conformance::{
    abi_diff, check, cpp, gendwarfksyms, genksyms, history, layout, modpost, types,
};
use crate::fuzz;
use crate::kbuild::boot::boot_kernel;
use crate::kbuild::oot;
use crate::obtain::is_ci;
use crate::obtain::kernels::{self, KERNELS, Kernel, Question};
use crate::run::cache::cache_directory;
use crate::run::process::run as run_command;
use crate::run::product::cargo;

/// Conformance here is on every this many-th file: about five minutes with downloads.
const EVERY: usize = 40;

/// The arguments of `cargo xtask test`.
#[derive(clap::Parser)]
struct Arguments {
    /// Only the checks with these words in their names: `fuzz`, `6.12`, or `"modpost 6.12"`.
    names: Vec<String>,
    /// Print the names of the checks, and run none.
    #[arg(long)]
    list: bool,
}

/// How a check ended.
enum Outcome {
    /// Everything was as it should be.
    Passed,
    /// It could not run here; stderr says why.
    Skipped,
}

/// What a comparison finds: how many differences, or none where it could not run.
type Found = Result<Option<usize>>;

/// A check that is made once.
struct Once {
    /// What it is called in the summary.
    name: &'static str,
    /// Runs it; its own output says what failed.
    run: fn() -> Result<Outcome>,
}

/// A comparison that is made for each kernel that can be asked.
struct Comparison {
    /// What it is called, before the kernel's name.
    name: &'static str,
    /// What is asked.
    question: Question,
    /// Compares.
    compare: fn(&'static Kernel) -> Found,
}

/// What needs one run, the quickest first.
const ONCE: &[Once] = &[
    Once { name: "formatting", run: || run_cargo(&["fmt", "--all", "--check"], &[]) },
    Once {
        name: "clippy",
        run: || {
            let rest = ["--workspace", "--all-targets", "--", "-D", "warnings"];
            run_cargo(&[&["clippy", "--quiet", "--profile", "xtask"][..], &rest].concat(), &[])
        },
    },
    Once {
        name: "documentation",
        run: || {
            let arguments = ["doc", "--quiet", "--profile", "xtask", "--no-deps", "--workspace"];
            run_cargo(&arguments, &[("RUSTDOCFLAGS", "-D warnings")])
        },
    },
    Once { name: "tests", run: || run_cargo(&["test", "--profile", "xtask", "--workspace"], &[]) },
    Once {
        name: "generated code",
        run: || crate::codegen::run(&["--check".to_owned()]).map(|()| Outcome::Passed),
    },
    Once { name: "cases", run: || crate::reference::check().map(|()| Outcome::Passed) },
    Once { name: "packages", run: || crate::package::check().map(|()| Outcome::Passed) },
    Once { name: "fuzz genksyms", run: || compared(fuzz::short_genksyms()) },
    Once { name: "fuzz layout", run: || compared(fuzz::short_layout()) },
    Once { name: "fuzz cpp", run: || compared(fuzz::short_cpp()) },
    Once { name: "fuzz modpost", run: || compared(fuzz::short_modpost()) },
    Once { name: "fuzz commands", run: || compared(fuzz::short_commands()) },
    Once { name: "gendwarfksyms", run: || compared(gendwarfksyms::compare(None, None)) },
    Once { name: "fuzz gendwarfksyms", run: || compared(fuzz::short_gendwarfksyms()) },
    Once { name: "history", run: || compared(history::compare()) },
    Once { name: "check packages", run: || compared(check::packages::compare_sample()) },
];

/// What follows, kernel by kernel.
const COMPARISONS: &[Comparison] = &[
    Comparison {
        name: "conformance",
        question: Question::Genksyms,
        compare: |kernel| genksyms::compare_kernel(kernel, EVERY, Extent::Quick),
    },
    Comparison {
        name: "cpp",
        question: Question::Types,
        compare: |kernel| cpp::compare_kernel(kernel, 4 * EVERY),
    },
    Comparison {
        name: "types",
        question: Question::Types,
        compare: |kernel| types::compare_kernel(kernel, 4 * EVERY),
    },
    Comparison {
        name: "modpost",
        question: Question::Modpost,
        compare: |kernel| modpost::compare_kernel(kernel, &PARTS, Extent::Quick),
    },
    Comparison { name: "abi-diff", question: Question::Exports, compare: abi_diff::compare_kernel },
    Comparison {
        name: "layout",
        question: Question::Layouts,
        compare: |kernel| layout::compare_kernel(kernel, EVERY, None),
    },
    Comparison { name: "kbuild oot", question: Question::Modules, compare: oot::compare_quickly },
    Comparison { name: "boot", question: Question::BootInCi, compare: boot_kernel },
    Comparison {
        name: "check",
        question: Question::Loader,
        compare: |kernel| check::compare_kernel(kernel, Extent::Quick),
    },
];

/// One check.
struct Check {
    /// What it is called in the summary.
    name: String,
    /// Runs it.
    run: Box<dyn Fn() -> Result<Outcome>>,
}

impl Check {
    /// Whether its name has these words.
    fn is_called(&self, words: &str) -> bool {
        format!(" {} ", self.name).contains(&format!(" {words} "))
    }
}

/// All checks, in their order.
fn all() -> Vec<Check> {
    let once = ONCE.iter().map(|it| Check { name: it.name.to_owned(), run: Box::new(it.run) });
    let compared = COMPARISONS.iter().flat_map(|it| {
        kernels::asked(it.question).map(move |kernel| Check {
            name: format!("{} {}", it.name, kernel.name),
            run: Box::new(move || compared((it.compare)(kernel))),
        })
    });
    once.chain(compared).collect()
}

/// `cargo xtask test`. Stops at the first failure; prints what ran and how long it took.
pub fn run(arguments: &[String]) -> Result<()> {
    let Arguments { names, list } = crate::parse_arguments("test", arguments);
    let mut checks = all();
    if let Some(name) = names.iter().find(|name| !checks.iter().any(|it| it.is_called(name))) {
        bail!("no check is called {name:?}; `cargo xtask test --list` has them");
    }
    checks.retain(|check| names.is_empty() || names.iter().any(|name| check.is_called(name)));
    if list {
        checks.iter().for_each(|check| println!("{}", check.name));
        return Ok(());
    }
    let mut times = Times::read();
    announce(&checks, &times)?;
    let mut summary = Vec::new();
    let mut failure = None;
    for check in &checks {
        println!("== {}", check.name);
        let start = Instant::now();
        let outcome = (check.run)();
        let time = start.elapsed();
        let word = match &outcome {
            Ok(Outcome::Passed) => "passed",
            Ok(Outcome::Skipped) => "skipped",
            Err(_) => "failed",
        };
        summary.push((&*check.name, word, time));
        let is_failure = match outcome {
            Ok(Outcome::Passed) => {
                times.keep(&check.name, time);
                false
            }
            Ok(Outcome::Skipped) => is_ci(),
            Err(_) => true,
        };
        if is_failure {
            failure = Some((&check.name, outcome.err()));
            break;
        }
    }
    print_summary(&summary, checks.len());
    match failure {
        None => Ok(()),
        Some((name, Some(error))) => Err(error.context(name.clone())),
        Some((name, None)) => bail!("{name}: skipped, which is a failure under CI=true"),
    }
}

/// Says in three lines what will be done, and how long it took before.
fn announce(checks: &[Check], times: &Times) -> Result<()> {
    let kernels: Vec<&str> = KERNELS.iter().map(|kernel| kernel.name).collect();
    println!(
        "Checks to run: {}. Our own tests come first, then comparisons with Linux {}.",
        checks.len(),
        kernels.join(", "),
    );
    println!(
        "They stop at the first failure; what they download and build is kept in {}.",
        cache_directory()?.display(),
    );
    println!("{}\n", times.describe(checks.iter().map(|check| &*check.name)));
    Ok(())
}

/// Prints the table of checks, and how many of `all` are missing in it.
fn print_summary(summary: &[(&str, &str, Duration)], all: usize) {
    println!();
    for (name, word, time) in summary {
        println!("{name:<20} {word:<8} {:>7.1} s", time.as_secs_f64());
    }
    let not_run = all - summary.len();
    if not_run > 0 {
        println!("{not_run} more not run");
    }
}

/// Runs cargo, its output passed through.
fn run_cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Outcome> {
    let mut command = cargo();
    command.args(arguments).envs(environment.iter().copied());
    run_command(&mut command)?;
    Ok(Outcome::Passed)
}

/// What a comparison has found: with upstream's program, or with what a kernel should say.
fn compared(found: Found) -> Result<Outcome> {
    match found? {
        None => Ok(Outcome::Skipped),
        Some(0) => Ok(Outcome::Passed),
        Some(differences) => bail!("{differences} differences"),
    }
}
