//! Writes a table.

use std::collections::BTreeMap;

use super::columns::{Column, Entry, Kind};
use super::encodings::{put_differences, put_runs, width};
use super::footer::{Chunk, DATA_PAGE, DICTIONARY_PAGE, Encoding, MAGIC, column_metadata, footer};
use super::packed::pack;
use super::thrift::Fields;

/// How many rows are in a row group: as many as are read to find one of them.
const ROWS: usize = 4096;

/// A table under way.
pub struct Writer<'c> {
    columns: &'c [Column],
    bytes: Vec<u8>,
    groups: Vec<Fields>,
    /// The rows that are not written yet, row by row.
    rows: Vec<Vec<OwnEntry>>,
    count: usize,
}

/// A value that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
enum OwnEntry {
    Null,
    Number(u64),
    Text(String),
}

impl<'c> Writer<'c> {
    /// A table with these columns and no rows yet.
    pub fn new(columns: &'c [Column]) -> Self {
        let bytes = MAGIC.to_vec();
        Self { columns, bytes, groups: Vec::new(), rows: Vec::new(), count: 0 }
    }

    /// Adds a row: a value for each column.
    pub fn row(&mut self, cells: &[Entry<'_>]) {
        let own = |cell: &Entry<'_>| match *cell {
            Entry::Null => OwnEntry::Null,
            Entry::Number(number) => OwnEntry::Number(number),
            Entry::Text(text) => OwnEntry::Text(text.to_owned()),
        };
        self.rows.push(cells.iter().map(own).collect());
        if self.rows.len() == ROWS {
            self.end_group();
        }
    }

    fn end_group(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return;
        }
        let start = self.bytes.len() as u64;
        let mut chunks = Vec::new();
        for (number, column) in self.columns.iter().enumerate() {
            let cells: Vec<&OwnEntry> = rows.iter().filter_map(|row| row.get(number)).collect();
            let chunk = self.chunk(*column, &cells);
            chunks.push((*column, chunk));
        }
        let unpacked = chunks.iter().map(|(_, chunk)| chunk.unpacked as i64).sum();
        let packed = self.bytes.len() as i64 - start as i64;
        let columns = chunks.iter().map(|(column, chunk)| column_metadata(*column, chunk));
        let group = Fields::default()
            .list(1, columns)
            .i64(2, unpacked)
            .i64(3, rows.len() as i64)
            .i64(5, start as i64)
            .i64(6, packed);
        self.groups.push(group);
        self.count += rows.len();
    }

    /// Writes a column of a row group.
    fn chunk(&mut self, column: Column, cells: &[&OwnEntry]) -> Chunk {
        let start = self.bytes.len();
        let mut page = Vec::new();
        if column.is_optional {
            let levels: Vec<u32> =
                cells.iter().map(|cell| u32::from(**cell != OwnEntry::Null)).collect();
            let mut runs = Vec::new();
            put_runs(&mut runs, &levels, 1);
            page.extend((runs.len() as u32).to_le_bytes());
            page.extend(runs);
        }
        let nulls = cells.iter().filter(|cell| ***cell == OwnEntry::Null).count();
        let mut chunk = Chunk {
            values: cells.len(),
            nulls,
            bounds: None,
            encoding: Encoding::Plain,
            dictionary: None,
            data: 0,
            unpacked: 0,
            packed: 0,
        };
        match column.kind {
            Kind::Text => self.texts(cells, &mut page, &mut chunk),
            kind => numbers(kind, cells, &mut page, &mut chunk),
        }
        let head = Fields::default()
            .i32(1, cells.len() as i64)
            .i32(2, chunk.encoding as i64)
            .i32(3, Encoding::Runs as i64)
            .i32(4, Encoding::Runs as i64);
        chunk.data = self.page(DATA_PAGE, 5, head, &page, &mut chunk.unpacked);
        chunk.packed = self.bytes.len() - start;
        chunk
    }

    /// Lays down texts, those that occur several times in a page of their own before the data.
    fn texts(&mut self, cells: &[&OwnEntry], page: &mut Vec<u8>, chunk: &mut Chunk) {
        let texts = cells.iter().filter_map(|cell| match cell {
            OwnEntry::Text(text) => Some(text.as_bytes()),
            _ => None,
        });
        let texts: Vec<&[u8]> = texts.collect();
        let distinct: BTreeMap<&[u8], u32> = texts.iter().map(|text| (*text, 0)).collect();
        let bound = |it: Option<(&&[u8], &u32)>| it.map(|(text, _)| text.to_vec());
        let bounds = bound(distinct.first_key_value()).zip(bound(distinct.last_key_value()));
        chunk.bounds = bounds.map(|(least, greatest)| [least, greatest]);
        if distinct.len() * 2 > texts.len() {
            texts.iter().for_each(|text| put_text(page, text));
            return;
        }
        let mut numbers = distinct;
        let mut dictionary = Vec::new();
        for ((text, number), next) in numbers.iter_mut().zip(0..) {
            put_text(&mut dictionary, text);
            *number = next;
        }
        let count = numbers.len();
        let head = Fields::default().i32(1, count as i64).i32(2, Encoding::Plain as i64);
        let at = self.page(DICTIONARY_PAGE, 7, head, &dictionary, &mut chunk.unpacked);
        chunk.dictionary = Some(at);
        chunk.encoding = Encoding::Dictionary;
        let width = width(count);
        page.push(width as u8);
        let numbers: Vec<u32> =
            texts.iter().filter_map(|text| numbers.get(text)).copied().collect();
        put_runs(page, &numbers, width);
    }

    /// Writes a page with its head; where it begins.
    fn page(
        &mut self,
        kind: i64,
        field: i16,
        head: Fields,
        bytes: &[u8],
        unpacked: &mut usize,
    ) -> u64 {
        let at = self.bytes.len();
        let packed = pack(bytes);
        let head = Fields::default()
            .i32(1, kind)
            .i32(2, bytes.len() as i64)
            .i32(3, packed.len() as i64)
            .fields(field, head)
            .end();
        *unpacked += head.len() + bytes.len();
        self.bytes.extend(head);
        self.bytes.extend(packed);
        at as u64
    }

    /// The file, with these notes at its end.
    pub fn end(mut self, notes: &[(&str, String)]) -> Vec<u8> {
        self.end_group();
        let footer = footer(self.columns, self.count, self.groups, notes);
        self.bytes.extend(&footer);
        self.bytes.extend((footer.len() as u32).to_le_bytes());
        self.bytes.extend(MAGIC);
        self.bytes
    }
}

fn numbers(kind: Kind, cells: &[&OwnEntry], page: &mut Vec<u8>, chunk: &mut Chunk) {
    let values = cells.iter().filter_map(|cell| match cell {
        OwnEntry::Number(number) => Some(*number),
        _ => None,
    });
    let values: Vec<u64> = values.collect();
    let plain = |value: u64| match kind {
        Kind::Wide => value.to_le_bytes().to_vec(),
        _ => (value as u32).to_le_bytes().to_vec(),
    };
    let bounds = values.iter().min().zip(values.iter().max());
    chunk.bounds = bounds.map(|(least, greatest)| [plain(*least), plain(*greatest)]);
    if kind == Kind::Counted {
        chunk.encoding = Encoding::Differences;
        let values: Vec<u32> = values.iter().map(|value| *value as u32).collect();
        put_differences(page, &values);
    } else {
        values.iter().for_each(|value| page.extend(plain(*value)));
    }
}

fn put_text(page: &mut Vec<u8>, text: &[u8]) {
    page.extend((text.len() as u32).to_le_bytes());
    page.extend(text);
}

/// Writes a table of these rows at once.
pub fn write<'r>(
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Entry<'r>>>,
    notes: &[(&str, String)],
) -> Vec<u8> {
    let mut writer = Writer::new(columns);
    rows.for_each(|row| writer.row(&row));
    writer.end(notes)
}
