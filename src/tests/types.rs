//! `modversions types`: a small tree that make builds as Kbuild does, against what the compiler and
//! genksyms say of its files one by one.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The program under test.
fn program() -> &'static str {
    env!("CARGO_BIN_EXE_modversions")
}

/// How the tree is built: the rules of make, with what Kbuild tells the compiler.
const MAKEFILE: &str = r#"CC = cc
flags = -nostdinc -Iinclude -include include/common.h -D__KERNEL__ -std=gnu11 -Wundef
compile = $(CC) -Wp,-MMD,$(@D)/.$(@F).d $(flags) $(module) -DKBUILD_MODFILE='"$(modfile)"' -c -o $@ $<
modfile = $(basename $@)

all: vmlinux modules
vmlinux: lib/sort.o lib/plain.o lib/warned.o lib/made.o lib/by_header.o lib/entry.o
modules: drivers/pump-core.mod
drivers/pump-core.mod: drivers/core.o
	{ echo drivers/core.o; } > $@
drivers/core.o: module = -DMODULE
drivers/core.o: modfile = drivers/pump_core
lib/made.o: include/generated/table.h
include/generated/table.h:
	echo '#define TABLE 7' > $@
prepare:
	mkdir -p include/config include/generated/uapi/linux
	echo '#define LINUX_VERSION_CODE 393473' > include/generated/uapi/linux/version.h
	touch include/config/auto.conf include/generated/autoconf.h
	touch include/generated/bounds.h include/generated/asm-offsets.h
%.o: %.c FORCE
	$(compile)
%.o: %.S FORCE
	$(CC) $(flags) -D__ASSEMBLY__ -c -o $@ $<
	if nm $@ | grep -q __ksymtab; then { echo '#include <entry.h>'; \
		$(CC) -E -Wp,-MMD,$(@D)/.$(@F).d -D__KERNEL__ -D__ASSEMBLY__ $< | \
		sed -n 's/.*EXPORT \([a-z]*\).*/EXPORT_SYMBOL(\1);/p'; } | $(CC) -E -D__GENKSYMS__ -Wp,-MMD,$(@D)/.$(@F).d $(flags) -xc - | genksyms; fi
FORCE:
.PHONY: all vmlinux modules prepare FORCE
"#;

/// The sources.
const SOURCES: &[(&str, &str)] = &[
    ("Kconfig", ""),
    (
        "include/common.h",
        "#define EXPORT_SYMBOL(sym) __EXPORT(sym, \"\", \"\")\n\
         #define EXPORT_SYMBOL_GPL(sym) __EXPORT(sym, \"_gpl\", \"\")\n\
         #define TEXT(x) #x\n\
         #define EXPORT_SYMBOL_NS_GPL(sym, ns) __EXPORT(sym, \"_gpl\", TEXT(ns))\n\
         #define __EXPORT(sym, sec, ns) ___EXPORT(sym, sec, ns)\n\
         #ifdef __GENKSYMS__\n\
         #define ___EXPORT(sym, sec, ns) __GENKSYMS_EXPORT_SYMBOL(sym)\n\
         #else\n#define ___EXPORT(sym, sec, ns)\n#endif\n\
         #define OUT(sym) EXPORT_SYMBOL_GPL(sym)\n",
    ),
    ("include/pump.h", "struct pump { int speed; struct pump *next; };\n"),
    (
        "lib/sort.c",
        "#include <pump.h>\nint sort(struct pump *p) { return p->speed; }\nEXPORT_SYMBOL(sort);\n\
         long sorted[3]; OUT(sorted);\n",
    ),
    ("lib/plain.c", "#include <pump.h>\nstatic int nothing(void) { return 0; }\n"),
    ("lib/warned.c", "#warning so\nint warned; EXPORT_SYMBOL(warned);\n"),
    ("lib/made.c", "#include <generated/table.h>\nint made[TABLE];\nEXPORT_SYMBOL(made);\n"),
    ("lib/by_header.c", "#include \"body.h\"\n"),
    ("lib/body.h", "#include \"deeper.h\"\n"),
    (
        "lib/deeper.h",
        "char by_header; EXPORT_SYMBOL_NS_GPL(by_header, DEEP);\nEXPORT_SYMBOL(nowhere);\n",
    ),
    ("include/entry.h", "#include <pump.h>\nint entry(struct pump *);\n"),
    ("lib/entry.S", "/* EXPORT_SYMBOL */\n#define WHICH entry\nEXPORT WHICH\n"),
    ("drivers/core.c", "#include <pump.h>\nstruct pump first;\nEXPORT_SYMBOL_GPL(first);\n"),
];

/// A tree, configured for the compiler that is here.
fn tree() -> TempDir {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "Makefile", MAKEFILE);
    for (name, text) in SOURCES {
        write(tree.path(), name, text);
    }
    let version = Command::new("cc").arg("--version").env("LC_ALL", "C").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let first = version.lines().next().unwrap();
    write(tree.path(), ".config", &format!("CONFIG_CC_VERSION_TEXT=\"{first}\"\n"));
    tree
}

fn write(tree: &Path, name: &str, text: &str) {
    let path = tree.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Runs `modversions types`.
fn types(tree: &Path, output: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(["types", "-o"]).arg(output).arg(tree).args(more);
    for variable in ["ARCH", "CROSS_COMPILE", "CC", "LLVM", "KBUILD_OUTPUT", "MAKEFLAGS"] {
        command.env_remove(variable);
    }
    command.output().unwrap()
}

/// What a run prints, and its status.
fn said(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
}

/// All files below a directory, by path, with their texts.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(folder).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// What the compiler and genksyms make of a file: its `.symtypes`, and the CRCs.
fn one_by_one(tree: &Path, source: &str) -> (String, Vec<String>) {
    let scratch = tempfile::tempdir().unwrap();
    let symtypes = scratch.path().join("symtypes");
    let words = "-E -w -D__GENKSYMS__ -nostdinc -Iinclude -include include/common.h -D__KERNEL__";
    let text = Command::new("cc")
        .current_dir(tree)
        .args(words.split(' '))
        .args(["-std=gnu11", source])
        .output()
        .unwrap();
    assert!(text.status.success());
    let input = scratch.path().join("input");
    fs::write(&input, &text.stdout).unwrap();
    let output = Command::new(program())
        .args(["genksyms", "--kernel", "6.1", "-T"])
        .arg(&symtypes)
        .stdin(fs::File::open(&input).unwrap())
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let crcs = lines.lines().map(|line| line.replace("#SYMVER ", "")).collect();
    (fs::read_to_string(&symtypes).unwrap(), crcs)
}

#[test]
fn types_are_those_of_the_compiler_and_genksyms() {
    let tree = tree();
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("out");
    let (stdout, stderr, status) = said(&types(tree.path(), &folder, &[]));
    assert_eq!((stderr.as_str(), status), ("", 0), "{stdout}");
    let sources = [
        "drivers/core.c",
        "lib/by_header.c",
        "lib/entry.S",
        "lib/made.c",
        "lib/sort.c",
        "lib/warned.c",
    ];
    let mut crcs = Vec::new();
    for source in sources {
        let source_in_c = match source {
            // What its script makes of it.
            "lib/entry.S" => {
                let text = "#include <entry.h>\nEXPORT_SYMBOL(entry);\n";
                write(tree.path(), "scratch/entry.c", text);
                "scratch/entry.c"
            }
            source => source,
        };
        let (symtypes, lines) = one_by_one(tree.path(), source_in_c);
        let path = folder.join(Path::new(source).with_extension("symtypes"));
        assert_eq!(fs::read_to_string(path).unwrap(), symtypes, "{source}");
        crcs.extend(lines);
    }
    let symvers = fs::read_to_string(folder.join("Module.symvers")).unwrap();
    let lines: Vec<Vec<&str>> = symvers.lines().map(|line| line.split('\t').collect()).collect();
    // What is not declared has no CRC, as in a build.
    let without: Vec<_> = lines.iter().filter(|line| line[1] == "nowhere").collect();
    assert_eq!(without, [&["0x00000000", "nowhere", "vmlinux", "EXPORT_SYMBOL", ""]]);
    let lines: Vec<_> = lines.into_iter().filter(|line| line[1] != "nowhere").collect();
    let ours: Vec<String> = lines.iter().map(|line| format!("{} {}", line[1], line[0])).collect();
    assert_eq!(ours, crcs);
    let rest: Vec<String> = lines.iter().map(|line| line[2..].join(" ")).collect();
    let expected = [
        "drivers/pump-core EXPORT_SYMBOL_GPL ",
        "vmlinux EXPORT_SYMBOL_GPL DEEP",
        "vmlinux (unknown) ",
        "vmlinux EXPORT_SYMBOL ",
        "vmlinux EXPORT_SYMBOL ",
        "vmlinux EXPORT_SYMBOL_GPL ",
        "vmlinux (unknown) ",
    ];
    assert_eq!(rest, expected);
    let names: Vec<PathBuf> = files(&folder).into_iter().map(|(path, _)| path).collect();
    let others = [PathBuf::from("Module.symvers"), PathBuf::from("modversions.reads")];
    assert_eq!(names.len(), sources.len() + others.len(), "{names:?}");
    let expected = [
        "     6 C files that make compiles",
        "     5 that export something",
        "     1 assembler files that do, preprocessed by the compiler",
        "     8 exports",
        "     1 objects made, for the sake of generated files",
        "     1 files preprocessed by the compiler",
        "            1 a directive such as #error, #warning or #line",
        "lib/by_header.c: nowhere is exported and not declared: its CRC is 0, as in a build",
    ];
    assert_eq!(stdout.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn results_depend_on_neither_threads_nor_the_choice_of_files() {
    let tree = tree();
    let out = tempfile::tempdir().unwrap();
    let made: Vec<_> = [&["-j1"][..], &["-j3"], &["--every-file"]]
        .iter()
        .enumerate()
        .map(|(number, more)| {
            let folder = out.path().join(number.to_string());
            assert_eq!(said(&types(tree.path(), &folder, more)).2, 0);
            files(&folder)
        })
        .collect();
    assert_eq!(made[0], made[1]);
    assert_eq!(made[0], made[2]);
}

#[test]
fn a_tree_that_cannot_be_asked_gets_one_sentence() {
    let tree = tree();
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("out");
    let config = fs::read_to_string(tree.path().join(".config")).unwrap();
    let message = |more: &[&str]| {
        let (stdout, stderr, status) = said(&types(tree.path(), &folder, more));
        assert_eq!((stdout.as_str(), status), ("", 2));
        assert!(!folder.exists());
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
        let root = fs::canonicalize(tree.path()).unwrap();
        stderr.replace(root.to_str().unwrap(), "TREE")
    };
    let missing = message(&["CC=no-such-compiler"]);
    assert_eq!(
        missing,
        "modversions: TREE: there is no compiler no-such-compiler; install it, or name another with CC=\n"
    );
    write(tree.path(), ".config", "CONFIG_CC_VERSION_TEXT=\"gcc (Own) 1.0\"\n");
    let other = message(&["CC=cc"]);
    assert!(
        other.contains("it was configured for the compiler \"gcc (Own) 1.0\", and cc is"),
        "{other}"
    );
    fs::remove_file(tree.path().join(".config")).unwrap();
    assert!(message(&[]).contains("it is not configured"), "{}", message(&[]));
    write(tree.path(), ".config", &config);
    assert!(message(&["ARCH"]).contains("not a variable for make"));
    fs::remove_file(tree.path().join("Kconfig")).unwrap();
    assert!(message(&[]).contains("not a kernel tree"));
}

#[test]
fn what_cannot_be_done_is_listed() {
    let tree = tree();
    write(tree.path(), "lib/sort.c", "#include <nowhere.h>\nint sort; EXPORT_SYMBOL(sort);\n");
    let out = tempfile::tempdir().unwrap();
    let (stdout, stderr, status) = said(&types(tree.path(), &out.path().join("out"), &[]));
    assert_eq!((stderr.as_str(), status), ("", 1));
    let line = stdout.lines().find(|line| line.starts_with("lib/sort.c: not done: ")).unwrap();
    assert!(line.contains("nowhere.h"), "{line}");
    assert!(!out.path().join("out/lib/sort.symtypes").exists());
}

#[test]
fn files_can_be_chosen() {
    let tree = tree();
    let out = tempfile::tempdir().unwrap();
    let chosen = |number: usize, more: &[&str]| {
        let folder = out.path().join(number.to_string());
        assert_eq!(said(&types(tree.path(), &folder, more)).2, 0);
        let names = files(&folder).into_iter().map(|(path, _)| path.display().to_string());
        names.filter(|name| name.ends_with(".symtypes")).collect::<Vec<String>>()
    };
    assert_eq!(chosen(0, &["--files", "drivers"]), ["drivers/core.symtypes"]);
    let two = ["lib/sort.symtypes", "lib/warned.symtypes"];
    assert_eq!(chosen(1, &["--files", "lib/sort.c", "lib/warned.o"]), two);
    let merged = out.path().join("merged");
    let more = ["--consolidated", merged.to_str().unwrap(), "--files", "drivers"];
    assert_eq!(chosen(2, &more), ["drivers/core.symtypes"]);
    let merged = fs::read_to_string(merged).unwrap();
    assert!(merged.starts_with("/* drivers/core.symtypes */\n"), "{merged}");
}

#[test]
fn a_change_is_followed_from_an_earlier_run() {
    let tree = tree();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(tree.path()).args(["-c", "user.name=a", "-c", "user.email=a@b"]);
        assert!(git.args(arguments).output().unwrap().status.success());
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "first"]);
    let out = tempfile::tempdir().unwrap();
    let folder = |name: &str| out.path().join(name);
    assert_eq!(said(&types(tree.path(), &folder("old"), &[])).2, 0);
    write(tree.path(), "include/pump.h", "struct pump { long speed; struct pump *next; };\n");
    let since = folder("old");
    let more = ["--changed", "HEAD", "--since", since.to_str().unwrap()];
    let (stdout, _, status) = said(&types(tree.path(), &folder("new"), &more));
    assert_eq!(status, 0);
    assert!(stdout.contains("3 whose types are taken from the earlier run"), "{stdout}");
    assert!(stdout.contains("3 whose types were made now"), "{stdout}");
    // The same as if all had been made anew.
    assert_eq!(said(&types(tree.path(), &folder("whole"), &[])).2, 0);
    assert_eq!(files(&folder("new")), files(&folder("whole")));
    // Without an earlier run there is only what the change touches.
    assert_eq!(said(&types(tree.path(), &folder("only"), &["--changed", "HEAD"])).2, 0);
    let only: Vec<PathBuf> = files(&folder("only")).into_iter().map(|(path, _)| path).collect();
    let expected = [
        "Module.symvers",
        "drivers/core.symtypes",
        "lib/entry.symtypes",
        "lib/sort.symtypes",
        "modversions.reads",
    ];
    assert_eq!(only, expected.map(PathBuf::from));

    let diff = Command::new(program())
        .arg("abi-diff")
        .args([folder("old"), folder("new")])
        .output()
        .unwrap();
    let (stdout, stderr, status) = said(&diff);
    assert_eq!((stderr.as_str(), status), ("", 1));
    assert!(stdout.contains("struct pump") && stdout.contains("first"), "{stdout}");
}
