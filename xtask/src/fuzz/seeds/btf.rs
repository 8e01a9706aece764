//! BTF of kernels and modules.

use anyhow::Result;
use testkit::btf_file::{ENUM64, FLAG, FLOAT, STRUCT, TYPE_TAG, UNION, Writer, small_kernel};

use super::Seed;

/// All of it.
pub fn all() -> Result<Vec<Seed>> {
    let kernels = [false, true].map(|is_big_endian| {
        let of = if is_big_endian { "big endian" } else { "little endian" };
        let kernel = small_kernel(is_big_endian);
        [
            Seed::new(format!("a kernel, {of}"), kernel.bytes()),
            Seed::new(format!("a module, {of}"), module(&kernel)),
        ]
    });
    Ok(kernels.into_iter().flatten().collect())
}

/// The BTF of a module, with types that the kernel has none like.
fn module(kernel: &Writer) -> Vec<u8> {
    let mut to = Writer::on(kernel);
    let half = to.add("half", FLOAT, 0, 2, &[]);
    let tagged = to.add("user", TYPE_TAG, 0, half, &[]);
    let large = to.list("large", ENUM64 | FLAG, 8, &[("LEAST", &[0, 0x8000_0000])]);
    // Bit-fields, of 3 and 29 bits.
    let entries: [(&str, &[u32]); 2] = [("few", &[1, 3 << 24]), ("many", &[1, 29 << 24 | 3])];
    let bits = to.list("bits", STRUCT | FLAG, 4, &entries);
    to.list(
        "device",
        UNION,
        8,
        &[("", &[bits, 0]), ("large", &[large, 0]), ("half", &[tagged, 0])],
    );
    to.bytes()
}
