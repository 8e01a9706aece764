//! Compressed files, recognized by their first bytes and never by their names.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use bzip2::bufread::{BzDecoder, MultiBzDecoder};
use flate2::bufread::{GzDecoder, MultiGzDecoder};
use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};
use lz4_flex::frame::FrameDecoder as Lz4Decoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::limits::{Bounded, Limits, OverLimit, Share};

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

/// How many bytes show how a file is compressed.
const HEAD: u64 = 10;

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

/// Reads something as it is unpacked, or as it is.
///
/// # Errors
/// It is compressed by lzo, or in need of more memory than a decoder may have.
pub(super) fn reader<'p>(
    mut packed: impl BufRead + 'p,
    limits: Limits,
) -> io::Result<Box<dyn Read + 'p>> {
    let mut head = Vec::new();
    packed.by_ref().take(HEAD).read_to_end(&mut head)?;
    let compression = compression(&head);
    let packed = io::Cursor::new(head).chain(packed);
    Ok(match compression {
        Some(Compression::Bzip2) => Box::new(MultiBzDecoder::new(packed)),
        Some(Compression::Gzip) => Box::new(MultiGzDecoder::new(packed)),
        Some(Compression::Lz4) => Box::new(Lz4Decoder::new(packed)),
        Some(Compression::Lzma) => xz(packed, limits, Stream::new_lzma_decoder(limits.decoder())?),
        Some(Compression::Lzo) => {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "lzo is not supported"));
        }
        Some(Compression::Xz) => {
            xz(packed, limits, Stream::new_stream_decoder(limits.decoder(), CONCATENATED)?)
        }
        Some(Compression::Zstd) => Box::new(Frames::new(packed, limits)),
        None => Box::new(packed),
    })
}

/// Reads what `bytes` begin with as it is unpacked. What follows it in them is not looked at.
///
/// # Errors
/// As [`reader`].
pub(super) fn first_reader(bytes: &[u8], limits: Limits) -> io::Result<Box<dyn Read + '_>> {
    Ok(match compression(bytes) {
        Some(Compression::Bzip2) => Box::new(BzDecoder::new(bytes)),
        Some(Compression::Gzip) => Box::new(GzDecoder::new(bytes)),
        Some(Compression::Lz4) if bytes.starts_with(&OLD_LZ4) => {
            Box::new(Lz4Decoder::new(&bytes[..old_lz4_end(bytes)]))
        }
        Some(Compression::Xz) => {
            xz(bytes, limits, Stream::new_stream_decoder(limits.decoder(), 0)?)
        }
        Some(Compression::Zstd) => {
            Box::new(Frames { is_first: true, ..Frames::new(bytes, limits) })
        }
        // The others end by themselves.
        _ => reader(bytes, limits)?,
    })
}

/// What `bytes` begin with, unpacked. Together they take at most `most` bytes.
///
/// # Errors
/// As [`reader`]; or it is damaged, or too large.
pub(super) fn first(bytes: &[u8], most: u64, limits: Limits) -> io::Result<Vec<u8>> {
    whole(bytes, first_reader(bytes, limits)?, most)
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

/// The whole of `bytes`, unpacked if they are compressed. Together they take at most `most` bytes.
pub(super) fn unpack(bytes: &[u8], most: u64, limits: Limits) -> io::Result<Cow<'_, [u8]>> {
    if !is_compressed(bytes) {
        let is_over = bytes.len() as u64 > most;
        return if is_over { Err(OverLimit::io(Share::Content, most)) } else { Ok(bytes.into()) };
    }
    whole(bytes, reader(bytes, limits)?, most).map(Cow::Owned)
}

/// All that `packed` unpacks to. Together they take at most `most` bytes.
fn whole(packed: &[u8], unpacked: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    let used = packed.len() as u64;
    Bounded::after(used, unpacked, Share::Unpacked, most).read_to_end(&mut whole)?;
    Ok(whole)
}

/// Reads by xz's library, which says in its own way that the memory is not enough.
fn xz<'p>(packed: impl BufRead + 'p, limits: Limits, stream: Stream) -> Box<dyn Read + 'p> {
    Box::new(Xz { decoder: XzDecoder::new_stream(packed, stream), limit: limits.decoder() })
}

struct Xz<R> {
    decoder: XzDecoder<R>,
    limit: u64,
}

impl<R: BufRead> Read for Xz<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(buffer).map_err(|error| {
            let of_library = error.get_ref().and_then(|it| it.downcast_ref());
            match of_library {
                Some(liblzma::stream::Error::MemLimit) => OverLimit::io(Share::Decoder, self.limit),
                _ => error,
            }
        })
    }
}

/// The frames of a zstd file, one after the other.
struct Frames<R> {
    packed: R,
    decoder: FrameDecoder,
    /// Whether a frame is begun.
    is_begun: bool,
    /// Whether only the first is wanted.
    is_first: bool,
    /// Whether nothing more is wanted.
    is_over: bool,
    /// How large a window may be, in bytes.
    limit: u64,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.is_begun {
                let count = self.read_frame(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                self.is_begun = false;
                self.is_over = self.is_first;
            }
            if self.is_over || self.packed.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.is_begun = self.begin_frame()?;
        }
    }
}

impl<R: BufRead> Frames<R> {
    fn new(packed: R, limits: Limits) -> Frames<R> {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(limits.decoder());
        Frames {
            packed,
            decoder,
            is_begun: false,
            is_first: false,
            is_over: false,
            limit: limits.decoder(),
        }
    }

    /// Reads the frame that is begun; nothing if it is at its end.
    fn read_frame(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            let a_block = BlockDecodingStrategy::UptoBlocks(1);
            self.decoder.decode_blocks(&mut self.packed, a_block).map_err(io::Error::other)?;
        }
        let count = self.decoder.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            // The library reads the checksum, but leaves it to us to compare.
            let promised = self.decoder.get_checksum_from_data();
            if promised.is_some() && promised != self.decoder.get_calculated_checksum() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "checksum mismatch"));
            }
        }
        Ok(count)
    }

    /// Begins the next frame; nothing is begun if it was one to be skipped.
    fn begin_frame(&mut self) -> io::Result<bool> {
        match self.decoder.reset(&mut self.packed) {
            Ok(()) => Ok(true),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => skip(&mut self.packed, length.into()).map(|()| false),
            Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                Err(OverLimit::io(Share::Decoder, self.limit))
            }
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

/// Skips so many bytes, which must be there.
pub(super) fn skip(reader: &mut impl Read, count: u64) -> io::Result<()> {
    match io::copy(&mut reader.take(count), &mut io::sink())? {
        skipped if skipped == count => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
