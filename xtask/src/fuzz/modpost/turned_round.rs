//! Whether upstream may read a big-endian object otherwise than it stands in the file: it turns the
//! header, the section headers, the symbols and some members of device tables round where they are,
//! so that whatever shares bytes with these is read turned round.

use modversions::elf::Target;

use super::elf_records::{Kind, Record, records};

/// A part of a file: where it begins, and its size.
type Place = (u64, u64);

/// Whether anything that is read shares bytes with what is turned round.
pub fn is_turned_round(bytes: &[u8], target: Target) -> bool {
    let records = records(bytes, target);
    let of_kind = |kind| records.iter().filter(|record| record.kind == kind).collect();
    let [sections, symbols]: [Vec<&Record>; 2] = [Kind::Section, Kind::Symbol].map(of_kind);
    let object = Object { bytes, target, header: &records[0], sections, symbols };
    target.is_big_endian && (object.has_names_elsewhere() || object.has_shared_bytes())
}

struct Object<'a> {
    bytes: &'a [u8],
    target: Target,
    header: &'a Record,
    sections: Vec<&'a Record>,
    symbols: Vec<&'a Record>,
}

impl Object<'_> {
    fn get(&self, record: &Record, name: &str) -> u64 {
        record.named(self.bytes, self.target, name)
    }

    fn place(&self, section: &Record) -> Place {
        (self.get(section, "sh_offset"), self.get(section, "sh_size"))
    }

    /// Whether the name of a section or symbol is not in a table of names.
    fn has_names_elsewhere(&self) -> bool {
        let is_outside = |records: &[&Record], name, table: u64| {
            let table = self.sections.get(table as usize);
            let size = table.map_or(0, |table| self.get(table, "sh_size"));
            records.iter().any(|record| self.get(record, name) >= size)
        };
        let mut tables = self.sections.iter().filter(|section| self.get(section, "sh_type") == 2);
        is_outside(&self.sections, "sh_name", self.get(self.header, "e_shstrndx"))
            || tables.next_back().is_some_and(|symbols| {
                is_outside(&self.symbols, "st_name", self.get(symbols, "sh_link"))
            })
    }

    /// Whether a section, or the object that a symbol stands for, shares bytes with the header, the
    /// section headers or the symbols, or two symbols stand for the same bytes.
    fn has_shared_bytes(&self) -> bool {
        let is_table = |section: &&Record| matches!(self.get(section, "sh_type"), 2 | 18);
        let (tables, others): (Vec<&Record>, Vec<&Record>) =
            self.sections.iter().skip(1).copied().partition(is_table);
        let mut turned: Vec<Place> = tables.into_iter().map(|table| self.place(table)).collect();
        turned.push((0, Kind::Header.size(self.target) as u64));
        let headers = self.sections.len() * Kind::Section.size(self.target);
        turned.push((self.get(self.header, "e_shoff"), headers as u64));
        let symbols: Vec<Place> =
            self.symbols.iter().filter_map(|symbol| self.object(symbol)).collect();
        let mut read: Vec<Place> = others.into_iter().map(|other| self.place(other)).collect();
        read.extend(&symbols);
        let is_shared = |one: &Place| read.iter().any(|other| meet(one, other));
        let is_twice =
            |(index, one): (usize, &Place)| symbols[..index].iter().any(|other| meet(one, other));
        turned.iter().any(is_shared) || symbols.iter().enumerate().any(is_twice)
    }

    /// The bytes that a symbol stands for.
    fn object(&self, symbol: &Record) -> Option<Place> {
        let section = self.sections.get(self.get(symbol, "st_shndx") as usize)?;
        let start = self.get(section, "sh_offset").wrapping_add(self.get(symbol, "st_value"));
        Some((start, self.get(symbol, "st_size")))
    }
}

/// Whether two parts share bytes.
fn meet(one: &Place, other: &Place) -> bool {
    one.0 < other.0.saturating_add(other.1) && other.0 < one.0.saturating_add(one.1)
}
