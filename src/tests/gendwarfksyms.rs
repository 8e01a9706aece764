//! Cases of gendwarfksyms: our own sources, the objects that compilers made of them as text (see
//! `elf_text`), and what the kernel's program answered. `cargo xtask conformance gendwarfksyms` asks
//! that program again.
//!
//! | file | what it is |
//! |---|---|
//! | `note` | what the case shows, and what made its object and its expectation |
//! | `source.*`, `types.h` | what the object was compiled from |
//! | `x.o.elf.txt` | the object |
//! | `list` | standard input |
//! | `command` | the arguments |
//! | `kernel` | the release whose program was asked, if it is not the newest |
//! | `expect/` | `status`, `stdout`, `stderr` and the file `symtypes`, as far as there are any |

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod kabi;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use modversions::gendwarfksyms::{Exports, Options, Output};
use modversions::release::{Behaviour, KernelRelease};
use testkit::elf_text::assemble;

/// What a run has answered.
#[derive(Debug, Default, PartialEq, Eq)]
struct Answer {
    status: String,
    stdout: String,
    stderr: String,
    symtypes: Option<String>,
}

fn cases() -> Vec<PathBuf> {
    let folder = testkit::testdata().join("gendwarfksyms");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 40);
    cases
}

fn text(path: &Path) -> Option<String> {
    fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Runs our program in a folder.
fn run(folder: &Path, arguments: &str, list: &[u8]) -> Answer {
    run_as(folder, None, arguments, list)
}

/// Runs our program as that of a release.
fn run_as(folder: &Path, release: Option<&str>, arguments: &str, list: &[u8]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
    command.arg("gendwarfksyms").current_dir(folder);
    command.args(release.iter().flat_map(|release| ["--kernel", *release]));
    command.args(arguments.split_whitespace());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.env_remove("KERNELVERSION").spawn().unwrap();
    // A program that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(list);
    let output = child.wait_with_output().unwrap();
    Answer {
        status: format!("{}\n", output.status.code().unwrap_or(-1)),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        symtypes: text(&folder.join("symtypes")),
    }
}

fn expected(case: &Path) -> Answer {
    let file = |name: &str| text(&case.join("expect").join(name));
    Answer {
        status: file("status").unwrap(),
        stdout: file("stdout").unwrap_or_default(),
        stderr: file("stderr").unwrap_or_default(),
        symtypes: file("symtypes"),
    }
}

/// The object of a case, in a folder of its own.
fn folder_of(case: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    if let Some(object) = text(&case.join("x.o.elf.txt")) {
        fs::write(folder.path().join("x.o"), assemble(&object).unwrap()).unwrap();
    }
    folder
}

#[test]
fn every_case_has_the_answer_of_the_kernels_program() {
    let mut faults = Vec::new();
    for case in cases() {
        let folder = folder_of(&case);
        let arguments = text(&case.join("command")).unwrap();
        let release = text(&case.join("kernel"));
        let release = release.as_deref().map(str::trim);
        let list = fs::read(case.join("list")).unwrap();
        let answer = run_as(folder.path(), release, &arguments, &list);
        let expected = expected(&case);
        if answer != expected {
            let name = case.file_name().unwrap().to_str().unwrap();
            faults.push(format!("{name}: expected {expected:#?}\nbut it is {answer:#?}"));
        }
    }
    assert!(faults.is_empty(), "{} cases:\n{}", faults.len(), faults.join("\n"));
}

/// What `--diagnostics` says of a case; and nothing else may depend on whether it is asked for.
fn said(name: &str) -> String {
    let case = testkit::testdata().join("gendwarfksyms").join(name);
    let folder = folder_of(&case);
    let arguments = format!("--diagnostics {}", text(&case.join("command")).unwrap());
    let answer = run(folder.path(), &arguments, &fs::read(case.join("list")).unwrap());
    let expected = expected(&case);
    let said = answer.stderr.strip_prefix(&expected.stderr).unwrap().to_owned();
    assert_eq!(Answer { stderr: expected.stderr.clone(), ..answer }, expected);
    said
}

#[test]
fn what_is_done_in_silence_is_reported_if_asked_for() {
    for name in [
        "aliases-that-are-none",
        "kabi",
        "kabi-rules-without-effect",
        "kabi-without-stable",
        "little-debug-information",
        "pointers-to-what-is-elsewhere",
        "renamed-members",
        "type-units",
    ] {
        insta::assert_snapshot!(format!("gendwarfksyms_{name}"), said(name));
    }
    for name in ["aliases", "cpp-names-of-cpp", "types-of-functions"] {
        assert_eq!(said(name), "", "{name}");
    }
}

#[test]
fn what_is_no_object_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for (content, reason) in [
        (&b""[..], "it is no ELF file"),
        (b"!<arch>\n", "it is no ELF file"),
        (b"\x7fELF\x02\x01\x01", "it is no ELF file"),
    ] {
        fs::write(folder.path().join("x.o"), content).unwrap();
        let answer = run(folder.path(), "x.o", b"f\n");
        let stderr = format!("error: gendwarfksyms: main: cannot read 'x.o': {reason}\n");
        assert_eq!((&*answer.status, &*answer.stdout, answer.stderr), ("1\n", "", stderr));
    }
}

#[test]
fn symbols_are_found_in_any_of_several_objects() {
    let case = testkit::testdata().join("gendwarfksyms/kabi");
    let folder = folder_of(&case);
    let other = testkit::testdata().join("gendwarfksyms/renamed-members");
    let object = assemble(&text(&other.join("x.o.elf.txt")).unwrap()).unwrap();
    fs::write(folder.path().join("y.o"), object).unwrap();
    let list = b"k1\nf\n";
    let alone = |object: &str, list: &[u8]| run(folder.path(), object, list).stdout;
    let both = run(folder.path(), "-s x.o y.o", list);
    let lines = [alone("-s x.o", b"k1\n"), alone("-s y.o", b"f\n")];
    assert!(lines.iter().all(|line| both.stdout.contains(line)), "{both:?}");
    assert_eq!(both.stderr, "");
}

/// Numbers that look like chance, and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// What a run in this process answers.
fn computed(object: &[u8], list: &[u8], options: &Options) -> Output {
    let mut output = Output::default();
    if let Some(mut exports) = Exports::read(list, options, &mut output) {
        let release = Behaviour::at(KernelRelease::NEWEST_KNOWN).gendwarfksyms;
        exports.compute(b"x.o", object, options, &release, &mut output);
        exports.finish(options, &mut output);
    }
    output
}

#[test]
fn broken_objects_neither_end_the_program_nor_take_all_memory() {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut answered = [0; 2];
    for name in ["declarations-of-c", "kabi", "renamed-members", "rust", "cpp-names-of-cpp"] {
        let case = testkit::testdata().join("gendwarfksyms").join(name);
        let object = assemble(&text(&case.join("x.o.elf.txt")).unwrap()).unwrap();
        let list = fs::read(case.join("list")).unwrap();
        for round in 0..160 {
            let mut broken = object.clone();
            for _ in 0..=chance.below(6) {
                let place = chance.below(broken.len());
                broken[place] = match chance.below(3) {
                    0 => chance.below(256) as u8,
                    1 => broken[place] ^ (1 << chance.below(8)),
                    _ => [0, 1, 0x7f, 0xff][chance.below(4)],
                };
            }
            if round % 8 == 0 {
                broken.truncate(chance.below(object.len()));
            }
            let options = Options {
                stable: round % 2 == 0,
                symtypes: true,
                dump_dies: round % 5 == 0,
                dump_versions: round % 7 == 0,
                ..Options::default()
            };
            let output = computed(&broken, &list, &options);
            answered[usize::from(output.has_failed)] += 1;
            assert!(output.stderr.len() + output.symtypes.len() < 64 << 20, "{name} {round}");
        }
    }
    // Both must occur, or nothing was tried.
    assert!(answered.iter().all(|count| *count > 50), "{answered:?}");
}
