//! Where the members of a struct or union lie.

use crate::btf::{BadBtf, Btf, Fault, Field, Record, Type, TypeId};
use crate::layout::{self, Layout};

/// How many typedefs, qualifiers and arrays may stand between a member and what it is made of, and
/// how deep unnamed structs may nest. C compilers need to take 12 and 63.
const DEEPEST: usize = 64;

/// How many members a record may have, with those of unnamed ones inside; as many as the kernel's
/// own format can say of one.
const MOST_MEMBERS: usize = 0xffff;

impl Btf<'_> {
    /// The layout of a struct or union, as its compiler has laid it out.
    ///
    /// # Errors
    /// The type is none, or it has members that no compiler can have laid out.
    pub fn layout(&self, id: TypeId) -> Result<Layout, BadBtf> {
        let Type::Record(record) = self.get(id) else {
            return Err(id.is(Fault::NoRecord));
        };
        let mut walk = Walk { btf: self, id, left: MOST_MEMBERS };
        let members = walk.members(&record, 0, DEEPEST)?;
        let kind = if record.is_union { layout::Kind::Union } else { layout::Kind::Struct };
        Ok(Layout { kind, size: record.size, align: None, members })
    }

    /// The size of a type in bytes.
    ///
    /// # Errors
    /// It has none, or BTF lacks it.
    pub fn size(&self, id: TypeId) -> Result<u64, BadBtf> {
        let mut count: u64 = 1;
        let mut at = id;
        for _ in 0..DEEPEST {
            let size = match self.get(at) {
                Type::Array { count: 0, .. } => return Ok(0),
                Type::Array { element, count: more } => {
                    count = count.checked_mul(more).ok_or(id.is(Fault::TooLarge))?;
                    at = element;
                    continue;
                }
                Type::Typedef { of, .. } | Type::Qualified { of, .. } | Type::Tagged { of, .. } => {
                    at = of;
                    continue;
                }
                Type::Pointer(_) => self.pointer_size().ok_or(id.is(Fault::PointerSize))?,
                Type::Integer { size, .. } | Type::Float { size, .. } => size,
                Type::Record(record) => record.size,
                Type::Enumeration(enumeration) => enumeration.size,
                Type::Void
                | Type::Forward { .. }
                | Type::Prototype(_)
                | Type::Function { .. }
                | Type::Variable { .. }
                | Type::Section { .. }
                | Type::DeclarationTag { .. } => return Err(id.is(Fault::NoSize)),
                Type::Unknown(kind) => return Err(at.is(Fault::Kind(kind))),
            };
            return count.checked_mul(size).ok_or(id.is(Fault::TooLarge));
        }
        Err(id.is(Fault::Endless))
    }

    /// The type behind typedefs, qualifiers and tags.
    fn behind_names(&self, id: TypeId) -> Result<Type<'_>, BadBtf> {
        self.behind(id, |of| match *of {
            Type::Typedef { of, .. } | Type::Qualified { of, .. } | Type::Tagged { of, .. } => {
                Some(of)
            }
            _ => None,
        })
    }

    /// The type of one element, behind qualifiers and tags.
    fn behind_arrays(&self, id: TypeId) -> Result<Type<'_>, BadBtf> {
        self.behind(id, |of| match *of {
            Type::Array { element, .. } => Some(element),
            Type::Qualified { of, .. } | Type::Tagged { of, .. } => Some(of),
            _ => None,
        })
    }

    /// Goes on to the `next` type as long as there is one.
    fn behind(
        &self,
        id: TypeId,
        next: impl Fn(&Type<'_>) -> Option<TypeId>,
    ) -> Result<Type<'_>, BadBtf> {
        let mut of = self.get(id);
        for _ in 0..DEEPEST {
            match next(&of) {
                Some(next) => of = self.get(next),
                None => return Ok(of),
            }
        }
        Err(id.is(Fault::Endless))
    }
}

/// On the way through a record and the unnamed ones in it.
struct Walk<'a, 'd> {
    btf: &'a Btf<'d>,
    /// The outermost record.
    id: TypeId,
    /// How many members there may still be.
    left: usize,
}

impl Walk<'_, '_> {
    /// The members of a record that begins at this bit of the outermost one.
    fn members(
        &mut self,
        record: &Record<'_>,
        start: u64,
        depth: usize,
    ) -> Result<Vec<layout::Member>, BadBtf> {
        let endless = self.id.is(Fault::Endless);
        self.left = self.left.checked_sub(record.field_count()).ok_or(endless)?;
        let depth = depth.checked_sub(1).ok_or(endless)?;
        record.fields().map(|field| self.member(&field, start, depth)).collect()
    }

    fn member(
        &mut self,
        field: &Field<'_>,
        start: u64,
        depth: usize,
    ) -> Result<layout::Member, BadBtf> {
        let (offset, width) = self.place(field)?;
        let bit_offset = start + offset;
        let inner = match self.btf.behind_arrays(field.of)? {
            Type::Record(record) if record.name.is_empty() || field.name.is_empty() => {
                self.members(&record, bit_offset, depth)?
            }
            _ => Vec::new(),
        };
        let bit_size = match width {
            Some(width) => width,
            None => {
                let size = self.btf.size(field.of)?;
                size.checked_mul(8).ok_or(self.id.is(Fault::TooLarge))?
            }
        };
        Ok(layout::Member {
            name: Some(field.name.to_vec()).filter(|name| !name.is_empty()),
            bit_offset,
            bit_size,
            is_bit_field: width.is_some(),
            of_type: self.btf.spelling(field.of)?,
            inner,
        })
    }

    /// Where a member begins in its record, and how many bits it has if it is a bit-field.
    fn place(&self, field: &Field<'_>) -> Result<(u64, Option<u64>), BadBtf> {
        if field.width.is_some() {
            return Ok((field.offset, field.width));
        }
        // Before 4.20, a bit-field had an integer of its own, not all of whose bits count.
        Ok(match self.btf.behind_names(field.of)? {
            Type::Integer { first_bit, bits, size, .. } if first_bit > 0 || bits < size * 8 => {
                (field.offset + first_bit, Some(bits))
            }
            _ => (field.offset, None),
        })
    }
}
