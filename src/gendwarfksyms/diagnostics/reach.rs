//! Which exports have a type in what their CRC is of.

use indexmap::IndexSet;

use super::answered::Answered;
use crate::gendwarfksyms::pieces::NameId;
use crate::gendwarfksyms::symbols::SymbolId;

/// The exports that reach one of these types, in the order of output.
pub(super) fn reaching(answered: &Answered<'_, '_, '_>, types: &IndexSet<NameId>) -> Vec<SymbolId> {
    let reaches = |id: &SymbolId| {
        let Some(span) = answered.span(*id) else {
            return false;
        };
        let mut left: Vec<NameId> = answered.pieces.names(span).collect();
        let mut seen: IndexSet<NameId> = left.iter().copied().collect();
        while let Some(name) = left.pop() {
            if types.contains(&name) {
                return true;
            }
            if let Some(text) = answered.map.text(name) {
                left.extend(answered.map.pieces.names(text).filter(|name| seen.insert(*name)));
            }
        }
        false
    };
    answered.symbols.in_order().iter().copied().filter(reaches).collect()
}
