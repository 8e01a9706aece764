//! Images that boot, which have a compressed kernel in them.

use std::borrow::Cow;
use std::io;

use super::unpack::{self, has_own_size, is_compressed};

/// How a kind of image has its kernel in it: the part that is compressed, with the size after it
/// that images have for all but gzip, which has it itself; none if `bytes` are no such image.
type Payload = fn(bytes: &[u8]) -> Option<&[u8]>;

/// The kinds of images, a row each.
const IMAGES: &[Payload] = &[
    // `bzImage`, installed as `vmlinuz`.
    x86_payload,
];

/// How many bytes the size has that stands after what is compressed.
const SIZE: usize = 4;

/// What is packed in an image; none if `bytes` are no image.
pub(super) fn payload(bytes: &[u8]) -> Option<&[u8]> {
    let payload = IMAGES.iter().find_map(|payload| payload(bytes))?;
    let behind = if has_own_size(payload) { 0 } else { SIZE };
    payload.get(..payload.len().checked_sub(behind)?)
}

/// The kernel in an image, unpacked; of any other file what [`unpack::unpack`] makes of it.
pub(super) fn unpack(bytes: &[u8]) -> io::Result<Cow<'_, [u8]>> {
    match payload(bytes) {
        Some(payload) if !is_compressed(payload) => {
            let message = "the kernel in it is compressed in an unsupported way";
            Err(io::Error::new(io::ErrorKind::Unsupported, message))
        }
        Some(payload) => unpack::unpack(payload),
        None => unpack::unpack(bytes),
    }
}

/// What is packed in an image that boots on x86, as the boot protocol says since 2.08;
/// none if `image` is no such image, or cut off.
fn x86_payload(image: &[u8]) -> Option<&[u8]> {
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
