//! The headers of an ELF file of any type, as a reader with a class and byte order of its own finds
//! them: nothing is checked but that the bytes are there.

use std::ops::Range;

use object::elf::ET_REL;

use super::Target;
use super::names::begins_with;

/// The headers of a file. Borrows its bytes.
#[derive(Clone, Copy, Debug)]
pub struct RawElf<'d> {
    bytes: &'d [u8],
    target: Target,
    layout: &'static Layout,
}

/// The header of a section.
#[derive(Clone, Copy, Debug)]
pub struct RawSection {
    /// `sh_name`: where its name begins in the table of names.
    pub name: u32,
    /// `sh_type`
    pub kind: u32,
    /// `sh_flags`
    pub flags: u64,
    /// `sh_addr`
    pub address: u64,
    /// `sh_offset`
    pub offset: u64,
    /// `sh_size`, in bytes.
    pub size: u64,
    /// `sh_link`
    pub link: u32,
}

/// Whether `bytes` are an ELF file that has been linked, as programs and kernels are, and modules
/// are not.
pub fn is_linked(bytes: &[u8]) -> bool {
    let elf = RawElf::stated_target(bytes).and_then(|target| RawElf::new(bytes, target));
    elf.is_some_and(|elf| elf.kind() != ET_REL)
}

/// Whether `bytes` are an ELF file with a table of sections, as far as its header says.
pub fn has_sections(bytes: &[u8]) -> bool {
    let elf = RawElf::stated_target(bytes).and_then(|target| RawElf::new(bytes, target));
    elf.is_some_and(|elf| elf.section_table() != 0)
}

/// Where the fields of one class are.
#[derive(Debug)]
struct Layout {
    header: usize,
    section_table: usize,
    section_size: usize,
    section_count: usize,
    name_section: usize,
    section: usize,
    flags: usize,
    address: usize,
    offset: usize,
    size: usize,
    link: usize,
}

const LAYOUT_32: Layout = Layout {
    header: 52,
    section_table: 32,
    section_size: 46,
    section_count: 48,
    name_section: 50,
    section: 40,
    flags: 8,
    address: 12,
    offset: 16,
    size: 20,
    link: 24,
};

const LAYOUT_64: Layout = Layout {
    header: 64,
    section_table: 40,
    section_size: 58,
    section_count: 60,
    name_section: 62,
    section: 64,
    flags: 8,
    address: 16,
    offset: 24,
    size: 32,
    link: 40,
};

impl<'d> RawElf<'d> {
    /// The file in `bytes`, for a reader of such data; none if it is too short for a header.
    pub fn new(bytes: &'d [u8], target: Target) -> Option<Self> {
        let layout = if target.is_64_bit { &LAYOUT_64 } else { &LAYOUT_32 };
        (bytes.len() >= layout.header).then_some(Self { bytes, target, layout })
    }

    /// The class and byte order that a file states itself; none if it states none that there is.
    pub fn stated_target(bytes: &[u8]) -> Option<Target> {
        let class = match bytes.get(4)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        let order = match bytes.get(5)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        bytes.starts_with(b"\x7fELF").then_some(Target { is_64_bit: class, is_big_endian: order })
    }

    fn u16(&self, at: usize) -> u16 {
        self.bytes.get(at..).and_then(|bytes| self.target.u16(bytes)).unwrap_or_default()
    }

    fn address(&self, bytes: &[u8], at: usize) -> Option<u64> {
        let bytes = bytes.get(at..)?;
        if self.target.is_64_bit {
            self.target.u64(bytes)
        } else {
            self.target.u32(bytes).map(u64::from)
        }
    }

    /// `e_type`
    pub fn kind(&self) -> u16 {
        self.u16(16)
    }

    /// `e_machine`
    pub fn machine(&self) -> u16 {
        self.u16(18)
    }

    /// `e_shoff`
    pub fn section_table(&self) -> u64 {
        self.address(self.bytes, self.layout.section_table).unwrap_or_default()
    }

    /// Whether `e_shentsize` is what it is for this class.
    pub fn has_known_section_size(&self) -> bool {
        usize::from(self.u16(self.layout.section_size)) == self.layout.section
    }

    /// `e_shnum`
    pub fn section_count(&self) -> u16 {
        self.u16(self.layout.section_count)
    }

    /// `e_shstrndx`
    pub fn name_section(&self) -> u16 {
        self.u16(self.layout.name_section)
    }

    /// How many bytes the table of sections has.
    pub fn section_table_size(&self) -> u64 {
        u64::from(self.section_count()) * self.layout.section as u64
    }

    /// The header of a section; none if it is outside of the file.
    pub fn section(&self, index: u16) -> Option<RawSection> {
        let start = usize::try_from(self.section_table()).ok()?;
        let start = start.checked_add(usize::from(index) * self.layout.section)?;
        let bytes = self.bytes.get(start..)?.get(..self.layout.section)?;
        let word = |at: usize| bytes.get(at..).and_then(|bytes| self.target.u32(bytes));
        Some(RawSection {
            name: word(0)?,
            kind: word(4)?,
            flags: self.address(bytes, self.layout.flags)?,
            address: self.address(bytes, self.layout.address)?,
            offset: self.address(bytes, self.layout.offset)?,
            size: self.address(bytes, self.layout.size)?,
            link: word(self.layout.link)?,
        })
    }

    /// All sections whose headers are in the file, in order.
    pub fn sections(&self) -> impl Iterator<Item = RawSection> + '_ {
        (0..self.section_count()).map_while(|index| self.section(index))
    }

    /// The whole file.
    pub fn bytes(&self) -> &'d [u8] {
        self.bytes
    }

    /// Where a section is in the file; none if it is not all there.
    pub fn range(&self, section: &RawSection) -> Option<Range<usize>> {
        let start = usize::try_from(section.offset).ok()?;
        let end = start.checked_add(usize::try_from(section.size).ok()?)?;
        (end <= self.bytes.len()).then_some(start..end)
    }

    /// The bytes of a section; none if they are not all in the file.
    pub fn content(&self, section: &RawSection) -> Option<&'d [u8]> {
        self.bytes.get(self.range(section)?)
    }

    /// Whether a section has this name. (What else its name may be, and how long, does not matter.)
    pub fn is_called(&self, section: &RawSection, name: &[u8]) -> bool {
        let names = self.section(self.name_section()).and_then(|names| self.content(&names));
        let rest = names.and_then(|names| names.get(section.name as usize..));
        rest.is_some_and(|rest| begins_with(rest, name))
    }

    /// The first section of this name.
    pub fn find(&self, name: &[u8]) -> Option<RawSection> {
        self.sections().find(|section| self.is_called(section, name))
    }
}
