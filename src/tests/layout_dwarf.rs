//! Layouts from the debugging information of an object, against those from the `.symtypes` that the
//! kernel's gendwarfksyms writes of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use testkit::elf_text::assemble;

/// A case of gendwarfksyms.
fn case(name: &str) -> PathBuf {
    testkit::testdata().join("gendwarfksyms").join(name)
}

/// A folder with the object of a case in it, `x.o`.
fn with_object(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(case(name).join("x.o.elf.txt")).unwrap();
    fs::write(folder.path().join("x.o"), assemble(&text).unwrap()).unwrap();
    folder
}

fn layout(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
    command.arg("layout").args(arguments).current_dir(folder).output().unwrap()
}

/// Standard output of a run that must answer.
fn answer(folder: &Path, arguments: &[&str]) -> String {
    let output = layout(folder, arguments);
    assert!(output.stderr.is_empty() && output.status.code() != Some(2), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What exports reach, both have alike: C of each version of DWARF, and Rust.
#[test]
fn what_the_kernels_program_writes_has_the_same_layouts() {
    let mut compared = 0;
    for name in [
        "declarations-of-c",
        "declarations-of-c-in-dwarf-4",
        "declarations-of-c-in-dwarf-3",
        "offsets-of-64-bits",
        "compressed-sections",
        "rust",
    ] {
        let folder = with_object(name);
        fs::copy(case(name).join("expect/symtypes"), folder.path().join("x.symtypes")).unwrap();
        let all = answer(folder.path(), &["--from", "dwarf", "--all", "x.o"]);
        let lines: Vec<&str> = all.lines().collect();
        let reached = answer(folder.path(), &["--all", "x.symtypes"]);
        for line in reached.lines().filter(|line| !line.starts_with('?')) {
            assert!(lines.contains(&line), "{name}: {line}\n{all}");
            compared += 1;
        }
        // Member by member.
        for title in reached.lines().filter_map(|line| line.split('\t').nth(3)) {
            let [dwarf, symtypes] =
                [&["--from", "dwarf", title, "x.o"][..], &[title, "x.symtypes"]]
                    .map(|arguments| answer(folder.path(), arguments));
            let drawn = |text: &str| text.lines().skip(3).map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(drawn(&dwarf), drawn(&symtypes), "{name}: {title}");
        }
    }
    assert!(compared > 60, "{compared}");
}

/// An object without BTF is read without being asked for that; what a `.c` file defines is shown, too, which
/// `.symtypes` hide.
#[test]
fn an_object_without_btf_has_layouts() {
    let folder = with_object("kabi");
    let said = answer(folder.path(), &["s1", "enum ke", "x.o"]);
    let expected = "from DWARF

source.c:
                   struct s1 {
        0       4      int a;
        4       4      union {
        4       4          unsigned int n;
        4       1          unsigned char __kabi_ignored0;
                       };
        8       8      unsigned long b;
                   };
size 16, members 3, cache lines 1

source.c:
                   enum ke {
                       K1 = 0,
                       K2 = 1,
                       K3 = 2,
                   };
";
    assert!(said.starts_with(expected), "{said}");
}

/// Of a large file, debugging information is not read where nobody asks for it.
#[test]
fn the_debugging_information_of_a_large_object_is_read_if_asked_for() {
    let folder = with_object("kabi");
    let small = answer(folder.path(), &["s1", "x.o"]);
    let mut object = fs::read(folder.path().join("x.o")).unwrap();
    object.resize(2 << 20, 0);
    fs::write(folder.path().join("x.o"), object).unwrap();
    assert_eq!(answer(folder.path(), &["s1", "x.o"]), small);
}

#[test]
fn what_has_no_types_or_damaged_ones_is_refused_in_one_line() {
    let refused = |folder: &TempDir, arguments: &[&str], reason: &str| {
        let output = layout(folder.path(), arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said), (Some(2), format!("modversions: {reason}\n")));
    };
    let folder = with_object("no-debug-information");
    refused(&folder, &["s1", "x.o"], "x.o: it has no BTF (CONFIG_DEBUG_INFO_BTF)");
    refused(&folder, &["--from", "dwarf", "s1", "x.o"], "x.o: it has no DWARF");
    let folder = with_object("kabi");
    refused(
        &folder,
        &["s", "x.o"],
        "x.o: there is no type s in it; did you mean struct s1 or struct s2 or struct s3?",
    );
    let text = fs::read_to_string(case("kabi").join("x.o.elf.txt")).unwrap();
    // The length of the first unit.
    let damaged = text.replacen("  hex e7030000", "  hex e70300ff", 1);
    assert_ne!(text, damaged);
    fs::write(folder.path().join("x.o"), assemble(&damaged).unwrap()).unwrap();
    let reason = "x.o: its debugging information (DWARF) is truncated or damaged";
    refused(&folder, &["s1", "x.o"], reason);
}

/// Of several objects, all have types, and each variant says which it is of.
#[test]
fn all_objects_are_read_that_are_given_as_pieces() {
    let folder = with_object("kabi");
    fs::rename(folder.path().join("x.o"), folder.path().join("first.o")).unwrap();
    let text = fs::read_to_string(case("declarations-of-c").join("x.o.elf.txt")).unwrap();
    fs::write(folder.path().join("second.o"), assemble(&text).unwrap()).unwrap();
    let pieces = ["-k", "first.o", "-k", "second.o", "--from", "dwarf"];
    let said = answer(folder.path(), &[&pieces[..], &["s1", "hdr"]].concat());
    assert!(said.contains("struct s1 {") && said.contains("struct hdr {"), "{said}");
}

#[test]
fn objects_for_different_machines_are_refused() {
    let folder = with_object("kabi");
    let mut object = fs::read(folder.path().join("x.o")).unwrap();
    // e_machine: EM_AARCH64
    object[18] = 183;
    fs::write(folder.path().join("y.o"), object).unwrap();
    let pieces = ["-k", "x.o", "-k", "y.o", "--from", "dwarf", "s1"];
    let output = layout(folder.path(), &pieces);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("different machines"), "{said}");
}
