//! `modversions check` and `show`: each reason that a kernel has to refuse a module, what taints,
//! modules that need each other, and each way to give a kernel. What real kernels do with real modules
//! is compared in `cargo xtask conformance check`.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod check_kernels;
mod check_many;
mod check_releases;
mod check_show;
mod in_folder;
mod pump;

use insta::assert_snapshot;
use modversions::inputs::limits::Limits;
use serde_json::Value;
use tempfile::TempDir;

use self::in_folder::{put, run};
use self::pump::{MAGIC, Pump, RELEASE, check_on, headers, pump, unversioned, vmlinux};

/// What is said of one module on the usual kernel, and the status.
fn check(pump: &Pump) -> String {
    check_on(RELEASE, "", pump)
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
    // One whose table has none of its imports was built without any list.
    let folder = TempDir::new().unwrap();
    headers(folder.path(), RELEASE, "");
    for (recorded, expected) in [
        (None, "Module.symvers was missing or empty when the module was built"),
        (Some(9), "the Module.symvers it was built with lacked the symbol"),
    ] {
        let imports = vec![("printk", None), ("kfree", recorded)];
        put(folder.path(), "pump.ko", Pump { imports, ..pump() }.bytes());
        let (_, said) = run(folder.path(), "check pump.ko --kernel kernel/ --profile debian");
        assert!(said.contains(&format!("    cause:  {expected}")), "{said}");
    }
    // What asks to build it again comes first.
    let both = pump().imports("gauge_set", Some(5)).imports("printk", Some(0x88));
    let both = both.info("name=", "depends=gauge name=");
    let found: Vec<_> = causes(RELEASE, &both).into_iter().map(|(id, _)| id).collect();
    assert_eq!(found, ["version", "missing"]);
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
