//! `modversions history`: what is kept of kernels and what comes of questions to many; and bad input, of
//! which nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod history_faults;
mod in_folder;
#[allow(dead_code, reason = "tests of `check` use the rest")]
mod pump;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use serde_json::Value;
use tempfile::TempDir;
use testkit::btf_file::{FLAG, STRUCT, TYPEDEF, Writer};
use testkit::elf_text::assemble;
use testkit::schema::assert_of_schema;

use self::in_folder::put;
use self::pump::{CONFIG, MAGIC, Pump, RELEASE, SYMVERS, headers, pump};

/// Runs `modversions history` in a folder, which the texts call `DIR`: the status, and what is said on
/// standard output and standard error.
pub(crate) fn history(folder: &Path, words: &[&str]) -> (u8, String, String) {
    let mut arguments: Vec<OsString> = ["modversions", "history"].map(OsString::from).into();
    let in_folder = |word: &&str| match word.strip_prefix("./") {
        Some(name) => folder.join(name).into_os_string(),
        None => OsString::from(word),
    };
    arguments.extend(words.iter().map(in_folder));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let stdin = Stdin::Bytes(b"");
    let mut io = Io { stdin, stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap().replace(folder.to_str().unwrap(), "DIR");
    (status, text(stdout), text(stderr))
}

/// The same as one text.
pub(crate) fn said(folder: &Path, words: &[&str]) -> String {
    let (status, stdout, stderr) = history(folder, words);
    let text = format!("$ history {}\n{stdout}{stderr}status: {status}\n\n", words.join(" "));
    // How far gzip packs something is not said.
    let lines = text.lines().map(|line| match line.split_once(" bytes") {
        Some((before, after)) => {
            let before = before.trim_end_matches(|letter: char| letter.is_ascii_digit());
            format!("{before}N bytes{after}\n")
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// A kernel's headers in a folder of this name: its release, and what it exports.
pub(crate) fn put_kernel(folder: &Path, name: &str, release: &str, symvers: &str) {
    let put = |file: &str, content: &str| put(folder, &format!("{name}/{file}"), content);
    put("Module.symvers", symvers);
    put(".config", CONFIG);
    put("include/generated/utsrelease.h", &format!("#define UTS_RELEASE \"{release}\"\n"));
    put("include/generated/compile.h", "#define LINUX_COMPILE_BY \"debian-kernel\"\n");
}

/// BTF in the file that headers have for it: `struct task` has so many bytes before its members.
fn put_btf(folder: &Path, name: &str, before: u32) {
    let mut btf = Writer::new(false);
    let int = btf.int("int", 4);
    let long = btf.int("long int", 8);
    let runtime =
        btf.list("entity", STRUCT, 16, &[("weight", &[long, 0]), ("runtime", &[long, 64])]);
    let inner = btf.list("", STRUCT, 4, &[("low", &[int, 0])]);
    let start = 8 * before;
    let members: [(&str, &[u32]); 5] = [
        ("pid", &[int, start]),
        ("flag", &[int, 1 << 24 | (start + 35)]),
        ("entity", &[runtime, start + 64]),
        ("", &[inner, start + 192]),
        ("named", &[inner, start + 224]),
    ];
    // With bit-fields, the size of one stands above the offset.
    let task = btf.list("task", STRUCT | FLAG, before + 32, &members);
    btf.add("task_t", TYPEDEF, 0, task, &[]);
    let digits: String = btf.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("elf 64 little x86_64\nsection .BTF alloc\nhex {digits}\n");
    put(folder, &format!("{name}/vmlinux"), assemble(&text).unwrap());
}

/// Four kernels of one flavour, with and without BTF, and one of another; in a data set, `./set`.
fn data_set() -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let changed = SYMVERS.replace("0x00000009\tkfree", "0x00000099\tkfree");
    let without = changed.replace("0x0000000a\tflow\tvmlinux\tEXPORT_SYMBOL\tPUMP\n", "");
    put_kernel(path, "one", "6.12.1-amd64", SYMVERS);
    put_kernel(path, "two", "6.12.9-amd64", SYMVERS);
    put_kernel(path, "three", "6.12.10-amd64", &changed);
    put_kernel(path, "four", "6.12.11-amd64", &without);
    put_kernel(path, "cloud", "6.12.10-cloud-amd64", &changed);
    put_btf(path, "one", 0);
    put_btf(path, "two", 0);
    put_btf(path, "three", 8);
    let add = ["add", "./set", "./one", "./two", "./three", "./four", "./cloud"];
    let (status, _, stderr) = history(path, &add);
    assert_eq!(status, 0, "{stderr}");
    folder
}

/// All files below a folder, by path.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = files.filter(|it| it.file_type().is_file());
    let file = |it: walkdir::DirEntry| {
        let path = it.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        (path, fs::read(it.path()).unwrap())
    };
    files.map(file).collect()
}

#[test]
fn kernels_are_added_and_listed_with_what_is_not_known() {
    let folder = TempDir::new().unwrap();
    put_kernel(folder.path(), "one", "6.12.1-amd64", SYMVERS);
    put_kernel(folder.path(), "two", "6.12.9-amd64", SYMVERS);
    put_btf(folder.path(), "two", 0);
    let lines = [
        said(folder.path(), &["add", "./set", "./one"]),
        said(folder.path(), &["add", "./set", "./two", "./one"]),
        said(folder.path(), &["releases", "./set"]),
    ];
    assert_snapshot!("add", lines.concat());
}

#[test]
fn a_symbol_is_followed_along_the_releases() {
    let folder = data_set();
    let ask = |words: &[&str]| said(folder.path(), words);
    let texts = [
        ask(&["symbol", "./set", "kfree"]),
        ask(&["symbol", "./set", "flow"]),
        ask(&["symbol", "./set", "gauge_read", "--flavour", "cloud-amd64"]),
        ask(&["symbol", "./set", "nothing"]),
        ask(&["symbol", "./set", "kfree", "--series", "5.10"]),
        ask(&["symbol", "./set", "kfree", "--format", "csv"]),
    ];
    assert_snapshot!("symbol", texts.concat());
}

#[test]
fn a_type_and_a_member_are_followed_along_the_releases() {
    let folder = data_set();
    let ask = |words: &[&str]| said(folder.path(), words);
    let texts = [
        ask(&["type", "./set", "task"]),
        ask(&["type", "./set", "struct task", "--flavour", "cloud-amd64"]),
        ask(&["type", "./set", "nothing"]),
        ask(&["member", "./set", "task.pid"]),
        ask(&["member", "./set", "struct task.flag"]),
        ask(&["member", "./set", "task.entity.runtime"]),
        ask(&["member", "./set", "task.low"]),
        ask(&["member", "./set", "task.named.low"]),
        ask(&["member", "./set", "task.nothing"]),
        ask(&["member", "./set", "task"]),
    ];
    assert_snapshot!("member", texts.concat());
}

/// Every verdict, error and reason is that of `modversions check`.
#[test]
fn modules_are_checked_as_check_does() {
    let pumps = [
        pump(),
        pump().imports("printk", Some(0x88)),
        Pump { layout: Some(0x77), ..pump() },
        pump().imports("pressure", Some(1)),
        pump().info("license=GPL", "license=Proprietary"),
        pump().info("import_ns=PUMP", "import_ns=OTHER"),
        pump().info("preempt ", "").info(RELEASE, "5.10.9"),
        pump().exports("printk", 2),
        pump().imports("gauge_read", Some(5)),
        pump().info("intree=Y", "intree=Y livepatch=Y"),
        Pump { has_versions: false, ..pump() },
    ];
    for options in ["", "CONFIG_MODULE_SIG_FORCE=y\n"] {
        for (number, module) in pumps.iter().enumerate() {
            let folder = TempDir::new().unwrap();
            headers(folder.path(), RELEASE, options);
            put(folder.path(), "pump.ko", module.bytes());
            let (status, _, errors) = history(folder.path(), &["add", "./set", "./kernel"]);
            assert_eq!(status, 0, "{errors}");
            let ask = ["check", "./set", "./pump.ko", "--format", "json"];
            let (own, answer, _) = history(folder.path(), &ask);
            let words = "check pump.ko --kernel kernel/ --format json";
            let (status, text) = in_folder::run(folder.path(), words);
            assert_eq!(own, status, "{number}");
            let [answer, text]: [Value; 2] =
                [&answer, &text].map(|it| serde_json::from_str(it).unwrap());
            let (row, module) = (&answer["rows"][0], &text["modules"][0]);
            assert_eq!(row["verdict"], module["verdict"], "{number}");
            assert_eq!(row["error"], module["error"]["name"], "{number}");
            let mut reasons: Vec<&str> = module["reasons"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["id"].as_str().unwrap())
                .collect();
            reasons.dedup();
            assert_eq!(row["reasons"].as_str().unwrap(), reasons.join(" "), "{number}");
        }
    }
}

#[test]
fn a_module_is_checked_on_all_kernels_and_its_imports_are_counted() {
    let folder = data_set();
    // The first has another release than it was built for, and does not mind.
    let module = pump().info(&format!("{RELEASE} {MAGIC}"), &format!("6.12.1-amd64 {MAGIC}"));
    put(folder.path(), "pump.ko", module.bytes());
    let ask = |words: &[&str]| said(folder.path(), words);
    let texts = [
        ask(&["check", "./set", "./pump.ko"]),
        ask(&["check", "./set", "./pump.ko", "--series", "6.12", "--flavour", "cloud-amd64"]),
        ask(&["churn", "./set", "--imports", "./pump.ko"]),
        ask(&["churn", "./set", "--imports", "./one/Module.symvers"]),
    ];
    assert_snapshot!("check", texts.concat());
}

#[test]
fn answers_for_programs_are_as_their_schema_says() {
    let folder = data_set();
    put(folder.path(), "pump.ko", pump().bytes());
    for words in [
        &["releases", "./set"][..],
        &["symbol", "./set", "kfree"],
        &["type", "./set", "task"],
        &["member", "./set", "task.flag"],
        &["check", "./set", "./pump.ko"],
        &["churn", "./set", "--imports", "./pump.ko"],
    ] {
        let (_, text, _) = history(folder.path(), &[words, &["-f", "json"]].concat());
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_of_schema(&document, "history");
        assert!(!document["rows"].as_array().unwrap().is_empty(), "{words:?}");
        let (_, page, _) = history(folder.path(), &[words, &["-f", "html"]].concat());
        assert!(page.starts_with("<!DOCTYPE html>") && !page.contains("<script"));
        let has_picture = !["releases", "churn"].contains(&words[0]);
        assert_eq!(page.contains("<svg role=\"img\""), has_picture, "{words:?}");
        let tokens = html5gum::Tokenizer::new(&page).filter_map(Result::ok);
        let errors = tokens.filter(|token| matches!(token, html5gum::Token::Error(_)));
        assert_eq!(errors.count(), 0, "{words:?}");
    }
}

/// What is written does not depend on threads, nor does the data set on how often a kernel is added.
#[test]
fn a_data_set_is_the_same_for_any_number_of_threads_and_of_runs() {
    let folder = data_set();
    let first = tree(&folder.path().join("set"));
    assert_eq!(first.len(), 20);
    let kernels = ["./one", "./two", "./three", "./four", "./cloud"];
    for jobs in ["1", "3"] {
        let other = format!("./{jobs}");
        let words = [&["add", "-j", jobs, &other][..], &kernels].concat();
        assert_eq!(history(folder.path(), &words).0, 0);
        assert!(tree(&folder.path().join(jobs)) == first, "{jobs} threads");
    }
    let again = [&["add", "./set"][..], &kernels].concat();
    let (status, stdout, _) = history(folder.path(), &again);
    assert_eq!((status, stdout.matches("already there").count()), (0, 5));
    assert!(tree(&folder.path().join("set")) == first);
}
