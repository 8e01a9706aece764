//! What the tests of modversions and the project's own tasks share: the cases and how a program is
//! run on them, and objects, kernels and packages that tests make.

pub mod btf_file;
pub mod device_table_file;
pub mod elf_text;
pub mod linked_kernel;
pub mod modpost_case;
pub mod packed;

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
