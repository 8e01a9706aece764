//! Where the records of an ELF file are, as far as it can be told of a broken one, and what fields
//! they have. Written from the format's description, and apart from the product's reading of it.

use modversions::elf::Target;

/// A field of a record: its name, and its offset and size in 32 and 64-bit files.
pub struct Field {
    pub name: &'static str,
    offsets: [usize; 2],
    sizes: [usize; 2],
}

const fn field(name: &'static str, offsets: [usize; 2], sizes: [usize; 2]) -> Field {
    Field { name, offsets, sizes }
}

/// One record of a file.
pub struct Record {
    pub kind: Kind,
    /// Where it begins in the file.
    pub offset: usize,
}

/// The kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Header,
    Section,
    Symbol,
    Rel,
    Rela,
    /// A section's number in a table of its own.
    WideSection,
}

const HEADER: &[Field] = &[
    field("e_ident[EI_DATA]", [5, 5], [1, 1]),
    field("e_ident[EI_VERSION]", [6, 6], [1, 1]),
    field("e_type", [16, 16], [2, 2]),
    field("e_machine", [18, 18], [2, 2]),
    field("e_version", [20, 20], [4, 4]),
    field("e_entry", [24, 24], [4, 8]),
    field("e_phoff", [28, 32], [4, 8]),
    field("e_shoff", [32, 40], [4, 8]),
    field("e_flags", [36, 48], [4, 4]),
    field("e_ehsize", [40, 52], [2, 2]),
    field("e_shentsize", [46, 58], [2, 2]),
    field("e_shnum", [48, 60], [2, 2]),
    field("e_shstrndx", [50, 62], [2, 2]),
];

const SECTION: &[Field] = &[
    field("sh_name", [0, 0], [4, 4]),
    field("sh_type", [4, 4], [4, 4]),
    field("sh_flags", [8, 8], [4, 8]),
    field("sh_addr", [12, 16], [4, 8]),
    field("sh_offset", [16, 24], [4, 8]),
    field("sh_size", [20, 32], [4, 8]),
    field("sh_link", [24, 40], [4, 4]),
    field("sh_info", [28, 44], [4, 4]),
    field("sh_addralign", [32, 48], [4, 8]),
    field("sh_entsize", [36, 56], [4, 8]),
];

const SYMBOL: &[Field] = &[
    field("st_name", [0, 0], [4, 4]),
    field("st_value", [4, 8], [4, 8]),
    field("st_size", [8, 16], [4, 8]),
    field("st_info", [12, 4], [1, 1]),
    field("st_other", [13, 5], [1, 1]),
    field("st_shndx", [14, 6], [2, 2]),
];

const RELA: &[Field] = &[
    field("r_offset", [0, 0], [4, 8]),
    field("r_info", [4, 8], [4, 8]),
    // The type and the symbol are parts of r_info; which part is which hangs on the byte order.
    field("r_info (first half)", [4, 8], [2, 4]),
    field("r_info (second half)", [6, 12], [2, 4]),
    field("r_addend", [8, 16], [4, 8]),
];

const WIDE_SECTION: &[Field] = &[field("index", [0, 0], [4, 4])];

/// No more records of one table are looked at.
const MOST: usize = 1000;

impl Kind {
    /// The fields of such records.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Kind::Header => HEADER,
            Kind::Section => SECTION,
            Kind::Symbol => SYMBOL,
            Kind::Rel => RELA.split_last().map_or(RELA, |(_, fields)| fields),
            Kind::Rela => RELA,
            Kind::WideSection => WIDE_SECTION,
        }
    }

    /// How long such a record is.
    pub fn size(self, target: Target) -> usize {
        let class = usize::from(target.is_64_bit);
        match self {
            Kind::Header => [52, 64][class],
            Kind::Section => [40, 64][class],
            Kind::Symbol => [16, 24][class],
            Kind::Rel => [8, 16][class],
            Kind::Rela => [12, 24][class],
            Kind::WideSection => 4,
        }
    }
}

impl Record {
    /// The value of its field; none if the file ends before.
    pub fn get(&self, bytes: &[u8], target: Target, field: &Field) -> Option<u64> {
        let class = usize::from(target.is_64_bit);
        let start = self.offset.checked_add(field.offsets[class])?;
        let bytes = bytes.get(start..start.checked_add(field.sizes[class])?)?.iter();
        let number = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(match target.is_big_endian {
            true => bytes.fold(0, number),
            false => bytes.rev().fold(0, number),
        })
    }

    /// Sets its field to the lower bits of `value`.
    pub fn set(&self, bytes: &mut [u8], target: Target, field: &Field, value: u64) {
        let class = usize::from(target.is_64_bit);
        let (start, size) = (self.offset + field.offsets[class], field.sizes[class]);
        let Some(place) = bytes.get_mut(start..start + size) else {
            return;
        };
        match target.is_big_endian {
            true => place.copy_from_slice(&value.to_be_bytes()[8 - size..]),
            false => place.copy_from_slice(&value.to_le_bytes()[..size]),
        }
    }

    /// The value of its field of this name; 0 if there is none.
    pub fn named(&self, bytes: &[u8], target: Target, name: &str) -> u64 {
        let field = self.kind.fields().iter().find(|field| field.name == name);
        field.and_then(|field| self.get(bytes, target, field)).unwrap_or_default()
    }
}

/// All records of a file that are in it.
pub fn records(bytes: &[u8], target: Target) -> Vec<Record> {
    let header = Record { kind: Kind::Header, offset: 0 };
    let start = header.named(bytes, target, "e_shoff");
    let count = header.named(bytes, target, "e_shnum");
    let sections = table(bytes, target, Kind::Section, start, count);
    let mut found = vec![header];
    for section in &sections {
        let kind = match section.named(bytes, target, "sh_type") {
            2 => Kind::Symbol,
            4 => Kind::Rela,
            9 => Kind::Rel,
            18 => Kind::WideSection,
            _ => continue,
        };
        let start = section.named(bytes, target, "sh_offset");
        let count = section.named(bytes, target, "sh_size") / kind.size(target) as u64;
        found.extend(table(bytes, target, kind, start, count));
    }
    found.extend(sections);
    found
}

/// Those records of a table that are in the file.
fn table(bytes: &[u8], target: Target, kind: Kind, start: u64, count: u64) -> Vec<Record> {
    let offsets = (0..count.min(MOST as u64)).map(|index| {
        let offset =
            usize::try_from(start).ok()?.checked_add(index as usize * kind.size(target))?;
        (offset.checked_add(kind.size(target))? <= bytes.len()).then_some(offset)
    });
    offsets.map_while(|offset| Some(Record { kind, offset: offset? })).collect()
}

/// Where the sections begin and end in the file, those of no bytes left out.
pub fn places(bytes: &[u8], target: Target) -> Vec<(usize, usize)> {
    places_of(bytes, target, |_| true)
}

/// The same of those of some types.
fn places_of(bytes: &[u8], target: Target, is_it: fn(u64) -> bool) -> Vec<(usize, usize)> {
    let mut sections = records(bytes, target);
    let named = |record: &Record, name| record.named(bytes, target, name);
    sections.retain(|it| it.kind == Kind::Section && is_it(named(it, "sh_type")));
    let place = |section: &Record| {
        let [start, size] =
            ["sh_offset", "sh_size"].map(|name| usize::try_from(named(section, name)).ok());
        let end = start?.checked_add(size?)?;
        (start? < end && end <= bytes.len()).then_some((start?, end))
    };
    sections.iter().filter_map(place).collect()
}

/// Where the strings of all string tables begin and end, their zero bytes not counted.
pub fn strings(bytes: &[u8], target: Target) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (start, end) in places_of(bytes, target, |kind| kind == 3) {
        let mut at = start;
        for text in bytes[start..end].split(|byte| *byte == 0).take(MOST) {
            found.push((at, at + text.len()));
            at += text.len() + 1;
        }
    }
    found.retain(|(start, end)| start < end);
    found
}
