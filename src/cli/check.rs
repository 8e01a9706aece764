//! `modversions check`: whether modules will load on a kernel, and if not, why.

mod stable_list;

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::colour::painted;
use super::exit::{Exit, Failure, Result};
use super::reports::{self, Output, OwnFormats};
use super::resources::Resources;
use super::talk::Talk;
use super::{Environment, Io, data_model};
use crate::abi_diff::{HowMany, why_report, whys};
use crate::check::{self, Candidate, Checked, Extent, Facts, Profile, Report, Verdict};
use crate::corpus::{Release, Types};
use crate::inputs::error;
use crate::inputs::kernel;
use crate::inputs::limits::{Kept, Limits};
use crate::inputs::modules::{self, ModuleFile};
use crate::inputs::progress::Progress;
use crate::inputs::release::read_quietly;
use crate::inputs::types::Form;
use crate::shown::Page;

/// The names of the formats that only this command has.
const TEXT: &str = "text";
const JSON: &str = "json";

/// These formats.
const FORMATS: &OwnFormats = &[
    (TEXT, "the verdict of each module with the reasons; of many modules, each cause once"),
    (JSON, "everything, for programs (docs/check.schema.json)"),
];

/// Which loader the kernel has.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ProfileName {
    /// The kernel as kernel.org releases it
    Mainline,
    /// Debian's kernels
    Debian,
    /// Ubuntu's kernels before 6.14, whose `__versions` has a form of its own
    Ubuntu,
}

/// Check whether modules will load on a kernel, and if not, why
///
/// Modules are files, directories or packages, compressed or not. They are checked together: a
/// module may use the exports of others. KERNEL is a Module.symvers, headers or a build tree,
/// a vmlinux or vmlinuz, a package of a kernel or its headers (.deb, .rpm), /lib/modules/RELEASE or
/// RELEASE alone, or the word `running`. docs/check.md has the details.
#[derive(Args)]
pub(super) struct Arguments {
    /// The modules
    #[arg(required = true, value_name = "MODULE")]
    modules: Vec<PathBuf>,
    /// The kernel to load them on; several times for one that is in several pieces
    #[arg(short, long, required_unless_present = "stablelist", value_name = "KERNEL")]
    kernel: Vec<PathBuf>,
    /// Instead of a kernel: list the imports of the modules that are not in this stable list
    ///
    /// Given twice, OLD and NEW: list the imports that are in OLD and not in NEW.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["kernel", "profile", "types", "verbose", "only_refused"])]
    stablelist: Vec<PathBuf>,
    /// Check on each KERNEL by itself, instead of on one that is in several pieces
    ///
    /// Each has a report of its own in the formats text and json; the others have all of them in one,
    /// the format html with a table of modules and kernels.
    #[arg(long)]
    each: bool,
    /// Loader behavior to assume if it cannot be detected
    #[arg(long, value_enum, value_name = "NAME")]
    profile: Option<ProfileName>,
    #[arg(short, long, value_name = "FORMAT[:FILE]")]
    #[arg(help = reports::help(FORMATS), long_help = reports::long_help(FORMATS))]
    #[arg(value_parser = OsStringValueParser::new().try_map(|text| Output::parse(FORMATS, text)))]
    format: Vec<Output>,
    /// Trace CRC mismatches to the types that changed: .symtypes of the kernel that the modules
    /// were built against, and of KERNEL
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    types: Vec<PathBuf>,
    /// Report each module with every symbol and line that the kernel logs, however many there are
    ///
    /// By default, more than 8 modules are reported by cause, and lists end after 8 lines. The format
    /// json always has all.
    #[arg(short, long)]
    verbose: bool,
    /// Report only the modules that are refused; in the format text
    #[arg(long)]
    only_refused: bool,
    /// Exit with 125 instead of 2 if there is no answer, so that `git bisect run` skips the commit
    #[arg(long)]
    pub(super) bisect: bool,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

impl Arguments {
    /// Checks: [`Exit::Found`] if a module is refused, [`Exit::Unanswered`] if something is
    /// undetermined, or a file is not a module.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        if !self.stablelist.is_empty() {
            return self.run_by_lists(environment, io);
        }
        let progress = Progress::new(environment.progress);
        let kernels: Vec<&[PathBuf]> = match self.each {
            true => self.kernel.iter().map(std::slice::from_ref).collect(),
            false => vec![&self.kernel],
        };
        let checks = kernels.into_iter().map(|kernel| self.on(kernel, &progress));
        let checks = checks.collect::<Result<Vec<Check>>>()?;
        drop(progress);
        for remark in checks.iter().flat_map(|check| &check.remarks) {
            io.say(remark);
        }
        let reports: Vec<Report<'_>> = checks.iter().map(Check::report).collect();
        if self.has_report() {
            let extent = Extent { is_full: self.verbose, is_refused_only: self.only_refused };
            let write = |name: &'static str, is_on_stdout: bool| {
                let format = if name == JSON { check::Format::Json } else { check::Format::Text };
                let text = check::write(format, &reports, extent);
                painted(text, name == TEXT && is_on_stdout && environment.stdout_color)
            };
            reports::write_all(&self.format, TEXT, |_| check::document(&reports), write, io)?;
        }
        Ok(exit(&reports))
    }

    /// Whether somebody reads a report.
    fn has_report(&self) -> bool {
        !self.talk.quiet || self.format.iter().any(Output::is_file)
    }

    /// Checks all modules on one kernel.
    fn on(&self, kernel: &[PathBuf], progress: &Progress) -> Result<Check> {
        let profile = self.profile.map(|name| match name {
            ProfileName::Mainline => Profile::Mainline,
            ProfileName::Debian => Profile::Debian,
            ProfileName::Ubuntu => Profile::Ubuntu,
        });
        let limits = self.resources.limits();
        progress.begin("reading the kernel");
        let wanted = modules::imported(&self.modules, limits);
        let found = kernel::read_for(kernel, wanted, profile, limits)?;
        let kernel::Found { kernel, remarks, .. } = found;
        progress.begin("reading modules");
        let take = |file: error::Result<ModuleFile<'_>>| {
            progress.step();
            Ok(match file {
                Ok(file) => Candidate::read(&kernel, file.path.as_os_str().as_bytes(), file.bytes),
                Err(error) => Candidate::unread(error.path.as_os_str().as_bytes(), error.reason()),
            })
        };
        let candidates = modules::read_all(&self.modules, limits, &take)?;
        progress.begin("checking");
        let checked = check::check(&kernel, &candidates);
        let types = match &*self.types {
            [old, new] => changed_types([old, new], &checked, limits)?,
            _ => Vec::new(),
        };
        let are_types_given = !self.types.is_empty();
        Ok(Check { kernel, remarks, candidates, checked, types, are_types_given })
    }
}

/// What became of the modules on one kernel.
struct Check {
    kernel: check::Kernel,
    /// What to say of how the kernel was read.
    remarks: Vec<Vec<u8>>,
    candidates: Vec<Candidate>,
    checked: Vec<Checked>,
    types: Vec<(Vec<u8>, Page)>,
    are_types_given: bool,
}

impl Check {
    fn report(&self) -> Report<'_> {
        let Check { kernel, candidates, checked, types, are_types_given, .. } = self;
        Report { kernel, candidates, checked, types, are_types_given: *are_types_given }
    }
}

/// How a check ends.
fn exit(reports: &[Report<'_>]) -> Exit {
    let checked = || reports.iter().flat_map(|report| report.checked);
    let is = |asked: fn(&Verdict) -> bool| checked().any(|it| asked(&it.verdict));
    if reports.iter().flat_map(|report| report.candidates).any(Candidate::is_no_module) {
        Exit::Unanswered
    } else if is(|verdict| matches!(verdict, Verdict::Refused(_))) {
        Exit::Found
    } else if is(|verdict| *verdict == Verdict::Undetermined) {
        Exit::Unanswered
    } else {
        Exit::Good
    }
}

impl Kept for Candidate {
    fn kept(&self) -> u64 {
        self.facts().map_or(0, names_in) as u64
    }
}

/// How much memory the names take that a module has, in bytes, about.
fn names_in(facts: &Facts) -> usize {
    let imports = facts.imports.iter().map(|it| it.symbol.len());
    let exports = facts.exports.iter().map(|it| it.symbol.len() + it.namespace.len());
    let namespaces = facts.namespaces.iter().map(Vec::len);
    let others = facts.depends.iter().chain(&facts.commons).map(Vec::len);
    imports.chain(exports).chain(namespaces).chain(others).map(|length| length + ENTRY).sum()
}

/// How much memory a symbol takes besides its name, in bytes, about.
const ENTRY: usize = 64;

/// How many changed declarations are printed for a symbol.
const FEW_CAUSES: usize = 10;

/// How many lines are printed of the change of one.
const LONGEST_CHANGE: usize = 100;

/// For each symbol with another version, which type changed, as `modversions why` prints it.
fn changed_types(
    [old, new]: [&Path; 2],
    checked: &[Checked],
    limits: Limits,
) -> Result<Vec<(Vec<u8>, Page)>> {
    let mut types = Types::default();
    let mut read = |path| read_quietly(path, Some(Form::Symtypes), &mut types, limits);
    let releases = [read(old)?, read(new)?];
    let model = data_model::choose(None, &[&releases[0], &releases[1]])?;
    let corpus = |release: Release, path: &Path| {
        release.corpus.ok_or_else(|| Failure::of(path, "it has no .symtypes files"))
    };
    let [of_old, of_new] = releases;
    let (old, new) = (corpus(of_old, old)?, corpus(of_new, new)?);
    let reasons = checked.iter().flat_map(|it| &it.reasons);
    let symbols = reasons.flat_map(|reason| &reason.symbols);
    let mut names: Vec<&[u8]> =
        symbols.filter(|symbol| symbol.actual.is_some()).map(|it| &*it.name).collect();
    names.sort_unstable();
    names.dedup();
    let exports = names.into_iter().filter_map(|name| types.find_name(name));
    let whys = whys(&types, [&old, &new], exports, FEW_CAUSES, model);
    let told = whys.into_iter().map(|(export, why)| {
        let report = why_report(&types, export, &why, HowMany::Nearest(FEW_CAUSES, LONGEST_CHANGE));
        (types.name(export).to_owned(), report)
    });
    let mut told: Vec<(Vec<u8>, Page)> = told.collect();
    told.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(told)
}
