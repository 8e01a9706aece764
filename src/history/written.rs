//! Answers in each format.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::answer::{Answer, Value};
use super::page;
use super::schema::VERSION;
use crate::formats::json::document;
use crate::report::csv_table;
use crate::shown::Page;

/// What an answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: docs/history.schema.json.
    Json,
    /// For spreadsheets.
    Csv,
    /// A page, with pictures.
    Html,
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::None => serializer.serialize_none(),
            Value::Number(number) => serializer.serialize_u64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Is(is) => serializer.serialize_bool(*is),
        }
    }
}

/// A row as an object.
struct Row<'a> {
    columns: &'a [&'static str],
    cells: &'a [Value],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            map.serialize_entry(column, cell)?;
        }
        map.end()
    }
}

/// All of it for programs.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: u32,
    question: &'static str,
    of: &'a str,
    summary: &'a [String],
    rows: Vec<Row<'a>>,
}

/// Writes an answer.
pub fn write(format: Format, answer: &Answer) -> Vec<u8> {
    match format {
        Format::Text => text(answer).into_bytes(),
        Format::Json => {
            let row = |cells| Row { columns: &answer.columns, cells };
            document(&Document {
                schema: "modversions/history",
                version: VERSION,
                question: answer.question,
                of: &answer.of,
                summary: &answer.summary,
                rows: answer.rows.iter().map(|cells| row(cells)).collect(),
            })
        }
        Format::Csv => {
            let cells = |row: &Vec<Value>| row.iter().map(Value::plain).collect();
            csv_table(&answer.columns, answer.rows.iter().map(cells))
        }
        Format::Html => page::write(answer),
    }
}

/// The lines, and the table with its columns below each other.
fn text(answer: &Answer) -> Page {
    let mut page = Page::default();
    answer.summary.iter().for_each(|line| page.line(line));
    if answer.rows.is_empty() {
        return page;
    }
    if !answer.summary.is_empty() {
        page.end();
    }
    let head: Vec<String> = answer.columns.iter().map(|name| name.replace('_', " ")).collect();
    let rows: Vec<Vec<String>> =
        answer.rows.iter().map(|row| row.iter().map(Value::shown).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let is_number = |column: usize| {
        answer.rows.iter().all(|row| matches!(row[column], Value::Number(_) | Value::None))
    };
    let are_numbers: Vec<bool> = (0..head.len()).map(is_number).collect();
    for row in std::iter::once(&head).chain(&rows) {
        let cells = row.iter().zip(&widths).zip(&are_numbers);
        let cells = cells.map(|((cell, &width), is_number)| match is_number {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        page.line(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    page
}
