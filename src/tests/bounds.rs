//! Small files that claim much: names, tables and relocations that overlap. Each command that reads
//! them ends with a message, in little memory. And long lists of anything: the work grows with them,
//! and not with their square.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use testkit::elf_text::assemble;

/// How much memory a command may take on small files, in KiB.
const MEMORY: usize = 400_000;

/// How much it may take on long lists, in KiB.
const MEMORY_OF_LISTS: usize = 2_000_000;

/// How long a command may compute, in seconds: some twenty times as long as the slowest one here
/// takes. What is quadratic takes longer by far.
const SECONDS: usize = 60;

/// Runs a command in a directory, by a shell that limits its memory and its work.
fn run(folder: &Path, memory: usize, words: &str) -> Output {
    let script = format!("ulimit -v {memory}; ulimit -t {SECONDS}; exec \"$0\" {words}");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_modversions")]).current_dir(folder);
    command.env_clear().output().unwrap()
}

/// A directory with this object, as a module and as what modpost reads, and a kernel.
fn folder(object: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let bytes = assemble(object).unwrap();
    fs::create_dir(folder.path().join("kernel")).unwrap();
    let line = "0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n";
    fs::write(folder.path().join("kernel/Module.symvers"), line).unwrap();
    fs::write(folder.path().join("pump.ko"), &bytes).unwrap();
    fs::write(folder.path().join("pump.o"), bytes).unwrap();
    folder
}

/// The commands that read modules, and modpost of each kind.
const COMMANDS: &[&str] = &[
    "show pump.ko",
    "check pump.ko --kernel kernel",
    "abi-diff pump.ko pump.ko",
    "layout pump pump.ko",
    "modpost --kernel 6.1 -o out pump.o",
    "modpost --kernel 6.12 -M -o out pump.o",
];

/// Runs these commands on an object; each must end by itself, and those that fail with one of these
/// messages. Which commands failed.
fn refused<'c>(object: &str, commands: &[&'c str], messages: &[&str]) -> Vec<&'c str> {
    let folder = folder(object);
    let run = |words: &&&str| {
        let Output { status, stdout, stderr } = run(folder.path(), MEMORY, words);
        let said =
            [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let shown: String = said.chars().take(2000).collect();
        assert!(status.code().is_some_and(|code| code <= 2), "{words}: {status}: {shown}");
        messages.iter().any(|message| said.contains(message))
    };
    commands.iter().filter(run).copied().collect()
}

const HEAD: &str = "elf 64 little x86_64\n\
    section .modinfo alloc\nstring license=GPL name=pump \"vermagic=6.1.0 \"\n\
    section .gnu.linkonce.this_module alloc write\nzeros 64\n";

const LONG: &str = "a name is longer than 64 KiB";
const MANY: &str = "its names overlap, and together are too long for its size";
const MUCH: &str = "its names, tables and messages overlap, and together are too long for its size";

#[test]
fn names_of_symbols_may_not_be_long() {
    let object = format!("{HEAD}symbol {} global times=3000\n", "a".repeat(300_000));
    assert_eq!(refused(&object, COMMANDS, &[LONG]), COMMANDS);
}

#[test]
fn names_of_symbols_may_not_be_long_together() {
    for more in ["", " common"] {
        let object = format!("{HEAD}symbol {} global{more} times=10000\n", "a".repeat(60_000));
        assert_eq!(refused(&object, COMMANDS, &[MANY]), COMMANDS);
    }
}

#[test]
fn names_of_sections_may_not_be_long_together() {
    let object = format!("{HEAD}section {} times=10000\n", "a".repeat(60_000));
    assert_eq!(refused(&object, COMMANDS, &[MANY]), COMMANDS);
}

/// A module that exports a symbol of the name in the same place again and again.
fn exporting(name: &str, namespace: &str, count: usize) -> String {
    let mut text = format!(
        "{HEAD}section .text alloc exec\nzeros 16\nsymbol start in=. global func\n\
         section __ksymtab_strings alloc\nstring {name} {namespace}\nsymbol strings in=. section\n\
         section __ksymtab alloc\nzeros {}\nrela __ksymtab\n",
        12 * count
    );
    for at in (0..count).map(|number| 12 * number) {
        writeln!(text, "reloc {at} 2 start").unwrap();
        writeln!(text, "reloc {} 2 strings 0", at + 4).unwrap();
        writeln!(text, "reloc {} 2 strings {}", at + 8, name.len() + 1).unwrap();
    }
    text
}

#[test]
fn names_of_exports_may_not_be_long() {
    let readers = &COMMANDS[..3];
    let object = exporting(&"a".repeat(300_000), "PUMP", 5000);
    assert_eq!(refused(&object, readers, &[LONG]), readers);
    let object = exporting(&"a".repeat(60_000), "PUMP", 20_000);
    assert_eq!(refused(&object, readers, &[MANY]), readers);
    let object = exporting("start", &"A".repeat(60_000), 20_000);
    assert_eq!(refused(&object, readers, &[MANY]), readers);
}

#[test]
fn names_of_a_kernels_exports_may_not_be_long() {
    let count = 20_000_i64;
    let mut object = format!(
        "elf 64 little x86_64 2\n\
         section .rodata alloc\nstring \"Linux version 6.12.1 (somebody@somewhere) #1\"\n\
         section __ksymtab_strings alloc addr=0x10000\nstring {}\n\
         section __ksymtab alloc addr=0x80000\n",
        "a".repeat(60_000)
    );
    for at in (0..count).map(|number| 0x80000 + 12 * number) {
        writeln!(object, "u32 0 {} {}", (0x10000 - at - 4) as u32, (0x1ea60 - at - 8) as u32)
            .unwrap();
    }
    let commands = ["show pump.ko", "abi-diff pump.ko pump.ko"];
    let message = "this module is truncated or damaged: __ksymtab";
    assert_eq!(refused(&object, &commands, &[message]), commands);
}

/// Lets all sections of relocations be the first.
fn share_relocations(bytes: &mut [u8]) {
    let number = |bytes: &[u8], at: usize| {
        bytes[at..][..2].iter().rev().fold(0, |sum, &it| sum << 8 | usize::from(it))
    };
    let (table, count) = (number(bytes, 40) | number(bytes, 42) << 16, number(bytes, 60));
    let headers = (0..count).map(|index| table + 64 * index);
    let tables: Vec<usize> = headers.filter(|&header| number(bytes, header + 4) == 4).collect();
    let first = bytes[tables[0]..][..64].to_vec();
    tables.iter().for_each(|&header| bytes[header..][..64].copy_from_slice(&first));
}

#[test]
fn tables_of_relocations_may_not_overlap_without_end() {
    let mut object = format!(
        "{HEAD}section __ksymtab_strings alloc\nstring start\nsymbol start in=. global func\n\
         section __ksymtab alloc\nzeros 8\nrela __ksymtab\n"
    );
    (0..10_000).for_each(|_| object += "reloc 0 2 start\n");
    object += "section .more type=4 times=5000\n";
    let mut bytes = assemble(&object).unwrap();
    share_relocations(&mut bytes);
    let folder = folder("elf 64 little x86_64\n");
    fs::write(folder.path().join("pump.ko"), &bytes).unwrap();
    fs::write(folder.path().join("pump.o"), &bytes).unwrap();
    for words in COMMANDS {
        let said = run(folder.path(), MEMORY, words);
        let said = [said.stdout, said.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("its tables of relocations overlap"), "{words}: {said}");
    }
}

#[test]
fn a_device_table_may_not_have_many_symbols() {
    let mut object = format!("{HEAD}section .rodata alloc\n");
    (0..20_000).for_each(|_| object += "u32 0x8086 1 0xffffffff 0xffffffff 0 0\nu64 0\nu32 0 0\n");
    object +=
        "zeros 40\nsymbol __mod_pci__ids_device_table in=.rodata object size=800040 times=1000\n";
    assert_eq!(refused(&object, &COMMANDS[4..], &[MUCH]), COMMANDS[4..]);
}

#[test]
fn messages_about_long_names_may_not_be_long_together() {
    let mut object = format!(
        "{HEAD}section .init.text alloc exec\nzeros 16\nsymbol {} in=. global func\n\
         section .text alloc exec\nzeros 16\nsymbol start in=. global func\nrela .text\n",
        "a".repeat(60_000)
    );
    (0..5_000).for_each(|_| object += &format!("reloc 0 2 {}\n", "a".repeat(60_000)));
    assert_eq!(refused(&object, &COMMANDS[4..], &[MUCH]), COMMANDS[4..]);
}

/// Runs a command on long lists; it must end with this status and say this.
fn assert_ends(folder: &Path, words: &str, status: i32, expected: &str) {
    let Output { status: ended, stdout, stderr } = run(folder, MEMORY_OF_LISTS, words);
    let said = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    let shown: String = said.chars().take(2000).collect();
    assert_eq!(ended.code(), Some(status), "{words}: {ended}: {shown}");
    assert!(said.contains(expected), "{words}: {shown}");
}

/// How many of a thing the long lists have.
const MANY_THINGS: usize = 100_000;

/// A text with a line for each number.
fn lines(line: impl Fn(usize) -> String) -> String {
    (0..MANY_THINGS).map(line).collect()
}

/// How many members the long structs have.
const MANY_MEMBERS: usize = 150_000;

/// How many of a thing genksyms finds fault with.
const MANY_FAULTS: usize = 20_000;

/// A source of these parts, in each of which a line is repeated with each number in place of `#`.
fn faulty(parts: &[&str]) -> String {
    let repeated = |part: &&str| -> String {
        (0..MANY_FAULTS).map(|at| part.replace('#', &at.to_string())).collect()
    };
    format!("# 1 \"pump.c\"\n# 1 \"pump.h\" 1\n{}", parts.iter().map(repeated).collect::<String>())
}

/// What makes genksyms find many faults, and what it says of all of them.
const FAULTS: &[(&[&str], &str)] = &[
    (&["int a# @ b#; "], "0 errors, 20000 warnings"),
    (&["int a# @ b#;\n"], "0 errors, 20000 warnings"),
    (&["int @ e#;\n", "__GENKSYMS_EXPORT_SYMBOL(e#);\n"], "20000 of 20000 exports affected"),
    (&["__GENKSYMS_EXPORT_SYMBOL(e#);\n", "int e#;\n"], "20000 errors, 0 warnings"),
    (&["__GENKSYMS_EXPORT_SYMBOL(e);\n", "int e;\n"], "20000 errors, 0 warnings"),
    (
        &["int f#(struct t# *);\n__GENKSYMS_EXPORT_SYMBOL(f#);\n", "struct t# { int a; };\n"],
        "20000 errors, 0 warnings",
    ),
    (
        &[
            "struct __attribute__((packed)) t# { int a; };\n",
            "int f#(struct t# *);\n__GENKSYMS_EXPORT_SYMBOL(f#);\n",
        ],
        "20000 of 20000 exports affected",
    ),
    (
        &[
            "struct t# { int a; };\nint f#(struct t# *);\n__GENKSYMS_EXPORT_SYMBOL(f#);\n",
            "struct t# { int b; };\n",
        ],
        "0 errors, 20000 warnings",
    ),
    (
        &["struct t# { int a @ b; };\n", "int f#(struct t# *);\n__GENKSYMS_EXPORT_SYMBOL(f#);\n"],
        "20000 errors, 0 warnings",
    ),
    (&["\n", "struct n# { int a @ b; } f#, "], "0 errors, 20000 warnings"),
    (&["int f#(int @ a);\n__GENKSYMS_EXPORT_SYMBOL(f#);\n"], "20000 errors, 0 warnings"),
    (&["int a @ b;\n", "__GENKSYMS_EXPORT_SYMBOL(a);\n"], "20000 of 20000 exports affected"),
];

#[test]
fn many_faults_are_diagnosed() {
    let folder = tempfile::tempdir().unwrap();
    for (parts, expected) in FAULTS {
        fs::write(folder.path().join("pump.i"), faulty(parts)).unwrap();
        let words = "genksyms --kernel 6.1 --diagnostics < pump.i";
        assert_ends(folder.path(), words, 0, expected);
    }
}

#[test]
fn many_undefined_symbols_are_explained() {
    let info = lines(|at| format!("string depends=need_{at} import_ns=NS_{at}\n"));
    let symbols = lines(|at| format!("symbol missing_{at} global\n"));
    let object = HEAD.replace("section .gnu", &format!("{info}section .gnu")) + &symbols;
    let folder = folder(&object);
    assert_ends(folder.path(), "check pump.ko --kernel kernel", 1, "and 99984 more");
    assert_ends(folder.path(), "show pump.ko", 0, "missing_99999");
    assert_ends(folder.path(), "modpost --kernel 6.12 -M -o out pump.o", 1, "suppressed 99990");
}

#[test]
fn many_symbols_of_many_namespaces_are_explained() {
    let kernel =
        lines(|at| format!("0x00000001\tsymbol_{at}\tm_{at}\tEXPORT_SYMBOL_GPL\tNS_{at}\n"));
    let symbols = lines(|at| format!("symbol symbol_{at} global\n"));
    let info = lines(|at| format!("string import_ns=NO_{at}\n"));
    for license in ["GPL", "Proprietary"] {
        let head = HEAD.replace("license=GPL", &format!("license={license}"));
        let head = head.replace("section .gnu", &format!("{info}section .gnu"));
        let folder = folder(&(head + &symbols));
        fs::write(folder.path().join("kernel/Module.symvers"), &kernel).unwrap();
        assert_ends(folder.path(), "check pump.ko --kernel kernel", 1, "refused");
        let words = "modpost --kernel 6.12 -i kernel/Module.symvers -o out pump.o";
        let words = words.replace("-i ", "-i");
        assert_ends(folder.path(), &words, 1, "symbol_99999");
    }
}

/// A directory with two kernels that have one struct with the members in another order, or in a
/// union, and an export that reaches it.
fn with_members(kind: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    // A step that is prime to the number of members comes to each of them.
    for (side, step) in [("old", 1), ("new", 7919)] {
        let member = |at| format!("int m_{} ; ", at * step % MANY_MEMBERS);
        let members: String = (0..MANY_MEMBERS).map(member).collect();
        let letter = &kind[..1];
        let types = format!(
            "{letter}#pump {kind} pump {{ {members}}}\nstart int start ( {letter}#pump * )\n"
        );
        let symvers = format!("0x0000000{}\tstart\tvmlinux\tEXPORT_SYMBOL\t\n", step % 8 + 1);
        fs::create_dir(folder.path().join(side)).unwrap();
        fs::write(folder.path().join(side).join("a.symtypes"), types).unwrap();
        fs::write(folder.path().join(side).join("Module.symvers"), symvers).unwrap();
    }
    folder
}

#[test]
fn many_members_are_compared() {
    let folder = with_members("struct");
    assert_ends(folder.path(), "abi-diff old new", 1, "m_99999");
    assert_ends(folder.path(), "why start old new", 1, "m_99999");
    assert_ends(folder.path(), "layout pump --diff old new", 0, "m_99999");
    let folder = with_members("union");
    assert_ends(folder.path(), "abi-diff old new", 1, "m_99999");
}

/// How many types of an export change.
const MANY_TYPES: usize = 30_000;

/// A directory with two kernels in which all types of an export change: those of its parameters, or
/// a chain in which each type has a pointer to the next one.
fn with_changed_types(is_chain: bool) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let count = if is_chain { 1 } else { MANY_TYPES };
    let parameters: Vec<String> = (0..count).map(|at| format!("s#t_{at} *")).collect();
    for (side, member) in [("old", "int"), ("new", "long")] {
        let mut types = String::new();
        for at in 0..MANY_TYPES {
            let next = match is_chain && at + 1 < MANY_TYPES {
                true => format!("s#t_{} * next ; ", at + 1),
                false => String::new(),
            };
            writeln!(types, "s#t_{at} struct t_{at} {{ {member} a ; {next}}}").unwrap();
        }
        writeln!(types, "start int start ( {} )", parameters.join(" , ")).unwrap();
        fs::create_dir(folder.path().join(side)).unwrap();
        fs::write(folder.path().join(side).join("a.symtypes"), types).unwrap();
    }
    folder
}

#[test]
fn many_changed_types_of_one_export_are_explained() {
    for is_chain in [false, true] {
        let folder = with_changed_types(is_chain);
        assert_ends(
            folder.path(),
            "why start old new",
            1,
            "... and 29950 more changed declarations",
        );
        assert_ends(folder.path(), "why start old new --all", 1, "30000. struct t_");
    }
}

/// How many symbols of a module have another CRC.
const MANY_SYMBOLS: usize = 4_000;

#[test]
fn many_symbols_with_another_crc_are_traced_to_types() {
    let mut versions = String::from("section __versions alloc align=32\n");
    let (mut symbols, mut kernel, mut exports) = (String::new(), String::new(), String::new());
    let mut lines = String::new();
    for at in 0..MANY_SYMBOLS {
        let name = format!("start_{at}");
        writeln!(versions, "u64 1\nascii {name}\nzeros {}", 56 - name.len()).unwrap();
        writeln!(symbols, "symbol {name} global").unwrap();
        writeln!(kernel, "0x00000002\t{name}\tvmlinux\tEXPORT_SYMBOL\t").unwrap();
        writeln!(exports, "{name} int {name} ( s#t_{at} * )").unwrap();
        let next = (at + 1) % MANY_SYMBOLS;
        writeln!(lines, "s#t_{at} struct t_{at} {{ MEMBER a ; s#t_{next} * next ; }}").unwrap();
    }
    let head = HEAD.replace("section .gnu", &format!("{versions}section .gnu"));
    let folder = folder(&(head + &symbols));
    fs::write(folder.path().join("kernel/Module.symvers"), kernel).unwrap();
    for (side, member) in [("old", "int"), ("new", "long")] {
        let types = lines.replace("MEMBER", member) + &exports;
        fs::create_dir(folder.path().join(side)).unwrap();
        fs::write(folder.path().join(side).join("a.symtypes"), types).unwrap();
    }
    let words = "check pump.ko --kernel kernel --types old new -f json";
    assert_ends(folder.path(), words, 1, "start_3999: the 10 nearest changed declarations");
}

/// Of types without names that hold each other twice, twenty-eight times over, the text is not written.
#[test]
fn the_text_of_types_without_names_may_not_be_long() {
    let case = testkit::testdata().join("bounds/types-without-names/x.o.elf.txt");
    let folder = folder(&fs::read_to_string(case).unwrap());
    fs::write(folder.path().join("list"), "start\n").unwrap();
    for options in ["", "--stable ", "--dump-dies "] {
        let words = format!("gendwarfksyms {options}pump.o <list");
        assert_ends(folder.path(), &words, 1, "the text of a type is too long");
    }
    assert_ends(
        folder.path(),
        "layout outer pump.o",
        1,
        "the declaration of s#outer cannot be parsed",
    );
}
