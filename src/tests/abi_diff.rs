//! abi-diff, run in-process: a pair of small kernels for each lint, rules, and formats.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use modversions::abi_diff::Lint;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use serde_json::Value;
use tempfile::TempDir;
use testkit::schema::assert_of_schema;

/// The pairs: a folder for each lint, with `old` and `new`.
const PAIRS: &str = "testdata/abi-diff";

/// What one run said.
struct Said {
    status: u8,
    stdout: String,
    stderr: String,
}

impl Said {
    fn snapshot(&self) -> String {
        let Self { status, stdout, stderr } = self;
        format!("status: {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }

    fn json(&self) -> Value {
        let report = serde_json::from_str(&self.stdout).unwrap();
        assert_of_schema(&report, "abi-diff");
        report
    }
}

/// Runs `abi-diff` with these arguments, on a day of 2026.
fn run(arguments: &[&str]) -> Said {
    run_in(&Environment::default(), arguments)
}

fn run_in(environment: &Environment, arguments: &[&str]) -> Said {
    let day = Some(OsString::from("1782864000"));
    let environment = Environment { source_date_epoch: day, ..environment.clone() };
    let args: Vec<OsString> = ["abi-diff"].iter().chain(arguments).map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, &environment, &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { status, stdout: text(stdout), stderr: text(stderr) }
}

/// Compares the pair of this name.
fn compare(pair: &str, options: &[&str]) -> Said {
    compare_in(Path::new(PAIRS), pair, options)
}

/// Compares the pair of this name, of which `folder` has the kernels, by its stable list if it has
/// one.
fn compare_in(folder: &Path, pair: &str, options: &[&str]) -> Said {
    let sides = ["old", "new"].map(|side| folder.join(pair).join(side).display().to_string());
    let list = format!("{PAIRS}/{pair}/stablelist");
    let by_list: &[&str] = if Path::new(&list).exists() { &["--stablelist", &list] } else { &[] };
    run(&[options, by_list, &[&sides[0], &sides[1]]].concat())
}

/// The names of all pairs.
fn pairs() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAIRS);
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// The values of `key` in a list of the report.
fn values<'a>(report: &'a Value, list: &str, key: &str) -> Vec<&'a str> {
    let items = report[list].as_array().into_iter().flatten();
    items.filter_map(|item| item[key].as_str()).collect()
}

/// A scratch folder with a file of rules.
fn rules_file(name: &str, text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// Compares a pair by these rules; paths of the scratch folder are shown as `DIR`.
fn compare_by(name: &str, rules: &str, pair: &str, options: &[&str]) -> Said {
    let (folder, path) = rules_file(name, rules);
    let said = compare(pair, &[&["--rules", &path], options].concat());
    let shown = |text: String| text.replace(folder.path().to_str().unwrap(), "DIR");
    Said { stdout: shown(said.stdout), stderr: shown(said.stderr), ..said }
}

#[test]
fn every_lint_has_its_pair_and_finds_something_there() {
    let ids: BTreeSet<String> = Lint::ALL.iter().map(|lint| lint.id().to_owned()).collect();
    assert_eq!(pairs(), ids);
    for pair in pairs() {
        let report = compare(&pair, &["-f", "json"]).json();
        let causes = report["causes"].as_array().into_iter().flatten();
        let impacts = causes.filter_map(|cause| cause["impact"]["lint"].as_str()).collect();
        let found =
            [values(&report, "findings", "lint"), values(&report, "causes", "lint"), impacts];
        assert!(found.concat().contains(&&*pair), "{pair}");
    }
}

#[test]
fn all_lints_on_all_pairs_find_what_they_found() {
    insta::with_settings!({ snapshot_path => "snapshots/abi_diff" }, {
        for pair in pairs() {
            assert_snapshot!(format!("{pair}.text"), compare(&pair, &[]).snapshot());
            let said = compare(&pair, &["--format=json"]);
            said.json();
            assert_snapshot!(format!("{pair}.json"), said.stdout);
        }
    });
}

#[test]
fn a_kernel_does_not_differ_from_itself() {
    for pair in pairs() {
        for side in ["old", "new"] {
            let path = format!("{PAIRS}/{pair}/{side}");
            let said = run(&[&path, &path]);
            assert!(said.stdout.ends_with("\n\nno differences\n"), "{path}\n{}", said.stdout);
            assert_eq!(said.status, 0, "{path}");
            let report = run(&["-f", "json", &path, &path]).json();
            assert!(report["findings"].as_array().unwrap().is_empty(), "{path}");
            assert_eq!(run(&["-f", "symbols", &path, &path]).stdout, "");
        }
    }
}

/// Copies a kernel, with the lines of each file turned round, and the files in another order.
fn turn_round(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries.iter().rev() {
        let copy = to.join(path.file_name().unwrap());
        if path.is_dir() {
            turn_round(path, &copy);
        } else {
            // The BTF of a kernel has no lines.
            let Ok(text) = String::from_utf8(fs::read(path).unwrap()) else {
                fs::copy(path, &copy).unwrap();
                continue;
            };
            let mut lines: Vec<&str> = text.lines().rev().collect();
            if path.extension().is_some_and(|ending| ending == "abi") {
                // The first line of a record tells the format.
                lines.rotate_right(1);
            }
            fs::write(copy, format!("{}\n", lines.join("\n"))).unwrap();
        }
    }
}

#[test]
fn neither_threads_nor_the_order_of_the_input_change_a_report() {
    let pool = |count| rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
    let (one, four) = (pool(1), pool(4));
    let folder = tempfile::tempdir().unwrap();
    for pair in pairs() {
        for format in ["text", "short", "symbols", "json"] {
            let options = ["--format", format];
            let report = one.install(|| compare(&pair, &options)).snapshot();
            assert_eq!(four.install(|| compare(&pair, &options)).snapshot(), report, "{pair}");
        }
        for side in ["old", "new"] {
            let copy = folder.path().join(&pair).join(side);
            turn_round(&Path::new(PAIRS).join(&pair).join(side), &copy);
        }
        let without_paths = |said: Said| {
            let mut report = said.json();
            report["old"]["path"].take();
            report["new"]["path"].take();
            report
        };
        let report = without_paths(compare(&pair, &["-f", "json"]));
        let turned = compare_in(folder.path(), &pair, &["-f", "json"]);
        assert_eq!(without_paths(turned), report, "{pair}");
    }
}

#[test]
fn the_status_says_whether_anything_is_not_tolerated() {
    let tolerated = ["export-added", "hidden-change", "license-relaxed", "namespace-lost"];
    for pair in pairs() {
        let is_tolerated = tolerated.contains(&&*pair);
        assert_eq!(compare(&pair, &[]).status, u8::from(!is_tolerated), "{pair}");
        let is_silent = compare(&pair, &["-f", "symbols"]).stdout.is_empty();
        assert_eq!(is_silent, is_tolerated, "{pair}");
    }
}

#[test]
fn a_type_whose_change_is_tolerated_takes_the_crcs_with_it() {
    let rule = |patterns: &str| format!("[[rule]]\ntype = [{patterns}]\nreason = 'agreed'\n");
    let all = rule("'union level', 'e#fill', 'tank', 'typedef u32'");
    let said = compare_by("rules.toml", &all, "type-changed", &["--show-tolerated"]);
    assert_eq!(said.status, 0);
    assert_snapshot!("tolerated_types", said.snapshot());
    let report = compare_by("rules.toml", &all, "type-changed", &["-f", "json"]).json();
    assert_eq!(report["summary"]["tolerated"], 6);
    assert_eq!(report["findings"][0]["tolerated"]["by"], "causes");
    assert_eq!(report["causes"][0]["tolerated"]["line"], 1);
    // One cause is left.
    let some = rule("'union level', 'e#fill', 'struct tank'");
    let said = compare_by("rules.toml", &some, "type-changed", &["-f", "symbols"]);
    assert_eq!((said.status, &*said.stdout), (1, "tank_drain\ntank_fill\n"));
}

#[test]
fn exports_that_are_tolerated_take_their_causes_with_them() {
    let said = compare_by("severities", "drivers/tank PASS", "type-changed", &["--show-tolerated"]);
    assert_eq!(said.status, 0);
    assert_snapshot!("tolerated_exports", said.snapshot());
    let said = compare_by("severities", "tank_fill PASS", "type-changed", &["-f", "symbols"]);
    assert_eq!((said.status, &*said.stdout), (1, "tank_drain\n"));
    // The same where only types are known.
    let (_folder, path) = rules_file("severities", "tank_d* PASS\nSYMBOL tank_f* PASS");
    let files = ["old", "new"].map(|side| format!("{PAIRS}/type-changed/{side}/drivers"));
    assert_eq!(run(&["-r", &path, &files[0], &files[1]]).status, 0);
    assert_eq!(run(&[&*files[0], &files[1]]).status, 1);
}

#[test]
fn rules_see_the_module_and_the_namespace_before() {
    let status = |rules: &str, pair: &str| compare_by("severities", rules, pair, &[]).status;
    assert_eq!(status("drivers/* PASS", "module-moved"), 0);
    assert_eq!(status("vmlinux PASS", "module-moved"), 1);
    assert_eq!(status("PUMP PASS", "namespace-changed"), 0);
    assert_eq!(status("PUMP_CORE PASS", "namespace-changed"), 1);
    assert_eq!(status("PUMP PASS", "namespace-gained"), 1);
}

#[test]
fn rules_that_are_wrong_are_told_with_file_and_line() {
    let said = |name: &str, rules: &str| {
        let said = compare_by(name, rules, "crc-changed", &[]);
        assert_eq!((said.status, &*said.stdout), (2, ""));
        said.stderr
    };
    let expected = "modversions: DIR/severities:2: expected PASS or FAIL, not `MAYBE`\n";
    assert_eq!(said("severities", "a PASS\nb MAYBE\n"), expected);
    // The format is told by the content, too.
    let expected = "modversions: DIR/rules:1: missing field `reason`\n";
    assert_eq!(said("rules", "[[rule]]\nsymbol = 'a'\n"), expected);
    let missing = run(&["--rules", "/nonexistent/rules", PAIRS, PAIRS]);
    let expected = "modversions: /nonexistent/rules: No such file or directory\n";
    assert_eq!((missing.status, &*missing.stderr), (2, expected));
}

#[test]
fn expired_and_unused_rules_are_told() {
    let rules = "[[rule]]\nsymbol = 'pump_*'\nreason = 'rewrite'\nowner = 'a@b'\n\
        expires = 2026-06-30\n\n[[rule]]\nsymbol = 'motor_*'\nreason = 'gone'\n";
    let said = compare_by("rules.toml", rules, "crc-changed", &["--unused-rules", "-f", "symbols"]);
    assert_snapshot!("expired_and_unused", said.snapshot());
    let rules = "# all\npump_start FAIL\nbar FAIL\npump_* PASS\npump_stop PASS\n";
    let said = compare_by("severities", rules, "crc-changed", &["--unused-rules", "-f", "symbols"]);
    assert_snapshot!("unused", said.snapshot());
}

#[test]
fn reports_go_to_files_and_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let name = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (json, symbols) = (name("a.json"), name("b:c"));
    fs::write(&json, "before").unwrap();
    let options =
        [format!("-fjson:{json}"), "-fshort".to_owned(), format!("--format=symbols:{symbols}")];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let said = compare("crc-changed", &options);
    assert_eq!(said.stdout, compare("crc-changed", &["--format", "short"]).stdout);
    let written = fs::read_to_string(&json).unwrap();
    assert_eq!(written, compare("crc-changed", &["--format", "json"]).stdout);
    assert_eq!(fs::read_to_string(&symbols).unwrap(), "pump_start\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    // Without one for standard output, it gets text.
    let said = compare("crc-changed", &[&format!("-fjson:{json}")]);
    assert_eq!(said.stdout, compare("crc-changed", &[]).stdout);
    // If one cannot be written, none is.
    fs::write(&json, "before").unwrap();
    let missing = name("missing/file");
    let options = [format!("-fjson:{json}"), format!("-ftext:{missing}")];
    let said = compare("crc-changed", &[&options[0], &options[1]]);
    let expected = format!("modversions: {missing}: No such file or directory\n");
    assert_eq!((said.status, &*said.stdout, &*said.stderr), (2, "", &*expected));
    assert_eq!(fs::read_to_string(&json).unwrap(), "before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    assert_snapshot!("bad_format", compare("crc-changed", &["-f", "xml"]).snapshot());
}

#[test]
fn names_that_are_no_utf8_are_written_as_digits() {
    let folder = tempfile::tempdir().unwrap();
    let sides = ["old", "new"].map(|side| folder.path().join(side));
    for (side, crc) in sides.iter().zip(["0x1", "0x2"]) {
        let line = [crc.as_bytes(), b"\tna\xefve\tm/\"m\tEXPORT_SYMBOL\t\n"].concat();
        fs::write(side, line).unwrap();
    }
    let [old, new] = sides.each_ref().map(|side| side.to_str().unwrap());
    let report = run(&["--format", "json", old, new]).json();
    assert_eq!(report["findings"][0]["symbol"]["hex"], "6e61ef7665");
    assert_eq!(report["findings"][0]["old"]["module"], "m/\"m");
}

#[test]
fn records_say_where_a_declaration_is_and_symtypes_do_not() {
    let place = |pair: &str, side: &str| {
        let report = compare(pair, &["--format", "json"]).json();
        let place = &report["causes"][0][side];
        Some(format!("{}:{}", place["file"].as_str()?, place["line"]))
    };
    assert_eq!(place("silent-break", "old_place").as_deref(), Some("include/pump.h:2"));
    assert_eq!(place("silent-break", "new_place").as_deref(), Some("include/pump.h:2"));
    assert_eq!(place("type-changed", "new_place"), None);
}

#[test]
fn colours_are_gits() {
    let painted = compare("declaration-changed", &["--color", "always"]);
    assert_snapshot!("colours", painted.stdout.replace('\x1b', "ESC"));
    let plain = compare("declaration-changed", &["--color", "never"]);
    assert_eq!(compare("declaration-changed", &[]).stdout, plain.stdout);
    let files = ["old", "new"].map(|side| format!("{PAIRS}/declaration-changed/{side}"));
    let terminal = Environment { stdout_color: true, ..Environment::default() };
    assert_eq!(run_in(&terminal, &[&files[0], &files[1]]).stdout, painted.stdout);
    // What is no text for people has none.
    let symbols = compare("declaration-changed", &["--color=always", "--format=symbols"]);
    assert_eq!(symbols.stdout, "pump_stop\n");
}

#[test]
fn the_lints_are_listed_and_explained() {
    assert_snapshot!("lints", run(&["--list-lints"]).snapshot());
    for lint in Lint::ALL {
        let said = run(&["--explain", lint.id()]);
        assert_eq!(said.status, 0, "{}", lint.id());
        // Lines are filled, and nothing is lost between them.
        assert!(!said.stdout.contains("  "), "{}", said.stdout);
        assert!(said.stdout.lines().all(|line| line.chars().count() <= 100), "{}", said.stdout);
        let words = said.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words
                .ends_with(&[lint.what(), lint.explanation(), "What to do:", lint.fix()].join(" ")),
            "{}",
            said.stdout
        );
    }
    assert_snapshot!("help", run(&["--help"]).snapshot());
}
