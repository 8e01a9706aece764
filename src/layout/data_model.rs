//! What C's types are on each architecture: a row for each, as GCC has them with the kernel's ABI.

/// A size and an alignment, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basic {
    /// The size.
    pub size: u64,
    /// The alignment.
    pub align: u64,
}

/// C on one architecture.
#[derive(Debug, PartialEq, Eq)]
pub struct DataModel {
    /// Its name.
    pub name: &'static str,
    /// What the kernel's makefiles call the machine, in `UTS_MACHINE`.
    pub uts_machine: &'static str,
    /// `long`, `size_t` and pointers; all aligned to their size.
    pub word: u64,
    /// The most that an integer or `double` (or an array of these) is aligned to as a member of a
    /// struct, if that is less than elsewhere: 4 on i386, where a `long long` variable has 8.
    pub member_limit: Option<u64>,
    /// `long double`.
    pub long_double: Basic,
    /// `__int128`, where there is one.
    pub int128: Option<Basic>,
    /// What `__attribute__((aligned))` without a number means.
    pub biggest: u64,
    /// The most that a vector is aligned to, if that may be less than its size.
    pub vector_limit: Option<u64>,
    /// `__builtin_va_list`.
    pub va_list: Basic,
    /// Whether `char` is signed. The kernel says `-funsigned-char` from 6.2 on.
    pub is_char_signed: bool,
    /// Whether unnamed bit-fields align the struct that they are in, as the procedure call
    /// standards of Arm want it.
    pub do_unnamed_align: bool,
    /// Whether the byte of the highest value comes first, and in it the first bit-field.
    pub is_big_endian: bool,
}

const fn basic(size: u64, align: u64) -> Basic {
    Basic { size, align }
}

/// x86, 64 bits.
pub const X86_64: DataModel = DataModel {
    name: "x86-64",
    uts_machine: "x86_64",
    word: 8,
    member_limit: None,
    long_double: basic(16, 16),
    int128: Some(basic(16, 16)),
    biggest: 16,
    vector_limit: None,
    va_list: basic(24, 8),
    is_char_signed: true,
    do_unnamed_align: false,
    is_big_endian: false,
};

/// x86, 32 bits.
pub const I386: DataModel = DataModel {
    name: "i386",
    uts_machine: "i386",
    word: 4,
    member_limit: Some(4),
    long_double: basic(12, 4),
    int128: None,
    va_list: basic(4, 4),
    ..X86_64
};

/// Arm, 64 bits.
pub const ARM64: DataModel = DataModel {
    name: "arm64",
    uts_machine: "aarch64",
    vector_limit: Some(16),
    va_list: basic(32, 8),
    is_char_signed: false,
    do_unnamed_align: true,
    ..X86_64
};

/// Arm, 32 bits, with the EABI.
pub const ARM: DataModel = DataModel {
    name: "arm",
    uts_machine: "arm",
    word: 4,
    long_double: basic(8, 8),
    int128: None,
    biggest: 8,
    vector_limit: Some(8),
    va_list: basic(4, 4),
    ..ARM64
};

/// RISC-V, 64 bits.
pub const RISCV64: DataModel = DataModel {
    name: "riscv64",
    uts_machine: "riscv64",
    va_list: basic(8, 8),
    is_char_signed: false,
    ..X86_64
};

/// POWER, 64 bits, little endian.
pub const PPC64LE: DataModel = DataModel { name: "ppc64le", uts_machine: "ppc64le", ..RISCV64 };

/// IBM Z, 64 bits.
pub const S390X: DataModel = DataModel {
    name: "s390x",
    uts_machine: "s390x",
    long_double: basic(16, 8),
    int128: Some(basic(16, 8)),
    biggest: 8,
    va_list: basic(32, 8),
    is_big_endian: true,
    ..RISCV64
};

/// All of them.
pub const DATA_MODELS: &[&DataModel] = &[&X86_64, &I386, &ARM64, &ARM, &RISCV64, &PPC64LE, &S390X];

/// The model of this name.
pub fn data_model(name: &[u8]) -> Option<&'static DataModel> {
    DATA_MODELS.iter().copied().find(|model| model.name.as_bytes() == name)
}
