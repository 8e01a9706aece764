//! Many `.symtypes` files in one, as SUSE keeps a kernel's (grammar/consolidated.ebnf).
//!
//! ```text
//! /* drivers/pump/core.symtypes */
//! t#u32 typedef unsigned int u32
//! s#pump struct pump { t#u32 state ; }
//! pump_start int pump_start ( s#pump * )
//!
//! /* lib/watch.symtypes */
//! s##pump
//! watch void watch ( s#pump * )
//! ```
//!
//! A section has the lines of a file, with two savings. A type whose declaration is the same as the
//! previous one of that name is left out: the file has it if its other lines refer to it. An opaque
//! type is shortened to `s##pump`; this applies to its section only, and is not a declaration that
//! later sections could refer to.
//!
//! Older archives name sections after the object (`core.o`), repeat the name of a type whose
//! declaration is the same as the last one, write opaque types in full, and have `override` before some
//! lines. All of this can be read, too.

use std::fmt;

use super::symtypes::{Kind, is_reference, parts, trimmed};

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// What follows is of this file. Its name is without its ending.
    Section(&'a [u8]),
    /// A line as the file has it, without a blank at its end.
    Record(&'a [u8]),
    /// Of this type the file has only the name.
    Opaque(Short<'a>),
    /// The file has this type as it was declared the last time.
    Again(Short<'a>),
}

/// A line without its declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short<'a> {
    /// Whether the line begins with `override`.
    pub is_override: bool,
    /// The kind of the type.
    pub kind: Kind,
    /// Its name, without the kind's letter.
    pub name: &'a [u8],
}

/// A line that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine<'a> {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
    /// The line.
    pub text: &'a [u8],
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first line begins no section.
    NoSection,
    /// It is none of the things that a line can be.
    NoLine,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSection => {
                "the first line does not name a file, as in `/* lib/sort.symtypes \
                                */`"
            }
            Self::NoLine => "not a valid line of a consolidated file",
        })
    }
}

impl Short<'_> {
    /// The line that an opaque type has in a file of its own.
    pub fn opaque_line(&self) -> Vec<u8> {
        let marker: &[u8] = if self.is_override { b"override " } else { b"" };
        let word = self.kind.word().as_bytes();
        [marker, &self.reference(), b" ", word, b" ", self.name, b" { UNKNOWN }"].concat()
    }

    /// The name with its kind's letter.
    pub fn reference(&self) -> Vec<u8> {
        let letter = self.kind.letter().unwrap_or_default();
        [&[letter, b'#'], self.name].concat()
    }
}

/// Whether a text is of this format rather than a `.symtypes` file.
pub fn is_consolidated(text: &[u8]) -> bool {
    text.starts_with(b"/* ")
}

/// What the lines of `text` say, each with its number from 1. Blank lines say nothing.
pub fn items(text: &[u8]) -> impl Iterator<Item = Result<(usize, Item<'_>), BadLine<'_>>> {
    let lines = text.split(|&byte| byte == b'\n').zip(1..);
    lines.filter_map(|(text, line)| {
        let end = text.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
        let text = if trimmed(text).len() > end { text } else { &text[..end] };
        match item(text) {
            Some(item @ Item::Section(_)) => Some(Ok((line, item))),
            _ if line == 1 => Some(Err(BadLine { line, fault: Fault::NoSection, text })),
            _ if text.is_empty() => None,
            Some(item) => Some(Ok((line, item))),
            None => Some(Err(BadLine { line, fault: Fault::NoLine, text })),
        }
    })
}

/// What a line says that has no blank at its end.
fn item(line: &[u8]) -> Option<Item<'_>> {
    if line.starts_with(b"/*") {
        let path = line.strip_prefix(b"/* ")?.strip_suffix(b" */")?;
        let ending = [&b".symtypes"[..], b".o"].into_iter().find(|it| path.ends_with(it));
        let stem = &path[..path.len() - ending.map_or(0, <[u8]>::len)];
        return (!stem.is_empty()).then_some(Item::Section(stem));
    }
    let parts = parts(line);
    let is_override = parts.is_override;
    let kind = |letter: u8| Kind::from_letter(letter).filter(|_| is_reference(parts.name));
    match (parts.name, parts.declaration.is_empty()) {
        ([letter, b'#', b'#', name @ ..], is_short) if is_reference(parts.name) => {
            let kind = kind(*letter).filter(|&kind| kind != Kind::EnumConstant)?;
            let opaque = Item::Opaque(Short { is_override, kind, name });
            (is_short && !name.is_empty()).then_some(opaque)
        }
        ([letter, b'#', name @ ..], true) => {
            Some(Item::Again(Short { is_override, kind: kind(*letter)?, name }))
        }
        _ => parts.is_record().then_some(Item::Record(line)),
    }
}

/// The short form of a line, if it says nothing but that a type is opaque.
pub fn shortened(line: &[u8]) -> Option<Vec<u8>> {
    let is_override = parts(line).is_override;
    let [letter @ (b's' | b'u' | b'e' | b't'), b'#', name @ ..] = parts(line).name else {
        return None;
    };
    let short = Short { is_override, kind: Kind::from_letter(*letter)?, name };
    let is_opaque = !name.contains(&b' ') && short.opaque_line() == line;
    let marker: &[u8] = if is_override { b"override " } else { b"" };
    is_opaque.then(|| [marker, &[*letter], b"##", name].concat())
}

/// Whether there can be a section for a file of this name: one with a newline would not be read again.
pub fn can_name(path: &[u8]) -> bool {
    items(&section(path)).eq([Ok((1, Item::Section(path)))])
}

/// The line that begins the section of a file; the file's name is without its ending.
pub fn section(path: &[u8]) -> Vec<u8> {
    [b"/* ", path, b".symtypes */\n"].concat()
}
