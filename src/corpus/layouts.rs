//! How a type of one release lies in memory, in each of its variants.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::files::{Corpus, Language, TypesFile};
use super::types::{LineId, NameId, Types};
use crate::canonical::spellings;
use crate::formats::symtypes::TypeName;
use crate::layout::data_model::DataModel;
use crate::layout::{Definition, Engine, Laid, StringSide, Unknown};

/// A type as some files declare it.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name, with its kind's letter.
    pub name: NameId,
    /// The files that declare it so, by number.
    pub files: Vec<usize>,
    /// What it is, by the declarations of the first of these files.
    pub definition: Result<Definition, Unknown>,
}

/// All structs, unions, enums and typedefs that are called `wanted`: `page`, `struct page` or
/// `s#page`. Files that know no more than the name count only if no other knows it. Those that most
/// files have are first.
pub fn layouts(
    types: &Types,
    corpus: &Corpus,
    wanted: &[u8],
    model: &'static DataModel,
) -> Vec<Variant> {
    let names: Vec<NameId> = spellings(wanted)
        .iter()
        .filter(|name| TypeName::of(name).kind.is_type())
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
            let definition = declarations.laid(model).definition(types.name(name));
            Variant { name, files, definition }
        })
        .collect();
    variants.sort_by_key(|variant| std::cmp::Reverse(variant.files.len()));
    variants
}

/// The declarations of one file by name.
pub(crate) struct Declarations<'a> {
    map: IndexMap<&'a [u8], &'a [u8], BuildHasherDefault<FxHasher>>,
    /// Whether the attributes after braces are there.
    have_attributes: bool,
    language: Language,
}

/// What finds a declaration by its name.
type Find<'d, 'a> = Box<dyn Fn(&[u8]) -> Option<&'a [u8]> + 'd>;

impl<'a> Declarations<'a> {
    pub(crate) fn of(types: &'a Types, corpus: &Corpus, file: &TypesFile) -> Self {
        let mut map = IndexMap::default();
        for &line in &file.lines {
            let name = types.name(types.line(line).name);
            map.entry(name).or_insert_with(|| types.declaration(line));
        }
        let Corpus { have_attributes, language, .. } = *corpus;
        Declarations { map, have_attributes, language }
    }

    /// What knows their layouts.
    pub(crate) fn laid(&self, model: &'static DataModel) -> Laid<Find<'_, 'a>> {
        let lookup: Find<'_, 'a> = Box::new(|name: &[u8]| self.map.get(name).copied());
        match self.language {
            Language::TypeStrings => Laid::Said(StringSide::new(model, lookup)),
            Language::C => {
                let engine = Engine::for_comparison(model, self.have_attributes, lookup);
                Laid::Computed(Box::new(engine))
            }
        }
    }
}
