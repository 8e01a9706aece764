//! What a table has: its columns, and the values in them.

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Whether a row may have no value.
    pub is_optional: bool,
}

/// What the values of a column are, and how they are laid down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Numbers of 32 bits that mostly follow from the one before: rows, offsets.
    Counted,
    /// Numbers of 32 bits without any order: CRCs.
    Random,
    /// Numbers of 64 bits without any order: digests.
    Wide,
    /// Texts: those that are there again and again are written once.
    Text,
}

/// A value; none if the row has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// None.
    Null,
    /// A number.
    Number(u64),
    /// A text.
    Text(&'a str),
}

/// A column that always has a value.
pub const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, is_optional: false }
}

/// A column in which rows may have no value.
pub const fn optional(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, is_optional: true }
}
