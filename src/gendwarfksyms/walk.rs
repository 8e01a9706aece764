//! The C program's walk: symbol by symbol over all that it reaches, where each structure is written
//! with what is in it once for each symbol.
//!
//! Only where the way itself shows is this needed instead of `collect`: in what `--dump-dies` prints;
//! where a rule of kABI gives a member the name that the walk met last, which may be that of another
//! member; in references between units, of whose files the C program asks the wrong unit; and to tell
//! which of several faults comes first.

use gimli::constants as dw;
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::collect::{LONGEST, reference};
use super::describe::{Describer, Writer, letter};
use super::entry::{Entry, Place};
use super::kabi::Status;
use super::messages::{Fault, too_deep, too_long};
use super::pieces::{NameId, Pieces, Span};
use super::symbols::Typed;
use super::type_map::{TypeMap, is_reference};

/// How many types may hold each other on the way.
const DEEPEST: usize = 2500;

/// How many types the walk may come to on its way from one symbol: some thousand times as many as in any
/// kernel.
const MOST_STEPS: u32 = 1 << 24;

/// How long what `--dump-dies` prints may be.
const LONGEST_DUMP: usize = 1 << 30;

/// The index of a [`Node`].
type NodeId = u32;

/// A part of the text of a DIE.
#[derive(Clone, Copy, Debug)]
enum Fragment {
    /// Words: where they begin in `Walk::words`, and how many bytes they have.
    Words(u32, u32),
    LineBreak(i32),
    /// Another DIE, with its unit.
    Entry(u32, Place),
}

/// The text of a DIE, as it was when the walk first came there.
#[derive(Clone, Debug)]
struct Node {
    place: Place,
    is_complete: bool,
    /// What refers to it by name.
    name: Option<NameId>,
    fragments: Box<[Fragment]>,
}

/// The walk.
#[derive(Debug, Default)]
pub(super) struct Walk<'s> {
    pub map: TypeMap,
    nodes: Vec<Node>,
    /// The nodes by DIE, and whether they have all that is in it.
    by_place: IndexMap<(Place, bool), NodeId, FxBuildHasher>,
    words: Vec<u8>,
    /// The texts that are being written, innermost last.
    open: Vec<Vec<Fragment>>,
    /// The structures that were written in full for this symbol.
    expanded: IndexSet<Place, FxBuildHasher>,
    is_closed: bool,
    renamed: Option<&'s [u8]>,
    depth: usize,
    /// How many types the walk has come to from this symbol.
    steps: u32,
    /// The DIE of the symbol, and the types from it to where the walk is.
    symbol: Place,
    path: Vec<(u32, Place)>,
    /// The members that have the name of another.
    pub leaks: Vec<Leak<'s>>,
    /// What `--dump-dies` prints.
    pub dump: Option<Dump>,
}

/// A member that has the name of another, which its type leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leak<'s> {
    /// The symbol's DIE that the walk came from.
    pub symbol: Place,
    /// The innermost type with a name that the member is in; none of a parameter of the symbol.
    pub within: Option<NameId>,
    pub member: Place,
    /// Its own name.
    pub own: Option<&'s [u8]>,
    /// The other's.
    pub name: &'s [u8],
}

/// What `--dump-dies` prints.
#[derive(Clone, Debug, Default)]
pub(super) struct Dump {
    pub text: Vec<u8>,
    levels: i32,
    is_break_due: bool,
}

impl Dump {
    fn words(&mut self, words: &[u8]) {
        if self.is_break_due {
            self.is_break_due = false;
            self.text.push(b'\n');
            let levels = usize::try_from(self.levels).unwrap_or(0);
            self.text.resize(self.text.len() + 2 * levels, b' ');
        }
        self.text.extend_from_slice(words);
    }

    fn line_break(&mut self, levels: i32) {
        self.levels += levels;
        self.is_break_due = true;
    }
}

impl<'s> Walk<'s> {
    /// Walks from a symbol; returns the text that it has itself.
    pub fn symbol(
        &mut self,
        describer: &mut Describer<'_, 's>,
        near: u32,
        typed: Typed,
    ) -> Result<SymbolText, Fault> {
        let entry = describer.info.entry(near, typed.place)?;
        self.expanded.clear();
        self.is_closed = false;
        self.renamed = None;
        self.symbol = typed.place;
        self.path.clear();
        self.steps = 0;
        self.open.push(Vec::new());
        describer.symbol(&entry, typed.kind, self)?;
        if let Some(dump) = &mut self.dump {
            dump.text.push(b'\n');
        }
        Ok(SymbolText(self.open.pop().unwrap_or_default().into()))
    }

    /// Puts the types of all nodes into the map.
    pub fn map_types(&mut self) -> Result<(), Fault> {
        let mut pieces = Pieces::default();
        for id in 0..self.nodes.len() {
            let node = &self.nodes[id];
            let Some(name) = node.name else { continue };
            let place = node.place;
            if !node.is_complete && self.by_place.contains_key(&(place, true)) {
                continue;
            }
            pieces.clear();
            let fragments = node.fragments.clone();
            self.put(&fragments, (&mut pieces, 0), 0)?;
            let span = pieces.since((0, 0));
            self.map.offer(name, &pieces, span, place);
        }
        Ok(())
    }

    /// Appends the text of a symbol to `out`.
    pub fn text(&mut self, symbol: &SymbolText, out: &mut Pieces) -> Result<Span, Fault> {
        let start = out.end();
        let size = out.size();
        self.put(&symbol.0, (out, size), 0)?;
        Ok(out.since(start))
    }

    /// Appends a text to `out`, whose size was `start` where the whole text began.
    fn put(
        &mut self,
        fragments: &[Fragment],
        (out, start): (&mut Pieces, usize),
        depth: usize,
    ) -> Result<(), Fault> {
        for (index, fragment) in fragments.iter().enumerate() {
            match fragment {
                Fragment::Words(start, size) => {
                    let words = &self.words[*start as usize..][..*size as usize];
                    if is_reference(words) {
                        out.refer(self.map.name_id(words));
                    } else {
                        out.put(words);
                    }
                }
                Fragment::LineBreak(_) => {
                    if !matches!(fragments.get(index + 1), Some(Fragment::LineBreak(_))) {
                        out.put(b" ");
                    }
                }
                Fragment::Entry(_, place) => {
                    let complete = self.by_place.get(&(*place, true));
                    let Some(id) = complete.or_else(|| self.by_place.get(&(*place, false))) else {
                        continue;
                    };
                    let node = &self.nodes[*id as usize];
                    if let Some(name) = node.name {
                        out.refer(name);
                        continue;
                    }
                    if depth >= DEEPEST {
                        return Err(too_deep(*place));
                    }
                    if out.size() - start > LONGEST {
                        return Err(too_long(*place));
                    }
                    let fragments = node.fragments.clone();
                    self.put(&fragments, (out, start), depth + 1)?;
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, fragment: Fragment) {
        if let Some(open) = self.open.last_mut() {
            open.push(fragment);
        }
    }

    /// Walks over a DIE whose text is known.
    fn again(&mut self, describer: &mut Describer<'_, 's>, node: NodeId) -> Result<(), Fault> {
        for index in 0..self.nodes[node as usize].fragments.len() {
            match self.nodes[node as usize].fragments[index] {
                Fragment::Words(start, size) => {
                    if let Some(dump) = &mut self.dump {
                        dump.words(&self.words[start as usize..][..size as usize]);
                    }
                }
                Fragment::LineBreak(levels) => {
                    if let Some(dump) = &mut self.dump {
                        dump.line_break(levels);
                    }
                }
                Fragment::Entry(unit, place) => match self.by_place.get(&(place, true)) {
                    // Whatever is no structure has one text only.
                    Some(id) if !self.is_structure(describer, unit, place)? => {
                        let id = *id;
                        self.step(place)?;
                        self.again(describer, id)?;
                    }
                    _ => self.walk(describer, unit, place)?,
                },
            }
        }
        Ok(())
    }

    fn is_structure(
        &self,
        describer: &Describer<'_, 's>,
        unit: u32,
        place: Place,
    ) -> Result<bool, Fault> {
        let tag = describer.info.entry(unit, place)?.tag;
        Ok(matches!(letter(tag), Some(b's' | b'u' | b'e')))
    }

    /// Comes to the type at `place`.
    fn step(&mut self, place: Place) -> Result<(), Fault> {
        self.steps += 1;
        let is_long = |dump: &Dump| dump.text.len() > LONGEST_DUMP;
        if self.steps > MOST_STEPS || self.dump.as_ref().is_some_and(is_long) {
            return Err(too_long(place));
        }
        Ok(())
    }

    /// Walks over the type at `place`.
    fn walk(
        &mut self,
        describer: &mut Describer<'_, 's>,
        near: u32,
        place: Place,
    ) -> Result<(), Fault> {
        if self.depth >= DEEPEST {
            return Err(too_deep(place));
        }
        self.step(place)?;
        let entry = describer.info.entry(near, place)?;
        let was_closed = self.is_closed;
        let mut is_complete = true;
        if matches!(letter(entry.tag), Some(b's' | b'u' | b'e')) {
            self.is_closed |= self.expanded.contains(&place);
            is_complete = !self.is_closed;
            if is_complete {
                self.expanded.insert(place);
            }
        }
        self.depth += 1;
        self.path.push((entry.unit, place));
        if let Some(node) = self.by_place.get(&(place, is_complete)) {
            let node = *node;
            self.again(describer, node)?;
        } else {
            self.open.push(Vec::new());
            describer.entry(&entry, self)?;
            let fragments = self.open.pop().unwrap_or_default().into();
            let name = self.name(describer, &entry)?;
            self.by_place.insert((place, is_complete), self.nodes.len() as NodeId);
            self.nodes.push(Node { place, is_complete, name, fragments });
        }
        self.depth -= 1;
        self.path.pop();
        self.is_closed = was_closed;
        Ok(())
    }

    /// What refers to a type by name. (A union that stands for another type is not referred to.)
    fn name(
        &mut self,
        describer: &Describer<'_, 's>,
        entry: &Entry<'s>,
    ) -> Result<Option<NameId>, Fault> {
        let Some(letter) = letter(entry.tag) else {
            return Ok(None);
        };
        let name = describer.full_name(entry);
        if name.is_empty() || (letter == b'u' && describer.status(entry)? != Status::Normal) {
            return Ok(None);
        }
        let mut text = Vec::new();
        reference(letter, &name, &mut text);
        Ok(Some(self.map.name_id(&text)))
    }
}

/// How many typedefs, arrays and qualifiers are looked through.
const MOST_MODIFIERS: usize = 64;

/// Whether the type of a member is itself a union that stands for something called `name`.
fn stands_for<'s>(
    describer: &Describer<'_, 's>,
    member: &Entry<'s>,
    name: &[u8],
) -> Result<bool, Fault> {
    let (mut unit, mut type_) = (member.unit, member.type_);
    for _ in 0..MOST_MODIFIERS {
        let Some(place) = type_ else { break };
        let entry = describer.info.entry(unit, place)?;
        match entry.tag {
            dw::DW_TAG_union_type => {
                let status = describer.status(&entry)?;
                return Ok(matches!(status, Status::Reserved { name: Some(it), .. } if it == name));
            }
            dw::DW_TAG_typedef
            | dw::DW_TAG_array_type
            | dw::DW_TAG_const_type
            | dw::DW_TAG_volatile_type
            | dw::DW_TAG_restrict_type
            | dw::DW_TAG_atomic_type => (unit, type_) = (entry.unit, entry.type_),
            _ => break,
        }
    }
    Ok(false)
}

/// The text that a symbol has itself.
#[derive(Clone, Debug)]
pub(super) struct SymbolText(Box<[Fragment]>);

impl<'s> Writer<'s> for Walk<'s> {
    fn words(&mut self, text: &[u8]) {
        if let Some(dump) = &mut self.dump {
            dump.words(text);
        }
        let start = self.words.len() as u32;
        self.words.extend_from_slice(text);
        self.push(Fragment::Words(start, text.len() as u32));
    }

    fn line_break(&mut self, levels: i32) {
        if let Some(dump) = &mut self.dump {
            dump.line_break(levels);
        }
        self.push(Fragment::LineBreak(levels));
    }

    fn type_at(
        &mut self,
        describer: &mut Describer<'_, 's>,
        near: u32,
        place: Place,
    ) -> Result<(), Fault> {
        self.walk(describer, near, place)?;
        self.push(Fragment::Entry(near, place));
        Ok(())
    }

    fn part(
        &mut self,
        place: Place,
        body: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.open.push(Vec::new());
        body(self)?;
        let fragments = self.open.pop().unwrap_or_default().into();
        self.by_place.insert((place, true), self.nodes.len() as NodeId);
        self.nodes.push(Node { place, is_complete: true, name: None, fragments });
        self.push(Fragment::Entry(0, place));
        Ok(())
    }

    fn expands(&self) -> bool {
        !self.is_closed
    }

    fn renamed(&self) -> Option<&'s [u8]> {
        self.renamed
    }

    fn set_renamed(&mut self, name: Option<&'s [u8]>) {
        self.renamed = name;
    }

    fn takes_name(
        &mut self,
        describer: &Describer<'_, 's>,
        member: &Entry<'s>,
        own: Option<&'s [u8]>,
        name: &'s [u8],
    ) -> Result<(), Fault> {
        if stands_for(describer, member, name)? {
            return Ok(());
        }
        let mut within = None;
        for (unit, place) in self.path.clone().into_iter().rev() {
            let entry = describer.info.entry(unit, place)?;
            within = self.name(describer, &entry)?;
            if within.is_some() {
                break;
            }
        }
        let symbol = self.symbol;
        self.leaks.push(Leak { symbol, within, member: member.place, own, name });
        Ok(())
    }
}
