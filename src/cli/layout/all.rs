//! `modversions layout --all`: one line for each type.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::source::best;
use crate::btf::{BadBtf, Btf, ByName, Type};
use crate::canonical::spelled;
use crate::cli::{Io, data_model};
use crate::corpus;
use crate::corpus::{Extent, LayoutsFrom, Types, all_types};
use crate::inputs::btf::{Which, read_kernel};
use crate::inputs::modules::{Result, said_of};
use crate::inputs::release::{Form, read_quietly};
use crate::layout::data_model::DataModel;
use crate::layout::table::holes;

/// What is asked for.
pub(in crate::cli) struct Request<'a> {
    /// The release.
    pub(in crate::cli) source: &'a Path,
    /// What it is taken from, if not from the best that there is.
    pub(in crate::cli) from: Option<LayoutsFrom>,
    /// The kernel that the BTF of modules goes on from, if that is not with them.
    pub(in crate::cli) btf_base: Option<&'a Path>,
    /// The C that it is told for, if the user says.
    pub(in crate::cli) model: Option<&'static DataModel>,
}

/// Lists the types; returns the exit status: 0, 1 if a size is not known, 2 if they could not be
/// read.
pub(in crate::cli) fn run(request: &Request<'_>, io: &mut Io<'_>) -> u8 {
    let of_types = |form| of_types(request, form);
    match best(request.from, request.source, || of_btf(request), of_types) {
        Ok(list) => {
            if let Some(remark) = &list.remark {
                io.complain(&[b"modversions: ", &remark[..], b"\n"].concat());
            }
            io.print(list.lines.concat().as_bytes());
            u8::from(!list.is_known)
        }
        Err(message) => {
            io.complain(&[b"modversions: ", &message[..], b"\n"].concat());
            2
        }
    }
}

/// The types of a release.
struct List {
    /// Size, alignment, number of holes and name, between tabs; where the size is not known, the
    /// reason behind the name.
    lines: Vec<String>,
    /// Whether all sizes are known.
    is_known: bool,
    /// What there is to say of the source.
    remark: Option<Vec<u8>>,
}

/// The types that are declared, in this form if one is given; none if there are none.
fn of_types(request: &Request<'_>, form: Option<Form>) -> Result<Option<List>> {
    let mut types = Types::default();
    let release = read_quietly(request.source, form, &mut types)?;
    let model = data_model::choose(request.model, &[&release])?;
    let Some(corpus) = &release.corpus else { return Ok(None) };
    if request.from.is_some_and(|wanted| wanted != corpus.layouts_from()) {
        return Ok(None);
    }
    let all = all_types(&types, corpus, model);
    let is_known = all.iter().all(|of| of.extent.is_ok());
    let line = |of: corpus::SizedType| {
        let name = spelled(types.name(of.name));
        let name = String::from_utf8_lossy(&name);
        match of.extent {
            Ok(Extent { size, align, holes }) => format!("{size}\t{align}\t{holes}\t{name}\n"),
            Err(unknown) => format!("?\t?\t?\t{name}\t{}\n", unknown.told()),
        }
    };
    Ok(Some(List { lines: all.into_iter().map(line).collect(), is_known, remark: None }))
}

/// The types in a kernel's BTF, by name, and then those in its modules that it has not.
fn of_btf(request: &Request<'_>) -> Result<List> {
    let source = request.source;
    let bad = |error: BadBtf| said_of(source, &error.to_string());
    let found = read_kernel(source, request.btf_base, Which::All)?;
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
    let remark = found.remark.map(|words| [source.as_os_str().as_bytes(), b": ", &words].concat());
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    Ok(List { lines, is_known: true, remark })
}

/// The structs, unions and typedefs by name, each with its line. BTF has no alignments.
fn built<'d>(btf: &'d Btf<'_>) -> std::result::Result<Vec<(&'d [u8], String)>, BadBtf> {
    let named = ByName::of(btf, |of| matches!(of, Type::Record(_) | Type::Typedef { .. }));
    let mut lines = Vec::new();
    for (name, id) in named.iter() {
        let word = match btf.get(id) {
            Type::Record(record) if record.is_union => "union ",
            Type::Record(_) => "struct ",
            _ => "",
        };
        // A function has no size, nor has a struct that is not described.
        let Ok(size) = btf.size(id) else { continue };
        let holes = match btf.record_behind(id) {
            Some(record) => holes(&btf.layout(record)?),
            None => 0,
        };
        let line = format!("{size}\t-\t{holes}\t{word}{}\n", String::from_utf8_lossy(name));
        lines.push((name, line));
    }
    Ok(lines)
}
