//! The names of an object's symbols, as they are after upstream has shortened some of them.

use super::names::{LONGEST_NAME, NameRoom, name_of};
use super::not_readable::NotReadable;
use super::object_file::{ObjectFile, SYMBOL_NAME};

/// The names of an object's symbols.
///
/// Upstream cuts the number off names like `name.0` and does so in the string table itself. Names
/// that end alike may share their bytes there, so such a cut can shorten other names, too. Here
/// the places of the cuts are kept; the table stays as it is.
#[derive(Debug)]
pub struct SymbolNames {
    /// For the names that are still to be read.
    room: NameRoom,
    /// For each offset in the string table, as far as is needed, a bit: whether all names end there by
    /// now. There is a dot.
    cuts: Vec<u64>,
    /// Whether names are shortened at all.
    are_cut: bool,
}

impl SymbolNames {
    /// The names in this object, none of which is shortened yet.
    pub fn of(object: &ObjectFile<'_>) -> Self {
        let room = NameRoom::of_file(object.file_size());
        Self { room, cuts: Vec::new(), are_cut: true }
    }

    /// The names in this object, which stay as they are.
    pub fn uncut(object: &ObjectFile<'_>) -> Self {
        Self { are_cut: false, ..Self::of(object) }
    }

    /// The name that begins at `offset` of the string table, as it is by now.
    ///
    /// # Errors
    /// It is outside of the file, or too long.
    pub fn get<'d>(&self, object: &ObjectFile<'d>, offset: u32) -> Result<&'d [u8], NotReadable> {
        let (name, dot) = read(object, offset)?;
        // Only a name with a dot can have been cut; most have none.
        Ok(if dot.is_some() { self.cut(name, offset) } else { name })
    }

    /// The name at `offset`, as it is by now.
    fn cut<'d>(&self, name: &'d [u8], offset: u32) -> &'d [u8] {
        let is_cut = |dot: &usize| {
            let at = offset as usize + dot;
            self.cuts.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 != 0)
        };
        let cut = memchr::memchr_iter(b'.', name).find(is_cut);
        cut.map_or(name, |dot| &name[..dot])
    }

    /// All names that have this offset in them end there.
    fn end_at(&mut self, at: usize) {
        if at / 64 >= self.cuts.len() {
            self.cuts.resize(at / 64 + 1, 0);
        }
        self.cuts[at / 64] |= 1 << (at % 64);
    }

    /// The same, after cutting off what begins with a dot and a number, if more follows it only
    /// behind another dot: `name` of `name.0` and of `name.12.part`, but not of `name.part.0`. Is
    /// called once for each symbol.
    ///
    /// # Errors
    /// It is outside of the file, or too long; or all names are together.
    pub fn shorten<'d>(
        &mut self,
        object: &ObjectFile<'d>,
        offset: u32,
    ) -> Result<&'d [u8], NotReadable> {
        let (name, dot) = read(object, offset)?;
        self.room.take(name)?;
        if dot.is_none() || !self.are_cut {
            return Ok(name);
        }
        let name = self.cut(name, offset);
        let Some(dot) = memchr::memchr(b'.', name).filter(|&dot| dot > 0) else {
            return Ok(name);
        };
        let rest = &name[dot + 1..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || rest.get(digits).is_some_and(|&byte| byte != b'.') {
            return Ok(name);
        }
        self.end_at(offset as usize + dot);
        Ok(&name[..dot])
    }
}

/// The name that begins at `offset` of the string table, as the file has it, and its first dot.
fn read<'d>(
    object: &ObjectFile<'d>,
    offset: u32,
) -> Result<(&'d [u8], Option<usize>), NotReadable> {
    let bytes = object.names_from(offset);
    let near = bytes.map(|bytes| &bytes[..bytes.len().min(LONGEST_NAME)]).unwrap_or_default();
    // Most names have no dot, so that one search suffices.
    match memchr::memchr2(0, b'.', near) {
        Some(end) if near[end] == 0 => Ok((&near[..end], None)),
        dot => Ok((name_of(bytes, SYMBOL_NAME)?, dot)),
    }
}
