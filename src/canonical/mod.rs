//! Canonical declarations, the texts of `.symtypes` lines: as C, and as the tree of a C parser. The type
//! strings of gendwarfksyms as C.

mod demangled;
mod text;
mod tree;
pub mod type_string;

pub use demangled::demangled;
pub use text::{in_c, integer_word, is_apart, is_word_letter, joined, named, spelled, spellings};
pub use tree::{Tree, is_left_out};
