//! Generated text, and the limit that upstream sets to each piece of it.

use super::messages::{self, Message};
use crate::release::{LongPieces, Modpost};

/// A message that ends the run at once; nothing more is read, checked or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatal(pub Message);

/// The room that upstream has for one piece, with the zero byte at its end.
const PIECE: usize = 500;

/// The text of a generated file, as far as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    bytes: Vec<u8>,
    /// What becomes of a piece that is too long.
    long_pieces: LongPieces,
}

impl Default for Text {
    fn default() -> Self {
        Self { bytes: Vec::new(), long_pieces: LongPieces::Refused }
    }
}

impl Text {
    /// Nothing yet, of a file as this release writes it.
    pub fn of(release: &Modpost) -> Self {
        Self { bytes: Vec::new(), long_pieces: release.long_pieces }
    }

    /// Appends one piece, which upstream would format at once: usually a line.
    ///
    /// # Errors
    /// The piece has 500 bytes or more, which upstream refuses.
    pub fn print(&mut self, parts: &[&[u8]]) -> Result<(), Fatal> {
        let start = self.bytes.len();
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        let length = self.bytes.len() - start;
        if length < PIECE {
            return Ok(());
        }
        if self.long_pieces == LongPieces::Cut {
            // What does not fit is left out, and zero bytes stand there.
            self.bytes[start + PIECE - 1..].fill(0);
            return Ok(());
        }
        let beginning = self.bytes[start..start + PIECE - 1].to_vec();
        self.bytes.truncate(start);
        Err(Fatal(messages::output_truncated(&beginning, length + 1, PIECE)))
    }

    /// Appends text that was printed before.
    pub fn append(&mut self, other: &Text) {
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// What has been written.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
