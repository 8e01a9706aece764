//! `modversions symtypes`: `.symtypes` files verified, merged, split and shown.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Subcommand};

use super::exit::{Exit, Failure, Result};
use super::files::write_whole;
use super::folder::Folder;
use super::reports::{self, Output, OwnFormats};
use super::resources::Resources;
use super::talk::Talk;
use super::{Environment, Io};
use crate::corpus::{
    Corpus, ShownAs, Types, Unfit, Verification, consolidate, proof_document, proof_report, show,
    split, verify,
};
use crate::inputs::exports;
use crate::inputs::given::{Given, Kind};
use crate::inputs::limits::Limits;
use crate::inputs::progress::Progress;
use crate::inputs::release::{of_given, read_quietly};
use crate::inputs::types::Form;
use crate::kernel::Exports;
use crate::shown::Page;

/// Verify CRCs against .symtypes, and merge many .symtypes files into one
///
/// A kernel built with KBUILD_SYMTYPES=1 has a .symtypes file beside each object that exports
/// something: the declarations that its CRCs cover. docs/symtypes.md has the details.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

#[derive(Subcommand)]
enum Action {
    /// Compute the CRC of each export from its types, and compare it with the recorded one
    Verify {
        /// A directory with .symtypes files anywhere in it, or one such file, consolidated or not
        #[arg(value_name = "TREE|FILE")]
        input: PathBuf,
        /// The file with the recorded CRCs [default: the directory's own Module.symvers]
        #[arg(long, value_name = "FILE")]
        symvers: Option<PathBuf>,
        /// List the exports that have only types, or only a recorded CRC
        #[arg(long)]
        list: bool,
        #[arg(short, long, value_name = "FORMAT[:FILE]")]
        #[arg(help = reports::help(FORMATS), long_help = reports::long_help(FORMATS))]
        #[arg(value_parser = OsStringValueParser::new().try_map(|text| Output::parse(FORMATS, text)))]
        format: Vec<Output>,
    },
    /// Merge all .symtypes files of a directory into one file, in SUSE's format
    ///
    /// A declaration is left out if it is the same as the last one of that name. abi-diff and all
    /// commands here read such a file like the directory; so do SUSE's kABI tools.
    Consolidate {
        /// A directory with .symtypes files anywhere in it
        #[arg(value_name = "DIR")]
        input: PathBuf,
        /// Where to write it, instead of standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Split a consolidated file into one .symtypes file for each of its sections
    ///
    /// Lines are sorted by name, types before exports.
    Split {
        /// A consolidated file
        #[arg(value_name = "FILE")]
        input: PathBuf,
        /// The directory to write them to: must not exist, or be empty
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
    },
    /// Print a type or an export as C, in each of its variants, with the files that have it
    Show {
        /// As in C, or with the letter of its kind: page, "struct page", s#page
        #[arg(value_name = "SYMBOL|TYPE")]
        name: OsString,
        /// A directory with .symtypes files anywhere in it, or one such file, consolidated or not
        #[arg(value_name = "TREE|FILE")]
        input: PathBuf,
        /// List all files, not only the first few
        #[arg(long)]
        files: bool,
        /// Show Rust's mangled names as its source has them; what is wanted may be named so, too
        #[arg(short = 'C', long)]
        demangle: bool,
    },
}

impl Arguments {
    /// Whether it is `verify`, which answers by its exit status.
    pub(super) fn is_verifying(&self) -> bool {
        matches!(self.action, Action::Verify { .. })
    }

    /// Does it: [`Exit::Found`] if a CRC is not that of its types, or if there is nothing to show.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let (is_watched, limits) = (environment.progress, self.resources.limits());
        match &self.action {
            Action::Verify { input, symvers, list, format } => {
                let proof = Progress::during(is_watched, "verifying", |_| {
                    proof(input, symvers.as_deref(), limits)
                });
                let (types, corpus, found) = proof?;
                let title = input.as_os_str().as_bytes();
                let document = |_: bool| proof_document(&types, &corpus, &found, title);
                let write = |_: &'static str, _: bool| {
                    proof_report(&types, &corpus, &found, *list).into_bytes()
                };
                reports::write_all(format, FORMATS[0].0, document, write, io)?;
                Ok(Exit::found(!found.is_proof()))
            }
            Action::Consolidate { input, output } => {
                let text =
                    Progress::during(is_watched, "reading types", |_| consolidated(input, limits));
                write_consolidated(&text?, output.as_deref(), io)
            }
            Action::Split { input, output } => {
                Progress::during(is_watched, "splitting", |_| run_split(input, output, limits))
            }
            Action::Show { name, input, files, demangle } => {
                let how = ShownAs { all_files: *files, demangled: *demangle };
                let page = Progress::during(is_watched, "reading types", |_| {
                    shown(name, input, how, limits)
                });
                write_shown(name, input, page?, io)
            }
        }
    }
}

/// The types at `input`, and the exports that are recorded there.
fn read_types(
    input: &Path,
    types: &mut Types,
    limits: Limits,
) -> Result<(Corpus, Option<Exports>)> {
    let release = read_quietly(input, Some(Form::Symtypes), types, limits)?;
    let corpus = release.corpus.ok_or_else(|| Failure::of(input, "it has no types"))?;
    Ok((corpus, release.exports))
}

/// The formats that only `verify` has.
const FORMATS: &OwnFormats = &[("text", "a line for each CRC that differs, and the counts")];

/// The types, and what the comparison of the CRCs finds.
fn proof(
    input: &Path,
    symvers: Option<&Path>,
    limits: Limits,
) -> Result<(Types, Corpus, Verification)> {
    let mut types = Types::default();
    let (corpus, own) = read_types(input, &mut types, limits)?;
    let recorded = match (symvers, own) {
        (Some(path), _) => exports::read(path, limits)?,
        (None, Some(own)) => own,
        (None, None) => {
            return Err(Failure::of(input, "it has no Module.symvers; use --symvers"));
        }
    };
    let found = verify(&types, &corpus, &recorded);
    Ok((types, corpus, found))
}

/// All `.symtypes` files of the directory at `input` as one.
pub(super) fn consolidated(input: &Path, limits: Limits) -> Result<Vec<u8>> {
    if !fs::metadata(input).map_err(Failure::from_io(input))?.is_dir() {
        return Err(Failure::of(input, "not a directory"));
    }
    let mut types = Types::default();
    let (corpus, _) = read_types(input, &mut types, limits)?;
    let text = consolidate(&types, &corpus);
    text.map_err(|unfit| refusal(&types, &corpus, input, unfit))
}

fn write_consolidated(text: &[u8], output: Option<&Path>, io: &mut Io<'_>) -> Result<Exit> {
    match output {
        None => io.write(text)?,
        Some(path) => write_whole(path, text).map_err(|error| Failure::of(path, &error.0))?,
    }
    Ok(Exit::Good)
}

/// Why a file of the tree at `input` cannot be put into one with others.
fn refusal(types: &Types, corpus: &Corpus, input: &Path, unfit: Unfit) -> Failure {
    let path = |file: usize| {
        let mut path = input.join(OsStr::from_bytes(&corpus.files[file].path)).into_os_string();
        path.push(".symtypes");
        PathBuf::from(path)
    };
    let (file, line, what) = match unfit {
        Unfit::Twice(file, line) => (file, line, b"there is already a line for that name".to_vec()),
        Unfit::Unknown(file, line, name) => {
            (file, line, [b"it lacks a line for ", types.name(name)].concat())
        }
        Unfit::Name(file) => {
            return Failure::of(&path(file), "a consolidated file cannot hold this name");
        }
    };
    let (path, line) = (path(file), types.text(line));
    let place = format!(":{}: ", line_number(&path, line));
    let line = &line[..line.len().min(80)];
    let path = path.as_os_str().as_bytes();
    Failure([path, place.as_bytes(), &what, b" in this file: ", line].concat())
}

/// The number of the last line of a file that is this one, from 1.
fn line_number(path: &Path, line: &[u8]) -> usize {
    let text = fs::read(path).unwrap_or_default();
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    lines.iter().rposition(|it| *it == line).map_or(1, |place| place + 1)
}

fn run_split(input: &Path, output: &Path, limits: Limits) -> Result<Exit> {
    let given = Given::file(input, limits)?;
    if given.kind != Kind::Consolidated || given.is_packed() {
        return Err(Failure::of(input, "not a consolidated file"));
    }
    let mut types = Types::default();
    let release = of_given(vec![given], Some(Form::Symtypes), &mut types)?;
    let corpus = release.corpus.ok_or_else(|| Failure::of(input, "it has no types"))?;
    let folder = Folder::for_path(output)?;
    split(&types, &corpus, |stem, text| {
        let name = [stem, b".symtypes"].concat();
        folder.write(Path::new(OsStr::from_bytes(&name)), text)
    })?;
    folder.finish()?;
    Ok(Exit::Good)
}

/// A type or an export as C; none if there is none of this name.
fn shown(name: &OsStr, input: &Path, how: ShownAs, limits: Limits) -> Result<Option<Page>> {
    let mut types = Types::default();
    let (corpus, _) = read_types(input, &mut types, limits)?;
    Ok(show(&types, &corpus, name.as_bytes(), how))
}

fn write_shown(name: &OsStr, input: &Path, page: Option<Page>, io: &mut Io<'_>) -> Result<Exit> {
    match page {
        Some(page) => {
            io.show(&page)?;
            Ok(Exit::Good)
        }
        None => {
            let path = input.as_os_str().as_bytes();
            io.say(&[path, b": it has no ", name.as_bytes()].concat());
            Ok(Exit::Found)
        }
    }
}
