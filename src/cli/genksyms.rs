//! The drop-in for `scripts/genksyms/genksyms`: its options, texts and exit statuses.
//!
//! Ours are six long options, only recognised in full: `--kernel RELEASE` (for what stands right
//! of it), `--diagnostics`, `--report FORMAT:FILE`, `--abi FILE` with `--arch NAME`, and
//! `--read-everything`, which the tests use.
//!
//! Nothing happens here before the run but what was asked for: a build starts this program once
//! for every object file.

mod problems;
mod record;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use super::getopt::{self, Argument, Met, Row, Table};
use clap::Args;

use super::drop_in::{Others, bytes, documented, kernel_of_build, parse_kernel, say};
use super::reports::Output;
use super::{Environment, Io, messages};
use crate::formats::{symtypes, symver_line};
use crate::genksyms::{Options, Reading, run};
use crate::release::{Behaviour, CrcLine, Genksyms, KernelRelease, OptionSet, Program, Standing};

/// Compute the CRCs of one preprocessed source file's exports
///
/// All arguments are those of the kernel's genksyms (try `modversions genksyms -h`), and six
/// of our own, which have no abbreviations: `--kernel RELEASE` for the options right of it,
/// `--abi FILE` for a record of the interface with what no CRC counts (as does
/// MODVERSIONS_ABI=1 in a kernel build), `--arch NAME` for the architecture it is compiled for,
/// `--diagnostics` to report what the kernel's program silently ignores (as does
/// MODVERSIONS_DIAGNOSTICS=1), `--report FORMAT:FILE` to write the same for another program
/// (docs/reports.md), and `--read-everything` to skim nothing.
#[derive(Args)]
#[command(override_usage = "modversions genksyms [OPTIONS] < FILE")]
pub(super) struct Arguments {
    /// The arguments of the kernel's genksyms
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<OsString>,
}

/// What an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Architecture,
    SymbolPrefix,
    RelativeCrcs,
    /// Known, and answered with the usage text.
    Refused,
    Debug,
    Warnings,
    Quiet,
    Dump,
    Reference,
    DumpTypes,
    Preserve,
    Version,
    Help,
    Kernel,
    Diagnostics,
    Report,
    Record,
    DataModel,
    ReadEverything,
}

/// The options of every release.
const COMMON: &[Row<Meaning>] = &[
    Row::new(b'd', "debug", Argument::None, Meaning::Debug)
        .help("", "Print each definition as it is read, and how full the symbol table is"),
    Row::new(b'w', "warnings", Argument::None, Meaning::Warnings)
        .help("", "Print the messages of the parser; each counts as an error"),
    Row::new(b'q', "quiet", Argument::None, Meaning::Quiet)
        .help("", "Do not print them (the default); the last of -w and -q wins"),
    Row::new(b'D', "dump", Argument::None, Meaning::Dump)
        .help("", "Print for each export the text that its CRC is computed from"),
    Row::new(b'r', "reference", Argument::Required, Meaning::Reference)
        .help("FILE", "Compare with the definitions that -T wrote earlier"),
    Row::new(b'T', "dump-types", Argument::Required, Meaning::DumpTypes)
        .help("FILE", "Write the definitions that the exports reach: a .symtypes file"),
    Row::new(b'p', "preserve", Argument::None, Meaning::Preserve)
        .help("", "Treat a difference from the reference as an error, and honor overrides"),
    Row::new(b'V', "version", Argument::None, Meaning::Version)
        .help("", "Print `genksyms version 2.5.60`, as in every kernel, and continue"),
    Row::new(b'h', "help", Argument::None, Meaning::Help)
        .help("", "Print the usage text of the kernel's program, and exit"),
];
const ARCHITECTURE: &[Row<Meaning>] =
    &[Row::new(b'a', "arch", Argument::Required, Meaning::Architecture)
        .help("NAME", "Up to 3.8: the architecture")];
const SYMBOL_PREFIX: &[Row<Meaning>] =
    &[Row::new(b's', "symbol-prefix", Argument::Required, Meaning::SymbolPrefix)
        .help("PREFIX", "3.9 to 4.17: what precedes the names of symbols")];
const SYMBOL_PREFIX_REFUSED: &[Row<Meaning>] =
    &[Row::short(b's', Argument::Required, Meaning::Refused)
        .help("PREFIX", "4.18 to 6.7: prints the usage text and fails")];
const RELATIVE_CRC: &[Row<Meaning>] =
    &[Row::new(b'R', "relative-crc", Argument::None, Meaning::RelativeCrcs)
        .help("", "4.11 to 5.18: write each CRC as a linker section of its own")];

const ADDITIONS: &[Row<Meaning>] = &[
    Row::long("kernel", Argument::Required, Meaning::Kernel)
        .help("RELEASE", "The kernel release whose program is replaced; for the options after it"),
    Row::long("diagnostics", Argument::None, Meaning::Diagnostics)
        .help("", "Report what the kernel's program silently ignores"),
    Row::long("report", Argument::Required, Meaning::Report).help(
        "FORMAT:FILE",
        "Write the same as a report for another program: sarif:FILE, junit:FILE, ...",
    ),
    Row::long("abi", Argument::Required, Meaning::Record)
        .help("FILE", "Write the ABI record, with what no CRC covers"),
    Row::long("arch", Argument::Required, Meaning::DataModel)
        .help("NAME", "The architecture to name in the ABI record"),
    // What `--arch` was called at first.
    Row::long("data-model", Argument::Required, Meaning::DataModel)
        .help("NAME", "The same as --arch"),
    Row::long("read-everything", Argument::None, Meaning::ReadEverything)
        .help("", "Do not skim; for tests, the results are the same"),
];

/// What differs in releases other than the newest.
const OTHERS: &[Others<Meaning>] = &[(
    "Options of older releases",
    &[RELATIVE_CRC, SYMBOL_PREFIX_REFUSED, SYMBOL_PREFIX, ARCHITECTURE],
)];

/// The command with its options, for manuals.
pub(super) fn for_manuals(command: clap::Command) -> clap::Command {
    documented(command, &[COMMON, ADDITIONS], OTHERS)
}

fn table(options: OptionSet) -> Table<Meaning> {
    let parts: &[&[Row<Meaning>]] = match options {
        OptionSet::Architecture => &[ARCHITECTURE, COMMON],
        OptionSet::SymbolPrefix => &[SYMBOL_PREFIX, COMMON],
        OptionSet::SymbolPrefixAndRelativeCrcs => &[SYMBOL_PREFIX, COMMON, RELATIVE_CRC],
        OptionSet::RelativeCrcs => &[SYMBOL_PREFIX_REFUSED, COMMON, RELATIVE_CRC],
        OptionSet::SymbolPrefixRefused => &[SYMBOL_PREFIX_REFUSED, COMMON],
        OptionSet::Plain => &[COMMON],
    };
    Table { parts, additions: ADDITIONS }
}

/// A command line, as far as it has been read.
struct Request<'a> {
    kernel: KernelRelease,
    release: Genksyms,
    options: Options,
    /// What precedes the names in the CRC lines of old kernels.
    prefix: &'a [u8],
    has_relative_crcs: bool,
    /// The `-T` file: created when the option is met, written at the end.
    types_file: Option<File>,
    /// The name that the `-T` file was given.
    types_name: Option<&'a OsStr>,
    /// Where reports on the input go.
    reports: Vec<Output>,
    /// Where the ABI record goes.
    record: Option<&'a OsStr>,
    /// What it says of the machine.
    data_model: Option<&'static str>,
    /// The last `-r` file, open since the option was met, and its name.
    reference: Option<(&'a OsStr, File)>,
}

/// A run that ends before its input is read; what had to be said has been said.
struct Ended(u8);

/// Runs genksyms with `args`, whose first word is the program's name for messages; returns the
/// exit status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    match read_command_line(args, environment, io)
        .and_then(|request| execute(request, args, environment, io))
    {
        Ok(status) | Err(Ended(status)) => status,
    }
}

fn read_command_line<'a>(
    args: &'a [OsString],
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<Request<'a>, Ended> {
    let default = KernelRelease::NEWEST_KNOWN;
    let kernel = kernel_of_build(environment, None, default, args, io).ok_or(Ended(1))?;
    let mut request = Request::new(kernel);
    request.options.diagnostics = environment.diagnostics;
    request.options.color = environment.color;
    let mut options = getopt::Options::new(args, environment.posixly_correct);
    while let Some(met) = options.next(&table(request.release.options)) {
        match met {
            Ok(met) => request.apply(met, args, io)?,
            Err(complaint) => {
                io.complain(&complaint);
                return Err(request.usage(1, io));
            }
        }
    }
    Ok(request)
}

impl<'a> Request<'a> {
    fn new(kernel: KernelRelease) -> Self {
        Self {
            kernel,
            release: Behaviour::at(kernel).genksyms,
            options: Options::default(),
            prefix: b"",
            has_relative_crcs: false,
            types_file: None,
            types_name: None,
            reports: Vec::new(),
            record: None,
            data_model: None,
            reference: None,
        }
    }

    /// Does at once what the option asks for, as the C program does.
    fn apply(
        &mut self,
        met: Met<'a, Meaning>,
        args: &[OsString],
        io: &mut Io<'_>,
    ) -> Result<(), Ended> {
        let argument = met.argument.unwrap_or_default();
        match met.id {
            Meaning::Architecture => self.prefix = architecture_prefix(argument),
            Meaning::SymbolPrefix => self.prefix = bytes(argument),
            Meaning::RelativeCrcs => self.has_relative_crcs = true,
            Meaning::Refused => return Err(self.usage(1, io)),
            Meaning::Debug => self.options.debug = self.options.debug.saturating_add(1),
            Meaning::Warnings => self.options.warnings = true,
            Meaning::Quiet => self.options.warnings = false,
            Meaning::Dump => self.options.dump_expansions = true,
            Meaning::Reference => {
                self.reference = Some((argument, opened(argument, File::open(argument), io)?));
            }
            Meaning::DumpTypes => {
                self.options.dump_types = true;
                self.types_file = Some(opened(argument, File::create(argument), io)?);
                self.types_name = Some(argument);
            }
            Meaning::Preserve => self.options.preserve = true,
            Meaning::Version => io.complain(messages::GENKSYMS_VERSION),
            Meaning::Help => return Err(self.usage(0, io)),
            Meaning::Kernel => {
                self.kernel = parse_kernel(argument, "--kernel", args, io).ok_or(Ended(1))?;
                self.release = Behaviour::at(self.kernel).genksyms;
            }
            Meaning::Diagnostics => self.options.diagnostics = true,
            Meaning::Report => {
                let output = problems::output(argument).map_err(|error| {
                    say(&error, args, io);
                    Ended(1)
                })?;
                self.reports.push(output);
                self.options.finds_problems = true;
            }
            Meaning::Record => self.record = Some(argument),
            Meaning::DataModel => {
                let model = record::data_model(argument);
                self.data_model = Some(model.map_err(|error| {
                    say(&error, args, io);
                    Ended(1)
                })?);
            }
            Meaning::ReadEverything => self.options.reading = Reading::Everything,
        }
        Ok(())
    }

    fn usage(&self, status: u8, io: &mut Io<'_>) -> Ended {
        io.complain(messages::genksyms_usage(self.release.options).as_bytes());
        Ended(status)
    }

    /// Where the ABI record goes, if there is to be one.
    fn record_path(
        &self,
        args: &[OsString],
        environment: &Environment,
        io: &mut Io<'_>,
    ) -> Option<PathBuf> {
        if self.record.is_some() || !environment.record {
            return self.record.map(PathBuf::from);
        }
        let path = record::beside_object(self.types_name);
        if path.is_none() {
            say("no ABI record: neither -T nor standard output shows the object's name", args, io);
        }
        path
    }

    fn read_reference(&mut self, io: &mut Io<'_>) -> Result<Option<Vec<u8>>, Ended> {
        let Some((path, mut file)) = self.reference.take() else {
            return Ok(None);
        };
        let mut text = Vec::new();
        // The C program never sees the end of a directory, and loops forever.
        let outcome = file.read_to_end(&mut text);
        opened(path, outcome, io)?;
        Ok(Some(text))
    }
}

/// The architectures whose symbols begin with an underscore.
fn architecture_prefix(architecture: &OsStr) -> &'static [u8] {
    match bytes(architecture) {
        b"v850" | b"h8300" | b"blackfin" => b"_",
        _ => b"",
    }
}

/// The outcome of opening or reading `path`; an error is reported in the form of C's perror.
fn opened<T>(path: &OsStr, outcome: io::Result<T>, io: &mut Io<'_>) -> Result<T, Ended> {
    outcome.map_err(|error| {
        let text = error.to_string();
        let reason = text.split(" (os error").next().unwrap_or_default();
        let colon: &[u8] = if path.is_empty() { b"" } else { b": " };
        io.complain(&[bytes(path), colon, reason.as_bytes(), b"\n"].concat());
        Ended(1)
    })
}

fn execute(
    mut request: Request<'_>,
    args: &[OsString],
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<u8, Ended> {
    if let Standing::Unknown(reason) = Program::Genksyms.standing(request.kernel) {
        say(&reason, args, io);
    }
    if request.has_relative_crcs {
        request.release.crc_line = CrcLine::RelativeSection;
    }
    let record = request.record_path(args, environment, io);
    if record.is_some() {
        let model = request.data_model;
        request.options.record = model.or_else(|| Some(record::data_model_of(environment)));
        let tree = environment.source_tree.as_deref().unwrap_or_default();
        request.options.source_tree = bytes(tree).to_owned();
    }
    let reference = request.read_reference(io)?;
    let Ok(source) = io.stdin.read() else {
        return Err(unreadable_input(reference.as_deref(), io));
    };
    let output = run(&source, reference.as_deref(), &request.options, &request.release);
    // The C program's standard error is unbuffered, and its standard output comes last of all.
    io.complain(&output.stderr);
    if let Some(mut file) = request.types_file {
        let _ = file.write_all(&output.symtypes);
    }
    if request.prefix.is_empty() {
        io.print(&output.stdout);
    } else {
        io.print(&symver_line::with_prefix(&output.stdout, request.prefix));
    }
    // A run that was cut off has no complete record.
    let written = match record.filter(|_| !output.aborted) {
        Some(path) => record::write(&path, &output.record),
        None => Ok(()),
    };
    let reported = match &output.found {
        Some(found) if !output.aborted => {
            problems::write(&request.reports, found, environment.source_tree.as_deref())
        }
        _ => Ok(()),
    };
    let mut status = output.status;
    for error in [written.err(), reported.err()].into_iter().flatten() {
        say(&error, args, io);
        status = status.max(1);
    }
    Ok(status)
}

/// The reference is read before the source, so what is wrong with it is said first, and only that.
fn unreadable_input(reference: Option<&[u8]>, io: &mut Io<'_>) -> Ended {
    if let Some(Err(error)) = reference.map(symtypes::read) {
        io.complain(&error.message());
        return Ended(1);
    }
    io.complain(messages::UNREADABLE_INPUT);
    Ended(2)
}
