//! The distinct lines of all `.symtypes` files, each held once and parsed once.
//!
//! Thousands of files repeat the same few ten thousand lines. Everything else here speaks of lines
//! and of names by number; that two declarations are equal is that their numbers are.

use indexmap::IndexSet;

use super::places::{SourceId, Sources};
use super::texts::TextSet;
use crate::formats::symtypes::{Parts, parts};
pub(crate) use crate::formats::symtypes::{is_reference, words};
use crate::formats::type_string;

/// A name with its kind's letter, as `s#page` or `kfree`, by its place in [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub(crate) u32);

impl NameId {
    /// Its place in a table with one for each name.
    pub(crate) const fn place(self) -> usize {
        self.0 as usize
    }
}

/// A line, by its place in [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(pub(crate) u32);

/// What a line says.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it declares.
    pub name: NameId,
    /// The names in its declaration, in the order of their first appearance. Its own is among them
    /// if the type refers to itself.
    pub references: Box<[NameId]>,
    /// The first line that declares the same: `override` and `extern` count for nothing, since they
    /// are not in any CRC.
    pub meaning: LineId,
    /// Whether nothing is known of the type but its name.
    pub is_opaque: bool,
}

/// All lines and names.
#[derive(Debug, Default)]
pub struct Types {
    texts: TextSet,
    names: TextSet,
    lines: Vec<Line>,
    pub(super) sources: Sources,
}

impl Types {
    /// The number of names.
    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    /// The number of lines.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// What the line says.
    pub fn line(&self, id: LineId) -> &Line {
        &self.lines[id.0 as usize]
    }

    /// The text of the line, without a blank or newline at its end.
    pub fn text(&self, id: LineId) -> &[u8] {
        &self.texts[id.0 as usize]
    }

    /// A name's text.
    pub fn name(&self, id: NameId) -> &[u8] {
        &self.names[id.0 as usize]
    }

    /// Whether it is the name of a function or variable, so that its lines are exports.
    pub fn is_export(&self, name: NameId) -> bool {
        is_export(self.name(name))
    }

    /// All names, in the order of their coming.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().map(|name| &**name)
    }

    /// The names for which a table says so, in the order of their numbers.
    pub(crate) fn ids_where<'t>(&self, table: &'t [bool]) -> impl Iterator<Item = NameId> + 't {
        let marked = table.iter().enumerate().filter(|(_, is_marked)| **is_marked);
        marked.map(|(place, _)| NameId(number(place)))
    }

    /// The name of this text, if a line has it.
    pub fn find_name(&self, name: &[u8]) -> Option<NameId> {
        self.names.get_index_of(name).map(number).map(NameId)
    }

    /// The declaration of the line: its tokens after the name and the markers.
    pub fn declaration(&self, id: LineId) -> &[u8] {
        parts(self.text(id)).declaration
    }

    /// The name of a source file, as the compiler names it.
    pub fn source(&self, id: SourceId) -> &[u8] {
        self.sources.name(id)
    }

    /// Takes a line up, if it is not there yet. It must have a name and a declaration.
    pub(crate) fn insert(&mut self, text: &[u8]) -> LineId {
        if let Some(index) = self.texts.get_index_of(text) {
            return LineId(number(index));
        }
        let id = LineId(number(self.texts.len()));
        self.texts.insert(text.into());
        let Parts { name, declaration, .. } = parts(text);
        let line = self.parse(id, name, declaration);
        self.lines.push(line);
        let has_markers = name.len() + 1 + declaration.len() != text.len();
        if has_markers {
            let plain = self.insert(&[name, declaration].join(&b' '));
            self.lines[id.0 as usize].meaning = self.line(plain).meaning;
        }
        id
    }

    fn parse(&mut self, id: LineId, name: &[u8], declaration: &[u8]) -> Line {
        let name = self.intern(name);
        let mut references = IndexSet::<NameId>::new();
        for word in words(declaration).filter(|word| is_reference(word)) {
            references.insert(self.intern(word));
        }
        let is_opaque =
            declaration.ends_with(b"{ UNKNOWN }") || type_string::is_opaque(declaration);
        Line { name, references: references.into_iter().collect(), meaning: id, is_opaque }
    }

    fn intern(&mut self, name: &[u8]) -> NameId {
        let index = match self.names.get_index_of(name) {
            Some(index) => index,
            None => self.names.insert_full(name.into()).0,
        };
        NameId(number(index))
    }
}

/// A place in a set as its number. There are no more than bytes in the files, each of which has
/// less than 4 GiB, and repeats count once.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Whether a name has no kind's letter, so that its line is an export.
pub(crate) fn is_export(name: &[u8]) -> bool {
    name.get(1) != Some(&b'#')
}
