//! Canonical declarations, the texts of `.symtypes` lines: as C, and as the tree of a C parser.

mod text;
mod tree;

pub use text::{in_c, is_apart, is_word_letter, joined, named, spelled, spellings};
pub use tree::{Tree, is_left_out};
