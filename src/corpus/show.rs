//! One type or export as C, in each of its variants, with the files that have it.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::declaration::{all_lines, put_line};
use super::files::Corpus;
use super::types::{LineId, NameId, Types};
use crate::canonical::{demangled, spelled, spellings};
use crate::formats::symtypes::{Kind, TypeName};
use crate::shown::{Page, counted};

/// How many files are named unless all are wanted.
const FEW: usize = 8;

/// How it is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShownAs {
    /// Whether all files are named, not only the first few.
    pub all_files: bool,
    /// Whether Rust's exports are called as in their source; they may then be wanted by that name, too.
    pub demangled: bool,
}

/// Writes all that is called `wanted`: `page`, `struct page` or `s#page`; none if nothing is.
pub fn show(types: &Types, corpus: &Corpus, wanted: &[u8], how: ShownAs) -> Option<Page> {
    let mut names: Vec<NameId> =
        spellings(wanted).iter().filter_map(|name| types.find_name(name)).collect();
    if how.demangled {
        let of_rust = corpus.exports().map(|(name, _)| name);
        names.extend(of_rust.filter(|&name| demangled(types.name(name)) == wanted));
        names.dedup();
    }
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
        write(types, corpus, name, variants, how, &mut page);
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
    how: ShownAs,
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
        page.put("/* ").put(spelled(&called(types, name, how)));
        if !is_one {
            page.put(format!(", variant {} of {}", number + 1, variants.len()));
        }
        page.line(format!(", in {}:", counted(files.len(), "file")));
        let named = if how.all_files || files.len() <= FEW + 1 { files.len() } else { FEW };
        for &file in &files[..named] {
            page.put(" *   ").put(&corpus.files[file].path).line(".symtypes");
        }
        if files.len() > named {
            page.line(format!(" *   and {} more", files.len() - named));
        }
        page.line(" */");
        declaration(types, *line, how, page);
    }
}

/// What a name is shown as, with its kind's letter.
fn called(types: &Types, name: NameId, how: ShownAs) -> Vec<u8> {
    match how.demangled && types.is_export(name) {
        true => demangled(types.name(name)),
        false => types.name(name).to_owned(),
    }
}

/// Writes a declaration as C.
fn declaration(types: &Types, line: LineId, how: ShownAs, page: &mut Page) {
    let name = types.name(types.line(line).name);
    if types.line(line).is_opaque {
        page.put(spelled(name)).line(";");
        return;
    }
    let is_enumerator = TypeName::of(name).kind == Kind::EnumConstant;
    if is_enumerator {
        page.put(spelled(name)).put(" = ");
    }
    let called = called(types, types.line(line).name, how);
    let lines = all_lines(name, &String::from_utf8_lossy(&called), types.declaration(line));
    lines.iter().for_each(|line| put_line(line, page));
}
