//! What abi-diff says of what it is given, run in-process: dumps of all eras, types that are damaged,
//! and what is nothing of a kernel. Each text here is a file of a scratch folder.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use tempfile::TempDir;
use testkit::btf_file::{FUNCTION, POINTER, PROTOTYPE, STRUCT, Writer};
use testkit::packed::{debian, gzip, xz, zstd};

/// What one run said; the scratch folder is `DIR`.
struct Said {
    status: u8,
    stdout: String,
    stderr: String,
}

impl Said {
    /// Whether nothing differs.
    fn is_same(&self) -> bool {
        self.status == 0 && self.stdout.ends_with("no differences\n")
    }

    /// The only error, as it is said after `modversions: DIR/`; nothing else is printed.
    fn error(&self) -> &str {
        assert_eq!((self.status, &*self.stdout), (2, ""), "{}", self.stderr);
        self.stderr.trim_end().strip_prefix("modversions: DIR/").unwrap()
    }

    /// Whether the report has a line of these words, ends apart.
    fn has(&self, line: &str) -> bool {
        self.stdout.lines().any(|it| it.trim() == line)
    }
}

/// A scratch folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// Runs a command; words with a slash at their end, or that are files there, are of the folder.
fn run(folder: &Path, words: &str) -> Said {
    let in_folder = |word: &str| match folder.join(word) {
        path if path.exists() => path.into_os_string(),
        _ => OsString::from(word),
    };
    let args: Vec<OsString> = ["modversions"]
        .into_iter()
        .map(OsString::from)
        .chain(words.split(' ').map(in_folder))
        .collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&args, &Environment::default(), &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap().replace(folder.to_str().unwrap(), "DIR");
    Said { status, stdout: text(stdout), stderr: text(stderr) }
}

/// Compares two files of these contents, called `old` and `new`.
fn compare(old: &str, new: &str) -> Said {
    let folder = folder(&[("old", old.as_bytes()), ("new", new.as_bytes())]);
    run(folder.path(), "abi-diff old new")
}

#[test]
fn what_a_dump_does_not_record_is_no_difference() {
    let before = "0x1\ta\tm\tEXPORT_SYMBOL_GPL\n0x2\tb\tm\tEXPORT_SYMBOL\n";
    let after = "0x1\ta\tm\tEXPORT_SYMBOL_GPL\tN\n0x2\tb\tm\tEXPORT_SYMBOL\t\n";
    for (old, new, of) in [(before, after, "old"), (after, before, "new")] {
        let said = compare(old, new);
        assert!(said.is_same(), "{}", said.stdout);
        let expected = format!(
            "modversions: DIR/{of}: it does not record symbol namespaces (kernels before 5.4), so \
             these are not compared\n"
        );
        assert_eq!(said.stderr, expected);
    }
    // Nor is a license of the first era; and a dump that has a column for namespaces has it for all.
    assert!(compare("0x1\ta\tm\n", "0x1\ta\tm\tEXPORT_SYMBOL_GPL\t\n").is_same());
    let said = compare("0x1\ta\tm\tEXPORT_SYMBOL\n0x2\tb\tm\tEXPORT_SYMBOL\t\n", after);
    assert!(said.has("export that is in a symbol namespace now: 1 [namespace-gained]"));
}

#[test]
fn lines_that_modpost_or_suses_tools_read_are_read() {
    let plain = "0x0000000a\ta\tm\tEXPORT_SYMBOL\tN\n0x00000002\tb\tm\tEXPORT_SYMBOL\t\n";
    for same in [
        "0X0000000a\ta\tm\tEXPORT_SYMBOL\tN\n0X2\tb\tm\tEXPORT_SYMBOL\t\n",
        "0000000a\ta\tm\tEXPORT_SYMBOL\tN\n2\tb\tm\tEXPORT_SYMBOL\t\n",
        "0x0000000a a m EXPORT_SYMBOL N\n0x2 b m EXPORT_SYMBOL\n",
        "0x0000000a\ta\tm\tEXPORT_SYMBOL\tN\r\n0x2\tb\tm\tEXPORT_SYMBOL\t\r\n",
        "\n0x0000000a\ta\tm\tEXPORT_SYMBOL\tN  \n0x2\tb\tm\tEXPORT_SYMBOL\t \n",
    ] {
        let said = compare(plain, same);
        assert!(said.is_same(), "{same}: {}{}", said.stdout, said.stderr);
    }
    let said = compare("\n0x1\ta\tm\tEXPORT_SYMBOL\t\n\n0x2\ta\tm\tEXPORT_SYMBOL\t\n", plain);
    assert_eq!(said.error(), "old:4: a has a different CRC in line 2");
}

#[test]
fn a_kind_of_export_that_nobody_knows_is_an_error() {
    let line = |kind: &str| format!("0x1\ta\tm\tEXPORT_SYMBOL\t\n0x2\tb\tm\t{kind}\t\n");
    let said = compare(&line("EXPORT_SYMBOL"), &line("EXPORT_SYBMOL"));
    assert!(said.error().starts_with("new:2: no kernel has this kind of export: "));
    assert!(compare(&line("EXPORT_SYMBOL"), &line("EXPORT_UNUSED_SYMBOL")).is_same());
}

/// The types of a small file.
const TYPES: &str = "t#u32 typedef unsigned int u32 \n\
    s#pump struct pump { t#u32 state ; } \n\
    pump_start int pump_start ( s#pump * ) \n";

#[test]
fn a_damaged_symtypes_file_is_an_error_with_its_line() {
    let cut = |from: &str, to: &str| TYPES.replace(from, to);
    let cases = [
        (
            cut("t#u32 typedef unsigned int u32 \n", ""),
            "1: it refers to a name that is not declared in this file: t#u32: s#pump",
        ),
        (
            cut("pump_start int", "t#u32 typedef int u32 \npump_start int"),
            "3: there is already a line for that name in this file: t#u32",
        ),
        (cut("\ns#pump", "\n \ns#pump"), "2: a blank line, which genksyms never writes"),
        (
            cut("typedef unsigned int u32", "typedef unsigned"),
            "1: the declaration is cut off: t#u32 typedef unsigned",
        ),
        (
            cut("state ; }", "state ;"),
            "2: the declaration is cut off: s#pump struct pump { t#u32 state ;",
        ),
        (cut("pump_start ( s#pump * )", ""), "3: the declaration is cut off: pump_start int"),
        (
            cut("pump_start int pump_start ( s#pump * )", "pump_start"),
            "3: not a valid .symtypes line: pump_start",
        ),
    ];
    for (text, expected) in cases {
        let folder =
            folder(&[("old/a.symtypes", TYPES.as_bytes()), ("new/a.symtypes", text.as_bytes())]);
        for words in ["abi-diff old new", "why pump_start old new", "symtypes show pump new"] {
            let said = run(folder.path(), words);
            let expected = format!("new/a.symtypes:{expected}");
            assert!(said.error().starts_with(&expected), "{words}: {}", said.stderr);
        }
        // A consolidated file is checked, too.
        let section = |text: &str| format!("/* a.symtypes */\n{text}");
        if !text.contains("\n \n") {
            let said = compare(&section(TYPES), &section(&text));
            assert!(said.error().starts_with("new:"), "{}", said.stderr);
        }
    }
}

#[test]
fn white_space_between_words_is_no_difference() {
    let spaced = TYPES.replace("unsigned int", "unsigned\tint").replace(" ; }", "  ;\t }\t");
    let folder =
        folder(&[("old/a.symtypes", TYPES.as_bytes()), ("new/a.symtypes", spaced.as_bytes())]);
    assert!(run(folder.path(), "abi-diff old new").is_same());
    let section = |text: &str| format!("/* a.symtypes */\n{text}");
    assert!(compare(&section(TYPES), &section(&spaced)).is_same());
    // What is quoted counts as it stands.
    let old = "v int v [ \"a b\" ] \n";
    assert_eq!(compare(old, "v int v [ \"a  b\" ] \n").status, 1);
}

#[test]
fn a_tag_is_declared_under_any_kind_of_tag() {
    // genksyms refers to it by the word that stands there.
    let text = "s#a struct a { int b ; } \nf int f ( u#a * ) \n";
    assert!(compare(text, text).is_same());
}

/// A dump of this CRC for one export.
fn dump(crc: &str) -> String {
    format!("{crc}\tpump_start\tvmlinux\tEXPORT_SYMBOL\t\n")
}

#[test]
fn that_a_kernel_has_no_crcs_is_said_and_no_crc_is_the_same_as_another() {
    let (with, without) = (dump("0x11"), dump("0x00000000"));
    let said = compare(&without, &without);
    assert!(
        said.error()
            .contains("nothing can be compared: neither has CRCs (CONFIG_MODVERSIONS is off)")
    );
    // With types, what an export reaches breaks; without changes, that is said.
    let wider = TYPES.replace("int u32", "long u32");
    let trees = |old: &str, new: &str, types: &str| {
        let files = [
            ("old/Module.symvers", old.as_bytes()),
            ("old/a.symtypes", TYPES.as_bytes()),
            ("new/Module.symvers", new.as_bytes()),
            ("new/a.symtypes", types.as_bytes()),
        ];
        folder(&files)
    };
    let neither = "neither kernel has CRCs (CONFIG_MODVERSIONS is off): each takes only modules of exactly its own release";
    let same = trees(&without, &without, TYPES);
    let said = run(same.path(), "abi-diff old new");
    assert!(said.is_same() && said.has(neither), "{}", said.stdout);
    let changed = trees(&without, &without, &wider);
    let said = run(changed.path(), "abi-diff old new");
    let broken = "export without a CRC whose types have a different layout: 1 [unversioned-break]";
    assert!(said.status == 1 && said.has(neither) && said.has(broken), "{}", said.stdout);
    // A rule for the type is enough, as for a CRC.
    fs::write(changed.path().join("rules"), "[[rule]]\ntype = '*'\nreason = 'agreed'\n").unwrap();
    assert_eq!(run(changed.path(), "abi-diff old new --rules rules").status, 0);
    // One side with CRCs.
    let lost = run(trees(&with, &without, TYPES).path(), "abi-diff old new");
    let words = "OLD has CRCs and NEW has none (CONFIG_MODVERSIONS is off): NEW takes only modules of exactly its own release";
    assert!(lost.status == 1 && lost.has(words), "{}", lost.stdout);
    let gained = compare(&without, &with);
    assert!(gained.status == 1 && gained.stdout.contains("OLD has no CRCs"), "{}", gained.stdout);
}

/// BTF in which `pump_start` takes a pointer to a struct of a pointer to another, which has a member
/// of so many bytes; the function itself has so many parameters.
fn btf(size: u32, parameters: usize) -> Vec<u8> {
    let mut btf = Writer::new(false);
    let int = btf.int("int", 4);
    btf.int("long", 8);
    let member = btf.int("flow_t", size);
    let far = btf.list("valve", STRUCT, size, &[("flow", &[member, 0])]);
    let to_far = btf.add("", POINTER, 0, far, &[]);
    let near = btf.list("pump", STRUCT, 8, &[("valve", &[to_far, 0])]);
    let to_near = btf.add("", POINTER, 0, near, &[]);
    let prototype = btf.list("", PROTOTYPE, int, &vec![("pump", &[to_near][..]); parameters]);
    btf.add("pump_start", FUNCTION, 1, prototype, &[]);
    btf.bytes()
}

#[test]
fn btf_shows_what_breaks_of_kernels_without_crcs() {
    let without = dump("0x00000000");
    let folder = folder(&[
        ("old/Module.symvers", without.as_bytes()),
        ("old/vmlinux", &btf(4, 1)),
        ("far/Module.symvers", without.as_bytes()),
        ("far/vmlinux", &btf(8, 1)),
        ("own/Module.symvers", without.as_bytes()),
        ("own/vmlinux", &btf(4, 2)),
        ("alone", without.as_bytes()),
    ]);
    assert!(run(folder.path(), "abi-diff old old").is_same());
    let said = run(folder.path(), "abi-diff old far");
    assert!(
        said.status == 1 && said.has("pump_start: struct valve: size 4 -> 8"),
        "{}",
        said.stdout
    );
    assert!(said.has("1 export has no CRC; examined: 1 by BTF"), "{}", said.stdout);
    let kind = "export without a CRC whose types have a different layout: 1 [unversioned-break]";
    assert!(said.has(kind), "{}", said.stdout);
    let said = run(folder.path(), "abi-diff old own");
    assert!(
        said.status == 1 && said.stdout.contains("\tpump_start: pump_start: 1 parameter"),
        "{}",
        said.stdout
    );
    // If not both have BTF, nothing is known.
    assert_eq!(run(folder.path(), "abi-diff alone far").status, 2);
    assert_eq!(run(folder.path(), "abi-diff alone alone --btf old far").status, 1);
}

#[test]
fn what_is_nothing_of_a_kernel_is_never_the_same_as_another() {
    let page = "<!DOCTYPE html>\n<title>404 Not Found</title>\n";
    for (content, looks) in [
        (page, "an HTML page"),
        ("", "an empty file"),
        ("ffffffff81000000 T _text\nffffffff81000000 T _stext\n", "a System.map"),
        ("#!/bin/sh\nexit 0\n", "a script"),
        ("kfree\n\x1b[2J\n", "a text that begins with `kfree`"),
        ("\x1b[31mred\n", "a text that begins with `\\x1b[31mred`"),
    ] {
        let expected = format!("old: it looks like {looks}; expected one of these: a directory, ");
        let said = compare(content, content);
        assert!(said.error().starts_with(&expected), "{}", said.stderr);
        let folder = folder(&[("old", content.as_bytes()), ("m.ko", b"")]);
        for words in ["why f old old", "check m.ko --kernel old", "symtypes show f old"] {
            let said = run(folder.path(), words);
            assert!(said.error().starts_with(&expected), "{words}: {}", said.stderr);
        }
    }
    // A file that is called so is read, and its line named.
    let folder = folder(&[("a.symtypes", b"odd\n"), ("b.symtypes", page.as_bytes())]);
    let said = run(folder.path(), "abi-diff a.symtypes a.symtypes");
    assert_eq!(said.error(), "a.symtypes:1: not a valid .symtypes line: odd");
    let said = run(folder.path(), "abi-diff b.symtypes b.symtypes");
    assert!(said.error().starts_with("b.symtypes: it looks like an HTML page"), "{}", said.stderr);
}

#[test]
fn what_is_empty_is_never_the_same_as_another() {
    let folder = folder(&[
        ("dumps/Module.symvers", b""),
        ("types/a.symtypes", b""),
        ("whole", dump("0x11").as_bytes()),
        ("list", b"# nothing yet\n[section]\n"),
    ]);
    let said = run(folder.path(), "abi-diff dumps dumps");
    assert_eq!(said.error(), "dumps/Module.symvers: it is empty: no exports");
    assert_eq!(run(folder.path(), "abi-diff whole dumps").status, 2);
    let said = run(folder.path(), "abi-diff types types");
    assert_eq!(said.error(), "types, DIR/types: nothing can be compared: neither has any export");
    let said = run(folder.path(), "abi-diff whole whole --stablelist list");
    assert_eq!(said.error(), "list: it is empty: no symbols");
}

#[test]
fn compressed_types_are_read() {
    let section = format!("/* a.symtypes */\n{TYPES}");
    let folder = folder(&[
        ("a.symtypes", TYPES.as_bytes()),
        ("a.symtypes.gz", &gzip(TYPES.as_bytes())),
        ("all.zst", &zstd(section.as_bytes())),
    ]);
    for words in ["abi-diff a.symtypes a.symtypes.gz", "abi-diff all.zst a.symtypes.gz"] {
        let said = run(folder.path(), words);
        assert!(said.is_same(), "{words}: {}{}", said.stdout, said.stderr);
    }
}

/// The types of another small file.
const MORE_TYPES: &str = "watch int watch ( long ) \n";

#[test]
fn exports_that_only_types_name_come_and_go() {
    let both = format!("/* a.symtypes */\n{TYPES}\n/* b.symtypes */\n{MORE_TYPES}");
    let cut = format!("/* a.symtypes */\n{TYPES}");
    let wide = TYPES.replace("unsigned int", "unsigned long");
    let folder = folder(&[
        ("old/a.symtypes", TYPES.as_bytes()),
        ("old/b.symtypes", MORE_TYPES.as_bytes()),
        ("new/a.symtypes", TYPES.as_bytes()),
        ("none/a.symtypes", b""),
        ("wide/a.symtypes", wide.as_bytes()),
        ("both", both.as_bytes()),
        ("cut", cut.as_bytes()),
        ("list", b"watch\nnever\n"),
        ("pattern", b"w*[a-h]\n"),
        ("severities", b"wa* PASS\n"),
    ]);
    let run = |words: &str| run(folder.path(), words);
    for words in ["abi-diff old new", "abi-diff both cut", "abi-diff both new"] {
        let said = run(words);
        assert!(said.status == 1 && said.has("watch (types in b)"), "{words}: {}", said.stdout);
        assert_eq!(run(&format!("{words} -f symbols")).stdout, "watch\n");
    }
    let said = run("abi-diff new old");
    assert!(said.status == 0 && said.has("export added: 1 [export-added]"), "{}", said.stdout);
    assert!(run("abi-diff old none").has("exports removed: 2 [export-removed]"));
    // Rules, lists and modules see it.
    assert_eq!(run("abi-diff old new --rules severities").status, 0);
    let said = run("abi-diff old new --stablelist list");
    assert!(said.has("watch: DIR/list:1: only the old kernel exports it"), "{}", said.stdout);
    assert!(said.has("never: DIR/list:2: neither kernel has types for it"), "{}", said.stdout);
    let said = run("abi-diff old new --stablelist pattern");
    assert!(said.has("watch: DIR/pattern:1: only the old kernel exports it"), "{}", said.stdout);
    assert!(
        run("abi-diff new new --stablelist pattern")
            .has("w*[a-h]: DIR/pattern:1: neither kernel has types for it")
    );
    let report = run("abi-diff old new -f json").stdout;
    assert!(report.contains("\"files\": [\n        \"b\"\n      ]"), "{report}");
    // Where none came or went, only what changed is told.
    let said = run("abi-diff new wide").stdout;
    assert!(said.contains("DIR/wide, types of 1 file\n\n1 declaration changed; "), "{said}");
}

#[test]
fn a_list_of_exports_on_one_side_is_said_and_used() {
    let dump = format!("{}0x1\twatch\tlib/watch\tEXPORT_SYMBOL\t\n", dump("0x11"));
    let folder = folder(&[
        ("old/a.symtypes", TYPES.as_bytes()),
        ("old/b.symtypes", MORE_TYPES.as_bytes()),
        ("new/a.symtypes", TYPES.as_bytes()),
        ("new/Module.symvers", dump.as_bytes()),
    ]);
    // The list names what moved into a file without types.
    let said = run(folder.path(), "abi-diff old new");
    assert!(said.is_same(), "{}", said.stdout);
    assert!(
        said.stderr
            .starts_with("modversions: DIR/old: it has no list of exports, and DIR/new has one: ")
    );
    // What only the list has is nothing that the other side could have.
    assert!(run(folder.path(), "abi-diff new old").status == 0);
}

#[test]
fn a_list_may_have_patterns() {
    let more = |crc: &str| {
        format!(
            "{}{crc}\tpump_stop\tvmlinux\tEXPORT_SYMBOL\t\n0x1\tturn\tvmlinux\tEXPORT_SYMBOL\t\n",
            dump(crc)
        )
    };
    let folder = folder(&[
        ("old", more("0x11").as_bytes()),
        ("new", more("0x12").as_bytes()),
        ("less", dump("0x11").as_bytes()),
        ("stops", b"pump_[^a]*[p]\n"),
        ("turns", b"t?rn\n"),
        ("open", b"t[urn\n"),
    ]);
    let run = |words: &str| run(folder.path(), words);
    assert_eq!(run("abi-diff old new -f symbols --stablelist stops").stdout, "pump_stop\n");
    assert_eq!(run("abi-diff old new --stablelist turns").status, 0);
    let said = run("abi-diff old less --stablelist turns");
    assert!(said.has("turn: DIR/turns:1: only the old kernel exports it"), "{}", said.stdout);
    assert!(
        run("abi-diff old new --stablelist open")
            .error()
            .starts_with("open:1: neither a symbol nor")
    );
}

#[test]
fn a_directory_may_hold_what_suse_keeps_of_a_kernel() {
    let all = format!("/* a.symtypes */\n{TYPES}");
    let list = dump("0x11");
    let folder = folder(&[
        ("tree/a.symtypes", TYPES.as_bytes()),
        ("tree/Module.symvers", list.as_bytes()),
        ("suse/symvers-default", list.as_bytes()),
        ("suse/symtypes-default", all.as_bytes()),
        ("packed/symvers-azure.gz", &gzip(list.as_bytes())),
        ("packed/symtypes-azure.zst", &zstd(all.as_bytes())),
        ("one/Module.symvers", list.as_bytes()),
        ("one/base.symtypes", all.as_bytes()),
        ("broken/symvers-default", list.as_bytes()),
        ("broken/symtypes-default", b"/* a.symtypes */\nodd\n"),
        ("two/symvers-azure", list.as_bytes()),
        ("two/symvers-default.gz", &gzip(list.as_bytes())),
    ]);
    for kept in ["suse", "packed", "one"] {
        for words in [format!("abi-diff {kept} tree"), format!("abi-diff tree {kept}")] {
            let said = run(folder.path(), &words);
            let sides = said.stdout.matches(": 1 export, types of 1 file\n").count();
            assert!(said.is_same() && sides == 2, "{words}: {}{}", said.stdout, said.stderr);
        }
        assert_eq!(run(folder.path(), &format!("symtypes show pump {kept}")).status, 0);
    }
    let said = run(folder.path(), "abi-diff broken tree");
    assert!(said.error().starts_with("broken/symtypes-default:2: "), "{}", said.stderr);
    let said = run(folder.path(), "abi-diff two tree");
    assert!(said.error().starts_with("two: it has the files of several kernels: azure, default; "));
}

#[test]
fn lists_of_exports_may_be_given_apart() {
    let wider = TYPES.replace("int u32", "long u32");
    let folder = folder(&[
        ("base.symtypes", format!("/* a.symtypes */\n{TYPES}").as_bytes()),
        ("base.symvers", dump("0x11").as_bytes()),
        ("build/a.symtypes", wider.as_bytes()),
        ("build/Module.symvers", dump("0x12").as_bytes()),
        ("severities", b"vmlinux PASS\n"),
        ("page", b"<html>"),
    ]);
    let apart = "abi-diff base.symtypes build --symvers base.symvers build/Module.symvers";
    let said = run(folder.path(), apart);
    assert!(said.status == 1 && said.stderr.is_empty(), "{}", said.stderr);
    assert!(said.stdout.contains("1 declaration changed; 1 export reaches it"), "{}", said.stdout);
    // A rule for modules needs the list.
    assert_eq!(run(folder.path(), &format!("{apart} --rules severities")).status, 0);
    assert_eq!(run(folder.path(), "abi-diff base.symtypes build --rules severities").status, 1);
    let said = run(folder.path(), "abi-diff build build --symvers base.symvers page");
    assert!(
        said.error().starts_with(
            "page: it looks like an HTML page; expected one of these: a Module.symvers"
        )
    );
}

#[test]
fn headers_of_two_machines_are_refused() {
    let headers = |config: &str| {
        let files = [
            ("usr/src/linux-headers-6.1/.config", config.as_bytes()),
            ("usr/src/linux-headers-6.1/Module.symvers", &*dump("0x11").into_bytes()),
        ];
        debian(&files, ".xz", xz)
    };
    let folder = folder(&[
        ("x86.deb", &headers("CONFIG_X86_64=y\nCONFIG_64BIT=y\n")),
        ("arm.deb", &headers("CONFIG_ARM64=y\nCONFIG_64BIT=y\n")),
        ("dump", dump("0x11").as_bytes()),
    ]);
    let said = run(folder.path(), "abi-diff x86.deb arm.deb");
    assert!(
        said.error().ends_with("CRCs of different architectures cannot be compared"),
        "{}",
        said.stderr
    );
    assert!(run(folder.path(), "abi-diff x86.deb x86.deb").is_same());
    assert!(run(folder.path(), "abi-diff x86.deb dump").is_same());
}

#[test]
fn reports_are_in_the_words_of_suses_tools() {
    let old = "0x00000001\tchanged\tm\tEXPORT_SYMBOL\t\n0x00000001\tfreed\tm\tEXPORT_SYMBOL_GPL\t\n\
        0x00000001\tgone\tm\tEXPORT_SYMBOL\t\n0x00000001\tspaced\tm\tEXPORT_SYMBOL\tA\n\
        0x00000001\ttied\tm\tEXPORT_SYMBOL\t\n";
    let new = "0x00000002\tchanged\tm\tEXPORT_SYMBOL_GPL\t\n0x00000001\tfreed\tm\tEXPORT_SYMBOL\t\n\
        0x00000001\tnew\tm\tEXPORT_SYMBOL\t\n0x00000001\tspaced\tm\tEXPORT_SYMBOL\tB\n\
        0x00000001\ttied\tm\tEXPORT_SYMBOL_GPL\t\n";
    let folder =
        folder(&[("old", old.as_bytes()), ("new", new.as_bytes()), ("rules", b"tied PASS\n")]);
    let run = |words: &str| run(folder.path(), &format!("abi-diff old new --rules rules {words}"));
    let said = run("-f pretty");
    let expected = "\
Export 'new' has been added (implicitly tolerated)
Export 'gone' has been removed
Export 'changed' changed CRC from '0x00000001' to '0x00000002'
Export 'changed' changed type from 'EXPORT_SYMBOL' to 'EXPORT_SYMBOL_GPL'
Export 'freed' changed type from 'EXPORT_SYMBOL_GPL' to 'EXPORT_SYMBOL' (implicitly tolerated)
Export 'spaced' changed namespace from 'A' to 'B'
Export 'tied' changed type from 'EXPORT_SYMBOL' to 'EXPORT_SYMBOL_GPL' (tolerated by rules)
";
    assert_eq!((said.status, &*said.stdout), (1, expected));
    assert_eq!(run("-f symbols").stdout, "changed\ngone\nspaced\n");
    assert_eq!(run("-f mod-symbols").stdout, "changed\nspaced\n");
    let said = run("-f null");
    assert_eq!((said.status, &*said.stdout), (1, ""));
    // What rules tolerate is listed on request; notes are not.
    assert_eq!(run("-f symbols --show-tolerated").stdout, "changed\ngone\nspaced\ntied\n");
}

#[test]
fn causes_are_in_the_words_of_suses_tools() {
    let old = "s#far struct far { UNKNOWN } \ns#near struct near { int a ; s#far * far ; } \n\
        gone int gone ( void ) \nhere int here ( s#near * , int ) \nthere int there ( s#near * ) \n";
    let new = "s#far struct far { long a ; } \ns#near struct near { int a ; int b ; s#far * far ; } \n\
        here int here ( s#near * , long ) \nnew int new ( void ) \nthere int there ( s#near * ) \n";
    let said = {
        let folder = folder(&[("old", old.as_bytes()), ("new", new.as_bytes())]);
        run(folder.path(), "abi-diff old new -f pretty")
    };
    let expected = "\
Export 'new' has been added
Export 'gone' has been removed
The following '1' exports are different:
 here

because of a changed 'here':
@@ -1,1 +1,1 @@
-int here ( s#near *, int )
+int here ( s#near *, long )

The following '2' exports are different:
 here
 there

because 's#far' changed from a forward declaration to a definition

The following '2' exports are different:
 here
 there

because of a changed 's#near':
@@ -1,4 +1,5 @@
 struct near {
 \tint a;
+\tint b;
 \ts#far * far;
 }
";
    assert_eq!((said.status, &*said.stdout), (1, expected));
}
