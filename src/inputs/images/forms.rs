//! The forms of images, a row each.

use std::io;
use std::ops::Range;

use object::elf::{EM_386, EM_AARCH64, EM_ARM, EM_LOONGARCH, EM_PPC, EM_RISCV, EM_S390, EM_X86_64};

use crate::elf::{RawElf, Target, is_linked};
use crate::module::Machine;

/// A form of images.
pub(super) struct Form {
    /// What messages call it; none if that says nothing.
    pub(super) name: Option<&'static str>,
    /// Whether a file begins so.
    begins: fn(head: &[u8]) -> bool,
    /// What is in it, and for which machine if it says so.
    ///
    /// # Errors
    /// It is truncated or damaged, or has nothing that is supported.
    pub(super) open: fn(image: &[u8]) -> Opened,
}

/// What is in an image.
pub(super) enum Part {
    /// It is the kernel itself.
    Kernel,
    /// Another image or a compressed kernel is this part of it.
    File(Range<usize>),
    /// The compressed kernel begins this part of it.
    Packed(Range<usize>),
    /// It unpacks itself. (Some ELF files do; others are the kernel itself.)
    Extractor,
}

/// All forms; the first that fits counts.
const FORMS: &[Form] = &[
    Form { name: Some("an x86 bzImage"), begins: is_x86, open: x86 },
    Form { name: Some("an EFI zboot image"), begins: is_zboot, open: zboot },
    Form { name: Some("an arm64 Image"), begins: |it| at(it, 0x38, b"ARM\x64"), open: arm64 },
    Form { name: Some("a riscv Image"), begins: |it| at(it, 0x38, b"RSC\x05"), open: riscv },
    Form { name: Some("a loongarch Image"), begins: is_loongarch, open: loongarch },
    Form { name: Some("an arm zImage"), begins: is_zimage, open: zimage },
    Form { name: Some("an s390 image"), begins: |it| at(it, 0x10008, b"S390EP"), open: s390 },
    Form { name: Some("a uImage"), begins: is_uimage, open: uimage },
    Form { name: Some("an Android boot.img"), begins: |it| at(it, 0, b"ANDROID!"), open: boot_img },
    Form { name: Some("a FIT image"), begins: |it| at(it, 0, &FIT.to_be_bytes()), open: fit },
    Form { name: None, begins: is_linked, open: elf },
];

impl Form {
    /// The form of a file; none if it is no image.
    pub(super) fn of(head: &[u8]) -> Option<&'static Form> {
        FORMS.iter().find(|form| (form.begins)(head))
    }
}

/// What is in an image, and for which machine.
type Opened = io::Result<(Part, Option<Machine>)>;

/// Whether `magic` stands at `place`.
fn at(bytes: &[u8], place: usize, magic: &[u8]) -> bool {
    bytes.get(place..).is_some_and(|bytes| bytes.starts_with(magic))
}

/// The number of 32 bits, in the order of x86, that stands at `place`.
fn little(bytes: &[u8], place: usize) -> io::Result<u32> {
    four(bytes, place).map(u32::from_le_bytes)
}

/// The same in the order of networks.
fn big(bytes: &[u8], place: usize) -> io::Result<u32> {
    four(bytes, place).map(u32::from_be_bytes)
}

fn four(bytes: &[u8], place: usize) -> io::Result<[u8; 4]> {
    let four = bytes.get(place..).and_then(|bytes| bytes.first_chunk());
    four.copied().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The part of an image that begins at `start` and has so many bytes.
///
/// # Errors
/// It is not all there.
fn part(image: &[u8], start: usize, length: u32) -> io::Result<Range<usize>> {
    let end = start.checked_add(length as usize).filter(|end| *end <= image.len());
    end.map(|end| start..end).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn machine(number: u16, is_64_bit: bool, is_big_endian: bool) -> Option<Machine> {
    Some(Machine { target: Target { is_64_bit, is_big_endian }, number })
}

/// `bzImage`, as the boot protocol says since 2.08.
fn is_x86(head: &[u8]) -> bool {
    at(head, 0x202, b"HdrS") && little(head, 0x206).is_ok_and(|version| version & 0xffff >= 0x208)
}

/// The machine is that of the ELF file in it.
fn x86(image: &[u8]) -> Opened {
    // `setup_sects`, where 0 means 4, and the boot sector before them.
    let sectors = match image[0x1f1] {
        0 => 4,
        sectors => usize::from(sectors),
    };
    let start = (sectors + 1) * 512 + little(image, 0x248)? as usize;
    Ok((Part::Packed(part(image, start, little(image, 0x24c)?)?), None))
}

/// A kernel that is an application of EFI which unpacks another.
fn is_zboot(head: &[u8]) -> bool {
    at(head, 0, b"MZ") && at(head, 4, b"zimg")
}

fn zboot(image: &[u8]) -> Opened {
    let start = little(image, 8)? as usize;
    Ok((Part::Packed(part(image, start, little(image, 12)?)?), None))
}

/// Where `Image` has flags, of which the first is the byte order.
const FLAGS: usize = 0x18;

fn arm64(image: &[u8]) -> Opened {
    let is_big_endian = little(image, FLAGS)? & 1 != 0;
    Ok((Part::Kernel, machine(EM_AARCH64, true, is_big_endian)))
}

fn riscv(image: &[u8]) -> Opened {
    let is_big_endian = little(image, FLAGS)? & 1 != 0;
    Ok((Part::Kernel, machine(EM_RISCV, true, is_big_endian)))
}

/// An application of EFI that says to be a kernel, for that machine.
fn is_loongarch(head: &[u8]) -> bool {
    let header = little(head, 0x3c).unwrap_or_default() as usize;
    at(head, 0, b"MZ") && at(head, 0x38, b"\xcd\x23\x82\x81") && at(head, header, b"PE\0\0\x64\x62")
}

fn loongarch(_: &[u8]) -> Opened {
    Ok((Part::Kernel, machine(EM_LOONGARCH, true, false)))
}

/// Its magic number is in the order of its code.
fn is_zimage(head: &[u8]) -> bool {
    at(head, 0x24, b"\x18\x28\x6f\x01") || at(head, 0x24, b"\x01\x6f\x28\x18")
}

fn zimage(image: &[u8]) -> Opened {
    let is_big_endian = at(image, 0x30, &[4, 3, 2, 1]);
    Ok((Part::Extractor, machine(EM_ARM, false, is_big_endian)))
}

fn s390(_: &[u8]) -> Opened {
    Ok((Part::Extractor, machine(EM_S390, true, true)))
}

/// How long the header of a `uImage` is.
const UIMAGE: usize = 64;

/// A file of U-Boot's that has a kernel, alone (2, 14) or with others (4).
fn is_uimage(head: &[u8]) -> bool {
    at(head, 0, b"\x27\x05\x19\x56") && head.get(30).is_some_and(|kind| matches!(kind, 2 | 4 | 14))
}

fn uimage(image: &[u8]) -> Opened {
    let whole = part(image, UIMAGE, big(image, 12)?)?;
    if crc32fast::hash(&image[whole.clone()]) != big(image, 24)? {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "checksum mismatch"));
    }
    let kernel = match image[30] {
        4 => first_of_several(&image[..whole.end])?,
        _ => whole,
    };
    Ok((Part::File(kernel), uimage_machine(image[29])))
}

/// The first file of several, before which the sizes of all stand, and a zero.
fn first_of_several(image: &[u8]) -> io::Result<Range<usize>> {
    let mut end = UIMAGE;
    while big(image, end)? != 0 {
        end += 4;
    }
    part(image, end + 4, big(image, UIMAGE)?)
}

/// The machine that U-Boot calls so; none if that leaves open what it is.
fn uimage_machine(number: u8) -> Option<Machine> {
    match number {
        2 => machine(EM_ARM, false, false),
        3 => machine(EM_386, false, false),
        7 => machine(EM_PPC, false, true),
        22 => machine(EM_AARCH64, true, false),
        24 => machine(EM_X86_64, true, false),
        26 => machine(EM_RISCV, true, false),
        _ => None,
    }
}

/// The header's version decides how large pages are; in the first versions that is a field, and the
/// version's own place has something else.
fn boot_img(image: &[u8]) -> Opened {
    let page = match little(image, 40)? {
        3 | 4 => 4096,
        _ => little(image, 36)?,
    };
    Ok((Part::File(part(image, page as usize, little(image, 8)?)?), None))
}

/// How a tree of devices begins, which a FIT image is.
const FIT: u32 = 0xd00d_feed;

fn fit(_: &[u8]) -> Opened {
    let message = "it is a FIT image: give the kernel in it, which `dumpimage` takes out";
    Err(io::Error::new(io::ErrorKind::Unsupported, message))
}

/// What only the kernel itself has, of ELF files.
const EXPORTS: &[u8] = b"__ksymtab_strings";

/// A linked ELF file: a kernel, or what may unpack one.
fn elf(file: &[u8]) -> Opened {
    let target = RawElf::stated_target(file);
    let Some((target, elf)) = target.and_then(|it| Some((it, RawElf::new(file, it)?))) else {
        return Ok((Part::Kernel, None));
    };
    let part = if elf.find(EXPORTS).is_some() { Part::Kernel } else { Part::Extractor };
    Ok((part, Some(Machine { target, number: elf.machine() })))
}
