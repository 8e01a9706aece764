//! Exports whose CRC is the same on both sides, while what they pass is not: by the declarations of
//! both, and by their BTF.

pub(super) mod by_btf;
pub(super) mod by_declarations;
