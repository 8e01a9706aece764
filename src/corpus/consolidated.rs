//! The types of a release in one file: to it, from it, and apart again.
//!
//! The format leaves out what its reader can find by walking from declaration to declaration. What a
//! section means by a name is the section's own line, or else the last declaration of that name in
//! the text up to the section's end.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rayon::iter::{
    IndexedParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator,
};
use rustc_hash::FxHasher;

use super::files::{Corpus, Language, TypesFile};
use super::types::{LineId, NameId, Types, is_export};
use super::whole_files::bad_type_string;
use crate::formats::consolidated::{
    BadLine, Fault, Item, Short, can_name, items, section, shortened,
};
use crate::formats::symtypes::{canonical, parts};
use crate::formats::type_string::BadTypeString;

/// A line of a consolidated file that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Its number, from 1.
    pub line: usize,
    /// Why.
    pub what: What,
    /// The line.
    pub text: Vec<u8>,
}

/// Why a line means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It cannot be read.
    Line(Fault),
    /// It is the second section of the same file.
    SectionTwice,
    /// It names a file outside of any tree.
    Outside,
    /// It is the second line of its section for the same name.
    Twice,
    /// Its declaration ends too early.
    Cut,
    /// Its declaration is no type string, though it begins as one.
    TypeString(BadTypeString),
    /// Nothing up to here declares what it refers to.
    Unknown(Vec<u8>),
}

impl What {
    /// What to say of the line.
    pub fn sentence(&self) -> Vec<u8> {
        match self {
            Self::Line(fault) => fault.to_string().into_bytes(),
            Self::SectionTwice => b"this file already has a section".to_vec(),
            Self::Outside => b"not a path inside a tree".to_vec(),
            Self::Twice => b"this section already has a line for that name".to_vec(),
            Self::Cut => b"the declaration is cut off".to_vec(),
            Self::TypeString(bad) => bad.to_string().into_bytes(),
            Self::Unknown(name) => {
                [b"it refers to a name that is not declared up to here: ", &name[..]].concat()
            }
        }
    }
}

impl From<BadLine<'_>> for Trouble {
    fn from(bad: BadLine<'_>) -> Trouble {
        Trouble { line: bad.line, what: What::Line(bad.fault), text: bad.text.to_vec() }
    }
}

/// A section, as it stands in the text.
struct Section {
    path: Vec<u8>,
    /// Its lines, each with its number.
    lines: Vec<(LineId, usize)>,
}

/// A declaration that later sections may leave out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Declared {
    name: NameId,
    section: u32,
    line: LineId,
    number: usize,
}

/// What was read of a text before anything is looked up.
#[derive(Default)]
struct Sections {
    sections: Vec<Section>,
    /// By name, and then by section.
    declared: Vec<Declared>,
}

impl Corpus {
    /// Reads a consolidated file.
    pub fn read_consolidated(types: &mut Types, text: &[u8]) -> Result<Corpus, Trouble> {
        let read = Sections::read(types, text)?;
        let line_of = |number: usize| {
            let line = text.split(|&byte| byte == b'\n').nth(number - 1);
            line.unwrap_or_default().to_vec()
        };
        let types = &*types;
        let files: Vec<Result<TypesFile, Trouble>> = read
            .sections
            .par_iter()
            .enumerate()
            .map_init(
                || vec![0; types.name_count()],
                |marks, (index, section)| {
                    let completed = read.complete(types, index as u32, section, marks);
                    completed.map_err(|(line, what)| Trouble { line, what, text: line_of(line) })
                },
            )
            .collect();
        let mut corpus = Corpus::of_files(types, files.into_iter().collect::<Result<_, _>>()?);
        corpus.is_one_file = true;
        Ok(corpus)
    }
}

impl Sections {
    /// Reads the lines.
    fn read(types: &mut Types, text: &[u8]) -> Result<Sections, Trouble> {
        let mut read = Sections::default();
        let mut paths = IndexMap::<&[u8], (), BuildHasherDefault<FxHasher>>::default();
        // For each name its last declaration, for those who repeat only the name.
        let mut last = Vec::<Option<LineId>>::new();
        let trouble = |line, what, text: &[u8]| Trouble { line, what, text: text.to_vec() };
        for item in items(text) {
            let (number, item) = item?;
            let (line, is_local) = match item {
                Item::Section(path) => {
                    if !is_inside(path) {
                        return Err(trouble(number, What::Outside, path));
                    }
                    if paths.insert(path, ()).is_some() {
                        return Err(trouble(number, What::SectionTwice, path));
                    }
                    read.sections.push(Section { path: path.to_vec(), lines: Vec::new() });
                    continue;
                }
                Item::Record(line) => {
                    let line = canonical(line);
                    let parts = parts(&line);
                    if let Some(bad) = bad_type_string(parts.declaration) {
                        return Err(trouble(number, What::TypeString(bad), &line));
                    }
                    if !parts.is_whole() {
                        return Err(trouble(number, What::Cut, &line));
                    }
                    (types.insert(&line), false)
                }
                Item::Opaque(short) => (types.insert(&short.opaque_line()), true),
                Item::Again(short) => {
                    let name = short.reference();
                    let known = types.find_name(&name).and_then(|name| last.get(name.0 as usize));
                    let Some(&Some(known)) = known else {
                        return Err(trouble(number, What::Unknown(name.clone()), &name));
                    };
                    (again(types, known, &short), false)
                }
            };
            let name = types.line(line).name;
            if let Some(section) = read.sections.last_mut() {
                section.lines.push((line, number));
            }
            if !is_local {
                if last.len() < types.name_count() {
                    last.resize(types.name_count(), None);
                }
                last[name.0 as usize] = Some(line);
                let section = read.sections.len() as u32 - 1;
                read.declared.push(Declared { name, section, line, number });
            }
        }
        read.declared.sort_unstable();
        Ok(read)
    }

    /// All lines of a section, also those that it leaves out; or the number of the line that means
    /// nothing. `marks` says for each name the last section that has it, from 1.
    fn complete(
        &self,
        types: &Types,
        index: u32,
        section: &Section,
        marks: &mut [u32],
    ) -> Result<TypesFile, (usize, What)> {
        let mark = index + 1;
        let mut lines = Vec::with_capacity(4 * section.lines.len());
        for &(line, number) in &section.lines {
            let name = types.line(line).name;
            if std::mem::replace(&mut marks[name.0 as usize], mark) == mark {
                return Err((number, What::Twice));
            }
            lines.push((line, number));
        }
        let mut next = 0;
        while let Some(&(line, number)) = lines.get(next) {
            for &name in &types.line(line).references {
                if std::mem::replace(&mut marks[name.0 as usize], mark) != mark {
                    let Some(declared) = self.declared_before(name, index) else {
                        return Err((number, What::Unknown(types.name(name).to_vec())));
                    };
                    lines.push((declared.line, declared.number));
                }
            }
            next += 1;
        }
        let lines = lines.into_iter().map(|(line, _)| line).collect();
        Ok(TypesFile::of_lines(section.path.clone(), lines))
    }

    /// The last declaration of a name up to the end of a section.
    fn declared_before(&self, name: NameId, section: u32) -> Option<Declared> {
        let end = self.declared.partition_point(|it| (it.name, it.section) <= (name, section));
        self.declared[..end].last().filter(|it| it.name == name).copied()
    }
}

/// The line that repeats what `known` declares, with or without `override`.
fn again(types: &mut Types, known: LineId, short: &Short<'_>) -> LineId {
    let text = types.text(known);
    match (parts(text).is_override, short.is_override) {
        (true, true) | (false, false) => known,
        (true, false) => {
            let text = text.strip_prefix(b"override ").unwrap_or(text).to_vec();
            types.insert(&text)
        }
        (false, true) => {
            let text = [b"override ", text].concat();
            types.insert(&text)
        }
    }
}

/// Whether a path stays inside of the tree that it is taken from.
fn is_inside(path: &[u8]) -> bool {
    path.split(|&byte| byte == b'/').all(|step| !matches!(step, b"" | b"." | b".."))
}

/// A file that cannot be put into one with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The file of this number refers in this line to a name that it does not declare, so its
    /// reader would take another file's.
    Unknown(usize, LineId, NameId),
    /// It declares the name of this line a second time.
    Twice(usize, LineId),
    /// No section can be called as the file of this number.
    Name(usize),
}

/// Writes all files into one.
pub fn consolidate(types: &Types, corpus: &Corpus) -> Result<Vec<u8>, Unfit> {
    if let Some(index) = corpus.files.iter().position(|file| !can_name(&file.path)) {
        return Err(Unfit::Name(index));
    }
    let unreached: Vec<Result<Vec<bool>, Unfit>> = corpus
        .files
        .par_iter()
        .enumerate()
        .map_init(
            || vec![Held::default(); types.name_count()],
            |held, (index, file)| unreached(types, held, index, file),
        )
        .collect();
    let short: Vec<Option<Vec<u8>>> = (0..types.line_count() as u32)
        .map(|line| {
            shortened(types.text(LineId(line))).filter(|_| types.line(LineId(line)).is_opaque)
        })
        .collect();
    // What a reader would take for a name that is left out.
    let mut last = vec![None; types.name_count()];
    let mut chosen: Vec<Vec<LineId>> = Vec::with_capacity(corpus.files.len());
    for (file, unreached) in corpus.files.iter().zip(unreached) {
        let unreached = unreached?;
        let is_unreached = |place: usize| unreached.get(place) == Some(&true);
        let is_written = |&(place, &line): &(usize, &LineId)| {
            if short[line.0 as usize].is_some() {
                return true;
            }
            let name = types.line(line).name;
            let is_known = last[name.0 as usize].replace(line) == Some(line);
            !is_known || is_unreached(place) || is_export(types.name(name))
        };
        let lines = file.lines.iter().enumerate().filter(is_written);
        chosen.push(lines.map(|(_, &line)| line).collect());
    }
    let ranks = ranks(types, corpus.language);
    let sections: Vec<Vec<u8>> = chosen
        .par_iter_mut()
        .zip(&corpus.files)
        .map(|(lines, file)| {
            let mut text = section(&file.path);
            lines.sort_unstable_by_key(|&line| ranks[types.line(line).name.0 as usize]);
            for &line in lines.iter() {
                let short = short[line.0 as usize].as_deref();
                text.extend_from_slice(short.unwrap_or_else(|| types.text(line)));
                text.push(b'\n');
            }
            text
        })
        .collect();
    Ok(sections.join(&b'\n'))
}

/// What a thread knows of a name in the file at hand; files are numbered from 1.
#[derive(Clone, Copy, Default)]
struct Held {
    /// The last file that declares it.
    declared: u32,
    /// The last file whose exports reach it.
    reached: u32,
    /// Its line in the file that declares it.
    line: Option<LineId>,
}

/// For each line of a file whether no export reaches it, which a reader could not find; no answers
/// if all are reached, as genksyms leaves them.
fn unreached(
    types: &Types,
    held: &mut [Held],
    index: usize,
    file: &TypesFile,
) -> Result<Vec<bool>, Unfit> {
    let mark = index as u32 + 1;
    let mut open = Vec::new();
    for &line in &file.lines {
        let name = types.line(line).name;
        let place = &mut held[name.0 as usize];
        if place.declared == mark {
            return Err(Unfit::Twice(index, line));
        }
        let is_export = is_export(types.name(name));
        let reached = if is_export { mark } else { place.reached };
        *place = Held { declared: mark, reached, line: Some(line) };
        if is_export {
            open.push(line);
        }
    }
    let mut count = open.len();
    while let Some(line) = open.pop() {
        for &name in &types.line(line).references {
            let place = &mut held[name.0 as usize];
            if place.declared != mark {
                return Err(Unfit::Unknown(index, line, name));
            }
            if place.reached != mark {
                place.reached = mark;
                count += 1;
                open.extend(place.line);
            }
        }
    }
    if count == file.lines.len() {
        return Ok(Vec::new());
    }
    let is_unreached = |&line: &LineId| held[types.line(line).name.0 as usize].reached != mark;
    for &line in file.lines.iter().filter(|line| is_unreached(line)) {
        let mut names = types.line(line).references.iter();
        if let Some(&name) = names.find(|name| held[name.0 as usize].declared != mark) {
            return Err(Unfit::Unknown(index, line, name));
        }
    }
    Ok(file.lines.iter().map(is_unreached).collect())
}

/// For each name its place in the order that sections have: by name, and of genksyms' files types before
/// exports. gendwarfksyms sorts both together.
fn ranks(types: &Types, language: Language) -> Vec<u32> {
    let mut names: Vec<u32> = (0..types.name_count() as u32).collect();
    names.sort_unstable_by_key(|&name| {
        let text = types.name(NameId(name));
        (language == Language::C && is_export(text), text)
    });
    let mut ranks = vec![0; names.len()];
    for (rank, name) in (0..).zip(names) {
        ranks[name as usize] = rank;
    }
    ranks
}

/// Gives each file to `write`, by its path and its text. Of several failures, that of the first file
/// counts.
pub fn split<E: Send>(
    types: &Types,
    corpus: &Corpus,
    write: impl Fn(&[u8], &[u8]) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let ranks = ranks(types, corpus.language);
    let written: Vec<Result<(), E>> = corpus
        .files
        .par_iter()
        .map(|file| {
            let mut lines = file.lines.clone();
            lines.sort_unstable_by_key(|&line| ranks[types.line(line).name.0 as usize]);
            let mut text = Vec::new();
            for line in lines {
                text.extend_from_slice(types.text(line));
                text.push(b'\n');
            }
            write(&file.path, &text)
        })
        .collect();
    written.into_iter().collect()
}
