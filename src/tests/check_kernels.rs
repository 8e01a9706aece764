//! Each way to give a kernel, and what is concluded from what is there.

use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;
use testkit::packed;

use crate::in_folder::{put, run};
use crate::pump::{CONFIG, Pump, RELEASE, SYMVERS, headers, pump, unversioned, vmlinux};

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
    // By itself it shows that there is such an export, but not where.
    put(folder.path(), "kfree.symvers", "0x00000009\tkfree\tvmlinux\tEXPORT_SYMBOL\n");
    put(folder.path(), "user.ko", user.bytes());
    let (_, said) = run(folder.path(), "abi-diff kfree.symvers user.ko");
    assert!(said.contains("\tpump_start\n"), "{said}");
}
