//! BTF in the image of a kernel that boots, where no table of sections leads to it.

use std::ops::Range;

use super::words::Words;
use super::{Btf, ByName, Type};

/// What BTF of the only version begins with, in both byte orders; the flags are zero.
const BEGINNINGS: [[u8; 4]; 2] = [[0x9f, 0xeb, 1, 0], [0xeb, 0x9f, 1, 0]];

/// How many bytes are parsed of what only begins as BTF does, besides as many as the image has: more
/// than a kernel's own BTF has. What has no room is passed over.
const MORE_PARSED: usize = 16 << 20;

/// A search for the BTF of a kernel in an image, which may come piece by piece. Each byte is looked
/// at once for each byte order, and the bytes that are parsed are bounded by the size of the image.
#[derive(Debug, Default)]
pub struct ImageSearch {
    /// For each of [`BEGINNINGS`] the next place.
    next: [Next; 2],
    /// How many bytes have been parsed, and compared with the beginnings.
    parsed: usize,
    compared: usize,
}

/// How far the search for one beginning has come.
#[derive(Clone, Copy, Debug, Default)]
struct Next {
    /// Where it goes on.
    from: usize,
    /// The place that it has found and nobody has looked at.
    found: Option<usize>,
}

impl ImageSearch {
    /// The first BTF that is a kernel's own, in the part of the image that is there, from its start.
    /// None may mean that there is more to know once more is there, unless the image `is_whole`.
    pub fn find(&mut self, image: &[u8], is_whole: bool) -> Option<Range<usize>> {
        while let Some(place) = self.place(image) {
            let range = claimed(image, place);
            let is_there = match &range {
                Some(range) => range.end <= image.len(),
                None => place + Btf::HEADER <= image.len(),
            };
            if !is_there && !is_whole {
                return None;
            }
            self.pass(place);
            if let Some(range) = range.filter(|_| is_there)
                && self.is_kernels(image, range.clone())
            {
                return Some(range);
            }
        }
        None
    }

    /// The next place that begins like BTF.
    fn place(&mut self, image: &[u8]) -> Option<usize> {
        for (next, beginning) in self.next.iter_mut().zip(BEGINNINGS) {
            if next.found.is_none() {
                let rest = image.get(next.from..).unwrap_or_default();
                let place = memchr::memmem::find(rest, &beginning);
                self.compared += place.unwrap_or(rest.len());
                next.found = place.map(|place| next.from + place);
                // The last bytes may be the first ones of a beginning.
                let searched = image.len().saturating_sub(beginning.len() - 1);
                next.from = next.found.unwrap_or(next.from.max(searched));
            }
        }
        self.next.iter().filter_map(|next| next.found).min()
    }

    /// Goes on after a place.
    fn pass(&mut self, place: usize) {
        for next in self.next.iter_mut().filter(|next| next.found == Some(place)) {
            *next = Next { from: place + 1, found: None };
        }
    }

    /// Whether a part of the image is the BTF of a kernel, as far as there is room to parse it.
    fn is_kernels(&mut self, image: &[u8], range: Range<usize>) -> bool {
        let parsed = self.parsed + range.len();
        if parsed > image.len().saturating_add(MORE_PARSED) {
            return false;
        }
        self.parsed = parsed;
        Btf::parse(&image[range]).is_ok_and(|btf| btf.is_kernels())
    }
}

/// The range that the header at `place` claims, if it is one.
fn claimed(image: &[u8], place: usize) -> Option<Range<usize>> {
    let header = image.get(place..)?.get(..Btf::HEADER)?;
    let words = Words::of_file(header).ok()?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_places_that_begin_like_btf_take_little_work() {
        // Each claims names up to the end of the image, which are all there.
        let length = 8 << 20;
        let mut image = vec![0; length];
        for place in (0..length / 2).step_by(1 << 10) {
            let names = (length - place - Btf::HEADER) as u32;
            let words = [0x0001_eb9f, Btf::HEADER as u32, 0, 0, 0, names];
            let header = words.map(u32::to_le_bytes).concat();
            image[place..][..Btf::HEADER].copy_from_slice(&header);
        }
        let mut search = ImageSearch::default();
        for end in (0..length).step_by(1 << 20) {
            assert_eq!(search.find(&image[..end], false), None);
        }
        assert_eq!(search.find(&image, true), None);
        assert!(search.parsed <= length + MORE_PARSED, "{} bytes parsed", search.parsed);
        // Its last bytes are compared again after each place.
        let most = 3 * length;
        assert!(search.compared <= most, "{} bytes compared", search.compared);
    }
}
