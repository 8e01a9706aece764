//! What our own commands write: names that strangers chose cannot change how a text looks, and a
//! text that cannot be written is an error.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::process::{Command, Output};

use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use tempfile::TempDir;
use testkit::btf_file::{STRUCT, Writer};
use testkit::elf_text::assemble;
use testkit::packed::{debian, plain};

/// What a name may pretend to be: a line of a report.
const FORGED: &str = "good.ko: loads";

/// A name with that line in it, and all that a terminal acts upon.
const EVIL: &[u8] = b"\x1b[2J\x07\x7f\x9b\xff\r\t\xe2\x80\xae\xc2\x9b\ngood.ko: loads\nx";

/// The same in a text that is UTF-8.
const EVIL_TEXT: &str = "\u{1b}[2J\u{7}\u{7f}\r\t\u{202e}\u{9b}\ngood.ko: loads\nx";

/// The same as a word of a file with lines and columns.
const EVIL_WORD: &[u8] = b"\x1b[2J\x07\x7f\x9b\xff\r\xe2\x80\xae\xc2\x9bx";

/// What people see of each of them.
const SEEN: &str = "\\x1b[2J\\x07\\x7f";

/// A text in which `EVIL`, `TEXT` and `WORD` stand for the names.
fn filled(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(place) = rest.find(['E', 'T', 'W']) {
        bytes.extend(&rest.as_bytes()[..place]);
        rest = &rest[place..];
        let text = EVIL_TEXT.as_bytes();
        let names =
            [("EVIL", EVIL), ("TEXT", text), ("WORD", EVIL_WORD), ("", &rest.as_bytes()[..1])];
        let (word, name) = names.into_iter().find(|(word, _)| rest.starts_with(word)).unwrap();
        bytes.extend(name);
        rest = &rest[word.len().max(1)..];
    }
    bytes.extend(rest.as_bytes());
    bytes
}

/// A name as elf_text has it.
fn quoted(name: &[u8]) -> String {
    let bytes: String = name.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("\"{bytes}\"")
}

/// Writes a file; the names in its path are filled in.
fn put(folder: &Path, path: &str, content: &[u8]) {
    let path = folder.join(OsStr::from_bytes(&filled(path)));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A module whose every name is forged.
fn module() -> Vec<u8> {
    let name = quoted(EVIL);
    let tag = |tag: &str| quoted(&[tag.as_bytes(), EVIL].concat());
    let values = ["name=", "vermagic=", "license=", "import_ns=", "alias="].map(tag).join(" ");
    let version = format!("u64 1\nascii {name}\nzeros {}\n", 56 - EVIL.len());
    let text = format!(
        "elf 64 little x86_64\n\
         section .modinfo alloc\nstring {values} {}\n\
         section .gnu.linkonce.this_module alloc write\nzeros 64\n\
         section __versions alloc align=32\n{version}u64 1\nascii printk\nzeros 50\n\
         section {name} alloc write exec\nzeros 16\n\
         section .text alloc exec\nzeros 16\nsymbol text in=. section\n\
         section __ksymtab_strings alloc\nstring \"\" {name}\nsymbol strings in=. section\n\
         section __ksymtab alloc\nu32 0 0 0\n\
         rela __ksymtab\nreloc 0 2 text\nreloc 4 2 strings 1\nreloc 8 2 strings 0\n\
         symbol {name} global\nsymbol printk global\n",
        quoted(&[EVIL, b"=", EVIL].concat()),
    );
    assemble(&text).unwrap()
}

/// A kernel's BTF with a struct whose names are forged.
fn btf() -> Vec<u8> {
    let mut btf = Writer::new(false);
    let int = btf.int(EVIL_TEXT, 4);
    let member = btf.name(EVIL_TEXT);
    btf.add(EVIL_TEXT, STRUCT, 1, 8, &[member, int, 0]);
    btf.bytes()
}

/// A directory with two kernels, modules, lists and packages whose every name is forged.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (kernel, crc, member) in [("old", 1, "int"), ("new", 2, "long")] {
        let symvers = format!(
            "0x0000000{crc}\tWORD\tWORD\tEXPORT_SYMBOL\tWORD\n\
             0x0000000{crc}\tprintk\tWORD\tEXPORT_SYMBOL\t\n\
             0x00000007\tgone_WORD_{kernel}\tWORD\tEXPORT_SYMBOL_GPL\tWORD\n"
        );
        put(path, &format!("{kernel}/Module.symvers"), &filled(&symvers));
        let types = format!(
            "s#WORD struct WORD {{ {member} WORD ; u#WORD * WORD ; }} \n\
             u#WORD union WORD {{ UNKNOWN }} \n\
             WORD int WORD ( s#WORD * , e#WORD ) \n\
             e#WORD enum WORD {{ E#WORD , WORD_{kernel} }} \n\
             E#WORD {crc} \n"
        );
        put(path, &format!("{kernel}/EVIL.symtypes"), &filled(&types));
        put(path, &format!("{kernel}/b/EVIL.symtypes"), &filled("WORD int WORD ( long ) \n"));
    }
    put(path, "EVIL.ko", &module());
    put(path, "no EVIL.ko", b"");
    put(path, "modules/EVIL/EVIL.ko", &module());
    put(path, "EVIL.btf", &btf());
    put(path, "EVIL.list", &filled("[WORD]\nWORD and more\n"));
    put(path, "EVIL.rules", &filled("WORD PASS\nno_WORD FAIL\n"));
    put(path, "bad EVIL.rules", &filled("WORD WORD WORD\n"));
    put(path, "EVIL.types", &filled("/* WORD.symtypes */\ns#WORD struct WORD { s#a_WORD a ; }\n"));
    put(path, "EVIL.symvers", &filled("WORD\tWORD\n"));
    put(path, "EVIL.symtypes", &filled("WORD\n"));
    let name = EVIL_TEXT.replace('\0', "");
    let files: &[(&str, &[u8])] = &[(&format!("./{name}.ko"), b"\x7fELF")];
    put(path, "EVIL.deb", &debian(files, "", plain));
    folder
}

/// Runs a command, in which the names are filled in; words with a dot or a slash are files in the
/// directory. Standard output and standard error.
fn said(folder: &Path, words: &str) -> [Vec<u8>; 2] {
    let argument = |word: &str| {
        let bytes = filled(&word.replace('~', " "));
        match word.contains(['.', '/']) && !word.starts_with('-') {
            true => folder.join(OsStr::from_bytes(&bytes)).into_os_string(),
            false => OsString::from_vec(bytes),
        }
    };
    let mut arguments = vec![OsString::from("modversions")];
    arguments.extend(words.split(' ').map(argument));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    cli::main(&arguments, &Environment::default(), &mut io);
    [stdout, stderr]
}

/// That a text has nothing in it that a terminal acts upon but newlines and tabs, no line that a name
/// has forged, and no mark of what is no text.
fn assert_harmless(text: &[u8], words: &str) {
    let text = std::str::from_utf8(text).unwrap_or_else(|_| panic!("{words}: not UTF-8: {text:?}"));
    let is_bad = |letter: char| {
        (letter.is_control() && !"\n\t".contains(letter)) || "\u{202e}".contains(letter)
    };
    assert!(!text.contains(is_bad), "{words}: {text:?}");
    assert!(text.lines().all(|line| line.trim() != FORGED), "{words}: {text}");
}

/// Each kind of text for people that has names in it.
const COMMANDS: &[&str] = &[
    "show EVIL.ko",
    "show no~EVIL.ko",
    "show EVIL.symvers",
    "show /missing/EVIL",
    "check EVIL.ko --kernel old/",
    "check EVIL.ko EVIL.ko no~EVIL.ko --kernel old/ --types old/ new/",
    "check modules/ --kernel new/",
    "check EVIL.deb --kernel old/",
    "check EVIL.ko --kernel EVIL.symvers",
    "check EVIL.ko --kernel EVIL.ko",
    "abi-diff old/ new/",
    "abi-diff old/ new/ -f short",
    "abi-diff old/ new/ -f symbols",
    "abi-diff old/ new/ --modules modules/ EVIL.ko",
    "abi-diff old/ new/ --rules EVIL.rules --unused-rules --show-tolerated",
    "abi-diff old/ new/ --rules bad~EVIL.rules",
    "abi-diff old/ new/ --stablelist EVIL.list",
    "abi-diff old/ new/ --format text:missing/EVIL",
    "abi-diff old/ new/ --format EVIL",
    "abi-diff modules/ EVIL.deb",
    "abi-diff EVIL.ko EVIL.symvers",
    "abi-diff EVIL.types EVIL.symtypes",
    "abi-diff --explain TEXT",
    "why WORD old/ new/",
    "why EVIL old/ new/",
    "layout WORD old/",
    "layout EVIL old/",
    "layout --all old/",
    "layout WORD --diff old/ new/",
    "layout EVIL --diff EVIL.btf EVIL.btf",
    "layout EVIL EVIL.btf",
    "layout --all EVIL.btf",
    "layout --all EVIL.deb",
    "symtypes verify old/ --list",
    "symtypes verify EVIL.types --symvers old/Module.symvers --list",
    "symtypes show WORD old/ --files",
    "symtypes show s#WORD old/",
    "symtypes show EVIL old/",
    "symtypes consolidate old/",
    "symtypes consolidate /missing/EVIL",
    "symtypes split EVIL.types -o split/EVIL",
    "symtypes split EVIL.symtypes -o split/EVIL",
    "releases --explain TEXT",
    "kbuild enable /missing/EVIL",
    "kbuild status old/EVIL",
    "EVIL",
    "show --EVIL",
    "show EVIL.ko -f EVIL",
];

#[test]
fn no_name_changes_how_a_text_looks() {
    let folder = folder();
    for words in COMMANDS {
        let [stdout, stderr] = said(folder.path(), words);
        let text = [stdout, stderr].concat();
        assert_harmless(&text, words);
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(SEEN), "{words}: {text}");
    }
}

#[test]
fn programs_get_all_names_as_they_are() {
    let folder = folder();
    for words in ["show EVIL.ko", "check EVIL.ko --kernel old/", "abi-diff old/ new/"] {
        let [stdout, _] = said(folder.path(), &format!("{words} -f json"));
        let _: serde_json::Value = serde_json::from_slice(&stdout).unwrap();
        let text = String::from_utf8(stdout).unwrap();
        let hex: String = EVIL_WORD[..5].iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(text.contains(&hex), "{words}: {text}");
    }
}

#[test]
fn a_symbol_is_one_line_of_the_list_of_symbols() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "old/m.ko", &module());
    put(
        folder.path(),
        "new/m.ko",
        &assemble(
            "elf 64 little x86_64\nsection .modinfo alloc\n\
        string name=m\nsection .gnu.linkonce.this_module alloc write\nzeros 64\n",
        )
        .unwrap(),
    );
    let [stdout, stderr] = said(folder.path(), "abi-diff old/ new/ -f symbols");
    let text = String::from_utf8(stdout).unwrap();
    assert_eq!((text.lines().count(), stderr.len()), (1, 0), "{text}");
}

/// Runs the program itself, by a shell that arranges its streams.
fn shell(folder: &Path, script: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_modversions")]).current_dir(folder);
    command.env_clear().output().unwrap()
}

/// Each command that writes to standard output, in each of its formats.
const WRITERS: &[&str] = &[
    "--help",
    "--version",
    "abi-diff --help",
    "abi-diff old new",
    "abi-diff old new -f text --color always",
    "abi-diff old new -f short",
    "abi-diff old new -f symbols",
    "abi-diff old new -f json",
    "abi-diff --list-lints",
    "abi-diff --explain crc-changed",
    "why pump old new",
    "check m.ko --kernel old",
    "check m.ko --kernel old -f json",
    "show m.ko",
    "show m.ko -f json",
    "layout pump old",
    "layout pump old -f json",
    "layout pump --diff old new",
    "layout --all old",
    "symtypes verify old",
    "symtypes show pump old",
    "symtypes consolidate old",
    "releases",
    "releases --explain declaration-language",
    "kbuild status tree",
];

/// A directory with two kernels, a module, and a kernel tree.
fn small_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (kernel, member) in [("old", "int"), ("new", "long")] {
        let symvers = format!("0x0000000{}\tpump\tvmlinux\tEXPORT_SYMBOL\t\n", member.len());
        put(folder.path(), &format!("{kernel}/Module.symvers"), symvers.as_bytes());
        let types =
            format!("s#pump struct pump {{ {member} a ; }} \npump int pump ( s#pump * ) \n");
        put(folder.path(), &format!("{kernel}/pump.symtypes"), types.as_bytes());
    }
    put(folder.path(), "m.ko", &module());
    put(folder.path(), "tree/Makefile", b"");
    put(folder.path(), "tree/scripts/Makefile.build", b"");
    let version = b"#define LINUX_VERSION_CODE 396288\n";
    put(folder.path(), "tree/include/generated/uapi/linux/version.h", version);
    folder
}

#[test]
fn a_full_disk_is_an_error() {
    if !Path::new("/dev/full").exists() {
        eprintln!("not tried: there is no /dev/full");
        return;
    }
    let folder = small_folder();
    let full = "No space left on device";
    for words in WRITERS {
        let said = shell(folder.path(), &format!("exec \"$0\" {words} >/dev/full"));
        let message = String::from_utf8(said.stderr).unwrap();
        let last = message.lines().last().unwrap_or_default();
        assert_eq!(last, format!("modversions: standard output: {full}"), "{words}");
        assert_eq!(said.status.code(), Some(2), "{words}");
    }
    let said = shell(folder.path(), "exec \"$0\" abi-diff old new -f json:/dev/full");
    let message = String::from_utf8(said.stderr).unwrap();
    assert_eq!(
        (message, said.status.code()),
        (format!("modversions: /dev/full: {full}\n"), Some(2))
    );
}

#[test]
fn a_closed_standard_output_is_an_error() {
    let folder = small_folder();
    for (streams, why) in [(">&-", "Bad file descriptor"), ("1</dev/null", "Bad file descriptor")] {
        for words in WRITERS {
            let said = shell(folder.path(), &format!("exec \"$0\" {words} {streams}"));
            let message = String::from_utf8(said.stderr).unwrap();
            let last = message.lines().last().unwrap_or_default();
            assert_eq!(last, format!("modversions: standard output: {why}"), "{words}");
            assert_eq!(said.status.code(), Some(2), "{words}");
        }
    }
}

#[test]
fn the_drop_ins_say_nothing_of_a_full_disk() {
    let folder = small_folder();
    let source = "int v; __GENKSYMS_EXPORT_SYMBOL(v);";
    let said = shell(folder.path(), &format!("echo '{source}' | \"$0\" genksyms >/dev/full"));
    assert_eq!((said.status.code(), said.stderr), (Some(0), Vec::new()));
}

#[test]
fn a_report_in_a_file_is_whole_or_not_there() {
    let folder = small_folder();
    put(folder.path(), "report", b"the one before");
    // A block is 512 or 1,024 bytes; the report has more.
    let said = shell(
        folder.path(),
        "trap '' XFSZ; ulimit -f 1; exec \"$0\" abi-diff old new -f json:report",
    );
    let message = String::from_utf8(said.stderr).unwrap();
    assert_eq!(message, "modversions: report: File too large\n");
    assert_eq!(said.status.code(), Some(2));
    assert_eq!(fs::read(folder.path().join("report")).unwrap(), b"the one before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5, "old, new, tree, m.ko, report");
}
