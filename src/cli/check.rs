//! `modversions check`, and `modversions show`.

mod show;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::{Io, data_model};
use crate::abi_diff::{told, why};
use crate::check::{self, Candidate, Checked, Profile, Report, Verdict};
use crate::corpus::{Release, Types};
use crate::inputs::kernel;
use crate::inputs::modules::{self, ModuleFile, Result};
use crate::inputs::release as inputs;
pub(super) use show::show;

/// What a report looks like.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Whose loader the kernel has.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ProfileName {
    /// The kernel as it is released
    Mainline,
    /// Debian's
    Debian,
}

/// What is asked for.
pub(super) struct Request<'a> {
    /// Modules: files, directories, packages.
    pub(super) modules: &'a [PathBuf],
    /// What the kernel is given as.
    pub(super) kernel: &'a Path,
    /// Whose loader it has, if that is told.
    pub(super) profile: Option<ProfileName>,
    /// What the report looks like.
    pub(super) format: Format,
    /// Types of what the modules were built against, and of the kernel.
    pub(super) types: Option<[&'a Path; 2]>,
}

/// Checks; returns the exit status: 0 if all modules load, 1 if one is refused, 2 if it could not be
/// told, or a file is no module.
pub(super) fn run(request: &Request<'_>, io: &mut Io<'_>) -> u8 {
    match try_run(request) {
        Ok((text, status)) => {
            io.print(&text);
            status
        }
        Err(message) => {
            io.complain(&[b"modversions: ", &message[..], b"\n"].concat());
            2
        }
    }
}

fn try_run(request: &Request<'_>) -> Result<(Vec<u8>, u8)> {
    let profile = request.profile.map(|name| match name {
        ProfileName::Mainline => Profile::Mainline,
        ProfileName::Debian => Profile::Debian,
    });
    let kernel = kernel::read(request.kernel, profile)?;
    let take = |file: &ModuleFile<'_>| Ok(Candidate::read(&kernel, file.path, file.bytes));
    let candidates: Result<Vec<Vec<Candidate>>> =
        request.modules.par_iter().map(|path| modules::read_any(path, &take)).collect();
    let candidates = candidates?.concat();
    let checked = check::check(&kernel, &candidates);
    let types = match request.types {
        Some([old, new]) => changed_types(old, new, &checked)?,
        None => Vec::new(),
    };
    let report =
        Report { kernel: &kernel, candidates: &candidates, checked: &checked, types: &types };
    let format = match request.format {
        Format::Text => check::Format::Text,
        Format::Json => check::Format::Json,
    };
    let is = |asked: fn(&Verdict) -> bool| checked.iter().any(|it| asked(&it.verdict));
    let status = if candidates.iter().any(Candidate::is_no_module) {
        2
    } else if is(|verdict| matches!(verdict, Verdict::Refused(_))) {
        1
    } else if is(|verdict| *verdict == Verdict::Undetermined) {
        2
    } else {
        0
    };
    Ok((check::write(format, &report), status))
}

/// For each symbol with another version, which type changed, as `modversions why` tells it.
fn changed_types(old: &Path, new: &Path, checked: &[Checked]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut types = Types::default();
    let mut read = |path| inputs::read_quietly(path, Some(inputs::Form::Symtypes), &mut types);
    let releases = [read(old)?, read(new)?];
    let model = data_model::choose(None, &[&releases[0], &releases[1]])?;
    let corpus = |release: Release, path: &Path| {
        release.corpus.ok_or_else(|| modules::said_of(path, "there are no .symtypes files in it"))
    };
    let [of_old, of_new] = releases;
    let (old, new) = (corpus(of_old, old)?, corpus(of_new, new)?);
    let reasons = checked.iter().flat_map(|it| &it.reasons);
    let symbols = reasons.flat_map(|reason| &reason.symbols);
    let mut names: Vec<&[u8]> =
        symbols.filter(|symbol| symbol.actual.is_some()).map(|it| &*it.name).collect();
    names.sort_unstable();
    names.dedup();
    let tell = |name: &[u8]| {
        let export = types.find_name(name)?;
        let why = why(&types, &old, &new, export, model)?;
        Some((name.to_owned(), told(&types, export, &why)))
    };
    Ok(names.into_iter().filter_map(tell).collect())
}
