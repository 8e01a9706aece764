//! The types of one release: which lines each of its `.symtypes` files has.

use std::collections::BTreeMap;
use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rustc_hash::FxHasher;

use super::damage::Damage;
use super::layouts_from::LayoutsFrom;
use super::places::{Place, Sources, renumbered};
use super::texts::TextSet;
use super::types::{LineId, NameId, Types, is_export};
use crate::formats::abi_record;
use crate::formats::symtypes::{canonical, parts, trimmed};
use crate::formats::type_string::is_type_string;
use crate::layout::data_model::DataModel;

/// Something by a name, in the order of lines.
pub(crate) type ByName<V> = IndexMap<NameId, V, BuildHasherDefault<FxHasher>>;

/// The types of one release.
#[derive(Debug)]
pub struct Corpus {
    /// The files, in the order of their paths.
    pub files: Vec<TypesFile>,
    /// Which file each export is in: the first of those that have it.
    exports: IndexMap<NameId, usize, BuildHasherDefault<FxHasher>>,
    /// Exports that several files have, with the first and another file.
    pub twice: Vec<(NameId, usize, usize)>,
    /// Whether the attributes after braces are there: if its files are records.
    pub have_attributes: bool,
    /// What its files were made of, if they are not read: BTF of a kernel and its modules, or the DWARF of
    /// an object.
    pub(crate) made_of: Option<LayoutsFrom>,
    /// Whether its files are parts of one: of a consolidated file.
    pub is_one_file: bool,
    /// What its declarations are.
    pub language: Language,
}

/// What the declarations of a release are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C, as genksyms writes it.
    C,
    /// The type strings of gendwarfksyms.
    TypeStrings,
}

/// One `.symtypes` file.
#[derive(Debug)]
pub struct TypesFile {
    /// Its path from the top of the release, without its ending: `lib/bitmap`.
    pub path: Vec<u8>,
    /// Its lines, in its order.
    pub lines: Vec<LineId>,
    /// Where the declarations of the lines are, one for each line; empty if it does not say, as only
    /// records do.
    places: Box<[Option<Place>]>,
    /// What it was compiled for, if it says so, as records do.
    pub model: Option<&'static DataModel>,
}

/// What is read of one file.
#[derive(Debug, Default)]
pub struct FileText {
    /// Its lines, as those of a `.symtypes` file.
    pub lines: Vec<u8>,
    /// What it was compiled for, if it says so.
    pub model: Option<&'static DataModel>,
    places: Vec<Option<Place>>,
    sources: Sources,
}

impl FileText {
    /// Adds the declarations of a record, and where they are. Returns the data models that it names,
    /// each once.
    ///
    /// # Errors
    /// The first line that is none of a record's.
    pub fn add_record<'a>(
        &mut self,
        record: &'a [u8],
    ) -> Result<Vec<&'a [u8]>, abi_record::BadLine> {
        let Self { lines, places, sources, .. } = self;
        abi_record::write_symtypes(record, lines, |place| {
            places.push(place.map(|it| {
                let source = sources.number(it.file);
                Place { source, line: it.line }
            }));
        })
    }
}

/// A line that is none of a `.symtypes` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The number of the file.
    pub file: usize,
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub damage: Damage,
    /// The line.
    pub text: Vec<u8>,
}

/// What stops the reading of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError<E> {
    /// The file of this number cannot be read.
    File(usize, E),
    /// A line of one is broken.
    Line(BadLine),
}

/// The files that one thread has read: lines are numbered as in `texts`.
#[derive(Default)]
struct Part {
    texts: TextSet,
    sources: Sources,
    files: Vec<PartFile>,
}

/// One of them.
struct PartFile {
    lines: Vec<u32>,
    places: Vec<Option<Place>>,
    model: Option<&'static DataModel>,
}

impl Corpus {
    /// Reads the files at `paths`, each by `read`, which fills in what is read of one, and takes their
    /// lines up into `types`. The first broken file or line, in order, is the error.
    pub fn read<E: Send>(
        types: &mut Types,
        paths: Vec<Vec<u8>>,
        read: impl Fn(usize, &mut FileText) -> Result<(), E> + Sync,
    ) -> Result<Corpus, ReadError<E>> {
        // A part for each thread, so that most lines meet their like where the processor has them.
        let share = paths.len().div_ceil(rayon::current_num_threads()).max(1);
        let ranges: Vec<_> = (0..paths.len()).step_by(share).collect();
        let parts: Vec<Result<Part, ReadError<E>>> = ranges
            .into_par_iter()
            .map(|start| Part::read(start..(start + share).min(paths.len()), &read))
            .collect();
        let mut files = Vec::with_capacity(paths.len());
        let mut paths = paths.into_iter();
        for part in parts {
            let part = part?;
            let ids: Vec<LineId> = part.texts.iter().map(|text| types.insert(text)).collect();
            let sources = types.sources.take(&part.sources);
            for (PartFile { lines, places, model }, path) in part.files.into_iter().zip(&mut paths)
            {
                let lines = lines.into_iter().map(|line| ids[line as usize]).collect();
                let places = places.into_iter();
                let places = places.map(|place| place.map(|it| renumbered(it, &sources)));
                files.push(TypesFile { path, lines, places: places.collect(), model });
            }
        }
        Ok(Corpus::of_files(types, files))
    }

    /// The release that has these files.
    pub(crate) fn of_files(types: &Types, files: Vec<TypesFile>) -> Corpus {
        let mut exports = IndexMap::default();
        let mut twice = Vec::new();
        let language = language(types, &files);
        for (index, file) in files.iter().enumerate() {
            for name in file.exports(types) {
                let first = *exports.entry(name).or_insert(index);
                if first != index {
                    twice.push((name, first, index));
                }
            }
        }
        let (have_attributes, made_of, is_one_file) = (false, None, false);
        Corpus { files, exports, twice, have_attributes, made_of, is_one_file, language }
    }

    /// The exports that several files declare, each differently: by name, with these files.
    pub fn declared_twice(&self, types: &Types) -> Vec<(NameId, Vec<usize>)> {
        let mut found = BTreeMap::<(&[u8], NameId), Vec<usize>>::new();
        for &(name, first, other) in &self.twice {
            let declared = |file: usize| self.files[file].declaration(types, name);
            if declared(first) != declared(other) {
                found.entry((types.name(name), name)).or_insert_with(|| vec![first]).push(other);
            }
        }
        found.into_iter().map(|((_, name), files)| (name, files)).collect()
    }

    /// What its layouts are computed from.
    pub fn layouts_from(&self) -> LayoutsFrom {
        match self {
            Self { made_of: Some(from), .. } => *from,
            Self { language: Language::TypeStrings, .. } => LayoutsFrom::TypeStrings,
            Self { have_attributes: true, .. } => LayoutsFrom::Records,
            Self { .. } => LayoutsFrom::Symtypes,
        }
    }

    /// The same, made of the DWARF of an object: there are no exports in it that tell the language.
    pub fn of_dwarf(self) -> Corpus {
        let made_of = Some(LayoutsFrom::Dwarf);
        Corpus { language: Language::TypeStrings, made_of, ..self }
    }

    /// Whether there are types for `export`.
    pub fn has(&self, export: NameId) -> bool {
        self.exports.contains_key(&export)
    }

    /// The first file that exports `export`.
    pub fn file_of(&self, export: NameId) -> Option<&TypesFile> {
        self.place_of(export).map(|index| &self.files[index])
    }

    /// Its number.
    pub(crate) fn place_of(&self, export: NameId) -> Option<usize> {
        self.exports.get(&export).copied()
    }

    /// All exports, in the order of the files, each with the number of its file.
    pub fn exports(&self) -> impl Iterator<Item = (NameId, usize)> {
        self.exports.iter().map(|(&name, &file)| (name, file))
    }
}

/// What the declarations of these files are: type strings if an export is declared by one. (A rule of the
/// source may put any text in the place of some.)
fn language(types: &Types, files: &[TypesFile]) -> Language {
    let is_of_dwarf = |line: &LineId| {
        types.is_export(types.line(*line).name) && is_type_string(types.declaration(*line))
    };
    match files.iter().flat_map(|file| &file.lines).any(is_of_dwarf) {
        true => Language::TypeStrings,
        false => Language::C,
    }
}

impl TypesFile {
    /// The line that declares `name`.
    pub fn line_of(&self, types: &Types, name: NameId) -> Option<LineId> {
        self.lines.iter().copied().find(|&line| types.line(line).name == name)
    }

    /// The number of the line that declares `name`, from 1.
    pub fn number_of(&self, types: &Types, name: NameId) -> Option<u32> {
        let place = self.lines.iter().position(|&line| types.line(line).name == name)?;
        u32::try_from(place + 1).ok()
    }

    /// The first line of each name.
    pub(crate) fn declarations(&self, types: &Types) -> ByName<LineId> {
        let mut declarations = ByName::default();
        for &line in &self.lines {
            declarations.entry(types.line(line).name).or_insert(line);
        }
        declarations
    }

    /// Where it says that the first declaration of each name is; of none if it does not say.
    pub(crate) fn places(&self, types: &Types) -> ByName<Option<Place>> {
        let mut places = ByName::default();
        for (&line, &place) in self.lines.iter().zip(&self.places) {
            places.entry(types.line(line).name).or_insert(place);
        }
        places
    }

    /// A file of these lines, of which nothing more is known.
    pub(super) fn of_lines(path: Vec<u8>, lines: Vec<LineId>) -> TypesFile {
        TypesFile { path, lines, places: Box::default(), model: None }
    }

    /// What the file exports: its names without a kind.
    pub fn exports<'a>(&'a self, types: &'a Types) -> impl Iterator<Item = NameId> + 'a {
        let names = self.lines.iter().map(|&line| types.line(line).name);
        names.filter(|&name| is_export(types.name(name)))
    }

    /// What the file declares `name` to be: its first line of that name.
    fn declaration(&self, types: &Types, name: NameId) -> Option<LineId> {
        let mut lines = self.lines.iter().map(|&line| types.line(line));
        lines.find(|line| line.name == name).map(|line| line.meaning)
    }
}

impl Part {
    /// Reads the files of these numbers.
    fn read<E>(
        files: std::ops::Range<usize>,
        read: &impl Fn(usize, &mut FileText) -> Result<(), E>,
    ) -> Result<Part, ReadError<E>> {
        let mut part = Part::default();
        let mut text = FileText::default();
        for file in files {
            text.lines.clear();
            text.model = None;
            read(file, &mut text).map_err(|error| ReadError::File(file, error))?;
            let lines = part.take(file, &text.lines).map_err(ReadError::Line)?;
            let places = std::mem::take(&mut text.places);
            part.files.push(PartFile { lines, places, model: text.model });
        }
        part.sources = text.sources;
        Ok(part)
    }

    /// Takes the lines of a file up.
    fn take(&mut self, file: usize, text: &[u8]) -> Result<Vec<u32>, BadLine> {
        let mut lines = Vec::new();
        let mut rest = text;
        let mut number = 0;
        while !rest.is_empty() {
            number += 1;
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = trimmed(&rest[..end]);
            rest = rest.get(end + 1..).unwrap_or_default();
            let index = match self.texts.get_index_of(line) {
                Some(index) => index,
                None => {
                    let damaged =
                        |damage| BadLine { file, line: number, damage, text: line.to_owned() };
                    self.take_new(line).map_err(damaged)?
                }
            };
            lines.push(u32::try_from(index).unwrap_or(u32::MAX));
        }
        Ok(lines)
    }

    /// Takes a line up that is not known as it stands.
    fn take_new(&mut self, line: &[u8]) -> Result<usize, Damage> {
        let line = &*canonical(line);
        match self.texts.get_index_of(line) {
            Some(index) => Ok(index),
            None if line.is_empty() => Err(Damage::Blank),
            None if parts(line).is_record() => Ok(self.texts.insert_full(line.into()).0),
            None => Err(Damage::NoLine),
        }
    }
}
