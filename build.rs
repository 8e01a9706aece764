//! The commit that is built, for `--version` and the date of manual pages: the one that `git archive`
//! wrote into `commit.txt`, or else that of the git repository here.
//!
//! Only builds of the profile `release` ask git: otherwise every commit would have the whole library
//! compiled again.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// How many digits of a commit are shown, however many git would need today.
const DIGITS: usize = 12;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=commit.txt");
    let number = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let line = archived().or_else(|| is_release().then(in_git).flatten());
    let known = line.as_deref().and_then(|line| line.trim().split_once(' '));
    let (version, date) = match known {
        Some((commit, date)) if commit.len() > DIGITS => {
            (format!("{number} ({} {date})", &commit[..DIGITS]), date)
        }
        _ => (number, ""),
    };
    println!("cargo::rustc-env=MODVERSIONS_VERSION={version}");
    println!("cargo::rustc-env=MODVERSIONS_DATE={date}");
}

/// What `git archive` wrote; in a repository the line has a `$`.
fn archived() -> Option<String> {
    fs::read_to_string("commit.txt").ok().filter(|line| !line.starts_with('$'))
}

/// The commit, if this directory is the top of a repository, and not something inside of another.
fn in_git() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    println!("cargo::rerun-if-changed={}", log.trim());
    git(&["log", "-1", "--format=%H %cs"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten()
}

/// Whether the profile is `release` itself; `PROFILE` says that of all that inherit from it.
fn is_release() -> bool {
    let folder = env::var_os("OUT_DIR").unwrap_or_default();
    Path::new(&folder).components().any(|part| part.as_os_str() == "release")
}
