//! Aliases that are assembled from pieces, each with one field of an entry.

use super::fields::{Entry, Field, Fields, Kind};

/// The digits of the numbers in nearly all aliases.
pub(super) const UPPER: &[u8; 16] = b"0123456789ABCDEF";
/// The digits of the others.
pub(super) const LOWER: &[u8; 16] = b"0123456789abcdef";

/// A piece of an alias: some letters, and the field that they announce, or `*` for any value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    letters: &'static str,
    field: Field,
    style: Style,
    when: When,
}

/// How a field is written.
#[derive(Clone, Copy, Debug)]
enum Style {
    /// In hexadecimal, with at least so many digits, which are these.
    Hex(usize, &'static [u8; 16]),
    /// In decimal, with at least so many digits.
    Decimal(usize),
    /// As it is, up to its terminator.
    Text,
    /// A GUID: 16 bytes, the first three groups of which are little-endian numbers.
    Guid(&'static [u8; 16]),
    /// A GUID that older releases read as one number.
    NumberedGuid(&'static [u8; 16]),
    /// A UUID: 16 bytes in order; older releases read it as one number.
    Uuid,
    /// 16 bytes in order, without hyphens.
    Bytes,
}

/// When a field is written; else `*` stands for it.
#[derive(Clone, Copy, Debug)]
enum When {
    Always,
    /// If it does not have this value, which means any.
    Unless(u32),
    /// If one of these bits is set in that other field.
    Flag(Field, u32),
    /// If that other field has this value.
    Equal(Field, u32),
    /// If its text is not empty.
    Given,
    /// If it does not have this value; with it, not even a `*` stands there.
    OmittedFor(u32),
}

impl Fields {
    /// The field `name` after `letters`, in hexadecimal and as wide as it is.
    pub const fn hex(self, letters: &'static str, name: &str) -> Piece {
        let field = self.field(name);
        let digits = match field.kind {
            Kind::U8 => 2,
            Kind::U16 => 4,
            Kind::U32 => 8,
            Kind::Word | Kind::Bytes(_) | Kind::BitsUpTo(_) => {
                panic!("only numbers of a fixed size are written in hexadecimal")
            }
        };
        piece(letters, field, Style::Hex(digits, UPPER))
    }

    /// The field `name` in decimal, with at least `least` digits.
    pub const fn decimal(self, name: &str, least: usize) -> Piece {
        piece("", self.field(name), Style::Decimal(least))
    }

    /// As [`Self::hex`], if `flag` is set in the member `match_flags`.
    pub const fn flagged(self, letters: &'static str, name: &str, flag: u32) -> Piece {
        Piece { when: When::Flag(self.field("match_flags"), flag), ..self.hex(letters, name) }
    }

    /// The text that begins with the field `name`, after `letters`.
    pub const fn text(self, letters: &'static str, name: &str) -> Piece {
        piece(letters, self.field(name), Style::Text)
    }

    /// A GUID in digits of this kind, after `letters`.
    pub const fn guid(self, letters: &'static str, name: &str, digits: &'static [u8; 16]) -> Piece {
        piece(letters, self.field(name), Style::Guid(digits))
    }

    /// A GUID in digits of this kind, after `letters`, which older releases read as one number.
    pub const fn numbered_guid(
        self,
        letters: &'static str,
        name: &str,
        digits: &'static [u8; 16],
    ) -> Piece {
        piece(letters, self.field(name), Style::NumberedGuid(digits))
    }

    /// A UUID.
    pub const fn uuid(self, name: &str) -> Piece {
        piece("", self.field(name), Style::Uuid)
    }

    /// 16 bytes.
    pub const fn bytes(self, name: &str) -> Piece {
        piece("", self.field(name), Style::Bytes)
    }
}

const fn piece(letters: &'static str, field: Field, style: Style) -> Piece {
    Piece { letters, field, style, when: When::Always }
}

impl Piece {
    /// `*` stands for this value.
    pub const fn unless(self, any: u32) -> Self {
        Self { when: When::Unless(any), ..self }
    }

    /// The value is only given if `other` has `value`.
    pub const fn if_equal(self, other: Field, value: u32) -> Self {
        Self { when: When::Equal(other, value), ..self }
    }

    /// The value is only given if `flag` is set in `other`.
    pub const fn if_flag(self, other: Field, flag: u32) -> Self {
        Self { when: When::Flag(other, flag), ..self }
    }

    /// `*` stands for an empty text.
    pub const fn if_given(self) -> Self {
        Self { when: When::Given, ..self }
    }

    /// Nothing stands for this value, only the letters.
    pub const fn omitted_for(self, value: u32) -> Self {
        Self { when: When::OmittedFor(value), ..self }
    }

    /// In hexadecimal, with at least this many digits of this kind.
    pub const fn digits(self, least: usize, digits: &'static [u8; 16]) -> Self {
        Self { style: Style::Hex(least, digits), ..self }
    }

    fn is_given(&self, entry: Entry<'_>) -> bool {
        match self.when {
            When::Always => true,
            When::Unless(any) | When::OmittedFor(any) => entry.number(self.field) != any,
            When::Flag(other, flag) => entry.number(other) & flag != 0,
            When::Equal(other, value) => entry.number(other) == value,
            When::Given => !entry.text(self.field).is_empty(),
        }
    }

    fn write(&self, alias: &mut Vec<u8>, entry: Entry<'_>) {
        alias.extend_from_slice(self.letters.as_bytes());
        if self.is_given(entry) {
            self.write_field(alias, entry);
        } else if !matches!(self.when, When::OmittedFor(_)) {
            alias.push(b'*');
        }
    }

    fn write_field(&self, alias: &mut Vec<u8>, entry: Entry<'_>) {
        match self.style {
            Style::Hex(least, digits) => hex(alias, entry.number(self.field), least, digits),
            Style::Decimal(least) => {
                let number = entry.number(self.field);
                alias.extend_from_slice(format!("{number:0least$}").as_bytes());
            }
            Style::Text => alias.extend_from_slice(entry.text(self.field)),
            Style::Guid(digits) => grouped(alias, in_text_order(entry.array(self.field)), digits),
            Style::NumberedGuid(digits) => {
                grouped(alias, in_text_order(entry.uuid(self.field)), digits);
            }
            Style::Uuid => grouped(alias, entry.uuid(self.field), LOWER),
            Style::Bytes => {
                for byte in entry.array::<16>(self.field) {
                    hex(alias, byte.into(), 2, LOWER);
                }
            }
        }
    }
}

/// Appends all of `pieces`.
pub(super) fn write(alias: &mut Vec<u8>, pieces: &[Piece], entry: Entry<'_>) {
    for piece in pieces {
        piece.write(alias, entry);
    }
}

/// Appends a `*`, so that what later kernels append matches too; one is enough.
pub(super) fn leave_open(alias: &mut Vec<u8>) {
    if alias.last() != Some(&b'*') {
        alias.push(b'*');
    }
}

/// Appends `value` in hexadecimal, with zeros in front up to `least` digits.
pub(super) fn hex(alias: &mut Vec<u8>, value: u32, least: usize, digits: &[u8; 16]) {
    let needed = (32 - value.leading_zeros()).div_ceil(4) as usize;
    for position in (0..needed.max(least)).rev() {
        let digit = value.checked_shr(4 * position as u32).unwrap_or_default() & 0xf;
        alias.push(digits[digit as usize]);
    }
}

/// The bytes of a GUID in the order in which they are written.
fn in_text_order(guid: [u8; 16]) -> [u8; 16] {
    let mut bytes = guid;
    for group in [0..4, 4..6, 6..8] {
        bytes[group].reverse();
    }
    bytes
}

/// Appends 16 bytes with hyphens between the groups.
fn grouped(alias: &mut Vec<u8>, bytes: [u8; 16], digits: &[u8; 16]) {
    for (index, byte) in bytes.into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            alias.push(b'-');
        }
        hex(alias, byte.into(), 2, digits);
    }
}

#[cfg(test)]
mod tests {
    use super::{LOWER, UPPER, hex};

    #[test]
    fn numbers_have_the_digits_they_need_and_at_least_those_asked_for() {
        let written = |value, least, digits| {
            let mut text = Vec::new();
            hex(&mut text, value, least, digits);
            String::from_utf8(text).unwrap()
        };
        assert_eq!(written(0xabc, 4, UPPER), "0ABC");
        assert_eq!(written(0xabc, 1, LOWER), "abc");
        assert_eq!(written(0, 1, LOWER), "0");
        assert_eq!(written(u32::MAX, 8, UPPER), "FFFFFFFF");
        assert_eq!(written(1, 10, UPPER), "0000000001");
    }
}
