//! The BTF of a kernel or a module as a file: its parts, checked once, and its types by number.

use super::bad_btf::{BadBtf, Fault};
use super::kind_layouts::KindLayouts;
use super::kinds::{RawType, Word};
use super::type_id::TypeId;
use super::words::Words;
use crate::formats::until_zero;

/// The types of a kernel, or those of a module on top of its kernel's.
#[derive(Debug)]
pub struct Btf<'d> {
    /// The kernel's, if this is a module's.
    base: Option<&'d Btf<'d>>,
    types: Words<'d>,
    /// Of a module, its kernel's if it has none itself.
    kind_layouts: KindLayouts<'d>,
    /// Where each type begins: an index in `types`.
    pub(super) starts: Vec<u32>,
    /// The number of the first type.
    pub(super) first_id: u32,
    names: &'d [u8],
    /// What is subtracted from the offset of a name to have its place in `names`.
    first_name: u32,
    /// In bytes, as far as some type shows.
    pointer_size: Option<u64>,
    /// Whether some enumeration has a sign: older encoders do not tell that of any.
    tells_signs: bool,
}

/// The only version so far.
const VERSION: u8 = 1;

/// How long a name may be, in bytes; to the kernel it is half of that.
const LONGEST_NAME: usize = 1024;

impl<'d> Btf<'d> {
    /// How long the header is, in bytes. Newer ones are longer.
    pub const HEADER: usize = 24;

    /// How long it is where it tells of a section with kind layouts, in bytes.
    const HEADER_WITH_KIND_LAYOUTS: usize = 32;

    /// Whether `bytes` begin as BTF does.
    pub fn is_begun(bytes: &[u8]) -> bool {
        Words::of_file(bytes).is_ok()
    }

    /// Reads the BTF of a kernel.
    ///
    /// # Errors
    /// See [`BadBtf`].
    pub fn parse(bytes: &'d [u8]) -> Result<Self, BadBtf> {
        Self::read(bytes, None)
    }

    /// Reads the BTF of a module, which goes on from `base`.
    ///
    /// # Errors
    /// See [`BadBtf`]. A `base` of another kernel is noticed only where something is not there.
    pub fn parse_split(bytes: &'d [u8], base: &'d Btf<'d>) -> Result<Self, BadBtf> {
        Self::read(bytes, Some(base))
    }

    fn read(bytes: &'d [u8], base: Option<&'d Btf<'d>>) -> Result<Self, BadBtf> {
        let words = Words::of_file(bytes)?;
        let version = *bytes.get(2).ok_or(BadBtf::Header)?;
        if version != VERSION {
            return Err(BadBtf::Version(version));
        }
        // After the magic number, the version and flags: the length of the header, then where
        // types and names begin after it, and how long they are.
        let number = |index| words.get(index).map(|number| number as usize).ok_or(BadBtf::Header);
        let length = Some(number(1)?).filter(|&length| length >= Self::HEADER);
        let rest = length.and_then(|length| bytes.get(length..)).ok_or(BadBtf::Header)?;
        let part = |start, length| rest.get(start..)?.get(..length);
        let types =
            part(number(2)?, number(3)?).filter(|types: &&[u8]| types.len().is_multiple_of(4));
        let types = types.ok_or(BadBtf::Part("types"))?;
        let names: &[u8] = part(number(4)?, number(5)?).ok_or(BadBtf::Part("names"))?;
        let kind_layouts = match length {
            Some(Self::HEADER_WITH_KIND_LAYOUTS..) => {
                let section = part(number(6)?, number(7)?).ok_or(BadBtf::Part("kind layouts"))?;
                KindLayouts::read(section)?
            }
            _ => KindLayouts::default(),
        };
        if names.last().is_some_and(|&byte| byte != 0) {
            return Err(BadBtf::Part("names"));
        }
        if names.split(|&byte| byte == 0).any(|name| name.len() > LONGEST_NAME) {
            return Err(BadBtf::LongName);
        }
        // Name 0 is the empty one. A module's names have none: it is in the kernel's.
        if base.is_none() && names.first() != Some(&0) {
            return Err(BadBtf::NoBase);
        }
        let mut btf = Btf {
            base,
            types: words.in_same_order(types),
            kind_layouts: kind_layouts.or(base.map_or_else(Default::default, |it| it.kind_layouts)),
            starts: Vec::new(),
            first_id: base.map_or(1, Btf::end_id),
            names,
            first_name: base.map_or(0, Btf::end_name),
            pointer_size: None,
            tells_signs: false,
        };
        btf.find_types()?;
        btf.check_types()?;
        btf.pointer_size = btf.find_pointer_size().or_else(|| base?.pointer_size);
        btf.tells_signs = base.is_some_and(Btf::tells_signs) || btf.has_signed_enumeration();
        Ok(btf)
    }

    /// Finds where each type begins.
    fn find_types(&mut self) -> Result<(), BadBtf> {
        let mut start = 0;
        while start < self.types.len() {
            let raw = RawType::read(self.types, self.kind_layouts, start);
            let raw = raw.map_err(|fault| TypeId(self.end_id()).is(fault))?;
            // Fits, since the length in bytes fits 32 bits.
            self.starts.push(start as u32);
            start += raw.size();
        }
        Ok(())
    }

    /// Checks that all names and types are there which a type names.
    fn check_types(&self) -> Result<(), BadBtf> {
        for id in self.ids() {
            for (meaning, word) in self.raw(id).iter().flat_map(RawType::words) {
                match meaning {
                    Word::Name if word >= self.end_name() => return Err(id.is(Fault::Name(word))),
                    Word::Type if word >= self.end_id() => {
                        return Err(id.is(Fault::Reference(word)));
                    }
                    Word::Number | Word::Name | Word::Type => {}
                }
            }
        }
        Ok(())
    }

    /// The number after the last type's.
    pub(super) fn end_id(&self) -> u32 {
        self.first_id + self.starts.len() as u32
    }

    /// The offset after the last name.
    fn end_name(&self) -> u32 {
        // Both parts come from lengths of 32 bits.
        self.first_name.saturating_add(self.names.len() as u32)
    }

    /// How large pointers are, in bytes, as far as some type shows.
    pub fn pointer_size(&self) -> Option<u64> {
        self.pointer_size
    }

    /// Whether the encoder tells of enumerations that they have a sign; older ones do not.
    pub fn tells_signs(&self) -> bool {
        self.tells_signs
    }

    /// The numbers of the types, in order. Of a module, only those that its kernel has not.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = TypeId> + use<> {
        (self.first_id..self.end_id()).map(TypeId)
    }

    /// Type `id` as the file has it; none for `void`.
    pub(super) fn raw(&self, id: TypeId) -> Option<RawType<'d>> {
        match (id.0.checked_sub(self.first_id), self.base) {
            (Some(index), _) => {
                let start = *self.starts.get(index as usize)?;
                // All have been read when these were found.
                RawType::read(self.types, self.kind_layouts, start as usize).ok()
            }
            (None, base) => base?.raw(id),
        }
    }

    /// The name at `offset`, empty where something has none.
    pub(super) fn name(&self, offset: u32) -> &'d [u8] {
        match (offset.checked_sub(self.first_name), self.base) {
            (Some(place), _) => until_zero(self.names.get(place as usize..).unwrap_or_default()),
            (None, base) => base.map_or(b"", |base| base.name(offset)),
        }
    }
}
