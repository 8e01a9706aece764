//! Causes by BTF: two small kernels with a module, of which there are lists of exports and BTF, and no
//! other types.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use serde_json::Value;
use tempfile::TempDir;
use testkit::btf_file::*;
use testkit::schema::assert_of_schema;

/// Functions with a pointer to this type, or with the type itself.
fn functions(to: &mut Writer, int: u32, list: &[(&str, u32, bool)]) {
    for &(name, of, is_pointer) in list {
        let of = if is_pointer { to.add("", POINTER, 0, of, &[]) } else { of };
        let prototype = to.list("", PROTOTYPE, int, &[("it", &[of])]);
        to.add(name, FUNCTION, 0, prototype, &[]);
    }
}

/// The BTF of a kernel and of the module `water_pump`, old or new.
fn btf(is_new: bool) -> (Vec<u8>, Vec<u8>) {
    let mut to = Writer::new(false);
    let int = to.int("int", 4);
    // Compilers call it differently.
    let long = to.int(if is_new { "unsigned long" } else { "long unsigned int" }, 8);
    let modes: &[(&str, &[u32])] = &[("MODE_OFF", &[0]), ("MODE_SLOW", &[1]), ("MODE_FAST", &[2])];
    let mode = to.list("mode", ENUM, 4, if is_new { modes } else { &modes[..2] });
    let members: &[(&str, &[u32])] = &[("value", &[int, 0]), ("owner", &[long, 64])];
    let lock = match is_new {
        true => to.list("lock", STRUCT, 16, members),
        false => to.list("lock", STRUCT, 4, &members[..1]),
    };
    let lock_pointer = to.add("", POINTER, 0, lock, &[]);
    let plant =
        to.list("plant", STRUCT, 16, &[("lock", &[lock_pointer, 0]), ("size", &[long, 64])]);
    let plant_pointer = to.add("", POINTER, 0, plant, &[]);
    let pair = to.list("pair", STRUCT, 16, &[("one", &[plant_pointer, 0]), ("two", &[long, 64])]);
    // Opaque to the kernel; the module defines it.
    let tank = to.add("tank", FORWARD, 0, 0, &[]);
    let tank = to.add("", POINTER, 0, tank, &[]);
    let site = to.list("site", STRUCT, 8, &[("tank", &[tank, 0])]);
    let same = to.list("same", STRUCT, 8, &[("value", &[long, 0])]);
    // Of two of one name, one is as before.
    to.list("twice", STRUCT, 4, &[("a", &[int, 0])]);
    let twice = match is_new {
        true => to.list("twice", STRUCT, 8, &[("b", &[long, 0])]),
        false => to.list("twice", STRUCT, 4, &[("b", &[int, 0])]),
    };
    functions(
        &mut to,
        int,
        &[
            ("lock_take", lock, true),
            ("mode_set", mode, false),
            ("plant_start", plant, true),
            ("pair_start", pair, true),
            ("hidden_start", plant, true),
            ("same_start", same, true),
            ("twice_start", twice, true),
            ("site_start", site, true),
            ("own_start", if is_new { long } else { int }, false),
        ],
    );
    let mut module = Writer::on(&to);
    let mut members: Vec<(&str, &[u32])> = vec![("plant", &[0, 0])];
    let numbers = [plant_pointer, 0];
    members[0].1 = &numbers;
    if is_new {
        members.push(("hours", &[2, 64]));
    }
    let pump = module.list("pump", STRUCT, if is_new { 16 } else { 8 }, &members);
    let litres = if is_new { long } else { int };
    module.list("tank", STRUCT, if is_new { 8 } else { 4 }, &[("litres", &[litres, 0])]);
    let exports = [("pump_start", pump, true), ("site_fill", site, true)];
    functions(&mut module, int, &exports);
    (to.bytes(), module.bytes())
}

/// The exports, and whether their CRC changes.
const EXPORTS: &[(&str, &str, bool)] = &[
    ("lock_take", "vmlinux", true),
    ("mode_set", "vmlinux", true),
    ("plant_start", "vmlinux", true),
    ("pair_start", "vmlinux", true),
    ("hidden_start", "vmlinux", false),
    ("same_start", "vmlinux", true),
    ("twice_start", "vmlinux", true),
    ("own_start", "vmlinux", true),
    ("calls", "vmlinux", true),
    ("site_start", "vmlinux", false),
    ("pump_start", "drivers/water-pump", true),
    ("site_fill", "drivers/water-pump", true),
    ("valve_start", "drivers/valve", true),
];

/// A directory with both kernels: `old` and `new` have lists of exports, `btf-old` and `btf-new` BTF.
fn kernels() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (side, is_new) in [("old", false), ("new", true)] {
        let line = |&(symbol, module, is_changed): &(&str, &str, bool)| {
            let crc = if is_changed && is_new { 2 } else { 1 };
            format!("0x0000000{crc}\t{symbol}\t{module}\tEXPORT_SYMBOL\t\n")
        };
        let (kernel, module) = btf(is_new);
        let put = |path: &str, bytes: &[u8]| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        let lines: String = EXPORTS.iter().map(line).collect();
        put(&format!("{side}/Module.symvers"), lines.as_bytes());
        put(&format!("btf-{side}/vmlinux"), &kernel);
        put(&format!("btf-{side}/water_pump"), &module);
    }
    folder
}

/// What a command says, with the paths of the directory as `DIR`.
fn said(folder: &Path, words: &str) -> String {
    let path = folder.to_str().unwrap();
    let words = words.replace("OLD", &format!("{path}/old")).replace("NEW", &format!("{path}/new"));
    let btf = format!("modversions {words} --btf {path}/btf-old {path}/btf-new");
    let args: Vec<OsString> = btf.split(' ').map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, &Environment::default(), &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said = format!("status: {status}\n{}{}", text(stdout), text(stderr));
    said.replace(path, "DIR")
}

#[test]
fn what_changed_is_found_with_the_exports_that_lead_to_it() {
    let folder = kernels();
    assert_snapshot!("text", said(folder.path(), "abi-diff OLD NEW"));
    assert_snapshot!("short", said(folder.path(), "abi-diff -f short OLD NEW"));
    assert_snapshot!("pretty", said(folder.path(), "abi-diff -f pretty OLD NEW"));
}

#[test]
fn the_report_for_programs_has_the_same() {
    let folder = kernels();
    let said = said(folder.path(), "abi-diff -f json OLD NEW");
    let report: Value = serde_json::from_str(said.strip_prefix("status: 1\n").unwrap()).unwrap();
    assert_of_schema(&report, "abi-diff");
    let cause = |name: &str| {
        let causes = report["causes"].as_array().unwrap();
        causes.iter().find(|cause| cause["name"] == name).unwrap()
    };
    let exports = ["lock_take", "pair_start", "plant_start", "pump_start"];
    assert_eq!(cause("lock")["exports"], serde_json::json!(exports));
    let nearest = ["lock_take", "plant_start", "pair_start", "pump_start"];
    assert_eq!(cause("lock")["nearest"], serde_json::json!(nearest));
    assert_eq!(cause("tank")["exports"], serde_json::json!(["site_fill"]));
    assert_eq!(cause("lock")["impact"]["layouts_from"], "btf");
    assert_eq!(report["by_btf"]["unexplained"], serde_json::json!(["same_start"]));
    assert_eq!(report["without_types"], serde_json::json!(["calls", "valve_start"]));
}

#[test]
fn rules_tolerate_causes_and_with_them_exports() {
    let folder = kernels();
    let rule = "[[rule]]\nlint = \"change-compatible\"\nreason = \"nothing moves\"\n";
    fs::write(folder.path().join("rules.toml"), rule).unwrap();
    let rules = format!("--rules {}/rules.toml", folder.path().display());
    let said = said(folder.path(), &format!("abi-diff -f symbols {rules} OLD NEW"));
    let symbols = [
        "calls",
        "lock_take",
        "own_start",
        "pair_start",
        "plant_start",
        "pump_start",
        "same_start",
        "site_fill",
        "twice_start",
        "valve_start",
    ];
    // Of `mode_set` the only cause is tolerated.
    let expected: String = symbols.iter().map(|symbol| format!("{symbol}\n")).collect();
    assert_eq!(said, format!("status: 1\n{expected}"));
}

#[test]
fn the_way_to_each_change_is_explained() {
    let folder = kernels();
    for symbol in ["pump_start", "hidden_start", "same_start", "calls", "valve_start", "gone"] {
        let said = said(folder.path(), &format!("why {symbol} OLD NEW"));
        assert_snapshot!(format!("why_{symbol}"), said);
    }
}

/// Two kernels of so many structs that change, and of so many functions that each have a pointer to the first
/// of them; `near` has it itself.
fn many(structs: usize, functions_of: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (side, is_new) in [("old", false), ("new", true)] {
        let mut to = Writer::new(false);
        let int = to.int("int", 4);
        let member: [(&str, &[u32]); 1] = [(if is_new { "now" } else { "then" }, &[int, 0])];
        let structs =
            (0..structs).map(|number| to.list(&format!("s{number:05}"), STRUCT, 4, &member));
        let structs: Vec<u32> = structs.collect();
        functions(&mut to, int, &[("near", structs[0], false)]);
        let mut lines = String::new();
        let crc = if is_new { 2 } else { 1 };
        for number in 0..functions_of {
            let name = format!("f{number:05}");
            functions(&mut to, int, &[(&name, structs[0], true)]);
            lines += &format!("0x0000000{crc}\t{name}\tvmlinux\tEXPORT_SYMBOL\t\n");
        }
        lines += &format!("0x0000000{crc}\tnear\tvmlinux\tEXPORT_SYMBOL\t\n");
        for (path, bytes) in [
            (format!("{side}/Module.symvers"), lines.as_bytes()),
            (format!("btf-{side}/vmlinux"), &to.bytes()),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    folder
}

/// The report on those, for programs.
fn report_on(folder: &Path) -> Value {
    let said = said(folder, "abi-diff -f json OLD NEW");
    serde_json::from_str(said.strip_prefix("status: 1\n").unwrap()).unwrap()
}

#[test]
fn of_very_many_exports_only_the_nearest_are_listed() {
    for (exports, listed) in [(999, 1000), (1000, 10)] {
        let report = report_on(many(1, exports).path());
        let cause = &report["causes"][0];
        assert_eq!(cause["exports"].as_array().unwrap().len(), listed, "{exports}");
        let nearest = cause["nearest"].as_array().unwrap();
        assert_eq!((nearest.len(), &nearest[0]), (10, &Value::from("near")));
    }
}

#[test]
fn where_very_much_differs_pointers_are_not_counted() {
    for structs in [1024, 1025] {
        let report = report_on(many(structs, 3).path());
        let causes = report["causes"].as_array().unwrap();
        let of_first = causes.iter().find(|cause| cause["name"] == "s00000").unwrap();
        let exports = serde_json::json!(["f00000", "f00001", "f00002", "near"]);
        assert_eq!(of_first["exports"], exports, "{structs}");
        assert_eq!(report["by_btf"].get("too_much"), None);
    }
}
