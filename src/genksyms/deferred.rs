//! Names that were skimmed, and are put into the table of definitions only when something looks
//! them up.
//!
//! Few of the names that a file declares are ever looked up again: when they are exported, when
//! something that an export reaches refers to them, or when another declaration has the same name,
//! which is then ignored. So they are only listed, which is less work than putting them into the
//! table. Typedefs are not among them, since the skimmer itself looks them up.

use super::definitions::Unit;
use super::interner::{Filter, Key, Name};
use super::scan::{NAME, is};
use crate::formats::symtypes::Kind;

/// The names, in source order, as a hash table.
pub(super) struct DeferredNames<'s> {
    source: &'s [u8],
    /// For each remainder of keys, one more than the place of the newest name.
    newest: Vec<u32>,
    names: Vec<Declared>,
    /// The keys of all names, some that were taken away again included.
    filter: Filter,
}

/// A name and where it was declared.
#[derive(Clone, Copy)]
pub(super) struct Declared {
    key: Key,
    /// Where the name stands.
    start: u32,
    /// One more than the place of the name before it with the same remainder; 0 if there is none.
    next: u32,
    /// The declaration.
    pub(super) unit: Unit,
    /// What the name is.
    pub(super) kind: Kind,
    /// Whether the file that is compiled was being read at its beginning.
    pub(super) in_source_file: bool,
}

/// How many remainders there are; a file of 2.5 MB has half as many names again.
const REMAINDERS: usize = 1 << 13;

/// A name for each so many bytes of source is expected; kernel files have one for 186 to 257.
const BYTES_A_NAME: usize = 200;

impl<'s> DeferredNames<'s> {
    /// An empty list for names in `source`.
    pub(super) fn new(source: &'s [u8]) -> Self {
        let names = Vec::with_capacity(source.len() / BYTES_A_NAME);
        Self { source, newest: Vec::new(), names, filter: Filter::default() }
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Takes the newest names away again, so that `length` are left.
    pub(super) fn truncate(&mut self, length: usize) {
        for name in self.names.drain(length..).rev() {
            self.newest[remainder(name.key)] = name.next;
        }
    }

    /// Adds a name.
    #[inline(always)]
    pub(super) fn push(&mut self, name: &Name, kind: Kind, unit: Unit, in_source_file: bool) {
        if self.newest.is_empty() {
            self.newest = vec![0; REMAINDERS];
        }
        let &Name { key, start, .. } = name;
        // Invariant: there are fewer names than bytes, and `run` refuses input of 2 GiB.
        let number = self.names.len() as u32 + 1;
        self.filter.insert(key);
        let next = std::mem::replace(&mut self.newest[remainder(key)], number);
        self.names.push(Declared { key, start, next, unit, kind, in_source_file });
    }

    /// Whether a name may be here: most that are asked for are not.
    #[inline]
    pub(super) fn may_contain(&self, key: Key) -> bool {
        self.filter.may_contain(key)
    }

    /// The first declaration of a name that may be here, in the name space of `kind`.
    pub(super) fn find(&self, key: Key, text: &[u8], kind: Kind) -> Option<Declared> {
        let mut first = None;
        let mut number = self.newest[remainder(key)];
        while let Some(place) = number.checked_sub(1) {
            let name = self.names[place as usize];
            let is_it = name.key == key
                && name.kind.is_tag() == kind.is_tag()
                && self.is_here(text, name.start);
            if is_it {
                first = Some(name);
            }
            number = name.next;
        }
        first
    }

    /// Whether the name that stands here is this one.
    fn is_here(&self, text: &[u8], start: u32) -> bool {
        let rest = self.source.get(start as usize..).and_then(|rest| rest.strip_prefix(text));
        rest.is_some_and(|rest| rest.first().is_none_or(|byte| !is(*byte, NAME)))
    }
}

/// Which list of names a key is in.
#[inline]
fn remainder(key: Key) -> usize {
    key.place() % REMAINDERS
}
