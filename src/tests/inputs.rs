//! What strangers may give: files that are no files, damaged ones, and such as unpack to more than a
//! machine has. Each run is a process of its own, which a limit or a watchdog ends if need be.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use testkit::boot_images::{uimage, zboot, zimage};
use testkit::elf_text::assemble;
use testkit::packed::{debian, gzip, plain, rpm, xz};

/// No run here takes nearly so long, even unoptimised on a busy machine.
const WATCHDOG: Duration = Duration::from_secs(100);

/// More than one thread, also on a machine with a single processor.
const THREADS: [&str; 2] = ["--jobs", "4"];

/// What a run ended with.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    /// The exit status; none if a signal ended it.
    status: Option<i32>,
    /// What it said on standard error.
    said: String,
}

/// Runs `modversions` in a directory.
fn run(folder: &Path, words: &str) -> Ended {
    let mut program = Command::new(env!("CARGO_BIN_EXE_modversions"));
    program.args(words.split(' ')).current_dir(folder).args(THREADS);
    ended(program)
}

/// What becomes of a program, which is killed if it takes too long.
fn ended(mut program: Command) -> Ended {
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let said = thread::spawn(move || {
        let mut said = Vec::new();
        stderr.read_to_end(&mut said).unwrap();
        String::from_utf8(said).unwrap()
    });
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if started.elapsed() > WATCHDOG {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        thread::sleep(Duration::from_millis(2));
    };
    Ended { status, said: said.join().unwrap() }
}

/// Writes a file in a directory, with the folders above it.
fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

const SYMVERS: &str = "0x00000008\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n";

/// Runs `modversions` in a directory, with so much address space: what it needs itself for its
/// threads is below 700 MiB.
fn run_within(folder: &Path, mebibytes: u64, words: &str) -> Ended {
    let mut program = Command::new("sh");
    let limit = format!("ulimit -v {}; exec \"$@\"", mebibytes << 10);
    program.args(["-c", &limit, "sh", env!("CARGO_BIN_EXE_modversions")]);
    program.args(words.split(' ')).current_dir(folder).args(THREADS);
    ended(program)
}

/// So many bytes of zeros, packed by gzip into a thousandth: a whole number of MiB.
fn zeros(mebibytes: usize) -> Vec<u8> {
    const AT_ONCE: usize = 16;
    assert_eq!(mebibytes % AT_ONCE, 0);
    gzip(&vec![0; AT_ONCE << 20]).repeat(mebibytes / AT_ONCE)
}

/// A package of Debian with this archive, packed by gzip.
fn package_of(archive: &[Vec<u8>]) -> Vec<u8> {
    let packed = archive.concat();
    let mut package = debian(&[], ".gz", plain);
    let place = package.windows(8).position(|it| it == b"data.tar").unwrap();
    package.truncate(place + 48);
    package.extend(format!("{:<10}`\n", packed.len()).bytes());
    package.extend(packed);
    package
}

/// The header of a file in an archive of tar, packed by gzip.
fn tar_header(kind: tar::EntryType, path: &str, mebibytes: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path(path).unwrap();
    header.set_entry_type(kind);
    header.set_size(mebibytes << 20);
    header.set_mode(0o644);
    header.set_cksum();
    gzip(header.as_bytes())
}

/// A file of zeros in an archive of tar.
fn tar_zeros(path: &str, mebibytes: usize) -> Vec<u8> {
    let header = tar_header(tar::EntryType::Regular, path, mebibytes as u64);
    [header, zeros(mebibytes)].concat()
}

/// Every command that reads what may be a package or a module, about the file `given`.
fn readers(given: &str) -> [String; 6] {
    [
        format!("show {given}"),
        format!("check -k dump {given}"),
        format!("check -k {given} dump"),
        format!("abi-diff {given} dump"),
        format!("abi-diff dump dump --modules {given}"),
        format!("layout page {given}"),
    ]
}

#[test]
fn what_unpacks_to_more_than_a_machine_has_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    put(folder, "large.ko", zeros(3 << 10));
    for words in readers("large.ko") {
        let Ended { status, said } = run_within(folder, 1400, &words);
        let limit = if words.starts_with("abi-diff large") { 256 } else { 512 };
        let expected = format!(
            "modversions: large.ko: more than {limit} MiB when unpacked (raise the limit with \
             --max-memory)\n"
        );
        assert_eq!((status, said), (Some(2), expected), "{words}");
    }
}

#[test]
fn a_package_holds_no_more_than_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    let names = ["Module.symvers", "boot/config-1", "boot/config-2", "config", "symvers-1"];
    let wanted: Vec<Vec<u8>> = names.iter().map(|name| tar_zeros(name, 480)).collect();
    let inner = package_of(&[tar_zeros("boot/vmlinux", 3 << 10)]);
    let cpio = {
        // The header of a file with a name of 3 GiB.
        let head = format!("070701{:08x}", 0).into_bytes();
        let field = |number: u32| format!("{number:08x}").into_bytes();
        let fields = [0o100_644, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3 << 30, 0].map(field).concat();
        [gzip(&[head, fields].concat()), zeros(3 << 10)].concat()
    };
    let empty = gzip(&cpio::newc::trailer(Vec::new()).unwrap());
    let mut large_name = rpm(&[], gzip);
    large_name.truncate(large_name.len() - empty.len());
    large_name.extend(cpio);
    let packages = [
        ("wanted.deb", package_of(&wanted)),
        ("nested.deb", debian(&[("boot/vmlinux", &inner)], "", plain)),
        ("module.deb", package_of(&[tar_zeros("lib/modules/6.1/a.ko", 3 << 10)])),
        (
            "long.deb",
            package_of(&[
                tar_header(tar::EntryType::GNULongName, "long", 3 << 10),
                zeros(3 << 10),
                tar_zeros("b.ko", 16),
            ]),
        ),
        (
            "header.deb",
            package_of(&[
                tar_header(tar::EntryType::XHeader, "pax", 3 << 10),
                zeros(3 << 10),
                tar_zeros("b.ko", 16),
            ]),
        ),
        ("name.rpm", large_name),
    ];
    for (name, package) in packages {
        put(folder, name, package);
        for words in readers(name) {
            let Ended { status, said } = run_within(folder, 1400, &words);
            let expected = format!("modversions: {name}");
            let is_one = said.lines().count() == 1;
            assert!(status == Some(2) && said.starts_with(&expected) && is_one, "{words}: {said}");
        }
    }
    let said = run(folder, "check -k wanted.deb dump").said;
    let place = "modversions: wanted.deb:Module.symvers: ";
    assert_eq!(said, format!("{place}all symbols and types take more than 128 MiB {RAISE}"));
    let said = run(folder, "abi-diff dump dump --modules module.deb").said;
    let place = "modversions: module.deb:lib/modules/6.1/a.ko: ";
    assert_eq!(said, format!("{place}more than 512 MiB {RAISE}"));
}

#[test]
fn a_kernel_in_an_image_may_be_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    let large = vec![0; 32 << 20];
    let packed = zboot(&large, "gzip", gzip);
    for (name, image) in [
        ("uimage", uimage(&packed, 2, 22)),
        ("packed", gzip(&packed)),
        ("zimage", zimage(&large, gzip)),
        ("zboot", packed),
    ] {
        put(folder, name, image);
        for command in ["check dump -k", "abi-diff dump", "show", "layout page"] {
            let Ended { status, said } = run(folder, &format!("{command} {name} --max-memory 32M"));
            let is_one = said.starts_with(&format!("modversions: {name}: more than "))
                && said.ends_with(&format!(" MiB when unpacked {RAISE}"));
            assert!(status == Some(2) && is_one, "{command} {name}: {said}");
        }
    }
}

/// How the messages about limits end.
const RAISE: &str = "(raise the limit with --max-memory)\n";

#[test]
fn what_nobody_wants_of_a_package_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    let files = debian(&[("Module.symvers", SYMVERS.as_bytes())], "", plain);
    let start = files.windows(14).position(|it| it == b"Module.symvers").unwrap();
    let package = package_of(&[tar_zeros("usr/share/large", 2 << 10), gzip(&files[start..])]);
    put(folder, "headers.deb", package);
    let ended = run_within(folder, 1000, "abi-diff headers.deb dump");
    assert_eq!(ended, Ended { status: Some(0), said: String::new() });
    // All that is unpacked is limited, too.
    let said = run(folder, "abi-diff headers.deb dump --max-memory 64M").said;
    let expected = "modversions: headers.deb: more than 1 GiB when unpacked ";
    assert_eq!(said, format!("{expected}{RAISE}"));
}

#[test]
fn the_answer_about_a_limit_is_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    for number in 0..20 {
        let content = if number == 11 { zeros(16) } else { gzip(&object(number)) };
        put(folder, &format!("tree/{number:02}.ko"), content);
    }
    for limit in ["4M", "1G"] {
        for jobs in ["1", "2", "4", "64"] {
            let words = format!("abi-diff dump dump --modules tree --max-memory {limit} -j {jobs}");
            let mut program = Command::new(env!("CARGO_BIN_EXE_modversions"));
            program.args(words.split(' ')).current_dir(folder);
            let said = ended(program).said;
            let expected = match limit {
                "4M" => format!("more than 2 MiB when unpacked {RAISE}"),
                _ => "not an ELF object\n".to_owned(),
            };
            assert_eq!(said, format!("modversions: tree/11.ko: {expected}"), "{words}");
        }
    }
}

/// A module of 64 KiB and more.
fn object(number: usize) -> Vec<u8> {
    let text =
        format!("elf 64 little x86_64\nsection .text alloc exec\nzeros {}\n", 65536 + number);
    assemble(&text).unwrap()
}

/// Makes a named pipe in a directory.
fn pipe(folder: &Path, name: &str) {
    put(folder, name, "");
    fs::remove_file(folder.join(name)).unwrap();
    assert!(Command::new("mkfifo").arg(folder.join(name)).status().unwrap().success());
}

#[test]
fn special_files_that_are_found_are_errors_or_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    put(folder, "a.symtypes", "f int f ( void )\n");
    for (tree, name) in [
        ("exports", "Module.symvers"),
        ("config", ".config"),
        ("kernel", "vmlinux"),
        ("module", "a.ko"),
        ("types", "a.symtypes"),
    ] {
        pipe(folder, &format!("pipe/{tree}/{name}"));
        fs::create_dir_all(folder.join("zero").join(tree)).unwrap();
        let link = folder.join("zero").join(tree).join(name);
        std::os::unix::fs::symlink("/dev/zero", link).unwrap();
    }
    for (words, place) in [
        ("check -k pipe/exports dump", "pipe/exports/Module.symvers"),
        ("check -k zero/exports dump", "zero/exports/Module.symvers"),
        ("abi-diff pipe/exports dump", "pipe/exports/Module.symvers"),
        ("abi-diff zero/exports dump", "zero/exports/Module.symvers"),
        ("symtypes verify pipe/exports", "pipe/exports/Module.symvers"),
        ("check -k pipe/config dump", "pipe/config/.config"),
        ("check -k zero/config dump", "zero/config/.config"),
        ("layout page pipe/kernel", "pipe/kernel/vmlinux"),
        ("layout page zero/kernel", "zero/kernel/vmlinux"),
        ("abi-diff pipe/kernel dump", "pipe/kernel/vmlinux"),
        ("abi-diff zero/kernel dump", "zero/kernel/vmlinux"),
        ("check -k pipe/module dump", "pipe/module/a.ko"),
        ("abi-diff zero/module dump", "zero/module/a.ko"),
        ("layout page pipe/module", "pipe/module/a.ko"),
        ("symtypes consolidate pipe/types", "pipe/types/a.symtypes"),
    ] {
        let Ended { status, said } = run_within(folder, 1400, words);
        let expected = format!("modversions: {place}: not a regular file\n");
        assert!(status == Some(2) && said.contains(&expected), "{words}: {status:?} {said}");
    }
}

/// Runs `modversions` with something in a pipe as its standard input.
fn run_piped(folder: &Path, name: &str, words: &str) -> Ended {
    let mut program = Command::new("sh");
    program.args(["-c", "cat \"$0\" | \"$@\"", name, env!("CARGO_BIN_EXE_modversions")]);
    program.args(words.split(' ')).current_dir(folder);
    ended(program)
}

#[test]
fn what_is_named_may_be_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    put(folder, "a.symtypes", "s#tank struct tank { int level ; }\nf int f ( s#tank )\n");
    put(folder, "all", "/* a.symtypes */\nf int f ( void )\n");
    put(folder, "headers.deb", debian(&[("Module.symvers", SYMVERS.as_bytes())], ".gz", gzip));
    for (name, words) in [
        ("dump", "abi-diff /dev/stdin dump"),
        ("headers.deb", "abi-diff /dev/stdin dump"),
        ("a.symtypes", "symtypes show tank /dev/stdin"),
        ("a.symtypes", "layout tank /dev/stdin"),
        ("all", "symtypes split /dev/stdin -o split"),
    ] {
        let ended = run_piped(folder, name, words);
        assert_eq!(ended, Ended { status: Some(0), said: String::new() }, "{words}");
    }
    for words in readers("/dev/zero") {
        let Ended { status, said } = run_within(folder, 1400, &words);
        assert!(status == Some(2) && said.contains(": more than "), "{words}: {said}");
    }
}

#[test]
fn a_file_that_only_claims_to_be_large_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    for (name, head) in [("tree/a.ko", &b""[..]), ("elf/a.ko", b"\x7fELF\x02\x01\x01")] {
        put(folder, name, head);
        fs::File::options().write(true).open(folder.join(name)).unwrap().set_len(8 << 30).unwrap();
        for words in readers(name.split('/').next().unwrap()).iter().skip(1) {
            let Ended { status, said } = run_within(folder, 1400, words);
            // What is found to be checked is a line of the report.
            let lines = usize::from(words != "check -k dump elf");
            assert!(status == Some(2) && said.lines().count() == lines, "{words}: {said}");
        }
    }
}

#[test]
fn of_several_damaged_modules_the_first_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "dump", SYMVERS);
    // The first takes longer than all others.
    let long = xz(&vec![7; 3 << 20]);
    for number in 0..16 {
        let damaged = if number == 0 { &long[..] } else { b"no module" };
        put(folder, &format!("tree/{number:02}.ko"), damaged);
    }
    let files: Vec<String> = (0..16).map(|number| format!("tree/{number:02}.ko")).collect();
    let given = format!("abi-diff dump dump --modules {}", files.join(" "));
    for words in ["abi-diff tree dump", "check -k tree tree/01.ko", &given] {
        for _ in 0..17 {
            let Ended { status, said } = run(folder, words);
            assert!(status == Some(2) && said.contains("tree/00.ko: "), "{words}: {said}");
        }
    }
}
