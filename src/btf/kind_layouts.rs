//! The section that tells how large the types of each kind are, for readers that do not know all of
//! them. (The kernel's name is the kind layout section; headers and libbpf of 7.2 have it.)

use super::bad_btf::BadBtf;

/// How large the types of each kind are, as the file says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KindLayouts<'d> {
    /// An entry for each kind, from 0 on.
    entries: &'d [[u8; ENTRY]],
}

/// How large an entry is: a byte each for the sizes, and flags without a meaning yet.
const ENTRY: usize = 4;

/// How many words the types of a kind have, after those that each type begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KindLayout {
    /// Once.
    pub(super) once: usize,
    /// As often as the type's count says.
    pub(super) each: usize,
}

impl<'d> KindLayouts<'d> {
    /// The section with these bytes.
    pub(super) fn read(bytes: &'d [u8]) -> Result<Self, BadBtf> {
        match bytes.as_chunks() {
            (entries, []) => Ok(Self { entries }),
            _ => Err(BadBtf::Part("kind layouts")),
        }
    }

    /// These; where there are none, the others.
    pub(super) fn or(self, others: Self) -> Self {
        if self.entries.is_empty() { others } else { self }
    }

    /// What it says of this kind; none if that is nothing, or no whole number of words.
    pub(super) fn get(&self, kind: u32) -> Option<KindLayout> {
        let [once, each, _, _] = *self.entries.get(kind as usize)?;
        let words = |bytes: u8| bytes.is_multiple_of(4).then_some(usize::from(bytes / 4));
        Some(KindLayout { once: words(once)?, each: words(each)? })
    }
}
