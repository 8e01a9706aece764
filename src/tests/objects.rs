//! Objects compared by their debugging information: `why` and `abi-diff`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use insta::assert_snapshot;
use tempfile::TempDir;
use testkit::elf_text::assemble;

/// A folder with all objects of the test data.
fn objects() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["pages-gcc.o", "pages-clang.o", "pages-changed.o", "user.o", "linked.o", "asm.o"] {
        let path = testkit::testdata().join("objects").join(format!("{name}.elf.txt"));
        let object = assemble(&fs::read_to_string(path).unwrap()).unwrap();
        fs::write(folder.path().join(name), object).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
    command.args(arguments).current_dir(folder).output().unwrap()
}

/// What a command prints that must end with this status, and say nothing on standard error.
fn answer(folder: &Path, arguments: &[&str], status: i32) -> String {
    let output = run(folder, arguments);
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_changed_member_is_the_cause() {
    let folder = objects();
    let said = answer(folder.path(), &["why", "page_count", "pages-gcc.o", "pages-changed.o"], 1);
    assert_snapshot!(said);
}

#[test]
fn two_compilers_describe_one_source_differently() {
    let folder = objects();
    let said = answer(folder.path(), &["why", "page_count", "pages-gcc.o", "pages-clang.o"], 1);
    assert_snapshot!(said);
}

#[test]
fn what_is_the_same_has_no_cause() {
    let folder = objects();
    answer(folder.path(), &["why", "page_count", "pages-gcc.o", "pages-gcc.o"], 0);
    answer(folder.path(), &["abi-diff", "pages-gcc.o", "pages-gcc.o"], 0);
}

/// The CRCs are those of gendwarfksyms, only of what is marked as an export, and the layouts are known.
#[test]
fn objects_have_exports_with_crcs_and_types() {
    let folder = objects();
    let said = answer(folder.path(), &["abi-diff", "pages-gcc.o", "pages-changed.o"], 1);
    assert_snapshot!(said);
    let listed = answer(folder.path(), &["extract", "--quiet", "pages-gcc.o"], 0);
    let symbols = "total\npage_count\n";
    fs::write(folder.path().join("list"), symbols).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
    command.args(["gendwarfksyms", "pages-gcc.o"]).current_dir(folder.path());
    command.stdin(fs::File::open(folder.path().join("list")).unwrap());
    let computed = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let crcs = |text: &str, crc: usize, symbol: usize| {
        let words = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[crc].to_owned(), words[symbol].to_owned())
        };
        let mut all: Vec<_> = text.lines().map(words).collect();
        all.sort();
        all
    };
    assert_eq!(crcs(&listed, 0, 1), crcs(&computed, 2, 1));
    assert_eq!(listed.lines().count(), 2);
}

/// In a linked object, an export is one of the file that defines it, whichever comes first.
#[test]
fn a_linked_object_has_the_exports_of_each_of_its_files() {
    let folder = objects();
    answer(folder.path(), &["why", "page_count", "linked.o", "pages-gcc.o"], 0);
    let listed = answer(folder.path(), &["extract", "--quiet", "linked.o"], 0);
    let alone = answer(folder.path(), &["extract", "--quiet", "pages-gcc.o"], 0);
    let crc = |text: &str| {
        let line = text.lines().find(|line| line.contains("\tpage_count\t"));
        line.map(|line| line.split('\t').next().unwrap_or_default().to_owned())
    };
    assert!(crc(&listed).is_some());
    assert_eq!(crc(&listed), crc(&alone));
    assert_eq!(listed.lines().count(), 3);
}

/// Several objects are pieces of one release.
#[test]
fn pieces_are_taken_together() {
    let folder = objects();
    let pieces = ["pages-gcc.o", "user.o", "--", "pages-changed.o", "user.o"];
    let said = answer(folder.path(), &[&["why", "page_count"][..], &pieces].concat(), 1);
    assert!(said.contains("int count -> long count"), "{said}");
    let said = answer(folder.path(), &["extract", "--quiet", "pages-gcc.o", "user.o"], 0);
    assert_eq!(said.lines().count(), 3, "{said}");
}

/// An assembler describes functions without their types.
#[test]
fn what_an_assembler_has_made_has_no_types() {
    let folder = objects();
    let output = run(folder.path(), &["why", "page_zero", "asm.o", "pages-gcc.o"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there are no types for this export in OLD, asm.o"), "{said}");
}

#[test]
fn without_debugging_information_there_are_no_types() {
    let folder = objects();
    let path = testkit::testdata().join("gendwarfksyms/no-debug-information/x.o.elf.txt");
    let object = assemble(&fs::read_to_string(path).unwrap()).unwrap();
    fs::write(folder.path().join("bare.o"), object).unwrap();
    let output = run(folder.path(), &["why", "page_count", "bare.o", "pages-gcc.o"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("there are no types for this export in OLD, bare.o"), "{said}");
}
