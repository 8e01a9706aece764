//! Whether the licenses of all crates that are linked into the program fit its own, GPL-2.0-only.
//!
//! What a crate's manifest says is taken for true. Of the C code in `liblzma-sys`, which is XZ Utils'
//! liblzma, it says nothing: that is under 0BSD (`xz/COPYING` in it). Crates that only the tests, the
//! tasks in `xtask/` or the build scripts use are not linked, and may have any license that is free.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::process::Command;

use serde_json::Value;

/// The top of the repository.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Licenses that may be combined with GPL-2.0-only, by their SPDX names, and how that is known: `FSF`
/// is the Free Software Foundation's list, "Various Licenses and Comments about Them".
///
/// Not here is Apache-2.0 (FSF: its conditions on patents and indemnification do not go with version
/// 2 of the GPL, only with 3), nor GPL-3.0 itself.
const FITTING: &[(&str, &str)] = &[
    ("0BSD", "MIT without the condition to keep the notice"),
    ("BSD-2-Clause", "FSF: FreeBSD license, compatible"),
    ("BSD-3-Clause", "FSF: modified BSD license, compatible"),
    ("BSL-1.0", "FSF: Boost software license, compatible"),
    ("GPL-2.0-only", "our own"),
    ("GPL-2.0-or-later", "may be taken as version 2"),
    ("ISC", "FSF: compatible"),
    ("MIT", "FSF: Expat license, compatible"),
    (
        "Unicode-3.0",
        "FSF: Unicode's license for data files and software, compatible; 3.0 asks for less",
    ),
    ("Unlicense", "FSF: compatible"),
    ("Zlib", "FSF: compatible"),
    ("bzip2-1.0.6", "asks for what Zlib and BSD-3-Clause ask for, and both are compatible"),
];

/// What `cargo` writes when it is called so.
fn cargo(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(ROOT).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {}: {errors}", arguments.join(" "));
    output.stdout
}

/// The crates that are linked on this machine, ours among them, each with its license.
fn linked() -> Vec<(String, String)> {
    let version = String::from_utf8(cargo(&["-vV"])).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = "metadata --format-version 1 --locked --offline --filter-platform";
    let arguments: Vec<&str> = metadata.split(' ').chain([host]).collect();
    let metadata: Value = serde_json::from_slice(&cargo(&arguments)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let ours = packages.iter().find(|package| package["name"] == env!("CARGO_PKG_NAME")).unwrap();
    let mut linked = vec![&ours["id"]];
    let mut next = 0;
    while let Some(id) = linked.get(next) {
        let node = nodes.iter().find(|node| node["id"] == **id).unwrap();
        for dependency in node["deps"].as_array().unwrap() {
            // `dev` and `build` are no part of the program; what is neither has no kind.
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            let is_linked = kinds.iter().any(|kind| kind["kind"].is_null());
            if is_linked && !linked.contains(&&dependency["pkg"]) {
                linked.push(&dependency["pkg"]);
            }
        }
        next += 1;
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = packages.iter().filter(|package| linked.contains(&&package["id"]));
    packages.map(|package| (text(&package["name"]), text(&package["license"]))).collect()
}

/// The words of an SPDX expression. `/` is an old way to write OR.
fn words(expression: &str) -> Vec<String> {
    let apart = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    apart.split_whitespace().map(str::to_owned).collect()
}

/// Whether an SPDX expression leaves us a way to fit: by one of what OR joins, by all that AND joins.
/// An empty one does not.
fn fits(expression: &str) -> bool {
    let words = words(expression);
    let mut rest = &words[..];
    let fits = any_fits(&mut rest);
    assert!(rest.is_empty(), "{expression}: not understood from {rest:?}");
    fits
}

fn any_fits(words: &mut &[String]) -> bool {
    let mut fits = all_fit(words);
    while take(words, "OR") {
        fits |= all_fit(words);
    }
    fits
}

fn all_fit(words: &mut &[String]) -> bool {
    let mut fits = one_fits(words);
    while take(words, "AND") {
        fits &= one_fits(words);
    }
    fits
}

fn one_fits(words: &mut &[String]) -> bool {
    if take(words, "(") {
        let fits = any_fits(words);
        return take(words, ")") && fits;
    }
    let Some((name, rest)) = words.split_first() else { return false };
    *words = rest;
    // An exception only permits more.
    if take(words, "WITH") {
        *words = words.get(1..).unwrap_or_default();
    }
    FITTING.iter().any(|(fitting, _)| name == fitting)
}

/// Passes the next word, if it is this one.
fn take(words: &mut &[String], word: &str) -> bool {
    let is_next = words.first().is_some_and(|next| next == word);
    *words = &words[usize::from(is_next)..];
    is_next
}

#[test]
fn every_linked_crate_has_a_license_that_fits() {
    let linked = linked();
    assert!(linked.iter().any(|(name, _)| name == "memchr"), "{linked:?}");
    let unfit = linked.iter().filter(|(_, license)| !fits(license));
    let faults: Vec<String> = unfit.map(|(name, license)| format!("{name}: {license:?}")).collect();
    assert!(faults.is_empty(), "these do not fit GPL-2.0-only:\n{}", faults.join("\n"));
}

#[test]
fn one_alternative_must_fit_and_all_that_are_joined() {
    for expression in [
        "MIT",
        "MIT/Apache-2.0",
        "Apache-2.0 OR MIT",
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 AND OpenSSL OR MIT",
    ] {
        assert!(fits(expression), "{expression}");
    }
    for expression in [
        "",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "MIT AND Apache-2.0",
        "(MIT OR Apache-2.0) AND OpenSSL",
        "GPL-3.0-or-later OR Apache-2.0",
    ] {
        assert!(!fits(expression), "{expression}");
    }
}
