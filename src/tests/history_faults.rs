//! Bad input to `modversions history`: one clear sentence each, and nothing is lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::in_folder::put;
use crate::pump::SYMVERS;
use crate::{history, put_kernel, said, tree};

/// Kernels in the folders `k1`, `k2` and so on.
fn put_kernels(folder: &Path, count: usize) -> Vec<String> {
    let put = |number: usize| {
        let name = format!("k{number}");
        let symvers = SYMVERS.replace("0x00000009", &format!("0x{:08x}", 9 + number / 2));
        put_kernel(folder, &name, &format!("6.12.{number}-amd64"), &symvers);
        name
    };
    (1..=count).map(put).collect()
}

fn add<'w>(set: &'w str, kernels: &'w [String]) -> Vec<String> {
    let kernels = kernels.iter().map(|name| format!("./{name}"));
    ["add".to_owned(), set.to_owned()].into_iter().chain(kernels).collect()
}

fn words(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// A data set of three kernels, of which the last two build on the first.
fn three() -> TempDir {
    let folder = TempDir::new().unwrap();
    let kernels = put_kernels(folder.path(), 3);
    assert_eq!(history(folder.path(), &words(&add("./set", &kernels))).0, 0);
    folder
}

/// The file of a part of that data set.
fn file(folder: &TempDir, number: usize, name: &str) -> PathBuf {
    let part = format!("architecture=x86_64/series=6.12/release=6.12.{number}-amd64");
    folder.path().join("set/distribution=debian").join(part).join(name)
}

#[test]
fn what_is_damaged_is_said_and_the_rest_answers() {
    let mut texts = Vec::new();
    // The CRCs of one kernel.
    let folder = three();
    let path = file(&folder, 2, "exports.parquet");
    let mut bytes = fs::read(&path).unwrap();
    bytes[20] ^= 0x10;
    fs::write(&path, &bytes).unwrap();
    texts.push(said(folder.path(), &["symbol", "./set", "kfree"]));
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    texts.push(said(folder.path(), &["symbol", "./set", "kfree"]));
    fs::write(&path, b"").unwrap();
    texts.push(said(folder.path(), &["symbol", "./set", "kfree"]));
    // What the others build on.
    let folder = three();
    let path = file(&folder, 1, "symbols.parquet");
    fs::remove_file(&path).unwrap();
    texts.push(said(folder.path(), &["symbol", "./set", "kfree"]));
    let kernels = put_kernels(folder.path(), 4);
    texts.push(said(folder.path(), &words(&add("./set", &kernels[3..]))));
    let folder = three();
    fs::remove_file(file(&folder, 3, "release.parquet")).unwrap();
    texts.push(said(folder.path(), &["releases", "./set"]));
    assert_snapshot!("damaged", texts.concat());
}

#[test]
fn a_base_that_was_exchanged_is_seen() {
    let folder = three();
    let part = file(&folder, 1, "");
    fs::remove_dir_all(&part).unwrap();
    let symvers = SYMVERS.replace("kfree", "krealloc");
    put_kernel(folder.path(), "other", "6.12.1-amd64", &symvers);
    // It would build on what builds on it.
    let other = TempDir::new().unwrap();
    put_kernel(other.path(), "other", "6.12.1-amd64", &symvers);
    assert_eq!(history(other.path(), &["add", "./set", "./other"]).0, 0);
    let from = other.path().join("set/distribution=debian/architecture=x86_64/series=6.12");
    fs::rename(from.join("release=6.12.1-amd64"), part).unwrap();
    assert_snapshot!("exchanged", said(folder.path(), &["symbol", "./set", "printk"]));
}

#[test]
fn a_part_of_a_newer_schema_is_said_to_be_one() {
    let folder = three();
    let path = file(&folder, 2, "exports.parquet");
    let bytes = fs::read(&path).unwrap();
    let key = b"modversions.schema";
    let at = bytes.windows(key.len()).position(|it| it == key).unwrap() + key.len();
    let mut newer = bytes.clone();
    let one = newer[at..].iter().position(|byte| *byte == b'1').unwrap();
    newer[at + one] = b'7';
    fs::write(&path, newer).unwrap();
    assert_snapshot!("newer", said(folder.path(), &["symbol", "./set", "kfree"]));
}

#[test]
fn the_same_kernel_with_other_content_changes_nothing() {
    let folder = three();
    let before = tree(&folder.path().join("set"));
    put_kernel(folder.path(), "other", "6.12.2-amd64", &SYMVERS.replace("kfree", "krealloc"));
    let texts = [
        said(folder.path(), &["add", "./set", "./other"]),
        said(folder.path(), &["add", "./set", "./other", "--release", "6.12.2-amd64.1"]),
    ];
    let after = tree(&folder.path().join("set"));
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)));
    assert_snapshot!("other_content", texts.concat());
}

#[test]
fn what_is_no_kernel_and_no_data_set_is_refused() {
    let folder = three();
    put(folder.path(), "empty/.keep", "");
    put(folder.path(), "text", "some text\n");
    put_kernel(folder.path(), "odd", "../../6.12", SYMVERS);
    put(folder.path(), "Module.symvers", SYMVERS);
    let ask = |words: &[&str]| said(folder.path(), words);
    let texts = [
        ask(&["symbol", "./nothing", "kfree"]),
        ask(&["symbol", "./empty", "kfree"]),
        ask(&["add", "./empty", "./k1"]),
        ask(&["add", "./text", "./k1"]),
        ask(&["add", "./set", "./text", "./k1"]),
        ask(&["add", "./set", "./odd"]),
        ask(&["add", "./set", "./Module.symvers"]),
        ask(&[
            "add",
            "./set",
            "./Module.symvers",
            "--release",
            "6.12.20",
            "--distribution",
            "mine",
        ]),
        ask(&["add", "./set", "./k1", "./k2", "--release", "6.12.21"]),
        ask(&["add", "./set", "./k1", "--built", "yesterday"]),
    ];
    assert_snapshot!("refused", texts.concat());
}

/// The program itself, which may be killed.
fn program(folder: &Path, arguments: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_modversions"));
    let in_folder = |word: &String| match word.strip_prefix("./") {
        Some(name) => folder.join(name).into_os_string(),
        None => word.into(),
    };
    command.arg("history").args(arguments.iter().map(in_folder));
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command
}

/// The names of kernels as the data set lists them, each with its number of exports.
fn listed(folder: &Path, set: &str) -> String {
    history(folder, &["symbol", set, "kfree", "-f", "csv"]).1
}

#[test]
fn several_runs_at_once_lose_nothing() {
    let folder = TempDir::new().unwrap();
    let kernels = put_kernels(folder.path(), 12);
    assert_eq!(history(folder.path(), &words(&add("./alone", &kernels))).0, 0);
    let mut runs = Vec::new();
    for number in 0..4 {
        let mut own = kernels.clone();
        own.rotate_left(3 * number);
        runs.push(program(folder.path(), &add("./set", &own)).spawn().unwrap());
    }
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    assert_eq!(listed(folder.path(), "./set"), listed(folder.path(), "./alone"));
    let names = fs::read_dir(folder.path().join("set")).unwrap();
    assert_eq!(names.count(), 1, "something was left behind");
}

#[test]
fn a_run_that_is_killed_leaves_whole_parts_only() {
    let folder = TempDir::new().unwrap();
    let kernels = put_kernels(folder.path(), 24);
    assert_eq!(history(folder.path(), &words(&add("./alone", &kernels))).0, 0);
    for pause in [0, 3, 6, 12, 25, 50] {
        let mut run = program(folder.path(), &add("./set", &kernels)).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        run.kill().unwrap();
        run.wait().unwrap();
        if folder.path().join("set/distribution=debian").exists() {
            let (status, _, errors) = history(folder.path(), &["releases", "./set"]);
            assert!(status == 0 || errors.contains("no kernels"), "{errors}");
        }
    }
    assert_eq!(history(folder.path(), &words(&add("./set", &kernels))).0, 0);
    assert_eq!(listed(folder.path(), "./set"), listed(folder.path(), "./alone"));
}

/// A limit on the size of files stands for a disk that is full: both make writing fail half way.
#[test]
fn a_disk_that_is_full_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    put_kernels(folder.path(), 1);
    let many: String = (0..5000)
        .map(|number| {
            format!("0x{:08x}\tsymbol_{number}\tvmlinux\tEXPORT_SYMBOL\t\n", number * 77_777)
        })
        .collect();
    put_kernel(folder.path(), "large", "6.12.50-amd64", &many);
    assert_eq!(history(folder.path(), &["add", "./set", "./k1"]).0, 0);
    let before = tree(&folder.path().join("set"));
    let script = "trap '' XFSZ; ulimit -f 4; exec \"$0\" history add \"$1\" \"$2\"";
    let output = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_modversions")])
        .args([folder.path().join("set"), folder.path().join("large")])
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("File too large"), "{errors}");
    assert!(tree(&folder.path().join("set")) == before);
    assert_eq!(fs::read_dir(folder.path().join("set")).unwrap().count(), 1);
    assert_eq!(history(folder.path(), &["add", "./set", "./large"]).0, 0);
}
