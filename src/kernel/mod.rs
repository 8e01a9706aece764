//! What is known of a kernel: its exports, and how it was configured.

pub(crate) mod config;
mod evidence;
mod exports;
mod module_exports;
mod modules;
mod origin;

pub use config::Config;
pub(crate) use evidence::ADDED;
pub use evidence::ModuleTree;
pub use exports::{Export, Exports, KERNEL, ReadError, computed};
pub use modules::{KernelImport, KernelModule};
pub use origin::{Coverage, Disagreement, Origin};
