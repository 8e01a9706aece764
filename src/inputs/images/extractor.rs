//! What is packed behind the code of an image that unpacks itself. Where that is, the code alone
//! knows: each place that may be it is tried.

use std::io::{self, Read};

use super::super::limits::{Limits, OverLimit};
use super::super::unpack;

/// How many places are tried.
const MOST_TRIES: usize = 64;

/// How many of those are unpacked as a whole, after a beginning that could be unpacked.
const MOST_WHOLE: usize = 4;

/// How many bytes that beginning has, unpacked.
const BEGINNING: u64 = 1 << 16;

/// What every kernel says.
const BANNER: &[u8] = b"Linux version ";

/// The kernel that is packed in `image`; none if there is none. Together they take at most `most`
/// bytes.
///
/// # Errors
/// There is something that is packed in a way that is not supported, or too large, and nothing else.
pub(super) fn unpack(image: &[u8], most: u64, limits: Limits) -> io::Result<Option<Vec<u8>>> {
    let mut refused = None;
    let mut wholes = 0;
    let places = (0..image.len()).filter(|place| unpack::may_begin(&image[*place..]));
    for place in places.take(MOST_TRIES) {
        let packed = &image[place..];
        match begins(packed, limits) {
            Ok(()) if wholes < MOST_WHOLE => wholes += 1,
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                refused = Some(error);
                continue;
            }
            Err(_) => continue,
        }
        match unpack::first(packed, most, limits) {
            Ok(kernel) if memchr::memmem::find(&kernel, BANNER).is_some() => {
                return Ok(Some(kernel));
            }
            Err(error) if OverLimit::of(&error).is_some() => refused = Some(error),
            _ => {}
        }
    }
    refused.map_or(Ok(None), Err)
}

/// Unpacks the beginning of what may be packed.
fn begins(packed: &[u8], limits: Limits) -> io::Result<()> {
    let mut beginning = Vec::new();
    unpack::first_reader(packed, limits)?.take(BEGINNING).read_to_end(&mut beginning)?;
    match beginning.is_empty() {
        true => Err(io::ErrorKind::UnexpectedEof.into()),
        false => Ok(()),
    }
}
