//! The files that modpost writes, as text: one file each.

pub(super) mod context;
mod exports;
pub(super) mod mod_c;
pub(super) mod nsdeps;
pub(super) mod symvers;
mod versions;
pub(super) mod vmlinux_export_c;
