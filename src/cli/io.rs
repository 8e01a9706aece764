//! The standard streams of a run: what the drop-ins write there, and what our own commands do.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::path::Path;

use super::exit::{Failure, Result};
use super::input::Stdin;
use crate::shown::Page;

/// The standard streams of a run. Tests give their own.
pub struct Io<'a> {
    /// Standard input.
    pub stdin: Stdin<'a>,
    /// Standard output.
    pub stdout: &'a mut (dyn Write + Send),
    /// Standard error.
    pub stderr: &'a mut (dyn Write + Send),
}

/// What the drop-ins write: byte for byte what the C programs do, and as in these a failure to write
/// is ignored: `genksyms >/dev/full` succeeds.
impl Io<'_> {
    /// Writes to standard error.
    pub(super) fn complain(&mut self, message: &[u8]) {
        let _ = self.stderr.write_all(message);
    }

    /// Writes to standard output.
    pub(super) fn print(&mut self, text: &[u8]) {
        let _ = self.stdout.write_all(text).and_then(|()| self.stdout.flush());
    }
}

/// What the stand-in for a preprocessor writes, which must not be taken for a whole text.
impl Io<'_> {
    /// Writes to standard output.
    ///
    /// # Errors
    /// How much was written, and why no more.
    pub(super) fn print_whole(
        &mut self,
        text: &[u8],
    ) -> std::result::Result<(), (usize, io::Error)> {
        let mut written = 0;
        while written < text.len() {
            match self.stdout.write(&text[written..]) {
                Ok(0) => return Err((written, io::ErrorKind::WriteZero.into())),
                Ok(more) => written += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err((written, error)),
            }
        }
        self.stdout.flush().map_err(|error| (written, error))
    }
}

/// What our own commands write.
impl Io<'_> {
    /// Writes a text for people to standard output.
    pub(super) fn show(&mut self, page: &Page) -> Result<()> {
        self.write(page.as_bytes())
    }

    /// Writes a text for programs to standard output, as it is; or one for people that is a [`Page`]
    /// already.
    pub(super) fn write(&mut self, text: &[u8]) -> Result<()> {
        let written = self.stdout.write_all(text).and_then(|()| self.stdout.flush());
        written.map_err(Failure::from_io(Path::new("standard output")))
    }

    /// Writes remarks for people to standard error. A failure to do so is nowhere to be told.
    pub(super) fn remark(&mut self, page: &Page) {
        self.complain(page.as_bytes());
    }

    /// Writes a message of `modversions` itself to standard error.
    pub(super) fn say(&mut self, message: &[u8]) {
        let mut page = Page::default();
        page.put("modversions: ").line(message);
        self.remark(&page);
    }
}

/// The process's own standard output, without a buffer. That of the standard library says nothing if
/// the stream is closed.
#[derive(Debug)]
pub struct ProcessOutput;

impl Write for ProcessOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
