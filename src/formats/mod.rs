//! The texts the tools leave for each other: one file a format, reader and writer together.

pub mod symtypes;
pub mod symver_line;
pub mod symvers;

/// The part of `text` before its first zero byte, or all of it: what a C program sees of it.
pub(crate) fn until_zero(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
}
