//! Texts in a document.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::shown::{Page, shown};

/// A text for people, in which no name can pretend to be something else: UTF-8, without control
/// characters but newlines and tabs, which only [`Text::lines`] has.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

impl Text {
    /// One line: a name, or a sentence with names in it.
    pub fn of(text: impl AsRef<[u8]>) -> Text {
        Text(String::from_utf8_lossy(&shown(text.as_ref())).into_owned())
    }

    /// Several lines, without the newline at the end.
    pub fn lines(page: &Page) -> Text {
        Text(String::from_utf8_lossy(page.as_bytes()).trim_end_matches('\n').to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
