//! One section of an ELF file of any kind, such as a linked kernel.

use object::Endianness;
use object::elf::{ELFCLASS32, ELFCLASS64, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, SectionHeader};

use super::NotReadable;
use super::names::begins_with;

/// Whether `bytes` are an ELF file, by their magic number.
pub fn is_elf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x7fELF")
}

/// The bytes of the first section of this name; none if there is none.
///
/// # Errors
/// This is no ELF file, or one whose sections lie outside of it.
pub fn named_section<'d>(bytes: &'d [u8], name: &[u8]) -> Result<Option<&'d [u8]>, NotReadable> {
    if !is_elf(bytes) {
        return Err(NotReadable::NoObject);
    }
    // e_ident[EI_CLASS]
    match bytes.get(4) {
        Some(&ELFCLASS64) => find::<FileHeader64<Endianness>>(bytes, name),
        Some(&ELFCLASS32) => find::<FileHeader32<Endianness>>(bytes, name),
        _ => Err(NotReadable::UnknownClass),
    }
}

fn find<'d, Elf: FileHeader<Endian = Endianness>>(
    bytes: &'d [u8],
    name: &[u8],
) -> Result<Option<&'d [u8]>, NotReadable> {
    let malformed = |what| move |_| NotReadable::Malformed(what);
    let header = Elf::parse(bytes).map_err(malformed("the file header"))?;
    let endian = header.endian().map_err(|_| NotReadable::UnknownByteOrder)?;
    let headers = "the section headers";
    let sections = header.section_headers(endian, bytes).map_err(malformed(headers))?;
    if sections.is_empty() {
        return Ok(None);
    }
    let names = header.shstrndx(endian, bytes).map_err(malformed(headers))?;
    let names = sections.get(names as usize).and_then(|names| names.data(endian, bytes).ok());
    let names = names.ok_or(NotReadable::Malformed("the names of the sections"))?;
    let is_it = |section: &&Elf::SectionHeader| {
        let rest = names.get(section.sh_name(endian) as usize..);
        rest.is_some_and(|rest| begins_with(rest, name))
    };
    match sections.iter().find(is_it) {
        Some(section) => section.data(endian, bytes).map(Some).map_err(malformed("a section")),
        None => Ok(None),
    }
}
