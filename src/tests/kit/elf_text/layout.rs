//! From the description to the bytes of the file: header, sections in their order, the table of
//! their headers.

use std::collections::HashMap;

use crate::Target;

use super::number::*;
use super::{Object, Place, Reference, Relocation, Section};

/// The bytes of an object, and where its tables are.
pub struct LaidOut {
    pub bytes: Vec<u8>,
    /// All sections, those that were added too.
    pub sections: Vec<Section>,
    /// Where the section headers begin.
    pub section_headers: usize,
    /// Where the symbol table begins.
    pub symbols: usize,
}

/// Lays `object` out.
pub fn lay_out(object: &Object) -> Result<LaidOut, String> {
    let target = object.target;
    let mut sections = object.sections.clone();
    let names = add_tables(object, &mut sections)?;
    let links: Vec<[u32; 2]> = sections
        .iter()
        .map(|section| {
            let number = |of: &Option<Reference>| {
                of.as_ref().map_or(Ok(0), |of| section_index(&sections, of))
            };
            Ok([number(&section.link)?, number(&section.info)?])
        })
        .collect::<Result<_, String>>()?;
    let indices = symbol_indices(object);
    let mut bytes = vec![0; header_size(target)];
    let mut offsets = Vec::new();
    for section in &sections {
        align(&mut bytes, section.alignment);
        offsets.push(bytes.len());
        bytes.extend_from_slice(&section.data);
        for relocation in &section.relocations {
            let relocation = encode_relocation(object, section.kind, relocation, &indices)?;
            bytes.extend(relocation);
        }
    }
    offsets[0] = 0;
    let sizes: Vec<usize> = sections.iter().map(|section| content_size(section, target)).collect();
    align(&mut bytes, 8);
    let section_headers = bytes.len();
    let shstrtab = sections.len() as u32 - 1;
    for (index, section) in sections.iter().enumerate() {
        let mut size = section.size.unwrap_or(sizes[index] as u64);
        let [mut link, info] = links[index];
        if index == 0 {
            size = if is_extended(sections.len() as u32) { sections.len() as u64 } else { size };
            link = if is_extended(shstrtab) { shstrtab } else { link };
        }
        let mut header = Fields::new(target, &mut bytes);
        header.u32(names[index]).u32(section.kind).word(section.flags).word(section.address);
        header.word(offsets[index] as u64).word(size).u32(link).u32(info);
        header.word(section.alignment).word(section.entry_size);
    }
    let header = file_header(object, section_headers, sections.len() as u32, shstrtab);
    bytes[..header.len()].copy_from_slice(&header);
    let symtab = sections.iter().rposition(|section| section.name == b".symtab");
    let symbols = symtab.map_or(0, |symtab| offsets[symtab]);
    Ok(LaidOut { bytes, sections, section_headers, symbols })
}

/// Adds the symbol and string tables; returns where each section's name is.
fn add_tables(object: &Object, sections: &mut Vec<Section>) -> Result<Vec<u32>, String> {
    let symbol_names = object.symbols.iter().map(|symbol| &symbol.name[..]);
    let (strings, name_of_symbol) = string_table(symbol_names);
    let table = |name: &[u8], kind: u32| Section {
        name: name.to_vec(),
        kind,
        alignment: 1,
        ..Section::default()
    };
    if object.has_symtab {
        let (symbols, indices) = symbol_table(object, sections, &name_of_symbol)?;
        let symtab_index = sections.len() as u32;
        let first_global = object.symbols.iter().position(|symbol| symbol.bind != 0);
        let first_global = first_global.unwrap_or(object.symbols.len()) as u32 + 1;
        sections.push(Section {
            alignment: 8,
            entry_size: symbol_size(object.target) as u64,
            link: Some(Reference::Name(b".strtab".to_vec())),
            info: Some(Reference::Index(first_global)),
            data: symbols,
            ..table(b".symtab", SHT_SYMTAB)
        });
        if let Some(indices) = indices {
            sections.push(Section {
                alignment: 4,
                entry_size: 4,
                link: Some(Reference::Index(symtab_index)),
                data: indices,
                ..table(b".symtab_shndx", SHT_SYMTAB_SHNDX)
            });
        }
    }
    sections.push(Section { data: strings, ..table(b".strtab", SHT_STRTAB) });
    sections.push(table(b".shstrtab", SHT_STRTAB));
    let (strings, names) = string_table(sections.iter().map(|section| &section.name[..]));
    sections.last_mut().expect("it was just added").data = strings;
    Ok(names)
}

/// A table that holds all `names`, those that another ends in inside of that; and where each is.
fn string_table<'a>(names: impl Iterator<Item = &'a [u8]> + Clone) -> (Vec<u8>, Vec<u32>) {
    let reversed = |name: &[u8]| name.iter().rev().copied().collect::<Vec<u8>>();
    let mut sorted: Vec<&[u8]> = names.clone().filter(|name| !name.is_empty()).collect();
    sorted.sort_by_cached_key(|name| reversed(name));
    sorted.dedup();
    let mut places: HashMap<&[u8], u32> = HashMap::from([(&b""[..], 0)]);
    let mut table = vec![0];
    let mut longer: Option<(&[u8], u32)> = None;
    // A name comes right before those that end in it.
    for name in sorted.into_iter().rev() {
        let at = match longer.filter(|(longer, _)| longer.ends_with(name)) {
            Some((longer, at)) => at + (longer.len() - name.len()) as u32,
            None => {
                let at = table.len() as u32;
                table.extend([name, b"\0"].concat());
                longer = Some((name, at));
                at
            }
        };
        places.insert(name, at);
    }
    (table, names.map(|name| places[name]).collect())
}

/// The symbol table, and the table of section indices if one is needed.
fn symbol_table(
    object: &Object,
    sections: &[Section],
    names: &[u32],
) -> Result<(Vec<u8>, Option<Vec<u8>>), String> {
    let target = object.target;
    let mut table = vec![0; symbol_size(target)];
    let mut indices = vec![0; 4];
    let mut has_indirect = false;
    for (symbol, name) in object.symbols.iter().zip(names) {
        let (index, is_indirect) = match &symbol.place {
            Place::Raw(number) => (u32::from(*number), false),
            Place::Section(section) => {
                let index = section_index(sections, section)?;
                (index, symbol.is_indirect || is_extended(index))
            }
        };
        has_indirect |= is_indirect;
        let (short, long) = if is_indirect { (SHN_XINDEX, index) } else { (index as u16, 0) };
        indices.extend(number(u64::from(long), 4, target));
        let info = symbol.bind << 4 | symbol.kind;
        let mut entry = Fields::new(target, &mut table);
        if target.is_64_bit {
            entry.u32(*name).u8(info).u8(0).u16(short).word(symbol.value).word(symbol.size);
        } else {
            entry.u32(*name).word(symbol.value).word(symbol.size).u8(info).u8(0).u16(short);
        }
    }
    Ok((table, has_indirect.then_some(indices)))
}

/// The index of each symbol by its name, the first of each; the null symbol has none.
fn symbol_indices(object: &Object) -> HashMap<&[u8], u32> {
    let mut indices = HashMap::new();
    for (index, symbol) in object.symbols.iter().enumerate() {
        indices.entry(&symbol.name[..]).or_insert(index as u32 + 1);
    }
    indices
}

fn encode_relocation(
    object: &Object,
    kind: u32,
    relocation: &Relocation,
    indices: &HashMap<&[u8], u32>,
) -> Result<Vec<u8>, String> {
    let symbol = match &relocation.symbol {
        Reference::Index(index) => *index,
        Reference::Name(name) => *indices.get(&name[..]).ok_or_else(|| no("symbol", name))?,
    };
    let mut bytes = Vec::new();
    let mut fields = Fields::new(object.target, &mut bytes);
    fields.word(relocation.offset);
    match (object.target.is_64_bit, object.machine) {
        // The symbol, then four bytes of which the last is the type, in either byte order.
        (true, EM_MIPS) => fields.u32(symbol).u8(0).u8(0).u8(0).u8(relocation.kind as u8),
        (true, _) => fields.word(u64::from(symbol) << 32 | u64::from(relocation.kind)),
        (false, _) => fields.word(u64::from(symbol << 8 | relocation.kind & 0xff)),
    };
    if kind == SHT_RELA {
        fields.word(relocation.addend);
    }
    Ok(bytes)
}

fn file_header(object: &Object, section_headers: usize, count: u32, shstrtab: u32) -> Vec<u8> {
    let target = object.target;
    let mut bytes = b"\x7fELF".to_vec();
    bytes.extend([1 + u8::from(target.is_64_bit), 1 + u8::from(target.is_big_endian), 1]);
    bytes.resize(16, 0);
    let header_size = header_size(target) as u16;
    let short = |number: u32, else_: u16| if is_extended(number) { else_ } else { number as u16 };
    let mut header = Fields::new(target, &mut bytes);
    header.u16(object.kind).u16(object.machine).u32(1).word(0).word(0);
    header.word(section_headers as u64).u32(0).u16(header_size).u16(0).u16(0);
    header.u16(section_header_size(target) as u16);
    header.u16(short(count, 0)).u16(short(shstrtab, SHN_XINDEX));
    bytes
}

/// The index of the section that is meant.
pub fn section_index(sections: &[Section], reference: &Reference) -> Result<u32, String> {
    match reference {
        Reference::Index(index) => Ok(*index),
        Reference::Name(name) => {
            let index = sections.iter().position(|section| section.name == *name);
            index.map(|index| index as u32).ok_or_else(|| no("section", name))
        }
    }
}

/// The index in the symbol table of the symbol that is meant.
pub fn symbol_index(object: &Object, reference: &Reference) -> Result<u32, String> {
    match reference {
        Reference::Index(index) => Ok(*index),
        Reference::Name(name) => {
            symbol_indices(object).get(&name[..]).copied().ok_or_else(|| no("symbol", name))
        }
    }
}

fn no(what: &str, name: &[u8]) -> String {
    format!("there is no {what} {:?}", String::from_utf8_lossy(name))
}

/// Whether a section's number is too large for 16 bits.
fn is_extended(number: u32) -> bool {
    number >= SHN_LORESERVE
}

fn content_size(section: &Section, target: Target) -> usize {
    let words = if section.kind == SHT_RELA { 3 } else { 2 };
    section.data.len() + section.relocations.len() * words * target.address_size()
}

fn header_size(target: Target) -> usize {
    if target.is_64_bit { 64 } else { 52 }
}

pub fn section_header_size(target: Target) -> usize {
    if target.is_64_bit { 64 } else { 40 }
}

pub fn symbol_size(target: Target) -> usize {
    if target.is_64_bit { 24 } else { 16 }
}

fn align(bytes: &mut Vec<u8>, alignment: u64) {
    bytes.resize(bytes.len().next_multiple_of(alignment.max(1) as usize), 0);
}

/// The last `size` bytes of `number`, in the target's order.
pub fn number(number: u64, size: usize, target: Target) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let mut bytes = bytes[bytes.len() - size..].to_vec();
    if !target.is_big_endian {
        bytes.reverse();
    }
    bytes
}

/// Fields of a record, one after the other.
struct Fields<'a> {
    target: Target,
    bytes: &'a mut Vec<u8>,
}

impl<'a> Fields<'a> {
    fn new(target: Target, bytes: &'a mut Vec<u8>) -> Self {
        Self { target, bytes }
    }

    fn put(&mut self, value: u64, size: usize) -> &mut Self {
        self.bytes.extend(number(value, size, self.target));
        self
    }

    fn u8(&mut self, value: u8) -> &mut Self {
        self.put(u64::from(value), 1)
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.put(u64::from(value), 2)
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.put(u64::from(value), 4)
    }

    fn word(&mut self, value: u64) -> &mut Self {
        self.put(value, self.target.address_size())
    }
}
