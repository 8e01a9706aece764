//! Where the members of a struct or union lie: the rules of GCC, for the ABIs of the kernel.
//!
//! All positions here are in bits. The rules that are not obvious:
//!
//! - A bit-field lies where the last member ended, unless it would then reach over more units of
//!   its type's alignment than a whole one of its type does. With `packed`, or with a limit to
//!   alignments, it may.
//! - A bit-field that is as wide as an integer and happens to lie where that one could is treated
//!   as one: it aligns the struct as that does, and is not moved.
//! - A bit-field of width 0 ends at a boundary of its type, whatever is packed around it.
//! - A bit-field aligns the struct as its type would, if it has a name.

use super::data_model::DataModel;
use super::types::Type;

/// A member that wants a place.
pub(super) struct Wanted<'a> {
    /// Its type.
    pub of_type: &'a Type,
    /// The width of a bit-field.
    pub width: Option<u64>,
    /// Whether it has a name.
    pub is_named: bool,
    /// Whether it, or what it is in, is packed.
    pub is_packed: bool,
    /// The alignment in bits that an attribute of the member itself gives it.
    pub align: Option<u64>,
}

/// A struct or union under way.
pub(super) struct Placer<'m> {
    model: &'m DataModel,
    is_union: bool,
    /// The most that a member may be aligned to, in bits, as `#pragma pack` says it.
    limit: Option<u64>,
    /// What the next member of a struct counts its bits from: a multiple of `base_align`. Of a union
    /// it is the size so far.
    base: u64,
    /// Where the next member of a struct may begin, after `base`.
    position: u64,
    /// GCC rounds bit-fields of more than this up after `base`, and not from the start of the
    /// struct.
    base_align: u64,
    align: u64,
    is_user_aligned: bool,
}

/// The whole, when all members have their places.
pub(super) struct Placed {
    /// The size in bytes.
    pub size: u64,
    /// The alignment in bytes.
    pub align: u64,
    /// Whether an attribute set the alignment of it or of something in it.
    pub is_user_aligned: bool,
}

/// The bits of a byte.
const BYTE: u64 = 8;

/// How wide the integers are that a bit-field may be treated as.
const fn is_integer_width(model: &DataModel, width: u64) -> bool {
    matches!(width, 8 | 16 | 32 | 64) || (width == 128 && model.int128.is_some())
}

impl<'m> Placer<'m> {
    /// Begins a struct or union, aligned to at least `align` bits if an attribute says so.
    pub fn new(
        model: &'m DataModel,
        is_union: bool,
        align: Option<u64>,
        limit: Option<u64>,
    ) -> Self {
        let is_user_aligned = align.is_some();
        let align = align.unwrap_or(BYTE).max(BYTE);
        let base_align = align.max(BYTE * model.biggest);
        Placer { model, is_union, limit, base: 0, position: 0, base_align, align, is_user_aligned }
    }

    /// Where the next member lies; none if that is beyond 64 bits.
    pub fn place(&mut self, wanted: &Wanted<'_>) -> Option<u64> {
        let of_type = wanted.of_type;
        let type_align = of_type.align.checked_mul(BYTE)?;
        // Nothing is packed that needs no alignment anyway.
        let is_packed = wanted.is_packed && (wanted.width.is_some() || type_align > BYTE);
        let own = Own { wanted, is_packed, type_align };
        let known = match (self.base, self.position) {
            (0, 0) => u64::MAX,
            _ if self.is_union => u64::MAX,
            (base, 0) => 1 << base.trailing_zeros(),
            (_, position) => 1 << position.trailing_zeros(),
        };
        let as_integer = own.as_integer(self.model, known);
        let align = self.wanted_align(&own, as_integer);
        self.align_whole(&own, align);
        if self.is_union {
            self.base = self.base.max(own.size()?.checked_next_multiple_of(BYTE)?);
            return Some(0);
        }
        if align < self.base_align {
            self.position = self.position.checked_next_multiple_of(align)?;
        } else {
            let start = self.base.checked_add(self.position)?;
            (self.base, self.position) = (start.checked_next_multiple_of(align)?, 0);
        }
        if let Some(width) = wanted.width.filter(|_| as_integer.is_none()) {
            let unit = self.member_align(&own);
            let is_held = width > 0 && !is_packed && self.limit.is_none();
            let start = self.base.checked_add(self.position)?;
            let reach = (start % unit).checked_add(width)?.div_ceil(unit);
            if is_held && reach > of_type.size? * BYTE / unit {
                self.position = self.position.checked_next_multiple_of(unit)?;
            }
            self.is_user_aligned |= is_held && of_type.is_user_aligned;
        }
        let start = self.base.checked_add(self.position)?;
        let end = self.position.checked_add(own.size()?)?;
        self.position = end % self.base_align;
        self.base = self.base.checked_add(end - self.position)?;
        Some(start)
    }

    /// The whole.
    pub fn finish(self) -> Option<Placed> {
        let end = self.base.checked_add(self.position)?;
        let size = end.checked_next_multiple_of(self.align)?.div_ceil(BYTE);
        let align = self.align / BYTE;
        Some(Placed { size, align, is_user_aligned: self.is_user_aligned })
    }

    /// What the member's type is aligned to as a member.
    fn member_align(&self, own: &Own<'_>) -> u64 {
        match self.model.member_limit {
            Some(limit)
                if !own.wanted.of_type.is_user_aligned && own.wanted.of_type.is_limited() =>
            {
                own.type_align.min(limit * BYTE)
            }
            _ => own.type_align,
        }
    }

    /// What the place of the member is aligned to.
    fn wanted_align(&self, own: &Own<'_>, as_integer: Option<u64>) -> u64 {
        let is_end = own.wanted.width == Some(0);
        let is_bit_field = own.wanted.width.is_some() && !is_end;
        let is_packed = own.is_packed && !is_end;
        let mut align = own.wanted.align.unwrap_or(1);
        let mut is_user_aligned = own.wanted.align.is_some();
        if is_bit_field {
            align = align.max(as_integer.unwrap_or(1));
        } else if !(is_packed && is_user_aligned) && own.type_align > align {
            align = own.type_align;
            is_user_aligned = own.wanted.of_type.is_user_aligned;
        }
        if is_packed && own.wanted.align.is_none() {
            align = align.min(BYTE);
        }
        if !is_packed && !is_user_aligned && own.wanted.of_type.is_limited() {
            align = align.min(self.model.member_limit.map_or(u64::MAX, |limit| limit * BYTE));
        }
        match self.limit {
            Some(limit) if !is_end => align.min(limit),
            _ => align,
        }
    }

    /// Aligns the whole as the member wants it.
    fn align_whole(&mut self, own: &Own<'_>, align: u64) {
        let is_user_aligned = own.wanted.align.is_some();
        match own.wanted.width {
            None => {
                self.align = self.align.max(align);
                self.is_user_aligned |= is_user_aligned || own.wanted.of_type.is_user_aligned;
            }
            Some(width) => {
                self.is_user_aligned |= is_user_aligned;
                if own.wanted.is_named || self.model.do_unnamed_align {
                    let by_type = match self.limit {
                        _ if width == 0 => self.member_align(own),
                        Some(limit) => self.member_align(own).min(limit),
                        None if own.is_packed => self.member_align(own).min(BYTE),
                        None => self.member_align(own),
                    };
                    self.align = self.align.max(align).max(by_type);
                    self.is_user_aligned |= own.wanted.of_type.is_user_aligned;
                }
            }
        }
    }
}

/// A member, and what follows from it alone.
struct Own<'a> {
    wanted: &'a Wanted<'a>,
    is_packed: bool,
    type_align: u64,
}

impl Own<'_> {
    /// Its size; 0 if it has no end.
    fn size(&self) -> Option<u64> {
        match self.wanted.width {
            Some(width) => Some(width),
            None => self.wanted.of_type.size.unwrap_or(0).checked_mul(BYTE),
        }
    }

    /// The alignment of the integer that the bit-field is treated as, if it is, where the
    /// alignment of its place is `known`.
    fn as_integer(&self, model: &DataModel, known: u64) -> Option<u64> {
        let width = self.wanted.width.filter(|&width| is_integer_width(model, width))?;
        let align = match model.int128 {
            Some(wide) if width == 128 => wide.align * BYTE,
            _ => width,
        };
        (known >= align && !(align > BYTE && self.is_packed)).then_some(align)
    }
}
