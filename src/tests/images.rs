//! Kernels as they boot: what is read from each form of image, and from hostile ones. The kernels are
//! made by hand; those of Debian are compared in `cargo xtask conformance check`.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};
use tempfile::TempDir;
use testkit::Target;
use testkit::flat_kernel::{Crcs, FlatKernel};
use testkit::linked_kernel::linked_kernel;

const LITTLE_64: Target = Target { is_64_bit: true, is_big_endian: false };
const BIG_64: Target = Target { is_64_bit: true, is_big_endian: true };
const LITTLE_32: Target = Target { is_64_bit: false, is_big_endian: false };
const BIG_32: Target = Target { is_64_bit: false, is_big_endian: true };

/// Runs `modversions` in a directory, which the texts call `DIR`. Words with a dot or a slash are
/// files there.
fn run(folder: &Path, words: &str) -> (u8, String) {
    let in_folder = |word: &str| match word.contains(['.', '/']) {
        true => folder.join(word).into_os_string(),
        false => OsString::from(word),
    };
    let mut arguments = vec![OsString::from("modversions")];
    arguments.extend(words.split(' ').map(in_folder));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let stdin = Stdin::Bytes(b"");
    let mut io = Io { stdin, stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status, text.replace(folder.to_str().unwrap(), "DIR"))
}

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
