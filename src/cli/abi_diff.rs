//! `modversions abi-diff`, also by the name `abi-diff`.

mod colour;
mod fit;
mod output;
mod rules;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::{Environment, Io, data_model};
use crate::abi_diff::{self, Facts, Lint, compare, consumers, told};
use crate::corpus::{Corpus, Release, Types};
use crate::inputs::modules::Result;
use crate::layout::data_model::DataModel;

use crate::inputs::progress::Progress;
use crate::inputs::release::{self as inputs, Layouts};
pub(super) use colour::When;
pub(super) use output::Output;

/// What is asked for.
pub(super) struct Request<'a> {
    /// The release before.
    pub(super) old: &'a Path,
    /// The release after.
    pub(super) new: &'a Path,
    /// The kernels that layouts are taken from, if not from those themselves.
    pub(super) btf: Option<[&'a Path; 2]>,
    /// The modules that may use what changed.
    pub(super) modules: &'a [PathBuf],
    /// The list of the symbols that matter, if not all do.
    pub(super) stable_list: Option<&'a Path>,
    /// The C that layouts are told for, if the user says so.
    pub(super) model: Option<&'static DataModel>,
    /// What the reports look like, and where they go.
    pub(super) outputs: &'a [Output],
    /// When there are colours.
    pub(super) color: When,
    /// Files of rules, in order.
    pub(super) rules: &'a [PathBuf],
    /// Whether rules that match nothing are told.
    pub(super) unused_rules: bool,
    /// Whether what is tolerated is listed.
    pub(super) show_tolerated: bool,
}

/// Compares; returns the exit status: 0 if nothing differs or all is tolerated, 1 if something is
/// not, 2 if it could not be told.
pub(super) fn run(request: &Request<'_>, environment: &Environment, io: &mut Io<'_>) -> u8 {
    try_run(request, environment, io).unwrap_or_else(|message| {
        say(&message, io);
        2
    })
}

/// Says something.
fn say(message: &[u8], io: &mut Io<'_>) {
    io.complain(&[b"modversions: ", message, b"\n"].concat());
}

fn try_run(request: &Request<'_>, environment: &Environment, io: &mut Io<'_>) -> Result<u8> {
    let rules = rules::read(request.rules, environment)?;
    for rule in rules.expired() {
        io.complain(&rules::expired(rule));
    }
    let mut types = Types::default();
    let progress = Progress::new(environment.progress);
    let layouts = match request.btf {
        Some(kernels) => kernels.map(Layouts::Of),
        None => [Layouts::Own; 2],
    };
    let paths = [request.old, request.new];
    let read = inputs::read_both(paths, layouts, &mut types, &progress)?;
    let [old, new] = read.releases;
    let remarks = [read.remarks, fit::check(&old, &new)?].concat();
    let list = request.stable_list.map(inputs::read_list).transpose()?;
    progress.begin("reading modules");
    let modules = inputs::read_modules(request.modules)?;
    progress.begin("comparing");
    let model = data_model::choose(request.model, &[&old, &new])?;
    let mut found = compare(&types, &old, &new, model);
    if let Some(list) = list {
        list.apply(&types, old.exports.as_ref().zip(new.exports.as_ref()), &mut found);
    }
    let releases = [&old, &new];
    found.judge(&types, releases, &rules);
    let consumers = (!modules.is_empty()).then(|| consumers(&types, &found, &modules));
    drop(progress);
    for remark in remarks {
        say(&remark, io);
    }
    for release in releases {
        tell_declared_twice(release, &types, io);
    }
    if request.unused_rules {
        for rule in rules.unused(&types, releases) {
            io.complain(&rules::unused(rule));
        }
    }
    let shows_tolerated = request.show_tolerated;
    let facts = Facts {
        types: &types,
        releases,
        found: &found,
        rules: &rules,
        shows_tolerated,
        consumers: consumers.as_ref(),
    };
    let is_coloured = request.color.is_now(environment);
    output::write_all(request.outputs, &facts, is_coloured, io)?;
    Ok(u8::from(found.is_failure()))
}

/// How many exports are named in a warning.
const FEW: usize = 5;

/// Warns of exports that several files of a release declare, each otherwise.
fn tell_declared_twice(release: &Release, types: &Types, io: &mut Io<'_>) {
    let Some(corpus) = &release.corpus else { return };
    let twice = corpus.declared_twice(types);
    for (name, files) in twice.iter().take(FEW) {
        let paths: Vec<&[u8]> = files.iter().map(|&file| &*corpus.files[file].path).collect();
        let parts: [&[u8]; 5] = [
            &release.title,
            b": warning: each of these files declares ",
            types.name(*name),
            b" otherwise, the first counts: ",
            &paths.join(&b", "[..]),
        ];
        io.complain(&[&parts.concat()[..], b"\n"].concat());
    }
    if twice.len() > FEW {
        let more = format!(": warning: and {} more such exports\n", twice.len() - FEW);
        io.complain(&[&release.title[..], more.as_bytes()].concat());
    }
}

/// Tells why one export's CRC changed; returns the exit status: 0 if nothing that it is of changed,
/// 1 if something did, 2 if it could not be told.
pub(super) fn why(symbol: &OsStr, old: &Path, new: &Path, io: &mut Io<'_>) -> u8 {
    match try_why(symbol, old, new) {
        Ok((text, is_changed)) => {
            io.print(&text);
            u8::from(is_changed)
        }
        Err(message) => {
            say(&message, io);
            2
        }
    }
}

/// What is to be told, and whether something changed; or why it cannot be told.
fn try_why(symbol: &OsStr, old: &Path, new: &Path) -> Result<(Vec<u8>, bool)> {
    let mut types = Types::default();
    let quiet = Progress::new(false);
    let unwanted = [Layouts::Unwanted; 2];
    let [old_release, new_release] =
        inputs::read_both([old, new], unwanted, &mut types, &quiet)?.releases;
    let model = data_model::choose(None, &[&old_release, &new_release])?;
    let export = types.find_name(symbol.as_bytes());
    let corpus_with_it = |release: &'static str, path: &Path, corpus: Option<Corpus>| {
        let corpus = corpus.filter(|it| export.is_some_and(|export| it.has(export)));
        corpus.ok_or_else(|| {
            let words = format!(": there are no types for this export in {release}, ");
            [symbol.as_bytes(), words.as_bytes(), path.as_os_str().as_bytes()].concat()
        })
    };
    let old_corpus = corpus_with_it("OLD", old, old_release.corpus)?;
    let new_corpus = corpus_with_it("NEW", new, new_release.corpus)?;
    let found = export.and_then(|export| {
        let why = abi_diff::why(&types, &old_corpus, &new_corpus, export, model)?;
        Some((export, why))
    });
    // Both have it, so there is a way to tell.
    let (export, why) = found.ok_or_else(|| symbol.as_bytes().to_owned())?;
    Ok((told(&types, export, &why), !why.ways.is_empty()))
}

/// Lists the lints.
pub(super) fn list_lints(io: &mut Io<'_>) -> u8 {
    for lint in Lint::ALL {
        let (id, level, what) = (lint.id(), lint.level().word(), lint.what());
        io.print(format!("{id:<20} {level:<9} {what}\n").as_bytes());
    }
    0
}

/// Tells what a lint means.
pub(super) fn explain(id: &str, io: &mut Io<'_>) -> u8 {
    match Lint::of_id(id) {
        Some(lint) => {
            let (level, what) = (lint.level().word(), lint.what());
            io.print(format!("{id} ({level}): {what}\n\n{}\n", lint.explanation()).as_bytes());
            0
        }
        None => {
            let message = format!(
                "modversions: no lint is called '{id}' (`modversions abi-diff --list-lints`)\n"
            );
            io.complain(message.as_bytes());
            2
        }
    }
}
