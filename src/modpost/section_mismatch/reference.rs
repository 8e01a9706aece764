//! A reference from one section to another.

use super::rules::Rule;
use crate::elf::Relocation;

/// A reference that is wrong by one of the rules.
#[derive(Clone, Copy)]
pub(super) struct Reference {
    /// The section that has it.
    pub(super) from: u32,
    pub(super) relocation: Relocation,
    /// The section with the relocations, and which of them this is.
    pub(super) table: usize,
    pub(super) index: usize,
    /// Whether the addend is in the relocation, and not in the code.
    pub(super) has_addend: bool,
    pub(super) rule: &'static Rule,
}
