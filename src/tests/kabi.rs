//! `modversions kabi`: rules of kABI over a tree that was built.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use insta::assert_snapshot;
use tempfile::TempDir;
use testkit::elf_text::assemble;

/// A tree with these objects, each with what Kbuild has recorded of it.
fn tree(names: &[&str]) -> TempDir {
    let tree = tempfile::tempdir().unwrap();
    let data = testkit::testdata().join("kabi");
    for name in names {
        let folder = tree.path().join(name);
        fs::create_dir(&folder).unwrap();
        let text = fs::read_to_string(data.join(format!("{name}.o.elf.txt"))).unwrap();
        fs::write(folder.join(format!("{name}.o")), assemble(&text).unwrap()).unwrap();
        let recorded = data.join(format!("{name}.cmd"));
        fs::copy(recorded, folder.join(format!(".{name}.o.cmd"))).unwrap();
    }
    tree
}

fn kabi(folder: &Path, paths: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
    command.arg("kabi").args(paths).current_dir(folder).output().unwrap()
}

/// All that was said, standard output first, and the status.
fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let status = output.status.code().unwrap();
    format!("{}{}exit status {status}", text(&output.stdout), text(&output.stderr))
}

#[test]
fn all_that_is_wrong_in_a_tree_is_reported_once() {
    let tree = tree(&["rules", "others", "leak"]);
    assert_snapshot!(said(&kabi(tree.path(), &["."])));
}

/// A rule that is used anywhere is used: `declonly hidden` is in all three, and changes something in one.
#[test]
fn a_rule_that_one_object_uses_is_used() {
    let tree = tree(&["rules", "others"]);
    let output = kabi(tree.path(), &["."]);
    let text = said(&output);
    assert!(text.contains("`ghost` matches nothing") && !text.contains("`hidden`"), "{text}");
    let alone = said(&kabi(tree.path(), &["others/others.o"]));
    assert!(alone.contains("declonly `hidden` matches nothing"), "{alone}");
}

/// What Kbuild has linked of others has no CRCs of its own, and does not count.
#[test]
fn linked_objects_in_a_tree_do_not_count() {
    let tree = tree(&["rules"]);
    let before = said(&kabi(tree.path(), &["."]));
    fs::copy(tree.path().join("rules/rules.o"), tree.path().join("built-in.o")).unwrap();
    fs::write(tree.path().join(".built-in.o.cmd"), "savedcmd_built-in.o := ld -r\n").unwrap();
    assert_eq!(said(&kabi(tree.path(), &["."])), before);
}

#[test]
fn a_tree_without_rules_is_good_and_one_that_is_not_there_fails() {
    let tree = tree(&[]);
    let output = kabi(tree.path(), &["."]);
    assert_eq!((output.status.code(), output.stdout), (Some(0), Vec::new()));
    let output = kabi(tree.path(), &["nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stderr, b"modversions: nowhere: No such file or directory\n");
}

/// Rules that gendwarfksyms refuses are its error, with the object.
#[test]
fn rules_that_are_none_are_an_error() {
    let tree = tree(&["rules"]);
    let path = tree.path().join("rules/rules.o");
    let mut object = fs::read(&path).unwrap();
    let at = object.windows(11).position(|it| it == b"1\0declonly\0").unwrap();
    object[at] = b'7';
    fs::write(&path, object).unwrap();
    let text = said(&kabi(tree.path(), &["."]));
    assert!(text.contains("unsupported kABI rule version: '7'"), "{text}");
    assert!(text.ends_with("exit status 2"), "{text}");
}
