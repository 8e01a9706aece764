//! The record that genksyms writes: what it has that no CRC counts, and where it goes.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use modversions::formats::abi_record::{Export, Row, rows};
use modversions::genksyms::{self, Options, Reading};
use modversions::release::{Behaviour, KernelRelease};
use tempfile::TempDir;

/// Before and after the grammar that keeps the attributes of declarators.
const RELEASES: [&str; 2] = ["6.1", "7.2"];

/// The record of a source, which must be the same whether it is skimmed or not.
fn record(source: &str, release: &str) -> String {
    let kernel: KernelRelease = release.parse().unwrap();
    let behaviour = Behaviour::at(kernel).genksyms;
    let [skimmed, read] = [Reading::AsNeeded, Reading::Everything].map(|reading| {
        let options = Options { record: Some("x86-64"), reading, ..Options::default() };
        genksyms::run(source.as_bytes(), None, &options, &behaviour).record
    });
    assert_eq!(skimmed, read);
    assert!(rows(&read).all(|row| row.is_ok()));
    String::from_utf8(read).unwrap()
}

/// What a record says of a name: its place, and its text.
fn said<'a>(record: &'a str, name: &str) -> (&'a str, &'a str) {
    let line = record.lines().find_map(|line| line.strip_prefix(&format!("{name}\t")));
    line.unwrap_or_else(|| panic!("no {name} in\n{record}")).split_once('\t').unwrap()
}

/// The text of `name` in a source, in all releases.
fn text(source: &str, name: &str) -> String {
    let texts = RELEASES.map(|release| said(&record(source, release), name).1.to_owned());
    assert_eq!(texts[0], texts[1]);
    texts[0].clone()
}

/// A source that exports a pointer to what is declared.
fn exporting(declarations: &str, reference: &str) -> String {
    format!("{declarations}\nextern {reference} *export;\n__GENKSYMS_EXPORT_SYMBOL(export);\n")
}

#[test]
fn what_stands_behind_a_body_is_recorded_and_in_no_crc() {
    let plain = "struct p { char c; int a; }; struct p v;__GENKSYMS_EXPORT_SYMBOL(v);";
    let packed = plain.replace("};", "} __attribute__((packed));");
    let crc = |record: &str| {
        let rows: Vec<_> = rows(record.as_bytes()).map(Result::unwrap).collect();
        let export = rows.iter().find_map(|row| match row {
            Row::Export(Export { symbol: b"v", crc, file: b"<stdin>" }) => Some(*crc),
            _ => None,
        });
        export.unwrap()
    };
    let (plain, packed) = (record(plain, "6.1"), record(&packed, "6.1"));
    assert_eq!((crc(&plain), crc(&packed)), (0x701e_c3c6, 0x701e_c3c6));
    assert_eq!(said(&plain, "s#p"), ("<stdin>:1", "struct p { char c ; int a ; }"));
    let with_attribute = "struct p { char c ; int a ; } __attribute__ ( ( packed ) )";
    assert_eq!(said(&packed, "s#p"), ("<stdin>:1", with_attribute));
    assert_eq!(said(&plain, "v"), said(&packed, "v"));
}

#[test]
fn attributes_of_a_type_are_recorded_with_it_and_only_there() {
    let source = exporting(
        "struct o { struct i { char c; int a; } __attribute__((packed)) __attribute__((aligned(2)))
            const m __attribute__((aligned(8)));
         enum e { A, B } __attribute__((packed)) n;
         struct i q __attribute__((aligned(2)));
         struct { long l; } __attribute__((packed)) anonymous; };",
        "struct o",
    );
    assert_eq!(
        text(&source, "s#o"),
        "struct o { s#i const m __attribute__ ( ( aligned ( 8 ) ) ) ; e#e n ; \
         s#i q __attribute__ ( ( aligned ( 2 ) ) ) ; \
         struct { long l ; } __attribute__ ( ( packed ) ) anonymous ; }"
    );
    assert_eq!(
        text(&source, "s#i"),
        "struct i { char c ; int a ; } __attribute__ ( ( packed ) ) __attribute__ ( ( aligned ( 2 ) ) )"
    );
    assert_eq!(text(&source, "e#e"), "enum e { A , B } __attribute__ ( ( packed ) )");
}

#[test]
fn attributes_of_typedefs_are_recorded_wherever_they_stand() {
    let source = |typedef: &str| exporting(typedef, "T");
    assert_eq!(
        text(&source("typedef struct { char c; int a; } __attribute__((packed)) T;"), "t#T"),
        "typedef struct { char c ; int a ; } __attribute__ ( ( packed ) ) T"
    );
    assert_eq!(
        text(&source("typedef long *P, T __attribute__((aligned(4)));"), "t#T"),
        "typedef long T __attribute__ ( ( aligned ( 4 ) ) )"
    );
    let named = source("typedef struct s { int a; } __attribute__((aligned(64))) T;");
    assert_eq!(text(&named, "t#T"), "typedef s#s T");
    assert_eq!(text(&named, "s#s"), "struct s { int a ; } __attribute__ ( ( aligned ( 64 ) ) )");
}

#[test]
fn attributes_of_functions_and_variables_are_recorded() {
    let source =
        "int f(int) __asm__(\"g\") __attribute__((regparm(3))), v __attribute__((aligned)) = 3;
        __GENKSYMS_EXPORT_SYMBOL(v); int g(void) __attribute__((cold)) __attribute__((pure));
        __GENKSYMS_EXPORT_SYMBOL(g);";
    assert_eq!(
        text(source, "g"),
        "int g ( void ) __attribute__ ( ( cold ) ) __attribute__ ( ( pure ) )"
    );
    let first = source.replace(", v __attribute__((aligned)) = 3", "").replace("(v)", "(f)");
    assert_eq!(
        text(&first, "f"),
        "int f ( int ) __asm__ ( \"g\" ) __attribute__ ( ( regparm ( 3 ) ) )"
    );
}

#[test]
fn packing_by_a_pragma_is_an_attribute_of_each_body_that_ends_under_it() {
    let source = exporting(
        "#pragma pack(push, 1)\nstruct a { char c; int i; };\n#pragma pack( push , name , 4)
#pragma GCC diagnostic push
struct b { struct { char c; long l; } in; enum { X } e;
#pragma pack(2)\nunion { long m; } last; } __attribute__((aligned(8)));
#pragma pack(push)\n#pragma pack(3)\n#pragma pack(pop, name)\nstruct c { long l; };
#pragma pack()\nstruct d { long l; };\n#pragma pack(pop)\n#pragma pack(pop)\nstruct e { long l; };
_Static_assert(1, \"#pragma pack(1)\");
struct all { struct a *a; struct b *b; struct c *c; struct d *d; struct e *e; };",
        "struct all",
    );
    let pack = |limit| format!("__attribute__ ( ( __modversions_pack__ ( {limit} ) ) )");
    assert_eq!(text(&source, "s#a"), format!("struct a {{ char c ; int i ; }} {}", pack(1)));
    assert_eq!(
        text(&source, "s#b"),
        format!(
            "struct b {{ struct {{ char c ; long l ; }} {} in ; enum {{ X }} e ; union {{ long m ; }} \
             {} last ; }} {} __attribute__ ( ( aligned ( 8 ) ) )",
            pack(4),
            pack(2),
            pack(2)
        )
    );
    assert_eq!(text(&source, "s#c"), format!("struct c {{ long l ; }} {}", pack(1)));
    assert_eq!(text(&source, "s#d"), "struct d { long l ; }");
    assert_eq!(text(&source, "s#e"), "struct e { long l ; }");
}

#[test]
fn each_name_has_its_file_and_line() {
    let source = "# 0 \"lib/x.c\"\n# 1 \"./include/one.h\" 1\n\nstruct one\n{ int a;\n struct in { int b; } m; };
# 30 \"/usr/two \\011.h\"\ntypedef\n unsigned\n  two; enum { V, W =\n 3 };\n#pragma once\nstruct no;
# 7 \"lib/x.c\" 2\nint array[W];\nextern two f(struct one *,\n struct no *);
__GENKSYMS_EXPORT_SYMBOL(f);__GENKSYMS_EXPORT_SYMBOL(array);\n";
    let record = record(source, "6.1");
    for (name, place) in [
        ("s#one", "include/one.h:2"),
        ("s#in", "include/one.h:4"),
        ("t#two", "/usr/two \\011.h:32"),
        ("E#W", "/usr/two \\011.h:32"),
        ("array", "lib/x.c:7"),
        ("f", "lib/x.c:8"),
        ("s#no", ""),
    ] {
        assert_eq!(said(&record, name).0, place, "{name} in\n{record}");
    }
    assert!(record.starts_with("#abi\t1\n#model\tx86-64\n#export\tf\t0x"), "{record}");
    assert!(record.contains("\tlib/x.c\n#export\tarray\t0x"), "{record}");
}

#[test]
fn sorted_records_without_repetitions_are_a_record() {
    let header = "# 1 \"x.h\"\nstruct s { int a; };\n";
    let exporting = |name: &str| {
        let source =
            format!("{header}# 1 \"x.c\"\nstruct s ${name};__GENKSYMS_EXPORT_SYMBOL(${name});");
        record(&source, "6.1")
    };
    let records = [exporting("a"), exporting("b")].concat();
    let mut lines: Vec<&str> = records.split_inclusive('\n').collect();
    lines.sort_unstable();
    lines.dedup();
    // The type and the head are in both, the rest once each.
    assert_eq!(lines.len(), 2 + 1 + 2 * 2);
    assert!(rows(lines.concat().as_bytes()).all(|row| row.is_ok()));
}

#[test]
fn a_line_stays_a_line() {
    let source = "# 1 \"a\tb.c\"\nint v __asm__(\"x\n\ty\") __attribute__((unused)) = 1;
        __GENKSYMS_EXPORT_SYMBOL(v);";
    let record = record(source, "6.1");
    let text = "int v __asm__ ( \"x\\n\\ty\" ) __attribute__ ( ( unused ) )";
    assert_eq!(said(&record, "v"), ("a\\011b.c:1", text));
}

/// Runs our genksyms for 6.1 by a shell in a folder.
fn shell(folder: &Path, script: &str) -> Output {
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .env("KERNELVERSION", "6.1")
        .env("GENKSYMS", format!("{} genksyms", env!("CARGO_BIN_EXE_modversions")))
        .env_remove("UTS_MACHINE")
        .env_remove("srctree")
        .stdin(File::open(folder.join("x.i")).unwrap())
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    assert!(output.status.code().is_some());
    output
}

/// A folder with an input and a folder for objects.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.i"), "int f(void);__GENKSYMS_EXPORT_SYMBOL(f);").unwrap();
    fs::create_dir(folder.path().join("lib")).unwrap();
    folder
}

const LINES: &str =
    "#abi\t1\n#model\tMODEL\n#export\tf\t0xe0df8f5b\t<stdin>\nf\t<stdin>:1\tint f ( void )\n";

#[test]
fn a_build_gets_the_record_beside_the_object() {
    for (call, path) in [
        ("$GENKSYMS -r /dev/null >> lib/.f.o.cmd", "lib/f.abi"),
        ("$GENKSYMS -T lib/g.symtypes -r /dev/null >> lib/.f.o.cmd", "lib/g.abi"),
        ("$GENKSYMS -T lib/h.symtypes > /dev/null", "lib/h.abi"),
    ] {
        let folder = folder();
        let script = format!("export MODVERSIONS_ABI=1 UTS_MACHINE=aarch64; {call}");
        let output = shell(folder.path(), &script);
        assert!(output.status.success() && output.stderr.is_empty(), "{call}: {output:?}");
        let record = fs::read_to_string(folder.path().join(path)).unwrap();
        assert_eq!(record, LINES.replace("MODEL", "arm64"), "{call}");
        let names = |folder: &Path| fs::read_dir(folder).unwrap().count();
        // The record, and what Kbuild has written.
        assert!(names(&folder.path().join("lib")) <= 3, "{call}");
    }
}

#[test]
fn a_record_names_files_as_from_the_source_tree() {
    let folder = folder();
    for (tree, header, source, places) in [
        // In the tree, below it, elsewhere; and a module that is out of the tree.
        (".", "./h/a.h", "lib/x.c", ("h/a.h:7", "lib/x.c")),
        ("..", "../h/a.h", "../lib/x.c", ("h/a.h:7", "lib/x.c")),
        ("/src/linux", "/src/linux/h/a.h", "/src/linux/lib/x.c", ("h/a.h:7", "lib/x.c")),
        ("/src/linux", "./h/generated.h", "/m/x.c", ("h/generated.h:7", "/m/x.c")),
        // Only beginning as the tree does, or the tree itself.
        (
            "/src/linux",
            "/src/linux-next/a.h",
            "/src/linux/",
            ("/src/linux-next/a.h:7", "/src/linux/"),
        ),
        ("", "/h/a.h", "x.c", ("/h/a.h:7", "x.c")),
    ] {
        let text = format!(
            "# 1 \"{source}\"\n# 7 \"{header}\"\nstruct s {{ int a; }};\n\
             # 2 \"{source}\"\nstruct s v;__GENKSYMS_EXPORT_SYMBOL(v);"
        );
        fs::write(folder.path().join("x.i"), text).unwrap();
        let script = format!("export srctree={tree}; $GENKSYMS --abi r --data-model x86-64");
        shell(folder.path(), &script);
        let record = fs::read_to_string(folder.path().join("r")).unwrap();
        let export = record.lines().find(|line| line.starts_with("#export\tv\t")).unwrap();
        let file = export.rsplit('\t').next().unwrap();
        assert_eq!((said(&record, "s#s").0, file), places, "{tree}:\n{record}");
    }
}

#[test]
fn a_record_is_written_only_when_it_is_asked_for() {
    let folder = folder();
    let output = shell(folder.path(), "MODVERSIONS_ABI=0 $GENKSYMS >> lib/.f.o.cmd");
    assert!(output.status.success() && !folder.path().join("lib/f.abi").exists());
    let output = shell(folder.path(), "$GENKSYMS --abi r --arch s390x");
    assert_eq!(output.stdout, b"#SYMVER f 0xe0df8f5b\n");
    let record = fs::read_to_string(folder.path().join("r")).unwrap();
    assert_eq!(record, LINES.replace("MODEL", "s390x"));
    shell(folder.path(), "UTS_MACHINE=vax $GENKSYMS --abi r");
    let record = fs::read_to_string(folder.path().join("r")).unwrap();
    assert_eq!(record, LINES.replace("MODEL", "unknown"));
}

#[test]
fn a_record_that_cannot_be_is_told_of() {
    let folder = folder();
    let said = |script: &str| {
        let output = shell(folder.path(), script);
        (output.status.code(), output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    let crc = b"#SYMVER f 0xe0df8f5b\n".to_vec();
    let error = "genksyms: no/r: cannot write the ABI record: No such file or directory\n";
    assert_eq!(said("$GENKSYMS --abi no/r"), (Some(1), crc.clone(), error.to_owned()));
    let error = "genksyms: no ABI record: neither -T nor standard output shows the object's name\n";
    assert_eq!(said("MODVERSIONS_ABI=1 $GENKSYMS"), (Some(0), crc, error.to_owned()));
    let (status, stdout, error) = said("$GENKSYMS --arch x86");
    assert_eq!((status, stdout), (Some(1), Vec::new()));
    assert!(error.starts_with("genksyms: --arch: x86 is not one of x86-64, i386,"), "{error}");
}
