//! What our own commands use of the machine: the program itself, where the system gives less than is
//! asked for.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use testkit::elf_text::assemble;

const SYMVERS: &str = "0x02620b98\tpump_start\tvmlinux\tEXPORT_SYMBOL\t\n";
const TYPES: &str =
    "s#pump struct pump { int width ; } \npump_start int pump_start ( s#pump * ) \n";
const MODULE: &str = "elf 64 little x86_64\nsection .modinfo alloc\nstring license=GPL name=pump\n\
    section .gnu.linkonce.this_module alloc write\nzeros 64\n";

/// Each command that reads kernels, modules or types, and its exit status in the [`folder`].
const COMMANDS: &[(&str, i32)] = &[
    ("abi-diff kernel kernel", 0),
    ("why pump_start kernel kernel", 0),
    ("check pump.ko --kernel kernel", 2),
    ("show pump.ko", 0),
    ("symtypes verify kernel", 1),
    ("symtypes consolidate kernel", 0),
    ("symtypes split types -o split", 0),
    ("symtypes show pump kernel", 0),
    ("layout pump kernel", 0),
    ("layout --all kernel", 0),
];

/// A directory with a kernel, a module, and a consolidated file.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("kernel")).unwrap();
    fs::write(path.join("kernel/Module.symvers"), SYMVERS).unwrap();
    for file in 0..20 {
        fs::write(path.join(format!("kernel/{file}.symtypes")), TYPES).unwrap();
    }
    fs::write(path.join("pump.ko"), assemble(MODULE).unwrap()).unwrap();
    fs::write(path.join("types"), format!("/* pump.symtypes */\n{TYPES}")).unwrap();
    folder
}

/// Runs a command in a directory, by a shell that sets its limits.
fn limited(folder: &Path, limits: &str, words: &str) -> Output {
    let script = format!("{limits} exec \"$0\" {words}");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_modversions")]).current_dir(folder);
    command.env_clear().output().unwrap()
}

fn assert_all_answer(limits: &str, options: &str) {
    for (words, status) in COMMANDS {
        let folder = folder();
        let usual = limited(folder.path(), "", words);
        let _ = fs::remove_dir_all(folder.path().join("split"));
        assert_eq!(usual.status.code(), Some(*status), "{words}: {usual:?}");
        let said = limited(folder.path(), limits, &format!("{words}{options}"));
        assert_eq!(said, usual, "{words}");
    }
}

#[test]
fn where_no_thread_can_be_made_there_is_one() {
    // No stack is that large.
    assert_all_answer("RUST_MIN_STACK=1000000000000000", "");
}

#[test]
fn the_number_of_threads_is_bounded() {
    // 100,000 stacks, 200 GB, do not fit.
    assert_all_answer("ulimit -v 4000000; RAYON_NUM_THREADS=100000", "");
    assert_all_answer("ulimit -v 4000000;", " --jobs 100000");
    assert_all_answer("", " -j 1");
}

#[test]
fn no_threads_at_all_are_refused() {
    let said = limited(folder().path(), "", "abi-diff kernel kernel -j 0");
    let message = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(2));
    assert!(message.starts_with("error: invalid value '0' for '--jobs <N>'"), "{message}");
}
