//! Files as kernels and packages have them: compressed, and in archives.

#![allow(clippy::unwrap_used, reason = "only tests use it, and a test's panic is its report")]

use std::io::Write;

use liblzma::stream::{Check, Filters, LzmaOptions, Stream};

/// How something is compressed.
pub type Pack = fn(&[u8]) -> Vec<u8>;

/// All of them, and the ending of a file's name that goes with each.
pub const PACKS: [(&str, Pack); 7] = [
    ("", plain),
    (".bz2", bzip2),
    (".gz", gzip),
    (".lz4", lz4),
    (".lzma", lzma),
    (".xz", xz),
    (".zst", zstd),
];

/// As it is.
pub fn plain(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// By gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// As a kernel packs itself by lz4: a frame without an end.
pub fn old_lz4(bytes: &[u8]) -> Vec<u8> {
    let block = lz4_flex::block::compress(bytes);
    [&[0x02, 0x21, 0x4c, 0x18], &(block.len() as u32).to_le_bytes()[..], &block].concat()
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut writer = lz4_flex::frame::FrameEncoder::new(Vec::new());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn lzma(bytes: &[u8]) -> Vec<u8> {
    let options = LzmaOptions::new_preset(0).unwrap();
    encoded(bytes, Stream::new_lzma_encoder(&options).unwrap())
}

/// By xz.
pub fn xz(bytes: &[u8]) -> Vec<u8> {
    encoded(bytes, Stream::new_easy_encoder(0, Check::Crc64).unwrap())
}

/// As a kernel of x86 packs itself: the targets of calls are made absolute first.
pub fn xz_of_kernel(bytes: &[u8]) -> Vec<u8> {
    let mut filters = Filters::new();
    filters.x86().lzma2(&LzmaOptions::new_preset(0).unwrap());
    encoded(bytes, Stream::new_stream_encoder(&filters, Check::Crc32).unwrap())
}

fn encoded(bytes: &[u8], stream: Stream) -> Vec<u8> {
    let mut writer = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// By zstd.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Files by their paths.
pub type Files<'a> = &'a [(&'a str, &'a [u8])];

/// An archive of tar with these files.
fn tar(files: Files<'_>) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("./{path}"), *content).unwrap();
    }
    tar.into_inner().unwrap()
}

/// A package of Debian, with its files packed in this way.
pub fn debian(files: Files<'_>, ending: &str, pack: Pack) -> Vec<u8> {
    debian_called(vec![0; 1024], files, ending, pack)
}

/// The same with this text, which says what the package is, and nothing packed.
pub fn debian_with(control: &str, files: Files<'_>) -> Vec<u8> {
    debian_called(tar(&[("control", control.as_bytes())]), files, "", plain)
}

fn debian_called(control: Vec<u8>, files: Files<'_>, ending: &str, pack: Pack) -> Vec<u8> {
    let data = pack(&tar(files));
    let mut package = b"!<arch>\n".to_vec();
    for (name, content) in [
        ("debian-binary".to_owned(), b"2.0\n".to_vec()),
        ("control.tar".to_owned(), control),
        (format!("data.tar{ending}"), data),
    ] {
        let size = content.len();
        package.extend(
            format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 100644).bytes(),
        );
        package.extend(content);
        package.resize(package.len().next_multiple_of(2), b'\n');
    }
    package
}

/// A package of RPM, as far as it matters here: `rpm` has been asked whether ours reads its own.
pub fn rpm(files: Files<'_>, pack: Pack) -> Vec<u8> {
    rpm_with(&[], files, pack)
}

/// What stands in the header of a package of RPM under one tag.
pub enum RpmValue<'a> {
    /// A text.
    Text(&'a str),
    /// Texts.
    Texts(Vec<&'a str>),
    /// Numbers.
    Numbers(Vec<u32>),
}

/// The same with these tags in the header that says what the package is.
pub fn rpm_with(tags: &[(u32, RpmValue<'_>)], files: Files<'_>, pack: Pack) -> Vec<u8> {
    let mut package = vec![0xed, 0xab, 0xee, 0xdb, 3, 0];
    package.resize(96, 0);
    for header in [rpm_header(&[(5000, RpmValue::Text("0123"))]), rpm_header(tags)] {
        package.resize(package.len().next_multiple_of(8), 0);
        package.extend(header);
    }
    let mut archive = Vec::new();
    for (path, content) in files {
        let head = cpio::newc::Builder::new(&format!("./{path}")).mode(0o100_644);
        let mut file = head.write(archive, content.len() as u32);
        file.write_all(content).unwrap();
        archive = file.finish().unwrap();
    }
    package.extend(pack(&cpio::newc::trailer(archive).unwrap()));
    package
}

fn rpm_header(tags: &[(u32, RpmValue<'_>)]) -> Vec<u8> {
    let (mut index, mut store) = (Vec::new(), Vec::new());
    for (tag, value) in tags {
        let texts = |of: &[&str]| of.iter().map(|it| format!("{it}\0")).collect::<String>();
        let (kind, count, bytes) = match value {
            RpmValue::Text(text) => (6, 1, texts(&[text]).into_bytes()),
            RpmValue::Texts(of) => (8, of.len(), texts(of).into_bytes()),
            RpmValue::Numbers(of) => {
                store.resize(Vec::len(&store).next_multiple_of(4), 0);
                (4, of.len(), of.iter().flat_map(|it| it.to_be_bytes()).collect())
            }
        };
        let entry = [*tag, kind, store.len() as u32, count as u32];
        index.extend(entry.iter().flat_map(|it| it.to_be_bytes()));
        store.extend(bytes);
    }
    let counts = [tags.len() as u32, store.len() as u32].map(u32::to_be_bytes).concat();
    [&[0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0], &counts[..], &index, &store].concat()
}

/// An image for x86 with this packed in it.
pub fn boot_image(payload: &[u8]) -> Vec<u8> {
    let mut image = vec![0; 3 * 512 + 100];
    image[0x1f1] = 2;
    image[0x202..0x208].copy_from_slice(b"HdrS\x0f\x02");
    image[0x248..0x24c].copy_from_slice(&100_u32.to_le_bytes());
    image[0x24c..0x250].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    image.extend_from_slice(payload);
    image.extend_from_slice(b"and a signature");
    image
}
