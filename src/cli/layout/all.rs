//! `modversions layout --all`: one line for each type.

use std::path::Path;

use super::source::best;
use super::wanted::{READING, Wanted};
use crate::btf::{BadBtf, Btf, ByName, Type};
use crate::canonical::spelled;
use crate::cli::exit::{Exit, Failure, Result};
use crate::cli::{Environment, Io, data_model};
use crate::corpus::{self, Extent, Types, all_types};
use crate::inputs::btf::{self, Which};
use crate::inputs::given::Given;
use crate::inputs::progress::Progress;
use crate::inputs::release::of_given;
use crate::inputs::types::Form;
use crate::layout::table::holes;
use crate::shown::Page;

/// Lists the types: [`Exit::Found`] if a size is unknown.
pub(super) fn run(
    source: &Path,
    wanted: Wanted<'_>,
    environment: &Environment,
    io: &mut Io<'_>,
) -> Result<Exit> {
    let of_types = |given, form| of_types(given, wanted, form);
    let list = Progress::during(environment.progress, READING, |_| {
        best(source, wanted, |given| of_btf(given, wanted), of_types)
    })?;
    if let Some(remark) = &list.remark {
        io.say(remark);
    }
    let mut page = Page::default();
    list.lines.iter().for_each(|line| page.append(line));
    io.show(&page)?;
    Ok(Exit::found(!list.is_known))
}

/// The types of a release.
struct List {
    /// Size, alignment, number of holes and name, between tabs; where the size is not known, the
    /// reason after the name.
    lines: Vec<Page>,
    /// Whether all sizes are known.
    is_known: bool,
    /// A remark about the source.
    remark: Option<Vec<u8>>,
}

/// The types that are declared, in this form if one is given; none if there are none.
fn of_types(source: Given, wanted: Wanted<'_>, form: Option<Form>) -> Result<Option<List>> {
    let mut types = Types::default();
    let release = of_given(source, form, &mut types)?;
    let model = data_model::choose(wanted.model, &[&release])?;
    let Some(corpus) = &release.corpus else { return Ok(None) };
    if wanted.from.is_some_and(|it| it != corpus.layouts_from()) {
        return Ok(None);
    }
    let all = all_types(&types, corpus, model);
    let is_known = all.iter().all(|of| of.extent.is_ok());
    let line = |of: corpus::SizedType| {
        let name = spelled(types.name(of.name));
        match of.extent {
            Ok(extent) => of_known(extent, &name),
            Err(unknown) => Page::of_cells([b"?", b"?", b"?", &name, unknown.message().as_bytes()]),
        }
    };
    Ok(Some(List { lines: all.into_iter().map(line).collect(), is_known, remark: None }))
}

/// The line of a type whose size is known.
fn of_known(Extent { size, align, holes }: Extent, name: &[u8]) -> Page {
    let [size, align, holes] = [size.to_string(), align.to_string(), holes.to_string()];
    Page::of_cells([size.as_bytes(), align.as_bytes(), holes.as_bytes(), name])
}

/// The types in a kernel's BTF, by name, and then those in its modules that it has not.
fn of_btf(source: &Given, wanted: Wanted<'_>) -> Result<List> {
    let bad = |error: BadBtf| Failure::of(&source.path, &error.to_string());
    let found = btf::of_given(source, wanted.btf_base, Which::All)?;
    let kernel = found.btf.kernel();
    let mut lines = if found.has_kernel { built(&kernel).map_err(bad)? } else { Vec::new() };
    let modules: Vec<Btf<'_>> = found.btf.modules(&kernel).map(|(_, module)| module).collect();
    let mut of_modules = Vec::new();
    for module in &modules {
        of_modules.extend(built(module).map_err(bad)?);
    }
    // Modules have many types in common.
    of_modules.sort();
    of_modules.dedup();
    lines.extend(of_modules);
    let remark = found.remark_of(&source.path);
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    Ok(List { lines, is_known: true, remark })
}

/// The structs, unions and typedefs by name, each with its line. BTF has no alignments.
fn built<'d>(btf: &'d Btf<'_>) -> std::result::Result<Vec<(&'d [u8], Page)>, BadBtf> {
    let named = ByName::of(btf, |of| matches!(of, Type::Record(_) | Type::Typedef { .. }));
    let mut lines = Vec::new();
    for (name, id) in named.iter() {
        let word = match btf.get(id) {
            Type::Record(record) if record.is_union => &b"union "[..],
            Type::Record(_) => b"struct ",
            _ => b"",
        };
        // A function has no size, nor has a struct that is not described.
        let Ok(size) = btf.size(id) else { continue };
        let holes = match btf.record_behind(id) {
            Some(record) => holes(&btf.layout(record)?),
            None => 0,
        };
        let [size, holes] = [size.to_string(), holes.to_string()];
        let title = [word, name].concat();
        lines.push((name, Page::of_cells([size.as_bytes(), b"-", holes.as_bytes(), &title])));
    }
    Ok(lines)
}
