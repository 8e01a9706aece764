//! Reports for other programs: each is read back by a reader of its format, with names that try to be
//! markup, and without any finding.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use html5gum::{DefaultEmitter, Token, Tokenizer};
use modversions::abi_diff::Lint;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use modversions::report::WRITERS;
use modversions::shown::shown;
use pulldown_cmark::{Event, Parser};
use serde_json::Value;
use tempfile::TempDir;

/// The pairs of kernels of the lints.
const PAIRS: &str = "testdata/abi-diff";

/// What no format may take for its own: quotes, markup, the ends of what a name stands in, commands,
/// control bytes, letters that turn others around, and bytes that are no UTF-8.
const HOSTILE: &[u8] =
    b"x<script>alert(1)</script>&amp;\"'`*_%0A::error::|]]>--></code>\x07\x1b[31m\xff\xe2\x80\xae";

/// A name that a spreadsheet would take for a formula.
const FORMULA: &str = "=cmd|'/c'!A1";

/// What one run wrote.
struct Said {
    status: u8,
    stdout: Vec<u8>,
    stderr: String,
}

impl Said {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap()
    }
}

fn run(arguments: &[&OsStr]) -> Said {
    let day = Some(OsString::from("1782864000"));
    let environment = Environment { source_date_epoch: day, ..Environment::default() };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let args: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let status = cli::main(&args, &environment, &mut io);
    Said { status, stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() }
}

/// Compares two kernels.
fn compare(format: &str, old: &Path, new: &Path) -> Said {
    let words = ["abi-diff", "-f", format].map(OsStr::new);
    let said = run(&[&words[..], &[old.as_os_str(), new.as_os_str()]].concat());
    assert!(said.status < 2, "{format}: {}", said.stderr);
    said
}

/// Compares the pair of this name, by rules if there are some.
fn compare_pair(format: &str, pair: &str, rules: Option<&Path>) -> Said {
    let sides = ["old", "new"].map(|side| format!("{PAIRS}/{pair}/{side}"));
    let list = format!("{PAIRS}/{pair}/stablelist");
    let mut words = vec![OsStr::new("abi-diff"), OsStr::new("-f"), OsStr::new(format)];
    if Path::new(&list).exists() {
        words.extend([OsStr::new("--stablelist"), OsStr::new(&list)]);
    }
    if let Some(rules) = rules {
        words.extend([OsStr::new("--rules"), rules.as_os_str()]);
    }
    words.extend(sides.iter().map(OsStr::new));
    let said = run(&words);
    assert!(said.status < 2, "{format} {pair}: {}", said.stderr);
    said
}

fn pairs() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAIRS);
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// Two kernels with hostile names of symbols, types, modules and namespaces, and of their own folder.
fn hostile() -> (TempDir, [PathBuf; 2]) {
    kernels(HOSTILE)
}

/// Two kernels with this name everywhere.
fn kernels(name: &[u8]) -> (TempDir, [PathBuf; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let sides = ["old", "new"].map(|side| {
        let folder_name = [&name.replace_slash()[..], b"\n", side.as_bytes()].concat();
        folder.path().join(OsStr::from_bytes(&folder_name))
    });
    for (side, member, crc) in [(&sides[0], "int a ;", "0x1"), (&sides[1], "long a ;", "0x2")] {
        fs::create_dir(side).unwrap();
        let line = |symbol: &[u8]| {
            let crc = crc.as_bytes();
            [crc, b"\t", symbol, b"\t", name, b"\tEXPORT_SYMBOL_GPL\t", name, b"\n"].concat()
        };
        let mut symvers = [line(name), line(b"plain"), line(b"untyped")].concat();
        if crc == "0x1" {
            symvers.extend(line(FORMULA.as_bytes()));
        }
        fs::write(side.join("Module.symvers"), symvers).unwrap();
        let types = [
            [b"s#", name, b" struct ", name, b" { ", member.as_bytes(), b" } \n"].concat(),
            [name, b" int ", name, b" ( s#", name, b" * ) \n"].concat(),
            [b"plain int plain ( s#", name, b" * ) \n"].concat(),
        ];
        fs::write(side.join("pump.symtypes"), types.concat()).unwrap();
    }
    (folder, sides)
}

/// A name of a file has no `/`.
trait ReplaceSlash {
    fn replace_slash(&self) -> Vec<u8>;
}

impl ReplaceSlash for &[u8] {
    fn replace_slash(&self) -> Vec<u8> {
        self.iter().map(|&byte| if byte == b'/' { b'!' } else { byte }).collect()
    }
}

/// The hostile name as people see it.
fn shown_name() -> String {
    String::from_utf8(shown(HOSTILE).into_owned()).unwrap()
}

/// Nothing but newlines is a control character.
fn assert_plain(text: &str) {
    let control = text.chars().find(|it| it.is_control() && !"\n\t".contains(*it));
    assert_eq!(control, None, "{text}");
}

/// What a report in SARIF says, once what every one must have is there.
fn sarif(said: &Said) -> Vec<Value> {
    assert_plain(said.text());
    let log = said.json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let mut fingerprints = BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        let fingerprint = result["partialFingerprints"]["modversions/v1"].as_str().unwrap();
        assert!(fingerprints.insert(fingerprint.to_owned()), "{fingerprint} twice");
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in result["locations"].as_array().unwrap().iter().chain(related) {
            let artifact = &location["physicalLocation"]["artifactLocation"];
            if let Some(uri) = artifact["uri"].as_str() {
                assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
                assert!(!uri.contains(['<', '>', '"', '`']), "{uri}");
            }
            if let Some(base) = artifact["uriBaseId"].as_str() {
                assert!(run["originalUriBaseIds"][base].is_object(), "{base}");
            }
        }
    }
    results.clone()
}

/// The numbers of tests, failures and skipped tests of a report in JUnit's form, and the names of tests.
fn junit(said: &Said) -> ([usize; 3], Vec<String>) {
    assert_plain(said.text());
    let document = roxmltree::Document::parse(said.text()).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let all = |name: &str| document.descendants().filter(|it| it.has_tag_name(name)).count();
    let counts = [all("testcase"), all("failure"), all("skipped")];
    let suite = root.children().find(|it| it.has_tag_name("testsuite")).unwrap();
    for (attribute, count) in ["tests", "failures", "skipped"].into_iter().zip(counts) {
        assert_eq!(suite.attribute(attribute), Some(&*count.to_string()), "{attribute}");
    }
    assert_eq!(root.attribute("tests"), suite.attribute("tests"));
    let cases = document.descendants().filter(|it| it.has_tag_name("testcase"));
    (counts, cases.map(|it| it.attribute("name").unwrap().to_owned()).collect())
}

/// The issues of a Code Quality report, each with what GitLab asks for.
fn gitlab(said: &Said) -> Vec<Value> {
    assert_plain(said.text());
    let issues = said.json().as_array().unwrap().clone();
    let mut fingerprints = BTreeSet::new();
    for issue in &issues {
        assert!(!issue["description"].as_str().unwrap().is_empty());
        assert!(Lint::of_id(issue["check_name"].as_str().unwrap()).is_some());
        assert!(fingerprints.insert(issue["fingerprint"].as_str().unwrap().to_owned()));
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&issue["severity"].as_str().unwrap()));
        assert!(!issue["location"]["path"].as_str().unwrap().is_empty());
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
    }
    issues
}

/// A workflow command: the word, the properties, and the text.
type WorkflowCommand = (String, Vec<(String, String)>, String);

/// The workflow commands of a report, as GitHub's runner takes them apart.
fn github(said: &Said) -> Vec<WorkflowCommand> {
    assert_plain(said.text());
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| data(&text.replace("%3A", ":").replace("%2C", ","));
    let command = |line: &str| {
        let (head, text) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (word, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&word), "{line}");
        let pair = |it: &str| {
            let (name, value) = it.split_once('=').unwrap();
            assert!(["file", "line", "title"].contains(&name), "{line}");
            (name.to_owned(), property(value))
        };
        (word.to_owned(), properties.split(',').map(pair).collect(), data(text))
    };
    said.text().lines().map(command).collect()
}

/// The text of a comment, and what of it is HTML.
fn markdown(said: &Said) -> (String, String) {
    assert!(said.stdout.len() < 65_536);
    assert_plain(said.text());
    let (mut text, mut html) = (String::new(), String::new());
    for event in Parser::new(said.text()) {
        match event {
            Event::Text(it) | Event::Code(it) => text += &it,
            Event::Html(it) | Event::InlineHtml(it) => html += &it,
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            _ => {}
        }
    }
    (text, html)
}

/// The rows of a table by the names of their columns.
fn csv(said: &Said) -> Vec<Vec<(String, String)>> {
    assert_plain(said.text());
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(&said.stdout[..]);
    let head = reader.headers().unwrap().clone();
    assert_eq!(head.iter().next(), Some("state"));
    let row = |record: csv::StringRecord| {
        assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])));
        head.iter().zip(&record).map(|(one, other)| (one.to_owned(), other.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// The cell of a column.
fn cell<'a>(row: &'a [(String, String)], column: &str) -> &'a str {
    &row.iter().find(|(name, _)| name == column).unwrap().1
}

/// The data of a page, once nothing is in it that was not put there.
fn html(said: &Said) -> (Value, String) {
    assert_plain(said.text());
    let own = [
        "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "p", "ul",
        "ol", "li", "strong", "code", "nav", "main", "section", "div", "noscript", "script",
    ];
    let (mut text, mut scripts, mut is_script) = (String::new(), Vec::new(), false);
    let mut emitter = DefaultEmitter::<()>::default();
    // What is in a script is no markup.
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(said.text(), emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8(tag.name.0.clone()).unwrap();
                assert!(own.contains(&&*name), "<{name}>");
                is_script = name == "script";
                scripts.extend(is_script.then(String::new));
                for (name, value) in &tag.attributes {
                    assert!(!name.starts_with(b"on") && &name[..] != b"src");
                    assert!(&name[..] != b"href" || value.value.starts_with(b"#"));
                }
            }
            Token::EndTag(_) => is_script = false,
            Token::String(it) => {
                let it = String::from_utf8(it.value.0.clone()).unwrap();
                match scripts.last_mut().filter(|_| is_script) {
                    Some(script) => *script += &it,
                    None => text += &it,
                }
            }
            Token::Comment(_) => panic!("a comment"),
            Token::Error(error) => panic!("{error:?}"),
            Token::Doctype(_) => {}
        }
    }
    assert_eq!(scripts.len(), 2);
    (serde_json::from_str(&scripts[0]).unwrap(), text)
}

/// Whether some text in this value is, or has in it, `part`.
fn has(value: &Value, part: &str) -> bool {
    match value {
        Value::String(text) => text.contains(part),
        Value::Array(list) => list.iter().any(|it| has(it, part)),
        Value::Object(fields) => fields.values().any(|it| has(it, part)),
        _ => false,
    }
}

#[test]
fn hostile_names_are_only_names_in_every_format() {
    let (_folder, [old, new]) = hostile();
    let name = shown_name();
    let of = |format| compare(format, &old, &new);
    // A struct whose layout changed, two exports without types for it, and one that is gone.
    let results = sarif(&of("sarif"));
    let texts = results.iter().map(|it| it["message"]["text"].as_str().unwrap());
    assert!(texts.clone().any(|text| text.contains(&format!("struct {name}"))), "{results:#?}");
    assert!(texts.clone().any(|text| text.starts_with(FORMULA)));
    let (_, names) = junit(&of("junit"));
    assert!(names.contains(&format!("struct {name}")), "{names:#?}");
    assert!(names.contains(&FORMULA.to_owned()));
    let issues = gitlab(&of("gitlab"));
    assert!(issues.iter().any(|it| has(it, &format!("struct {name}"))));
    let commands = github(&of("github"));
    assert_eq!(commands.len(), issues.len());
    let title = ("title".to_owned(), format!("change-unknown: struct {name}"));
    assert!(commands.iter().any(|(_, properties, _)| properties.contains(&title)), "{commands:#?}");
    let (text, html_of_comment) = markdown(&of("markdown"));
    assert!(!html_of_comment.contains("<script"), "{html_of_comment}");
    assert!(text.contains(&name), "{text}");
    let rows = csv(&of("csv"));
    assert_eq!(rows.len(), results.len());
    assert!(rows.iter().any(|row| cell(row, "subject") == format!("struct {name}")));
    assert!(rows.iter().any(|row| cell(row, "subject") == format!("'{FORMULA}")));
    let (_wide, [old, new]) = kernels("＝1+1".as_bytes());
    let rows = csv(&compare("csv", &old, &new));
    assert!(rows.iter().all(|row| !cell(row, "message").starts_with('＝')));
    let (data, _) = html(&of("html"));
    assert!(has(&data, &format!("struct {name}")));
    let exports: Vec<&str> = data["items"]["names"].as_str().unwrap().split('\n').collect();
    assert_eq!(exports.iter().filter(|it| **it == name).count(), 1);
    assert_eq!(exports.len(), 4);
}

#[test]
fn a_comment_is_whole_and_has_many_findings_however_long_names_are() {
    let folder = tempfile::tempdir().unwrap();
    let sides = ["old", "new"].map(|side| folder.path().join(side).join("Module.symvers"));
    let export = |name: &str| format!("0x00000001\t{name}\tvmlinux\tEXPORT_SYMBOL\t\n");
    let long = |number: usize| format!("{}www.strange.example{number:03}", "<@#".repeat(1000));
    let gone: String = (0..100).map(|number| export(&long(number))).collect();
    for (side, text) in sides.iter().zip([export("plain") + &gone, export("plain")]) {
        fs::create_dir(side.parent().unwrap()).unwrap();
        fs::write(side, text).unwrap();
    }
    let said = compare("markdown", &sides[0], &sides[1]);
    let (text, html) = markdown(&said);
    assert!(said.stdout.len() <= 60_000);
    assert!(text.matches("What to do").count() > 3, "{text}");
    assert!(text.contains("more findings in the full report"), "{text}");
    assert_eq!(html.matches("<details>").count(), html.matches("</details>").count());
    // GitHub makes links of what begins so.
    assert!(!said.text().contains("www."));
    // The page does not care.
    assert_eq!(html_of_page(&sides)["findings"].as_array().unwrap().len(), 100);
}

/// The data of the page on two kernels.
fn html_of_page([old, new]: &[PathBuf; 2]) -> Value {
    html(&compare("html", old, new)).0
}

#[test]
fn a_cause_is_one_result_with_the_exports_that_it_reaches() {
    let (_folder, [old, new]) = kernels(b"valve");
    let results = sarif(&compare("sarif", &old, &new));
    // The struct; the export whose types are not known; the one that is gone.
    let rules: Vec<&str> = results.iter().map(|it| it["ruleId"].as_str().unwrap()).collect();
    assert_eq!(rules, ["change-layout", "export-removed", "crc-changed"]);
    assert_eq!(results[0]["properties"]["reaches"], 2);
    let related = results[0]["relatedLocations"].as_array().unwrap();
    let (exports, others): (Vec<&Value>, Vec<&Value>) =
        related.iter().partition(|it| it["logicalLocations"].is_array());
    assert_eq!(exports.len(), 2);
    assert_eq!(others.len(), 1);
    assert_eq!(others[0]["message"]["text"], "the declaration before");
    assert_eq!(exports[0]["logicalLocations"][0]["name"], "plain");
    let region = |location: &Value| location["physicalLocation"]["region"]["startLine"].clone();
    assert_eq!(region(exports[0]), 2);
    // The line of the list that had the export.
    assert_eq!(region(&results[1]["locations"][0]), 4);
    let (data, _) = html(&compare("html", &old, &new));
    let finding = &data["findings"][0];
    let sizes = [0, 1].map(|side: usize| finding["picture"][side]["size"].as_u64().unwrap());
    assert_eq!(sizes, [4, 8]);
    assert_eq!(finding["chains"].as_array().unwrap().len(), 2);
    assert_eq!(finding["chains"][0][0][0], "plain");
}

#[test]
fn a_cause_is_at_the_line_of_the_file_that_was_given() {
    let sides = ["old", "new"].map(|side| Path::new(PAIRS).join("type-changed").join(side));
    let place = |[old, new]: &[PathBuf; 2]| {
        let results = sarif(&compare("sarif", old, new));
        let of_tank =
            |it: &&Value| it["locations"][0]["logicalLocations"][0]["name"] == "struct tank";
        let found = results.iter().find(of_tank).unwrap();
        let place = &found["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap().to_owned();
        (uri, place["region"]["startLine"].as_u64())
    };
    let types = sides.each_ref().map(|side| side.join("drivers/tank.symtypes"));
    let text = fs::read_to_string(&types[1]).unwrap();
    let number = text.lines().position(|line| line.starts_with("s#tank ")).unwrap() as u64 + 1;
    assert_eq!(place(&sides), ("drivers/tank.symtypes".to_owned(), Some(number)));
    // A file that was given is where the user says.
    let file = types[1].to_str().unwrap().to_owned();
    assert_eq!(place(&types), (file, Some(number)));
    // So is one in which all files are, whose lines are others.
    let folder = tempfile::tempdir().unwrap();
    let whole = ["old", "new"].map(|side| folder.path().join(side));
    for (side, file) in sides.iter().zip(&whole) {
        let words = ["modversions", "symtypes", "consolidate"].map(OsStr::new);
        let said = run(&[&words[..], &[side.as_os_str()]].concat());
        assert_eq!(said.status, 0, "{}", said.stderr);
        fs::write(file, said.stdout).unwrap();
    }
    assert_eq!(place(&whole), (format!("file://{}", whole[1].display()), None));
}

#[test]
fn findings_have_the_same_id_in_every_run_and_report() {
    let (_folder, [old, new]) = kernels(b"valve");
    let report = compare("json", &old, &new).json();
    let of_cause = report["causes"][0]["id"].as_str().unwrap();
    let results = sarif(&compare("sarif", &old, &new));
    assert_eq!(results[0]["partialFingerprints"]["modversions/v1"], of_cause);
    let (_other, [old, new]) = kernels(b"valve");
    assert_eq!(compare("json", &old, &new).json()["causes"][0]["id"], of_cause);
    let removed = report["findings"].as_array().unwrap();
    let removed = removed.iter().find(|it| it["lint"] == "export-removed").unwrap();
    assert_eq!(results[1]["partialFingerprints"]["modversions/v1"], removed["id"]);
}

#[test]
fn every_pair_is_a_report_in_every_format_and_its_parts_agree() {
    for pair in pairs() {
        let of = |format| compare_pair(format, &pair, None);
        let results = sarif(&of("sarif"));
        assert!(
            results.iter().any(|it| it["ruleId"] == *pair || has(&it["properties"]["also"], &pair)),
            "{pair}"
        );
        let open = |it: &&Value| {
            it["level"] != "note" && it["suppressions"].as_array().unwrap().is_empty()
        };
        let open = results.iter().filter(open).count();
        assert_eq!(of("sarif").status, u8::from(open > 0), "{pair}");
        assert_eq!(junit(&of("junit")).0[1], open, "{pair}");
        assert_eq!(gitlab(&of("gitlab")).len(), open, "{pair}");
        assert_eq!(github(&of("github")).len(), open, "{pair}");
        assert_eq!(csv(&of("csv")).len(), results.len(), "{pair}");
        markdown(&of("markdown"));
        let (data, _) = html(&of("html"));
        assert_eq!(data["findings"].as_array().unwrap().len(), results.len(), "{pair}");
    }
}

#[test]
fn without_differences_a_report_is_whole_and_has_no_findings() {
    let kernel = Path::new(PAIRS).join("type-changed/old");
    let of = |format| {
        let said = compare(format, &kernel, &kernel);
        assert_eq!(said.status, 0);
        said
    };
    assert!(sarif(&of("sarif")).is_empty());
    let ([tests, failures, skipped], _) = junit(&of("junit"));
    assert_eq!((tests, failures), (Lint::ALL.len(), 0));
    // What cannot be evaluated does not pass.
    assert!(skipped > 0 && skipped < tests);
    assert!(gitlab(&of("gitlab")).is_empty());
    assert_eq!(of("github").text(), "");
    assert!(markdown(&of("markdown")).0.contains("no differences"));
    assert!(csv(&of("csv")).is_empty());
    let (data, text) = html(&of("html"));
    assert!(data["findings"].as_array().unwrap().is_empty());
    assert!(text.contains("no differences"));
}

#[test]
fn what_a_rule_tolerates_is_said_with_its_reason_and_fails_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules.toml");
    let text = "[[rule]]\nlint = \"change-layout\"\nreason = \"nobody <looks> into it\"\nowner = \"me\"\n\
                [[rule]]\nsymbol = \"*\"\nreason = \"all of them\"\n";
    fs::write(&rules, text).unwrap();
    let of = |format| compare_pair(format, "change-layout", Some(&rules));
    assert_eq!(of("sarif").status, 0);
    let results = sarif(&of("sarif"));
    let cause = results.iter().find(|it| it["ruleId"] == "change-layout").unwrap();
    let suppression = &cause["suppressions"][0];
    assert_eq!(suppression["justification"], "nobody <looks> into it; owner: me");
    let place = &suppression["location"]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 1);
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("/rules.toml"));
    let ([_, failures, skipped], _) = junit(&of("junit"));
    assert!(failures == 0 && skipped > 0);
    assert!(gitlab(&of("gitlab")).is_empty());
    assert_eq!(of("github").text(), "");
    let rows = csv(&of("csv"));
    assert!(rows.iter().all(|row| cell(row, "state") != "open"));
    assert!(rows.iter().any(|row| cell(row, "tolerated").starts_with("nobody <looks>")));
}

#[test]
fn what_was_not_evaluated_is_said() {
    let (_folder, [old, new]) = hostile();
    let lists = [&old, &new].map(|side| side.join("Module.symvers"));
    let report = compare("json", &lists[0], &lists[1]).json();
    let ids = |report: &Value| -> Vec<String> {
        let list = report["not_evaluated"].as_array().unwrap().iter();
        list.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&report), ["causes", "silent-breaks", "stable-list", "modules"]);
    let with_types = compare("json", &old, &new).json();
    assert_eq!(ids(&with_types), ["causes-of-exports", "silent-breaks", "stable-list", "modules"]);
    assert_eq!(with_types["not_evaluated"][0]["count"], 1);
    let log = compare("sarif", &lists[0], &lists[1]).json();
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications[0]["descriptor"]["id"], "causes");
    let text = compare("html", &lists[0], &lists[1]);
    assert!(html(&text).1.contains("why CRCs changed: neither kernel has types or BTF"));
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_behind() {
    let (folder, [old, new]) = hostile();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let outputs: Vec<String> = WRITERS
        .iter()
        .map(|writer| format!("-f{}:{}", writer.name, out.join(writer.name).display()))
        .collect();
    let run = |last: &str| {
        let mut words: Vec<&OsStr> = vec![OsStr::new("abi-diff")];
        words.extend(outputs.iter().map(OsStr::new));
        words.extend([OsStr::new("-fnull"), OsStr::new(last), old.as_os_str(), new.as_os_str()]);
        run(&words)
    };
    let missing = format!("-fsarif:{}", out.join("no/such").display());
    assert_eq!(run(&missing).status, 2);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
    let said = run("-fnull");
    assert_eq!((said.status, said.text()), (1, ""));
    assert_eq!(fs::read_dir(&out).unwrap().count(), WRITERS.len());
    for writer in WRITERS {
        let written = fs::read(out.join(writer.name)).unwrap();
        assert_eq!(written, compare(writer.name, &old, &new).stdout, "{}", writer.name);
    }
}

#[test]
fn the_page_of_lints_has_each_of_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lints.md");
    let page = fs::read_to_string(path).unwrap();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = words(&page);
    let mut at = 0;
    for lint in Lint::ALL {
        let (id, level, what) = (lint.id(), lint.level().word(), lint.what());
        let (does, fix) = (lint.explanation(), lint.fix());
        let section = words(&format!("## {id} *{level}*: {what}. {does} **What to do:** {fix}"));
        let found = page[at..].find(&section);
        at +=
            found.unwrap_or_else(|| panic!("docs/lints.md: not there, or not in order: {section}"));
    }
}
