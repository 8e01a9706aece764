//! The exports of a module, as its tables have them: `__ksymtab…` with their names and namespaces,
//! `__kcrctab…` with their CRCs.
//!
//! A module is not linked to a final address, so the tables contain little by themselves: relocations
//! show where an export and its name are. An entry of `__ksymtab` has two or three fields,
//! value, name and (since 5.4) namespace, each an address, or (4.19, on most machines) four bytes
//! with the distance to it. How many, and how large they are, is seen from the relocations.
//!
//! CRCs are four bytes each. Before 5.19 an entry may have a relocation, too: to an absolute symbol
//! that is the CRC, or to a place in a section where the CRC is.

use object::elf::{SHN_ABS, SHT_REL, SHT_RELA};

use super::read_error::ReadError;
use super::sections::Sections;
use crate::elf::{NameRoom, Relocation, Symbol, name_of};

/// An export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export<'d> {
    /// The symbol.
    pub symbol: &'d [u8],
    /// Its CRC; none if the module has no table of CRCs for it.
    pub crc: Option<u32>,
    /// Whether only modules under a license that is compatible with the GPL may use it.
    pub is_gpl: bool,
    /// Its namespace; empty if it is in none.
    pub namespace: &'d [u8],
}

/// A kind of export: the names of its tables, and whether it is for modules under the GPL only.
pub(super) struct Kind {
    pub(super) symbols: &'static str,
    pub(super) crcs: &'static str,
    pub(super) is_gpl: bool,
}

/// All kinds. The kernel has had the last three until 5.11.
pub(super) const KINDS: &[Kind] = &[
    Kind { symbols: "__ksymtab", crcs: "__kcrctab", is_gpl: false },
    Kind { symbols: "__ksymtab_gpl", crcs: "__kcrctab_gpl", is_gpl: true },
    Kind { symbols: "__ksymtab_gpl_future", crcs: "__kcrctab_gpl_future", is_gpl: false },
    Kind { symbols: "__ksymtab_unused", crcs: "__kcrctab_unused", is_gpl: false },
    Kind { symbols: "__ksymtab_unused_gpl", crcs: "__kcrctab_unused_gpl", is_gpl: true },
];

/// Since 7.1 there is one table of symbols, and this one with a byte of flags for each.
pub(super) const FLAGS: &str = "__kflagstab";

/// The flag of an export that is for modules under the GPL only.
pub(super) const GPL_ONLY: u8 = 1;

/// The section that the names and namespaces are in.
pub(super) const STRINGS: &str = "__ksymtab_strings";

/// The exports of a module.
pub(super) struct Exports<'d> {
    /// In the order of the tables.
    pub(super) all: Vec<Export<'d>>,
    /// How many of them are in the first table, `__ksymtab`.
    pub(super) plain: usize,
    /// Whether there is a table of flags.
    pub(super) has_flags: bool,
}

/// Reads the exports of all kinds.
pub(super) fn read<'d>(
    sections: Sections<'_, 'd>,
    room: &mut NameRoom,
) -> Result<Exports<'d>, ReadError> {
    let (mut exports, mut plain) = (Vec::new(), 0);
    for kind in KINDS {
        let Some(index) = sections.find(kind.symbols.as_bytes()) else { continue };
        let start = exports.len();
        Table::read(sections, index, kind.symbols)?.add_to(&mut exports, kind.is_gpl, room)?;
        let found = &mut exports[start..];
        if let Some(crcs) = sections.find(kind.crcs.as_bytes()) {
            let crcs = read_crcs(sections, crcs, kind.crcs, found.len())?;
            found.iter_mut().zip(crcs).for_each(|(export, crc)| export.crc = Some(crc));
        }
        if kind.symbols == KINDS[0].symbols {
            plain = exports.len();
        }
    }
    let flags = sections.find(FLAGS.as_bytes());
    if let Some(index) = flags {
        let flags = sections.bytes(index, FLAGS)?;
        add_flags(&mut exports, flags).ok_or(ReadError::Table(FLAGS))?;
    }
    Ok(Exports { all: exports, plain, has_flags: flags.is_some() })
}

/// Adds what `flags` say of the exports, a byte for each; none if there are too many.
pub(super) fn add_flags(exports: &mut [Export<'_>], flags: &[u8]) -> Option<()> {
    let with_flags = exports.get_mut(..flags.len())?;
    with_flags.iter_mut().zip(flags).for_each(|(export, flags)| {
        export.is_gpl |= flags & GPL_ONLY != 0;
    });
    Some(())
}

/// A table, and what its relocations put into it.
struct Table<'o, 'd> {
    sections: Sections<'o, 'd>,
    /// What errors call it.
    name: &'static str,
    bytes: &'d [u8],
    /// In the order of their places, one for each place.
    relocations: Vec<(Relocation, Symbol)>,
    /// Whether addends are in the table itself.
    has_addends_inside: bool,
}

impl<'o, 'd> Table<'o, 'd> {
    fn read(sections: Sections<'o, 'd>, index: u32, name: &'static str) -> Result<Self, ReadError> {
        let object = sections.object;
        let bytes = sections.bytes(index, name)?;
        let mut relocations = Vec::new();
        let mut has_addends_inside = false;
        for (at, section) in object.sections.iter().enumerate() {
            let is_for_it =
                matches!(section.kind, SHT_REL | SHT_RELA) && section.info == index && at > 0;
            if !is_for_it {
                continue;
            }
            has_addends_inside = section.kind == SHT_REL;
            object.relocations::<ReadError>(at, |relocation| {
                let symbol = object.symbols.get(relocation.symbol as usize);
                let symbol = *symbol.ok_or(ReadError::Table(name))?;
                // Where a distance is made of a sum and a difference (RISC-V, LoongArch), the
                // latter is to a label in the table.
                if symbol.section != index {
                    relocations.push((relocation, symbol));
                }
                Ok(())
            })?;
        }
        relocations.sort_by_key(|(relocation, _)| relocation.offset);
        relocations.dedup_by_key(|(relocation, _)| relocation.offset);
        Ok(Self { sections, name, bytes, relocations, has_addends_inside })
    }

    fn fault(&self) -> ReadError {
        ReadError::Table(self.name)
    }

    /// Adds the exports of a `__ksymtab…`.
    fn add_to(
        &self,
        exports: &mut Vec<Export<'d>>,
        is_gpl: bool,
        room: &mut NameRoom,
    ) -> Result<(), ReadError> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let layout = self.layout().ok_or(self.fault())?;
        let count = self.bytes.len() / layout.entry;
        if !self.bytes.len().is_multiple_of(layout.entry) || layout.strings.is_none() {
            return Err(self.fault());
        }
        let mut relocations = self.relocations.iter().peekable();
        for number in 0..count {
            let start = (number * layout.entry) as u64;
            let (mut symbol, mut namespace) = (None, &b""[..]);
            while let Some((relocation, target)) =
                relocations.next_if(|(it, _)| it.offset < start + layout.entry as u64)
            {
                let field = (relocation.offset - start) / layout.field as u64;
                let text = || self.text(relocation, target, &layout);
                match field {
                    1 => symbol = Some(text()?),
                    2 => namespace = text()?,
                    _ => {}
                }
            }
            let symbol = symbol.ok_or(self.fault())?;
            room.take(symbol)?;
            room.take(namespace)?;
            exports.push(Export { symbol, crc: None, is_gpl, namespace });
        }
        Ok(())
    }

    /// What an entry looks like; none if the relocations do not tell.
    fn layout(&self) -> Option<Layout> {
        let strings = self.sections.find(STRINGS.as_bytes());
        let is_text = |target: &Symbol| Some(target.section) == strings;
        let offset = |index: usize| Some(self.relocations.get(index)?.0.offset);
        // The first is the value's, the second the name's.
        let field = usize::try_from(offset(1)?).ok().filter(|field| matches!(field, 4 | 8))?;
        if offset(0)? != 0 || !is_text(&self.relocations[1].1) {
            return None;
        }
        // The next that is no text is the value of the next entry.
        let next = self.relocations[2..].iter().find(|(_, target)| !is_text(target));
        let entry = match next {
            Some((relocation, _)) => usize::try_from(relocation.offset).ok()?,
            None => self.bytes.len(),
        };
        (entry == 2 * field || entry == 3 * field).then_some(Layout { field, entry, strings })
    }

    /// The text that a field points to.
    fn text(
        &self,
        relocation: &Relocation,
        target: &Symbol,
        layout: &Layout,
    ) -> Result<&'d [u8], ReadError> {
        let bytes = self.texts_from(relocation, target, layout);
        name_of(bytes, self.name).map_err(ReadError::of_table)
    }

    /// The texts from the one on that a field points to.
    fn texts_from(
        &self,
        relocation: &Relocation,
        target: &Symbol,
        layout: &Layout,
    ) -> Option<&'d [u8]> {
        let index = layout.strings.filter(|&strings| strings == target.section)?;
        let addend = match self.has_addends_inside {
            true => self.number(usize::try_from(relocation.offset).ok()?, layout.field)?,
            false => relocation.addend as u64,
        };
        let strings = self.sections.bytes(index, STRINGS).ok()?;
        strings.get(usize::try_from(target.value.wrapping_add(addend)).ok()?..)
    }

    /// The number of `size` bytes that stands at `offset`.
    fn number(&self, offset: usize, size: usize) -> Option<u64> {
        let bytes = self.bytes.get(offset..)?;
        let target = self.sections.object.target;
        if size == 8 { target.u64(bytes) } else { target.u32(bytes).map(u64::from) }
    }
}

/// What an entry of `__ksymtab…` looks like.
struct Layout {
    /// How many bytes a field has.
    field: usize,
    /// How many bytes an entry has.
    entry: usize,
    /// The section of the texts.
    strings: Option<u32>,
}

/// The CRCs of `count` exports.
fn read_crcs(
    sections: Sections<'_, '_>,
    index: u32,
    name: &'static str,
    count: usize,
) -> Result<Vec<u32>, ReadError> {
    let table = Table::read(sections, index, name)?;
    let target = sections.object.target;
    let size = table.bytes.len().checked_div(count).unwrap_or(0);
    let is_known = size == 4 || size == target.address_size();
    if size * count != table.bytes.len() || (count > 0 && !is_known) {
        return Err(table.fault());
    }
    let mut crcs: Vec<u32> = Vec::with_capacity(count);
    for number in 0..count {
        // Kept in an address where addresses are longer; the CRC is the last 32 bits.
        crcs.push(table.number(number * size, size).ok_or(table.fault())? as u32);
    }
    for (relocation, symbol) in &table.relocations {
        let place = usize::try_from(relocation.offset).ok().and_then(|at| at.checked_div(size));
        let crc = place.and_then(|place| crcs.get_mut(place)).ok_or(table.fault())?;
        let addend = if table.has_addends_inside { *crc } else { relocation.addend as u32 };
        *crc = if symbol.raw_section == SHN_ABS {
            (symbol.value as u32).wrapping_add(addend)
        } else if symbol.is_undefined() {
            // A weak symbol that genksyms gave no CRC.
            0
        } else {
            let at = symbol.value.wrapping_add(u64::from(addend));
            let bytes = sections.bytes(symbol.section, name)?;
            let bytes = usize::try_from(at).ok().and_then(|at| bytes.get(at..));
            bytes.and_then(|bytes| target.u32(bytes)).ok_or(table.fault())?
        };
    }
    Ok(crcs)
}
