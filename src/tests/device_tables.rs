//! Reads the tables of `testdata/device-tables`, a file for each device type, and compares
//! the aliases and messages with what the kernel's own modpost wrote.
//!
//! `device_table_file.rs` tells what is in a file; nothing here needs an upstream program.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use modversions::elf::Target;
use modversions::modpost::device_tables::{Table, device_types, write_aliases};
use modversions::modpost::{AliasList, Fatal, Level, Message, Text};
use modversions::release::{Behaviour, Modpost};
use testkit::device_table_file::{BETWEEN_BLOCKS, Block, MODULE, TARGETS, expectation, target};
use testkit::releases::{Tool, device_table_releases};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/device-tables")
}

fn behaviour(release: &str) -> Modpost {
    Behaviour::at(release.parse().unwrap()).modpost
}

/// The newest release whose program answers the tables.
fn newest() -> Modpost {
    behaviour(Tool::Modpost.releases().last().unwrap())
}

/// The class and byte order of the target of this name.
fn elf_target(name: &str) -> Target {
    let testkit::Target { is_64_bit, is_big_endian } = target(name);
    Target { is_64_bit, is_big_endian }
}

/// What we have to say to a table, as the lines of a block.
fn answer(device_type: &str, table: &[u8], target: Target, release: &Modpost) -> Vec<String> {
    let (mut aliases, mut messages) = (AliasList::default(), Vec::new());
    let module = MODULE.as_bytes();
    let table = Table { device_type: device_type.as_bytes(), module, name: b"x", data: table };
    let mut lines = Text::default();
    let end = write_aliases(&table, target, release, &mut aliases, &mut messages);
    if let Err(Fatal(message)) = end.and_then(|()| aliases.print(&mut lines)) {
        messages.push(message);
    }
    // Upstream writes no file after an error.
    let is_error = |message: &Message| !matches!(message.level, Level::Warning | Level::Plain);
    let has_failed = messages.iter().any(is_error);
    let lines = if has_failed { &[] } else { lines.bytes() };
    let said: Vec<u8> = messages.iter().flat_map(|message| message.said(release)).collect();
    expectation(lines, &said, has_failed).unwrap()
}

#[test]
fn every_table_has_the_aliases_that_upstream_wrote() {
    let mut different = Vec::new();
    for file in fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let device_type = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let mut seen = BTreeSet::new();
        for block in text.split(BETWEEN_BLOCKS).map(|block| Block::parse(block).unwrap()) {
            for (name, release) in block.runs() {
                let answer =
                    answer(device_type, &block.table, elf_target(name), &behaviour(release));
                if answer != block.expected {
                    let expected = block.expected.join("\n    ");
                    let got = answer.join("\n    ");
                    let title = format!("{device_type} {name} {release}");
                    different.push(format!("{title}, expected:\n    {expected}\ngot:\n    {got}"));
                }
                seen.insert((name, release));
            }
        }
        for name in TARGETS {
            for release in device_table_releases() {
                assert!(seen.contains(&(name, release)), "{device_type}: no {name} of {release}");
            }
        }
    }
    assert!(different.is_empty(), "{}\n{} are different", different.join("\n"), different.len());
}

#[test]
fn every_device_type_has_a_file_and_every_file_a_device_type() {
    let path = |file: fs::DirEntry| file.file_name().into_string().unwrap();
    let files: BTreeSet<_> =
        fs::read_dir(folder()).unwrap().map(|file| path(file.unwrap())).collect();
    let types = device_types(&newest()).map(|name| format!("{name}.txt")).collect();
    assert_eq!(files, types);
}

#[test]
fn device_types_are_in_the_order_of_their_names() {
    assert!(device_types(&newest()).is_sorted());
}

#[test]
fn no_bytes_make_it_panic() {
    // Every length that one entry may have, and many more, with texts that have no end and with
    // numbers of all kinds. A table is only looked into if it ends in an entry of zeros.
    let release = newest();
    for device_type in device_types(&release) {
        for name in TARGETS {
            for length in (0..400).chain((400..1100).step_by(4)) {
                for byte in [0, 0x41, 0xff] {
                    let mut table = vec![byte; length / 2];
                    table.resize(length, 0);
                    answer(device_type, &table, elf_target(name), &release);
                }
            }
        }
    }
}
