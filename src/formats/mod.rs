//! The text formats that the tools exchange: one file for each, with reader and writer.

pub mod abi_record;
pub mod consolidated;
pub(crate) mod json;
pub mod symtypes;
pub mod symver_line;
pub mod symvers;
pub mod type_string;
mod words;

/// The part of `text` before its first zero byte, or all of it: what a C program sees of it.
pub(crate) fn until_zero(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
}

/// Appends a range of some texts that is mostly no longer than `SHORT`: to copy just so many bytes
/// needs neither a call nor a loop.
#[inline(always)]
pub(crate) fn append_short<const SHORT: usize>(
    to: &mut Vec<u8>,
    texts: &[u8],
    range: std::ops::Range<usize>,
) {
    match texts[range.start..].first_chunk::<SHORT>() {
        Some(chunk) if range.len() <= SHORT => {
            let end = to.len() + range.len();
            to.extend_from_slice(chunk);
            to.truncate(end);
        }
        _ => to.extend_from_slice(&texts[range]),
    }
}
