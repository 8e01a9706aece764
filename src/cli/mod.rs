//! The command lines: one file a program. Everything that touches files, streams and the
//! environment is here; what is below gets bytes and returns bytes.

pub mod genksyms;
pub mod getopt;
mod heap;
pub mod input;
mod messages;
pub mod modversions;

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;

use input::Stdin;

/// The standard streams of a run. Tests give their own.
pub struct Io<'a> {
    /// Standard input.
    pub stdin: Stdin<'a>,
    /// Standard output.
    pub stdout: &'a mut dyn Write,
    /// Standard error.
    pub stderr: &'a mut dyn Write,
}

impl Io<'_> {
    /// Writes to standard error. As in the C programs, a failure to write is not told anybody.
    fn complain(&mut self, message: &[u8]) {
        let _ = self.stderr.write_all(message);
    }

    /// Writes to standard output. As in the C programs, a failure to write is not told anybody:
    /// `genksyms >/dev/full` succeeds.
    fn print(&mut self, text: &[u8]) {
        let _ = self.stdout.write_all(text).and_then(|()| self.stdout.flush());
    }
}

/// The environment variables that matter.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `KERNELVERSION`, as Kbuild exports it.
    pub kernel_version: Option<OsString>,
    /// Whether `MODVERSIONS_DIAGNOSTICS` is 1.
    pub diagnostics: bool,
    /// Whether standard error is a terminal, and `NO_COLOR` does not forbid colours.
    pub color: bool,
    /// Whether `POSIXLY_CORRECT` is set: options end at the first operand.
    pub posixly_correct: bool,
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        Self {
            kernel_version: std::env::var_os("KERNELVERSION").filter(|value| !value.is_empty()),
            diagnostics: std::env::var_os("MODVERSIONS_DIAGNOSTICS").is_some_and(|v| v == "1"),
            color: io::stderr().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            posixly_correct: std::env::var_os("POSIXLY_CORRECT").is_some(),
        }
    }
}

/// Runs the program that `args` names: by the file name it was called by, or as the first argument
/// of `modversions`. Returns the exit status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    if args.first().is_some_and(|path| genksyms::is_named_by(path)) {
        return genksyms::main(args, environment, io);
    }
    if args.get(1).is_some_and(|word| word == "genksyms") {
        return genksyms::main(&args[1..], environment, io);
    }
    modversions::main(args, io)
}

fn bytes(text: &OsStr) -> &[u8] {
    text.as_bytes()
}
