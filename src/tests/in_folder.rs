//! `modversions` on the files of a directory that a test makes.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use modversions::cli::input::Stdin;
use modversions::cli::{self, Environment, Io};

/// Runs `modversions` in a directory, which the texts call `DIR`. Words with a dot or a slash are
/// files there. The status, and what is said on standard output and standard error.
pub fn run(folder: &Path, words: &str) -> (u8, String) {
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

/// Writes a file in a directory, with the folders above it.
pub fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}
