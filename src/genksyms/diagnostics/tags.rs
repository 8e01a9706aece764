//! The definitions of tags in the source, by place and by name.

use std::collections::BTreeMap;
use std::ops::Range;

use super::search::{self, Tag};

/// All definitions of named structs, unions and enums.
#[derive(Debug, Default)]
pub(super) struct Tags<'s> {
    /// In the order of the source.
    all: Vec<Tag>,
    /// The numbers of those of each name, ascending.
    named: BTreeMap<&'s [u8], Vec<usize>>,
}

impl<'s> Tags<'s> {
    /// Finds them.
    pub(super) fn new(source: &'s [u8]) -> Self {
        let all = search::tags(source, 0..source.len());
        let mut named: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for (number, tag) in all.iter().enumerate() {
            named.entry(&source[tag.name.clone()]).or_default().push(number);
        }
        Self { all, named }
    }

    /// Those that begin in a stretch of source.
    pub(super) fn within(&self, range: &Range<usize>) -> &[Tag] {
        let number = |offset| self.all.partition_point(|tag| tag.keyword.start < offset);
        self.all.get(number(range.start)..number(range.end)).unwrap_or_default()
    }

    /// Those of a name, in the order of the source.
    pub(super) fn named(&self, name: &[u8]) -> impl Iterator<Item = &Tag> {
        self.named.get(name).into_iter().flatten().map(|number| &self.all[*number])
    }

    /// The first of a name that begins at or after an offset.
    pub(super) fn named_after(&self, name: &[u8], offset: usize) -> Option<&Tag> {
        let numbers = self.named.get(name)?;
        let before = numbers.partition_point(|number| self.all[*number].keyword.start < offset);
        numbers.get(before).map(|number| &self.all[*number])
    }
}
