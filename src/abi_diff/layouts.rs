//! How a type of one release lies in memory, in each of its variants.

use std::hash::BuildHasherDefault;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::corpus::Corpus;
use super::effects::Declarations;
use super::types::{LineId, NameId, Types};
use crate::canonical::spellings;
use crate::layout::data_model::DataModel;
use crate::layout::{Layout, Unknown};

/// A type as some files declare it.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name, with its kind's letter.
    pub name: NameId,
    /// The files that declare it so, by number.
    pub files: Vec<usize>,
    /// How it lies in memory, by the declarations of the first of these files.
    pub layout: Result<Arc<Layout>, Unknown>,
}

/// All structs and unions, and typedefs of these, that are called `wanted`: `page`, `struct page` or
/// `s#page`. Files that know no more than the name count only if no other knows it. Those that most
/// files have are first.
pub fn layouts(
    types: &Types,
    corpus: &Corpus,
    wanted: &[u8],
    model: &'static DataModel,
) -> Vec<Variant> {
    let is_record = |name: &Vec<u8>| matches!(name[..], [b's' | b'u' | b't', b'#', ..]);
    let names: Vec<NameId> = spellings(wanted)
        .iter()
        .filter(|name| is_record(name))
        .filter_map(|name| types.find_name(name))
        .collect();
    let mut found = IndexMap::<LineId, Vec<usize>, BuildHasherDefault<FxHasher>>::default();
    for (index, file) in corpus.files.iter().enumerate() {
        for line in file.lines.iter().map(|&line| types.line(line)) {
            if names.contains(&line.name) {
                found.entry(line.meaning).or_default().push(index);
            }
        }
    }
    if found.keys().any(|&line| !types.line(line).is_opaque) {
        found.retain(|&line, _| !types.line(line).is_opaque);
    }
    let mut variants: Vec<Variant> = found
        .into_iter()
        .map(|(line, files)| {
            let name = types.line(line).name;
            let declarations = Declarations::of(types, corpus, &corpus.files[files[0]]);
            let layout = declarations.engine(model).layout(types.name(name));
            Variant { name, files, layout }
        })
        .collect();
    variants.sort_by_key(|variant| std::cmp::Reverse(variant.files.len()));
    variants
}
