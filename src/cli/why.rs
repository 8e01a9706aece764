//! `modversions why`: why the CRC of one export changed.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Failure, Result};
use super::resources::Resources;
use super::sides::sides;
use super::{Environment, Io, data_model};
use crate::abi_diff::{self, HowMany, why_report};
use crate::corpus::{Corpus, Types};
use crate::inputs::limits::Limits;
use crate::inputs::progress::Progress;
use crate::inputs::release::{Layouts, read_both};
use crate::shown::Page;

/// Explain why the CRC of one export changed between two kernels
///
/// Prints the shortest path from the export to each declaration that changed, member by member: to the
/// nearest 50 of them, or with --all to all. OLD and NEW are as for abi-diff, and must have .symtypes
/// files. The exit status is 0 if nothing
/// changed, 1 if something did, 2 if the comparison failed.
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
    /// Print all changed declarations, not only the nearest 50
    #[arg(long)]
    all: bool,
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
        let find = |progress: &Progress| found(&self.symbol, given, extent, limits, progress);
        let (page, is_changed) = Progress::during(environment.progress, "comparing", find)?;
        io.show(&page)?;
        Ok(Exit::found(is_changed))
    }
}

/// The report, and whether something changed; or why the comparison failed.
fn found(
    symbol: &OsStr,
    given: [&[PathBuf]; 2],
    extent: HowMany,
    limits: Limits,
    progress: &Progress,
) -> Result<(Page, bool)> {
    let mut types = Types::default();
    let unwanted = [Layouts::Unwanted; 2];
    let [old_release, new_release] =
        read_both(given, unwanted, (&mut types, limits), progress)?.releases;
    progress.begin("comparing");
    let model = data_model::choose(None, &[&old_release, &new_release])?;
    let export = types.find_name(symbol.as_bytes());
    let corpus_with_it = |release: &'static str, title: &[u8], corpus: Option<Corpus>| {
        let corpus = corpus.filter(|it| export.is_some_and(|export| it.has(export)));
        corpus.ok_or_else(|| {
            let words = format!(": there are no types for this export in {release}, ");
            let words = [symbol.as_bytes(), words.as_bytes(), title];
            Failure(words.concat())
        })
    };
    let old_corpus = corpus_with_it("OLD", &old_release.title, old_release.corpus)?;
    let new_corpus = corpus_with_it("NEW", &new_release.title, new_release.corpus)?;
    let found = export.and_then(|export| {
        let why = abi_diff::why(&types, &old_corpus, &new_corpus, export, model)?;
        Some((export, why))
    });
    // Both have it, so it can be explained.
    let (export, why) = found.ok_or_else(|| Failure(symbol.as_bytes().to_owned()))?;
    Ok((why_report(&types, export, &why, extent), !why.causes.is_empty()))
}
