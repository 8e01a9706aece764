//! Modules that need each other, and very many of them.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

use crate::in_folder::{put, run};
use crate::pump::{CONFIG, Pump, RELEASE, SYMVERS, headers, pump};
use testkit::schema::assert_of_schema;

#[test]
fn a_comma_in_the_name_of_a_module_is_written_as_the_kernel_does() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    let line = "0x00000020\taon_call\tdrivers/thead,th1520-aon\tEXPORT_SYMBOL\t\n";
    put(folder.path(), "kernel/Module.symvers", format!("{SYMVERS}{line}"));
    let owner = Pump::named("thead_th1520_aon").exports("aon_call", 0x20);
    put(folder.path(), "thead,th1520-aon.ko", owner.bytes());
    let user = Pump::named("user").imports("aon_call", Some(0x20));
    put(folder.path(), "user.ko", user.bytes());
    let words = "check thead,th1520-aon.ko user.ko --kernel kernel/ --format json";
    let (status, said) = run(folder.path(), words);
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(status, 0, "{said}");
    assert_eq!(document["modules"][0]["unchecked"], serde_json::json!([]), "{said}");
    assert_eq!(document["modules"][1]["needs"], serde_json::json!(["thead_th1520_aon"]));
}

#[test]
fn modules_are_checked_together_in_the_order_in_which_they_can_be_loaded() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    let user = Pump::named("user").imports("pump_start", Some(0x20));
    put(folder.path(), "user.ko", user.bytes());
    put(folder.path(), "pump.ko", pump().exports("pump_start", 0x20).bytes());
    put(folder.path(), "other.ko", pump().exports("pump_start", 0x21).bytes());
    let broken = pump().exports("pump_start", 0x20).imports("printk", Some(1));
    put(folder.path(), "broken.ko", broken.bytes());
    let one = Pump::named("one").imports("b", Some(2)).exports("a", 1);
    let two = Pump::named("two").imports("a", Some(1)).exports("b", 2);
    put(folder.path(), "one.ko", one.bytes());
    put(folder.path(), "two.ko", two.bytes());
    let said = |words: &str| {
        let (status, text) = run(folder.path(), &format!("check --kernel kernel/ {words}"));
        format!("$ {words}\n{text}status: {status}\n\n")
    };
    let all = ["user.ko", "user.ko pump.ko", "user.ko other.ko", "user.ko broken.ko"];
    assert_snapshot!("together", all.map(said).concat());
    assert_snapshot!("cycle", said("one.ko two.ko"));
    assert_snapshot!("same_name", said("pump.ko other.ko"));
    let (_, text) = run(folder.path(), "check --kernel kernel/ user.ko other.ko --format json");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_of_schema(&document, "check");
    assert_eq!(document["modules"][1]["reasons"][0]["symbols"][0]["module"], "pump");
}

#[test]
fn each_cause_is_a_finding_for_programs_and_what_was_not_evaluated_is_there() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    tree(folder.path(), "crc", 3, &pump().imports("printk", Some(0x88)));
    tree(folder.path(), "gone", 1, &pump().imports("gone", None));
    let of = |words: &str| -> Value {
        let (_, text) = run(folder.path(), &format!("check tree/ --kernel kernel/ {words}"));
        serde_json::from_str(&text).unwrap()
    };
    let document = of("--format json");
    assert_of_schema(&document, "check");
    let findings = document["findings"].as_array().unwrap();
    let rules: Vec<&str> = findings.iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["version", "missing"]);
    assert_eq!(findings[0]["modules"].as_array().unwrap().len(), 3);
    assert_eq!(findings[1]["modules"][0], "DIR/tree/gone00.ko");
    assert!(findings[0]["does"].as_str().unwrap().contains("refuses"));
    assert!(!findings[0]["fix"].as_str().unwrap().is_empty());
    let not_evaluated = document["not_evaluated"].as_array().unwrap();
    let types = not_evaluated.iter().find(|it| it["id"] == "types").unwrap();
    assert_eq!(types["count"], 1);
    // The ids are those of the other formats, also of several kernels.
    let ids = |results: &Value| -> Vec<String> {
        let id = |it: &Value| it["partialFingerprints"]["modversions/v1"].as_str().unwrap().into();
        results["runs"][0]["results"].as_array().unwrap().iter().map(id).collect()
    };
    let own = |document: &Value| -> Vec<String> {
        let findings = document["findings"].as_array().unwrap();
        findings.iter().map(|it| it["id"].as_str().unwrap().into()).collect()
    };
    assert_eq!(ids(&of("--format sarif")), own(&document));
    fs::rename(folder.path().join("kernel"), folder.path().join("first")).unwrap();
    headers(folder.path(), "6.12.2", "");
    let several = "check tree/ --each --kernel first/ --kernel kernel/ --format";
    let (_, sarif) = run(folder.path(), &format!("{several} sarif"));
    let (_, json) = run(folder.path(), &format!("{several} json"));
    let documents = serde_json::Deserializer::from_str(&json).into_iter::<Value>();
    let both: Vec<String> = documents.flat_map(|it| own(&it.unwrap())).collect();
    assert_eq!(ids(&serde_json::from_str(&sarif).unwrap()), both);
}

#[test]
fn a_proprietary_module_hands_its_taint_on() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    let owner = Pump { imports: vec![], ..pump() }.info("license=GPL", "license=MIT");
    put(folder.path(), "pump.ko", owner.exports("pump_start", 0x20).bytes());
    let user = Pump { imports: vec![("pump_start", Some(0x20))], ..Pump::named("user") };
    put(folder.path(), "user.ko", user.bytes());
    put(folder.path(), "both.ko", Pump::named("both").imports("pump_start", Some(0x20)).bytes());
    let (_, text) = run(folder.path(), "check --kernel kernel/ user.ko both.ko pump.ko");
    assert_snapshot!("proprietary", text);
}

/// So many modules of this name with a number, in `tree`.
fn tree(folder: &Path, name: &str, count: usize, module: &Pump) {
    for number in 0..count {
        let named = module.clone().info("name=pump", &format!("name={name}{number:02}"));
        put(folder, &format!("tree/{name}{number:02}.ko"), named.bytes());
    }
}

#[test]
fn many_modules_are_reported_by_cause() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    tree(folder.path(), "crc", 10, &pump().imports("printk", Some(0x88)));
    tree(folder.path(), "both", 2, &pump().imports("printk", Some(0x88)).imports("gone", None));
    // Each of three needs one that is refused.
    tree(folder.path(), "user", 3, &pump().imports("base_start", Some(0x20)));
    let base = pump().info("name=pump", "name=base").exports("base_start", 0x20);
    put(folder.path(), "tree/base.ko", base.imports("kfree", Some(0x99)).bytes());
    put(folder.path(), "tree/out.ko", pump().info(" intree=Y", "").bytes());
    tree(folder.path(), "fits", 5, &pump());
    let said = |words: &str| run(folder.path(), &format!("check tree/ --kernel kernel/{words}"));
    let (status, text) = said("");
    assert_snapshot!("by_cause", format!("{text}status: {status}\n"));
    let (_, refused) = said(" --only-refused");
    let of_refused: Vec<&str> = text.lines().filter(|line| !line.starts_with("taints")).collect();
    assert_eq!(refused.lines().collect::<Vec<_>>(), of_refused);
    assert_eq!(said(" -q"), (1, String::new()));
    // In full, each module has its own report, and each symbol and line is there.
    let (_, full) = said(" -v");
    assert_eq!(full.matches(": refused by 6.12.1: ").count(), 16, "{full}");
    assert_eq!(full.matches(": loads").count(), 6, "{full}");
    assert!(full.ends_with("22 modules on 6.12.1: 6 load, 16 refused, 0 undetermined\n"), "{full}");
    let (_, full) = said(" -v --only-refused");
    assert_eq!(full.matches(": loads").count(), 0, "{full}");
    // Programs get all of it, whatever people want to read.
    let json = said(" --format json").1;
    assert_eq!(said(" --format json --only-refused").1, json);
    let document: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["modules"].as_array().unwrap().len(), 22);
}

#[test]
fn the_cause_of_the_most_modules_comes_first() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    put(folder.path(), "tree/a.ko", pump().imports("gone", Some(1)).bytes());
    tree(folder.path(), "crc", 9, &pump().imports("printk", Some(0x88)));
    let (_, said) = run(folder.path(), "check tree/ --kernel kernel/");
    let place = |line: &str| said.find(line).unwrap_or_else(|| panic!("{line}: {said}"));
    assert!(
        place(" 1. symbol CRC mismatch: 9 modules\n") < place(" 2. unresolved symbol: 1 module\n")
    );
}

#[test]
fn reports_for_other_programs_have_each_cause_once_and_a_table_of_kernels() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    for file in [".config", "include/generated/utsrelease.h", "include/generated/compile.h"] {
        let text = fs::read(folder.path().join("kernel").join(file)).unwrap();
        put(folder.path(), &format!("other/{file}"), text);
    }
    let symvers = SYMVERS.replace("0x00000008", "0x00000088");
    put(folder.path(), "other/Module.symvers", symvers);
    tree(folder.path(), "crc", 10, &pump().imports("printk", Some(0x88)));
    tree(folder.path(), "fits", 5, &pump());
    let said = |words: &str| run(folder.path(), &format!("check tree/ --kernel kernel/ {words}"));
    let (status, text) = said("-f sarif");
    let log: Value = serde_json::from_str(&text).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!((status, results.len()), (1, 1));
    assert_eq!(results[0]["ruleId"], "version");
    assert_eq!(results[0]["properties"]["reaches"], 10);
    assert_eq!(results[0]["properties"]["changes"][0], "symbol printk: 10 modules");
    let (_, text) = said("-f junit");
    let document = roxmltree::Document::parse(&text).unwrap();
    assert_eq!(document.descendants().filter(|it| it.has_tag_name("failure")).count(), 1);
    // On two kernels, of which each takes what the other one does not.
    let (status, text) = said("--kernel other/ --each -f html");
    let (_, data) = text.split_once("id=\"data\">").unwrap();
    let data: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    let matrix = &data["matrix"];
    assert_eq!(matrix["columns"], serde_json::json!(["DIR/kernel/", "DIR/other/"]));
    let verdicts = |row: &Value| [0, 1].map(|at: usize| row[1][at][0].as_str().unwrap().to_owned());
    let row = |name: &str| {
        let rows = matrix["rows"].as_array().unwrap();
        verdicts(rows.iter().find(|row| row[0] == name).unwrap())
    };
    assert_eq!(row("DIR/tree/crc00.ko"), ["refused", "loads"]);
    assert_eq!(row("DIR/tree/fits00.ko"), ["loads", "refused"]);
    assert_eq!((status, data["findings"].as_array().unwrap().len()), (1, 2));
    // In text, a report for each.
    let (_, both) = said("--kernel other/ --each");
    assert_eq!(both, said("-f text").1 + &run(folder.path(), "check tree/ --kernel other/").1);
}

#[test]
fn many_modules_that_load_are_one_line() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    put(folder.path(), "kernel/.config", CONFIG.replace("CONFIG_MODULE_SIG=y\n", ""));
    tree(folder.path(), "fits", 12, &pump());
    let (status, text) = run(folder.path(), "check tree/ --kernel kernel/");
    let line = "12 modules on 6.12.1: 12 load, 0 refused, 0 undetermined\n";
    assert_eq!((status, &*text), (0, line));
}

#[test]
fn what_differs_from_module_to_module_is_a_page_too() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    for number in 0..40 {
        // Each needs another module that is not there, and has 20 symbols of its own.
        let mut module = pump().info("name=pump", &format!("depends=d{number} name=m{number}"));
        for symbol in 0..20 {
            module = module.imports(format!("s{number}_{symbol}").leak(), Some(1));
        }
        put(folder.path(), &format!("tree/m{number}.ko"), module.bytes());
    }
    let (_, text) = run(folder.path(), "check tree/ --kernel kernel/");
    assert!(text.lines().count() < 150, "{text}");
    assert!(text.ends_with("\n\n… and 32 more (-v shows all)\n"), "{text}");
}

#[test]
fn of_what_is_not_known_of_a_module_the_first_is_shown() {
    let folder = TempDir::new().unwrap();
    let tree = format!("lib/modules/{RELEASE}");
    put(folder.path(), &format!("{tree}/kernel/valve.ko"), Pump::named("valve").bytes());
    let symbols = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let unknown = symbols.iter().fold(pump(), |pump, symbol| pump.imports(symbol, Some(1)));
    put(folder.path(), "pump.ko", unknown.bytes());
    for (options, lines, has_rest) in [("", 8, true), (" -v", 10, false)] {
        let words = format!("check pump.ko --kernel {tree}{options}");
        let (status, said) = run(folder.path(), &words);
        assert_eq!(said.matches("   not known: whether").count(), lines, "{said}");
        assert_eq!(
            said.contains("   not known: … and 2 more (-v shows all)\n"),
            has_rest,
            "{said}"
        );
        assert_eq!(status, 2);
    }
}
