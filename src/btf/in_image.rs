//! BTF in the image of a kernel that boots, where no table of sections leads to it.

use std::ops::Range;

use super::{Btf, ByName, Type};

/// What BTF of the only version begins with, in both byte orders; the flags are zero.
const BEGINNINGS: [[u8; 4]; 2] = [[0x9f, 0xeb, 1, 0], [0xeb, 0x9f, 1, 0]];

/// Where the next BTF may lie in the part of an image that is there yet: the first place from
/// `start` on that begins like one. The end is as its header says, and may be behind what is there.
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
    /// in them: those have a licence, and mostly no `task_struct`.
    pub fn is_kernels(&self) -> bool {
        let is_license = |of: Type<'_>| matches!(of, Type::Section { name: b"license" });
        ByName::records(self).get(b"task_struct").next().is_some()
            && !self.types().any(|(_, of)| is_license(of))
    }
}

/// What is packed in an image that boots on x86 (`bzImage`), as the boot protocol tells since 2.08;
/// none if `image` is no such image, or cut off.
pub fn x86_payload(image: &[u8]) -> Option<&[u8]> {
    let number = |place: usize| Some(u32::from_le_bytes(*image.get(place..)?.first_chunk()?));
    let is_image = image.get(0x202..)?.starts_with(b"HdrS") && number(0x206)? & 0xffff >= 0x208;
    let (offset, length) = (number(0x248)? as usize, number(0x24c)? as usize);
    // `setup_sects`, where 0 means 4, and the boot sector before them.
    let sectors = match image[0x1f1] {
        0 => 4,
        sectors => usize::from(sectors),
    };
    let payload = image.get((sectors + 1) * 512..)?.get(offset..)?.get(..length)?;
    is_image.then_some(payload)
}
