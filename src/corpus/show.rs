//! One type or export as C, in each of its variants, with the files that have it.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::declaration::{lines, put_line};
use super::files::Corpus;
use super::types::{LineId, NameId, Types};
use crate::canonical::{spelled, spellings};
use crate::formats::symtypes::{Kind, TypeName};
use crate::shown::{Page, counted};

/// How many files are named unless all are wanted.
const FEW: usize = 8;

/// Writes all that is called `wanted`: `page`, `struct page` or `s#page`; none if nothing is.
pub fn show(types: &Types, corpus: &Corpus, wanted: &[u8], is_all: bool) -> Option<Page> {
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
    let mut page = Page::default();
    for (name, variants) in names.into_iter().zip(found).filter(|(_, it)| !it.is_empty()) {
        if !page.is_empty() {
            page.end();
        }
        write(types, corpus, name, variants, is_all, &mut page);
    }
    (!page.is_empty()).then_some(page)
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
    page: &mut Page,
) {
    let mut variants: Vec<(LineId, Vec<usize>)> = variants.into_iter().collect();
    // Stable: of equally many, that of the first file is first.
    variants.sort_by_key(|(_, files)| std::cmp::Reverse(files.len()));
    let is_one = variants.len() == 1;
    for (number, (line, files)) in variants.iter().enumerate() {
        if number > 0 {
            page.end();
        }
        page.put("/* ").put(spelled(types.name(name)));
        if !is_one {
            page.put(format!(", variant {} of {}", number + 1, variants.len()));
        }
        page.line(format!(", in {}:", counted(files.len(), "file")));
        let named = if is_all || files.len() <= FEW + 1 { files.len() } else { FEW };
        for &file in &files[..named] {
            page.put(" *   ").put(&corpus.files[file].path).line(".symtypes");
        }
        if files.len() > named {
            page.line(format!(" *   and {} more", files.len() - named));
        }
        page.line(" */");
        declaration(types, *line, page);
    }
}

/// Writes a declaration as C.
fn declaration(types: &Types, line: LineId, page: &mut Page) {
    let name = types.name(types.line(line).name);
    if types.line(line).is_opaque {
        page.put(spelled(name)).line(";");
        return;
    }
    let is_enumerator = TypeName::of(name).kind == Kind::EnumConstant;
    if is_enumerator {
        page.put(spelled(name)).put(" = ");
    }
    let mut lines = lines(types.declaration(line));
    if let Some(last) = lines.last_mut().filter(|_| !is_enumerator) {
        last.push(b';');
    }
    lines.iter().for_each(|line| put_line(line, page));
}
