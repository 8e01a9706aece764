//! `extract`, and `check --stablelist`: what installed modules export and import. With real kernels:
//! `cargo xtask conformance check`.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod in_folder;

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use testkit::elf_text::assemble;

use self::in_folder::{put, run};
use testkit::schema::assert_of_schema;

/// A module that imports `printk` and `gauge_read`, and exports `pump_start` for the GPL.
fn folder() -> TempDir {
    let text = "elf 64 little x86_64\nsection .modinfo alloc\n\
        string license=GPL name=pump \"vermagic=6.12.1 SMP mod_unload modversions \"\n\
        section .gnu.linkonce.this_module alloc write\nzeros 64\n\
        section __versions alloc align=32\nu64 7\nascii module_layout\nzeros 43\n\
        u64 8\nascii printk\nzeros 50\nu64 9\nascii gauge_read\nzeros 46\n\
        symbol printk global\nsymbol gauge_read global\n\
        section .text alloc exec\nzeros 16\nsymbol text in=. section\n\
        section __ksymtab_strings alloc\nstring \"\" pump_start\nsymbol strings in=. section\n\
        section __ksymtab_gpl alloc\nu32 0 0 0\nrela __ksymtab_gpl\nreloc 0 2 text\n\
        reloc 4 2 strings 1\nreloc 8 2 strings 0\nsection __kcrctab_gpl alloc\nu32 171\n";
    let folder = TempDir::new().unwrap();
    put(folder.path(), "pump.ko", assemble(text).unwrap());
    folder
}

#[test]
fn the_exports_of_a_module_are_lines_of_a_symvers() {
    let folder = folder();
    let (status, text) = run(folder.path(), "extract -q pump.ko");
    assert_eq!((status, &*text), (0, "0x000000ab\tpump_start\tpump\tEXPORT_SYMBOL_GPL\t\n"));
    let said =
        run(folder.path(), "extract pump.ko -o all.symvers --imports --origins lines.origins").1;
    assert_eq!(
        said,
        "modversions: DIR/pump.ko: 4 exports: 1 from its modules, 3 from imports of modules, \
         license and namespace unknown\n"
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(
        read("lines.origins"),
        "gauge_read\timport\nmodule_layout\timport\nprintk\timport\npump_start\tmodule\n"
    );
    assert!(read("all.symvers").contains("0x00000009\tgauge_read\tvmlinux\tEXPORT_SYMBOL\t\n"));
    // What was written is a list like any other.
    let (status, text) = run(folder.path(), "extract -q all.symvers");
    assert_eq!((status, text), (0, read("all.symvers")));
    assert_eq!(run(folder.path(), "extract -q ./gone").0, 2);
}

#[test]
fn all_files_are_written_or_none() {
    let folder = folder();
    let (status, text) =
        run(folder.path(), "extract -q pump.ko --origins lines.origins -o ./gone/all.symvers");
    assert_eq!((status, text.contains("gone/all.symvers: No such file")), (2, true), "{text}");
    assert!(!folder.path().join("lines.origins").exists());
}

#[test]
fn imports_that_no_list_has_are_found() {
    let folder = folder();
    // The forms of lists: names, sections as Red Hat and Android have them, a dump.
    let lists = [
        "printk\n",
        "[rhel9_x86_64_stablelist]\n\tprintk\n",
        "[abi_symbol_list]\n  printk\n",
        "0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\n",
    ];
    for list in lists {
        put(folder.path(), "some.list", list);
        let (status, text) = run(folder.path(), "check --stablelist some.list pump.ko");
        let expected = "DIR/pump.ko: 1 of 2 imports not in DIR/some.list\n\tgauge_read\n";
        assert_eq!((status, &*text), (1, expected));
    }
    put(folder.path(), "all.list", "printk\ngauge_*\n");
    let (status, text) = run(folder.path(), "check --stablelist all.list pump.ko");
    assert_eq!((status, &*text), (0, "DIR/pump.ko: 0 of 2 imports not in DIR/all.list\n"));
    assert_eq!(run(folder.path(), "check -q --stablelist some.list pump.ko"), (1, String::new()));

    let both = "check --stablelist all.list --stablelist some.list pump.ko";
    let (status, text) = run(folder.path(), both);
    let expected =
        "DIR/pump.ko: 1 of 2 imports in DIR/all.list and not in DIR/some.list\n\tgauge_read\n";
    assert_eq!((status, &*text), (1, expected));
    let json: Value =
        serde_json::from_str(&run(folder.path(), &format!("{both} -f json")).1).unwrap();
    assert_of_schema(&json, "check-stablelist");
    assert_eq!(json["modules"][0]["unlisted"], Value::from(vec!["gauge_read"]));
    // Nothing is read for a format that there is not.
    let (status, text) = run(folder.path(), "check --stablelist all.list ./gone.ko -f csv");
    let expected = "modversions: --stablelist has the formats text and json, not csv\n";
    assert_eq!((status, &*text), (2, expected));
    put(folder.path(), "none.list", "");
    assert_eq!(run(folder.path(), "check --stablelist none.list pump.ko").0, 2);
}
