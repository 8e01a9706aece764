//! What the user has given: files, directories and packages, compressed or not, and what kernels,
//! modules and types are in them.
//!
//! ```text
//! path ─→ given ─┬─ a file ───────────────→ its content ─┐
//!                └─ a directory, a package ─→ tree ──────┴→ takers ─→ a model
//! ```
//!
//! 1. `given` says what is at a path, by content alone: one row for each kind of file.
//! 2. `tree` goes through a directory or a package once; what the files are there for, `names` says.
//!    `packages` reads packages, and `about` what one says of itself, with `rpm_header`; `unpack` what is
//!    compressed, `images` what boots, and `files` has the bytes of a file. How much memory all that may
//!    take, `limits` says. `looks` has words for what is nothing of a kernel.
//! 3. A taker takes what is wanted from whatever was given: `modules`, `exports`, `types`, `btf`;
//!    `kernel_file` and `image` a kernel itself. `finder` takes all `pieces` of one kernel, from
//!    whatever and however many things it is given as; `release` makes of them all that a comparison
//!    wants, `kernel` all that a check asks of the kernel.
//!    `depmod` knows which of two modules of one name is loaded.
//!    `installed` knows where in a directory the parts of a kernel lie, and that it is only one.
//!    `objects` takes all objects of a tree that was built.
//!    `order` lets many threads take, with the answer of one.
//! 4. `error` has what can go wrong, with its path.
//!
//! To add a kind of file: a row in `given`, and the compiler names the takers that have to say
//! whether it is for them. To add a kind of package: a row in `packages`; of image: a row in `images/forms`;
//! of compression: a row in `unpack`; a file that says something of a kernel: a row in `facts`.

mod about;
pub mod btf;
mod depmod;
pub(crate) mod dwarf;
pub(crate) mod error;
pub(crate) mod exports;
mod facts;
pub(crate) mod files;
mod finder;
pub mod given;
mod image;
mod images;
mod installed;
mod kept;
pub mod kernel;
mod kernel_file;
pub mod limits;
mod looks;
pub(crate) mod modules;
mod names;
pub(crate) mod objects;
mod order;
mod packages;
mod pieces;
pub(crate) mod progress;
pub(crate) mod release;
mod rpm_header;
mod tree;
pub(crate) mod types;
mod unpack;

pub use error::{Cause, Error, Result};
