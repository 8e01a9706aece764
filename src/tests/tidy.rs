//! What the architecture promises and no compiler checks. The rules are told in
//! docs/architecture.md, as its invariants.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod rooms;

use std::fs;
use std::path::Path;

/// The top of the repository.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// One file of the repository.
struct File {
    /// From the top of the repository: `src/genksyms/lex.rs`.
    path: String,
    text: String,
}

/// How long a file of the product may be; what is longer has parts with names of their own.
const MOST_LINES: usize = 800;

/// What `cargo xtask codegen` writes, and from which file of `grammar/`.
const GENERATED: &[(&str, &str)] =
    &[("src/genksyms/tables.rs", "declarations.y"), ("src/genksyms/keywords.rs", "keywords.tsv")];

/// Every package's manifest, and where its code is.
const MANIFESTS: [(&str, &str); 3] = [
    ("Cargo.toml", "src/"),
    ("src/tests/kit/Cargo.toml", "src/tests/kit/"),
    ("xtask/Cargo.toml", "xtask/src/"),
];

/// Words of the product, and the only places for them.
const PLACES: &[(&[&str], &[&str])] = &[
    // Others match on the fields of `Behaviour`.
    (&["KernelRelease"], &["src/release.rs", "src/release/", "src/inputs/", "src/cli/"]),
    (&["println!", "print!", "dbg!", "process::exit"], &["src/main.rs"]),
    (
        &["std::io", "std::env", "std::fs", "std::process"],
        &["src/main.rs", "src/inputs/", "src/cli/"],
    ),
    // Only the drop-ins write what is not escaped, and ignore that it could not be written.
    (
        &["io.print(", "io.complain("],
        &[
            "src/cli/genksyms",
            "src/cli/gendwarfksyms.rs",
            "src/cli/modpost.rs",
            "src/cli/cpp.rs",
            "src/cli/drop_in.rs",
            "src/cli/io.rs",
        ],
    ),
    // State that outlives a run, and orders that differ between runs.
    (&["static mut", "Cell<", "Mutex", "sync::atomic", "Lock<", "HashMap"], &[]),
    (&["std::thread"], &["src/cli/threads.rs", "src/cli/kbuild/lock.rs", "src/inputs/progress.rs"]),
];

/// The files below `folder` whose name ends in `suffix`, by path.
fn files(folder: &str, suffix: &str) -> Vec<File> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(Path::new(ROOT).join(&folder)).unwrap().map(Result::unwrap) {
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.ends_with(suffix) {
                found.push(File { text: read(&path), path });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "{folder}: no {suffix}");
    found
}

/// The text of one file.
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The code of the product: no tests, and nothing generated.
fn product() -> Vec<File> {
    let mut files = files("src", ".rs");
    let is_generated = |file: &File| GENERATED.iter().any(|(path, _)| file.path == *path);
    files.retain(|file| !file.path.starts_with("src/tests/") && !is_generated(file));
    files
}

/// A file's text without its comments and what follows its `#[cfg(test)]`.
fn code(file: &File) -> String {
    let text = file.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).map(|line| format!("{line}\n")).collect()
}

/// Fails with a list of faults, if there are any.
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// For each dependency of a manifest, the modules that its comment names as `Home:`.
fn homes(manifest: &str) -> Vec<(String, Vec<String>)> {
    let mut homes = Vec::new();
    let mut comment = String::new();
    let mut is_dependencies = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_dependencies = line.ends_with("dependencies]");
        } else if let Some(words) = line.strip_prefix('#') {
            comment += words;
            continue;
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| is_dependencies) {
            let places = comment.split_once("Home: ").map_or("", |(_, places)| places);
            let places = places.trim_end_matches('.').split(", ").filter(|place| !place.is_empty());
            homes.push((name.replace('-', "_"), places.map(str::to_owned).collect()));
        }
        comment.clear();
    }
    homes
}

#[test]
fn every_dependency_is_used_where_its_manifest_says_and_nowhere_else() {
    let mut faults = Vec::new();
    for (manifest, folder) in MANIFESTS {
        for (dependency, places) in homes(&read(manifest)) {
            let mut unused: Vec<&String> = places.iter().collect();
            for file in files(folder.trim_end_matches('/'), ".rs") {
                let module = file.path[folder.len()..].trim_end_matches(".rs");
                // The tests may use what the product uses.
                let is_test = folder == "src/" && module.starts_with("tests/");
                if is_test || !names(&code(&file), &dependency) {
                    continue;
                }
                // A module is at home with those it is a part of.
                let is_part = |place: &str| format!("{module}/").starts_with(&format!("{place}/"));
                unused.retain(|place| !is_part(place));
                if !places.is_empty() && !places.iter().any(|place| is_part(place)) {
                    faults.push(format!("{manifest}: {dependency} is also used in {module}"));
                }
            }
            let unused = unused.iter().filter(|place| **place != "tests");
            faults.extend(unused.map(|place| format!("{manifest}: no {dependency} in {place}")));
        }
    }
    assert_none(&faults);
}

/// Whether this code names something of the crate.
fn names(code: &str, krate: &str) -> bool {
    // What a colon stands before is part of another crate's path, as in `std::time::`.
    let is_in_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    let path = format!("{krate}::");
    code.match_indices(&path)
        .any(|(start, _)| start == 0 || !is_in_word(code.as_bytes()[start - 1]))
}

#[test]
fn nothing_is_named_outside_of_its_place() {
    let mut faults = Vec::new();
    for file in product() {
        let code = code(&file);
        for (words, places) in PLACES {
            let is_allowed = places.iter().any(|place| file.path.starts_with(place));
            let found = words.iter().filter(|word| !is_allowed && code.contains(**word));
            faults.extend(found.map(|word| format!("{}: {word}", file.path)));
        }
    }
    assert_none(&faults);
}

#[test]
fn every_file_says_what_it_is_and_none_is_too_long() {
    let mut faults = Vec::new();
    for file in ["src", "xtask/src", "xtask/start/src"].iter().flat_map(|it| files(it, ".rs")) {
        if !file.text.starts_with("//! ") {
            faults.push(format!("{}: does not begin with `//! `", file.path));
        }
    }
    for file in product().iter().filter(|file| file.text.lines().count() > MOST_LINES) {
        faults.push(format!("{}: more than {MOST_LINES} lines", file.path));
    }
    assert_none(&faults);
}

#[test]
fn every_page_can_be_reached_and_every_link_leads_somewhere() {
    let (readme, map) = (read("README.md"), read("docs/architecture.md"));
    let mut pages = files("docs", ".md");
    let mut faults = Vec::new();
    for File { path, .. } in &pages {
        let name = path.trim_start_matches("docs/");
        if !readme.contains(&format!("]({path})")) && !map.contains(&format!("]({name})")) {
            faults.push(format!("{path}: no link from README.md or docs/architecture.md"));
        }
    }
    pages.push(File { path: "README.md".to_owned(), text: readme });
    for File { path, text } in &pages {
        let folder = Path::new(ROOT).join(path).with_file_name("");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.is_empty() && !link.contains("://") && !folder.join(link).exists() {
                faults.push(format!("{path}: {link} does not exist"));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn every_test_that_testing_md_names_is_there() {
    let page = read("docs/testing.md");
    let is_name = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte))
    };
    let named = page.split('`').filter_map(|word| word.split_once("::"));
    let named: Vec<(&str, &str)> = named.filter(|(_, name)| is_name(name)).collect();
    assert!(named.len() > 50, "{}", named.len());
    let is_missing = |(file, name): &&(&str, &str)| {
        let path = match file.ends_with(".rs") {
            true => (*file).to_owned(),
            false => format!("src/tests/{file}.rs"),
        };
        !read(&path).contains(&format!("fn {name}()"))
    };
    let missing = named.iter().filter(is_missing).map(|(file, name)| format!("{file}: no {name}"));
    assert_none(&missing.collect::<Vec<_>>());
}

#[test]
fn every_grammar_is_named_by_what_fails_when_it_is_wrong() {
    let tests = read("src/tests/formats.rs");
    let mut faults = Vec::new();
    for File { path, .. } in files("grammar", "") {
        let name = path.trim_start_matches("grammar/");
        let is_right = match GENERATED.iter().find(|(_, grammar)| *grammar == name) {
            Some((generated, _)) => {
                let head = format!("GENERATED by `cargo xtask codegen` from {path}.");
                read(generated).lines().next().is_some_and(|line| line.ends_with(&head))
            }
            // The tests of the formats name a grammar without its ending.
            None => tests.contains(&format!("\"{}\"", name.trim_end_matches(".ebnf"))),
        };
        if !is_right {
            faults.push(format!("{path}: nothing that fails when it is wrong names it"));
        }
    }
    assert_none(&faults);
}
