//! Plain English: idioms that made readers stumble, and what to say instead. They are searched in the
//! string literals of the product (upstream's own texts excepted), in the output of `--help`, and in
//! the pages.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use walkdir::WalkDir;

/// The top of the repository.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What not to say, and what to say.
const IDIOMS: &[(&str, &str)] = &[
    ("all that does", "everything that"),
    ("anew", "again"),
    ("another CRC", "a different CRC; its CRC changed"),
    ("another one", "a different one; differs"),
    ("behind a", "after a"),
    ("behind it", "after it"),
    ("behind that", "after that"),
    ("behind the", "after the"),
    ("build it again", "rebuild it"),
    ("by the worst", "by the most severe"),
    ("cannot be told", "is unknown; is undetermined"),
    ("comes to", "reaches; matches"),
    ("could not be told", "is unknown; the comparison failed"),
    ("declared otherwise", "declared differently"),
    ("each otherwise", "each differently"),
    ("goes on from", "continues; is based on"),
    ("in the place of", "instead of; replacing"),
    ("is no line", "is not a valid line"),
    ("is none of", "is not one of; is neither"),
    ("lies otherwise", "has a different layout"),
    ("licence", "license"),
    ("look that", "make sure"),
    ("looked at", "examined; checked"),
    ("none of the kind", "not the kind"),
    ("nothing tells", "it is not known"),
    ("out of sight", "not covered"),
    ("out of its sight", "not covered by it"),
    ("passed over", "skipped; ignored"),
    ("says nothing of", "ignores"),
    ("tells", "prints; reports; describes"),
    ("this is no ", "not a"),
    ("told", "reported; known"),
    ("untold", "undetermined"),
    ("what it uses", "symbols that it uses"),
    ("what they pass", "the types that they use"),
    ("will do", "is enough"),
];

/// Upstream's own texts, which stay byte for byte as they are; and the tests.
const NOT_OURS: &[&str] = &[
    "src/cli/getopt.rs",
    "src/cli/messages.rs",
    "src/check/messages.rs",
    "src/genksyms/messages.rs",
    "src/modpost/messages.rs",
    "src/tests/",
];

/// The commands whose help is read.
const COMMANDS: &[&str] = &[
    "",
    "abi-diff",
    "check",
    "completions",
    "cpp",
    "genksyms",
    "kbuild",
    "kbuild disable",
    "kbuild enable",
    "kbuild overlay",
    "kbuild status",
    "layout",
    "man",
    "modpost",
    "releases",
    "show",
    "symtypes",
    "symtypes consolidate",
    "symtypes show",
    "symtypes split",
    "symtypes verify",
    "why",
];

/// The files below `folder` whose name ends in `suffix`, from the top of the repository, with their
/// texts.
fn files(folder: &str, suffix: &str) -> Vec<(String, String)> {
    let walk = WalkDir::new(Path::new(ROOT).join(folder)).sort_by_file_name();
    let paths = walk.into_iter().map(|entry| entry.unwrap().into_path());
    let paths = paths.filter(|path| path.to_str().unwrap().ends_with(suffix));
    paths
        .map(|path| {
            let name = path.strip_prefix(ROOT).unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The string literals of Rust code, one a line, without the tests at its end.
fn literals(code: &str) -> String {
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = String::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (start, after) = (&rest[at..], &rest[at + 1..]);
        if start.starts_with("//") {
            rest = start.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(after) = start.strip_prefix("'\"'") {
            rest = after;
        } else if start.starts_with('"') {
            let end = end_of_literal(after);
            found += &unwrapped(&after[..end]);
            found.push('\n');
            rest = after.get(end + 1..).unwrap_or_default();
        } else {
            rest = after;
        }
    }
    found
}

/// Where a literal ends that begins before `text`.
fn end_of_literal(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.find(|letter| {
        let is_end = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(text.len())
}

/// A literal without the breaks of its lines in the code.
fn unwrapped(literal: &str) -> String {
    let mut lines = literal.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start())
}

/// What `modversions COMMAND --help` prints.
fn help(command: &str) -> String {
    let words = format!("modversions {command} --help");
    let arguments: Vec<OsString> = words.split_whitespace().map(OsString::from).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    cli::main(&arguments, &Environment::default(), &mut io);
    String::from_utf8([stdout, stderr].concat()).unwrap()
}

/// The idioms in a text, as complaints. Line breaks count as spaces.
fn complaints(place: &str, text: &str) -> Vec<String> {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let text = text.replace('\n', " ");
    let mut complaints = Vec::new();
    for (idiom, instead) in IDIOMS {
        for (at, _) in text.match_indices(idiom) {
            let (before, after) = (&text[..at], &text[at + idiom.len()..]);
            let is_part = is_letter(before.chars().next_back())
                || is_letter(after.chars().next()) && !idiom.ends_with(' ');
            if !is_part {
                let from = before.char_indices().rev().nth(30).map_or(0, |(from, _)| from);
                let shown = format!("…{}{idiom}", &before[from..]);
                complaints.push(format!("{place}: {shown}: say {instead}"));
            }
        }
    }
    complaints
}

#[test]
fn no_idiom_needs_translating() {
    let mut texts: Vec<(String, String)> = files("src", ".rs")
        .into_iter()
        .filter(|(path, _)| !NOT_OURS.iter().any(|it| path.starts_with(it)))
        .map(|(path, code)| (path, literals(&code)))
        .collect();
    texts.extend(files("docs", ".md"));
    texts.extend(files("src/cli/manual", ".txt"));
    for page in ["README.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
        // The table in the change log has the old names.
        let lines = text.lines().filter(|line| !line.starts_with("| "));
        texts.push((page.to_owned(), lines.collect::<Vec<_>>().join("\n")));
    }
    texts.extend(COMMANDS.iter().map(|command| (format!("help of {command}"), help(command))));
    let complaints: Vec<String> =
        texts.iter().flat_map(|(path, text)| complaints(path, text)).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn idioms_are_found_in_literals_only() {
    let code = "// told\nlet quote = '\"';\nlet text = \"it is \\\"none\\\" \\\n    told\";\n";
    assert_eq!(literals(code), "it is \\\"none\\\" told\n");
    assert_eq!(complaints("a", "it was told, and untold").len(), 2);
    assert!(complaints("a", "license").is_empty());
}
