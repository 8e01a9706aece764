//! What only releases before 5.19 do.

pub(super) mod hash;
pub(super) mod kinds;
pub(super) mod lines;
pub(super) mod messages;
pub(super) mod sources;
pub(super) mod static_exports;
