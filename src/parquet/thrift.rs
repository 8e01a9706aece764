//! Thrift's compact protocol, in which Parquet keeps all that is not values.

/// What is written or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'d> {
    /// Yes or no.
    Bool(bool),
    /// A number of any width.
    Number(i64),
    /// Bytes, or a text.
    Bytes(&'d [u8]),
    /// Several of one sort.
    List(Vec<Value<'d>>),
    /// Fields by their numbers, ascending.
    Struct(Vec<(i16, Value<'d>)>),
}

/// How deep things nest: a file's metadata needs six.
const DEEPEST: u32 = 16;

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;

/// Writes fields under way. Each has a number, and they are written in their order.
#[derive(Default)]
pub(super) struct Fields {
    bytes: Vec<u8>,
    last: i16,
}

impl Fields {
    fn head(&mut self, id: i16, kind: u8) {
        let step = id - self.last;
        self.last = id;
        match u8::try_from(step) {
            Ok(step @ 1..=15) => self.bytes.push(step << 4 | kind),
            _ => {
                self.bytes.push(kind);
                put_signed(&mut self.bytes, i64::from(id));
            }
        }
    }

    /// A number of 8 bits.
    pub(super) fn byte(mut self, id: i16, value: u8) -> Self {
        self.head(id, BYTE);
        self.bytes.push(value);
        self
    }

    /// A number of 32 bits.
    pub(super) fn i32(mut self, id: i16, value: i64) -> Self {
        self.head(id, I32);
        put_signed(&mut self.bytes, value);
        self
    }

    /// A number of 64 bits.
    pub(super) fn i64(mut self, id: i16, value: i64) -> Self {
        self.head(id, I64);
        put_signed(&mut self.bytes, value);
        self
    }

    /// Yes or no.
    pub(super) fn bool(mut self, id: i16, value: bool) -> Self {
        self.head(id, if value { TRUE } else { FALSE });
        self
    }

    /// Bytes, or a text.
    pub(super) fn bytes(mut self, id: i16, value: &[u8]) -> Self {
        self.head(id, BINARY);
        put_bytes(&mut self.bytes, value);
        self
    }

    /// Fields in this field.
    pub(super) fn fields(mut self, id: i16, value: Fields) -> Self {
        self.head(id, STRUCT);
        self.bytes.extend(value.end());
        self
    }

    /// A list of things with fields.
    pub(super) fn list(mut self, id: i16, values: impl ExactSizeIterator<Item = Fields>) -> Self {
        self.head(id, LIST);
        put_list(&mut self.bytes, values.len(), STRUCT);
        values.for_each(|value| self.bytes.extend(value.end()));
        self
    }

    /// A list of numbers of 32 bits.
    pub(super) fn numbers(mut self, id: i16, values: &[i64]) -> Self {
        self.head(id, LIST);
        put_list(&mut self.bytes, values.len(), I32);
        values.iter().for_each(|value| put_signed(&mut self.bytes, *value));
        self
    }

    /// A list of one text.
    pub(super) fn text_alone(mut self, id: i16, value: &[u8]) -> Self {
        self.head(id, LIST);
        put_list(&mut self.bytes, 1, BINARY);
        put_bytes(&mut self.bytes, value);
        self
    }

    /// All of it.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

fn put_list(bytes: &mut Vec<u8>, count: usize, kind: u8) {
    match u8::try_from(count) {
        Ok(count @ 0..=14) => bytes.push(count << 4 | kind),
        _ => {
            bytes.push(0xf0 | kind);
            put_unsigned(bytes, count as u64);
        }
    }
}

fn put_bytes(bytes: &mut Vec<u8>, value: &[u8]) {
    put_unsigned(bytes, value.len() as u64);
    bytes.extend(value);
}

/// Writes a number in groups of 7 bits, the lowest first.
pub(super) fn put_unsigned(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Writes a number with a sign, of which small ones are short.
pub(super) fn put_signed(bytes: &mut Vec<u8>, value: i64) {
    put_unsigned(bytes, (value << 1 ^ value >> 63) as u64);
}

/// Reads a number in groups of 7 bits.
pub(super) fn take_unsigned(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(bytes)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// Reads a number with a sign.
pub(super) fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    let value = take_unsigned(bytes)?;
    Some((value >> 1) as i64 ^ -((value & 1) as i64))
}

fn take_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

/// Takes so many bytes.
pub(super) fn take<'d>(bytes: &mut &'d [u8], count: u64) -> Option<&'d [u8]> {
    let (taken, rest) = bytes.split_at_checked(usize::try_from(count).ok()?)?;
    *bytes = rest;
    Some(taken)
}

impl<'d> Value<'d> {
    /// Reads the fields that `bytes` begin with; none if they are damaged.
    pub(super) fn read(bytes: &mut &'d [u8]) -> Option<Value<'d>> {
        Value::read_one(bytes, STRUCT, DEEPEST)
    }

    fn read_one(bytes: &mut &'d [u8], kind: u8, depth: u32) -> Option<Value<'d>> {
        let depth = depth.checked_sub(1)?;
        Some(match kind {
            TRUE => Value::Bool(true),
            FALSE => Value::Bool(false),
            BYTE => Value::Number(i64::from(take_byte(bytes)? as i8)),
            I16 | I32 | I64 => Value::Number(take_signed(bytes)?),
            DOUBLE => Value::Bytes(take(bytes, 8)?),
            BINARY => {
                let length = take_unsigned(bytes)?;
                Value::Bytes(take(bytes, length)?)
            }
            LIST | SET => {
                let head = take_byte(bytes)?;
                let count = match head >> 4 {
                    15 => take_unsigned(bytes)?,
                    count => u64::from(count),
                };
                // Each takes a byte at least, but for what is yes or no, which has none here.
                let mut list = Vec::new();
                for _ in 0..count {
                    list.push(match head & 15 {
                        TRUE | FALSE => Value::Bool(take_byte(bytes)? == TRUE),
                        kind => Value::read_one(bytes, kind, depth)?,
                    });
                }
                Value::List(list)
            }
            STRUCT => Value::Struct(Value::read_fields(bytes, depth)?),
            _ => return None,
        })
    }

    fn read_fields(bytes: &mut &'d [u8], depth: u32) -> Option<Vec<(i16, Value<'d>)>> {
        let mut fields = Vec::new();
        let mut id = 0_i16;
        loop {
            let head = take_byte(bytes)?;
            if head == 0 {
                return Some(fields);
            }
            id = match head >> 4 {
                0 => i16::try_from(take_signed(bytes)?).ok()?,
                step => id.checked_add(i16::from(step))?,
            };
            fields.push((id, Value::read_one(bytes, head & 15, depth)?));
        }
    }

    /// The field of this number.
    pub(super) fn field(&self, id: i16) -> Option<&Value<'d>> {
        let Value::Struct(fields) = self else { return None };
        fields.iter().find(|(own, _)| *own == id).map(|(_, value)| value)
    }

    /// The number in this field.
    pub(super) fn number(&self, id: i16) -> Option<i64> {
        match self.field(id)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number in this field, which is none below zero.
    pub(super) fn count(&self, id: i16) -> Option<u64> {
        u64::try_from(self.number(id)?).ok()
    }

    /// The bytes in this field.
    pub(super) fn bytes(&self, id: i16) -> Option<&'d [u8]> {
        match self.field(id)? {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The list in this field.
    pub(super) fn list(&self, id: i16) -> Option<&[Value<'d>]> {
        match self.field(id)? {
            Value::List(list) => Some(list),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    #[test]
    fn what_is_written_is_read_and_no_part_of_it_is() {
        let inner = || Fields::default().byte(10, 32).bool(11, true);
        let fields = Fields::default()
            .i32(1, -3)
            .i64(40, i64::MAX)
            .bytes(41, b"name")
            .list(42, (0..20).map(|_| inner()))
            .numbers(43, &[0, 8])
            .text_alone(44, b"x");
        let bytes = fields.end();
        let value = Value::read(&mut &bytes[..]).unwrap();
        assert_eq!(value.number(1), Some(-3));
        assert_eq!(value.count(1), None);
        assert_eq!(value.number(40), Some(i64::MAX));
        assert_eq!(value.bytes(41), Some(&b"name"[..]));
        assert_eq!(value.list(42).unwrap().len(), 20);
        assert_eq!(value.list(42).unwrap()[19].number(10), Some(32));
        assert_eq!(value.list(43).unwrap()[1], Value::Number(8));
        for length in 0..bytes.len() {
            assert_eq!(Value::read(&mut &bytes[..length]), None, "{length}");
        }
    }

    #[test]
    fn what_nests_without_end_is_refused() {
        // Fields in fields in fields.
        assert_eq!(Value::read(&mut &[0x1c; 1000][..]), None);
    }
}
