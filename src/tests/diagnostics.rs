//! What `--diagnostics` says, as snapshots to be read as a user would; and that it changes nothing.
//!
//! The longer inputs are in testdata/diagnostics, one for each kind of trouble.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;
use modversions::genksyms::{Options, Output, Reading, run};
use modversions::release::{Behaviour, KernelRelease};

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
