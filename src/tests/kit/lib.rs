//! What the tests of modversions and the project's own tasks share: the cases and how a program is
//! run on them, and objects, kernels and packages that tests make.

pub mod answer;
pub mod boot_images;
pub mod btf_file;
pub mod case;
mod crc_symbols;
pub mod device_table_file;
pub mod difference;
pub mod elf_text;
pub mod files;
pub mod flat_kernel;
pub mod harness;
pub mod lesser_system;
pub mod linked_kernel;
pub mod packed;
pub mod recipe;
pub mod releases;
pub mod run;
pub mod schema;
pub mod stored;
pub mod traced;

use std::path::PathBuf;

/// Where the cases and samples are.
pub fn testdata() -> PathBuf {
    // This package is three folders below the top of the repository.
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../testdata"))
}

/// The class and byte order of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whether it is of 64 bits; else of 32.
    pub is_64_bit: bool,
    /// Whether its most significant bytes come first.
    pub is_big_endian: bool,
}

impl Target {
    /// How many bytes an address takes.
    pub fn address_size(self) -> usize {
        if self.is_64_bit { 8 } else { 4 }
    }
}
