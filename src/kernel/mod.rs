//! What is known of a kernel: its exports, and how it was configured.

pub(crate) mod config;
mod exports;
mod modules;

pub use config::Config;
pub use exports::{Export, Exports, ReadError};
pub use modules::{Coverage, Disagreement, KernelModule, Origin};
