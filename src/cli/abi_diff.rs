//! `modversions abi-diff`, also by the name `abi-diff`: what changed between two kernels.

mod colour;
mod fit;
mod output;
mod rules;
mod stable_list;

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::data_model::{self, data_models};
use super::exit::{Exit, Failure, Result};
use super::{Environment, Io};
use crate::abi_diff::{Facts, Lint, compare, consumers};
use crate::corpus::{Release, Types};
use crate::inputs::progress::Progress;
use crate::inputs::release::{Layouts, read_both, read_modules};
use crate::layout::data_model::DataModel;

use colour::When;
use output::Output;

/// Tell what changed between two kernels, why, and how much it matters
///
/// OLD and NEW are each a directory, with a Module.symvers and .symtypes files anywhere in it
/// (a kernel built with KBUILD_SYMTYPES=1) or with modules; or one such file; or a package of a
/// kernel or its headers (.deb, .rpm); or a vmlinux or vmlinuz. The exit status is 0 if nothing differs or all that does
/// is tolerated, 1 if something is not, 2 if it could not be told.
/// Notes, as new exports are, are always tolerated. docs/abi-diff-rules.md tells of rules,
/// formats and kinds of differences.
#[derive(Args)]
pub(super) struct Arguments {
    /// The kernel before
    #[arg(required_unless_present_any = ["list_lints", "explain"])]
    old: Option<PathBuf>,
    /// The kernel after
    #[arg(required_unless_present_any = ["list_lints", "explain"])]
    new: Option<PathBuf>,
    /// Take layouts from the BTF of these kernels: OLD and NEW may have none, as .symtypes
    /// files and Module.symvers
    ///
    /// Each is a package of a kernel (.deb, .rpm), a directory with a kernel and its modules,
    /// /sys/kernel/btf, a vmlinux or a vmlinuz. Where only the kernel itself is given, the
    /// types are missing that only modules have. Without this option, BTF is taken from OLD
    /// and NEW if both have it.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    btf: Vec<PathBuf>,
    /// Tell which of these modules use what changed: files, directories, packages
    #[arg(long, value_name = "PATH", num_args = 1..)]
    modules: Vec<PathBuf>,
    /// Compare only the symbols in this list, and check the list
    #[arg(long, value_name = "FILE")]
    stablelist: Option<PathBuf>,
    /// Tell what changes do to modules for this architecture's C
    ///
    /// If it is not given, records and modules tell; where these do not, it is x86-64.
    #[arg(long, value_name = "NAME", value_parser = data_models())]
    data_model: Option<&'static DataModel>,
    /// What the report looks like: text, short, symbols or json; FORMAT:FILE writes another one
    ///
    /// text has the causes with their differences, and then the exports; short a line for each
    /// cause, and the first few exports of each kind; symbols the symbols that differ and are
    /// not tolerated, one a line; json all of it, for programs. May be given several times.
    /// Standard output gets the one without a FILE, else text.
    #[arg(short, long, value_name = "FORMAT[:FILE]")]
    #[arg(value_parser = OsStringValueParser::new().try_map(Output::parse))]
    format: Vec<Output>,
    /// When the report has colours
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    color: When,
    /// Which differences are tolerated: rules in SUSE's format, or our own
    ///
    /// May be given several times. The first rule that matches a difference decides.
    #[arg(short, long, value_name = "FILE")]
    rules: Vec<PathBuf>,
    /// Warn of rules that no export and no type comes to
    #[arg(long)]
    unused_rules: bool,
    /// List what rules tolerate, with the rules
    #[arg(long)]
    show_tolerated: bool,
    /// List all kinds of differences
    #[arg(long)]
    list_lints: bool,
    /// Tell what one kind of difference does to a module
    #[arg(long, value_name = "LINT")]
    explain: Option<String>,
}

impl Arguments {
    /// Compares, or tells about lints: [`Exit::Found`] if something differs that is not tolerated.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        match (&self.explain, &self.old, &self.new) {
            (Some(id), ..) => explain(id, io),
            (None, Some(old), Some(new)) if !self.list_lints => {
                compared(self, [old, new], environment, io)
            }
            (None, ..) => Ok(list_lints(io)),
        }
    }
}

fn compared(
    arguments: &Arguments,
    paths: [&Path; 2],
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<Exit> {
    let rules = rules::read(&arguments.rules, environment)?;
    for rule in rules.expired() {
        io.complain(&rules::expired(rule));
    }
    let mut types = Types::default();
    let progress = Progress::new(environment.progress);
    let layouts = match &*arguments.btf {
        [old, new] => [old, new].map(|kernel| Layouts::Of(kernel)),
        _ => [Layouts::Own; 2],
    };
    let read = read_both(paths, layouts, &mut types, &progress)?;
    let [old, new] = read.releases;
    let remarks = [read.remarks, fit::check(&old, &new)?].concat();
    let list = arguments.stablelist.as_deref().map(stable_list::read).transpose()?;
    progress.begin("reading modules");
    let modules = read_modules(&arguments.modules)?;
    progress.begin("comparing");
    let model = data_model::choose(arguments.data_model, &[&old, &new])?;
    let mut found = compare(&types, &old, &new, model);
    if let Some(list) = list {
        list.apply(&types, old.exports.as_ref().zip(new.exports.as_ref()), &mut found);
    }
    let releases = [&old, &new];
    found.judge(&types, releases, &rules);
    let consumers = (!modules.is_empty()).then(|| consumers(&types, &found, &modules));
    drop(progress);
    for remark in remarks {
        io.say(&remark);
    }
    for release in releases {
        tell_declared_twice(release, &types, io);
    }
    if arguments.unused_rules {
        for rule in rules.unused(&types, releases) {
            io.complain(&rules::unused(rule));
        }
    }
    let shows_tolerated = arguments.show_tolerated;
    let facts = Facts {
        types: &types,
        releases,
        found: &found,
        rules: &rules,
        shows_tolerated,
        consumers: consumers.as_ref(),
    };
    let is_coloured = arguments.color.is_now(environment);
    output::write_all(&arguments.format, &facts, is_coloured, io)?;
    Ok(Exit::found(found.is_failure()))
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

/// Lists the lints.
fn list_lints(io: &mut Io<'_>) -> Exit {
    for lint in Lint::ALL {
        let (id, level, what) = (lint.id(), lint.level().word(), lint.what());
        io.print(format!("{id:<20} {level:<9} {what}\n").as_bytes());
    }
    Exit::Good
}

/// Tells what a lint means.
fn explain(id: &str, io: &mut Io<'_>) -> Result<Exit> {
    let Some(lint) = Lint::of_id(id) else {
        let words = format!("no lint is called '{id}' (`modversions abi-diff --list-lints`)");
        return Err(Failure(words.into_bytes()));
    };
    let (level, what) = (lint.level().word(), lint.what());
    io.print(format!("{id} ({level}): {what}\n\n{}\n", lint.explanation()).as_bytes());
    Ok(Exit::Good)
}
