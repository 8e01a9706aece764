//! The standard streams of a run.

use std::io::Write;

use super::input::Stdin;

/// The standard streams of a run. Tests give their own.
pub struct Io<'a> {
    /// Standard input.
    pub stdin: Stdin<'a>,
    /// Standard output.
    pub stdout: &'a mut (dyn Write + Send),
    /// Standard error.
    pub stderr: &'a mut (dyn Write + Send),
}

impl Io<'_> {
    /// Writes to standard error. As in the C programs, a failure to write is ignored.
    pub(super) fn complain(&mut self, message: &[u8]) {
        let _ = self.stderr.write_all(message);
    }

    /// Writes a message of `modversions` itself to standard error.
    pub(super) fn say(&mut self, message: &[u8]) {
        self.complain(&[b"modversions: ", message, b"\n"].concat());
    }

    /// Writes to standard output. As in the C programs, a failure to write is ignored:
    /// `genksyms >/dev/full` succeeds.
    pub(super) fn print(&mut self, text: &[u8]) {
        let _ = self.stdout.write_all(text).and_then(|()| self.stdout.flush());
    }
}
