//! The command lines: one file for each program. Everything that accesses files, streams and the
//! environment is here; the rest of the library takes bytes and returns bytes.

mod abi_diff;
pub mod check;
mod data_model;
mod files;
pub mod genksyms;
pub mod getopt;
mod heap;
pub mod input;
mod kbuild;
mod layout;
mod messages;
pub mod modpost;
pub mod modversions;
mod symtypes;
mod threads;

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use input::Stdin;

use crate::release::KernelRelease;

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
    /// Whether `MODVERSIONS_ABI` is 1.
    pub record: bool,
    /// `UTS_MACHINE`, as Kbuild exports it: what `uname -m` says where the kernel runs.
    pub machine: Option<OsString>,
    /// `srctree`, as Kbuild exports it: where the kernel's sources are, seen from the place that it
    /// compiles at.
    pub source_tree: Option<OsString>,
    /// Whether standard error is a terminal, and `NO_COLOR` does not forbid colours.
    pub color: bool,
    /// The same of standard output.
    pub stdout_color: bool,
    /// Whether standard error is a terminal, for a bar while somebody waits.
    pub progress: bool,
    /// `SOURCE_DATE_EPOCH`: the time that counts as now, for results that can be had again.
    pub source_date_epoch: Option<OsString>,
    /// Whether `POSIXLY_CORRECT` is set: options end at the first operand.
    pub posixly_correct: bool,
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        let may_color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            kernel_version: std::env::var_os("KERNELVERSION").filter(|value| !value.is_empty()),
            diagnostics: std::env::var_os("MODVERSIONS_DIAGNOSTICS").is_some_and(|v| v == "1"),
            record: std::env::var_os("MODVERSIONS_ABI").is_some_and(|v| v == "1"),
            machine: std::env::var_os("UTS_MACHINE"),
            source_tree: std::env::var_os("srctree"),
            color: may_color && io::stderr().is_terminal(),
            stdout_color: may_color && io::stdout().is_terminal(),
            progress: io::stderr().is_terminal(),
            source_date_epoch: std::env::var_os("SOURCE_DATE_EPOCH"),
            posixly_correct: std::env::var_os("POSIXLY_CORRECT").is_some(),
        }
    }
}

/// A program that takes the place of one of the kernel's. Its first argument is the name that
/// messages give it; what it returns is the exit status.
type DropIn = fn(&[OsString], &Environment, &mut Io<'_>) -> u8;

/// The drop-in of this name.
fn drop_in(name: &OsStr) -> Option<DropIn> {
    match name.as_bytes() {
        b"genksyms" => Some(genksyms::main),
        b"modpost" => Some(modpost::main),
        _ => None,
    }
}

/// Runs the program that `args` names: by the file name it was called by, or as the first argument
/// of `modversions`. Returns the exit status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    let own_name = args.first().and_then(|path| Path::new(path).file_name());
    if let Some(drop_in) = own_name.and_then(drop_in) {
        return drop_in(args, environment, io);
    }
    if let Some(drop_in) = args.get(1).and_then(|word| drop_in(word)) {
        return drop_in(&args[1..], environment, io);
    }
    if own_name == Some(OsStr::new("abi-diff")) {
        let with_tool = [&[OsString::from("modversions"), OsString::from("abi-diff")], &args[1..]];
        return modversions::main(&with_tool.concat(), environment, io);
    }
    modversions::main(args, environment, io)
}

fn bytes(text: &OsStr) -> &[u8] {
    text.as_bytes()
}

/// Says something of our own, after the name that the program was called by.
fn say(message: &str, args: &[OsString], io: &mut Io<'_>) {
    let program = args.first().map_or(OsStr::new("modversions"), OsString::as_os_str);
    io.complain(&[bytes(program), b": ", message.as_bytes(), b"\n"].concat());
}

/// The release that `text` names; `None`, said with where it is from, if it names none.
fn parse_kernel(
    text: &OsStr,
    from: &str,
    args: &[OsString],
    io: &mut Io<'_>,
) -> Option<KernelRelease> {
    let release = text.to_string_lossy().parse();
    release.inspect_err(|error| say(&format!("{from}: {error}"), args, io)).ok()
}
