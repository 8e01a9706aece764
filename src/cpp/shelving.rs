//! Making a shelf: what is on the old one, and the files that were scanned since.
//!
//! Names of the old one keep their numbers, so that its regions are taken over as they are.

use bytemuck::{Pod, Zeroable};
use bytes::Bytes;

use super::macro_numbers::Macros;
use super::names::{FIRST, Id, Names, hash};
use super::passages::Passages;
use super::passages_on_shelf::{self, hash_of_beginning, is_text, region_of, switches};
use super::shared::{NAMES_A_PAGE, SLOTS_A_PAGE, Slot, sum, sum_of_names};
use super::shelf::{Head, MAGIC, ORDER, Place, Record, Shelf, hash_of_file};
use super::source::{Item, List, Macro, Source, What};
use super::token::{Kind, Token};
use super::unusual::Reason;

/// How large a shelf may become: files that have changed leave their old versions on it.
const LARGEST: usize = 768 << 20;

/// The parts of a new shelf, one after the other; none if it would be too large, or the old one is
/// damaged.
pub(super) fn shelved(
    shelf: &Shelf,
    names: &mut Names,
    sources: &[(&Source, &[u8])],
    passages: &Passages,
    maker: u64,
) -> Option<Vec<Bytes>> {
    if !names.shared.is_good() {
        return None;
    }
    let mut numbers = Numbers::new(names);
    let mut regions = Vec::new();
    let mut places = Places::of(shelf);
    let macros = Macros::of(shelf, sources)?;
    let mut firsts = macros.firsts();
    let mut origins = Vec::with_capacity(sources.len());
    for (source, _) in sources {
        let Some(stamp) = source.stamp else {
            origins.push(source.shelf_at);
            continue;
        };
        let at = (shelf.regions.len() + regions.len()) as u64;
        origins.push(Some(at));
        places.put(Place { hash: hash_of_file(&stamp), at: at + 1 });
        let first_macro = firsts.next()?;
        put_region(source, first_macro, &mut numbers, &mut regions)?;
    }
    for (start, versions) in &passages.known {
        let place = start.source as usize;
        let (Some(Some(source)), Some((_, path))) = (origins.get(place), sources.get(place)) else {
            continue;
        };
        let source = *source;
        let switches = switches(start);
        let hash = hash_of_beginning(source, start.item, switches, path);
        for passage in versions.iter().filter(|passage| macros.have(passage)) {
            let at = (shelf.regions.len() + regions.len()) as u64;
            let next = places.at(hash);
            let (item, zero) = (start.item, passages_on_shelf::Record::zeroed());
            let record = passages_on_shelf::Record { next, source, item, switches, ..zero };
            let name = |id| numbers.of(id);
            let number = |number| macros.number(number);
            if let Some(region) = region_of(passage, record, path, name, number) {
                regions.extend_from_slice(&region);
                places.put(Place { hash, at: at + 1 });
            }
        }
    }
    let table = numbers.table()?;
    let mut parts = table.parts;
    parts.push(bytes_of(&places.places));
    let index = places.places.len() as u64;
    parts.push(shelf.regions.clone());
    parts.push(regions.into());
    let before = size_of::<Head>() + padded(table.name_sums.len()) + padded(table.slot_sums.len());
    let length = before + parts.iter().map(Bytes::len).sum::<usize>();
    if length > LARGEST {
        return None;
    }
    let mut head = Head {
        magic: MAGIC,
        order: ORDER,
        sum: 0,
        maker,
        length: length as u64,
        names: table.names,
        text: table.text,
        slots: table.slots,
        index,
        next_macro: u64::from(macros.next),
    };
    let mut hasher = crc32fast::Hasher::new();
    for part in [bytemuck::bytes_of(&head), &table.name_sums, &table.slot_sums] {
        hasher.update(part);
    }
    head.sum = hasher.finalize();
    let mut all = vec![Bytes::copy_from_slice(bytemuck::bytes_of(&head))];
    all.extend([table.name_sums, table.slot_sums].map(aligned));
    all.append(&mut parts);
    Some(all)
}

/// A list as bytes.
fn bytes_of<T: Pod>(list: &[T]) -> Bytes {
    Bytes::copy_from_slice(bytemuck::cast_slice(list))
}

/// The next multiple of eight.
fn padded(length: usize) -> usize {
    length.next_multiple_of(8)
}

/// A part with zeros up to a multiple of eight.
fn aligned(part: Bytes) -> Bytes {
    if part.len().is_multiple_of(8) {
        return part;
    }
    let mut longer = part.to_vec();
    longer.resize(padded(part.len()), 0);
    longer.into()
}

/// The numbers that names will have on the new shelf.
struct Numbers<'n> {
    names: &'n Names,
    /// How many names the old shelf has.
    old: u32,
    /// For each other name its number, or that of no name if it is not needed.
    new: Vec<Id>,
    /// Those that have a number, in its order.
    order: Vec<Id>,
}

impl<'n> Numbers<'n> {
    fn new(names: &'n Names) -> Self {
        let old = names.shared.count;
        let new = vec![Id::NONE; names.len() - old as usize];
        let mut numbers = Self { names, old, new, order: Vec::new() };
        if old == 0 {
            for place in 0..FIRST as u32 {
                numbers.of(Id::at(place));
            }
        }
        numbers
    }

    /// The number of a name.
    fn of(&mut self, id: Id) -> Id {
        let Some(own) = id.number().checked_sub(self.old) else { return id };
        let Some(new) = self.new.get_mut(own as usize) else { return id };
        if *new == Id::NONE {
            *new = Id::at(self.old + self.order.len() as u32);
            self.order.push(id);
        }
        *new
    }

    /// The parts of a shelf that are about names.
    fn table(&self) -> Option<Table> {
        let shared = &self.names.shared;
        // All that stands before the last page of the old shelf that is not full stays.
        let cut = self.old as usize / NAMES_A_PAGE * NAMES_A_PAGE;
        let mut starts = shared.starts().get(cut..).unwrap_or_default().to_vec();
        if starts.is_empty() {
            starts.push(0);
        }
        let from = starts[0] as usize;
        let mut text = shared.text.get(from..).unwrap_or_default().to_vec();
        for id in &self.order {
            text.extend_from_slice(self.names.spelling(*id));
            starts.push(u32::try_from(from + text.len()).ok()?);
        }
        let mut name_sums: Vec<u8> = shared.name_sums[..cut / NAMES_A_PAGE * 4].to_vec();
        for page in starts[..starts.len() - 1].chunks(NAMES_A_PAGE).enumerate() {
            let first = page.0 * NAMES_A_PAGE;
            let page = &starts[first..=first + page.1.len()];
            let bytes = page[0] as usize - from..page[page.len() - 1] as usize - from;
            name_sums.extend_from_slice(&sum_of_names(page, &text[bytes]).to_ne_bytes());
        }
        let slots = self.slots();
        let pages = slots.chunks(SLOTS_A_PAGE).map(|page| sum(bytemuck::cast_slice(page)));
        let slot_sums: Vec<u8> = pages.flat_map(u32::to_ne_bytes).collect();
        let names = cut + starts.len() - 1;
        let all_text = from + text.len();
        let starts_before = shared.starts.slice(..cut * 4);
        let text_before = shared.text.slice(..from);
        // A part ends where the next one may begin.
        text.resize(padded(all_text) - from, 0);
        let mut starts_after: Vec<u8> = bytemuck::cast_slice(&starts).to_vec();
        starts_after.resize(padded(4 * (names + 1)) - 4 * cut, 0);
        let parts =
            [starts_before, starts_after.into(), text_before, text.into(), bytes_of(&slots)];
        Some(Table {
            name_sums: name_sums.into(),
            slot_sums: slot_sums.into(),
            names: names as u64,
            text: all_text as u64,
            slots: slots.len() as u64,
            parts: parts.into(),
        })
    }

    /// The hash table of all names.
    fn slots(&self) -> Vec<Slot> {
        let all = self.old as usize + self.order.len();
        let known = self.names.shared.slots();
        let mut slots = known.to_vec();
        let mut first = self.old;
        if 4 * all > 3 * known.len() {
            slots = vec![Slot::zeroed(); (2 * all).next_power_of_two()];
            first = 0;
        }
        let mask = slots.len() - 1;
        for number in first..all as u32 {
            let spelling = match number.checked_sub(self.old) {
                Some(own) => self.names.spelling(self.order[own as usize]),
                None => self.names.spelling(Id::at(number)),
            };
            let hash = hash(spelling);
            let mut at = (hash >> 32) as usize & mask;
            while slots[at].word != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = Slot { part: hash as u32, word: number + 1 };
        }
        slots
    }
}

/// What a shelf has about names.
struct Table {
    name_sums: Bytes,
    slot_sums: Bytes,
    names: u64,
    text: u64,
    slots: u64,
    parts: Vec<Bytes>,
}

/// The index of files.
struct Places {
    places: Vec<Place>,
    taken: usize,
}

impl Places {
    fn of(shelf: &Shelf) -> Self {
        let old: &[Place] = bytemuck::try_cast_slice(&shelf.index).unwrap_or_default();
        let places = if old.is_empty() { vec![Place::zeroed(); 1024] } else { old.to_vec() };
        let taken = places.iter().filter(|place| place.at != 0).count();
        Self { places, taken }
    }

    /// What is at the place of this hash: where a region begins, plus one; 0 if there is none.
    fn at(&self, hash: u64) -> u64 {
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        while self.places[at].at != 0 && self.places[at].hash != hash {
            at = (at + 1) & mask;
        }
        self.places[at].at
    }

    /// Puts a file or a passage into it; an earlier one goes out.
    fn put(&mut self, place: Place) {
        if 2 * (self.taken + 1) > self.places.len() {
            let twice = vec![Place::zeroed(); 2 * self.places.len()];
            let old = std::mem::replace(&mut self.places, twice);
            self.taken = 0;
            old.into_iter().filter(|place| place.at != 0).for_each(|place| self.put(place));
        }
        let mask = self.places.len() - 1;
        let mut at = place.hash as usize & mask;
        while self.places[at].at != 0 && self.places[at].hash != place.hash {
            at = (at + 1) & mask;
        }
        self.taken += usize::from(self.places[at].at == 0);
        self.places[at] = place;
    }
}

/// Puts a scanned file after the others.
fn put_region(
    source: &Source,
    first_macro: u32,
    numbers: &mut Numbers,
    regions: &mut Vec<u8>,
) -> Option<()> {
    let stamp = source.stamp?;
    let mut pages = Pages::default();
    let mut number = |id: Id| {
        let id = numbers.of(id);
        pages.add(id);
        id
    };
    let token = |token: &Token| match token.kind {
        Kind::PARAMETER => *token,
        _ => Token { id: number(token.id), ..*token },
    };
    let tokens: Vec<Token> = source.tokens.iter().map(token).collect();
    let mut macros: Vec<Macro> = source.macros.to_vec();
    macros.iter_mut().for_each(|known| known.name = number(known.name));
    let mut items: Vec<Item> = source.items.to_vec();
    for item in &mut items {
        if matches!(item.what(), What::Undef | What::Ifdef | What::Ifndef) {
            item.from = number(Id::at(item.from)).number();
        }
    }
    let guard = source.guard.map_or(Id::NONE, &mut number);
    let pages = pages.list();
    let from = regions.len();
    let record = Record {
        reason: Reason::of(source.unusual),
        stamp,
        tokens: u32::try_from(tokens.len()).ok()?,
        items: u32::try_from(items.len()).ok()?,
        macros: u32::try_from(macros.len()).ok()?,
        pages: u32::try_from(pages.len()).ok()?,
        guard,
        first_macro,
        ..Record::zeroed()
    };
    regions.extend_from_slice(bytemuck::bytes_of(&record));
    let lists: [&[u8]; 4] = [
        bytemuck::cast_slice(&tokens),
        bytemuck::cast_slice(&items),
        bytemuck::cast_slice(&macros),
        bytemuck::cast_slice(&pages),
    ];
    for list in lists {
        regions.extend_from_slice(list);
        regions.resize(padded(regions.len()), 0);
    }
    let length = regions.len() - from;
    let record = Record { length: length as u64, ..record };
    regions[from..from + size_of::<Record>()].copy_from_slice(bytemuck::bytes_of(&record));
    let sum = sum(&regions[from + size_of::<u32>()..]);
    let record = Record { sum, ..record };
    regions[from..from + size_of::<Record>()].copy_from_slice(bytemuck::bytes_of(&record));
    Some(())
}

/// The pages of names that a file needs.
#[derive(Default)]
struct Pages(Vec<bool>);

impl Pages {
    fn add(&mut self, id: Id) {
        let page = id.place() / NAMES_A_PAGE;
        if page >= self.0.len() {
            self.0.resize(page + 1, false);
        }
        self.0[page] = true;
    }

    fn list(&self) -> Vec<u32> {
        let places = self.0.iter().enumerate();
        places.filter(|(_, is_needed)| **is_needed).map(|(page, _)| page as u32).collect()
    }
}

/// Whether so much of what was read was scanned here that a new shelf is worth making: more than a
/// tenth of the files, or so much that the next process saves as much as writing costs this one. Of a large
/// shelf little more would be new, and all of it must be written. The same for passages.
pub(super) fn is_worth_making(
    shelf: &Shelf,
    sources: &[(&Source, &[u8])],
    passages: &Passages,
) -> bool {
    let (mut new, mut old, mut size) = (0_usize, 0_usize, 0_usize);
    for (source, _) in sources {
        match source.tokens {
            List::Kept(_) => old += 1,
            List::Own(_) if source.stamp.is_some_and(|stamp| !is_text(&stamp)) => {
                new += 1;
                size += source.size();
            }
            List::Own(_) => {}
        }
    }
    let present = shelf.regions.len();
    let is_worth = |new: usize, old: usize, size: usize| {
        (10 * new > old + new && 256 * size > present) || (new > 0 && 32 * size > present)
    };
    let Some(macros) = Macros::of(shelf, sources) else { return false };
    let recorded = passages.known.values().flatten().filter(|passage| macros.have(passage));
    let (recorded, bytes) =
        recorded.fold((0, 0), |(count, bytes), passage| (count + 1, bytes + passage.size()));
    is_worth(new, old, size) || is_worth(recorded, passages.taken, bytes)
}
