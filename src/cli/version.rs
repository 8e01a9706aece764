//! What the program says of itself, as `build.rs` determined it.

/// The number of the version; if it is known, with the commit that the program was built from, and
/// its date: `0.1.0 (b36389e0cc23 2026-12-01)`.
pub(super) const VERSION: &str = env!("MODVERSIONS_VERSION");

/// The date of the commit, as `2026-12-01`; empty if it is not known.
pub(super) const DATE: &str = env!("MODVERSIONS_DATE");
