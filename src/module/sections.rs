//! The sections of an object, as a module is read from them.

use object::elf::{SHF_ALLOC, SHT_NOBITS};

use super::read_error::ReadError;
use crate::elf::{ObjectFile, Section};

/// The sections of an object, held to their sizes.
#[derive(Clone, Copy)]
pub(super) struct Sections<'o, 'd> {
    pub(super) object: &'o ObjectFile<'d>,
}

impl<'d> Sections<'_, 'd> {
    /// The first section of this name.
    pub(super) fn find(self, name: &[u8]) -> Option<u32> {
        let index = self.object.sections.iter().position(|section| section.name == name)?;
        u32::try_from(index).ok()
    }

    /// The first section of this name that is kept in memory: the kernel passes over the others.
    pub(super) fn find_allocated(self, name: &[u8]) -> Option<u32> {
        let is_it = |section: &Section<'_>| {
            section.name == name && section.flags & u64::from(SHF_ALLOC) != 0
        };
        u32::try_from(self.object.sections.iter().position(is_it)?).ok()
    }

    /// The bytes of a section, which errors call `what`.
    pub(super) fn bytes(self, index: u32, what: &'static str) -> Result<&'d [u8], ReadError> {
        let section = self.object.sections.get(index as usize);
        let section = section.filter(|section| section.kind != SHT_NOBITS);
        let size = section.and_then(|section| usize::try_from(section.size).ok());
        let bytes = self.object.bytes_at(index, 0);
        let bytes = bytes.zip(size).and_then(|(bytes, size)| bytes.get(..size));
        bytes.ok_or(ReadError::Table(what))
    }
}
