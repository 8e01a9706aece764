//! The attributes that change how a type lies in memory, and those that do not.

use super::data_model::DataModel;

/// What attributes say together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    /// `packed`.
    pub is_packed: bool,
    /// `aligned`, in bytes: the last of them, as it counts for a type.
    pub align: Option<u64>,
    /// `aligned`, in bytes: the most of them, as it counts for a member.
    pub most_align: Option<u64>,
    /// `mode`.
    pub mode: Option<Mode>,
    /// `vector_size`, in bytes.
    pub vector_size: Option<u64>,
    /// The limit of `#pragma pack`, in bytes, as our own record writes it.
    pub limit: Option<u64>,
}

/// What the attribute `mode` makes of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// An integer of this many bytes.
    Bytes(u64),
    /// An integer of a word's size.
    Word,
}

impl Mode {
    /// The size in bytes.
    pub fn size(self, model: &DataModel) -> u64 {
        match self {
            Mode::Bytes(size) => size,
            Mode::Word => model.word,
        }
    }
}

/// An attribute by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Packed,
    Aligned,
    Mode,
    VectorSize,
    Limit,
    /// It changes no layout.
    None,
}

/// The modes that the kernel uses, by their names without underscores.
pub(super) const MODES: &[(&str, Mode)] = &[
    ("QI", Mode::Bytes(1)),
    ("byte", Mode::Bytes(1)),
    ("HI", Mode::Bytes(2)),
    ("SI", Mode::Bytes(4)),
    ("DI", Mode::Bytes(8)),
    ("TI", Mode::Bytes(16)),
    ("word", Mode::Word),
    ("pointer", Mode::Word),
];

/// The attributes that change layouts.
const MEANINGS: &[(&str, Meaning)] = &[
    ("packed", Meaning::Packed),
    ("aligned", Meaning::Aligned),
    ("mode", Meaning::Mode),
    ("vector_size", Meaning::VectorSize),
    ("modversions_pack", Meaning::Limit),
];

/// The attributes that are known to change no layout. Of any other it is not known; some do, such
/// as `randomize_layout`, `ms_struct` and `scalar_storage_order`.
const WITHOUT_MEANING: &[&str] = &[
    "access",
    "address_space",
    "alias",
    "alloc_align",
    "alloc_size",
    "always_inline",
    "artificial",
    "assume_aligned",
    "btf_decl_tag",
    "btf_type_tag",
    "bounded",
    "cdecl",
    "cleanup",
    "cold",
    "common",
    "const",
    "constructor",
    "context",
    "copy",
    "counted_by",
    "counted_by_ptr",
    "deprecated",
    "designated_init",
    "destructor",
    "error",
    "externally_visible",
    "fallthrough",
    "fastcall",
    "fd_arg",
    "flag_enum",
    "flatten",
    "force",
    "format",
    "format_arg",
    "gcc_struct",
    "gnu_inline",
    "guarded_by",
    "hot",
    "ifunc",
    "leaf",
    "malloc",
    "may_alias",
    "ms_abi",
    "naked",
    "no_caller_saved_registers",
    "no_icf",
    "no_instrument_function",
    "no_profile_instrument_function",
    "no_randomize_layout",
    "no_reorder",
    "no_sanitize",
    "no_sanitize_address",
    "no_sanitize_thread",
    "no_sanitize_undefined",
    "no_split_stack",
    "no_stack_protector",
    "nocast",
    "nocf_check",
    "noclone",
    "nocommon",
    "noderef",
    "noinline",
    "noipa",
    "nonnull",
    "nonstring",
    "noreturn",
    "nothrow",
    "optimize",
    "patchable_function_entry",
    "preserve_access_index",
    "pure",
    "regparm",
    "require_context",
    "retain",
    "returns_nonnull",
    "returns_twice",
    "safe",
    "section",
    "sentinel",
    "stdcall",
    "symver",
    "syscall_linkage",
    "sysv_abi",
    "target",
    "target_clones",
    "tls_model",
    "transparent_union",
    "unused",
    "uninitialized",
    "used",
    "visibility",
    "warn_if_not_aligned",
    "warn_unused_result",
    "warning",
    "weak",
    "weakref",
    "zero_call_used_regs",
];

/// A name without the underscores that may stand around it.
pub(super) fn plain_name(name: &str) -> &str {
    name.strip_prefix("__").and_then(|name| name.strip_suffix("__")).unwrap_or(name)
}

/// What an attribute means; none if that is not known.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let name = plain_name(name);
    let known = MEANINGS.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning);
    known.or_else(|| WITHOUT_MEANING.contains(&name).then_some(Meaning::None))
}
