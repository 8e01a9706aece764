//! Layouts from the type strings of gendwarfksyms: what the compiler has laid out, as its debugging
//! information says.
//!
//! Two things are not in them. Pointers of clang and of Rust have no size, so theirs is that of the data
//! model. And before DWARF 5 a bit-field has only the place of its unit: it begins where the member before
//! it ends, or with the unit.

mod definition;
mod described;
mod record;
mod side;

pub use side::StringSide;
