//! `modversions layout`: how a type lies in memory.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::Io;
use super::abi_diff::inputs::read_best;
use super::modules::{Result, said_of};
use crate::abi_diff::{Corpus, Types, Variant, layouts};
use crate::canonical::spelled;
use crate::layout::data_model::DataModel;
use crate::layout::table::{side_by_side, table};
use crate::layout::{Kind, Layout, Member};

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
    /// The C that it is told for.
    pub(super) model: &'static DataModel,
    /// What the output looks like.
    pub(super) format: Format,
}

/// What layouts from these types are worth.
fn source(corpus: &Corpus) -> &'static str {
    match corpus.have_attributes {
        true => "from records",
        false => "from symtypes, where attributes behind a closing brace are lost",
    }
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

/// The variants of the type in one release.
fn read(request: &Request<'_>, source: &Path) -> Result<Found> {
    let mut types = Types::default();
    let release = read_best(source, &mut types)?;
    let corpus = release.corpus.ok_or_else(|| said_of(source, "there are no types in it"))?;
    let variants = layouts(&types, &corpus, request.name.as_bytes(), request.model);
    Ok(Found { types, corpus, variants })
}

/// A type in one release.
struct Found {
    types: Types,
    corpus: Corpus,
    variants: Vec<Variant>,
}

impl Found {
    /// What the type is called in C.
    fn title(&self, variant: &Variant) -> String {
        String::from_utf8_lossy(&spelled(self.types.name(variant.name))).into_owned()
    }

    /// The files that have a variant, in a few words.
    fn files(&self, variant: &Variant) -> String {
        let first = String::from_utf8_lossy(&self.corpus.files[variant.files[0]].path);
        match variant.files.len() {
            1 => first.into_owned(),
            count => format!("{first} and {} more files", count - 1),
        }
    }

    /// The layout that most files have; none if there is none that is known.
    fn most(&self) -> Option<(&Variant, &Arc<Layout>)> {
        self.variants.iter().find_map(|it| Some((it, it.layout.as_ref().ok()?)))
    }
}

fn try_run(request: &Request<'_>, io: &mut Io<'_>) -> Result<bool> {
    let found: Vec<Found> =
        request.sources.iter().map(|source| read(request, source)).collect::<Result<_>>()?;
    for (source, found) in request.sources.iter().zip(&found) {
        if found.variants.is_empty() {
            let name = request.name.to_string_lossy();
            return Err(said_of(source, &format!("there is no struct or union {name} in it")));
        }
    }
    let is_known = found.iter().all(|it| it.variants.iter().all(|it| it.layout.is_ok()));
    let text = match (request.format, &found[..]) {
        (Format::Json, found) => json(request, found),
        (Format::Text, [old, new]) => compared(request, old, new),
        (Format::Text, found) => found.iter().map(|it| shown(request, it)).collect(),
    };
    io.print(text.as_bytes());
    Ok(is_known)
}

/// All variants, one behind the other.
fn shown(request: &Request<'_>, found: &Found) -> String {
    let mut text = format!("{}, {}\n", request.model.name, source(&found.corpus));
    for variant in &found.variants {
        text += &format!("\n{}:\n", found.files(variant));
        text += &match &variant.layout {
            Ok(layout) => table(&found.title(variant), layout),
            Err(unknown) => format!("unknown: {}\n", unknown.told()),
        };
    }
    text
}

/// The variants that most files have, side by side.
fn compared(request: &Request<'_>, old: &Found, new: &Found) -> String {
    let of = [old, new].map(|it| source(&it.corpus));
    let from = if of[0] == of[1] { of[0].to_owned() } else { of.join("; ") };
    let head = format!("{}, {from}\n", request.model.name);
    match (old.most(), new.most()) {
        (Some((before, old_layout)), Some((after, new_layout))) => {
            let files = format!("old: {}\nnew: {}\n", old.files(before), new.files(after));
            head + &files + &side_by_side(&new.title(after), old_layout, new_layout)
        }
        _ => head + &shown(request, old) + &shown(request, new),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: u32,
    data_model: &'a str,
    layouts_from: &'static str,
    sources: Vec<Vec<VariantPart>>,
}

#[derive(Serialize)]
struct VariantPart {
    name: String,
    files: usize,
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

fn json(request: &Request<'_>, found: &[Found]) -> String {
    let part = |found: &Found, variant: &Variant| {
        let layout = variant.layout.as_ref().ok();
        let kind = layout.map(|it| if it.kind == Kind::Struct { "struct" } else { "union" });
        VariantPart {
            name: found.title(variant),
            files: variant.files.len(),
            kind,
            size: layout.map(|it| it.size),
            align: layout.and_then(|it| it.align),
            members: layout.map(|it| parts(&it.members)).unwrap_or_default(),
            unknown: variant.layout.as_ref().err().map(|unknown| unknown.told()),
        }
    };
    let variants = |it: &Found| it.variants.iter().map(|variant| part(it, variant)).collect();
    let document = Document {
        schema: "modversions/layout",
        version: 1,
        data_model: request.model.name,
        layouts_from: found.first().map_or("", |it| it.corpus.layouts_from().word()),
        sources: found.iter().map(variants).collect(),
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
