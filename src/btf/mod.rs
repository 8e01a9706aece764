//! BTF: the types of a kernel or a module, as its build leaves them in the section `.BTF`.
//!
//! Types are numbered. A module's BTF is split: it has only the types that the kernel's has not, and
//! its numbers and names go on where the kernel's end. The kernel's Documentation/bpf/btf.rst has
//! the format.
//!
//! [`Btf::parse`] checks what a file claims: that each type lies within the file, and that the names
//! and types that it names are there. What is asked afterwards goes wrong only where types contain
//! themselves, or are of no use for the question.
//!
//! Kinds of types come with new kernels. Since 7.2 a file may say how large the types of each kind are,
//! and then those of kinds that are not known here are passed over.
//!
//! A reader of our own: `btf-rs` 2.0 copies each type that it is asked for, has names as UTF-8 only,
//! reserves memory by what the header claims, and reads without end where the names are cut off.

mod bad_btf;
mod by_name;
mod file;
mod in_image;
mod kernel;
mod kind_layouts;
mod kinds;
mod nearest;
mod spelling;
mod type_id;
mod types;
mod words;

pub use bad_btf::{BadBtf, Fault};
pub use by_name::ByName;
pub use file::Btf;
pub use in_image::ImageSearch;
pub use kernel::{KernelBtf, Misfit, ModuleBtf};
pub use nearest::{Nearest, Users};
pub use type_id::TypeId;
pub use types::{Enumeration, Enumerator, Field, Parameter, Prototype, Record, Type};
