//! All types of one release, with their sizes.
//!
//! Nearly every name is declared alike in all files. These are laid out together, each once. A type
//! that files declare differently, and what has such a type in it, is laid out by the declarations
//! of a file, as [`super::layouts()`] does it; there are few of them.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::files::{Corpus, Language};
use super::layouts::Declarations;
use super::types::{LineId, NameId, Types};
use crate::formats::symtypes::TypeName;
use crate::layout::data_model::DataModel;
use crate::layout::{Definition, Engine, Unknown};

/// A struct, union, enum or typedef as some files declare it.
#[derive(Clone, Debug)]
pub struct SizedType {
    /// Its name, with its kind's letter.
    pub name: NameId,
    /// How many files declare it so.
    pub files: usize,
    /// What it is, by the declarations of the first of these files.
    pub definition: Result<Definition, Unknown>,
}

/// How a name is declared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Declared {
    Nowhere,
    /// So, and otherwise at most as a name of which nothing is known.
    Once(LineId),
    /// In several ways.
    Variously,
}

/// What stands for a declaration that depends on the file.
const DEPENDS: &[u8] = b"{ UNKNOWN }";

/// All structs, unions, enums and typedefs of a release in the order of their names, each variant of one
/// name by itself, those that most files have first. What has no size, as a function's type, is left
/// out, and so are types of which no file knows more than the name.
pub fn all_types(types: &Types, corpus: &Corpus, model: &'static DataModel) -> Vec<SizedType> {
    let uses = uses(types, corpus);
    let declared = declared(types, &uses);
    let lookup = |name: &[u8]| match declared[types.find_name(name)?.0 as usize] {
        Declared::Nowhere => None,
        Declared::Once(line) => Some(types.declaration(line)),
        Declared::Variously => Some(DEPENDS),
    };
    let variants: Vec<(LineId, Use)> = numbered(&uses)
        .filter(|(line, _)| {
            let line = types.line(*line);
            !line.is_opaque && TypeName::of(types.name(line.name)).kind.is_type()
        })
        .collect();

    if corpus.language == Language::TypeStrings {
        return sorted(types, &variants, said(types, corpus, model, &variants));
    }
    let mut engine = Engine::new(model, corpus.have_attributes, &lookup);
    let names: Vec<&[u8]> = types.names().collect();
    engine.read_ahead(&names);
    let mut definitions: Vec<Result<Definition, Unknown>> = variants
        .iter()
        .map(|(line, _)| engine.definition(types.name(types.line(*line).name)))
        .collect();
    let settled = engine.settled();

    let mut by_file = IndexMap::<usize, Vec<usize>>::new();
    for (place, (_, of)) in
        variants.iter().enumerate().filter(|(place, _)| definitions[*place].is_err())
    {
        by_file.entry(of.first).or_default().push(place);
    }
    let of_files = by_file.into_iter().collect::<Vec<_>>().into_par_iter().map(|(file, places)| {
        let mut own = IndexMap::<&[u8], &[u8], BuildHasherDefault<FxHasher>>::default();
        for &line in &corpus.files[file].lines {
            let name = types.line(line).name;
            if declared[name.0 as usize] == Declared::Variously {
                own.entry(types.name(name)).or_insert_with(|| types.declaration(line));
            }
        }
        let lookup = |name: &[u8]| match lookup(name) {
            Some(DEPENDS) => own.get(name).copied(),
            found => found,
        };
        let mut engine = Engine::beyond(&settled, model, corpus.have_attributes, lookup);
        let laid_out = places.into_iter().map(|place| {
            let name = types.name(types.line(variants[place].0).name);
            (place, engine.definition(name))
        });
        laid_out.collect::<Vec<_>>()
    });
    for (place, definition) in of_files.collect::<Vec<_>>().into_iter().flatten() {
        definitions[place] = definition;
    }

    sorted(types, &variants, definitions)
}

/// What type strings say of each variant, by the first file that has it: its members' sizes are those of
/// the types that are there.
fn said(
    types: &Types,
    corpus: &Corpus,
    model: &'static DataModel,
    variants: &[(LineId, Use)],
) -> Vec<Result<Definition, Unknown>> {
    let mut by_file = IndexMap::<usize, Vec<(usize, LineId)>>::new();
    for (place, (line, of)) in variants.iter().enumerate() {
        by_file.entry(of.first).or_default().push((place, *line));
    }
    let of_files = by_file.into_iter().collect::<Vec<_>>().into_par_iter().map(|(file, lines)| {
        let declarations = Declarations::of(types, corpus, &corpus.files[file]);
        let mut laid = declarations.laid(model);
        let defined = lines
            .into_iter()
            .map(|(place, line)| (place, laid.definition(types.name(types.line(line).name))));
        defined.collect::<Vec<_>>()
    });
    let mut found: Vec<_> = of_files.collect::<Vec<_>>().into_iter().flatten().collect();
    found.sort_unstable_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, definition)| definition).collect()
}

/// The variants with what they are, by name.
fn sorted(
    types: &Types,
    variants: &[(LineId, Use)],
    definitions: Vec<Result<Definition, Unknown>>,
) -> Vec<SizedType> {
    let mut all: Vec<SizedType> = variants
        .iter()
        .zip(definitions)
        .map(|((line, of), definition)| SizedType {
            name: types.line(*line).name,
            files: of.files,
            definition,
        })
        .filter(|it| !is_without_size(types.name(it.name), &it.definition))
        .collect();
    all.sort_by_key(|it| (types.name(it.name), std::cmp::Reverse(it.files)));
    all
}

/// How often a declaration is there.
#[derive(Clone, Copy, Default)]
struct Use {
    /// In how many files.
    files: usize,
    /// The first of them.
    first: usize,
}

/// The uses of each line that is the first of its meaning.
fn uses(types: &Types, corpus: &Corpus) -> Vec<Use> {
    let mut uses = vec![Use::default(); types.line_count()];
    for (file, of_file) in corpus.files.iter().enumerate() {
        for &line in &of_file.lines {
            let of = &mut uses[types.line(line).meaning.0 as usize];
            if of.files == 0 {
                of.first = file;
            }
            of.files += 1;
        }
    }
    uses
}

/// The lines that are used.
fn numbered(uses: &[Use]) -> impl Iterator<Item = (LineId, Use)> {
    (0..).map(LineId).zip(uses.iter().copied()).filter(|(_, of)| of.files > 0)
}

/// How each name is declared, by its number.
fn declared(types: &Types, uses: &[Use]) -> Vec<Declared> {
    let mut declared = vec![Declared::Nowhere; types.name_count()];
    for (id, _) in numbered(uses) {
        let line = types.line(id);
        let of = &mut declared[line.name.0 as usize];
        *of = match *of {
            Declared::Nowhere => Declared::Once(id),
            Declared::Once(other) if types.line(other).is_opaque => Declared::Once(id),
            Declared::Once(other) if line.is_opaque => Declared::Once(other),
            Declared::Once(_) | Declared::Variously => Declared::Variously,
        };
    }
    declared
}

/// Whether a typedef is known, and what it stands for has no size.
fn is_without_size(name: &[u8], definition: &Result<Definition, Unknown>) -> bool {
    match definition {
        Ok(definition) => definition.size().is_none(),
        Err(unknown) => matches!(unknown, Unknown::Type(of) if of == name),
    }
}
