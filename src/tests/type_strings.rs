//! Two kernels whose types are gendwarfksyms' (testdata/type_strings): what changed, why, how types lie in
//! memory, and how they are shown.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use serde_json::Value;
use testkit::schema::assert_of_schema;

const OLD: &str = "testdata/type_strings/old";
const NEW: &str = "testdata/type_strings/new";

/// Runs `modversions` with these words; gives status, output and messages.
fn run(words: &[&str]) -> (u8, String, String) {
    let words = [&["modversions"], words].concat();
    let args: Vec<OsString> = words.into_iter().map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, &Environment::default(), &mut io);
    (status, String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The same as one text.
fn said(words: &[&str]) -> String {
    let (status, stdout, stderr) = run(words);
    format!("status: {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
}

/// The causes in a report, by the names of what changed.
fn causes(old: &str, new: &str) -> Vec<(String, Value)> {
    let (_, stdout, stderr) = run(&["abi-diff", "-f", "json", old, new]);
    let report: Value =
        serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
    assert_of_schema(&report, "abi-diff");
    let causes = report["causes"].as_array().unwrap().clone();
    causes.into_iter().map(|it| (it["name"].as_str().unwrap().to_owned(), it)).collect()
}

#[test]
fn what_changed_is_told_by_type_strings() {
    assert_snapshot!("abi_diff", said(&["abi-diff", OLD, NEW]));
    assert_snapshot!("abi_diff_short", said(&["abi-diff", "-f", "short", OLD, NEW]));
    assert_snapshot!("abi_diff_pretty", said(&["abi-diff", "-f", "pretty", OLD, NEW]));
}

#[test]
fn each_change_has_its_effect_by_what_the_compiler_laid_out() {
    let expected = [
        ("bolt", "change-compatible"),
        ("gauge", "change-layout"),
        ("pipe", "change-layout"),
        ("scale", "change-layout"),
        ("state", "change-enumerator"),
        ("tap", "change-compatible"),
        ("amount_t", "change-layout"),
        ("valve_measure", "change-signature"),
        ("valve_ops", "change-signature"),
        ("valve_rename", "change-cosmetic"),
        ("leaf::Colour", "change-compatible"),
        ("leaf::Event", "change-layout"),
        ("leaf::Leaf", "change-compatible"),
        ("leaf::Shade", "change-compatible"),
    ];
    let found = causes(OLD, NEW);
    for (name, lint) in expected {
        let of_name: Vec<&Value> =
            found.iter().filter(|(it, _)| it == name).map(|(_, cause)| cause).collect();
        let [cause] = of_name[..] else { panic!("{name}: {of_name:#?}") };
        let impact = &cause["impact"];
        assert_eq!(impact["lint"], lint, "{name}: {impact:#}");
        assert_eq!(impact["layouts_from"], "gendwarfksyms", "{name}");
    }
    assert_eq!(
        found.len(),
        expected.len(),
        "{:?}",
        found.iter().map(|it| &it.0).collect::<Vec<_>>()
    );
}

#[test]
fn an_enum_of_rust_is_one_cause_with_its_variants() {
    let found = causes(OLD, NEW);
    let of = |name: &str| found.iter().find(|(it, _)| it == name).unwrap().1.clone();
    let variants = |cause: &Value| -> Vec<String> {
        let variants = cause["variants"].as_array().into_iter().flatten();
        variants.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let event = of("leaf::Event");
    assert_eq!(variants(&event), ["leaf::Event::Sun"]);
    // The enum itself is declared as before: only a variant changed.
    let shade = of("leaf::Shade");
    assert_eq!(variants(&shade), ["leaf::Shade::Some"]);
    assert_eq!(shade["old"], shade["new"]);
    assert!(found.iter().all(|(name, _)| !name.contains("Event::") && !name.contains("Shade::")));
}

#[test]
fn what_stable_hides_is_no_change() {
    let found = causes("testdata/type_strings/stable-old", "testdata/type_strings/stable-new");
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"pipe") && !names.contains(&"tap"), "{names:?}");
}

#[test]
fn why_tells_the_way_through_type_strings() {
    assert_snapshot!("why", said(&["why", "valve_open", OLD, NEW]));
    assert_snapshot!("why_rust", said(&["why", "_RNvCs1233JRW0kfa_4leaf5shade", OLD, NEW]));
}

#[test]
fn layouts_are_those_of_the_compiler() {
    let types = ["pipe", "gauge", "state", "amount_t", "scale", "leaf::Leaf", "leaf::Event"];
    let words = [&["layout"], &types[..], &[OLD]].concat();
    assert_snapshot!("layout", said(&words));
    let words = [&["layout"], &types[..], &["--diff", OLD, NEW]].concat();
    assert_snapshot!("layout_diff", said(&words));
    assert_snapshot!("layout_all", said(&["layout", "--all", NEW]));
    assert_snapshot!("layout_all_diff", said(&["layout", "--all", "--diff", OLD, NEW]));
    let (status, stdout, _) = run(&["layout", "pipe", "--from", "symtypes", "-f", "json", OLD]);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(status, 0);
    assert_eq!(report["sources"][0]["layouts_from"], "gendwarfksyms");
    assert_eq!(report["sources"][0]["data_model"], Value::Null);
}

#[test]
fn a_bit_field_of_dwarf_4_follows_the_member_before_it() {
    let folder = tempfile::tempdir().unwrap();
    // What gendwarfksyms writes for `struct b { unsigned a:3; int b:5; unsigned long c:40; char d;
    // unsigned e:2; }`, compiled by gcc with -gdwarf-4. With DWARF 5, the bits are 0, 3, 8 and 56.
    let int = "base_type unsigned int byte_size(4) encoding(7)";
    let text = format!(
        "s#b structure_type b {{ member {int} a bit_size(3) data_member_location(0) , member {int} b \
         bit_size(5) data_member_location(0) , member base_type long unsigned int byte_size(8) encoding(7) \
         c bit_size(40) data_member_location(0) , member base_type char byte_size(1) encoding(6) d \
         data_member_location(6) , member {int} e bit_size(2) data_member_location(4) }} byte_size(8)\n\
         v variable s#b\n"
    );
    let path = folder.path().join("b.symtypes");
    fs::write(&path, text).unwrap();
    let (status, stdout, _) = run(&["layout", "b", "-f", "json", path.to_str().unwrap()]);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let members = report["sources"][0]["variants"][0]["members"].as_array().unwrap();
    let bits: Vec<u64> = members.iter().map(|it| it["bit_offset"].as_u64().unwrap()).collect();
    assert_eq!((status, bits), (0, vec![0, 3, 8, 48, 56]));
}

#[test]
fn types_are_shown_a_member_a_line() {
    let shown: Vec<String> =
        ["struct pipe", "scale", "state", "valve_ops", "leaf::Event", "(u8, i32)", "hidden"]
            .iter()
            .map(|name| said(&["symtypes", "show", name, NEW]))
            .collect();
    assert_snapshot!("show", shown.join("\n"));
    assert_snapshot!("show_demangled", said(&["symtypes", "show", "-C", "leaf::grow", NEW]));
    assert_eq!(run(&["symtypes", "show", "leaf::grow", NEW]).0, 1);
}

#[test]
fn types_of_both_programs_are_compared_by_their_layouts() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|side| folder.path().join(side));
    let write = |side: &Path, crc: &str, types: &str| {
        fs::create_dir(side).unwrap();
        fs::write(side.join("f.symtypes"), types).unwrap();
        fs::write(side.join("Module.symvers"), format!("{crc}\tf\tvmlinux\tEXPORT_SYMBOL\t\n"))
            .unwrap();
    };
    write(
        &old,
        "0x00000001",
        "s#hdr struct hdr { int a ; s#hdr * next ; } \nf s#hdr * f ( s#hdr * ) \n",
    );
    let text = fs::read_to_string("testdata/symtypes/dwarf/f.symtypes").unwrap();
    write(&new, "0xa0422575", &text.replace("\nf3 ", "\nf "));
    let sides = [&old, &new].map(|side| side.to_str().unwrap());
    let (_, _, stderr) = run(&["abi-diff", sides[0], sides[1]]);
    assert!(stderr.contains("the types of OLD are those of genksyms"), "{stderr}");
    for (name, cause) in causes(sides[0], sides[1]) {
        assert_eq!(cause["impact"]["lint"], "change-cosmetic", "{name}: {cause:#}");
    }
}
