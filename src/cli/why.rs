//! `modversions why`: why the CRC of one export changed.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use clap::Args;

use super::colour::painted;
use super::exit::{Exit, Failure, Result};
use super::resources::Resources;
use super::sides::sides;
use super::talk::Talk;
use super::{Environment, Io, data_model};
use crate::abi_diff::{ByBtf, HowMany, NotInBtf, Why, why, why_by_btf, why_report};
use crate::corpus::{NameId, Release, Types};
use crate::inputs::limits::Limits;
use crate::inputs::progress::Progress;
use crate::inputs::release::{Both, Layouts, read_both};
use crate::shown::Page;

/// Explain why the CRC of one export changed between two kernels
///
/// Prints the shortest path from the export to each declaration that changed, member by member: to the
/// nearest 50 of them, or with --all to all. OLD and NEW are as for abi-diff, and must both have .symtypes
/// files, or both BTF, as kernel images and their packages; or both are objects, modules or kernels with
/// debugging information, such as those of two compilers.
#[derive(Args)]
#[command(override_usage = "modversions why [OPTIONS] SYMBOL OLD NEW\n       \
                            modversions why [OPTIONS] SYMBOL OLD... -- NEW...")]
pub(super) struct Arguments {
    /// The exported symbol
    symbol: OsString,
    /// The old kernel and the new one
    #[arg(value_name = "OLD NEW")]
    kernels: Vec<PathBuf>,
    /// The pieces of the new kernel, if one is in several pieces: OLD... -- NEW...
    #[arg(last = true, value_name = "NEW")]
    new: Vec<PathBuf>,
    /// Read BTF from these kernels, if OLD and NEW have neither types nor BTF, as packages of headers
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    btf: Vec<PathBuf>,
    /// Print all changed declarations, not only the nearest 50
    #[arg(long)]
    all: bool,
    /// Exit with 125 instead of 2 if the comparison fails, so that `git bisect run` skips the commit
    #[arg(long)]
    pub(super) bisect: bool,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

/// How many changed declarations are printed without `--all`.
const FEW: usize = 50;

impl Arguments {
    /// Prints the ways: [`Exit::Found`] if something that the export uses changed.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let given = sides(&self.kernels, &self.new)?;
        let limits = self.resources.limits();
        let extent = if self.all { HowMany::All } else { HowMany::Few(FEW, "--all prints them") };
        let layouts = match &*self.btf {
            [old, new] => [old, new].map(|kernel| Layouts::Of(kernel)),
            _ => [Layouts::Own; 2],
        };
        let find =
            |progress: &Progress| found(&self.symbol, (given, layouts), extent, limits, progress);
        let (page, is_changed) = Progress::during(environment.progress, "comparing", find)?;
        io.write(&painted(page.into_bytes(), environment.stdout_color))?;
        Ok(Exit::found(is_changed))
    }
}

/// The report, and whether something changed; or why the comparison failed.
fn found(
    symbol: &OsStr,
    (given, layouts): ([&[PathBuf]; 2], [Layouts<'_>; 2]),
    extent: HowMany,
    limits: Limits,
    progress: &Progress,
) -> Result<(Page, bool)> {
    let mut types = Types::default();
    let Both { releases, .. } = read_both(given, layouts, (&mut types, limits), progress)?;
    progress.begin("comparing");
    let [old, new] = &releases;
    let (export, why) = match old.corpus.is_some() && new.corpus.is_some() {
        true => by_declarations(symbol, &releases, &types)?,
        false if old.btf.is_some() && new.btf.is_some() => {
            let found = why_by_btf(&mut types, [old, new], symbol.as_bytes());
            found.map_err(|(side, missing)| {
                not_in_btf(symbol, &releases[side].title, side, missing)
            })?
        }
        false => {
            let side = usize::from(old.corpus.is_some() || old.btf.is_some());
            return Err(without_types(symbol, &releases[side].title, side));
        }
    };
    let is_changed = !why.causes.is_empty() && why.by_btf != Some(ByBtf::SameCrc);
    Ok((why_report(&types, export, &why, extent), is_changed))
}

/// Explains it by the types of both.
fn by_declarations(
    symbol: &OsStr,
    releases: &[Release; 2],
    types: &Types,
) -> Result<(NameId, Why)> {
    let model = data_model::choose(None, &releases.each_ref())?;
    let export = types.find_name(symbol.as_bytes());
    let corpus = |side: usize| {
        let corpus = releases[side].corpus.as_ref();
        let corpus = corpus.filter(|it| export.is_some_and(|export| it.has(export)));
        corpus.ok_or_else(|| without_types(symbol, &releases[side].title, side))
    };
    let (old, new) = (corpus(0)?, corpus(1)?);
    let why = export.and_then(|export| Some((export, why(types, old, new, export, model)?)));
    // Both have it, so it can be explained.
    why.ok_or_else(|| Failure(symbol.as_bytes().to_owned()))
}

/// What the sides are called in messages.
const SIDES: [&str; 2] = ["OLD", "NEW"];

/// That one side has no types for an export.
fn without_types(symbol: &OsStr, title: &[u8], side: usize) -> Failure {
    let words = format!(": there are no types for this export in {}, ", SIDES[side]);
    Failure([symbol.as_bytes(), words.as_bytes(), title].concat())
}

/// That the BTF of one side does not show an export.
fn not_in_btf(symbol: &OsStr, title: &[u8], side: usize, missing: NotInBtf) -> Failure {
    let side = SIDES[side];
    let words = match missing {
        NotInBtf::NoBtf => return without_types(symbol, title, usize::from(side == SIDES[1])),
        NotInBtf::NoExport => format!(": {side} has no such export, "),
        NotInBtf::Module => format!(": its module has no BTF in {side}, "),
        NotInBtf::Undeclared => format!(
            ": it is not in the BTF of {side}, which may lack variables, and functions of assembler \
             files, "
        ),
    };
    Failure([symbol.as_bytes(), words.as_bytes(), title].concat())
}
