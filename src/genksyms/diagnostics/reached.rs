//! Which exports reach a symbol.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::troubles::Troubles;
use crate::genksyms::symbol_id::SymbolId;

/// For each symbol of which there may be something to say, the exports that reach it.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// The exports by their numbers, ascending.
    exports: BTreeMap<SymbolId, Vec<usize>>,
}

impl Reached {
    /// Goes through all that the expansions reached, once.
    pub(super) fn new(troubles: &Troubles) -> Self {
        let mut exports: BTreeMap<SymbolId, Vec<usize>> =
            troubles.symbols().map(|symbol| (symbol, Vec::new())).collect();
        for (number, export) in troubles.exports.iter().enumerate() {
            for symbol in &export.trail {
                exports.entry(*symbol).and_modify(|numbers| numbers.push(number));
            }
        }
        exports.values_mut().for_each(Vec::dedup);
        Self { exports }
    }

    /// The numbers of the exports that reach a symbol, ascending.
    pub(super) fn by(&self, symbol: SymbolId) -> &[usize] {
        self.exports.get(&symbol).map_or(&[], Vec::as_slice)
    }

    /// The numbers of the exports that reach one of the symbols, ascending.
    pub(super) fn by_any(&self, symbols: &BTreeSet<SymbolId>) -> Cow<'_, [usize]> {
        // One symbol can be that of many diagnostics, and its exports are not copied for each.
        if let (Some(symbol), 1) = (symbols.first(), symbols.len()) {
            return Cow::Borrowed(self.by(*symbol));
        }
        let mut numbers: Vec<usize> = symbols.iter().flat_map(|it| self.by(*it)).copied().collect();
        // Each symbol's are sorted, which the stable sort makes use of.
        numbers.sort();
        numbers.dedup();
        Cow::Owned(numbers)
    }
}
