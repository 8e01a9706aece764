//! Where a relocation leads to: its addend, from the table or out of the code.

use object::elf::{
    EM_386, EM_ARM, EM_LOONGARCH, EM_MIPS, EM_RISCV, R_386_32, R_386_PC32, R_ARM_ABS32, R_ARM_CALL,
    R_ARM_JUMP24, R_ARM_MOVT_ABS, R_ARM_MOVW_ABS_NC, R_ARM_PC24, R_ARM_REL32, R_ARM_THM_JUMP19,
    R_ARM_THM_JUMP24, R_ARM_THM_MOVT_ABS, R_ARM_THM_MOVW_ABS_NC, R_ARM_THM_PC22, R_LARCH_ALIGN,
    R_LARCH_RELAX, R_LARCH_SUB32, R_MIPS_26, R_MIPS_32, R_MIPS_HI16, R_MIPS_LO16, R_RISCV_SUB32,
};

use super::reference::Reference;
use crate::elf::{NotReadable, ObjectFile, Target};
use crate::release::{
    ArmAddends, LoongArchRelocations, Modpost, ReferenceTargets, RiscvExceptions,
};

/// Where a relocation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addend {
    /// Until 6.5 the addend, from then on the address in the symbol's section; as wide as the
    /// object's addresses.
    At(u64),
    /// Nobody knows.
    Unknown,
    /// The relocation refers to nothing.
    NoReference,
}

const PLACE: NotReadable = NotReadable::Malformed("the place of a relocation");

/// Whether the addends of a machine whose relocations have none in the table can be decoded.
pub(super) fn is_known(machine: u16) -> bool {
    matches!(machine, EM_386 | EM_ARM | EM_MIPS)
}

/// Whether the relocation of this kind, applying to section `from`, refers to no symbol.
pub(super) fn is_no_reference(
    object: &ObjectFile<'_>,
    release: &Modpost,
    from: u32,
    kind: u32,
) -> bool {
    let is_exception = || object.section_name(from) == b"__ex_table";
    match (object.machine, kind) {
        (EM_RISCV, R_RISCV_SUB32) => {
            release.riscv_exceptions == RiscvExceptions::Differences && is_exception()
        }
        (EM_LOONGARCH, R_LARCH_SUB32) => {
            release.loongarch_relocations != LoongArchRelocations::Ordinary && is_exception()
        }
        (EM_LOONGARCH, R_LARCH_RELAX | R_LARCH_ALIGN) => {
            release.loongarch_relocations == LoongArchRelocations::Relaxations
        }
        _ => false,
    }
}

/// Where `reference` leads to.
///
/// # Errors
/// The place that the relocation applies to is not in the file.
pub(super) fn of(
    object: &ObjectFile<'_>,
    release: &Modpost,
    reference: &Reference,
) -> Result<Addend, NotReadable> {
    let (relocation, targets) = (reference.relocation, release.reference_targets);
    let symbol = object.symbols.get(relocation.symbol as usize).map_or(0, |symbol| symbol.value);
    let addend = if reference.has_addend {
        if is_no_reference(object, release, reference.from, relocation.kind) {
            return Ok(Addend::NoReference);
        }
        match targets {
            ReferenceTargets::Addends | ReferenceTargets::AddendsOfKnownKinds => {
                Addend::At(relocation.addend as u64)
            }
            ReferenceTargets::SymbolsAndAddends => {
                Addend::At(symbol.wrapping_add(relocation.addend as u64))
            }
        }
    } else {
        let bytes = object.bytes_at(reference.from, relocation.offset);
        let place = Place { bytes, target: object.target, symbol };
        match (object.machine, targets) {
            (EM_386, _) => place.i386(targets, relocation.kind)?,
            (EM_ARM, _) if release.arm_addends == ArmAddends::AllDecoded => {
                place.arm(targets, relocation.kind)?
            }
            (EM_ARM, _) => place.arm_until_6_4(relocation.kind, release.arm_addends)?,
            (EM_MIPS, _) => place.mips(targets, relocation.kind)?,
            _ => Addend::At(0),
        }
    };
    Ok(match addend {
        Addend::At(address) if !object.target.is_64_bit => Addend::At(address & 0xffff_ffff),
        addend => addend,
    })
}

/// The place that a relocation applies to, with its addend.
struct Place<'d> {
    bytes: Option<&'d [u8]>,
    target: Target,
    /// The value of the relocation's symbol.
    symbol: u64,
}

/// What upstream takes for the address of a relocation that it does not know.
fn unknown_kind(targets: ReferenceTargets) -> Addend {
    match targets {
        ReferenceTargets::Addends => Addend::At(0),
        ReferenceTargets::AddendsOfKnownKinds | ReferenceTargets::SymbolsAndAddends => {
            Addend::At(u64::MAX)
        }
    }
}

impl Place<'_> {
    fn word(&self) -> Result<u32, NotReadable> {
        self.bytes.and_then(|bytes| self.target.u32(bytes)).ok_or(PLACE)
    }

    /// The two halves of a wide Thumb instruction.
    fn halves(&self) -> Result<[u32; 2], NotReadable> {
        let half = |at| self.bytes?.get(at..).and_then(|bytes| self.target.u16(bytes));
        Ok([half(0).ok_or(PLACE)?.into(), half(2).ok_or(PLACE)?.into()])
    }

    /// `offset` bytes from the symbol.
    fn behind_symbol(&self, offset: u32) -> Addend {
        Addend::At(self.symbol.wrapping_add(i64::from(offset as i32) as u64))
    }

    fn i386(&self, targets: ReferenceTargets, kind: u32) -> Result<Addend, NotReadable> {
        Ok(match kind {
            R_386_32 => Addend::At(self.word()?.into()),
            R_386_PC32 => Addend::At(self.word()?.wrapping_add(4).into()),
            _ => unknown_kind(targets),
        })
    }

    fn mips(&self, targets: ReferenceTargets, kind: u32) -> Result<Addend, NotReadable> {
        Ok(match kind {
            R_MIPS_HI16 if targets == ReferenceTargets::Addends => Addend::NoReference,
            R_MIPS_LO16 => Addend::At((self.word()? & 0xffff).into()),
            R_MIPS_26 => Addend::At(((self.word()? & 0x03ff_ffff) << 2).into()),
            R_MIPS_32 => Addend::At(self.word()?.into()),
            _ => unknown_kind(targets),
        })
    }

    fn arm_until_6_4(&self, kind: u32, addends: ArmAddends) -> Result<Addend, NotReadable> {
        Ok(match kind {
            R_ARM_ABS32 | R_ARM_PC24 | R_ARM_CALL | R_ARM_JUMP24
                if addends == ArmAddends::Unknown =>
            {
                Addend::Unknown
            }
            R_ARM_ABS32 | R_ARM_PC24 | R_ARM_CALL | R_ARM_JUMP24 => {
                self.arm(ReferenceTargets::Addends, kind)?
            }
            // Upstream computes with the address at which it has mapped the file.
            R_ARM_THM_PC22 | R_ARM_THM_JUMP24 | R_ARM_THM_JUMP19 => Addend::Unknown,
            _ => Addend::NoReference,
        })
    }

    /// The Arm Architecture Reference Manual has the encodings; a branch counts from behind the
    /// next instruction.
    fn arm(&self, targets: ReferenceTargets, kind: u32) -> Result<Addend, NotReadable> {
        Ok(match kind {
            R_ARM_ABS32 | R_ARM_REL32 => Addend::At(self.symbol.wrapping_add(self.word()?.into())),
            R_ARM_MOVW_ABS_NC | R_ARM_MOVT_ABS => {
                let word = self.word()?;
                self.behind_symbol(sign_extend(((word & 0xf_0000) >> 4) | (word & 0xfff), 16))
            }
            R_ARM_PC24 | R_ARM_CALL | R_ARM_JUMP24 => {
                let offset = sign_extend((self.word()? & 0x00ff_ffff) << 2, 26);
                self.behind_symbol(offset.wrapping_add(8))
            }
            R_ARM_THM_MOVW_ABS_NC | R_ARM_THM_MOVT_ABS => {
                let [upper, lower] = self.halves()?;
                let offset = ((upper & 0x000f) << 12)
                    | ((upper & 0x0400) << 1)
                    | ((lower & 0x7000) >> 4)
                    | (lower & 0x00ff);
                self.behind_symbol(sign_extend(offset, 16))
            }
            R_ARM_THM_JUMP19 => self.behind_symbol(conditional_branch(self.halves()?)),
            R_ARM_THM_PC22 | R_ARM_THM_JUMP24 => self.behind_symbol(branch(self.halves()?)),
            _ if targets == ReferenceTargets::Addends => Addend::NoReference,
            _ => unknown_kind(targets),
        })
    }
}

/// The number in the lowest `bits` bits, with its sign.
fn sign_extend(value: u32, bits: u32) -> u32 {
    let unused = 32 - bits;
    (((value << unused) as i32) >> unused) as u32
}

/// The bit of this number.
fn bit(half: u32, number: u32) -> u32 {
    (half >> number) & 1
}

/// How far a Thumb branch with a condition goes (encoding T3 of `B`).
fn conditional_branch([upper, lower]: [u32; 2]) -> u32 {
    let offset = (bit(upper, 10) << 20)
        | (bit(lower, 11) << 19)
        | (bit(lower, 13) << 18)
        | ((upper & 0x3f) << 12)
        | ((lower & 0x7ff) << 1);
    sign_extend(offset, 21).wrapping_add(4)
}

/// How far a Thumb branch without a condition goes (encoding T4 of `B`, T1 of `BL`).
fn branch([upper, lower]: [u32; 2]) -> u32 {
    let sign = bit(upper, 10);
    let offset = (sign << 24)
        | ((bit(lower, 13) ^ sign ^ 1) << 23)
        | ((bit(lower, 11) ^ sign ^ 1) << 22)
        | ((upper & 0x3ff) << 12)
        | ((lower & 0x7ff) << 1);
    sign_extend(offset, 25).wrapping_add(4)
}
