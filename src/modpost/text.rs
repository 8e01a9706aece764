//! Generated text, and the limit that upstream sets to each piece of it.

use super::messages::{self, Message};

/// A message that ends the run at once; nothing more is read, checked or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatal(pub Message);

/// The room that upstream has for one piece, with the zero byte at its end.
const PIECE: usize = 500;

/// The text of a generated file, as far as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Vec<u8>);

impl Text {
    /// Appends one piece, which upstream would format at once: usually a line.
    ///
    /// # Errors
    /// The piece has 500 bytes or more, which upstream refuses.
    pub fn print(&mut self, parts: &[&[u8]]) -> Result<(), Fatal> {
        let start = self.0.len();
        for part in parts {
            self.0.extend_from_slice(part);
        }
        let length = self.0.len() - start;
        if length < PIECE {
            return Ok(());
        }
        let beginning = self.0[start..start + PIECE - 1].to_vec();
        self.0.truncate(start);
        Err(Fatal(messages::output_truncated(&beginning, length + 1, PIECE)))
    }

    /// Appends text that was printed before.
    pub fn append(&mut self, other: &Text) {
        self.0.extend_from_slice(&other.0);
    }

    /// What has been written.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}
