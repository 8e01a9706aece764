//! Which symbol is at an address, or near it.

use indexmap::IndexMap;
use object::elf::{EM_ARM, STT_FUNC, STT_SECTION};
use rustc_hash::FxBuildHasher;

use crate::elf::{NotReadable, ObjectFile, Symbol, SymbolNames};
use crate::release::{MappingMarks, Modpost, SymbolNames as NameRule, SymbolSearch};

/// The symbols of an object by their places. Of those at one place, each search has its own.
#[derive(Debug)]
pub(super) struct Nearby {
    search: SymbolSearch,
    /// For each section the one that stands for it in `from`: until 6.4 the first of its name.
    groups: Vec<u32>,
    /// To name where a reference comes from.
    from: Places,
    /// To name where it leads to.
    to: Places,
}

/// Symbols in the order of their places, one for each place (but all of them for the search of 6.5).
type Places = Vec<Place>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    section: u32,
    address: u64,
    /// The index of the symbol.
    symbol: u32,
}

/// How far from an address the symbol may be that is called its target.
const CLOSE: u64 = 20;

impl Nearby {
    /// Sorts the symbols that have names a person could know.
    ///
    /// # Errors
    /// A name is not in the file.
    pub(super) fn new(
        object: &ObjectFile<'_>,
        names: &SymbolNames,
        release: &Modpost,
    ) -> Result<Self, NotReadable> {
        let search = release.symbol_search;
        let mut places = Vec::new();
        for (index, symbol) in object.symbols.iter().enumerate() {
            let name = names.get(object, symbol.name)?;
            // Until 5.17 upstream looks at what follows the end of a mere `$`.
            let beyond = || object.names_from(symbol.name).and_then(|names| names.get(2));
            if name == b"$"
                && release.mapping_marks == MappingMarks::ReadBeyond
                && matches!(beyond(), None | Some(0 | b'.'))
            {
                continue;
            }
            if is_name_for_people(name, release.symbol_names) {
                let address = address_of(object, symbol, search);
                places.push(Place { section: symbol.section, address, symbol: index as u32 });
            }
        }
        places.sort_unstable();
        if search == SymbolSearch::BySectionName {
            return Ok(Self::by_section_name(object, &places));
        }
        if search == SymbolSearch::Sorted {
            places.dedup_by_key(|place| place.key());
        }
        let groups = (0..object.sections.len() as u32).collect();
        Ok(Self { search, groups, from: places.clone(), to: places })
    }

    /// Until 6.4: what a reference comes from is searched in all sections of its section's name,
    /// and the last symbol of a place has it; what it leads to is no symbol for a section, and the
    /// first of a place.
    fn by_section_name(object: &ObjectFile<'_>, places: &[Place]) -> Self {
        let groups = firsts_of_names(object);
        // Symbols without a section have none that a reference comes from.
        let grouped = |place: &Place| {
            groups.get(place.section as usize).map(|&section| Place { section, ..*place })
        };
        let mut from: Places = places.iter().filter_map(grouped).collect();
        from.sort_unstable();
        from.reverse();
        from.dedup_by_key(|place| place.key());
        from.reverse();
        let is_target = |place: &&Place| object.symbols[place.symbol as usize].kind != STT_SECTION;
        let mut to: Places = places.iter().filter(is_target).copied().collect();
        to.iter_mut().for_each(|place| place.address &= 0xffff_ffff);
        to.sort_unstable();
        to.dedup_by_key(|place| place.key());
        Self { search: SymbolSearch::BySectionName, groups, from, to }
    }

    /// The symbol at `address` in section `section`, or the last one before it.
    pub(super) fn before(&self, section: u32, address: u64) -> Option<usize> {
        let section = *self.groups.get(section as usize)?;
        let end = self.from.partition_point(|place| place.key() <= (section, address));
        let place = self.from[..end].last().filter(|place| place.section == section)?;
        Some(self.of_place(place, address))
    }

    /// The symbol at `address` in section `section`, or the closest one before or after it.
    pub(super) fn close_to(&self, section: u32, address: u64) -> Option<usize> {
        match self.search {
            SymbolSearch::BySectionName => self.close_to_addend(section, address),
            SymbolSearch::Nearest | SymbolSearch::Sorted => self.close_to_address(section, address),
        }
    }

    /// The symbol that is named for the place of `last`, which has the last of its symbols: in 6.5 the
    /// first one if that is what was asked for, and else the last.
    fn of_place(&self, last: &Place, address: u64) -> usize {
        let first = |places: &Places| {
            let at = places.partition_point(|place| place.key() < last.key());
            places[at].symbol as usize
        };
        let is_first = self.search == SymbolSearch::Nearest && last.address == address;
        if is_first { first(&self.to) } else { last.symbol as usize }
    }

    /// Until 6.4: less than 20 bytes away. Of two that are equally far away, the one that comes
    /// first among the symbols. Upstream computes in 32 bits, where 2 GiB are less than one byte.
    fn close_to_addend(&self, section: u32, addend: u64) -> Option<usize> {
        let most = CLOSE as i32 - 1;
        let at = |distance: i32| {
            let address = (addend as u32).wrapping_add_signed(distance);
            let key = (section, u64::from(address));
            let found = self.to.binary_search_by_key(&key, Place::key).ok()?;
            let distance = if distance == 0 { None } else { Some(distance.wrapping_abs()) };
            Some((distance, self.to[found].symbol))
        };
        let (_, symbol) = (-most..=most).chain([i32::MIN]).filter_map(at).min()?;
        Some(symbol as usize)
    }

    /// From 6.5 on: at most 20 bytes away; of two that are equally far away, the one before (in 6.5,
    /// the one that comes last among the symbols).
    fn close_to_address(&self, section: u32, address: u64) -> Option<usize> {
        let end = self.to.partition_point(|place| place.key() <= (section, address));
        let distance = |place: &&Place| place.address.abs_diff(address);
        let is_close = |place: &&Place| place.section == section && distance(place) <= CLOSE;
        let before = self.to[..end].last().filter(is_close);
        let after = self.to[end..].first().filter(is_close);
        let last_of = |place: &Place| {
            &self.to[self.to.partition_point(|other| other.key() <= place.key()) - 1]
        };
        let after = after.map(last_of);
        let closest = match (before, after) {
            (Some(before), Some(after)) if distance(&after) < distance(&before) => after,
            (Some(before), Some(after))
                if self.search == SymbolSearch::Nearest
                    && distance(&after) == distance(&before)
                    && after.symbol > before.symbol =>
            {
                after
            }
            (before, after) => before.or(after)?,
        };
        Some(self.of_place(closest, address))
    }
}

impl Place {
    fn key(&self) -> (u32, u64) {
        (self.section, self.address)
    }
}

/// For each section the first one of its name.
fn firsts_of_names(object: &ObjectFile<'_>) -> Vec<u32> {
    let mut firsts: IndexMap<&[u8], u32, FxBuildHasher> = IndexMap::default();
    let sections = (0_u32..).zip(&object.sections);
    sections.map(|(index, section)| *firsts.entry(section.name).or_insert(index)).collect()
}

/// Where a symbol is. (From 6.5 on, the lowest bit of a Thumb function's value does not count.)
fn address_of(object: &ObjectFile<'_>, symbol: &Symbol, search: SymbolSearch) -> u64 {
    let is_thumb = search != SymbolSearch::BySectionName
        && object.machine == EM_ARM
        && symbol.kind == STT_FUNC;
    if is_thumb { symbol.value & !1 } else { symbol.value }
}

/// Whether a name is one that a person gave, and not the tools.
pub(super) fn is_name_for_people(name: &[u8], rule: NameRule) -> bool {
    match (name, rule) {
        ([], _) => false,
        (
            [b'$', b'a' | b'd' | b't' | b'x', rest @ ..],
            NameRule::NotMapping | NameRule::NotLocal,
        ) => !matches!(rest, [] | [b'.', ..]),
        ([b'.', b'L', ..] | [b'L', b'0', ..], NameRule::NotLocal | NameRule::NotDollar)
        | ([b'$', ..], NameRule::NotDollar) => false,
        _ => true,
    }
}
