//! `modversions layout`: how a type lies in memory.

pub(super) mod all;
mod source;

use std::ffi::OsStr;
use std::path::Path;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;

use super::Io;
use crate::corpus::LayoutsFrom;
use crate::inputs::modules::{Result, said_of};
use crate::layout::data_model::DataModel;
use crate::layout::table::{side_by_side, table};
use crate::layout::{Kind, Member};

use source::{Found, Variant, read};

/// What the output looks like.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What is asked for.
pub(super) struct Request<'a> {
    /// The type.
    pub(super) name: &'a OsStr,
    /// The release, or the two that are compared.
    pub(super) sources: &'a [&'a Path],
    /// What it is taken from, if not from the best that there is.
    pub(super) from: Option<LayoutsFrom>,
    /// The kernel that the BTF of modules goes on from, if that is not with them.
    pub(super) btf_base: Option<&'a Path>,
    /// The C that it is told for, if the user says so.
    pub(super) model: Option<&'static DataModel>,
    /// What the output looks like.
    pub(super) format: Format,
}

/// Does it; returns the exit status: 0, 1 if the type is not there or not known, 2 if it could not
/// be told.
pub(super) fn run(request: &Request<'_>, io: &mut Io<'_>) -> u8 {
    match try_run(request, io) {
        Ok(is_known) => u8::from(!is_known),
        Err(message) => {
            io.complain(&[b"modversions: ", &message[..], b"\n"].concat());
            2
        }
    }
}

fn try_run(request: &Request<'_>, io: &mut Io<'_>) -> Result<bool> {
    // Two packages take twice as long one after the other. The first error counts.
    let found: Vec<Result<Found>> =
        request.sources.par_iter().map(|source| read(request, source)).collect();
    let found: Vec<Found> = found.into_iter().collect::<Result<_>>()?;
    for remark in found.iter().filter_map(|it| it.remark.as_ref()) {
        io.complain(&[b"modversions: ", &remark[..], b"\n"].concat());
    }
    for (source, found) in request.sources.iter().zip(&found) {
        if found.variants.is_empty() {
            let name = request.name.to_string_lossy();
            let kind = if name.contains(' ') { "" } else { "struct or union " };
            return Err(said_of(source, &format!("there is no {kind}{name} in it")));
        }
    }
    let is_known = found.iter().all(|it| it.variants.iter().all(|it| it.layout.is_ok()));
    let text = match (request.format, &found[..]) {
        (Format::Json, found) => json(found),
        (Format::Text, [old, new]) => compared(old, new),
        (Format::Text, found) => found.iter().map(shown).collect(),
    };
    io.print(text.as_bytes());
    Ok(is_known)
}

/// All variants, one behind the other.
fn shown(found: &Found) -> String {
    let mut text = found.head() + "\n";
    for variant in &found.variants {
        text += &format!("\n{}:\n", variant.owners);
        text += &match &variant.layout {
            Ok(layout) => table(&variant.title, layout),
            Err(unknown) => format!("unknown: {unknown}\n"),
        };
    }
    text
}

/// The first variants that are known, side by side.
fn compared(old: &Found, new: &Found) -> String {
    let (Some((before, old_layout)), Some((after, new_layout))) = (old.first(), new.first()) else {
        return shown(old) + &shown(new);
    };
    let of = [old, new].map(Found::head);
    let head = if of[0] == of[1] { &of[0] } else { &of.join("; ") };
    let owners = format!("old: {}\nnew: {}\n", before.owners, after.owners);
    format!("{head}\n{owners}{}", side_by_side(&after.title, old_layout, new_layout))
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    version: u32,
    sources: Vec<SourcePart>,
}

#[derive(Serialize)]
struct SourcePart {
    layouts_from: &'static str,
    data_model: Option<&'static str>,
    variants: Vec<VariantPart>,
}

#[derive(Serialize)]
struct VariantPart {
    name: String,
    owners: usize,
    kind: Option<&'static str>,
    size: Option<u64>,
    align: Option<u64>,
    members: Vec<MemberPart>,
    unknown: Option<String>,
}

#[derive(Serialize)]
struct MemberPart {
    name: Option<String>,
    #[serde(rename = "type")]
    of_type: String,
    bit_offset: u64,
    bit_size: u64,
    is_bit_field: bool,
    members: Vec<MemberPart>,
}

fn json(found: &[Found]) -> String {
    let variant = |variant: &Variant| {
        let layout = variant.layout.as_ref().ok();
        let kind = layout.map(|it| if it.kind == Kind::Struct { "struct" } else { "union" });
        VariantPart {
            name: variant.title.clone(),
            owners: variant.count,
            kind,
            size: layout.map(|it| it.size),
            align: layout.and_then(|it| it.align),
            members: layout.map(|it| parts(&it.members)).unwrap_or_default(),
            unknown: variant.layout.as_ref().err().cloned(),
        }
    };
    let source = |found: &Found| SourcePart {
        layouts_from: found.from.id(),
        data_model: found.model.map(|model| model.name),
        variants: found.variants.iter().map(variant).collect(),
    };
    let document = Document {
        schema: "modversions/layout",
        version: 1,
        sources: found.iter().map(source).collect(),
    };
    // What is written has no map with keys that are no text.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn parts(members: &[Member]) -> Vec<MemberPart> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let part = |member: &Member| MemberPart {
        name: member.name.as_deref().map(text),
        of_type: text(&member.of_type),
        bit_offset: member.bit_offset,
        bit_size: member.bit_size,
        is_bit_field: member.is_bit_field,
        members: parts(&member.inner),
    };
    members.iter().map(part).collect()
}
