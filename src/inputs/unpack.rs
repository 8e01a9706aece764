//! Compressed files, recognized by their first bytes and never by their names.

use std::borrow::Cow;
use std::io::{self, Read};

use bzip2::read::{BzDecoder, MultiBzDecoder};
use flate2::read::{GzDecoder, MultiGzDecoder};
use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};
use lz4_flex::frame::FrameDecoder as Lz4Decoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    Bzip2,
    Gzip,
    Lz4,
    Lzma,
    Lzo,
    Xz,
    Zstd,
}

/// How large a file may be when unpacked: several times what a module with all its debug
/// information has.
const MOST: u64 = 2 << 30;

/// How much memory a decoder of xz or lzma may ask for: twice what a kernel needs that has packed
/// itself by a dictionary of 128 MiB.
const MOST_FOR_XZ: u64 = 256 << 20;

/// How `bytes` are compressed; none if they are not.
fn compression(bytes: &[u8]) -> Option<Compression> {
    match bytes {
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some(Compression::Bzip2),
        [0x1f, 0x8b, ..] => Some(Compression::Gzip),
        // The frame of today, or the one that the kernel packs itself in.
        [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Some(Compression::Lz4),
        // There is no magic number: the parameters that everybody takes, and whole KiB.
        [0x5d, 0, 0, ..] => Some(Compression::Lzma),
        [0x89, b'L', b'Z', b'O', 0, ..] => Some(Compression::Lzo),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
        // A frame, or one to be skipped.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Some(Compression::Zstd)
        }
        _ => None,
    }
}

/// Whether `bytes` are compressed.
pub(super) fn is_compressed(bytes: &[u8]) -> bool {
    compression(bytes).is_some()
}

/// Whether `bytes`, of which anything may be true, may be compressed: as [`is_compressed`], and the
/// fields after a short magic number are what they can be.
pub(super) fn may_begin(bytes: &[u8]) -> bool {
    match compression(bytes) {
        None => false,
        // The one method that there is, and no unknown flags.
        Some(Compression::Gzip) => matches!(bytes, [_, _, 8, ..=0x1f, ..]),
        // The dictionary is of whole MiB and not too large; the size is unknown, or below 4 GiB.
        Some(Compression::Lzma) => matches!(
            bytes,
            [_, _, _, _, ..=8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, ..]
                | [_, _, _, _, ..=8, _, _, _, _, 0, 0, 0, 0, 0, ..]
        ),
        // The frame that the kernel packs itself in has the size of its first block.
        Some(Compression::Lz4) => bytes[0] != OLD_LZ4[0] || old_lz4_end(bytes) > OLD_LZ4.len(),
        Some(Compression::Zstd) => bytes[0] == 0x28,
        Some(Compression::Bzip2 | Compression::Lzo | Compression::Xz) => true,
    }
}

/// Reads `bytes` as they are unpacked, or as they are.
///
/// # Errors
/// They are compressed by lzo, or in need of too much memory.
pub(super) fn reader(bytes: &[u8]) -> io::Result<Box<dyn Read + '_>> {
    Ok(match compression(bytes) {
        Some(Compression::Bzip2) => Box::new(MultiBzDecoder::new(bytes)),
        Some(Compression::Gzip) => Box::new(MultiGzDecoder::new(bytes)),
        Some(Compression::Lz4) => Box::new(Lz4Decoder::new(bytes)),
        Some(Compression::Lzma) => {
            Box::new(XzDecoder::new_stream(bytes, Stream::new_lzma_decoder(MOST_FOR_XZ)?))
        }
        Some(Compression::Lzo) => {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "lzo is not supported"));
        }
        Some(Compression::Xz) => {
            let stream = Stream::new_stream_decoder(MOST_FOR_XZ, CONCATENATED)?;
            Box::new(XzDecoder::new_stream(bytes, stream))
        }
        Some(Compression::Zstd) => Box::new(Frames { rest: bytes, frame: None, is_first: false }),
        None => Box::new(bytes),
    })
}

/// Reads what `bytes` begin with as it is unpacked. What follows it in them is not looked at.
///
/// # Errors
/// As [`reader`].
pub(super) fn first_reader(bytes: &[u8]) -> io::Result<Box<dyn Read + '_>> {
    Ok(match compression(bytes) {
        Some(Compression::Bzip2) => Box::new(BzDecoder::new(bytes)),
        Some(Compression::Gzip) => Box::new(GzDecoder::new(bytes)),
        Some(Compression::Lz4) if bytes.starts_with(&OLD_LZ4) => {
            Box::new(Lz4Decoder::new(&bytes[..old_lz4_end(bytes)]))
        }
        Some(Compression::Xz) => {
            Box::new(XzDecoder::new_stream(bytes, Stream::new_stream_decoder(MOST_FOR_XZ, 0)?))
        }
        Some(Compression::Zstd) => Box::new(Frames { rest: bytes, frame: None, is_first: true }),
        // The others end by themselves.
        _ => reader(bytes)?,
    })
}

/// What `bytes` begin with, unpacked.
///
/// # Errors
/// As [`reader`]; or it is damaged, or too large.
pub(super) fn first(bytes: &[u8]) -> io::Result<Vec<u8>> {
    whole(first_reader(bytes)?)
}

/// How a frame of lz4 begins that the kernel packs itself in. It has no end.
const OLD_LZ4: [u8; 4] = [0x02, 0x21, 0x4c, 0x18];

/// How large a block in it may be: 8 MiB that cannot be compressed.
const MOST_OLD_LZ4: usize = (8 << 20) + (8 << 20) / 255 + 16;

/// Where the blocks end, each after its size, in such a frame that something follows.
fn old_lz4_end(bytes: &[u8]) -> usize {
    let mut end = OLD_LZ4.len();
    while let Some(size) = bytes.get(end..).and_then(|rest| rest.first_chunk()) {
        let size = u32::from_le_bytes(*size) as usize;
        if size == 0 || size > MOST_OLD_LZ4 || bytes.len() - end - 4 < size {
            break;
        }
        end += 4 + size;
    }
    end
}

/// The whole of `bytes`, unpacked if they are compressed.
pub(super) fn unpack(bytes: &[u8]) -> io::Result<Cow<'_, [u8]>> {
    if !is_compressed(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    whole(reader(bytes)?).map(Cow::Owned)
}

/// All that a reader has.
fn whole(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    reader.take(MOST + 1).read_to_end(&mut unpacked)?;
    if unpacked.len() as u64 > MOST {
        let message = format!("more than {} GiB when unpacked", MOST >> 30);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(unpacked)
}

/// The frames of a zstd file, one after the other.
struct Frames<'a> {
    /// What follows the current frame.
    rest: &'a [u8],
    frame: Option<StreamingDecoder<&'a [u8], FrameDecoder>>,
    /// Whether only the first is wanted.
    is_first: bool,
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                // The library reads the checksum, but leaves it to us to compare.
                let promised = frame.decoder.get_checksum_from_data();
                if promised.is_some() && promised != frame.decoder.get_calculated_checksum() {
                    let message = "checksum mismatch";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                }
                self.rest = if self.is_first { &[] } else { frame.get_ref() };
                self.frame = None;
            }
            if self.rest.is_empty() {
                return Ok(0);
            }
            self.frame = self.next_frame()?;
        }
    }
}

impl<'a> Frames<'a> {
    /// The next frame; none if it was one to be skipped.
    fn next_frame(&mut self) -> io::Result<Option<StreamingDecoder<&'a [u8], FrameDecoder>>> {
        match StreamingDecoder::new(self.rest) {
            Ok(frame) => Ok(Some(frame)),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                // Its head is the magic number and the length, four bytes each.
                let end = usize::try_from(length).ok().and_then(|length| length.checked_add(8));
                let rest = end.and_then(|end| self.rest.get(end..));
                self.rest = rest.ok_or(io::ErrorKind::UnexpectedEof)?;
                Ok(None)
            }
            Err(error) => Err(io::Error::other(error)),
        }
    }
}
