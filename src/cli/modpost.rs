//! The drop-in for `scripts/mod/modpost`: its options and exit statuses.
//!
//! Ours are two long options, only recognised in full: `--kernel RELEASE` and `--threads COUNT`.

use std::ffi::{OsStr, OsString};
use std::num::NonZeroUsize;

use clap::Args;

use super::drop_in::{Others, bytes, documented, kernel_of_build, parse_kernel, say};
use super::files::FileSystem;
use super::getopt::{self, Argument, Met, Row, Table};
use super::threads::{JobServer, with_threads};
use super::{Environment, Io};
use crate::modpost::{Request, run};
use crate::release::{
    Behaviour, Flavour, KernelRelease, Modpost, ModpostOptions, Program, Standing,
};

/// Check modules, and write Module.symvers and each module's .mod.c
///
/// All arguments are those of the kernel's modpost (docs/modpost.md lists them), and two of our
/// own, which have no abbreviations: `--kernel RELEASE` for the options right of it, and
/// `--threads COUNT`.
#[derive(Args)]
#[command(override_usage = "modversions modpost [OPTIONS] OBJECT...")]
pub(super) struct Arguments {
    /// The objects of modules, and vmlinux.o
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OBJECT")]
    arguments: Vec<OsString>,
}

/// What an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    External,
    ReadDump,
    ReadKernelDump,
    ReadModuleDump,
    ReadExtraDump,
    SkipKernelMismatches,
    CountMismatches,
    WriteNamespaceFiles,
    Unused,
    ModulesEnabled,
    Modversions,
    IgnoreMissing,
    FileList,
    TrimUnused,
    Dump,
    AllSrcversions,
    KeepList,
    ExtraWarnings,
    WarnUnresolved,
    MismatchesAreErrors,
    AllowMissingNamespaces,
    Nsdeps,
    BasicVersions,
    ExtendedVersions,
    Kernel,
    Threads,
}

/// The options of every release.
const COMMON: &[Row<Meaning>] = &[
    Row::short(b'm', Argument::None, Meaning::Modversions)
        .help("", "Enable symbol versions: read CRCs, write them to dumps and .mod.c files"),
    Row::short(b'n', Argument::None, Meaning::IgnoreMissing).help("", "Ignore missing objects"),
    Row::short(b'T', Argument::Required, Meaning::FileList).help(
        "FILE",
        "Read the names of more objects from FILE, one a line; up to 6.2, `-` is standard input",
    ),
    Row::short(b'o', Argument::Required, Meaning::Dump)
        .help("FILE", "Write a dump (Module.symvers) of what the objects export"),
    Row::short(b'a', Argument::None, Meaning::AllSrcversions)
        .help("", "Write srcversion for all modules, not only those with MODULE_VERSION"),
    Row::short(b'w', Argument::None, Meaning::WarnUnresolved)
        .help("", "Treat an undefined symbol as a warning"),
    Row::short(b'E', Argument::None, Meaning::MismatchesAreErrors)
        .help("", "Treat section mismatches as errors"),
];

/// Those before 5.8.
const DUMPS_BY_OWNER: &[Row<Meaning>] = &[
    Row::short(b'i', Argument::Required, Meaning::ReadKernelDump)
        .help("FILE", "Read the kernel's own dump first; the last counts"),
    Row::short(b'I', Argument::Required, Meaning::ReadModuleDump)
        .help("FILE", "External modules, and their own dump, which is read next; the last counts"),
    Row::short(b'e', Argument::Required, Meaning::ReadExtraDump).help(
        "FILE",
        "External modules, and a dump of others; may be repeated, and the last is read first",
    ),
    Row::short(b's', Argument::None, Meaning::SkipKernelMismatches)
        .help("", "Do not check the kernel itself for section mismatches"),
];
const SUMMARY: &[Row<Meaning>] = &[Row::short(b'S', Argument::None, Meaning::CountMismatches)
    .help("", "4.19, RHEL 8.0: count section mismatches instead of naming them")];
const UNUSED: &[Row<Meaning>] = &[
    Row::short(b'M', Argument::Required, Meaning::Unused).help("FILE", "4.19 to 5.3: ignored"),
    Row::short(b'K', Argument::Required, Meaning::Unused).help("FILE", "4.19 to 5.3: ignored, too"),
];
const NAMESPACE_FILES: &[Row<Meaning>] =
    &[Row::short(b'd', Argument::None, Meaning::WriteNamespaceFiles)
        .help("", "5.4: for `make nsdeps`, which is refused here")];

/// Those from 5.8 on.
const SINCE_58: &[Row<Meaning>] = &[
    Row::short(b'e', Argument::None, Meaning::External)
        .help("", "External modules: no intree; they may replace the export of another module"),
    Row::short(b'i', Argument::Required, Meaning::ReadDump)
        .help("FILE", "Read a dump (Module.symvers) first; may be repeated"),
    Row::short(b'N', Argument::None, Meaning::AllowMissingNamespaces)
        .help("", "Treat a namespace that is not imported as a warning"),
    Row::short(b'd', Argument::Required, Meaning::Nsdeps)
        .help("FILE", "Write which namespaces are missing, for `make nsdeps`"),
];

/// Those that came one by one.
const EXTRA_WARNINGS: &[Row<Meaning>] = &[Row::short(b'W', Argument::None, Meaning::ExtraWarnings)
    .help("", "6.1, and from 6.5: print more warnings (make W=1)")];
const TRIMMING: &[Row<Meaning>] = &[
    Row::short(b't', Argument::None, Meaning::TrimUnused).help("", "From 6.5: drop unused exports"),
    Row::short(b'u', Argument::Required, Meaning::KeepList)
        .help("FILE", "From 6.5: do not drop the exports that FILE lists"),
];
const MODULES: &[Row<Meaning>] = &[Row::short(b'M', Argument::None, Meaning::ModulesEnabled)
    .help("", "From 6.6: modules are enabled, read exports")];
const VERSION_FORMS: &[Row<Meaning>] = &[
    Row::short(b'b', Argument::None, Meaning::BasicVersions)
        .help("", "From 6.14: write the versions of imports in their basic form"),
    Row::short(b'x', Argument::None, Meaning::ExtendedVersions)
        .help("", "From 6.14: write the versions of imports in their extended form"),
];

const ADDITIONS: &[Row<Meaning>] = &[
    Row::long("kernel", Argument::Required, Meaning::Kernel)
        .help("RELEASE", "The kernel release whose program is replaced; for the options after it"),
    Row::long("threads", Argument::Required, Meaning::Threads)
        .help("COUNT", "The number of threads; the results do not depend on it"),
];

/// What differs in releases other than the newest.
const OTHERS: &[Others<Meaning>] = &[(
    "Options that differ before 5.8, and in RHEL 8",
    &[DUMPS_BY_OWNER, SUMMARY, UNUSED, NAMESPACE_FILES],
)];

/// The command with its options, for manuals.
pub(super) fn for_manuals(command: clap::Command) -> clap::Command {
    documented(
        command,
        &[COMMON, SINCE_58, EXTRA_WARNINGS, TRIMMING, MODULES, VERSION_FORMS, ADDITIONS],
        OTHERS,
    )
}

fn table(options: ModpostOptions) -> Table<Meaning> {
    let parts: &[&[Row<Meaning>]] = match options {
        ModpostOptions::Since419 => &[COMMON, DUMPS_BY_OWNER, SUMMARY, UNUSED],
        ModpostOptions::WithoutSummary => &[COMMON, DUMPS_BY_OWNER, UNUSED],
        ModpostOptions::Since50 => &[COMMON, DUMPS_BY_OWNER, SUMMARY],
        ModpostOptions::Since52 => &[COMMON, DUMPS_BY_OWNER],
        ModpostOptions::Since54 => &[COMMON, DUMPS_BY_OWNER, NAMESPACE_FILES],
        ModpostOptions::Since58 => &[COMMON, SINCE_58],
        ModpostOptions::Since61 => &[COMMON, SINCE_58, EXTRA_WARNINGS],
        ModpostOptions::Since65 => &[COMMON, SINCE_58, EXTRA_WARNINGS, TRIMMING],
        ModpostOptions::Since66 => &[COMMON, SINCE_58, EXTRA_WARNINGS, TRIMMING, MODULES],
        ModpostOptions::Since614 => {
            &[COMMON, SINCE_58, EXTRA_WARNINGS, TRIMMING, MODULES, VERSION_FORMS]
        }
    };
    Table { parts, additions: ADDITIONS }
}

/// A run that ends before anything is read; what had to be said has been said.
struct Ended(u8);

/// The dumps that releases before 5.8 read, in another order than they are named.
#[derive(Default)]
struct OlderDumps {
    /// `-i`: the kernel's own; the last counts.
    kernel: Option<Vec<u8>>,
    /// `-I`: that of the modules themselves; the last counts.
    modules: Option<Vec<u8>>,
    /// `-e`: those of other modules, the last of which is read first.
    others: Vec<Vec<u8>>,
}

/// A command line.
struct CommandLine {
    kernel: KernelRelease,
    older: OlderDumps,
    release: Modpost,
    threads: Option<NonZeroUsize>,
    request: Request,
}

/// Runs modpost with `args`, whose first word is the program's name for messages; returns the exit
/// status.
pub fn main(args: &[OsString], environment: &Environment, io: &mut Io<'_>) -> u8 {
    match read_command_line(args, environment, io) {
        Ok(command_line) => execute(command_line, args, io),
        Err(Ended(status)) => status,
    }
}

fn read_command_line(
    args: &[OsString],
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<CommandLine, Ended> {
    let sources = environment.source_tree.as_deref();
    let default = KernelRelease::NEWEST_MODPOST;
    let kernel = kernel_of_build(environment, sources, default, args, io).ok_or(Ended(1))?;
    let mut line = CommandLine {
        kernel,
        older: OlderDumps::default(),
        release: Behaviour::at(kernel).modpost,
        threads: None,
        request: Request::default(),
    };
    let mut options = getopt::Options::short_only(args, environment.posixly_correct);
    while let Some(met) = options.next(&table(line.release.options)) {
        match met {
            Ok(met) => line.apply(met, args, io)?,
            Err(complaint) => {
                io.complain(&complaint);
                return Err(Ended(1));
            }
        }
    }
    line.order_dumps();
    line.request.module_lists =
        bytes(environment.module_lists.as_deref().unwrap_or_default()).to_vec();
    line.request.objects = options.operands().iter().map(|path| bytes(path).to_vec()).collect();
    Ok(line)
}

impl CommandLine {
    /// Puts the dumps of releases before 5.8 into the order in which they are read.
    fn order_dumps(&mut self) {
        let OlderDumps { kernel, modules, others } = std::mem::take(&mut self.older);
        self.request.kernel_dumps = usize::from(kernel.is_some());
        let others = others.into_iter().rev();
        let dumps = kernel.into_iter().chain(modules).chain(others);
        self.request.dumps.splice(..0, dumps);
    }

    fn apply(
        &mut self,
        met: Met<'_, Meaning>,
        args: &[OsString],
        io: &mut Io<'_>,
    ) -> Result<(), Ended> {
        let argument = met.argument.unwrap_or_default();
        let path = || bytes(argument).to_vec();
        let Request { options, .. } = &mut self.request;
        match met.id {
            Meaning::External => options.external = true,
            Meaning::ReadDump => self.request.dumps.push(path()),
            Meaning::ReadKernelDump => self.older.kernel = Some(path()),
            Meaning::ReadModuleDump => {
                options.external = true;
                self.older.modules = Some(path());
            }
            Meaning::ReadExtraDump => {
                options.external = true;
                self.older.others.push(path());
            }
            Meaning::SkipKernelMismatches => options.skips_kernel_mismatches = true,
            Meaning::CountMismatches => options.counts_mismatches = true,
            Meaning::WriteNamespaceFiles => options.writes_namespace_files = true,
            // The program knows them, and what to do with them nobody.
            Meaning::Unused => return Err(Ended(1)),
            Meaning::ModulesEnabled => options.modules_enabled = true,
            Meaning::Modversions => options.modversions = true,
            Meaning::IgnoreMissing => options.ignore_missing = true,
            Meaning::FileList => self.request.file_list = Some(path()),
            Meaning::TrimUnused => options.trim_unused = true,
            Meaning::Dump => self.request.dump = Some(path()),
            Meaning::AllSrcversions => options.all_srcversions = true,
            Meaning::KeepList => self.request.keep_list = Some(path()),
            Meaning::ExtraWarnings => options.extra_warnings = true,
            Meaning::WarnUnresolved => options.warn_unresolved = true,
            Meaning::MismatchesAreErrors => options.mismatches_are_errors = true,
            Meaning::AllowMissingNamespaces => options.allow_missing_namespaces = true,
            Meaning::Nsdeps => self.request.nsdeps = Some(path()),
            Meaning::BasicVersions => options.basic_versions = true,
            Meaning::ExtendedVersions => options.extended_versions = true,
            Meaning::Kernel => {
                self.kernel = parse_kernel(argument, "--kernel", args, io).ok_or(Ended(1))?;
                self.release = Behaviour::at(self.kernel).modpost;
            }
            Meaning::Threads => self.threads = Some(parse_threads(argument, args, io)?),
        }
        Ok(())
    }
}

fn execute(mut line: CommandLine, args: &[OsString], io: &mut Io<'_>) -> u8 {
    // Nothing may be written: a build that fails is better than a module with wrong versions.
    if let Standing::Unknown(reason) = Program::Modpost.standing(line.kernel) {
        say(&reason, args, io);
        return 1;
    }
    line.request.options.rhel_version = match line.kernel.flavour {
        Flavour::Rhel { major, minor } => minor.map(|minor| (major, minor)),
        Flavour::Mainline | Flavour::Ubuntu => None,
    };
    // Before anything opens a file.
    let server = JobServer::of_environment();
    let files = FileSystem { stdin: io.stdin };
    let outcome = with_threads(line.threads, &server, || run(&line.request, &line.release, &files));
    io.complain(&outcome.stderr);
    outcome.status
}

fn parse_threads(text: &OsStr, args: &[OsString], io: &mut Io<'_>) -> Result<NonZeroUsize, Ended> {
    text.to_str().and_then(|text| text.parse().ok()).ok_or_else(|| {
        let text = text.to_string_lossy();
        let words = format!("--threads: '{text}' is not a number of threads (expected 1 or more)");
        say(&words, args, io);
        Ended(1)
    })
}
