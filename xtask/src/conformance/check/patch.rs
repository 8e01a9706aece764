//! A module's file that is changed where it stands.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use modversions::elf::{RawElf, RawSection, Target};
use modversions::module::unsigned;
use object::elf::SHT_RELA;

/// Debian's kernels here are all for this.
const TARGET: Target = Target { is_64_bit: true, is_big_endian: false };

/// Where fields are in the header of a section.
pub mod section {
    pub const NAME: usize = 0;
    pub const KIND: usize = 4;
    pub const FLAGS: usize = 8;
    pub const SIZE: usize = 32;
    pub const LINK: usize = 40;
}

/// How large the header of a section is, an entry of the symbol table, and one of `__versions`.
const SECTION_SIZE: usize = 64;
const SYMBOL_SIZE: usize = 24;
pub const VERSION_SIZE: usize = 64;

/// A module's file.
#[derive(Clone)]
pub struct Patch {
    pub bytes: Vec<u8>,
}

impl Patch {
    /// The module without its signature.
    pub fn unsigned(bytes: &[u8]) -> Patch {
        Patch { bytes: unsigned(bytes).to_vec() }
    }

    fn elf(&self) -> Result<RawElf<'_>> {
        RawElf::new(&self.bytes, TARGET).context("a module is too short")
    }

    /// The index and header of a section.
    fn find(&self, name: &str) -> Result<(usize, RawSection)> {
        let elf = self.elf()?;
        let mut sections = elf.sections().enumerate();
        let found = sections.find(|(_, it)| elf.is_called(it, name.as_bytes()));
        found.with_context(|| format!("there is no section {name}"))
    }

    /// The index of a section.
    pub fn index(&self, name: &str) -> Result<usize> {
        Ok(self.find(name)?.0)
    }

    /// Where a section's bytes begin, and where they end.
    pub fn range(&self, name: &str) -> Result<std::ops::Range<usize>> {
        let (_, found) = self.find(name)?;
        let start = usize::try_from(found.offset)?;
        Ok(start..start + usize::try_from(found.size)?)
    }

    /// Writes `bytes` at an offset.
    pub fn put(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        let room =
            self.bytes.get_mut(at..at + bytes.len()).context("a place outside of the file")?;
        room.copy_from_slice(bytes);
        Ok(())
    }

    /// Writes a field of a section's header, of as many bytes as `value`.
    pub fn put_section(&mut self, index: usize, field: usize, value: &[u8]) -> Result<()> {
        let table = usize::try_from(self.elf()?.section_table())?;
        self.put(table + index * SECTION_SIZE + field, value)
    }

    /// Renames a section, so that nobody finds it.
    pub fn hide(&mut self, name: &str) -> Result<()> {
        let (_, found) = self.find(name)?;
        let names = self.elf()?.section(self.elf()?.name_section()).context("no names")?;
        let at = usize::try_from(names.offset)? + found.name as usize;
        // Names may share their ends, and a relocation's section is called after its target.
        ensure!(self.bytes[at] == b'_' || self.bytes[at] == b'.', "an odd name");
        self.put(at, b"X")
    }

    /// Replaces a text in a section by one that is as long; whether it was there.
    pub fn replace(&mut self, name: &str, old: &[u8], new: &[u8]) -> Result<bool> {
        ensure!(old.len() == new.len(), "two texts of different lengths");
        let range = self.range(name)?;
        let place = self.bytes[range.clone()].windows(old.len()).position(|it| it == old);
        if let Some(place) = place {
            self.put(range.start + place, new)?;
        }
        Ok(place.is_some())
    }

    /// Changes the values of `.modinfo`, which must not get longer together.
    pub fn edit_modinfo(&mut self, edit: impl FnOnce(&mut Vec<Vec<u8>>)) -> Result<()> {
        let range = self.range(".modinfo")?;
        let content = self.bytes.get(range.clone()).context("no .modinfo")?;
        let values = content.split(|&byte| byte == 0).filter(|value| !value.is_empty());
        let mut values: Vec<Vec<u8>> = values.map(<[u8]>::to_vec).collect();
        edit(&mut values);
        let mut new: Vec<u8> =
            values.into_iter().flat_map(|value| [value, vec![0]].concat()).collect();
        ensure!(new.len() <= range.len(), "more than .modinfo holds");
        new.resize(range.len(), 0);
        self.put(range.start, &new)
    }

    /// The entries of `__versions`: where each is, and its symbol.
    pub fn versions(&self) -> Result<Vec<(usize, Vec<u8>)>> {
        let range = self.range("__versions")?;
        let entries = range.step_by(VERSION_SIZE);
        let name = |at: usize| {
            let text = self.bytes.get(at + 8..at + VERSION_SIZE).unwrap_or_default();
            text.split(|&byte| byte == 0).next().unwrap_or_default().to_vec()
        };
        Ok(entries.map(|at| (at, name(at))).collect())
    }

    /// Where the symbols are that the module does not define, and where their names are.
    pub fn undefined(&self) -> Result<Vec<(usize, usize)>> {
        let (symbols, names) = (self.range(".symtab")?, self.range(".strtab")?);
        let mut found = Vec::new();
        for at in symbols.step_by(SYMBOL_SIZE).skip(1) {
            let name = u32::from_le_bytes(self.bytes[at..at + 4].try_into()?) as usize;
            if self.bytes[at + 6..at + 8] == [0, 0] && self.bytes[names.start + name] != 0 {
                found.push((at, names.start + name));
            }
        }
        Ok(found)
    }

    /// Where the first local function is that no relocation refers to: most mean a place in a
    /// section instead.
    pub fn unused_symbol(&self) -> Result<Option<usize>> {
        /// `st_info` of a local function.
        const FUNCTION: u8 = 2;
        let elf = self.elf()?;
        let mut used = BTreeSet::new();
        for section in elf.sections().filter(|section| section.kind == SHT_RELA) {
            let (entries, _) = elf.content(&section).unwrap_or_default().as_chunks::<24>();
            used.extend(entries.iter().filter_map(|entry| TARGET.u32(&entry[12..])));
        }
        let symbols = self.range(".symtab")?.step_by(SYMBOL_SIZE).zip(0_u32..);
        let mut local = symbols.filter(|(at, _)| self.bytes[at + 4] == FUNCTION);
        Ok(local.find(|(_, number)| !used.contains(number)).map(|(at, _)| at))
    }
}
