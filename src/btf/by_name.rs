//! Types by their names.

use super::{Btf, Type, TypeId};

/// The types of one sort by their names. Several may have one name: files of a kernel may define
/// different types of the same name.
#[derive(Debug)]
pub struct ByName<'d> {
    /// Sorted, those of one name by their numbers.
    types: Vec<(&'d [u8], TypeId)>,
}

impl<'d> ByName<'d> {
    /// Those types of `btf` that have a name and are `wanted`. Of a module, only those that its
    /// kernel has not.
    pub fn of(btf: &'d Btf<'_>, wanted: impl Fn(&Type<'d>) -> bool) -> Self {
        let named = btf.types().filter_map(|(id, of)| wanted(&of).then_some((of.name()?, id)));
        let mut types: Vec<(&[u8], TypeId)> = named.collect();
        types.sort_unstable();
        Self { types }
    }

    /// The structs and unions that are described.
    pub fn records(btf: &'d Btf<'_>) -> Self {
        Self::of(btf, |of| matches!(of, Type::Record(_)))
    }

    /// The types of this name, in the order of their numbers.
    pub fn get(&self, name: &[u8]) -> impl Iterator<Item = TypeId> {
        let start = self.types.partition_point(|(other, _)| *other < name);
        let rest = self.types[start..].iter();
        rest.take_while(move |(other, _)| *other == name).map(|&(_, id)| id)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'d [u8], TypeId)> {
        self.types.iter().copied()
    }
}
