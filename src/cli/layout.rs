//! `modversions layout`: the memory layout of a type.

mod all;
mod declared;
mod json;
mod kernels;
pub(super) mod list;
mod similar;
mod source;
mod wanted;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::data_model::data_models;
use super::exit::{Exit, Failure, Result};
use super::format::Format;
use super::resources::Resources;
use super::talk::Talk;
use super::{Environment, Io};
use crate::corpus::LayoutsFrom;
use crate::inputs::given::title;
use crate::inputs::progress::Progress;
use crate::layout::data_model::DataModel;
use crate::layout::text::{side_by_side, text};
use crate::shown::{Page, Shown};

use json::json;
use source::{Found, read};
use wanted::{READING, Wanted};

/// Print a type's memory layout: offsets, sizes, holes, cache lines
///
/// Uses the best source available and prints which: BTF, or else DWARF, which have the compiler's own
/// offsets; or else ABI records (`genksyms --abi`); or else .symtypes, which lack some attributes. From the
/// last two the layout is computed by GCC's rules; docs/layout.md lists what is unknown there.
#[derive(Args)]
pub(super) struct Arguments {
    /// Types, as in C or with the letter of the kind (page, "struct page", s#page), and after them
    /// the source, unless --diff names two
    ///
    /// A source is a kernel with BTF: a package, a directory with a kernel and its modules, a vmlinux, a
    /// vmlinuz, /sys/kernel/btf, a module with --btf-base; an object with debugging information; or a
    /// directory with .symtypes or .abi files anywhere in it, or one such file, consolidated or not
    #[arg(value_name = "TYPE|SOURCE", required_unless_present = "all")]
    words: Vec<OsString>,
    /// A piece of the source, which may be given several times: packages and directories that are one kernel
    /// together. All words are types then
    #[arg(short, long, value_name = "PIECE", conflicts_with = "diff")]
    kernel: Vec<PathBuf>,
    /// List all structs, unions, enums and typedefs: size, alignment, number of holes, name; with --diff
    /// those that differ: size in OLD, in NEW, name
    #[arg(long, value_name = "SOURCE", num_args = 0..=1, conflicts_with_all = ["words", "format"])]
    all: Option<Option<PathBuf>>,
    /// Compare two sources, side by side. If they are in several pieces, give one of each every time
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    diff: Vec<PathBuf>,
    /// Use this kind of source, not the best one available
    #[arg(long, value_enum, value_name = "WHAT")]
    from: Option<LayoutsFrom>,
    /// Base BTF (vmlinux) for the split BTF of modules, if it is not in SOURCE
    #[arg(long, value_name = "FILE")]
    btf_base: Option<PathBuf>,
    /// Read the modules in a package, too, if the kernel itself has the types: one may have another type
    /// of the same name
    #[arg(long)]
    modules: bool,
    /// The architecture, for layouts that are computed
    ///
    /// By default that of the ABI records, or else that of the modules, or else x86-64.
    #[arg(long, alias = "data-model", value_name = "NAME", value_parser = data_models())]
    arch: Option<&'static DataModel>,
    /// The output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    pub(super) talk: Talk,
    #[command(flatten)]
    pub(super) resources: Resources,
}

impl Arguments {
    /// Shows the type, or lists all: [`Exit::Found`] if a layout is unknown.
    pub(super) fn run(&self, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let btf_base = self.btf_base.as_deref();
        let limits = self.resources.limits();
        let (from, modules) = (self.from, self.modules);
        let wanted = Wanted { from, btf_base, modules, model: self.arch, limits };
        let sources = kernels::of(&self.kernel, &self.diff);
        let source = self.all.as_ref().map(Option::as_slice);
        match (source, &sources[..]) {
            (None, _) => self.show(wanted, environment, io),
            (Some(source @ [_]), []) => all::run(source, wanted, environment, io),
            (Some([]), [source]) => all::run(source, wanted, environment, io),
            (Some([]), [old, new]) => all::run_diff([old, new], wanted, environment, io),
            (Some(_), _) => {
                let words =
                    "--all needs one source, or --kernel with its pieces, or --diff with two";
                Err(Failure(words.into()))
            }
        }
    }

    /// The types that are wanted, and the sources. The parser asks for the words where not all types
    /// are wanted.
    fn names_and_sources(&self) -> Result<(&[OsString], Vec<Vec<PathBuf>>)> {
        let sources = kernels::of(&self.kernel, &self.diff);
        if !sources.is_empty() {
            return Ok((&self.words, sources));
        }
        match self.words.split_last() {
            Some((source, names)) if !names.is_empty() => {
                Ok((names, vec![vec![PathBuf::from(source)]]))
            }
            _ => Err(Failure(b"a type and a source are needed: see `layout --help`".to_vec())),
        }
    }

    fn show(&self, wanted: Wanted<'_>, environment: &Environment, io: &mut Io<'_>) -> Result<Exit> {
        let (names, sources) = self.names_and_sources()?;
        let limits = if sources.len() > 1 { wanted.limits.half() } else { wanted.limits };
        let wanted = Wanted { limits, ..wanted };
        // Two packages take twice as long one after the other. The first error counts.
        let found: Vec<Result<Found>> = Progress::during(environment.progress, READING, |_| {
            sources.par_iter().map(|source| read(names, source, wanted)).collect()
        });
        let found: Vec<Found> = found.into_iter().collect::<Result<_>>()?;
        for remark in found.iter().filter_map(|it| it.remark.as_ref()) {
            io.say(remark);
        }
        for (source, found) in sources.iter().zip(&found) {
            let missing = found.types.iter().position(|it| it.variants.is_empty());
            if let Some(missing) = missing {
                let source = title(source);
                return Err(absent(&source, &names[missing], &found.types[missing].similar));
            }
        }
        let is_known = found.iter().all(|it| it.variants().all(|it| it.definition.is_ok()));
        match (self.format, &found[..]) {
            (Format::Json, found) => io.write(json(found).as_bytes())?,
            (Format::Text, [old, new]) => io.show(&compared(old, new))?,
            (Format::Text, found) => io.show(&shown(found))?,
        }
        Ok(Exit::found(!is_known))
    }
}

/// That a source has no type of this name, and which it has instead.
fn absent(source: &Path, name: &OsStr, similar: &[String]) -> Failure {
    let name = name.as_bytes();
    let kind = if name.contains(&b' ') { "" } else { "type " };
    let hint = match similar {
        [] => String::new(),
        similar => format!("; did you mean {}?", similar.join(" or ")),
    };
    Failure::of(source, &format!("there is no {kind}{} in it{hint}", Shown(name)))
}

/// All variants, one after the other.
fn shown<'a>(found: impl IntoIterator<Item = &'a Found>) -> Page {
    let mut page = Page::default();
    for found in found {
        page.line(found.head());
        for variant in found.variants() {
            page.end();
            page.put(&variant.owners).line(":");
            match &variant.definition {
                Ok(definition) => page.append(&text(&variant.title, definition)),
                Err(unknown) => page.line(format!("unknown: {unknown}")),
            }
        }
    }
    page
}

/// The first known variants of each type, side by side.
fn compared(old: &Found, new: &Found) -> Page {
    let pairs = old.types.iter().zip(&new.types);
    let known = pairs.map(|(old, new)| old.first().zip(new.first())).collect::<Option<Vec<_>>>();
    let Some(known) = known else { return shown([old, new]) };
    let of = [old, new].map(Found::head);
    let head = if of[0] == of[1] { &of[0] } else { &of.join("; ") };
    let mut page = Page::of_line(head);
    for (number, ((before, old), (after, new))) in known.into_iter().enumerate() {
        if number > 0 {
            page.end();
        }
        page.put("old: ").line(&before.owners);
        page.put("new: ").line(&after.owners);
        page.append(&side_by_side(&after.title, old, new));
    }
    page
}
