//! What differs between kernels: releases, distributions, architectures, and those without symbol
//! versions.

use std::fs;

use tempfile::TempDir;
use testkit::elf_text::assemble;

use crate::in_folder::{put, run};
use crate::pump::{Pump, RELEASE, SYMVERS, check_on, headers, pump, unversioned};

#[test]
fn releases_and_profiles_differ_as_the_table_says() {
    let unlisted = pump().imports("printk", None);
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    put(folder.path(), "pump.ko", unlisted.bytes());
    let status = |words: &str| run(folder.path(), words).0;
    assert_eq!(status("check pump.ko --kernel kernel/"), 0);
    assert_eq!(status("check pump.ko --kernel kernel/ --profile mainline"), 0);
    assert_eq!(status("check pump.ko --kernel kernel/ --profile debian"), 1);
    // Nobody can tell whose kernel it is.
    fs::remove_file(folder.path().join("kernel/include/generated/compile.h")).unwrap();
    assert_eq!(status("check pump.ko --kernel kernel/"), 2);
    assert_eq!(status("check pump.ko --kernel kernel/ --profile mainline"), 0);

    // Extended versions count since 6.14, namespaces are lists since 6.16.
    let extended = "section __version_ext_crcs alloc\nu32 0x88\n\
        section __version_ext_names alloc\nstring printk\n";
    let extended = pump().with(extended);
    for (release, expected) in
        [("6.13", "status: 0"), ("6.14", "disagrees about version of symbol printk")]
    {
        let pump = extended.clone().info(RELEASE, release);
        assert!(check_on(release, "", &pump).contains(expected), "{release}");
    }
    let lists = pump().imports("listed", Some(12)).info("import_ns=PUMP", "import_ns=module:x");
    let folder = TempDir::new().unwrap();
    for (release, namespace, expected) in [
        ("6.15", "module:pump", "from namespace module:pump, but does not import it."),
        ("6.16", "module:pump", "tries to import module namespace: module:x"),
    ] {
        headers(folder.path(), release, "");
        let line = format!("0x0000000c\tlisted\tvmlinux\tEXPORT_SYMBOL_GPL\t{namespace}\n");
        put(folder.path(), "kernel/Module.symvers", format!("{SYMVERS}{line}"));
        put(folder.path(), "pump.ko", lists.bytes());
        let (status, text) = run(folder.path(), "check pump.ko --kernel kernel/");
        assert!(status == 1 && text.contains(expected), "{release}: {text}");
    }
    let listed = pump().imports("listed", Some(12));
    put(folder.path(), "pump.ko", listed.bytes());
    assert_eq!(run(folder.path(), "check pump.ko --kernel kernel/").0, 0);
    put(folder.path(), "pump.ko", listed.info("name=pump", "name=other").bytes());
    assert_eq!(run(folder.path(), "check pump.ko --kernel kernel/").0, 1);
}

/// `__versions` of a module that fits the kernel, in the form of Ubuntu's kernels.
fn linked_versions() -> String {
    let mut text = String::from("section __versions alloc align=32\n");
    for (symbol, crc) in [("printk", 8), ("kfree", 9), ("flow", 10), ("module_layout", 7)] {
        let padding = 4 - symbol.len() % 4;
        let size = 8 + symbol.len() + padding;
        text += &format!("u32 {size} {crc}\nascii {symbol}\nzeros {padding}\n");
    }
    text + "zeros 9\n"
}

#[test]
fn a_kernel_reads_versions_in_its_own_form() {
    let release = "6.8.0-31-generic";
    let fixed = pump().info(RELEASE, release);
    let linked = Pump { has_versions: false, ..fixed.clone() }.with(&linked_versions());
    let linked_wrong =
        Pump { more: linked.more.replace("u32 16 8\n", "u32 16 88\n"), ..linked.clone() };
    let folder = TempDir::new().unwrap();
    headers(folder.path(), release, "");
    for (name, pump) in [("fixed", &fixed), ("linked", &linked), ("wrong", &linked_wrong)] {
        put(folder.path(), &format!("{name}.ko"), pump.bytes());
    }
    let check = |name: &str| run(folder.path(), &format!("check {name}.ko --kernel kernel/"));
    // Mainline takes the first distance for the CRC of the first symbol.
    assert_eq!(check("fixed").0, 0);
    let text = check("linked").1;
    assert!(text.contains("printk: 0x00000008, built against 0x00000010"), "{text}");
    let header = "struct modversion_info {\n\tu32 next;\n\tu32 crc;\n\tchar name[0];\n};\n";
    put(folder.path(), "kernel/include/linux/module.h", header);
    assert_eq!(check("linked"), (0, check("linked").1));
    assert!(!check("linked").1.contains("no symbol version"));
    assert!(check("wrong").1.contains("disagrees about version of symbol printk"));
    // The CRC of mainline's first entry is a distance here, and 0 its CRC.
    let (status, text) = check("fixed");
    assert!(status == 1 && text.contains("disagrees about version of symbol printk"), "{text}");
}

#[test]
fn since_7_1_exports_are_loaded_with_their_flags_only() {
    let flags = "section __kflagstab alloc\nu8 1 0\n";
    let exporter = pump().exports("stroke", 0x20).exports("turn", 0x21);
    let user = |license: &str| {
        let user = Pump::named("user").imports("stroke", Some(0x20));
        user.info("license=GPL", &format!("license={license}"))
    };
    let folder = TempDir::new().unwrap();
    for (release, more, license, expected) in [
        ("7.0", "", "GPL", "2 load"),
        ("7.1", "", "GPL", "pump: no flags for exported symbols"),
        ("7.1", flags, "GPL", "2 load"),
        // Before, flags are nothing.
        ("7.0", flags, "MIT", "2 load"),
        ("7.1", flags, "MIT", "user: Unknown symbol stroke (err -2)"),
    ] {
        let mut user = user(license);
        user.imports.retain(|(symbol, _)| *symbol != "kfree");
        headers(folder.path(), release, "");
        put(folder.path(), "pump.ko", exporter.clone().info(RELEASE, release).with(more).bytes());
        put(folder.path(), "user.ko", user.info(RELEASE, release).bytes());
        let (_, text) = run(folder.path(), "check -v pump.ko user.ko --kernel kernel/");
        assert!(text.contains(expected), "{release} {license}: {text}");
    }
}

#[test]
fn older_kernels_log_less() {
    let cut = pump().info(RELEASE, "5.10.1");
    let bytes = cut.bytes();
    let folder = TempDir::new().unwrap();
    for (release, section, other) in [
        ("5.10.1", "Module has invalid ELF structures", "Module has invalid ELF structures"),
        ("6.1.1", "Invalid ELF section in module (section 1 type 1)", "Invalid ELF header len"),
    ] {
        headers(folder.path(), release, "");
        let outside = pump().with("patch section .modinfo sh_size 0xffffffff\n");
        put(folder.path(), "pump.ko", outside.bytes());
        let (_, text) = run(folder.path(), "check pump.ko --kernel kernel/");
        assert!(text.contains("Invalid ELF section in module (section 1 type 1)"), "{text}");
        assert!(text.contains(section), "{release}: {text}");
        put(folder.path(), "pump.ko", &bytes[..20]);
        let (_, text) = run(folder.path(), "check pump.ko --kernel kernel/");
        assert!(text.contains(other), "{release}: {text}");
    }
    let test = pump().info("intree=Y", "intree=Y test=Y");
    assert!(!check_on("5.10.1", "", &test.clone().info(RELEASE, "5.10.1")).contains("test (N)"));
    assert!(check_on("6.1.1", "", &test.info(RELEASE, "6.1.1")).contains("test (N)"));
}

#[test]
fn a_real_time_kernel_asks_for_one_word_of_its_release() {
    let real_time = "CONFIG_PREEMPT_RT=y\n";
    for (release, word, expected) in [
        ("6.12.1", "preempt ", "status: 0"),
        ("6.12.1", "preempt preempt_rt ", "the module has preempt_rt (CONFIG_PREEMPT_RT)"),
        ("7.2.1", "preempt_rt ", "status: 0"),
        ("7.2.1", "preempt ", "the kernel has preempt_rt (CONFIG_PREEMPT_RT)"),
        // There, CONFIG_PREEMPT_BUILD says nothing.
        ("5.10.1", "preempt_rt ", "status: 0"),
    ] {
        let pump = pump().info("preempt ", word).info(RELEASE, release);
        let said = check_on(release, real_time, &pump);
        assert!(said.contains(expected), "{release} {word}: {said}");
    }
}

#[test]
fn the_words_of_an_architecture_are_known_by_its_configuration() {
    let config = "CONFIG_ARM=y\nCONFIG_CPU_32v7=y\nCONFIG_ARM_PATCH_PHYS_VIRT=y\nCONFIG_SMP=y\n\
        CONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\n";
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    put(folder.path(), "kernel/.config", config);
    for (words, expected) in [
        ("ARMv7 p2v8 ", "loads"),
        ("ARMv7 ", "the kernel has p2v8 (CONFIG_ARM_PATCH_PHYS_VIRT), the module does not"),
    ] {
        let magic = format!("vermagic={RELEASE} SMP mod_unload modversions {words}");
        let text = format!(
            "elf 32 little arm\nsection .modinfo alloc\nstring license=GPL name=pump \"{magic}\"\n\
             section .gnu.linkonce.this_module alloc write\nzeros 64\n\
             section __versions alloc align=32\nu32 7\nascii module_layout\nzeros 47\n"
        );
        put(folder.path(), "pump.ko", assemble(&text).unwrap());
        let (_, said) = run(folder.path(), "check pump.ko --kernel kernel/");
        assert!(said.contains(expected) && !said.contains("flags in vermagic"), "{said}");
    }
}

#[test]
fn what_the_loader_defines_itself_needs_no_export() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "alone.symvers", SYMVERS);
    let table = "symbol _GLOBAL_OFFSET_TABLE_ global\n";
    for (header, symbol, is_found) in [
        ("64 little ppc64", "symbol .TOC. global\n", true),
        ("64 little x86_64", "symbol .TOC. global\n", false),
        ("64 little x86_64", table, true),
        ("64 big s390", table, true),
        ("64 little aarch64", table, false),
        ("64 big sparcv9", "symbol scratch global type=13\n", true),
        ("64 big s390", "symbol scratch global type=13\n", false),
        // The linker defines it in the .ko.
        ("64 little ppc64", "symbol _restgpr0_20 global\n", false),
    ] {
        let pump = Pump { header, ..pump() }.with(symbol);
        put(folder.path(), "pump.ko", pump.bytes());
        let (status, said) = run(folder.path(), "check pump.ko --kernel alone.symvers");
        assert_eq!(status, u8::from(!is_found), "{header} {symbol}{said}");
        assert_eq!(said.contains("unresolved symbol"), !is_found, "{said}");
    }
    // The older ABI of powerpc64 calls `.printk`, and means `printk`.
    for (crc, expected) in [(8, 0), (9, 1)] {
        let imports = vec![(".printk", Some(crc))];
        let pump = Pump { header: "64 big ppc64", imports, ..pump() };
        put(folder.path(), "pump.ko", pump.bytes());
        assert_eq!(run(folder.path(), "check pump.ko --kernel alone.symvers").0, expected);
    }
}

#[test]
fn a_kernel_without_symbol_versions_takes_modules_of_its_own_release() {
    let folder = TempDir::new().unwrap();
    let lines = SYMVERS.lines().map(|line| format!("0x00000000{}\n", &line[10..]));
    let zeros: String = lines.collect();
    put(folder.path(), "zeros.symvers", &zeros);
    put(folder.path(), "versions.symvers", SYMVERS);
    put(folder.path(), "kernel/Module.symvers", &zeros);
    let release = format!("#define UTS_RELEASE \"{RELEASE}\"\n");
    put(folder.path(), "kernel/include/generated/utsrelease.h", release);
    put(folder.path(), "versioned.ko", pump().bytes());
    put(folder.path(), "own.ko", unversioned(RELEASE).bytes());
    put(folder.path(), "other.ko", unversioned("6.12.2").bytes());
    for (words, expected, what) in [
        // Only the exports are known: the release decides, and nobody tells it.
        ("own.ko --kernel zeros.symvers", 2, "not known: whether the kernel is 6.12.1, which"),
        ("versioned.ko --kernel zeros.symvers", 1, "the module has modversions (CONFIG_MODVERS"),
        ("own.ko --kernel versions.symvers", 1, "the kernel has modversions (CONFIG_MODVERS"),
        ("versioned.ko --kernel versions.symvers", 0, "loads"),
        // The release is known, too.
        ("own.ko --kernel kernel/", 0, "loads"),
        ("other.ko --kernel kernel/", 1, "the module is for 6.12.2, the kernel is 6.12.1"),
        ("versioned.ko --kernel kernel/", 1, "the module has modversions (CONFIG_MODVERS"),
    ] {
        let (status, said) = run(folder.path(), &format!("check {words}"));
        assert!(status == expected && said.contains(what), "{words}: {status} {said}");
    }
}
