//! Packages, images and whatever is compressed: as each command looks into them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};

/// What is asked of a file, `@` being its path and `%` that of a list of exports.
const COMMANDS: [&str; 5] = [
    "show @",
    "check % --kernel @",
    "check @ --kernel %",
    "abi-diff @ % --format short",
    "layout device @",
];

/// What each command may use: one thread, so that the same input always does the same; and little
/// memory.
const LIMITS: [&str; 2] = ["--jobs=1", "--max-memory=16M"];

/// The list of exports.
const SYMVERS: &[u8] = b"0x00000007\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n";

/// Reads a package.
pub fn read(bytes: &[u8]) {
    let folder = folder();
    fs::create_dir_all(&folder).unwrap();
    let (file, symvers) = (folder.join("file"), folder.join("Module.symvers"));
    fs::write(&file, bytes).unwrap();
    fs::write(&symvers, SYMVERS).unwrap();
    for command in COMMANDS {
        run(command, &file, &symvers);
    }
}

/// A folder of this process, in memory where there is such a thing.
fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let above = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    above.join(format!("modversions-readers-{}", std::process::id()))
}

/// Runs a command; what it says is not looked at.
fn run(command: &str, file: &Path, symvers: &Path) {
    let argument = |word: &str| match word {
        "@" => file.as_os_str().to_owned(),
        "%" => symvers.as_os_str().to_owned(),
        word => OsString::from(word),
    };
    let arguments: Vec<OsString> =
        ["modversions"].into_iter().chain(command.split(' ')).chain(LIMITS).map(argument).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io { stdin: Stdin::Bytes(b""), stdout: &mut stdout, stderr: &mut stderr };
    let status = cli::main(&arguments, &Environment::default(), &mut io);
    assert!(status <= 2, "{command} ended with {status}");
}
