//! `cargo xtask test`: everything that is checked before a change goes in. CI runs this and
//! nothing else.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::conformance::modpost::{Extent, PARTS};
use crate::conformance::{abi_diff, check, genksyms, layout, modpost};
use crate::kbuild::boot::boot_kernel;
use crate::kbuild::oot;
use crate::obtain::upstream::{Kernel, is_ci};
use crate::run::process::run as run_command;
use crate::run::product::cargo;

/// Conformance here is on every this many-th file: about five minutes with downloads.
const EVERY: usize = 40;

/// The arguments of `cargo xtask test`.
#[derive(clap::Parser)]
struct Arguments {}

/// How a check ended.
enum Outcome {
    /// Everything was as it should be.
    Passed,
    /// It could not run here; stderr says why.
    Skipped,
}

/// One check.
struct Check {
    /// What it is called in the summary.
    name: &'static str,
    /// Runs it; its own output says what failed.
    run: fn() -> Result<Outcome>,
}

/// All checks, the quickest first.
const CHECKS: &[Check] = &[
    Check { name: "formatting", run: || run_cargo(&["fmt", "--all", "--check"], &[]) },
    Check {
        name: "clippy",
        run: || {
            let rest = ["--workspace", "--all-targets", "--", "-D", "warnings"];
            run_cargo(&[&["clippy", "--quiet", "--profile", "xtask"][..], &rest].concat(), &[])
        },
    },
    Check {
        name: "documentation",
        run: || {
            let arguments = ["doc", "--quiet", "--profile", "xtask", "--no-deps", "--workspace"];
            run_cargo(&arguments, &[("RUSTDOCFLAGS", "-D warnings")])
        },
    },
    Check { name: "tests", run: || run_cargo(&["test", "--profile", "xtask", "--workspace"], &[]) },
    Check {
        name: "generated code",
        run: || crate::codegen::run(&["--check".to_owned()]).map(|()| Outcome::Passed),
    },
    Check { name: "cases", run: || crate::reference::check().map(|()| Outcome::Passed) },
    Check { name: "fuzz genksyms", run: || compared(crate::fuzz::short_genksyms()) },
    Check { name: "fuzz layout", run: || compared(crate::fuzz::short_layout()) },
    Check { name: "fuzz modpost", run: || compared(crate::fuzz::short_modpost()) },
    Check { name: "fuzz check", run: || compared(crate::fuzz::short_check()) },
    Check { name: "conformance 6.1", run: || genksyms(Kernel::V6_1) },
    Check { name: "conformance 6.12", run: || genksyms(Kernel::V6_12) },
    Check { name: "conformance newest", run: || genksyms(Kernel::Newest) },
    Check { name: "modpost 6.1", run: || modpost(Kernel::V6_1) },
    Check { name: "modpost 6.12", run: || modpost(Kernel::V6_12) },
    Check { name: "abi-diff 6.1", run: || compared(abi_diff::compare_kernel(Kernel::V6_1)) },
    Check { name: "abi-diff 6.12", run: || compared(abi_diff::compare_kernel(Kernel::V6_12)) },
    Check {
        name: "layout 6.1",
        run: || compared(layout::compare_kernel(Kernel::V6_1, EVERY, None)),
    },
    Check {
        name: "layout 6.12",
        run: || compared(layout::compare_kernel(Kernel::V6_12, EVERY, None)),
    },
    Check {
        name: "kbuild oot 6.1",
        run: || compared(oot::compare_kernel(Kernel::V6_1, false, None)),
    },
    Check {
        name: "kbuild oot 6.12",
        run: || compared(oot::compare_kernel(Kernel::V6_12, false, None)),
    },
    Check { name: "boot 6.1", run: || compared(boot_kernel(Kernel::V6_1)) },
    Check { name: "boot 6.12", run: || compared(boot_kernel(Kernel::V6_12)) },
    Check { name: "check 6.1", run: || check(Kernel::V6_1) },
    Check { name: "check 6.12", run: || check(Kernel::V6_12) },
];

/// `cargo xtask test`. Stops at the first failure; prints what ran and how long it took.
pub fn run(arguments: &[String]) -> Result<()> {
    let Arguments {} = crate::parse_arguments("test", arguments);
    let mut summary = Vec::new();
    let mut failure = None;
    for check in CHECKS {
        println!("== {}", check.name);
        let start = Instant::now();
        let outcome = (check.run)();
        let word = match &outcome {
            Ok(Outcome::Passed) => "passed",
            Ok(Outcome::Skipped) => "skipped",
            Err(_) => "failed",
        };
        summary.push((check.name, word, start.elapsed()));
        let is_failure = !matches!(outcome, Ok(Outcome::Passed | Outcome::Skipped))
            || (is_ci() && matches!(outcome, Ok(Outcome::Skipped)));
        if is_failure {
            failure = Some((check.name, outcome.err()));
            break;
        }
    }
    print_summary(&summary);
    match failure {
        None => Ok(()),
        Some((name, Some(error))) => Err(error.context(name)),
        Some((name, None)) => bail!("{name}: skipped, which is a failure under CI=true"),
    }
}

/// Prints the table of checks.
fn print_summary(summary: &[(&str, &str, Duration)]) {
    println!();
    for (name, word, time) in summary {
        println!("{name:<20} {word:<8} {:>7.1} s", time.as_secs_f64());
    }
    let not_run = CHECKS.len() - summary.len();
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
fn compared(found: Result<Option<usize>>) -> Result<Outcome> {
    match found? {
        None => Ok(Outcome::Skipped),
        Some(0) => Ok(Outcome::Passed),
        Some(differences) => bail!("{differences} differences"),
    }
}

/// A sample of the comparison with upstream's genksyms.
fn genksyms(kernel: Kernel) -> Result<Outcome> {
    compared(genksyms::compare_kernel(kernel, EVERY))
}

/// The quick part of the comparison with upstream's modpost.
fn modpost(kernel: Kernel) -> Result<Outcome> {
    compared(modpost::compare_kernel(kernel, &PARTS, Extent::Quick))
}

/// The quick part of the comparison with the kernel's own loader.
fn check(kernel: Kernel) -> Result<Outcome> {
    compared(check::compare_kernel(kernel, Extent::Quick))
}
