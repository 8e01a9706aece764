//! One relocatable object: its sections, symbols and relocations.

use object::elf::{
    ELFCLASS32, ELFCLASS64, ELFDATA2LSB, ELFDATA2MSB, EM_MIPS, ET_REL, FileHeader32, FileHeader64,
    SHN_HIRESERVE, SHN_LORESERVE, SHN_UNDEF, SHN_XINDEX, SHT_NOBITS, SHT_REL, SHT_RELA, SHT_SYMTAB,
    SHT_SYMTAB_SHNDX, STB_WEAK,
};
use object::pod::{Pod, from_bytes, slice_from_bytes};
use object::read::elf::{FileHeader, Rel, Rela, SectionHeader, Sym};
use object::{Endianness, U32Bytes};

use super::Target;
use super::names::{NameRoom, name_of};
use super::not_readable::NotReadable;

/// A section, as its header says.
#[derive(Clone, Copy, Debug)]
pub struct Section<'d> {
    /// Its name, without the zero byte.
    pub name: &'d [u8],
    /// `sh_type`
    pub kind: u32,
    /// `sh_flags`
    pub flags: u64,
    /// `sh_offset`: where its bytes begin in the file.
    pub offset: u64,
    /// `sh_size`, in bytes.
    pub size: u64,
    /// `sh_info`: of relocations, the section that they apply to.
    pub info: u32,
    /// What symbols' values in it count from: `sh_addr`, but 0 in an object.
    pub base: u64,
}

/// A symbol, as its table has it.
#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    /// `st_name`: where its name begins in the string table.
    pub name: u32,
    /// `st_value`: in an object, the offset in its section.
    pub value: u64,
    /// `st_size`, in bytes.
    pub size: u64,
    /// `st_shndx`, as it stands there.
    pub raw_section: u16,
    /// The index of its section; for reserved numbers one that no section has.
    pub section: u32,
    /// `STB_…`
    pub bind: u8,
    /// `STT_…`
    pub kind: u8,
}

/// A relocation.
#[derive(Clone, Copy, Debug)]
pub struct Relocation {
    /// `r_offset`: where in the section it applies.
    pub offset: u64,
    /// `R_…`
    pub kind: u32,
    /// The index of its symbol, not checked.
    pub symbol: u32,
    /// `r_addend`, or 0 if the table has none.
    pub addend: i64,
}

/// What is asked of a file before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strictness {
    /// That its byte order is one of the two.
    pub byte_order: bool,
    /// That it is an object, and not an executable or a library.
    pub relocatable: bool,
}

/// An object. Borrows the file's bytes.
#[derive(Debug)]
pub struct ObjectFile<'d> {
    /// The width and byte order of its data.
    pub target: Target,
    /// `e_machine`
    pub machine: u16,
    /// All sections, with the empty one at index 0.
    pub sections: Vec<Section<'d>>,
    /// All symbols, with the empty one at index 0.
    pub symbols: Vec<Symbol>,
    /// The index of the last section `.modinfo`, if there is one.
    pub modinfo: Option<u32>,
    /// Where the names of the symbols begin.
    names: usize,
    data: &'d [u8],
}

/// What the header says, of either class.
struct Header {
    target: Target,
    endian: Endianness,
    size: usize,
    is_relocatable: bool,
    machine: u16,
    section_table: u64,
    /// As many as the header says, or the first section if it says none.
    section_count: u64,
    name_section: u32,
}

impl<'d> ObjectFile<'d> {
    /// Reads the object in `data`, the first `size` bytes of which are the file; what follows, to
    /// the end of the memory page, is zero. (Upstream maps files so, and reads on into it.)
    ///
    /// Where the byte order is none of the two, it is taken for little endian unless `strictness` asks
    /// for one.
    ///
    /// # Errors
    /// See [`NotReadable`].
    pub fn parse(data: &'d [u8], size: usize, strictness: Strictness) -> Result<Self, NotReadable> {
        if !data.starts_with(b"\x7fELF") {
            return Err(NotReadable::NoObject);
        }
        // e_ident[EI_CLASS]
        match data.get(4) {
            Some(&ELFCLASS64) => {
                Self::parse_class::<FileHeader64<Endianness>>(data, size, strictness)
            }
            Some(&ELFCLASS32) => {
                Self::parse_class::<FileHeader32<Endianness>>(data, size, strictness)
            }
            // Too small for a header of either class.
            _ if size < size_of::<FileHeader32<Endianness>>() => Err(NotReadable::NoObject),
            _ => Err(NotReadable::UnknownClass),
        }
    }

    fn parse_class<Elf: FileHeader<Endian = Endianness>>(
        data: &'d [u8],
        size: usize,
        strictness: Strictness,
    ) -> Result<Self, NotReadable> {
        let header = read_header::<Elf>(data, size, strictness)?;
        let table = section_table::<Elf>(data, &header)?;
        let sections = read_sections::<Elf>(data, size, &header, table)?;
        let tables = find_tables::<Elf>(&header, table, &sections)?;
        let symbols = read_symbols::<Elf>(data, &header, &sections, &tables)?;
        check_relocations(data, &sections)?;
        let names = section_at::<Elf>(data, &header, tables.names)?.sh_offset(header.endian);
        let names = usize::try_from(names.into())
            .map_err(|_| NotReadable::Malformed("the string table"))?;
        let modinfo = tables.modinfo.map(|index| index as u32);
        let Header { target, machine, .. } = header;
        Ok(Self { target, machine, sections, symbols, modinfo, names, data })
    }

    /// The name of section `index`; empty if there is no such section.
    pub fn section_name(&self, index: u32) -> &'d [u8] {
        self.sections.get(index as usize).map_or(b"", |section| section.name)
    }

    /// The bytes from `offset` in section `index` to the end of the file, with the zeros behind
    /// it; `None` if that is outside of the file.
    pub fn bytes_at(&self, index: u32, offset: u64) -> Option<&'d [u8]> {
        let section = self.sections.get(index as usize)?;
        let start = section.offset.wrapping_add(offset).wrapping_sub(section.base);
        self.data.get(usize::try_from(start).ok()?..)
    }

    /// The bytes of the file from `offset` to its end, with the zeros behind it; `None` if that is
    /// outside of the file.
    pub fn file_bytes(&self, offset: u64) -> Option<&'d [u8]> {
        self.data.get(usize::try_from(offset).ok()?..)
    }

    /// The name from `offset` in section `index` to the next zero byte. Errors call it `what`.
    ///
    /// # Errors
    /// It is outside of the file, or too long for a name.
    pub fn name_at(
        &self,
        index: u32,
        offset: u64,
        what: &'static str,
    ) -> Result<&'d [u8], NotReadable> {
        name_of(self.bytes_at(index, offset), what)
    }

    /// The name of a symbol, as the file has it.
    ///
    /// # Errors
    /// It is outside of the file, or too long for a name.
    pub fn symbol_name(&self, symbol: &Symbol) -> Result<&'d [u8], NotReadable> {
        name_of(self.names_from(symbol.name), SYMBOL_NAME)
    }

    /// The size of the file in bytes, with the zeros behind it.
    pub fn file_size(&self) -> usize {
        self.data.len()
    }

    /// The bytes of the string table from `offset` on; `None` if that is outside of the file.
    pub fn names_from(&self, offset: u32) -> Option<&'d [u8]> {
        self.data.get(self.names.checked_add(offset as usize)?..)
    }

    /// Goes through the relocations of section `index`, in order, until `each` returns an error.
    ///
    /// # Errors
    /// The table runs past the end of the file, or what `each` returned.
    pub fn relocations<E: From<NotReadable>>(
        &self,
        index: usize,
        each: impl FnMut(Relocation) -> Result<(), E>,
    ) -> Result<(), E> {
        let section = &self.sections[index];
        let has_addends = section.kind == SHT_RELA;
        match (self.target.is_64_bit, has_addends) {
            (true, true) => self.walk_rela::<FileHeader64<Endianness>, E>(section, each),
            (true, false) => self.walk_rel::<FileHeader64<Endianness>, E>(section, each),
            (false, true) => self.walk_rela::<FileHeader32<Endianness>, E>(section, each),
            (false, false) => self.walk_rel::<FileHeader32<Endianness>, E>(section, each),
        }
    }

    fn walk_rela<Elf: FileHeader<Endian = Endianness>, E: From<NotReadable>>(
        &self,
        section: &Section<'_>,
        mut each: impl FnMut(Relocation) -> Result<(), E>,
    ) -> Result<(), E> {
        let endian = endianness(self.target);
        for entry in entries::<Elf::Rela>(self.data, section).ok_or(RELOCATIONS)? {
            // The library's own reading of MIPS is not asked for: it differs from upstream's.
            let (kind, symbol) = self.kind_and_symbol(entry.r_info(endian, false).into());
            let offset = entry.r_offset(endian).into();
            each(Relocation { offset, kind, symbol, addend: entry.r_addend(endian).into() })?;
        }
        Ok(())
    }

    fn walk_rel<Elf: FileHeader<Endian = Endianness>, E: From<NotReadable>>(
        &self,
        section: &Section<'_>,
        mut each: impl FnMut(Relocation) -> Result<(), E>,
    ) -> Result<(), E> {
        let endian = endianness(self.target);
        for entry in entries::<Elf::Rel>(self.data, section).ok_or(RELOCATIONS)? {
            let (kind, symbol) = self.kind_and_symbol(entry.r_info(endian).into());
            each(Relocation { offset: entry.r_offset(endian).into(), kind, symbol, addend: 0 })?;
        }
        Ok(())
    }

    /// Takes `r_info` apart. MIPS packs up to three types into one entry of 64 bits; of these the
    /// first is meant.
    fn kind_and_symbol(&self, info: u64) -> (u32, u32) {
        let Target { is_64_bit, is_big_endian } = self.target;
        match (is_64_bit, self.machine == EM_MIPS, is_big_endian) {
            (true, true, false) => ((info >> 56) as u32, info as u32),
            (true, true, true) => ((info & 0xff) as u32, (info >> 32) as u32),
            (true, false, _) => (info as u32, (info >> 32) as u32),
            (false, _, _) => ((info & 0xff) as u32, (info >> 8) as u32),
        }
    }
}

const RELOCATIONS: NotReadable = NotReadable::Malformed("a table of relocations");
const SYMBOLS: NotReadable = NotReadable::Malformed("the symbol table");
const SECTIONS: NotReadable = NotReadable::Malformed("the section headers");
const SECTION_NAMES: &str = "the names of the sections";
pub(super) const SYMBOL_NAME: &str = "the name of a symbol";
const OVERLAPPING: NotReadable = NotReadable::Excessive("its tables of relocations overlap");
const WIDE_SECTIONS: NotReadable = NotReadable::Malformed("the table of wide section numbers");

fn endianness(target: Target) -> Endianness {
    if target.is_big_endian { Endianness::Big } else { Endianness::Little }
}

/// The part of `bytes` before the first zero byte; `None` if there is no zero byte.
pub(super) fn until_zero(bytes: &[u8]) -> Option<&[u8]> {
    Some(&bytes[..memchr::memchr(0, bytes)?])
}

fn read_header<Elf: FileHeader<Endian = Endianness>>(
    data: &[u8],
    size: usize,
    strictness: Strictness,
) -> Result<Header, NotReadable> {
    let header_size = size_of::<Elf>();
    if size < header_size {
        return Err(NotReadable::NoObject);
    }
    let (header, _) = from_bytes::<Elf>(data).map_err(|()| NotReadable::NoObject)?;
    let is_big_endian = match header.e_ident().data {
        ELFDATA2LSB => false,
        ELFDATA2MSB => true,
        _ if strictness.byte_order => return Err(NotReadable::UnknownByteOrder),
        _ => false,
    };
    let target = Target { is_64_bit: header.is_type_64(), is_big_endian };
    let endian = endianness(target);
    let is_relocatable = header.e_type(endian) == ET_REL;
    if strictness.relocatable && !is_relocatable {
        return Err(NotReadable::NotRelocatable);
    }
    let section_table: u64 = header.e_shoff(endian).into();
    if section_table > size as u64 {
        return Err(NotReadable::HeadersBeyondEnd { offset: section_table });
    }
    let mut header = Header {
        target,
        endian,
        size: header_size,
        is_relocatable,
        machine: header.e_machine(endian),
        section_table,
        section_count: header.e_shnum(endian).into(),
        name_section: header.e_shstrndx(endian).into(),
    };
    // Numbers that do not fit into the header are in the first section's.
    if header.section_count == 0 {
        let count: u64 = section_at::<Elf>(data, &header, 0)?.sh_size(endian).into();
        // Upstream keeps it in 32 bits.
        header.section_count = count & 0xffff_ffff;
    }
    if header.name_section == u32::from(SHN_XINDEX) {
        header.name_section = section_at::<Elf>(data, &header, 0)?.sh_link(endian);
    }
    Ok(header)
}

/// The section header of index `index`. Where an index is too great, upstream takes what follows
/// the table for a header.
fn section_at<'d, Elf: FileHeader>(
    data: &'d [u8],
    header: &Header,
    index: u32,
) -> Result<&'d Elf::SectionHeader, NotReadable> {
    let start = size_of::<Elf::SectionHeader>() as u64 * u64::from(index);
    let start = usize::try_from(header.section_table.wrapping_add(start)).ok();
    let bytes = start.and_then(|start| data.get(start..));
    let (section, _) = bytes.and_then(|bytes| from_bytes(bytes).ok()).ok_or(SECTIONS)?;
    Ok(section)
}

/// All section headers.
fn section_table<'d, Elf: FileHeader>(
    data: &'d [u8],
    header: &Header,
) -> Result<&'d [Elf::SectionHeader], NotReadable> {
    let bytes = usize::try_from(header.section_table).ok().and_then(|offset| data.get(offset..));
    let count = usize::try_from(header.section_count).ok();
    let (table, _) = bytes
        .zip(count)
        .and_then(|(bytes, count)| slice_from_bytes(bytes, count).ok())
        .ok_or(SECTIONS)?;
    Ok(table)
}

/// The sections, with their names.
fn read_sections<'d, Elf: FileHeader<Endian = Endianness>>(
    data: &'d [u8],
    size: usize,
    header: &Header,
    table: &'d [Elf::SectionHeader],
) -> Result<Vec<Section<'d>>, NotReadable> {
    let endian = header.endian;
    let names = section_at::<Elf>(data, header, header.name_section)?;
    let names: u64 = names.sh_offset(endian).into();
    let mut sections = Vec::with_capacity(table.len());
    let mut room = NameRoom::of_file(data.len());
    // What upstream says of a section counts, even if it could not have read another's name.
    let mut fault = None;
    for (index, entry) in table.iter().enumerate() {
        let offset = entry.sh_offset(endian).into();
        let kind = entry.sh_type(endian);
        if index > 0 && kind != SHT_NOBITS && offset > size as u64 {
            let header_size = header.size;
            return Err(NotReadable::SectionBeyondEnd { offset, header_size });
        }
        let start = names.wrapping_add(u64::from(entry.sh_name(endian)));
        let bytes = usize::try_from(start).ok().and_then(|start| data.get(start..));
        let name = name_of(bytes, SECTION_NAMES).unwrap_or_else(|reason| {
            fault = fault.or(Some(reason));
            b""
        });
        room.take(name)?;
        sections.push(Section {
            name,
            kind,
            flags: entry.sh_flags(endian).into(),
            offset,
            size: entry.sh_size(endian).into(),
            info: entry.sh_info(endian),
            base: if header.is_relocatable { 0 } else { entry.sh_addr(endian).into() },
        });
        if index > 0 && kind == SHT_NOBITS && sections[index].name == b".modinfo" {
            return Err(NotReadable::NobitsModinfo);
        }
    }
    fault.map_or(Ok(sections), Err)
}

/// Refuses tables of relocations that overlap so much that all of them are larger than the file:
/// many sections may claim one table, and each is gone through.
fn check_relocations(data: &[u8], sections: &[Section<'_>]) -> Result<(), NotReadable> {
    let size = data.len() as u64;
    let is_inside = |section: &&Section<'_>| {
        section.offset.checked_add(section.size).is_some_and(|end| end <= size)
    };
    let tables = sections.iter().filter(|it| matches!(it.kind, SHT_REL | SHT_RELA));
    let total = tables.filter(is_inside).fold(0, |sum: u64, it| sum.saturating_add(it.size));
    if total > size { Err(OVERLAPPING) } else { Ok(()) }
}

/// Which sections hold the tables. Of several, the last counts.
struct Tables {
    symbols: usize,
    /// Perhaps of none.
    names: u32,
    wide_sections: Option<usize>,
    modinfo: Option<usize>,
}

fn find_tables<Elf: FileHeader<Endian = Endianness>>(
    header: &Header,
    table: &[Elf::SectionHeader],
    sections: &[Section<'_>],
) -> Result<Tables, NotReadable> {
    let last = |is_it: &dyn Fn(&Section<'_>) -> bool| {
        sections.iter().skip(1).rposition(is_it).map(|index| index + 1)
    };
    let modinfo = last(&|section| section.name == b".modinfo");
    let symbols = last(&|section| section.kind == SHT_SYMTAB).ok_or(NotReadable::NoSymbolTable)?;
    let wide_sections = last(&|section| section.kind == SHT_SYMTAB_SHNDX);
    if let Some(index) = wide_sections {
        let link = table[index].sh_link(header.endian);
        if link as usize != symbols {
            // There are as many sections as 32 bits can count.
            return Err(NotReadable::BadWideSections { link, symbols: symbols as u32 });
        }
    }
    let names = table[symbols].sh_link(header.endian);
    Ok(Tables { symbols, names, wide_sections, modinfo })
}

/// The symbols, with the indices of their sections.
fn read_symbols<Elf: FileHeader<Endian = Endianness>>(
    data: &[u8],
    header: &Header,
    sections: &[Section<'_>],
    tables: &Tables,
) -> Result<Vec<Symbol>, NotReadable> {
    let endian = header.endian;
    let table = entries::<Elf::Sym>(data, &sections[tables.symbols]).ok_or(SYMBOLS)?;
    let wide: &[U32Bytes<Endianness>] = match tables.wide_sections {
        Some(index) => entries(data, &sections[index]).ok_or(WIDE_SECTIONS)?,
        None => &[],
    };
    let read = |(index, symbol): (usize, &Elf::Sym)| {
        let raw_section = symbol.st_shndx(endian);
        let section = if raw_section == SHN_XINDEX {
            wide.get(index).ok_or(WIDE_SECTIONS)?.get(endian)
        } else if (SHN_LORESERVE..=SHN_HIRESERVE).contains(&raw_section) {
            // Far away from real indices, as upstream has it.
            u32::from(raw_section).wrapping_sub(u32::from(SHN_HIRESERVE) + 1)
        } else {
            u32::from(raw_section)
        };
        Ok(Symbol {
            name: symbol.st_name(endian),
            value: symbol.st_value(endian).into(),
            size: symbol.st_size(endian).into(),
            raw_section,
            section,
            bind: symbol.st_bind(),
            kind: symbol.st_type(),
        })
    };
    // As many as the file has; a collection that may fail would grow step by step.
    let mut symbols = Vec::with_capacity(table.len());
    for entry in table.iter().enumerate() {
        symbols.push(read(entry)?);
    }
    Ok(symbols)
}

impl Symbol {
    /// Whether its section is one of the reserved numbers: absolute, common and the like.
    pub fn is_special(&self) -> bool {
        (SHN_LORESERVE..=SHN_HIRESERVE).contains(&self.raw_section)
            && self.raw_section != SHN_XINDEX
    }

    /// Whether it is not defined in this object.
    pub fn is_undefined(&self) -> bool {
        self.raw_section == SHN_UNDEF
    }

    /// Whether it is weak.
    pub fn is_weak(&self) -> bool {
        self.bind == STB_WEAK
    }
}

/// The entries of a table; `None` if it runs past the end of the file.
///
/// An entry that is cut off by the end of the section is one, too: upstream reads on.
fn entries<'d, T: Pod>(data: &'d [u8], section: &Section<'_>) -> Option<&'d [T]> {
    let start = usize::try_from(section.offset).ok()?;
    let count = usize::try_from(section.size).ok()?.div_ceil(size_of::<T>());
    let (table, _) = slice_from_bytes(data.get(start..)?, count).ok()?;
    Some(table)
}
