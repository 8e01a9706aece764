//! The symbols that were asked for: their order, where they are in the object, which of them are one
//! thing under several names, and what is known of each.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::entry::Place;
use super::messages::{Fault, debug, malformed_line, warning};
use crate::elf::ObjectFile;
use crate::formats::symver_line;
use crate::release::CrcLine;

/// How the variables begin that carry the type of another symbol.
const POINTER: &[u8] = b"__gendwarfksyms_ptr_";

/// The index of a symbol in the list.
pub(super) type SymbolId = u32;

/// Where a symbol is: the section and the address; and which one it is.
pub(super) type SymbolPlace = ((u32, u64), SymbolId);

/// How the DIE of a symbol is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As a function.
    Function,
    /// As a variable.
    Variable,
}

/// The DIE that a symbol has its type from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub place: Place,
    pub kind: Kind,
}

/// What is known of a symbol.
#[derive(Clone, Debug)]
struct Symbol {
    /// Section and value, if the object has it.
    address: Option<(u32, u64)>,
    /// How many bytes the object gives it.
    size: u64,
    /// Whether it is in no section: common, or a number.
    is_special: bool,
    /// The next one of the same address; the last one has the first.
    next_alias: SymbolId,
    typed: Option<Typed>,
    /// The DIE that a pointer variable has for it.
    pointer: Option<Typed>,
    crc: Option<u32>,
}

/// The symbols, in the order of the list.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols<'l> {
    list: IndexMap<&'l [u8], Symbol, FxBuildHasher>,
    /// The order of output.
    order: Vec<SymbolId>,
    /// Whether a pointer variable was found.
    has_pointers: bool,
}

/// A name without the start that makes it a pointer to another.
fn bare(name: &[u8]) -> &[u8] {
    name.strip_prefix(POINTER).unwrap_or(name)
}

/// Whether this is the name of a variable that carries the type of another symbol.
pub(super) fn is_pointer(name: &[u8]) -> bool {
    name.starts_with(POINTER)
}

impl<'l> Symbols<'l> {
    /// Reads the list: the first word of each line.
    ///
    /// # Errors
    /// A line has no word.
    pub fn read(text: &'l [u8], says: Option<&mut Vec<u8>>) -> Result<Self, Fault> {
        let mut symbols = Self::default();
        let mut said = Vec::new();
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            // The C program's texts end at a zero byte.
            let seen = &line[..memchr::memchr(0, line).unwrap_or(line.len())];
            let mut words = seen.split(|byte| is_blank(*byte)).filter(|word| !word.is_empty());
            let name = words.next().ok_or_else(|| malformed_line(seen))?;
            if symbols.list.contains_key(bare(name)) {
                continue;
            }
            let next_alias = symbols.list.len() as SymbolId;
            let symbol = Symbol {
                address: None,
                size: 0,
                is_special: false,
                next_alias,
                typed: None,
                pointer: None,
                crc: None,
            };
            if symbols.list.insert(name, symbol).is_none() {
                said.extend(debug("symbol_read_exports", name));
            }
        }
        symbols.order = symbols.by_bucket();
        let count = format!("{} exported symbols", symbols.list.len());
        said.extend(debug("symbol_read_exports", count.as_bytes()));
        if let Some(says) = says {
            says.extend(said);
        }
        Ok(symbols)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The name of a symbol.
    pub fn name(&self, id: SymbolId) -> &'l [u8] {
        self.list.get_index(id as usize).map_or(b"", |(name, _)| name)
    }

    /// Finds the symbols in `object`. Those of one address are taken for one thing.
    pub fn locate(&mut self, object: &ObjectFile<'_>, debugs: bool) -> Vec<u8> {
        let mut said = Vec::new();
        for symbol in self.list.values_mut() {
            symbol.address = None;
            symbol.typed = None;
            symbol.pointer = None;
        }
        for symbol in object.symbols.iter().skip(1) {
            // STB_LOCAL
            if symbol.bind == 0 || symbol.is_undefined() {
                continue;
            }
            let Ok(name) = object.symbol_name(symbol) else { continue };
            let Some((_, name, known)) = self.list.get_full_mut(bare(name)) else { continue };
            let section =
                if symbol.is_special() { u32::from(symbol.raw_section) } else { symbol.section };
            let address = (section, symbol.value);
            match known.address {
                None => {
                    known.address = Some(address);
                    known.size = symbol.size;
                    known.is_special = symbol.is_special();
                    if debugs {
                        let name = String::from_utf8_lossy(name);
                        let text = format!("{name} -> {{ {section}, {:x} }}", symbol.value);
                        said.extend(debug("set_symbol_addr", text.as_bytes()));
                    }
                }
                Some(first) if first != address => {
                    let text = [b"multiple addresses for symbol ", *name, b"?"].concat();
                    said.extend(warning("set_symbol_addr", &text));
                }
                Some(_) => {}
            }
        }
        self.link_aliases();
        said
    }

    /// Links the symbols of one address in a ring.
    fn link_aliases(&mut self) {
        let mut by_address: Vec<(u32, u64, SymbolId)> = Vec::new();
        for (id, symbol) in self.list.values_mut().enumerate() {
            symbol.next_alias = id as SymbolId;
            if let Some((section, value)) = symbol.address {
                by_address.push((section, value, id as SymbolId));
            }
        }
        by_address.sort_unstable();
        for group in by_address.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            for (index, (.., id)) in group.iter().enumerate() {
                let (.., next) = group[(index + 1) % group.len()];
                self.list[*id as usize].next_alias = next;
            }
        }
    }

    /// Where the object has symbols.
    pub fn places(&self) -> impl Iterator<Item = SymbolPlace> + '_ {
        let place = |(id, symbol): (usize, &Symbol)| Some((symbol.address?, id as SymbolId));
        self.list.values().enumerate().filter_map(place)
    }

    /// The groups of symbols of one address that cannot be one thing: common ones, and those of
    /// different sizes.
    pub fn false_aliases(&self) -> Vec<Vec<SymbolId>> {
        let mut groups = Vec::new();
        for id in 0..self.list.len() as SymbolId {
            let group = self.group(id);
            let symbol = |id: &SymbolId| &self.list[*id as usize];
            let is_first = group.iter().all(|it| *it >= id);
            let are_equal = group.iter().all(|it| symbol(it).size == self.list[id as usize].size);
            if group.len() > 1 && is_first && (self.is_special(id) || !are_equal) {
                groups.push(group);
            }
        }
        groups
    }

    /// The same symbols, as if none of them were an alias, and without what this object says of them.
    pub fn apart(&self) -> Self {
        let mut apart = self.clone();
        for (id, symbol) in apart.list.values_mut().enumerate() {
            symbol.next_alias = id as SymbolId;
            symbol.pointer = None;
            if symbol.typed.take().is_some() {
                symbol.crc = None;
            }
        }
        apart.has_pointers = false;
        apart
    }

    /// Whether a symbol is in no section.
    pub fn is_special(&self, id: SymbolId) -> bool {
        self.list[id as usize].is_special
    }

    /// The CRC of a symbol, if it is known.
    pub fn crc(&self, id: SymbolId) -> Option<u32> {
        self.list[id as usize].crc
    }

    /// The symbol of this name.
    pub fn find(&self, name: &[u8]) -> Option<SymbolId> {
        self.list.get_index_of(name).map(|index| index as SymbolId)
    }

    /// The symbol of this name, if its type is not known yet.
    pub fn wanted(&self, name: &[u8]) -> Option<SymbolId> {
        let (id, _, symbol) = self.list.get_full(bare(name))?;
        (symbol.typed.is_none() && symbol.crc.is_none()).then_some(id as SymbolId)
    }

    /// A symbol and all its aliases.
    pub fn group(&self, id: SymbolId) -> Vec<SymbolId> {
        let mut group = vec![id];
        let mut next = self.list[id as usize].next_alias;
        while next != id {
            group.push(next);
            next = self.list[next as usize].next_alias;
        }
        group
    }

    /// Forgets which DIEs were found, as another unit is looked at by itself.
    pub fn forget_types(&mut self) {
        for symbol in self.list.values_mut() {
            (symbol.typed, symbol.pointer) = (None, None);
        }
        self.has_pointers = false;
    }

    /// Notes where a symbol and its aliases have their type from.
    pub fn set_typed(&mut self, id: SymbolId, typed: Typed) {
        for id in self.group(id) {
            self.list[id as usize].typed = Some(typed);
        }
    }

    /// Notes which DIE a pointer variable has for a symbol and its aliases.
    pub fn set_pointer(&mut self, id: SymbolId, typed: Typed) {
        self.has_pointers = true;
        for id in self.group(id) {
            self.list[id as usize].pointer = Some(typed);
        }
    }

    /// Where a symbol has its type from.
    pub fn typed(&self, id: SymbolId) -> Option<Typed> {
        self.list[id as usize].typed
    }

    /// Whether the CRC of a symbol is known.
    pub fn has_crc(&self, id: SymbolId) -> bool {
        self.list[id as usize].crc.is_some()
    }

    /// What a pointer variable has for a symbol whose own DIE is not there.
    fn left_to_pointer(&self, id: SymbolId) -> Option<Typed> {
        let symbol = &self.list[id as usize];
        symbol.pointer.filter(|_| symbol.typed.is_none() && symbol.crc.is_none())
    }

    /// Notes the CRC of a symbol and its aliases.
    pub fn set_crc(&mut self, id: SymbolId, crc: u32) {
        for id in self.group(id) {
            self.list[id as usize].crc = Some(crc);
        }
    }

    /// All symbols in the order of output: by the hash of the name, and of one hash the last first.
    pub fn in_order(&self) -> &[SymbolId] {
        &self.order
    }

    /// The symbols that pointer variables were found for, and nothing else, in the order of output.
    pub fn left_to_pointers(&self) -> Vec<(SymbolId, Typed)> {
        let order: &[SymbolId] = if self.has_pointers { &self.order } else { &[] };
        order.iter().filter_map(|id| Some((*id, self.left_to_pointer(*id)?))).collect()
    }

    fn by_bucket(&self) -> Vec<SymbolId> {
        let mut order: Vec<_> = self.list.keys().map(|name| bucket(name)).zip(0..).collect();
        order.sort_unstable_by_key(|(bucket, id): &(u32, SymbolId)| {
            (*bucket, std::cmp::Reverse(*id))
        });
        order.into_iter().map(|(_, id)| id).collect()
    }

    /// The lines for standard output, and what is said of symbols without a CRC.
    pub fn versions(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut lines, mut said) = (Vec::new(), Vec::new());
        for id in self.order.iter().copied() {
            let name = self.name(id);
            let crc = self.list[id as usize].crc;
            if crc.is_none() {
                let text = [b"no information for symbol ", name].concat();
                said.extend(warning("symbol_print_versions", &text));
            }
            let crc = crc.unwrap_or_default();
            symver_line::write(&mut lines, CrcLine::SymverComment, name, crc);
        }
        (lines, said)
    }
}

/// What separates words for C.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0b' | b'\x0c' | b'\r')
}

/// Which of the C program's 4096 lists a name is in: FNV-1a, of bytes with a sign.
pub(super) fn bucket(name: &[u8]) -> u32 {
    let hash = name.iter().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ (*byte as i8) as u32).wrapping_mul(0x0100_0193)
    });
    hash & 0xfff
}
