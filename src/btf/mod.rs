//! BTF: the types of a kernel or a module, as its build leaves them in the section `.BTF`.
//!
//! Types are numbered. A module's BTF is split: it has only the types that the kernel's has not, and
//! its numbers and names go on where the kernel's end. The kernel's Documentation/bpf/btf.rst tells
//! the format.
//!
//! [`Btf::parse`] checks what a file claims: that each type lies within the file, and that the names
//! and types that it names are there. What is asked afterwards goes wrong only where types contain
//! themselves, or are of no use for the question.
//!
//! A reader of our own: `btf-rs` 2.0 copies each type that it is asked for, has names as UTF-8 only,
//! reserves memory by what the header claims, and reads without end where the names are cut off.

mod bad_btf;
mod by_name;
mod in_image;
mod kernel;
mod kinds;
mod nearest;
mod spelling;
mod types;
mod words;

pub use bad_btf::{BadBtf, Fault};
pub use by_name::ByName;
pub use in_image::next_in_image;
pub use kernel::{KernelBtf, Misfit, ModuleBtf};
pub use nearest::{Nearest, Users};
pub use types::{Enumeration, Enumerator, Field, Parameter, Prototype, Record, Type};

use crate::formats::until_zero;
use kinds::{RawType, Word};
use words::Words;

/// The number of a type. 0 is `void`, which no file describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(u32);

impl TypeId {
    /// The number, as other programs print it.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The error that this type has this fault.
    pub(crate) fn is(self, fault: Fault) -> BadBtf {
        BadBtf::Type { id: self, fault }
    }
}

/// The types of a kernel, or those of a module on top of its kernel's.
#[derive(Debug)]
pub struct Btf<'d> {
    /// The kernel's, if this is a module's.
    base: Option<&'d Btf<'d>>,
    types: Words<'d>,
    /// Where each type begins: an index in `types`.
    starts: Vec<u32>,
    /// The number of the first type.
    first_id: u32,
    names: &'d [u8],
    /// What is subtracted from the offset of a name to have its place in `names`.
    first_name: u32,
    /// In bytes, as far as some type tells.
    pointer_size: Option<u64>,
}

/// The only version so far.
const VERSION: u8 = 1;

/// How long a name may be, in bytes; to the kernel it is half of that.
const LONGEST_NAME: usize = 1024;

/// By these types libbpf, too, tells how large a pointer is: in the kernel both have one size.
const AS_LARGE_AS_POINTERS: [&[u8]; 4] =
    [b"long int", b"long unsigned int", b"long", b"unsigned long"];

impl<'d> Btf<'d> {
    /// How long the header is, in bytes. Newer ones are longer, by what is not needed here.
    pub const HEADER: usize = 24;

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
        // Behind the magic number, the version and flags: the length of the header, then where
        // types and names begin behind it, and how long they are.
        let number = |index| words.get(index).map(|number| number as usize).ok_or(BadBtf::Header);
        let length = Some(number(1)?).filter(|&length| length >= Self::HEADER);
        let rest = length.and_then(|length| bytes.get(length..)).ok_or(BadBtf::Header)?;
        let part = |start, length| rest.get(start..)?.get(..length);
        let types =
            part(number(2)?, number(3)?).filter(|types: &&[u8]| types.len().is_multiple_of(4));
        let types = types.ok_or(BadBtf::Part("types"))?;
        let names: &[u8] = part(number(4)?, number(5)?).ok_or(BadBtf::Part("names"))?;
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
            starts: Vec::new(),
            first_id: base.map_or(1, Btf::end_id),
            names,
            first_name: base.map_or(0, Btf::end_name),
            pointer_size: None,
        };
        btf.find_types()?;
        btf.check_types()?;
        btf.pointer_size = btf.told_pointer_size().or_else(|| base?.pointer_size);
        Ok(btf)
    }

    /// Finds where each type begins.
    fn find_types(&mut self) -> Result<(), BadBtf> {
        let mut start = 0;
        while start < self.types.len() {
            let raw = RawType::read(self.types, start);
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

    /// The number behind the last type's.
    fn end_id(&self) -> u32 {
        self.first_id + self.starts.len() as u32
    }

    /// The offset behind the last name.
    fn end_name(&self) -> u32 {
        // Both parts come from lengths of 32 bits.
        self.first_name.saturating_add(self.names.len() as u32)
    }

    /// How large pointers are, if a type of ours tells.
    fn told_pointer_size(&self) -> Option<u64> {
        self.types().find_map(|(_, of)| match of {
            Type::Integer { name, size, .. } if AS_LARGE_AS_POINTERS.contains(&name) => Some(size),
            _ => None,
        })
    }

    /// How large pointers are, in bytes, as far as some type tells.
    pub fn pointer_size(&self) -> Option<u64> {
        self.pointer_size
    }

    /// The numbers of the types, in order. Of a module, only those that its kernel has not.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = TypeId> + use<> {
        (self.first_id..self.end_id()).map(TypeId)
    }

    /// The types, in the order of their numbers. Of a module, only those that its kernel has not.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, Type<'_>)> {
        self.ids().map(|id| (id, self.get(id)))
    }

    /// Type `id`, the kernel's as well. A number that no type has is taken for `void`.
    pub fn get(&self, id: TypeId) -> Type<'_> {
        self.raw(id).map_or(Type::Void, |raw| types::decode(self, raw))
    }

    /// Type `id` as the file has it; none for `void`.
    fn raw(&self, id: TypeId) -> Option<RawType<'d>> {
        match (id.0.checked_sub(self.first_id), self.base) {
            (Some(index), _) => {
                let start = *self.starts.get(index as usize)?;
                // All have been read when these were found.
                RawType::read(self.types, start as usize).ok()
            }
            (None, base) => base?.raw(id),
        }
    }

    /// The name at `offset`, empty where something has none.
    fn name(&self, offset: u32) -> &'d [u8] {
        match (offset.checked_sub(self.first_name), self.base) {
            (Some(place), _) => until_zero(self.names.get(place as usize..).unwrap_or_default()),
            (None, base) => base.map_or(b"", |base| base.name(offset)),
        }
    }
}
