//! The questions: what is asked of which kernels, and the answer on its way out.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::question::Question;
use crate::canonical::{spelled, spellings};
use crate::check::{self, Candidate, Checked};
use crate::cli::Io;
use crate::cli::exit::{Exit, Failure, Result};
use crate::history::{self, About, Exported, Place, Seen, Trouble, Verdict, kernel};
use crate::inputs::error;
use crate::inputs::kernel::load_of;
use crate::inputs::limits::{Kept, Limits};
use crate::inputs::modules::{self, ModuleFile};
use crate::module::{Module, unsigned};

/// The symbol whose CRC stands for the structure of modules itself.
const LAYOUT: &str = "module_layout";

/// How many symbols are named in a verdict.
const FEW: usize = 5;

/// [`Exit::Found`] if no kernel has it; [`Exit::Unanswered`] if that is not known of any of them.
fn exit(is_known: impl Iterator<Item = Option<bool>>) -> Exit {
    let known: Vec<Option<bool>> = is_known.collect();
    match (known.contains(&Some(true)), known.contains(&Some(false))) {
        (true, _) => Exit::Good,
        (false, true) => Exit::Found,
        (false, false) => Exit::Unanswered,
    }
}

/// `history releases`.
pub(super) fn releases(question: &Question, io: &mut Io<'_>) -> Result<Exit> {
    question.answer(io, |dataset| {
        let places = &dataset.places;
        let about = |place| dataset.about(place).map_err(|trouble| trouble.to_string());
        let all: Vec<std::result::Result<About, String>> = places.par_iter().map(about).collect();
        let is_damaged = all.iter().any(std::result::Result::is_err);
        let exit = if is_damaged { Exit::Unanswered } else { Exit::Good };
        Ok((history::kernels(places, &all), exit))
    })
}

/// `history symbol`.
pub(super) fn symbol(question: &Question, name: &str, io: &mut Io<'_>) -> Result<Exit> {
    question.answer(io, |dataset| {
        let places = &dataset.places;
        let found = dataset.symbols(places, &[name]);
        let found: Vec<Exported> = found.into_iter().flatten().collect();
        let is = |of: &Exported| match of {
            Exported::As(..) => Some(true),
            Exported::Not => Some(false),
            Exported::Unknown(_) => None,
        };
        let exit = exit(found.iter().map(is));
        Ok((history::symbol(name, places, &found), exit))
    })
}

/// What a type may be called in C by the name that a user gives.
fn names(name: &str) -> Vec<String> {
    let spelled = spellings(name.as_bytes()).iter().map(|name| spelled(name)).collect();
    let names: BTreeSet<Vec<u8>> = spelled;
    names.into_iter().filter_map(|name| String::from_utf8(name).ok()).collect()
}

fn is_seen<T>(seen: &Seen<T>) -> Option<bool> {
    match seen {
        Seen::As(_) => Some(true),
        Seen::Not => Some(false),
        Seen::Unknown(_) => None,
    }
}

/// `history type`.
pub(super) fn type_named(question: &Question, name: &str, io: &mut Io<'_>) -> Result<Exit> {
    question.answer(io, |dataset| {
        let places = &dataset.places;
        let found = dataset.types(places, &names(name));
        let exit = exit(found.iter().map(is_seen));
        Ok((history::type_named(name, places, &found), exit))
    })
}

/// `history member`.
pub(super) fn member(question: &Question, name: &str, io: &mut Io<'_>) -> Result<Exit> {
    let Some((of, path)) =
        name.split_once('.').filter(|(of, path)| !of.is_empty() && !path.is_empty())
    else {
        let words = format!("{name}: a member is named with its type, such as task_struct.pid");
        return Err(Failure(words.into_bytes()));
    };
    question.answer(io, |dataset| {
        let places = &dataset.places;
        let found = dataset.members(places, &names(of), path);
        let exit = exit(found.iter().map(is_seen));
        Ok((history::member(name, places, &found), exit))
    })
}

/// A module's file.
struct Content {
    path: Vec<u8>,
    /// What is in it, or why that is not known.
    bytes: std::result::Result<Vec<u8>, String>,
}

impl Kept for Content {
    fn kept(&self) -> u64 {
        self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)
    }
}

fn contents(paths: &[PathBuf], limits: Limits) -> Result<Vec<Content>> {
    let take = |file: error::Result<ModuleFile<'_>>| {
        Ok(match file {
            Ok(file) => {
                let path = file.path.as_os_str().as_bytes().to_vec();
                Content { path, bytes: Ok(file.bytes.to_vec()) }
            }
            Err(error) => {
                let path = error.path.as_os_str().as_bytes().to_vec();
                Content { path, bytes: Err(error.reason()) }
            }
        })
    };
    Ok(modules::read_all(paths, limits, &take)?)
}

/// `history check`.
pub(super) fn check(
    question: &Question,
    paths: &[PathBuf],
    limits: Limits,
    io: &mut Io<'_>,
) -> Result<Exit> {
    let contents = contents(paths, limits)?;
    // What they import and export is all that matters of what a kernel exports.
    let mut wanted = BTreeSet::from([LAYOUT.to_owned()]);
    for bytes in contents.iter().filter_map(|it| it.bytes.as_ref().ok()) {
        let Ok(module) = Module::read(unsigned(bytes)) else { continue };
        let imports = module.imports.iter().map(|it| it.symbol);
        let names = imports.chain(module.exports.iter().map(|it| it.symbol));
        wanted.extend(names.filter_map(|it| Some(std::str::from_utf8(it).ok()?.to_owned())));
    }
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    question.answer(io, |dataset| {
        let places = &dataset.places;
        let exported = dataset.symbols(places, &wanted);
        let on = |(place, exported): (&Place, &Vec<Exported>)| {
            on_kernel(dataset.about(place), place, (&wanted, exported), &contents)
        };
        let verdicts: Vec<Vec<Verdict>> = places.par_iter().zip(&exported).map(on).collect();
        let has = |word: &str| verdicts.iter().flatten().any(|it| it.word == word);
        let exit = match (has("refused"), has("undetermined") || has("unknown")) {
            (true, _) => Exit::Found,
            (false, true) => Exit::Unanswered,
            (false, false) => Exit::Good,
        };
        let text = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
        let modules: Vec<String> = contents.iter().map(|it| text(&it.path)).collect();
        Ok((history::check(&modules, places, &verdicts), exit))
    })
}

/// What becomes of modules on a kernel, in the order in which they were given.
fn on_kernel(
    about: std::result::Result<About, Trouble>,
    place: &Place,
    (wanted, exported): (&[&str], &[Exported]),
    contents: &[Content],
) -> Vec<Verdict> {
    let unknown = |why: String| {
        let verdict = Verdict {
            word: "unknown",
            error: None,
            reasons: Vec::new(),
            message: why,
            symbols: Vec::new(),
        };
        vec![verdict; contents.len()]
    };
    let loading = match about {
        Ok(About { loading: Some(loading), .. }) => loading,
        Ok(_) => return unknown("its exports are not known".to_owned()),
        Err(trouble) => return unknown(trouble.to_string()),
    };
    // Whatever is unknown of all is so because nothing of them can be read.
    let all_unknown = exported.iter().all(|it| matches!(it, Exported::Unknown(_)));
    if let (true, Some(Exported::Unknown(why))) = (all_unknown, exported.first()) {
        return unknown(why.clone());
    }
    let known = wanted.iter().copied().zip(exported);
    let kernel = kernel(place, &loading, known, load_of(place.release.as_bytes()));
    let candidate = |it: &Content| match &it.bytes {
        Ok(bytes) => Candidate::read(&kernel, &it.path, bytes),
        Err(reason) => Candidate::unread(&it.path, reason.clone()),
    };
    let candidates: Vec<Candidate> = contents.iter().map(candidate).collect();
    let mut checked = check::check(&kernel, &candidates);
    checked.sort_by_key(|it| it.candidate);
    checked.iter().map(verdict).collect()
}

/// A verdict as it is compared from release to release.
fn verdict(checked: &Checked) -> Verdict {
    let (word, error) = match checked.verdict {
        check::Verdict::Loads => ("loads", None),
        check::Verdict::Refused(error) => ("refused", Some(error.name())),
        check::Verdict::Undetermined => ("undetermined", None),
    };
    let first = checked.reasons.first();
    let message = match first {
        Some(reason) => format!("{}: {}", reason.message, reason.cause),
        None => checked.unknown.join("; "),
    };
    let symbols = first.map(|reason| reason.symbols.iter()).into_iter().flatten();
    let mut reasons: Vec<&'static str> = checked.reasons.iter().map(|it| it.id.name()).collect();
    reasons.dedup();
    Verdict {
        word,
        error,
        reasons,
        message,
        symbols: symbols
            .take(FEW)
            .map(|it| String::from_utf8_lossy(&it.name).into_owned())
            .collect(),
    }
}

/// `history churn`.
pub(super) fn churn(
    question: &Question,
    paths: &[PathBuf],
    limits: Limits,
    io: &mut Io<'_>,
) -> Result<Exit> {
    let contents = contents(paths, limits)?;
    let mut names = BTreeSet::new();
    for content in &contents {
        let failure = |why: &str| Failure([&content.path, &b": "[..], why.as_bytes()].concat());
        let bytes = content.bytes.as_ref().map_err(|why| failure(why))?;
        let module = Module::read(unsigned(bytes)).map_err(|error| failure(&error.to_string()))?;
        let own = module.imports.iter().filter(|it| it.symbol != LAYOUT.as_bytes());
        names.extend(own.filter_map(|it| Some(std::str::from_utf8(it.symbol).ok()?.to_owned())));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let of: Vec<String> =
        contents.iter().map(|it| String::from_utf8_lossy(&it.path).into_owned()).collect();
    question.answer(io, |dataset| {
        let exported = dataset.symbols(&dataset.places, &names);
        let answer = history::churn(&of.join(", "), &names, &dataset.places, &exported);
        Ok((answer, Exit::Good))
    })
}
