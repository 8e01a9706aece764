//! What `--diagnostics` says, as snapshots to be read as a user would; and that it changes nothing.
//!
//! The longer inputs are in testdata/diagnostics, one for each kind of trouble.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use modversions::genksyms::{Options, Output, Reading, run};
use modversions::release::{Behaviour, KernelRelease};
use serde_json::Value;

/// One run for a kernel of the language until 6.13.
fn run_with(source: &[u8], options: &Options) -> Output {
    let release: KernelRelease = "6.1".parse().unwrap();
    run(source, None, options, &Behaviour::at(release).genksyms)
}

/// What is said of an input; and nothing else may depend on whether it is asked for.
fn said(source: &[u8]) -> String {
    // Skimming is compared with reading in the cases.
    let reading = Reading::Everything;
    let options =
        Options { dump_types: true, dump_expansions: true, reading, ..Options::default() };
    let without = run_with(source, &options);
    let with = run_with(source, &Options { diagnostics: true, ..options });
    let text = with.stderr.strip_prefix(&without.stderr[..]).unwrap().to_vec();
    assert_eq!(Output { stderr: without.stderr.clone(), ..with }, without);
    String::from_utf8(text).unwrap()
}

/// What is said of a file in testdata/diagnostics.
fn said_of(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/diagnostics");
    said(&fs::read(folder.join(name)).unwrap())
}

#[test]
fn a_declaration_is_lost() {
    assert_snapshot!("lost_declaration", said_of("lost_declaration.i"));
    assert_snapshot!("lost_type", said_of("lost_type.i"));
}

#[test]
fn text_is_kept_unparsed() {
    assert_snapshot!("unparsed_text", said_of("unparsed_text.i"));
}

#[test]
fn errors_that_follow_from_an_error_are_told_with_it() {
    assert_snapshot!("cascade", said_of("cascade.i"));
    assert_snapshot!("open_members", said_of("open_members.i"));
}

#[test]
fn an_error_without_consequences_is_a_warning() {
    assert_snapshot!("unaffected", said_of("unaffected.i"));
}

#[test]
fn exports_without_a_declaration() {
    assert_snapshot!("undeclared", said_of("undeclared.i"));
}

#[test]
fn the_order_of_definitions_matters() {
    assert_snapshot!("order", said_of("order.i"));
}

#[test]
fn the_input_ends_silently() {
    let export = "int late;\n__GENKSYMS_EXPORT_SYMBOL(late);\n";
    let byte = [b"# 1 \"pump.c\"\nint early; \xe9\n", export.as_bytes()].concat();
    assert_snapshot!("high_byte", said(&byte));
    assert_snapshot!("nul", said(format!("int f(void) {{\n \"\0\" \0\n}}\n{export}").as_bytes()));
    assert_snapshot!("unclosed", said_of("unclosed.i"));
    assert_snapshot!("cut_off", said(b"# 9 \"pump.c\"\nint early;\nint late(void"));
    let stars = "*".repeat(10_000);
    assert_snapshot!("stack", said(format!("int early;\nint {stars}p;\n{export}").as_bytes()));
}

#[test]
fn a_long_line_is_shown_around_the_token() {
    let (before, after) = ("int before(void); ".repeat(500), " int after(void);".repeat(500));
    let source = format!("# 70 \"pump.h\"\n{before}int lost @ here;{after}\n");
    assert_snapshot!("long_line", said(source.as_bytes()));
}

#[test]
fn the_number_of_a_line_may_be_too_large() {
    let source = format!("# {} \"pump.h\"\nint a;\nint lost @ here;\n", "9".repeat(30));
    assert!(said(source.as_bytes()).contains(&format!("pump.h:{}: warning", u64::MAX)));
}

#[test]
fn nothing_is_said_when_nothing_is_wrong() {
    for source in ["", "\n# 1 \"pump.c\"\n\n", "int a;", "__asm__(\"nop\");\nstruct s;\n"] {
        assert_eq!(said(source.as_bytes()), "", "{source}");
    }
    // Incomplete types, of the source file or of no file, are as it should be.
    assert_eq!(said_of("usual.i"), "");
}

#[test]
fn colors_are_for_terminals() {
    let options = Options { diagnostics: true, ..Options::default() };
    let plain = run_with(b"int a b;", &options).stderr;
    let colored = run_with(b"int a b;", &Options { color: true, ..options }).stderr;
    assert!(!plain.contains(&b'\x1b') && colored.contains(&b'\x1b'));
}

/// One run of the program: its status, standard output and standard error.
fn run_program(words: &[&str], source: &[u8]) -> (u8, Vec<u8>, String) {
    let arguments: Vec<OsString> =
        ["modversions", "genksyms"].iter().chain(words).map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(source), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    (status, stdout, String::from_utf8(stderr).unwrap())
}

#[test]
fn a_report_for_other_programs_has_the_same_and_changes_nothing() {
    let source = fs::read("testdata/diagnostics/lost_declaration.i").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let report = |format: &str| format!("{format}:{}", file(format).display());
    let (sarif, gitlab) = (report("sarif"), report("gitlab"));
    let plain = run_program(&[], &source);
    let with = run_program(&["--report", &sarif, "--report", &gitlab], &source);
    assert_eq!(with, plain);
    let log: Value = serde_json::from_slice(&fs::read(file("sarif")).unwrap()).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results[0]["ruleId"], "syntax-error");
    let said = said_of("lost_declaration.i");
    let place = &results[0]["locations"][0]["physicalLocation"];
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    let line = format!("{uri}:{}: error: syntax error", place["region"]["startLine"]);
    assert!(said.contains(&line), "{line} is not in:\n{said}");
    let issues: Value = serde_json::from_slice(&fs::read(file("gitlab")).unwrap()).unwrap();
    assert_eq!(issues.as_array().unwrap().len(), results.len());
    // Nothing wrong is a whole report.
    assert_eq!(run_program(&["--report", &gitlab], b"int early;\n").0, 0);
    assert_eq!(fs::read(file("gitlab")).unwrap().trim_ascii(), b"[]");
    // What cannot be written is said, and what is no report.
    let missing = format!("sarif:{}", file("no/such").display());
    let (status, _, stderr) = run_program(&["--report", &missing], b"");
    assert!(status == 1 && stderr.contains("no/such"), "{status} {stderr}");
    for wrong in ["sarif", "sarif:", "yaml:x"] {
        let (status, _, stderr) = run_program(&["--report", wrong], b"");
        assert!(status == 1 && stderr.starts_with("genksyms: --report: "), "{status} {stderr}");
    }
}
