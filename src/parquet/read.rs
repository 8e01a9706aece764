//! Reads tables that were written here: a footer, and then the columns of those row groups that may have
//! what is wanted.

use std::fmt;

use super::columns::{Column, Kind};
use super::encodings::{take_differences, take_runs};
use super::footer::{DATA_PAGE, DICTIONARY_PAGE, Encoding, GZIP, MAGIC, physical};
use super::packed::unpack;
use super::thrift::{Value, take};

/// Where a file's bytes are.
pub trait Source {
    /// How many there are.
    fn length(&self) -> u64;

    /// Those of a range that lies within the length.
    ///
    /// # Errors
    /// They cannot be read: why.
    fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, String>;
}

impl Source for &[u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, String> {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let end = start.saturating_add(length);
        self.get(start..end).map(<[u8]>::to_vec).ok_or_else(|| "it is too short".to_owned())
    }
}

/// Why a table is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The system does not read it.
    Unreadable(String),
    /// It is no such file, or not whole: what is wrong.
    Damaged(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unreadable(reason) => formatter.write_str(reason),
            Fault::Damaged(what) => write!(formatter, "damaged: {what}"),
        }
    }
}

/// The values of a column in some rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Numbers.
    Numbers(Vec<Option<u64>>),
    /// Texts.
    Texts(Vec<Option<String>>),
}

/// A table that is open.
pub struct Table<S> {
    source: S,
    columns: &'static [Column],
    groups: Vec<Group>,
    notes: Vec<(String, String)>,
    /// How many rows it has.
    pub rows: u64,
}

/// The numbers of row groups.
pub type Groups = std::ops::Range<usize>;

struct Group {
    rows: usize,
    chunks: Vec<Chunk>,
}

/// Where a column of a row group lies.
struct Chunk {
    start: u64,
    length: usize,
    /// The least and the greatest value, as PLAIN has them.
    bounds: Option<[Vec<u8>; 2]>,
}

/// How much of the end is read at once: all of most footers.
const END: u64 = 4 << 10;

/// What no footer is longer than.
const LONGEST_FOOTER: u64 = 16 << 20;

/// What no column of a row group is longer than.
const LONGEST_CHUNK: u64 = 64 << 20;

/// What no row group has more of.
const MOST_ROWS: u64 = 1 << 16;

/// What the texts of a column of a row group take at most, those that occur often counted as often. (A
/// page has each once, and may say of a long one that all rows have it.)
const LONGEST_TEXTS: usize = 64 << 20;

impl<S: Source> Table<S> {
    /// Opens a table, of which these columns are wanted.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or has no such columns.
    pub fn open(source: S, columns: &'static [Column]) -> Result<Table<S>, Fault> {
        let footer = read_footer(&source)?;
        let metadata = Value::read(&mut &footer[..]).ok_or(Fault::Damaged("its footer"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let notes = metadata.list(5).unwrap_or_default().iter();
        let notes = notes.filter_map(|note| Some((text(note.bytes(1)?), text(note.bytes(2)?))));
        let notes = notes.collect();
        let places = places(&metadata, columns)?;
        let length = source.length();
        let groups = metadata.list(4).ok_or(Fault::Damaged("it has no row groups"))?;
        let group = |group| read_group(group, &places, length);
        let groups = groups.iter().map(|it| group(it).ok_or(Fault::Damaged("its row groups")));
        let groups = groups.collect::<Result<Vec<Group>, Fault>>()?;
        let rows = groups.iter().map(|group| group.rows as u64).sum();
        if metadata.count(3) != Some(rows) {
            return Err(Fault::Damaged("its number of rows"));
        }
        Ok(Table { source, columns, groups, notes, rows })
    }

    /// The note of this name.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.notes.iter().find(|(own, _)| own == key).map(|(_, value)| value.as_str())
    }

    /// All row groups.
    pub fn groups(&self) -> Groups {
        0..self.groups.len()
    }

    /// How many rows come before this row group, and how many it has.
    pub fn extent(&self, group: usize) -> (u64, usize) {
        let before = self.groups[..group].iter().map(|it| it.rows as u64).sum();
        (before, self.groups[group].rows)
    }

    /// Whether the text may be in this column of a row group.
    pub fn may_have_text(&self, group: usize, column: usize, text: &str) -> bool {
        let bounds = self.groups[group].chunks[column].bounds.as_ref();
        bounds.is_some_and(|[least, greatest]| {
            &least[..] <= text.as_bytes() && text.as_bytes() <= &greatest[..]
        })
    }

    /// Whether the number may be in this column of a row group.
    pub fn may_have_number(&self, group: usize, column: usize, number: u64) -> bool {
        let bounds = self.groups[group].chunks[column].bounds.as_ref();
        let value =
            |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
        bounds.is_some_and(|[least, greatest]| (value(least)..=value(greatest)).contains(&number))
    }

    /// The values of a column in a row group.
    ///
    /// # Errors
    /// They cannot be read, or are damaged.
    pub fn read(&self, group: usize, column: usize) -> Result<Cells, Fault> {
        let Group { rows, chunks } = &self.groups[group];
        let Chunk { start, length, .. } = chunks[column];
        let bytes = self.source.read(start, length).map_err(Fault::Unreadable)?;
        cells(&bytes, self.columns[column], *rows).ok_or(Fault::Damaged("a page"))
    }

    /// The numbers of a column in a row group.
    ///
    /// # Errors
    /// See [`Table::read`].
    pub fn numbers(&self, group: usize, column: usize) -> Result<Vec<Option<u64>>, Fault> {
        match self.read(group, column)? {
            Cells::Numbers(numbers) => Ok(numbers),
            Cells::Texts(_) => Err(Fault::Damaged("a column has texts")),
        }
    }

    /// The texts of a column in a row group.
    ///
    /// # Errors
    /// See [`Table::read`].
    pub fn texts(&self, group: usize, column: usize) -> Result<Vec<Option<String>>, Fault> {
        match self.read(group, column)? {
            Cells::Texts(texts) => Ok(texts),
            Cells::Numbers(_) => Err(Fault::Damaged("a column has numbers")),
        }
    }
}

/// The footer, which the last bytes tell the length of.
fn read_footer(source: &impl Source) -> Result<Vec<u8>, Fault> {
    let length = source.length();
    let size = length.min(END);
    let read = |start: u64, size: u64| {
        let size = usize::try_from(size).map_err(|_| Fault::Damaged("its footer"))?;
        source.read(start, size).map_err(Fault::Unreadable)
    };
    let end = read(length - size, size)?;
    let Some((rest, [a, b, c, d, magic @ ..])) = end.split_last_chunk::<8>() else {
        return Err(Fault::Damaged("it ends too early"));
    };
    if magic != MAGIC {
        return Err(Fault::Damaged("it is no Parquet file, or not whole"));
    }
    let size = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
    if size > LONGEST_FOOTER || size + 8 > length {
        return Err(Fault::Damaged("its footer"));
    }
    match usize::try_from(size).ok().and_then(|size| rest.len().checked_sub(size)) {
        Some(start) => Ok(rest[start..].to_vec()),
        None => read(length - 8 - size, size),
    }
}

/// Which columns of the file those that are wanted are.
fn places(metadata: &Value<'_>, columns: &[Column]) -> Result<Vec<usize>, Fault> {
    let schema = metadata.list(2).ok_or(Fault::Damaged("it has no schema"))?;
    let own = schema.get(1..).unwrap_or_default();
    let place = |column: &Column| {
        let is_it = |of: &Value<'_>| {
            of.bytes(4) == Some(column.name.as_bytes())
                && of.number(1) == Some(physical(column.kind))
                && of.number(3) == Some(i64::from(column.is_optional))
        };
        own.iter().position(is_it).ok_or(Fault::Damaged("it lacks a column"))
    };
    columns.iter().map(place).collect()
}

fn read_group(group: &Value<'_>, places: &[usize], end: u64) -> Option<Group> {
    let rows = group.count(3).filter(|rows| *rows <= MOST_ROWS)?;
    let columns = group.list(1)?;
    let chunk = |place: &usize| {
        let metadata = columns.get(*place)?.field(3)?;
        if metadata.number(4)? != GZIP || metadata.count(5)? != rows {
            return None;
        }
        let data = metadata.count(9)?;
        let start = metadata.count(11).unwrap_or(data).min(data);
        let length = metadata.count(7).filter(|length| *length <= LONGEST_CHUNK)?;
        if start.checked_add(length)? > end {
            return None;
        }
        let statistics = metadata.field(12);
        let bound = |field: i16| Some(statistics?.bytes(field)?.to_vec());
        let bounds = bound(6).zip(bound(5)).map(|(least, greatest)| [least, greatest]);
        Some(Chunk { start, length: usize::try_from(length).ok()?, bounds })
    };
    let chunks = places.iter().map(chunk).collect::<Option<Vec<Chunk>>>()?;
    Some(Group { rows: usize::try_from(rows).ok()?, chunks })
}

/// A page: its kind, its head, and what is in it.
fn take_page(bytes: &mut &[u8]) -> Option<(i64, usize, Encoding, Vec<u8>)> {
    let head = Value::read(bytes)?;
    let kind = head.number(1)?;
    let unpacked = usize::try_from(head.count(2)?).ok()?;
    let packed = take(bytes, head.count(3)?)?;
    let own = head.field(if kind == DICTIONARY_PAGE { 7 } else { 5 })?;
    let count = usize::try_from(own.count(1)?).ok()?;
    Some((kind, count, Encoding::of(own.number(2)?)?, unpack(packed, unpacked)?))
}

/// The values in the pages of a column, of which there are so many.
fn cells(mut bytes: &[u8], column: Column, rows: usize) -> Option<Cells> {
    let mut dictionary = None;
    let mut page = take_page(&mut bytes)?;
    if page.0 == DICTIONARY_PAGE {
        let (_, count, encoding, content) = page;
        (encoding == Encoding::Plain && count <= rows).then_some(())?;
        dictionary = Some(take_texts(&mut &content[..], count)?);
        page = take_page(&mut bytes)?;
    }
    let (kind, count, encoding, content) = page;
    (kind == DATA_PAGE && count == rows && bytes.is_empty()).then_some(())?;
    let mut content = &content[..];
    let levels = match column.is_optional {
        true => {
            let length = take(&mut content, 4)?.try_into().ok().map(u32::from_le_bytes)?;
            Some(take_runs(&mut take(&mut content, u64::from(length))?, 1, rows)?)
        }
        false => None,
    };
    let count = levels.as_ref().map_or(rows, |it| it.iter().filter(|level| **level == 1).count());
    match column.kind {
        Kind::Text => {
            let texts = match (encoding, dictionary) {
                (Encoding::Plain, None) => take_texts(&mut content, count)?,
                (Encoding::Dictionary, Some(texts)) => {
                    let width = take(&mut content, 1)?[0];
                    let numbers = take_runs(&mut content, u32::from(width), count)?;
                    let mut length = 0_usize;
                    let text = |number: &u32| {
                        let text = texts.get(*number as usize)?;
                        length += text.len();
                        (length <= LONGEST_TEXTS).then(|| text.clone())
                    };
                    numbers.iter().map(text).collect::<Option<Vec<String>>>()?
                }
                _ => return None,
            };
            Some(Cells::Texts(spread(texts, levels)))
        }
        kind => {
            let numbers = take_numbers(&mut content, kind, encoding, count)?;
            Some(Cells::Numbers(spread(numbers, levels)))
        }
    }
}

fn take_numbers(
    bytes: &mut &[u8],
    kind: Kind,
    encoding: Encoding,
    count: usize,
) -> Option<Vec<u64>> {
    let wide = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    match encoding {
        Encoding::Differences => {
            Some(take_differences(bytes, count)?.into_iter().map(u64::from).collect())
        }
        Encoding::Plain => {
            let size = if kind == Kind::Wide { 8 } else { 4 };
            Some(take(bytes, (count * size) as u64)?.chunks_exact(size).map(wide).collect())
        }
        _ => None,
    }
}

fn take_texts(bytes: &mut &[u8], count: usize) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for _ in 0..count {
        let length = take(bytes, 4)?.try_into().ok().map(u32::from_le_bytes)?;
        let text = take(bytes, u64::from(length))?;
        texts.push(std::str::from_utf8(text).ok()?.to_owned());
    }
    Some(texts)
}

/// The values in the rows that have one.
fn spread<T>(values: Vec<T>, levels: Option<Vec<u32>>) -> Vec<Option<T>> {
    let Some(levels) = levels else { return values.into_iter().map(Some).collect() };
    let mut values = values.into_iter();
    levels.iter().map(|level| if *level == 1 { values.next() } else { None }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;
    use crate::parquet::{Entry, Writer, column, optional};

    const COLUMNS: &[Column] = &[
        column("row", Kind::Counted),
        optional("crc", Kind::Random),
        column("digest", Kind::Wide),
        column("name", Kind::Text),
        optional("module", Kind::Text),
    ];

    fn names() -> Vec<String> {
        (0..10_000).map(|row| format!("symbol_{row:05}")).collect()
    }

    fn cells_of(row: u64, name: &str) -> [Entry<'_>; 5] {
        let crc = row * 2_654_435_761 % (1 << 32);
        let module = ["vmlinux", "drivers/net/e1000"][usize::from(row.is_multiple_of(3))];
        [
            Entry::Number(row),
            if row.is_multiple_of(5) { Entry::Null } else { Entry::Number(crc) },
            Entry::Number(u64::MAX - row * row),
            Entry::Text(name),
            if row.is_multiple_of(7) { Entry::Null } else { Entry::Text(module) },
        ]
    }

    fn written(rows: usize) -> Vec<u8> {
        let mut writer = Writer::new(COLUMNS);
        for (name, row) in names()[..rows].iter().zip(0..) {
            writer.row(&cells_of(row, name));
        }
        writer.end(&[("key", "value".to_owned())])
    }

    /// Reads all of it.
    fn read_all(bytes: &[u8]) -> Result<Vec<Vec<Cells>>, Fault> {
        let table = Table::open(bytes, COLUMNS)?;
        let group = |group| (0..COLUMNS.len()).map(|column| table.read(group, column)).collect();
        table.groups().map(group).collect()
    }

    #[test]
    fn a_table_is_read_as_it_was_written() {
        for rows in [0, 1, 4096, 4097, 10_000] {
            let bytes = written(rows);
            let table = Table::open(&bytes[..], COLUMNS).unwrap();
            assert_eq!((table.rows, table.note("key")), (rows as u64, Some("value")));
            let names = names();
            let mut row = 0;
            for group in table.groups() {
                let numbers = |column| table.numbers(group, column).unwrap();
                let texts = |column| table.texts(group, column).unwrap();
                let (row_numbers, crcs, digests) = (numbers(0), numbers(1), numbers(2));
                let (own_names, modules) = (texts(3), texts(4));
                for at in 0..table.extent(group).1 {
                    let number = |it: Option<u64>| it.map_or(Entry::Null, Entry::Number);
                    fn text(it: &Option<String>) -> Entry<'_> {
                        it.as_deref().map_or(Entry::Null, Entry::Text)
                    }
                    let found = [
                        number(row_numbers[at]),
                        number(crcs[at]),
                        number(digests[at]),
                        text(&own_names[at]),
                        text(&modules[at]),
                    ];
                    assert_eq!(found, cells_of(row, &names[row as usize]));
                    row += 1;
                }
            }
            assert_eq!(row, rows as u64);
        }
    }

    #[test]
    fn bounds_lead_to_the_row_group_of_a_value() {
        let bytes = written(10_000);
        let table = Table::open(&bytes[..], COLUMNS).unwrap();
        let of_text = |text: &str| -> Vec<usize> {
            table.groups().filter(|it| table.may_have_text(*it, 3, text)).collect()
        };
        assert_eq!(of_text("symbol_05000"), [1]);
        assert!(of_text("zymbol").is_empty());
        let of_number = table.groups().filter(|it| table.may_have_number(*it, 0, 9000));
        assert_eq!(of_number.collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_long_text_is_not_repeated_without_end() {
        const NAMES: &[Column] = &[column("name", Kind::Text)];
        let read = |length: usize| {
            let name = "n".repeat(length);
            let mut writer = Writer::new(NAMES);
            (0..4096).for_each(|_| writer.row(&[Entry::Text(&name)]));
            let bytes = writer.end(&[]);
            Table::open(&bytes[..], NAMES).unwrap().texts(0, 0).map(|texts| texts.len())
        };
        assert_eq!(read(LONGEST_TEXTS / 4096), Ok(4096));
        assert_eq!(read(LONGEST_TEXTS / 4096 + 1), Err(Fault::Damaged("a page")));
    }

    /// Whatever is changed or cut off, reading ends with an answer or an error.
    #[test]
    fn damage_is_an_error_and_no_more() {
        let bytes = written(50);
        assert!(read_all(&bytes).is_ok());
        for length in 0..bytes.len() {
            assert!(read_all(&bytes[..length]).is_err(), "{length}");
        }
        for place in 0..bytes.len() {
            for bit in [0x01, 0x10, 0x80] {
                let mut damaged = bytes.clone();
                damaged[place] ^= bit;
                let _ = read_all(&damaged);
            }
        }
        const OTHER: &[Column] = &[column("nothing", Kind::Text)];
        let fault = Table::open(&bytes[..], OTHER).err();
        assert_eq!(fault.unwrap().to_string(), "damaged: it lacks a column");
    }
}
