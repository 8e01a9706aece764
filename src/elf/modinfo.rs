//! The texts `tag=value` of a section `.modinfo`.

use super::object_file::until_zero;
use super::{NotReadable, ObjectFile};

const MODINFO: NotReadable = NotReadable::Malformed("the section .modinfo");

/// The values of `tag` in the object, in order; none if it has no `.modinfo`.
///
/// # Errors
/// A text runs past the end of the file.
pub fn values<'d>(object: &ObjectFile<'d>, tag: &[u8]) -> Result<Vec<&'d [u8]>, NotReadable> {
    let mut values = Vec::new();
    let Some(section) = object.modinfo else {
        return Ok(values);
    };
    let bytes = object.bytes_at(section, 0).ok_or(MODINFO)?;
    // Upstream keeps the size in 32 bits.
    let size = object.sections[section as usize].size as u32 as usize;
    let mut start = 0;
    // The first text is looked at even if the section is empty.
    loop {
        let text = bytes.get(start..).and_then(until_zero).ok_or(MODINFO)?;
        let value = text.strip_prefix(tag).and_then(|rest| rest.strip_prefix(b"="));
        values.extend(value);
        let after = bytes.get(start + text.len()..size).unwrap_or_default();
        match after.iter().position(|&byte| byte != 0) {
            Some(zeros) => start += text.len() + zeros,
            None => return Ok(values),
        }
    }
}
