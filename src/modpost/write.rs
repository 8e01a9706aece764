//! The files that modpost writes, as text: one file each.

mod exports;
pub(super) mod mod_c;
pub(super) mod nsdeps;
pub(super) mod symvers;
pub(super) mod vmlinux_export_c;

use super::Options;
use super::module_set::{ExportId, ModuleSet};
use crate::release::Modpost;

/// What the text of a file depends on, besides the module that it is about.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// All modules and exports.
    pub(super) set: &'a ModuleSet<'a>,
    /// For each export whether something uses it.
    pub(super) used: &'a [bool],
    /// What was asked for.
    pub(super) options: &'a Options,
    /// How the release behaves.
    pub(super) release: &'a Modpost,
}

impl Context<'_> {
    /// Whether an export is left out, since nothing uses it and `-t` asks for that.
    fn is_trimmed(&self, export: ExportId) -> bool {
        self.options.trim_unused && !self.used[export.index()]
    }
}
