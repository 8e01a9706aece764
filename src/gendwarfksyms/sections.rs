//! The sections of one file that hold debugging information.

use std::borrow::Cow;

use gimli::{Format, RunTimeEndian, UnitHeader};

use super::entry::{Place, Slice};
use crate::elf::{DebugSections, NotReadable, ObjectFile};

/// The sections, ready to be read.
#[derive(Debug)]
pub(super) struct Sections<'d> {
    pub endian: RunTimeEndian,
    pub info: Cow<'d, [u8]>,
    pub types: Cow<'d, [u8]>,
    pub abbrev: Cow<'d, [u8]>,
    pub str: Cow<'d, [u8]>,
    pub line: Cow<'d, [u8]>,
    pub line_str: Cow<'d, [u8]>,
    str_offsets: Cow<'d, [u8]>,
    /// The size of `.debug_loc`, of which nothing else matters.
    pub locations: u64,
}

impl<'d> Sections<'d> {
    /// Those of `file`, whose bytes are `data`.
    ///
    /// # Errors
    /// See [`DebugSections::content`]; or they are larger than places can count.
    pub fn read(file: &ObjectFile<'d>, data: &[u8]) -> Result<Self, NotReadable> {
        let sections = DebugSections::new(file, data);
        let is_big_endian = file.target.is_big_endian;
        let locations = file.sections.iter().find(|section| section.name == b".debug_loc");
        let sections = Self {
            endian: if is_big_endian { RunTimeEndian::Big } else { RunTimeEndian::Little },
            info: sections.content("info")?,
            types: sections.content("types")?,
            abbrev: sections.content("abbrev")?,
            str: sections.content("str")?,
            line: sections.content("line")?,
            line_str: sections.content("line_str")?,
            str_offsets: sections.content("str_offsets")?,
            locations: locations.map_or(0, |section| section.size),
        };
        let size = sections.info.len().saturating_add(sections.types.len());
        if Place::try_from(size).is_err() {
            return Err(NotReadable::Excessive("it has 4 GiB of debugging information"));
        }
        Ok(sections)
    }

    /// Where a unit's part of `.debug_str_offsets` begins, if the unit does not say.
    pub fn default_texts(&self, header: &UnitHeader<Slice<'_>>) -> usize {
        match (header.version(), header.format()) {
            (..5, _) => 0,
            (_, Format::Dwarf32) => 8,
            (_, Format::Dwarf64) => 16,
        }
    }

    /// The offset in `.debug_str` of text `index` in the part that begins at `base`.
    pub fn indexed(
        &self,
        header: &UnitHeader<Slice<'_>>,
        base: usize,
        index: usize,
    ) -> Option<usize> {
        let size = usize::from(header.format().word_size());
        let start = base.checked_add(index.checked_mul(size)?)?;
        let bytes = self.str_offsets.get(start..)?.get(..size)?;
        let fold = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Some(match self.endian {
            RunTimeEndian::Little => bytes.iter().rev().fold(0, fold),
            RunTimeEndian::Big => bytes.iter().fold(0, fold),
        })
    }

    /// Whether any name begins with `start`, as far as it stands in a table.
    pub fn has_name(&self, start: &[u8]) -> bool {
        [&self.str, &self.info, &self.types]
            .into_iter()
            .any(|section| memchr::memmem::find(section, start).is_some())
    }
}
