//! What `cargo xtask fuzz coverage` found, in `testdata/fuzz/coverage`: files that together reach nearly
//! all of what a reader does. Each is read again, in little memory.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod readers;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use readers::READERS;

/// How much memory a reader may map for any of these files, in KiB: no more than for a good one.
const MEMORY: u32 = 1_000_000;

/// The files of a reader, by name.
fn files(reader: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fuzz/coverage").join(reader);
    let entries = fs::read_dir(&folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn each_file_is_read() {
    for reader in READERS {
        for file in files(reader.name) {
            // A panic names the line, and this the file.
            println!("{}", file.display());
            (reader.read)(&fs::read(file).unwrap());
        }
    }
}

#[test]
fn none_takes_much_memory() {
    let script = format!("ulimit -v {MEMORY}; exec \"$0\" --exact each_file_is_read");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).arg(env::current_exe().unwrap());
    let said = command.env("RAYON_NUM_THREADS", "1").output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
}

#[test]
fn the_files_are_few_and_small() {
    for reader in READERS {
        let files = files(reader.name);
        let bytes: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();
        let (name, count) = (reader.name, files.len());
        assert!((1..=200).contains(&count) && bytes <= 300_000, "{name}: {count}, {bytes} bytes");
    }
}
