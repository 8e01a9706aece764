//! The texts of all types that the symbols reach, each DIE described once.
//!
//! Here, the text of a DIE depends on nothing but the DIE: what it refers to by name is described on
//! its own, and what has no name is part of the text. That is what comes of the C program's walk over
//! all symbols (`walk`), too, except where members get other names.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::describe::{Describer, Name, Writer, letter};
use super::entry::{Entry, Place};
use super::kabi::Status;
use super::messages::{Fault, too_deep, too_long};
use super::pieces::{NameId, Pieces, Span};
use super::symbols::Typed;
use super::type_map::{TypeMap, is_reference};

/// How many types without names may hold each other. (The walk takes more.)
const DEEPEST: usize = 64;

/// How many bytes the text of one type may take. A type without a name that another holds twice, which
/// has no name either, has its text twice there, and so on.
pub(super) const LONGEST: usize = 16 << 20;

/// How many those of all types without names of a unit may take.
const LONGEST_OF_UNIT: usize = 64 << 20;

/// How many all may take. Those of a whole kernel take some 50 MB.
const LONGEST_OF_OBJECT: usize = 512 << 20;

/// What is known of a DIE.
#[derive(Clone, Copy, Debug)]
enum Known {
    /// It is referred to by a name.
    Named(NameId),
    /// Its text, in `Collector::nameless`.
    Text(Span),
}

/// Collects the texts.
#[derive(Debug, Default)]
pub(super) struct Collector {
    pub map: TypeMap,
    known: IndexMap<Place, Known, FxBuildHasher>,
    nameless: Pieces,
    /// The types that are referred to, but not described yet.
    left: Vec<(u32, Place, NameId)>,
    /// The text that is being written.
    text: Pieces,
    /// Whether a line break is due in it.
    is_break_due: bool,
    depth: usize,
    /// A name that is being put together.
    name: Vec<u8>,
}

impl Collector {
    /// Describes a symbol; its text goes to the end of `out`. What it reaches is left for
    /// [`Collector::reached`].
    pub fn symbol(
        &mut self,
        describer: &mut Describer<'_, '_>,
        near: u32,
        typed: Typed,
        out: &mut Pieces,
    ) -> Result<Span, Fault> {
        let entry = describer.info.entry(near, typed.place)?;
        self.text.clear();
        self.is_break_due = false;
        describer.symbol(&entry, typed.kind, self)?;
        self.break_line();
        let start = out.end();
        let span = self.text.since((0, 0));
        out.copy(&self.text, span);
        Ok(out.since(start))
    }

    /// Describes all types that are reached.
    pub fn reached(&mut self, describer: &mut Describer<'_, '_>) -> Result<(), Fault> {
        while let Some((near, place, name)) = self.left.pop() {
            let entry = describer.info.entry(near, place)?;
            self.text.clear();
            describer.entry(&entry, self)?;
            self.offer(name, place);
        }
        Ok(())
    }

    /// Leaves a type that has a name for [`Collector::reached_or`].
    pub fn want(
        &mut self,
        describer: &mut Describer<'_, '_>,
        entry: &Entry<'_>,
    ) -> Result<(), Fault> {
        self.text.clear();
        self.type_at(describer, entry.unit, entry.place)
    }

    /// Whether a name has a text.
    pub fn has(&self, name: &[u8]) -> bool {
        self.map.find(name).is_some_and(|id| self.map.text(id).is_some())
    }

    /// Describes all types that are reached. Those that cannot be described have these words for a text.
    ///
    /// # Errors
    /// An entry is damaged.
    pub fn reached_or(
        &mut self,
        describer: &mut Describer<'_, '_>,
        words: &[u8],
    ) -> Result<(), Fault> {
        while let Some((near, place, name)) = self.left.pop() {
            let entry = describer.info.entry(near, place)?;
            self.text.clear();
            let depth = self.depth;
            if describer.entry(&entry, self).is_err() {
                (self.depth, self.is_break_due) = (depth, false);
                self.text.clear();
                self.text.put(words);
            }
            self.offer(name, place);
        }
        Ok(())
    }

    /// Offers what is written for a name.
    fn offer(&mut self, name: NameId, place: Place) {
        self.break_line();
        let span = self.text.since((0, 0));
        self.map.offer(name, &self.text, span, place);
    }

    /// Forgets the DIEs: no other unit refers to them.
    pub fn forget(&mut self) {
        self.known.clear();
        self.nameless.clear();
    }

    fn break_line(&mut self) {
        if self.is_break_due {
            self.is_break_due = false;
            self.text.put(b" ");
        }
    }
}

/// The reference to a type, if it has a name: `s#name`, in quotes if there is a blank in it.
pub(super) fn reference(letter: u8, name: &Name<'_, '_>, out: &mut Vec<u8>) {
    let scope = name.scope.unwrap_or_default();
    let has_blank = [scope, name.own].iter().any(|part| part.contains(&b' '));
    let quote: &[u8] = if has_blank { b"'" } else { b"" };
    let between: &[u8] = if name.scope.is_some() { b"::" } else { b"" };
    out.clear();
    for part in [&[letter, b'#'][..], quote, scope, between, name.own, quote] {
        out.extend_from_slice(part);
    }
}

impl<'s> Writer<'s> for Collector {
    fn words(&mut self, text: &[u8]) {
        self.break_line();
        if is_reference(text) {
            let name = self.map.name_id(text);
            self.text.refer(name);
        } else {
            self.text.put(text);
        }
    }

    fn line_break(&mut self, _: i32) {
        self.is_break_due = true;
    }

    fn type_at(
        &mut self,
        describer: &mut Describer<'_, 's>,
        near: u32,
        place: Place,
    ) -> Result<(), Fault> {
        self.break_line();
        // What is written before this is asked again is what one type has, or at most twice what is there.
        if self.text.size() > LONGEST
            || self.nameless.size() > LONGEST_OF_UNIT
            || self.map.pieces.size() > LONGEST_OF_OBJECT
        {
            return Err(too_long(place));
        }
        match self.known.get(&place) {
            Some(Known::Named(name)) => {
                self.text.refer(*name);
                return Ok(());
            }
            Some(Known::Text(span)) => {
                self.text.copy(&self.nameless, *span);
                return Ok(());
            }
            None => {}
        }
        let entry = describer.info.entry(near, place)?;
        if let Some(letter) = letter(entry.tag)
            && (letter != b'u' || describer.status(&entry)? == Status::Normal)
        {
            let name = describer.full_name(&entry);
            if !name.is_empty() {
                reference(letter, &name, &mut self.name);
                let name = self.map.name_id(&self.name);
                self.known.insert(place, Known::Named(name));
                self.left.push((entry.unit, place, name));
                self.text.refer(name);
                return Ok(());
            }
        }
        if self.depth >= DEEPEST {
            return Err(too_deep(place));
        }
        self.depth += 1;
        let start = self.text.end();
        let described = describer.entry(&entry, self);
        self.depth -= 1;
        described?;
        self.break_line();
        let span = self.text.since(start);
        let start = self.nameless.end();
        self.nameless.copy(&self.text, span);
        self.known.insert(place, Known::Text(self.nameless.since(start)));
        Ok(())
    }

    fn part(
        &mut self,
        _: Place,
        body: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.break_line();
        body(self)?;
        self.break_line();
        Ok(())
    }

    fn expands(&self) -> bool {
        true
    }

    fn renamed(&self) -> Option<&'s [u8]> {
        None
    }

    fn set_renamed(&mut self, _: Option<&'s [u8]>) {}

    fn takes_name(
        &mut self,
        _: &Describer<'_, 's>,
        _: &Entry<'s>,
        _: Option<&'s [u8]>,
        _: &'s [u8],
    ) -> Result<(), Fault> {
        Ok(())
    }
}
