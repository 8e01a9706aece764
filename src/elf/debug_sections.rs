//! Sections of debugging information, as a debugger reads them: uncompressed, and in objects with
//! their relocations applied.

use std::borrow::Cow;

use flate2::{Decompress, FlushDecompress, Status};
use object::elf::{
    EM_68K, EM_386, EM_AARCH64, EM_ARM, EM_LOONGARCH, EM_MIPS, EM_PPC, EM_PPC64, EM_RISCV, EM_S390,
    EM_SPARC, EM_SPARCV9, EM_X86_64, SHF_COMPRESSED, SHF_GROUP, SHT_NOBITS, SHT_REL, SHT_RELA,
};

use super::{NotReadable, ObjectFile, Relocation, Section, Target, is_linked};

/// `ELFCOMPRESS_ZLIB`
const ZLIB: u32 = 1;

/// The debugging information of one file.
#[derive(Debug)]
pub struct DebugSections<'f, 'd> {
    file: &'f ObjectFile<'d>,
    /// Of each section, its table of relocations, if it has one that counts.
    relocations: Vec<Option<usize>>,
}

impl<'f, 'd> DebugSections<'f, 'd> {
    /// Those of `file`, whose bytes are `data`.
    pub fn new(file: &'f ObjectFile<'d>, data: &[u8]) -> Self {
        let mut relocations = vec![None; file.sections.len()];
        if !is_linked(data) {
            for (index, table) in file.sections.iter().enumerate() {
                let is_table = matches!(table.kind, SHT_REL | SHT_RELA);
                if let Some(place) = relocations.get_mut(table.info as usize).filter(|_| is_table) {
                    *place = Some(index);
                }
            }
        }
        Self { file, relocations }
    }

    /// The content of a section, by the rest of its name after `.debug_`; empty if there is no such
    /// section. One in a section group does not count, as in libdw: it is one of many of its name, for
    /// a type that other objects have, too.
    ///
    /// # Errors
    /// It is not all in the file, is compressed in a way that is not known, or is not what its
    /// compression promises.
    pub fn content(&self, name: &str) -> Result<Cow<'d, [u8]>, NotReadable> {
        let is_it = |section: &Section<'_>| {
            let rest = section.name.strip_prefix(b".debug_");
            let rest = rest.or(section.name.strip_prefix(b".zdebug_"));
            rest == Some(name.as_bytes()) && section.flags & u64::from(SHF_GROUP) == 0
        };
        match self.file.sections.iter().position(is_it) {
            Some(index) => self.relocated(index),
            None => Ok(Cow::Borrowed(b"")),
        }
    }

    fn relocated(&self, index: usize) -> Result<Cow<'d, [u8]>, NotReadable> {
        let section = &self.file.sections[index];
        if section.kind == SHT_NOBITS {
            return Ok(Cow::Borrowed(b""));
        }
        let bytes = section_bytes(self.file, index)?;
        let mut content = if section.flags & u64::from(SHF_COMPRESSED) != 0 {
            Cow::Owned(unpacked(bytes, self.file.target)?)
        } else if section.name.starts_with(b".zdebug_") && bytes.starts_with(b"ZLIB") {
            Cow::Owned(unpacked_gnu(bytes)?)
        } else {
            Cow::Borrowed(bytes)
        };
        if let Some(table) = self.relocations[index] {
            let has_addends = self.file.sections[table].kind == SHT_RELA;
            let content = content.to_mut();
            self.file.relocations(table, |relocation| {
                self.apply(&relocation, has_addends, content);
                Ok::<(), NotReadable>(())
            })?;
        }
        Ok(content)
    }

    /// Applies one relocation. What is none of data, or lies outside, changes nothing.
    fn apply(&self, relocation: &Relocation, has_addends: bool, content: &mut [u8]) {
        let Some((size, change)) = data_relocation(self.file.machine, relocation.kind) else {
            return;
        };
        let place = usize::try_from(relocation.offset).ok();
        let place = place.and_then(|start| content.get_mut(start..)?.get_mut(..size));
        let symbol = self.file.symbols.get(relocation.symbol as usize);
        let (Some(place), Some(symbol)) = (place, symbol) else {
            return;
        };
        let target = self.file.target;
        let old = number(place, target);
        let value = if has_addends {
            symbol.value.wrapping_add_signed(relocation.addend)
        } else {
            symbol.value.wrapping_add(if change == Change::Set { old } else { 0 })
        };
        let new = match change {
            Change::Set => value,
            Change::Add => old.wrapping_add(value),
            Change::Subtract => old.wrapping_sub(value),
        };
        put_number(place, new, target);
    }
}

fn section_bytes<'d>(file: &ObjectFile<'d>, index: usize) -> Result<&'d [u8], NotReadable> {
    let section = &file.sections[index];
    let bytes = file.file_bytes(section.offset);
    let size = usize::try_from(section.size).ok();
    bytes.zip(size).and_then(|(bytes, size)| bytes.get(..size)).ok_or(CUT_OFF)
}

const CUT_OFF: NotReadable = NotReadable::Malformed("a section of debugging information");
const COMPRESSION: NotReadable = NotReadable::Malformed("a compressed section");

/// The content of a section with a header of compression.
fn unpacked(bytes: &[u8], target: Target) -> Result<Vec<u8>, NotReadable> {
    let (size, header) = if target.is_64_bit {
        (bytes.get(8..).and_then(|bytes| target.u64(bytes)), 24)
    } else {
        (bytes.get(4..).and_then(|bytes| target.u32(bytes)).map(u64::from), 12)
    };
    if target.u32(bytes) != Some(ZLIB) {
        return Err(NotReadable::Malformed("a section compressed otherwise than by zlib"));
    }
    let size = size.ok_or(COMPRESSION)?;
    inflated(bytes.get(header..).ok_or(COMPRESSION)?, size)
}

/// The same in the older form: `ZLIB`, and the size in eight bytes.
fn unpacked_gnu(bytes: &[u8]) -> Result<Vec<u8>, NotReadable> {
    let size = bytes.get(4..).and_then(|bytes| bytes.first_chunk()).ok_or(COMPRESSION)?;
    inflated(&bytes[12..], u64::from_be_bytes(*size))
}

/// Unpacks `size` bytes. Memory grows with what is there, never by the claim.
fn inflated(packed: &[u8], size: u64) -> Result<Vec<u8>, NotReadable> {
    let size = usize::try_from(size).map_err(|_| COMPRESSION)?;
    let mut content = Vec::new();
    let mut unpacker = Decompress::new(true);
    loop {
        content.reserve(MOST_ROOM.min(size - content.len()).max(1));
        let before = (unpacker.total_in(), content.len());
        let rest = packed.get(unpacker.total_in() as usize..).unwrap_or_default();
        let status = unpacker.decompress_vec(rest, &mut content, FlushDecompress::None);
        let is_stuck = before == (unpacker.total_in(), content.len());
        match status {
            Ok(Status::StreamEnd) if content.len() == size => return Ok(content),
            Ok(Status::Ok | Status::BufError) if !is_stuck && content.len() <= size => {}
            _ => return Err(COMPRESSION),
        }
    }
}

/// How much room is made at a time for what is unpacked.
const MOST_ROOM: usize = 1 << 20;

/// What a relocation does with the number that it applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Set,
    Add,
    Subtract,
}
use Change::{Add, Set, Subtract};

/// The numbers of the relocations of data: their size in bytes and what they do.
fn data_relocation(machine: u16, kind: u32) -> Option<(usize, Change)> {
    Some(match (machine, kind) {
        (EM_X86_64, 1 | 17) => (8, Set),
        (EM_X86_64, 10 | 11 | 21) => (4, Set),
        (EM_X86_64, 12) => (2, Set),
        (EM_X86_64, 14) => (1, Set),
        (EM_386, 1) => (4, Set),
        (EM_386, 20) => (2, Set),
        (EM_386, 22) => (1, Set),
        (EM_AARCH64, 257) => (8, Set),
        (EM_AARCH64, 258) => (4, Set),
        (EM_AARCH64, 259) => (2, Set),
        (EM_ARM, 2) => (4, Set),
        (EM_PPC64, 38) => (8, Set),
        (EM_PPC64 | EM_PPC, 1) => (4, Set),
        (EM_S390, 22) => (8, Set),
        (EM_S390, 4) => (4, Set),
        (EM_MIPS, 18) => (8, Set),
        (EM_MIPS, 2) => (4, Set),
        (EM_SPARC | EM_SPARCV9, 32 | 54) => (8, Set),
        (EM_SPARC | EM_SPARCV9, 3 | 23) => (4, Set),
        (EM_68K, 1) => (4, Set),
        (EM_RISCV | EM_LOONGARCH, 2) => (8, Set),
        (EM_RISCV | EM_LOONGARCH, 1) => (4, Set),
        (EM_RISCV, 33) => (1, Add),
        (EM_RISCV, 34) => (2, Add),
        (EM_RISCV, 35) => (4, Add),
        (EM_RISCV, 36) => (8, Add),
        (EM_RISCV, 37) => (1, Subtract),
        (EM_RISCV, 38) => (2, Subtract),
        (EM_RISCV, 39) => (4, Subtract),
        (EM_RISCV, 40) => (8, Subtract),
        (EM_LOONGARCH, 47) => (1, Add),
        (EM_LOONGARCH, 48) => (2, Add),
        (EM_LOONGARCH, 50) => (4, Add),
        (EM_LOONGARCH, 51) => (8, Add),
        (EM_LOONGARCH, 52) => (1, Subtract),
        (EM_LOONGARCH, 53) => (2, Subtract),
        (EM_LOONGARCH, 55) => (4, Subtract),
        (EM_LOONGARCH, 56) => (8, Subtract),
        _ => return None,
    })
}

/// The number that `place` holds, of as many bytes as it has.
fn number(place: &[u8], target: Target) -> u64 {
    let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    if target.is_big_endian { place.iter().fold(0, add) } else { place.iter().rev().fold(0, add) }
}

fn put_number(place: &mut [u8], value: u64, target: Target) {
    let bytes = value.to_le_bytes();
    let size = place.len();
    place.copy_from_slice(&bytes[..size]);
    if target.is_big_endian {
        place.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_put_in_either_order() {
        for is_big_endian in [false, true] {
            let target = Target { is_64_bit: true, is_big_endian };
            let mut place = [0; 4];
            put_number(&mut place, 0x0102_0304, target);
            assert_eq!(place[0], if is_big_endian { 1 } else { 4 });
            assert_eq!(number(&place, target), 0x0102_0304);
        }
    }

    #[test]
    fn a_claimed_size_takes_no_memory() {
        let mut bytes = b"ZLIB".to_vec();
        bytes.extend(u64::MAX.to_be_bytes());
        bytes.extend([0x78, 0x9c, 3, 0, 0, 0, 0, 1]);
        assert_eq!(unpacked_gnu(&bytes), Err(COMPRESSION));
    }
}
