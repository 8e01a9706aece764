//! The Linux kernel's symbol-versioning tools, anew. See docs/architecture.md.

pub mod cli;
pub mod crc;
pub mod formats;
pub mod genksyms;
pub mod release;
