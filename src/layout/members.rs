//! The members of a struct or union in a list, found by their paths and by their places.
//!
//! Files of strangers may have any number of members, all of them in one place: nothing here looks
//! through the list for each member.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::described::Described;
use super::reason::Place;
use super::types::{Record, Type, TypeKind};

/// A member by its path, with all that a module knows of it.
pub(super) struct Flat<'r> {
    /// Its name after those of the members that it is in, with dots between.
    pub(super) path: String,
    /// In bits, from the start of the outermost record.
    pub(super) offset: u64,
    /// In bits.
    pub(super) size: u64,
    /// Its type.
    pub(super) of_type: &'r Type,
    /// The same as it is compared.
    pub(super) description: &'r Described,
    /// Whether it is a bit-field.
    pub(super) is_bit_field: bool,
}

impl Flat<'_> {
    /// Where it ends, in bits.
    pub(super) fn end(&self) -> u64 {
        self.offset + self.size
    }

    /// Where it begins.
    pub(super) fn place(&self) -> Place {
        Place(self.offset)
    }

    /// Where it begins and how large it is, in bits.
    pub(super) fn extent(&self) -> (u64, u64) {
        (self.offset, self.size)
    }

    /// Whether all of it is within the place of the other.
    pub(super) fn is_within(&self, other: &Flat<'_>) -> bool {
        other.offset <= self.offset && self.end() <= other.end()
    }

    /// Whether it has the place of the other, and no more.
    pub(super) fn is_in_place_of(&self, other: &Flat<'_>) -> bool {
        self.extent() == other.extent()
    }

    /// Its own name.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Whether what is in it is listed by itself.
    pub(super) fn is_open(&self) -> bool {
        self.description.ends_untagged()
    }
}

/// All members, those of structs without a tag in it included.
fn flat<'r>(record: &'r Record, prefix: &str, base: u64, list: &mut Vec<Flat<'r>>) {
    let parts = record.layout.members.iter().zip(&record.types).zip(&record.descriptions);
    for ((member, of_type), description) in parts {
        let offset = base.saturating_add(member.bit_offset);
        let name = member.name.as_deref().map(String::from_utf8_lossy);
        let path = format!("{prefix}{}", name.as_deref().unwrap_or_default());
        let is_array = matches!(of_type.kind, TypeKind::Array(_));
        let inner = match (&name, is_array) {
            (None, _) => prefix.to_owned(),
            (Some(_), false) => format!("{path}."),
            (Some(_), true) => format!("{path}[]."),
        };
        if name.is_some() {
            let (size, is_bit_field) = (member.bit_size, member.is_bit_field);
            list.push(Flat { path, offset, size, of_type, description, is_bit_field });
        }
        let is_open = name.is_none() || description.ends_untagged();
        if let TypeKind::Record(record) = &of_type.element().kind
            && is_open
        {
            flat(record, &inner, offset, list);
        }
    }
}

/// All members of a record, in the order of their declaration.
pub(super) fn all(record: &Record) -> Vec<Flat<'_>> {
    let mut list = Vec::new();
    flat(record, "", 0, &mut list);
    list
}

type Map<K, V> = IndexMap<K, V, BuildHasherDefault<FxHasher>>;

/// Members by where they begin and how large they are, in bits; of several in one place the first.
pub(super) type ByPlace<'m> = Map<(u64, u64), &'m Flat<'m>>;

/// How many members are found that overlap one other: where there are more, as in a large union, the
/// first of them stand for all.
const MOST_OVERLAPPING: usize = 256;

/// A list of members, and where each is in it.
pub(super) struct Members<'m> {
    /// The list.
    pub(super) list: &'m [Flat<'m>],
    /// The first of each path.
    by_path: Map<&'m str, &'m Flat<'m>>,
    /// The first of each place and own name.
    by_name: Map<(u64, u64, &'m str), &'m Flat<'m>>,
    /// The indices of all, by where they begin.
    order: Vec<usize>,
    /// A tree over `order` in which each node has the greatest end below it: the root is 1, the
    /// children of `n` are `2 n` and `2 n + 1`, and the leaves are the last half.
    ends: Vec<u64>,
}

impl<'m> Members<'m> {
    /// The members of a list.
    pub(super) fn of(list: &'m [Flat<'m>]) -> Self {
        let mut order: Vec<usize> = (0..list.len()).collect();
        order.sort_by_key(|&index| list[index].offset);
        let leaves = list.len().next_power_of_two();
        let mut ends = vec![0; 2 * leaves];
        for (leaf, &index) in order.iter().enumerate() {
            ends[leaves + leaf] = list[index].end();
        }
        for node in (1..leaves).rev() {
            ends[node] = ends[2 * node].max(ends[2 * node + 1]);
        }
        let (mut by_path, mut by_name) = (Map::default(), Map::default());
        for member in list {
            by_path.entry(&*member.path).or_insert(member);
            by_name.entry((member.offset, member.size, member.name())).or_insert(member);
        }
        Self { list, by_path, by_name, order, ends }
    }

    /// The first one of this path.
    pub(super) fn named(&self, path: &str) -> Option<&'m Flat<'m>> {
        self.by_path.get(path).copied()
    }

    /// The first one in the place of another and of its own name.
    pub(super) fn in_place_of(&self, other: &Flat<'_>) -> Option<&'m Flat<'m>> {
        self.by_name.get(&(other.offset, other.size, other.name())).copied()
    }

    /// Those whose paths the others have not.
    pub(super) fn not_in(&self, others: &Members<'_>) -> ByPlace<'m> {
        let mut places = ByPlace::default();
        for member in self.list.iter().filter(|it| others.named(&it.path).is_none()) {
            places.entry(member.extent()).or_insert(member);
        }
        places
    }

    /// The first ones that overlap another, in the order of the list.
    pub(super) fn overlapping(&self, other: &Flat<'_>) -> Vec<&'m Flat<'m>> {
        let begun = self.order.partition_point(|&index| self.list[index].offset < other.end());
        let mut places = Vec::new();
        self.search(1, self.ends.len() / 2, other.offset, begun, &mut places);
        let mut found: Vec<usize> = places.into_iter().map(|place| self.order[place]).collect();
        found.sort_unstable();
        found.into_iter().map(|index| &self.list[index]).collect()
    }

    /// Adds the places in `order` below `node`, which has so many leaves, of what ends after `start`
    /// and is among the first `begun`.
    fn search(
        &self,
        node: usize,
        leaves: usize,
        start: u64,
        begun: usize,
        places: &mut Vec<usize>,
    ) {
        // How many leaves are before the first one below this node.
        let before = node * leaves - self.ends.len() / 2;
        if self.ends[node] <= start || before >= begun || places.len() == MOST_OVERLAPPING {
            return;
        }
        if leaves == 1 {
            places.push(before);
            return;
        }
        self.search(2 * node, leaves / 2, start, begun, places);
        self.search(2 * node + 1, leaves / 2, start, begun, places);
    }
}
