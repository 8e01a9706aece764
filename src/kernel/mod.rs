//! What is known of a kernel: its exports, and how it was configured.

pub(crate) mod config;
mod exports;
mod modules;
mod origin;

pub use config::Config;
pub use exports::{Export, Exports, KERNEL, ReadError};
pub use modules::KernelModule;
pub use origin::{Coverage, Disagreement, Origin};
