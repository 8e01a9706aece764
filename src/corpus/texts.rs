//! Texts, each held once.

use std::hash::BuildHasherDefault;

use indexmap::IndexSet;
use rustc_hash::FxHasher;

/// Texts in the order of their coming, found by a hash.
pub(super) type TextSet = IndexSet<Box<[u8]>, BuildHasherDefault<FxHasher>>;
