//! `modversions check` and `show`: each reason that a kernel has to refuse a module, what taints,
//! modules that need each other, and each way to give a kernel. The modules are texts (see
//! `elf_text`). What real kernels do with real modules is compared in `cargo xtask conformance
//! check`.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod in_folder;

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use modversions::inputs::limits::Limits;
use serde_json::Value;
use tempfile::TempDir;
use testkit::elf_text::assemble;
use testkit::linked_kernel::linked_kernel;
use testkit::packed;

use self::in_folder::{put, run};

const SYMVERS: &str = "0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000009\tkfree\tvmlinux\tEXPORT_SYMBOL_GPL\t\n\
    0x0000000a\tflow\tvmlinux\tEXPORT_SYMBOL\tPUMP\n\
    0x0000000b\tgauge_read\tdrivers/gauge-core\tEXPORT_SYMBOL_GPL\t\n";

const CONFIG: &str = "CONFIG_X86_64=y\nCONFIG_64BIT=y\nCONFIG_SMP=y\nCONFIG_PREEMPT_BUILD=y\n\
    CONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\nCONFIG_MODULE_SIG=y\n\
    CONFIG_STRICT_MODULE_RWX=y\n";

/// Headers of a kernel of this release, in `kernel`; `more` options are set.
fn headers(folder: &Path, release: &str, more: &str) {
    put(folder, "kernel/Module.symvers", SYMVERS);
    put(folder, "kernel/.config", format!("{CONFIG}{more}"));
    let line = format!("#define UTS_RELEASE \"{release}\"\n");
    put(folder, "kernel/include/generated/utsrelease.h", line);
    let line = "#define LINUX_COMPILE_BY \"somebody\"\n";
    put(folder, "kernel/include/generated/compile.h", line);
}

const RELEASE: &str = "6.12.1";
const MAGIC: &str = "SMP preempt mod_unload modversions ";

/// A module, piece by piece.
#[derive(Clone)]
struct Pump {
    header: &'static str,
    info: String,
    /// What it imports, with the CRCs in `__versions`; without one it is not there.
    imports: Vec<(&'static str, Option<u32>)>,
    layout: Option<u32>,
    has_versions: bool,
    /// What it exports.
    exports: Vec<(&'static str, u32)>,
    more: String,
}

/// A module that fits the kernel.
fn pump() -> Pump {
    Pump {
        header: "64 little x86_64",
        info: format!(
            "license=GPL name=pump intree=Y \"vermagic={RELEASE} {MAGIC}\" import_ns=PUMP"
        ),
        imports: vec![("printk", Some(8)), ("kfree", Some(9)), ("flow", Some(10))],
        layout: Some(7),
        has_versions: true,
        exports: Vec::new(),
        more: String::new(),
    }
}

impl Pump {
    fn named(name: &str) -> Pump {
        let pump = pump();
        Pump { info: pump.info.replace("name=pump", &format!("name={name}")), ..pump }
    }

    fn info(mut self, old: &str, new: &str) -> Pump {
        assert!(self.info.contains(old));
        self.info = self.info.replace(old, new);
        self
    }

    fn imports(mut self, symbol: &'static str, crc: Option<u32>) -> Pump {
        self.imports.retain(|(name, _)| *name != symbol);
        self.imports.push((symbol, crc));
        self
    }

    fn exports(mut self, symbol: &'static str, crc: u32) -> Pump {
        self.exports.push((symbol, crc));
        self
    }

    fn with(mut self, more: &str) -> Pump {
        self.more += more;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text =
            format!("elf {}\nsection .modinfo alloc\nstring {}\n", self.header, self.info);
        text += "section .gnu.linkonce.this_module alloc write\nzeros 64\n";
        if self.has_versions {
            text += "section __versions alloc align=32\n";
            let layout = ("module_layout", self.layout);
            for (symbol, crc) in self.imports.iter().chain([&layout]) {
                if let Some(crc) = crc {
                    text += &format!("u64 {crc}\nascii {symbol}\nzeros {}\n", 56 - symbol.len());
                }
            }
        }
        for (symbol, _) in &self.imports {
            text += &format!("symbol {symbol} global\n");
        }
        text += &self.tables();
        assemble(&(text + &self.more)).unwrap()
    }

    /// The tables of what it exports.
    fn tables(&self) -> String {
        if self.exports.is_empty() {
            return String::new();
        }
        let mut strings = String::from("section __ksymtab_strings alloc\nstring \"\"");
        let (mut table, mut relocations) = (String::new(), String::new());
        let (mut crcs, mut place) = (String::new(), 1);
        for (number, (symbol, crc)) in self.exports.iter().enumerate() {
            strings += &format!(" {symbol}");
            table += "u32 0 0 0\n";
            let at = number * 12;
            relocations += &format!("reloc {at} 2 text\nreloc {} 2 strings {place}\n", at + 4);
            relocations += &format!("reloc {} 2 strings 0\n", at + 8);
            crcs += &format!("u32 {crc}\n");
            place += symbol.len() + 1;
        }
        format!(
            "section .text alloc exec\nzeros 16\nsymbol text in=. section\n\
             {strings}\nsymbol strings in=. section\nsection __ksymtab alloc\n{table}\
             rela __ksymtab\n{relocations}section __kcrctab alloc\n{crcs}"
        )
    }
}

/// What is said of one module on the usual kernel, and the status.
fn check(pump: &Pump) -> String {
    check_on(RELEASE, "", pump)
}

fn check_on(release: &str, options: &str, pump: &Pump) -> String {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), release, options);
    put(folder.path(), "pump.ko", pump.bytes());
    let (status, text) = run(folder.path(), "check pump.ko --kernel kernel/");
    format!("{text}status: {status}\n")
}

#[test]
fn a_module_that_fits_loads_and_is_told_what_it_taints() {
    assert_snapshot!("fits", check(&pump()));
    let taints = pump().info("intree=Y", "staging=Y test=Y livepatch=Y").info("GPL", "MIT");
    let taints = Pump { imports: vec![("printk", Some(8))], ..taints };
    assert_snapshot!("taints", check_on(RELEASE, "CONFIG_LIVEPATCH=y\n", &taints));
    assert_snapshot!("taints_6.1", check_on("6.1.5", "CONFIG_LIVEPATCH=y\n", &taints));
}

#[test]
fn each_reason_is_told_with_its_lines_and_its_cause() {
    let cases = [
        ("crc", pump().imports("printk", Some(0x88))),
        ("layout", Pump { layout: Some(0x77), ..pump() }),
        ("unlisted", pump().imports("printk", None)),
        ("missing", pump().imports("pressure", Some(1))),
        ("never_there", pump().imports("pressure", None)),
        ("gpl", pump().info("license=GPL", "license=Proprietary")),
        ("namespace", pump().info("import_ns=PUMP", "import_ns=OTHER")),
        ("vermagic", pump().info("preempt ", "").info(RELEASE, "5.10.9")),
        ("livepatch", pump().info("intree=Y", "intree=Y livepatch=Y")),
        ("no_vermagic", pump().info("vermagic=", "magic=")),
        ("writable_code", pump().with("section .odd alloc write exec\nzeros 4\n")),
        ("common", pump().with("symbol level global object common size=4\n")),
        ("kernels_export", pump().exports("printk2", 1).exports("printk", 2)),
        ("no_this_module", pump().with("patch section .gnu.linkonce.this_module sh_flags 0\n")),
        ("depends", pump().imports("gauge_set", Some(5)).info("name=", "depends=gauge name=")),
        ("of_module", pump().imports("gauge_read", Some(5))),
    ];
    for (name, pump) in cases {
        assert_snapshot!(name, check(&pump));
    }
    let without = Pump { has_versions: false, ..pump() };
    assert_snapshot!("no_versions", check(&without));
    assert_snapshot!(
        "no_versions_forced",
        check_on(RELEASE, "CONFIG_MODULE_FORCE_LOAD=y\n", &without)
    );
    let old = without.info(&format!("{RELEASE} {MAGIC}"), "6.12.1 SMP preempt mod_unload ");
    assert_snapshot!("modversions_off", check(&old));
}

#[test]
fn other_files_are_told_apart() {
    let whole = pump().bytes();
    let cases: [(&str, Vec<u8>); 6] = [
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("empty_header", whole[..20].to_vec()),
        ("text", b"this is a text that is longer than the header of an ELF file would be".to_vec()),
        ("arm64", Pump { header: "64 little aarch64", ..pump() }.bytes()),
        ("s390", Pump { header: "64 big s390", ..pump() }.bytes()),
        ("i386", Pump { header: "32 little 386", has_versions: false, ..pump() }.bytes()),
    ];
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    let mut said = String::new();
    for (name, bytes) in cases {
        put(folder.path(), &format!("{name}.ko"), bytes);
        let (status, text) = run(folder.path(), &format!("check {name}.ko --kernel kernel/"));
        said += &format!("{text}status: {status}\n\n");
    }
    assert_snapshot!("files", said);
}

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

/// A module of a kernel without symbol versions, for this release.
fn unversioned(release: &str) -> Pump {
    let imports = vec![("printk", None), ("kfree", None), ("flow", None)];
    let pump = Pump { has_versions: false, imports, ..pump() };
    pump.info(&format!("{RELEASE} {MAGIC}"), &format!("{release} SMP preempt mod_unload "))
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

#[test]
fn a_cause_says_no_more_than_is_proven_and_nothing_else_than_its_reason() {
    let causes = |release: &str, pump: &Pump| -> Vec<(String, String)> {
        let folder = TempDir::new().unwrap();
        headers(folder.path(), release, "");
        put(folder.path(), "pump.ko", pump.bytes());
        let (_, text) = run(folder.path(), "check pump.ko --kernel kernel/ --format json");
        let document: Value = serde_json::from_str(&text).unwrap();
        let reasons = document["modules"][0]["reasons"].as_array().unwrap();
        let texts = |it: &Value| ["id", "cause"].map(|key| it[key].as_str().unwrap().to_owned());
        reasons.iter().map(|it| texts(it).into()).collect()
    };
    // It has no table that would tell what it was built against.
    let imports = vec![("pressure", None)];
    let silent = Pump { has_versions: false, imports, ..pump() };
    let (id, cause) = causes(RELEASE, &silent).pop().unwrap();
    assert!(id == "missing" && !cause.contains("when the module was built either"), "{cause}");
    // Another release comes before any option.
    let found = causes("6.12.9", &unversioned(RELEASE));
    assert_eq!(found.len(), 2, "{found:?}");
    for (id, cause) in found {
        assert_eq!(
            cause, "it was built against the headers of 6.12.1, but this kernel is 6.12.9",
            "{id}"
        );
    }
    let gone = pump().imports("pressure", Some(1)).info(RELEASE, "6.1.5");
    let (_, cause) = causes(RELEASE, &gone).pop().unwrap();
    assert!(cause.starts_with("it was built against the headers of 6.1.5"), "{cause}");
    // It says itself that it was built with symbol versions.
    let removed = Pump { has_versions: false, ..pump() }.exports("pump_start", 1);
    let removed =
        removed.with("patch section __kcrctab sh_type 8\npatch section __kcrctab sh_flags 0\n");
    for (id, cause) in causes(RELEASE, &removed) {
        assert!(!cause.contains("CONFIG_MODVERSIONS"), "{id}: {cause}");
    }
    // What asks to build it again comes first.
    let both = pump().imports("gauge_set", Some(5)).imports("printk", Some(0x88));
    let both = both.info("name=", "depends=gauge name=");
    let found: Vec<_> = causes(RELEASE, &both).into_iter().map(|(id, _)| id).collect();
    assert_eq!(found, ["version", "missing"]);
}

#[test]
fn a_dump_of_another_system_is_read_and_one_that_contradicts_itself_is_refused() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "pump.ko", pump().bytes());
    put(folder.path(), "windows.symvers", SYMVERS.replace('\n', "\r\n"));
    put(folder.path(), "blanks.symvers", SYMVERS.replace('\n', "  \n"));
    for name in ["windows", "blanks"] {
        let (status, said) = run(folder.path(), &format!("check pump.ko --kernel {name}.symvers"));
        assert_eq!(status, 0, "{name}: {said}");
    }
    let other = "0x00000088\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n";
    put(folder.path(), "twice.symvers", format!("{SYMVERS}{other}"));
    let (status, said) = run(folder.path(), "check pump.ko --kernel twice.symvers");
    assert_eq!(status, 2);
    assert!(said.contains("twice.symvers:6: printk has a different CRC in line 2"), "{said}");
}

#[test]
fn a_comma_in_the_name_of_a_module_is_written_as_the_kernel_does() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    let line = "0x00000020\taon_call\tdrivers/thead,th1520-aon\tEXPORT_SYMBOL\t\n";
    put(folder.path(), "kernel/Module.symvers", format!("{SYMVERS}{line}"));
    let owner = Pump::named("thead_th1520_aon").exports("aon_call", 0x20);
    put(folder.path(), "thead,th1520-aon.ko", owner.bytes());
    let user = Pump::named("user").imports("aon_call", Some(0x20));
    put(folder.path(), "user.ko", user.bytes());
    let words = "check thead,th1520-aon.ko user.ko --kernel kernel/ --format json";
    let (status, said) = run(folder.path(), words);
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(status, 0, "{said}");
    assert_eq!(document["modules"][0]["unchecked"], serde_json::json!([]), "{said}");
    assert_eq!(document["modules"][1]["needs"], serde_json::json!(["thead_th1520_aon"]));
}

#[test]
fn modules_are_checked_together_in_the_order_in_which_they_can_be_loaded() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    let user = Pump::named("user").imports("pump_start", Some(0x20));
    put(folder.path(), "user.ko", user.bytes());
    put(folder.path(), "pump.ko", pump().exports("pump_start", 0x20).bytes());
    put(folder.path(), "other.ko", pump().exports("pump_start", 0x21).bytes());
    let broken = pump().exports("pump_start", 0x20).imports("printk", Some(1));
    put(folder.path(), "broken.ko", broken.bytes());
    let one = Pump::named("one").imports("b", Some(2)).exports("a", 1);
    let two = Pump::named("two").imports("a", Some(1)).exports("b", 2);
    put(folder.path(), "one.ko", one.bytes());
    put(folder.path(), "two.ko", two.bytes());
    let said = |words: &str| {
        let (status, text) = run(folder.path(), &format!("check --kernel kernel/ {words}"));
        format!("$ {words}\n{text}status: {status}\n\n")
    };
    let all = ["user.ko", "user.ko pump.ko", "user.ko other.ko", "user.ko broken.ko"];
    assert_snapshot!("together", all.map(said).concat());
    assert_snapshot!("cycle", said("one.ko two.ko"));
    assert_snapshot!("same_name", said("pump.ko other.ko"));
    let (_, text) = run(folder.path(), "check --kernel kernel/ user.ko other.ko --format json");
    let document: Value = serde_json::from_str(&text).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/check.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::new(&schema).unwrap().validate(&document).unwrap();
    assert_eq!(document["modules"][1]["reasons"][0]["symbols"][0]["module"], "pump");
}

/// So many modules of this name with a number, in `tree`.
fn tree(folder: &Path, name: &str, count: usize, module: &Pump) {
    for number in 0..count {
        let named = module.clone().info("name=pump", &format!("name={name}{number:02}"));
        put(folder, &format!("tree/{name}{number:02}.ko"), named.bytes());
    }
}

#[test]
fn many_modules_are_reported_by_cause() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    tree(folder.path(), "crc", 10, &pump().imports("printk", Some(0x88)));
    tree(folder.path(), "both", 2, &pump().imports("printk", Some(0x88)).imports("gone", None));
    // Each of three needs one that is refused.
    tree(folder.path(), "user", 3, &pump().imports("base_start", Some(0x20)));
    let base = pump().info("name=pump", "name=base").exports("base_start", 0x20);
    put(folder.path(), "tree/base.ko", base.imports("kfree", Some(0x99)).bytes());
    put(folder.path(), "tree/out.ko", pump().info(" intree=Y", "").bytes());
    tree(folder.path(), "fits", 5, &pump());
    let said = |words: &str| run(folder.path(), &format!("check tree/ --kernel kernel/{words}"));
    let (status, text) = said("");
    assert_snapshot!("by_cause", format!("{text}status: {status}\n"));
    let (_, refused) = said(" --only-refused");
    let of_refused: Vec<&str> = text.lines().filter(|line| !line.starts_with("taints")).collect();
    assert_eq!(refused.lines().collect::<Vec<_>>(), of_refused);
    assert_eq!(said(" -q"), (1, String::new()));
    // In full, each module has its own report, and each symbol and line is there.
    let (_, full) = said(" -v");
    assert_eq!(full.matches(": refused by 6.12.1: ").count(), 16, "{full}");
    assert_eq!(full.matches(": loads").count(), 6, "{full}");
    assert!(full.ends_with("22 modules on 6.12.1: 6 load, 16 refused, 0 undetermined\n"), "{full}");
    let (_, full) = said(" -v --only-refused");
    assert_eq!(full.matches(": loads").count(), 0, "{full}");
    // Programs get all of it, whatever people want to read.
    let json = said(" --format json").1;
    assert_eq!(said(" --format json --only-refused").1, json);
    let document: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["modules"].as_array().unwrap().len(), 22);
}

#[test]
fn many_modules_that_load_are_one_line() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    put(folder.path(), "kernel/.config", CONFIG.replace("CONFIG_MODULE_SIG=y\n", ""));
    tree(folder.path(), "fits", 12, &pump());
    let (status, text) = run(folder.path(), "check tree/ --kernel kernel/");
    let line = "12 modules on 6.12.1: 12 load, 0 refused, 0 undetermined\n";
    assert_eq!((status, &*text), (0, line));
}

#[test]
fn what_differs_from_module_to_module_is_a_page_too() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    for number in 0..40 {
        // Each needs another module that is not there, and has 20 symbols of its own.
        let mut module = pump().info("name=pump", &format!("depends=d{number} name=m{number}"));
        for symbol in 0..20 {
            module = module.imports(format!("s{number}_{symbol}").leak(), Some(1));
        }
        put(folder.path(), &format!("tree/m{number}.ko"), module.bytes());
    }
    let (_, text) = run(folder.path(), "check tree/ --kernel kernel/");
    assert!(text.lines().count() < 150, "{text}");
    assert!(text.ends_with("\n\n… and 32 more (-v shows all)\n"), "{text}");
}

#[test]
fn a_proprietary_module_hands_its_taint_on() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    let owner = Pump { imports: vec![], ..pump() }.info("license=GPL", "license=MIT");
    put(folder.path(), "pump.ko", owner.exports("pump_start", 0x20).bytes());
    let user = Pump { imports: vec![("pump_start", Some(0x20))], ..Pump::named("user") };
    put(folder.path(), "user.ko", user.bytes());
    put(folder.path(), "both.ko", Pump::named("both").imports("pump_start", Some(0x20)).bytes());
    let (_, text) = run(folder.path(), "check --kernel kernel/ user.ko both.ko pump.ko");
    assert_snapshot!("proprietary", text);
}

#[test]
fn signatures_are_checked_as_far_as_they_can_be() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "CONFIG_MODULE_SIG_FORCE=y\n");
    put(folder.path(), "unsigned.ko", pump().bytes());
    let signed = |kind: u8, length: u8| {
        let trailer = [0, 0, kind, 0, 0, 0, 0, 0, 0, 0, 0, length];
        [&pump().bytes()[..], b"sig", &trailer, b"~Module signature appended~\n"].concat()
    };
    put(folder.path(), "signed.ko", signed(2, 3));
    put(folder.path(), "odd.ko", signed(1, 3));
    put(folder.path(), "long.ko", {
        let mut bytes = signed(2, 3);
        let at = bytes.len() - 30;
        bytes[at] = 0xff;
        bytes
    });
    let mut said = String::new();
    for name in ["unsigned", "signed", "odd", "long"] {
        let (status, text) = run(folder.path(), &format!("check {name}.ko --kernel kernel/"));
        said += &format!("{text}status: {status}\n\n");
    }
    assert_snapshot!("signatures", said);
}

#[test]
fn a_kernel_may_be_given_in_many_ways() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    put(folder.path(), "pump.ko", pump().imports("gauge_read", Some(11)).bytes());
    put(folder.path(), "alone.symvers", SYMVERS);
    put(folder.path(), "empty.symvers", "");
    put(folder.path(), "odd.symvers", "0x1\tone\n");
    put(folder.path(), "vmlinux.elf", vmlinux());
    put(folder.path(), "headers.deb", headers_package());
    let (_, text) = run(folder.path(), "check pump.ko --kernel headers.deb --format json");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["kernel"]["release"], RELEASE);
    // Modules alone: what the kernel exports itself is known from what they have recorded.
    let gauge = Pump::named("gauge_core").exports("gauge_read", 11);
    put(folder.path(), "lib/modules/6.12.1/kernel/gauge-core.ko", gauge.bytes());
    put(folder.path(), "boot/config-6.12.1", CONFIG);
    put(folder.path(), "unknown.ko", pump().imports("pressure", Some(1)).bytes());
    put(folder.path(), "plain.ko", pump().bytes());
    let mut said = String::new();
    for words in [
        "pump.ko --kernel kernel/",
        "pump.ko --kernel kernel/Module.symvers",
        "pump.ko --kernel alone.symvers",
        "pump.ko --kernel empty.symvers",
        "pump.ko --kernel odd.symvers",
        "pump.ko --kernel headers.deb",
        "pump.ko --kernel lib/modules/6.12.1",
        "unknown.ko --kernel lib/modules/6.12.1",
        "plain.ko --kernel vmlinux.elf",
        "pump.ko --kernel vmlinux.elf",
        "pump.ko --kernel pump.ko",
        "pump.ko --kernel nothing.here",
        "nothing.ko --kernel kernel/",
        "alone.symvers --kernel kernel/",
    ] {
        let (status, text) = run(folder.path(), &format!("check {words}"));
        said += &format!("$ {words}\n{text}status: {status}\n\n");
    }
    assert_snapshot!("kernels", said);
}

/// A folder of modules, of which the kernel's own are `valve` and `gauge-core`; nothing else lists its
/// exports.
fn tree_of_modules(folder: &Path, root: &str) {
    let own = |name: &str| format!("{root}lib/modules/{RELEASE}/kernel/{name}.ko");
    put(folder, &own("valve"), Pump::named("valve").bytes());
    let gauge = Pump::named("gauge_core").exports("gauge_read", 11);
    put(folder, &own("gauge-core"), gauge.bytes());
}

#[test]
fn an_import_proves_an_export_of_its_own_kernel_only() {
    let needs = |name: &str| Pump::named(name).imports("pump_start", Some(0x20));
    let of_pump = |pump: Pump| pump.info("name=", "depends=pump name=");
    let stale = |pump: Pump| pump.info(RELEASE, "6.11.9");
    /// What is added to the tree, what is checked on it, and what is said.
    type Case<'a> = (&'a [(&'a str, Pump)], Pump, u8, &'a str);
    let cases: [Case<'_>; 9] = [
        (&[], pump(), 0, "loads"),
        (&[], pump().imports("gauge_read", Some(11)), 0, "loads"),
        // The provider is not there: two that need it do not make it an export.
        (
            &[("extra/a", of_pump(needs("a")))],
            needs("b"),
            2,
            "whether the kernel exports pump_start",
        ),
        (&[("extra/a", needs("a"))], needs("b"), 0, "loads"),
        // Nor does the module itself.
        (&[("extra/a", needs("a"))], needs("a"), 2, "whether the kernel exports pump_start"),
        // What is left of another release says nothing.
        (&[("extra/a", stale(needs("a")))], needs("b"), 2, "whether the kernel exports pump_start"),
        (&[("extra/a", stale(Pump::named("a").imports("printk", Some(0x99))))], pump(), 0, "loads"),
        // The kernel's own modules are trusted first.
        (&[("extra/a", Pump::named("a").imports("printk", Some(0x99)))], pump(), 0, "loads"),
        (
            &[("updates/a", Pump::named("a").exports("gauge_read", 12))],
            pump().imports("gauge_read", Some(11)),
            0,
            "loads",
        ),
    ];
    for (number, (added, checked, expected, what)) in cases.into_iter().enumerate() {
        let folder = TempDir::new().unwrap();
        tree_of_modules(folder.path(), "");
        for (name, module) in added {
            put(folder.path(), &format!("lib/modules/{RELEASE}/{name}.ko"), module.bytes());
        }
        put(folder.path(), "checked.ko", checked.bytes());
        let words = format!("check checked.ko --kernel lib/modules/{RELEASE}");
        let (status, said) = run(folder.path(), &words);
        assert!(status == expected && said.contains(what), "{number}: {status} {said}");
    }
    // A kernel without symbol versions has no CRCs to record; what its modules cannot do without is
    // there all the same.
    let folder = TempDir::new().unwrap();
    put(folder.path(), &format!("lib/modules/{RELEASE}/kernel/a.ko"), unversioned(RELEASE).bytes());
    put(folder.path(), "b.ko", unversioned(RELEASE).info("name=pump", "name=b").bytes());
    let words = format!("check b.ko --kernel lib/modules/{RELEASE}");
    assert_eq!(run(folder.path(), &words).0, 0);
}

#[test]
fn of_several_installed_kernels_one_must_be_given() {
    let folder = TempDir::new().unwrap();
    tree_of_modules(folder.path(), "");
    put(folder.path(), &format!("boot/vmlinuz-{RELEASE}"), vmlinux());
    put(folder.path(), "boot/vmlinuz-0-rescue-4711", "");
    put(folder.path(), "checked.ko", pump().bytes());
    let places = ["boot/", "lib/modules", "./"];
    for place in places {
        let (status, said) = run(folder.path(), &format!("check checked.ko --kernel {place}"));
        assert!(status == 0 && said.contains("checked.ko: loads\n"), "{place}: {said}");
    }
    put(folder.path(), "lib/modules/6.11.9/kernel/valve.ko", Pump::named("valve").bytes());
    put(folder.path(), "boot/vmlinuz-6.11.9", vmlinux());
    for command in ["check checked.ko --kernel", "abi-diff checked.ko", "layout page", "show"] {
        for place in places {
            let (status, said) = run(folder.path(), &format!("{command} {place}"));
            let expected = format!("it has several kernels: 6.11.9, {RELEASE}; give one of them\n");
            assert!(status == 2 && said.contains(&expected), "{command} {place}: {said}");
        }
    }
}

#[test]
fn the_image_beside_modules_tells_what_it_exports() {
    let folder = TempDir::new().unwrap();
    // Nothing but the kernel itself tells anything of kfree.
    put(folder.path(), "checked.ko", pump().imports("kfree", Some(9)).bytes());
    let own = Pump::named("gauge_core").exports("gauge_read", 11).bytes();
    let image = vmlinux();
    let module = format!("lib/modules/{RELEASE}/kernel/gauge-core.ko");
    let in_boot = |name: &str| (format!("boot/{name}-{RELEASE}"), image.clone());
    let beside = (format!("usr/lib/modules/{RELEASE}/vmlinuz"), image.clone());
    let module = (module, own);
    let list = (format!("lib/modules/{RELEASE}/symvers"), SYMVERS.as_bytes().to_vec());
    let contents = [
        vec![in_boot("vmlinuz"), module.clone()],
        vec![in_boot("vmlinux"), module.clone()],
        // As Debian splits them from 7 on, and as Fedora does.
        vec![beside.clone()],
        vec![beside, list],
    ];
    for (number, files) in contents.iter().enumerate() {
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(path, content)| (&**path, &content[..])).collect();
        put(folder.path(), &format!("{number}.deb"), packed::debian(&files, "", packed::plain));
        for (path, content) in files {
            put(folder.path(), &format!("{number}/{path}"), content);
        }
        for kernel in [format!("{number}.deb"), format!("{number}/")] {
            let (status, said) = run(folder.path(), &format!("check checked.ko --kernel {kernel}"));
            assert!(status == 0 && said.contains("checked.ko: loads\n"), "{kernel}: {said}");
        }
    }
    // Of a kernel that is alone in its package it counts why it cannot be read.
    let cut = (format!("boot/vmlinuz-{RELEASE}"), image[..200].to_vec());
    put(folder.path(), "cut.deb", packed::debian(&[(&cut.0, &cut.1)], "", packed::plain));
    let (status, said) = run(folder.path(), "check checked.ko --kernel cut.deb");
    assert!(status == 2 && said.contains(&format!("cut.deb:{}: ", cut.0)), "{said}");
}

#[test]
fn a_file_that_cannot_be_read_is_a_finding_of_its_own() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    tree_of_modules(folder.path(), "");
    let installed = format!("lib/modules/{RELEASE}");
    put(folder.path(), &format!("{installed}/kernel/empty.ko"), "");
    let dangling = folder.path().join(&installed).join("kernel/weak.ko");
    std::os::unix::fs::symlink("gone.ko", dangling).unwrap();
    // The kernel does without them.
    put(folder.path(), "checked.ko", pump().imports("gauge_read", Some(11)).bytes());
    let (status, said) = run(folder.path(), &format!("check checked.ko --kernel {installed}"));
    assert!(status == 0 && said.contains("loads"), "{status} {said}");
    let device = folder.path().join(&installed).join("kernel/device.ko");
    std::os::unix::fs::symlink("/dev/zero", device).unwrap();
    put(folder.path(), &format!("{installed}/kernel/cut.ko.xz"), b"\xfd7zXZ\0\0\x04cut");
    let (status, said) = run(folder.path(), &format!("check {installed}/ --kernel kernel/"));
    assert_snapshot!("unread", format!("{said}status: {status}\n"));
}

#[test]
fn a_module_that_needs_an_export_does_not_keep_it_in_a_comparison() {
    let folder = TempDir::new().unwrap();
    let user = Pump::named("user").imports("pump_start", Some(0x20));
    let user = user.info("name=", "depends=pump name=");
    for root in ["old/", "new/"] {
        tree_of_modules(folder.path(), root);
        let added = |name: &str| format!("{root}lib/modules/{RELEASE}/extra/{name}.ko");
        put(folder.path(), &added("user"), user.bytes());
        if root == "old/" {
            put(folder.path(), &added("pump"), pump().exports("pump_start", 0x20).bytes());
        }
    }
    let words = format!("abi-diff old/lib/modules/{RELEASE} new/lib/modules/{RELEASE}");
    let (status, said) = run(folder.path(), &words);
    assert!(status == 1 && said.contains("pump_start"), "{status} {said}");
}

/// A package of Debian with the headers of a kernel, in which another name of it comes first.
fn headers_package() -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in [
        ("include/config/kernel.release", "6.12.99\n"),
        ("include/generated/utsrelease.h", "#define UTS_RELEASE \"6.12.1\"\n"),
        (".config", CONFIG),
        ("Module.symvers", SYMVERS),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        let path = format!("usr/src/linux-headers/{path}");
        archive.append_data(&mut header, path, content.as_bytes()).unwrap();
    }
    let data = archive.into_inner().unwrap();
    let size = data.len();
    let head = format!("{:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", "data.tar", 0, 0, 0, 100_644);
    [b"!<arch>\n", head.as_bytes(), &data].concat()
}

/// A linked kernel that exports what [`SYMVERS`] says of it, but no module of it.
fn vmlinux() -> Vec<u8> {
    linked_kernel(&format!("{RELEASE} {MAGIC}"), "")
}

#[test]
fn a_file_is_shown_for_people_and_for_programs() {
    let folder = TempDir::new().unwrap();
    let extended = "section __version_ext_crcs alloc\nu32 8\n\
        section __version_ext_names alloc\nstring printk\nsymbol maybe weak\n";
    put(folder.path(), "pump.ko", pump().exports("pump_start", 0x20).with(extended).bytes());
    put(folder.path(), "vmlinux.elf", vmlinux());
    put(folder.path(), "odd.txt", "odd");
    let mut said = String::new();
    for words in ["pump.ko", "pump.ko --format json", "vmlinux.elf", "odd.txt"] {
        let (status, text) = run(folder.path(), &format!("show {words}"));
        said += &format!("$ show {words}\n{text}status: {status}\n\n");
    }
    assert_snapshot!("show", said);
}

/// A module with the signature of this file of `testdata/signatures`.
fn signed(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures").join(name);
    let hex: String = fs::read_to_string(path).unwrap().split_whitespace().collect();
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    let message: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
    let trailer = [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, u8::try_from(message.len()).unwrap()];
    [&pump().bytes()[..], &message, &trailer, b"~Module signature appended~\n"].concat()
}

#[test]
fn who_signed_a_module_is_shown() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "pump.ko", signed("by-serial-number.hex"));
    put(folder.path(), "key.ko", signed("by-key-identifier.hex"));
    put(folder.path(), "plain.ko", pump().bytes());
    let (_, text) = run(folder.path(), "show pump.ko");
    let lines = "signature:      appended\nsigner:         Pump works signing key\n\
        sig_key:        C0:FF:EE:01:02\nsig_hashalgo:   sha256\n";
    assert!(text.contains(lines), "{text}");
    let (_, text) = run(folder.path(), "show pump.ko --format json");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["signer"]["key"], "C0:FF:EE:01:02");
    for (words, expected) in [
        ("pump.ko -F signer", "Pump works signing key\n"),
        ("pump.ko -F sig_key", "C0:FF:EE:01:02\n"),
        ("pump.ko -F sig_hashalgo", "sha256\n"),
        ("pump.ko -F sig_id", "PKCS#7\n"),
        ("pump.ko --field license", "GPL\n"),
        ("pump.ko -F filename", "DIR/pump.ko\n"),
        ("pump.ko -F nothing", ""),
        ("key.ko -F signer", ""),
        ("key.ko -F sig_hashalgo", "sha512\n"),
        ("plain.ko -F sig_key", ""),
    ] {
        let said = run(folder.path(), &format!("show {words}"));
        assert_eq!(said, (0, expected.to_owned()), "{words}");
    }
}

#[test]
fn a_version_is_followed_to_the_type_that_changed() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    put(folder.path(), "pump.ko", pump().imports("printk", Some(0x88)).bytes());
    let types = |member: &str| {
        format!("s#level struct level {{ {member} height ; }}\nprintk int printk ( s#level * )\n")
    };
    put(folder.path(), "old/a.symtypes", types("int"));
    put(folder.path(), "new/a.symtypes", types("long"));
    let (_, text) = run(folder.path(), "check pump.ko --kernel kernel/ --types old/ new/");
    assert_snapshot!("types", text);
}

#[test]
fn a_damaged_kernel_or_module_is_never_a_panic() {
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    let path = folder.path().join("kernel");
    let found = modversions::inputs::kernel::read(&[path], None, Limits::default()).unwrap();
    let kernel = found.kernel;
    let bytes = pump().exports("pump_start", 0x20).bytes();
    for (number, image) in [(0, bytes), (1, vmlinux())] {
        for at in 0..image.len() {
            for value in [0x01, 0x7f, 0x80, 0xff] {
                let mut damaged = image.clone();
                damaged[at] ^= value;
                if number == 1 {
                    let _ = modversions::module::Vmlinux::read(&damaged);
                }
                let candidate = modversions::check::Candidate::read(&kernel, b"x.ko", &damaged);
                let _ = modversions::check::check(&kernel, &[candidate]);
            }
        }
    }
}
