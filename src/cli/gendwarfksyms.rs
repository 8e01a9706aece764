//! The drop-in for `scripts/gendwarfksyms/gendwarfksyms`: its options and exit statuses.
//!
//! Ours are two long options, only recognised in full: `--kernel RELEASE` and `--diagnostics`.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};

use clap::Args;

use super::drop_in::{bytes, documented, kernel_of_build, parse_kernel, say};
use super::files;
use super::getopt::{self, Argument, Met, Row, Table};
use super::{Environment, Io};
use crate::gendwarfksyms::{Exports, Options, Output, USAGE};
use crate::release::{Behaviour, EmptyList, KernelRelease, Program, Standing};

/// Compute the CRCs of an object's exports from its debugging information
///
/// All arguments are those of the kernel's gendwarfksyms (try `modversions gendwarfksyms -h`), and two
/// of our own, which have no abbreviations: `--kernel RELEASE` for the release whose program it
/// replaces, and `--diagnostics` to report what that does in silence (as does
/// MODVERSIONS_DIAGNOSTICS=1 in a kernel build).
#[derive(Args)]
#[command(override_usage = "modversions gendwarfksyms [OPTIONS] OBJECT < SYMBOLS")]
pub(super) struct Arguments {
    /// The object
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OBJECT")]
    arguments: Vec<OsString>,
}

/// What an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Debug,
    DumpDies,
    DumpDieMap,
    DumpTypes,
    DumpVersions,
    Stable,
    Symtypes,
    Help,
    Kernel,
    Diagnostics,
}

const OPTIONS: &[Row<Meaning>] = &[
    Row::new(b'd', "debug", Argument::None, Meaning::Debug).help("", "Print what is being done"),
    Row::long("dump-dies", Argument::None, Meaning::DumpDies)
        .help("", "Print the DIEs of each export, indented"),
    Row::long("dump-die-map", Argument::None, Meaning::DumpDieMap)
        .help("", "Print the DIEs that are remembered"),
    Row::long("dump-types", Argument::None, Meaning::DumpTypes)
        .help("", "Print the text of each type"),
    Row::long("dump-versions", Argument::None, Meaning::DumpVersions)
        .help("", "Print for each export the text that its CRC is computed from"),
    Row::new(b's', "stable", Argument::None, Meaning::Stable)
        .help("", "Apply the rules of kABI and the names `__kabi_...`"),
    Row::new(b'T', "symtypes", Argument::Required, Meaning::Symtypes)
        .help("FILE", "Write the types that the exports reach: a .symtypes file"),
    Row::new(b'h', "help", Argument::None, Meaning::Help)
        .help("", "Print the usage text of the kernel's program, and exit"),
];

const ADDITIONS: &[Row<Meaning>] = &[
    Row::long("kernel", Argument::Required, Meaning::Kernel)
        .help("RELEASE", "The kernel release whose program is replaced"),
    Row::long("diagnostics", Argument::None, Meaning::Diagnostics)
        .help("", "Report what the kernel's program does in silence"),
];

const TABLE: Table<Meaning> = Table { parts: &[OPTIONS], additions: ADDITIONS };

/// The command with its options, for manuals.
pub(super) fn for_manuals(command: clap::Command) -> clap::Command {
    documented(command, &[OPTIONS, ADDITIONS], &[])
}

/// A run that ends; what had to be said has been said.
struct Ended(u8);

/// A command line.
struct Request<'a> {
    kernel: KernelRelease,
    options: Options,
    /// The name of the `-T` file.
    symtypes: Option<&'a OsStr>,
    objects: Vec<OsString>,
}

/// Runs gendwarfksyms with `args`, whose first word is the program's name for messages; returns the
/// exit status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    let ended =
        read_command_line(args, environment, io).and_then(|request| execute(&request, args, io));
    match ended {
        Ok(()) => 0,
        Err(Ended(status)) => status,
    }
}

fn read_command_line<'a>(
    args: &'a [OsString],
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<Request<'a>, Ended> {
    let default = KernelRelease::NEWEST_KNOWN;
    let kernel = kernel_of_build(environment, None, default, args, io).ok_or(Ended(1))?;
    let (diagnostics, color) = (environment.diagnostics, environment.color);
    let options = Options { diagnostics, color, ..Options::default() };
    let mut request = Request { kernel, options, symtypes: None, objects: Vec::new() };
    let mut options = getopt::Options::new(args, environment.posixly_correct);
    while let Some(met) = options.next(&TABLE) {
        match met {
            Ok(met) => request.apply(met, args, io)?,
            Err(complaint) => {
                io.complain(&complaint);
                io.complain(USAGE);
                return Err(Ended(1));
            }
        }
    }
    request.objects = options.operands().iter().map(OsString::from).collect();
    if request.objects.is_empty() {
        io.complain(USAGE);
        return Err(failed("no input files?", io));
    }
    Ok(request)
}

impl<'a> Request<'a> {
    fn apply(
        &mut self,
        met: Met<'a, Meaning>,
        args: &[OsString],
        io: &mut Io<'_>,
    ) -> Result<(), Ended> {
        let argument = met.argument.unwrap_or_default();
        match met.id {
            Meaning::Debug => self.options.debug = true,
            // What the map of DIEs shows besides are addresses of the C program.
            Meaning::DumpDies | Meaning::DumpDieMap => self.options.dump_dies = true,
            Meaning::DumpTypes => self.options.dump_types = true,
            Meaning::DumpVersions => self.options.dump_versions = true,
            Meaning::Stable => self.options.stable = true,
            Meaning::Symtypes => {
                self.options.symtypes = true;
                self.symtypes = Some(argument);
            }
            Meaning::Help => {
                io.complain(USAGE);
                return Err(Ended(0));
            }
            Meaning::Diagnostics => self.options.diagnostics = true,
            Meaning::Kernel => {
                self.kernel = parse_kernel(argument, "--kernel", args, io).ok_or(Ended(1))?;
            }
        }
        Ok(())
    }
}

fn execute(request: &Request<'_>, args: &[OsString], io: &mut Io<'_>) -> Result<(), Ended> {
    if let Standing::Unknown(reason) = Program::Gendwarfksyms.standing(request.kernel) {
        say(&reason, args, io);
    }
    let release = Behaviour::at(request.kernel).gendwarfksyms;
    let list = io.stdin.read();
    // What cannot be read is an empty list for the C program.
    let list = list.as_deref().unwrap_or_default();
    let mut output = Output::default();
    let exports = Exports::read(list, &request.options, &mut output);
    io.complain(&std::mem::take(&mut output.stderr));
    let Some(mut exports) = exports else {
        return Err(Ended(1));
    };
    if exports.is_empty() && release.empty_list == EmptyList::Ends {
        return Ok(());
    }
    let mut symtypes = match request.symtypes {
        Some(path) => Some(opened("fopen", path, File::create(path), io)?),
        None => None,
    };
    for path in &request.objects {
        let computed = match files::map(path.as_ref()) {
            Ok(file) => {
                let data = &file.bytes[..file.size];
                exports.compute(bytes(path), data, &request.options, &release, &mut output);
                Ok(())
            }
            // There is nothing to map of an empty file.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
                exports.compute(bytes(path), b"", &request.options, &release, &mut output);
                Ok(())
            }
            Err(error) => Err(error),
        };
        opened("open", path, computed, io)?;
        io.complain(&std::mem::take(&mut output.stderr));
        if output.has_failed {
            return Err(Ended(1));
        }
        if let Some(file) = &mut symtypes {
            let _ = file.write_all(&std::mem::take(&mut output.symtypes));
        }
    }
    exports.finish(&request.options, &mut output);
    io.complain(&output.stderr);
    io.print(&output.stdout);
    Ok(())
}

/// Says why the run ends, in the form of the C program.
fn failed(reason: &str, io: &mut Io<'_>) -> Ended {
    io.complain(format!("error: gendwarfksyms: main: {reason}\n").as_bytes());
    Ended(1)
}

/// The outcome of opening `path` with the C function `function`.
fn opened<T>(
    function: &str,
    path: &OsStr,
    outcome: io::Result<T>,
    io: &mut Io<'_>,
) -> Result<T, Ended> {
    outcome.map_err(|error| {
        let text = error.to_string();
        let reason = text.split(" (os error").next().unwrap_or_default();
        failed(&format!("{function} failed for '{}': {reason}", path.display()), io)
    })
}
