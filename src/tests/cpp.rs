//! `modversions cpp`: the tokens of the C compiler that is here, for every file in `testdata/cpp`,
//! and the compiler itself for whatever is not done here.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use modversions::cpp::{
    FileContent, Host, Kept, Output as Made, PADDING, Request, Stamp, Usual, first_difference,
    preprocess, preprocess_with,
};

/// The program under test.
fn program() -> &'static str {
    env!("CARGO_BIN_EXE_modversions")
}

/// The C compiler.
const COMPILER: &str = "cc";

/// The files with which both preprocessors are tried.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cpp")
}

/// What both are called with.
fn arguments(file: &str) -> Vec<String> {
    let words = "-E -D__GENKSYMS__ -nostdinc -Iinclude/first -Iinclude/second -Iinclude -std=gnu11";
    let mut words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    words.push(file.to_owned());
    words
}

/// What `modversions cpp` prints, and what it says of a file that is for the compiler.
fn ours(file: &str, mode: &str) -> Output {
    let mut command = Command::new(program());
    command.current_dir(folder()).args(["cpp", COMPILER]).args(arguments(file));
    command.env("MODVERSIONS_CPP", mode).env("MODVERSIONS_CPP_EXPLAIN", "1");
    command.env_remove("objtree").env_remove("KBUILD_EXTMOD").output().unwrap()
}

/// What the compiler prints.
fn theirs(file: &str) -> Output {
    let mut command = Command::new(COMPILER);
    command.current_dir(folder()).args(arguments(file)).output().unwrap()
}

/// The tokens of a text: without blanks, and without the lines that only say where it is from.
fn tokens(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("# "));
    lines.flat_map(tokens_of_line).collect()
}

fn tokens_of_line(line: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => literal(rest),
            _ if first.is_alphanumeric() || first == '_' || first == '$' => {
                let word = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
                rest.find(word).unwrap_or(rest.len())
            }
            _ => first.len_utf8(),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

/// The length of the literal that a text begins with.
fn literal(text: &str) -> usize {
    let quote = text.as_bytes()[0];
    let mut at = 1;
    while text.as_bytes()[at] != quote {
        at += if text.as_bytes()[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// Every file in `testdata/cpp`.
fn files() -> Vec<String> {
    let names = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".c"));
    names.sort();
    assert!(names.len() > 10, "{names:?}");
    names
}

#[test]
fn tokens_are_those_of_the_compiler() {
    for file in files() {
        let (ours, theirs) = (ours(&file, "full"), theirs(&file));
        assert_eq!(String::from_utf8_lossy(&ours.stderr), "", "{file} is left to the compiler");
        assert!(ours.status.success() && theirs.status.success(), "{file}");
        assert_eq!(tokens(&ours.stdout), tokens(&theirs.stdout), "{file}");
    }
}

/// Without the bodies of functions, everything else is as it was.
#[test]
fn only_bodies_are_left_out() {
    let text = |mode| tokens(&ours("bodies.c", mode).stdout).join(" ");
    let (usual, full) = (text("usual"), text("full"));
    for part in [
        "struct s f ( int a ) { }",
        "struct t * g ( struct { int c ; } * p ) { }",
        "int array [ ] = { 1 , 2 , 3 } ;",
        "static int h ( void ) { }",
        "int k ( void ) { } int l = 5 ;",
        "enum { C } m ( void ) { }",
        "struct __attribute__ ( ( packed ) ) v w ( void ) { }",
        "typeof ( ( { int n ; n ; } ) ) o ;",
    ] {
        assert!(usual.contains(part), "{part}: {usual}");
    }
    assert!(full.len() > usual.len());
    assert_eq!(
        tokens(&ours("counter.c", "usual").stdout).last(),
        tokens(&ours("counter.c", "full").stdout).last()
    );
}

/// What the compiler warns of or refuses ends as it does there: same text, messages and status.
#[test]
fn what_is_unusual_is_left_to_the_compiler() {
    let scratch = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("error", "#error no\n"),
        ("warning", "#warning careful\nint a;\n"),
        ("missing", "#include <nothing.h>\n"),
        ("redefined", "#define A 1\n#define A 2\nA\n"),
        ("arguments", "#define F(x) x\nF(1, 2)\n"),
        ("open-call", "#define F(x) x\nF(1\n"),
        ("paste", "#define P(a, b) a ## b\nP(+, x)\n"),
        ("quote", "int a = \"open;\n"),
        ("quote-in-a-body", "#define A it's\nint a;\n"),
        ("raw-in-a-body", "#define A R\"x(\n)x\"\nint a;\n"),
        ("endif", "#if 1\nint a;\n"),
        ("division", "#if 1 / 0\n#endif\nint a;\n"),
        ("date", "char *a = __DATE__;\n"),
        ("line", "#line 7 \"x.c\"\n__LINE__ __FILE__\n"),
        ("comment", "/* /* */ int a;\n"),
        ("va-opt", "#define F(x, ...) x __VA_OPT__(y)\nF(1) F(1, 2)\n"),
    ] {
        let file = scratch.path().join(format!("{name}.c"));
        fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        let (ours, theirs) = (ours(file, "usual"), theirs(file));
        let said = String::from_utf8_lossy(&ours.stderr).into_owned();
        let rest =
            said.split_once('\n').filter(|(first, _)| first.starts_with("modversions cpp: "));
        let (_, rest) = rest.unwrap_or_else(|| panic!("{name}: not left to the compiler: {said}"));
        assert_eq!(rest, String::from_utf8_lossy(&theirs.stderr), "{name}");
        assert_eq!(ours.stdout, theirs.stdout, "{name}");
        assert_eq!(ours.status.code(), theirs.status.code(), "{name}");
    }
}

/// A text that could not be written is not taken for a whole one.
#[test]
fn full_output_fails_as_with_the_compiler() {
    let Ok(full) = fs::File::options().write(true).open("/dev/full") else {
        eprintln!("not tried: there is no /dev/full");
        return;
    };
    for mode in ["usual", "full", "check", "off"] {
        let to_full = |program: &mut Command| {
            let words = arguments("bodies.c");
            let stdout = full.try_clone().unwrap();
            program.current_dir(folder()).args(words).stdout(stdout).output().unwrap().status.code()
        };
        let mut ours = Command::new(program());
        let ours = to_full(ours.args(["cpp", COMPILER]).env("MODVERSIONS_CPP", mode));
        assert_eq!(ours, to_full(&mut Command::new(COMPILER)), "{mode}");
    }
}

/// Without `-D__GENKSYMS__`, or with an option that is not known, the compiler does it all.
#[test]
fn other_command_lines_are_the_compilers() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("a.c");
    fs::write(&file, "int a;\n").unwrap();
    for words in [
        "-E",
        "-E -D__GENKSYMS__ -nostdinc -P",
        "-E -D__GENKSYMS__",
        "-E -D__GENKSYMS__ -nostdinc -dD",
    ] {
        let arguments: Vec<&str> = words.split(' ').chain(file.to_str()).collect();
        let mut command = Command::new(program());
        let ours = command.args(["cpp", COMPILER]).args(&arguments).output().unwrap();
        let theirs = Command::new(COMPILER).args(&arguments).output().unwrap();
        assert_eq!(ours, theirs, "{words}");
    }
}

/// The list of dependencies is the compiler's, byte for byte.
#[test]
fn dependencies_are_those_of_the_compiler() {
    let scratch = tempfile::tempdir().unwrap();
    let list = |name: &str| format!("-Wp,-MMD,{}", scratch.path().join(name).display());
    let run = |program: &mut Command, name: &str| {
        let words = arguments("include.c");
        let status =
            program.current_dir(folder()).arg(list(name)).args(words).output().unwrap().status;
        assert!(status.success());
        fs::read(scratch.path().join(name)).unwrap()
    };
    let theirs = run(&mut Command::new(COMPILER), "theirs");
    let ours = run(Command::new(program()).args(["cpp", COMPILER]), "ours");
    assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap());
}

/// What the compiler said is kept in the build tree, and used only for the same compiler and options.
#[test]
fn answers_of_the_compiler_are_kept_in_the_build_tree() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("a.c");
    fs::write(
        &file,
        "#if __has_attribute(packed) && !__has_attribute(nothing)\n__OPTIMIZE__\n#endif\n",
    )
    .unwrap();
    let run = |option: &str| {
        let mut command = Command::new(program());
        command.args(["cpp", COMPILER, "-E", "-D__GENKSYMS__", "-nostdinc", option]).arg(&file);
        let output =
            command.env("objtree", scratch.path()).env_remove("KBUILD_EXTMOD").output().unwrap();
        assert!(output.status.success());
        tokens(&output.stdout).join(" ")
    };
    let kept = || fs::read_dir(scratch.path().join(".modversions-cpp")).map_or(0, Iterator::count);
    assert_eq!((run("-O2"), kept()), ("1".to_owned(), 1));
    assert_eq!((run("-O2"), kept()), ("1".to_owned(), 1));
    assert_eq!((run("-O0"), kept()), ("__OPTIMIZE__".to_owned(), 2));
    // What is damaged is as if it were not there.
    for entry in fs::read_dir(scratch.path().join(".modversions-cpp")).unwrap() {
        fs::write(entry.unwrap().path(), "modversions cpp 1\n9999999999999\nx").unwrap();
    }
    assert_eq!((run("-O2"), kept()), ("1".to_owned(), 2));
}

/// The files of `testdata/cpp`, and a compiler that has nothing to answer.
struct Files;

impl Host for Files {
    fn read(&mut self, path: &[u8]) -> Option<FileContent> {
        let path = folder().join(std::str::from_utf8(path).unwrap());
        let text = fs::read(&path).ok()?;
        let text = [&text, PADDING].concat();
        // Any number will do that no other file has.
        let number = path.as_os_str().as_encoded_bytes().iter();
        let number = number.fold(0_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(*byte));
        Some(FileContent { padded: text, identity: (0, number), stamp: None })
    }

    fn stamp(&mut self, _path: &[u8]) -> Option<Stamp> {
        None
    }

    fn has_directory(&mut self, path: &[u8]) -> bool {
        folder().join(std::str::from_utf8(path).unwrap()).is_dir()
    }

    fn ask(&mut self, _question: &[u8]) -> Option<i64> {
        None
    }
}

#[test]
fn what_one_file_leaves_changes_nothing_for_the_next() {
    let mut files: Vec<String> = fs::read_dir(folder()).unwrap().map(file_name).collect();
    files.retain(|file| file.ends_with(".c"));
    files.sort();
    let request = |file: &str, leaves_out_bodies: bool| Request {
        input: file.as_bytes().to_vec(),
        definitions: format!("#define NAME_OF_FILE {file}\n").into_bytes(),
        directories: ["include/first", "include/second", "include"].map(Vec::from).to_vec(),
        leaves_out_bodies,
        ..Request::default()
    };
    let alone = |file: &String, leaves_out| preprocess(&request(file, leaves_out), &mut Files);
    let mut kept = Kept::new();
    let mut made = 0;
    // There and back, so that each file is read after many others.
    for file in files.iter().chain(files.iter().rev()) {
        for leaves_out in [false, true] {
            let with = preprocess_with(&mut kept, &request(file, leaves_out), &mut Files);
            let output: Usual<modversions::cpp::Output> = alone(file, leaves_out);
            made += usize::from(output.is_ok());
            assert_eq!(with, output, "{file}");
        }
    }
    assert!(made > files.len(), "most are not for the compiler: {made}");
    assert!(kept.size() > 0);
}

/// Files that are only here.
struct Texts(Vec<(&'static str, &'static str)>);

impl Host for Texts {
    fn read(&mut self, path: &[u8]) -> Option<FileContent> {
        let place = self.0.iter().position(|(name, _)| name.as_bytes() == path)?;
        let padded = [self.0[place].1.as_bytes(), PADDING].concat();
        Some(FileContent { padded, identity: (1, place as u64), stamp: None })
    }

    fn stamp(&mut self, _path: &[u8]) -> Option<Stamp> {
        None
    }

    fn has_directory(&mut self, path: &[u8]) -> bool {
        path == b"."
    }

    fn ask(&mut self, _question: &[u8]) -> Option<i64> {
        None
    }
}

/// A header that gives something else for each of many macros, and one without a guard.
const OUTER: &str = "\
#ifndef OUTER
#define OUTER
typedef int first;
#include \"inner.h\"
int a = A;
#ifdef B
#define C 1
int b(void) { return BRACES; }
#endif
int counts(void) { return __COUNTER__ + UNIQUE; }
static WRAPPED(int, array)[] = { C };
EMPTY
EXPORT(a);
#undef D
#include \"inner.h\"
int __LINE__d = D;
#include \"once.h\"
#include \"once.h\"
int counted = LAST;
#endif
";
const INNER: &str = "int inner_d = D;\n#ifndef D\n#define D 3\n#endif\nint after_it;\n";
const ONCE: &str = "#pragma once\nint only_once = NAMES;\n#define LAST __COUNTER__\n";
const UNIT: &str = "#include \"outer.h\"\n#include \"inner.h\"\nint of_unit = __COUNTER__;\n";
const EXPORT: &str = "#define EXPORT(x) __GENKSYMS_EXPORT_SYMBOL(x)\n";

/// What is remembered of headers is never what another translation unit would make of them.
#[test]
fn headers_are_remembered_for_what_they_depend_on() {
    let lines = [
        "#define A 1\n",
        "#define A 2\n",
        "#define B\n#define BRACES 1\n",
        "#define B\n#define BRACES INDIRECT\n",
        "#define B\n#define BRACES INDIRECT\n#define INDIRECT 0; } int hidden(void) { return 1\n",
        "#define UNIQUE __COUNTER__\n",
        "#define C 7\n",
        "#define WRAPPED(type, name) type name##_of_it\n",
        "#define WRAPPED(type, name) A name\n",
        "#define EMPTY\n",
        "#define D 1\n",
        "#define after_it before_it\n",
        "#define OUTER\n",
        "#define NAMES __FILE__\n",
        EXPORT,
        "#define EXPORT(x) __GENKSYMS_EXPORT_SYMBOL(x##_gpl)\n",
    ];
    // Each alone, and each with those that stand 1 to 4 places behind.
    let mut definitions: Vec<String> = vec![String::new()];
    for (place, line) in lines.iter().enumerate() {
        definitions.push((*line).to_owned());
        definitions.extend(lines[place + 1..].iter().take(4).map(|other| [*line, *other].concat()));
    }
    let files =
        || Texts(vec![("unit.c", UNIT), ("outer.h", OUTER), ("inner.h", INNER), ("once.h", ONCE)]);
    let made = |kept: &mut Kept, definitions: &str, leaves_out_bodies: bool| -> Usual<Made> {
        let request = Request {
            input: b"unit.c".to_vec(),
            definitions: definitions.as_bytes().to_vec(),
            leaves_out_bodies,
            ..Request::default()
        };
        preprocess_with(kept, &request, &mut files())
    };
    let mut shared = Kept::for_many();
    let (mut sizes, mut done) = (Vec::new(), 0);
    for _ in 0..2 {
        for definitions in &definitions {
            for leaves_out in [false, true] {
                let with = made(&mut shared, definitions, leaves_out);
                let own = made(&mut Kept::for_many(), definitions, leaves_out);
                assert_eq!(with, own, "{definitions}");
                let usual = made(&mut Kept::new(), definitions, leaves_out);
                assert_eq!(usual.is_ok(), own.is_ok(), "{definitions}");
                if let (Ok(usual), Ok(own)) = (usual, own) {
                    done += 1;
                    let differs = first_difference(&usual.text, &own.text);
                    assert!(differs.is_none(), "{definitions}: {differs:?}");
                    assert_eq!(usual.exports, own.exports, "{definitions}");
                }
            }
        }
        sizes.push(shared.size());
    }
    assert!(done > 3 * definitions.len(), "most are not for the compiler: {done}");
    assert_eq!(sizes[0], sizes[1], "the second time all of it is remembered");
}

fn file_name(entry: std::io::Result<fs::DirEntry>) -> String {
    entry.unwrap().file_name().into_string().unwrap()
}
