//! The type strings of gendwarfksyms (grammar/type_string.ebnf): what its `.symtypes` files say after each
//! name.
//!
//! ```text
//! s#pump structure_type pump { member t#u32 state data_member_location(0) } byte_size(4)
//! pump_start subprogram ( formal_parameter pointer_type { s#pump } byte_size(8) p ) -> base_type void
//! ```
//!
//! A string tells what DWARF has of a type: sizes, offsets, values. The words of the language are DWARF's own.
//! Names may have blanks in them, as Rust's do. A rule of a kernel's source (`type_string`) may put any text
//! in the place of one.

mod read;
mod shapes;

pub use read::read;
pub use shapes::{
    Attributes, BadTypeString, DEEPEST, Enumerator, Fault, Function, Item, LONGEST, Modifier, Part,
    Record, Shape, Type, TypeString, is_opaque, is_type_string, unquoted,
};
