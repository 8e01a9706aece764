//! Images that boot, around whatever is to be in them.

use crate::packed::Pack;

/// Code of a processor, in which nothing else is.
fn code(length: usize) -> Vec<u8> {
    vec![0x90; length]
}

/// Writes `bytes` over what is at `place`.
fn put(image: &mut [u8], place: usize, bytes: &[u8]) {
    image[place..place + bytes.len()].copy_from_slice(bytes);
}

/// The image of arm64: the kernel itself, with a head. The kernel must begin with code.
pub fn arm64_image(kernel: &[u8]) -> Vec<u8> {
    let mut image = kernel.to_vec();
    put(&mut image, 0x18, &[0x0a, 0, 0, 0]);
    put(&mut image, 0x38, b"ARM\x64");
    image
}

/// The same of riscv.
pub fn riscv_image(kernel: &[u8]) -> Vec<u8> {
    let mut image = kernel.to_vec();
    put(&mut image, 0x18, &[0; 8]);
    put(&mut image, 0x30, b"RISCV\0\0\0RSC\x05");
    image
}

/// The same of loongarch, which is known by its head for EFI.
pub fn loongarch_image(kernel: &[u8]) -> Vec<u8> {
    let mut image = kernel.to_vec();
    put(&mut image, 0, b"MZ");
    put(&mut image, 0x38, b"\xcd\x23\x82\x81\x40\0\0\0PE\0\0\x64\x62");
    image
}

/// An image that is unpacked by its loader for EFI: `kind` is how it is packed.
pub fn zboot(kernel: &[u8], kind: &str, pack: Pack) -> Vec<u8> {
    let payload = pack(kernel);
    let mut image = code(0x200);
    put(&mut image, 0, b"MZ\0\0zimg");
    put(&mut image, 8, &0x200_u32.to_le_bytes());
    put(&mut image, 12, &(payload.len() as u32).to_le_bytes());
    put(&mut image, 24, kind.as_bytes());
    [&image[..], &payload, &(kernel.len() as u32).to_le_bytes(), &code(300)].concat()
}

/// What an image that unpacks itself has in its code: beginnings of what is packed, for a look.
const DECOYS: &[&[u8]] = &[
    b"\x1f\x8b\x08\0\0\0\0\0",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"\x5d\0\0\0\x04\xff\xff\xff\xff\xff\xff\xff\xff\0",
    b"\x02\x21\x4c\x18\x10\0\0\0",
];

/// Code that unpacks what follows it, and the kernel's size and more code behind that.
fn extractor(kernel: &[u8], pack: Pack) -> Vec<u8> {
    let mut image = code(0x300);
    for decoy in DECOYS {
        image.extend([decoy, &code(100)[..]].concat());
    }
    image.extend([pack(kernel), (kernel.len() as u32).to_le_bytes().to_vec(), code(700)].concat());
    image
}

/// `zImage` of arm.
pub fn zimage(kernel: &[u8], pack: Pack) -> Vec<u8> {
    let mut image = extractor(kernel, pack);
    put(&mut image, 0x24, b"\x18\x28\x6f\x01");
    put(&mut image, 0x30, &[1, 2, 3, 4]);
    image
}

/// The image of s390, which is one for IPL first.
pub fn s390_image(kernel: &[u8], pack: Pack) -> Vec<u8> {
    let mut image = [code(0x10000), extractor(kernel, pack)].concat();
    put(&mut image, 0x10008, b"S390EP");
    image
}

/// An ELF file that unpacks itself, as `vmlinuz` of mips: for this machine, of 64 bits, little
/// endian.
pub fn elf_extractor(kernel: &[u8], machine: u16, pack: Pack) -> Vec<u8> {
    let mut image = extractor(kernel, pack);
    put(&mut image, 0, b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0");
    put(&mut image, 18, &machine.to_le_bytes());
    put(&mut image, 20, &[0; 44]);
    image
}

/// An image of U-Boot's, of this kind and machine.
pub fn uimage(content: &[u8], kind: u8, machine: u8) -> Vec<u8> {
    let mut checksum = flate2::Crc::new();
    checksum.update(content);
    let mut image = vec![0; 64];
    put(&mut image, 0, b"\x27\x05\x19\x56");
    put(&mut image, 12, &(content.len() as u32).to_be_bytes());
    put(&mut image, 24, &checksum.sum().to_be_bytes());
    put(&mut image, 28, &[5, machine, kind, 0]);
    [image, content.to_vec()].concat()
}

/// An image of Android, of this version.
pub fn boot_img(kernel: &[u8], version: u32) -> Vec<u8> {
    let page = if version < 3 { 2048 } else { 4096 };
    let mut image = vec![0; page];
    put(&mut image, 0, b"ANDROID!");
    put(&mut image, 8, &(kernel.len() as u32).to_le_bytes());
    put(&mut image, 40, &version.to_le_bytes());
    if version < 3 {
        put(&mut image, 36, &(page as u32).to_le_bytes());
    }
    [image, kernel.to_vec(), b"a ramdisk".repeat(500)].concat()
}
