//! `modversions symtypes`: on a tree of our own, testdata/symtypes/tree.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};

const TREE: &str = "testdata/symtypes/tree";

/// Runs `modversions` with these words, in the top of the repository; gives status, output and
/// messages.
fn run(words: &[&str]) -> (u8, String, String) {
    let words = [&["modversions"], words].concat();
    let args: Vec<OsString> = words.into_iter().map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let stdin = Stdin::Bytes(b"");
    let mut io = Io { stdin, stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, &Environment::default(), &mut io);
    (status, String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The same as one text.
fn said(words: &[&str]) -> String {
    let (status, stdout, stderr) = run(words);
    format!("status: {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
}

/// Writes the files of a tree.
fn write(top: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = top.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn the_help_teaches() {
    for command in ["verify"] {
        assert_snapshot!(format!("{command}_help"), said(&["symtypes", command, "--help"]));
    }
    assert_snapshot!("help", said(&["symtypes", "--help"]));
}

#[test]
fn crcs_are_proved_by_the_types() {
    assert_snapshot!("verify", said(&["symtypes", "verify", TREE]));
    let old = "testdata/symtypes/old.symvers";
    assert_snapshot!(
        "verify_list",
        said(&["symtypes", "verify", TREE, "--list", "--symvers", old])
    );
    // The CRC is that of gendwarfksyms 7.0.
    assert_eq!(run(&["symtypes", "verify", "testdata/symtypes/dwarf"]).0, 0);
}

#[test]
fn an_export_of_two_files_is_proved_by_either_and_one_with_a_gap_by_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // The CRC of `int f ( void ) ` is what upstream prints.
    write(
        folder.path(),
        &[
            ("a.symtypes", "f extern int f ( int )\n"),
            ("b.symtypes", "f int f ( void ) \n"),
            ("c.symtypes", "g int g ( s#gap ) \n"),
            ("Module.symvers", "0xe0df8f5b\tf\tvmlinux\n0x00000001\tg\tvmlinux\n"),
        ],
    );
    let (status, stdout, _) = run(&["symtypes", "verify", folder.path().to_str().unwrap()]);
    assert_eq!(status, 1);
    assert!(stdout.starts_with(
        "c.symtypes: g: 0x00000001 is recorded, but there is no line for s#gap\n     1 exports have"
    ));
}
