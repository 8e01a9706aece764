//! What layouts are wanted to be taken from.

use std::path::Path;

use crate::corpus::LayoutsFrom;
use crate::inputs::limits::Limits;
use crate::layout::data_model::DataModel;

/// What is done meanwhile, for who waits.
pub(super) const READING: &str = "reading types";

/// What layouts are wanted to be taken from.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Only this, if not the best that there is.
    pub(super) from: Option<LayoutsFrom>,
    /// The kernel that the BTF of modules is split from, if that is not with them.
    pub(super) btf_base: Option<&'a Path>,
    /// Whether modules are read, too, where the kernel itself has the types.
    pub(super) modules: bool,
    /// The C that layouts are computed for, if the user says so.
    pub(super) model: Option<&'static DataModel>,
    /// How much of a source may be held.
    pub(super) limits: Limits,
}
