//! The architecture that layouts are computed for: that of an option, of ABI records, or of modules.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::exit::{Failure, Result};
use crate::corpus::{Corpus, Release};
use crate::layout::data_model::{DATA_MODELS, DataModel, X86_64, data_model};
use crate::module::Machine;

/// Data models by their names.
pub(super) fn data_models() -> impl TypedValueParser<Value = &'static DataModel> {
    let names = PossibleValuesParser::new(DATA_MODELS.iter().map(|model| model.name));
    // No other name passes the parser.
    names.map(|name| data_model(name.as_bytes()).unwrap_or(&X86_64))
}

/// The data model of these releases: the one that is `given`, or that their ABI records name, or else
/// that of the machine that their modules are for. If none is known, it is that of x86-64.
///
/// # Errors
/// A message: records contradict each other, or what is given.
pub(super) fn choose(
    given: Option<&'static DataModel>,
    releases: &[&Release],
) -> Result<&'static DataModel> {
    let mut known = given.map(|model| (b"--arch".to_vec(), model));
    let files = releases.iter().filter_map(|release| Some((*release, release.corpus.as_ref()?)));
    for (release, corpus) in files {
        for (file, model) in recorded(corpus) {
            let (first, other) = known.get_or_insert_with(|| (place(release, file), model));
            if *other != model {
                let says = |model: &DataModel| format!(" has {}", model.name).into_bytes();
                let (one, another) = (says(other), says(model));
                let place = place(release, file);
                let words = b": layouts are computed for one architecture at a time";
                let message = [&**first, &one, b", ", &place, &another, words].concat();
                return Err(Failure(message));
            }
        }
    }
    let machines = releases.iter().filter_map(|release| release.exports.as_ref()?.origin.machine);
    let of_machine = machines.filter_map(of_machine).next();
    Ok(known.map(|(_, model)| model).or(of_machine).unwrap_or(&X86_64))
}

/// The data model of a machine, where layouts can be computed for it.
pub(super) fn of_machine(machine: Machine) -> Option<&'static DataModel> {
    let name = machine.uts_machine()?;
    DATA_MODELS.iter().copied().find(|model| model.uts_machine == name)
}

/// The files of a release that name their data model, by their paths in it.
fn recorded(corpus: &Corpus) -> impl Iterator<Item = (&[u8], &'static DataModel)> {
    corpus.files.iter().filter_map(|file| Some((&file.path[..], file.model?)))
}

/// How a record is named in a message.
fn place(release: &Release, file: &[u8]) -> Vec<u8> {
    if release.title.starts_with(file) {
        return release.title.clone();
    }
    let folder = release.title.strip_suffix(b"/").unwrap_or(&release.title);
    [folder, b"/", file, b".abi"].concat()
}
