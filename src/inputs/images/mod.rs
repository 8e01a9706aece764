//! Images that boot: the kernel in one, however many layers are around it.
//!
//! `forms` has a row for each form of images, and says what is in one. `extractor` looks for what is
//! packed behind the code of an image that unpacks itself.

mod extractor;
mod forms;

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::Range;

use super::limits::Limits;
use super::unpack;
use crate::module::Machine;
use forms::{Form, Part};

/// A kernel as it is loaded.
pub(super) struct Kernel<'a> {
    /// What is loaded: an ELF file, or the bytes in memory.
    pub(super) bytes: Cow<'a, [u8]>,
    /// What messages call the form of the file that it is from: `an arm64 Image`; none if that is no
    /// image, or an ELF file with the kernel itself.
    pub(super) form: Option<&'static str>,
    /// The machine that it is for, if its image says so.
    pub(super) machine: Option<Machine>,
}

/// How many layers an image may have: a `boot.img` with an `Image.gz` has three.
const MOST_LAYERS: usize = 6;

/// Whether a file that begins with `head` is an image of a kernel, or a kernel itself.
pub(super) fn is_begun(head: &[u8]) -> bool {
    Form::of(head).is_some()
}

/// Whether a file is an image with the kernel in it, and not the kernel itself.
pub(super) fn is_wrapped(bytes: &[u8]) -> bool {
    let form = Form::of(bytes);
    form.is_some_and(|form| !matches!((form.open)(bytes), Ok((Part::Kernel, _))))
}

/// The kernel in an image, compressed or not; of any other file its content. With the file itself it
/// takes at most `most` bytes.
///
/// # Errors
/// It is damaged, too large, or packed in a way that is not supported.
pub(super) fn unpack(bytes: &[u8], most: u64, limits: Limits) -> io::Result<Kernel<'_>> {
    let mut kernel = Kernel { bytes: Cow::Borrowed(bytes), form: None, machine: None };
    for _ in 0..MOST_LAYERS {
        // What was unpacked is held besides the file.
        let most = match &kernel.bytes {
            Cow::Borrowed(_) => most,
            Cow::Owned(_) => most.saturating_sub(bytes.len() as u64),
        };
        let Some(form) = Form::of(&kernel.bytes) else {
            if !unpack::is_compressed(&kernel.bytes) {
                return Ok(kernel);
            }
            kernel.bytes = Cow::Owned(unpack::unpack(&kernel.bytes, most, limits)?.into_owned());
            continue;
        };
        let (part, machine) = (form.open)(&kernel.bytes)?;
        kernel.form = kernel.form.or(form.name);
        kernel.machine = machine.or(kernel.machine);
        kernel.bytes = match part {
            Part::Kernel => return Ok(kernel),
            Part::File(range) => cut(kernel.bytes, range),
            Part::Packed(range) => Cow::Owned(unpack_part(&kernel.bytes[range], most, limits)?),
            Part::Extractor => match extractor::unpack(&kernel.bytes, most, limits)? {
                Some(unpacked) => Cow::Owned(unpacked),
                // It was the kernel itself, or no kernel.
                None => return Ok(kernel),
            },
        };
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "too many images in each other"))
}

/// Reads the kernel in an image, and unpacks only what is read of it where that is possible.
///
/// # Errors
/// As [`unpack`].
pub(super) fn reader(bytes: &[u8], limits: Limits) -> io::Result<Box<dyn Read + '_>> {
    match Form::of(bytes).map(|form| (form.open)(bytes)).transpose()? {
        None => unpack::reader(bytes, limits),
        Some((Part::Packed(range), _)) => unpack::first_reader(&bytes[range], limits),
        Some(_) => Ok(match unpack(bytes, limits.alone(), limits)?.bytes {
            Cow::Borrowed(bytes) => Box::new(bytes),
            Cow::Owned(bytes) => Box::new(io::Cursor::new(bytes)),
        }),
    }
}

/// What is packed, where an image says that it is.
fn unpack_part(packed: &[u8], most: u64, limits: Limits) -> io::Result<Vec<u8>> {
    if !unpack::is_compressed(packed) {
        let message = "the kernel in it is compressed in an unsupported way";
        return Err(io::Error::new(io::ErrorKind::Unsupported, message));
    }
    unpack::first(packed, most, limits)
}

/// A part of `bytes`.
fn cut(bytes: Cow<'_, [u8]>, range: Range<usize>) -> Cow<'_, [u8]> {
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[range]),
        Cow::Owned(mut bytes) => {
            bytes.truncate(range.end);
            bytes.drain(..range.start);
            Cow::Owned(bytes)
        }
    }
}
