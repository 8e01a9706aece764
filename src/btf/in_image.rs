//! BTF in the image of a kernel that boots, where no table of sections leads to it.

use std::ops::Range;

use super::{Btf, ByName, Type};

/// What BTF of the only version begins with, in both byte orders; the flags are zero.
const BEGINNINGS: [[u8; 4]; 2] = [[0x9f, 0xeb, 1, 0], [0xeb, 0x9f, 1, 0]];

/// Where the next BTF may lie in the part of an image that is there yet: the first place from
/// `start` on that begins like one. The end is as its header says, and may be after what is there.
pub fn next_in_image(image: &[u8], start: usize) -> Option<Range<usize>> {
    let find = |beginning: &[u8]| {
        let places = memchr::memmem::find_iter(image.get(start..)?, beginning);
        places.map(|place| start + place).find_map(|place| claimed(image, place))
    };
    let found = BEGINNINGS.iter().filter_map(|beginning| find(beginning));
    found.min_by_key(|range| range.start)
}

/// The range that the header at `place` claims, if it is one.
fn claimed(image: &[u8], place: usize) -> Option<Range<usize>> {
    let header = image.get(place..)?.get(..Btf::HEADER)?;
    let words = super::words::Words::of_file(header).ok()?;
    let number = |index| words.get(index).map(|number| number as usize);
    let length = number(1)?.checked_add(number(4)?)?.checked_add(number(5)?)?;
    (number(1)? >= Btf::HEADER).then(|| Some(place..place.checked_add(length)?)).flatten()
}

impl Btf<'_> {
    /// Whether this is a kernel's own, and not that of a program for BPF, some of which kernels have
    /// in them: those have a license, and mostly no `task_struct`.
    pub fn is_kernels(&self) -> bool {
        let is_license = |of: Type<'_>| matches!(of, Type::Section { name: b"license" });
        ByName::records(self).get(b"task_struct").next().is_some()
            && !self.types().any(|(_, of)| is_license(of))
    }
}
