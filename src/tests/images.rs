//! Kernels as they boot: what is read from each form of image, and from hostile ones. The kernels are
//! made by hand; those of Debian are compared in `cargo xtask conformance check`.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod in_folder;

use std::fs;

use modversions::inputs::btf;
use modversions::inputs::limits::Limits;
use tempfile::TempDir;
use testkit::Target;
use testkit::boot_images::{
    arm64_image, boot_img, elf_extractor, loongarch_image, riscv_image, s390_image, uimage, zboot,
    zimage,
};
use testkit::btf_file::Writer;
use testkit::elf_text::assemble;
use testkit::flat_kernel::{Crcs, FlatKernel};
use testkit::linked_kernel::linked_kernel;
use testkit::packed::{self, PACKS, boot_image, debian, gzip, old_lz4, plain};

use self::in_folder::{put, run};

const LITTLE_64: Target = Target { is_64_bit: true, is_big_endian: false };
const BIG_64: Target = Target { is_64_bit: true, is_big_endian: true };
const LITTLE_32: Target = Target { is_64_bit: false, is_big_endian: false };
const BIG_32: Target = Target { is_64_bit: false, is_big_endian: true };

/// What `show` says of a file with this content.
fn shown(content: &[u8]) -> (u8, String) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.kernel"), content).unwrap();
    run(folder.path(), "show a.kernel")
}

/// An ELF file of a kernel, as far as it is loaded: without sections.
fn without_sections(kernel: &FlatKernel, machine: u16) -> Vec<u8> {
    let Target { is_64_bit, is_big_endian } = kernel.target;
    let half = |half: u16| if is_big_endian { half.to_be_bytes() } else { half.to_le_bytes() };
    let mut head = b"\x7fELF".to_vec();
    head.extend([if is_64_bit { 2 } else { 1 }, if is_big_endian { 2 } else { 1 }, 1]);
    head.resize(16, 0);
    head.extend([half(2), half(machine)].concat());
    head.resize(0x1000, 0);
    [head, kernel.bytes()].concat()
}

/// The lines that `show` has for the exports of a kernel.
fn lines(kernel: &FlatKernel) -> String {
    let exports = kernel.exports();
    let mut lines = format!("{} exports\n", exports.len());
    for ((name, crc, namespace), is_gpl) in exports {
        let crc = match kernel.crcs {
            Crcs::None => "no CRC    ".to_owned(),
            _ => format!("{crc:#010x}"),
        };
        let license = if is_gpl { " (GPL only)" } else { "" };
        let namespace = match (kernel.fields, namespace) {
            (3, "PUMP") => " in PUMP",
            _ => "",
        };
        lines += &format!("  {crc} {name}{license}{namespace}\n");
    }
    lines
}

/// Kernels with each kind of tables that there is.
fn kernels() -> Vec<FlatKernel> {
    let mut kernels = Vec::new();
    let bases = [None, Some(0xc000_8000), Some(0xffff_ffff_8010_0000), Some(0x10_0000)];
    for target in [LITTLE_64, BIG_64, LITTLE_32, BIG_32] {
        for base in
            bases.into_iter().filter(|it| target.is_64_bit || it.is_none_or(|it| it >> 32 == 0))
        {
            for (fields, crcs, has_flags) in [
                (3, Crcs::InTable, false),
                (2, Crcs::InTable, false),
                (3, Crcs::Elsewhere, false),
                (3, Crcs::None, false),
                (3, Crcs::None, true),
                (3, Crcs::InTable, true),
            ] {
                kernels.push(FlatKernel { target, base, fields, crcs, has_flags });
            }
        }
    }
    kernels
}

#[test]
fn exports_are_found_without_sections() {
    for kernel in kernels() {
        let (status, text) = shown(&without_sections(&kernel, 8));
        assert_eq!(status, 0, "{kernel:?}: {text}");
        assert!(text.contains("release:        6.12.1\n"), "{kernel:?}: {text}");
        assert!(text.contains("vermagic:       6.12.1 SMP mod_unload modversions \n"), "{text}");
        assert!(text.ends_with(&lines(&kernel)), "{kernel:?}: {text}");
    }
}

#[test]
fn tables_that_do_not_fit_together_are_taken_for_nothing() {
    let kernel = FlatKernel::new(LITTLE_64);
    let whole = without_sections(&kernel, 8);
    let printk = memchr::memmem::find(&whole, b"printk\0").unwrap();
    let first = memchr::memmem::find(&whole, b"pump_start\0").unwrap();
    let damage = |what: &str, bytes: &mut Vec<u8>| match what {
        "a name that is none" => bytes[printk] = b'%',
        "names that do not ascend" => bytes[printk] = b'a',
        "a gap before the names" => drop(bytes.splice(first..first, *b"ab")),
        "the file ends in the names" => bytes.truncate(printk),
        _ => panic!("{what}"),
    };
    let damages = [
        "a name that is none",
        "names that do not ascend",
        "a gap before the names",
        "the file ends in the names",
    ];
    for what in damages {
        let mut bytes = whole.clone();
        damage(what, &mut bytes);
        let (_, text) = shown(&bytes);
        assert!(!text.contains("module_layout"), "{what}: {text}");
    }
}

#[test]
fn flags_of_a_kernel_with_sections_are_read() {
    let kernel = linked_kernel("6.12.1 mod_unload ", "section __kflagstab alloc\nu8 1 0 0 0\n");
    let (_, text) = shown(&kernel);
    assert!(text.contains("module_layout (GPL only)\n"), "{text}");
    let more_than_exports = "section __kflagstab alloc\nu8 1 0 0 0 0\n";
    let (status, text) = shown(&linked_kernel("6.12.1 mod_unload ", more_than_exports));
    assert_eq!(status, 2, "{text}");
    assert!(text.contains("__kflagstab"), "{text}");
}

/// How kernels pack themselves.
fn packs() -> Vec<(&'static str, packed::Pack)> {
    let mut packs = PACKS[1..].to_vec();
    packs.push((".old.lz4", old_lz4));
    packs
}

/// Each form of image around a kernel, what its machine is called, and the kernel.
fn images(pack: packed::Pack) -> Vec<(&'static str, &'static str, Vec<u8>, FlatKernel)> {
    let distant = FlatKernel::new(LITTLE_64);
    let arm = FlatKernel { base: Some(0xc000_8000), ..FlatKernel::new(LITTLE_32) };
    let s390 = FlatKernel { base: Some(0x10_0000), ..FlatKernel::new(BIG_64) };
    let mips = FlatKernel { base: Some(0xffff_ffff_8010_0000), ..distant };
    let loong = FlatKernel { base: Some(0x9000_0000_0020_0000), has_flags: true, ..distant };
    let with_btf = |kernel: &FlatKernel| {
        let is_big_endian = kernel.target.is_big_endian;
        [kernel.bytes(), kernel_btf(is_big_endian), vec![0; 100]].concat()
    };
    let of_arm64 = arm64_image(&with_btf(&distant));
    let of_arm = zimage(&with_btf(&arm), pack);
    let elf = [without_sections(&distant, 62), kernel_btf(false)].concat();
    let (arm64, arm_32) = ("arm64, 64 bits, little endian", "arm, 32 bits, little endian");
    let loongarch = "loongarch, 64 bits, little endian";
    let of_loong = loongarch_image(&with_btf(&loong));
    vec![
        ("bzImage", "x86-64, 64 bits, little endian", boot_image(&with_size(&pack(&elf))), distant),
        ("Image", arm64, of_arm64.clone(), distant),
        ("Image, compressed", arm64, pack(&of_arm64), distant),
        ("zboot", arm64, zboot(&of_arm64, "any", pack), distant),
        ("riscv", "riscv, 64 bits, little endian", riscv_image(&with_btf(&distant)), distant),
        ("loongarch", loongarch, of_loong.clone(), loong),
        ("loongarch, zboot", loongarch, zboot(&of_loong, "any", pack), loong),
        ("zImage", arm_32, of_arm.clone(), arm),
        ("s390", "s390, 64 bits, big endian", s390_image(&with_btf(&s390), pack), s390),
        ("mips", "mips, 64 bits, little endian", elf_extractor(&with_btf(&mips), 8, pack), mips),
        ("uImage of a zImage", arm_32, uimage(&of_arm, 2, 2), arm),
        ("uImage of a flat kernel", arm_32, uimage(&pack(&with_btf(&arm)), 2, 2), arm),
        ("uImage of several", arm64, uimage(&several(&[&of_arm64, b"x"]), 4, 22), distant),
        ("boot.img", arm64, boot_img(&of_arm64, 0), distant),
        ("boot.img of an Image, compressed", arm64, boot_img(&pack(&of_arm64), 2), distant),
        ("boot.img, new", arm64, boot_img(&pack(&of_arm64), 4), distant),
    ]
}

/// What is packed, with the size behind it that images have.
fn with_size(packed: &[u8]) -> Vec<u8> {
    [packed, &if packed.starts_with(b"\x1f\x8b") { vec![] } else { b"size".to_vec() }].concat()
}

/// Files as U-Boot has several in one.
fn several(files: &[&[u8]]) -> Vec<u8> {
    let sizes = files.iter().flat_map(|file| (file.len() as u32).to_be_bytes());
    let sizes: Vec<u8> = sizes.chain([0; 4]).collect();
    [sizes, files.concat()].concat()
}

/// The BTF of a kernel, as far as it shows that it is one.
fn kernel_btf(is_big_endian: bool) -> Vec<u8> {
    let mut writer = Writer::new(is_big_endian);
    let long = writer.int("long", 8);
    writer.list("task_struct", 4, 8, &[("state", &[long, 0])]);
    writer.bytes()
}

#[test]
fn kernels_are_read_from_every_form_of_image() {
    for (how, pack) in packs() {
        for (form, machine, image, kernel) in images(pack) {
            let (status, text) = shown(&image);
            assert_eq!(status, 0, "{form} by {how}: {text}");
            for line in [
                "kind:           kernel\n".to_owned(),
                format!("machine:        {machine}\n"),
                "release:        6.12.1\n".to_owned(),
                "vermagic:       6.12.1 SMP mod_unload modversions \n".to_owned(),
            ] {
                assert!(text.contains(&line), "{form} by {how}: {text}");
            }
            assert!(text.ends_with(&lines(&kernel)), "{form} by {how}: {text}");
            let found =
                btf::find(&image, Limits::default()).map(|it| it.btf).map_err(|it| it.to_string());
            assert_eq!(found, Ok(kernel_btf(kernel.target.is_big_endian)), "{form} by {how}");
        }
    }
}

/// A module of this machine that imports `printk` with this CRC.
fn module(machine: &str, crc: u32) -> Vec<u8> {
    let text = format!(
        "elf 64 little {machine}\nsection .modinfo alloc\nstring license=GPL name=pump intree=Y \
         \"vermagic=6.12.1 SMP mod_unload modversions \"\n\
         section .gnu.linkonce.this_module alloc write\nzeros 64\n\
         section __versions alloc align=32\nu64 {crc}\nascii printk\nzeros 50\n\
         u64 {}\nascii module_layout\nzeros 43\nsymbol printk global\n",
        0x1111_2222
    );
    assemble(&text).unwrap()
}

#[test]
fn an_image_answers_as_a_kernel_does() {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, bytes: &[u8]| put(folder.path(), name, bytes);
    let run = |words: &str| run(folder.path(), words);
    let image = arm64_image(&FlatKernel::new(LITTLE_64).bytes());
    put("Image.gz", &gzip(&image));
    put("boot.img", &boot_img(&image, 4));
    put("good.ko", &module("aarch64", 0x9242_9d24));
    put("bad.ko", &module("aarch64", 1));
    put("other.ko", &module("x86_64", 0x9242_9d24));
    for kernel in ["Image.gz", "boot.img"] {
        let (status, text) = run(&format!("check good.ko --kernel {kernel}"));
        assert_eq!(status, 0, "{text}");
        let (status, text) = run(&format!("check bad.ko --kernel {kernel}"));
        assert!(
            status == 1 && text.contains("printk: 0x92429d24, built against 0x00000001"),
            "{text}"
        );
        let (status, text) = run(&format!("check other.ko --kernel {kernel}"));
        assert!(status == 1 && text.contains("for a different machine than this kernel"), "{text}");
        let (status, text) = run(&format!("abi-diff {kernel} Image.gz"));
        assert!(status == 0 && text.contains("10 exports of the kernel itself"), "{text}");
    }
    // Each says in one sentence what it is and what is missing.
    let mut mute = image.clone();
    let names = memchr::memmem::find(&mute, b"pump_start\0").unwrap();
    mute[names] = b'%';
    put("mute.img", &boot_img(&mute, 4));
    let sentence = "modversions: DIR/mute.img: this is an Android boot.img, and no table of exports is \
                    found in it: give the kernel's headers or its Module.symvers\n";
    assert_eq!(run("check good.ko --kernel mute.img"), (2, sentence.to_owned()));
    assert_eq!(run("abi-diff mute.img Image.gz"), (2, sentence.to_owned()));
    // What else it says is shown.
    let (status, text) = run("show mute.img");
    assert!(status == 0 && text.contains("release:        6.12.1\n"), "{text}");
    assert!(text.ends_with("\n0 exports\n"), "{text}");
}

#[test]
fn show_takes_what_check_takes_for_a_kernel() {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, bytes: &[u8]| put(folder.path(), name, bytes);
    let dump = b"0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n\
        0x0000000b\tgauge_read\tdrivers/gauge-core\tEXPORT_SYMBOL_GPL\tPUMP\n";
    let release = b"#define UTS_RELEASE \"6.12.1\"\n";
    put("dump.symvers", dump);
    put("headers/Module.symvers", dump);
    put("headers/include/generated/utsrelease.h", release);
    let files = [
        ("usr/src/linux-headers-6.12.1/Module.symvers", &dump[..]),
        ("usr/src/linux-headers-6.12.1/include/generated/utsrelease.h", release),
    ];
    put("headers.deb", &debian(&files, "", plain));
    let exports = "\n2 exports\n  0x00000008 printk\n  \
                   0x0000000b gauge_read (GPL only) in PUMP of drivers/gauge-core\n";
    for (given, release) in [
        ("dump.symvers", ""),
        ("headers/", "release:        6.12.1\n"),
        ("headers.deb", "release:        6.12.1\n"),
    ] {
        let (status, text) = run(folder.path(), &format!("show {given}"));
        assert_eq!(status, 0, "{text}");
        let head = format!("file:           DIR/{given}\nkind:           kernel\n");
        assert!(text.starts_with(&head) && text.contains(release), "{text}");
        assert!(text.ends_with(exports), "{text}");
    }
    // A program is linked as kernels are.
    let mut program = without_sections(&FlatKernel::new(LITTLE_64), 62);
    program.truncate(0x1800);
    put("bin/ls", &program);
    let sentence = "modversions: DIR/bin/ls: not a kernel, or one that does not load modules\n";
    assert_eq!(run(folder.path(), "show bin/ls"), (2, sentence.to_owned()));
    assert_eq!(run(folder.path(), "check bin/ls --kernel bin/ls").0, 2);
    // So is one that has another packed in it.
    put("bin/gzip", &elf_extractor(&program, 62, gzip));
    assert_eq!(run(folder.path(), "show bin/gzip").0, 2);
}

#[test]
fn what_is_damaged_or_unsupported_is_one_sentence() {
    let kernel = FlatKernel { base: Some(0xc000_8000), ..FlatKernel::new(LITTLE_32) }.bytes();
    let lzo = |_: &[u8]| b"\x89LZO\0\r\n\x1a\n".to_vec();
    let mut torn = uimage(&kernel, 2, 2);
    *torn.last_mut().unwrap() ^= 1;
    let nested = (0..8).fold(kernel.clone(), |inner, _| uimage(&inner, 2, 2));
    let truncated = "it cannot be unpacked: it is truncated or damaged";
    for (image, says) in [
        (
            b"\xd0\x0d\xfe\xed".repeat(9),
            "it cannot be unpacked (it is a FIT image: give the kernel in it, which `dumpimage` takes out)",
        ),
        (zimage(&kernel, lzo), "it cannot be unpacked (lzo is not supported)"),
        (
            zimage(&kernel, |_| vec![1; 99]),
            "this is an arm zImage, and no kernel that can be unpacked is found in it",
        ),
        (torn, &format!("{truncated} (checksum mismatch)")),
        (nested, &format!("{truncated} (too many images in each other)")),
        (
            zboot(&kernel, "gzip", gzip)[..0x220].to_vec(),
            &format!("{truncated} (unexpected end of file)"),
        ),
        (boot_img(&kernel, 4)[..5000].to_vec(), &format!("{truncated} (unexpected end of file)")),
    ] {
        assert_eq!(shown(&image), (2, format!("modversions: DIR/a.kernel: {says}\n")));
    }
}

#[test]
fn hostile_images_are_read_without_a_panic() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.kernel");
    let mut examined = 0;
    for (form, _, image, _) in images(gzip) {
        let cut = (0..image.len()).step_by(image.len() / 8);
        let cut = cut.map(|length| image[..length].to_vec());
        // Each byte of the heads, and some of the rest.
        let places = (0..64).chain((64..image.len()).step_by(image.len() / 16));
        let changed = places.map(|place| {
            let mut image = image.clone();
            image[place] ^= 0xff;
            image
        });
        for bytes in cut.chain(changed) {
            fs::write(&path, bytes).unwrap();
            let (status, text) = run(folder.path(), "show a.kernel");
            assert!(status == 0 || text.lines().count() == 1, "{form}: {text}");
            examined += 1;
        }
    }
    assert!(examined > 1000);
}
