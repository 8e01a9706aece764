//! The machine that a module or a kernel is for.

use std::fmt;

use object::elf::{
    EM_386, EM_AARCH64, EM_ALPHA, EM_ARM, EM_CSKY, EM_LOONGARCH, EM_MIPS, EM_PARISC, EM_PPC,
    EM_PPC64, EM_RISCV, EM_S390, EM_SPARC, EM_SPARCV9, EM_X86_64,
};

use crate::elf::Target;

/// A machine, as an ELF file names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The class and byte order.
    pub target: Target,
    /// `e_machine`
    pub number: u16,
}

impl Machine {
    /// What the kernel's makefiles call it, in `UTS_MACHINE`, where layouts can be computed for it.
    pub fn uts_machine(self) -> Option<&'static str> {
        let Target { is_64_bit, is_big_endian } = self.target;
        Some(match (self.number, is_64_bit, is_big_endian) {
            (EM_386, false, false) => "i386",
            (EM_X86_64, true, false) => "x86_64",
            (EM_AARCH64, true, false) => "aarch64",
            (EM_ARM, false, false) => "arm",
            (EM_RISCV, true, false) => "riscv64",
            (EM_PPC64, true, false) => "ppc64le",
            (EM_S390, true, true) => "s390x",
            _ => return None,
        })
    }
}

impl fmt::Display for Machine {
    /// `x86-64, 64 bits, little endian`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            EM_386 => f.write_str("x86"),
            EM_X86_64 => f.write_str("x86-64"),
            EM_AARCH64 => f.write_str("arm64"),
            EM_ARM => f.write_str("arm"),
            EM_RISCV => f.write_str("riscv"),
            EM_LOONGARCH => f.write_str("loongarch"),
            EM_S390 => f.write_str("s390"),
            EM_PPC => f.write_str("powerpc"),
            EM_PPC64 => f.write_str("powerpc64"),
            EM_MIPS => f.write_str("mips"),
            EM_SPARC => f.write_str("sparc"),
            EM_SPARCV9 => f.write_str("sparc64"),
            EM_PARISC => f.write_str("parisc"),
            EM_ALPHA => f.write_str("alpha"),
            EM_CSKY => f.write_str("csky"),
            other => write!(f, "ELF machine {other}"),
        }?;
        let bits = if self.target.is_64_bit { 64 } else { 32 };
        let order = if self.target.is_big_endian { "big" } else { "little" };
        write!(f, ", {bits} bits, {order} endian")
    }
}
