//! One type or export as C, in each of its variants, with the files that have it.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::declaration::lines;
use super::files::Corpus;
use super::types::{LineId, NameId, Types};
use crate::canonical::{spelled, spellings};
use crate::formats::symtypes::{Kind, TypeName};

/// How many files are named unless all are wanted.
const FEW: usize = 8;

/// Writes all that is called `wanted`: `page`, `struct page` or `s#page`; none if nothing is.
pub fn show(types: &Types, corpus: &Corpus, wanted: &[u8], is_all: bool) -> Option<Vec<u8>> {
    let names: Vec<NameId> =
        spellings(wanted).iter().filter_map(|name| types.find_name(name)).collect();
    let mut found = vec![Variants::default(); names.len()];
    for (index, file) in corpus.files.iter().enumerate() {
        for &line in &file.lines {
            let name = types.line(line).name;
            if let Some(place) = names.iter().position(|&it| it == name) {
                found[place].entry(types.line(line).meaning).or_default().push(index);
            }
        }
    }
    let mut text = Vec::new();
    for (name, variants) in names.into_iter().zip(found).filter(|(_, it)| !it.is_empty()) {
        if !text.is_empty() {
            text.push(b'\n');
        }
        write(types, corpus, name, variants, is_all, &mut text);
    }
    (!text.is_empty()).then_some(text)
}

/// The declarations of a name, each with the numbers of its files.
type Variants = IndexMap<LineId, Vec<usize>, BuildHasherDefault<FxHasher>>;

/// Writes the variants of a name, those first that most files have.
fn write(
    types: &Types,
    corpus: &Corpus,
    name: NameId,
    variants: Variants,
    is_all: bool,
    text: &mut Vec<u8>,
) {
    let mut variants: Vec<(LineId, Vec<usize>)> = variants.into_iter().collect();
    // Stable: of equally many, that of the first file is first.
    variants.sort_by_key(|(_, files)| std::cmp::Reverse(files.len()));
    let is_one = variants.len() == 1;
    for (number, (line, files)) in variants.iter().enumerate() {
        if number > 0 {
            text.push(b'\n');
        }
        text.extend(b"/* ");
        text.extend(spelled(types.name(name)));
        if !is_one {
            text.extend(format!(", variant {} of {}", number + 1, variants.len()).into_bytes());
        }
        let plural = if files.len() == 1 { "file" } else { "files" };
        text.extend(format!(", in {} {plural}:", files.len()).into_bytes());
        let named = if is_all || files.len() <= FEW + 1 { files.len() } else { FEW };
        for &file in &files[..named] {
            text.extend([b"\n *   ", &corpus.files[file].path[..], b".symtypes"].concat());
        }
        if files.len() > named {
            text.extend(format!("\n *   and {} more", files.len() - named).into_bytes());
        }
        text.extend(b"\n */\n");
        declaration(types, *line, text);
    }
}

/// Writes a declaration as C.
fn declaration(types: &Types, line: LineId, text: &mut Vec<u8>) {
    let name = types.name(types.line(line).name);
    if types.line(line).is_opaque {
        text.extend([&spelled(name)[..], b";\n"].concat());
        return;
    }
    let is_enumerator = TypeName::of(name).kind == Kind::EnumConstant;
    if is_enumerator {
        text.extend([&spelled(name)[..], b" = "].concat());
    }
    text.extend(lines(types.declaration(line)).join(&b'\n'));
    let end: &[u8] = if is_enumerator { b"\n" } else { b";\n" };
    text.extend(end);
}
