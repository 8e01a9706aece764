//! The tables of a part, which docs/history.md describes: change both together.
//!
//! What is the same in many kernels is in rows of its own, in `symbols`, `layouts` and `fields`, and there
//! only once for a part and all parts that build on it. Which of these rows a kernel has, `exports`, `types`
//! and `members` say, by number: from 0 the rows of the base, and from there on those of the part itself.

use crate::parquet::{Column, Kind, column, optional};

/// The version of all of it. Within a version, columns may be added.
pub const VERSION: u32 = 1;

/// The notes at the end of each table.
pub(super) const NOTE_VERSION: &str = "modversions.schema";
/// The release that the part builds on; missing if on none.
pub(super) const NOTE_BASE: &str = "modversions.base";
/// How many rows of the base are before the part's own.
pub(super) const NOTE_BASE_ROWS: &str = "modversions.base_rows";
/// The digest of what is known of the base.
pub(super) const NOTE_BASE_DIGEST: &str = "modversions.base_digest";
/// How many rows of its own the part has.
pub(super) const NOTE_OWN_ROWS: &str = "modversions.own_rows";
/// What the exports cover.
pub(super) const NOTE_COVER: &str = "modversions.cover";
/// The digest of what is known of the kernel.
pub(super) const NOTE_DIGEST: &str = "modversions.digest";

/// A table of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableName {
    /// One row: the kernel.
    Release,
    /// What is exported, but for the CRC.
    Symbols,
    /// Which symbols the kernel has, with their CRCs.
    Exports,
    /// Structs, unions, enums and typedefs as some kernel has them.
    Layouts,
    /// Which layouts the kernel has.
    Types,
    /// The members that structs and unions may have.
    Fields,
    /// Which members the part's own layouts have, and where.
    Members,
}

impl TableName {
    /// All of them.
    pub const ALL: [TableName; 7] = [
        Self::Release,
        Self::Symbols,
        Self::Exports,
        Self::Layouts,
        Self::Types,
        Self::Fields,
        Self::Members,
    ];

    /// The name of its file.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Release => "release.parquet",
            Self::Symbols => "symbols.parquet",
            Self::Exports => "exports.parquet",
            Self::Layouts => "layouts.parquet",
            Self::Types => "types.parquet",
            Self::Fields => "fields.parquet",
            Self::Members => "members.parquet",
        }
    }

    /// Its columns.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Release => release::COLUMNS,
            Self::Symbols => symbols::COLUMNS,
            Self::Exports => exports::COLUMNS,
            Self::Layouts => layouts::COLUMNS,
            Self::Types => types::COLUMNS,
            Self::Fields => fields::COLUMNS,
            Self::Members => members::COLUMNS,
        }
    }
}

/// A row: the kernel. What only the names of folders say is not repeated.
pub(super) mod release {
    use super::{Column, Kind, column, optional};

    pub(in crate::history) const COLUMNS: &[Column] = &[
        column("flavour", Kind::Text),
        optional("built", Kind::Text),
        optional("vermagic", Kind::Text),
        optional("machine", Kind::Counted),
        optional("bits", Kind::Counted),
        optional("byte_order", Kind::Text),
        optional("loader", Kind::Text),
        column("signatures", Kind::Text),
        optional("module_size", Kind::Counted),
        optional("options", Kind::Text),
        optional("exports", Kind::Counted),
        optional("cover", Kind::Text),
        optional("types", Kind::Counted),
        optional("types_from", Kind::Text),
        column("digest", Kind::Wide),
        optional("base", Kind::Text),
        column("base_symbols", Kind::Counted),
        column("base_layouts", Kind::Counted),
        column("base_fields", Kind::Counted),
    ];
}

/// Rows sorted by symbol.
pub(super) mod symbols {
    use super::{Column, Kind, column, optional};

    pub(in crate::history) const COLUMNS: &[Column] = &[
        column("row", Kind::Counted),
        column("symbol", Kind::Text),
        column("module", Kind::Text),
        optional("license", Kind::Text),
        optional("namespace", Kind::Text),
        optional("imported_by", Kind::Text),
    ];
    pub(in crate::history) const ROW: usize = 0;
    pub(in crate::history) const SYMBOL: usize = 1;
    pub(in crate::history) const MODULE: usize = 2;
    pub(in crate::history) const LICENSE: usize = 3;
    pub(in crate::history) const NAMESPACE: usize = 4;
    pub(in crate::history) const IMPORTED_BY: usize = 5;
}

/// Rows sorted by the number of the symbol.
pub(super) mod exports {
    use super::{Column, Kind, column, optional};

    pub(in crate::history) const COLUMNS: &[Column] =
        &[column("symbol_row", Kind::Counted), optional("crc", Kind::Random)];
    pub(in crate::history) const SYMBOL_ROW: usize = 0;
    pub(in crate::history) const CRC: usize = 1;
}

/// Rows sorted by type.
pub(super) mod layouts {
    use super::{Column, Kind, column, optional};

    pub(in crate::history) const COLUMNS: &[Column] = &[
        column("row", Kind::Counted),
        column("type", Kind::Text),
        column("kind", Kind::Text),
        optional("size", Kind::Counted),
        optional("alignment", Kind::Counted),
        column("digest", Kind::Wide),
    ];
    pub(in crate::history) const ROW: usize = 0;
    pub(in crate::history) const TYPE: usize = 1;
    pub(in crate::history) const SIZE: usize = 3;
    pub(in crate::history) const DIGEST: usize = 5;
}

/// Rows sorted by the number of the layout.
pub(super) mod types {
    use super::{Column, Kind, column};

    pub(in crate::history) const COLUMNS: &[Column] = &[column("layout_row", Kind::Counted)];
    pub(in crate::history) const LAYOUT_ROW: usize = 0;
}

/// Rows sorted by type, those of one in the order in which they were found.
pub(super) mod fields {
    use super::{Column, Kind, column};

    pub(in crate::history) const COLUMNS: &[Column] = &[
        column("row", Kind::Counted),
        column("type", Kind::Text),
        column("path", Kind::Text),
        column("bits", Kind::Counted),
        column("is_bit_field", Kind::Counted),
        column("of_type", Kind::Text),
    ];
    pub(in crate::history) const ROW: usize = 0;
    pub(in crate::history) const TYPE: usize = 1;
    pub(in crate::history) const PATH: usize = 2;
    pub(in crate::history) const BITS: usize = 3;
    pub(in crate::history) const IS_BIT_FIELD: usize = 4;
    pub(in crate::history) const OF_TYPE: usize = 5;
}

/// Rows sorted by the part's own layout, those of one in the order of their declaration.
pub(super) mod members {
    use super::{Column, Kind, column};

    pub(in crate::history) const COLUMNS: &[Column] = &[
        column("layout", Kind::Counted),
        column("field_row", Kind::Counted),
        column("bit_offset", Kind::Counted),
    ];
    pub(in crate::history) const LAYOUT: usize = 0;
    pub(in crate::history) const FIELD_ROW: usize = 1;
    pub(in crate::history) const BIT_OFFSET: usize = 2;
}
