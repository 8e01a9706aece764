//! What strangers may give: files that are no files, damaged ones, and such as unpack to more than a
//! machine has. Each run is a process of its own, which a limit or a watchdog ends if need be.

#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use testkit::packed::xz;

/// No run here takes nearly so long, even unoptimised on a busy machine.
const WATCHDOG: Duration = Duration::from_secs(100);

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
    program.args(words.split(' ')).current_dir(folder).env("RAYON_NUM_THREADS", "4");
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
