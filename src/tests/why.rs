//! `modversions why`, on two small releases.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod objects;

use std::ffi::OsString;
use std::fs;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use tempfile::TempDir;

const OLD: &str = "\
s#nozzle struct nozzle { int width ; } 
s#tank struct tank { UNKNOWN } 
s#pump struct pump { s#nozzle * nozzle , * spare ; s#tank * tank ; s#pump * next ; } 
t#mode_t typedef unsigned short mode_t 
pump_start int pump_start ( s#pump * , t#mode_t ) 
pump_count extern int pump_count 
";

const NEW: &str = "\
s#nozzle struct nozzle { int width ; int height ; } 
s#tank struct tank { long litres ; } 
s#pump struct pump { s#nozzle * nozzle , * spare ; s#tank * tank ; s#pump * next ; } 
t#mode_t typedef unsigned short mode_t 
t#bool typedef _Bool bool 
pump_start int pump_start ( s#pump * , t#mode_t , t#bool ) 
pump_count int pump_count 
";

fn releases() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (release, text) in [("old", OLD), ("new", NEW)] {
        fs::create_dir_all(directory.path().join(release).join("drivers")).unwrap();
        fs::write(directory.path().join(release).join("drivers/pump.symtypes"), text).unwrap();
    }
    directory
}

fn run(directory: &TempDir, symbol: &str) -> String {
    let path = |release: &str| OsString::from(directory.path().join(release));
    let words = ["modversions", "why", symbol].map(OsString::from);
    let args: Vec<OsString> = words.into_iter().chain([path("old"), path("new")]).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, &Environment::default(), &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said =
        format!("status: {status}\n--- stdout\n{}--- stderr\n{}", text(stdout), text(stderr));
    said.replace(directory.path().to_str().unwrap(), "DIR")
}

#[test]
fn the_way_from_the_export_to_each_changed_declaration_is_told() {
    assert_snapshot!("changed", run(&releases(), "pump_start"));
}

#[test]
fn a_marker_is_no_change() {
    assert_snapshot!("same", run(&releases(), "pump_count"));
}

#[test]
fn an_export_without_types_is_an_error() {
    assert_snapshot!("unknown", run(&releases(), "pump_stop"));
    assert_snapshot!("no_export", run(&releases(), "s#pump"));
}
