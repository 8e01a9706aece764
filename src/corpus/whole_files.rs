//! What shows that a `.symtypes` file is damaged: genksyms writes each name once, all that a declaration
//! refers to, and no line without a declaration.
//!
//! Nothing is concluded from parentheses and braces: genksyms itself leaves some open, where an attribute
//! stands before a brace or `typeof` in a declaration.

use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator,
};

use super::damage::Damage;
use super::files::{BadLine, Corpus, TypesFile};
use super::types::{LineId, NameId, Types};
use crate::formats::symtypes::{Kind, TypeName, parts};
use crate::formats::type_string::{BadTypeString, is_type_string, read};

impl Corpus {
    /// Checks the files, which are `.symtypes` files, not records.
    ///
    /// # Errors
    /// A damaged line of the first file that has one.
    pub fn check_files(&self, types: &Types) -> Result<(), BadLine> {
        let count = u32::try_from(types.line_count()).unwrap_or(u32::MAX);
        let damaged: Vec<Option<Damage>> = (0..count)
            .into_par_iter()
            .with_min_len(64)
            .map(|line| damaged(types, LineId(line)))
            .collect();
        let marks = || vec![0; types.name_count()];
        // There is a mark for each name of the release: each thread makes them once.
        let share = self.files.len().div_ceil(rayon::current_num_threads()).max(1);
        let files = self.files.par_iter().enumerate().with_min_len(share);
        let checked = files.map_init(marks, |marks, (index, file)| {
            let (place, damage) = damage(types, file, &damaged, marks, index as u32 + 1)?;
            let text = types.text(file.lines[place]).to_owned();
            Some(BadLine { file: index, line: place + 1, damage, text })
        });
        match checked.find_first(Option::is_some).flatten() {
            Some(bad) => Err(bad),
            None => Ok(()),
        }
    }
}

/// The place of a damaged line among those of a file, and what is wrong with it. `marks` has for each
/// name the last file that declares it; the file's own is `mark`.
fn damage(
    types: &Types,
    file: &TypesFile,
    damaged: &[Option<Damage>],
    marks: &mut [u32],
    mark: u32,
) -> Option<(usize, Damage)> {
    for (place, &line) in file.lines.iter().enumerate() {
        if let Some(damage) = &damaged[line.0 as usize] {
            return Some((place, damage.clone()));
        }
        let name = types.line(line).name;
        if std::mem::replace(&mut marks[name.place()], mark) == mark {
            return Some((place, Damage::Twice));
        }
    }
    let is_declared = |name: NameId| marks[name.place()] == mark;
    file.lines.iter().enumerate().find_map(|(place, &line)| {
        let mut names = types.line(line).references.iter().copied();
        let missing =
            names.find(|&name| !is_declared(name) && !is_other_tag(types, name, is_declared))?;
        Some((place, Damage::Undeclared(types.name(missing).to_owned())))
    })
}

/// What is wrong with the declaration of a line, as far as it shows.
fn damaged(types: &Types, line: LineId) -> Option<Damage> {
    let parts = parts(types.text(line));
    match bad_type_string(parts.declaration) {
        Some(bad) => Some(Damage::TypeString(bad)),
        None => (!parts.is_whole()).then_some(Damage::Cut),
    }
}

/// What is wrong with a declaration that begins as a type string.
pub(super) fn bad_type_string(declaration: &[u8]) -> Option<BadTypeString> {
    is_type_string(declaration).then(|| read(declaration).err())?
}

/// Whether a tag is declared as another kind of tag: genksyms has one name space for all of them, as C,
/// and refers to a tag by the word that stands there.
fn is_other_tag(types: &Types, name: NameId, is_declared: impl Fn(NameId) -> bool) -> bool {
    let TypeName { kind, bare } = TypeName::of(types.name(name));
    let tags = [Kind::Struct, Kind::Union, Kind::Enum].into_iter().filter(|_| kind.is_tag());
    let mut others = tags.filter_map(|kind| types.find_name(&TypeName { kind, bare }.written()));
    others.any(is_declared)
}
