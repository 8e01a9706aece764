//! Gates, baselines and bisecting: which differences fail, and what `--bless` writes.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod in_folder;

use std::fs;

use tempfile::TempDir;
use testkit::{files, testdata};

use self::in_folder::{put, run};

/// Two kernels, of which the new one has a different layout of `struct tank` and of `struct rack`.
fn kernels() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, bytes) in files::read_below(&testdata().join("abi-diff/change-layout")).unwrap() {
        put(folder.path(), &path, bytes);
    }
    folder
}

/// The status of a comparison of `./old` and `./new` with these options.
fn compared(folder: &TempDir, options: &str) -> (u8, String) {
    run(folder.path(), &format!("abi-diff {options} ./old ./new"))
}

#[test]
fn a_gate_fails_for_what_it_lists_and_nothing_else() {
    let folder = kernels();
    // Each: what fails, and the status.
    let cases = [
        ("'breaking', 'warning'", 1),
        ("'change-layout'", 1),
        ("'type-changed'", 1),
        ("'crc-changed'", 1),
        ("'change-signature', 'export-removed'", 0),
        ("'change-unknown'", 0),
        ("'note'", 0),
    ];
    for (fail, status) in cases {
        put(folder.path(), "policy.toml", format!("[gate]\nfail = [{fail}]\n"));
        let (found, text) = compared(&folder, "--gate policy.toml");
        assert_eq!(found, status, "{fail}: {text}");
    }
    // What is new is a note; a gate may fail for it.
    let list = folder.path().join("new/Module.symvers");
    let symvers = fs::read_to_string(&list).unwrap();
    put(
        folder.path(),
        "new/Module.symvers",
        symvers + "0x00000001\tpump\tvmlinux\tEXPORT_SYMBOL\t\n",
    );
    put(folder.path(), "policy.toml", "[gate]\nfail = 'export-added'\n");
    let (status, text) = compared(&folder, "-f symbols --gate policy.toml");
    assert_eq!((status, &*text), (1, "pump\n"));
}

#[test]
fn rules_come_before_the_gate() {
    let folder = kernels();
    let rule = "[[rule]]\nsymbol = '*'\nreason = 'none'\n";
    put(folder.path(), "policy.toml", format!("[gate]\nfail = 'change-layout'\n\n{rule}"));
    assert_eq!(compared(&folder, "--gate policy.toml").0, 0);
    put(folder.path(), "rules.toml", rule);
    let (status, text) = compared(&folder, "--gate rules.toml");
    assert_eq!((status, &*text), (2, "modversions: DIR/rules.toml: it has no table [gate]\n"));
    put(folder.path(), "policy.toml", "[gate]\nfail = 'change-it'\n");
    let (status, text) = compared(&folder, "--gate policy.toml");
    assert!(status == 2 && text.contains("policy.toml:2: expected `breaking`"), "{text}");
}

#[test]
fn only_what_is_new_fails_after_a_blessing() {
    let folder = kernels();
    let (status, text) = compared(&folder, "-f symbols --bless accepted.toml");
    assert_eq!(
        (status, &*text),
        (0, "modversions: DIR/accepted.toml: 3 rules added, 0 kept, 0 removed\n")
    );
    assert_eq!(compared(&folder, "-f null --rules accepted.toml").0, 0);
    let written = fs::read_to_string(folder.path().join("accepted.toml")).unwrap();
    assert!(written.contains("\ntype = \"s#tank\"\nis = \"0x"), "{written}");

    // What people write there stays, and nothing is added a second time.
    let reviewed = written.replacen("accepted; fill in why", "agreed on the list", 1);
    put(folder.path(), "accepted.toml", &reviewed);
    let (status, text) = compared(&folder, "-f null --bless accepted.toml");
    assert_eq!(
        (status, &*text),
        (0, "modversions: DIR/accepted.toml: 0 rules added, 3 kept, 0 removed\n")
    );
    assert_eq!(fs::read_to_string(folder.path().join("accepted.toml")).unwrap(), reviewed);

    // The same type changes once more.
    let types = folder.path().join("new/drivers/tank.symtypes");
    let changed = fs::read_to_string(&types).unwrap().replacen("level ;", "level ; char more ;", 1);
    fs::write(&types, changed).unwrap();
    put(folder.path(), "policy.toml", "[gate]\nbaseline = 'accepted.toml'\n");
    assert_eq!(compared(&folder, "-f null --rules accepted.toml").0, 1);
    assert_eq!(compared(&folder, "-f null --gate policy.toml").0, 1);
    let (status, text) = compared(&folder, "-f null --gate policy.toml --bless accepted.toml");
    assert_eq!(
        (status, &*text),
        (0, "modversions: DIR/accepted.toml: 1 rule added, 2 kept, 1 removed\n")
    );
    assert_eq!(compared(&folder, "-f null --gate policy.toml").0, 0);
}

#[test]
fn what_is_no_baseline_is_not_overwritten() {
    let folder = kernels();
    for text in ["precious\n", "kfree PASS\n", "[[rule]]\nsymbol = 'a'\n"] {
        put(folder.path(), "notes.toml", text);
        let (status, said) = compared(&folder, "-f null --bless notes.toml");
        let expected =
            "modversions: DIR/notes.toml: it is not a baseline, and is not overwritten\n";
        assert_eq!((status, &*said), (2, expected));
        assert_eq!(fs::read_to_string(folder.path().join("notes.toml")).unwrap(), text);
    }
}

#[test]
fn a_baseline_has_the_limits_of_what_is_given() {
    let folder = kernels();
    let large = fs::File::create(folder.path().join("large.toml")).unwrap();
    large.set_len(1 << 26).unwrap();
    let (status, said) = compared(&folder, "-f null --bless large.toml");
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("--max-memory"), "{said}");
}

#[test]
fn a_bisection_skips_what_cannot_be_read() {
    let folder = kernels();
    for command in ["abi-diff --bisect ./old ./gone", "why --bisect tank_drain ./old ./gone"] {
        assert_eq!(run(folder.path(), command).0, 125, "{command}");
        assert_eq!(run(folder.path(), &command.replace("--bisect ", "")).0, 2, "{command}");
    }
    assert_eq!(run(folder.path(), "check --bisect ./gone.ko -k ./old/Module.symvers").0, 125);
    assert_eq!(run(folder.path(), "abi-diff --bisect ./old ./new").0, 1);
    assert_eq!(run(folder.path(), "abi-diff --bisect ./old ./old").0, 0);
}
