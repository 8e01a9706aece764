//! The readers of what comes from outside. Each takes any bytes and asks all that there is to ask of
//! them; that it returns, without a panic and in little memory, is what is checked. `cargo xtask
//! fuzz coverage` looks for bytes that lead to new code, and `fuzzed.rs` runs those that were found.

#![allow(clippy::unwrap_used, reason = "what is unwrapped is made here, and not the bytes")]

pub mod btf;
pub mod elf;
pub mod package;
pub mod symtypes;

/// A reader.
pub struct Reader {
    /// What it is called on the command line, and the folder of what was found.
    pub name: &'static str,
    /// Reads bytes, whatever they are.
    pub read: fn(&[u8]),
}

/// All of them.
pub const READERS: [Reader; 4] = [
    Reader { name: "elf", read: elf::read },
    Reader { name: "btf", read: btf::read },
    Reader { name: "package", read: package::read },
    Reader { name: "symtypes", read: symtypes::read },
];
