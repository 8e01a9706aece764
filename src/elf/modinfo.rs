//! The texts `tag=value` of a section `.modinfo`.

use super::object_file::until_zero;
use super::{NotReadable, ObjectFile};

const MODINFO: NotReadable = NotReadable::Malformed("the section .modinfo");

/// The values of one tag, in order. Ends after an error.
#[derive(Clone, Debug)]
pub struct Values<'d, 't> {
    tag: &'t [u8],
    /// The section, and what follows it in the file; `None` at the end.
    bytes: Option<&'d [u8]>,
    /// How long the section is.
    size: usize,
    /// Where the next text begins; nowhere, if upstream would go astray there.
    start: usize,
}

/// The values of `tag` in the object; none if it has no `.modinfo`.
///
/// Each is an error if it runs past the end of the file, or if upstream would go astray behind it.
pub fn values<'d, 't>(object: &ObjectFile<'d>, tag: &'t [u8]) -> Values<'d, 't> {
    let (bytes, size) = match object.modinfo {
        Some(section) => {
            // Upstream keeps the size in 32 bits.
            let size = object.sections[section as usize].size as u32 as usize;
            // A section outside of the file has no text that ends.
            (Some(object.bytes_at(section, 0).unwrap_or_default()), size)
        }
        None => (None, 0),
    };
    Values { tag, bytes, size, start: 0 }
}

impl<'d> Iterator for Values<'d, '_> {
    type Item = Result<&'d [u8], NotReadable>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let bytes = self.bytes?;
            // The first text is looked at even if the section is empty. Upstream goes astray where
            // the section is larger than the file, or ends before a value that it has found.
            let text = bytes.get(self.start..).and_then(until_zero);
            let Some(text) = text else {
                self.bytes = None;
                return Some(Err(MODINFO));
            };
            let value = text.strip_prefix(self.tag).and_then(|rest| rest.strip_prefix(b"="));
            let value_start = self.start + text.len() - value.map_or(0, <[u8]>::len);
            let end = self.size.min(bytes.len());
            let after = bytes.get(self.start + text.len()..end).unwrap_or_default();
            match after.iter().position(|&byte| byte != 0) {
                Some(zeros) => self.start += text.len() + zeros,
                None if self.size > bytes.len() => self.start = usize::MAX,
                None if value.is_some() && value_start > self.size => self.start = usize::MAX,
                None => self.bytes = None,
            }
            if let Some(value) = value {
                return Some(Ok(value));
            }
        }
    }
}
