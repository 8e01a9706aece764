//! What modules say of themselves, and abi-diff on modules, compressed or not, and on packages of
//! them. The objects are texts (see `elf_text`); archives are made here.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::Path;

use insta::assert_snapshot;
use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use modversions::module::Module;
use testkit::btf_file::{INT, STRUCT, Writer};
use testkit::elf_text::{assemble, target};
use testkit::linked_kernel::linked_kernel;
use testkit::packed::{PACKS, boot_image, debian, gzip, plain, rpm, xz, xz_of_kernel, zstd};

/// How a kernel has its tables of exports.
#[derive(Clone, Copy)]
struct Layout {
    /// The class, byte order and machine.
    header: &'static str,
    /// How many bytes a field of `__ksymtab` has.
    field: usize,
    /// Whether there is a field for the namespace.
    has_namespaces: bool,
    /// Whether the field is there, but has no relocation where there is no namespace.
    are_empty_namespaces_null: bool,
    /// Whether relocations are `REL`, with their addends in the table.
    are_addends_inside: bool,
    /// Whether a distance is made of a sum and a difference.
    are_pairs: bool,
    /// Where the CRCs are.
    crcs: Crcs,
}

#[derive(Clone, Copy)]
enum Crcs {
    /// In the table.
    Direct,
    /// The values of absolute symbols, in a table of addresses of so many bytes.
    Absolute(usize),
    /// In a section that the table points to.
    Elsewhere,
}

/// Debian's 6.1 and 6.12.
const NEW: Layout = Layout {
    header: "64 little x86_64",
    field: 4,
    has_namespaces: true,
    are_empty_namespaces_null: false,
    are_addends_inside: false,
    are_pairs: false,
    crcs: Crcs::Direct,
};

/// The strings of all modules here, with their places: `start`, ``, `stop`, `PUMP_NS`, `turn`.
const STRINGS: [(&str, usize); 5] =
    [("start", 0), ("", 6), ("stop", 7), ("PUMP_NS", 12), ("turn", 20)];

/// A module that exports `start` and `turn`, and `stop` for the GPL and in a namespace.
fn exporter(layout: &Layout) -> String {
    let mut text = format!("elf {}\nsection .text alloc exec\nzeros 64\n", layout.header);
    text += "section __ksymtab_strings alloc\nstring start \"\" stop PUMP_NS turn\n";
    text += "symbol strings in=__ksymtab_strings section\n";
    for (index, name) in ["start", "turn", "stop"].iter().enumerate() {
        text += &format!("symbol {name} in=.text at={} global func\n", index * 16);
        text += &format!("symbol __crc_{name} abs at=0x{0}{0}{0}{0}{0}{0}{0}{0}\n", index + 1);
    }
    text += "section .crcs alloc\nu32 0x11111111 0x22222222 0x33333333\n";
    text += "symbol crcs in=.crcs section\n";
    text += &table(layout, "__ksymtab", "__kcrctab", &[("start", "", 0), ("turn", "", 1)]);
    text + &table(layout, "__ksymtab_gpl", "__kcrctab_gpl", &[("stop", "PUMP_NS", 2)])
}

/// A pair of tables, and their relocations.
fn table(layout: &Layout, symbols: &str, crcs: &str, exports: &[(&str, &str, usize)]) -> String {
    let place = |text: &str| STRINGS.iter().find(|(it, _)| *it == text).unwrap().1;
    let word = if layout.field == 8 { "u64" } else { "u32" };
    let mut data = format!("section {symbols} alloc align=4\n");
    let kind = if layout.are_addends_inside { "rel" } else { "rela" };
    let mut relocations = format!("{kind} {symbols}\n");
    let mut offset = 0;
    data += &format!("symbol {symbols} in=. section\n");
    let mut field = |target: &str, addend: usize, has_relocation: bool| {
        let inside = if layout.are_addends_inside { addend } else { 0 };
        data += &format!("{word} {inside}\n");
        if has_relocation {
            let addend = if layout.are_addends_inside { 0 } else { addend };
            relocations += &format!("reloc {offset} 35 {target} {addend}\n");
            if layout.are_pairs {
                relocations += &format!("reloc {offset} 39 {symbols} {offset}\n");
            }
        }
        offset += layout.field;
    };
    for (name, namespace, _) in exports {
        field(name, 0, true);
        field("strings", place(name), true);
        if layout.has_namespaces {
            let is_null = layout.are_empty_namespaces_null && namespace.is_empty();
            field("strings", if is_null { 0 } else { place(namespace) }, !is_null);
        }
    }
    let mut text = format!("{data}{relocations}section {crcs} alloc\n");
    match layout.crcs {
        Crcs::Direct => {
            for (_, _, index) in exports {
                text += &format!("u32 0x{0}{0}{0}{0}{0}{0}{0}{0}\n", index + 1);
            }
        }
        Crcs::Absolute(size) => {
            text += &format!("zeros {}\nrela {crcs}\n", size * exports.len());
            for (at, (name, ..)) in exports.iter().enumerate() {
                text += &format!("reloc {} 1 __crc_{name}\n", at * size);
            }
        }
        Crcs::Elsewhere => {
            text += &format!("zeros {}\nrela {crcs}\n", 4 * exports.len());
            for (at, (.., index)) in exports.iter().enumerate() {
                text += &format!("reloc {} 2 crcs {}\n", at * 4, index * 4);
            }
        }
    }
    text
}

/// What the module exports, a line for each.
fn exports(bytes: &[u8]) -> Vec<String> {
    let module = Module::read(bytes).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let line = |it: &modversions::module::Export<'_>| {
        let crc = it.crc.map_or("none".to_owned(), |crc| format!("{crc:08x}"));
        let license = if it.is_gpl { "gpl" } else { "any" };
        format!("{} {crc} {license} {}", text(it.symbol), text(it.namespace))
    };
    module.exports.iter().map(line).collect()
}

#[test]
fn exports_are_read_from_the_tables_of_every_kernel() {
    let old = Layout { field: 8, has_namespaces: false, ..NEW };
    let small = Layout { header: "32 little arm", are_addends_inside: true, ..NEW };
    let layouts = [
        NEW,
        Layout { are_empty_namespaces_null: true, ..NEW },
        Layout { field: 8, ..NEW },
        Layout { has_namespaces: false, crcs: Crcs::Elsewhere, ..NEW },
        Layout { crcs: Crcs::Absolute(8), ..old },
        Layout { header: "64 big s390", ..NEW },
        Layout { header: "64 big ppc64", crcs: Crcs::Absolute(8), ..old },
        Layout { header: "64 little mips", field: 8, ..NEW },
        Layout { header: "64 little riscv", are_pairs: true, ..NEW },
        Layout { header: "32 big ppc", crcs: Crcs::Absolute(4), ..NEW },
        small,
        Layout { has_namespaces: false, ..small },
    ];
    for (number, layout) in layouts.iter().enumerate() {
        let bytes = assemble(&exporter(layout)).unwrap();
        let namespace = if layout.has_namespaces { "PUMP_NS" } else { "" };
        let expected = [
            "start 11111111 any ".to_owned(),
            "turn 22222222 any ".to_owned(),
            format!("stop 33333333 gpl {namespace}"),
        ];
        assert_eq!(exports(&bytes), expected, "layout {number}");
    }
}

#[test]
fn flags_tell_the_license_where_there_is_one_table() {
    let mut text = exporter(&NEW);
    text.truncate(text.find("section __ksymtab_gpl").unwrap());
    let bytes = assemble(&format!("{text}section __kflagstab alloc\nu8 0 1\n")).unwrap();
    assert_eq!(exports(&bytes), ["start 11111111 any ", "turn 22222222 gpl "]);
}

#[test]
fn without_a_table_of_crcs_exports_have_none() {
    let text = exporter(&NEW).replace("__kcrctab", "__other");
    let bytes = assemble(&text).unwrap();
    assert_eq!(exports(&bytes), ["start none any ", "turn none any ", "stop none gpl PUMP_NS"]);
}

/// An entry of `__versions`.
fn version(word: &str, symbol: &str, crc: u32) -> String {
    let size = if word == "u64" { 56 } else { 60 };
    format!("{word} {crc}\nascii {symbol}\nzeros {}\n", size - symbol.len())
}

/// What a module imports: its `.modinfo` in words, and symbols with CRCs.
fn importer(header: &str, info: &str, imports: &[(&str, u32)]) -> String {
    let mut text = format!("elf {header}\nsection .modinfo alloc\nstring {info}\n");
    let word = if target(&text).unwrap().is_64_bit { "u64" } else { "u32" };
    text += "section .gnu.linkonce.this_module alloc write\nzeros 64\n";
    text += "section .comment\nstring \"GCC: (Debian 12.2.0-14) 12.2.0\"\n";
    text += "section __versions alloc align=32\n";
    imports.iter().for_each(|(symbol, crc)| text += &version(word, symbol, *crc));
    for (symbol, _) in imports.iter().filter(|(symbol, _)| *symbol != "module_layout") {
        text += &format!("symbol {symbol} global\n");
    }
    text
}

#[test]
fn a_module_says_what_it_imports_and_what_it_is() {
    for header in ["64 little x86_64", "64 big s390", "32 little arm", "32 big ppc"] {
        let imports = [("printk", 0x9299_7ed8), ("module_layout", 7)];
        let text = importer(header, "license=GPL import_ns=A import_ns=B name=x", &imports);
        let bytes = assemble(&format!("{text}symbol maybe weak\n")).unwrap();
        let module = Module::read(&bytes).unwrap();
        let versions: Vec<_> =
            module.versions.entries().iter().map(|it| (it.symbol, it.crc)).collect();
        assert_eq!(versions, [(&b"printk"[..], 0x9299_7ed8), (b"module_layout", 7)], "{header}");
        let imports: Vec<_> = module.imports.iter().map(|it| (it.symbol, it.is_weak)).collect();
        assert_eq!(imports, [(&b"printk"[..], false), (b"maybe", true)], "{header}");
        assert_eq!(module.values(b"import_ns").collect::<Vec<_>>(), [b"A", b"B"]);
        assert!(module.is_gpl_compatible() && module.struct_size == Some(64));
        assert_eq!(module.compiler, Some(&b"GCC: (Debian 12.2.0-14) 12.2.0"[..]));
    }
}

/// `__versions` in the form of Ubuntu's kernels before 6.14.
fn linked(versions: &[(&str, u32)]) -> String {
    let mut text = String::from("section __versions alloc align=32\n");
    for (symbol, crc) in versions {
        let padding = 4 - symbol.len() % 4;
        let size = 8 + symbol.len() + padding;
        text += &format!("u32 {size} {crc}\nascii {symbol}\nzeros {padding}\n");
    }
    text + "zeros 9\n"
}

#[test]
fn versions_in_ubuntus_form_are_read_whatever_their_length() {
    let long = "x".repeat(100);
    let expected = [("printk", 0x9299_7ed8), (&*long, 5), ("register", 0x40)];
    for header in ["64 little x86_64", "64 big s390", "32 little arm", "32 big ppc"] {
        let text = importer(header, "license=GPL", &[("a", 1)]).replace("__versions", "__other");
        let bytes = assemble(&format!("{text}{}", linked(&expected))).unwrap();
        let module = Module::read(&bytes).unwrap();
        let entries = module.versions.entries().iter();
        let found: Vec<_> = entries.map(|it| (it.symbol, it.crc)).collect();
        assert_eq!(found, expected.map(|(symbol, crc)| (symbol.as_bytes(), crc)), "{header}");
    }
    let text = importer("64 little x86_64", "license=GPL", &[]).replace("__versions", "__other");
    let bytes = assemble(&format!("{text}{}", linked(&[]))).unwrap();
    assert_eq!(Module::read(&bytes).unwrap().versions.basic, Some(Vec::new()));
}

#[test]
fn extended_versions_count_before_the_others() {
    let text = importer("64 little x86_64", "license=Proprietary", &[("a", 1), ("b", 2)]);
    let long = "x".repeat(100);
    let more = format!(
        "section __version_ext_crcs alloc\nu32 3 4\nsection __version_ext_names alloc\nstring a {long}\n"
    );
    let bytes = assemble(&format!("{text}{more}")).unwrap();
    let module = Module::read(&bytes).unwrap();
    let entries: Vec<_> = module.versions.entries().iter().map(|it| (it.symbol, it.crc)).collect();
    assert_eq!(entries, [(&b"a"[..], 3), (long.as_bytes(), 4)]);
    assert_eq!(module.versions.basic.as_ref().map(Vec::len), Some(2));
    assert!(!module.is_gpl_compatible());
    for (broken, what) in [
        (more.replace("names", "others"), "__version_ext_names"),
        (more.replace("crcs", "others"), "__version_ext_crcs"),
        (more.replace("u32 3 4", "u32 3 4 5"), "__version_ext_names"),
        (more.replace("u32 3 4", "u16 3 4 5"), "__version_ext_crcs"),
    ] {
        let bytes = assemble(&format!("{text}{broken}")).unwrap();
        let error = Module::read(&bytes).unwrap_err().to_string();
        assert_eq!(error, format!("this module is truncated or damaged: {what}"));
    }
}

#[test]
fn a_damaged_module_is_an_error_and_never_a_panic() {
    let importer = importer("64 little x86_64", "license=GPL", &[("a", 1)]);
    let more =
        "section __version_ext_crcs alloc\nu32 3\nsection __version_ext_names alloc\nstring a\n";
    for text in [exporter(&NEW), format!("{importer}{more}")] {
        let bytes = assemble(&text).unwrap();
        for end in 0..bytes.len() {
            let _ = Module::read(&bytes[..end]);
        }
        for at in 0..bytes.len() {
            for value in [0x01, 0x7f, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= value;
                let _ = Module::read(&damaged);
            }
        }
    }
}

/// What a run said.
struct Said {
    status: u8,
    text: String,
}

/// Runs abi-diff in a directory; the texts call it `DIR`.
fn abi_diff(folder: &Path, words: &str) -> Said {
    let in_folder = |word: &str| match word.starts_with('-') || word == "short" {
        true => OsString::from(word),
        false => folder.join(word).into_os_string(),
    };
    let mut arguments = vec![OsString::from("abi-diff")];
    arguments.extend(words.split(' ').map(in_folder));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let stdin = Stdin::Bytes(b"");
    let mut io = Io { stdin, stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    let said = format!(
        "status: {status}\n--- stdout\n{}--- stderr\n{}",
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap()
    );
    Said { status, text: said.replace(folder.to_str().unwrap(), "DIR") }
}

/// Writes a file in a directory, with the folders above it.
fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

const OLD_DUMP: &str = "0x11111111\tstart\tdrivers/pump\tEXPORT_SYMBOL\t\n\
    0x22222222\tturn\tdrivers/pump\tEXPORT_SYMBOL\t\n\
    0x33333333\tstop\tdrivers/pump\tEXPORT_SYMBOL_GPL\tPUMP_NS\n\
    0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000009\tkfree\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x0000000a\tkmalloc\tvmlinux\tEXPORT_SYMBOL\t\n";

/// `turn` is gone, `stop` in another namespace, `printk` another, `kfree` for the GPL, `kmalloc` in
/// a namespace.
const NEW_DUMP: &str = "0x11111111\tstart\tdrivers/pump\tEXPORT_SYMBOL\t\n\
    0x33333333\tstop\tdrivers/pump\tEXPORT_SYMBOL_GPL\tOTHER_NS\n\
    0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x000000f8\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000009\tkfree\tvmlinux\tEXPORT_SYMBOL_GPL\t\n\
    0x0000000a\tkmalloc\tvmlinux\tEXPORT_SYMBOL\tMEMORY\n";

/// The module that exports what [`OLD_DUMP`] says.
fn pump() -> Vec<u8> {
    assemble(&exporter(&NEW)).unwrap()
}

fn user(info: &str, imports: &[(&str, u32)]) -> Vec<u8> {
    assemble(&importer("64 little x86_64", info, imports)).unwrap()
}

/// A tree of installed modules that fits to [`OLD_DUMP`].
fn tree(folder: &Path, top: &str) {
    put(folder, &format!("{top}/kernel/drivers/pump.ko"), pump());
    let imports = [("start", 0x1111_1111), ("printk", 8), ("module_layout", 7)];
    put(folder, &format!("{top}/kernel/drivers/user.ko"), user("license=GPL", &imports));
}

#[test]
fn modules_tell_what_the_list_of_exports_tells() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "old", OLD_DUMP);
    put(folder, "new", NEW_DUMP);
    tree(folder, "tree");
    tree(folder, "unpacked/lib/modules/6.1.0");
    for same in ["tree old", "old tree", "tree unpacked", "unpacked/lib/modules/6.1.0/kernel old"] {
        let said = abi_diff(folder, same);
        assert_eq!(said.status, 0, "{same}: {}", said.text);
    }
    // The kernel's own exports are not in the tree, but one import is; a module alone has less.
    assert_snapshot!("tree_to_dump", abi_diff(folder, "tree new").text);
    assert_snapshot!("dump_to_tree", abi_diff(folder, "new tree").text);
    assert_snapshot!("module_to_dump", abi_diff(folder, "tree/kernel/drivers/pump.ko new").text);
    assert_snapshot!(
        "module_to_module",
        abi_diff(folder, "tree/kernel/drivers/pump.ko tree/kernel/drivers/user.ko").text
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", OLD_DUMP);
    put(folder, "types.symtypes", "f int f ( void )\n");
    put(folder, "arm.ko", assemble(&importer("32 little arm", "license=GPL", &[])).unwrap());
    put(folder, "x86.ko", pump());
    put(folder, "two/arm.ko", assemble(&importer("32 little arm", "license=GPL", &[])).unwrap());
    put(folder, "two/x86.ko", pump());
    put(folder, "twice/a.ko", pump());
    let other = exporter(&NEW).replace("u32 0x11111111\n", "u32 5\n");
    put(folder, "twice/b.ko", assemble(&other).unwrap());
    let imports = [[("printk", 1)], [("printk", 2)]];
    put(folder, "mixed/a.ko", user("license=GPL", &imports[0]));
    put(folder, "mixed/b.ko", user("license=GPL", &imports[1]));
    put(folder, "empty/a.ko", "");
    put(folder, "text/a.ko", "text");
    put(folder, "nothing/a.txt", "");
    let clang = importer("64 little x86_64", "license=GPL", &[("printk", 8)])
        .replace("GCC: (Debian 12", "clang (12");
    put(folder, "clang.ko", assemble(&clang).unwrap());
    put(folder, "gcc.ko", user("license=GPL", &[("printk", 8)]));
    put(folder, "lone.ko", user("license=GPL", &[]));
    let mut said = String::new();
    for words in [
        "dump types.symtypes",
        "arm.ko x86.ko",
        "two dump",
        "twice dump",
        "mixed mixed",
        "empty dump",
        "text dump",
        "nothing dump",
        "gcc.ko clang.ko",
        "lone.ko lone.ko",
        "dump dump --modules nothing",
        "dump dump --stablelist x86.ko",
    ] {
        said += &format!("$ {words}\n{}\n", abi_diff(folder, words).text);
    }
    assert_snapshot!("not_comparable", said);
}

#[test]
fn the_modules_that_use_what_changed_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "old", OLD_DUMP);
    put(folder, "new", NEW_DUMP);
    let all = [("turn", 0x2222_2222), ("printk", 8), ("kfree", 9), ("kmalloc", 10), ("start", 1)];
    put(folder, "m/proprietary.ko", user("license=Proprietary", &all));
    put(folder, "m/gpl.ko", user("license=GPL", &all));
    let stop = [("stop", 0x3333_3333)];
    put(folder, "m/imports.ko", user("license=GPL import_ns=PUMP_NS", &stop));
    put(folder, "m/fine.ko", user("license=GPL import_ns=OTHER_NS", &stop));
    put(folder, "m/built-anew.ko", user("license=GPL", &[("printk", 0xf8), ("kfree", 9)]));
    assert_snapshot!("whom_it_breaks", abi_diff(folder, "old new --modules m").text);
    let some = abi_diff(folder, "old new --format short --modules m/fine.ko m/gpl.ko").text;
    assert!(some.contains("\n1 of 2 modules uses what changed\n"), "{some}");
    let same = abi_diff(folder, "old old --modules m");
    assert!(same.status == 0 && !same.text.contains("what changed"), "{}", same.text);
}

#[test]
fn the_modules_that_a_silent_break_reaches_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let pair = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/abi-diff/type-built-otherwise");
    for side in ["old", "new"] {
        for file in ["Module.symvers", "vmlinux", "kernel/pump.symtypes"] {
            let file = format!("{side}/{file}");
            put(folder, &file, fs::read(pair.join(&file)).unwrap());
        }
    }
    put(folder, "m/user.ko", user("license=GPL", &[("pump_start", 0x82ca_0fe6)]));
    put(folder, "m/other.ko", user("license=GPL", &[("kfree", 9)]));
    let said = abi_diff(folder, "old new -f short --modules m").text;
    assert!(said.contains("\n1 of 2 modules uses what changed\n\tDIR/m/user.ko"), "{said}");
}

#[test]
fn a_broken_module_in_a_build_tree_costs_its_btf_only() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let pair = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/abi-diff/hidden-change");
    for file in ["old/Module.symvers", "old/vmlinux", "new/Module.symvers", "new/vmlinux"] {
        put(folder, file, fs::read(pair.join(file)).unwrap());
    }
    assert!(abi_diff(folder, "old new").text.contains("[hidden-change]"));
    put(folder, "new/m/broken.ko", &user("license=GPL", &[])[..80]);
    let said = abi_diff(folder, "old new");
    assert_eq!(said.status, 0);
    assert!(
        said.text.contains("broken.ko: ") && said.text.contains("its BTF is not used"),
        "{}",
        said.text
    );
    assert!(!said.text.contains("[hidden-change]"), "{}", said.text);
}

#[test]
fn a_stable_list_holds_the_comparison_to_its_symbols_and_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "old", OLD_DUMP);
    put(folder, "new", NEW_DUMP);
    put(folder, "plain", "# ours\nstart\nprintk # both\n\nnosuch\nturn\nstart\n");
    put(folder, "redhat", "[rhel_x86_64_stablelist]\n\tstart\n\tkfree\n[other]\n\tstart\n");
    put(
        folder,
        "android",
        "[abi_symbol_list]\n# commonly used symbols\n  start\n  module_layout\n",
    );
    put(
        folder,
        "kabi",
        "0x11111111\tstart\tdrivers/pump\tEXPORT_SYMBOL\n0x8\tprintk\tvmlinux\tEXPORT_SYMBOL\n",
    );
    put(folder, "bad", "start\n[x\n");
    for list in ["plain", "redhat", "android", "kabi", "bad"] {
        let said = abi_diff(folder, &format!("old new --stablelist {list}")).text;
        assert_snapshot!(format!("stable_list_{list}"), said);
    }
}

#[test]
fn compressed_modules_are_told_by_their_content() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "old", OLD_DUMP);
    let of_modules = |ending: &str| ["", ".gz", ".xz", ".zst"].contains(&ending);
    for (ending, pack) in PACKS.into_iter().filter(|(ending, _)| of_modules(ending)) {
        put(folder, &format!("tree{ending}/kernel/drivers/pump.ko{ending}"), pack(&pump()));
        put(folder, &format!("dump{ending}"), pack(OLD_DUMP.as_bytes()));
        // The name says something else.
        put(folder, &format!("named{ending}/pump.ko.xz"), pack(&pump()));
        for words in [
            format!("tree{ending} old"),
            format!("old dump{ending}"),
            format!("named{ending}/pump.ko.xz tree{ending}/kernel/drivers/pump.ko{ending}"),
        ] {
            let said = abi_diff(folder, &words);
            assert_eq!(said.status, 0, "{words}: {}", said.text);
        }
    }
    // Several members or frames, and one that is to be skipped, are one file.
    let (start, end) = pump().split_at(1000).map_both(<[u8]>::to_vec);
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0], &b"abc"[..]].concat();
    put(folder, "parts/a.ko", [zstd(&start), skipped, zstd(&end)].concat());
    put(folder, "parts/b.ko", [gzip(&start), gzip(&end)].concat());
    put(folder, "parts/c.ko", [xz(&start), xz(&end)].concat());
    for name in ["a", "b", "c"] {
        let words = format!("parts/{name}.ko tree/kernel/drivers/pump.ko");
        let said = abi_diff(folder, &words);
        assert_eq!(said.status, 0, "{words}: {}", said.text);
    }
    put(folder, "lzo", b"\x89LZO\0");
    put(folder, "note.gz", gzip(b"a note"));
    let said = ["lzo old", "note.gz old"].map(|words| abi_diff(folder, words).text).join("\n");
    assert_snapshot!("not_unpacked", said);
}

trait Both<T> {
    fn map_both<U>(self, map: impl Fn(T) -> U) -> (U, U);
}

impl<T> Both<T> for (T, T) {
    fn map_both<U>(self, map: impl Fn(T) -> U) -> (U, U) {
        (map(self.0), map(self.1))
    }
}

#[test]
fn packages_of_headers_and_of_kernels_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "old", OLD_DUMP);
    let headers = [
        ("usr/src/linux-headers-6.1/Makefile", &b"all:\n"[..]),
        ("usr/src/linux-headers-6.1/Module.symvers", OLD_DUMP.as_bytes()),
    ];
    let packed = xz(&pump());
    let image =
        [("boot/vmlinuz", &[0; 5000][..]), ("lib/modules/6.1/kernel/drivers/pump.ko.xz", &packed)];
    let both = gzip(OLD_DUMP.as_bytes());
    let beside = [("lib/modules/6.1/symvers.gz", &both[..]), image[1]];
    let nothing = [("etc/motd", &b"hello"[..])];
    for (ending, pack) in PACKS {
        for (name, files) in [
            ("headers", &headers[..]),
            ("image", &image),
            ("beside", &beside),
            ("nothing", &nothing),
        ] {
            put(folder, &format!("{name}.deb{ending}"), debian(files, ending, pack));
            put(folder, &format!("{name}.rpm{ending}"), rpm(files, pack));
        }
        for kind in ["deb", "rpm"] {
            for name in ["headers", "image", "beside"] {
                let words = format!("{name}.{kind}{ending} old");
                let said = abi_diff(folder, &words);
                assert_eq!(said.status, 0, "{words}: {}", said.text);
                let has_all = said.text.contains("+++ DIR/old: 7 exports")
                    && (name == "image"
                        || said.text.contains(&format!("{kind}{ending}: 7 exports")));
                assert!(has_all, "{words}: {}", said.text);
            }
            let said = abi_diff(folder, &format!("nothing.{kind}{ending} old")).text;
            assert!(said.contains("it has no Module.symvers and no module\n"), "{said}");
        }
    }
    let used = abi_diff(folder, "old old --modules image.deb image.rpm");
    assert_eq!(used.status, 0, "{}", used.text);
}

#[test]
fn a_truncated_package_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "old", OLD_DUMP);
    let content = pump();
    let files = [("lib/modules/6.1/kernel/pump.ko", &content[..]), ("last", b"x")];
    for (ending, pack) in PACKS {
        for (kind, package) in [("deb", debian(&files, ending, pack)), ("rpm", rpm(&files, pack))] {
            // What follows the last file, zeros and checksums, is not asked for.
            let last = package.len().saturating_sub(if ending.is_empty() { 1600 } else { 40 });
            for end in (20..last).step_by(97) {
                put(folder, "cut", &package[..end]);
                let said = abi_diff(folder, "cut old");
                let what = format!("{kind}{ending} to {end}: {}", said.text);
                assert_eq!(said.status, 2, "{what}");
                assert_eq!(said.text.lines().count(), 4, "{what}");
                assert!(said.text.contains("modversions: DIR/cut"), "{what}");
            }
        }
        let packed = pack(&content);
        for end in (8..packed.len().saturating_sub(1)).step_by(61).filter(|_| !ending.is_empty()) {
            put(folder, "cut.ko", &packed[..end]);
            assert_eq!(abi_diff(folder, "cut.ko old").status, 2, "{ending} to {end}");
        }
    }
}

#[test]
fn nothing_is_reserved_for_what_a_file_claims() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "old", OLD_DUMP);
    // A block that wants a dictionary of 4 GiB.
    let mut packed = xz(&pump());
    let mut head = [0_u8; 12];
    (&packed[12..24]).read_exact(&mut head).unwrap();
    let place = head.windows(2).position(|it| it == [0x21, 1]).unwrap() + 2;
    head[place] = 40;
    let sum = crc32fast::hash(&head[..8]);
    packed[12..20].copy_from_slice(&head[..8]);
    packed[20..24].copy_from_slice(&sum.to_le_bytes());
    put(folder, "large.ko", packed);
    let said = abi_diff(folder, "large.ko old");
    assert!(said.status == 2 && said.text.contains("memory"), "{}", said.text);
    // A file of 4 GiB in a package that has no more bytes.
    let mut package = rpm(&[("lib/modules/6.1/a.ko", b"x")], plain);
    let start = package.windows(6).position(|it| it == b"070701").unwrap();
    package[start + 54..start + 62].copy_from_slice(b"ffffffff");
    put(folder, "large.rpm", package);
    let said = abi_diff(folder, "large.rpm old");
    assert!(said.status == 2 && said.text.contains("more than 256 MiB (raise"), "{}", said.text);
}

/// What [`linked_kernel`] and [`pump`] export.
const WHOLE_DUMP: &str = "0x11111111\tstart\tdrivers/pump\tEXPORT_SYMBOL\t\n\
    0x22222222\tturn\tdrivers/pump\tEXPORT_SYMBOL\t\n\
    0x33333333\tstop\tdrivers/pump\tEXPORT_SYMBOL_GPL\tPUMP_NS\n\
    0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000009\tkfree\tvmlinux\tEXPORT_SYMBOL_GPL\t\n\
    0x0000000a\tflow\tvmlinux\tEXPORT_SYMBOL\tPUMP\n";

/// A section of this name and content.
fn section(name: &str, bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("section {name} alloc\nhex {digits}\n")
}

/// The BTF of a kernel, and that of two modules: one fits, the other names what is not there.
fn btf() -> [Vec<u8>; 3] {
    let mut kernel = Writer::new(false);
    let int = kernel.int("int", 4);
    kernel.list("task_struct", STRUCT, 4, &[("state", &[int, 0])]);
    let mut module = Writer::on(&kernel);
    module.list("pump", STRUCT, 4, &[("speed", &[int, 0])]);
    let mut misfit = Writer::on(&kernel);
    misfit.add("long", INT, 0, 8, &[1 << 24 | 64]);
    misfit.list("pump", STRUCT, 4, &[("speed", &[99, 0])]);
    [kernel.bytes(), module.bytes(), misfit.bytes()]
}

#[test]
fn the_kernel_itself_has_the_exports_that_no_module_has() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "whole", WHOLE_DUMP);
    put(folder, "more", format!("{WHOLE_DUMP}0x0000000b\tkmalloc\tvmlinux\tEXPORT_SYMBOL\n"));
    let kernel = linked_kernel("6.1.0 SMP mod_unload ", "");
    let image = boot_image(&[xz_of_kernel(&kernel), b"size".to_vec()].concat());
    let files =
        [("boot/vmlinuz-6.1.0", &image[..]), ("lib/modules/6.1.0/kernel/drivers/pump.ko", &pump())];
    put(folder, "image.deb", debian(&files, ".xz", xz));
    put(folder, "image.rpm", rpm(&files, gzip));
    put(folder, "only.deb", debian(&files[..1], "", plain));
    put(folder, "vmlinux", &kernel);
    put(folder, "vmlinux.xz", xz(&kernel));
    put(folder, "vmlinuz", &image);
    for (name, content) in files {
        put(folder, &format!("root/{name}"), content);
    }
    put(folder, "build/vmlinux", &kernel);
    put(folder, "build/drivers/pump.ko", pump());
    let itself = "4 exports of the kernel itself";
    let both = "7 exports of the kernel itself and 1 module";
    for (given, exports) in [
        ("image.deb", both),
        ("image.rpm", both),
        ("only.deb", itself),
        ("vmlinux", itself),
        ("vmlinux.xz", itself),
        ("vmlinuz", itself),
        ("root", both),
        ("root/lib/modules/6.1.0", both),
        ("build", both),
    ] {
        let said = abi_diff(folder, &format!("{given} whole"));
        assert_eq!(said.status, 0, "{given}: {}", said.text);
        let head = format!("--- DIR/{given}: {exports}\n");
        assert!(said.text.contains(&head), "{given}: {}", said.text);
        // What no module uses is told, too.
        let said = abi_diff(folder, &format!("more {given}"));
        let gone = "export removed: 1 [export-removed]\n\tkmalloc (vmlinux)";
        assert!(said.status == 1 && said.text.contains(gone), "{given}: {}", said.text);
    }
    // A kernel that the modules are not of is noticed.
    put(folder, "odd/boot/vmlinuz-6.1.0", &image);
    let info = "license=GPL \"vermagic=6.12.1 SMP mod_unload \"";
    let stranger = user(info, &[("printk", 0xf8), ("elsewhere", 1)]);
    put(folder, "odd/lib/modules/6.1.0/kernel/user.ko", stranger);
    put(folder, "cut", &kernel[..kernel.len() / 2]);
    put(folder, "cut.ko", &pump()[..pump().len() / 2]);
    let said = ["odd whole", "cut whole", "cut.ko whole"]
        .map(|words| abi_diff(folder, words).text)
        .join("\n");
    assert_snapshot!("the_kernel_itself", said);
}

#[test]
fn btf_that_does_not_fit_is_told_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let [of_kernel, of_module, of_misfit] = btf();
    let kernel = linked_kernel("6.1.0 SMP mod_unload ", &section(".BTF", &of_kernel));
    let with = |btf: &[u8]| assemble(&(exporter(&NEW) + &section(".BTF", btf))).unwrap();
    let silent = assemble(&format!(
        "elf 64 little x86_64\nsection .text alloc exec\nzeros 4\n{}",
        section(".BTF", &of_misfit)
    ));
    put(folder, "whole", WHOLE_DUMP);
    for (top, btf) in [("fits", &of_module), ("misfit", &of_misfit)] {
        put(folder, &format!("{top}/vmlinux"), &kernel);
        put(folder, &format!("{top}/kernel/drivers/pump.ko"), with(btf));
        // What exports nothing is not asked for its types.
        put(folder, &format!("{top}/kernel/silent.ko"), silent.as_ref().unwrap());
        put(folder, &format!("{top}-symvers/Module.symvers"), WHOLE_DUMP);
        put(folder, &format!("{top}-symvers/vmlinux"), &kernel);
        put(folder, &format!("{top}-symvers/drivers/pump.ko"), with(btf));
    }
    put(folder, "damaged/vmlinux", linked_kernel("6.1.0 mod_unload ", &section(".BTF", b"x")));
    put(folder, "btf", &of_kernel);
    put(folder, "vmlinux", linked_kernel("6.1.0 SMP mod_unload ", ""));
    put(folder, "empty/motd", "hello");
    let mut said = String::new();
    for words in [
        "fits whole",
        "misfit whole",
        "fits-symvers misfit-symvers",
        "damaged damaged",
        "btf btf",
        "whole whole --btf btf fits",
        "whole whole --btf misfit btf",
        "whole whole --btf btf vmlinux",
        "whole whole --btf btf empty",
        "whole whole --btf btf nothing-here",
    ] {
        said += &format!("$ {words}\n{}\n", abi_diff(folder, words).text);
    }
    assert_snapshot!("btf_of_kernels", said);
}

#[test]
fn modules_tell_what_layouts_are_computed_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let drain = "drain void drain ( s#tank * )\n";
    let tanks = [("old", "long level ;"), ("new", "long level ; long more ;")];
    for (header, sizes) in [
        ("32 little arm", "size 4 -> 8"),
        ("64 little aarch64", "size 8 -> 16"),
        ("64 big s390", "size 8 -> 16"),
        // Nothing is known of this one.
        ("32 big ppc", "size 8 -> 16"),
    ] {
        for (side, members) in tanks {
            let tank = format!("s#tank struct tank {{ {members} }}\n{drain}");
            put(folder, &format!("{side}/tank.symtypes"), tank);
            let module = assemble(&importer(header, "license=GPL", &[])).unwrap();
            put(folder, &format!("{side}/tank.ko"), module);
        }
        let said = abi_diff(folder, "old new");
        assert!(said.text.contains(sizes), "{header}: {}", said.text);
    }
    let said = abi_diff(folder, "--arch=arm old new");
    assert!(said.text.contains("size 4 -> 8"), "{}", said.text);
}

#[test]
fn the_configuration_of_a_build_tells_its_architecture() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let dump = |crc| format!("0x{crc:08x}\tdrain\tvmlinux\tEXPORT_SYMBOL\t\n");
    for (side, crc, members) in [("old", 1, "long level ;"), ("new", 2, "long level ; long more ;")]
    {
        let tank = format!("s#tank struct tank {{ {members} }}\ndrain void drain ( s#tank * )\n");
        put(folder, &format!("{side}/tank.symtypes"), tank);
        put(folder, &format!("{side}/Module.symvers"), dump(crc));
        put(folder, &format!("{side}/.config"), "CONFIG_ARM=y\n");
    }
    let said = abi_diff(folder, "old new");
    assert!(said.text.contains("size 4 -> 8"), "{}", said.text);
    put(folder, "new/.config", "CONFIG_X86_64=y\nCONFIG_64BIT=y\n");
    let said = abi_diff(folder, "old new");
    let words = "CRCs of different architectures cannot be compared";
    assert!(said.status == 2 && said.text.contains(words), "{}", said.text);
}

#[test]
fn sections_that_a_loader_rewrites_may_be_both_writable_and_code() {
    for (target, section, is_odd) in [
        ("64 little aarch64", ".plt", false),
        ("32 little arm", ".init.plt", false),
        ("64 little riscv", ".got.plt", false),
        ("64 little x86_64", ".plt", true),
        ("64 little aarch64", ".odd", true),
    ] {
        let text = format!("elf {target}\nsection {section} alloc write exec\nzeros 4\n");
        let bytes = assemble(&text).unwrap();
        let found = Module::read(&bytes).unwrap().writable_code.map(|(_, name)| name);
        assert_eq!(found, is_odd.then_some(section.as_bytes()), "{text}");
    }
}

#[test]
fn the_modules_that_use_an_export_that_only_types_name_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "old/a.symtypes", "start int start ( void )\nstop int stop ( void )\n");
    put(folder, "new/a.symtypes", "start int start ( void )\n");
    put(folder, "user.ko", user("license=GPL", &[("stop", 1)]));
    put(folder, "other.ko", user("license=GPL", &[("start", 1)]));
    let said = abi_diff(folder, "old new --modules user.ko other.ko").text;
    let expected =
        "1 of 2 modules uses what changed\n\tDIR/user.ko: 1 symbol\n\t\texport-removed: stop\n";
    assert!(said.contains(expected), "{said}");
}
