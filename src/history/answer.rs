//! An answer: a table with a few lines above it, for people and for programs.

use crate::shown::Shown;

/// What was asked, and what there is to say.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The question: `symbol`.
    pub question: &'static str,
    /// What was asked about: a symbol, a type.
    pub of: String,
    /// The answer in a few lines.
    pub summary: Vec<String>,
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// A picture of it: a strip for each kind of kernel.
    pub strips: Vec<Strip>,
}

/// A value in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// None, or not known.
    None,
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
    /// Yes or no.
    Is(bool),
}

/// Releases of one kind in their order, those of which the same is true together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// The kind.
    pub title: String,
    /// For each run of releases: how many, what is true, and what to say of it.
    pub parts: Vec<(usize, String, String)>,
}

impl Value {
    /// A number, if there is one.
    pub fn of(number: Option<u64>) -> Value {
        number.map_or(Value::None, Value::Number)
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A text, if there is one.
    pub fn of_text(text: Option<impl Into<String>>) -> Value {
        text.map_or(Value::None, Value::text)
    }

    /// As people read it.
    pub(super) fn shown(&self) -> String {
        match self {
            Value::None => "-".to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) => Shown(text.as_bytes()).to_string(),
            Value::Is(true) => "yes".to_owned(),
            Value::Is(false) => "no".to_owned(),
        }
    }

    /// As a spreadsheet takes it.
    pub(super) fn plain(&self) -> String {
        match self {
            Value::None => String::new(),
            Value::Text(text) => text.clone(),
            other => other.shown(),
        }
    }
}
