//! The Linux kernel's symbol-versioning tools, reimplemented. See docs/architecture.md.

pub mod abi_diff;
pub mod btf;
pub mod canonical;
pub mod check;
pub mod cli;
pub mod corpus;
pub mod cpp;
pub mod crc;
pub mod difference;
pub mod elf;
pub mod formats;
pub mod gendwarfksyms;
pub mod genksyms;
pub mod history;
pub mod inputs;
pub mod kernel;
pub mod layout;
pub mod modpost;
pub mod module;
pub mod parquet;
pub mod release;
pub mod report;
pub mod shown;
