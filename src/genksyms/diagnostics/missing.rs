//! What exports miss, by name: declarations, definitions.

use std::collections::{BTreeMap, BTreeSet};

/// Named things of which each is explained by one diagnostic at most.
#[derive(Debug)]
pub(super) struct Missing<T> {
    /// All of them, in their order.
    all: Vec<T>,
    /// The numbers of those that nothing has explained yet, by their names.
    unexplained: BTreeMap<Vec<u8>, Vec<usize>>,
}

impl<T: Copy> Missing<T> {
    /// All things with their names.
    pub(super) fn new(all: Vec<T>, name: impl Fn(T) -> Vec<u8>) -> Self {
        let mut unexplained: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
        for (number, thing) in all.iter().enumerate() {
            unexplained.entry(name(*thing)).or_default().push(number);
        }
        Self { all, unexplained }
    }

    /// How many there are, explained or not.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// Explains what has one of these names. Gives what was not explained before, in its order.
    pub(super) fn explain<'n>(&mut self, names: impl IntoIterator<Item = &'n [u8]>) -> Vec<T> {
        let named = names.into_iter().filter_map(|name| self.unexplained.remove(name));
        let numbers: BTreeSet<usize> = named.flatten().collect();
        numbers.iter().map(|number| self.all[*number]).collect()
    }

    /// What nothing has explained, in its order.
    pub(super) fn unexplained(&self) -> Vec<T> {
        let numbers: BTreeSet<usize> = self.unexplained.values().flatten().copied().collect();
        numbers.iter().map(|number| self.all[*number]).collect()
    }
}
