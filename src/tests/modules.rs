//! What modules say of themselves. The objects are texts (see `elf_text`).

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod elf_text;

use elf_text::{assemble, target};
use modversions::module::Module;

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
        let licence = if it.is_gpl { "gpl" } else { "any" };
        format!("{} {crc} {licence} {}", text(it.symbol), text(it.namespace))
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
fn flags_tell_the_licence_where_there_is_one_table() {
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
        assert!(module.is_gpl_compatible() && module.has_this_module);
        assert_eq!(module.compiler, Some(&b"GCC: (Debian 12.2.0-14) 12.2.0"[..]));
    }
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
        assert_eq!(error, format!("this module is cut off or damaged: {what}"));
    }
}

#[test]
fn a_damaged_module_is_an_error_and_never_a_panic() {
    let importer = importer("64 little x86_64", "license=GPL", &[("a", 1)]);
    let more = "section __version_ext_crcs\nu32 3\nsection __version_ext_names\nstring a\n";
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
