//! `modversions abi-diff`, also by the name `abi-diff`: what changed between two kernels.

mod blessing;
mod fit;
mod output;
mod rules;
pub(super) mod stable_list;

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::data_model::{self, data_models};
use super::exit::{Exit, Failure, Result};
use super::reports::{self, Output};
use super::resources::Resources;
use super::sides::sides;
use super::talk::Talk;
use super::{Environment, Io};
use crate::abi_diff::{Facts, Lint, compare, consumers};
use crate::corpus::{Release, Types};
use crate::inputs::exports;
use crate::inputs::limits::Limits;
use crate::inputs::progress::Progress;
use crate::inputs::release::{Layouts, read_both, read_modules};
use crate::layout::data_model::DataModel;
use crate::shown::Page;

use output::OWN;

/// Report what changed between two kernels, why, and how much it matters
///
/// OLD and NEW are each a directory with a Module.symvers and .symtypes files (a kernel built with
/// KBUILD_SYMTYPES=1) or with modules; or one such file; or a package of a kernel or its headers
/// (.deb, .rpm); or a vmlinux or vmlinuz. A kernel in several pieces, as in the packages linux-binary
/// and linux-modules of Debian, is given as OLD... -- NEW.... Notes, such as new exports, are always
/// tolerated. docs/abi-diff-rules.md describes rules, formats and kinds of differences.
#[derive(Args)]
#[command(override_usage = "modversions abi-diff [OPTIONS] OLD NEW\n       \
                            modversions abi-diff [OPTIONS] OLD... -- NEW...")]
pub(super) struct Arguments {
    /// The old kernel and the new one
    #[arg(value_name = "OLD NEW")]
    kernels: Vec<PathBuf>,
    /// The pieces of the new kernel, if one is in several pieces: OLD... -- NEW...
    #[arg(last = true, value_name = "NEW")]
    new: Vec<PathBuf>,
    /// Read layouts from the BTF of these kernels, if OLD and NEW have no BTF
    ///
    /// Each is a package of a kernel (.deb, .rpm), a directory with a kernel and its modules,
    /// /sys/kernel/btf, a vmlinux or a vmlinuz. If only the kernel itself is given, types defined
    /// only in modules are missing. Without this option, BTF is read from OLD and NEW if both have
    /// it.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    btf: Vec<PathBuf>,
    /// Take the exports and their CRCs from these lists, each a Module.symvers of any name
    ///
    /// For types that are kept apart from their list of exports.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    symvers: Vec<PathBuf>,
    /// Report which of these modules use something that changed: files, directories, packages
    #[arg(long, value_name = "PATH", num_args = 1..)]
    modules: Vec<PathBuf>,
    /// Compare only the symbols in this list, and check the list
    #[arg(long, value_name = "FILE")]
    stablelist: Option<PathBuf>,
    /// The architecture for which to determine what changes do to modules
    ///
    /// By default that of the ABI records, or else that of the modules, or else x86-64.
    #[arg(long, alias = "data-model", value_name = "NAME", value_parser = data_models())]
    arch: Option<&'static DataModel>,
    #[arg(short, long, value_name = "FORMAT[:FILE]")]
    #[arg(help = reports::help(OWN), long_help = reports::long_help(OWN))]
    #[arg(value_parser = OsStringValueParser::new().try_map(|text| Output::parse(OWN, text)))]
    format: Vec<Output>,
    /// Rules for which differences are tolerated, in SUSE's format or in TOML
    ///
    /// May be given several times. The first rule that matches a difference decides.
    #[arg(short, long, value_name = "FILE")]
    rules: Vec<PathBuf>,
    /// Decide by this policy which differences fail: rules in TOML with a table [gate]
    ///
    /// `fail` lists levels (breaking, warning, note) and lints, such as change-layout; what is not listed is
    /// tolerated. `baseline` names files of rules, as --bless writes them.
    #[arg(long, value_name = "POLICY")]
    gate: Option<PathBuf>,
    /// Write rules that tolerate what differs now, or update them: then only what is new fails
    ///
    /// Each rule matches one difference exactly as it is now. What people changed in a rule stays, as
    /// long as its difference does.
    #[arg(long, value_name = "FILE")]
    bless: Option<PathBuf>,
    /// Exit with 125 instead of 2 if the comparison fails, so that `git bisect run` skips the commit
    #[arg(long)]
    pub(super) bisect: bool,
    /// Warn about rules that match nothing
    #[arg(long)]
    unused_rules: bool,
    /// List the differences that rules tolerate, with the rules
    ///
    /// The formats with symbols only list their symbols, too.
    #[arg(long)]
    show_tolerated: bool,
    /// List all kinds of differences
    #[arg(long)]
    list_lints: bool,
    /// Explain one kind of difference
    #[arg(long, value_name = "LINT")]
    explain: Option<String>,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

impl Arguments {
    /// Compares, or describes lints: [`Exit::Found`] if something differs that is not tolerated.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        match &self.explain {
            Some(id) => explain(id, io),
            None if self.list_lints => list_lints(io),
            None => compared(self, sides(&self.kernels, &self.new)?, environment, io),
        }
    }
}

fn compared(
    arguments: &Arguments,
    given: [&[PathBuf]; 2],
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<Exit> {
    let limits = arguments.resources.limits();
    let (gate, blessed) = (arguments.gate.as_deref(), arguments.bless.as_deref());
    let files = rules::Files { rules: &arguments.rules, gate, blessed };
    let mut rules = rules::read(files, environment, limits)?;
    for rule in rules.expired() {
        io.remark(&rules::expired(rule));
    }
    let mut types = Types::default();
    let progress = Progress::new(environment.progress);
    let layouts = match &*arguments.btf {
        [old, new] => [old, new].map(|kernel| Layouts::Of(kernel)),
        _ => [Layouts::Own; 2],
    };
    let read = read_both(given, layouts, (&mut types, limits), &progress)?;
    let [old, new] = with_lists(read.releases, &arguments.symvers, limits)?;
    let remarks = [read.remarks, fit::check(&old, &new)?].concat();
    let list = arguments.stablelist.as_deref();
    let list = list.map(|path| stable_list::read(path, limits)).transpose()?;
    progress.begin("reading modules");
    let modules = read_modules(&arguments.modules, limits)?;
    progress.begin("comparing");
    let model = data_model::choose(arguments.arch, &[&old, &new])?;
    let mut found = compare(&mut types, &old, &new, model);
    let releases = [&old, &new];
    if let Some(list) = &list {
        list.apply(&types, releases, &mut found);
    }
    found.judge(&types, releases, &rules);
    if let Some(path) = blessed {
        blessing::apply((path, limits), &types, releases, (&mut found, &mut rules), io)?;
    }
    let consumers = (!modules.is_empty()).then(|| consumers(&types, &found, &modules));
    drop(progress);
    for remark in remarks {
        io.say(&remark);
    }
    for release in releases {
        warn_of_declared_twice(release, &types, io);
    }
    if arguments.unused_rules {
        for rule in rules.unused(&types, releases) {
            io.remark(&rules::unused(rule));
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
        has_stable_list: list.is_some(),
        model,
    };
    output::write_all(&arguments.format, &facts, environment.stdout_color, io)?;
    Ok(Exit::found(found.is_failure()))
}

/// The releases with the exports of these lists, one for each of them or none.
fn with_lists([old, new]: [Release; 2], lists: &[PathBuf], limits: Limits) -> Result<[Release; 2]> {
    let [of_old, of_new] = lists else { return Ok([old, new]) };
    let with = |release: Release, list: &Path| {
        let exports = Some(exports::read(list, limits)?);
        Ok::<_, Failure>(Release { exports, ..release })
    };
    Ok([with(old, of_old)?, with(new, of_new)?])
}

/// How many exports are named in a warning.
const FEW: usize = 5;

/// Warns of exports that several files of a release declare differently.
fn warn_of_declared_twice(release: &Release, types: &Types, io: &mut Io<'_>) {
    let Some(corpus) = &release.corpus else { return };
    let twice = corpus.declared_twice(types);
    for (name, files) in twice.iter().take(FEW) {
        let paths: Vec<&[u8]> = files.iter().map(|&file| &*corpus.files[file].path).collect();
        let mut page = Page::default();
        page.put(&release.title).put(": warning: these files declare ").put(types.name(*name));
        page.put(" differently, the first one is used: ").line(paths.join(&b", "[..]));
        io.remark(&page);
    }
    if twice.len() > FEW {
        let more = format!(": warning: and {} more such exports", twice.len() - FEW);
        io.remark(&Page::of_line([&release.title[..], more.as_bytes()].concat()));
    }
}

/// Lists the lints.
fn list_lints(io: &mut Io<'_>) -> Result<Exit> {
    let mut page = Page::default();
    for lint in Lint::ALL {
        let (id, level, what) = (lint.id(), lint.level().word(), lint.what());
        page.line(format!("{id:<20} {level:<9} {what}"));
    }
    io.show(&page)?;
    Ok(Exit::Good)
}

/// Explains a lint.
fn explain(id: &str, io: &mut Io<'_>) -> Result<Exit> {
    let Some(lint) = Lint::of_id(id) else {
        let words =
            format!("there is no lint '{id}' (`modversions abi-diff --list-lints` lists them)");
        return Err(Failure(words.into_bytes()));
    };
    let (level, what) = (lint.level().word(), lint.what());
    let (explained, fix) = (wrapped(lint.explanation()), wrapped(lint.fix()));
    let text = format!("{id} ({level}): {what}\n\n{explained}\nWhat to do:\n{fix}");
    io.show(&Page::of_lines(&text))?;
    Ok(Exit::Good)
}

/// The longest line of an explanation.
const WIDTH: usize = 80;

/// A text in lines.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 {
            let is_full = width + 1 + length > WIDTH;
            lines.push(if is_full { '\n' } else { ' ' });
            width = if is_full { 0 } else { width + 1 };
        }
        lines += word;
        width += length;
    }
    lines + "\n"
}
