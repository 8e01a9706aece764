//! What the checks look at.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use crate::gendwarfksyms::debug_info::DebugInfo;
use crate::gendwarfksyms::entry::Place;
use crate::gendwarfksyms::kabi::Rules;
use crate::gendwarfksyms::pieces::{Pieces, Span};
use crate::gendwarfksyms::sections::Sections;
use crate::gendwarfksyms::symbols::{SymbolId, Symbols};
use crate::gendwarfksyms::type_map::TypeMap;
use crate::gendwarfksyms::walk::Leak;

/// What is known of an object after its CRCs are.
pub(in crate::gendwarfksyms) struct Answered<'a, 's, 'l> {
    pub info: &'a DebugInfo<'s>,
    pub sections: &'a Sections<'s>,
    /// The rules of the object, and whether they count.
    pub rules: (&'a Rules<'s>, bool),
    /// The rules that a DIE was looked up in, and had.
    pub used_rules: &'a IndexSet<usize, FxBuildHasher>,
    pub leaks: &'a [Leak<'s>],
    pub symbols: &'a Symbols<'l>,
    /// The CRCs without aliases, if some may be none.
    pub apart: Option<&'a Symbols<'l>>,
    pub map: &'a TypeMap,
    pub pieces: &'a Pieces,
    /// The texts of the DIEs that symbols have their types from.
    pub spans: &'a IndexMap<Place, Span, FxBuildHasher>,
}

impl Answered<'_, '_, '_> {
    /// The text of an export.
    pub(super) fn span(&self, id: SymbolId) -> Option<Span> {
        self.spans.get(&self.symbols.typed(id)?.place).copied()
    }
}
