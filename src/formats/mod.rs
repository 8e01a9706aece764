//! The texts the tools leave for each other: one file a format, reader and writer together.

pub mod symtypes;
pub mod symver_line;
pub mod symvers;
