//! Reads the tables of `testdata/device-tables`, a file for each device type, and compares
//! the aliases and messages with what the kernel's own modpost wrote.
//!
//! A file consists of blocks, and a block of lines:
//!
//! | line | what it says |
//! |---|---|
//! | `table le64 be64 of 6.1 6.12` | for which targets and releases the block holds |
//! | `size 24` | how many bytes an entry has there |
//! | `entry 0300…` | an entry in hexadecimal, without the zeros at its end |
//! | `bytes 00…` | bytes of a table that does not consist of entries |
//! | `alias hid:b0003…` | an alias that upstream wrote; bytes that are no letters are escaped |
//! | `says WARNING: modpost: …` | a line that upstream wrote on standard error |
//! | `ends` | upstream wrote nothing else, and failed |
//!
//! Nothing here needs an upstream program.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use modversions::elf::Target;
use modversions::modpost::device_tables::{Table, device_types, write_aliases};
use modversions::modpost::{Fatal, Level, Message, Text};
use modversions::release::{Behaviour, FatalPrefix, Modpost};

/// The name of the object in the messages, without `.o`.
const MODULE: &[u8] = b"driver";

/// Every target, by the name that it has in the files.
const TARGETS: [&str; 4] = ["le32", "le64", "be32", "be64"];

/// The releases whose programs wrote the expectations.
const RELEASES: [&str; 2] = ["6.1", "6.12"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/device-tables")
}

fn behaviour(release: &str) -> Modpost {
    Behaviour::at(release.parse().unwrap()).modpost
}

fn target(name: &str) -> Target {
    Target { is_64_bit: name.ends_with("64"), is_big_endian: name.starts_with("be") }
}

/// One block of a file.
struct Block<'a> {
    targets: Vec<&'a str>,
    releases: Vec<&'a str>,
    table: Vec<u8>,
    /// The lines `alias`, `says` and `ends`.
    expected: Vec<&'a str>,
}

impl<'a> Block<'a> {
    fn parse(text: &'a str) -> Self {
        let mut lines = text.lines();
        let head = lines.next().unwrap().strip_prefix("table ").unwrap();
        let (targets, releases) = head.split_once(" of ").unwrap();
        let size: usize = lines.next().unwrap().strip_prefix("size ").unwrap().parse().unwrap();
        let mut table = Vec::new();
        let mut expected = Vec::new();
        for line in lines {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("entry", digits) => {
                    let mut entry = from_hex(digits);
                    entry.resize(size, 0);
                    table.extend(entry);
                }
                ("bytes", digits) => table.extend(from_hex(digits)),
                ("alias" | "says" | "ends", _) => expected.push(line),
                other => panic!("{other:?} begins no line"),
            }
        }
        let words = |text: &'a str| text.split(' ').collect();
        Self { targets: words(targets), releases: words(releases), table, expected }
    }
}

fn from_hex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// What we have to say to a table, as the lines of a block.
fn answer(device_type: &str, table: &[u8], target: Target, release: &Modpost) -> Vec<String> {
    let (mut lines, mut messages) = (Text::default(), Vec::new());
    let table = Table { device_type: device_type.as_bytes(), module: MODULE, data: table };
    let end = write_aliases(&table, target, release, &mut lines, &mut messages);
    let aliases = match &end {
        Ok(()) => lines.bytes().to_vec(),
        // Upstream writes no file.
        Err(Fatal(message)) => {
            messages.push(message.clone());
            Vec::new()
        }
    };
    let mut answer: Vec<String> =
        aliases.split_inclusive(|byte| *byte == b'\n').map(alias).collect();
    answer.extend(messages.iter().flat_map(|message| said(message, release)));
    answer.extend(end.is_err().then(|| "ends".to_owned()));
    answer
}

/// The alias of a `MODULE_ALIAS` line.
fn alias(line: &[u8]) -> String {
    let alias = line.strip_prefix(b"MODULE_ALIAS(\"").unwrap().strip_suffix(b"\");\n").unwrap();
    format!("alias {}", alias.escape_ascii())
}

/// The lines of a message, with what stands before it.
fn said(message: &Message, release: &Modpost) -> Vec<String> {
    let prefix = match (message.level, release.fatal_prefix) {
        (Level::Warning, _) => "WARNING: modpost: ",
        (Level::Error, _) | (Level::Fatal, FatalPrefix::Error) => "ERROR: modpost: ",
        (Level::Fatal, FatalPrefix::Fatal) => "FATAL: modpost: ",
        (Level::Plain | Level::Failure, _) => "",
    };
    let text = [prefix.as_bytes(), &message.text].concat();
    let lines = text.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n');
    lines.map(|line| format!("says {}", line.escape_ascii())).collect()
}

#[test]
fn every_table_has_the_aliases_that_upstream_wrote() {
    for file in fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let device_type = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let mut seen = BTreeSet::new();
        for block in text.split("\n\n").map(Block::parse) {
            for (name, release) in block
                .targets
                .iter()
                .flat_map(|name| block.releases.iter().map(move |r| (*name, *r)))
            {
                let answer = answer(device_type, &block.table, target(name), &behaviour(release));
                assert_eq!(answer, block.expected, "{device_type} {name} {release}");
                seen.insert((name, release));
            }
        }
        for name in TARGETS {
            for release in RELEASES {
                assert!(seen.contains(&(name, release)), "{device_type}: no {name} of {release}");
            }
        }
    }
}

#[test]
fn every_device_type_has_a_file_and_every_file_a_device_type() {
    let path = |file: fs::DirEntry| file.file_name().into_string().unwrap();
    let files: BTreeSet<_> =
        fs::read_dir(folder()).unwrap().map(|file| path(file.unwrap())).collect();
    let types = device_types(&behaviour("6.12")).map(|name| format!("{name}.txt")).collect();
    assert_eq!(files, types);
}

#[test]
fn device_types_are_in_the_order_of_their_names() {
    assert!(device_types(&behaviour("6.12")).is_sorted());
}

#[test]
fn no_bytes_make_it_panic() {
    // Every length that one entry may have, and many more, with texts that have no end and with
    // numbers of all kinds. A table is only looked into if it ends in an entry of zeros.
    let release = behaviour("6.12");
    for device_type in device_types(&release) {
        for name in TARGETS {
            for length in (0..400).chain((400..1100).step_by(4)) {
                for byte in [0, 0x41, 0xff] {
                    let mut table = vec![byte; length / 2];
                    table.resize(length, 0);
                    answer(device_type, &table, target(name), &release);
                }
            }
        }
    }
}
