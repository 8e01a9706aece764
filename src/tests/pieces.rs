//! One kernel in several pieces: packages, directories and files, for `check`, `abi-diff`, `why` and
//! `show`. Each makes of a piece what the others make of it.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod in_folder;

use std::path::Path;

use tempfile::TempDir;
use testkit::btf_file::Writer;
use testkit::elf_text::assemble;
use testkit::linked_kernel::linked_kernel;
use testkit::packed::{Files, RpmValue, debian, debian_with, plain, rpm_with, xz};

use self::in_folder::{put, run};

/// The release that the banner of [`linked_kernel`] has.
const RELEASE: &str = "6.12.1";
const MAGIC: &str = "SMP preempt mod_unload modversions ";
const CONFIG: &str = "CONFIG_X86_64=y\nCONFIG_64BIT=y\nCONFIG_SMP=y\nCONFIG_PREEMPT_BUILD=y\n\
    CONFIG_MODULE_UNLOAD=y\nCONFIG_MODVERSIONS=y\n";
const SYMVERS: &str = "0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
    0x00000009\tkfree\tvmlinux\tEXPORT_SYMBOL_GPL\t\n\
    0x0000000a\tflow\tvmlinux\tEXPORT_SYMBOL\tPUMP\n\
    0x0000000b\tgauge_read\tdrivers/gauge\tEXPORT_SYMBOL\t\n";

/// A module of this name for a release, with these imports and at most one export.
fn module(
    name: &str,
    release: &str,
    imports: &[(&str, u32)],
    export: Option<(&str, u32)>,
) -> Vec<u8> {
    let mut text = format!(
        "elf 64 little x86_64\nsection .modinfo alloc\nstring license=GPL name={name} intree=Y \
         \"vermagic={release} {MAGIC}\"\nsection .gnu.linkonce.this_module alloc write\nzeros 64\n\
         section __versions alloc align=32\n"
    );
    for (symbol, crc) in [("module_layout", 7)].iter().chain(imports) {
        text += &format!("u64 {crc}\nascii {symbol}\nzeros {}\n", 56 - symbol.len());
    }
    for (symbol, _) in imports {
        text += &format!("symbol {symbol} global\n");
    }
    if let Some((symbol, crc)) = export {
        text += &format!(
            "section .text alloc exec\nzeros 16\nsymbol text in=. section\n\
             section __ksymtab_strings alloc\nstring \"\" {symbol}\nsymbol strings in=. section\n\
             section __ksymtab alloc\nu32 0 0 0\nrela __ksymtab\nreloc 0 2 text\n\
             reloc 4 2 strings 1\nreloc 8 2 strings 0\nsection __kcrctab alloc\nu32 {crc}\n"
        );
    }
    assemble(&text).unwrap()
}

/// The module `gauge` of the kernel, which exports `gauge_read`.
fn gauge(release: &str) -> Vec<u8> {
    module("gauge", release, &[("printk", 8)], Some(("gauge_read", 11)))
}

/// A kernel of this release.
fn vmlinux(release: &str) -> Vec<u8> {
    let kernel = linked_kernel(&format!("{release} {MAGIC}"), "");
    let place = memchr::memmem::find(&kernel, b"Linux version 6.12.1").unwrap();
    let mut kernel = kernel;
    let release = format!("{release} ");
    kernel[place + 14..][..release.len()].copy_from_slice(release.as_bytes());
    kernel
}

/// A directory of this name and a package with the same files.
fn both(folder: &Path, name: &str, files: &[(String, Vec<u8>)]) {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, it)| (&**path, &it[..])).collect();
    put(folder, &format!("{name}.deb"), debian(&files, "", plain));
    for (path, content) in files {
        put(folder, &format!("{name}/{path}"), content);
    }
}

/// The pieces of a kernel of this release as Debian splits it, in `binary`, `modules` and `base`,
/// and its headers in `headers`, each as a package and as a directory.
fn split(folder: &Path, before: &str, release: &str) {
    let tree = format!("usr/lib/modules/{release}");
    let named = |name: &str| format!("{before}{name}");
    both(folder, &named("binary"), &[(format!("{tree}/vmlinuz"), vmlinux(release))]);
    both(folder, &named("modules"), &[(format!("{tree}/kernel/drivers/gauge.ko"), gauge(release))]);
    both(folder, &named("base"), &[(format!("{tree}/config"), CONFIG.into())]);
    let source = format!("usr/src/linux-headers-{release}");
    let line = format!("#define UTS_RELEASE \"{release}\"\n");
    let headers = [
        (format!("{source}/Module.symvers"), SYMVERS.into()),
        (format!("{source}/.config"), CONFIG.into()),
        (format!("{source}/include/generated/utsrelease.h"), line.into()),
    ];
    both(folder, &named("headers"), &headers);
}

/// A module that uses the kernel itself and one of its modules.
fn meter() -> Vec<u8> {
    module("meter", RELEASE, &[("printk", 8), ("gauge_read", 11)], None)
}

#[test]
fn pieces_make_one_kernel_whatever_they_are_given_as() {
    let folder = TempDir::new().unwrap();
    split(folder.path(), "", RELEASE);
    put(folder.path(), "meter.ko", meter());
    put(folder.path(), "alone.symvers", SYMVERS);
    put(folder.path(), "config-6.12.1", CONFIG);
    let tree = format!("usr/lib/modules/{RELEASE}");
    let image = format!("binary/{tree}/vmlinuz");
    // What there is, and whether that is enough: the image lacks the module, and the modules prove
    // what they import of the kernel itself.
    for (pieces, status) in [
        (vec!["binary.deb"], 2),
        (vec!["binary/"], 2),
        (vec![&*image], 2),
        (vec!["modules.deb"], 0),
        (vec!["modules/"], 0),
        (vec!["binary.deb", "modules.deb"], 0),
        (vec!["modules.deb", "binary.deb", "base.deb"], 0),
        (vec!["binary/", "modules/", "base/"], 0),
        (vec![&*image, "modules.deb", "config-6.12.1"], 0),
        (vec!["alone.symvers", "base.deb"], 0),
        (vec!["alone.symvers", &*image], 0),
        (vec!["headers.deb", "base.deb"], 0),
    ] {
        let given: String = pieces.iter().map(|it| format!(" --kernel {it}")).collect();
        let (ended, said) = run(folder.path(), &format!("check meter.ko{given}"));
        assert_eq!(ended, status, "{given}: {said}");
    }
    // Each names the others, and nothing is taken of what is not there.
    let (_, said) = run(folder.path(), "show binary.deb modules.deb base.deb");
    let head = "file:           DIR/binary.deb, DIR/modules.deb, DIR/base.deb\n";
    assert!(said.contains(head) && said.contains("release:        6.12.1\n"), "{said}");
    assert!(said.contains("\n5 exports\n"), "{said}");
}

#[test]
fn what_lies_beside_a_list_of_exports_has_the_rest() {
    let folder = TempDir::new().unwrap();
    let tree = format!("usr/lib/modules/{RELEASE}");
    let files = [
        (format!("{tree}/vmlinuz"), vmlinux(RELEASE)),
        (format!("{tree}/symvers"), SYMVERS.into()),
        (format!("{tree}/kernel/drivers/gauge.ko"), gauge(RELEASE)),
    ];
    both(folder.path(), "fedora", &files);
    let wanted = format!("vermagic:       {RELEASE} {MAGIC}\n");
    for given in ["fedora.deb".to_owned(), "fedora/".to_owned(), format!("fedora/{tree}")] {
        let (_, said) = run(folder.path(), &format!("show {given}"));
        assert!(said.contains(&wanted) && said.contains("\n5 exports\n"), "{given}: {said}");
        assert!(said.contains(&format!("release:        {RELEASE}\n")), "{given}: {said}");
    }
    // The kernel itself has it, too, where there is no module.
    both(folder.path(), "bare", &files[..2]);
    for given in ["bare.deb".to_owned(), "bare/".to_owned(), format!("bare/{tree}")] {
        let (_, said) = run(folder.path(), &format!("show {given}"));
        assert!(said.contains(&wanted) && said.contains("\n5 exports\n"), "{given}: {said}");
    }
    // Headers have their release.
    put(folder.path(), "headers/Module.symvers", SYMVERS);
    let line = format!("#define UTS_RELEASE \"{RELEASE}\"\n");
    put(folder.path(), "headers/include/generated/utsrelease.h", line);
    let (_, said) = run(folder.path(), "show headers/Module.symvers");
    assert!(said.contains(&format!("release:        {RELEASE}\n")), "{said}");
    // Without anything else, the list leaves that open.
    put(folder.path(), "alone.symvers", SYMVERS);
    let (_, said) = run(folder.path(), "show alone.symvers");
    assert!(!said.contains("vermagic:") && !said.contains("release:"), "{said}");
}

#[test]
fn sides_of_a_comparison_are_pieces_too() {
    let folder = TempDir::new().unwrap();
    split(folder.path(), "old-", RELEASE);
    split(folder.path(), "new-", "6.12.2");
    for words in [
        "old-binary.deb old-modules.deb -- new-binary.deb new-modules.deb",
        "old-headers.deb -- new-modules.deb new-binary.deb",
        "old-binary/ old-modules/ -- new-headers/",
        "-- old-headers.deb new-headers.deb",
        "old-headers/ new-headers.deb",
    ] {
        let (status, said) = run(folder.path(), &format!("abi-diff {words}"));
        assert!(status == 0 && said.ends_with("no differences\n"), "{words}: {status} {said}");
    }
    // The module that is in one side only.
    let words = "abi-diff old-binary.deb old-modules.deb -- new-headers.deb";
    let (_, said) = run(folder.path(), words);
    let title =
        "--- DIR/old-binary.deb, DIR/old-modules.deb: 5 exports of the kernel itself and 1 module";
    assert!(said.contains(title), "{said}");
    for words in ["abi-diff old-headers.deb", "abi-diff old-headers.deb -- ", "why printk -- a.deb"]
    {
        let (status, said) = run(folder.path(), words.trim_end());
        assert!(status == 2 && said.contains("two kernels are needed: OLD NEW"), "{words}: {said}");
    }
    let types = "printk int printk ( int )\n";
    put(folder.path(), "types/a.symtypes", types);
    put(folder.path(), "new/a.symtypes", types.replace("( int )", "( long )"));
    let words = "why printk old-headers/ types/ -- new/ new-headers.deb";
    let (status, said) = run(folder.path(), words);
    assert!(status == 1 && said.contains("int -> long"), "{said}");
}

#[test]
fn pieces_of_different_kernels_are_refused() {
    let folder = TempDir::new().unwrap();
    split(folder.path(), "old-", RELEASE);
    split(folder.path(), "new-", "6.12.2");
    put(folder.path(), "meter.ko", meter());
    let words = ": it is of 6.12.2, and of 6.12.1 is DIR/";
    for (first, second) in [
        ("old-binary.deb", "new-modules.deb"),
        ("old-binary/", "new-modules/"),
        ("old-headers.deb", "new-base.deb"),
    ] {
        let expected =
            format!("modversions: DIR/{second}{words}{first}; give the pieces of one kernel\n");
        let expected = expected.replace("//", "/");
        for words in [
            format!("check meter.ko --kernel {first} --kernel {second}"),
            format!("abi-diff {first} {second} -- {first}"),
            format!("show {first} {second}"),
        ] {
            assert_eq!(run(folder.path(), &words), (2, expected.clone()), "{words}");
        }
    }
    // Also if they lie in one package.
    let [one, other] = [RELEASE, "6.12.2"].map(|release| format!("lib/modules/{release}/vmlinuz"));
    let files = [(one, vmlinux(RELEASE)), (other, vmlinux("6.12.2"))];
    both(folder.path(), "mixed", &files);
    for kernel in ["mixed.deb", "mixed/"] {
        let (status, said) = run(folder.path(), &format!("check meter.ko --kernel {kernel}"));
        let expected = "it has several kernels: 6.12.1, 6.12.2; give one of them\n";
        assert!(status == 2 && said.ends_with(expected), "{kernel}: {said}");
    }
}

#[test]
fn what_cannot_be_read_is_said_where_something_else_is_used() {
    let folder = TempDir::new().unwrap();
    let tree = format!("usr/lib/modules/{RELEASE}");
    let damaged = vmlinux(RELEASE)[..200].to_vec();
    let files = [
        (format!("{tree}/vmlinuz"), damaged.clone()),
        (format!("{tree}/kernel/drivers/gauge.ko"), gauge(RELEASE)),
        (format!("{tree}/kernel/drivers/nothing.ko"), Vec::new()),
    ];
    both(folder.path(), "kernel", &files);
    put(folder.path(), "meter.ko", meter());
    for (kernel, colon) in [("kernel.deb", ":"), ("kernel/", "")] {
        for words in
            [format!("check meter.ko --kernel {kernel}"), format!("abi-diff {kernel} {kernel}")]
        {
            let (status, said) = run(folder.path(), &words);
            assert_eq!(status, 0, "{words}: {said}");
            let image = format!("modversions: DIR/{kernel}{colon}{tree}/vmlinuz: ");
            let remark = said.lines().find(|line| line.starts_with(&image));
            let remark = remark.unwrap_or_else(|| panic!("{words}: {said}"));
            assert!(remark.ends_with("; what else was given is used without it"), "{remark}");
            let module = format!(
                "DIR/{kernel}{colon}{tree}/kernel/drivers/nothing.ko: this module is empty or a link to \
                 nothing, and exports nothing\n"
            );
            assert!(said.contains(&module), "{words}: {said}");
        }
    }
    // Alone it is an error.
    both(folder.path(), "image", &[(format!("{tree}/vmlinuz"), damaged)]);
    for kernel in ["image.deb", "image/"] {
        for words in
            [format!("check meter.ko --kernel {kernel}"), format!("abi-diff {kernel} {kernel}")]
        {
            let (status, said) = run(folder.path(), &words);
            assert!(
                status == 2 && said.contains("vmlinuz: ") && said.lines().count() == 1,
                "{said}"
            );
        }
    }
}

#[test]
fn types_in_one_piece_go_with_exports_in_another() {
    let folder = TempDir::new().unwrap();
    let mut btf = Writer::new(false);
    let int = btf.int("int", 4);
    btf.list("pump", 4, 4, &[("state", &[int, 0])]);
    put(folder.path(), "vmlinux.btf", btf.bytes());
    put(folder.path(), "old.symvers", SYMVERS);
    put(folder.path(), "new.symvers", SYMVERS.replace("0x00000008", "0x00000088"));
    let words = "abi-diff old.symvers vmlinux.btf -- new.symvers vmlinux.btf";
    let (status, said) = run(folder.path(), words);
    assert!(status == 1 && said.contains("printk"), "{said}");
    // A check has no use for types.
    let (status, said) =
        run(folder.path(), "check old.symvers --kernel old.symvers --kernel vmlinux.btf");
    assert!(status == 2 && said.contains("vmlinux.btf: it looks like BTF"), "{said}");
}

/// A package of Debian of this name and of the version 7-1, which needs these of the same version.
fn package(folder: &Path, name: &str, needs: &[&str], files: Files<'_>) -> String {
    let needs: Vec<String> = needs.iter().map(|it| format!("{it}-{RELEASE} (= 7-1)")).collect();
    let control = format!(
        "Package: {name}-{RELEASE}\nVersion: 7-1\nArchitecture: amd64\nDepends: kmod,\n {}\n",
        needs.join(", ")
    );
    let path = format!("{name}-{RELEASE}_7-1_amd64.deb");
    put(folder, &path, debian_with(&control, files));
    path
}

#[test]
fn each_package_of_a_kernel_says_what_it_has_and_which_has_the_rest() {
    let folder = TempDir::new().unwrap();
    let tree = format!("usr/lib/modules/{RELEASE}");
    let named = |name: &str| format!("{tree}/{name}");
    put(folder.path(), "meter.ko", meter());
    let whole = package(
        folder.path(),
        "linux-image",
        &["linux-base", "linux-binary", "linux-modules"],
        &[("usr/share/doc/copyright", b"free")],
    );
    let check = |given: &str| run(folder.path(), &format!("check meter.ko --kernel {given}"));
    let (status, said) = check(&whole);
    let expected = format!(
        "modversions: DIR/{whole}: it has no kernel itself; these packages have what belongs to it: \
         linux-base-{RELEASE}, linux-binary-{RELEASE}, linux-modules-{RELEASE}; give them, too, or put them \
         beside it\n"
    );
    assert_eq!((status, said), (2, expected.clone()));
    assert_eq!(run(folder.path(), &format!("abi-diff {whole} {whole}")), (2, expected));
    let config = named("config");
    let base = package(folder.path(), "linux-base", &[], &[(&config, CONFIG.as_bytes())]);
    let (status, said) = check(&base);
    let others = format!("linux-binary-{RELEASE}, linux-modules-{RELEASE}; give them");
    assert!(status == 2 && said.contains(&others), "{said}");
    let (image, kernel) = (named("vmlinuz"), vmlinux(RELEASE));
    let binary = package(folder.path(), "linux-binary", &["linux-base"], &[(&image, &kernel)]);
    let (status, said) = check(&binary);
    let remark = format!(
        "modversions: DIR/{binary}: it has the kernel itself and no modules; what these export is in \
         linux-modules-{RELEASE}\n"
    );
    assert!(status == 2 && said.contains(&remark), "{said}");
    let (path, module) = (named("kernel/drivers/gauge.ko"), gauge(RELEASE));
    let modules = package(folder.path(), "linux-modules", &["linux-base"], &[(&path, &module)]);
    let (status, said) = check(&modules);
    let remark = format!(
        "modversions: DIR/{modules}: it has modules and not the kernel itself; what that exports is in \
         linux-binary-{RELEASE}, and here only what these modules import is known\n"
    );
    assert!(status == 0 && said.contains(&remark), "{said}");
    let (status, said) = check(&format!("{binary} --kernel {modules}"));
    assert!(status == 0 && !said.contains("the kernel itself and"), "{said}");
    // What the empty package needs lies beside it now.
    let (status, said) = check(&whole);
    assert!(status == 0 && !said.contains("the kernel itself and"), "{said}");
    let (_, said) = run(folder.path(), &format!("show {whole}"));
    assert!(
        said.contains("\n5 exports\n") && said.contains("vermagic:       6.12.1 SMP"),
        "{said}"
    );
    let (status, said) = run(folder.path(), &format!("abi-diff {whole} {whole}"));
    assert!(status == 0 && said.ends_with("no differences\n"), "{said}");
}

/// A package of RPM of this name and of the version 6.12.1-7.fc41, which needs these of the same release
/// and provides these, and has all that Fedora's say besides.
fn rpm_package(
    folder: &Path,
    name: &str,
    needs: &[&str],
    gives: &[&str],
    files: Files<'_>,
) -> String {
    const RELEASE: &str = "6.12.1-7.fc41.x86_64+rt";
    const PREFIX: &str = "rpmlib(CompressedFileNames)";
    let of_release = |of: &[&str]| of.iter().map(|it| format!("{it}-uname-r")).collect::<Vec<_>>();
    let (needs, gives) = (of_release(needs), of_release(gives));
    let (mut names, mut flags, mut versions) = (
        vec!["/bin/sh", PREFIX, "kmod"],
        vec![1 << 10, 1 << 24 | 10, 1 << 3 | 1 << 2],
        vec!["", "3.0.4-1", "9"],
    );
    for needed in &needs {
        names.push(needed);
        flags.push(1 << 3);
        versions.push(RELEASE);
    }
    let given = gives.len();
    let tags = [
        (1000, RpmValue::Text(name)),
        (1001, RpmValue::Text("6.12.1")),
        (1002, RpmValue::Text("7.fc41")),
        (1022, RpmValue::Text("x86_64")),
        (1047, RpmValue::Texts(gives.iter().map(String::as_str).collect())),
        (1048, RpmValue::Numbers(flags)),
        (1049, RpmValue::Texts(names)),
        (1050, RpmValue::Texts(versions)),
        (1112, RpmValue::Numbers(vec![1 << 3; given])),
        (1113, RpmValue::Texts(vec![RELEASE; given])),
    ];
    let path = format!("{name}-6.12.1-7.fc41.x86_64.rpm");
    put(folder, &path, rpm_with(&tags, files, plain));
    path
}

#[test]
fn each_package_of_fedora_says_what_it_has_and_which_has_the_rest() {
    const KERNEL: &str = "6.12.1-7.fc41.x86_64+rt";
    let folder = TempDir::new().unwrap();
    let meter = module("meter", KERNEL, &[("printk", 8), ("gauge_read", 11)], None);
    put(folder.path(), "meter.ko", meter);
    let needs = ["kernel-rt-core", "kernel-rt-modules", "kernel-rt-modules-core"];
    let whole = rpm_package(folder.path(), "kernel-rt", &needs, &[], &[]);
    let check = |given: &str| run(folder.path(), &format!("check meter.ko --kernel {given}"));
    let called = |name: &str| format!("kernel-rt-{name}-6.12.1-7.fc41.x86_64");
    let others = ["core", "modules", "modules-core"].map(called).join(", ");
    let expected = format!(
        "modversions: DIR/{whole}: it has no kernel itself; these packages have what belongs to it: {others}; \
         give them, too, or put them beside it\n"
    );
    assert_eq!(check(&whole), (2, expected.clone()));
    assert_eq!(run(folder.path(), &format!("abi-diff {whole} {whole}")), (2, expected.clone()));
    assert_eq!(run(folder.path(), &format!("layout pump {whole}")), (2, expected));
    // Each alone. The kernel itself is asked for as what any kind of kernel provides.
    let (image, kernel) = (format!("lib/modules/{KERNEL}/vmlinuz"), vmlinux(KERNEL));
    let core = rpm_package(
        folder.path(),
        "kernel-rt-core",
        &["kernel-rt-modules-core"],
        &["kernel", "kernel-rt-core"],
        &[(&image, &kernel)],
    );
    let (status, said) = check(&core);
    let remark = format!(
        "modversions: DIR/{core}: it has the kernel itself and no modules; what these export is in {}\n",
        called("modules-core")
    );
    assert!(status == 2 && said.contains(&remark), "{said}");
    let path = format!("lib/modules/{KERNEL}/kernel/drivers/gauge.ko");
    let modules = rpm_package(
        folder.path(),
        "kernel-rt-modules-core",
        &["kernel"],
        &["kernel-rt-modules-core"],
        &[(&path, &gauge(KERNEL))],
    );
    let (status, said) = check(&modules);
    let remark = format!(
        "modversions: DIR/{modules}: it has modules and not the kernel itself; what that exports is in {}, and \
         here only what these modules import is known\n",
        called("core")
    );
    assert!(status == 0 && said.contains(&remark), "{said}");
    // What the empty package needs lies beside it now, but for a part that nothing misses.
    let (status, said) = check(&whole);
    assert!(status == 0 && !said.contains("the kernel itself and"), "{said}");
    let (_, said) = run(folder.path(), &format!("show {whole}"));
    assert!(
        said.contains("\n5 exports\n") && said.contains(&format!("release:        {KERNEL}\n")),
        "{said}"
    );
    // A package with none of these says which they are by its own name.
    let empty = rpm_package(
        folder.path(),
        "kernel-rt-modules-extra",
        &[],
        &["kernel-rt-modules-extra"],
        &[],
    );
    let (status, said) = check(&empty);
    let others = format!("{}, {}; give", called("core"), called("modules"));
    assert!(status == 2 && said.contains(&others), "{said}");
    // What is no package of a kernel names none.
    let other = rpm_package(folder.path(), "pump-driver", &[], &[], &[]);
    let (status, said) = check(&other);
    assert!(status == 2 && !said.contains("these packages"), "{said}");
}

#[test]
fn types_are_found_in_what_an_empty_package_needs() {
    let folder = TempDir::new().unwrap();
    let mut btf = Writer::new(false);
    let int = btf.int("int", 4);
    btf.list("pump", 4, 4, &[("state", &[int, 0])]);
    let needs = ["linux-binary", "linux-modules"];
    let whole = package(folder.path(), "linux-image", &needs, &[("usr/share/doc/copyright", b"")]);
    let (status, said) = run(folder.path(), &format!("layout pump {whole}"));
    let others = format!("linux-binary-{RELEASE}, linux-modules-{RELEASE}; give them");
    assert!(status == 2 && said.contains(&others), "{said}");
    let image = format!("usr/lib/modules/{RELEASE}/vmlinux");
    package(folder.path(), "linux-binary", &[], &[(&image, &btf.bytes())]);
    for words in ["pump", "pump --modules", "--all"] {
        let (status, said) = run(folder.path(), &format!("layout {words} {whole}"));
        assert!(status == 0 && said.contains("struct pump"), "{words}: {said}");
    }
}

#[test]
fn a_package_that_only_its_name_tells_of_is_of_that_kernel() {
    let folder = TempDir::new().unwrap();
    let list = [("Module.symvers", SYMVERS.as_bytes())];
    let headers = package(folder.path(), "linux-headers", &[], &list);
    let (_, said) = run(folder.path(), &format!("show {headers}"));
    assert!(said.contains(&format!("release:        {RELEASE}\n")), "{said}");
    // A text that is no description of a package is none.
    for control in [
        "",
        "Package\n",
        " \n\t\nPackage: linux-image-\nDepends: a (= , b (= 1), (= 2), ../x (= 1)",
    ] {
        put(folder.path(), "odd.deb", debian_with(control, &list));
        assert_eq!(run(folder.path(), "show odd.deb").0, 0, "{control}");
        put(folder.path(), "odd.deb", debian_with(control, &[]));
        assert_eq!(run(folder.path(), "show odd.deb").0, 2, "{control}");
    }
}

/// An installed kernel below `root`, whose `gauge` is in `kernel`, and another with another CRC in the
/// folder of this name.
fn with_another_gauge(folder: &Path, added: &str) -> String {
    let tree = format!("root/lib/modules/{RELEASE}");
    put(folder, &format!("{tree}/kernel/drivers/gauge.ko"), gauge(RELEASE));
    let other = module("gauge", RELEASE, &[("printk", 8)], Some(("gauge_read", 12)));
    put(folder, &format!("{tree}/{added}/gauge.ko"), other);
    tree
}

#[test]
fn of_modules_of_one_name_that_counts_which_modprobe_loads() {
    // Each was asked of `depmod` of kmod 30 on such a tree; the one that `modules.dep` names was 12 where
    // it says so.
    let config = "etc/depmod.d/a.conf";
    for (added, file, text, crc) in [
        ("updates", "", "", 12),
        ("updates/dkms", "", "", 12),
        ("updates", config, "search extra built-in updates\n", 11),
        ("extra", config, "search extra updates built-in\n", 12),
        ("extra", "lib/depmod.d/b.conf", "search extra built-in\n", 12),
        ("updates", config, "override gauge * kernel/drivers\n", 11),
        ("extra", config, "override gauge 6.12.* extra\n", 12),
        ("updates", config, "override gauge 6.11.1 kernel/drivers\n", 12),
    ] {
        let folder = TempDir::new().unwrap();
        let tree = with_another_gauge(folder.path(), added);
        if !file.is_empty() {
            put(folder.path(), &format!("root/{file}"), text);
        }
        for kernel in [&tree, "root/"] {
            let (_, said) = run(folder.path(), &format!("show {kernel}"));
            let line = format!("  {crc:#010x} gauge_read of ");
            assert!(said.contains(&line), "{added} {text}: {said}");
            let (old, new) = ("kernel/drivers/gauge.ko".to_owned(), format!("{added}/gauge.ko"));
            let (old, new) = if crc == 12 { (old, new) } else { (new, old) };
            let remark = format!(
                "DIR/{tree}/{old}: modprobe loads another module of this name, and this one does not count: \
                 {new}\n"
            );
            assert!(said.contains(&remark), "{said}");
            let (status, said) = run(folder.path(), &format!("abi-diff {kernel} {kernel}"));
            assert!(status == 0 && said.contains(&remark), "{said}");
        }
    }
}

#[test]
fn the_list_of_depmod_counts_before_its_configuration() {
    let folder = TempDir::new().unwrap();
    let tree = with_another_gauge(folder.path(), "updates");
    let export = |lines: &str| {
        put(folder.path(), &format!("{tree}/modules.dep"), lines);
        let (_, said) = run(folder.path(), &format!("show {tree}"));
        said.contains("  0x0000000c gauge_read")
            .then_some(12)
            .or_else(|| said.contains("0x0000000b gauge_read").then_some(11))
    };
    assert_eq!(export("kernel/drivers/gauge.ko:\n"), Some(11));
    assert_eq!(export("updates/gauge.ko: kernel/x.ko\n"), Some(12));
    assert_eq!(export(&format!("/lib/modules/{RELEASE}/kernel/drivers/gauge.ko:\n")), Some(11));
    // It knows nothing of either: a module was added since.
    assert_eq!(export("kernel/other.ko:\n"), Some(12));
    // What is replaced does not prove anything either.
    put(folder.path(), &format!("{tree}/modules.dep"), "updates/gauge.ko:\n");
    let needs = module("gauge", RELEASE, &[("gone", 1)], None);
    put(folder.path(), &format!("{tree}/kernel/drivers/gauge.ko"), needs);
    put(folder.path(), "checked.ko", module("checked", RELEASE, &[("gone", 1)], None));
    let (status, said) = run(folder.path(), &format!("check checked.ko --kernel {tree}"));
    assert!(status == 2 && said.contains("whether the kernel exports gone"), "{said}");
}

#[test]
fn of_a_package_only_what_is_needed_is_unpacked() {
    let folder = TempDir::new().unwrap();
    let tree = format!("lib/modules/{RELEASE}");
    let (config, kernel) = (format!("boot/config-{RELEASE}"), format!("boot/vmlinuz-{RELEASE}"));
    let modules = ["a", "gauge", "z"].map(|name| format!("{tree}/kernel/{name}.ko"));
    let (image, own) = (vmlinux(RELEASE), module("a", RELEASE, &[], None));
    let gauge = gauge(RELEASE);
    let files: [(&str, &[u8]); 5] = [
        (&config, CONFIG.as_bytes()),
        (&kernel, &image),
        (&modules[0], &own),
        (&modules[1], &gauge),
        (&modules[2], &own),
    ];
    let whole = debian(&files, "", plain);
    put(folder.path(), "whole.deb", &whole);
    // In the last module it ends.
    let last = memchr::memmem::rfind(&whole, b"/z.ko").unwrap();
    put(folder.path(), "cut.deb", &whole[..last + 1000]);
    put(folder.path(), "plain.ko", module("plain", RELEASE, &[("printk", 8), ("kfree", 9)], None));
    put(folder.path(), "meter.ko", meter());
    put(folder.path(), "other.ko", module("other", RELEASE, &[("printk", 8)], Some(("x", 1))));
    let said = |checked: &str, kernel: &str| {
        run(folder.path(), &format!("check {checked} --kernel {kernel}"))
    };
    let of_whole = said("plain.ko", "whole.deb");
    assert_eq!(of_whole.0, 0, "{}", of_whole.1);
    assert_eq!(said("plain.ko", "cut.deb"), (0, of_whole.1.replace("whole.deb", "cut.deb")));
    // What another module may export is looked for, and what may be there already.
    for checked in ["meter.ko", "other.ko", "plain.ko meter.ko", "./"] {
        let (status, said) = said(checked, "cut.deb");
        assert!(status == 2 && said.contains("z.ko: it cannot be unpacked"), "{checked}: {said}");
    }
    // The order of the pieces does not matter.
    put(folder.path(), "base.deb", debian(&files[..1], "", plain));
    put(folder.path(), "binary.deb", debian(&files[1..2], "", plain));
    let modules = debian(&files[2..], "", plain);
    let last = memchr::memmem::rfind(&modules, b"/z.ko").unwrap();
    put(folder.path(), "modules.deb", &modules[..last + 1000]);
    let pieces = "base.deb --kernel binary.deb --kernel modules.deb";
    assert_eq!(said("plain.ko", pieces).0, 0);
    assert_eq!(said("meter.ko", pieces).0, 2);
    // A type that the kernel itself has.
    let mut btf = Writer::new(false);
    let int = btf.int("int", 4);
    btf.list("pump", 4, 4, &[("state", &[int, 0])]);
    let (btf, own_path) = (btf.bytes(), format!("{tree}/kernel/z.ko"));
    let files: [(&str, &[u8]); 2] = [("boot/vmlinux", &btf), (&own_path, &own)];
    let whole = debian(&files, "", plain);
    let last = memchr::memmem::rfind(&whole, b"/z.ko").unwrap();
    put(folder.path(), "types.deb", &whole[..last + 1000]);
    let layout = |words: &str| run(folder.path(), &format!("layout {words}"));
    let (status, said) = layout("pump types.deb");
    let remark = "modversions: DIR/types.deb: only the kernel itself was read, which has what was asked for \
                  (--modules reads its modules, too)\n";
    assert!(status == 0 && said.contains("struct pump {") && said.ends_with(remark), "{said}");
    for words in ["pump --modules types.deb", "pump valve types.deb", "--all types.deb"] {
        let (status, said) = layout(words);
        assert!(status == 2 && said.contains("z.ko: it cannot be unpacked"), "{words}: {said}");
    }
}

/// Where in a package of which nothing is packed the content of this file ends.
fn end_of(package: &[u8], path: &str, content: &[u8]) -> usize {
    const HEADER: usize = 512;
    memchr::memmem::find(package, path.as_bytes()).unwrap() + HEADER + content.len()
}

#[test]
fn not_a_byte_more_of_a_package_is_read_than_the_answer_takes() {
    let folder = TempDir::new().unwrap();
    let tree = format!("lib/modules/{RELEASE}");
    let (config, kernel) = (format!("boot/config-{RELEASE}"), format!("boot/vmlinuz-{RELEASE}"));
    let modules = ["a", "gauge", "z"].map(|name| format!("{tree}/kernel/{name}.ko"));
    let (image, own) = (vmlinux(RELEASE), module("a", RELEASE, &[], None));
    // Nothing makes this smaller.
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let large: Vec<u8> = (0..1 << 20).map(|_| random()).collect();
    let gauge = gauge(RELEASE);
    let files: [(&str, &[u8]); 5] = [
        (&config, CONFIG.as_bytes()),
        (&kernel, &image),
        (&modules[0], &own),
        (&modules[1], &gauge),
        (&modules[2], &large),
    ];
    put(folder.path(), "plain.ko", module("plain", RELEASE, &[("printk", 8), ("kfree", 9)], None));
    put(folder.path(), "meter.ko", meter());
    let check = |module: &str, package: &[u8]| {
        put(folder.path(), "kernel.deb", package);
        run(folder.path(), &format!("check {module} --kernel kernel.deb")).0
    };
    // The kernel itself, its configuration and one module tell all of a module that needs nothing else.
    let whole = debian(&files, "", plain);
    let needed = end_of(&whole, &modules[0], &own);
    assert_eq!(check("plain.ko", &whole[..needed]), 0);
    assert_eq!(check("plain.ko", &whole[..needed - 1]), 2);
    // If another module exports what it needs, only all modules do.
    assert_eq!(check("meter.ko", &whole[..whole.len() - (1 << 16)]), 2);
    // Of what is packed a little more is read at a time.
    let packed = debian(&files, ".xz", xz);
    assert!(packed.len() > 1 << 20);
    assert_eq!(check("plain.ko", &packed[..1 << 18]), 0);
    // A type of the kernel itself, without any module; in a package of RPM, too.
    let btf = with_pump("state").bytes();
    let files: [(&str, &[u8]); 3] =
        [(&config, CONFIG.as_bytes()), (&kernel, &btf), (&modules[2], &large)];
    let layout = |package: &[u8]| {
        put(folder.path(), "kernel.package", package);
        run(folder.path(), "layout pump kernel.package").0
    };
    let whole = debian(&files, "", plain);
    let needed = end_of(&whole, &kernel, &btf);
    assert_eq!(layout(&whole[..needed]), 0);
    assert_eq!(layout(&whole[..needed - 1]), 2);
    let whole = rpm_with(&[], &files, plain);
    let needed = memchr::memmem::find(&whole, &btf).unwrap() + btf.len();
    assert_eq!(layout(&whole[..needed]), 0);
    assert_eq!(layout(&whole[..needed - 1]), 2);
}

/// The BTF of a kernel with the struct `pump`, whose first member is called so.
fn with_pump(member: &str) -> Writer {
    let mut btf = Writer::new(false);
    let int = btf.int("int", 4);
    btf.list("pump", 4, 4, &[(member, &[int, 0])]);
    btf
}

/// A module with the BTF of a struct `valve` on that of a kernel.
fn valve_on(kernel: &Writer) -> Vec<u8> {
    let mut btf = Writer::on(kernel);
    btf.list("valve", 4, 4, &[("lever", &[1, 0])]);
    let digits: String = btf.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let text = "elf 64 little x86_64\nsection .text alloc exec\nzeros 64\nsection .BTF alloc\nhex ";
    assemble(&format!("{text}{digits}\n")).unwrap()
}

#[test]
fn layouts_are_found_in_all_pieces_of_a_kernel() {
    let folder = TempDir::new().unwrap();
    for (before, member, release) in [("old-", "state", RELEASE), ("new-", "mode", "6.12.2")] {
        let (tree, kernel) = (format!("lib/modules/{release}"), with_pump(member));
        let named = |name: &str| format!("{before}{name}");
        let image = (format!("{tree}/vmlinux"), kernel.bytes());
        let module = (format!("{tree}/kernel/valve.ko"), valve_on(&kernel));
        both(folder.path(), &named("binary"), &[image]);
        both(folder.path(), &named("modules"), &[module]);
        put(folder.path(), &named("vmlinux.btf"), kernel.bytes());
        put(folder.path(), &named("valve.ko"), valve_on(&kernel));
    }
    let layout = |words: &str| run(folder.path(), &format!("layout {words}"));
    // Whatever the pieces are, and in whatever order.
    for pieces in [
        "-k old-binary.deb -k old-modules.deb",
        "-k old-modules.deb --kernel old-binary.deb",
        "-k old-binary/ -k old-modules/",
        "-k old-vmlinux.btf -k old-modules.deb -k old-modules.deb",
        "-k old-vmlinux.btf -k old-valve.ko",
        "-k old-valve.ko -k old-binary/",
    ] {
        let (status, said) = layout(&format!("valve pump {pieces}"));
        assert!(
            status == 0 && said.contains("int lever;") && said.contains("int state;"),
            "{said}"
        );
        let (status, said) = layout(&format!("--all {pieces}"));
        assert!(status == 0 && said.contains("4\t-\t0\tstruct pump\n"), "{said}");
        assert!(said.contains("4\t-\t0\tstruct valve\n"), "{said}");
    }
    // Of the later pieces nothing is read if the kernel itself has what is asked for.
    let whole =
        debian(&[("lib/modules/6.12.1/kernel/a.ko", &valve_on(&with_pump("state")))], "", plain);
    put(folder.path(), "cut.deb", &whole[..whole.len() - 1500]);
    let (status, said) = layout("pump -k old-binary.deb -k cut.deb");
    let remark = "modversions: DIR/old-binary.deb, DIR/cut.deb: only the kernel itself was read, which has what \
                  was asked for (--modules reads its modules, too)\n";
    assert!(status == 0 && said.ends_with(remark), "{said}");
    assert_eq!(layout("valve -k old-binary.deb -k cut.deb").0, 2);
    // Two kernels, a piece of each at a time; what one side has in one piece is given again.
    for pairs in [
        "--diff old-binary.deb new-binary.deb --diff old-modules.deb new-modules.deb",
        "--diff old-binary/ new-vmlinux.btf --diff old-modules.deb new-valve.ko",
    ] {
        let (status, said) = layout(&format!("pump valve {pairs}"));
        assert!(status == 0 && said.contains("old: vmlinux\nnew: vmlinux\n"), "{said}");
        assert!(said.contains("int state\n") && said.contains("int mode\n"), "{said}");
        assert!(said.contains("int lever\n"), "{said}");
        let (status, said) = layout(&format!("--all {pairs}"));
        assert_eq!((status, &*said), (0, "!\t4\t4\tstruct pump\n"));
    }
    // Pieces of one kernel, and of no other.
    let (status, said) = layout("pump --modules -k old-binary.deb -k new-modules.deb");
    let expected = "modversions: DIR/new-modules.deb: it is of 6.12.2, and of 6.12.1 is DIR/old-binary.deb; give \
                    the pieces of one kernel\n";
    assert_eq!((status, &*said), (2, expected));
    let (status, said) = layout("vlave -k old-binary.deb -k old-modules.deb");
    let expected = "modversions: DIR/old-binary.deb, DIR/old-modules.deb: there is no type vlave in it; did you \
                    mean struct valve?\n";
    assert_eq!((status, &*said), (2, expected));
    // Types that lie apart from the list of exports.
    put(folder.path(), "types/a.symtypes", "s#tank struct tank { int level ; }\n");
    put(folder.path(), "lists/Module.symvers", SYMVERS);
    let (status, said) = layout("tank -k lists/ -k types/");
    assert!(status == 0 && said.contains("int level;"), "{said}");
    for words in ["-k old-binary.deb", "--all old-binary.deb -k old-modules.deb", "--all"] {
        assert_eq!(layout(words).0, 2, "{words}");
    }
}
