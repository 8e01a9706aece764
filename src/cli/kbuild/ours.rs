//! Our own program, as it is installed in trees and recognized there.

use std::env;
use std::fs;
use std::path::Path;

use memchr::memmem;

use crate::cli::exit::{Failure, Result};

/// A text that is in every build of our program and in none of the kernel's. What follows the last
/// blank is the version.
const MARK: &str =
    concat!("modversions in Kbuild's hands, version ", env!("CARGO_PKG_VERSION"), "\n");

/// The program that is running.
pub(super) struct Ours {
    /// Its bytes.
    pub(super) program: Vec<u8>,
}

impl Ours {
    /// Reads the program of this process.
    pub(super) fn of_process() -> Result<Ours> {
        let own = Path::new("/proc/self/exe");
        let path = env::current_exe().map_err(Failure::from_io(own))?;
        let program = fs::read(&path).map_err(Failure::from_io(&path))?;
        match version_of(&program) {
            Some(_) => Ok(Ours { program }),
            None => Err(Failure::of(&path, "not the running program")),
        }
    }
}

/// Which version of ours this program is; none if it is something else.
pub(super) fn version_of(program: &[u8]) -> Option<String> {
    let (words, _) = MARK.rsplit_once(' ')?;
    let finder = memmem::Finder::new(words);
    finder.find_iter(program).find_map(|place| {
        let version = program[place + words.len()..].strip_prefix(b" ")?;
        let end = memchr::memchr(b'\n', &version[..version.len().min(32)])?;
        let version = std::str::from_utf8(&version[..end]).ok()?;
        version.starts_with(|letter: char| letter.is_ascii_digit()).then(|| version.to_owned())
    })
}
