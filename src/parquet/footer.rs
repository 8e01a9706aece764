//! The words of the format: what a file says of itself at its end.

use super::columns::{Column, Kind};
use super::thrift::Fields;

/// What a file begins and ends with.
pub(super) const MAGIC: &[u8; 4] = b"PAR1";

/// The kinds of pages.
pub(super) const DATA_PAGE: i64 = 0;
pub(super) const DICTIONARY_PAGE: i64 = 2;

/// How pages are compressed.
pub(super) const GZIP: i64 = 2;

/// How values are laid down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// One after the other.
    Plain = 0,
    /// As runs.
    Runs = 3,
    /// As differences.
    Differences = 5,
    /// As numbers in a dictionary.
    Dictionary = 8,
}

impl Encoding {
    /// The one of this number.
    pub(super) fn of(number: i64) -> Option<Encoding> {
        let all = [Self::Plain, Self::Runs, Self::Differences, Self::Dictionary];
        all.into_iter().find(|it| *it as i64 == number)
    }
}

/// What was written of a column of a row group.
pub(super) struct Chunk {
    pub(super) values: usize,
    pub(super) nulls: usize,
    /// The least and the greatest value, as PLAIN has them.
    pub(super) bounds: Option<[Vec<u8>; 2]>,
    pub(super) encoding: Encoding,
    pub(super) dictionary: Option<u64>,
    pub(super) data: u64,
    pub(super) unpacked: usize,
    pub(super) packed: usize,
}

/// The number of a column's physical type.
pub(super) fn physical(kind: Kind) -> i64 {
    match kind {
        Kind::Counted | Kind::Random => 1,
        Kind::Wide => 2,
        Kind::Text => 6,
    }
}

/// What is said of a column in a row group.
pub(super) fn column_metadata(column: Column, chunk: &Chunk) -> Fields {
    let mut statistics = Fields::default().i64(3, chunk.nulls as i64);
    if let Some([least, greatest]) = &chunk.bounds {
        statistics = statistics.bytes(5, greatest).bytes(6, least);
    }
    let encodings = [Encoding::Plain, Encoding::Runs, chunk.encoding].map(|it| it as i64);
    let metadata = Fields::default()
        .i32(1, physical(column.kind))
        .numbers(2, &encodings)
        .text_alone(3, column.name.as_bytes())
        .i32(4, GZIP)
        .i64(5, chunk.values as i64)
        .i64(6, chunk.unpacked as i64)
        .i64(7, chunk.packed as i64)
        .i64(9, chunk.data as i64);
    let metadata = match chunk.dictionary {
        Some(at) => metadata.i64(11, at as i64),
        None => metadata,
    };
    let start = chunk.dictionary.unwrap_or(chunk.data);
    Fields::default().i64(2, start as i64).fields(3, metadata.fields(12, statistics))
}

/// What is said of the columns.
fn schema(columns: &[Column]) -> Vec<Fields> {
    let integer = |bits: u8| Fields::default().byte(1, bits).bool(2, false);
    let column = |column: &Column| {
        // Older readers know the first word only, newer ones prefer the second.
        let (converted, logical) = match column.kind {
            Kind::Counted | Kind::Random => (13, Fields::default().fields(10, integer(32))),
            Kind::Wide => (14, Fields::default().fields(10, integer(64))),
            Kind::Text => (0, Fields::default().fields(1, Fields::default())),
        };
        Fields::default()
            .i32(1, physical(column.kind))
            .i32(3, i64::from(column.is_optional))
            .bytes(4, column.name.as_bytes())
            .i32(6, converted)
            .fields(10, logical)
    };
    let root = Fields::default().bytes(4, b"schema").i32(5, columns.len() as i64);
    std::iter::once(root).chain(columns.iter().map(column)).collect()
}

/// The footer of a file with these columns, rows, row groups and notes.
pub(super) fn footer(
    columns: &[Column],
    rows: usize,
    groups: Vec<Fields>,
    notes: &[(&str, String)],
) -> Vec<u8> {
    let note = |(key, value): &(&str, String)| {
        Fields::default().bytes(1, key.as_bytes()).bytes(2, value.as_bytes())
    };
    // That bounds are those of each type's own order.
    let order = |_: &Column| Fields::default().fields(1, Fields::default());
    Fields::default()
        .i32(1, 1)
        .list(2, schema(columns).into_iter())
        .i64(3, rows as i64)
        .list(4, groups.into_iter())
        .list(5, notes.iter().map(note))
        .bytes(6, concat!("modversions version ", env!("CARGO_PKG_VERSION")).as_bytes())
        .list(7, columns.iter().map(order))
        .end()
}
