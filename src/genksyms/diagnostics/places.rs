//! Where names stand outside of braces.

use std::collections::BTreeMap;

use super::search;

/// The places of some names.
#[derive(Debug)]
pub(super) struct Places<'n> {
    /// Ascending, for each name.
    named: BTreeMap<&'n [u8], Vec<usize>>,
}

impl<'n> Places<'n> {
    /// Looks for names from the first of these offsets to the end. The offsets ascend, and none is
    /// in braces.
    pub(super) fn new(
        source: &[u8],
        names: impl Iterator<Item = &'n [u8]>,
        offsets: &[usize],
    ) -> Self {
        let mut named: BTreeMap<&[u8], Vec<usize>> = names.map(|name| (name, Vec::new())).collect();
        let ends = offsets.iter().skip(1).copied().chain([source.len()]);
        for (start, end) in offsets.iter().zip(ends) {
            for (name, at) in search::names(source, *start..end) {
                named.get_mut(name).into_iter().for_each(|places| places.push(at));
            }
        }
        Self { named }
    }

    /// The first place of a name at or after an offset.
    pub(super) fn after(&self, name: &[u8], offset: usize) -> Option<usize> {
        let places = self.named.get(name)?;
        places.get(places.partition_point(|at| *at < offset)).copied()
    }
}
