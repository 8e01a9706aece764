//! ELF files as the tools read them: relocatable objects of either class and byte order, and the
//! bare headers of others.
//!
//! Nothing here knows the kernel. Offsets and counts are a file's claims: each is checked against
//! the bytes that are there before anything is read or reserved for it.

mod debug_sections;
pub mod modinfo;
mod named_section;
mod names;
mod not_readable;
mod object_file;
mod raw;
mod symbol_names;
mod target;
mod without_debug;

pub use debug_sections::DebugSections;
pub use named_section::{is_elf, named_section};
pub use names::{LONGEST_NAME, NameRoom, name_of};
pub use not_readable::NotReadable;
pub use object_file::{ObjectFile, Relocation, Section, Strictness, Symbol};
pub use raw::{RawElf, RawSection, has_sections, is_linked};
pub use symbol_names::SymbolNames;
pub use target::Target;
pub(crate) use without_debug::fill_without_debug;
